/* Ranges of tiles against a plain array of flags; and how a job is cut into parts. */
#include "pipelines/tile_share.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define TILES 200

static struct sink_error error;

static void check_against(const struct sink_tile_share *share, const bool *flags)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < TILES; i++) {
        ck_assert_int_eq(sink_tile_share_holds(share, (struct sink_tile_range){i, i + 1}),
                         flags[i]);
        count += flags[i];
    }
    ck_assert_uint_eq(sink_tile_share_done(share), count);
    for (size_t i = 0; i < share->done_count; i++) {
        ck_assert_uint_lt(share->done[i].first, share->done[i].end);
        if (i > 0) /* neighbours are one range */
            ck_assert_uint_gt(share->done[i].first, share->done[i - 1].end);
    }
}

static bool has_any(const bool *flags, struct sink_tile_range range)
{
    for (uint64_t i = range.first; i < range.end; i++)
        if (flags[i])
            return true;
    return false;
}

START_TEST(tiles_added_in_any_order_are_held_once_and_joined)
{
    bool flags[TILES] = {false};
    struct sink_tile_share share = {.tile_count = TILES, .range = {0, TILES}};
    srand((unsigned)_i);
    for (int step = 0; step < 400; step++) {
        const uint64_t first = (uint64_t)rand() % TILES, length = (uint64_t)rand() % 6;
        const struct sink_tile_range range = {first,
                                              first + length < TILES ? first + length : TILES};
        ck_assert_int_eq(sink_tile_share_holds(&share, range), has_any(flags, range));
        if (sink_tile_share_holds(&share, range))
            continue;
        ck_assert_int_eq(sink_tile_share_add(&share, range, &error), SINK_OK);
        for (uint64_t i = range.first; i < range.end; i++)
            flags[i] = true;
        if (step % 8 == 0)
            check_against(&share, flags);
    }
    for (uint64_t i = 0; i < TILES; i++)
        if (!flags[i])
            ck_assert_int_eq(
                sink_tile_share_add(&share, (struct sink_tile_range){i, i + 1}, &error), SINK_OK);
    ck_assert_uint_eq(share.done_count, 1);
    ck_assert(sink_tile_share_is_finished(&share));
    sink_tile_share_free(&share);
}
END_TEST

static void check_told(const struct sink_tile_share *share, const char *told)
{
    const enum sink_status status = sink_tile_share_check_whole(share, "t.nc", &error);
    ck_assert_int_eq(status, told ? SINK_BAD_DATA : SINK_OK);
    ck_assert_msg(!told || strstr(error.message, told), "%s", error.message);
}

START_TEST(only_all_tiles_of_a_job_are_a_whole)
{
    struct sink_tile_range done = {0, 10};
    struct sink_tile_share share = {.tile_count = 10,
                                    .part = 1,
                                    .part_count = 1,
                                    .range = {0, 10},
                                    .done = &done,
                                    .done_count = 1};
    check_told(&share, NULL);
    done.end = 7;
    check_told(&share, "t.nc: holds 7 of 10 tiles, expected all; it is of a run that did not end");
    share.range.end = 7;
    share.part_count = 3;
    check_told(&share, "t.nc: holds part 1 of 3, 7 of 10 tiles, expected all; put the parts");
    done.end = 10;
    share.range.end = 10;
    share.part = 2; /* a part that happens to have all tiles is one of three nevertheless */
    check_told(&share, "t.nc: holds part 2 of 3, 10 of 10 tiles");
    done = (struct sink_tile_range){3, 6}; /* of 3 to 9: that part did not end */
    share.range = (struct sink_tile_range){3, 9};
    check_told(&share, "t.nc: holds 3 of 6 tiles, expected all; it is of a run that did not end");
    share = (struct sink_tile_share){.part = 1, .part_count = 1};
    check_told(&share, NULL); /* a job without tiles */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tile_share");
    TCase *tests = tcase_create("tile_share");
    tcase_add_loop_test(tests, tiles_added_in_any_order_are_held_once_and_joined, 0, 20);
    tcase_add_test(tests, only_all_tiles_of_a_job_are_a_whole);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
