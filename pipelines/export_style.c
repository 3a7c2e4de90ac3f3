/* Styles that QGIS applies by itself: choropleths in classes of about as many regions each.
 * Colours: ColorBrewer's YlGn and BrBG, which the colour-blind can tell apart. */
#include "pipelines/export_layers.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_CLASSES = 6 };
static const char *const greens[] = {"255,255,204", "194,230,153", "120,198,121", "49,163,84",
                                     "0,104,55"};
static const char *const sources[] = {"140,81,10", "216,179,101"};
static const char *const sinks[] = {"199,234,229", "128,205,193", "53,151,143", "1,102,94"};

/* Class c goes from bounds[c] to bounds[c + 1]. */
struct classes {
    double bounds[MAX_CLASSES + 1];
    const char *colours[MAX_CLASSES];
    size_t count;
};

static int by_size(const void *a, const void *b)
{
    const double first = *(const double *)a, second = *(const double *)b;
    return first < second ? -1 : first > second;
}

/* Classes up to the quantiles of sorted values; those that would be empty are left out. */
static void add_classes(struct classes *classes, const double *values, size_t count,
                        const char *const *colours, size_t colour_count)
{
    for (size_t c = 1; count > 0 && c <= colour_count; c++) {
        const double bound = values[(c * count + colour_count - 1) / colour_count - 1];
        if (classes->count > 0 && bound <= classes->bounds[classes->count])
            continue;
        classes->colours[classes->count++] = colours[c - 1];
        classes->bounds[classes->count] = bound;
    }
}

/* Where some values are negative, zero is a bound, and the colours change there. */
static struct classes classify(double *values, size_t count, bool is_signed)
{
    struct classes classes = {.count = 0};
    size_t below = 0;
    qsort(values, count, sizeof *values, by_size);
    if (count == 0)
        return classes;
    while (below < count && values[below] < 0)
        below++;
    classes.bounds[0] = is_signed && below == 0 ? 0 : values[0];
    if (!is_signed) {
        add_classes(&classes, values, count, greens, sizeof greens / sizeof *greens);
        return classes;
    }
    add_classes(&classes, values, below, sources, sizeof sources / sizeof *sources);
    if (below > 0)
        classes.bounds[classes.count] = 0;
    add_classes(&classes, values + below, count - below, sinks, sizeof sinks / sizeof *sinks);
    return classes;
}

static void put_symbol(FILE *out, size_t i, const char *colour)
{
    const char *const options[][2] = {
        {"color", colour},        {"outline_color", "90,90,90,255"}, {"outline_style", "solid"},
        {"outline_width", "0.2"}, {"outline_width_unit", "MM"},      {"style", "solid"}};
    fprintf(out,
            "<symbol type=\"fill\" name=\"%zu\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">"
            "<layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\">"
            "<Option type=\"Map\">",
            i);
    for (size_t o = 0; o < sizeof options / sizeof *options; o++)
        fprintf(out, "<Option type=\"QString\" name=\"%s\" value=\"%s%s\"/>", options[o][0],
                options[o][1], o == 0 ? ",255" : "");
    fputs("</Option>", out);
    for (size_t o = 0; o < sizeof options / sizeof *options; o++) /* QGIS before 3.18 */
        fprintf(out, "<prop k=\"%s\" v=\"%s%s\"/>", options[o][0], options[o][1],
                o == 0 ? ",255" : "");
    fputs("</layer></symbol>\n", out);
}

static void put_renderer(FILE *out, const struct classes *classes, struct sink_export_field field)
{
    fprintf(out,
            "<renderer-v2 type=\"graduatedSymbol\" attr=\"%s\" graduatedMethod=\"GraduatedColor\" "
            "symbollevels=\"0\" forceraster=\"0\" enableorderby=\"0\">\n<ranges>\n",
            field.name);
    for (size_t c = 0; c < classes->count; c++)
        fprintf(out,
                "<range symbol=\"%zu\" lower=\"%.17g\" upper=\"%.17g\" label=\"%.*f - %.*f %s\" "
                "render=\"true\"/>\n",
                c, classes->bounds[c], classes->bounds[c + 1], field.decimals, classes->bounds[c],
                field.decimals, classes->bounds[c + 1], field.unit);
    fputs("</ranges>\n<symbols>\n", out);
    for (size_t c = 0; c < classes->count; c++)
        put_symbol(out, c, classes->colours[c]);
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

static char *write_style(const struct classes *classes, size_t field,
                         enum sink_export_language language)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    if (classes->count > 0) {
        fputs("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis "
              "version=\"3.22.0\" styleCategories=\"Symbology|Fields\">\n",
              out);
        put_renderer(out, classes, sink_export_field(field, language));
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
    double *values = malloc((export->regions.count + 1) * sizeof *values);
    if (!values)
        return NULL;
    for (size_t r = 0; r < export->regions.count; r++) {
        const double value = sink_export_field_value(export, field, export->year_count - 1, r);
        if (export->regions.items[r].level == level && isfinite(value) &&
            export->regions.items[r].outline.part_count > 0)
            values[count++] = value;
    }
    const struct classes classes =
        classify(values, count, field == sink_export_field_of("net_sink_tco2_per_ha_yr"));
    free(values);
    return write_style(&classes, field, language);
}
