#include "pipelines/demo_site.h"

#include <math.h>

#define SEED_STAND 3200
#define SEED_TOWN 2600

/* Octaves use the seeds that follow. */
static const struct sink_demo_noise fields[SINK_DEMO_FIELD_COUNT] = {
    [SINK_DEMO_FIELD_HEIGHT] = {2100, 220, 6},    [SINK_DEMO_FIELD_RELIEF] = {2200, 260, 6},
    [SINK_DEMO_FIELD_PATCH] = {2300, 40, 4},      [SINK_DEMO_FIELD_BAMBOO] = {3000, 70, 4},
    [SINK_DEMO_FIELD_SHORE] = {3100, 60, 4},      [SINK_DEMO_FIELD_TOWN] = {2609, 18, 4},
    [SINK_DEMO_FIELD_WARP_X] = {2800, 24, 3},     [SINK_DEMO_FIELD_WARP_Y] = {2900, 24, 3},
    [SINK_DEMO_FIELD_ZONE] = {2700, 200, 5},      [SINK_DEMO_FIELD_EROSION] = {3600, 50, 4},
    [SINK_DEMO_FIELD_VALLEY] = {3700, 30, 3},     [SINK_DEMO_FIELD_RESERVE] = {3800, 120, 4},
    [SINK_DEMO_FIELD_KARST] = {4200, 180, 5},     [SINK_DEMO_FIELD_FIRE] = {3900, 36, 4},
    [SINK_DEMO_FIELD_FERTILITY] = {2400, 120, 4}, [SINK_DEMO_FIELD_SPREAD] = {3500, 30, 3},
    [SINK_DEMO_FIELD_VOLUME] = {3400, 90, 3}};

/* The river leaves the lake and swings the more, the nearer it comes to the sea. */
static const struct sink_demo_noise river = {4100, 110, 3};

struct ellipse {
    double x, y, width, height; /* centre and half axes, in cells */
};

static const struct ellipse lake = {610, 560, 85, 52};
static const struct ellipse dams[SINK_DEMO_DAMS] = {{480, 190, 66, 36}, {150, 800, 46, 30}};
static const struct ellipse mountain_reserve = {120, 380, 130, 170};
#define RIVER_WEST 640 /* in the lake */
#define RIVER_HALF_WIDTH 3.5
#define COAST_RESERVE_NORTH 560
#define COAST_RESERVE_SOUTH 760

static const struct {
    struct ellipse where;
    int year;
} fires[] = {{{390, 120, 46, 30}, 2018}, {{95, 690, 40, 26}, 2021},  {{470, 330, 30, 34}, 2022},
             {{250, 560, 34, 22}, 2023}, {{430, 820, 42, 26}, 2024}, {{60, 200, 26, 22}, 2024}};

static double square(double value)
{
    return value * value;
}

/* Below 1 inside; `outline` bends the border. */
static double distance(const struct ellipse *ellipse, double x, double y, double outline)
{
    return (square((x - ellipse->x) / ellipse->width) +
            square((y - ellipse->y) / ellipse->height)) /
           square(outline);
}

void sink_demo_ground_start(struct sink_demo_ground *ground)
{
    for (int t = 0; t < SINK_DEMO_TOWNS; t++) { /* one in each field of 4 x 3 */
        const int column = t % 4, row = t / 4;
        ground->towns[t] =
            (struct sink_demo_town){80 + 240 * (column + 0.9 * sink_demo_chance(SEED_TOWN, t, 0)),
                                    60 + 300 * (row + 0.9 * sink_demo_chance(SEED_TOWN, t, 1)),
                                    16 + 22 * sink_demo_chance(SEED_TOWN, t, 2)};
    }
    sink_demo_noise_row(&river, 0, SINK_DEMO_WIDTH, ground->river);
    for (int x = 0; x < SINK_DEMO_WIDTH; x++)
        ground->river[x] = lake.y + 0.8 * (x - RIVER_WEST) * (ground->river[x] - 0.5);
}

void sink_demo_ground_read(struct sink_demo_ground *ground, int row)
{
    ground->row = row;
    for (int field = 0; field < SINK_DEMO_FIELD_COUNT; field++)
        sink_demo_noise_row(&fields[field], row, SINK_DEMO_WIDTH, ground->fields[field]);
}

/* Squared distance to the nearest town over its squared radius. */
static double nearest_town(const struct sink_demo_ground *ground, double x, double y)
{
    double nearest = INFINITY;
    for (int t = 0; t < SINK_DEMO_TOWNS; t++) {
        const struct sink_demo_town *town = &ground->towns[t];
        nearest = fmin(nearest, (square(x - town->x) + square(y - town->y)) / square(town->radius));
    }
    return nearest;
}

static int burned_year(double x, double y, double outline)
{
    for (size_t f = 0; f < sizeof fires / sizeof *fires; f++)
        if (distance(&fires[f].where, x, y, outline) < 1)
            return fires[f].year;
    return 0;
}

static bool is_protected(const struct sink_demo_site *site, double outline)
{
    const double x = (double)site->x, y = (double)site->y;
    return distance(&mountain_reserve, x, y, outline) < 1 || site->lake < 2.5 ||
           (y > COAST_RESERVE_NORTH && y < COAST_RESERVE_SOUTH && site->height > -0.2 &&
            site->height < 0.09);
}

struct sink_demo_site sink_demo_ground_site(const struct sink_demo_ground *ground, int column)
{
    double at[SINK_DEMO_FIELD_COUNT];
    for (int field = 0; field < SINK_DEMO_FIELD_COUNT; field++)
        at[field] = ground->fields[field][column];
    const double x = column, y = ground->row, east = x / SINK_DEMO_WIDTH;
    const double shore = 0.6 + 0.8 * at[SINK_DEMO_FIELD_SHORE];
    const double valley = 0.1 + 1.8 * at[SINK_DEMO_FIELD_VALLEY];
    const double border = 0.62 + 0.2 * (at[SINK_DEMO_FIELD_ZONE] - 0.5);
    struct sink_demo_site site = {
        .x = column,
        .y = ground->row,
        .height = 3 * (0.79 - east) + 1.3 * (at[SINK_DEMO_FIELD_HEIGHT] - 0.5),
        .relief = 1.5 * (at[SINK_DEMO_FIELD_RELIEF] - 0.5) + 0.95 - 0.8 * east,
        .patch = at[SINK_DEMO_FIELD_PATCH],
        .bamboo = at[SINK_DEMO_FIELD_BAMBOO],
        .erosion = at[SINK_DEMO_FIELD_EROSION],
        .fertility = at[SINK_DEMO_FIELD_FERTILITY],
        .spread = at[SINK_DEMO_FIELD_SPREAD],
        .volume = at[SINK_DEMO_FIELD_VOLUME],
        .lake = distance(&lake, x, y, shore),
        .town = nearest_town(ground, x, y) / square(0.4 + at[SINK_DEMO_FIELD_TOWN]),
        .is_river = column > RIVER_WEST && column < SINK_DEMO_WIDTH &&
                    fabs(y - ground->river[column]) < RIVER_HALF_WIDTH,
        .burned_year = burned_year(x, y, 0.5 + at[SINK_DEMO_FIELD_FIRE]),
        .is_karst = x < 500 && at[SINK_DEMO_FIELD_KARST] > 0.54,
        .is_tropical = y / SINK_DEMO_HEIGHT >= border,
        .row = (int64_t)floor((y + 30 * at[SINK_DEMO_FIELD_WARP_Y]) / 20),
        .column = (int64_t)floor((x + 30 * at[SINK_DEMO_FIELD_WARP_X]) / 20)};
    for (int dam = 0; dam < SINK_DEMO_DAMS; dam++)
        site.dams[dam] = distance(&dams[dam], x, y, valley);
    site.is_protected = is_protected(&site, 0.6 + 0.8 * at[SINK_DEMO_FIELD_RESERVE]);
    return site;
}

double sink_demo_site_chance(const struct sink_demo_site *site, unsigned kind)
{
    return sink_demo_chance(SEED_STAND + (uint64_t)kind, site->column, site->row);
}

bool sink_demo_site_is_chosen(const struct sink_demo_site *site, unsigned kind, double part)
{
    return sink_demo_site_chance(site, kind) < part;
}
