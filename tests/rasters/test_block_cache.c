/* What is kept, and what makes room. */
#include "rasters/block_cache.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct sink_block_key key(size_t source, int column, int row)
{
    return (struct sink_block_key){.source = source, .column = column, .row = row};
}

static void put(struct sink_block_cache *cache, struct sink_block_key at, size_t bytes, int fill)
{
    void *cells = sink_block_cache_add(cache, at, bytes);
    ck_assert_ptr_nonnull(cells);
    memset(cells, fill, bytes);
}

/* The first byte of a block, or -1. */
static int first_byte(struct sink_block_cache *cache, struct sink_block_key at)
{
    const unsigned char *cells = sink_block_cache_find(cache, at);
    return cells ? *cells : -1;
}

START_TEST(a_block_is_found_by_file_column_and_row)
{
    struct sink_block_cache *cache = sink_block_cache_new(100);
    put(cache, key(0, 1, 2), 10, 1);
    put(cache, key(0, 2, 1), 10, 2);
    put(cache, key(1, 1, 2), 10, 3);
    ck_assert_int_eq(first_byte(cache, key(0, 1, 2)), 1);
    ck_assert_int_eq(first_byte(cache, key(0, 2, 1)), 2);
    ck_assert_int_eq(first_byte(cache, key(1, 1, 2)), 3);
    ck_assert_int_eq(first_byte(cache, key(1, 2, 1)), -1);
    sink_block_cache_free(cache);
}
END_TEST

START_TEST(the_block_used_longest_ago_makes_room)
{
    struct sink_block_cache *cache = sink_block_cache_new(30);
    put(cache, key(0, 0, 0), 10, 1);
    put(cache, key(0, 1, 0), 10, 2);
    put(cache, key(0, 2, 0), 10, 3);
    ck_assert_int_eq(first_byte(cache, key(0, 0, 0)), 1);
    put(cache, key(0, 3, 0), 10, 4);
    ck_assert_int_eq(first_byte(cache, key(0, 0, 0)), 1);
    ck_assert_int_eq(first_byte(cache, key(0, 1, 0)), -1);
    ck_assert_int_eq(first_byte(cache, key(0, 2, 0)), 3);
    ck_assert_int_eq(first_byte(cache, key(0, 3, 0)), 4);
    sink_block_cache_free(cache);
}
END_TEST

START_TEST(one_block_larger_than_the_limit_is_kept_alone)
{
    struct sink_block_cache *cache = sink_block_cache_new(30);
    put(cache, key(0, 0, 0), 10, 1);
    put(cache, key(0, 1, 0), 1000, 2);
    ck_assert_int_eq(first_byte(cache, key(0, 0, 0)), -1);
    ck_assert_int_eq(first_byte(cache, key(0, 1, 0)), 2);
    sink_block_cache_free(cache);
}
END_TEST

START_TEST(a_dropped_block_is_gone)
{
    struct sink_block_cache *cache = sink_block_cache_new(30);
    put(cache, key(0, 0, 0), 10, 1);
    put(cache, key(0, 1, 0), 10, 2);
    sink_block_cache_drop(cache, key(0, 0, 0));
    sink_block_cache_drop(cache, key(7, 7, 7));
    ck_assert_int_eq(first_byte(cache, key(0, 0, 0)), -1);
    ck_assert_int_eq(first_byte(cache, key(0, 1, 0)), 2);
    sink_block_cache_free(cache);
}
END_TEST

START_TEST(thousands_of_small_blocks_pass_through)
{
    struct sink_block_cache *cache = sink_block_cache_new((size_t)1 << 20);
    for (int i = 0; i < 5000; i++)
        put(cache, key(0, i, 0), 8, i % 200);
    ck_assert_int_eq(first_byte(cache, key(0, 4999, 0)), 4999 % 200);
    ck_assert_int_eq(first_byte(cache, key(0, 4000, 0)), 0);
    ck_assert_int_eq(first_byte(cache, key(0, 0, 0)), -1);
    sink_block_cache_free(cache);
    sink_block_cache_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("block cache");
    TCase *blocks = tcase_create("blocks");
    tcase_add_test(blocks, a_block_is_found_by_file_column_and_row);
    tcase_add_test(blocks, the_block_used_longest_ago_makes_room);
    tcase_add_test(blocks, one_block_larger_than_the_limit_is_kept_alone);
    tcase_add_test(blocks, a_dropped_block_is_gone);
    tcase_add_test(blocks, thousands_of_small_blocks_pass_through);
    suite_add_tcase(suite, blocks);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
