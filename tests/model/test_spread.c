#include "sinkcalc/model/spread.h"
#include "sinkcalc/base/csv.h"
#include "sinkcalc/base/text.h"
#include "sinkcalc/model/random.h"
#include "sinkcalc/tables/tables.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double z = 1.959963984540054;

static struct sink_spread_row row_of(double value, double lower, double upper, const char *text)
{
    return (struct sink_spread_row){.value = value,
                                    .lower = lower,
                                    .upper = upper,
                                    .sd = NAN,
                                    .se = NAN,
                                    .n = NAN,
                                    .spread = text};
}

static struct sink_spread read(const struct sink_spread_row *row)
{
    struct sink_spread spread;
    struct sink_error error = {0};
    ck_assert_msg(sink_spread_read(row, &spread, &error) == SINK_OK, "%s", error.message);
    return spread;
}

static void refuse(const struct sink_spread_row *row, const char *sentence)
{
    struct sink_spread spread;
    struct sink_error error = {0};
    ck_assert_msg(sink_spread_read(row, &spread, &error) == SINK_BAD_DATA, "\"%s\" was read",
                  row->spread);
    ck_assert_msg(strstr(error.message, sentence) != NULL, "%s", error.message);
}

START_TEST(each_kind_of_text_gives_its_standard_error)
{
    const double pert = 0.73 * sqrt((1 + 4 * 0.16 / 0.73) * (5 - 4 * 0.16 / 0.73) / 252);
    const struct {
        double value, lower, upper;
        const char *text;
        double se;
        enum sink_distribution distribution;
    } cases[] = {
        /* The tables of sinkcalc. */
        {27, 8.91, 45.09, "95 % CI", 18.09 / z, SINK_DISTRIBUTION_LOGNORMAL},
        {63, 51.66, 74.34, "95 % CI", 11.34 / z, SINK_DISTRIBUTION_NORMAL},
        {4.7, 1.175, 8.225, "95 % CI or nominal 75 %", 3.525 / z, SINK_DISTRIBUTION_LOGNORMAL},
        {0.44, 0.044, 0.836, "default 90 %", 0.396 / z, SINK_DISTRIBUTION_LOGNORMAL},
        {10, 1, 19, "nominal 90 %", 9 / z, SINK_DISTRIBUTION_LOGNORMAL},
        {1.7, 0.425, 2.975, "2 SD, nominal 75 %", 1.275 / 2, SINK_DISTRIBUTION_LOGNORMAL},
        {0.39, 0.23, 0.96, "range", pert, SINK_DISTRIBUTION_PERT},
        {72.8, NAN, NAN, "SD 36.4", 36.4, SINK_DISTRIBUTION_LOGNORMAL},
        {0.221, NAN, NAN, "SD 0.036", 0.036, SINK_DISTRIBUTION_NORMAL},
        {0.4598, NAN, NAN, "n 11; R2 0.98", 0, SINK_DISTRIBUTION_NONE},
        {0.4598, NAN, NAN, "R2 0.8948", 0, SINK_DISTRIBUTION_NONE},
        {0.451, NAN, NAN, "", 0, SINK_DISTRIBUTION_NONE},
        {0.451, NAN, NAN, NULL, 0, SINK_DISTRIBUTION_NONE},
        /* The words of the documents they are from. */
        {7.9, 5.2, 11.8, "95% CI", 3.3 / z, SINK_DISTRIBUTION_LOGNORMAL},
        {116, 97.63, 134.37, "95%CI", 18.37 / z, SINK_DISTRIBUTION_NORMAL},
        {54, 48.3, 59.5, "95% CI of mean", 5.6 / z, SINK_DISTRIBUTION_NORMAL},
        {59, 34.81, 83.19, "95% CI as % of mean", 24.19 / z, SINK_DISTRIBUTION_NORMAL},
        {9.1, 7.735, 10.465, "95% CI / nominal", 1.365 / z, SINK_DISTRIBUTION_NORMAL},
        {301.1, 30.11, 572.09, "default", 270.99 / z, SINK_DISTRIBUTION_LOGNORMAL},
        {220, 22, 418, "default \u00b190%", 198 / z, SINK_DISTRIBUTION_LOGNORMAL},
        {10, 1, 19, "nominal \u00b190%", 9 / z, SINK_DISTRIBUTION_LOGNORMAL},
        {0.77, 0.6622, 0.8778, "2 SD as % of mean", 0.1078 / 2, SINK_DISTRIBUTION_NORMAL},
        {68, 6.8, 129.2, "nominal 2 SD", 61.2 / 2, SINK_DISTRIBUTION_LOGNORMAL},
        {8.5, 2.125, 14.875, "2 SD nominal (Table 5.8 2019)", 6.375 / 2,
         SINK_DISTRIBUTION_LOGNORMAL},
        {25, 10, 58, "5th-95th pct or range", 24 / 1.6448536269514722, SINK_DISTRIBUTION_LOGNORMAL},
        {0.39, 0.23, 0.96, "Range", pert, SINK_DISTRIBUTION_PERT},
        {0.39, 0.23, 0.96, "min-max", pert, SINK_DISTRIBUTION_PERT},
        {3.12, NAN, NAN, "SE 0.83", 0.83, SINK_DISTRIBUTION_NORMAL},
        {2.3, NAN, NAN, "-", 0, SINK_DISTRIBUTION_NONE},
        /* Numbers behind the words, where there are no bounds. */
        {2.12, NAN, NAN, "95 % CI \u00b10.82", 0.82 / z, SINK_DISTRIBUTION_NORMAL},
        {200, NAN, NAN, "2 SD 14 %", 28 / 2.0, SINK_DISTRIBUTION_NORMAL},
        {200, NAN, NAN, "2 SD as % of mean 14", 28 / 2.0, SINK_DISTRIBUTION_NORMAL},
        {200, NAN, NAN, "default 90 %", 180 / z, SINK_DISTRIBUTION_LOGNORMAL},
        {200, NAN, NAN, "2 SD, nominal 75 %", 150 / 2.0, SINK_DISTRIBUTION_LOGNORMAL},
        {200, NAN, NAN, "SD 20 %, n 16", 40 / 4.0, SINK_DISTRIBUTION_NORMAL},
        {200, NAN, NAN, "SD +/- 20; n = 25", 20 / 5.0, SINK_DISTRIBUTION_NORMAL},
        {200, 180, 220, "90 % CI", 20 / 1.6448536269514722, SINK_DISTRIBUTION_NORMAL},
        {200, 180, 220, "2 SD or 95 % confidence interval", 20 / z, SINK_DISTRIBUTION_NORMAL},
        {200, 180, 220, "95 % CI, 2 SD", 20 / z, SINK_DISTRIBUTION_NORMAL},
        {200, 200, 200, "95 % CI", 0, SINK_DISTRIBUTION_NONE},
        {0, 0, 0, "range", 0, SINK_DISTRIBUTION_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct sink_spread_row row =
            row_of(cases[i].value, cases[i].lower, cases[i].upper, cases[i].text);
        const struct sink_spread spread = read(&row);
        ck_assert_msg(fabs(spread.se - cases[i].se) <= 1e-12 * cases[i].se, "%s: %.17g", row.spread,
                      spread.se);
        ck_assert_msg(spread.distribution == cases[i].distribution, "%s: %s", row.spread,
                      sink_distribution_name(spread.distribution));
    }
}
END_TEST

START_TEST(what_is_not_understood_is_refused)
{
    static const char *const texts[] = {
        "as printed", "SDI 5",       "SDn 5",   "nominalrange", "95 %", "CI",      "40 % CI",
        "100 % CI",   "SD 5 6",      "range 2", "3 SD 4",       "n 0",  "5",       "SD 5a",
        "SD 1.2.3",   "95 % CI see", "R2",      "sd 5 (open",   "nan",  "SD \xc2", "2 SD 14 % 3"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct sink_spread_row row = row_of(10, 8, 12, texts[i]);
        refuse(&row, "is not understood");
    }
}
END_TEST

START_TEST(a_text_without_numbers_and_numbers_without_a_text_are_refused)
{
    static const char *const texts[] = {"95 % CI", "SD", "SE", "2 SD", "default", "range"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct sink_spread_row row = row_of(10, 8, NAN, texts[i]);
        refuse(&row, "has no numbers");
    }
    const struct sink_spread_row mute = row_of(10, 8, 12, "");
    refuse(&mute, "no spread that says what they are");
}
END_TEST

START_TEST(columns_and_text_may_not_contradict)
{
    struct sink_spread_row row = row_of(72.8, NAN, NAN, "SD 36.4");
    row.sd = 36.4;
    ck_assert_double_eq(read(&row).se, 36.4);
    row.sd = 30;
    refuse(&row, "sd is 30");
    row.spread = "SE 3";
    row.se = 3.5;
    refuse(&row, "se is 3.5");
}
END_TEST

START_TEST(impossible_columns_are_refused)
{
    struct sink_spread_row row = row_of(NAN, NAN, NAN, "");
    refuse(&row, "the value is nan");
    row = row_of(10, 12, 8, "95 % CI");
    refuse(&row, "not between its bounds");
    row = row_of(10, 11, 12, "range");
    refuse(&row, "not between its bounds");
    row = row_of(10, 8, INFINITY, "95 % CI");
    refuse(&row, "not between its bounds");
    row = row_of(10, NAN, NAN, "");
    row.se = -1;
    refuse(&row, "se -1");
    row.se = INFINITY;
    refuse(&row, "se inf");
    row.se = NAN;
    row.sd = -1;
    refuse(&row, "sd -1");
    row.sd = 1;
    row.n = 0;
    refuse(&row, "n 0");
}
END_TEST

START_TEST(columns_come_in_the_order_of_the_header)
{
    struct sink_spread_row row = row_of(100, 90, 110, "95 % CI");
    row.sd = 50;
    ck_assert_double_eq_tol(read(&row).se, 10 / z, 1e-14); /* the interval is of the mean */
    row.n = 25;
    ck_assert_double_eq_tol(read(&row).se, 10 / z, 1e-14);
    row.se = 7;
    ck_assert_double_eq(read(&row).se, 7);
    row = row_of(100, NAN, NAN, "");
    row.sd = 50;
    ck_assert_double_eq(read(&row).se, 50); /* of observations, how many is unknown */
    row.n = 25;
    ck_assert_double_eq(read(&row).se, 10);
    row = row_of(100, 20, 180, "SD estimated from min-max");
    row.sd = 40;
    ck_assert_double_eq(read(&row).se, 40);
}
END_TEST

START_TEST(numbers_in_a_text_are_in_its_own_unit)
{
    struct sink_spread_row row = row_of(2.0 * 44 / 28, NAN, NAN, "SD 0.3");
    row.text_unit = 44.0 / 28; /* kg N2O-N, read as kg N2O */
    ck_assert_double_eq_tol(read(&row).se, 0.3 * 44 / 28, 1e-15);
    row.spread = "SD 15 %";
    ck_assert_double_eq_tol(read(&row).se, 0.3 * 44 / 28, 1e-15);
}
END_TEST

START_TEST(the_distribution_follows_error_and_symmetry)
{
    const struct {
        double value, lower, upper;
        bool may_be_negative;
        enum sink_distribution distribution;
    } cases[] = {
        {100, 42, 158, false, SINK_DISTRIBUTION_NORMAL},           /* se 29.6 */
        {100, 40, 160, false, SINK_DISTRIBUTION_LOGNORMAL},        /* se 30.6 */
        {100, 90, 112, false, SINK_DISTRIBUTION_NORMAL},           /* 54.5 % above */
        {100, 90, 113, false, SINK_DISTRIBUTION_LOGNORMAL},        /* 56.5 % above */
        {100, 87, 110, false, SINK_DISTRIBUTION_TRUNCATED_NORMAL}, /* 56.5 % below */
        {0.25, -0.23, 0.73, true, SINK_DISTRIBUTION_NORMAL},
        {0.25, -0.23, 0.73, false, SINK_DISTRIBUTION_LOGNORMAL},
        {7.9, 5.2, 11.8, true, SINK_DISTRIBUTION_NORMAL},
        {-1.62, -3, 1, false, SINK_DISTRIBUTION_NORMAL},
        {0, -1, 1, true, SINK_DISTRIBUTION_NORMAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sink_spread_row row =
            row_of(cases[i].value, cases[i].lower, cases[i].upper, "95 % CI");
        row.may_be_negative = cases[i].may_be_negative;
        ck_assert_msg(read(&row).distribution == cases[i].distribution, "case %zu: %s", i,
                      sink_distribution_name(read(&row).distribution));
    }
    const struct sink_spread_row zero = row_of(0, -1, 1, "95 % CI");
    refuse(&zero, "expected a value above 0"); /* no positive distribution has the mean 0 */
}
END_TEST

START_TEST(a_named_distribution_is_used)
{
    for (int d = SINK_DISTRIBUTION_NORMAL; d < SINK_DISTRIBUTION_COUNT; d++) {
        struct sink_spread_row row = row_of(10, 4, 13, "range");
        row.distribution = sink_distribution_name((enum sink_distribution)d);
        const struct sink_spread spread = read(&row);
        const double pert = 9 * sqrt((1 + 24.0 / 9) * (5 - 24.0 / 9) / 252);
        const double se = d == SINK_DISTRIBUTION_TRIANGULAR
                              ? sqrt((16 + 100 + 169 - 40 - 52 - 130) / 18.0)
                          : d == SINK_DISTRIBUTION_UNIFORM ? 9 / sqrt(12)
                                                           : pert;
        ck_assert_int_eq(spread.distribution, d);
        ck_assert_double_eq_tol(spread.se, se, 1e-14);
        ck_assert_double_eq(spread.upper, d < SINK_DISTRIBUTION_TRIANGULAR ? INFINITY : 13);
    }
    struct sink_spread_row row = row_of(10, 4, 13, "");
    row.distribution = "triangular"; /* says by itself that the bounds are ends */
    ck_assert_int_eq(read(&row).distribution, SINK_DISTRIBUTION_TRIANGULAR);
    row = row_of(-3, NAN, NAN, "SD 1");
    row.distribution = "normal";
    ck_assert_int_eq(read(&row).distribution, SINK_DISTRIBUTION_NORMAL);
}
END_TEST

START_TEST(a_named_distribution_that_cannot_be_is_refused)
{
    const struct {
        double value, lower, upper;
        const char *text, *distribution, *sentence;
    } cases[] = {
        {10, NAN, NAN, "SD 1", "gaussian", "unknown distribution \"gaussian\""},
        {10, NAN, NAN, "SD 1", "none", "unknown distribution \"none\""},
        {10, NAN, NAN, "SD 1", "pert", "pert with the value 10 and the bounds nan and nan"},
        {10, 4, 13, "95 % CI", "triangular", "the bounds are of \"95 % CI\""},
        {10, 4, 13, "2 SD", "uniform", "the bounds are of \"2 SD\""},
        {-3, NAN, NAN, "SD 1", "lognormal", "expected a value above 0"},
        {0, NAN, NAN, "SD 1", "truncated_normal", "expected a value above 0"},
        {10, NAN, NAN, "SD 9.6", "truncated_normal", "at most 0.95 of the value"},
        {10, NAN, NAN, "", "normal", "standard error nan"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sink_spread_row row =
            row_of(cases[i].value, cases[i].lower, cases[i].upper, cases[i].text);
        row.distribution = cases[i].distribution;
        refuse(&row, cases[i].sentence);
    }
}
END_TEST

START_TEST(a_truncated_normal_keeps_mean_and_standard_error)
{
    static const double shares[] = {0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        struct sink_spread spread;
        struct sink_error error;
        ck_assert_int_eq(sink_spread_make(SINK_DISTRIBUTION_TRUNCATED_NORMAL, 40, 40 * shares[i],
                                          NULL, &spread, &error),
                         SINK_OK);
        /* Midpoints of equal shares: the outermost ones of 200,000 leave less than 1e-4. */
        double sum = 0, squares = 0;
        for (int k = 0; k < 200000; k++) {
            const double off = sink_spread_quantile(&spread, 40, (k + 0.5) / 200000) - 40;
            sum += off / 200000;
            squares += off * off / 200000;
        }
        ck_assert_double_eq_tol(sum / 40, 0, 1e-5);
        ck_assert_double_eq_tol(sqrt(squares) / spread.se, 1, 2e-4);
    }
}
END_TEST

/* ---- the tables of sinkcalc ---- */

static double number_of(const struct sink_csv *csv, size_t row, const char *column)
{
    const char *cell = sink_csv_cell(csv, row, sink_csv_column(csv, column));
    double number = NAN;
    ck_assert_msg(!*cell || sink_text_to_double(cell, &number), "%s", cell);
    return number;
}

/* Reads the row, and checks its error against its own words where they are of a plain kind. */
static bool check_row(const struct sink_csv *csv, size_t i)
{
    struct sink_error error = {0};
    struct sink_spread spread;
    const struct sink_spread_row row = {
        .value = number_of(csv, i, "value"),
        .lower = number_of(csv, i, "lower"),
        .upper = number_of(csv, i, "upper"),
        .sd = number_of(csv, i, "sd"),
        .se = number_of(csv, i, "se"),
        .n = number_of(csv, i, "n"),
        .spread = sink_csv_cell(csv, i, sink_csv_column(csv, "spread")),
        .distribution = sink_csv_cell(csv, i, sink_csv_column(csv, "distribution"))};
    const enum sink_status status = sink_spread_read(&row, &spread, &error);
    ck_assert_msg(status == SINK_OK, "%s:%zu: %s", sink_csv_name(csv), sink_csv_line(csv, i),
                  error.message);
    const double half = (row.upper - row.lower) / 2;
    double expected = spread.se;
    if (strcmp(row.spread, "95 % CI") == 0 || strcmp(row.spread, "default 90 %") == 0)
        expected = half / z;
    else if (strncmp(row.spread, "2 SD", 4) == 0)
        expected = half / 2;
    else if (strncmp(row.spread, "SD ", 3) == 0 && isnan(row.se) && isnan(row.n))
        expected = strtod(row.spread + 3, NULL);
    else if (strcmp(row.spread, "range") == 0)
        ck_assert_int_eq(spread.distribution, SINK_DISTRIBUTION_PERT);
    if (!isnan(expected) && isnan(row.se))
        ck_assert_double_le(fabs(spread.se - expected), 1e-12 * expected);
    return spread.distribution != SINK_DISTRIBUTION_NONE;
}

START_TEST(every_spread_of_the_tables_is_understood)
{
    size_t count, spreads = 0;
    const struct sink_table *tables = sink_tables(&count);
    for (size_t t = 0; t < count; t++) {
        struct sink_csv *csv;
        struct sink_error error;
        ck_assert_int_eq(
            sink_csv_parse(tables[t].name, tables[t].text, tables[t].bytes, &csv, &error), SINK_OK);
        for (size_t i = 0; sink_csv_column(csv, "spread") >= 0 && i < sink_csv_row_count(csv); i++)
            spreads += check_row(csv, i);
        sink_csv_free(csv);
    }
    ck_assert_uint_gt(spreads, 300);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spread");
    TCase *spread = tcase_create("spread");
    tcase_add_test(spread, each_kind_of_text_gives_its_standard_error);
    tcase_add_test(spread, what_is_not_understood_is_refused);
    tcase_add_test(spread, a_text_without_numbers_and_numbers_without_a_text_are_refused);
    tcase_add_test(spread, columns_and_text_may_not_contradict);
    tcase_add_test(spread, impossible_columns_are_refused);
    tcase_add_test(spread, columns_come_in_the_order_of_the_header);
    tcase_add_test(spread, numbers_in_a_text_are_in_its_own_unit);
    tcase_add_test(spread, the_distribution_follows_error_and_symmetry);
    tcase_add_test(spread, a_named_distribution_is_used);
    tcase_add_test(spread, a_named_distribution_that_cannot_be_is_refused);
    tcase_add_test(spread, a_truncated_normal_keeps_mean_and_standard_error);
    tcase_add_test(spread, every_spread_of_the_tables_is_understood);
    suite_add_tcase(suite, spread);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
