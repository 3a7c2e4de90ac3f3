/* Features become the region list: parents before children, sums of levels, rests of parents. */
#include "regions/boundaries_parts.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX
/* Children that fill their parent to this share leave no rest: areas are good to 1e-13. */
#define SAME_AREA 1e-11

/* A region to be: a feature, or a level that only its members name. */
struct node {
    struct sink_feature *feature; /* NULL for a sum */
    char *id, *name;
    size_t parent, first_child, last_child, next_sibling;
    size_t region; /* index in the list, NONE until it is there */
};

struct tree {
    struct node *nodes;
    size_t count, room;
    size_t first_root, last_root;
    struct hsearch_data *by_id; /* node index by id */
};

static struct node *find(struct tree *tree, char *id)
{
    ENTRY *found = NULL;
    const ENTRY key = {.key = id};
    if (!hsearch_r(key, FIND, &found, tree->by_id))
        return NULL;
    return &tree->nodes[(size_t)found->data];
}

/* The caller has made room for all nodes. */
static size_t add_node(struct tree *tree, struct sink_feature *feature, char *id, char *name)
{
    ENTRY *entered = NULL;
    const ENTRY key = {.key = id, .data = (void *)tree->count};
    tree->nodes[tree->count] = (struct node){.feature = feature,
                                             .id = id,
                                             .name = name,
                                             .parent = NONE,
                                             .first_child = NONE,
                                             .last_child = NONE,
                                             .next_sibling = NONE,
                                             .region = NONE};
    return hsearch_r(key, ENTER, &entered, tree->by_id) ? tree->count++ : NONE;
}

static void attach(struct tree *tree, size_t child, size_t parent)
{
    tree->nodes[child].parent = parent;
    size_t *first = parent == NONE ? &tree->first_root : &tree->nodes[parent].first_child;
    size_t *last = parent == NONE ? &tree->last_root : &tree->nodes[parent].last_child;
    if (*first == NONE)
        *first = child;
    else
        tree->nodes[*last].next_sibling = child;
    *last = child;
}

static void fault(struct sink_boundary_reading *reading, const char *id, const char *what,
                  const char *other)
{
    sink_faults_note(reading->faults, SINK_BAD_DATA, "%s: id %s: %s%s", reading->request->path, id,
                     what, other);
}

/* The node of the lowest level that the feature names, made on first use. */
static size_t find_level(struct sink_boundary_reading *reading, struct tree *tree,
                         const struct sink_feature *feature)
{
    size_t above = NONE;
    for (size_t i = 0; i < reading->request->level_count; i++) {
        char *id = feature->levels[i];
        if (!id)
            continue;
        const struct node *known = find(tree, id);
        if (!known) {
            const size_t made = add_node(tree, NULL, id, feature->level_names[i]);
            attach(tree, made, above);
            above = made;
        } else if (known->feature) {
            fault(reading, id, "is the id of a feature and of a level above features", "");
            return NONE;
        } else if (known->parent != above) {
            fault(reading, id, "this level lies in two levels, one of them ",
                  above == NONE ? "the top" : tree->nodes[above].id);
            return NONE;
        } else {
            above = (size_t)(known - tree->nodes);
        }
    }
    return above;
}

static size_t find_parent(struct sink_boundary_reading *reading, struct tree *tree,
                          const struct sink_feature *feature)
{
    if (reading->request->level_count > 0)
        return find_level(reading, tree, feature);
    if (!feature->parent)
        return NONE;
    const struct node *parent = find(tree, feature->parent);
    if (!parent)
        fault(reading, feature->id, "there is no feature with the id of its parent, ",
              feature->parent);
    return parent ? (size_t)(parent - tree->nodes) : NONE;
}

static bool start_tree(struct sink_boundary_reading *reading, struct tree *tree)
{
    const size_t features = reading->features.count;
    tree->room = features * (1 + reading->request->level_count) + 1;
    if (!hcreate_r(tree->room + tree->room / 2 + 16, tree->by_id))
        return false;
    tree->nodes = malloc(tree->room * sizeof *tree->nodes);
    return tree->nodes != NULL;
}

static void link_features(struct sink_boundary_reading *reading, struct tree *tree)
{
    struct sink_feature_list *features = &reading->features;
    for (size_t i = 0; i < features->count; i++)
        if (features->items[i].geometry)
            add_node(tree, &features->items[i], features->items[i].id, features->items[i].name);
    const size_t count = tree->count;
    for (size_t n = 0; n < count; n++)
        attach(tree, n, find_parent(reading, tree, tree->nodes[n].feature));
}

static struct sink_region *add_region(struct sink_boundaries *boundaries, int parent, char *id,
                                      char *name)
{
    struct sink_region *region = id && name ? sink_region_list_add(&boundaries->list) : NULL;
    if (!region) {
        free(id);
        free(name);
        return NULL;
    }
    region->id = id;
    region->name = name;
    region->parent = parent;
    region->level = parent < 0 ? 0 : boundaries->list.items[parent].level + 1;
    return region;
}

static bool enter(struct sink_boundary_reading *reading, struct tree *tree, struct node *node)
{
    struct sink_boundaries *boundaries = reading->boundaries;
    struct sink_error error;
    const int parent = node->parent == NONE ? -1 : (int)tree->nodes[node->parent].region;
    node->region = boundaries->list.count;
    struct sink_region *region = add_region(boundaries, parent, sink_text_copy(node->id),
                                            sink_text_copy(node->name ? node->name : node->id));
    if (!region)
        return false;
    region->kind = node->feature ? SINK_REGION_POLYGON : SINK_REGION_SUM;
    region->area_m2 = 0;
    if (!node->feature)
        return true;
    boundaries->geometries[node->region] = node->feature->geometry;
    node->feature->geometry = NULL;
    if (sink_boundaries_area(boundaries, boundaries->geometries[node->region], &region->area_m2,
                             &error) != SINK_OK)
        sink_faults_note(reading->faults, error.status, "%s: id %s: %s", reading->request->path,
                         region->id, error.message);
    else if (!(region->area_m2 > 0))
        fault(reading, region->id, "its area is zero", "");
    return true;
}

static bool leave(struct sink_boundaries *boundaries, const struct tree *tree,
                  const struct node *node)
{
    struct sink_region *region = &boundaries->list.items[node->region];
    double children_m2 = 0;
    for (size_t c = node->first_child; c != NONE; c = tree->nodes[c].next_sibling)
        children_m2 += boundaries->list.items[tree->nodes[c].region].area_m2;
    if (region->kind == SINK_REGION_SUM) {
        region->area_m2 = children_m2;
        return true;
    }
    if (node->first_child == NONE ||
        fabs(region->area_m2 - children_m2) <= SAME_AREA * region->area_m2)
        return true;
    struct sink_region *rest =
        add_region(boundaries, (int)node->region, sink_text_format("%s~rest", region->id),
                   sink_text_format("%s (rest)", region->name));
    if (rest)
        rest->kind = SINK_REGION_REST;
    return rest != NULL;
}

/* Depth first, without recursion: the file says how deep. */
static bool walk(struct sink_boundary_reading *reading, struct tree *tree)
{
    size_t at = tree->first_root;
    while (at != NONE) {
        if (!enter(reading, tree, &tree->nodes[at]))
            return false;
        if (tree->nodes[at].first_child != NONE) {
            at = tree->nodes[at].first_child;
            continue;
        }
        while (at != NONE) {
            if (!leave(reading->boundaries, tree, &tree->nodes[at]))
                return false;
            if (tree->nodes[at].next_sibling != NONE) {
                at = tree->nodes[at].next_sibling;
                break;
            }
            at = tree->nodes[at].parent;
        }
    }
    return true;
}

/* The id of a rest is made here: a feature or a level may have it too. */
static void check_rests(struct sink_boundary_reading *reading, struct tree *tree)
{
    const struct sink_region_list *list = &reading->boundaries->list;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == SINK_REGION_REST && find(tree, list->items[i].id))
            fault(reading, list->items[i].id, "this is also the id of the rest of ",
                  list->items[list->items[i].parent].id);
}

void sink_boundaries_arrange(struct sink_boundary_reading *reading)
{
    struct sink_boundaries *boundaries = reading->boundaries;
    const size_t before = reading->faults->count;
    struct hsearch_data by_id = {0};
    struct tree tree = {.by_id = &by_id, .first_root = NONE, .last_root = NONE};
    bool is_whole = start_tree(reading, &tree);
    if (is_whole)
        link_features(reading, &tree);
    if (is_whole && reading->faults->count == before) {
        boundaries->geometries = calloc(2 * tree.count + 1, sizeof(void *));
        is_whole = boundaries->geometries && walk(reading, &tree);
        for (size_t n = 0; is_whole && n < tree.count; n++)
            if (tree.nodes[n].region == NONE)
                fault(reading, tree.nodes[n].id, "is its own ancestor", "");
        check_rests(reading, &tree);
    }
    if (!is_whole)
        sink_faults_note(reading->faults, SINK_FAILED, "out of memory");
    hdestroy_r(&by_id);
    free(tree.nodes);
}
