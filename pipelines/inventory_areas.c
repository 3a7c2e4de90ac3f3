/* Areas as a confusion matrix corrects them, and how right the map is. */
#include "pipelines/inventory_parts.h"
#include "sinkcalc/base/units.h"

#include <stdlib.h>

/* A figure that the matrix corrects, and its standard error: [year][class or 1][region]. */
struct corrected {
    const char *name, *error_name, *title, *units, *unit_of;
    const double *array, *errors;
    double scale;
    bool by_cover;
    const char *comment; /* of its own; NULL for none */
};

#define COMMENT                                                                                    \
    "Olofsson et al. 2014; the shares of the confusion matrix are taken to hold in every region"

static int define(struct sink_inventory_file *file, const struct corrected *figure, bool is_error)
{
    struct sink_nc_writer *nc = &file->nc;
    const int cover[] = {file->time, file->cover, file->region};
    const int region[] = {file->time, file->region};
    const int variable =
        sink_nc_variable(nc, is_error ? figure->error_name : figure->name, SINK_NC_DOUBLE,
                         figure->by_cover ? cover : region, figure->by_cover ? 3 : 2);
    sink_nc_fill(nc, variable);
    if (is_error) {
        char title[128];
        snprintf(title, sizeof title, "standard error of %s by the areas", figure->name);
        sink_nc_text(nc, variable, "long_name", title);
    } else {
        sink_nc_text(nc, variable, "long_name", figure->title);
        sink_nc_text(nc, variable, "ancillary_variables", figure->error_name);
    }
    sink_nc_text(nc, variable, "units", figure->units);
    sink_nc_text(nc, variable, "unit_of", figure->unit_of);
    sink_nc_text(nc, variable, "cell_methods", "time: point area: sum");
    sink_nc_text(nc, variable, "comment", figure->comment ? figure->comment : COMMENT);
    sink_inventory_on_regions(file, variable, figure->by_cover ? "cover_name" : "");
    return variable;
}

static enum sink_status add_corrected(struct sink_inventory_file *file,
                                      const struct corrected *figure, bool is_error,
                                      struct sink_error *error)
{
    const struct sink_uncertainty *uncertainty = file->inventory->uncertainty;
    const double *array = is_error ? figure->errors : figure->array;
    const size_t inner = figure->by_cover ? uncertainty->class_count : 1;
    double *values = malloc(inner * file->region_count * sizeof *values);
    if (!values)
        return sink_fail_memory(error);
    const int variable = define(file, figure, is_error);
    for (size_t y = 0; y < uncertainty->year_count; y++) {
        for (size_t i = 0; i < inner; i++)
            for (size_t r = 0; r < file->region_count; r++)
                values[i * file->region_count + r] =
                    figure->scale *
                    array[(y * inner + i) * uncertainty->region_count + file->first_region + r];
        sink_nc_put_record(&file->nc, variable, y, values);
    }
    free(values);
    return SINK_OK;
}

static enum sink_status add_accuracy(struct sink_inventory_file *file, struct sink_error *error)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_uncertainty *uncertainty = file->inventory->uncertainty;
    static const struct {
        const char *name, *title;
        size_t offset; /* of the member in struct sink_area_class */
    } columns[] = {
        {"users_accuracy", "share of the land mapped as the class that is it, top level, last year",
         offsetof(struct sink_area_class, users)},
        {"users_accuracy_se", "standard error of users_accuracy",
         offsetof(struct sink_area_class, users_se)},
        {"producers_accuracy", "share of the class that is mapped as it, top level, last year",
         offsetof(struct sink_area_class, producers)},
        {"producers_accuracy_se", "standard error of producers_accuracy",
         offsetof(struct sink_area_class, producers_se)}};
    double *values = malloc(uncertainty->class_count * sizeof *values);
    if (!values)
        return sink_fail_memory(error);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        for (size_t c = 0; c < uncertainty->class_count; c++)
            values[c] = *(const double *)(const void *)((const char *)&uncertainty->accuracy[c] +
                                                        columns[i].offset);
        const int variable = sink_nc_variable(nc, columns[i].name, SINK_NC_DOUBLE, &file->cover, 1);
        sink_nc_fill(nc, variable);
        sink_nc_text(nc, variable, "long_name", columns[i].title);
        sink_nc_text(nc, variable, "units", "1");
        sink_nc_text(nc, variable, "coordinates", "cover_name");
        sink_nc_put_filled(nc, variable, values, uncertainty->class_count);
    }
    free(values);
    return SINK_OK;
}

enum sink_status sink_inventory_add_areas(struct sink_inventory_file *file,
                                          struct sink_error *error)
{
    const struct sink_uncertainty *uncertainty = file->inventory->uncertainty;
    const double per_ha = 1 / SINK_M2_PER_HA;
    const struct corrected figures[] = {
        {"area_corrected", "area_corrected_se",
         "area of the class corrected by the confusion matrix", "ha", "", uncertainty->area_m2,
         uncertainty->area_se_m2, per_ha, true, NULL},
        {"forest_area_corrected", "forest_area_corrected_se",
         "forest area corrected by the confusion matrix", "ha", "", uncertainty->forest_m2,
         uncertainty->forest_se_m2, per_ha, false, NULL},
        {"total_carbon_stock_corrected", "total_carbon_stock_corrected_se",
         "carbon at the mapped densities on the corrected areas, t of carbon (C)", "t", "C",
         uncertainty->stock_tc, uncertainty->stock_se_tc, 1, false,
         COMMENT "; a class that the map of the region lacks has the density of the nearest region "
                 "above that has it; missing where no map of the year has it"}};
    enum sink_status status = SINK_OK;
    if (!uncertainty->area_m2)
        return SINK_OK;
    for (size_t i = 0; i < sizeof figures / sizeof *figures && status == SINK_OK; i++) {
        status = add_corrected(file, &figures[i], false, error);
        if (status == SINK_OK)
            status = add_corrected(file, &figures[i], true, error);
    }
    return status == SINK_OK ? add_accuracy(file, error) : status;
}
