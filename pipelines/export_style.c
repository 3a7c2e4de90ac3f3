/* Styles that QGIS applies by itself: choropleths in the classes and colours of the report. */
#include "pipelines/export_layers.h"

#include "pipelines/report/classes.h"

#include <math.h>
#include <stdlib.h>

/* A style of a level: its figure and the classes of its values. */
struct style {
    struct sink_export_field field;
    struct sink_map_classes classes;
    enum sink_palette palette;
    const char *to; /* between two numbers */
};

/* Where a class that is shown begins and ends. */
static double lower_of(const struct sink_map_classes *classes, size_t c)
{
    return c == 0 ? classes->least : classes->breaks[c - 1];
}

static double upper_of(const struct sink_map_classes *classes, size_t c)
{
    return c == classes->break_count ? classes->greatest : classes->breaks[c];
}

/* Has it a place among the values? A scale for sinks and sources has two sides; one may be empty.
 */
static bool is_shown(const struct sink_map_classes *classes, size_t c)
{
    return (c == classes->break_count || classes->breaks[c] > classes->least) &&
           (c == 0 || classes->breaks[c - 1] <= classes->greatest);
}

static void put_symbol(FILE *out, size_t i, const char *hex)
{
    char colour[24];
    const unsigned long rgb = strtoul(hex + 1, NULL, 16);
    snprintf(colour, sizeof colour, "%lu,%lu,%lu,255", rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255);
    const char *const options[][2] = {
        {"color", colour},        {"outline_color", "90,90,90,255"}, {"outline_style", "solid"},
        {"outline_width", "0.2"}, {"outline_width_unit", "MM"},      {"style", "solid"}};
    fprintf(out,
            "<symbol type=\"fill\" name=\"%zu\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">"
            "<layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\">"
            "<Option type=\"Map\">",
            i);
    for (size_t o = 0; o < sizeof options / sizeof *options; o++)
        fprintf(out, "<Option type=\"QString\" name=\"%s\" value=\"%s\"/>", options[o][0],
                options[o][1]);
    fputs("</Option>", out);
    for (size_t o = 0; o < sizeof options / sizeof *options; o++) /* QGIS before 3.18 */
        fprintf(out, "<prop k=\"%s\" v=\"%s\"/>", options[o][0], options[o][1]);
    fputs("</layer></symbol>\n", out);
}

/* "< 50 t C/ha", "50 to 80 t C/ha", "> 80 t C/ha"; all alike have their one value. */
static void put_label(FILE *out, const struct style *style, size_t c)
{
    const struct sink_map_classes *classes = &style->classes;
    const bool is_first = c == 0 || !is_shown(classes, c - 1);
    const bool is_last = c == classes->break_count || !is_shown(classes, c + 1);
    if (is_first && is_last)
        fprintf(out, "%.*f", style->field.decimals, classes->least);
    else if (is_first && c == 0)
        fprintf(out, "&lt; %.6g", classes->breaks[0]);
    else if (is_last && c == classes->break_count)
        fprintf(out, "&gt; %.6g", classes->breaks[c - 1]);
    else
        fprintf(out, "%.6g %s %.6g", classes->breaks[c - 1], style->to, classes->breaks[c]);
    fprintf(out, " %s", style->field.unit);
}

static void put_renderer(FILE *out, const struct style *style)
{
    char colour[8];
    const struct sink_map_classes *classes = &style->classes;
    fprintf(out,
            "<renderer-v2 type=\"graduatedSymbol\" attr=\"%s\" graduatedMethod=\"GraduatedColor\" "
            "symbollevels=\"0\" forceraster=\"0\" enableorderby=\"0\">\n<ranges>\n",
            style->field.name);
    for (size_t c = 0, shown = 0; c <= classes->break_count; c++) {
        if (!is_shown(classes, c))
            continue;
        fprintf(out, "<range symbol=\"%zu\" lower=\"%.17g\" upper=\"%.17g\" label=\"", shown++,
                lower_of(classes, c), upper_of(classes, c));
        put_label(out, style, c);
        fputs("\" render=\"true\"/>\n", out);
    }
    fputs("</ranges>\n<symbols>\n", out);
    for (size_t c = 0, shown = 0; c <= classes->break_count; c++)
        if (is_shown(classes, c))
            put_symbol(out, shown++, sink_palette_colour(style->palette, classes, c, colour));
    fputs("</symbols>\n</renderer-v2>\n", out);
}

static void put_aliases(FILE *out, enum sink_export_language language)
{
    fputs("<aliases>\n", out);
    for (size_t f = 0; f < sink_export_field_count(); f++) {
        const struct sink_export_field field = sink_export_field(f, language);
        fprintf(out, "<alias field=\"%s\" index=\"-1\" name=\"%s, %s\"/>\n", field.name,
                field.title, field.unit);
    }
    fputs("</aliases>\n", out);
}

static char *write_style(const struct style *style, enum sink_export_language language)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    if (!isnan(style->classes.least)) {
        fputs("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis "
              "version=\"3.22.0\" styleCategories=\"Symbology|Fields\">\n",
              out);
        put_renderer(out, style);
        put_aliases(out, language);
        fputs("</qgis>\n", out);
    }
    const bool is_good = !ferror(out);
    if (fclose(out) == 0 && is_good)
        return text;
    free(text);
    return NULL;
}

char *sink_export_style(const struct sink_export *export, int level, size_t field,
                        enum sink_export_language language)
{
    size_t count = 0;
    const bool is_sink = field == sink_export_field_of("net_sink_tco2_per_ha_yr");
    double *values = malloc((export->regions.count + 1) * sizeof *values);
    if (!values)
        return NULL;
    for (size_t r = 0; r < export->regions.count; r++)
        if (export->regions.items[r].level == level &&
            export->regions.items[r].outline.part_count > 0)
            values[count++] = sink_export_field_value(export, field, export->year_count - 1, r);
    const struct style style = {sink_export_field(field, language),
                                sink_map_classes_make(values, count, is_sink),
                                is_sink ? SINK_PALETTE_SINK : SINK_PALETTE_GREEN,
                                language == SINK_EXPORT_CHINESE ? "至" : "to"};
    free(values);
    return write_style(&style, language);
}
