/* What maps are made of: lines of strata that add up to the account, and cells that are kept. */
#include "pipelines/map.h"
#include "pipelines/map_store.h"
#include "tests/pipelines/demo_fixture.h"

#include <math.h>
#include <sys/stat.h>

enum { CELLS = 1000 };

/* The rows of the tally, each as if it were one cell, added up for a region by their lines. */
static double sum_rows(const struct sink_session *session, const struct sink_densities *densities,
                       size_t region, const struct sink_paint *paint)
{
    const struct sink_tally_spec *spec = &session->bundle.spec;
    const struct sink_tally_row *rows;
    const size_t count = sink_tally_rows(session->bundle.tally, &rows);
    double line[64], sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].region != region || rows[i].pass != paint->pass)
            continue;
        const size_t stratum = sink_densities_find(densities, rows[i].pass, rows[i].key);
        ck_assert_uint_ne(stratum, SIZE_MAX);
        sink_densities_line(densities, stratum, paint->side, paint->density, line);
        for (size_t q = 0; q <= spec->quantity_count && !isnan(line[0]); q++)
            sum += line[q] * sink_exact_sum_value(&rows[i].sums[q]) / SINK_M2_PER_HA;
    }
    return sum;
}

static void open_map(struct sink_session *session, struct sink_book *book, struct sink_map *map)
{
    struct sink_error error;
    demo_tally(demo_path("demo/job.yml"), 2, false, session);
    demo_account(&session->bundle, book);
    ck_assert_int_eq(sink_map_make(session->plan, book, map, &error), SINK_OK);
}

static void close_map(struct sink_session *session, struct sink_book *book, struct sink_map *map)
{
    sink_map_free(map);
    sink_book_free(book);
    sink_session_close(session);
}

/* The account's figure of a layer in a region, its sink without the harvest. */
static double told(const struct sink_account *account, const struct sink_paint *paint,
                   size_t region)
{
    const size_t year = paint->side == SINK_SIDE_FROM ? 0 : paint->pass + 1;
    const size_t regions = account->region_count;
    if (paint->density < SINK_DENSITY_TOTAL)
        return account->pool_tc[(year * SINK_POOL_COUNT + paint->density) * regions + region];
    if (paint->density == SINK_DENSITY_TOTAL)
        return account->total_tc[year * regions + region];
    double harvest_tc = 0;
    for (size_t c = 0; c < account->class_count * SINK_BIOMASS_POOL_COUNT; c++)
        harvest_tc +=
            account->harvest_loss_tc[(year * account->class_count * SINK_BIOMASS_POOL_COUNT + c) *
                                         regions +
                                     region];
    return account->total_sink_tco2_yr[year * regions + region] +
           harvest_tc * SINK_CO2_PER_C / (account->years[year] - account->years[year - 1]);
}

START_TEST(lines_of_the_strata_add_up_to_the_account)
{
    struct sink_session session;
    struct sink_book book;
    struct sink_map map;
    size_t compared = 0;
    open_map(&session, &book, &map);
    for (size_t i = 0; i < map.layer_count; i++)
        for (size_t r = 0; r < book.account->region_count; r++) {
            const struct sink_paint *paint = &map.layers[i].paint;
            if (paint->kind != SINK_PAINT_DENSITY)
                continue;
            const double expected = told(book.account, paint, r);
            ck_assert_double_eq_tol(sum_rows(&session, map.densities, r, paint), expected,
                                    1e-9 * fabs(expected) + 1e-6);
            compared++;
        }
    ck_assert_uint_gt(compared, 200);
    close_map(&session, &book, &map);
}
END_TEST

START_TEST(every_stratum_with_carbon_has_a_recipe_with_a_row_for_its_class)
{
    struct sink_session session;
    struct sink_book book;
    struct sink_map map;
    const struct sink_tally_row *rows;
    open_map(&session, &book, &map);
    const size_t count = sink_tally_rows(session.bundle.tally, &rows);
    for (size_t i = 0; i < count; i++) {
        const size_t stratum = sink_densities_find(map.densities, rows[i].pass, rows[i].key);
        const int class = sink_densities_class(map.densities, stratum, SINK_SIDE_TO);
        const uint32_t recipe = sink_densities_recipe(map.densities, stratum, SINK_SIDE_TO);
        double line[64];
        sink_densities_line(map.densities, stratum, SINK_SIDE_TO, SINK_DENSITY_TOTAL, line);
        if (class < 0 || !(line[0] > 0))
            continue;
        const struct sink_class *told = &book.classes.items[book.account->class_index[class]];
        const int *list;
        bool is_fitting = false;
        ck_assert_uint_gt(recipe, 0);
        const size_t row_count = sink_densities_recipe_rows(map.densities, recipe, &list);
        for (size_t k = 0; k < row_count; k++)
            is_fitting |= sink_factor_lists(book.factors.rows[list[k]].classes, told->name);
        ck_assert_msg(is_fitting, "class %s", told->name);
    }
    close_map(&session, &book, &map);
}
END_TEST

/* A store of three tiles and one layer in a folder of its own. */
static struct sink_map_store *open_store(const char *identity, struct sink_tile_share *share)
{
    struct sink_map_store *store = NULL;
    struct sink_error error;
    const struct sink_map_store_request request = {
        .folder = demo_path("store"), .identity = identity, .layer_count = 1, .worker_count = 2};
    *share = (struct sink_tile_share){.tile_count = 3, .part = 1, .part_count = 1, .range = {0, 3}};
    mkdir(request.folder, 0777);
    if (sink_map_store_open(&request, share, &store, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    return store;
}

static void add_tile(struct sink_map_store *store, size_t worker, uint64_t tile)
{
    struct sink_error error;
    uint32_t cells[CELLS];
    for (uint32_t i = 0; i < CELLS; i++)
        cells[i] = (uint32_t)tile * 1000000 + i * i;
    const struct sink_map_piece piece = {0, tile, CELLS};
    ck_assert_int_eq(sink_map_store_add(store, worker, &piece, cells, &error), SINK_OK);
}

static bool has_tile(struct sink_map_store *store, uint64_t tile)
{
    struct sink_error error;
    uint32_t cells[CELLS];
    bool has_cells = false;
    const struct sink_map_piece piece = {0, tile, CELLS};
    ck_assert_int_eq(sink_map_store_read(store, &piece, cells, &has_cells, &error), SINK_OK);
    for (uint32_t i = 0; has_cells && i < CELLS; i++)
        ck_assert_uint_eq(cells[i], (uint32_t)tile * 1000000 + i * i);
    return has_cells;
}

#define IDENTITY "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ANOTHER "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Tiles 0 and 2 are kept, tile 1 is added too late. */
static void make_store(void)
{
    struct sink_tile_share share;
    struct sink_error error;
    struct sink_map_store *store = open_store(IDENTITY, &share);
    add_tile(store, 1, 2);
    add_tile(store, 0, 0);
    ck_assert_int_eq(sink_tile_share_add(&share, (struct sink_tile_range){0, 1}, &error), SINK_OK);
    ck_assert_int_eq(sink_tile_share_add(&share, (struct sink_tile_range){2, 3}, &error), SINK_OK);
    ck_assert_int_eq(sink_map_store_keep(store, &share, &error), SINK_OK);
    add_tile(store, 0, 1);
    sink_map_store_close(store);
    sink_tile_share_free(&share);
}

START_TEST(a_store_has_the_tiles_that_were_kept_and_no_others)
{
    struct sink_tile_share share;
    struct sink_error error;
    make_store();
    struct sink_map_store *store = open_store(IDENTITY, &share);
    ck_assert_uint_eq(sink_tile_share_done(&share), 2);
    ck_assert(has_tile(store, 0));
    ck_assert(!has_tile(store, 1));
    ck_assert(has_tile(store, 2));
    add_tile(store, 1, 1);
    ck_assert_int_eq(sink_tile_share_add(&share, (struct sink_tile_range){1, 2}, &error), SINK_OK);
    ck_assert_int_eq(sink_map_store_keep(store, &share, &error), SINK_OK);
    sink_map_store_close(store);
    sink_tile_share_free(&share);
    store = open_store(IDENTITY, &share);
    ck_assert(sink_tile_share_is_finished(&share));
    for (uint64_t tile = 0; tile < 3; tile++)
        ck_assert(has_tile(store, tile));
    sink_map_store_close(store);
    sink_tile_share_free(&share);
}
END_TEST

static void check_new(const char *identity)
{
    struct sink_tile_share share;
    struct sink_map_store *store = open_store(identity, &share);
    ck_assert_uint_eq(sink_tile_share_done(&share), 0);
    for (uint64_t tile = 0; tile < 3; tile++)
        ck_assert(!has_tile(store, tile));
    sink_map_store_close(store);
    sink_tile_share_free(&share);
}

START_TEST(a_store_may_be_kept_before_its_first_tile_is_done)
{
    struct sink_tile_share share;
    struct sink_error error;
    make_store();
    struct sink_map_store *store = open_store(ANOTHER, &share);
    ck_assert_int_eq(sink_map_store_keep(store, &share, &error), SINK_OK);
    sink_map_store_close(store);
    sink_tile_share_free(&share);
    check_new(ANOTHER);
}
END_TEST

START_TEST(a_store_of_anything_else_is_begun_anew)
{
    make_store();
    check_new(ANOTHER);
}
END_TEST

START_TEST(a_damaged_index_is_no_index)
{
    size_t bytes;
    make_store();
    char *text = demo_read(demo_path("store/index"), &bytes);
    for (size_t at = 3; at < bytes; at += 29) {
        make_store();
        FILE *file = fopen(demo_path("store/index"), "r+");
        ck_assert_ptr_nonnull(file);
        ck_assert_int_eq(fseek(file, (long)at, SEEK_SET), 0);
        ck_assert_int_ne(fputc(text[at] ^ 1, file), EOF);
        ck_assert_int_eq(fclose(file), 0);
        check_new(IDENTITY);
    }
    free(text);
}
END_TEST

START_TEST(damaged_cells_are_told)
{
    struct sink_tile_share share;
    struct sink_error error;
    uint32_t cells[CELLS];
    bool has_cells;
    make_store();
    FILE *file = fopen(demo_path("store/cells.0"), "r+");
    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < 16; i++)
        ck_assert_int_ne(fputc(0xff, file), EOF);
    ck_assert_int_eq(fclose(file), 0);
    struct sink_map_store *store = open_store(IDENTITY, &share);
    const struct sink_map_piece piece = {0, 0, CELLS};
    ck_assert_int_eq(sink_map_store_read(store, &piece, cells, &has_cells, &error), SINK_BAD_DATA);
    ck_assert_msg(strstr(error.message, "cells.0: damaged") != NULL, "%s", error.message);
    sink_map_store_close(store);
    sink_tile_share_free(&share);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("map");
    TCase *tests = tcase_create("map");
    tcase_add_test(tests, lines_of_the_strata_add_up_to_the_account);
    tcase_add_test(tests, every_stratum_with_carbon_has_a_recipe_with_a_row_for_its_class);
    tcase_add_test(tests, a_store_has_the_tiles_that_were_kept_and_no_others);
    tcase_add_test(tests, a_store_may_be_kept_before_its_first_tile_is_done);
    tcase_add_test(tests, a_store_of_anything_else_is_begun_anew);
    tcase_add_test(tests, a_damaged_index_is_no_index);
    tcase_add_test(tests, damaged_cells_are_told);
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
