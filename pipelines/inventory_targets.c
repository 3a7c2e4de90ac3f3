#include "pipelines/inventory_parts.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name, *title, *units, *rate_units;
} kinds[] = {[SINK_TARGET_FOREST_COVERAGE] = {"forest_coverage", "forest coverage", "1", "yr-1"},
             [SINK_TARGET_FOREST_STOCK_VOLUME] = {"forest_stock_volume", "forest stock volume",
                                                  "m3", "m3 yr-1"}};

/* One figure of a target as a variable of its own: CDO reads no third axis. */
struct figure {
    const char *name, *words, *units;
    const double *values; /* [target][year][region] */
};

static enum sink_status add_figure(struct sink_inventory_file *file, size_t t,
                                   const struct figure *figure, struct sink_error *error)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_account *account = file->inventory->account;
    const struct sink_target *target = &file->inventory->targets[t];
    const int dimensions[] = {file->time, file->region};
    const double *values = figure->values + t * account->year_count * account->region_count;
    char name[128], title[256];
    snprintf(name, sizeof name, "%s_target_%d_%s", kinds[target->kind].name, target->year,
             figure->name);
    snprintf(title, sizeof title, "%s target of %d: %s", kinds[target->kind].title, target->year,
             figure->words);
    const int variable = sink_nc_variable(nc, name, SINK_NC_DOUBLE, dimensions, 2);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "long_name", title);
    sink_nc_text(nc, variable, "units", figure->units);
    sink_nc_text(nc, variable, "cell_methods", "time: point");
    sink_nc_text(
        nc, variable, "comment",
        target->kind == SINK_TARGET_FOREST_COVERAGE
            ? "targets apply to the top level of the regions; the value is over the land "
              "that has a class: no_class_area, unknown_class_area and beyond_grid_area may "
              "hold forest or none"
            : "targets apply to the top level of the regions");
    sink_nc_real(nc, variable, "target_value", target->value);
    sink_nc_wholes(nc, variable, "target_year", &target->year, 1);
    sink_inventory_on_regions(file, variable, "");
    double *part = malloc(file->region_count * sizeof *part);
    if (!part)
        return sink_fail_memory(error);
    for (size_t y = 0; y < account->year_count; y++) {
        for (size_t r = 0; r < file->region_count; r++)
            part[r] = values[y * account->region_count + file->first_region + r];
        sink_nc_put_record(nc, variable, y, part);
    }
    free(part);
    return SINK_OK;
}

enum sink_status sink_inventory_add_targets(struct sink_inventory_file *file,
                                            struct sink_error *error)
{
    const struct sink_account *account = file->inventory->account;
    enum sink_status status = SINK_OK;
    for (size_t t = 0; t < account->target_count && status == SINK_OK; t++) {
        const enum sink_target_kind kind = file->inventory->targets[t].kind;
        const struct figure figures[] = {
            {"reached", "value over target", "1", account->target_reached},
            {"gap", "target minus value", kinds[kind].units, account->target_gap},
            {"rate_needed", "annual rate still needed", kinds[kind].rate_units,
             account->target_rate_per_yr}};
        for (size_t f = 0; f < sizeof figures / sizeof *figures && status == SINK_OK; f++)
            status = add_figure(file, t, &figures[f], error);
    }
    return status;
}
