/* The short table and its JSON: what they hold, and that their rows add up. */
#include "pipelines/summary.h"
#include "tests/pipelines/inventory_fixture.h"

#include <jansson.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What a run prints of the open book; the caller frees. */
static char *print(struct sink_options options)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (sink_summary_print(&book.inventory, &options, out, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

/* The JSON of the open book; to be given back by json_decref. */
static json_t *read_json(void)
{
    json_error_t fault;
    char *text = print((struct sink_options){.is_json = true});
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &fault);
    ck_assert_msg(root != NULL, "line %d: %s", fault.line, fault.text);
    free(text);
    return root;
}

static json_t *region_of(json_t *root)
{
    json_t *region = json_array_get(json_object_get(root, "regions"), 0);
    ck_assert_ptr_nonnull(region);
    return region;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    ck_assert_msg(json_is_number(value), "no number %s", key);
    return json_number_value(value);
}

/* Of the last year. */
static double of_year(json_t *region, const char *key)
{
    json_t *years = json_object_get(region, "years");
    return number(json_array_get(years, json_array_size(years) - 1), key);
}

static double sum_of(json_t *region, const char *section, const char *key)
{
    size_t i;
    json_t *row, *rows = json_object_get(region, section);
    double sum = 0;
    ck_assert_msg(json_is_array(rows), "no section %s", section);
    json_array_foreach(rows, i, row) sum += number(row, key);
    return sum;
}

static void check_sum(double sum, double total)
{
    ck_assert_double_eq_tol(sum, total, 1e-9 * fabs(total));
}

START_TEST(classes_add_up_to_the_region)
{
    open_book(demo_path("demo/job.yml"));
    json_t *root = read_json(), *region = region_of(root);
    ck_assert_str_eq(json_string_value(json_object_get(region, "id")), "03");
    check_sum(sum_of(region, "by_class", "biomass_tc") +
                  sum_of(region, "by_class", "dead_organic_matter_tc") +
                  sum_of(region, "by_class", "soil_tc"),
              of_year(region, "carbon_tc"));
    check_sum(sum_of(region, "by_class", "net_sink_tco2_yr"), of_year(region, "net_sink_tco2_yr"));
    check_sum(sum_of(region, "by_class", "area_ha"),
              book.account->classified_m2[book.account->region_count] * 1e-4);
    json_decref(root);
    close_book();
}
END_TEST

START_TEST(land_uses_and_overlays_add_up_to_the_region)
{
    open_book(demo_path("demo/job.yml"));
    json_t *root = read_json(), *region = region_of(root);
    const double total = of_year(region, "net_sink_tco2_yr");
    check_sum(sum_of(region, "by_land_use", "net_sink_tco2_yr"), total);
    check_sum(sum_of(region, "by_overlay", "net_sink_tco2_yr"), total);
    check_sum(sum_of(region, "by_overlay", "carbon_tc"), of_year(region, "carbon_tc"));
    check_sum(sum_of(region, "by_overlay", "area_ha"), sum_of(region, "by_class", "area_ha"));
    json_decref(root);
    close_book();
}
END_TEST

START_TEST(drivers_come_in_order_and_leave_room_for_others)
{
    static const char *const sections[] = {"carbon_drivers", "sink_drivers"};
    open_book(demo_path("demo/job.yml"));
    json_t *root = read_json(), *region = region_of(root);
    for (size_t s = 0; s < COUNT(sections); s++) {
        json_t *rows = json_object_get(region, sections[s]);
        double before = 100;
        ck_assert_uint_eq(json_array_size(rows), SINK_DRIVER_COUNT);
        for (size_t i = 0; i < SINK_DRIVER_COUNT; i++) {
            const double share = number(json_array_get(rows, i), "percent_of_variance");
            ck_assert_double_le(share, before);
            ck_assert_double_gt(share, 0);
            before = share;
        }
        ck_assert_double_le(sum_of(region, sections[s], "percent_of_variance"), 100 + 1e-9);
    }
    json_decref(root);
    close_book();
}
END_TEST

START_TEST(bounds_lie_around_the_figures)
{
    open_book(demo_path("demo/job.yml"));
    json_t *root = read_json(), *region = region_of(root);
    ck_assert_double_lt(of_year(region, "carbon_lower_tc"), of_year(region, "carbon_tc"));
    ck_assert_double_gt(of_year(region, "carbon_upper_tc"), of_year(region, "carbon_tc"));
    ck_assert_double_lt(of_year(region, "net_sink_lower_tco2_yr"),
                        of_year(region, "net_sink_upper_tco2_yr"));
    json_t *first = json_array_get(json_object_get(region, "years"), 0);
    ck_assert(json_is_null(json_object_get(first, "net_sink_tco2_yr")));
    ck_assert(json_is_null(json_object_get(first, "net_sink_lower_tco2_yr")));
    json_decref(root);
    close_book();
}
END_TEST

/* The value of the table is that of the inventory. */
START_TEST(the_value_of_the_removals_is_shown_by_path)
{
    open_book(demo_path("demo/job.yml"));
    json_t *root = read_json(), *region = region_of(root);
    json_t *row = json_array_get(json_object_get(region, "value"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(row, "currency")), "CNY of 2025");
    check_sum(number(row, "central"),
              sink_inventory_value(&book.inventory, SINK_PRICE_CENTRAL, 1, 0));
    ck_assert_double_lt(fabs(number(row, "low")), fabs(number(row, "high")));
    json_decref(root);
    close_book();
}
END_TEST

static bool has_line(const char *text, const char *start)
{
    const size_t length = strlen(start);
    for (const char *line = text; line && *line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (strncmp(line, start, length) == 0)
            return true;
    return false;
}

START_TEST(the_table_has_all_sections)
{
    static const char factors[] =
        "Factors: 108 rows used, 16 of them fallbacks (factor_fallback); 42 seen, 25 transcribed, "
        "0 recalled, 13 derived, 28 own.\n";
    static const char *const lines[] = {"03  Shili\n",
                                        "  carbon, t C",
                                        "    from, 95 %",
                                        "  net sink, t CO2/yr",
                                        "  by class ",
                                        "    forest ",
                                        "  area by the samples of accuracy ",
                                        "  by IPCC land use ",
                                        "    forest land remaining forest land",
                                        "  by overlay ",
                                        "    protected: ",
                                        "  beside the totals ",
                                        "    methane, t CH4/yr",
                                        "    mature stands would add",
                                        "  value of the period's removals",
                                        "    CNY of 2025",
                                        "  what the uncertainty of the sink is from",
                                        "  target 2030: forest coverage of 67 %",
                                        "  target 2030: forest stock volume of 5200000 m3: ",
                                        factors,
                                        "Closure: 7 of 7 checks hold.\n"};
    open_book(demo_path("demo/job.yml"));
    char *text = print((struct sink_options){0});
    for (size_t i = 0; i < COUNT(lines); i++)
        ck_assert_msg(has_line(text, lines[i]), "no line \"%s\" in\n%s", lines[i], text);
    free(text);
    text = print((struct sink_options){.is_quiet = true});
    ck_assert_str_eq(text, "");
    free(text);
    for (size_t i = 0; i < book.factors.row_count; i++)
        book.factors.rows[i].verified = "seen"; /* then there is nothing to tell apart */
    text = print((struct sink_options){0});
    ck_assert(has_line(text, "Factors: 108 rows used, 16 of them fallbacks (factor_fallback).\n"));
    free(text);
    close_book();
}
END_TEST

/* --region: a county instead of the top level, in the table and in JSON; no other id. */
START_TEST(one_region_can_be_asked_for)
{
    open_book(demo_path("demo/job.yml"));
    const struct sink_region_list *regions = book.inventory.regions;
    const struct sink_region *last = &regions->items[regions->count - 1];
    ck_assert_uint_gt(last->level, 0);
    char *text = print((struct sink_options){.region = last->id});
    ck_assert_int_eq(strncmp(text, last->id, strlen(last->id)), 0);
    ck_assert(!has_line(text, "03  Shili"));
    free(text);
    json_error_t fault;
    text = print((struct sink_options){.is_json = true, .region = last->id});
    json_t *root = json_loads(text, 0, &fault);
    ck_assert_uint_eq(json_array_size(json_object_get(root, "regions")), 1);
    ck_assert_str_eq(json_string_value(json_object_get(region_of(root), "id")), last->id);
    json_decref(root);
    free(text);
    ck_assert_int_eq(sink_summary_check(regions, last->id, &error), SINK_OK);
    ck_assert_int_eq(sink_summary_check(regions, NULL, &error), SINK_OK);
    ck_assert_int_eq(sink_summary_check(regions, "nowhere", &error), SINK_BAD_JOB);
    ck_assert_ptr_nonnull(strstr(error.message, "--region nowhere: no region has this id"));
    close_book();
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("summary");
    tcase_add_test(tests, classes_add_up_to_the_region);
    tcase_add_test(tests, land_uses_and_overlays_add_up_to_the_region);
    tcase_add_test(tests, drivers_come_in_order_and_leave_room_for_others);
    tcase_add_test(tests, bounds_lie_around_the_figures);
    tcase_add_test(tests, the_value_of_the_removals_is_shown_by_path);
    tcase_add_test(tests, the_table_has_all_sections);
    tcase_add_test(tests, one_region_can_be_asked_for);
    return run_on_demo(tests);
}
