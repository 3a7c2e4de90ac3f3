/* Factors: the most specific row of the last table, and every fault of a table with its line. */
#include "sinkcalc/model/factor.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER                                                                                     \
    "quantity,class,key:zone,key:origin,over,up_to,value,unit,lower,upper,includes_roots,"         \
    "depth_cm,source,verified\n"
#define SPREAD_HEADER "quantity,value,unit,lower,upper,spread,se,source,verified\n"
/* A ratio of a class and a zone in an interval. */
#define RATIO(class, zone, origin, over, up_to, value)                                             \
    "root_shoot," class "," zone "," origin "," over "," up_to "," value ",1,,,,,test,own\n"

static struct sink_class_list classes;
static struct sink_factors factors;
static struct sink_faults faults;
static struct sink_error error;

static void set_up(void)
{
    factors = (struct sink_factors){0};
    faults = (struct sink_faults){0};
    error = (struct sink_error){0};
    ck_assert_int_eq(sink_class_list_load(&classes, &error), SINK_OK);
}

static void tear_down(void)
{
    sink_factors_free(&factors);
    sink_faults_free(&faults);
    sink_class_list_free(&classes);
}

static enum sink_status add(const char *name, const char *text)
{
    struct sink_csv *csv;
    if (sink_csv_parse(name, text, strlen(text), &csv, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    return sink_factors_add(&factors, csv, &classes, &faults);
}

static void add_good(const char *name, const char *text)
{
    const enum sink_status status = add(name, text);
    ck_assert_msg(status == SINK_OK, "%s", faults.count ? faults.items[0].message : "");
}

/* The ratio for a stratum; NaN for none. A tie ends up in `error`. */
static double find(const char *class_name, const char *zone, const char *origin, double interval)
{
    const char *values[SINK_FACTOR_KEYS_MAX] = {NULL};
    const struct sink_factor *row = NULL;
    for (size_t k = 0; k < factors.key_count; k++) {
        if (strcmp(factors.keys[k], "zone") == 0)
            values[k] = zone;
        if (strcmp(factors.keys[k], "origin") == 0)
            values[k] = origin;
    }
    const struct sink_stratum stratum = {
        .class_name = class_name, .values = values, .interval_value = interval};
    error = (struct sink_error){0};
    if (sink_factors_find(&factors, SINK_FACTOR_ROOT_SHOOT, &stratum, &row, &error) != SINK_OK) {
        ck_assert_ptr_null(row);
        return NAN;
    }
    return row ? row->value : NAN;
}

START_TEST(the_most_specific_row_wins_wherever_it_stands)
{
    add_good("a", HEADER RATIO("forest", "wet", "", "", "", "0.3") RATIO("", "", "", "", "", "0.1")
                      RATIO("forest", "wet", "planted", "", "", "0.4")
                          RATIO("forest", "", "", "", "", "0.2"));
    ck_assert_double_eq(find("grassland", "wet", "planted", NAN), 0.1);
    ck_assert_double_eq(find("forest", "dry", "planted", NAN), 0.2);
    ck_assert_double_eq(find("forest", "wet", "natural", NAN), 0.3);
    ck_assert_double_eq(find("forest", "wet", "planted", NAN), 0.4);
}
END_TEST

START_TEST(a_row_of_a_later_table_wins_though_less_specific)
{
    add_good("a", HEADER RATIO("forest", "wet", "planted", "", "", "0.4"));
    add_good("b", HEADER RATIO("forest", "", "", "", "", "0.7"));
    ck_assert_double_eq(find("forest", "wet", "planted", NAN), 0.7);
}
END_TEST

START_TEST(where_the_later_table_has_no_row_the_earlier_stands)
{
    add_good("a", HEADER RATIO("", "", "", "", "", "0.4"));
    add_good("b", HEADER RATIO("forest", "", "", "", "", "0.7"));
    ck_assert_double_eq(find("grassland", NULL, NULL, NAN), 0.4);
}
END_TEST

START_TEST(a_row_with_a_key_needs_the_overlay_and_data_in_it)
{
    add_good("a", HEADER RATIO("forest", "wet", "", "", "", "0.3"));
    ck_assert_double_eq(find("forest", "wet", NULL, NAN), 0.3);
    ck_assert(isnan(find("forest", NULL, NULL, NAN)));
    ck_assert(isnan(find("forest", "wet_land", NULL, NAN)));
    ck_assert(isnan(find("forest", "we", NULL, NAN)));
}
END_TEST

START_TEST(a_key_of_a_later_table_does_not_bind_the_earlier)
{
    add_good("a", "quantity,value,unit,source,verified\nroot_shoot,0.4,1,test,own\n");
    add_good("b", HEADER RATIO("forest", "wet", "", "", "", "0.7"));
    ck_assert_double_eq(find("forest", "dry", NULL, NAN), 0.4);
    ck_assert_double_eq(find("forest", "wet", NULL, NAN), 0.7);
}
END_TEST

START_TEST(lists_and_stars_stand_for_several_words)
{
    add_good("a", HEADER RATIO("forest|bamboo", "wet|dry", "*", "", "", "0.3"));
    ck_assert_double_eq(find("bamboo", "dry", NULL, NAN), 0.3);
    ck_assert_double_eq(find("forest", "wet", "planted", NAN), 0.3);
    ck_assert(isnan(find("mangrove", "wet", NULL, NAN)));
}
END_TEST

START_TEST(a_star_is_no_more_specific_than_nothing)
{
    add_good("a",
             HEADER RATIO("*", "*", "*", "", "", "0.3") RATIO("forest", "", "", "", "", "0.5"));
    ck_assert_double_eq(find("forest", "wet", "planted", NAN), 0.5);
}
END_TEST

START_TEST(two_rows_that_fit_equally_well_are_an_error_that_names_both)
{
    add_good("my.csv", HEADER RATIO("forest", "wet", "", "", "", "0.3")
                           RATIO("forest", "", "planted", "", "", "0.4"));
    ck_assert(isnan(find("forest", "wet", "planted", NAN)));
    ck_assert_str_eq(error.message, "my.csv: rows 2 and 3 of root_shoot both fit class forest "
                                    "equally well; make one of them more specific");
    ck_assert_double_eq(find("forest", "wet", "natural", NAN), 0.3);
}
END_TEST

START_TEST(a_tie_of_less_specific_rows_does_not_matter)
{
    add_good("a", HEADER RATIO("forest", "wet", "", "", "", "0.3")
                      RATIO("forest", "", "planted", "", "", "0.4")
                          RATIO("forest", "wet", "planted", "", "", "0.5"));
    ck_assert_double_eq(find("forest", "wet", "planted", NAN), 0.5);
    ck_assert_int_eq(error.status, SINK_OK);
}
END_TEST

START_TEST(a_tie_in_an_earlier_table_does_not_matter)
{
    add_good("a", HEADER RATIO("forest", "wet", "", "", "", "0.3")
                      RATIO("forest", "", "planted", "", "", "0.4"));
    add_good("b", HEADER RATIO("forest", "", "", "", "", "0.7"));
    ck_assert_double_eq(find("forest", "wet", "planted", NAN), 0.7);
    ck_assert_int_eq(error.status, SINK_OK);
}
END_TEST

START_TEST(intervals_are_open_below_and_closed_above)
{
    add_good("a", HEADER RATIO("forest", "", "", "", "75", "0.5")
                      RATIO("forest", "", "", "75", "150", "0.3")
                          RATIO("forest", "", "", "150", "", "0.2"));
    ck_assert_double_eq(find("forest", NULL, NULL, 0), 0.5);
    ck_assert_double_eq(find("forest", NULL, NULL, 75), 0.5);
    ck_assert_double_eq(find("forest", NULL, NULL, nextafter(75, 76)), 0.3);
    ck_assert_double_eq(find("forest", NULL, NULL, 150), 0.3);
    ck_assert_double_eq(find("forest", NULL, NULL, 151), 0.2);
    ck_assert(isnan(find("forest", NULL, NULL, NAN)));
}
END_TEST

START_TEST(without_a_value_only_rows_without_interval_fit)
{
    add_good("a", HEADER RATIO("forest", "", "", "", "75", "0.5") RATIO("", "", "", "", "", "0.3"));
    ck_assert_double_eq(find("forest", NULL, NULL, NAN), 0.3);
    ck_assert_double_eq(find("forest", NULL, NULL, 20), 0.5);
}
END_TEST

START_TEST(a_key_says_more_than_an_interval)
{
    add_good("a", HEADER RATIO("forest", "", "", "", "75", "0.5") RATIO(
                      "forest", "wet", "", "", "", "0.3") RATIO("forest", "", "", "", "", "0.1"));
    ck_assert_double_eq(find("forest", "wet", NULL, 20), 0.3);
    ck_assert_double_eq(find("forest", "dry", NULL, 20), 0.5);
    ck_assert_double_eq(find("forest", "dry", NULL, 80), 0.1);
}
END_TEST

START_TEST(breaks_are_ascending_and_distinct)
{
    double breaks[] = {150, 75, 75, 20, 150};
    ck_assert_uint_eq(sink_breaks_sort(breaks, 5), 3);
    ck_assert_double_eq(breaks[0], 20);
    ck_assert_double_eq(breaks[1], 75);
    ck_assert_double_eq(breaks[2], 150);
    ck_assert_uint_eq(sink_breaks_sort(NULL, 0), 0);
}
END_TEST

START_TEST(densities_are_converted_to_tonnes_per_hectare)
{
    add_good("a", SPREAD_HEADER "litter,0.25,kg C m-2,0.1,0.4,range,,test,own\n"
                                "above_ground_biomass,12,Mg d.m. ha-1,,,,,test,own\n"
                                "below_ground_biomass,3,t C/ha,,,,,test,own\n");
    ck_assert_double_eq_tol(factors.rows[0].value, 2.5, 1e-12);
    ck_assert_double_eq_tol(factors.rows[0].lower, 1, 1e-12);
    ck_assert_double_eq_tol(factors.rows[0].upper, 4, 1e-12);
    ck_assert(factors.rows[0].is_carbon);
    ck_assert_double_eq(factors.rows[1].value, 12);
    ck_assert(!factors.rows[1].is_carbon);
    ck_assert(factors.rows[2].is_carbon);
}
END_TEST

/* It would fail long after the table was read, with all of the tally done. */
START_TEST(a_spread_that_is_not_understood_names_its_line)
{
    static const struct {
        const char *row, *told;
    } spreads[] = {
        {"litter,3,t C ha-1,,,banana 3,,test,own\n", "my.csv:2: the spread \"banana 3\" is not"},
        {"litter,3,t C ha-1,2,4,,,test,own\n", "my.csv:2: bounds, but no spread"},
        {"litter,3,t C ha-1,,,,31,test,own\n", "my.csv:2: lognormal with the value 3"},
    };
    for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++) {
        char text[256];
        snprintf(text, sizeof text, SPREAD_HEADER "%s", spreads[i].row);
        ck_assert_int_eq(add("my.csv", text), SINK_BAD_DATA);
        ck_assert_uint_eq(faults.count, 1);
        ck_assert_msg(strncmp(faults.items[0].message, spreads[i].told, strlen(spreads[i].told)) ==
                          0,
                      "%s", faults.items[0].message);
        tear_down();
        set_up();
    }
}
END_TEST

/* Doubles are found wherever they stand, in time that 50,000 rows allow. */
START_TEST(a_row_that_stands_twice_is_found_among_many)
{
    const int count = 50000;
    char *text = malloc(64 * (size_t)count + 512);
    size_t used = (size_t)sprintf(text, HEADER);
    for (int i = 0; i < count; i++)
        used += (size_t)sprintf(text + used, "growth,,,,%d,%d,3,t d.m. ha-1 yr-1,,,,,test,own\n", i,
                                i + 1);
    sprintf(text + used, "growth,,,,7,8,3,t d.m. ha-1 yr-1,,,,,test,own\n");
    ck_assert_int_eq(add("my.csv", text), SINK_BAD_DATA);
    ck_assert_uint_eq(faults.count, 1);
    ck_assert_str_eq(faults.items[0].message, "my.csv:50002: the same keys as line 9");
    free(text);
}
END_TEST

START_TEST(a_table_without_the_new_columns_has_no_fallbacks)
{
    add_good("a", HEADER RATIO("forest", "", "", "", "", "0.3"));
    ck_assert_str_eq(factors.rows[0].fallback, "");
    ck_assert_str_eq(factors.rows[0].variable, "");
    ck_assert_str_eq(factors.rows[0].distribution, "");
    ck_assert(isnan(factors.rows[0].sd));
}
END_TEST

START_TEST(a_family_differs_only_in_the_interval)
{
    const struct sink_factor *rows[3];
    add_good("a", HEADER RATIO("forest", "wet", "", "75", "150", "0.3")
                      RATIO("forest", "wet", "", "", "75", "0.5")
                          RATIO("forest", "dry", "", "", "75", "0.6")
                              RATIO("bamboo", "wet", "", "", "75", "0.7")
                                  RATIO("forest", "wet", "", "", "", "0.1")
                                      RATIO("forest", "wet", "", "150", "",
                                            "0.2") "bcef,forest,"
                                                   "wet,,,75,0.9,t d.m. m-3,,,,,test,own\n");
    add_good("b", HEADER RATIO("forest", "wet", "", "", "75", "0.8"));
    ck_assert_uint_eq(sink_factors_family(&factors, &factors.rows[5], rows, 3), 3);
    ck_assert_double_eq(rows[0]->value, 0.5);
    ck_assert_double_eq(rows[1]->value, 0.3);
    ck_assert_double_eq(rows[2]->value, 0.2);
    ck_assert_uint_eq(sink_factors_family(&factors, &factors.rows[2], rows, 3), 1);
    ck_assert_double_eq(rows[0]->value, 0.6);
    ck_assert_uint_eq(sink_factors_family(&factors, &factors.rows[7], rows, 3), 1);
    ck_assert_double_eq(rows[0]->value, 0.8);
}
END_TEST

START_TEST(a_family_is_counted_beyond_the_room_for_it)
{
    const struct sink_factor *rows[2] = {NULL, NULL};
    add_good("a", HEADER RATIO("forest", "", "", "", "75", "0.5")
                      RATIO("forest", "", "", "75", "", "0.3"));
    ck_assert_uint_eq(sink_factors_family(&factors, &factors.rows[1], rows, 1), 2);
    ck_assert_double_eq(rows[0]->value, 0.5);
    ck_assert_ptr_null(rows[1]);
    ck_assert_uint_eq(sink_factors_family(&factors, &factors.rows[1], NULL, 0), 2);
}
END_TEST

START_TEST(a_row_without_interval_is_a_family_of_its_own)
{
    const struct sink_factor *rows[2] = {NULL, NULL};
    add_good("a", HEADER RATIO("forest", "", "", "", "75", "0.5")
                      RATIO("forest", "", "", "", "", "0.3"));
    ck_assert_uint_eq(sink_factors_family(&factors, &factors.rows[1], rows, 2), 1);
    ck_assert_ptr_eq(rows[0], &factors.rows[1]);
}
END_TEST

START_TEST(there_is_room_for_so_many_overlays_and_no_more)
{
    char text[1024] = "quantity,value,unit,source,verified";
    for (int k = 0; k < SINK_FACTOR_KEYS_MAX; k++)
        snprintf(text + strlen(text), 24, ",key:k%d", k);
    strcat(text, "\nroot_shoot,0.3,1,t,own");
    for (int k = 0; k < SINK_FACTOR_KEYS_MAX; k++)
        strcat(text, ",");
    strcat(text, "\n");
    add_good("a", text);
    ck_assert_uint_eq(factors.key_count, SINK_FACTOR_KEYS_MAX);
    ck_assert_int_eq(
        add("b", "quantity,value,unit,source,verified,key:more\nroot_shoot,0.3,1,t,own,\n"),
        SINK_BAD_DATA);
    ck_assert_str_eq(faults.items[0].message, "b:1: key:more is one overlay too many, expected at "
                                              "most 40 in all tables");
}
END_TEST

START_TEST(a_row_keeps_where_it_came_from)
{
    add_good("my.csv", "# mine\n" HEADER "\n" RATIO("forest", "", "", "", "", "0.3"));
    ck_assert_str_eq(factors.rows[0].set, "my.csv");
    ck_assert_uint_eq(factors.rows[0].line, 4);
    ck_assert_str_eq(factors.rows[0].source, "test");
    ck_assert_str_eq(factors.rows[0].verified, "own");
}
END_TEST

/* Rows after the header, and how the fault starts. */
static const struct {
    const char *rows, *told;
} cases[] = {
    {"root_shot,,,,,,0.3,1,,,,,test,own\n",
     "my.csv:2: quantity \"root_shot\", expected root_shoot"},
    {",,,,,,0.3,1,,,,,test,own\n", "my.csv:2: quantity \"\", expected one like"},
    {"root_shoot,forst,,,,,0.3,1,,,,,test,own\n",
     "my.csv:2: class \"forst\", expected names of classes with | between them"},
    {"root_shoot,forest||bamboo,,,,,0.3,1,,,,,test,own\n", "my.csv:2: class \"\", expected names"},
    {"root_shoot,forest|,,,,,0.3,1,,,,,test,own\n", "my.csv:2: class \"\", expected names"},
    {"root_shoot,,,,,,,1,,,,,test,own\n", "my.csv:2: value \"\", expected a number"},
    {"root_shoot,,,,,,0.3x,1,,,,,test,own\n", "my.csv:2: value \"0.3x\", expected a number"},
    {"root_shoot,,,,,,\"0,3\",1,,,,,test,own\n", "my.csv:2: value \"0,3\", expected a number"},
    {"root_shoot,,,,,,nan,1,,,,,test,own\n", "my.csv:2: value \"nan\", expected a number"},
    {"root_shoot,,,,,,inf,1,,,,,test,own\n", "my.csv:2: value \"inf\", expected a number"},
    {"root_shoot,,,,,,1e400,1,,,,,test,own\n", "my.csv:2: value \"1e400\", expected a number"},
    {"root_shoot,,,,,,0x1p-2,1,,,,,test,own\n", "my.csv:2: value \"0x1p-2\", expected a number"},
    {"root_shoot,,,,,,1e8,1,,,,,test,own\n",
     "my.csv:2: value \"1e8\", expected a number up to 1e7"},
    {"root_shoot,,,,,,-0.3,1,,,,,test,own\n", "my.csv:2: value \"-0.3\", expected a number from 0"},
    {"carbon_fraction,,,,,,47,1,,,,,test,own\n",
     "my.csv:2: value \"47\", expected a fraction up to 1"},
    {"root_shoot,,,,,,0.3,t C ha-1,,,,,test,own\n",
     "my.csv:2: unit \"t C ha-1\", expected a unit of the quantity, like 1"},
    {"litter,,,,,,3,t d.m. ha-1,,,,,test,own\n", "my.csv:2: unit \"t d.m. ha-1\", expected"},
    {"litter,,,,,,3,,,,,,test,own\n", "my.csv:2: unit \"\", expected a unit"},
    {"bcef,,,,,,0.7,1,,,,,test,own\n", "my.csv:2: unit \"1\", expected a unit"},
    {"volume_intercept,,,,,,20,t C ha-1,,,no,,test,own\n", "my.csv:2: unit \"t C ha-1\", expected"},
    {"root_shoot,,,,,,0.3,1,0.4,,,,test,own\n",
     "my.csv:2: lower \"0.4\", expected at most the value"},
    {"root_shoot,,,,,,0.3,1,,0.2,,,test,own\n",
     "my.csv:2: upper \"0.2\", expected at least the value"},
    {"root_shoot,,,,75,20,0.3,1,,,,,test,own\n", "my.csv:2: over \"75\", expected less than up_to"},
    {"root_shoot,,,,75,75,0.3,1,,,,,test,own\n", "my.csv:2: over \"75\", expected less than up_to"},
    {"litter,,,,75,,3,t C ha-1,,,,,test,own\n",
     "my.csv:2: over \"75\", expected no interval: only root_shoot, bcef, bcef_growth, "
     "bcef_removal, growth "
     "and volume_growth have one"},
    {"soil_carbon,,,,,,80,t C ha-1,,,,,test,own\n",
     "my.csv:2: depth_cm \"\", expected the depth of the soil in cm, at most 10000"},
    {"soil_carbon,,,,,,80,t C ha-1,,,,0,test,own\n", "my.csv:2: depth_cm \"0\", expected"},
    {"root_shoot,,,,,,0.3,1,,,,,,own\n",
     "my.csv:2: source \"\", expected the document the value is from"},
    {"root_shoot,,,,,,0.3,1,,,,,test,\n",
     "my.csv:2: verified \"\", expected seen, transcribed, recalled, derived or own"},
    {"volume_slope,,,,,,0.5,t d.m. m-3,,,,,test,own\n",
     "my.csv:2: includes_roots \"\", expected yes or no"},
    {"volume_slope,,,,,,0.5,t d.m. m-3,,,maybe,,test,own\n",
     "my.csv:2: includes_roots \"maybe\", expected yes or no"},
    {"root_shoot,,,,,,0.3,1,,,,,test,own\nlitter,,,,,,3,t C ha-1,,,,,test,own\n"
     "root_shoot,,,,,,0.4,1,,,,,test,own\n",
     "my.csv:4: the same keys as line 2"},
    {"root_shoot,,Wet,,,,0.3,1,,,,,test,own\n",
     "my.csv:2: key:zone \"Wet\", expected words of small letters, digits and _ with | between"},
    {"root_shoot,,wet | dry,,,,0.3,1,,,,,test,own\n", "my.csv:2: key:zone \"wet | dry\", expected"},
    {"root_shoot,,wet,|a,,,0.3,1,,,,,test,own\n", "my.csv:2: key:origin \"|a\", expected"},
    {"", "my.csv: no rows, expected a factor in each"}};

START_TEST(each_fault_of_a_row_names_table_and_line)
{
    char text[1024] = HEADER;
    strcat(text, cases[_i].rows);
    ck_assert_int_eq(add("my.csv", text), SINK_BAD_DATA);
    ck_assert_uint_eq(faults.count, 1);
    ck_assert_msg(strncmp(faults.items[0].message, cases[_i].told, strlen(cases[_i].told)) == 0,
                  "\"%s\", expected \"%s\"", faults.items[0].message, cases[_i].told);
}
END_TEST

START_TEST(an_unknown_column_is_named_with_the_nearest)
{
    ck_assert_int_eq(add("my.csv", "# mine\nquantity,value,unit,source,verifed\n"
                                   "root_shoot,0.3,1,test,own\n"),
                     SINK_BAD_DATA);
    ck_assert_uint_eq(faults.count, 1);
    ck_assert_str_eq(faults.items[0].message,
                     "my.csv:2: unknown column \"verifed\", did you mean \"verified\"?; overlays "
                     "are columns like key:zone");
}
END_TEST

START_TEST(all_faults_of_a_table_are_told_at_once)
{
    ck_assert_int_eq(add("my.csv", HEADER "root_shot,,,,,,0.3,1,,,,,test,own\n"
                                          "root_shoot,,,,a,b,c,1,,,,,test,own\n"
                                          "root_shoot,,,,,,0.3,1,,,,,test,own\n"),
                     SINK_BAD_DATA);
    ck_assert_uint_eq(faults.count, 4);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, the_most_specific_row_wins_wherever_it_stands);
    tcase_add_test(tests, a_row_of_a_later_table_wins_though_less_specific);
    tcase_add_test(tests, where_the_later_table_has_no_row_the_earlier_stands);
    tcase_add_test(tests, a_row_with_a_key_needs_the_overlay_and_data_in_it);
    tcase_add_test(tests, a_key_of_a_later_table_does_not_bind_the_earlier);
    tcase_add_test(tests, lists_and_stars_stand_for_several_words);
    tcase_add_test(tests, a_star_is_no_more_specific_than_nothing);
    tcase_add_test(tests, two_rows_that_fit_equally_well_are_an_error_that_names_both);
    tcase_add_test(tests, a_tie_of_less_specific_rows_does_not_matter);
    tcase_add_test(tests, a_tie_in_an_earlier_table_does_not_matter);
    tcase_add_test(tests, intervals_are_open_below_and_closed_above);
    tcase_add_test(tests, without_a_value_only_rows_without_interval_fit);
    tcase_add_test(tests, a_key_says_more_than_an_interval);
    tcase_add_test(tests, breaks_are_ascending_and_distinct);
    tcase_add_test(tests, densities_are_converted_to_tonnes_per_hectare);
    tcase_add_test(tests, a_spread_that_is_not_understood_names_its_line);
    tcase_add_test(tests, a_row_that_stands_twice_is_found_among_many);
    tcase_add_test(tests, a_table_without_the_new_columns_has_no_fallbacks);
    tcase_add_test(tests, a_family_differs_only_in_the_interval);
    tcase_add_test(tests, a_family_is_counted_beyond_the_room_for_it);
    tcase_add_test(tests, a_row_without_interval_is_a_family_of_its_own);
    tcase_add_test(tests, there_is_room_for_so_many_overlays_and_no_more);
    tcase_add_test(tests, a_row_keeps_where_it_came_from);
    tcase_add_loop_test(tests, each_fault_of_a_row_names_table_and_line, 0,
                        (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tests, an_unknown_column_is_named_with_the_nearest);
    tcase_add_test(tests, all_faults_of_a_table_are_told_at_once);
}

int main(void)
{
    Suite *suite = suite_create("factor");
    TCase *tests = tcase_create("factor");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    add_tests(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
