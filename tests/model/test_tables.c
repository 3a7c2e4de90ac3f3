/* The tables that sinkcalc brings: each reads without a fault, and gives what its document prints.
 */
#include "tests/model/tables_fixture.h"

#include <stdio.h>

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
    const struct sink_factor *mineral = find(SINK_FACTOR_SOIL_REFERENCE, "cropland", NAN, black);
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

/* Takes the word at *at in "a|b|c" and moves *at behind it; false at the end. */
static bool next_word(const char **at, char word[64])
{
    const size_t length = strcspn(*at, "|");
    if (!**at)
        return false;
    ck_assert_uint_lt(length, 64);
    memcpy(word, *at, length);
    word[length] = '\0';
    *at += length + ((*at)[length] == '|');
    return true;
}

static bool is_any(const char *list)
{
    return !*list || strcmp(list, "*") == 0;
}

/* Two rows of one kind, and a stratum that both fit while it is made: what neither asks for is
 * unknown there, so that as few other rows fit as may be. */
struct meeting {
    const struct sink_factor *a, *b;
    const char *class_name, *values[SINK_FACTOR_KEYS_MAX];
    char words[SINK_FACTOR_KEYS_MAX + 1][64];
};

static const char *list_of(const struct sink_factor *row, size_t key)
{
    return key == factors.key_count ? row->classes : row->keys[key];
}

static void expect_one_winner(const struct meeting *meeting)
{
    const struct sink_factor *a = meeting->a, *b = meeting->b, *row;
    struct sink_error error = {0};
    const bool has_interval = !isinf(a->over) || !isinf(a->up_to);
    const double upper = fmin(fmin(a->up_to, b->up_to), 1e6);
    if (has_interval && !(fmax(a->over, b->over) < upper))
        return;
    const struct sink_stratum stratum = {meeting->class_name, meeting->values,
                                         has_interval ? upper : NAN};
    ck_assert_msg(sink_factors_find(&factors, a->kind, &stratum, &row, &error) == SINK_OK, "%s",
                  error.message);
}

/* Every word that both rows list for the key, and so on for the next keys; the class comes last. */
static void meet(struct meeting *meeting, size_t key)
{
    const char *a = list_of(meeting->a, key), *b = list_of(meeting->b, key);
    const bool is_class = key == factors.key_count;
    const char **value = is_class ? &meeting->class_name : &meeting->values[key];
    const char *at = is_any(a) ? b : a;
    char *word = meeting->words[key];
    *value = is_class ? "forest" : NULL;
    if (is_any(at)) {
        if (is_class)
            expect_one_winner(meeting);
        else
            meet(meeting, key + 1);
        return;
    }
    while (next_word(&at, word)) {
        *value = word;
        if (!sink_factor_lists(a, word) || !sink_factor_lists(b, word))
            continue;
        if (is_class)
            expect_one_winner(meeting);
        else
            meet(meeting, key + 1);
    }
}

/* A tie shows where two equally specific rows meet; there a more specific one must stand. */
START_TEST(no_two_rows_fit_equally_well)
{
    add_set("china_volume");
    add_set("china_zhang2013");
    for (size_t i = 0; i < factors.row_count; i++)
        for (size_t j = 0; j < i; j++) {
            struct meeting meeting = {.a = &factors.rows[i], .b = &factors.rows[j]};
            if (meeting.a->kind == meeting.b->kind &&
                meeting.a->set_index == meeting.b->set_index &&
                meeting.a->specificity == meeting.b->specificity)
                meet(&meeting, 0);
        }
}
END_TEST

static bool is_same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

START_TEST(rows_of_one_variable_are_one_value)
{
    size_t pairs = 0;
    for (size_t i = 0; i < factors.row_count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct sink_factor *a = &factors.rows[i], *b = &factors.rows[j];
            if (!*a->variable || strcmp(a->variable, b->variable) != 0)
                continue;
            ck_assert_msg(is_same_number(a->value, b->value) &&
                              is_same_number(a->lower, b->lower) &&
                              is_same_number(a->upper, b->upper) && is_same_number(a->sd, b->sd) &&
                              is_same_number(a->n, b->n) && strcmp(a->spread, b->spread) == 0,
                          "lines %zu and %zu are both %s", a->line, b->line, a->variable);
            pairs++;
        }
    ck_assert_uint_gt(pairs, 100);
}
END_TEST

START_TEST(a_spread_of_observations_is_a_number_too)
{
    size_t count = 0;
    for (size_t i = 0; i < factors.row_count; i++) {
        double sd = NAN;
        if (sscanf(factors.rows[i].spread, "SD %lf", &sd) != 1)
            continue;
        ck_assert_double_eq(factors.rows[i].sd, sd);
        count++;
    }
    ck_assert_uint_gt(count, 100);
}
END_TEST

START_TEST(what_is_recalled_stays_recalled)
{
    size_t count = 0;
    for (size_t i = 0; i < factors.row_count; i++)
        if (strcmp(factors.rows[i].verified, "recalled") == 0) {
            ck_assert_str_eq(factors.rows[i].classes, "mangrove");
            ck_assert_int_eq(factors.rows[i].kind, SINK_FACTOR_ABOVE_GROUND);
            count++;
        }
    ck_assert_uint_eq(count, 2);
}
END_TEST

/* Each says so in its note, and what was seen does not. */
START_TEST(what_was_read_in_a_transcription_is_marked)
{
    size_t count = 0;
    for (size_t i = 0; i < factors.row_count; i++) {
        const struct sink_factor *row = &factors.rows[i];
        const bool is_told = strstr(row->note, "in a transcription") != NULL;
        const bool is_marked = strcmp(row->verified, "transcribed") == 0;
        count += is_marked;
        ck_assert_msg(!is_marked || is_told, "%s:%zu", row->set, row->line);
        ck_assert_msg(!is_told || strcmp(row->verified, "seen") != 0, "%s:%zu", row->set,
                      row->line);
    }
    ck_assert_uint_eq(count, 146);
}
END_TEST

/* What README.md promises to list. */
START_TEST(every_word_of_an_overlay_is_in_the_readme)
{
    static char text[65536];
    char path[512], word[64];
    const char *root = getenv("SINK_SOURCE");
    if (!root)
        return;
    snprintf(path, sizeof path, "%s/sinkcalc/tables/README.md", root);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    for (size_t i = 0; i < factors.row_count; i++)
        for (size_t k = 0; k < factors.key_count; k++) {
            const char *at = factors.rows[i].keys[k];
            ck_assert_msg(is_any(at) || strstr(text, factors.keys[k]), "%s", factors.keys[k]);
            while (!is_any(at) && next_word(&at, word))
                ck_assert_msg(strstr(text, word) || sink_class_list_find(&classes, word) >= 0,
                              "%s: %s is not in README.md", factors.keys[k], word);
        }
}
END_TEST

START_TEST(targets_say_what_is_aimed_at_and_what_was_reached)
{
    struct sink_csv *csv = open_table("targets");
    const int kind = sink_csv_column(csv, "kind"), year = sink_csv_column(csv, "year");
    const int value = sink_csv_column(csv, "value");
    bool has_survey = false, has_goal = false;
    for (size_t row = 0; row < sink_csv_row_count(csv); row++) {
        const bool is_reached = strcmp(sink_csv_cell(csv, row, kind), "reached") == 0;
        ck_assert(is_reached || strcmp(sink_csv_cell(csv, row, kind), "target") == 0);
        has_survey |= is_reached && strcmp(sink_csv_cell(csv, row, year), "2021") == 0 &&
                      strcmp(sink_csv_cell(csv, row, value), "19.493e9") == 0;
        has_goal |= !is_reached && strcmp(sink_csv_cell(csv, row, year), "2030") == 0 &&
                    strcmp(sink_csv_cell(csv, row, value), "19e9") == 0;
    }
    ck_assert(has_survey && has_goal);
    sink_csv_free(csv);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, tables_are_sorted_by_name);
    tcase_add_test(tests, every_legend_reads_without_a_fault);
    tcase_add_test(tests, every_value_of_an_overlay_legend_is_a_key_of_some_factor);
    tcase_add_test(tests, ipcc_gives_the_printed_values);
    tcase_add_test(tests, growing_stock_classes_are_half_open);
    tcase_add_test(tests, soils_say_how_deep_they_reach);
    tcase_add_test(tests, what_no_document_gives_is_not_there);
    tcase_add_test(tests, a_later_volume_set_wins_over_an_earlier_one);
    tcase_add_test(tests, no_two_rows_fit_equally_well);
    tcase_add_test(tests, rows_of_one_variable_are_one_value);
    tcase_add_test(tests, a_spread_of_observations_is_a_number_too);
    tcase_add_test(tests, what_is_recalled_stays_recalled);
    tcase_add_test(tests, what_was_read_in_a_transcription_is_marked);
    tcase_add_test(tests, every_word_of_an_overlay_is_in_the_readme);
    tcase_add_test(tests, targets_say_what_is_aimed_at_and_what_was_reached);
}

int main(void)
{
    return run_tables("tables", add_tests);
}
