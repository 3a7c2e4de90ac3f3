/* Areas from a map and a sample: a published example, samples counted out, every fault of a table.
 */
#include "sinkcalc/model/area_estimate.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct sink_class_list classes;
static struct sink_confusion confusion;
static struct sink_faults faults;
static double mapped_m2[SINK_MAX_CLASSES];
static struct sink_area_class areas[SINK_MAX_CLASSES];
static struct sink_area_overall overall;

static void set_up(void)
{
    struct sink_error error;
    faults = (struct sink_faults){0};
    confusion = (struct sink_confusion){0};
    memset(mapped_m2, 0, sizeof mapped_m2);
    ck_assert_int_eq(sink_class_list_load(&classes, &error), SINK_OK);
}

static void tear_down(void)
{
    sink_confusion_free(&confusion);
    sink_faults_free(&faults);
    sink_class_list_free(&classes);
}

static enum sink_status read_matrix(const char *text)
{
    struct sink_csv *csv;
    struct sink_error error;
    if (sink_csv_parse("matrix.csv", text, strlen(text), &csv, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    const enum sink_status status = sink_confusion_read(csv, &classes, &confusion, &faults);
    sink_csv_free(csv);
    return status;
}

static void read_good(const char *text)
{
    const enum sink_status status = read_matrix(text);
    ck_assert_msg(status == SINK_OK, "%s", faults.count ? faults.items[0].message : "");
}

static size_t at(const char *class_name)
{
    const int index = sink_class_list_find(&classes, class_name);
    ck_assert_int_ge(index, 0);
    return (size_t)index;
}

static void estimate(void)
{
    sink_area_estimate(&confusion, mapped_m2, classes.count, areas, &overall);
}

/* Olofsson et al. 2014, section 5: deforestation is bare here, gain is shrubland; 30 m pixels. The
 * rows stand in another order than the columns. */
static const char *const example = "map,bare,shrubland,forest,grassland\n"
                                   "shrubland,0,55,8,12\n"
                                   "bare,66,0,5,4\n"
                                   "forest,1,0,153,11\n"
                                   "grassland,2,1,9,313\n";

static void read_example(void)
{
    read_good(example);
    mapped_m2[at("bare")] = 200000 * 900.0;
    mapped_m2[at("shrubland")] = 150000 * 900.0;
    mapped_m2[at("forest")] = 3200000 * 900.0;
    mapped_m2[at("grassland")] = 6450000 * 900.0;
}

/* Area in ha; intervals are 1.96 standard errors. */
static const struct {
    const char *name;
    double share, share_se, area_ha, area_95, users, users_95, producers, producers_95;
} published[] = {
    {"bare", 0.023509, 0.003491, 21157.76, 6157.63, 0.8800, 0.0740, 0.7487, 0.2133},
    {"shrubland", 0.012985, 0.002129, 11686.15, 3755.83, 0.7333, 0.1008, 0.8472, 0.2544},
    {"forest", 0.317522, 0.008792, 285769.93, 15509.84, 0.9273, 0.0397, 0.9345, 0.0343},
    {"grassland", 0.645985, 0.009230, 581386.15, 16281.66, 0.9631, 0.0205, 0.9616, 0.0184}};

START_TEST(the_published_example_comes_out)
{
    read_example();
    estimate();
    const struct sink_area_class *area = &areas[at(published[_i].name)];
    const double all_m2 = 1e7 * 900;
    ck_assert_double_eq_tol(area->area_m2 / all_m2, published[_i].share, 5e-7);
    ck_assert_double_eq_tol(area->area_se_m2 / all_m2, published[_i].share_se, 5e-7);
    ck_assert_double_eq_tol(area->area_m2 / 1e4, published[_i].area_ha, 5e-3);
    ck_assert_double_eq_tol(1.96 * area->area_se_m2 / 1e4, published[_i].area_95, 5e-3);
    ck_assert_double_eq_tol(area->users, published[_i].users, 5e-5);
    ck_assert_double_eq_tol(1.96 * area->users_se, published[_i].users_95, 5e-5);
    ck_assert_double_eq_tol(area->producers, published[_i].producers, 5e-5);
    ck_assert_double_eq_tol(1.96 * area->producers_se, published[_i].producers_95, 5e-5);
    ck_assert(!area->is_unsampled);
    ck_assert_double_eq_tol(overall.accuracy, 0.946512, 5e-7);
    ck_assert_double_eq_tol(1.96 * overall.se, 0.018484, 5e-7);
    ck_assert_double_eq(overall.unsampled_m2, 0);
    ck_assert_double_eq(overall.mapped_m2, all_m2);
}
END_TEST

START_TEST(adjusted_areas_add_up_to_the_mapped_area)
{
    read_example();
    mapped_m2[at("water")] = 12345;
    estimate();
    double sum_m2 = 0;
    for (size_t k = 0; k < classes.count; k++)
        sum_m2 += areas[k].area_m2;
    ck_assert_double_eq_tol(sum_m2, 1e7 * 900 + 12345, 1e-3);
    ck_assert_double_eq_tol(overall.mapped_m2, 1e7 * 900 + 12345, 1e-3);
}
END_TEST

START_TEST(a_map_without_errors_is_the_estimate)
{
    read_good("map,forest,cropland,water\nforest,7,0,0\ncropland,0,3,0\nwater,0,0,2\n");
    mapped_m2[at("forest")] = 0.1;
    mapped_m2[at("cropland")] = 0.7;
    estimate();
    for (size_t k = 0; k < classes.count; k++) {
        ck_assert_double_eq(areas[k].area_m2, mapped_m2[k]);
        ck_assert_double_eq(areas[k].area_se_m2, 0);
    }
    ck_assert_double_eq(areas[at("forest")].users, 1);
    ck_assert_double_eq(areas[at("forest")].producers, 1);
    ck_assert_double_eq(areas[at("cropland")].producers_se, 0);
    ck_assert_double_eq(areas[at("water")].users, 1);
    ck_assert_double_nan(areas[at("water")].producers); /* no water is found */
    ck_assert_double_eq_tol(overall.accuracy, 1, 1e-15);
    ck_assert_double_eq(overall.se, 0);
}
END_TEST

/* Grassland is mapped without a row; half of what is mapped as forest is found to be grassland. */
START_TEST(a_class_that_was_not_sampled_keeps_its_mapped_area_and_is_told)
{
    read_good("map,forest,grassland\nforest,5,5\n");
    mapped_m2[at("forest")] = 100;
    mapped_m2[at("grassland")] = 30;
    mapped_m2[at("water")] = 7;
    estimate();
    const struct sink_area_class *grass = &areas[at("grassland")], *water = &areas[at("water")];
    const struct sink_area_class *forest = &areas[at("forest")];
    ck_assert_double_eq_tol(forest->area_m2, 50, 1e-12);
    ck_assert_double_eq_tol(forest->area_se_m2, 100 * sqrt(0.25 / 9), 1e-12);
    ck_assert_double_eq_tol(grass->area_m2, 80, 1e-12);
    ck_assert_double_eq_tol(grass->area_se_m2, 100 * sqrt(0.25 / 9), 1e-12);
    ck_assert_double_eq_tol(water->area_m2, 7, 1e-12);
    ck_assert_double_eq(water->area_se_m2, 0);
    ck_assert(!forest->is_unsampled && grass->is_unsampled && water->is_unsampled);
    ck_assert(!areas[at("bamboo")].is_unsampled);
    ck_assert_double_eq_tol(overall.unsampled_m2, 37, 1e-12);
    ck_assert_double_eq_tol(overall.mapped_m2, 137, 1e-12);
    ck_assert_double_eq_tol(overall.accuracy, 0.5, 1e-12); /* of the sampled 100 */
    ck_assert_double_nan(grass->users);
    ck_assert_double_nan(grass->producers);
    ck_assert_double_nan(water->producers);
}
END_TEST

START_TEST(a_class_that_is_found_but_nowhere_mapped_has_a_producers_accuracy_of_zero)
{
    read_good("map,forest,grassland\nforest,5,5\n");
    mapped_m2[at("forest")] = 100;
    estimate();
    const struct sink_area_class *grass = &areas[at("grassland")];
    ck_assert_double_eq_tol(grass->area_m2, 50, 1e-12);
    ck_assert_double_eq(grass->producers, 0);
    ck_assert_double_eq(grass->producers_se, 0);
    ck_assert(!grass->is_unsampled);
}
END_TEST

START_TEST(without_sampled_land_there_is_no_accuracy)
{
    read_good("map,forest,grassland\nforest,5,5\n");
    mapped_m2[at("water")] = 7;
    estimate();
    ck_assert_double_nan(overall.accuracy);
    ck_assert_double_nan(overall.se);
    ck_assert_double_eq(areas[at("forest")].area_m2, 0);
    ck_assert_double_nan(areas[at("forest")].producers);
    ck_assert_double_eq(areas[at("water")].area_m2, 7);
}
END_TEST

/* By hand: q = 0.75, 0.25 of 4 in forest and 0.2, 0.8 of 5 in grassland; d = 10 and 2.
 * Forest: mean 8, variance (0.75 x 4 + 0.25 x 36) / 3 = 4. Grassland: mean 3.6, variance
 * (0.2 x 40.96 + 0.8 x 2.56) / 4 = 2.56. */
START_TEST(a_combination_is_that_by_hand)
{
    double per_m2[SINK_MAX_CLASSES];
    for (size_t k = 0; k < SINK_MAX_CLASSES; k++)
        per_m2[k] = NAN; /* not looked at where no land is found */
    read_good("map,forest,grassland,water\nforest,3,1,0\ngrassland,1,4,0\nwater,0,0,2\n");
    mapped_m2[at("forest")] = 100;
    mapped_m2[at("grassland")] = 50;
    per_m2[at("forest")] = 10;
    per_m2[at("grassland")] = 2;
    const struct sink_area_combination sum =
        sink_area_combine(&confusion, mapped_m2, classes.count, per_m2);
    ck_assert_double_eq_tol(sum.value, 100 * 8 + 50 * 3.6, 1e-9);
    ck_assert_double_eq_tol(sum.variance, 1e4 * 4 + 2500 * 2.56, 1e-9);
    mapped_m2[at("cropland")] = 3; /* not sampled */
    per_m2[at("cropland")] = 100;
    const struct sink_area_combination more =
        sink_area_combine(&confusion, mapped_m2, classes.count, per_m2);
    ck_assert_double_eq_tol(more.value, sum.value + 300, 1e-9);
    ck_assert_double_eq(more.variance, sum.variance);
    per_m2[at("cropland")] = NAN;
    ck_assert_double_nan(sink_area_combine(&confusion, mapped_m2, classes.count, per_m2).value);
}
END_TEST

START_TEST(one_density_for_all_land_has_no_error_of_area)
{
    double per_m2[SINK_MAX_CLASSES];
    for (size_t k = 0; k < SINK_MAX_CLASSES; k++)
        per_m2[k] = 0.1;
    read_example();
    const struct sink_area_combination sum =
        sink_area_combine(&confusion, mapped_m2, classes.count, per_m2);
    ck_assert_double_eq_tol(sum.value, 0.1 * 9e9, 1e-3);
    ck_assert_double_eq_tol(sqrt(sum.variance), 0, 1e-3);
}
END_TEST

START_TEST(the_area_of_a_class_is_a_combination)
{
    read_example();
    estimate();
    double per_m2[SINK_MAX_CLASSES] = {0};
    per_m2[at("forest")] = 1;
    const struct sink_area_combination forest =
        sink_area_combine(&confusion, mapped_m2, classes.count, per_m2);
    const struct sink_area_class *area = &areas[at("forest")];
    ck_assert_double_eq_tol(forest.value, area->area_m2, 1e-3);
    ck_assert_double_eq_tol(sqrt(forest.variance), area->area_se_m2, 1e-3);
}
END_TEST

START_TEST(classes_of_one_map_class_vary_against_each_other)
{
    double forest[SINK_MAX_CLASSES] = {0}, grass[SINK_MAX_CLASSES] = {0};
    read_good("map,forest,grassland,bare\nforest,6,3,1\n");
    forest[at("forest")] = 1;
    grass[at("grassland")] = 1;
    /* -q_j q_k / (n - 1) of a multinomial */
    ck_assert_double_eq_tol(sink_confusion_covariance(&confusion, 0, forest, grass), -0.6 * 0.3 / 9,
                            1e-15);
    ck_assert_double_eq_tol(sink_confusion_covariance(&confusion, 0, forest, forest), 0.6 * 0.4 / 9,
                            1e-15);
}
END_TEST

#define PLACES 3 /* samples in each of two map classes, of three classes that they may be */
#define OUTCOMES 27

/* The counts of the sample that `outcome` numbers, and its probability. */
static double draw(int outcome, const double truth[3], uint32_t counts[3])
{
    double probability = 1;
    memset(counts, 0, 3 * sizeof *counts);
    for (int place = 0; place < PLACES; place++, outcome /= 3) {
        counts[outcome % 3]++;
        probability *= truth[outcome % 3];
    }
    return probability;
}

/* Every sample there can be of two map classes, with its probability: the mean of the estimates is
 * the true value, the mean of their variances is the variance of the estimates. */
START_TEST(estimates_and_their_variances_are_right_on_average_over_all_samples)
{
    const double truth[2][3] = {{0.6, 0.3, 0.1}, {0.05, 0.7, 0.25}}, areas_m2[3] = {5, 2, 0};
    const double per_m2[3] = {30, -4, 11}, other[3] = {1, 8, -2};
    uint32_t counts[2][3];
    int map_class[] = {0, 1}, reference_class[] = {0, 1, 2};
    double row_samples[] = {PLACES, PLACES}, mean = 0, square = 0, variance = 0;
    double covariance = 0, product = 0, other_mean = 0, class_variance = 0, class_square = 0;
    double class_mean = 0;
    const struct sink_confusion drawn = {2,          3, map_class, reference_class, &counts[0][0],
                                         row_samples};
    for (int i = 0; i < OUTCOMES * OUTCOMES; i++) {
        const double p =
            draw(i % OUTCOMES, truth[0], counts[0]) * draw(i / OUTCOMES, truth[1], counts[1]);
        const struct sink_area_combination a = sink_area_combine(&drawn, areas_m2, 3, per_m2),
                                           b = sink_area_combine(&drawn, areas_m2, 3, other);
        mean += p * a.value;
        square += p * a.value * a.value;
        variance += p * a.variance;
        other_mean += p * b.value;
        product += p * a.value * b.value;
        covariance += p * (25 * sink_confusion_covariance(&drawn, 0, per_m2, other) +
                           4 * sink_confusion_covariance(&drawn, 1, per_m2, other));
        sink_area_estimate(&drawn, areas_m2, 3, areas, &overall);
        class_mean += p * areas[1].area_m2;
        class_square += p * areas[1].area_m2 * areas[1].area_m2;
        class_variance += p * areas[1].area_se_m2 * areas[1].area_se_m2;
    }
    ck_assert_double_eq_tol(mean, 5 * (18 - 1.2 + 1.1) + 2 * (1.5 - 2.8 + 2.75), 1e-10);
    ck_assert_double_eq_tol(variance, square - mean * mean, 1e-9);
    ck_assert_double_eq_tol(covariance, product - mean * other_mean, 1e-9);
    ck_assert_double_eq_tol(class_mean, 5 * 0.3 + 2 * 0.7, 1e-12);
    ck_assert_double_eq_tol(class_variance, class_square - class_mean * class_mean, 1e-11);
}
END_TEST

START_TEST(a_table_is_read_as_it_stands)
{
    read_good("# sampled in 2024\nmap,grassland,water,forest\n\nforest,1,0,1\nwater,0,999,0\n");
    ck_assert_uint_eq(confusion.row_count, 2);
    ck_assert_uint_eq(confusion.column_count, 3);
    ck_assert_int_eq(sink_confusion_row(&confusion, (int)at("forest")), 0);
    ck_assert_int_eq(sink_confusion_row(&confusion, (int)at("water")), 1);
    ck_assert_int_eq(sink_confusion_row(&confusion, (int)at("grassland")), -1);
    ck_assert_int_eq(confusion.reference_class[2], (int)at("forest"));
    ck_assert_uint_eq(confusion.samples[1 * 3 + 1], 999);
    ck_assert_double_eq(confusion.row_samples[0], 2);
}
END_TEST

static const struct {
    const char *text, *told;
} cases[] = {
    {"class,forest\nforest,5\n",
     "matrix.csv:1: first column \"class\", expected map; the others are named after the reference "
     "classes"},
    {"# a\nforest,map\n5,forest\n", "matrix.csv:2: first column \"forest\", expected map"},
    {"map,forest,grasland\nforest,5,1\n",
     "matrix.csv:1: column \"grasland\" is no class (did you mean \"grassland\"?); the classes are "
     "in sinkcalc/tables/classes.csv"},
    {"map,forest,total\nforest,5,5\n", "matrix.csv:1: column \"total\" is no class"},
    {"map\nforest\n", "matrix.csv:1: no reference classes, expected a column for each"},
    {"map,forest\n", "matrix.csv: no rows, expected a map class and its samples in each"},
    {"map,forest\nForest,5\n",
     "matrix.csv:2: map class \"Forest\" is no class (did you mean \"forest\"?)"},
    {"map,forest\n,5\n", "matrix.csv:2: map class \"\" is no class"},
    {"map,forest,water\nforest,5,1\nwater,1,8\nforest,2,2\n",
     "matrix.csv:4: map class \"forest\" stands in line 2 too, expected it once"},
    {"map,forest\nwater,5\n", "matrix.csv:2: map class \"water\" has no column, expected one, of "
                              "zeros when the reference never found it"},
    {"map,forest,water\nforest,5,-1\n",
     "matrix.csv:2: water \"-1\", expected a whole number of samples from 0 to 1000000000"},
    {"map,forest,water\nforest,5,1.5\n", "matrix.csv:2: water \"1.5\", expected a whole number"},
    {"map,forest,water\nforest,5,\n", "matrix.csv:2: water \"\", expected a whole number"},
    {"map,forest,water\nforest,5,4294967297\n",
     "matrix.csv:2: water \"4294967297\", expected a whole number"},
    {"map,forest,water\n\nforest,1,0\n",
     "matrix.csv:3: 1 sample(s) of map class \"forest\", expected at least 2"},
    {"map,forest,water\nforest,0,0\n", "matrix.csv:2: 0 sample(s) of map class \"forest\""}};

START_TEST(each_fault_names_table_and_line)
{
    ck_assert_int_eq(read_matrix(cases[_i].text), SINK_BAD_DATA);
    ck_assert_msg(strncmp(faults.items[0].message, cases[_i].told, strlen(cases[_i].told)) == 0,
                  "\"%s\", expected \"%s\"", faults.items[0].message, cases[_i].told);
    ck_assert_uint_eq(confusion.row_count, 0); /* nothing of it can be used */
    ck_assert_ptr_null(confusion.samples);
}
END_TEST

START_TEST(all_faults_are_told_at_once)
{
    ck_assert_int_eq(read_matrix("map,forest,water\nforst,x,\nwater,1,0\nforest,9,9\n"),
                     SINK_BAD_DATA);
    ck_assert_uint_eq(faults.count, 4);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("area_estimate");
    TCase *tests = tcase_create("area_estimate");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, the_published_example_comes_out, 0,
                        (int)(sizeof published / sizeof *published));
    tcase_add_test(tests, adjusted_areas_add_up_to_the_mapped_area);
    tcase_add_test(tests, a_map_without_errors_is_the_estimate);
    tcase_add_test(tests, a_class_that_was_not_sampled_keeps_its_mapped_area_and_is_told);
    tcase_add_test(tests,
                   a_class_that_is_found_but_nowhere_mapped_has_a_producers_accuracy_of_zero);
    tcase_add_test(tests, without_sampled_land_there_is_no_accuracy);
    tcase_add_test(tests, a_combination_is_that_by_hand);
    tcase_add_test(tests, one_density_for_all_land_has_no_error_of_area);
    tcase_add_test(tests, the_area_of_a_class_is_a_combination);
    tcase_add_test(tests, classes_of_one_map_class_vary_against_each_other);
    tcase_add_test(tests, estimates_and_their_variances_are_right_on_average_over_all_samples);
    tcase_add_test(tests, a_table_is_read_as_it_stands);
    tcase_add_loop_test(tests, each_fault_names_table_and_line, 0,
                        (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tests, all_faults_are_told_at_once);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
