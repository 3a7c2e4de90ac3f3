/* The result as netCDF: two more dimensions, the targets of each kind, since a variable has one
 * unit; regions last, with the ids and names of the inventories. */
#include "pipelines/inventory_parts.h"
#include "pipelines/nc_evidence.h"
#include "pipelines/track.h"

#include <math.h>
#include <stdlib.h>

#define COORDINATES "lat lon region_id region_name"

/* The file in the making. */
struct track_file {
    struct sink_nc_writer nc;
    const struct sink_track *track;
    int time, region;
    int target[SINK_TARGET_KINDS]; /* dimension; -1 without targets or values of the kind */
    size_t target_count[SINK_TARGET_KINDS]; /* the targets of a kind lie together */
    size_t first_target[SINK_TARGET_KINDS];
    double *values; /* [largest of years and targets][region]: room for one variable */
};

static const struct kind {
    const char *targets, *value, *unit, *rate_unit, *lack, *lack_unit, *lack_name;
} kinds[SINK_TARGET_KINDS] = {
    [SINK_TARGET_FOREST_COVERAGE] = {"coverage_target", "forest_coverage", "1", "yr-1",
                                     "forest_area_lacking", "ha",
                                     "forest area that the region lacks to be at the target"},
    [SINK_TARGET_FOREST_STOCK_VOLUME] = {"volume_target", "forest_stock_volume", "m3", "m3 yr-1",
                                         "forest_stock_volume_lacking", "m3",
                                         "volume that the region lacks of its part of the target"}};

static int add_variable(struct track_file *file, const char *name, const int *dimensions, int count,
                        const char *units)
{
    const int variable = sink_nc_variable(&file->nc, name, SINK_NC_DOUBLE, dimensions, count);
    sink_nc_fill(&file->nc, variable);
    sink_nc_text(&file->nc, variable, "units", units);
    sink_nc_text(&file->nc, variable, "coordinates", COORDINATES);
    return variable;
}

static void add_axes(struct track_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_track *track = file->track;
    file->time = sink_nc_dimension(nc, "time", SINK_NC_UNLIMITED);
    for (int k = 0; k < SINK_TARGET_KINDS; k++) {
        file->target[k] = -1;
        for (size_t t = 0; t < track->targets.count; t++)
            if ((int)track->targets.items[t].target.kind == k && file->target_count[k]++ == 0)
                file->first_target[k] = t;
        if (track->values[k] && file->target_count[k] > 0)
            file->target[k] = sink_nc_dimension(nc, kinds[k].targets, file->target_count[k]);
    }
    file->region = sink_nc_dimension(nc, "region", track->region_count);
    const int time = sink_nc_variable(nc, "time", SINK_NC_DOUBLE, &file->time, 1);
    sink_nc_text(nc, time, "standard_name", "time");
    sink_nc_text(nc, time, "long_name", "the last day of a year");
    sink_nc_text(nc, time, "units", "days since 1970-01-01 00:00:00");
    sink_nc_text(nc, time, "calendar", "standard");
    sink_nc_text(nc, time, "axis", "T");
    for (size_t y = 0; y < track->year_count; y++) {
        const double day = sink_inventory_day(track->years[y]);
        sink_nc_put_record(nc, time, y, &day);
    }
}

static enum sink_status add_regions(struct track_file *file, struct sink_error *error)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_region_list *regions = file->track->regions;
    const char **parents = malloc((regions->count + 1) * sizeof *parents);
    if (!parents)
        return sink_fail_memory(error);
    for (size_t r = 0; r < regions->count; r++)
        parents[r] =
            regions->items[r].parent < 0 ? "" : regions->items[regions->items[r].parent].id;
    const struct sink_region *all = regions->items;
#define ADD(name, type, member)                                                                    \
    sink_nc_member(nc, name, type, file->region, SINK_NC_MEMBER(all, regions->count, member))
    int variable = ADD("region_id", SINK_NC_STRING, id);
    sink_nc_text(nc, variable, "long_name", "region identifier from the inventories");
    variable = ADD("region_name", SINK_NC_STRING, name);
    sink_nc_text(nc, variable, "long_name", "region name");
    variable = ADD("lat", SINK_NC_DOUBLE, lat_deg);
    sink_nc_text(nc, variable, "standard_name", "latitude");
    sink_nc_text(nc, variable, "units", "degrees_north");
    variable = ADD("lon", SINK_NC_DOUBLE, lon_deg);
    sink_nc_text(nc, variable, "standard_name", "longitude");
    sink_nc_text(nc, variable, "units", "degrees_east");
#undef ADD
    variable = sink_nc_column(nc, "region_parent", SINK_NC_STRING, file->region, parents);
    sink_nc_text(nc, variable, "long_name", "identifier of the region one level up");
    free(parents);
    return SINK_OK;
}

static void add_series(struct track_file *file, const char *name, const char *units,
                       const char *title, const double *values)
{
    const int dimensions[] = {file->time, file->region};
    const int variable = add_variable(file, name, dimensions, 2, units);
    sink_nc_text(&file->nc, variable, "long_name", title);
    sink_nc_text(&file->nc, variable, "cell_methods", "time: point");
    for (size_t y = 0; y < file->track->year_count; y++)
        sink_nc_put_record(&file->nc, variable, y, values + y * file->track->region_count);
}

static void add_trend(struct track_file *file, enum sink_target_kind kind)
{
    char name[64];
    const struct sink_track *track = file->track;
    snprintf(name, sizeof name, "%s_trend", kinds[kind].value);
    const int variable = add_variable(file, name, &file->region, 1, kinds[kind].rate_unit);
    sink_nc_text(&file->nc, variable, "long_name", "slope of the trend");
    for (size_t r = 0; r < track->region_count; r++)
        file->values[r] = track->trends[kind][r].slope_per_yr;
    sink_nc_put_filled(&file->nc, variable, file->values, track->region_count);
}

/* The targets themselves. */
static enum sink_status add_targets(struct track_file *file, enum sink_target_kind kind,
                                    struct sink_error *error)
{
    char name[64];
    struct sink_nc_writer *nc = &file->nc;
    const size_t count = file->target_count[kind];
    const struct sink_track_target *items = &file->track->targets.items[file->first_target[kind]];
    int *numbers = malloc(count * sizeof *numbers);
    if (!numbers)
        return sink_fail_memory(error);
    for (size_t t = 0; t < count; t++)
        numbers[t] = (int)t + 1;
    int variable =
        sink_nc_column(nc, kinds[kind].targets, SINK_NC_INT, file->target[kind], numbers);
    sink_nc_text(nc, variable, "long_name", "number of the target");
    sink_nc_text(nc, variable, "units", "1");
#define ADD(suffix, type, member)                                                                  \
    (snprintf(name, sizeof name, "%s_" suffix, kinds[kind].targets),                               \
     sink_nc_member(nc, name, type, file->target[kind], SINK_NC_MEMBER(items, count, member)))
    variable = ADD("year", SINK_NC_INT, target.year);
    sink_nc_text(nc, variable, "long_name", "year at whose end the target is to be reached");
    sink_nc_text(nc, variable, "units", "1");
    variable = ADD("value", SINK_NC_DOUBLE, target.value);
    sink_nc_text(nc, variable, "long_name", "target of the top level");
    sink_nc_text(nc, variable, "units", kinds[kind].unit);
    variable = ADD("source", SINK_NC_STRING, source);
    sink_nc_text(nc, variable, "long_name", "where the target is written");
    variable = ADD("verified", SINK_NC_STRING, verified);
    sink_nc_text(nc, variable, "long_name", "whether the source was seen or is recalled");
#undef ADD
    free(numbers);
    return SINK_OK;
}

/* What is told of each target and region. */
enum outcome {
    DUE,
    GAP,
    RATE,
    PROJECTED,
    LOWER,
    UPPER,
    MET_YEAR,
    EARLIEST,
    LATEST,
    LACKS,
    SHARE,
    RANK
};

static double outcome_at(const struct sink_track *track, size_t at, enum outcome outcome)
{
    const struct sink_outlook *outlook = &track->outlooks[at];
    const struct sink_lack *lack = &track->lacks[at];
    switch (outcome) {
    case DUE:
        return track->dues[at];
    case GAP:
        return outlook->gap;
    case RATE:
        return outlook->rate_needed_per_yr;
    case PROJECTED:
        return outlook->at_target.value;
    case LOWER:
        return outlook->at_target.lower;
    case UPPER:
        return outlook->at_target.upper;
    case MET_YEAR:
        return outlook->met_year > 0 ? (double)outlook->met_year : NAN;
    case EARLIEST:
        return outlook->earliest_year > 0 ? (double)outlook->earliest_year : NAN;
    case LATEST:
        return outlook->latest_year > 0 ? (double)outlook->latest_year : NAN;
    case LACKS:
        return lack->amount;
    case SHARE:
        return lack->share;
    case RANK:
        return lack->rank > 0 ? (double)lack->rank : NAN;
    }
    return NAN;
}

static void add_outcome(struct track_file *file, enum sink_target_kind kind, const char *name,
                        enum outcome outcome, const char *units, const char *title)
{
    const struct sink_track *track = file->track;
    const int dimensions[] = {file->target[kind], file->region};
    const size_t first = file->first_target[kind] * track->region_count;
    const size_t count = file->target_count[kind] * track->region_count;
    char coordinates[128];
    const int variable = sink_nc_variable(&file->nc, name, SINK_NC_DOUBLE, dimensions, 2);
    sink_nc_fill(&file->nc, variable);
    sink_nc_text(&file->nc, variable, "long_name", title);
    sink_nc_text(&file->nc, variable, "units", units);
    snprintf(coordinates, sizeof coordinates, COORDINATES " %s_year", kinds[kind].targets);
    sink_nc_text(&file->nc, variable, "coordinates", coordinates);
    if (outcome == LACKS || outcome == SHARE || outcome == RANK)
        sink_nc_text(&file->nc, variable, "comment", sink_track_sharing(kind));
    for (size_t i = 0; i < count; i++)
        file->values[i] = outcome_at(track, first + i, outcome);
    sink_nc_put_filled(&file->nc, variable, file->values, count);
}

static void add_outcomes(struct track_file *file, enum sink_target_kind kind)
{
    const char *unit = kinds[kind].unit;
    static const struct {
        enum outcome outcome;
        const char *suffix, *title;
    } all[] = {
        {DUE, "due", "target of the region"},
        {GAP, "gap", "target of the region - its last value"},
        {RATE, "rate_needed", "rate still needed; 0: reached; missing: the target's year is past"},
        {PROJECTED, "projected", "trend at the end of the target's year"},
        {LOWER, "projected_lower", "lower bound of the 95 % prediction interval"},
        {UPPER, "projected_upper", "upper bound of the 95 % prediction interval"},
        {MET_YEAR, "met_year",
         "year since which the target is met, or at whose end the trend is there; "
         "missing: never or unknown"},
        {EARLIEST, "earliest_met_year",
         "the same by the upper bound, for a target that is not met"},
        {LATEST, "latest_met_year", "the same by the lower bound, for a target that is not met"},
        {SHARE, "gap_share", "what the region lacks over what all regions of its level lack"},
        {RANK, "gap_rank", "rank by gap_share, 1 for the largest; missing: lacks nothing"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char name[64];
        const enum outcome outcome = all[i].outcome;
        snprintf(name, sizeof name, "%s_%s", kinds[kind].value, all[i].suffix);
        add_outcome(file, kind, name, outcome,
                    outcome == RATE       ? kinds[kind].rate_unit
                    : outcome >= MET_YEAR ? "1"
                                          : unit,
                    all[i].title);
    }
    add_outcome(file, kind, kinds[kind].lack, LACKS, kinds[kind].lack_unit, kinds[kind].lack_name);
}

static enum sink_status add_figures(struct track_file *file, struct sink_error *error)
{
    const struct sink_track *track = file->track;
    enum sink_status status = SINK_OK;
    add_series(file, "land_area", "ha", "land area: the classes that count as land",
               track->land_ha);
    add_series(file, "forest_area", "ha", "forest area: the classes that count as forest",
               track->forest_ha);
    for (int k = 0; k < SINK_TARGET_KINDS && status == SINK_OK; k++) {
        const enum sink_target_kind kind = (enum sink_target_kind)k;
        if (!track->values[kind])
            continue;
        add_series(file, kinds[kind].value, kinds[kind].unit,
                   kind == SINK_TARGET_FOREST_COVERAGE
                       ? "forest area over land area"
                       : "stock volume (growing stock) of the forest",
                   track->values[kind]);
        add_trend(file, kind);
        if (file->target[kind] < 0)
            continue;
        status = add_targets(file, kind, error);
        if (status == SINK_OK)
            add_outcomes(file, kind);
    }
    return status;
}

static void add_attributes(struct track_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_track *track = file->track;
    const struct sink_track_definition *definition = &track->inventories[0].definition;
    const struct {
        const char *name, *text;
    } all[] = {{"Conventions", "CF-1.8"},
               {"title", "Forest coverage and stock volume against targets"},
               {"summary",
                "Joined series of inventories, their trend, projections at the years of targets, "
                "and each region's share of the gaps."},
               {"source", "sinkcalc " SINK_VERSION},
               {"sinkcalc_layout", SINK_TRACK_LAYOUT},
               {"sinkcalc_version", SINK_VERSION},
               {"forest_classes", definition->forest},
               {"land_area_without", definition->not_land},
               {"trend_method", sink_track_method(track->year_count)},
               {"targets_from", track->targets.from},
               {"targets_not_tracked", track->targets.left_out}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sink_nc_text(nc, SINK_NC_GLOBAL, all[i].name, all[i].text);
}

/* The inventories as inputs, with their hashes, and the notes. */
static enum sink_status add_inputs(struct track_file *file, struct sink_error *error)
{
    static char role[] = "inventory";
    const struct sink_track *track = file->track;
    struct sink_evidence_file *files = calloc(track->inventory_count + 1, sizeof *files);
    if (!files)
        return sink_fail_memory(error);
    for (size_t i = 0; i < track->inventory_count; i++) {
        const struct sink_track_inventory *inventory = &track->inventories[i];
        files[i] = (struct sink_evidence_file){
            .path = inventory->path, .role = role, .bytes = inventory->bytes};
        snprintf(files[i].sha256, sizeof files[i].sha256, "%s", inventory->sha256);
    }
    const struct sink_evidence evidence = {.files = files,
                                           .file_count = track->inventory_count,
                                           .notes = track->notes,
                                           .note_count = track->note_count};
    const enum sink_status status = sink_nc_add_inputs(&file->nc, &evidence, error);
    free(files);
    return status;
}

enum sink_status sink_track_write(const struct sink_track *track, const char *path,
                                  struct sink_error *error)
{
    struct track_file file = {.track = track};
    struct sink_error finish_error;
    const size_t rows = track->targets.count + 1;
    file.values = malloc(rows * track->region_count * sizeof *file.values);
    if (!file.values)
        return sink_fail_memory(error);
    sink_nc_writer_start(&file.nc);
    add_axes(&file);
    enum sink_status status = add_regions(&file, error);
    if (status == SINK_OK)
        status = add_figures(&file, error);
    if (status == SINK_OK)
        status = add_inputs(&file, error);
    add_attributes(&file);
    free(file.values);
    if (status != SINK_OK)
        sink_nc_writer_fail(&file.nc);
    const enum sink_status finished = sink_nc_writer_finish(&file.nc, path, &finish_error);
    if (status == SINK_OK && finished != SINK_OK)
        *error = finish_error;
    return status == SINK_OK ? finished : status;
}
