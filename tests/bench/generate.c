/* Writes the inputs of the benchmark: bench_generate DIR CELLS. Synthetic, seeded, same bytes each
 * time: land cover of two years (uint8) and biomass (uint16) on CELLS x CELLS cells of 0.00025
 * degree in 512 x 512 DEFLATE tiles, spatially correlated; meshes of 34 provinces and 3,000
 * counties of about 500 vertices with ragged borders that neighbours share, and one region of a
 * tenth of the raster. */
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TILE 512
#define CELL_DEG 0.00025
#define WEST 100.0
#define NORTH 35.0

static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static double lattice(int seed, int x, int y)
{
    return (double)(mix(mix((uint64_t)seed << 40 ^ (uint64_t)(uint32_t)x) ^
                        (uint64_t)(uint32_t)y) >>
                    11) *
           0x1p-53;
}

/* Value noise of one period, bilinear between lattice points, 0..1. */
static double noise(int seed, int period, int x, int y)
{
    const int i = x / period, j = y / period;
    const double u = (double)(x % period) / period, v = (double)(y % period) / period;
    const double top = lattice(seed, i, j) * (1 - u) + lattice(seed, i + 1, j) * u;
    const double bottom = lattice(seed, i, j + 1) * (1 - u) + lattice(seed, i + 1, j + 1) * u;
    return top * (1 - v) + bottom * v;
}

static double terrain(int seed, int x, int y)
{
    return 0.41 * noise(seed, 1024, x, y) + 0.27 * noise(seed + 1, 128, x, y) +
           0.17 * noise(seed + 2, 24, x, y) + 0.11 * noise(seed + 3, 5, x, y) +
           0.04 * noise(seed + 4, 2, x, y);
}

static const uint8_t codes[] = {80, 90, 40, 30, 50, 10, 10, 20, 60};

static uint8_t class_of(double height)
{
    const double scaled = (height - 0.2) / 0.6 * 9;
    const int index = scaled < 0 ? 0 : scaled > 8 ? 8 : (int)scaled;
    return codes[index];
}

static void fill_tile(int x0, int y0, int size, uint8_t *first, uint8_t *second, uint16_t *biomass)
{
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++) {
            const double height = terrain(1, x0 + x, y0 + y);
            const double moved = noise(9, 64, x0 + x, y0 + y) > 0.9 ? 0.08 : 0;
            const size_t cell = (size_t)y * (size_t)size + (size_t)x;
            first[cell] = class_of(height);
            second[cell] = class_of(height + moved);
            const double fine = (double)(mix((uint64_t)(x0 + x) << 32 | (uint64_t)(y0 + y)) & 63);
            biomass[cell] = (uint16_t)(first[cell] == 10 ? 3000 * height * height + fine : fine);
        }
}

static GDALDatasetH create(const char *folder, const char *name, int cells, GDALDataType type)
{
    char path[4096];
    char **options = CSLSetNameValue(NULL, "TILED", "YES");
    options = CSLSetNameValue(options, "BLOCKXSIZE", "512");
    options = CSLSetNameValue(options, "BLOCKYSIZE", "512");
    options = CSLSetNameValue(options, "COMPRESS", "DEFLATE");
    options = CSLSetNameValue(options, "PREDICTOR", type == GDT_UInt16 ? "2" : "1");
    options = CSLSetNameValue(options, "BIGTIFF", "IF_SAFER");
    double transform[6] = {WEST, CELL_DEG, 0, NORTH, 0, -CELL_DEG};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    GDALDatasetH dataset =
        GDALCreate(GDALGetDriverByName("GTiff"), path, cells, cells, 1, type, options);
    CSLDestroy(options);
    if (!dataset)
        exit(1);
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(crs, 4326);
    OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER);
    GDALSetSpatialRef(dataset, crs);
    GDALSetGeoTransform(dataset, transform);
    GDALSetMetadataItem(dataset, "TIFFTAG_IMAGEDESCRIPTION", "synthetic, for benchmarks", NULL);
    OSRDestroySpatialReference(crs);
    return dataset;
}

static void write_tile(GDALDatasetH dataset, int x, int y, GDALDataType type, void *values)
{
    const int bytes = GDALGetDataTypeSizeBytes(type);
    const int right = GDALGetRasterXSize(dataset) - x, bottom = GDALGetRasterYSize(dataset) - y;
    const int width = right < TILE ? right : TILE, height = bottom < TILE ? bottom : TILE;
    if (GDALRasterIO(GDALGetRasterBand(dataset, 1), GF_Write, x, y, width, height, values, width,
                     height, type, bytes, bytes * TILE) != CE_None)
        exit(1);
}

static void write_rasters(const char *folder, int cells)
{
    GDALDatasetH first = create(folder, "lc_2020.tif", cells, GDT_Byte);
    GDALDatasetH second = create(folder, "lc_2025.tif", cells, GDT_Byte);
    GDALDatasetH biomass = create(folder, "agb.tif", cells, GDT_UInt16);
    static uint8_t a[TILE * TILE], b[TILE * TILE];
    static uint16_t c[TILE * TILE];
    for (int y = 0; y < cells; y += TILE)
        for (int x = 0; x < cells; x += TILE) {
            fill_tile(x, y, TILE, a, b, c);
            write_tile(first, x, y, GDT_Byte, a);
            write_tile(second, x, y, GDT_Byte, b);
            write_tile(biomass, x, y, GDT_UInt16, c);
        }
    GDALClose(first);
    GDALClose(second);
    GDALClose(biomass);
}

/* A mesh of columns x rows regions over a square of `side` degrees. */
struct mesh {
    int columns, rows, points; /* points on each side of a region */
    double side;
    int ragged;
};

struct corner {
    int i, j;
};
struct point {
    double x, y;
};

static struct point node(const struct mesh *mesh, struct corner at)
{
    const double w = mesh->side / mesh->columns, h = mesh->side / mesh->rows;
    const double inner_x = at.i > 0 && at.i < mesh->columns ? 0.5 : 0;
    const double inner_y = at.j > 0 && at.j < mesh->rows ? 0.5 : 0;
    return (struct point){(at.i + inner_x * (lattice(20, at.i, at.j) - 0.5)) * w,
                          (at.j + inner_y * (lattice(21, at.i, at.j) - 0.5)) * h};
}

/* Point k of the side from one corner to another, the same from both regions that share it. */
static struct point side_point(const struct mesh *mesh, struct corner a, struct corner b, int k)
{
    if (b.i < a.i || b.j < a.j)
        return side_point(mesh, b, a, mesh->points - k);
    const struct point p = node(mesh, a), q = node(mesh, b);
    const double t = (double)k / mesh->points;
    const bool is_upright = a.i == b.i;
    const bool is_border = (is_upright && (a.i == 0 || a.i == mesh->columns)) ||
                           (a.j == b.j && (a.j == 0 || a.j == mesh->rows));
    const int at = k * 4096 / mesh->points;
    const double size = is_border || !mesh->ragged ? 0 : 0.25 * mesh->side / mesh->columns;
    const int seed = 30 + (a.i + a.j * 977) * 2 + is_upright;
    const double bend = (noise(seed, 1024, at, 0) - 0.5) + 0.4 * (noise(seed, 128, at, 7) - 0.5) +
                        0.2 * (noise(seed, 16, at, 9) - 0.5);
    const double off = size * bend * 4 * t * (1 - t);
    return (struct point){WEST + p.x + (q.x - p.x) * t + (is_upright ? off : 0),
                          NORTH - (p.y + (q.y - p.y) * t + (is_upright ? 0 : off))};
}

static OGRGeometryH region(const struct mesh *mesh, int i, int j)
{
    const struct corner corners[5] = {{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}, {i, j}};
    OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
    OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
    for (int c = 0; c < 4; c++)
        for (int k = 0; k < mesh->points; k++) {
            const struct point point = side_point(mesh, corners[c], corners[c + 1], k);
            OGR_G_AddPoint_2D(ring, point.x, point.y);
        }
    OGR_G_CloseRings(ring);
    OGR_G_AddGeometryDirectly(polygon, ring);
    return polygon;
}

static void write_mesh(const char *folder, const char *name, const struct mesh *mesh)
{
    char path[4096], id[32];
    snprintf(path, sizeof path, "%s/%s.gpkg", folder, name);
    remove(path);
    GDALDatasetH dataset =
        GDALCreate(GDALGetDriverByName("GPKG"), path, 0, 0, 0, GDT_Unknown, NULL);
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(crs, 4326);
    OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER);
    OGRLayerH layer = GDALDatasetCreateLayer(dataset, "regions", crs, wkbPolygon, NULL);
    OGRFieldDefnH field = OGR_Fld_Create("id", OFTString);
    OGR_L_CreateField(layer, field, 1);
    OGR_Fld_Destroy(field);
    if (OGR_L_StartTransaction(layer) != OGRERR_NONE)
        exit(1);
    for (int j = 0; j < mesh->rows; j++)
        for (int i = 0; i < mesh->columns; i++) {
            OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
            snprintf(id, sizeof id, "%06d", j * mesh->columns + i + 1);
            OGR_F_SetFieldString(feature, 0, id);
            OGR_F_SetGeometryDirectly(feature, region(mesh, i, j));
            if (OGR_L_CreateFeature(layer, feature) != OGRERR_NONE)
                exit(1);
            OGR_F_Destroy(feature);
        }
    if (OGR_L_CommitTransaction(layer) != OGRERR_NONE)
        exit(1);
    OSRDestroySpatialReference(crs);
    GDALClose(dataset);
}

static void write_job(const char *folder, const char *name, const char *regions, const char *more)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.yml", folder, name);
    FILE *job = fopen(path, "w");
    if (!job)
        exit(1);
    fprintf(job,
            "title: Benchmark (synthetic)\n"
            "regions: {file: %s.gpkg, id: id}\n"
            "years: [2020, 2025]\n"
            "layers:\n"
            "  land_cover: {file: 'lc_{year}.tif', legend: worldcover}\n"
            "  above_ground_biomass: {file: agb.tif, unit: t/ha}\n"
            "%s"
            "missing: count\n"
            "output: {inventory: %s.nc}\n",
            regions, more, name);
    fclose(job);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: bench_generate DIR CELLS\n", stderr);
        return 2;
    }
    const int cells = atoi(argv[2]);
    const double side = cells * CELL_DEG;
    GDALAllRegister();
    write_rasters(argv[1], cells);
    const struct mesh provinces = {17, 2, 2000, side, 1}, counties = {60, 50, 125, side, 1};
    const struct mesh tenth = {1, 1, 4, side * sqrt(0.1), 0};
    write_mesh(argv[1], "provinces", &provinces);
    write_mesh(argv[1], "counties", &counties);
    write_mesh(argv[1], "tenth", &tenth);
    write_job(argv[1], "provinces", "provinces", "");
    write_job(argv[1], "counties", "counties", "");
    write_job(argv[1], "tenth", "tenth", "");
    write_job(argv[1], "report", "counties",
              "  zone: {value: tropical_moist_deciduous_forest}\n"
              "  climate: {value: tropical_moist}\n"
              "  soil: {value: lac}\n"
              "  continent: {value: asia}\n"
              "  origin: {value: natural}\n"
              "factors: [ipcc]\n");
    return 0;
}
