/* The rasters of a job are cut where its factors ask for it. */
#include "tests/pipelines/demo_fixture.h"

#include <math.h>

static struct sink_session session;

/* By hand: intervals up to and over 20 m3/ha have nodes at 10 and 20 + 20 / 2 = 30. */
static const char *const stems = "quantity,class,over,up_to,value,unit,source,verified\n"
                                 "volume_growth,bamboo,,,5,m3 ha-1 yr-1,test,own\n"
                                 "bcef,bamboo,,20,3,t d.m. m-3,test,own\n"
                                 "bcef,bamboo,20,,2,t d.m. m-3,test,own\n"
                                 "bcef_growth,bamboo,,20,3,t d.m. m-3,test,own\n"
                                 "bcef_growth,bamboo,20,,0.6,t d.m. m-3,test,own\n";

/* The demo's job with these rows and other years, but neither `methods` nor `harvest`. */
static void open_job(const char *years)
{
    static const char *const keys[] = {"\nmethods:", "\nharvest:", "\nyears:"};
    size_t bytes;
    demo_write(demo_path("demo/stems.csv"), stems);
    const char *path =
        demo_job("stems.yml", "factors:", "factors: [ipcc, demo_factors.csv, stems.csv]");
    char *text = demo_read(path, &bytes);
    for (size_t k = 0; k < 3; k++) {
        char *found = strstr(text, keys[k]);
        ck_assert_ptr_nonnull(found);
        found[1] = '#';
    }
    char *changed = sink_text_format("%s%s\n", text, years);
    demo_write(path, changed);
    free(changed);
    free(text);
    struct sink_faults faults = {0};
    const struct sink_options options = {.file = path, .is_quiet = true};
    if (sink_session_open(&options, &session, &faults) != SINK_OK)
        ck_abort_msg("%s", faults.items[0].message);
    sink_faults_free(&faults);
}

/* On every date. */
static bool is_cut_at(const char *layer, double value)
{
    const struct sink_tally_spec *spec = &session.plan->spec;
    size_t dates = 0, cuts = 0;
    for (size_t d = 0; d < spec->dimension_count; d++) {
        const struct sink_dimension *dimension = &spec->dimensions[d];
        if (strcmp(dimension->name, layer) != 0)
            continue;
        dates++;
        for (size_t v = 2; v < dimension->count; v++)
            cuts += fabs(dimension->upper[v] - value) < 1e-9;
    }
    return dates > 0 && cuts == dates;
}

START_TEST(volume_is_cut_for_growth_without_methods_or_harvest)
{
    open_job("years: [2020, 2025]");
    ck_assert(is_cut_at("stock_volume", 10));
    ck_assert(is_cut_at("stock_volume", 30));
    ck_assert(!is_cut_at("stock_volume", 20));
    sink_session_close(&session);
}
END_TEST

/* Bamboo has no raster of volume: BCEF makes 3 x 10 = 30 t/ha of 10 m3/ha and 2 x 30 = 60 of 30. */
START_TEST(biomass_is_cut_for_growth_by_the_volume_derived_from_it)
{
    open_job("years: [2020, 2025]");
    ck_assert(is_cut_at("above_ground_biomass", 30));
    ck_assert(is_cut_at("above_ground_biomass", 60));
    sink_session_close(&session);
}
END_TEST

START_TEST(a_year_without_a_period_asks_for_no_growth)
{
    open_job("years: 2020");
    ck_assert(!is_cut_at("stock_volume", 10));
    ck_assert(!is_cut_at("above_ground_biomass", 30));
    sink_session_close(&session);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("plan_breaks");
    tcase_add_test(tests, volume_is_cut_for_growth_without_methods_or_harvest);
    tcase_add_test(tests, biomass_is_cut_for_growth_by_the_volume_derived_from_it);
    tcase_add_test(tests, a_year_without_a_period_asks_for_no_growth);
    Suite *suite = suite_create("plan_breaks");
    if (!demo_start())
        return EXIT_FAILURE;
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    demo_stop();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
