/* The bytes of netCDF files, read by the process that nc_reader.c starts. HDF5 crashes on some of
 * them and never ends on others: only that nothing of this reaches the parent is tested. */
#include "tests/fuzz/fuzz.h"

#include "pipelines/inventory.h"

#include <stdio.h>

static FILE *nowhere;

void sink_fuzz_start(void)
{
    nowhere = fopen("/dev/null", "w");
}

bool sink_fuzz_run(const uint8_t *data, size_t size)
{
    struct sink_error error;
    const char *path = sink_fuzz_file("file.nc", data, size);
    const enum sink_status status = sink_info_print(path, true, nowhere, &error);
    if (status != SINK_OK)
        sink_fuzz_check_error(status, &error);
    return status == SINK_OK;
}
