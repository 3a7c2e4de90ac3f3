/* Inventories: what info, track and those who look at all of them read. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/nc_image.h"

#include "pipelines/dataset.h"
#include "pipelines/inventory.h"
#include "pipelines/track.h"

#include <stdio.h>
#include <string.h>

static FILE *nowhere;

void sink_fuzz_start(void)
{
    nowhere = fopen("/dev/null", "w");
}

static void inform(const char *path)
{
    struct sink_error error;
    for (int json = 0; json < 2; json++) {
        const enum sink_status status = sink_info_print(path, json, nowhere, &error);
        if (status != SINK_OK)
            sink_fuzz_check_error(status, &error);
    }
}

static void look_at_all(const char *path)
{
    struct sink_nc_reader nc;
    struct sink_dataset dataset = {0};
    struct sink_error error;
    enum sink_status status = sink_nc_reader_open(&nc, path, &error);
    if (status == SINK_OK) {
        (void)sink_dataset_read(&nc, &dataset);
        status = sink_nc_reader_status(&nc, &error);
        sink_nc_reader_close(&nc);
    }
    if (status != SINK_OK)
        sink_fuzz_check_error(status, &error);
    for (size_t i = 0; i < dataset.variable_count; i++) {
        const struct sink_dataset_variable *variable = &dataset.variables[i];
        for (size_t v = 0; v < variable->info.count && variable->info.is_known; v++)
            (void)sink_dataset_value(variable, v);
        (void)sink_dataset_real(&dataset, variable, "_FillValue");
        (void)sink_dataset_text(&dataset, variable, "units");
    }
    sink_dataset_free(&dataset);
}

bool sink_fuzz_run(const uint8_t *data, size_t size)
{
    char path[128];
    struct sink_track track = {0};
    struct sink_faults faults = {0};
    struct sink_error error;
    strcpy(path, nc_image_serve(data, size));
    inform(path);
    (void)nc_image_serve(data, size);
    look_at_all(path);
    (void)nc_image_serve(data, size); /* answers count from the first again */
    char *const paths[] = {path};
    const enum sink_status status = sink_track_make(paths, 1, NULL, &track, &faults);
    sink_fuzz_check_faults(status, &faults);
    if (status != SINK_OK)
        return false;
    enum sink_status printed = sink_track_print_text(&track, true, nowhere, &error);
    if (printed == SINK_OK)
        printed = sink_track_print_json(&track, nowhere, &error);
    if (printed != SINK_OK)
        sink_fuzz_check_error(printed, &error);
    sink_track_free(&track);
    return true;
}
