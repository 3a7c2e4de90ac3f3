/* A verification as text and as JSON. */
#include "pipelines/json_tree.h"
#include "pipelines/verify_parts.h"
#include "sinkcalc/base/text.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 20 /* of each level; all with -v */
#define CELL 72  /* of a text in the table */

static void print_count(FILE *out, size_t count, const char *what, bool *is_first)
{
    if (count == 0)
        return;
    const size_t length = strlen(what) - (count == 1); /* 1 difference */
    fprintf(out, "%s%zu %.*s", *is_first ? "" : ", ", count, (int)length, what);
    *is_first = false;
}

static void print_level(FILE *out, enum sink_verify_level level,
                        const struct sink_verify_result *result)
{
    bool is_first = true;
    fprintf(out, "  %d %-9s %-8s ", level + 1, sink_verify_level_name(level),
            sink_verify_state_name(result->state));
    print_count(out, result->numbers, "numbers", &is_first);
    print_count(out, result->texts, "texts", &is_first);
    print_count(out, result->attributes, "attributes", &is_first);
    print_count(out, result->variables, "variables", &is_first);
    print_count(out, result->sums, "sums", &is_first);
    print_count(out, result->files, "files", &is_first);
    print_count(out, result->difference_count, "differences", &is_first);
    fprintf(out, "%s%s\n", *result->note && !is_first ? "; " : "", result->note);
}

void sink_verify_print_cell(FILE *out, const char *text)
{
    size_t length = strcspn(text, "\n");
    const bool is_cut = text[length] || length > CELL;
    if (length > CELL)
        for (length = CELL; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;)
            length--;
    char shown[CELL + 1];
    memcpy(shown, text, length);
    shown[length] = '\0';
    sink_text_make_plain(shown);
    fputs(shown, out);
    if (is_cut)
        fputs("...", out);
}

static double relative(const struct sink_difference *difference)
{
    const double scale = fmax(fabs(difference->claimed), fabs(difference->found));
    return scale > 0 ? (difference->claimed - difference->found) / scale : 0;
}

static void print_number(FILE *out, double value, int digits)
{
    if (isnan(value))
        fputs("missing", out);
    else
        fprintf(out, "%.*g", digits, value);
}

static void print_difference(FILE *out, const struct sink_difference *difference, int digits)
{
    fprintf(out, "  %d  ", difference->level + 1);
    sink_verify_print_cell(out, *difference->region ? difference->region : "-");
    fputs("  ", out);
    sink_verify_print_cell(out, difference->variable);
    for (size_t a = difference->axis_count; a-- > 0;) {
        fputs(a + 1 == difference->axis_count ? " [" : ", ", out);
        sink_verify_print_cell(out, difference->labels[a]);
    }
    fprintf(out, "%s  ", difference->axis_count > 0 ? "]" : "");
    sink_verify_print_cell(out, difference->check);
    fputs("  ", out);
    if (difference->is_number) {
        print_number(out, difference->claimed, digits);
        fputs("  ", out);
        print_number(out, difference->found, digits);
        const double share = relative(difference);
        fputs("  ", out);
        if (isnan(share))
            fputc('-', out);
        else
            fprintf(out, "%.3g", share);
    } else {
        sink_verify_print_cell(out, difference->claimed_text);
        fputs("  ", out);
        sink_verify_print_cell(out, difference->found_text);
    }
    fputc('\n', out);
}

static void print_differences(const struct sink_verification *verification, bool is_verbose,
                              int digits, FILE *out)
{
    size_t shown[SINK_VERIFY_COUNT] = {0};
    fputs("\nlevel  region  variable [place]  check  claimed  expected  relative difference\n",
          out);
    for (size_t i = 0; i < verification->kept; i++) {
        const struct sink_difference *difference = &verification->differences[i];
        if (is_verbose || shown[difference->level] < SHOWN) {
            print_difference(out, difference, digits);
            shown[difference->level]++;
        }
    }
    for (size_t l = 0; l < SINK_VERIFY_COUNT; l++)
        if (verification->levels[l].difference_count > shown[l])
            fprintf(out, "  %zu  and %zu more of level %zu\n", l + 1,
                    verification->levels[l].difference_count - shown[l], l + 1);
}

void sink_verify_print(const struct sink_verification *verification,
                       const struct sink_options *options, FILE *out)
{
    char verdict[256];
    sink_verify_verdict(verification, verdict);
    if (!options->is_quiet) {
        fprintf(out, "%s: ", verification->path);
        sink_verify_print_cell(out, sink_dataset_text(&verification->file, NULL, "title"));
        fputs(", made by sinkcalc ", out);
        sink_verify_print_cell(out,
                               sink_dataset_text(&verification->file, NULL, "sinkcalc_version"));
        fputc('\n', out);
        for (size_t l = 0; l < SINK_VERIFY_COUNT; l++)
            print_level(out, (enum sink_verify_level)l, &verification->levels[l]);
        if (verification->kept > 0)
            print_differences(verification, options->is_verbose,
                              options->digits > 0 ? options->digits : 9, out);
        fputc('\n', out);
    }
    fprintf(out, "%s: %s\n", verification->path, verdict);
}

static json_t *json_number(double value)
{
    return isfinite(value) ? json_real(value)
           : isnan(value)  ? json_null()
                           : json_string(value > 0 ? "infinite" : "-infinite");
}

static json_t *json_level(enum sink_verify_level level, const struct sink_verify_result *result)
{
    static const char *const states[] = {"skipped", "passed", "failed"};
    return json_pack(
        "{s:i, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:s}", "level", level + 1, "name",
        sink_verify_level_name(level), "result", states[result->state], "numbers",
        (json_int_t)result->numbers, "texts", (json_int_t)result->texts, "attributes",
        (json_int_t)result->attributes, "variables", (json_int_t)result->variables, "sums",
        (json_int_t)result->sums, "files", (json_int_t)result->files, "differences",
        (json_int_t)result->difference_count, "tolerance", result->tolerance, "note", result->note);
}

static json_t *json_difference(const struct sink_difference *difference)
{
    json_t *at = json_object(), *object = json_object();
    for (size_t a = difference->axis_count; a-- > 0;)
        json_object_set_new(at, difference->axes[a], json_string(difference->labels[a]));
    json_object_set_new(object, "level", json_integer(difference->level + 1));
    json_object_set_new(object, "check", json_string(difference->check));
    json_object_set_new(object, "region", json_string(difference->region));
    json_object_set_new(object, "variable", json_string(difference->variable));
    json_object_set_new(object, "at", at);
    if (difference->is_number) {
        json_object_set_new(object, "claimed", json_number(difference->claimed));
        json_object_set_new(object, "expected", json_number(difference->found));
        json_object_set_new(object, "relative_difference", json_number(relative(difference)));
    } else {
        json_object_set_new(object, "claimed", json_string(difference->claimed_text));
        json_object_set_new(object, "expected", json_string(difference->found_text));
    }
    return object;
}

enum sink_status sink_verify_print_json(const struct sink_verification *verification, FILE *out,
                                        struct sink_error *error)
{
    char verdict[256];
    json_t *root = json_object(), *levels = json_array(), *differences = json_array();
    sink_verify_verdict(verification, verdict);
    for (size_t l = 0; l < SINK_VERIFY_COUNT; l++)
        json_array_append_new(levels,
                              json_level((enum sink_verify_level)l, &verification->levels[l]));
    for (size_t i = 0; i < verification->kept; i++)
        json_array_append_new(differences, json_difference(&verification->differences[i]));
    json_object_set_new(root, "file", json_string(verification->path));
    json_object_set_new(
        root, "made_by",
        json_string(sink_dataset_text(&verification->file, NULL, "sinkcalc_version")));
    json_object_set_new(root, "passed", json_boolean(sink_verify_has_passed(verification)));
    json_object_set_new(root, "verdict", json_string(verdict));
    json_object_set_new(root, "levels", levels);
    json_object_set_new(root, "differences", differences);
    return sink_json_print(root, out, error);
}
