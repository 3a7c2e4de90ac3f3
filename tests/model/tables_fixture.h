/* The tables that sinkcalc brings, for tests of what they say. */
#ifndef SINK_TESTS_TABLES_FIXTURE_H
#define SINK_TESTS_TABLES_FIXTURE_H

#include "sinkcalc/model/class.h"
#include "sinkcalc/model/factor.h"
#include "sinkcalc/tables/tables.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct sink_class_list classes;
static struct sink_factors factors;

static inline struct sink_csv *open_table(const char *name)
{
    struct sink_error error = {0};
    struct sink_csv *csv = NULL;
    const struct sink_table *table = sink_table_find(name);
    ck_assert_msg(table != NULL, "no table %s", name);
    ck_assert_msg(sink_csv_parse(name, table->text, table->bytes, &csv, &error) == SINK_OK, "%s",
                  error.message);
    return csv;
}

static inline void add_set(const char *name)
{
    struct sink_faults faults = {0};
    const enum sink_status status = sink_factors_add(&factors, open_table(name), &classes, &faults);
    ck_assert_msg(status == SINK_OK, "%s", faults.count ? faults.items[0].message : name);
    sink_faults_free(&faults);
}

static inline void set_up(void)
{
    struct sink_error error = {0};
    factors = (struct sink_factors){0};
    ck_assert_int_eq(sink_class_list_load(&classes, &error), SINK_OK);
    add_set("ipcc");
}

static inline void tear_down(void)
{
    sink_factors_free(&factors);
    sink_class_list_free(&classes);
}

/* Keys as name, value, name, value ... NULL. A key that no row has is a slip of the test. */
static inline const struct sink_factor *find(enum sink_factor_kind kind, const char *class_name,
                                             double interval_value, const char *const *keys)
{
    const char *values[SINK_FACTOR_KEYS_MAX] = {0};
    struct sink_error error = {0};
    const struct sink_factor *row = NULL;
    for (; keys && *keys; keys += 2) {
        size_t k = 0;
        while (k < factors.key_count && strcmp(factors.keys[k], keys[0]) != 0)
            k++;
        ck_assert_msg(k < factors.key_count, "no key:%s", keys[0]);
        values[k] = keys[1];
    }
    const struct sink_stratum stratum = {class_name, values, interval_value};
    ck_assert_msg(sink_factors_find(&factors, kind, &stratum, &row, &error) == SINK_OK, "%s",
                  error.message);
    return row;
}

static inline void expect(double value, const struct sink_factor *row)
{
    ck_assert_msg(row != NULL, "no row where %g stands", value);
    ck_assert_msg(fabs(row->value - value) <= 1e-12 * fabs(value), "line %zu: %g, expected %g",
                  row->line, row->value, value);
}

/* The row is what its document prints, and says nothing of a fallback; or the other way round. */
static inline void expect_printed(double value, const struct sink_factor *row)
{
    expect(value, row);
    ck_assert_msg(!*row->fallback, "line %zu: %s", row->line, row->fallback);
}

static inline void expect_fallback(double value, const struct sink_factor *row)
{
    expect(value, row);
    ck_assert_msg(*row->fallback, "line %zu: no fallback", row->line);
}

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})

static inline int run_tables(const char *name, void (*add)(TCase *))
{
    Suite *suite = suite_create(name);
    TCase *tests = tcase_create(name);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    add(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
