/* Reads what tally_file_write.c writes, and believes nothing. */
#include "pipelines/tally_file.h"

#include "pipelines/layout.h"
#include "pipelines/tally_file_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void read_years(struct sink_nc_reader *nc, struct sink_tally_spec *spec)
{
    spec->year_count = sink_nc_length(nc, "year");
    spec->years = sink_nc_read_column(nc, "year_value", SINK_NC_INT, "year");
    if (!spec->years)
        sink_nc_reader_fault(nc, "no years");
    for (size_t i = 0; spec->years && sink_nc_is_good(nc) && i < spec->year_count; i++)
        if (spec->years[i] < 1 || spec->years[i] > 9999 ||
            (i > 0 && spec->years[i] <= spec->years[i - 1]))
            sink_nc_reader_fault(nc, "year_value: %d, expected ascending years", spec->years[i]);
}

static void read_quantities(struct sink_nc_reader *nc, struct sink_tally_spec *spec)
{
    const size_t count = sink_nc_length(nc, "quantity");
    char **names = sink_nc_read_column(nc, "quantity_name", SINK_NC_STRING, "quantity");
    int *sides = sink_nc_read_column(nc, "quantity_side", SINK_NC_INT, "quantity");
    int *units = sink_nc_read_column(nc, "quantity_unit", SINK_NC_INT, "quantity");
    if (sink_nc_is_good(nc) && !(spec->quantities = calloc(count + 1, sizeof *spec->quantities)))
        sink_fail_memory(&nc->error);
    for (size_t i = 0; spec->quantities && sink_nc_is_good(nc) && i < count; i++) {
        if (sides[i] < 0 || sides[i] > SINK_SIDE_STATIC || units[i] < 0 ||
            units[i] > SINK_QUANTITY_AGE_YR)
            sink_nc_reader_fault(nc, "quantity %s: unknown side or unit", names[i]);
        spec->quantities[spec->quantity_count++] =
            (struct sink_tally_quantity){.side = (enum sink_side)sides[i],
                                         .name = sink_nc_take_text(names, i),
                                         .quantity = (enum sink_quantity)units[i]};
    }
    sink_nc_free_texts(names, count);
    free(sides);
    free(units);
}

/* Columns of the dimensions, as the file has them. */
struct dimension_columns {
    char **names, **labels;
    int *kinds, *sides;
    uint64_t *counts;
    double *uppers;
    size_t count, label_count, label_at;
};

static void read_dimension(struct sink_nc_reader *nc, struct dimension_columns *from, size_t d,
                           struct sink_dimension *dimension)
{
    if (from->kinds[d] < 0 || from->kinds[d] > SINK_DIMENSION_EVENT || from->sides[d] < 0 ||
        from->sides[d] > SINK_SIDE_STATIC || from->counts[d] < 2 ||
        from->counts[d] > from->label_count - from->label_at) {
        sink_nc_reader_fault(nc, "dimension %s: unknown kind or side, or too few labels",
                             from->names[d]);
        return;
    }
    *dimension = (struct sink_dimension){.kind = (enum sink_dimension_kind)from->kinds[d],
                                         .side = (enum sink_side)from->sides[d],
                                         .name = sink_nc_take_text(from->names, d)};
    const size_t count = from->counts[d];
    const bool is_interval = dimension->kind == SINK_DIMENSION_INTERVAL;
    dimension->labels = calloc(count, sizeof *dimension->labels);
    dimension->upper = is_interval ? calloc(count, sizeof *dimension->upper) : NULL;
    if (!dimension->labels || (is_interval && !dimension->upper)) {
        sink_fail_memory(&nc->error);
        return;
    }
    dimension->count = count;
    for (size_t v = 0; v < count; v++) {
        dimension->labels[v] = sink_nc_take_text(from->labels, from->label_at + v);
        const double upper = from->uppers[from->label_at + v];
        if ((!is_interval || v < 2) && !(upper == 0))
            sink_nc_reader_fault(nc, "label_upper: %g for %s of %s, expected 0", upper,
                                 dimension->labels[v], dimension->name);
        if (is_interval)
            dimension->upper[v] = v < 2 ? NAN : upper;
        if (is_interval && ((v > 2 && !(dimension->upper[v] > dimension->upper[v - 1])) ||
                            (v == count - 1 && dimension->upper[v] != INFINITY)))
            sink_nc_reader_fault(nc, "dimension %s: intervals that do not ascend to infinity",
                                 dimension->name);
    }
    from->label_at += count;
}

static void read_dimensions(struct sink_nc_reader *nc, struct sink_tally_spec *spec)
{
    struct dimension_columns from = {.count = sink_nc_length(nc, "dimension"),
                                     .label_count = sink_nc_length(nc, "label")};
    from.names = sink_nc_read_column(nc, "dimension_name", SINK_NC_STRING, "dimension");
    from.kinds = sink_nc_read_column(nc, "dimension_kind", SINK_NC_INT, "dimension");
    from.sides = sink_nc_read_column(nc, "dimension_side", SINK_NC_INT, "dimension");
    from.counts = sink_nc_read_column(nc, "dimension_count", SINK_NC_UINT64, "dimension");
    from.labels = sink_nc_read_column(nc, "label_text", SINK_NC_STRING, "label");
    from.uppers = sink_nc_read_column(nc, "label_upper", SINK_NC_DOUBLE, "label");
    if (sink_nc_is_good(nc) &&
        (from.count == 0 || from.count > SINK_MAX_DIMENSIONS || !from.labels))
        sink_nc_reader_fault(nc, "%zu dimensions, expected 1 to %d", from.count,
                             SINK_MAX_DIMENSIONS);
    if (sink_nc_is_good(nc) &&
        !(spec->dimensions = calloc(from.count + 1, sizeof *spec->dimensions)))
        sink_fail_memory(&nc->error);
    for (size_t d = 0; spec->dimensions && from.labels && sink_nc_is_good(nc) && d < from.count;
         d++)
        read_dimension(nc, &from, d, &spec->dimensions[spec->dimension_count++]);
    if (sink_nc_is_good(nc) && from.label_at != from.label_count)
        sink_nc_reader_fault(nc, "label_text: more labels than the dimensions have values");
    sink_nc_free_texts(from.names, from.count);
    sink_nc_free_texts(from.labels, from.label_count);
    free(from.kinds);
    free(from.sides);
    free(from.counts);
    free(from.uppers);
}

/* What the land was is told by conversion_1, the latest, up to conversion_3. */
static bool is_conversion(const char *name)
{
    const char *const start = "conversion_";
    const size_t length = strlen(start);
    return strncmp(name, start, length) == 0 && name[length] >= '1' &&
           name[length] <= '0' + SINK_MAX_CONVERSIONS && name[length + 1] == '\0';
}

static void check_spec(struct sink_nc_reader *nc, const struct sink_tally_spec *spec)
{
    if (!sink_nc_is_good(nc))
        return;
    if (sink_tally_key_count(spec) == 0)
        sink_nc_reader_fault(nc, "too many strata");
    if (sink_tally_dimension(spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO) < 0 ||
        (spec->year_count > 1 &&
         sink_tally_dimension(spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_FROM) < 0))
        sink_nc_reader_fault(nc, "no dimension \"class\" for every year");
    for (size_t d = 0; d < spec->dimension_count; d++) {
        const struct sink_dimension *dimension = &spec->dimensions[d];
        const enum sink_side side =
            dimension->side == SINK_SIDE_STATIC ? SINK_SIDE_TO : dimension->side;
        if (sink_tally_dimension(spec, dimension->kind, dimension->name, side) != (int)d)
            sink_nc_reader_fault(nc, "dimension %.80s: stands twice", dimension->name);
        if (dimension->kind == SINK_DIMENSION_CONVERSION && !is_conversion(dimension->name))
            sink_nc_reader_fault(nc, "dimension %.80s: expected conversion_1 to conversion_%d",
                                 dimension->name, SINK_MAX_CONVERSIONS);
    }
    for (size_t q = 0; q < spec->quantity_count; q++)
        if (sink_tally_dimension(spec, SINK_DIMENSION_INTERVAL, spec->quantities[q].name,
                                 spec->quantities[q].side) < 0)
            sink_nc_reader_fault(nc, "quantity %s: no dimension of its intervals",
                                 spec->quantities[q].name);
}

static void check_layout(struct sink_nc_reader *nc)
{
    char text[256], *layout = sink_nc_read_text(nc, "sinkcalc_layout");
    if (layout && strcmp(layout, SINK_TALLY_LAYOUT) != 0) {
        sink_layout_words(layout, SINK_WANTED_TALLY, text);
        sink_nc_reader_fault(nc, "%s", text);
    }
    free(layout);
}

static void check_digest(struct sink_nc_reader *nc, struct sink_tally_bundle *bundle)
{
    char digest[65];
    char *stated = sink_nc_read_text(nc, "sinkcalc_digest");
    if (stated && sink_tally_bundle_digest(bundle, digest, &nc->error) == SINK_OK &&
        strcmp(stated, digest) != 0)
        sink_nc_reader_fault(nc,
                             "its content has been changed: it says its digest is %.64s, what it "
                             "holds has %s",
                             stated, digest);
    free(stated);
}

/* The digest is over what is known alone. */
static void check_rest(struct sink_nc_reader *nc)
{
    static const char *const attributes[] = {
        "title",
        "sinkcalc_layout",
        "sinkcalc_digest",
        "sinkcalc_version",
        "sinkcalc_libraries",
        "sinkcalc_job_file",
        "sinkcalc_grid",
        "sinkcalc_cells_read",
        "sinkcalc_overlap_m2",
        "sinkcalc_tile_count",
        "sinkcalc_part",
        "sinkcalc_part_count",
        "sinkcalc_part_first_tile",
        "sinkcalc_part_end_tile",
        NULL,
    };
    sink_nc_reader_check_rest(nc, attributes);
}

static enum sink_status read_all(struct sink_nc_reader *nc, struct sink_tally_bundle *bundle,
                                 struct sink_error *error)
{
    check_layout(nc);
    read_years(nc, &bundle->spec);
    read_quantities(nc, &bundle->spec);
    read_dimensions(nc, &bundle->spec);
    check_spec(nc, &bundle->spec);
    sink_tally_read_regions(nc, &bundle->regions);
    sink_tally_read_evidence(nc, &bundle->evidence);
    bundle->spec.region_count = bundle->regions.count;
    if (sink_nc_is_good(nc))
        sink_tally_read_rows(nc, bundle);
    if (sink_nc_is_good(nc))
        sink_tally_read_blocks(nc, bundle);
    if (sink_nc_is_good(nc))
        check_digest(nc, bundle);
    if (sink_nc_is_good(nc))
        check_rest(nc);
    const enum sink_status status = sink_nc_reader_status(nc, error);
    sink_nc_reader_close(nc);
    if (status != SINK_OK)
        sink_tally_bundle_free(bundle);
    return status;
}

enum sink_status sink_tally_file_read(const char *path, struct sink_tally_bundle *bundle,
                                      struct sink_error *error)
{
    struct sink_nc_reader nc;
    *bundle = (struct sink_tally_bundle){0};
    const enum sink_status status = sink_nc_reader_open(&nc, path, error);
    return status == SINK_OK ? read_all(&nc, bundle, error) : status;
}

enum sink_status sink_tally_image_read(const char *name, const void *image, size_t bytes,
                                       struct sink_tally_bundle *bundle, struct sink_error *error)
{
    struct sink_nc_reader nc;
    *bundle = (struct sink_tally_bundle){0};
    const enum sink_status status = sink_nc_reader_open_image(&nc, name, image, bytes, error);
    return status == SINK_OK ? read_all(&nc, bundle, error) : status;
}
