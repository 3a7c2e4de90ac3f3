/* The bytes of netCDF files, read by the process that nc_reader.c starts. HDF5 crashes on some of
 * them and never ends on others: what is tested is that nothing of this reaches the parent, and
 * that the process ends. */
#include "tests/fuzz/fuzz.h"

#include "pipelines/inventory.h"

#include <stdio.h>
#include <sys/resource.h>

#define SECONDS 10 /* of a process that reads a file of some hundred kilobytes */

static FILE *nowhere;

static long long seconds_of_children(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec;
}

void sink_fuzz_start(void)
{
    nowhere = fopen("/dev/null", "w");
}

bool sink_fuzz_run(const uint8_t *data, size_t size)
{
    struct sink_error error;
    const char *path = sink_fuzz_file("file.nc", data, size);
    const long long before = seconds_of_children();
    const enum sink_status status = sink_info_print(path, true, nowhere, &error);
    if (status != SINK_OK)
        sink_fuzz_check_error(status, &error);
    sink_fuzz_expect(seconds_of_children() - before <= SECONDS, "the process that reads ends");
    return status == SINK_OK;
}
