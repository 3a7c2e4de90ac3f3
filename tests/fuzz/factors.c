/* Factor tables, and the search for the row that fits. */
#include "tests/fuzz/fuzz.h"

#include "sinkcalc/model/factor.h"

#include <math.h>
#include <stdlib.h>

#define MAX_STRATA 20 /* of which rows are sought; a table has many more rows than ways to fail */

void sink_fuzz_start(void)
{
}

/* As if land were just what the row asks for: it, or a more specific one, must be found. */
static void find_row(const struct sink_factors *factors, const struct sink_factor *asked)
{
    struct sink_error error;
    const struct sink_factor *found = NULL;
    const char **values = calloc(factors->key_count + 1, sizeof *values);
    for (size_t k = 0; k < factors->key_count; k++)
        values[k] = *asked->keys[k] ? asked->keys[k] : NULL;
    const struct sink_stratum stratum = {.class_name = *asked->classes ? asked->classes : "forest",
                                         .values = values,
                                         .interval_value =
                                             isfinite(asked->up_to) ? asked->up_to : 1e9};
    const enum sink_status status =
        sink_factors_find(factors, asked->kind, &stratum, &found, &error);
    if (status != SINK_OK)
        sink_fuzz_check_error(status, &error);
    sink_fuzz_expect(status == SINK_OK || !found, "no row where there are two");
    sink_fuzz_expect(!found || found->kind == asked->kind, "a row of the kind that was asked");
    free(values);
}

static void check_row(const struct sink_factors *factors, const struct sink_factor *row)
{
    struct sink_spread spread;
    struct sink_error error;
    char nearest[64];
    sink_fuzz_expect(isfinite(row->value), "a value is a number");
    sink_fuzz_expect(sink_factor_read_spread(row, &spread, &error) == SINK_OK,
                     "a spread that was accepted can be read");
    for (size_t k = 0; k < factors->key_count; k++)
        sink_factors_know(factors, factors->keys[k], row->keys[k], nearest);
    (void)sink_factors_may_meet(factors, row, &factors->rows[0]);
    (void)sink_factors_are_line(factors, row, &factors->rows[0]);
}

bool sink_fuzz_run(const uint8_t *data, size_t size)
{
    struct sink_error error;
    struct sink_faults faults = {0};
    struct sink_factors factors = {0};
    struct sink_csv *csv = NULL;
    enum sink_status status = sink_csv_parse("factors.csv", (const char *)data, size, &csv, &error);
    if (status != SINK_OK) {
        sink_fuzz_check_error(status, &error);
        return false;
    }
    status = sink_factors_add(&factors, csv, sink_fuzz_classes(), &faults);
    sink_fuzz_check_faults(status, &faults);
    for (size_t i = 0; status == SINK_OK && i < factors.row_count && i < MAX_STRATA; i++) {
        check_row(&factors, &factors.rows[i]);
        find_row(&factors, &factors.rows[i]);
    }
    sink_factors_free(&factors);
    return status == SINK_OK;
}
