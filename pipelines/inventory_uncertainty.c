/* How sure the figures are: standard errors and bounds beside each total, what drives them, and the
 * areas that a confusion matrix corrects. */
#include "pipelines/inventory_parts.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *units;
    enum sink_figure first;
    bool by_pool, needs_volume, needs_period;
} figures[] = {{"total_carbon_stock", "t", SINK_FIGURE_TOTAL_STOCK, false, false, false},
               {"total_net_removal", "t yr-1", SINK_FIGURE_TOTAL_SINK, false, false, true},
               {"carbon_stock", "t", SINK_FIGURE_STOCK, true, false, false},
               {"net_removal", "t yr-1", SINK_FIGURE_SINK, true, false, true},
               {"forest_stock_volume", "m3", SINK_FIGURE_VOLUME, false, true, false}};

/* One array of the uncertainty as a variable. */
static enum sink_status add_array(struct sink_inventory_file *file, size_t f, const char *ending,
                                  const char *title, const double *array, struct sink_error *error)
{
    char name[128], long_name[256];
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_uncertainty *uncertainty = file->inventory->uncertainty;
    const size_t inner = figures[f].by_pool ? SINK_POOL_COUNT : 1;
    const size_t years = uncertainty->year_count, regions = uncertainty->region_count;
    const int by_pool[] = {file->time, file->pool, file->region};
    const int by_region[] = {file->time, file->region};
    double *values = malloc(inner * file->region_count * sizeof *values);
    if (!values)
        return sink_fail_memory(error);
    snprintf(name, sizeof name, "%s_%s", figures[f].name, ending);
    snprintf(long_name, sizeof long_name, "%s of %s", title, figures[f].name);
    const int variable =
        sink_nc_variable(nc, name, SINK_NC_DOUBLE, figures[f].by_pool ? by_pool : by_region,
                         figures[f].by_pool ? 3 : 2);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "long_name", long_name);
    sink_nc_text(nc, variable, "units", figures[f].units);
    sink_nc_text(nc, variable, "comment",
                 uncertainty->draws > 0 ? "IPCC 2006 Vol. 1 Ch. 3 Approach 2 (Monte Carlo)"
                                        : "IPCC 2006 Vol. 1 Ch. 3 Approach 1 (error propagation)");
    if (strcmp(ending, "se") != 0)
        sink_nc_real(nc, variable, "confidence_level", 0.95);
    sink_inventory_on_regions(file, variable, figures[f].by_pool ? "pool_name" : "");
    for (size_t y = 0; y < years; y++) {
        for (size_t i = 0; i < inner; i++)
            for (size_t r = 0; r < file->region_count; r++)
                values[i * file->region_count + r] =
                    array[((figures[f].first + i) * years + y) * regions + file->first_region + r];
        sink_nc_put_record(nc, variable, y, values);
    }
    free(values);
    return SINK_OK;
}

static enum sink_status add_bounds(struct sink_inventory_file *file, struct sink_error *error)
{
    const struct sink_uncertainty *uncertainty = file->inventory->uncertainty;
    enum sink_status status = SINK_OK;
    for (size_t f = 0; f < sizeof figures / sizeof *figures && status == SINK_OK; f++) {
        if ((figures[f].needs_volume &&
             !sink_job_find_role(file->inventory->job, SINK_ROLE_STOCK_VOLUME)) ||
            (figures[f].needs_period && uncertainty->year_count < 2))
            continue;
        status = add_array(file, f, "se", "standard error", uncertainty->se, error);
        if (status == SINK_OK)
            status = add_array(file, f, "lower", "lower bound", uncertainty->lower, error);
        if (status == SINK_OK)
            status = add_array(file, f, "upper", "upper bound", uncertainty->upper, error);
        if (status == SINK_OK && uncertainty->mean)
            status =
                add_array(file, f, "draws_mean", "mean of the draws", uncertainty->mean, error);
    }
    return status;
}

char *sink_source_text(const struct sink_source *source)
{
    if (source->is_area)
        return sink_text_copy("areas of the classes (accuracy)");
    if (source->raster)
        return sink_text_format("raster of %s", source->raster->quantity);
    const struct sink_factor *row = source->row;
    return sink_text_format("%s of %s (%s:%zu)", sink_factor_kind_name(row->kind),
                            *row->classes ? row->classes : "all classes", row->set, row->line);
}

/* The sources that drive the uncertainty of a total of the last year: texts and shares. */
static enum sink_status add_drivers(struct sink_inventory_file *file, const char *what,
                                    const struct sink_drivers *drivers, int driver,
                                    struct sink_error *error)
{
    char name[64], title[128];
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_uncertainty *uncertainty = file->inventory->uncertainty;
    const size_t count = SINK_DRIVER_COUNT * file->region_count;
    const int dimensions[] = {driver, file->region};
    char **texts = calloc(count + 1, sizeof *texts);
    double *shares = calloc(count + 1, sizeof *shares);
    bool is_whole = texts && shares;
    for (size_t i = 0; is_whole && i < count; i++) {
        const struct sink_drivers *of = &drivers[file->first_region + i % file->region_count];
        const int source = of->source[i / file->region_count];
        texts[i] =
            source < 0 ? sink_text_copy("") : sink_source_text(&uncertainty->sources[source]);
        shares[i] = source < 0 ? NAN : of->share[i / file->region_count];
        is_whole = texts[i] != NULL;
    }
    if (is_whole) {
        snprintf(name, sizeof name, "%s_driver", what);
        snprintf(title, sizeof title, "inputs that add most to the variance of %s, last year",
                 what);
        int variable = sink_nc_variable(nc, name, SINK_NC_STRING, dimensions, 2);
        sink_nc_text(nc, variable, "long_name", title);
        sink_nc_put(nc, variable, texts);
        snprintf(name, sizeof name, "%s_driver_share", what);
        variable = sink_nc_variable(nc, name, SINK_NC_DOUBLE, dimensions, 2);
        sink_nc_fill(nc, variable);
        sink_nc_text(nc, variable, "long_name", "share of the variance by Approach 1");
        sink_nc_text(nc, variable, "units", "1");
        sink_nc_put_filled(nc, variable, shares, count);
    }
    for (size_t i = 0; texts && i < count; i++)
        free(texts[i]);
    free(texts);
    free(shares);
    return is_whole ? SINK_OK : sink_fail_memory(error);
}

/* A figure that the confusion matrix gives, [year][inner][region]. */
static enum sink_status add_corrected(struct sink_inventory_file *file, const char *name,
                                      const char *title, double scale, const double *array,
                                      struct sink_error *error)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_uncertainty *uncertainty = file->inventory->uncertainty;
    const bool by_cover = strncmp(name, "area_", 5) == 0;
    const size_t inner = by_cover ? uncertainty->class_count : 1;
    const size_t regions = uncertainty->region_count;
    const int cover[] = {file->time, file->cover, file->region};
    const int region[] = {file->time, file->region};
    double *values = malloc(inner * file->region_count * sizeof *values);
    if (!values)
        return sink_fail_memory(error);
    const int variable =
        sink_nc_variable(nc, name, SINK_NC_DOUBLE, by_cover ? cover : region, by_cover ? 3 : 2);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "long_name", title);
    sink_nc_text(nc, variable, "units", scale == 1 ? "t" : "ha");
    sink_nc_text(nc, variable, "comment",
                 "Olofsson et al. 2014; the shares of the confusion matrix are taken to hold in "
                 "every region");
    sink_inventory_on_regions(file, variable, by_cover ? "cover_name" : "");
    for (size_t y = 0; y < uncertainty->year_count; y++) {
        for (size_t i = 0; i < inner; i++)
            for (size_t r = 0; r < file->region_count; r++)
                values[i * file->region_count + r] =
                    scale * array[(y * inner + i) * regions + file->first_region + r];
        sink_nc_put_record(nc, variable, y, values);
    }
    free(values);
    return SINK_OK;
}

static enum sink_status add_areas(struct sink_inventory_file *file, struct sink_error *error)
{
    const struct sink_uncertainty *uncertainty = file->inventory->uncertainty;
    const double per_ha = 1 / SINK_M2_PER_HA;
    const struct {
        const char *name, *title;
        double scale;
        const double *array;
    } corrected[] = {
        {"area_corrected", "area of the class corrected by the confusion matrix", per_ha,
         uncertainty->area_m2},
        {"area_corrected_se", "its standard error", per_ha, uncertainty->area_se_m2},
        {"forest_area_corrected", "forest area corrected by the confusion matrix", per_ha,
         uncertainty->forest_m2},
        {"forest_area_corrected_se", "its standard error", per_ha, uncertainty->forest_se_m2},
        {"total_carbon_stock_corrected", "carbon at the mapped densities on the corrected areas", 1,
         uncertainty->stock_tc},
        {"total_carbon_stock_corrected_se", "its standard error by the areas", 1,
         uncertainty->stock_se_tc}};
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < sizeof corrected / sizeof *corrected && status == SINK_OK; i++)
        status = add_corrected(file, corrected[i].name, corrected[i].title, corrected[i].scale,
                               corrected[i].array, error);
    return status;
}

static void add_accuracy(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_uncertainty *uncertainty = file->inventory->uncertainty;
    const struct sink_area_class *classes = uncertainty->accuracy;
    const struct {
        const char *name, *title;
        struct sink_nc_member member;
    } figures_of_classes[] = {
        {"users_accuracy", "user's accuracy of the class, top level, last year",
         SINK_NC_MEMBER(classes, uncertainty->class_count, users)},
        {"users_accuracy_se", "its standard error",
         SINK_NC_MEMBER(classes, uncertainty->class_count, users_se)},
        {"producers_accuracy", "producer's accuracy of the class, top level, last year",
         SINK_NC_MEMBER(classes, uncertainty->class_count, producers)},
        {"producers_accuracy_se", "its standard error",
         SINK_NC_MEMBER(classes, uncertainty->class_count, producers_se)}};
    for (size_t i = 0; i < sizeof figures_of_classes / sizeof *figures_of_classes; i++) {
        const int variable = sink_nc_member(nc, figures_of_classes[i].name, SINK_NC_DOUBLE,
                                            file->cover, figures_of_classes[i].member);
        sink_nc_text(nc, variable, "long_name", figures_of_classes[i].title);
        sink_nc_text(nc, variable, "units", "1");
    }
}

enum sink_status sink_inventory_add_uncertainty(struct sink_inventory_file *file,
                                                struct sink_error *error)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_uncertainty *uncertainty = file->inventory->uncertainty;
    enum sink_status status = add_bounds(file, error);
    const int driver = sink_nc_dimension(nc, "driver", SINK_DRIVER_COUNT);
    if (status == SINK_OK)
        status = add_drivers(file, "total_carbon_stock", uncertainty->stock_drivers, driver, error);
    if (status == SINK_OK && uncertainty->year_count > 1)
        status = add_drivers(file, "total_net_removal", uncertainty->sink_drivers, driver, error);
    sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_draws", (double)uncertainty->draws);
    if (uncertainty->draws > 0)
        sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_seed", (double)file->inventory->job->seed);
    if (status == SINK_OK && uncertainty->area_m2) {
        status = add_areas(file, error);
        add_accuracy(file);
    }
    return status;
}
