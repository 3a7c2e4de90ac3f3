/* How sure the figures are: standard errors and bounds beside each total, and what drives them. */
#include "pipelines/inventory_parts.h"
#include "sinkcalc/base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POINT "time: point area: sum"
#define CHANGE "time: mean area: sum"

static const struct {
    const char *name, *units, *unit_of, *cell_methods;
    enum sink_figure first;
    bool by_pool, needs_volume, needs_period;
} figures[] = {
    {"total_carbon_stock", "t", "C", POINT, SINK_FIGURE_TOTAL_STOCK, false, false, false},
    {"total_net_removal", "t yr-1", "CO2", CHANGE, SINK_FIGURE_TOTAL_SINK, false, false, true},
    {"carbon_stock", "t", "C", POINT, SINK_FIGURE_STOCK, true, false, false},
    {"net_removal", "t yr-1", "CO2", CHANGE, SINK_FIGURE_SINK, true, false, true},
    {"forest_stock_volume", "m3", "", POINT, SINK_FIGURE_VOLUME, false, true, false}};
#define FIGURE_COUNT (sizeof figures / sizeof *figures)

static bool is_wanted(const struct sink_inventory_file *file, size_t f)
{
    if (figures[f].needs_volume &&
        !sink_job_find_role(file->inventory->job, SINK_ROLE_STOCK_VOLUME))
        return false;
    return !figures[f].needs_period || file->inventory->uncertainty->year_count > 1;
}

/* What stands beside a figure: endings of names, and the arrays they show. */
struct ending {
    const char *ending, *title;
    const double *array;
};
#define ENDING_COUNT 4

/* The last one is there with draws only. */
static size_t list_endings(const struct sink_uncertainty *uncertainty,
                           struct ending endings[ENDING_COUNT])
{
    endings[0] = (struct ending){"se", "standard error", uncertainty->se};
    endings[1] = (struct ending){"lower", "lower bound", uncertainty->lower};
    endings[2] = (struct ending){"upper", "upper bound", uncertainty->upper};
    endings[3] = (struct ending){"draws_mean", "mean of the draws", uncertainty->mean};
    return uncertainty->mean ? ENDING_COUNT : ENDING_COUNT - 1;
}

void sink_inventory_bounds_of(const struct sink_inventory_file *file, const char *figure,
                              char text[256])
{
    struct ending endings[ENDING_COUNT];
    const size_t count = list_endings(file->inventory->uncertainty, endings);
    int length = 0;
    *text = '\0';
    for (size_t f = 0; f < FIGURE_COUNT; f++)
        for (size_t e = 0; strcmp(figures[f].name, figure) == 0 && e < count; e++)
            length += snprintf(text + length, 256 - (size_t)length, "%s%s_%s", e > 0 ? " " : "",
                               figure, endings[e].ending);
}

/* One array of the uncertainty as a variable. */
static enum sink_status add_array(struct sink_inventory_file *file, size_t f,
                                  const struct ending *ending, struct sink_error *error)
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
    snprintf(name, sizeof name, "%s_%s", figures[f].name, ending->ending);
    snprintf(long_name, sizeof long_name, "%s of %s", ending->title, figures[f].name);
    const int variable =
        sink_nc_variable(nc, name, SINK_NC_DOUBLE, figures[f].by_pool ? by_pool : by_region,
                         figures[f].by_pool ? 3 : 2);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "long_name", long_name);
    sink_nc_text(nc, variable, "units", figures[f].units);
    sink_nc_text(nc, variable, "unit_of", figures[f].unit_of);
    sink_nc_text(nc, variable, "cell_methods", figures[f].cell_methods);
    sink_nc_text(nc, variable, "comment",
                 uncertainty->draws > 0 ? "IPCC 2006 Vol. 1 Ch. 3 Approach 2 (Monte Carlo)"
                                        : "IPCC 2006 Vol. 1 Ch. 3 Approach 1 (error propagation)");
    if (ending->array == uncertainty->lower || ending->array == uncertainty->upper)
        sink_nc_real(nc, variable, "confidence_level", 0.95);
    sink_inventory_on_regions(file, variable, figures[f].by_pool ? "pool_name" : "");
    for (size_t y = 0; y < years; y++) {
        for (size_t i = 0; i < inner; i++)
            for (size_t r = 0; r < file->region_count; r++)
                values[i * file->region_count + r] =
                    ending->array[((figures[f].first + i) * years + y) * regions +
                                  file->first_region + r];
        sink_nc_put_record(nc, variable, y, values);
    }
    free(values);
    return SINK_OK;
}

static enum sink_status add_bounds(struct sink_inventory_file *file, struct sink_error *error)
{
    struct ending endings[ENDING_COUNT];
    const size_t count = list_endings(file->inventory->uncertainty, endings);
    enum sink_status status = SINK_OK;
    for (size_t f = 0; f < FIGURE_COUNT; f++)
        for (size_t e = 0; is_wanted(file, f) && e < count && status == SINK_OK; e++)
            status = add_array(file, f, &endings[e], error);
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
    if (uncertainty->draws > 0) { /* as text: a double has no room for it */
        char seed[32];
        snprintf(seed, sizeof seed, "%" PRIu64, file->inventory->job->seed);
        sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_seed", seed);
    }
    return status;
}
