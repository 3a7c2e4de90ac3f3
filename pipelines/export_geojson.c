/* The regions as GeoJSON (RFC 7946): the main figures of the last year as properties. */
#include "pipelines/export_fields.h"
#include "pipelines/export_parts.h"

#include <math.h>

static void put_ring(const struct sink_outline *outline, size_t start, size_t count, FILE *out)
{
    fputc('[', out);
    for (size_t i = start; i < start + count; i++) {
        fputs(i > start ? ",[" : "[", out);
        sink_json_number(out, outline->lon_deg[i]);
        fputc(',', out);
        sink_json_number(out, outline->lat_deg[i]);
        fputc(']', out);
    }
    fputc(']', out);
}

static void put_geometry(const struct sink_outline *outline, FILE *out)
{
    size_t polygons = 0, start = 0;
    for (size_t p = 0; p < outline->part_count; p++)
        polygons += !outline->part_is_hole[p];
    if (polygons == 0) {
        fputs("null", out);
        return;
    }
    fprintf(out, "{\"type\": \"%s\", \"coordinates\": %s",
            polygons > 1 ? "MultiPolygon" : "Polygon", polygons > 1 ? "[" : "");
    for (size_t p = 0; p < outline->part_count; start += outline->part_nodes[p++]) {
        fputs(p == 0 ? "[" : outline->part_is_hole[p] ? "," : "],[", out);
        put_ring(outline, start, outline->part_nodes[p], out);
    }
    fputs(polygons > 1 ? "]]}" : "]}", out);
}

static void put_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, ", \"%s\": ", name);
    sink_json_text(out, text);
}

static void put_properties(const struct sink_export *export, size_t region, FILE *out)
{
    const size_t year = export->year_count - 1;
    fputs("{\"region_id\": ", out);
    sink_json_text(out, export->regions.items[region].id);
    put_text(out, "region_name", export->regions.items[region].name);
    put_text(out, "parent_id", export->parents[region]);
    fprintf(out, ", \"level\": %d, \"year\": %d, \"period_start\": %d",
            export->regions.items[region].level, export->years[year].year,
            export->years[year].start);
    for (size_t f = 0; f < sink_export_field_count(); f++) {
        if (!sink_export_has_field(export, f))
            continue;
        fprintf(out, ", \"%s\": ", sink_export_field(f, SINK_EXPORT_ENGLISH).name);
        sink_json_number(out, sink_export_field_value(export, f, year, region));
    }
    fputc('}', out);
}

bool sink_export_geojson(const struct sink_export *export, FILE *out)
{
    fputs("{\"type\": \"FeatureCollection\",\n\"title\": ", out);
    sink_json_text(out, sink_dataset_text(&export->dataset, NULL, "title"));
    fputs(",\n\"features\": [", out);
    for (size_t r = 0; r < export->regions.count; r++) {
        struct sink_outline cut;
        if (!sink_outline_cut(&export->regions.items[r].outline, &cut))
            return false;
        fputs(r > 0 ? ",\n{\"type\": \"Feature\", \"id\": " : "\n{\"type\": \"Feature\", \"id\": ",
              out);
        sink_json_text(out, export->regions.items[r].id);
        fputs(", \"properties\": ", out);
        put_properties(export, r, out);
        fputs(", \"geometry\": ", out);
        put_geometry(&cut, out);
        fputc('}', out);
        sink_outline_free(&cut);
    }
    fputs("\n]}\n", out);
    return true;
}
