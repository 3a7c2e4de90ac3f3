#include "pipelines/layout.h"

#include "pipelines/inventory_parts.h"
#include "pipelines/nc_reader.h"
#include "pipelines/tally_file.h"
#include "pipelines/track.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void sink_layout_words(const char *layout, enum sink_layout_wanted wanted, char text[256])
{
    static const char *const names[] = {[SINK_WANTED_JOB] = "job",
                                        [SINK_WANTED_TALLY] = "tally file",
                                        [SINK_WANTED_INVENTORY] = "inventory"};
    const char *article = wanted == SINK_WANTED_INVENTORY ? "an" : "a";
    const char *name = names[wanted];
    if (strcmp(layout, SINK_TALLY_LAYOUT) == 0)
        snprintf(text, 256,
                 "a tally file, expected %s %s; `sinkcalc account` makes an inventory of it",
                 article, name);
    else if (strcmp(layout, SINK_INVENTORY_LAYOUT) == 0)
        snprintf(text, 256, "an inventory, expected %s %s; `sinkcalc %s", article, name,
                 wanted == SINK_WANTED_TALLY
                     ? "tally` makes one of its job"
                     : "report`, `export`, `verify`, `diff` and `track` take it");
    else if (strcmp(layout, SINK_TRACK_LAYOUT) == 0)
        snprintf(text, 256, "a series of `sinkcalc track`, expected %s %s", article, name);
    else if (wanted == SINK_WANTED_JOB)
        snprintf(text, 256, "a netCDF file, expected a job");
    else
        snprintf(text, 256, "no %s: sinkcalc_layout is \"%.80s\", expected \"%s\"", name, layout,
                 wanted == SINK_WANTED_TALLY ? SINK_TALLY_LAYOUT : SINK_INVENTORY_LAYOUT);
}

enum sink_status sink_layout_check_inventory(const char *path, const char *layout,
                                             struct sink_error *error)
{
    char text[256];
    if (strcmp(layout, SINK_INVENTORY_LAYOUT) == 0)
        return SINK_OK;
    sink_layout_words(layout, SINK_WANTED_INVENTORY, text);
    return sink_fail(error, SINK_BAD_DATA, "%s: %s", path, text);
}

static bool begins_as_netcdf(const char *path)
{
    char bytes[4] = "";
    struct stat info;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not wait */
    const bool is_read = file >= 0 && fstat(file, &info) == 0 && S_ISREG(info.st_mode) &&
                         pread(file, bytes, sizeof bytes, 0) == sizeof bytes;
    if (file >= 0)
        close(file);
    return is_read && (memcmp(bytes, "\x89HDF", 4) == 0 || memcmp(bytes, "CDF", 3) == 0);
}

enum sink_status sink_layout_check_job(const char *path, struct sink_error *error)
{
    struct sink_nc_reader nc;
    char text[256], *layout = NULL;
    if (!begins_as_netcdf(path))
        return SINK_OK;
    if (sink_nc_reader_open(&nc, path, error) == SINK_OK) {
        layout = sink_nc_read_text(&nc, "sinkcalc_layout");
        sink_nc_reader_close(&nc);
    }
    sink_layout_words(layout ? layout : "", SINK_WANTED_JOB, text);
    free(layout);
    return sink_fail(error, SINK_BAD_JOB, "%s: %s", path, text);
}
