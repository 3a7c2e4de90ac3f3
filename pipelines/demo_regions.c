/* The regions of the demonstration: faces of a crooked lattice.
 *
 * The lattice has 3 rows of 4 counties and, east of them, a strip of sea. Every edge between two
 * nodes is made once, as a broken line; a region is traced along the edges between its faces and
 * those of others, so that neighbours and levels share their nodes to the last bit. */
#include "pipelines/demo.h"
#include "pipelines/demo_noise.h"
#include "regions/write.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define ROWS 3
#define COLUMNS 5 /* of faces; the last is the sea */
#define STEPS 64  /* pieces of an edge, a power of two */
#define SEED 7100
#define MAX_NODES ((size_t)2 * (ROWS + COLUMNS) * ROWS * STEPS)

/* Position in 1e-6 degree from the north-west corner, east and south. */
struct point {
    double x, y;
};

struct lattice {
    struct point nodes[ROWS + 1][COLUMNS + 1];
    struct point across[ROWS + 1][COLUMNS][STEPS + 1]; /* west to east */
    struct point down[ROWS][COLUMNS + 1][STEPS + 1];   /* north to south */
};

struct region {
    const char *code, *name, *name_zh, *parent;
};

static const struct region province = {"03", "Shili", "示例省", NULL};
static const struct region prefectures[] = {{"0331", "Qinglan", "青岚市", "03"},
                                            {"0332", "Haiming", "海明市", "03"},
                                            {"0333", "Yunze", "云泽市", "03"}};
static const struct region counties[ROWS][COLUMNS - 1] = {
    {{"033101", "Zhuling", "竹岭县", "0331"},
     {"033102", "Songpo", "松坡县", "0331"},
     {"033103", "Shiquanwu", "石泉坞县", "0331"},
     {"033201", "Yujia", "渔岬县", "0332"}},
    {{"033104", "Yunwu", "云坞县", "0331"},
     {"033301", "Luhu", "芦湖县", "0333"},
     {"033202", "Daowan", "稻湾县", "0332"},
     {"033203", "Chaowan", "潮湾县", "0332"}},
    {{"033302", "Lanxigu", "岚溪谷县", "0333"},
     {"033303", "Zekou", "泽口县", "0333"},
     {"033304", "Liudu", "柳渡县", "0333"},
     {"033204", "Shayu", "沙屿县", "0332"}}};

/* Bends the line between two fixed ends: the middle is moved to the side by up to `bend` of the
 * length, then both halves are bent a little more. In all no node moves by more than 2.8 * bend of
 * the length: edges do not meet. */
static void bend_line(struct point *line, int steps, double bend, uint64_t seed)
{
    if (steps < 2)
        return;
    const struct point a = line[0], b = line[steps];
    const int half = steps / 2;
    const double aside =
        bend * (2 * sink_demo_chance(seed, (int64_t)(a.x + b.x), (int64_t)(a.y + b.y)) - 1);
    line[half].x = floor((a.x + b.x) / 2 - aside * (b.y - a.y));
    line[half].y = floor((a.y + b.y) / 2 + aside * (b.x - a.x));
    bend_line(line, half, 1.35 * bend, seed);
    bend_line(line + half, half, 1.35 * bend, seed);
}

static void make_edge(struct point *line, struct point from, struct point to, bool is_inside)
{
    line[0] = from;
    line[STEPS] = to;
    bend_line(line, STEPS, is_inside ? 0.06 : 0.02, SEED);
}

/* Nodes of the outer border and of the coast move little: the border stays inside the rasters. */
static struct point make_node(int row, int column)
{
    static const double x[COLUMNS + 1] = {9000, 72000, 136000, 200000, 268000, 291000};
    static const double y[ROWS + 1] = {8000, 84000, 163000, 241000};
    const bool is_inside = row > 0 && row < ROWS && column > 0 && column < COLUMNS - 1;
    const double reach = is_inside ? 18000 : 5000;
    return (struct point){
        floor(x[column] + reach * (sink_demo_chance(SEED + 1, row, column) - 0.5)),
        floor(y[row] + reach * (sink_demo_chance(SEED + 2, row, column) - 0.5))};
}

static void make_lattice(struct lattice *lattice)
{
    for (int row = 0; row <= ROWS; row++)
        for (int column = 0; column <= COLUMNS; column++)
            lattice->nodes[row][column] = make_node(row, column);
    for (int row = 0; row <= ROWS; row++)
        for (int column = 0; column < COLUMNS; column++)
            make_edge(lattice->across[row][column], lattice->nodes[row][column],
                      lattice->nodes[row][column + 1], row > 0 && row < ROWS);
    for (int row = 0; row < ROWS; row++)
        for (int column = 0; column <= COLUMNS; column++)
            make_edge(lattice->down[row][column], lattice->nodes[row][column],
                      lattice->nodes[row + 1][column], column > 0 && column < COLUMNS - 1);
}

/* True for the faces of a region: those counties whose code begins with its code, and for the
 * province the sea as well. */
static bool is_member(const struct region *region, int row, int column)
{
    if (row < 0 || row >= ROWS || column < 0 || column >= COLUMNS)
        return false;
    if (column == COLUMNS - 1)
        return region == &province;
    const char *code = counties[row][column].code;
    for (const char *at = region->code; *at; at++, code++)
        if (*at != *code)
            return false;
    return true;
}

/* A step along the border, the region on the left hand: from a node of the lattice to the next. */
struct step {
    int row, column;       /* node where it starts */
    int to_row, to_column; /* node where it ends */
};

/* The sides of a face, counter-clockwise as seen with north up; the face beyond each. */
static const struct {
    struct step step;
    int beyond_row, beyond_column;
} sides[] = {
    {{0, 0, 1, 0}, 0, -1}, {{1, 0, 1, 1}, 1, 0}, {{1, 1, 0, 1}, 0, 1}, {{0, 1, 0, 0}, -1, 0}};

/* The step of the region's border that starts at a node; false when the border does not pass it. */
static bool find_step(const struct region *region, int row, int column, struct step *step)
{
    for (size_t s = 0; s < sizeof sides / sizeof *sides; s++) {
        const int face_row = row - sides[s].step.row, face_column = column - sides[s].step.column;
        if (!is_member(region, face_row, face_column) ||
            is_member(region, face_row + sides[s].beyond_row, face_column + sides[s].beyond_column))
            continue;
        *step = (struct step){row, column, face_row + sides[s].step.to_row,
                              face_column + sides[s].step.to_column};
        return true;
    }
    return false;
}

/* Adds the nodes of a step but its last. */
static size_t add_step(const struct lattice *lattice, const struct step *step, double (*nodes)[2],
                       size_t count)
{
    const bool is_backward = step->to_row < step->row || step->to_column < step->column;
    const int row = is_backward ? step->to_row : step->row;
    const int column = is_backward ? step->to_column : step->column;
    const struct point *line =
        step->row == step->to_row ? lattice->across[row][column] : lattice->down[row][column];
    for (int i = 0; i < STEPS; i++, count++) {
        const struct point *point = &line[is_backward ? STEPS - i : i];
        nodes[count][0] = (SINK_DEMO_WEST_DEG * 1e6 + point->x) / 1e6;
        nodes[count][1] = (SINK_DEMO_NORTH_DEG * 1e6 - point->y) / 1e6;
    }
    return count;
}

/* The ring around the region's faces, which hang together and have no hole. */
static size_t trace(const struct lattice *lattice, const struct region *region, double (*nodes)[2])
{
    struct step step = {0};
    for (int node = 0; node < (ROWS + 1) * (COLUMNS + 1); node++)
        if (find_step(region, node / (COLUMNS + 1), node % (COLUMNS + 1), &step))
            break;
    const int row = step.row, column = step.column;
    size_t count = 0;
    do
        count = add_step(lattice, &step, nodes, count);
    while (find_step(region, step.to_row, step.to_column, &step) &&
           (step.row != row || step.column != column));
    nodes[count][0] = nodes[0][0];
    nodes[count][1] = nodes[0][1];
    return count + 1;
}

/* 16 regions with their nodes and attributes. */
#define REGION_COUNT (1 + 3 + ROWS * (COLUMNS - 1))
#define FIELD_COUNT 5
struct collection {
    struct lattice lattice;
    double nodes[REGION_COUNT][MAX_NODES][2];
    const char *values[REGION_COUNT][FIELD_COUNT];
    struct sink_polygon_feature features[REGION_COUNT];
    size_t count;
};

static void add_region(struct collection *all, const struct region *region)
{
    const size_t i = all->count++;
    const char *const values[FIELD_COUNT] = {region->code, region->name, region->name_zh,
                                             region->parent, SINK_DEMO_NOTICE};
    for (size_t field = 0; field < FIELD_COUNT; field++)
        all->values[i][field] = values[field];
    all->features[i] =
        (struct sink_polygon_feature){.nodes = (const double(*)[2])all->nodes[i],
                                      .node_count = trace(&all->lattice, region, all->nodes[i]),
                                      .values = all->values[i]};
}

enum sink_status sink_demo_write_regions(const char *folder, struct sink_error *error)
{
    static const char *const fields[FIELD_COUNT] = {"code", "name", "name_zh", "parent", "note"};
    enum sink_status status = SINK_FAILED;
    struct collection *all = calloc(1, sizeof *all);
    char *path = sink_text_format("%s/counties.gpkg", folder);
    if (!all || !path) {
        status = sink_fail_memory(error);
        goto out;
    }
    make_lattice(&all->lattice);
    add_region(all, &province);
    for (size_t i = 0; i < sizeof prefectures / sizeof *prefectures; i++)
        add_region(all, &prefectures[i]);
    for (int i = 0; i < ROWS * (COLUMNS - 1); i++)
        add_region(all, &counties[i / (COLUMNS - 1)][i % (COLUMNS - 1)]);
    const struct sink_polygon_file file = {.path = path,
                                           .layer = "regions",
                                           .description = SINK_DEMO_NOTICE
                                           ": 12 counties, 3 prefectures, 1 province",
                                           .crs = "EPSG:4326",
                                           .date = "2025-01-01T00:00:00.000Z",
                                           .fields = fields,
                                           .field_count = FIELD_COUNT,
                                           .features = all->features,
                                           .feature_count = all->count};
    status = sink_polygons_write(&file, error);
out:
    free(path);
    free(all);
    return status;
}
