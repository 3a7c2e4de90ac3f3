#include "pipelines/correlation.h"

#include "pipelines/job.h"
#include "rasters/cell_area.h"
#include "regions/coverage.h"
#include "sinkcalc/base/ellipsoid.h"
#include "sinkcalc/base/text.h"
#include "sinkcalc/model/class.h"
#include "sinkcalc/model/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RADIANS_PER_DEGREE 0.017453292519943295

void sink_correlations_free(struct sink_correlations *correlations)
{
    for (size_t i = 0; i < correlations->count; i++) {
        free(correlations->items[i].name);
        free(correlations->items[i].block_columns);
        free(correlations->items[i].speaks);
    }
    free(correlations->items);
    *correlations = (struct sink_correlations){0};
}

/* The true size of a cell in m: its height is one for the grid, its width one for each row. */
struct cell_size {
    const struct sink_correlation_basis *basis;
    double height_m;
    double width_m; /* of a projected grid, all alike; 0: by row */
};

/* A degree of a meridian is longer near the poles by 1 %: the radius of curvature is that at the
 * middle of the grid (Snyder 1987, eq. 4-18). Elsewhere height and width are in the ratio that the
 * plane gives them and have the area of the cell in the middle. */
static enum sink_status measure(const struct sink_correlation_basis *basis, struct cell_size *size,
                                struct sink_error *error)
{
    const struct sink_grid *grid = basis->grid;
    *size = (struct cell_size){.basis = basis};
    if (grid->is_geographic) {
        const double inverse = sink_ellipsoid_wgs84.inverse_flattening;
        const double e2 = (2 - 1 / inverse) / inverse;
        const double sine = sin((grid->y0 + grid->height * grid->dy / 2) * RADIANS_PER_DEGREE);
        const double radius_m =
            sink_ellipsoid_wgs84.semi_major_m * (1 - e2) / pow(1 - e2 * sine * sine, 1.5);
        size->height_m = fabs(grid->dy) * RADIANS_PER_DEGREE * radius_m;
        return SINK_OK;
    }
    double area_m2 = 0;
    sink_cell_area_fill_m2(basis->cell_area, grid->height / 2, grid->width / 2, 1, &area_m2);
    if (!(area_m2 > 0))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: the cell in the middle of the grid lies off its projection: no size "
                         "of blocks for the range of a correlation",
                         basis->job->path);
    size->height_m = sqrt(area_m2 * fabs(grid->dy) / grid->dx);
    size->width_m = area_m2 / size->height_m;
    return SINK_OK;
}

static double width_m(const struct cell_size *size, int row)
{
    return size->width_m > 0 ? size->width_m
                             : sink_cell_area_row_m2(size->basis->cell_area, row) / size->height_m;
}

/* Whole cells of a side, from one to the `most` that there are; all when a cell has no width. */
static int whole_cells(double range_m, double cell_m, int most)
{
    const double cells = rint(range_m / cell_m);
    if (!(cells < most))
        return most;
    return cells > 1 ? (int)cells : 1;
}

static int block_rows(const struct cell_size *size, double range_m)
{
    return whole_cells(range_m, size->height_m, size->basis->grid->height);
}

static int block_columns(const struct cell_size *size, double range_m, int first_row, int rows)
{
    const struct sink_grid *grid = size->basis->grid;
    const int last_row = first_row + rows < grid->height ? first_row + rows : grid->height;
    const int middle = first_row + (last_row - first_row) / 2;
    return whole_cells(range_m, width_m(size, middle), grid->width);
}

/* The rows or columns of a region, within the grid: none, or last >= first. */
struct stretch {
    int first, last;
};

static struct stretch stretch_of(double first, double last, int count)
{
    const double from = floor(fmax(0, first)), to = ceil(fmin(count, last)) - 1;
    return from <= to ? (struct stretch){(int)from, (int)to} : (struct stretch){0, -1};
}

/* How many pieces of `size` cells so many cells can meet, wherever they begin. */
static double most_met(struct stretch cells, int size)
{
    return floor((cells.last - cells.first - 1.0 + size) / size) + 1;
}

/* The row of a geographic grid whose cells are widest: blocks have fewest columns there. */
static int widest_row(const struct sink_grid *grid, struct stretch rows)
{
    const double equator = grid->is_geographic ? -grid->y0 / grid->dy : 0;
    return (int)fmax(rows.first, fmin(rows.last, floor(equator)));
}

/* How many sums a layer of this range has at most, from the extents of the regions. */
static double count_sums(const struct cell_size *size, double range_m)
{
    const struct sink_correlation_basis *basis = size->basis;
    const struct sink_grid *grid = basis->grid;
    const int height = block_rows(size, range_m);
    double count = 0;
    for (size_t r = 0; r < basis->spec->region_count; r++) {
        double extent[4];
        if (!sink_coverage_extent(basis->coverage, r, extent))
            continue;
        const struct stretch columns = stretch_of(extent[0], extent[2], grid->width);
        const struct stretch rows = stretch_of(extent[1], extent[3], grid->height);
        if (columns.last < columns.first || rows.last < rows.first)
            continue;
        const int width = whole_cells(range_m, width_m(size, widest_row(grid, rows)), grid->width);
        count += most_met(rows, height) * most_met(columns, width);
    }
    return count * (double)basis->spec->year_count;
}

/* The least range of two digits with few enough sums. */
static double least_range_m(const struct cell_size *size, double range_m)
{
    double digits = pow(10, floor(log10(range_m)) - 1);
    double tens = floor(range_m / digits);
    while (count_sums(size, tens * digits) > (double)SINK_MAX_BLOCK_SUMS)
        if (++tens >= 100) {
            tens = 10;
            digits *= 10;
        }
    return tens * digits;
}

static enum sink_status check_count(const struct cell_size *size,
                                    const struct sink_job_layer *layer, struct sink_error *error)
{
    const struct sink_job *job = size->basis->job;
    const double count = count_sums(size, layer->range_m);
    if (count <= (double)SINK_MAX_BLOCK_SUMS)
        return SINK_OK;
    const double least_m = least_range_m(size, layer->range_m);
    return sink_fail(error, SINK_BAD_JOB,
                     "%s:%d:%d: layers.%s.correlation.range: %.10g m cuts the regions into up to "
                     "%.0f blocks, expected at most %.0f: a range of %.10g %s or more",
                     job->path, layer->place.line, layer->place.column, job->layers[layer->of].name,
                     layer->range_m, count, (double)SINK_MAX_BLOCK_SUMS,
                     least_m < 1000 ? least_m : least_m / 1000, least_m < 1000 ? "m" : "km");
}

bool *sink_correlation_voices(const struct sink_tally_spec *spec,
                              const struct sink_class_list *classes,
                              const struct sink_job_layer *layer)
{
    const int d = sink_tally_dimension(spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO);
    const struct sink_dimension *dimension = &spec->dimensions[d];
    bool *speaks = calloc(dimension->count, sizeof *speaks);
    for (size_t v = 2; speaks && v < dimension->count; v++) {
        const int class = sink_class_list_find(classes, dimension->labels[v]);
        speaks[v] = class >= 0 && sink_job_layer_speaks_for(layer, &classes->items[class]);
    }
    return speaks;
}

static enum sink_status make_one(const struct cell_size *size, size_t job_layer,
                                 struct sink_correlation *correlation, struct sink_error *error)
{
    const struct sink_correlation_basis *basis = size->basis;
    const struct sink_job_layer *layer = &basis->job->layers[job_layer];
    const int rows = block_rows(size, layer->range_m);
    *correlation =
        (struct sink_correlation){.name = sink_text_copy(layer->name),
                                  .range_m = layer->range_m,
                                  .block_rows = rows,
                                  .band_count = (uint64_t)((basis->grid->height - 1) / rows + 1),
                                  .job_layer = (int)job_layer,
                                  .speaks = sink_correlation_voices(
                                      basis->spec, basis->classes, &basis->job->layers[layer->of])};
    correlation->block_columns =
        malloc(correlation->band_count * sizeof *correlation->block_columns);
    if (!correlation->name || !correlation->speaks || !correlation->block_columns)
        return sink_fail_memory(error);
    for (uint64_t band = 0; band < correlation->band_count; band++) {
        const int width = block_columns(size, layer->range_m, (int)band * rows, rows);
        const uint64_t columns = (uint64_t)((basis->grid->width - 1) / width + 1);
        correlation->block_columns[band] = width;
        if (columns > correlation->column_count)
            correlation->column_count = columns;
    }
    return SINK_OK;
}

static bool has_range(const struct sink_job_layer *layer)
{
    return layer->role == SINK_ROLE_SD && !isnan(layer->range_m);
}

enum sink_status sink_correlations_make(const struct sink_correlation_basis *basis,
                                        struct sink_correlations *correlations,
                                        struct sink_error *error)
{
    const struct sink_job *job = basis->job;
    struct cell_size size;
    size_t count = 0;
    *correlations = (struct sink_correlations){0};
    for (size_t i = 0; i < job->layer_count; i++)
        count += has_range(&job->layers[i]);
    if (count == 0)
        return SINK_OK;
    correlations->items = calloc(count, sizeof *correlations->items);
    if (!correlations->items)
        return sink_fail_memory(error);
    enum sink_status status = measure(basis, &size, error);
    for (size_t i = 0; i < job->layer_count && status == SINK_OK; i++) {
        if (!has_range(&job->layers[i]))
            continue;
        status = check_count(&size, &job->layers[i], error);
        if (status == SINK_OK)
            status = make_one(&size, i, &correlations->items[correlations->count++], error);
    }
    if (status != SINK_OK)
        sink_correlations_free(correlations);
    return status;
}
