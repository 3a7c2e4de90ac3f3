#include "pipelines/export_parts.h"

#include "pipelines/inventory_parts.h"
#include "pipelines/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *type_name(enum sink_nc_type type)
{
    return type == SINK_NC_STRING ? "texts" : type == SINK_NC_DOUBLE ? "doubles" : "whole numbers";
}

const struct sink_dataset_variable *sink_export_column(const struct sink_export *export,
                                                       const char *name, const char *dimension,
                                                       enum sink_nc_type type,
                                                       struct sink_error *error)
{
    const struct sink_dataset_variable *found = sink_dataset_find(&export->dataset, name);
    const void *values = !found                   ? NULL
                         : type == SINK_NC_STRING ? (const void *)found->texts
                         : type == SINK_NC_DOUBLE ? (const void *)found->reals
                                                  : (const void *)found->ints;
    if (values && found->info.rank == 1 && strcmp(found->info.dimensions[0], dimension) == 0)
        return found;
    sink_fail(error, SINK_BAD_DATA, "%s: %s: not there as expected: %s on %s", export->path, name,
              type_name(type), dimension);
    return NULL;
}

/* The year that a day since 1970-01-01 lies in; 0 when it is none of 1 to 9999. */
static int year_of(double days)
{
    struct tm date = {0};
    const time_t when = isfinite(days) && fabs(days) < 4e6 ? (time_t)days * 86400 : 0;
    if (!isfinite(days) || fabs(days) >= 4e6 || !gmtime_r(&when, &date))
        return 0;
    const int year = date.tm_year + 1900;
    return year >= 1 && year <= 9999 ? year : 0;
}

static enum sink_status read_years(struct sink_export *export, struct sink_error *error)
{
    const struct sink_dataset_variable *bounds = sink_dataset_find(&export->dataset, "time_bnds");
    const struct sink_dataset_variable *time =
        sink_export_column(export, "time", "time", SINK_NC_DOUBLE, error);
    if (!time)
        return SINK_BAD_DATA;
    const size_t count = time->info.count;
    const char *units = sink_dataset_text(&export->dataset, time, "units");
    if (strncmp(units, "days since 1970-01-01", strlen("days since 1970-01-01")) != 0)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: time: units \"%s\", expected days since 1970-01-01", export->path,
                         units);
    if (!bounds || !bounds->reals || bounds->info.rank != 2 || bounds->info.lengths[0] != count ||
        bounds->info.lengths[1] != 2)
        return sink_fail(error, SINK_BAD_DATA, "%s: time_bnds: expected two days for each time",
                         export->path);
    export->years = calloc(count, sizeof *export->years);
    if (!export->years)
        return sink_fail_memory(error);
    export->year_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct sink_export_year year = {year_of(time->reals[i]),
                                              year_of(bounds->reals[2 * i])};
        if (year.year == 0 || year.start == 0 || year.start > year.year)
            return sink_fail(error, SINK_BAD_DATA,
                             "%s: time: %g, from %g, is no period of years 1 to 9999", export->path,
                             time->reals[i], bounds->reals[2 * i]);
        export->years[i] = year;
    }
    return SINK_OK;
}

static enum sink_status read_dataset(struct sink_export *export, struct sink_error *error)
{
    struct sink_nc_reader reader;
    enum sink_status status = sink_nc_reader_open(&reader, export->path, error);
    if (status != SINK_OK)
        return status;
    sink_dataset_read(&reader, &export->dataset);
    status = sink_nc_reader_status(&reader, error);
    sink_nc_reader_close(&reader);
    if (status != SINK_OK)
        return status;
    return sink_layout_check_inventory(
        export->path, sink_dataset_text(&export->dataset, NULL, "sinkcalc_layout"), error);
}

enum sink_status sink_export_open(const char *path, struct sink_export *export,
                                  struct sink_error *error)
{
    *export = (struct sink_export){.path = path};
    enum sink_status status = read_dataset(export, error);
    if (status == SINK_OK)
        status = read_years(export, error);
    if (status == SINK_OK)
        status = sink_export_read_regions(export, error);
    if (status == SINK_OK)
        status = sink_export_list_quantities(export, error);
    if (status != SINK_OK)
        sink_export_close(export);
    return status;
}

void sink_export_close(struct sink_export *export)
{
    for (size_t a = 0; a < export->axis_count; a++) {
        for (size_t i = 0; export->axes[a].labels && i < export->axes[a].length; i++)
            free(export->axes[a].labels[i]);
        free(export->axes[a].labels);
    }
    free(export->axes);
    free(export->quantities);
    free(export->years);
    sink_region_list_free(&export->regions);
    sink_dataset_free(&export->dataset);
    *export = (struct sink_export){0};
}

const struct sink_export_quantity *sink_export_find(const struct sink_export *export,
                                                    const char *name)
{
    for (size_t i = 0; i < export->quantity_count; i++)
        if (strcmp(export->quantities[i].name, name) == 0)
            return &export->quantities[i];
    return NULL;
}
