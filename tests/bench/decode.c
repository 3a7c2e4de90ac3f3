/* Decodes every block of every file and does nothing with it: the floor under any reader that goes
 * through GDAL. bench_decode THREADS FILE... One dataset handle per thread, GDALReadBlock, dynamic.
 */
#include <gdal.h>
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct file {
    const char *path;
    int blocks_x, blocks_y;
    size_t block_bytes;
};

static struct file look_at(const char *path)
{
    int width, height;
    GDALDatasetH dataset = GDALOpen(path, GA_ReadOnly);
    if (!dataset)
        exit(1);
    GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    GDALGetBlockSize(band, &width, &height);
    const struct file file = {path, (GDALGetRasterXSize(dataset) + width - 1) / width,
                              (GDALGetRasterYSize(dataset) + height - 1) / height,
                              (size_t)width * (size_t)height *
                                  (size_t)GDALGetDataTypeSizeBytes(GDALGetRasterDataType(band))};
    GDALClose(dataset);
    return file;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: bench_decode THREADS FILE...\n", stderr);
        return 2;
    }
    GDALAllRegister();
    /* NOLINTNEXTLINE(clang-analyzer-deadcode.DeadStores): read by the pragma below */
    const int threads = atoi(argv[1]), file_count = argc - 2;
    struct file *files = malloc((size_t)file_count * sizeof *files);
    if (!files)
        return 1;
    for (int f = 0; f < file_count; f++)
        files[f] = look_at(argv[2 + f]);
    const long blocks = (long)files[0].blocks_x * files[0].blocks_y;
    int failed = 0;
    uint64_t first_bytes = 0;
#pragma omp parallel num_threads(threads) reduction(+ : failed, first_bytes)
    {
        GDALDatasetH *datasets = malloc((size_t)file_count * sizeof *datasets);
        unsigned char **buffers = malloc((size_t)file_count * sizeof *buffers);
        for (int f = 0; f < file_count; f++) {
            datasets[f] = GDALOpen(files[f].path, GA_ReadOnly);
            buffers[f] = malloc(files[f].block_bytes);
        }
#pragma omp for schedule(dynamic, 1)
        for (long block = 0; block < blocks; block++)
            for (int f = 0; f < file_count; f++) {
                failed += GDALReadBlock(GDALGetRasterBand(datasets[f], 1),
                                        (int)(block % files[f].blocks_x),
                                        (int)(block / files[f].blocks_x), buffers[f]) != CE_None;
                first_bytes += buffers[f][0];
            }
        for (int f = 0; f < file_count; f++) {
            GDALClose(datasets[f]);
            free(buffers[f]);
        }
        free(datasets);
        free(buffers);
    }
    free(files);
    return failed || first_bytes == 0;
}
