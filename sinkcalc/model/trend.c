#include "sinkcalc/model/trend.h"

#include "sinkcalc/model/sampling.h"

#include <math.h>

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
                                        [SINK_MEETING_NEVER] = "never"};
    return names[meeting];
}

/* The first year after `year` whose line, lower bound or upper bound is at or above the target, to
 * a billionth: 20 % and 21 % lead to 22 % in the third year, whatever the last bits are. */
enum bound { LOWER, LINE, UPPER };
static int first_year(const struct sink_trend *trend, int year, double target, enum bound bound)
{
    while (year++ < SINK_TREND_LAST_YEAR) {
        const struct sink_projection at = sink_trend_project(trend, year);
        const double value = bound == LOWER ? at.lower : bound == UPPER ? at.upper : at.value;
        if (value >= target - 1e-9 * fabs(target)) /* false for NaN */
            return year;
    }
    return 0;
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
    struct sink_outlook outlook = {.last = NAN};
    look_back(series, target, &outlook);
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

double sink_lacks_share(const double *due, const double *has, size_t count, struct sink_lack *lacks)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const double amount = due[i] - has[i];
        lacks[i] = (struct sink_lack){.amount = amount < 0 ? 0 : amount};
        if (amount > 0)
            sum += amount;
    }
    for (size_t i = 0; i < count; i++) {
        lacks[i].share = sum > 0 ? lacks[i].amount / sum : NAN;
        if (!(lacks[i].amount > 0))
            continue;
        lacks[i].rank = 1;
        for (size_t k = 0; k < count; k++)
            if (lacks[k].amount > lacks[i].amount || (k < i && lacks[k].amount >= lacks[i].amount))
                lacks[i].rank++;
    }
    return sum;
}
