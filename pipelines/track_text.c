/* What `track` prints: what counts, the series, the trend, the targets, who has which share of the
 * gap. */
#include "pipelines/track.h"

#include <math.h>
#include <stdlib.h>

#define SHOWN_SHARES 20
#define LABEL_WIDTH 36
#define TARGET_WIDTH 26

/* A number as it is printed. */
struct number {
    char text[40];
};

/* Four significant places or more, never an exponent, as the summary of a run has them. */
static struct number plain(double value)
{
    struct number number = {"-"};
    const double size = fabs(value);
    if (!isnan(value))
        snprintf(number.text, sizeof number.text, "%.*f",
                 size >= 1000 || size == 0 ? 0
                 : size >= 10              ? 2
                                           : 4,
                 value);
    return number;
}

/* Shares in percent, volumes in m3. */
static double shown(enum sink_target_kind kind, double value)
{
    return kind == SINK_TARGET_FOREST_COVERAGE ? 100 * value : value;
}

static struct number figure(enum sink_target_kind kind, double value)
{
    return plain(shown(kind, value));
}

/* A target as it is written: 24.1 %, 17560000000 m3. */
static struct number written(enum sink_target_kind kind, double value)
{
    struct number number;
    snprintf(number.text, sizeof number.text,
             kind == SINK_TARGET_FOREST_COVERAGE ? "%.10g %%" : "%.0f m3", shown(kind, value));
    return number;
}

/* The unit of a difference. */
static const char *step_unit(enum sink_target_kind kind)
{
    return kind == SINK_TARGET_FOREST_COVERAGE ? "points" : "m3";
}

static void print_inventories(const struct sink_track *track, FILE *out)
{
    const struct sink_track_definition *definition = &track->inventories[0].definition;
    fprintf(out, "%zu %s, %zu %s\n", track->inventory_count,
            track->inventory_count == 1 ? "inventory" : "inventories", track->year_count,
            track->year_count == 1 ? "year" : "years");
    for (size_t i = 0; i < track->inventory_count; i++) {
        const struct sink_track_inventory *inventory = &track->inventories[i];
        fprintf(out, "  %s:", inventory->path);
        for (size_t y = 0; y < inventory->year_count; y++)
            fprintf(out, "%s %d", y > 0 ? "," : "", inventory->years[y]);
        fputc('\n', out);
    }
    fprintf(out, "Forest: the classes %s (%s)\n", definition->forest,
            definition->forest_is_built_in ? "the built-in choice" : "forest_classes of the job");
    fprintf(out, "Land area, under the coverage: all classes without %s (%s)\n",
            definition->not_land,
            definition->land_is_built_in ? "the built-in choice" : "land_area of the job");
    fprintf(out, "Trend: %s\n", sink_track_method(track->year_count));
}

static void print_listed(const struct sink_track_target *item, const char *word, FILE *out)
{
    const enum sink_target_kind kind = item->target.kind;
    char label[64];
    snprintf(label, sizeof label, "%s %d%s", sink_track_title(kind), item->target.year, word);
    fprintf(out, "  %-*s%16s  %s", LABEL_WIDTH, label, written(kind, item->target.value).text,
            item->source);
    if (*item->verified)
        fprintf(out, " (%s)", item->verified);
    if (*item->note)
        fprintf(out, "; %s", item->note);
    fputc('\n', out);
}

static void print_targets(const struct sink_track_targets *targets, FILE *out)
{
    fprintf(out, "Targets: %s%s%s\n", targets->from,
            targets->count == 0 ? ", which has none that is tracked" : "",
            targets->are_national ? "; these are national targets, for China as a whole" : "");
    for (size_t t = 0; t < targets->count; t++)
        print_listed(&targets->items[t], "", out);
    for (size_t t = 0; t < targets->reached_count; t++)
        print_listed(&targets->reached[t], ", reached", out);
    if (*targets->left_out)
        fprintf(out, "  Not tracked: %s\n", targets->left_out);
}

static void print_series(const struct sink_track *track, const char *label, const double *values,
                         size_t region, double scale, FILE *out)
{
    fprintf(out, "  %-*s", LABEL_WIDTH, label);
    for (size_t y = 0; y < track->year_count; y++)
        fprintf(out, "%16s", plain(scale * values[y * track->region_count + region]).text);
    fputc('\n', out);
}

static void print_figures(const struct sink_track *track, size_t region, FILE *out)
{
    const struct sink_region *item = &track->regions->items[region];
    const double *volume = track->values[SINK_TARGET_FOREST_STOCK_VOLUME];
    fprintf(out, "\n%s  %s\n  %-*s", item->id, item->name, LABEL_WIDTH, "");
    for (size_t y = 0; y < track->year_count; y++)
        fprintf(out, "%16d", track->years[y]);
    fputc('\n', out);
    print_series(track, "land area, ha", track->land_ha, region, 1, out);
    print_series(track, "forest area, ha", track->forest_ha, region, 1, out);
    print_series(track, "forest coverage, % of the land area",
                 track->values[SINK_TARGET_FOREST_COVERAGE], region, 100, out);
    if (volume)
        print_series(track, "forest stock volume, m3", volume, region, 1, out);
    else
        fputs("  forest stock volume: absent, no inventory has the layer stock_volume\n", out);
}

static void print_outlook(const struct sink_outlook *outlook, int target_year, FILE *out)
{
    const bool is_past = outlook->last_year > 0 && target_year <= outlook->last_year;
    if (is_past && outlook->meeting != SINK_MEETING_MET && outlook->meeting != SINK_MEETING_UNSURE)
        fputs("its year is past and it is not met; ", out);
    switch (outlook->meeting) {
    case SINK_MEETING_UNKNOWN:
        fputs(outlook->last_year > 0 ? "unknown: one year gives no trend" : "unknown: no value",
              out);
        break;
    case SINK_MEETING_MET:
        fprintf(out, "already passed: at or above it since %d", outlook->met_year);
        break;
    case SINK_MEETING_EXPECTED:
        fprintf(out, "will be met in %d", outlook->met_year);
        if (!is_past)
            fputs(outlook->met_year <= target_year ? ", in time" : ", too late", out);
        break;
    case SINK_MEETING_NEVER:
        fputs("never by this trend", out);
        break;
    case SINK_MEETING_UNSURE:
        fprintf(out, "met only if %.1f %% of the land without data is forest (%.2f %% if none is)",
                100 * outlook->share_needed, 100 * outlook->least);
        break;
    }
    if (outlook->earliest_year > 0)
        fprintf(out, " (by its interval from %d", outlook->earliest_year);
    if (outlook->earliest_year > 0 && outlook->latest_year > 0)
        fprintf(out, " to %d)", outlook->latest_year);
    else if (outlook->earliest_year > 0)
        fputs(" to never)", out);
    if (outlook->lost_year > 0)
        fprintf(out, "; reached in %d and lost again", outlook->lost_year);
    fputc('\n', out);
}

static void print_target(const struct sink_track *track, size_t t, size_t top, FILE *out)
{
    const struct sink_target *target = &track->targets.items[t].target;
    const struct sink_outlook *outlook = &track->outlooks[t * track->region_count + top];
    const struct sink_projection *at = &outlook->at_target;
    char label[64], interval[96] = "-";
    if (!isnan(at->lower))
        snprintf(interval, sizeof interval, "%s to %s", figure(target->kind, at->lower).text,
                 figure(target->kind, at->upper).text);
    snprintf(label, sizeof label, "%d: %s", target->year,
             written(target->kind, target->value).text);
    fprintf(out, "    %-*s%14s%26s%14s%14s  ", TARGET_WIDTH, label,
            figure(target->kind, at->value).text, interval, figure(target->kind, outlook->gap).text,
            figure(target->kind, outlook->rate_needed_per_yr).text);
    print_outlook(outlook, target->year, out);
}

static void print_kind(const struct sink_track *track, enum sink_target_kind kind, size_t top,
                       FILE *out)
{
    bool is_headed = false;
    if (!track->values[kind])
        return;
    const struct sink_trend *trend = &track->trends[kind][top];
    const double slope = shown(kind, trend->slope_per_yr);
    fprintf(out, "  %s: trend %s%s %s a year", sink_track_title(kind), slope > 0 ? "+" : "",
            plain(slope).text, step_unit(kind));
    if (trend->count != track->year_count)
        fprintf(out, ", by the %zu of %zu years with a value: %s", trend->count, track->year_count,
                sink_track_method(trend->count));
    fputc('\n', out);
    for (size_t t = 0; t < track->targets.count; t++) {
        if (track->targets.items[t].target.kind != kind)
            continue;
        if (!is_headed)
            fprintf(out, "    %-*s%14s%26s%14s%14s  outlook\n", TARGET_WIDTH, "target", "projected",
                    "95 % interval", "gap now", "needed a year");
        is_headed = true;
        print_target(track, t, top, out);
    }
}

static void print_share(const struct sink_track *track, size_t t, size_t region, FILE *out)
{
    const enum sink_target_kind kind = track->targets.items[t].target.kind;
    const size_t at = t * track->region_count + region;
    const struct sink_outlook *outlook = &track->outlooks[at];
    fprintf(out, "    %4d%12s%16s%16s%16s%16s  %s  %s\n", track->lacks[at].rank,
            plain(100 * track->lacks[at].share).text, plain(track->lacks[at].amount).text,
            figure(kind, outlook->last).text, figure(kind, track->dues[at]).text,
            figure(kind, outlook->at_target.value).text, track->regions->items[region].id,
            track->regions->items[region].name);
}

/* The gap of a top in what is shared: ha of forest at the land area of the last year, or m3. */
static double gap_amount(const struct sink_track *track, size_t t, size_t top)
{
    const struct sink_outlook *outlook = &track->outlooks[t * track->region_count + top];
    if (track->targets.items[t].target.kind == SINK_TARGET_FOREST_STOCK_VOLUME)
        return outlook->gap;
    return outlook->gap * track->land_ha[(track->year_count - 1) * track->region_count + top];
}

/* The regions below a top that lack something, by rank; `limit` of them. `order` has room for all
 * regions. */
static void print_shares(const struct sink_track *track, size_t t, size_t top, size_t limit,
                         size_t *order, FILE *out)
{
    const struct sink_target *target = &track->targets.items[t].target;
    const struct sink_lack *lacks = track->lacks + t * track->region_count;
    const bool is_share = target->kind == SINK_TARGET_FOREST_COVERAGE;
    const size_t count = sink_track_order(track, t, top, order);
    size_t lacking = 0, unknown = 0;
    for (size_t i = 0; i < count; i++) {
        lacking += lacks[order[i]].rank > 0;
        unknown += isnan(lacks[order[i]].amount) != 0;
    }
    fprintf(out, "  Gap of %s in %d: %s %s; the regions of the next level that are below lack %s\n",
            written(target->kind, target->value).text, target->year,
            plain(gap_amount(track, t, top)).text, is_share ? "ha of forest" : "m3",
            plain(track->lacking[t * track->region_count + top]).text);
    fprintf(out, "    rank    share, %%%16s%16s%16s%16s  region\n",
            is_share ? "lacks, ha" : "lacks, m3", is_share ? "has, %" : "has, m3",
            is_share ? "due, %" : "due, m3", "projected");
    for (size_t i = 0; i < lacking && i < limit; i++)
        print_share(track, t, order[i], out);
    if (lacking > limit)
        fprintf(out, "    and %zu more; --verbose shows them\n", lacking - limit);
    if (count > lacking + unknown)
        fprintf(out, "    %zu of %zu regions lack nothing\n", count - lacking - unknown, count);
    if (unknown > 0)
        fprintf(out, "    %zu regions without a value have no share\n", unknown);
}

static void print_region(const struct sink_track *track, size_t top, size_t limit, size_t *order,
                         FILE *out)
{
    print_figures(track, top, out);
    for (int k = 0; k < SINK_TARGET_KINDS; k++)
        print_kind(track, (enum sink_target_kind)k, top, out);
    for (size_t t = 0; t < track->targets.count; t++)
        if (!isnan(track->lacking[t * track->region_count + top]))
            print_shares(track, t, top, limit, order, out);
}

/* How the shares are made, where there are any. */
static void print_sharing(const struct sink_track *track, FILE *out)
{
    bool is_shared = false;
    for (size_t i = 0; i < track->targets.count * track->region_count; i++)
        is_shared = is_shared || !isnan(track->lacking[i]);
    if (is_shared)
        fputs("\nShares, in the last year:\n", out);
    for (int k = 0; k < SINK_TARGET_KINDS && is_shared; k++)
        if (track->values[k])
            fprintf(out, "  %s: %s.\n", sink_track_title((enum sink_target_kind)k),
                    sink_track_sharing((enum sink_target_kind)k));
}

enum sink_status sink_track_print_text(const struct sink_track *track, bool all, FILE *out,
                                       struct sink_error *error)
{
    size_t *order = malloc((track->region_count + 1) * sizeof *order);
    if (!order)
        return sink_fail_memory(error);
    print_inventories(track, out);
    print_targets(&track->targets, out);
    for (size_t i = 0; i < track->note_count; i++)
        fprintf(out, "Note: %s\n", track->notes[i]);
    for (size_t r = 0; r < track->region_count; r++)
        if (track->regions->items[r].parent < 0)
            print_region(track, r, all ? track->region_count : SHOWN_SHARES, order, out);
    print_sharing(track, out);
    free(order);
    return SINK_OK;
}
