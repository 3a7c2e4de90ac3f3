#include "pipelines/json_tree.h"
#include "pipelines/inventory_parts.h"

#include "pipelines/nc_reader.h"
#include "pipelines/tally_file.h"
#include "pipelines/track.h"
#include "sinkcalc/base/text.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_DAYS 4e6 /* from 1970: beyond the year 9999 */

static json_t *json_texts(char *const *texts, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; texts && i < count; i++)
        json_array_append_new(list, json_string(texts[i]));
    return list;
}

static json_t *json_inputs(char *const *paths, char *const *roles, char *const *hashes,
                           size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; paths && roles && hashes && i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "path", paths[i], "role", roles[i],
                                              "sha256", hashes[i]));
    return list;
}

static json_t *describe_tally(struct sink_tally_bundle *bundle)
{
    const struct sink_tally_row *rows;
    const struct sink_evidence *evidence = &bundle->evidence;
    json_t *years = json_array(), *names = json_array(), *inputs = json_array();
    for (size_t i = 0; i < bundle->spec.year_count; i++)
        json_array_append_new(years, json_integer(bundle->spec.years[i]));
    for (size_t i = 0; i < bundle->spec.dimension_count; i++)
        if (bundle->spec.dimensions[i].side != SINK_SIDE_FROM)
            json_array_append_new(names, json_string(bundle->spec.dimensions[i].name));
    for (size_t i = 0; i < evidence->file_count; i++)
        json_array_append_new(inputs, json_pack("{s:s, s:s, s:s}", "path", evidence->files[i].path,
                                                "role", evidence->files[i].role, "sha256",
                                                evidence->files[i].sha256));
    return json_pack("{s:s, s:s, s:s, s:o, s:I, s:I, s:o, s:s, s:f, s:o, s:o}", "kind", "tally",
                     "made_by", evidence->version, "libraries", evidence->libraries, "years", years,
                     "regions", (json_int_t)bundle->regions.count, "rows",
                     (json_int_t)sink_tally_rows(bundle->tally, &rows), "strata", names, "grid",
                     evidence->grid, "cells_read", evidence->cells_read, "notes",
                     json_texts(evidence->notes, evidence->note_count), "inputs", inputs);
}

/* Nothing to add when the tally holds its whole job. */
static void add_share(json_t *root, const struct sink_tile_share *share)
{
    const bool is_finished = sink_tile_share_is_finished(share);
    json_object_set_new(root, "tiles", json_integer((json_int_t)share->tile_count));
    if (is_finished && share->part_count == 1)
        return;
    json_object_set_new(root, "tiles_held", json_integer((json_int_t)sink_tile_share_done(share)));
    json_object_set_new(root, "part", json_integer((json_int_t)share->part));
    json_object_set_new(root, "parts", json_integer((json_int_t)share->part_count));
    json_object_set_new(root, "state",
                        json_string(is_finished ? "one of several parts, for `merge`"
                                                : "unfinished: give the command of its run again"));
}

/* The years that the time axis stands for. */
static json_t *json_years(struct sink_nc_reader *nc)
{
    json_t *list = json_array();
    double *days = sink_nc_read_column(nc, "time", SINK_NC_DOUBLE, "time");
    for (size_t i = 0; days && i < sink_nc_length(nc, "time"); i++) {
        struct tm date = {0};
        const bool is_day = fabs(days[i]) < MOST_DAYS;
        const time_t when = is_day ? (time_t)(days[i] * 86400) : 0;
        if (!is_day)
            sink_nc_reader_fault(nc, "time: %g, expected days since 1970-01-01", days[i]);
        else if (gmtime_r(&when, &date))
            json_array_append_new(list, json_integer(date.tm_year + 1900));
    }
    free(days);
    return list;
}

static json_t *json_top_level(struct sink_nc_reader *nc)
{
    json_t *list = json_array();
    const size_t count = sink_nc_length(nc, "region");
    char **ids = sink_nc_read_column(nc, "region_id", SINK_NC_STRING, "region");
    char **names = sink_nc_read_column(nc, "region_name", SINK_NC_STRING, "region");
    int *levels = sink_nc_read_column(nc, "region_level", SINK_NC_INT, "region");
    for (size_t i = 0; ids && names && levels && i < count; i++)
        if (levels[i] == 0)
            json_array_append_new(list, json_pack("{s:s, s:s}", "id", ids[i], "name", names[i]));
    sink_nc_free_texts(ids, count);
    sink_nc_free_texts(names, count);
    free(levels);
    return list;
}

static json_t *json_checks(struct sink_nc_reader *nc)
{
    json_t *checks = json_object();
    const size_t count = sink_nc_length(nc, "check");
    char **names = sink_nc_read_column(nc, "check_name", SINK_NC_STRING, "check");
    int *passed = sink_nc_read_column(nc, "check_passed", SINK_NC_INT, "check");
    for (size_t i = 0; names && passed && i < count; i++)
        json_object_set_new(checks, names[i], json_boolean(passed[i]));
    sink_nc_free_texts(names, count);
    free(passed);
    return checks;
}

static json_t *json_column(struct sink_nc_reader *nc, const char *variable, const char *dimension)
{
    const size_t count = sink_nc_length(nc, dimension);
    char **texts = sink_nc_read_column(nc, variable, SINK_NC_STRING, dimension);
    json_t *list = json_texts(texts, count);
    sink_nc_free_texts(texts, count);
    return list;
}

static json_t *json_inventory_inputs(struct sink_nc_reader *nc)
{
    const size_t count = sink_nc_length(nc, "input");
    char **paths = sink_nc_read_column(nc, "input_path", SINK_NC_STRING, "input");
    char **roles = sink_nc_read_column(nc, "input_role", SINK_NC_STRING, "input");
    char **hashes = sink_nc_read_column(nc, "input_sha256", SINK_NC_STRING, "input");
    json_t *list = json_inputs(paths, roles, hashes, count);
    sink_nc_free_texts(paths, count);
    sink_nc_free_texts(roles, count);
    sink_nc_free_texts(hashes, count);
    return list;
}

static json_t *json_attribute(struct sink_nc_reader *nc, const char *name)
{
    char *text = sink_nc_read_text(nc, name);
    json_t *value = json_string(text ? text : "");
    free(text);
    return value;
}

static json_t *describe_inventory(struct sink_nc_reader *nc)
{
    json_t *root = json_object();
    json_object_set_new(root, "kind", json_string("inventory"));
    json_object_set_new(root, "title", json_attribute(nc, "title"));
    json_object_set_new(root, "institution", json_attribute(nc, "institution"));
    json_object_set_new(root, "license", json_attribute(nc, "license"));
    json_object_set_new(root, "made_by", json_attribute(nc, "sinkcalc_version"));
    json_object_set_new(root, "libraries", json_attribute(nc, "sinkcalc_libraries"));
    json_object_set_new(root, "years", json_years(nc));
    json_object_set_new(root, "regions", json_integer((json_int_t)sink_nc_length(nc, "region")));
    json_object_set_new(root, "top_level", json_top_level(nc));
    json_object_set_new(root, "classes", json_column(nc, "cover_name", "cover"));
    json_object_set_new(root, "factors_used",
                        json_integer((json_int_t)sink_nc_length(nc, "factor")));
    json_object_set_new(root, "transition_years",
                        json_real(sink_nc_read_real(nc, "sinkcalc_transition_years")));
    json_object_set_new(root, "draws", json_real(sink_nc_read_real(nc, "sinkcalc_draws")));
    json_object_set_new(root, "warming", json_attribute(nc, "sinkcalc_gwp"));
    json_object_set_new(root, "grid", json_attribute(nc, "sinkcalc_grid"));
    json_object_set_new(root, "closure", json_checks(nc));
    json_object_set_new(root, "notes", json_column(nc, "note_text", "note"));
    json_object_set_new(root, "inputs", json_inventory_inputs(nc));
    return root;
}

static json_t *describe_track(struct sink_nc_reader *nc)
{
    json_t *root = json_object();
    json_object_set_new(root, "kind", json_string("track"));
    json_object_set_new(root, "title", json_attribute(nc, "title"));
    json_object_set_new(root, "made_by", json_attribute(nc, "sinkcalc_version"));
    json_object_set_new(root, "years", json_years(nc));
    json_object_set_new(root, "regions", json_integer((json_int_t)sink_nc_length(nc, "region")));
    json_object_set_new(root, "forest_classes", json_attribute(nc, "forest_classes"));
    json_object_set_new(root, "land_area_without", json_attribute(nc, "land_area_without"));
    json_object_set_new(root, "trend_method", json_attribute(nc, "trend_method"));
    json_object_set_new(root, "targets_from", json_attribute(nc, "targets_from"));
    return root;
}

/* A value on one line, "33 Zhejiang, 34 Anhui". */
/* The file may be a stranger's. */
static void print_plain(FILE *out, const char *text)
{
    char *shown = sink_text_copy(text);
    if (shown)
        sink_text_make_plain(shown);
    fputs(shown ? shown : "out of memory", out);
    free(shown);
}

static void print_value(FILE *out, const json_t *value)
{
    size_t i;
    const char *key;
    json_t *item;
    if (json_is_string(value))
        print_plain(out, json_string_value(value));
    else if (json_is_boolean(value))
        fputs(json_is_true(value) ? "holds" : "FAILS", out);
    else if (json_is_number(value))
        fprintf(out, "%.0f", json_number_value(value));
    json_array_foreach(value, i, item)
    {
        if (i > 0)
            fputs(", ", out);
        print_value(out, item);
    }
    i = 0;
    json_object_foreach((json_t *)(uintptr_t)value, key, item)
    {
        if (i++ > 0)
            fputs("  ", out);
        print_value(out, item);
        if (json_is_boolean(item))
            fprintf(out, ": %s", key);
    }
}

static void print_text(FILE *out, const char *path, json_t *root)
{
    const char *key;
    json_t *value, *item;
    size_t i;
    fprintf(out, "%s\n", path);
    json_object_foreach(root, key, value)
    {
        const bool is_list = strcmp(key, "inputs") == 0 || strcmp(key, "notes") == 0;
        char label[32];
        snprintf(label, sizeof label, "%s", key);
        for (char *c = label; *c; c++)
            *c = *c == '_' ? ' ' : *c;
        fprintf(out, "  %-18s", label);
        if (strcmp(key, "made_by") == 0)
            fputs("sinkcalc ", out);
        if (!is_list)
            print_value(out, value);
        else if (json_array_size(value) == 0)
            fputs("none", out);
        json_array_foreach(is_list ? value : NULL, i, item)
        {
            if (i > 0)
                fprintf(out, "\n  %-18s", "");
            print_value(out, item);
        }
        fputc('\n', out);
    }
}

static enum sink_status read_description(const char *path, json_t **root, struct sink_error *error)
{
    struct sink_nc_reader nc;
    struct sink_tally_bundle bundle;
    enum sink_status status = sink_nc_reader_open(&nc, path, error);
    if (status != SINK_OK)
        return status;
    char *layout = sink_nc_read_text(&nc, "sinkcalc_layout");
    if (layout && strcmp(layout, SINK_INVENTORY_LAYOUT) == 0)
        *root = describe_inventory(&nc);
    else if (layout && strcmp(layout, SINK_TRACK_LAYOUT) == 0)
        *root = describe_track(&nc);
    else if (layout && strcmp(layout, SINK_TALLY_LAYOUT) != 0)
        sink_nc_reader_fault(&nc,
                             "no file of sinkcalc: sinkcalc_layout is \"%s\", expected \"%s\", "
                             "\"%s\" or \"%s\"",
                             layout, SINK_INVENTORY_LAYOUT, SINK_TALLY_LAYOUT, SINK_TRACK_LAYOUT);
    status = sink_nc_reader_status(&nc, error);
    sink_nc_reader_close(&nc);
    if (status == SINK_OK && !*root) {
        status = sink_tally_file_read(path, &bundle, error);
        if (status == SINK_OK) {
            *root = describe_tally(&bundle);
            add_share(*root, &bundle.evidence.share);
            sink_tally_bundle_free(&bundle);
        }
    }
    free(layout);
    return status;
}

enum sink_status sink_info_print(const char *path, bool json, FILE *out, struct sink_error *error)
{
    json_t *root = NULL;
    enum sink_status status = read_description(path, &root, error);
    if (status == SINK_OK && !root)
        status = sink_fail_memory(error);
    if (status == SINK_OK && json)
        return sink_json_print(root, out, error);
    if (status == SINK_OK && sink_json_is_out_of_memory())
        status = sink_fail_memory(error);
    if (status == SINK_OK)
        print_text(out, path, root);
    json_decref(root);
    return status;
}
