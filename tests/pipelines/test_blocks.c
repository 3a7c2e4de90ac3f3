/* Errors of a raster that go together within a range: what the program makes of a synthetic
 * landscape, against the same cell by cell, and against simulated fields of errors. */
#include "tests/pipelines/blocks_fixture.h"

static struct land land;
static struct landing landing;

#define RANGE_25_KM ", correlation: {range: 25 km, time: 0.5}"
#define RANGE_25_M 25000.0

static void start(struct land which, struct land_job job)
{
    land = which;
    land_make(&land);
    land_run(job, &landing);
}

static void stop(void)
{
    land_close(&landing);
    land_free(&land);
}

static void check_near(double found, double expected, double tolerance)
{
    ck_assert_msg(fabs(found - expected) <= tolerance * fabs(expected), "%.12g, expected %.12g",
                  found, expected);
}

/* Adds (or with sign -1 takes away) the weights of a region. */
static void add_weights(double *into, const char *region, int cover_year, int sd_year, double sign)
{
    double *weights = land_weights(&land, landing.session.plan, region, cover_year, sd_year);
    for (size_t i = 0; i < (size_t)land.width * (size_t)land.height; i++)
        into[i] += sign * weights[i];
    free(weights);
}

/* What is left of p, or all of s, made of a and b. */
static double *weights_of(const char *region, int cover_year, int sd_year)
{
    double *weights = calloc((size_t)land.width * (size_t)land.height, sizeof *weights);
    const bool is_rest = strcmp(region, "p~rest") == 0, is_sum = strcmp(region, "s") == 0;
    if (!is_sum)
        add_weights(weights, is_rest ? "p" : region, cover_year, sd_year, 1);
    if (is_rest || is_sum)
        for (int k = 0; k < 2; k++)
            add_weights(weights, k ? "b" : "a", cover_year, sd_year, is_rest ? -1 : 1);
    return weights;
}

static void check_region(const char *region, int cover_year, int sd_year)
{
    double *weights = weights_of(region, cover_year, sd_year);
    check_near(land_share(&landing, (size_t)cover_year, region),
               land_expected(&land, weights, RANGE_25_M), 1e-9);
    free(weights);
}

START_TEST(shares_are_those_of_single_cells_in_degrees)
{
    static const char *const regions[] = {"p", "a", "b", "p~rest", "q"};
    start(land_degrees(), (struct land_job){.correlation = RANGE_25_KM});
    for (int year = 0; year < 2; year++)
        for (size_t r = 0; r < 5; r++)
            check_region(regions[r], year, year);
    stop();
}
END_TEST

START_TEST(shares_are_those_of_single_cells_in_metres)
{
    static const char *const regions[] = {"p", "a", "b", "p~rest", "q"};
    start(land_metres(), (struct land_job){.correlation = RANGE_25_KM});
    for (int year = 0; year < 2; year++)
        for (size_t r = 0; r < 5; r++)
            check_region(regions[r], year, year);
    stop();
}
END_TEST

START_TEST(a_sum_of_regions_is_one_region)
{
    start(land_metres(),
          (struct land_job){.correlation = RANGE_25_KM,
                            .regions = "parent: [province], where: \"parent = 'p'\""});
    check_region("s", 0, 0);
    check_region("s", 1, 1);
    check_region("a", 1, 1);
    stop();
}
END_TEST

/* The raster is one, but the forest where it speaks changes. */
START_TEST(a_static_raster_has_a_share_for_each_year)
{
    start(land_metres(), (struct land_job){.correlation = RANGE_25_KM,
                                           .value = "value_2025.tif",
                                           .sd = "sd_2025.tif"});
    check_region("a", 0, 1);
    check_region("a", 1, 1);
    ck_assert(land_share(&landing, 0, "a") != land_share(&landing, 1, "a"));
    stop();
}
END_TEST

START_TEST(a_single_year_has_shares)
{
    start(land_metres(), (struct land_job){.correlation = RANGE_25_KM, .years = "2025"});
    double *weights = weights_of("a", 1, 1);
    check_near(land_share(&landing, 0, "a"), land_expected(&land, weights, RANGE_25_M), 1e-9);
    free(weights);
    stop();
}
END_TEST

/* A third of the cells is all forest, a third half of it, a third none. */
START_TEST(shares_of_classes_count_by_their_part)
{
    land = land_metres();
    land_make(&land);
    const size_t cells = (size_t)land.width * (size_t)land.height;
    uint8_t *percent = calloc(cells, 1);
    for (size_t i = 0; i < cells; i++)
        percent[i] = (uint8_t)(50 * (i / 3 % 3));
    for (int year = 2020; year <= 2025; year += 5)
        land_write_image(&land, demo_path("forest_%d.tif", year), percent, true);
    land_run((struct land_job){.correlation = RANGE_25_KM,
                               .cover = "forest: {file: \"forest_{year}.tif\", unit: percent}"},
             &landing);
    for (int year = 0; year < 2; year++) {
        memset(land.cover[year], LAND_FOREST, cells);
        double *weights = weights_of("a", year, year);
        for (size_t i = 0; i < cells; i++)
            weights[i] *= percent[i] / 100.0;
        check_near(land_share(&landing, (size_t)year, "a"),
                   land_expected(&land, weights, RANGE_25_M), 1e-9);
        free(weights);
    }
    free(percent);
    stop();
}
END_TEST

/* Standard normal numbers by Box and Muller from the noise of the landscape. */
static double normal(uint64_t seed)
{
    const double u = ((double)(land_noise(2 * seed) >> 11) + 0.5) * 0x1p-53;
    const double v = ((double)(land_noise(2 * seed + 1) >> 11) + 0.5) * 0x1p-53;
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

#define FIELD_COUNT 4000
/* Four standard errors of a variance from so many draws. */
#define SAMPLING (4 * 0.02236)

/* Variance of the total of a region over FIELD_COUNT fields, and the square of the sum of its
 * weights: `fill` makes the errors of all cells, of variance 1. */
static double variance_of(const double *weights, void (*fill)(size_t field, double *errors),
                          double *square)
{
    const size_t cells = (size_t)land.width * (size_t)land.height;
    double *errors = calloc(cells, sizeof *errors), sum = 0, squares = 0, whole = 0;
    for (size_t i = 0; i < cells; i++)
        whole += weights[i];
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        double total = 0;
        fill(f, errors);
        for (size_t i = 0; i < cells; i++)
            total += weights[i] * errors[i];
        sum += total / FIELD_COUNT;
        squares += total * total / FIELD_COUNT;
    }
    free(errors);
    *square = whole * whole;
    return squares - sum * sum;
}

static size_t *field_blocks;
static size_t field_block_count;

/* One error for each block. */
static void fill_blocks(size_t field, double *errors)
{
    double of_block[64] = {0};
    ck_assert_uint_le(field_block_count, 64);
    for (size_t b = 0; b < field_block_count; b++)
        of_block[b] = normal(field * field_block_count + b);
    for (size_t i = 0; i < (size_t)land.width * (size_t)land.height; i++)
        errors[i] = of_block[field_blocks[i]];
}

START_TEST(errors_of_simulated_fields_have_the_variance_that_the_shares_tell)
{
    static const char *const regions[] = {"p", "a", "b", "p~rest", "q"};
    start(land_metres(), (struct land_job){.correlation = RANGE_25_KM});
    field_blocks = land_blocks(&land, RANGE_25_M, &field_block_count);
    for (size_t r = 0; r < 5; r++) {
        double square, *weights = weights_of(regions[r], 0, 0);
        const double variance = variance_of(weights, fill_blocks, &square);
        const double share = land_share(&landing, 0, regions[r]);
        check_near(variance, share * square, SAMPLING);
        ck_assert_double_lt(share, 0.8); /* so that one error everywhere would be seen */
        free(weights);
    }
    free(field_blocks);
    stop();
}
END_TEST

#define SMOOTH_CELLS 10 /* the range in cells of land_metres */

/* Means of white noise over a moving square: the correlation falls along each axis in a straight
 * line, to nothing at the range. */
static void fill_smooth(size_t field, double *errors)
{
    const int width = land.width + SMOOTH_CELLS, height = land.height + SMOOTH_CELLS;
    double *sums = calloc((size_t)(width + 1) * (size_t)(height + 1), sizeof *sums);
    for (int row = 0; row < height; row++)
        for (int c = 0, at = row * (width + 1); c < width; c++, at++)
            sums[at + width + 2] =
                sums[at + 1] + sums[at + width + 1] - sums[at] +
                normal((field * (size_t)height + (size_t)row) * (size_t)width + (size_t)c);
    for (int row = 0; row < land.height; row++)
        for (int c = 0; c < land.width; c++) {
            const int top = row * (width + 1) + c, below = top + SMOOTH_CELLS * (width + 1);
            errors[row * land.width + c] =
                (sums[below + SMOOTH_CELLS] - sums[below] - sums[top + SMOOTH_CELLS] + sums[top]) /
                SMOOTH_CELLS;
        }
    free(sums);
}

/* Real errors do not jump where blocks end. Two cells are in one block for a part of the places
 * where blocks could begin, and that part is the correlation of this field: on the mean over these
 * places blocks give its variance, and over many ranges one place is much like another. */
START_TEST(a_field_that_is_smooth_has_nearly_that_variance)
{
    start(land_metres(), (struct land_job){.correlation = ", correlation: {range: 10 km}"});
    double square, *weights = weights_of("p", 0, 0);
    const double variance = variance_of(weights, fill_smooth, &square);
    const double ratio = land_share(&landing, 0, "p") * square / variance;
    ck_assert_msg(fabs(ratio - 1) < 0.05 + SAMPLING, "%.3f of it", ratio);
    free(weights);
    stop();
}
END_TEST

START_TEST(a_range_beyond_the_grid_is_one_error)
{
    start(land_metres(), (struct land_job){.correlation = ", correlation: {range: 1e9 km}"});
    for (size_t year = 0; year < 2; year++)
        ck_assert_double_eq(land_share(&landing, year, "p"), 1);
    ck_assert_double_eq(land_share(&landing, 0, "p~rest"), 1);
    stop();
}
END_TEST

START_TEST(without_a_range_there_is_one_error_and_no_blocks)
{
    start(land_metres(), (struct land_job){.correlation = ", correlation: {time: 0.25}"});
    ck_assert_ptr_null(landing.session.bundle.blocks);
    ck_assert_uint_eq(landing.session.bundle.correlations.count, 0);
    ck_assert(isnan(landing.book.rasters.items[0].range_m));
    ck_assert_double_eq(landing.book.rasters.items[0].time_correlation, 0.25);
    ck_assert_double_eq(land_share(&landing, 1, "p"), 1);
    ck_assert_double_eq(land_share(&landing, 0, "p~rest"), 1);
    stop();
}
END_TEST

/* The raster speaks for mangrove alone, of which there is none. */
START_TEST(where_the_layer_does_not_speak_there_is_no_share)
{
    start(land_metres(), (struct land_job){.correlation = RANGE_25_KM ", classes: [mangrove]"});
    ck_assert(isnan(land_share(&landing, 0, "p")));
    stop();
    start(land_metres(), (struct land_job){.correlation = ", classes: [mangrove]"});
    ck_assert(isnan(land_share(&landing, 0, "p")));
    stop();
}
END_TEST

START_TEST(range_and_correlation_of_years_are_those_of_the_job)
{
    start(land_metres(), (struct land_job){.correlation = RANGE_25_KM});
    const struct sink_raster_error *raster = &landing.book.rasters.items[0];
    ck_assert_str_eq(raster->quantity, "above_ground_biomass");
    ck_assert_double_eq(raster->range_m, RANGE_25_M);
    ck_assert_double_eq(raster->time_correlation, 0.5);
    stop();
}
END_TEST

static enum sink_status open_with(const char *correlation, struct sink_faults *faults)
{
    struct sink_session session;
    const struct sink_options options = {
        .file = land_write_job("job.yml", (struct land_job){.correlation = correlation}),
        .is_quiet = true};
    const enum sink_status status = sink_session_open(&options, &session, faults);
    sink_session_close(&session);
    return status;
}

/* Every cell is a block, 1.6 million, in up to three regions and two years. */
START_TEST(a_range_with_too_many_blocks_is_refused_and_a_good_one_named)
{
    struct sink_faults faults = {0};
    double least_km = 0;
    char text[64];
    land = land_degrees();
    land.width *= 2;
    land.height *= 2;
    land_make(&land);
    ck_assert_int_eq(open_with(", correlation: {range: 90 m}", &faults), SINK_BAD_JOB);
    ck_assert_uint_eq(faults.count, 1);
    const char *told = faults.items[0].message;
    const char *least = strstr(told, " blocks, expected at most 4194304: a range of ");
    ck_assert_msg(strstr(told, "job.yml:5:") != NULL &&
                      strstr(told, ": layers.above_ground_biomass.correlation.range: 90 m cuts the "
                                   "regions into up to ") != NULL &&
                      least != NULL,
                  "\"%s\"", told);
    least = strstr(told, "a range of ");
    ck_assert_int_eq(sscanf(least, "a range of %lf km or more", &least_km), 1);
    sink_faults_free(&faults);
    snprintf(text, sizeof text, ", correlation: {range: %.3g km}", least_km);
    ck_assert_int_eq(open_with(text, &faults), SINK_OK);
    snprintf(text, sizeof text, ", correlation: {range: %.3g km}", 0.8 * least_km);
    ck_assert_int_eq(open_with(text, &faults), SINK_BAD_JOB);
    sink_faults_free(&faults);
    land_free(&land);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("blocks");
    TCase *tests = tcase_create("blocks");
    tcase_add_test(tests, shares_are_those_of_single_cells_in_degrees);
    tcase_add_test(tests, shares_are_those_of_single_cells_in_metres);
    tcase_add_test(tests, a_sum_of_regions_is_one_region);
    tcase_add_test(tests, a_static_raster_has_a_share_for_each_year);
    tcase_add_test(tests, a_single_year_has_shares);
    tcase_add_test(tests, shares_of_classes_count_by_their_part);
    tcase_add_test(tests, errors_of_simulated_fields_have_the_variance_that_the_shares_tell);
    tcase_add_test(tests, a_field_that_is_smooth_has_nearly_that_variance);
    tcase_add_test(tests, a_range_beyond_the_grid_is_one_error);
    tcase_add_test(tests, without_a_range_there_is_one_error_and_no_blocks);
    tcase_add_test(tests, where_the_layer_does_not_speak_there_is_no_share);
    tcase_add_test(tests, range_and_correlation_of_years_are_those_of_the_job);
    tcase_add_test(tests, a_range_with_too_many_blocks_is_refused_and_a_good_one_named);
    suite_add_tcase(suite, tests);
    if (!demo_start())
        return EXIT_FAILURE;
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    demo_stop();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
