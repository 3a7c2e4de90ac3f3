/* The inventory as the report needs it: read whole, shapes checked, names and numbers at hand. */
#include "pipelines/report/page.h"

#include "pipelines/digest.h"
#include "pipelines/inventory_parts.h"
#include "pipelines/layout.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LEVELS 16
#define MAX_PAGES 300       /* regions that all have a section of their own */
#define MAX_PAGES_ABOVE 150 /* else those of the upper levels do, as long as they are so few */

static void fault(struct sink_report *report, const char *variable, const char *what)
{
    if (report->error.status == SINK_OK)
        sink_fail(&report->error, SINK_BAD_DATA, "%s: %s: %s", report->path, variable, what);
}

size_t sink_report_length(const struct sink_report *report, const char *dimension)
{
    for (size_t i = 0; i < report->data.variable_count; i++) {
        const struct sink_dataset_variable *variable = &report->data.variables[i];
        const int axis = sink_dataset_axis(variable, dimension);
        if (axis >= 0)
            return variable->info.lengths[axis];
    }
    return 0;
}

/* Is it on exactly these dimensions, each as long as everywhere? */
static bool is_on(const struct sink_report *report, const struct sink_dataset_variable *variable,
                  const char *dimensions)
{
    int axis = 0;
    for (const char *word = dimensions; *word; axis++) {
        const size_t length = strcspn(word, " ");
        if (axis >= variable->info.rank)
            return false;
        const char *name = variable->info.dimensions[axis];
        if (strlen(name) != length || strncmp(name, word, length) != 0 ||
            variable->info.lengths[axis] != sink_report_length(report, name))
            return false;
        word += length + strspn(word + length, " ");
    }
    return axis == variable->info.rank;
}

static const struct sink_dataset_variable *find(const struct sink_report *report, const char *name,
                                                const char *dimensions)
{
    const struct sink_dataset_variable *variable = sink_dataset_find(&report->data, name);
    return variable && is_on(report, variable, dimensions) ? variable : NULL;
}

const double *sink_report_reals(const struct sink_report *report, const char *name,
                                const char *dimensions)
{
    const struct sink_dataset_variable *variable = find(report, name, dimensions);
    return variable ? variable->reals : NULL;
}

char *const *sink_report_texts(const struct sink_report *report, const char *name,
                               const char *dimension)
{
    const struct sink_dataset_variable *variable = find(report, name, dimension);
    return variable ? variable->texts : NULL;
}

const int *sink_report_ints(const struct sink_report *report, const char *name,
                            const char *dimensions)
{
    const struct sink_dataset_variable *variable = find(report, name, dimensions);
    return variable ? variable->ints : NULL;
}

double sink_report_top_sum(const struct sink_report *report, const double *row)
{
    double sum = 0;
    for (size_t i = 0; i < report->top_count; i++)
        sum += row ? row[report->tops[i]] : NAN;
    return sum;
}

/* Days since 1970-01-01 to the year of the Gregorian calendar. */
static int year_of(double days)
{
    const double era_days = days + 719468; /* since 0000-03-01 */
    const double era = floor(era_days / 146097), day = era_days - era * 146097;
    const double in_era =
        floor((day - floor(day / 1460) + floor(day / 36524) - floor(day / 146096)) / 365);
    const double day_of_year =
        floor(day - (365 * in_era + floor(in_era / 4) - floor(in_era / 100)));
    return (int)(in_era + era * 400) + (day_of_year >= 306);
}

static void read_years(struct sink_report *report)
{
    const double *days = sink_report_reals(report, "time", "time");
    const double *bounds = sink_report_reals(report, "time_bnds", "time nv");
    report->year_count = sink_report_length(report, "time");
    if (!days || report->year_count == 0) {
        fault(report, "time", "not there or not of double, expected one year or more");
        return;
    }
    report->years = calloc(report->year_count, sizeof *report->years);
    report->period_starts = calloc(report->year_count, sizeof *report->period_starts);
    if (!report->years || !report->period_starts) {
        sink_fail_memory(&report->error);
        return;
    }
    for (size_t y = 0; y < report->year_count; y++) {
        if (!(fabs(days[y]) < 3e6)) {
            fault(report, "time", "not a date, expected days since 1970-01-01");
            return;
        }
        const bool is_known = bounds && sink_report_length(report, "nv") == 2 &&
                              fabs(bounds[2 * y]) < 3e6 && bounds[2 * y] < days[y];
        report->years[y] = year_of(days[y]);
        report->period_starts[y] = is_known ? (double)year_of(bounds[2 * y]) : NAN;
    }
}

struct id_place {
    const char *id;
    size_t index;
};

static int compare_ids(const void *a, const void *b)
{
    const struct id_place *left = a, *right = b;
    return strcmp(left->id, right->id);
}

/* A file of one region does not hold its parent: then it is a top. */
static void link_parents(struct sink_report *report)
{
    const size_t count = report->region_count;
    struct id_place *places = malloc((count + 1) * sizeof *places);
    report->parents = malloc((count + 1) * sizeof *report->parents);
    report->tops = malloc((count + 1) * sizeof *report->tops);
    if (!places || !report->parents || !report->tops) {
        sink_fail_memory(&report->error);
        free(places);
        return;
    }
    for (size_t r = 0; r < count; r++)
        places[r] = (struct id_place){report->ids[r], r};
    qsort(places, count, sizeof *places, compare_ids);
    for (size_t r = 0; r < count; r++) {
        const struct id_place wanted = {report->parent_ids[r], 0};
        const struct id_place *found = bsearch(&wanted, places, count, sizeof *places, compare_ids);
        report->parents[r] = found && found->index < r ? (int)found->index : -1;
        if (report->parents[r] < 0)
            report->tops[report->top_count++] = r;
    }
    free(places);
}

static void count_levels(struct sink_report *report)
{
    report->level_counts = calloc(MAX_LEVELS, sizeof *report->level_counts);
    report->named_counts = calloc(MAX_LEVELS, sizeof *report->named_counts);
    report->is_folded = calloc(MAX_LEVELS, sizeof *report->is_folded);
    report->has_page = calloc(report->region_count + 1, sizeof *report->has_page);
    if (!report->level_counts || !report->named_counts || !report->is_folded || !report->has_page) {
        sink_fail_memory(&report->error);
        return;
    }
    for (size_t r = 0; r < report->region_count; r++) {
        if (report->levels[r] < 0 || report->levels[r] >= MAX_LEVELS) {
            fault(report, "region_level", "out of bounds, expected 0 to 15");
            return;
        }
        report->level_counts[report->levels[r]]++;
        report->named_counts[report->levels[r]] += report->kinds[r] != SINK_REGION_REST;
        if ((size_t)report->levels[r] >= report->level_count)
            report->level_count = (size_t)report->levels[r] + 1;
    }
    for (size_t r = 0; r < report->region_count; r++) /* a file may be of a rest alone */
        if (report->level_counts[report->levels[r]] == 0)
            report->level_counts[report->levels[r]]++;
    size_t above = 0;
    for (size_t level = 0; level < report->level_count; level++) {
        above += report->level_counts[level];
        report->is_folded[level] = report->region_count > MAX_PAGES && above > MAX_PAGES_ABOVE;
        for (size_t r = 0; r < report->region_count; r++)
            if ((size_t)report->levels[r] == level)
                report->has_page[r] = !report->is_folded[level];
    }
    /* The first level below the top that is worth a map. */
    for (size_t level = 1; level < report->level_count; level++)
        if (report->level_counts[report->first_level] < 6 && report->level_counts[level] > 0)
            report->first_level = level;
}

/* "Shili (rest)" in Chinese. */
static void translate_rests(struct sink_report *report)
{
    static const char end[] = " (rest)";
    char name[512];
    if (!report->settings->is_chinese)
        return;
    report->own_names = calloc(report->region_count + 1, sizeof *report->own_names);
    bool is_kept = report->own_names != NULL;
    for (size_t r = 0; is_kept && r < report->region_count; r++) {
        const size_t length = strlen(report->names[r]), tail = sizeof end - 1;
        const bool is_rest = report->kinds[r] == SINK_REGION_REST && length > tail &&
                             length < sizeof name / 2 &&
                             strcmp(report->names[r] + length - tail, end) == 0;
        if (is_rest)
            snprintf(name, sizeof name, "%.*s（其余）", (int)(length - tail), report->names[r]);
        report->own_names[r] = sink_text_copy(is_rest ? name : report->names[r]);
        is_kept = report->own_names[r] != NULL;
    }
    if (is_kept)
        report->names = report->own_names;
    else
        sink_fail_memory(&report->error);
}

static void read_regions(struct sink_report *report)
{
    report->region_count = sink_report_length(report, "region");
    report->ids = sink_report_texts(report, "region_id", "region");
    report->names = sink_report_texts(report, "region_name", "region");
    report->parent_ids = sink_report_texts(report, "region_parent", "region");
    report->levels = sink_report_ints(report, "region_level", "region");
    report->kinds = sink_report_ints(report, "region_kind", "region");
    const struct {
        const char *name;
        const void *values;
    } needed[] = {{"region_id", report->ids},
                  {"region_name", report->names},
                  {"region_parent", report->parent_ids},
                  {"region_level", report->levels},
                  {"region_kind", report->kinds}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!needed[i].values)
            fault(report, needed[i].name, "no such variable on region, expected an inventory");
    if (report->error.status == SINK_OK)
        link_parents(report);
    if (report->error.status == SINK_OK)
        count_levels(report);
    if (report->error.status == SINK_OK)
        translate_rests(report);
}

static void read_figures(struct sink_report *report)
{
    const struct {
        const char *name;
        const double **values;
        bool is_needed;
    } all[] = {{"total_carbon_stock", &report->stock, true},
               {"land_area", &report->land, true},
               {"forest_area", &report->forest, true},
               {"classified_area", &report->classified, true},
               {"forest_coverage", &report->coverage, true},
               {"data_completeness", &report->completeness, false},
               {"total_carbon_stock_lower", &report->stock_lower, false},
               {"total_carbon_stock_upper", &report->stock_upper, false},
               {"total_net_removal", &report->sink, false},
               {"total_net_removal_lower", &report->sink_lower, false},
               {"total_net_removal_upper", &report->sink_upper, false},
               {"forest_stock_volume", &report->volume, false},
               {"forest_stock_volume_lower", &report->volume_lower, false},
               {"forest_stock_volume_upper", &report->volume_upper, false}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        *all[i].values = sink_report_reals(report, all[i].name, "time region");
        if (!*all[i].values && (all[i].is_needed || sink_dataset_find(&report->data, all[i].name)))
            fault(report, all[i].name, "no such variable of double on time and region");
    }
    report->covers = sink_report_texts(report, "cover_name", "cover");
    report->pools = sink_report_texts(report, "pool_name", "pool");
    report->ecosystems = sink_report_texts(report, "ecosystem_name", "ecosystem");
    report->cover_count = report->covers ? sink_report_length(report, "cover") : 0;
    report->pool_count = report->pools ? sink_report_length(report, "pool") : 0;
    report->ecosystem_count = report->ecosystems ? sink_report_length(report, "ecosystem") : 0;
}

/* With where each region begins: there may be many. */
static void keep_outlines(struct sink_report *report, struct sink_map_outlines outlines)
{
    size_t node = 0, part = 0;
    report->first_nodes = malloc((report->region_count + 1) * sizeof *report->first_nodes);
    report->first_parts = malloc((report->region_count + 1) * sizeof *report->first_parts);
    report->marks = malloc((outlines.node_count + 1) * sizeof *report->marks);
    if (!report->first_nodes || !report->first_parts || !report->marks ||
        !sink_map_marks_find(&outlines, report->levels, (int)report->level_count, report->marks)) {
        sink_fail_memory(&report->error);
        return;
    }
    for (size_t r = 0; r < report->region_count; r++) {
        report->first_nodes[r] = node;
        report->first_parts[r] = part;
        node += (size_t)outlines.region_nodes[r];
        for (long left = outlines.region_nodes[r]; left > 0; part++)
            left -= outlines.part_nodes[part];
    }
    outlines.first_nodes = report->first_nodes;
    outlines.first_parts = report->first_parts;
    outlines.marks = report->marks;
    report->outlines = outlines;
}

static void read_outlines(struct sink_report *report)
{
    struct sink_map_outlines outlines = {
        .region_count = report->region_count,
        .part_count = sink_report_length(report, "part"),
        .node_count = sink_report_length(report, "node"),
        .region_nodes = sink_report_ints(report, "node_count", "region"),
        .part_nodes = sink_report_ints(report, "part_node_count", "part"),
        .lon_deg = sink_report_reals(report, "node_lon", "node"),
        .lat_deg = sink_report_reals(report, "node_lat", "node")};
    if (!outlines.region_nodes || !outlines.part_nodes || !outlines.lon_deg || !outlines.lat_deg)
        return;
    if (sink_map_outlines_are_whole(&outlines))
        keep_outlines(report, outlines);
    else
        fault(report, "node_count",
              "the outlines of the regions do not fit their counts of nodes, expected rings of "
              "longitudes and latitudes");
}

/* Targets and where the trend leads; a report can do without. */
static void read_track(struct sink_report *report)
{
    struct sink_faults faults = {0};
    char *path = sink_text_copy(report->path);
    if (!path) {
        sink_fail_memory(&report->error);
        return;
    }
    const enum sink_status status = sink_track_make(&path, 1, NULL, &report->track, &faults);
    report->has_track = status == SINK_OK;
    if (report->has_track && report->track.region_count != report->region_count) {
        sink_track_free(&report->track);
        report->has_track = false;
    }
    if (status != SINK_OK && sink_faults_of_machine(&faults, &report->error) == SINK_OK)
        snprintf(report->track_fault, sizeof report->track_fault, "%s", faults.items[0].message);
    sink_faults_free(&faults);
    free(path);
}

const struct sink_report_measure sink_report_measures[SINK_REPORT_MEASURES] = {
    {"density", "Carbon density", "carbon of all pools over the area with a class",
     SINK_SHOWN_DENSITY, false, SINK_PALETTE_GREEN},
    {"sink", "Sink",
     "net removal of the last period over the area with a class; negative: a source",
     SINK_SHOWN_RATE, true, SINK_PALETTE_SINK},
    {"coverage", "Forest coverage", "forest area over land area", SINK_SHOWN_PERCENT, false,
     SINK_PALETTE_BLUE},
    {"change", "Change of the stock", "carbon stock of the last year against that of the first",
     SINK_SHOWN_PERCENT, true, SINK_PALETTE_CHANGE},
    {"uncertainty", "Uncertainty of the stock", "half of the 95 % interval over the carbon stock",
     SINK_SHOWN_PERCENT, false, SINK_PALETTE_PURPLE}};

static double measure(const struct sink_report *report, size_t which, size_t region)
{
    const double stock = sink_report_at_last(report, report->stock, region);
    const double area_ha = sink_report_at_last(report, report->classified, region);
    const double first = report->stock[region];
    switch (which) {
    case 0:
        return area_ha > 0 ? stock / area_ha : NAN;
    case 1:
        return area_ha > 0 ? sink_report_at_last(report, report->sink, region) / area_ha : NAN;
    case 2:
        return sink_report_at_last(report, report->coverage, region);
    case 3:
        return report->year_count > 1 && first > 0 ? stock / first - 1 : NAN;
    default:
        return stock > 0 ? (sink_report_at_last(report, report->stock_upper, region) -
                            sink_report_at_last(report, report->stock_lower, region)) /
                               2 / stock
                         : NAN;
    }
}

static void read_measures(struct sink_report *report)
{
    for (size_t m = 0; m < SINK_REPORT_MEASURES; m++) {
        bool is_known = false;
        report->measures[m] = malloc((report->region_count + 1) * sizeof(double));
        if (!report->measures[m]) {
            sink_fail_memory(&report->error);
            return;
        }
        for (size_t r = 0; r < report->region_count; r++) {
            report->measures[m][r] = measure(report, m, r);
            is_known = is_known || isfinite(report->measures[m][r]);
        }
        if (!is_known) {
            free(report->measures[m]);
            report->measures[m] = NULL;
        }
    }
}

static void read_all(struct sink_report *report, struct sink_nc_reader *reader)
{
    if (!sink_dataset_read(reader, &report->data))
        return;
    if (sink_layout_check_inventory(report->path,
                                    sink_dataset_text(&report->data, NULL, "sinkcalc_layout"),
                                    &report->error) != SINK_OK)
        return;
    void (*const steps[])(struct sink_report *) = {read_years,    read_regions,  read_figures,
                                                   read_outlines, read_measures, read_track};
    for (size_t i = 0; i < sizeof steps / sizeof *steps && report->error.status == SINK_OK; i++)
        steps[i](report);
}

enum sink_status sink_report_open(const char *path, const struct sink_report_settings *settings,
                                  struct sink_report *report, struct sink_error *error)
{
    struct sink_nc_reader reader;
    *report = (struct sink_report){.path = path, .settings = settings};
    enum sink_status status = sink_file_sha256(path, report->sha256, &report->bytes, error);
    if (status == SINK_OK)
        status = sink_class_list_load(&report->classes, error);
    if (status == SINK_OK)
        status = sink_nc_reader_open(&reader, path, error);
    if (status == SINK_OK) {
        read_all(report, &reader);
        status = sink_nc_reader_status(&reader, error);
        sink_nc_reader_close(&reader);
    }
    if (status == SINK_OK && report->error.status != SINK_OK) {
        *error = report->error;
        status = error->status;
    }
    if (status != SINK_OK)
        sink_report_close(report);
    return status;
}

void sink_report_close(struct sink_report *report)
{
    if (report->has_track)
        sink_track_free(&report->track);
    for (size_t m = 0; m < SINK_REPORT_MEASURES; m++)
        free(report->measures[m]);
    free(report->years);
    free(report->period_starts);
    free(report->parents);
    free(report->tops);
    free(report->first_nodes);
    free(report->first_parts);
    free(report->marks);
    free(report->level_counts);
    free(report->has_page);
    free(report->is_folded);
    free(report->named_counts);
    for (size_t r = 0; report->own_names && r < report->region_count; r++)
        free(report->own_names[r]);
    free(report->own_names);
    sink_html_free(&report->html);
    sink_class_list_free(&report->classes);
    sink_dataset_free(&report->data);
    *report = (struct sink_report){0};
}
