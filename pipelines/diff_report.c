/* A comparison as text and as JSON. */
#include "pipelines/json_tree.h"
#include "pipelines/diff.h"

#include "pipelines/verify_parts.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_LINES 5
#define SHOWN 30 /* of the variables that differ; all with -v */

static const char *const figure_names[] = {"carbon, t C", "removal, t CO2/yr"};
static const char *const figure_keys[] = {"total_carbon_stock", "total_net_removal"};

static void print_only(const struct sink_diff *diff, FILE *out)
{
    static const char *const kinds[] = {"year",      "region",   "class",   "pool",
                                        "ecosystem", "land use", "overlay", "variable"};
    for (int is_in_b = 0; is_in_b < 2; is_in_b++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            size_t count = 0;
            for (size_t i = 0; i < diff->only_count; i++) {
                const struct sink_diff_only *only = &diff->only[i];
                if (only->is_in_b != is_in_b || strcmp(only->kind, kinds[k]) != 0)
                    continue;
                if (++count > SHOWN)
                    continue;
                if (count == 1)
                    fprintf(out, "only in %s: %s ", is_in_b ? diff->path_b : diff->a.path,
                            kinds[k]);
                else
                    fputs(", ", out);
                sink_verify_print_cell(out, only->label);
            }
            if (count > SHOWN)
                fprintf(out, " and %zu more", count - SHOWN);
            if (count > 0)
                fputc('\n', out);
        }
}

static void print_value(FILE *out, double value, int digits)
{
    if (isnan(value))
        fprintf(out, "  %*s", digits + 6, "missing");
    else
        fprintf(out, "  %*.*g", digits + 6, digits, value);
}

/* The first difference of a variable is the first that was noted; the worst is named. */
static void print_variables(const struct sink_diff *diff, bool is_verbose, int digits, FILE *out)
{
    size_t shown = 0, differing = 0;
    for (size_t i = 0; i < diff->variable_count; i++)
        differing += diff->variables[i].differing > 0;
    if (differing == 0)
        return;
    fprintf(out, "\n%-34s %8s %8s  %10s  %*s  %*s\n", "variable", "differ", "of", "greatest",
            digits + 6, "first", digits + 6, "second");
    for (size_t i = 0; i < diff->variable_count; i++) {
        const struct sink_diff_variable *variable = &diff->variables[i];
        if (variable->differing == 0 || (!is_verbose && shown == SHOWN))
            continue;
        shown++;
        sink_verify_print_cell(out, variable->name);
        const int pad = 34 - (int)strlen(variable->name);
        fprintf(out, "%*s %8zu %8zu", pad > 0 ? pad : 0, "", variable->differing,
                variable->compared);
        if (variable->is_text) {
            fputs("  texts\n", out);
            continue;
        }
        const struct sink_dataset_variable *a = sink_dataset_find(&diff->a.file, variable->name);
        const struct sink_dataset_variable *b = sink_dataset_find(&diff->b, variable->name);
        if (isnan(variable->worst))
            fprintf(out, "  %10s", "missing");
        else
            fprintf(out, "  %10.3g", variable->worst);
        print_value(out, sink_dataset_value(a, variable->worst_a), digits);
        print_value(out, sink_dataset_value(b, variable->worst_b), digits);
        fputc('\n', out);
    }
    if (shown < differing)
        fprintf(out, "and %zu more variables; -v shows them\n", differing - shown);
}

/* The regions of the top level, or the one asked for. */
static bool is_shown(const struct sink_diff_cause *cause, const struct sink_options *options)
{
    if (options->region)
        return strcmp(cause->region, options->region) == 0;
    return options->is_verbose || cause->level == 0;
}

static void print_causes(const struct sink_diff *diff, const struct sink_options *options,
                         int digits, FILE *out)
{
    if (*diff->why_not) {
        fprintf(out, "\nThe causes cannot be told: %s\n", diff->why_not);
        return;
    }
    if (*diff->why_one)
        fprintf(out, "\nArea and biomass cannot be told apart: %s\n", diff->why_one);
    fprintf(out, "\n%-12s %-9s %-17s  %*s  %*s  %*s  %*s  %*s  %*s\n", "region", "year", "",
            digits + 6, "first", digits + 6, "second", digits + 6, "difference", digits + 6,
            *diff->why_one ? "" : "by area", digits + 6,
            *diff->why_one ? "area, biomass" : "by biomass", digits + 6, "by factors or methods");
    for (size_t i = 0; i < diff->cause_count; i++) {
        const struct sink_diff_cause *cause = &diff->causes[i];
        char years[32];
        snprintf(years, sizeof years, cause->year_a == cause->year_b ? "%d" : "%d/%d",
                 cause->year_a, cause->year_b);
        for (int f = 0; f < SINK_DIFF_FIGURES && is_shown(cause, options); f++) {
            const double *values = cause->values[f];
            if (isnan(values[0]) && isnan(values[3]))
                continue;
            sink_verify_print_cell(out, cause->region);
            const int pad = 12 - (int)strlen(cause->region);
            fprintf(out, "%*s %-9s %-17s", pad > 0 ? pad : 0, "", years, figure_names[f]);
            print_value(out, values[0], digits);
            print_value(out, values[3], digits);
            print_value(out, values[3] - values[0], digits);
            if (*diff->why_one)
                fprintf(out, "  %*s", digits + 6, "");
            for (int step = *diff->why_one ? 2 : 1; step < 4; step++)
                print_value(out, values[step] - values[step == 2 && *diff->why_one ? 0 : step - 1],
                            digits);
            fputc('\n', out);
        }
    }
}

/* The first few lines of each side. */
static void print_lines(const struct sink_diff_lines both[2], const char *title, bool is_verbose,
                        FILE *out)
{
    if (both[0].count + both[1].count == 0)
        return;
    fprintf(out, "\n%s (- first, + second):\n", title);
    for (int side = 0; side < 2; side++) {
        const size_t shown =
            is_verbose || both[side].kept < SHOWN_LINES ? both[side].kept : SHOWN_LINES;
        for (size_t i = 0; i < shown; i++) {
            fputs(side == 0 ? "  - " : "  + ", out);
            sink_verify_print_cell(out, both[side].items[i]);
            fputc('\n', out);
        }
        if (both[side].count > shown)
            fprintf(out, "  %c and %zu more\n", side == 0 ? '-' : '+', both[side].count - shown);
    }
}

void sink_diff_print(const struct sink_diff *diff, const struct sink_options *options, FILE *out)
{
    const int digits = options->digits > 0 ? options->digits : 7;
    size_t variables = 0;
    for (size_t i = 0; i < diff->variable_count; i++)
        variables += diff->variables[i].compared > 0;
    if (!options->is_quiet) {
        fprintf(out, "first:  %s, made by sinkcalc ", diff->a.path);
        sink_verify_print_cell(out, sink_dataset_text(&diff->a.file, NULL, "sinkcalc_version"));
        fprintf(out, "\nsecond: %s, made by sinkcalc ", diff->path_b);
        sink_verify_print_cell(out, sink_dataset_text(&diff->b, NULL, "sinkcalc_version"));
        fputc('\n', out);
        print_only(diff, out);
        print_variables(diff, options->is_verbose, digits, out);
        print_causes(diff, options, digits, out);
        print_lines(diff->job_lines, "Lines of the job that changed", options->is_verbose, out);
        print_lines(diff->factor_rows, "Rows of factors that changed", options->is_verbose, out);
        fputc('\n', out);
    }
    fprintf(out, "%s: %zu values of %zu variables, %zu differ by more than %g, %zu in one only\n",
            sink_diff_is_equal(diff) ? "EQUAL" : "DIFFERENT", diff->compared, variables,
            diff->a.levels[SINK_VERIFY_INTERNAL].difference_count, diff->tolerance,
            diff->only_count);
}

static json_t *json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *json_variables(const struct sink_diff *diff)
{
    json_t *list = json_array();
    for (size_t i = 0; i < diff->variable_count; i++) {
        const struct sink_diff_variable *variable = &diff->variables[i];
        json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:o}", "variable", variable->name,
                                              "compared", (json_int_t)variable->compared,
                                              "differing", (json_int_t)variable->differing,
                                              "greatest_relative_difference",
                                              json_number(variable->worst)));
    }
    return list;
}

static json_t *json_differences(const struct sink_diff *diff)
{
    json_t *list = json_array();
    for (size_t i = 0; i < diff->a.kept; i++) {
        const struct sink_difference *from = &diff->a.differences[i];
        json_t *at = json_object();
        for (size_t a = from->axis_count; a-- > 0;)
            json_object_set_new(at, from->axes[a], json_string(from->labels[a]));
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:o, s:o, s:o}", "variable", from->variable, "region",
                      from->region, "at", at, "first",
                      from->is_number ? json_number(from->claimed)
                                      : json_string(from->claimed_text),
                      "second",
                      from->is_number ? json_number(from->found) : json_string(from->found_text)));
    }
    return list;
}

static json_t *json_cause(const struct sink_diff_cause *cause)
{
    static const char *const names[] = {"area", "biomass", "factors"};
    json_t *object = json_pack("{s:s, s:i, s:i}", "region", cause->region, "year", cause->year_a,
                               "second_year", cause->year_b);
    for (int f = 0; f < SINK_DIFF_FIGURES; f++) {
        const double *values = cause->values[f];
        json_t *figure = json_object();
        json_object_set_new(figure, "first", json_number(values[0]));
        json_object_set_new(figure, "second", json_number(values[3]));
        json_object_set_new(figure, "difference", json_number(values[3] - values[0]));
        for (int step = 0; step < 3; step++)
            json_object_set_new(figure, names[step], json_number(values[step + 1] - values[step]));
        json_object_set_new(figure, "area_and_biomass", json_number(values[2] - values[0]));
        json_object_set_new(object, figure_keys[f], figure);
    }
    return object;
}

static json_t *json_lines(const struct sink_diff_lines both[2])
{
    json_t *lists[2] = {json_array(), json_array()};
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < both[side].kept; i++)
            json_array_append_new(lists[side], json_string(both[side].items[i]));
    return json_pack("{s:o, s:o, s:I, s:I}", "first", lists[0], "second", lists[1], "first_count",
                     (json_int_t)both[0].count, "second_count", (json_int_t)both[1].count);
}

enum sink_status sink_diff_print_json(const struct sink_diff *diff, FILE *out,
                                      struct sink_error *error)
{
    json_t *only = json_array(), *causes = json_array();
    for (size_t i = 0; i < diff->only_count; i++)
        json_array_append_new(only, json_pack("{s:s, s:s, s:s}", "in",
                                              diff->only[i].is_in_b ? "second" : "first", "kind",
                                              diff->only[i].kind, "label", diff->only[i].label));
    for (size_t i = 0; i < diff->cause_count; i++)
        json_array_append_new(causes, json_cause(&diff->causes[i]));
    json_t *root = json_pack(
        "{s:s, s:s, s:b, s:f, s:I, s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:o}", "first", diff->a.path,
        "second", diff->path_b, "equal", sink_diff_is_equal(diff), "tolerance", diff->tolerance,
        "difference_count", (json_int_t)diff->a.levels[SINK_VERIFY_INTERNAL].difference_count,
        "only", only, "variables", json_variables(diff), "differences", json_differences(diff),
        "causes", causes, "causes_missing", diff->why_not, "area_and_biomass_are_one",
        diff->why_one, "job_lines", json_lines(diff->job_lines), "factor_rows",
        json_lines(diff->factor_rows));
    return sink_json_print(root, out, error);
}
