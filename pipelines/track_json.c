/* The same as JSON: shares as 0 to 1, areas in ha, volumes in m3, null where nothing is known. */
#include "pipelines/json_tree.h"
#include "pipelines/track.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *real(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

/* A year; null for none. */
static json_t *year(int value)
{
    return value > 0 ? json_integer(value) : json_null();
}

static json_t *series(const struct sink_track *track, const double *values, size_t region)
{
    json_t *list = json_array();
    for (size_t y = 0; y < track->year_count; y++)
        json_array_append_new(list, real(values[y * track->region_count + region]));
    return list;
}

static json_t *inventories(const struct sink_track *track)
{
    json_t *list = json_array();
    for (size_t i = 0; i < track->inventory_count; i++) {
        const struct sink_track_inventory *inventory = &track->inventories[i];
        json_t *years = json_array();
        for (size_t y = 0; y < inventory->year_count; y++)
            json_array_append_new(years, json_integer(inventory->years[y]));
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:b}", "path", inventory->path,
                                              "sha256", inventory->sha256, "years", years,
                                              "has_stock_volume", inventory->volume_m3 != NULL));
    }
    return list;
}

static json_t *target_row(const struct sink_track_target *item)
{
    return json_pack("{s:s, s:i, s:f, s:s, s:s, s:s, s:s}", "target",
                     sink_track_key(item->target.kind), "year", item->target.year, "value",
                     item->target.value, "unit",
                     item->target.kind == SINK_TARGET_FOREST_COVERAGE ? "1" : "m3", "source",
                     item->source, "verified", item->verified, "note", item->note);
}

static json_t *target_rows(const struct sink_track_target *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, target_row(&items[i]));
    return list;
}

static json_t *trend(const struct sink_trend *trend)
{
    return json_pack("{s:I, s:o, s:o, s:o, s:o}", "years", (json_int_t)trend->count, "per_yr",
                     real(trend->slope_per_yr), "mean_year", real(trend->mean_year), "mean_value",
                     real(trend->mean_value), "standard_error", real(trend->spread));
}

static json_t *share(const struct sink_track *track, size_t t, size_t region)
{
    const size_t at = t * track->region_count + region;
    const struct sink_lack *lack = &track->lacks[at];
    const struct sink_outlook *outlook = &track->outlooks[at];
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "id",
                     track->regions->items[region].id, "name", track->regions->items[region].name,
                     "rank", lack->rank > 0 ? json_integer(lack->rank) : json_null(), "share",
                     real(lack->share), "lacks", real(lack->amount), "has", real(outlook->last),
                     "due", real(track->dues[at]), "projected", real(outlook->at_target.value),
                     "outlook", sink_meeting_name(outlook->meeting), "met_year",
                     year(outlook->met_year));
}

static json_t *shares(const struct sink_track *track, size_t t, size_t top)
{
    json_t *list = json_array();
    size_t *order = malloc((track->region_count + 1) * sizeof *order);
    const size_t count = order ? sink_track_order(track, t, top, order) : 0;
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, share(track, t, order[i]));
    free(order);
    return list;
}

static json_t *target(const struct sink_track *track, size_t t, size_t top)
{
    const size_t at = t * track->region_count + top;
    const struct sink_outlook *outlook = &track->outlooks[at];
    json_t *root = target_row(&track->targets.items[t]);
    json_object_set_new(root, "last_year", year(outlook->last_year));
    json_object_set_new(root, "last", real(outlook->last));
    json_object_set_new(root, "least", real(outlook->least));
    json_object_set_new(root, "share_needed_of_no_data", real(outlook->share_needed));
    json_object_set_new(root, "gap", real(outlook->gap));
    json_object_set_new(root, "rate_needed_per_yr", real(outlook->rate_needed_per_yr));
    json_object_set_new(root, "projected", real(outlook->at_target.value));
    json_object_set_new(root, "projected_lower", real(outlook->at_target.lower));
    json_object_set_new(root, "projected_upper", real(outlook->at_target.upper));
    json_object_set_new(root, "outlook", json_string(sink_meeting_name(outlook->meeting)));
    json_object_set_new(root, "is_past",
                        json_boolean(outlook->last_year > 0 &&
                                     track->targets.items[t].target.year <= outlook->last_year));
    json_object_set_new(root, "met_year", year(outlook->met_year));
    json_object_set_new(root, "earliest_year", year(outlook->earliest_year));
    json_object_set_new(root, "latest_year", year(outlook->latest_year));
    json_object_set_new(root, "lost_year", year(outlook->lost_year));
    json_object_set_new(root, "lacking", real(track->lacking[at]));
    json_object_set_new(root, "shares",
                        isnan(track->lacking[at]) ? json_array() : shares(track, t, top));
    return root;
}

static json_t *region(const struct sink_track *track, size_t top)
{
    json_t *root = json_object(), *trends = json_object(), *targets = json_array();
    json_object_set_new(root, "id", json_string(track->regions->items[top].id));
    json_object_set_new(root, "name", json_string(track->regions->items[top].name));
    json_object_set_new(root, "land_area_ha", series(track, track->land_ha, top));
    json_object_set_new(root, "forest_area_ha", series(track, track->forest_ha, top));
    for (int k = 0; k < SINK_TARGET_KINDS; k++) {
        const char *key = sink_track_key((enum sink_target_kind)k);
        json_object_set_new(root, k == SINK_TARGET_FOREST_COVERAGE ? key : "forest_stock_volume_m3",
                            track->values[k] ? series(track, track->values[k], top) : json_null());
        json_object_set_new(trends, key,
                            track->trends[k] ? trend(&track->trends[k][top]) : json_null());
    }
    for (size_t t = 0; t < track->targets.count; t++)
        json_array_append_new(targets, target(track, t, top));
    json_object_set_new(root, "trends", trends);
    json_object_set_new(root, "targets", targets);
    return root;
}

/* "forest, bamboo" as a list; "none" as an empty one. */
static json_t *names(const char *text)
{
    json_t *list = json_array();
    for (const char *at = strcmp(text, "none") == 0 ? "" : text; *at;) {
        const size_t length = strcspn(at, ",");
        json_array_append_new(list, json_stringn(at, length));
        at += length + strspn(at + length, ", ");
    }
    return list;
}

static json_t *method(const struct sink_track *track)
{
    const struct sink_track_definition *definition = &track->inventories[0].definition;
    return json_pack(
        "{s:o, s:b, s:o, s:b, s:s, s:s, s:s}", "forest_classes", names(definition->forest),
        "forest_classes_built_in", definition->forest_is_built_in, "land_area_without",
        names(definition->not_land), "land_area_built_in", definition->land_is_built_in, "trend",
        sink_track_method(track->year_count), "forest_coverage_shares",
        sink_track_sharing(SINK_TARGET_FOREST_COVERAGE), "forest_stock_volume_shares",
        sink_track_sharing(SINK_TARGET_FOREST_STOCK_VOLUME));
}

enum sink_status sink_track_print_json(const struct sink_track *track, FILE *out,
                                       struct sink_error *error)
{
    json_t *root = json_object(), *years = json_array(), *regions = json_array();
    json_t *notes = json_array();
    for (size_t y = 0; y < track->year_count; y++)
        json_array_append_new(years, json_integer(track->years[y]));
    for (size_t i = 0; i < track->note_count; i++)
        json_array_append_new(notes, json_string(track->notes[i]));
    for (size_t r = 0; r < track->region_count; r++)
        if (track->regions->items[r].parent < 0)
            json_array_append_new(regions, region(track, r));
    json_object_set_new(root, "inventories", inventories(track));
    json_object_set_new(root, "years", years);
    json_object_set_new(root, "method", method(track));
    json_object_set_new(root, "targets_from", json_string(track->targets.from));
    json_object_set_new(root, "targets_reached",
                        target_rows(track->targets.reached, track->targets.reached_count));
    json_object_set_new(root, "targets_not_tracked", json_string(track->targets.left_out));
    json_object_set_new(root, "notes", notes);
    json_object_set_new(root, "regions", regions);
    return sink_json_print(root, out, error);
}
