/* The regions as one layer for each level, and all values as a table. */
#include "pipelines/export_layers.h"

#include "pipelines/report/words.h"
#include "regions/geopackage.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXED = 7, MAX_FIELDS = 64, MAX_STYLES = 2 };

/* The columns before the figures. */
static const struct sink_geopackage_field fixed_fields[FIXED] = {
    {"region_id", NULL, SINK_GEOPACKAGE_TEXT},      {"region_name", NULL, SINK_GEOPACKAGE_TEXT},
    {"parent_id", NULL, SINK_GEOPACKAGE_TEXT},      {"level", NULL, SINK_GEOPACKAGE_WHOLE},
    {"year", NULL, SINK_GEOPACKAGE_WHOLE},          {"period_start", NULL, SINK_GEOPACKAGE_WHOLE},
    {"region_area_ha", NULL, SINK_GEOPACKAGE_REAL},
};

/* The layer of a level. */
struct level {
    int level;
    char name[32], title[64];
    char field_titles[MAX_FIELDS][96];
    struct sink_geopackage_field fields[MAX_FIELDS];
    size_t figures[MAX_FIELDS]; /* that the fields after the fixed ones show */
    size_t field_count;
};

static void describe_level(const struct sink_export *export, int number,
                           enum sink_export_language language, struct level *level)
{
    level->level = number;
    snprintf(level->name, sizeof level->name, "regions_level_%d", number);
    snprintf(level->title, sizeof level->title,
             language == SINK_EXPORT_CHINESE ? "第 %d 级区域" : "Regions of level %d", number);
    memcpy(level->fields, fixed_fields, sizeof fixed_fields);
    level->field_count = FIXED;
    for (size_t f = 0; f < sink_export_field_count() && level->field_count < MAX_FIELDS; f++) {
        if (!sink_export_has_field(export, f))
            continue;
        const struct sink_export_field field = sink_export_field(f, language);
        char *title = level->field_titles[level->field_count];
        snprintf(title, sizeof *level->field_titles, "%s, %s", field.title, field.unit);
        level->figures[level->field_count] = f;
        level->fields[level->field_count++] =
            (struct sink_geopackage_field){field.name, title, SINK_GEOPACKAGE_REAL};
    }
}

static enum sink_status add_region(const struct sink_export *export, const struct level *level,
                                   size_t region, struct sink_geopackage *geopackage,
                                   struct sink_error *error)
{
    const struct sink_region *of = &export->regions.items[region];
    const size_t year = export->year_count - 1;
    struct sink_geopackage_value values[MAX_FIELDS] = {
        {.text = of->id},
        {.text = of->name},
        {.text = export->parents[region]},
        {.number = of->level},
        {.number = export->years[year].year},
        {.number = export->years[year].start},
        {.number = sink_export_value(sink_export_find(export, "region_area"), 0, region)}};
    for (size_t f = FIXED; f < level->field_count; f++)
        values[f].number = sink_export_field_value(export, level->figures[f], year, region);
    return sink_geopackage_add(geopackage, values, &of->outline, error);
}

static enum sink_status add_level(const struct sink_export *export, const struct level *level,
                                  struct sink_geopackage *geopackage, struct sink_error *error)
{
    const struct sink_geopackage_layer layer = {
        .name = level->name,
        .title = level->title,
        .description = sink_dataset_text(&export->dataset, NULL, "title"),
        .fields = level->fields,
        .field_count = level->field_count,
        .has_outlines = true};
    enum sink_status status = sink_geopackage_start_layer(geopackage, &layer, error);
    for (size_t r = 0; r < export->regions.count && status == SINK_OK; r++)
        if (export->regions.items[r].level == level->level)
            status = add_region(export, level, r, geopackage, error);
    return status;
}

/* The next level after `level` that some region is on, or -1. */
static int next_level(const struct sink_export *export, int level)
{
    int next = -1;
    for (size_t r = 0; r < export->regions.count; r++) {
        const int found = export->regions.items[r].level;
        if (found > level && (next < 0 || found < next))
            next = found;
    }
    return next;
}

static const struct sink_geopackage_field value_fields[] = {
    {"region_id", NULL, SINK_GEOPACKAGE_TEXT}, {"region_name", NULL, SINK_GEOPACKAGE_TEXT},
    {"level", NULL, SINK_GEOPACKAGE_WHOLE},    {"period_start", NULL, SINK_GEOPACKAGE_WHOLE},
    {"year", NULL, SINK_GEOPACKAGE_WHOLE},     {"class", NULL, SINK_GEOPACKAGE_TEXT},
    {"pool", NULL, SINK_GEOPACKAGE_TEXT},      {"from", NULL, SINK_GEOPACKAGE_TEXT},
    {"group", NULL, SINK_GEOPACKAGE_TEXT},     {"quantity", NULL, SINK_GEOPACKAGE_TEXT},
    {"value", NULL, SINK_GEOPACKAGE_REAL},     {"lower", NULL, SINK_GEOPACKAGE_REAL},
    {"upper", NULL, SINK_GEOPACKAGE_REAL},     {"se", NULL, SINK_GEOPACKAGE_REAL},
    {"unit", NULL, SINK_GEOPACKAGE_TEXT},      {"unit_of", NULL, SINK_GEOPACKAGE_TEXT}};
#define VALUE_FIELDS (sizeof value_fields / sizeof *value_fields)

struct table {
    const struct sink_export *export;
    struct sink_geopackage *geopackage;
    struct sink_error *error;
};

static const char *text_or_none(const char *text)
{
    return *text ? text : NULL;
}

static bool add_row(void *taker, const struct sink_export_row *row)
{
    const struct table *table = taker;
    const struct sink_region *region = &table->export->regions.items[row->region];
    const struct sink_geopackage_value values[VALUE_FIELDS] = {
        {.text = region->id},
        {.text = region->name},
        {.number = region->level},
        {.number = row->start > 0 ? (double)row->start : NAN},
        {.number = row->year > 0 ? (double)row->year : NAN},
        {.text = text_or_none(row->labels[SINK_EXPORT_CLASS])},
        {.text = text_or_none(row->labels[SINK_EXPORT_POOL])},
        {.text = text_or_none(row->labels[SINK_EXPORT_FROM])},
        {.text = text_or_none(row->labels[SINK_EXPORT_GROUP])},
        {.text = row->quantity->name},
        {.number = row->value},
        {.number = row->lower},
        {.number = row->upper},
        {.number = row->se},
        {.text = row->quantity->unit},
        {.text = text_or_none(row->quantity->unit_of)}};
    return sink_geopackage_add(table->geopackage, values, NULL, table->error) == SINK_OK;
}

static const char *word(enum sink_export_language language, const char *english,
                        const char *chinese)
{
    return language == SINK_EXPORT_CHINESE ? chinese : english;
}

static enum sink_status add_values(const struct sink_export *export,
                                   enum sink_export_language language,
                                   struct sink_geopackage *geopackage, struct sink_error *error)
{
    const struct sink_geopackage_layer layer = {
        .name = "inventory_values",
        .title = word(language, "All values of the inventory", "清单全部数值"),
        .description =
            word(language, "one value a row; inventory_quantities says what the quantities are",
                 "每行一个数值；各指标的含义见 inventory_quantities"),
        .fields = value_fields,
        .field_count = VALUE_FIELDS};
    struct table table = {export, geopackage, error};
    const enum sink_status status = sink_geopackage_start_layer(geopackage, &layer, error);
    if (status != SINK_OK)
        return status;
    return sink_export_rows(export, add_row, &table) ? SINK_OK : SINK_FAILED;
}

static enum sink_status add_quantities(const struct sink_export *export,
                                       enum sink_export_language language,
                                       struct sink_geopackage *geopackage, struct sink_error *error)
{
    static const struct sink_geopackage_field fields[] = {{"quantity", NULL, SINK_GEOPACKAGE_TEXT},
                                                          {"title", NULL, SINK_GEOPACKAGE_TEXT},
                                                          {"unit", NULL, SINK_GEOPACKAGE_TEXT},
                                                          {"unit_of", NULL, SINK_GEOPACKAGE_TEXT},
                                                          {"comment", NULL, SINK_GEOPACKAGE_TEXT}};
    const struct sink_geopackage_layer layer = {
        .name = "inventory_quantities",
        .title = word(language, "What the quantities are", "指标说明"),
        .description =
            word(language, "names, units and comments of the quantities in inventory_values",
                 "inventory_values 中各指标的名称、单位和说明"),
        .fields = fields,
        .field_count = sizeof fields / sizeof *fields};
    enum sink_status status = sink_geopackage_start_layer(geopackage, &layer, error);
    for (size_t q = 0; q < export->quantity_count && status == SINK_OK; q++) {
        const struct sink_export_quantity *of = &export->quantities[q];
        const char *title =
            language == SINK_EXPORT_CHINESE ? sink_words_chinese_name(of->name) : NULL;
        const struct sink_geopackage_value values[] = {{.text = of->name},
                                                       {.text = title ? title : of->title},
                                                       {.text = of->unit},
                                                       {.text = text_or_none(of->unit_of)},
                                                       {.text = of->comment}};
        status = sink_geopackage_add(geopackage, values, NULL, error);
    }
    return status;
}

/* Two styles for each level: carbon, which QGIS takes, and the sink, to choose. */
static enum sink_status add_styles(const struct sink_export *export,
                                   enum sink_export_language language,
                                   struct sink_geopackage *geopackage, struct sink_error *error)
{
    static const char *const figures[MAX_STYLES] = {"carbon_density_t_per_ha",
                                                    "net_sink_tco2_per_ha_yr"};
    struct sink_geopackage_style *styles = NULL;
    char(*names)[32] = NULL;
    size_t count = 0, level_count = 0;
    enum sink_status status = SINK_OK;
    for (int level = next_level(export, -1); level >= 0; level = next_level(export, level))
        level_count++;
    styles = calloc(MAX_STYLES * level_count + 1, sizeof *styles);
    names = calloc(MAX_STYLES * level_count + 1, sizeof *names);
    if (!styles || !names)
        status = sink_fail_memory(error);
    for (int level = next_level(export, -1); level >= 0; level = next_level(export, level))
        for (size_t s = 0; s < MAX_STYLES && status == SINK_OK; s++) {
            const size_t field = sink_export_field_of(figures[s]);
            char *qml = sink_export_style(export, level, field, language);
            if (!qml)
                status = sink_fail_memory(error);
            else if (!*qml)
                free(qml);
            else {
                snprintf(names[count], sizeof *names, "regions_level_%d", level);
                styles[count] = (struct sink_geopackage_style){
                    names[count], sink_export_field(field, language).title, "sinkcalc", qml,
                    s == 0};
                count++;
            }
        }
    if (status == SINK_OK)
        status = sink_geopackage_add_styles(geopackage, styles, count, error);
    for (size_t s = 0; s < count; s++)
        free((char *)(uintptr_t)styles[s].qml);
    free(styles);
    free(names);
    return status;
}

enum sink_status sink_export_geopackage(const struct sink_export *export,
                                        const struct sink_file_part *part,
                                        enum sink_export_language language,
                                        struct sink_error *error)
{
    char date[32];
    struct sink_geopackage *geopackage;
    snprintf(date, sizeof date, "%04d-12-31T00:00:00.000Z",
             export->years[export->year_count - 1].year);
    enum sink_status status = sink_geopackage_open(part->path, date, &geopackage, error);
    if (status != SINK_OK)
        return status;
    for (int number = next_level(export, -1); number >= 0 && status == SINK_OK;
         number = next_level(export, number)) {
        struct level level;
        describe_level(export, number, language, &level);
        status = add_level(export, &level, geopackage, error);
    }
    if (status == SINK_OK)
        status = add_values(export, language, geopackage, error);
    if (status == SINK_OK)
        status = add_quantities(export, language, geopackage, error);
    if (status == SINK_OK)
        status = add_styles(export, language, geopackage, error);
    const void *image;
    size_t bytes;
    if (status == SINK_OK)
        status = sink_geopackage_finish(geopackage, &image, &bytes, error);
    if (status == SINK_OK)
        status = sink_file_part_write(part, image, bytes, error);
    sink_geopackage_drop(geopackage);
    return status;
}
