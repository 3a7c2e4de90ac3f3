/* Where figures of several years lead: a line, what it says of a target, and who lacks how much.
 *
 * A value belongs to the end of its year. The line is that of least squares on the years; with two
 * years it goes through both and has no interval. With three or more the interval is the prediction
 * interval of a new value at 95 % by Student's t, on n - 2 degrees of freedom (any textbook of
 * regression, such as Draper and Smith 1998, section 3.1):
 *     y(x) -+ t s sqrt(1 + 1/n + (x - mean)^2 / sum (x_i - mean)^2),  s^2 = sum of squares / (n -
 * 2). It holds what scatter about a straight line can say and nothing else: no error of the values
 * themselves, no change of course. It is not clipped to what is possible (a share may leave 0..1).
 */
#ifndef SINK_MODEL_TREND_H
#define SINK_MODEL_TREND_H

#include <stddef.h>

#define SINK_TREND_PROBABILITY 0.95
#define SINK_TREND_LAST_YEAR 9999 /* what is not reached by then is never reached */

/* Values of one region by year, ascending and distinct; NaN: no value in that year. */
struct sink_series {
    const int *years;
    const double *values;
    size_t count;
};

struct sink_trend {
    size_t count; /* years with a value */
    double mean_year, mean_value;
    double slope_per_yr; /* NaN with fewer than two */
    double squares_yr2;  /* sum of (year - mean)^2 */
    double spread;       /* s, the standard error about the line; NaN with fewer than three */
    double student;      /* t; NaN with fewer than three */
};
struct sink_trend sink_trend_fit(struct sink_series series);

struct sink_projection {
    double value;        /* NaN without a line */
    double lower, upper; /* NaN without an interval */
};
struct sink_projection sink_trend_project(const struct sink_trend *trend, int year);

enum sink_meeting {
    SINK_MEETING_UNKNOWN,  /* no value, or one year only and below the target */
    SINK_MEETING_MET,      /* the last value is at or above the target */
    SINK_MEETING_EXPECTED, /* it is not; the line rises and gets there */
    SINK_MEETING_NEVER,    /* the line does not get there by SINK_TREND_LAST_YEAR */
    SINK_MEETING_UNSURE    /* the last value is, the least that it may be is not */
};
const char *sink_meeting_name(enum sink_meeting meeting); /* "unknown", "met" ... */

/* What a series says of a target. */
struct sink_outlook {
    int last_year; /* with a value; 0: none */
    double last;
    double gap;                /* target - last: negative when it is passed */
    double rate_needed_per_yr; /* gap over the years left; 0 when it is met; NaN when its year is
                                  not after the last one */
    struct sink_projection at_target; /* at the end of the target's year, be it past or to come */
    enum sink_meeting meeting;
    int met_year; /* MET: the first year from which on every value is at or above the target;
                     EXPECTED: the first year after the last at whose end the line is; else 0 */
    int earliest_year, latest_year; /* EXPECTED and NEVER: the same for the upper and for the lower
                                       bound; 0: none by SINK_TREND_LAST_YEAR, or no interval */
    double least; /* that the last value may be; the value itself where nothing is in doubt */
    double share_needed; /* UNSURE: of what is in doubt, to be at the target; else NaN */
    int lost_year; /* EXPECTED, NEVER and UNKNOWN: the first year that had reached the target all
                      the same; 0: none */
};
/* `trend` is that of the series. */
struct sink_outlook sink_outlook_make(struct sink_series series, const struct sink_trend *trend,
                                      double target, int target_year);

/* The same where the values of some years are in doubt: `least` is what they may be at least. Met
 * is what the least meets, since the year from which on all of them do. `share_needed` is for the
 * last year, if that is in doubt. */
void sink_outlook_doubt(struct sink_outlook *outlook, struct sink_series least, double target,
                        double share_needed);

/* What a region lacks of what it is due, and its place among its siblings. */
struct sink_lack {
    double amount; /* due - has, at least 0; NaN when one of them is */
    double share;  /* of the amounts of all; NaN when nobody lacks anything, or the amount is */
    int rank;      /* 1 for the largest amount, equal ones in order; 0 for who lacks nothing */
};
/* Fills `lacks` [count]; the sum of the amounts. `order` is room for [count] pointers; afterwards
 * it has the lacks by rank, those without one at the end. */
double sink_lacks_share(const double *due, const double *has, size_t count, struct sink_lack *lacks,
                        struct sink_lack **order);

#endif
