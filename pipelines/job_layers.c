/* The layers of a job: one table of keys for each role. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LIMIT_BYTES 60

/* --- keys with a form of their own --- */

void sink_job_read_nodata(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
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
    case SINK_ROLE_STAND_AGE:
        return unit->quantity == SINK_QUANTITY_AGE_YR;
    default:
        return unit->quantity != SINK_QUANTITY_NONE && unit->quantity != SINK_QUANTITY_SHARE &&
               unit->quantity != SINK_QUANTITY_AGE_YR;
    }
}

void sink_job_read_unit(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
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

static void read_from(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const char *const words[] = {"above_ground_biomass", NULL};
    int index;
    (void)target;
    sink_walk_word(walk, node, words, &index);
}

/* --- the tables --- */

#define FILE_KEYS SINK_FILE_KEYS(sink_check_layer_file)

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
#define UNIT_KEY                                                                                   \
    {                                                                                              \
        .name = "unit", .kind = SINK_KEY_PART, .is_required = true, .read = sink_job_read_unit,    \
        .expected = "the unit of the values"                                                       \
    }
#define SD_KEYS LATER_KEY("sd"), LATER_KEY("correlation")
static const struct sink_key quantity_keys[] = {
    FILE_KEYS, UNIT_KEY, SD_KEYS, CLASSES_KEY, LATER_KEY("method"),
};
static const struct sink_key volume_keys[] = {
    FILE_KEYS, UNIT_KEY, SD_KEYS, CLASSES_KEY, LATER_KEY("method"), LATER_KEY("from"),
};
static const struct sink_key age_keys[] = {FILE_KEYS, UNIT_KEY, LATER_KEY("method")};
/* A volume that is derived has no raster, and nothing that says how one is read. */
#define BESIDE_FROM(key)                                                                           \
    {                                                                                              \
        .name = key, .kind = SINK_KEY_BARRED,                                                      \
        .expected = "only classes beside from: what is derived is not read from a raster"          \
    }
static const struct sink_key derived_keys[] = {
    {.name = "from", .kind = SINK_KEY_PART, .read = read_from},
    CLASSES_KEY,
    BESIDE_FROM("file"),
    BESIDE_FROM("band"),
    BESIDE_FROM("variable"),
    BESIDE_FROM("crs"),
    BESIDE_FROM("nodata"),
    BESIDE_FROM("unit"),
    BESIDE_FROM("sd"),
    BESIDE_FROM("correlation"),
    BESIDE_FROM("method"),
};
static const struct sink_key soil_keys[] = {
    FILE_KEYS,
    UNIT_KEY,
    {.name = "depth",
     .kind = SINK_KEY_PART,
     .is_required = true,
     .read = read_depth,
     .expected = "30 cm, 100 cm or 1 m"},
    SD_KEYS,
    CLASSES_KEY,
    LATER_KEY("method"),
};
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
static const struct sink_keys volume = SINK_KEYS(volume_keys);
static const struct sink_keys derived = SINK_KEYS(derived_keys);
static const struct sink_keys age = SINK_KEYS(age_keys);
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
    {"stock_volume", SINK_ROLE_STOCK_VOLUME, &volume},
    {"soil_carbon", SINK_ROLE_SOIL_CARBON, &soil},
    {"stand_age", SINK_ROLE_STAND_AGE, &age},
};
#define ROLE_COUNT (sizeof roles / sizeof *roles)
static const struct role overlay = {"", SINK_ROLE_OVERLAY, &coded};

/* --- one layer --- */

void sink_job_layer_read(struct sink_walk *walk, const struct sink_yaml_node *node,
                         const struct sink_keys *keys, struct sink_job_layer *layer)
{
    const struct sink_key *file = &keys->items[0];
    const struct sink_keys others = {keys->items + 1, keys->count - 1};
    if (node->kind == SINK_YAML_MAP) {
        sink_walk_map(walk, node, keys, layer);
    } else {
        sink_walk_texts(walk, node, file, &layer->files, &layer->file_count);
        sink_walk_absent(walk, node, &others);
    }
    for (size_t i = 0; i < layer->file_count; i++)
        layer->is_yearly = layer->is_yearly || strstr(layer->files[i], "{year}");
}

struct sink_job_layer *sink_job_layer_add(struct sink_walk *walk, struct sink_job *job,
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

/* What is read, and from where: a raster (true), a value for the whole job, or another layer. */
static bool read_source(struct sink_walk *walk, const struct sink_yaml_node *node,
                        const struct role *role, struct sink_job_layer *layer)
{
    const struct sink_yaml_node *value =
        role->role == SINK_ROLE_OVERLAY ? sink_yaml_find(node, "value") : NULL;
    layer->is_derived = role->role == SINK_ROLE_STOCK_VOLUME && sink_yaml_find(node, "from");
    if (layer->is_derived) {
        layer->unit = (struct sink_unit){SINK_QUANTITY_VOLUME_M3_HA, 1};
        sink_walk_map(walk, node, &derived, layer);
        return false;
    }
    if (value && !sink_yaml_find(node, "file")) {
        sink_walk_map(walk, node, &constant, layer);
        return false;
    }
    if (value)
        sink_walk_fault(walk, value, "together with file, expected one of the two");
    else
        sink_job_layer_read(walk, node, role->keys, layer);
    return true;
}

static void read_layer(struct sink_walk *walk, const struct sink_yaml_node *node,
                       const struct role *role, struct sink_job *job)
{
    const size_t index = job->layer_count;
    struct sink_job_layer *layer = sink_job_layer_add(walk, job, node, sink_text_copy(node->key));
    if (!layer)
        return;
    layer->role = role->role;
    const bool is_raster = read_source(walk, node, role, layer);
    read_method(walk, is_raster ? sink_yaml_find(node, "method") : NULL, layer);
    if (layer->role == SINK_ROLE_ECOSYSTEM)
        set_class(walk, node, layer);
    if (is_raster && (role->keys == &quantity || role->keys == &volume || role->keys == &soil))
        sink_job_layer_read_sd(walk, node, job, index);
}

/* --- all of them --- */

/* The names that a tally or a factor table has for itself. */
static bool is_taken(const char *name)
{
    const size_t length = strlen(name);
    return strcmp(name, "class") == 0 || strcmp(name, "from_class") == 0 ||
           strcmp(name, "disturbance") == 0 ||
           (strncmp(name, "conversion_", 11) == 0 &&
            strspn(name + 11, "0123456789") == length - 11) ||
           (length > 3 && strcmp(name + length - 3, "_sd") == 0);
}

bool sink_job_layer_check_name(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    char path[256];
    const size_t length = strlen(node->key);
    sink_yaml_path(node, path, sizeof path);
    if (strspn(node->key, "abcdefghijklmnopqrstuvwxyz0123456789_") != length || length == 0 ||
        length > NAME_LIMIT_BYTES || strchr("0123456789_", node->key[0])) {
        sink_place_fault(walk->faults, node->key_place,
                         "%s: not the name of a layer, expected at most %d of a-z, 0-9 and _, "
                         "beginning with a letter",
                         path, NAME_LIMIT_BYTES);
        return false;
    }
    if (!is_taken(node->key))
        return true;
    sink_place_fault(walk->faults, node->key_place,
                     "%s: a name that the tally uses itself, expected another one", path);
    return false;
}

/* An overlay is named as the job likes; one that has neither legend nor value and nearly the name
 * of another layer is a slip. */
static bool check_overlay_name(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    const char *names[ROLE_COUNT];
    char path[256];
    if (!sink_job_layer_check_name(walk, node))
        return false;
    for (size_t i = 0; i < ROLE_COUNT; i++)
        names[i] = roles[i].name;
    sink_yaml_path(node, path, sizeof path);
    const char *nearest = sink_text_nearest(node->key, names, ROLE_COUNT);
    if (!nearest || sink_yaml_find(node, "legend") || sink_yaml_find(node, "value"))
        return true;
    sink_place_fault(walk->faults, node->key_place,
                     "%s: unknown layer without legend or value, expected an overlay to have one "
                     "(did you mean %s?)",
                     path, nearest);
    return false;
}

/* Volume that is derived from biomass speaks, unless it says otherwise, for what that speaks for.
 */
static void set_derived_classes(struct sink_walk *walk, struct sink_job *job)
{
    const struct sink_job_layer *biomass = sink_job_find_role(job, SINK_ROLE_ABOVE_GROUND_BIOMASS);
    for (size_t i = 0; i < job->layer_count; i++) {
        struct sink_job_layer *layer = &job->layers[i];
        if (!layer->is_derived || layer->classes || !biomass || !biomass->classes)
            continue;
        layer->classes = calloc(biomass->class_count, sizeof *layer->classes);
        for (; layer->classes && layer->class_count < biomass->class_count; layer->class_count++) {
            char *name = sink_text_copy(biomass->classes[layer->class_count]);
            if (!name)
                break;
            layer->classes[layer->class_count] = name;
        }
        if (layer->class_count < biomass->class_count)
            sink_place_fault_memory(walk->faults);
    }
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
    set_derived_classes(walk, target);
}
