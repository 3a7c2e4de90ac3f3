/* Who takes up most and least, who holds most. */
#include "pipelines/report/bars.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 16 /* bars; of more regions the first and the last ones */
#define LAST 4

struct place {
    double value;
    size_t region;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *left = a, *right = b;
    if (left->value > right->value)
        return -1;
    if (left->value < right->value)
        return 1;
    return left->region < right->region ? -1 : left->region > right->region;
}

static size_t sort_regions(const struct sink_report *report, size_t level, const double *values,
                           struct place *places)
{
    size_t count = 0;
    for (size_t r = 0; r < report->region_count; r++) {
        const double value = sink_report_at_last(report, values, r);
        if ((size_t)report->levels[r] == level && isfinite(value) &&
            report->kinds[r] != SINK_REGION_REST)
            places[count++] = (struct place){value, r};
    }
    if (count > 0)
        qsort(places, count, sizeof *places, compare_places);
    return count;
}

static void rank(struct sink_report *report, size_t level, const char *title,
                 enum sink_shown_quantity quantity, const double *const series[3])
{
    struct place *places = malloc((report->region_count + 1) * sizeof *places);
    struct sink_bar bars[MOST];
    if (!places) {
        report->html.has_failed = true;
        return;
    }
    const size_t count = series[0] ? sort_regions(report, level, series[0], places) : 0;
    struct sink_bar_chart chart = {.title = sink_report_word(report, title),
                                   .sub = "",
                                   .bars = bars,
                                   .count = count < MOST ? count : MOST,
                                   .quantity = quantity,
                                   .gap_after = count > MOST ? MOST - LAST : 0};
    char sub[96];
    snprintf(sub, sizeof sub, "%d", report->years[report->year_count - 1]);
    chart.sub = sub;
    for (size_t i = 0; i < chart.count; i++) {
        const size_t at = count > MOST && i >= MOST - LAST ? count - MOST + i : i;
        const size_t r = places[at].region;
        bars[i] = (struct sink_bar){.label = report->names[r],
                                    .value = places[at].value,
                                    .lower = sink_report_at_last(report, series[1], r),
                                    .upper = sink_report_at_last(report, series[2], r)};
    }
    for (size_t i = 0; i < chart.count; i++)
        if (strcmp(sink_text_cut(bars[i].label, SINK_SIDE_COLUMNS).text, bars[i].label) != 0)
            chart.labels_above = true;
    sink_report_bars(report, &chart);
    free(places);
}

void sink_report_ranking(struct sink_report *report, size_t level)
{
    const double *const sink[] = {report->sink, report->sink_lower, report->sink_upper};
    const double *const stock[] = {report->stock, report->stock_lower, report->stock_upper};
    rank(report, level, "Net sink", SINK_SHOWN_SINK, sink);
    rank(report, level, "Carbon stock", SINK_SHOWN_CARBON, stock);
}
