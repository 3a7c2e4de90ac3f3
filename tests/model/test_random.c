#include "sinkcalc/model/random.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS = 200000 };

START_TEST(philox_gives_the_known_answers)
{
    /* Random123 1.14.0, tests/kat_vectors, philox4x32 10. */
    static const struct {
        uint32_t counter[4], key[2], block[4];
    } answers[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        uint32_t block[4];
        sink_random_philox(answers[i].counter, answers[i].key, block);
        ck_assert_mem_eq(block, answers[i].block, sizeof block);
    }
}
END_TEST

START_TEST(a_uniform_number_is_made_of_52_bits_of_its_block)
{
    const double bits = (double)(0xe169c58d6627e8d5u >> 12); /* of the first known answer */
    const double zero = sink_random_uniform((struct sink_random_place){0});
    ck_assert_double_eq(zero, (bits + 0.5) / 4503599627370496.0);
    /* The third one: seed, variable, draw and stream are where the header says. */
    const struct sink_random_place place = {0x299f31d0a4093822, 0x85a308d3243f6a88, 0x13198a2e,
                                            0x03707344};
    const double third = (double)(0x94fdccebd16cfe09u >> 12);
    ck_assert_double_eq(sink_random_uniform(place), (third + 0.5) / 4503599627370496.0);
}
END_TEST

START_TEST(uniform_numbers_are_even_and_without_memory)
{
    enum { BINS = 64 };
    int bins[BINS] = {0};
    double sum = 0, by_draw = 0, by_variable = 0, chi_square = 0;
    for (uint32_t i = 0; i < DRAWS; i++) {
        const double u = sink_random_uniform((struct sink_random_place){1, 5, i, 0});
        ck_assert(u > 0 && u < 1);
        bins[(int)(u * BINS)]++;
        sum += u - 0.5;
        by_draw +=
            (u - 0.5) * (sink_random_uniform((struct sink_random_place){1, 5, i + 1, 0}) - 0.5);
        by_variable +=
            (u - 0.5) * (sink_random_uniform((struct sink_random_place){1, 6, i, 0}) - 0.5);
    }
    for (int i = 0; i < BINS; i++)
        chi_square += pow(bins[i] - (double)DRAWS / BINS, 2) / ((double)DRAWS / BINS);
    /* Five standard errors: of the mean, of the correlations, of chi square. */
    ck_assert_double_lt(fabs(sum / DRAWS), 5 * sqrt(1.0 / 12 / DRAWS));
    ck_assert_double_lt(fabs(by_draw / DRAWS * 12), 5 / sqrt(DRAWS));
    ck_assert_double_lt(fabs(by_variable / DRAWS * 12), 5 / sqrt(DRAWS));
    ck_assert_double_lt(fabs(chi_square - (BINS - 1)), 5 * sqrt(2.0 * (BINS - 1)));
}
END_TEST

START_TEST(normal_quantiles_agree_to_1e_14)
{
    /* mpmath 1.3.0, 40 digits, of the doubles nearest to these p. */
    static const double expected[][2] = {
        {0.975, 1.9599639845400538556},   {0.5, 0.0},
        {0.25, -0.6744897501960817432},   {0.075, -1.4395314709384559349},
        {0.0749, -1.4402382675279636631}, {0.925, 1.4395314709384562291},
        {0.99, 2.3263478740408407676},    {0.001, -3.0902323061678135354},
        {1e-05, -4.2648907939228246102},  {0.99999, 4.2648907939238407699},
        {1e-10, -6.3613409024040561991},  {1.3e-11, -6.6676114565107408347},
        {1e-20, -9.2623400897984075796},  {1e-100, -21.273453560965324294},
        {1e-300, -37.047096299361199237},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        ck_assert_double_le(fabs(sink_normal_quantile(expected[i][0]) - expected[i][1]),
                            1e-14 * fabs(expected[i][1]));
}
END_TEST

START_TEST(normal_quantiles_end_at_infinity_and_invert_the_distribution)
{
    ck_assert_double_eq(sink_normal_quantile(0), -INFINITY);
    ck_assert_double_eq(sink_normal_quantile(1), INFINITY);
    ck_assert_double_nan(sink_normal_quantile(-0.1));
    ck_assert_double_nan(sink_normal_quantile(1.1));
    ck_assert_double_nan(sink_normal_quantile(NAN));
    for (int i = 1; i < 1000; i++) {
        const double p = i / 1000.0, x = sink_normal_quantile(p);
        ck_assert_double_le(fabs(erfc(-x / sqrt(2)) / 2 - p), 4e-16);
        ck_assert_double_le(fabs(sink_normal_quantile(1 - p) + x), 1e-14);
    }
}
END_TEST

static struct sink_spread spread_of(enum sink_distribution distribution, double value, double se,
                                    double lower, double upper)
{
    struct sink_spread spread;
    struct sink_error error = {0};
    ck_assert_msg(sink_spread_make(distribution, value, se, (double[]){lower, upper}, &spread,
                                   &error) == SINK_OK,
                  "%s", error.message);
    return spread;
}

START_TEST(pert_quantiles_agree_with_the_beta_distribution)
{
    /* lower, mode, upper, p, and the quantile: mpmath 1.3.0, bisection of betainc. */
    static const double expected[][5] = {
        {0.85, 1.2, 1.3, 0.025, 0.985807302330132644},
        {0.85, 1.2, 1.3, 0.5, 1.16807336116956511},
        {0.85, 1.2, 1.3, 0.975, 1.2797511216951331},
        {55, 386, 1376, 0.025, 124.893046852610541},
        {55, 386, 1376, 0.5, 470.100743208026015},
        {55, 386, 1376, 0.975, 1001.87053538137553},
        {0.47, 0.47, 0.49, 0.01, 0.470040160966771457},
        {0.47, 0.47, 0.49, 0.9, 0.477380853110396115},
        {0, 1, 1, 1e-06, 0.0630957344480193244},
        {0, 0.5, 1, 1e-12, 0.0000464169656084763247},
        {0, 0.95, 1, 0.2411, 0.706867796441021817},
        {0, 0.3, 1, 0.49, 0.345931066868370108},
        {0, 0.7, 1, 0.45, 0.623263161653162288},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const double *e = expected[i];
        const struct sink_spread spread = spread_of(SINK_DISTRIBUTION_PERT, e[1], NAN, e[0], e[2]);
        ck_assert_double_eq_tol(sink_spread_quantile(&spread, e[1], e[3]), e[4], 1e-13 * e[4]);
    }
}
END_TEST

START_TEST(truncated_quantiles_agree_with_the_cut_normal_distribution)
{
    /* mean, sd, p, and the quantile: mpmath 1.3.0. */
    static const double expected[][4] = {
        {1, 0.2, 0.025, 0.608006405111268215},  {1, 0.2, 0.5, 0.999999774485703894},
        {1, 0.2, 0.975, 1.39199398116659197},   {1, 0.5, 0.025, 0.121495576206767995},
        {1, 0.5, 0.5, 0.977540188833540093},    {1, 0.5, 0.975, 2.03462842061005741},
        {1, 0.9, 0.025, 0.0287892157874966354}, {1, 0.9, 0.5, 0.747379961322042787},
        {1, 0.9, 0.975, 3.338842692946699},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const double *e = expected[i];
        const struct sink_spread spread =
            spread_of(SINK_DISTRIBUTION_TRUNCATED_NORMAL, e[0], e[1], NAN, NAN);
        ck_assert_double_eq_tol(sink_spread_quantile(&spread, e[0], e[2]), e[3], 1e-11 * e[3]);
    }
}
END_TEST

/* One of each, with the mean that its header promises. */
static const struct {
    enum sink_distribution distribution;
    double value, se, lower, upper, mean;
} samples[] = {
    {SINK_DISTRIBUTION_NORMAL, 100, 20, NAN, NAN, 100},
    {SINK_DISTRIBUTION_NORMAL, -1.62, 3, NAN, NAN, -1.62},
    {SINK_DISTRIBUTION_LOGNORMAL, 72.8, 36.4, NAN, NAN, 72.8},
    {SINK_DISTRIBUTION_LOGNORMAL, 0.825, 0.8, NAN, NAN, 0.825},
    {SINK_DISTRIBUTION_TRUNCATED_NORMAL, 258.4, 128.1, NAN, NAN, 258.4},
    {SINK_DISTRIBUTION_TRUNCATED_NORMAL, 10, 9.4, NAN, NAN, 10},
    {SINK_DISTRIBUTION_TRIANGULAR, 0.39, NAN, 0.23, 0.96, (0.23 + 0.39 + 0.96) / 3},
    {SINK_DISTRIBUTION_TRIANGULAR, 3, NAN, -1, 3, 5.0 / 3},
    {SINK_DISTRIBUTION_PERT, 386, NAN, 55, 1376, (55 + 4 * 386 + 1376) / 6.0},
    {SINK_DISTRIBUTION_PERT, 0.47, NAN, 0.47, 0.49, (5 * 0.47 + 0.49) / 6},
    {SINK_DISTRIBUTION_UNIFORM, 2, NAN, 1, 5, 3},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static struct sink_spread sample(size_t i)
{
    return spread_of(samples[i].distribution, samples[i].value, samples[i].se, samples[i].lower,
                     samples[i].upper);
}

static double draw_of(const struct sink_spread *spread, double value, uint64_t seed,
                      uint64_t variable, uint32_t draw)
{
    return sink_spread_quantile(
        spread, value, sink_random_uniform((struct sink_random_place){seed, variable, draw, 0}));
}

START_TEST(draws_have_the_mean_and_the_standard_error_of_their_distribution)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        const struct sink_spread spread = sample(i);
        double sum = 0, squares = 0, fourth = 0;
        for (uint32_t draw = 0; draw < DRAWS; draw++) {
            const double off = draw_of(&spread, samples[i].value, 1, i, draw) - samples[i].mean;
            sum += off;
            squares += off * off;
            fourth += off * off * off * off;
        }
        const double variance = squares / DRAWS;
        const double error_of_sd = sqrt((fourth / DRAWS / (variance * variance) - 1) / 4 / DRAWS);
        ck_assert_msg(fabs(sum / DRAWS) < 5 * spread.se / sqrt(DRAWS), "sample %zu: mean off by %g",
                      i, sum / DRAWS);
        ck_assert_msg(fabs(sqrt(variance) / spread.se - 1) < 5 * error_of_sd,
                      "sample %zu: sd %g, expected %g", i, sqrt(variance), spread.se);
        if (!isnan(samples[i].se))
            ck_assert_double_eq(spread.se, samples[i].se);
    }
}
END_TEST

START_TEST(quantiles_rise_and_stay_between_the_ends)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        const struct sink_spread spread = sample(i);
        double before = -INFINITY;
        for (int k = 0; k <= 2000; k++) {
            const double p = k == 0 ? 0x1p-53 : k == 2000 ? 1 - 0x1p-53 : k / 2000.0;
            const double x = sink_spread_quantile(&spread, samples[i].value, p);
            ck_assert_msg(isfinite(x) && x > before && x >= spread.lower && x <= spread.upper,
                          "sample %zu: %.17g at %g after %.17g", i, x, p, before);
            before = x;
        }
    }
}
END_TEST

START_TEST(draws_do_not_depend_on_order_or_on_other_draws)
{
    enum { COUNT = 1009, STEP = 613 }; /* prime: every draw is met once */
    static double in_order[SAMPLES][COUNT], shuffled[SAMPLES][COUNT];
    for (size_t i = 0; i < SAMPLES; i++) {
        const struct sink_spread spread = sample(i);
        for (uint32_t draw = 0; draw < COUNT; draw++)
            in_order[i][draw] = draw_of(&spread, samples[i].value, 77, i, draw);
    }
    for (uint32_t k = 0, draw = 5; k < COUNT; k++, draw = (draw + STEP) % COUNT)
        for (size_t i = SAMPLES; i-- > 0;) {
            const struct sink_spread spread = sample(i);
            shuffled[i][draw] = draw_of(&spread, samples[i].value, 77, i, draw);
        }
    ck_assert_mem_eq(in_order, shuffled, sizeof in_order);
}
END_TEST

START_TEST(seed_and_variable_and_draw_each_change_the_draw)
{
    const struct sink_spread spread = spread_of(SINK_DISTRIBUTION_NORMAL, 0, 1, NAN, NAN);
    const double one = draw_of(&spread, 0, 1, 2, 6);
    ck_assert_double_ne(one, draw_of(&spread, 0, 2, 2, 6));
    ck_assert_double_ne(one, draw_of(&spread, 0, 1 + (UINT64_C(1) << 32), 2, 6));
    ck_assert_double_ne(one, draw_of(&spread, 0, 1, 3, 6));
    ck_assert_double_ne(one, draw_of(&spread, 0, 1, 2 + (UINT64_C(1) << 32), 6));
    ck_assert_double_ne(one, draw_of(&spread, 0, 1, 2, 7));
    ck_assert_double_eq(one, draw_of(&spread, 0, 1, 2, 6));
}
END_TEST

START_TEST(without_a_spread_every_draw_is_the_value)
{
    const struct sink_spread none = {0};
    for (uint32_t draw = 0; draw < 100; draw++)
        ck_assert_double_eq(draw_of(&none, 0.451, 1, 2, draw), 0.451);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random");
    TCase *random = tcase_create("random");
    tcase_add_test(random, philox_gives_the_known_answers);
    tcase_add_test(random, a_uniform_number_is_made_of_52_bits_of_its_block);
    tcase_add_test(random, uniform_numbers_are_even_and_without_memory);
    tcase_add_test(random, normal_quantiles_agree_to_1e_14);
    tcase_add_test(random, normal_quantiles_end_at_infinity_and_invert_the_distribution);
    tcase_add_test(random, pert_quantiles_agree_with_the_beta_distribution);
    tcase_add_test(random, truncated_quantiles_agree_with_the_cut_normal_distribution);
    tcase_add_test(random, draws_have_the_mean_and_the_standard_error_of_their_distribution);
    tcase_add_test(random, quantiles_rise_and_stay_between_the_ends);
    tcase_add_test(random, draws_do_not_depend_on_order_or_on_other_draws);
    tcase_add_test(random, seed_and_variable_and_draw_each_change_the_draw);
    tcase_add_test(random, without_a_spread_every_draw_is_the_value);
    suite_add_tcase(suite, random);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
