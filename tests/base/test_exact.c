#include "sinkcalc/base/exact.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

static const double quantum = 0x1p-30;

/* xorshift64 (Marsaglia 2003, doi:10.18637/jss.v008.i14): the same numbers on every run. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static struct sink_exact_sum sum_of(const double *values, size_t count)
{
    struct sink_exact_sum sum = {0};

    for (size_t i = 0; i < count; i++)
        ck_assert(sink_exact_sum_add(&sum, values[i]));
    return sum;
}

START_TEST(a_single_term_comes_back)
{
    static const double values[] = {0.0,
                                    1.0,
                                    -1.0,
                                    0.25,
                                    -0.75,
                                    0x1p-30,
                                    -0x1p-30,
                                    12308463893.8037109375,
                                    0x1p32,
                                    0x1.fffffffffffffp31,
                                    0x1p33,
                                    -0x1p33,
                                    0x1p34,
                                    -0x1p34,
                                    0x1.23456789abcdep61,
                                    -0x1.23456789abcdep63,
                                    0x1.fffffffffffffp89,
                                    -0x1.fffffffffffffp89};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const struct sink_exact_sum sum = sum_of(&values[i], 1);
        ck_assert_double_eq(sink_exact_sum_value(&sum), values[i]);
    }
}
END_TEST

START_TEST(the_words_are_twos_complement_quanta)
{
    const struct sink_exact_sum minus_one = sum_of((double[]){-quantum}, 1);
    const struct sink_exact_sum big = sum_of((double[]){0x3p34}, 1);
    const struct sink_exact_sum minus_big = sum_of((double[]){-0x3p34}, 1);

    ck_assert_uint_eq(minus_one.low, UINT64_MAX);
    ck_assert_int_eq(minus_one.high, -1);
    ck_assert_uint_eq(big.low, 0);
    ck_assert_int_eq(big.high, 3);
    ck_assert_uint_eq(minus_big.low, 0);
    ck_assert_int_eq(minus_big.high, -3);
}
END_TEST

START_TEST(a_term_is_rounded_to_the_nearest_quantum)
{
    struct sink_exact_sum sum = {0};

    ck_assert(sink_exact_sum_add(&sum, 0.49 * quantum));
    ck_assert(sink_exact_sum_is_zero(&sum));
    ck_assert(sink_exact_sum_add(&sum, 0.51 * quantum));
    ck_assert_double_eq(sink_exact_sum_value(&sum), quantum);
    ck_assert(sink_exact_sum_add(&sum, -2.51 * quantum));
    ck_assert_double_eq(sink_exact_sum_value(&sum), -2 * quantum);
}
END_TEST

START_TEST(zero_and_equal_are_of_both_words)
{
    const struct sink_exact_sum high = sum_of((double[]){0x1p34}, 1);
    const struct sink_exact_sum both = sum_of((double[]){0x1p34, quantum}, 2);
    const struct sink_exact_sum low = sum_of((double[]){quantum}, 1);
    ck_assert(high.low == 0 && low.high == 0);
    ck_assert(!sink_exact_sum_is_zero(&high) && !sink_exact_sum_is_zero(&low));
    ck_assert(!sink_exact_sum_is_equal(&high, &both) && !sink_exact_sum_is_equal(&low, &both));
    ck_assert(sink_exact_sum_is_equal(&both, &both));
}
END_TEST

START_TEST(terms_that_cannot_be_kept_change_nothing)
{
    const double bad[] = {NAN, INFINITY, -INFINITY, 0x1p90, -0x1p90, 1e300};
    struct sink_exact_sum sum = sum_of((double[]){7.5}, 1);

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert(!sink_exact_sum_add(&sum, bad[i]));
        ck_assert_double_eq(sink_exact_sum_value(&sum), 7.5);
    }
}
END_TEST

START_TEST(totals_do_not_depend_on_order)
{
    enum { COUNT = 2000 };
    double values[COUNT];
    uint64_t state = 20200101;

    for (size_t i = 0; i < COUNT; i++) {
        const int exponent = (int)(next_random(&state) % 100) - 35;
        values[i] = ldexp((double)(int64_t)next_random(&state), exponent - 63);
    }
    const struct sink_exact_sum first = sum_of(values, COUNT);
    double naive_first = 0, naive_last = 0;
    for (size_t i = 0; i < COUNT; i++)
        naive_first += values[i];
    for (int round = 0; round < 20; round++) {
        for (size_t i = COUNT - 1; i > 0; i--) {
            const size_t j = next_random(&state) % (i + 1);
            const double kept = values[i];
            values[i] = values[j];
            values[j] = kept;
        }
        const struct sink_exact_sum again = sum_of(values, COUNT);
        ck_assert(sink_exact_sum_is_equal(&first, &again));
    }
    for (size_t i = 0; i < COUNT; i++)
        naive_last += values[i];
    ck_assert_msg(naive_first != naive_last, "the terms are too tame to show the order");
}
END_TEST

START_TEST(parts_merge_to_the_whole_and_subtract_to_nothing)
{
    enum { COUNT = 300 };
    double values[COUNT];
    uint64_t state = 42;

    for (size_t i = 0; i < COUNT; i++)
        values[i] = ((double)(int64_t)next_random(&state)) * 0x1p-20;
    const struct sink_exact_sum whole = sum_of(values, COUNT);
    for (size_t cut = 0; cut <= COUNT; cut += 37) {
        const struct sink_exact_sum right = sum_of(values + cut, COUNT - cut);
        struct sink_exact_sum left = sum_of(values, cut);
        sink_exact_sum_merge(&left, &right);
        ck_assert(sink_exact_sum_is_equal(&left, &whole));
        sink_exact_sum_subtract(&left, &whole);
        ck_assert(sink_exact_sum_is_zero(&left));
    }
}
END_TEST

START_TEST(carries_cross_the_words)
{
    struct sink_exact_sum sum = sum_of((double[]){0x1p34, -quantum}, 2);

    ck_assert_uint_eq(sum.low, UINT64_MAX);
    ck_assert_int_eq(sum.high, 0);
    ck_assert(sink_exact_sum_add(&sum, quantum));
    ck_assert_uint_eq(sum.low, 0);
    ck_assert_int_eq(sum.high, 1);
    ck_assert(sink_exact_sum_add(&sum, -0x1p35));
    ck_assert_int_eq(sum.high, -1);
    ck_assert_double_eq(sink_exact_sum_value(&sum), -0x1p34);
}
END_TEST

/* 2^53 quanta + 1 has its two neighbours at the same distance; one more bit below decides. */
START_TEST(a_value_is_rounded_to_the_nearest_double)
{
    const struct {
        struct sink_exact_sum sum;
        double quanta;
    } cases[] = {
        {{(1ull << 53) + 1, 0}, 0x1p53},     /* tie: to even, down */
        {{(1ull << 53) + 3, 0}, 0x1p53 + 4}, /* tie: to even, up */
        {{(1ull << 54) + 3, 0}, 0x1p54 + 4}, /* above the tie */
        {{1, 1ll << 52}, 0x1p116},           /* far below half of the last place */
        {{1ull << 63, 1ll << 52}, 0x1p116},  /* exact tie with the last bit even */
        {{(1ull << 63) + 1, 1ll << 52}, 0x1.0000000000001p116}, /* one quantum above the tie */
        {{(1ull << 63) - 1, 1ll << 52}, 0x1p116},               /* one quantum below it */
        {{1ull << 63, (1ll << 52) + 1}, 0x1.0000000000002p116}, /* tie with the last bit odd */
        {{UINT64_MAX, INT64_MAX}, 0x1p127}, /* all ones round up to a power of two */
        {{0, INT64_MIN}, -0x1p127},         /* the least number of all */
        {{UINT64_MAX, 0}, 0x1p64},
        {{UINT64_MAX, -1}, -1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sink_exact_sum negative = {0};
        ck_assert_double_eq(sink_exact_sum_value(&cases[i].sum), cases[i].quanta * quantum);
        if (cases[i].sum.high == INT64_MIN)
            continue;
        sink_exact_sum_subtract(&negative, &cases[i].sum);
        ck_assert_double_eq(sink_exact_sum_value(&negative), -cases[i].quanta * quantum);
    }
}
END_TEST

/* An independent way to the same number: gcc and clang both have 128-bit integers, and their
 * conversion to double rounds to the nearest. */
START_TEST(values_agree_with_the_compilers_wide_integers)
{
    __extension__ typedef __int128 wide;
    uint64_t state = 9;

    for (int i = 0; i < 200000; i++) {
        const int width = (int)(next_random(&state) % 64);
        struct sink_exact_sum sum = {.low = next_random(&state),
                                     .high = (int64_t)next_random(&state) >> width};
        if (i % 3 == 0) /* a tie or nearly one */
            sum.low = (1ull << 63 >> (next_random(&state) % 12)) + next_random(&state) % 3 - 1;
        const wide number = (wide)sum.high * ((wide)1 << 62) * 4 + sum.low;
        ck_assert_double_eq(sink_exact_sum_value(&sum), (double)number * quantum);
    }
}
END_TEST

START_TEST(ten_thousand_million_cells_add_up_without_drift)
{
    /* A tile of 30 m cells, 769.317005 m2 each, merged by doubling to 2^33 times. */
    struct sink_exact_sum sum = sum_of((double[]){769.317005}, 1);
    const double quanta = rint(769.317005 * 0x1p30);

    for (int i = 0; i < 33; i++) {
        const struct sink_exact_sum copy = sum;
        sink_exact_sum_merge(&sum, &copy);
    }
    ck_assert_double_eq(sink_exact_sum_value(&sum), quanta * 0x1p3);
}
END_TEST

int main(void)
{
    Suite *const suite = suite_create("exact");
    TCase *const sums = tcase_create("sums");

    tcase_add_test(sums, a_single_term_comes_back);
    tcase_add_test(sums, the_words_are_twos_complement_quanta);
    tcase_add_test(sums, a_term_is_rounded_to_the_nearest_quantum);
    tcase_add_test(sums, zero_and_equal_are_of_both_words);
    tcase_add_test(sums, terms_that_cannot_be_kept_change_nothing);
    tcase_add_test(sums, totals_do_not_depend_on_order);
    tcase_add_test(sums, parts_merge_to_the_whole_and_subtract_to_nothing);
    tcase_add_test(sums, carries_cross_the_words);
    tcase_add_test(sums, a_value_is_rounded_to_the_nearest_double);
    tcase_add_test(sums, values_agree_with_the_compilers_wide_integers);
    tcase_add_test(sums, ten_thousand_million_cells_add_up_without_drift);
    suite_add_tcase(suite, sums);

    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
