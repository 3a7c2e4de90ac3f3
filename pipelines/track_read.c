/* One inventory, read as if a stranger had written it. */
#include "pipelines/digest.h"
#include "pipelines/inventory_parts.h"
#include "pipelines/job.h"
#include "pipelines/layout.h"
#include "pipelines/nc_reader.h"
#include "pipelines/tally_file.h"
#include "pipelines/track.h"
#include "pipelines/yaml.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <netcdf.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_YEAR 1
#define LAST_YEAR 9999

static void check_plain(struct sink_nc_reader *nc, const char *variable, const char *text)
{
    if (!*text || !sink_text_is_plain(text))
        sink_nc_reader_fault(nc, "%s: \"%.200s\" cannot be shown, expected a name", variable, text);
}

static void check_layout(struct sink_nc_reader *nc)
{
    char text[256], *layout = sink_nc_read_text(nc, "sinkcalc_layout");
    if (layout && strcmp(layout, SINK_INVENTORY_LAYOUT) != 0) {
        sink_layout_words(layout, SINK_WANTED_INVENTORY, text);
        sink_nc_reader_fault(nc, "%s", text);
    }
    free(layout);
}

/* The year whose last day is that many days after 1970-01-01, or in which the day lies. */
static int year_of(double days)
{
    int year = (int)floor(days / 365.2425) + 1970;
    while (sink_inventory_day(year) < days)
        year++;
    while (sink_inventory_day(year - 1) >= days)
        year--;
    return year;
}

static void read_years(struct sink_nc_reader *nc, struct sink_track_inventory *inventory)
{
    const size_t count = sink_nc_length(nc, "time");
    double *days = sink_nc_read_column(nc, "time", SINK_NC_DOUBLE, "time");
    if (count == 0)
        sink_nc_reader_fault(nc, "no year, expected one or more");
    if (sink_nc_is_good(nc)) /* then the file has so many */
        inventory->years = calloc(count + 1, sizeof *inventory->years);
    inventory->year_count = count;
    for (size_t i = 0; days && inventory->years && i < count; i++) {
        if (!(days[i] > sink_inventory_day(FIRST_YEAR - 1) &&
              days[i] <= sink_inventory_day(LAST_YEAR)))
            sink_nc_reader_fault(nc, "time: %g, expected days since 1970-01-01", days[i]);
        else
            inventory->years[i] = year_of(days[i]);
    }
    free(days);
}

/* The columns of the regions. */
struct columns {
    size_t count;
    char **ids, **names, **parents;
    int *levels, *kinds;
    double *areas_ha, *lats, *lons;
};

static void free_columns(struct columns *columns)
{
    sink_nc_free_texts(columns->ids, columns->count);
    sink_nc_free_texts(columns->names, columns->count);
    sink_nc_free_texts(columns->parents, columns->count);
    free(columns->levels);
    free(columns->kinds);
    free(columns->areas_ha);
    free(columns->lats);
    free(columns->lons);
}

static struct columns read_columns(struct sink_nc_reader *nc)
{
    struct columns columns = {.count = sink_nc_length(nc, "region")};
    if (columns.count == 0)
        sink_nc_reader_fault(nc, "no region, expected one or more");
    columns.ids = sink_nc_read_column(nc, "region_id", SINK_NC_STRING, "region");
    columns.names = sink_nc_read_column(nc, "region_name", SINK_NC_STRING, "region");
    columns.parents = sink_nc_read_column(nc, "region_parent", SINK_NC_STRING, "region");
    columns.levels = sink_nc_read_column(nc, "region_level", SINK_NC_INT, "region");
    columns.kinds = sink_nc_read_column(nc, "region_kind", SINK_NC_INT, "region");
    columns.areas_ha = sink_nc_read_column(nc, "region_area", SINK_NC_DOUBLE, "region");
    columns.lats = sink_nc_read_column(nc, "lat", SINK_NC_DOUBLE, "region");
    columns.lons = sink_nc_read_column(nc, "lon", SINK_NC_DOUBLE, "region");
    for (size_t i = 0; sink_nc_is_good(nc) && i < columns.count; i++) {
        check_plain(nc, "region_id", columns.ids[i]);
        check_plain(nc, "region_name", columns.names[i]);
    }
    return columns;
}

/* Whose parent is it? A file of one region does not hold its parent: then it is a top. */
struct id_place {
    const char *id;
    size_t index;
};

static int compare_ids(const void *a, const void *b)
{
    const struct id_place *left = a, *right = b;
    return strcmp(left->id, right->id);
}

static void link_parents(struct sink_nc_reader *nc, const struct columns *columns,
                         struct sink_region_list *regions)
{
    struct id_place *places = malloc((columns->count + 1) * sizeof *places);
    if (!places) {
        sink_fail_memory(&nc->error);
        return;
    }
    for (size_t i = 0; i < columns->count; i++)
        places[i] = (struct id_place){columns->ids[i], i};
    qsort(places, columns->count, sizeof *places, compare_ids);
    for (size_t i = 1; i < columns->count; i++)
        if (strcmp(places[i - 1].id, places[i].id) == 0)
            sink_nc_reader_fault(nc, "region %s is there twice", places[i].id);
    for (size_t i = 0; i < columns->count; i++) {
        const struct id_place wanted = {columns->parents[i], 0};
        const struct id_place *found =
            bsearch(&wanted, places, columns->count, sizeof *places, compare_ids);
        if (found && found->index >= i)
            sink_nc_reader_fault(nc, "region %s comes before its parent %s", columns->ids[i],
                                 wanted.id);
        else
            regions->items[i].parent = found ? (int)found->index : -1;
    }
    free(places);
}

static double plain(double value)
{
    return value >= NC_FILL_DOUBLE ? NAN : value;
}

static void read_regions(struct sink_nc_reader *nc, struct sink_track_inventory *inventory)
{
    struct columns columns = read_columns(nc);
    for (size_t i = 0; sink_nc_is_good(nc) && i < columns.count; i++) {
        struct sink_region *region = sink_region_list_add(&inventory->regions);
        if (!region) {
            sink_fail_memory(&nc->error);
            break;
        }
        region->id = sink_text_copy(columns.ids[i]);
        region->name = sink_text_copy(columns.names[i]);
        region->level = columns.levels[i];
        region->area_m2 = plain(columns.areas_ha[i]) * SINK_M2_PER_HA;
        region->lat_deg = columns.lats[i];
        region->lon_deg = columns.lons[i];
        if (!region->id || !region->name)
            sink_fail_memory(&nc->error);
        if (columns.kinds[i] < SINK_REGION_POLYGON || columns.kinds[i] > SINK_REGION_REST)
            sink_nc_reader_fault(nc, "region_kind: %d, expected 0, 1 or 2", columns.kinds[i]);
        else
            region->kind = (enum sink_region_kind)columns.kinds[i];
    }
    if (sink_nc_is_good(nc))
        link_parents(nc, &columns, &inventory->regions);
    free_columns(&columns);
}

/* [time][region]; NULL after a fault. */
static double *read_figure(struct sink_nc_reader *nc, const char *variable)
{
    static const char *const dimensions[] = {"time", "region", NULL};
    double *values = sink_nc_read(nc, variable, SINK_NC_DOUBLE, dimensions);
    const size_t count = values ? sink_nc_length(nc, "time") * sink_nc_length(nc, "region") : 0;
    for (size_t i = 0; i < count; i++) {
        values[i] = plain(values[i]);
        if (values[i] < 0)
            sink_nc_reader_fault(nc, "%s: %g, expected 0 or more", variable, values[i]);
    }
    return values;
}

/* What has no class, and is neither forest nor no forest. */
static double *read_unknown(struct sink_nc_reader *nc)
{
    static const char *const names[] = {"no_class_area", "unknown_class_area", "beyond_grid_area"};
    const size_t count = sink_nc_length(nc, "time") * sink_nc_length(nc, "region");
    double *sums = calloc(count + 1, sizeof *sums);
    if (!sums)
        sink_fail_memory(&nc->error);
    for (size_t v = 0; sums && v < sizeof names / sizeof *names; v++) {
        double *values = sink_nc_has_variable(nc, names[v]) ? read_figure(nc, names[v]) : NULL;
        for (size_t i = 0; values && i < count; i++)
            sums[i] += isnan(values[i]) ? 0 : values[i];
        free(values);
    }
    return sums;
}

static void read_classes(struct sink_nc_reader *nc, struct sink_track_inventory *inventory)
{
    inventory->class_count = sink_nc_length(nc, "cover");
    inventory->classes = sink_nc_read_column(nc, "cover_name", SINK_NC_STRING, "cover");
    for (size_t i = 0; inventory->classes && i < inventory->class_count; i++)
        check_plain(nc, "cover_name", inventory->classes[i]);
}

static void read_figures(struct sink_nc_reader *nc, struct sink_track_inventory *inventory)
{
    inventory->land_ha = read_figure(nc, "land_area");
    inventory->forest_ha = read_figure(nc, "forest_area");
    inventory->completeness = read_figure(nc, "data_completeness");
    inventory->unknown_ha = read_unknown(nc);
    if (sink_nc_has_variable(nc, "forest_stock_volume"))
        inventory->volume_m3 = read_figure(nc, "forest_stock_volume");
}

/* Adds a name to a list of names, "a, b"; false without memory. */
static bool append_name(char **list, const char *name)
{
    char *longer = *list ? sink_text_format("%s, %s", *list, name) : sink_text_copy(name);
    free(*list);
    *list = longer;
    return longer != NULL;
}

static bool define(const struct sink_job *job, const struct sink_class_list *classes,
                   struct sink_track_definition *definition)
{
    definition->forest_is_built_in = job->forest_classes == NULL;
    definition->land_is_built_in = job->not_land_classes == NULL;
    for (size_t i = 0; i < classes->count; i++) {
        const struct sink_class *class = &classes->items[i];
        if ((sink_job_is_forest(job, class) && !append_name(&definition->forest, class->name)) ||
            (!sink_job_is_land(job, class) && !append_name(&definition->not_land, class->name)))
            return false;
    }
    return (definition->forest || append_name(&definition->forest, "none")) &&
           (definition->not_land || append_name(&definition->not_land, "none"));
}

static bool keep_targets(const struct sink_job *job, struct sink_track_inventory *inventory)
{
    const size_t bytes = job->target_count * sizeof *job->targets;
    inventory->target_count = job->target_count;
    inventory->targets = malloc(bytes + 1);
    if (inventory->targets && bytes > 0)
        memcpy(inventory->targets, job->targets, bytes);
    return inventory->targets != NULL;
}

/* The job itself holds the default where its text has none. The text was read before, so that what
 * goes wrong is for want of memory. */
static bool gives_targets(const char *path, const char *text, struct sink_error *error)
{
    struct sink_placed_faults faults = {.path = path};
    struct sink_faults told = {0};
    struct sink_yaml_node *root = NULL;
    const bool is_read = sink_yaml_parse(text, strlen(text), &root, &faults) == SINK_OK;
    const bool is_given = is_read && sink_yaml_find(root, "targets") != NULL;
    if (!is_read)
        sink_fail_memory(error);
    (void)!sink_placed_faults_move(&faults, &told);
    sink_faults_free(&told);
    sink_yaml_free(root);
    return is_given;
}

static void read_job(struct sink_nc_reader *nc, const struct sink_class_list *classes,
                     struct sink_track_inventory *inventory)
{
    struct sink_faults faults = {0};
    struct sink_job *job = NULL;
    char *path = sink_nc_read_text(nc, "sinkcalc_job_file");
    char *text = sink_nc_read_text(nc, "sinkcalc_job");
    if (path && text) {
        if (sink_job_parse(path, text, strlen(text), &job, &faults) != SINK_OK) {
            if (sink_faults_of_machine(&faults, &nc->error) == SINK_OK)
                sink_nc_reader_fault(nc, "the job in it: %s", faults.items[0].message);
        } else if (!define(job, classes, &inventory->definition) || !keep_targets(job, inventory))
            sink_fail_memory(&nc->error);
        if (sink_nc_is_good(nc))
            inventory->gives_targets = gives_targets(path, text, &nc->error);
    }
    sink_faults_free(&faults);
    sink_job_free(job);
    free(path);
    free(text);
}

enum sink_status sink_track_inventory_read(const char *path, const struct sink_class_list *classes,
                                           struct sink_track_inventory *inventory,
                                           struct sink_error *error)
{
    struct sink_nc_reader nc;
    *inventory = (struct sink_track_inventory){.path = sink_text_copy(path)};
    if (!inventory->path)
        return sink_fail_memory(error);
    enum sink_status status = sink_nc_reader_open(&nc, path, error);
    if (status == SINK_OK) {
        check_layout(&nc);
        read_years(&nc, inventory);
        read_regions(&nc, inventory);
        read_figures(&nc, inventory);
        read_job(&nc, classes, inventory);
        read_classes(&nc, inventory);
        if (sink_nc_is_good(&nc) && !inventory->years)
            sink_fail_memory(&nc.error);
        status = sink_nc_reader_status(&nc, error);
        sink_nc_reader_close(&nc);
    }
    if (status == SINK_OK)
        status = sink_file_sha256(path, inventory->sha256, &inventory->bytes, error);
    if (status != SINK_OK)
        sink_track_inventory_free(inventory);
    return status;
}

void sink_track_inventory_free(struct sink_track_inventory *inventory)
{
    free(inventory->path);
    free(inventory->years);
    sink_region_list_free(&inventory->regions);
    sink_nc_free_texts(inventory->classes, inventory->class_count);
    free(inventory->definition.forest);
    free(inventory->definition.not_land);
    free(inventory->land_ha);
    free(inventory->forest_ha);
    free(inventory->completeness);
    free(inventory->unknown_ha);
    free(inventory->volume_m3);
    free(inventory->targets);
    *inventory = (struct sink_track_inventory){0};
}
