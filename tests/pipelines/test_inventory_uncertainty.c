/* How sure the figures are, what they are worth and where factors come from, read back from the
 * inventory. */
#include "sinkcalc/base/csv.h"
#include "tests/pipelines/inventory_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A figure with its errors; `first` counts from SINK_FIGURE_STOCK. */
struct judged {
    const char *name, *dimensions, *units, *cell_methods;
    int first;
    size_t inner;
};
static const struct judged judged[] = {
    {"total_carbon_stock", "time,region", "t", "time: point area: sum", SINK_FIGURE_TOTAL_STOCK, 1},
    {"total_net_removal", "time,region", "t yr-1", "time: mean area: sum", SINK_FIGURE_TOTAL_SINK,
     1},
    {"carbon_stock", "time,pool,region", "t", "time: point area: sum", SINK_FIGURE_STOCK,
     SINK_POOL_COUNT},
    {"net_removal", "time,pool,region", "t yr-1", "time: mean area: sum", SINK_FIGURE_SINK,
     SINK_POOL_COUNT},
    {"forest_stock_volume", "time,region", "m3", "time: point area: sum", SINK_FIGURE_VOLUME, 1}};

/* One of the arrays [figure][year][region] beside a figure, [year][inner][region] in the file. */
static void check_beside(int id, const struct judged *figure, const char *ending,
                         const double *array)
{
    char name[100];
    size_t count;
    const size_t years = book.account->year_count, regions = book.account->region_count;
    snprintf(name, sizeof name, "%s_%s", figure->name, ending);
    check_dimensions(id, name, figure->dimensions);
    check_text(id, name, "units", figure->units);
    check_text(id, name, "cell_methods", figure->cell_methods);
    double *values = read_reals(id, name, &count);
    ck_assert_uint_eq(count, years * figure->inner * regions);
    for (size_t i = 0; i < count; i++) {
        const size_t region = i % regions, inner = i / regions % figure->inner;
        const size_t year = i / regions / figure->inner;
        const double expected =
            array[(((size_t)figure->first + inner) * years + year) * regions + region];
        ck_assert_msg(values[i] == (isnan(expected) ? NC_FILL_DOUBLE : expected),
                      "%s: value %zu is %.17g, expected %.17g", name, i, values[i], expected);
    }
    free(values);
}

static void check_judged(int id, bool has_draws)
{
    char expected[400];
    const struct sink_uncertainty *u = book.uncertainty;
    for (size_t i = 0; i < COUNT(judged); i++) {
        const char *name = judged[i].name;
        check_beside(id, &judged[i], "se", u->se);
        check_beside(id, &judged[i], "lower", u->lower);
        check_beside(id, &judged[i], "upper", u->upper);
        if (has_draws)
            check_beside(id, &judged[i], "draws_mean", u->mean);
        snprintf(expected, sizeof expected, "%s_se %s_lower %s_upper%s%s%s", name, name, name,
                 has_draws ? " " : "", has_draws ? name : "", has_draws ? "_draws_mean" : "");
        check_text(id, name, "ancillary_variables", expected);
    }
}

START_TEST(draws_stand_beside_their_figures)
{
    open_book(demo_path("demo/job.yml"));
    const int id = open_inventory(demo_path("draws.nc"), -1);
    ck_assert_ptr_nonnull(book.uncertainty->mean);
    check_judged(id, true);
    check_text(id, "", "sinkcalc_seed", "1");
    check_text(id, "total_carbon_stock_se", "comment",
               "IPCC 2006 Vol. 1 Ch. 3 Approach 2 (Monte Carlo)");
    ck_assert_double_gt(book.uncertainty->se[(size_t)SINK_FIGURE_TOTAL_STOCK *
                                             book.account->year_count * book.account->region_count],
                        1);
    NC(nc_close(id));
    close_book();
}
END_TEST

START_TEST(without_draws_errors_are_propagated)
{
    size_t length;
    open_book(demo_job("plain.yml", "uncertainty:", ""));
    const int id = open_inventory(demo_path("plain.nc"), -1);
    check_judged(id, false);
    ck_assert(!has_variable(id, "total_carbon_stock_draws_mean"));
    ck_assert_int_ne(nc_inq_attlen(id, NC_GLOBAL, "sinkcalc_seed", &length), NC_NOERR);
    check_text(id, "total_carbon_stock_se", "comment",
               "IPCC 2006 Vol. 1 Ch. 3 Approach 1 (error propagation)");
    NC(nc_close(id));
    close_book();
}
END_TEST

/* A seed that a double cannot hold. */
START_TEST(the_seed_is_exact)
{
    open_book(
        demo_job("seed.yml", "uncertainty:", "uncertainty: {draws: 100, seed: 9007199254740993}"));
    const int id = open_inventory(demo_path("seed.nc"), -1);
    check_text(id, "", "sinkcalc_seed", "9007199254740993");
    NC(nc_close(id));
    close_book();
}
END_TEST

START_TEST(drivers_are_named_with_their_shares)
{
    size_t count;
    open_book(demo_path("demo/job.yml"));
    const int id = open_inventory(demo_path("drivers.nc"), -1);
    check_dimensions(id, "total_net_removal_driver", "driver,region");
    double *shares = read_reals(id, "total_net_removal_driver_share", &count);
    const size_t regions = book.account->region_count;
    for (size_t d = 0; d < SINK_DRIVER_COUNT; d++)
        for (size_t r = 0; r < regions; r++) {
            const struct sink_drivers *drivers = &book.uncertainty->sink_drivers[r];
            char *found = read_string(id, "total_net_removal_driver", d, r);
            const int source = drivers->source[d];
            char *expected = source < 0 ? sink_text_copy("")
                                        : sink_source_text(&book.uncertainty->sources[source]);
            ck_assert_str_eq(found, expected);
            ck_assert_double_eq(shares[d * regions + r],
                                source < 0 ? NC_FILL_DOUBLE : drivers->share[d]);
            free(found);
            free(expected);
        }
    ck_assert_double_ge(shares[0], shares[regions]);
    ck_assert_double_le(shares[0] + shares[regions] + shares[2 * regions], 1 + 1e-12);
    ck_assert_double_gt(shares[0], 0);
    free(shares);
    NC(nc_close(id));
    close_book();
}
END_TEST

START_TEST(areas_are_corrected_where_there_is_a_confusion_matrix)
{
    size_t count;
    open_book(demo_path("demo/job.yml"));
    const struct sink_uncertainty *u = book.uncertainty;
    const int id = open_inventory(demo_path("areas.nc"), -1);
    const struct {
        const char *name, *dimensions, *units;
        const double *array;
        double scale;
    } all[] = {{"area_corrected", "time,cover,region", "ha", u->area_m2, 1e-4},
               {"area_corrected_se", "time,cover,region", "ha", u->area_se_m2, 1e-4},
               {"forest_area_corrected", "time,region", "ha", u->forest_m2, 1e-4},
               {"forest_area_corrected_se", "time,region", "ha", u->forest_se_m2, 1e-4},
               {"total_carbon_stock_corrected", "time,region", "t", u->stock_tc, 1},
               {"total_carbon_stock_corrected_se", "time,region", "t", u->stock_se_tc, 1}};
    for (size_t i = 0; i < COUNT(all); i++) {
        check_dimensions(id, all[i].name, all[i].dimensions);
        check_text(id, all[i].name, "units", all[i].units);
        double *values = read_reals(id, all[i].name, &count);
        for (size_t k = 0; k < count; k++)
            ck_assert_double_eq(values[k], all[i].array[k] * all[i].scale);
        ck_assert_double_gt(values[0], 0);
        free(values);
    }
    check_text(id, "area_corrected", "ancillary_variables", "area_corrected_se");
    check_dimensions(id, "users_accuracy", "cover");
    double *users = read_reals(id, "users_accuracy", &count);
    for (size_t c = 0; c < count; c++)
        ck_assert_double_eq(users[c],
                            isnan(u->accuracy[c].users) ? NC_FILL_DOUBLE : u->accuracy[c].users);
    free(users);
    NC(nc_close(id));
    close_book();
    open_book(demo_job("sure.yml", "accuracy:", ""));
    const int sure = open_inventory(demo_path("sure.nc"), -1);
    ck_assert(!has_variable(sure, "area_corrected"));
    ck_assert(!has_variable(sure, "users_accuracy"));
    NC(nc_close(sure));
    close_book();
}
END_TEST

/* A job that samples two classes only, and takes the others as they are. */
static const char *two_classes_job(void)
{
    static const char key[] = "missing: error";
    size_t bytes;
    const char *path = demo_job("two.yml", "accuracy:", "accuracy: two.csv");
    char *text = demo_read(path, &bytes), *found = strstr(text, key);
    ck_assert_ptr_nonnull(found);
    char *changed = sink_text_format("%.*smissing: {value: count}%s", (int)(found - text), text,
                                     found + sizeof key - 1);
    demo_write(path, changed);
    demo_write(demo_path("demo/two.csv"), "map,forest,cropland\nforest,45,5\ncropland,10,40\n");
    free(changed);
    free(text);
    return path;
}

START_TEST(classes_that_were_not_sampled_have_no_accuracy)
{
    size_t count;
    open_book(two_classes_job());
    const int id = open_inventory(demo_path("two.nc"), -1);
    double *users = read_reals(id, "users_accuracy", &count);
    for (size_t c = 0; c < count; c++) {
        const char *name = book.classes.items[book.account->class_index[c]].name;
        const bool is_forest = strcmp(name, "forest") == 0;
        ck_assert_double_eq(users[c], is_forest                       ? 0.9
                                      : strcmp(name, "cropland") == 0 ? 0.8
                                                                      : NC_FILL_DOUBLE);
    }
    free(users);
    NC(nc_close(id));
    close_book();
}
END_TEST

/* Each year's flow at that year's price, the first year of the period being 2021: central 40 in
 * 2020 and 80 in 2025, 3 % a year, in money of 2025. */
START_TEST(removals_are_worth_the_prices_of_the_job)
{
    size_t count;
    double per_tonne = 0;
    open_book(demo_path("demo/job.yml"));
    const int id = open_inventory(demo_path("value.nc"), -1);
    check_dimensions(id, "removal_value_central", "time,region");
    double *values = read_reals(id, "removal_value_central", &count);
    for (int year = 2021; year <= 2025; year++)
        per_tonne += (40 + 40 * (year - 2020) / 5.0) * pow(1.03, 2025 - year);
    for (size_t r = 0; r < book.account->region_count; r++) {
        const double flow = book.account->total_sink_tco2_yr[book.account->region_count + r];
        ck_assert_double_eq(values[r], NC_FILL_DOUBLE);
        ck_assert_double_eq_tol(values[book.account->region_count + r], flow * per_tonne,
                                1e-12 * fabs(flow * per_tonne) + 1e-9);
    }
    check_text(id, "removal_value_central", "currency", "CNY");
    ck_assert(has_variable(id, "removal_value_low"));
    ck_assert(has_variable(id, "removal_value_high"));
    free(values);
    NC(nc_close(id));
    close_book();
}
END_TEST

/* The cell of a column in the table that a row of the inventory names. */
static const char *cell_of(struct sink_csv *const *tables, int id, size_t i, const char *column)
{
    int lines;
    unsigned long long line;
    char *set = read_string(id, "factor_set", i, 0);
    NC(nc_inq_varid(id, "factor_line", &lines));
    NC(nc_get_var1_ulonglong(id, lines, &i, &line));
    const char *cell = NULL;
    for (size_t t = 0; tables[t]; t++)
        for (size_t row = 0; row < sink_csv_row_count(tables[t]); row++)
            if (strcmp(sink_csv_name(tables[t]), set) == 0 && sink_csv_line(tables[t], row) == line)
                cell = sink_csv_cell(tables[t], row, sink_csv_column(tables[t], column));
    ck_assert_msg(cell != NULL, "%s:%llu", set, line);
    free(set);
    return cell;
}

static void check_column(struct sink_csv *const *tables, int id, const char *variable,
                         const char *column)
{
    size_t count;
    double *values = read_reals(id, variable, &count), expected;
    for (size_t i = 0; i < count; i++) {
        const char *cell = cell_of(tables, id, i, column);
        const bool is_given = *cell != '\0';
        ck_assert(!is_given || sink_text_to_double(cell, &expected));
        ck_assert_msg(values[i] == (is_given ? expected : NC_FILL_DOUBLE),
                      "%s of row %zu is %.17g, the table has \"%s\"", variable, i, values[i], cell);
    }
    free(values);
}

/* In the unit of the table too: kg N2O-N, g C m-2. */
START_TEST(factors_are_what_their_tables_print)
{
    static const char *const columns[] = {"value", "lower", "upper", "sd", "se", "n"};
    struct sink_csv *tables[8] = {NULL};
    char variable[32];
    size_t converted = 0;
    open_book(demo_path("demo/job.yml"));
    const struct sink_evidence *evidence = &session.bundle.evidence;
    ck_assert_uint_lt(evidence->table_count, 8);
    for (size_t t = 0; t < evidence->table_count; t++)
        ck_assert_int_eq(sink_csv_parse(evidence->tables[t].name, evidence->tables[t].text,
                                        strlen(evidence->tables[t].text), &tables[t], &error),
                         SINK_OK);
    const int id = open_inventory(demo_path("factors.nc"), -1);
    for (size_t c = 0; c < COUNT(columns); c++) {
        snprintf(variable, sizeof variable, "factor_%s", columns[c]);
        check_column(tables, id, variable, columns[c]);
    }
    for (size_t i = 0; i < book.account->used_count; i++) {
        char *unit = read_string(id, "factor_unit", i, 0);
        ck_assert_str_eq(unit, cell_of(tables, id, i, "unit"));
        converted += strstr(unit, "N2O-N") != NULL || strstr(unit, "g C m-2") != NULL;
        free(unit);
    }
    ck_assert_uint_gt(converted, 0);
    NC(nc_close(id));
    for (size_t t = 0; t < evidence->table_count; t++)
        sink_csv_free(tables[t]);
    close_book();
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("inventory_uncertainty");
    tcase_add_test(tests, draws_stand_beside_their_figures);
    tcase_add_test(tests, without_draws_errors_are_propagated);
    tcase_add_test(tests, the_seed_is_exact);
    tcase_add_test(tests, drivers_are_named_with_their_shares);
    tcase_add_test(tests, areas_are_corrected_where_there_is_a_confusion_matrix);
    tcase_add_test(tests, classes_that_were_not_sampled_have_no_accuracy);
    tcase_add_test(tests, removals_are_worth_the_prices_of_the_job);
    tcase_add_test(tests, factors_are_what_their_tables_print);
    return run_on_demo(tests);
}
