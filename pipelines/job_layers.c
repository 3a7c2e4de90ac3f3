/* The layers of a job: one table of keys for each role. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LIMIT_BYTES 60

/* --- keys with a form of their own --- */

static void read_nodata(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    struct sink_job_layer *layer = target;
    layer->has_nodata = sink_walk_number(walk, node, "a number", &layer->nodata);
}

static void read_depth(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const char *const words[] = {"30 cm", "100 cm", "1 m", NULL};
    struct sink_job_layer *layer = target;
    int index;
    if (sink_walk_word(walk, node, words, &index))
        layer->depth_cm = index == 0 ? 30 : 100;
}

static void read_share(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const char *const words[] = {
        [SINK_SHARE_PRESENCE] = "presence",
        [SINK_SHARE_FRACTION] = "fraction",
        [SINK_SHARE_PERCENT] = "percent",
        NULL,
    };
    struct sink_job_layer *layer = target;
    int index;
    if (!sink_walk_word(walk, node, words, &index))
        return;
    layer->share = (enum sink_ecosystem_unit)index;
    sink_walk_text(walk, node, "a unit", &layer->unit_text);
}

static bool is_unit_of(enum sink_layer_role role, const struct sink_unit *unit)
{
    switch (role) {
    case SINK_ROLE_ABOVE_GROUND_BIOMASS:
        return unit->quantity == SINK_QUANTITY_DRY_MATTER_T_HA ||
               unit->quantity == SINK_QUANTITY_CARBON_T_HA;
    case SINK_ROLE_STOCK_VOLUME:
        return unit->quantity == SINK_QUANTITY_VOLUME_M3_HA;
    case SINK_ROLE_SOIL_CARBON:
        return unit->quantity == SINK_QUANTITY_CARBON_T_HA;
    default:
        return unit->quantity != SINK_QUANTITY_NONE && unit->quantity != SINK_QUANTITY_SHARE;
    }
}

static void read_unit(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    struct sink_job_layer *layer = target;
    struct sink_unit unit;
    if (node->kind == SINK_YAML_TEXT && sink_unit_parse(node->text, &unit) &&
        is_unit_of(layer->role, &unit)) {
        if (sink_walk_text(walk, node, "a unit", &layer->unit_text))
            layer->unit = unit;
        return;
    }
    size_t count, used = 0;
    const char *const *spellings = sink_unit_spellings(&count);
    const char **fitting = malloc((count + 1) * sizeof *fitting);
    if (!fitting) {
        sink_place_fault_memory(walk->faults);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (sink_unit_parse(spellings[i], &unit) && is_unit_of(layer->role, &unit))
            fitting[used++] = spellings[i];
    sink_walk_expected_word(walk, node, fitting, used);
    free(fitting);
}

/* --- the tables; `file` is the first of each --- */

#define FILE_KEYS                                                                                  \
    {.name = "file",                                                                               \
     .kind = SINK_KEY_TEXTS,                                                                       \
     .is_required = true,                                                                          \
     .offset = offsetof(struct sink_job_layer, files),                                             \
     .count_offset = offsetof(struct sink_job_layer, file_count),                                  \
     .check = sink_check_layer_file,                                                               \
     .expected = "the path of a raster, or a list of them"},                                       \
        {.name = "band", .kind = SINK_KEY_COUNT, .offset = offsetof(struct sink_job_layer, band)}, \
        {.name = "variable",                                                                       \
         .kind = SINK_KEY_TEXT,                                                                    \
         .offset = offsetof(struct sink_job_layer, variable),                                      \
         .expected = "the name of a netCDF variable"},                                             \
        {.name = "crs",                                                                            \
         .kind = SINK_KEY_TEXT,                                                                    \
         .offset = offsetof(struct sink_job_layer, crs),                                           \
         .check = sink_check_crs,                                                                  \
         .expected = "a CRS such as EPSG:4326"},                                                   \
    {                                                                                              \
        .name = "nodata", .kind = SINK_KEY_PART, .read = read_nodata                               \
    }

#define LEGEND_KEY                                                                                 \
    {                                                                                              \
        .name = "legend", .kind = SINK_KEY_TEXT, .is_required = true,                              \
        .offset = offsetof(struct sink_job_layer, legend), .check = sink_check_table,              \
        .expected = "a built-in legend or the path of a CSV file"                                  \
    }

#define CLASSES_KEY                                                                                \
    {                                                                                              \
        .name = "classes", .kind = SINK_KEY_TEXTS,                                                 \
        .offset = offsetof(struct sink_job_layer, classes),                                        \
        .count_offset = offsetof(struct sink_job_layer, class_count), .check = sink_check_class,   \
        .expected = "a list of classes"                                                            \
    }

/* Read by the layer once its role and unit are known. */
#define LATER_KEY(key)                                                                             \
    {                                                                                              \
        .name = key, .kind = SINK_KEY_PART                                                         \
    }

static const struct sink_key coded_keys[] = {FILE_KEYS, LEGEND_KEY, LATER_KEY("method")};
static const struct sink_key ecosystem_keys[] = {
    FILE_KEYS,
    {.name = "unit", .kind = SINK_KEY_PART, .read = read_share},
    {.name = "class",
     .kind = SINK_KEY_TEXT,
     .offset = offsetof(struct sink_job_layer, class_name),
     .check = sink_check_class,
     .expected = "a class"},
    LATER_KEY("method"),
};
#define UNIT_KEY(required)                                                                         \
    {                                                                                              \
        .name = "unit", .kind = SINK_KEY_PART, .is_required = required, .read = read_unit,         \
        .expected = "the unit of the values"                                                       \
    }
static const struct sink_key quantity_keys[] = {
    FILE_KEYS, UNIT_KEY(true), LATER_KEY("sd"), CLASSES_KEY, LATER_KEY("method"),
};
static const struct sink_key soil_keys[] = {
    FILE_KEYS,
    UNIT_KEY(true),
    {.name = "depth",
     .kind = SINK_KEY_PART,
     .is_required = true,
     .read = read_depth,
     .expected = "30 cm, 100 cm or 1 m"},
    LATER_KEY("sd"),
    CLASSES_KEY,
    LATER_KEY("method"),
};
static const struct sink_key sd_keys[] = {FILE_KEYS, UNIT_KEY(false)};
static const struct sink_key constant_keys[] = {
    {.name = "value",
     .kind = SINK_KEY_TEXT,
     .is_required = true,
     .offset = offsetof(struct sink_job_layer, constant),
     .check = sink_check_name,
     .expected = "a name of a-z, 0-9 and _"},
};

static const struct sink_keys coded = SINK_KEYS(coded_keys);
static const struct sink_keys ecosystem = SINK_KEYS(ecosystem_keys);
static const struct sink_keys quantity = SINK_KEYS(quantity_keys);
static const struct sink_keys soil = SINK_KEYS(soil_keys);
static const struct sink_keys sd = SINK_KEYS(sd_keys);
static const struct sink_keys constant = SINK_KEYS(constant_keys);

static const struct role {
    const char *name;
    enum sink_layer_role role;
    const struct sink_keys *keys;
} roles[] = {
    {"land_cover", SINK_ROLE_LAND_COVER, &coded},
    {"forest", SINK_ROLE_ECOSYSTEM, &ecosystem},
    {"grassland", SINK_ROLE_ECOSYSTEM, &ecosystem},
    {"wetland", SINK_ROLE_ECOSYSTEM, &ecosystem},
    {"mangrove", SINK_ROLE_ECOSYSTEM, &ecosystem},
    {"salt_marsh", SINK_ROLE_ECOSYSTEM, &ecosystem},
    {"seagrass", SINK_ROLE_ECOSYSTEM, &ecosystem},
    {"above_ground_biomass", SINK_ROLE_ABOVE_GROUND_BIOMASS, &quantity},
    {"stock_volume", SINK_ROLE_STOCK_VOLUME, &quantity},
    {"soil_carbon", SINK_ROLE_SOIL_CARBON, &soil},
};
#define ROLE_COUNT (sizeof roles / sizeof *roles)
static const struct role overlay = {"", SINK_ROLE_OVERLAY, &coded};

/* --- one layer --- */

/* A map, or just the file where no other key is required. */
static void read_keys(struct sink_walk *walk, const struct sink_yaml_node *node,
                      const struct sink_keys *keys, struct sink_job_layer *layer)
{
    const struct sink_key *file = &keys->items[0];
    const struct sink_keys others = {keys->items + 1, keys->count - 1};
    if (node->kind == SINK_YAML_MAP) {
        sink_walk_map(walk, node, keys, layer);
        return;
    }
    sink_walk_texts(walk, node, file, &layer->files, &layer->file_count);
    sink_walk_absent(walk, node, &others);
}

static struct sink_job_layer *add_layer(struct sink_walk *walk, struct sink_job *job,
                                        const struct sink_yaml_node *node, char *name)
{
    struct sink_job_layer *layers =
        realloc(job->layers, (job->layer_count + 1) * sizeof *job->layers);
    if (layers)
        job->layers = layers;
    if (!layers || !name) {
        free(name);
        sink_place_fault_memory(walk->faults);
        return NULL;
    }
    struct sink_job_layer *layer = &layers[job->layer_count++];
    *layer = (struct sink_job_layer){.name = name,
                                     .band = 1,
                                     .depth_cm = NAN,
                                     .of = -1,
                                     .range_m = NAN,
                                     .place = node->key_place};
    return layer;
}

static void set_yearly(struct sink_job_layer *layer)
{
    for (size_t i = 0; i < layer->file_count; i++)
        layer->is_yearly = layer->is_yearly || strstr(layer->files[i], "{year}");
}

static bool is_code(const struct sink_job_layer *layer)
{
    return layer->role == SINK_ROLE_LAND_COVER || layer->role == SINK_ROLE_OVERLAY ||
           (layer->role == SINK_ROLE_ECOSYSTEM && layer->share == SINK_SHARE_PRESENCE);
}

static void read_method(struct sink_walk *walk, const struct sink_yaml_node *node,
                        struct sink_job_layer *layer)
{
    static const char *const words[] = {
        [SINK_RESAMPLE_NEAREST] = "nearest",
        [SINK_RESAMPLE_BILINEAR] = "bilinear",
        [SINK_RESAMPLE_AVERAGE] = "average",
        NULL,
    };
    int index;
    layer->method = is_code(layer) ? SINK_RESAMPLE_NEAREST : SINK_RESAMPLE_AVERAGE;
    if (!node || !sink_walk_word(walk, node, words, &index))
        return;
    if (is_code(layer) && index != SINK_RESAMPLE_NEAREST)
        sink_walk_expected(walk, node, "nearest (the values are codes, of which there is no mean)");
    else
        layer->method = (enum sink_resample)index;
}

/* Unit and method are those of the layer that it belongs to. */
static void read_sd(struct sink_walk *walk, const struct sink_yaml_node *node, struct sink_job *job,
                    size_t of)
{
    struct sink_job_layer *layer =
        add_layer(walk, job, node, sink_text_format("%s_sd", job->layers[of].name));
    if (!layer)
        return;
    const struct sink_job_layer *const main = &job->layers[of];
    layer->role = SINK_ROLE_SD;
    layer->of = (int)of;
    read_keys(walk, node, &sd, layer);
    set_yearly(layer);
    const bool is_same =
        !layer->unit_text || !main->unit_text ||
        (layer->unit.quantity == main->unit.quantity && layer->unit.factor == main->unit.factor);
    if (!is_same)
        sink_walk_expected(walk, sink_yaml_find(node, "unit"), "%s as its layer has",
                           main->unit_text);
    if (layer->is_yearly && !main->is_yearly && main->file_count)
        sink_walk_fault(walk, node, "a file for each {year}, expected one as its layer has");
    layer->method = main->method;
    layer->depth_cm = main->depth_cm;
    layer->unit = main->unit;
    if (!layer->unit_text && main->unit_text) {
        layer->unit_text = sink_text_copy(main->unit_text);
        if (!layer->unit_text)
            sink_place_fault_memory(walk->faults);
    }
}

static void set_class(struct sink_walk *walk, const struct sink_yaml_node *node,
                      struct sink_job_layer *layer)
{
    if (layer->class_name || sink_yaml_find(node, "class"))
        return;
    if (sink_class_list_find(walk->classes, layer->name) < 0) {
        sink_walk_fault(walk, node, "no class of this name, expected the key class");
        return;
    }
    layer->class_name = sink_text_copy(layer->name);
    if (!layer->class_name)
        sink_place_fault_memory(walk->faults);
}

static void read_layer(struct sink_walk *walk, const struct sink_yaml_node *node,
                       const struct role *role, struct sink_job *job)
{
    const size_t index = job->layer_count;
    struct sink_job_layer *layer = add_layer(walk, job, node, sink_text_copy(node->key));
    if (!layer)
        return;
    const struct sink_yaml_node *value =
        role->role == SINK_ROLE_OVERLAY ? sink_yaml_find(node, "value") : NULL;
    const bool is_constant = value && !sink_yaml_find(node, "file");
    layer->role = role->role;
    if (is_constant)
        sink_walk_map(walk, node, &constant, layer);
    else if (value)
        sink_walk_fault(walk, value, "together with file, expected one of the two");
    else
        read_keys(walk, node, role->keys, layer);
    set_yearly(layer);
    read_method(walk, is_constant ? NULL : sink_yaml_find(node, "method"), layer);
    if (layer->role == SINK_ROLE_ECOSYSTEM)
        set_class(walk, node, layer);
    const struct sink_yaml_node *deviation = sink_yaml_find(node, "sd");
    if (deviation && (role->keys == &quantity || role->keys == &soil))
        read_sd(walk, deviation, job, index);
}

/* --- all of them --- */

/* An overlay is named as the job likes; one that has neither legend nor value and nearly the name
 * of another layer is a slip. */
static bool check_overlay_name(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    const char *names[ROLE_COUNT];
    char path[256];
    sink_yaml_path(node, path, sizeof path);
    for (size_t i = 0; i < ROLE_COUNT; i++)
        names[i] = roles[i].name;
    const size_t length = strlen(node->key);
    if (strspn(node->key, "abcdefghijklmnopqrstuvwxyz0123456789_") != length || length == 0 ||
        length > NAME_LIMIT_BYTES || strchr("0123456789_", node->key[0])) {
        sink_place_fault(walk->faults, node->key_place,
                         "%s: not the name of a layer, expected at most %d of a-z, 0-9 and _, "
                         "beginning with a letter",
                         path, NAME_LIMIT_BYTES);
        return false;
    }
    if (strcmp(node->key, "class") == 0 ||
        (length > 3 && strcmp(node->key + length - 3, "_sd") == 0)) {
        sink_place_fault(walk->faults, node->key_place,
                         "%s: a name that the tally uses itself, expected another one", path);
        return false;
    }
    const char *nearest = sink_text_nearest(node->key, names, ROLE_COUNT);
    if (!nearest || sink_yaml_find(node, "legend") || sink_yaml_find(node, "value"))
        return true;
    sink_place_fault(walk->faults, node->key_place,
                     "%s: unknown layer without legend or value, expected an overlay to have one "
                     "(did you mean %s?)",
                     path, nearest);
    return false;
}

void sink_job_read_layers(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    if (node->kind != SINK_YAML_MAP) {
        sink_walk_expected(walk, node, "a map of layers by name");
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct sink_yaml_node *item = node->items[i];
        const struct role *role = &overlay;
        for (size_t r = 0; r < ROLE_COUNT; r++)
            if (strcmp(item->key, roles[r].name) == 0)
                role = &roles[r];
        if (!item->is_doubled && (role != &overlay || check_overlay_name(walk, item)))
            read_layer(walk, item, role, target);
    }
}
