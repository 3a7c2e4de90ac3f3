#include "sinkcalc/model/trend.h"

#include "sinkcalc/model/sampling.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* The sum of the squares about the line. */
static double squares_about(const struct sink_trend *trend, struct sink_series series)
{
    double sum = 0;
    for (size_t i = 0; i < series.count; i++) {
        const double off = series.values[i] - sink_trend_project(trend, series.years[i]).value;
        if (!isnan(off))
            sum += off * off;
    }
    return sum;
}

struct sink_trend sink_trend_fit(struct sink_series series)
{
    struct sink_trend trend = {.slope_per_yr = NAN, .spread = NAN, .student = NAN};
    double products = 0;
    for (size_t i = 0; i < series.count; i++)
        if (!isnan(series.values[i])) {
            trend.count++;
            trend.mean_year += series.years[i];
            trend.mean_value += series.values[i];
        }
    trend.mean_year /= (double)trend.count; /* NaN without a value */
    trend.mean_value /= (double)trend.count;
    for (size_t i = 0; i < series.count; i++)
        if (!isnan(series.values[i])) {
            const double years = series.years[i] - trend.mean_year;
            trend.squares_yr2 += years * years;
            products += years * (series.values[i] - trend.mean_value);
        }
    if (trend.count < 2)
        return trend;
    trend.slope_per_yr = products / trend.squares_yr2;
    if (trend.count < 3)
        return trend;
    trend.spread = sqrt(squares_about(&trend, series) / (double)(trend.count - 2));
    trend.student =
        sink_student_quantile((1 + SINK_TREND_PROBABILITY) / 2, (double)(trend.count - 2));
    return trend;
}

struct sink_projection sink_trend_project(const struct sink_trend *trend, int year)
{
    const double years = year - trend->mean_year;
    const double value = trend->mean_value + trend->slope_per_yr * years;
    const double half = trend->student * trend->spread *
                        sqrt(1 + 1 / (double)trend->count + years * years / trend->squares_yr2);
    return (struct sink_projection){value, value - half, value + half};
}

const char *sink_meeting_name(enum sink_meeting meeting)
{
    static const char *const names[] = {[SINK_MEETING_UNKNOWN] = "unknown",
                                        [SINK_MEETING_MET] = "met",
                                        [SINK_MEETING_EXPECTED] = "expected",
                                        [SINK_MEETING_NEVER] = "never",
                                        [SINK_MEETING_UNSURE] = "unsure"};
    return names[meeting];
}

enum bound { LOWER, LINE, UPPER };

static double bound_at(const struct sink_trend *trend, int year, enum bound bound)
{
    const struct sink_projection at = sink_trend_project(trend, year);
    return bound == LOWER ? at.lower : bound == UPPER ? at.upper : at.value;
}

/* To a billionth: 20 % and 21 % lead to 22 % in the third year, whatever the last bits are. False
 * for NaN. */
static bool is_there(const struct sink_trend *trend, int year, enum bound bound, double target)
{
    return bound_at(trend, year, bound) >= target - 1e-9 * fabs(target);
}

/* The year from `low` to `high` in which the lower bound is highest. It is concave, the line less a
 * convex half width: it rises up to there and falls from there on. */
static int highest_year(const struct sink_trend *trend, int low, int high)
{
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (bound_at(trend, middle + 1, LOWER) > bound_at(trend, middle, LOWER))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first year after `year` whose line or bound is at or above the target; 0: none. By halving:
 * the line and the upper bound are convex, so that from below the target they pass it once; the
 * lower bound does so up to where it is highest. */
static int first_year(const struct sink_trend *trend, int year, double target, enum bound bound)
{
    int low = year + 1, high = SINK_TREND_LAST_YEAR;
    if (low > high)
        return 0;
    if (is_there(trend, low, bound, target))
        return low;
    if (bound == LOWER)
        high = highest_year(trend, low, high);
    if (!is_there(trend, high, bound, target))
        return 0;
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        if (is_there(trend, middle, bound, target))
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* The last value, and since when, or when once, the values are at or above the target. */
static void look_back(struct sink_series series, double target, struct sink_outlook *outlook)
{
    for (size_t i = 0; i < series.count; i++) {
        if (isnan(series.values[i]))
            continue;
        outlook->last_year = series.years[i];
        outlook->last = series.values[i];
        if (series.values[i] < target)
            outlook->met_year = 0;
        else if (outlook->met_year == 0)
            outlook->met_year = series.years[i];
        if (outlook->lost_year == 0)
            outlook->lost_year = outlook->met_year;
    }
}

static void look_ahead(const struct sink_trend *trend, double target, struct sink_outlook *outlook)
{
    const int last = outlook->last_year;
    outlook->met_year = first_year(trend, last, target, LINE);
    outlook->meeting = outlook->met_year > 0 ? SINK_MEETING_EXPECTED : SINK_MEETING_NEVER;
    if (trend->count < 3)
        return;
    outlook->earliest_year = first_year(trend, last, target, UPPER);
    outlook->latest_year = first_year(trend, last, target, LOWER);
}

struct sink_outlook sink_outlook_make(struct sink_series series, const struct sink_trend *trend,
                                      double target, int target_year)
{
    struct sink_outlook outlook = {.last = NAN, .share_needed = NAN};
    look_back(series, target, &outlook);
    outlook.least = outlook.last;
    const int years_left = target_year - outlook.last_year;
    outlook.gap = target - outlook.last;
    outlook.at_target = sink_trend_project(trend, target_year);
    outlook.rate_needed_per_yr = outlook.gap <= 0 ? 0
                                 : years_left > 0 ? outlook.gap / years_left
                                                  : NAN;
    if (outlook.gap <= 0) {
        outlook.meeting = SINK_MEETING_MET;
        outlook.lost_year = 0;
    } else if (trend->count > 1) {
        look_ahead(trend, target, &outlook);
    }
    return outlook;
}

void sink_outlook_doubt(struct sink_outlook *outlook, struct sink_series least, double target,
                        double share_needed)
{
    struct sink_outlook sure = {.last = NAN};
    look_back(least, target, &sure);
    outlook->least = sure.last;
    if (outlook->meeting != SINK_MEETING_MET)
        return;
    outlook->met_year = sure.met_year;
    if (sure.last >= target)
        return;
    outlook->meeting = SINK_MEETING_UNSURE;
    outlook->share_needed = share_needed;
}

/* The largest amount first, equal ones as they stand in their array, none (NaN) last. */
static int compare_lacks(const void *a, const void *b)
{
    const struct sink_lack *left = *(struct sink_lack *const *)a;
    const struct sink_lack *right = *(struct sink_lack *const *)b;
    if (left->amount > right->amount || (isnan(right->amount) && !isnan(left->amount)))
        return -1;
    if (left->amount < right->amount || (isnan(left->amount) && !isnan(right->amount)))
        return 1;
    return left < right ? -1 : left > right;
}

double sink_lacks_share(const double *due, const double *has, size_t count, struct sink_lack *lacks,
                        struct sink_lack **order)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const double amount = due[i] - has[i];
        lacks[i] = (struct sink_lack){.amount = amount < 0 ? 0 : amount};
        order[i] = &lacks[i];
        if (amount > 0)
            sum += amount;
    }
    qsort(order, count, sizeof *order, compare_lacks);
    for (size_t i = 0; i < count; i++) {
        order[i]->share = sum > 0 ? order[i]->amount / sum : NAN;
        order[i]->rank = order[i]->amount > 0 ? (int)i + 1 : 0;
    }
    return sum;
}
