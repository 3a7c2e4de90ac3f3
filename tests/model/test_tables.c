/* The tables that sinkcalc brings: each reads without a fault, and gives what its document prints.
 */
#include "sinkcalc/model/class.h"
#include "sinkcalc/model/factor.h"
#include "sinkcalc/tables/tables.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct sink_class_list classes;
static struct sink_factors factors;

static struct sink_csv *open_table(const char *name)
{
    struct sink_error error = {0};
    struct sink_csv *csv = NULL;
    const struct sink_table *table = sink_table_find(name);
    ck_assert_msg(table != NULL, "no table %s", name);
    ck_assert_msg(sink_csv_parse(name, table->text, table->bytes, &csv, &error) == SINK_OK, "%s",
                  error.message);
    return csv;
}

static void add_set(const char *name)
{
    struct sink_faults faults = {0};
    const enum sink_status status = sink_factors_add(&factors, open_table(name), &classes, &faults);
    ck_assert_msg(status == SINK_OK, "%s", faults.count ? faults.items[0].message : name);
    sink_faults_free(&faults);
}

static void set_up(void)
{
    struct sink_error error = {0};
    factors = (struct sink_factors){0};
    ck_assert_int_eq(sink_class_list_load(&classes, &error), SINK_OK);
    add_set("ipcc");
}

static void tear_down(void)
{
    sink_factors_free(&factors);
    sink_class_list_free(&classes);
}

/* Keys as name, value, name, value ... NULL. */
static const struct sink_factor *find(enum sink_factor_kind kind, const char *class_name,
                                      double interval_value, const char *const *keys)
{
    const char *values[32] = {0};
    struct sink_error error = {0};
    const struct sink_factor *row = NULL;
    ck_assert_uint_le(factors.key_count, sizeof values / sizeof *values);
    for (; keys && *keys; keys += 2)
        for (size_t k = 0; k < factors.key_count; k++)
            if (strcmp(factors.keys[k], keys[0]) == 0)
                values[k] = keys[1];
    const struct sink_stratum stratum = {class_name, values, interval_value};
    ck_assert_msg(sink_factors_find(&factors, kind, &stratum, &row, &error) == SINK_OK, "%s",
                  error.message);
    return row;
}

static void expect(double value, const struct sink_factor *row)
{
    ck_assert_msg(row != NULL, "no row where %g stands", value);
    ck_assert_double_eq(row->value, value);
}

START_TEST(tables_are_sorted_by_name)
{
    size_t count;
    const struct sink_table *tables = sink_tables(&count);
    ck_assert_uint_gt(count, 10);
    for (size_t i = 1; i < count; i++)
        ck_assert_int_lt(strcmp(tables[i - 1].name, tables[i].name), 0);
    ck_assert_ptr_null(sink_table_find("no_such_table"));
}
END_TEST

START_TEST(every_legend_reads_without_a_fault)
{
    size_t count, legends = 0;
    const struct sink_table *tables = sink_tables(&count);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(tables[i].name, "legend_", 7) != 0)
            continue;
        const bool is_overlay = strcmp(tables[i].name, "legend_gez") == 0 ||
                                strcmp(tables[i].name, "legend_ipcc_climate") == 0;
        struct sink_legend legend;
        struct sink_faults faults = {0};
        struct sink_csv *csv = open_table(tables[i].name);
        ck_assert_msg(sink_legend_read(csv, is_overlay ? NULL : &classes, &legend, &faults) ==
                          SINK_OK,
                      "%s", faults.count ? faults.items[0].message : "");
        sink_legend_free(&legend);
        sink_faults_free(&faults);
        sink_csv_free(csv);
        legends++;
    }
    ck_assert_uint_ge(legends, 8);
}
END_TEST

START_TEST(every_value_of_an_overlay_legend_is_a_key_of_some_factor)
{
    static const char *const legends[][2] = {{"legend_gez", "zone"},
                                             {"legend_ipcc_climate", "climate"}};
    for (size_t l = 0; l < sizeof legends / sizeof *legends; l++) {
        struct sink_csv *csv = open_table(legends[l][0]);
        size_t k = 0;
        while (k < factors.key_count && strcmp(factors.keys[k], legends[l][1]) != 0)
            k++;
        ck_assert_uint_lt(k, factors.key_count);
        for (size_t row = 0; row < sink_csv_row_count(csv); row++) {
            const char *name = sink_csv_cell(csv, row, sink_csv_column(csv, "name"));
            bool is_used = strcmp(name, "nodata") == 0;
            for (size_t i = 0; i < factors.row_count && !is_used; i++)
                is_used = strstr(factors.rows[i].keys[k], name) != NULL;
            ck_assert_msg(is_used, "%s: no factor for %s", legends[l][0], name);
        }
        sink_csv_free(csv);
    }
}
END_TEST

START_TEST(ipcc_gives_the_printed_values)
{
    const char *const asia[] = {
        "zone",    "temperate_mountain", "continent", "asia",  "origin",
        "planted", "forest_type",        "conifer",   "stand", "secondary_over_20",
        NULL};
    const char *const wet[] = {"zone", "tropical_rain_forest", NULL};
    const char *const black[] = {"climate", "cool_temperate_moist", "soil", "hac", NULL};
    expect(0.224, find(SINK_FACTOR_ROOT_SHOOT, "forest", 125, asia));
    expect(0.232, find(SINK_FACTOR_ROOT_SHOOT, "forest", 125.01, asia));
    expect(0.51, find(SINK_FACTOR_CARBON_FRACTION, "forest", NAN, asia));
    expect(170.4, find(SINK_FACTOR_ABOVE_GROUND, "forest", NAN, asia));
    expect(3.9, find(SINK_FACTOR_LITTER, "forest", NAN, asia));
    expect(48.1, find(SINK_FACTOR_DEAD_WOOD, "forest", NAN, asia));
    expect(0.49, find(SINK_FACTOR_ROOT_SHOOT, "mangrove", 192, wet));
    expect(192, find(SINK_FACTOR_ABOVE_GROUND, "mangrove", NAN, wet));
    expect(0.451, find(SINK_FACTOR_CARBON_FRACTION, "mangrove", NAN, wet));
    expect(2.4, find(SINK_FACTOR_ABOVE_GROUND, "grassland", NAN, black));
    expect(4.0, find(SINK_FACTOR_ROOT_SHOOT, "grassland", 2.4, black));
    expect(4.7, find(SINK_FACTOR_ABOVE_GROUND, "cropland", NAN, NULL));
    expect(0, find(SINK_FACTOR_LITTER, "cropland", NAN, NULL));
}
END_TEST

START_TEST(growing_stock_classes_are_half_open)
{
    const char *const pine[] = {"zone", "temperate_oceanic_forest", "forest_type", "pine", NULL};
    static const double at[][2] = {{0, 1.8},     {20, 1.8},   {20.5, 1.0}, {40, 1.0},
                                   {40.5, 0.75}, {100, 0.75}, {200, 0.7},  {900, 0.7}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        expect(at[i][1], find(SINK_FACTOR_BCEF, "forest", at[i][0], pine));
}
END_TEST

START_TEST(soils_say_how_deep_they_reach)
{
    const char *const black[] = {"climate", "cool_temperate_moist", "soil", "hac", NULL};
    const struct sink_factor *mineral = find(SINK_FACTOR_SOIL, "cropland", NAN, black);
    const struct sink_factor *marsh = find(SINK_FACTOR_SOIL, "salt_marsh", NAN, black);
    expect(81, mineral);
    expect(255, marsh);
    ck_assert_double_eq(mineral->depth_cm, 30);
    ck_assert_double_eq(marsh->depth_cm, 100);
    expect(386, find(SINK_FACTOR_SOIL, "mangrove", NAN, NULL));
    expect(108, find(SINK_FACTOR_SOIL, "seagrass", NAN, NULL));
    ck_assert_ptr_null(find(SINK_FACTOR_SOIL, "sea", NAN, black));
}
END_TEST

START_TEST(what_no_document_gives_is_not_there)
{
    const char *const mountain[] = {
        "zone", "subtropical_mountain", "continent", "asia", "origin", "natural", NULL};
    ck_assert_ptr_null(find(SINK_FACTOR_ROOT_SHOOT, "forest", 100, mountain));
    ck_assert_ptr_null(find(SINK_FACTOR_LITTER, "forest", NAN, mountain));
    ck_assert_ptr_null(find(SINK_FACTOR_ROOT_SHOOT, "cropland", 10, mountain));
    ck_assert_ptr_null(find(SINK_FACTOR_ABOVE_GROUND, "bamboo", NAN, mountain));
}
END_TEST

START_TEST(a_later_volume_set_wins_over_an_earlier_one)
{
    const char *const larch[] = {"forest_type", "larix", NULL};
    const char *const fir[] = {"forest_type", "cunninghamia_lanceolata", NULL};
    add_set("china_volume");
    expect(33.806, find(SINK_FACTOR_VOLUME_INTERCEPT, "forest", NAN, larch));
    ck_assert_str_eq(find(SINK_FACTOR_VOLUME_SLOPE, "forest", NAN, larch)->verified, "recalled");
    add_set("china_zhang2013");
    expect(17.062, find(SINK_FACTOR_VOLUME_INTERCEPT, "forest", NAN, larch));
    expect(0.4652, find(SINK_FACTOR_VOLUME_SLOPE, "forest", NAN, fir));
    ck_assert(find(SINK_FACTOR_VOLUME_SLOPE, "forest", NAN, fir)->includes_roots);
}
END_TEST

/* A word of row's list in column k, or NULL when the row takes any. */
static const char *first_word(const char *list, char *word, size_t size)
{
    const size_t length = strcspn(list, "|");
    if (length == 0 || strcmp(list, "*") == 0)
        return NULL;
    ck_assert_uint_lt(length, size);
    memcpy(word, list, length);
    word[length] = '\0';
    return word;
}

START_TEST(no_two_rows_fit_equally_well)
{
    enum { WORD = 64, KEYS = 32 };
    static char words[KEYS][WORD];
    add_set("china_volume");
    add_set("china_zhang2013");
    /* A tie shows at the meeting of two rows: the first row's words where it has them, else the
     * second row's. */
    for (size_t i = 0; i < factors.row_count; i++)
        for (size_t j = 0; j < factors.row_count; j++) {
            const struct sink_factor *a = &factors.rows[i], *b = &factors.rows[j];
            const char *values[KEYS] = {0};
            char name[WORD] = "forest";
            struct sink_error error = {0};
            const struct sink_factor *row;
            if (a->kind != b->kind)
                continue;
            if (!first_word(a->classes, name, WORD))
                first_word(b->classes, name, WORD);
            for (size_t k = 0; k < factors.key_count; k++) {
                values[k] = first_word(a->keys[k], words[k], WORD);
                if (!values[k])
                    values[k] = first_word(b->keys[k], words[k], WORD);
            }
            const struct sink_stratum stratum = {name, values, isinf(a->up_to) ? 1e6 : a->up_to};
            ck_assert_msg(sink_factors_find(&factors, a->kind, &stratum, &row, &error) == SINK_OK,
                          "%s", error.message);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tables");
    TCase *tables = tcase_create("tables");
    tcase_add_checked_fixture(tables, set_up, tear_down);
    tcase_add_test(tables, tables_are_sorted_by_name);
    tcase_add_test(tables, every_legend_reads_without_a_fault);
    tcase_add_test(tables, every_value_of_an_overlay_legend_is_a_key_of_some_factor);
    tcase_add_test(tables, ipcc_gives_the_printed_values);
    tcase_add_test(tables, growing_stock_classes_are_half_open);
    tcase_add_test(tables, soils_say_how_deep_they_reach);
    tcase_add_test(tables, what_no_document_gives_is_not_there);
    tcase_add_test(tables, a_later_volume_set_wins_over_an_earlier_one);
    tcase_add_test(tables, no_two_rows_fit_equally_well);
    suite_add_tcase(suite, tables);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
