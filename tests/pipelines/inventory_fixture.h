/* An inventory of the demo, or of a job beside it, and what it shows. */
#ifndef SINK_TESTS_INVENTORY_FIXTURE_H
#define SINK_TESTS_INVENTORY_FIXTURE_H

#include "tests/pipelines/demo_fixture.h"

#include <math.h>
#include <netcdf.h>

static struct sink_session session;
static struct sink_book book;
static struct sink_error error;

#define NC(call) ck_assert_msg((call) == NC_NOERR, "%s", #call)

static inline void open_book(const char *job)
{
    demo_tally(job, 2, false, &session);
    demo_account(&session.bundle, &book);
}

static inline void close_book(void)
{
    sink_book_free(&book);
    sink_session_close(&session);
}

/* Writes the inventory of all regions (-1) or of one, and opens it. */
static inline int open_inventory(const char *path, int region)
{
    int id;
    if (sink_inventory_write(path, &book.inventory, region, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    NC(nc_open(path, NC_NOWRITE, &id));
    return id;
}

static inline bool has_variable(int id, const char *name)
{
    int variable;
    return nc_inq_varid(id, name, &variable) == NC_NOERR;
}

static inline size_t length_of(int id, const char *dimension)
{
    int number;
    size_t length = 0;
    if (nc_inq_dimid(id, dimension, &number) == NC_NOERR)
        NC(nc_inq_dimlen(id, number, &length));
    return length;
}

/* All values of a variable of doubles; the caller frees. */
static inline double *read_reals(int id, const char *name, size_t *count)
{
    int variable, dimension_count, dimensions[NC_MAX_VAR_DIMS];
    ck_assert_msg(nc_inq_varid(id, name, &variable) == NC_NOERR, "no variable %s", name);
    NC(nc_inq_var(id, variable, NULL, NULL, &dimension_count, dimensions, NULL));
    *count = 1;
    for (int d = 0; d < dimension_count; d++) {
        size_t length;
        NC(nc_inq_dimlen(id, dimensions[d], &length));
        *count *= length;
    }
    double *values = malloc((*count + 1) * sizeof *values);
    NC(nc_get_var_double(id, variable, values));
    return values;
}

static inline void check_text(int id, const char *variable, const char *attribute,
                              const char *expected)
{
    int number = NC_GLOBAL;
    size_t length;
    if (*variable)
        NC(nc_inq_varid(id, variable, &number));
    ck_assert_msg(nc_inq_attlen(id, number, attribute, &length) == NC_NOERR, "%s: no %s", variable,
                  attribute);
    char *text = calloc(length + 1, 1);
    NC(nc_get_att_text(id, number, attribute, text));
    ck_assert_msg(strcmp(text, expected) == 0, "%s: %s is \"%s\", expected \"%s\"", variable,
                  attribute, text, expected);
    free(text);
}

/* Whether a variable lies on these dimensions, "time,cover,region". */
static inline void check_dimensions(int id, const char *name, const char *expected)
{
    char found[200] = "", dimension[NC_MAX_NAME + 1];
    int variable, count, dimensions[NC_MAX_VAR_DIMS];
    ck_assert_msg(nc_inq_varid(id, name, &variable) == NC_NOERR, "no variable %s", name);
    NC(nc_inq_var(id, variable, NULL, NULL, &count, dimensions, NULL));
    for (int d = 0; d < count; d++) {
        NC(nc_inq_dimname(id, dimensions[d], dimension));
        strcat(strcat(found, d > 0 ? "," : ""), dimension);
    }
    ck_assert_msg(strcmp(found, expected) == 0, "%s is on %s, expected %s", name, found, expected);
}

/* The text at a position of a variable of strings; the caller frees. */
static inline char *read_string(int id, const char *name, size_t i, size_t k)
{
    int variable;
    char *stored;
    const size_t at[2] = {i, k};
    ck_assert_msg(nc_inq_varid(id, name, &variable) == NC_NOERR, "no variable %s", name);
    NC(nc_get_var1_string(id, variable, at, &stored));
    char *text = sink_text_copy(stored);
    nc_free_string(1, &stored);
    return text;
}

/* Runs the tests of a case on a demo of its own. */
static inline int run_on_demo(TCase *tests)
{
    Suite *suite = suite_create("inventory");
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

#endif
