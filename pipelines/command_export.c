#include "pipelines/atomic_file.h"
#include "pipelines/claim.h"
#include "pipelines/export_layers.h"
#include "pipelines/export_sheets.h"
#include "pipelines/export_write.h"
#include "pipelines/options.h"
#include "rasters/environment.h"
#include "sinkcalc/base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum format { CSV, JSON, GEOJSON, GPKG, XLSX, FORMAT_COUNT };
static const char *const formats[FORMAT_COUNT] = {"csv", "json", "geojson", "gpkg", "xlsx"};

/* What stands after the last dot of a file's name; "" for none. */
static const char *ending_of(const char *path)
{
    const char *dot = strrchr(sink_text_file_name(path), '.');
    return dot ? dot + 1 : "";
}

/* FORMAT_COUNT for none of them. */
static enum format format_of(const char *word)
{
    size_t f = 0;
    while (f < FORMAT_COUNT && strcasecmp(word, formats[f]) != 0)
        f++;
    return (enum format)f;
}

/* By --to, or by the ending of the output, which must not be that of another format; GeoJSON is
 * often called .json. SINK_BAD_JOB for none of them. */
static enum sink_status find_format(const struct sink_options *options, enum format *format,
                                    struct sink_error *error)
{
    const char *ending = ending_of(options->output);
    const enum format by_ending = format_of(ending);
    *format = options->format ? format_of(options->format) : by_ending;
    if (*format == FORMAT_COUNT && !options->format)
        return sink_fail(error, SINK_BAD_JOB,
                         "%s: its ending names no format, expected .gpkg, .csv, .xlsx, .geojson or "
                         ".json, or --to with one of them",
                         options->output);
    if (*format == FORMAT_COUNT) {
        const char *near = sink_text_nearest(options->format, formats, FORMAT_COUNT);
        return sink_fail(
            error, SINK_BAD_JOB, "--to %s: expected gpkg, csv, xlsx, geojson or json%s%s%s",
            options->format, near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    }
    if (by_ending != FORMAT_COUNT && by_ending != *format &&
        !(*format == GEOJSON && by_ending == JSON))
        return sink_fail(error, SINK_BAD_JOB,
                         "%s: .%s is the ending of another format, expected .%s", options->output,
                         ending, formats[*format]);
    return SINK_OK;
}

/* Tables for programs have one set of names. */
static enum sink_status check_language(const struct sink_options *options, enum format format,
                                       struct sink_error *error)
{
    if (strcmp(options->lang, "en") == 0 || format == XLSX || format == GPKG)
        return SINK_OK;
    return sink_fail(error, SINK_BAD_JOB,
                     "--lang %s: %s is for programs and has English names only, expected xlsx or "
                     "gpkg, or no --lang",
                     options->lang, formats[format]);
}

/* QGIS and spreadsheet programs go by the ending. */
static void tell_name(const struct sink_options *options, enum format format)
{
    if (!options->is_quiet && (format == GPKG || format == XLSX) &&
        format_of(ending_of(options->output)) != format)
        fprintf(stderr, "sinkcalc: note: %s: %s does not know it by this name, expected .%s\n",
                options->output, format == GPKG ? "QGIS" : "a spreadsheet program",
                formats[format]);
}

static enum sink_status write_text(const struct sink_export *export, enum format format,
                                   const struct sink_file_part *part, struct sink_error *error)
{
    const int file = dup(part->file);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    bool is_good = out != NULL;
    if (is_good && format == CSV)
        sink_export_csv(export, out);
    else if (is_good && format == JSON)
        sink_export_json(export, out);
    else if (is_good && !sink_export_geojson(export, out)) {
        fclose(out);
        return sink_fail_memory(error);
    }
    if (out)
        is_good = !ferror(out);
    else if (file >= 0)
        close(file);
    if (out && fclose(out) != 0)
        is_good = false;
    return is_good ? SINK_OK
                   : sink_fail(error, SINK_FAILED, "%s: cannot be written: %s", part->path,
                               strerror(errno));
}

static enum sink_status write_file(const struct sink_export *export, enum format format,
                                   const struct sink_options *options, struct sink_error *error)
{
    const enum sink_export_language language =
        strcmp(options->lang, "zh") == 0 ? SINK_EXPORT_CHINESE : SINK_EXPORT_ENGLISH;
    struct sink_file_part part;
    enum sink_status status = format == GPKG ? sink_environment_start(false, error) : SINK_OK;
    if (status == SINK_OK)
        status = sink_file_part_open(options->output, &part, error);
    if (status != SINK_OK)
        return status;
    if (format == GPKG)
        status = sink_export_geopackage(export, &part, language, error);
    else if (format == XLSX)
        status = sink_export_workbook(export, &part, language, error);
    else
        status = write_text(export, format, &part, error);
    if (status == SINK_OK)
        return sink_file_part_publish(&part, error);
    sink_file_part_drop(&part);
    return status;
}

static enum sink_status print_json(const struct sink_export *export, const char *format,
                                   const struct sink_options *options, struct sink_error *error)
{
    const enum sink_status status = sink_json_written(stdout, options, format, error);
    if (status != SINK_OK)
        return status;
    printf(", \"lang\": \"%s\", \"regions\": %zu, \"years\": [", options->lang,
           export->regions.count);
    for (size_t y = 0; y < export->year_count; y++)
        printf("%s%d", y > 0 ? ", " : "", export->years[y].year);
    printf("], \"quantities\": %zu}\n", export->quantity_count);
    return SINK_OK;
}

static enum sink_status export_inventory(const struct sink_options *options, enum format format,
                                         struct sink_error *error)
{
    struct sink_export export;
    enum sink_status status = sink_export_open(options->file, &export, error);
    if (status != SINK_OK)
        return status;
    status = write_file(&export, format, options, error);
    if (status == SINK_OK && options->is_json)
        status = print_json(&export, formats[format], options, error);
    sink_export_close(&export);
    return status;
}

static enum sink_status export_claimed(const struct sink_options *options,
                                       struct sink_faults *faults)
{
    struct sink_error error;
    enum format format = CSV;
    enum sink_status status = find_format(options, &format, &error);
    if (status == SINK_OK)
        status = check_language(options, format, &error);
    if (status == SINK_OK)
        status = export_inventory(options, format, &error);
    if (status == SINK_OK)
        tell_name(options, format);
    else
        sink_faults_add(faults, &error);
    return status;
}

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    return sink_claimed_run(options, faults, export_claimed);
}

const struct sink_command sink_command_export = {
    .name = "export",
    .operand = "INVENTORY",
    .summary = "Write an inventory as GeoPackage, CSV, Excel workbook, GeoJSON or JSON",
    .examples =
        "gpkg: the regions as one layer for each level, styled for QGIS, and all values as a "
        "table. csv, json: all values, one a row. geojson: the regions with the main figures of "
        "the last year. xlsx: sheets for a yearbook and the IPCC land-use table. --lang zh: gpkg "
        "and xlsx in Chinese; the others are for programs.\n\nExamples:\n"
        "  sinkcalc export inventory.nc -o inventory.gpkg\n"
        "  sinkcalc export inventory.nc --to xlsx --lang zh -o yearbook.xlsx\n"
        "  sinkcalc export inventory.nc --to csv -o values.csv\n",
    .takes = SINK_TAKES_OUTPUT | SINK_TAKES_FORMAT | SINK_TAKES_LANG,
    .run = run};
