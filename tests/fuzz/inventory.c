/* Inventories: what info and track read of them. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/nc_image.h"

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

bool sink_fuzz_run(const uint8_t *data, size_t size)
{
    char path[128];
    struct sink_track track = {0};
    struct sink_faults faults = {0};
    struct sink_error error;
    strcpy(path, nc_image_serve(data, size));
    inform(path);
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
