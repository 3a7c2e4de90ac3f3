/* Lines against textbooks and by hand, what they say of targets, and who lacks how much. */
#include "sinkcalc/model/coverage_range.h"
#include "sinkcalc/model/trend.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SERIES(years, values) ((struct sink_series){years, values, COUNT(years)})

static void check_near(double found, double expected, double tolerance)
{
    ck_assert_msg(fabs(found - expected) <= tolerance, "%.17g, expected %.17g", found, expected);
}

static struct sink_outlook look(struct sink_series series, double target, int target_year)
{
    const struct sink_trend trend = sink_trend_fit(series);
    return sink_outlook_make(series, &trend, target, target_year);
}

/* Toluca Company: hours against lot size. Kutner, Nachtsheim, Neter and Li, Applied Linear
 * Statistical Models, 5th edition: b1 = 3.5702, b0 = 62.37, MSE = 2384 (table 1.1 and after it);
 * a new lot of 100: 419.4 hours, s{pred} = 50.87 (section 2.5), t(0.975; 23) = 2.069. */
static const int lots[] = {80, 30,  50,  90, 70, 60, 120, 80, 100, 50, 40, 70, 90,
                           20, 110, 100, 30, 50, 90, 110, 30, 90,  40, 80, 70};
static const double hours[] = {399, 121, 221, 376, 361, 224, 546, 352, 353, 157, 160, 252, 389,
                               113, 435, 420, 212, 268, 377, 421, 273, 468, 244, 342, 323};

START_TEST(a_regression_is_that_of_the_textbook)
{
    const struct sink_trend trend = sink_trend_fit(SERIES(lots, hours));
    ck_assert_uint_eq(trend.count, 25);
    check_near(trend.slope_per_yr, 3.5702, 5e-5);
    check_near(sink_trend_project(&trend, 0).value, 62.37, 5e-3);
    check_near(trend.spread * trend.spread, 2384, 0.5);
    const struct sink_projection at = sink_trend_project(&trend, 100);
    check_near(at.value, 419.4, 0.05);
    check_near(at.upper - at.value, 2.0687 * 50.87, 0.02);
    check_near(at.value - at.lower, at.upper - at.value, 1e-9);
}
END_TEST

/* 20, 22 and 23 after 0, 5 and 10 years: mean 65/3, slope 15/50; off the line -1/6, 1/3, -1/6, so
 * s^2 = 1/6; ten years later 26 1/6 -+ 12.7062 sqrt(1/6) sqrt(1 + 1/3 + 225/50). */
static const int three_years[] = {2000, 2005, 2010};
static const double three_values[] = {20, 22, 23};

START_TEST(an_interval_is_that_by_hand)
{
    const struct sink_trend trend = sink_trend_fit(SERIES(three_years, three_values));
    check_near(trend.mean_value, 65.0 / 3, 1e-12);
    check_near(trend.slope_per_yr, 0.3, 1e-15);
    check_near(trend.spread, sqrt(1.0 / 6), 1e-13);
    const struct sink_projection at = sink_trend_project(&trend, 2020);
    check_near(at.value, 26 + 1.0 / 6, 1e-12);
    check_near(at.upper - at.value, 12.7062 * sqrt(1.0 / 6) * sqrt(1 + 1.0 / 3 + 4.5), 1e-4);
}
END_TEST

START_TEST(two_years_give_a_line_without_an_interval)
{
    static const int years[] = {2020, 2025};
    static const double values[] = {0.24, 0.245};
    const struct sink_trend trend = sink_trend_fit(SERIES(years, values));
    const struct sink_projection at = sink_trend_project(&trend, 2030);
    check_near(sink_trend_project(&trend, 2020).value, 0.24, 1e-15);
    check_near(sink_trend_project(&trend, 2025).value, 0.245, 1e-15);
    check_near(at.value, 0.25, 1e-15);
    ck_assert(isnan(at.lower) && isnan(at.upper));
}
END_TEST

START_TEST(one_year_gives_no_line)
{
    const int year = 2020;
    const double value = 7;
    const struct sink_trend trend = sink_trend_fit((struct sink_series){&year, &value, 1});
    ck_assert(isnan(trend.slope_per_yr));
    ck_assert(isnan(sink_trend_project(&trend, 2030).value));
    const struct sink_outlook below = look((struct sink_series){&year, &value, 1}, 8, 2030);
    ck_assert_int_eq(below.meeting, SINK_MEETING_UNKNOWN);
    check_near(below.rate_needed_per_yr, 0.1, 1e-15);
    const struct sink_outlook above = look((struct sink_series){&year, &value, 1}, 6, 2030);
    ck_assert_int_eq(above.meeting, SINK_MEETING_MET);
    ck_assert_int_eq(above.met_year, 2020);
}
END_TEST

START_TEST(years_without_a_value_do_not_count)
{
    static const int years[] = {1990, 2000, 2003, 2005, 2010, 2011};
    static const double values[] = {NAN, 20, NAN, 22, 23, NAN};
    const struct sink_trend all = sink_trend_fit(SERIES(three_years, three_values));
    const struct sink_trend some = sink_trend_fit(SERIES(years, values));
    ck_assert_uint_eq(some.count, 3);
    check_near(some.slope_per_yr, all.slope_per_yr, 1e-15);
    check_near(some.spread, all.spread, 1e-15);
    const struct sink_outlook outlook = look(SERIES(years, values), 26, 2020);
    ck_assert_int_eq(outlook.last_year, 2010);
    check_near(outlook.rate_needed_per_yr, 0.3, 1e-15);
}
END_TEST

START_TEST(no_value_at_all_is_unknown)
{
    static const int years[] = {2000, 2005};
    static const double values[] = {NAN, NAN};
    const struct sink_outlook outlook = look(SERIES(years, values), 26, 2020);
    ck_assert_int_eq(outlook.meeting, SINK_MEETING_UNKNOWN);
    ck_assert_int_eq(outlook.last_year, 0);
    ck_assert(isnan(outlook.gap) && isnan(outlook.rate_needed_per_yr) &&
              isnan(outlook.at_target.value));
}
END_TEST

/* The line of 20, 22, 23 is at 23 1/6 in 2010: 25 is reached 6.1 years later, at the end of 2017.
 */
START_TEST(the_met_year_is_the_first_at_whose_end_the_line_is_there)
{
    const struct sink_outlook outlook = look(SERIES(three_years, three_values), 25, 2015);
    ck_assert_int_eq(outlook.meeting, SINK_MEETING_EXPECTED);
    ck_assert_int_eq(outlook.met_year, 2017);
    check_near(outlook.gap, 2, 0);
    check_near(outlook.rate_needed_per_yr, 0.4, 1e-15);
    check_near(outlook.at_target.value, 23 + 1.0 / 6 + 1.5, 1e-12);
    /* The upper bound is above 25 at once; the lower one falls for ever: 0.3 < 12.7 s / sqrt(50).
     */
    ck_assert_int_eq(outlook.earliest_year, 2011);
    ck_assert_int_eq(outlook.latest_year, 0);
}
END_TEST

START_TEST(a_year_on_the_line_counts_whatever_the_last_bits_are)
{
    static const int years[] = {2020, 2021};
    for (int i = 1; i < 90; i++) {
        const double values[] = {i / 100.0, (i + 1) / 100.0};
        const struct sink_outlook outlook = look(SERIES(years, values), (i + 7) / 100.0, 2035);
        ck_assert_int_eq(outlook.met_year, 2027);
    }
}
END_TEST

/* 1, 2, 3.1 and 4 about 2.525 + 1.01 (year - 2001.5), s = 0.059, t = 4.303. */
START_TEST(the_bounds_give_the_years_between_which_a_target_is_met)
{
    static const int years[] = {2000, 2001, 2002, 2003};
    static const double values[] = {1, 2, 3.1, 4};
    const struct sink_series series = SERIES(years, values);
    const struct sink_trend trend = sink_trend_fit(series);
    const struct sink_outlook outlook = look(series, 10, 2012);
    ck_assert_int_eq(outlook.met_year, 2009);
    ck_assert_int_lt(outlook.earliest_year, outlook.met_year + 1);
    ck_assert_int_gt(outlook.latest_year, outlook.met_year);
    ck_assert(sink_trend_project(&trend, outlook.earliest_year).upper >= 10);
    ck_assert(sink_trend_project(&trend, outlook.earliest_year - 1).upper < 10);
    ck_assert(sink_trend_project(&trend, outlook.latest_year).lower >= 10);
    ck_assert(sink_trend_project(&trend, outlook.latest_year - 1).lower < 10);
}
END_TEST

/* Against a walk through the years, for series that rise, fall and scatter. */
START_TEST(years_of_the_bounds_are_those_that_a_walk_finds)
{
    static const int years[] = {1990, 1994, 2000, 2003, 2011};
    unsigned state = 7;
    for (int i = 0; i < 500; i++) {
        double values[COUNT(years)];
        for (size_t y = 0; y < COUNT(years); y++) {
            state = state * 1103515245u + 12345u;
            values[y] = (i % 11 - 5) * 0.02 * (years[y] - 2000) + (state >> 16) % 1000 / 1000.0;
        }
        const double target = 1 + i % 7 * 0.3;
        const struct sink_trend trend = sink_trend_fit(SERIES(years, values));
        const struct sink_outlook outlook = look(SERIES(years, values), target, 2030);
        int line = 0, lower = 0, upper = 0;
        for (int year = SINK_TREND_LAST_YEAR; year > 2011; year--) {
            const struct sink_projection at = sink_trend_project(&trend, year);
            line = at.value >= target ? year : line;
            lower = at.lower >= target ? year : lower;
            upper = at.upper >= target ? year : upper;
        }
        if (outlook.meeting == SINK_MEETING_MET)
            continue;
        ck_assert_int_eq(outlook.met_year, line);
        ck_assert_int_eq(outlook.latest_year, lower);
        ck_assert_int_eq(outlook.earliest_year, upper);
    }
}
END_TEST

/* A slope that is significant for some centuries only: the lower bound rises, then falls for ever.
 */
START_TEST(a_lower_bound_that_falls_again_counts_while_it_is_there)
{
    int years[51];
    double values[COUNT(years)];
    for (int i = 0; i < 51; i++) {
        years[i] = 1900 + 2 * i;
        values[i] = i == 50 ? -2 : 0.01 * (years[i] - 1950) + (i % 2 ? 1 : -1);
    }
    const struct sink_trend trend = sink_trend_fit(SERIES(years, values));
    const double start = sink_trend_project(&trend, 2001).lower;
    double highest = start;
    for (int year = 2002; year <= SINK_TREND_LAST_YEAR; year++)
        highest = fmax(highest, sink_trend_project(&trend, year).lower);
    ck_assert(highest > start + 0.1);
    ck_assert(sink_trend_project(&trend, SINK_TREND_LAST_YEAR).lower < start);
    const double target = (start + highest) / 2;
    int expected = 2001;
    while (sink_trend_project(&trend, expected).lower < target)
        expected++;
    ck_assert_int_eq(look(SERIES(years, values), target, 2050).latest_year, expected);
}
END_TEST

START_TEST(a_passed_target_tells_since_when)
{
    const struct sink_outlook outlook = look(SERIES(three_years, three_values), 21.5, 2030);
    ck_assert_int_eq(outlook.meeting, SINK_MEETING_MET);
    ck_assert_int_eq(outlook.met_year, 2005);
    ck_assert_int_eq(outlook.lost_year, 0);
    check_near(outlook.gap, -1.5, 0);
    check_near(outlook.rate_needed_per_yr, 0, 0);
}
END_TEST

START_TEST(a_target_reached_and_lost_is_not_met)
{
    static const int years[] = {2000, 2005, 2010};
    static const double values[] = {20, 25, 22};
    const struct sink_outlook outlook = look(SERIES(years, values), 24, 2030);
    ck_assert_int_eq(outlook.meeting, SINK_MEETING_EXPECTED);
    ck_assert_int_eq(outlook.lost_year, 2005);
    /* 22 1/3 + 0.2 a year from 2005 on. */
    ck_assert_int_eq(outlook.met_year, 2014);
}
END_TEST

START_TEST(a_falling_line_never_gets_there)
{
    static const int years[] = {2000, 2005};
    static const double values[] = {20, 19};
    const struct sink_outlook outlook = look(SERIES(years, values), 25, 2030);
    ck_assert_int_eq(outlook.meeting, SINK_MEETING_NEVER);
    ck_assert_int_eq(outlook.met_year, 0);
    check_near(outlook.at_target.value, 14, 1e-12);
    check_near(outlook.rate_needed_per_yr, 6.0 / 25, 1e-15);
}
END_TEST

START_TEST(a_year_that_is_past_needs_no_rate)
{
    const struct sink_outlook missed = look(SERIES(three_years, three_values), 25, 2010);
    ck_assert(isnan(missed.rate_needed_per_yr));
    ck_assert_int_eq(missed.meeting, SINK_MEETING_EXPECTED);
    const struct sink_outlook met = look(SERIES(three_years, three_values), 22.5, 2008);
    check_near(met.rate_needed_per_yr, 0, 0);
    check_near(met.at_target.value, 23 + 1.0 / 6 - 0.6, 1e-12);
}
END_TEST

START_TEST(shares_of_the_gap_add_up_and_are_ranked)
{
    static const double due[] = {10, 20, 30, 40, 5, NAN}, has[] = {8, 25, 24, 38, 5, 1};
    static const double amounts[] = {2, 0, 6, 2, 0};
    static const int ranks[] = {2, 0, 1, 3, 0, 0};
    struct sink_lack lacks[COUNT(due)], *order[COUNT(due)];
    double sum = 0;
    check_near(sink_lacks_share(due, has, COUNT(due), lacks, order), 10, 0);
    for (size_t i = 0; i < COUNT(amounts); i++) {
        check_near(lacks[i].amount, amounts[i], 0);
        check_near(lacks[i].share, amounts[i] / 10, 0);
        sum += lacks[i].share;
    }
    check_near(sum, 1, 1e-15);
    ck_assert(isnan(lacks[5].amount) && isnan(lacks[5].share));
    for (size_t i = 0; i < COUNT(ranks); i++)
        ck_assert_int_eq(lacks[i].rank, ranks[i]);
}
END_TEST

START_TEST(where_nobody_lacks_there_are_no_shares)
{
    static const double due[] = {10, 20}, has[] = {10, 21};
    struct sink_lack lacks[2], *order[2];
    check_near(sink_lacks_share(due, has, 2, lacks, order), 0, 0);
    for (size_t i = 0; i < 2; i++) {
        check_near(lacks[i].amount, 0, 0);
        ck_assert(isnan(lacks[i].share));
        ck_assert_int_eq(lacks[i].rank, 0);
    }
}
END_TEST

/* 40 of forest on 80 of land, 20 of no class: 40 to 60 %. */
START_TEST(a_target_is_met_where_the_least_meets_it)
{
    static const int years[] = {2010, 2015, 2020};
    static const double values[] = {0.46, 0.48, 0.5}, leasts[] = {0.3, 0.42, 0.4};
    const struct sink_coverage_range range = sink_coverage_range_make(40, 80, 20);
    check_near(range.least, 0.4, 0);
    check_near(range.most, 0.6, 0);
    check_near(sink_coverage_share_needed(40, 80, 20, 0.45), 0.25, 1e-15);
    check_near(sink_coverage_share_needed(40, 80, 20, range.most), 1, 1e-15);
    ck_assert(isnan(sink_coverage_share_needed(40, 80, 0, 0.45)));
    ck_assert(isnan(sink_coverage_range_make(0, 0, 0).least));
    struct sink_outlook sure = look(SERIES(years, values), 0.39, 2030);
    ck_assert_int_eq(sure.met_year, 2010);
    sink_outlook_doubt(&sure, SERIES(years, leasts), 0.39, -0.05);
    ck_assert_int_eq(sure.meeting, SINK_MEETING_MET);
    ck_assert_int_eq(sure.met_year, 2015);
    struct sink_outlook unsure = look(SERIES(years, values), 0.45, 2030);
    check_near(unsure.least, 0.5, 0);
    ck_assert(isnan(unsure.share_needed));
    sink_outlook_doubt(&unsure, SERIES(years, leasts), 0.45, 0.25);
    ck_assert_int_eq(unsure.meeting, SINK_MEETING_UNSURE);
    ck_assert_int_eq(unsure.met_year, 0);
    check_near(unsure.least, 0.4, 0);
    check_near(unsure.share_needed, 0.25, 0);
    struct sink_outlook below = look(SERIES(years, values), 0.55, 2030);
    sink_outlook_doubt(&below, SERIES(years, leasts), 0.55, 0.75);
    ck_assert_int_eq(below.meeting, SINK_MEETING_EXPECTED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trend");
    TCase *lines = tcase_create("lines"), *targets = tcase_create("targets");
    tcase_add_test(lines, a_regression_is_that_of_the_textbook);
    tcase_add_test(lines, an_interval_is_that_by_hand);
    tcase_add_test(lines, two_years_give_a_line_without_an_interval);
    tcase_add_test(lines, one_year_gives_no_line);
    tcase_add_test(lines, years_without_a_value_do_not_count);
    tcase_add_test(targets, no_value_at_all_is_unknown);
    tcase_add_test(targets, the_met_year_is_the_first_at_whose_end_the_line_is_there);
    tcase_add_test(targets, a_year_on_the_line_counts_whatever_the_last_bits_are);
    tcase_add_test(targets, the_bounds_give_the_years_between_which_a_target_is_met);
    tcase_add_test(targets, years_of_the_bounds_are_those_that_a_walk_finds);
    tcase_add_test(targets, a_lower_bound_that_falls_again_counts_while_it_is_there);
    tcase_add_test(targets, a_passed_target_tells_since_when);
    tcase_add_test(targets, a_target_reached_and_lost_is_not_met);
    tcase_add_test(targets, a_target_is_met_where_the_least_meets_it);
    tcase_add_test(targets, a_falling_line_never_gets_there);
    tcase_add_test(targets, a_year_that_is_past_needs_no_rate);
    tcase_add_test(targets, shares_of_the_gap_add_up_and_are_ranked);
    tcase_add_test(targets, where_nobody_lacks_there_are_no_shares);
    suite_add_tcase(suite, lines);
    suite_add_tcase(suite, targets);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
