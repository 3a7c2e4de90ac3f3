#include "pipelines/demo_landscape.h"

#include "pipelines/demo_noise.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define TOWN_COUNT 12

const int sink_demo_years[SINK_DEMO_YEARS] = {2020, 2025};

/* Each field has noise of its own; octaves use the seeds that follow. */
enum seed {
    SEED_HEIGHT = 2100,
    SEED_RELIEF = 2200,
    SEED_PATCH = 2300,
    SEED_SITE = 2400,
    SEED_TEXTURE = 2500,
    SEED_TOWN = 2600,
    SEED_ZONE = 2700,
    SEED_WARP_X = 2800,
    SEED_WARP_Y = 2900,
    SEED_BAMBOO = 3000,
    SEED_LAKE = 3100,
    SEED_AGE = 3200,
    SEED_CHANGE = 3300,
    SEED_VOLUME = 3400,
    SEED_SPREAD = 3500
};

/* What a cell is made from, before it has a class. */
struct site {
    double x, y;         /* in cells */
    double height;       /* above the sea; below 0 the sea */
    double relief;       /* 0 plain .. 1 mountain */
    double patch;        /* 0..1, decides between neighbours of one habitat */
    double bamboo;       /* 0..1 */
    double lake;         /* below 1 in the lake, from there on its shore */
    double town;         /* below 1 in a town of 2020 */
    int64_t row, column; /* the stand it belongs to: what one owner plants or fells */
};

static double square(double value)
{
    return value * value;
}

/* Squared distance to the nearest town over its squared radius. */
static double nearest_town(double x, double y)
{
    double nearest = INFINITY;
    for (int t = 0; t < TOWN_COUNT; t++) { /* one in each field of 4 x 3 */
        const int column = t % 4, row = t / 4;
        const double east = 80 + 240 * (column + 0.9 * sink_demo_chance(SEED_TOWN, t, 0));
        const double south = 60 + 300 * (row + 0.9 * sink_demo_chance(SEED_TOWN, t, 1));
        const double radius = 16 + 22 * sink_demo_chance(SEED_TOWN, t, 2);
        nearest = fmin(nearest, (square(x - east) + square(y - south)) / square(radius));
    }
    return nearest;
}

static struct site make_site(int row, int column)
{
    const double x = column, y = row;
    const double east = x / SINK_DEMO_WIDTH;
    const double outline = 0.6 + 0.8 * sink_demo_noise(SEED_LAKE, x, y, 60, 4);
    const double warp_x = 30 * sink_demo_noise(SEED_WARP_X, x, y, 24, 3);
    const double warp_y = 30 * sink_demo_noise(SEED_WARP_Y, x, y, 24, 3);
    return (struct site){
        .x = x,
        .y = y,
        .height = 3 * (0.79 - east) + 1.3 * (sink_demo_noise(SEED_HEIGHT, x, y, 220, 6) - 0.5),
        .relief = 1.5 * (sink_demo_noise(SEED_RELIEF, x, y, 260, 6) - 0.5) + 0.95 - 0.8 * east,
        .patch = sink_demo_noise(SEED_PATCH, x, y, 40, 4),
        .bamboo = sink_demo_noise(SEED_BAMBOO, x, y, 70, 4),
        .lake = (square((x - 610) / 85) + square((y - 560) / 52)) / square(outline),
        .town = nearest_town(x, y) / square(0.4 + sink_demo_noise(SEED_TOWN + 9, x, y, 18, 4)),
        .row = (int64_t)floor((y + warp_y) / 20),
        .column = (int64_t)floor((x + warp_x) / 20)};
}

/* A share `part` of all stands, each year and kind of change another. */
static bool is_chosen(const struct site *site, int kind, double part)
{
    return sink_demo_chance(SEED_CHANGE + (uint64_t)kind, site->column, site->row) < part;
}

static enum sink_demo_cover cover_of_water(const struct site *site)
{
    const bool is_shallow = site->height > -0.16 && site->height < -0.02;
    return is_shallow && site->patch > 0.54 ? SINK_DEMO_SEAGRASS : SINK_DEMO_SEA;
}

static enum sink_demo_cover cover_before(const struct site *site)
{
    if (site->height < 0)
        return cover_of_water(site);
    if (site->height < 0.07 && site->patch > 0.53)
        return SINK_DEMO_MANGROVE;
    if (site->height < 0.07 && site->patch < 0.47)
        return SINK_DEMO_SALT_MARSH;
    if (site->lake < 1)
        return SINK_DEMO_LAKE;
    if (site->lake < 1.9 && site->patch > 0.42)
        return SINK_DEMO_WETLAND;
    if (site->town < 1)
        return SINK_DEMO_TOWN;
    const double wood = site->relief + 0.5 * (site->patch - 0.5);
    if (wood > 0.55)
        return site->bamboo > 0.66 ? SINK_DEMO_BAMBOO : SINK_DEMO_FOREST;
    if (wood > 0.47)
        return is_chosen(site, 0, 0.5) ? SINK_DEMO_GRASSLAND : SINK_DEMO_FOREST;
    return is_chosen(site, 1, 0.12) ? SINK_DEMO_GRASSLAND : SINK_DEMO_CROPLAND;
}

/* Five years later: towns have grown, some stands were felled and others planted. */
static enum sink_demo_cover cover_after(const struct site *site, enum sink_demo_cover before)
{
    const bool is_town = site->town < 1.2;
    switch (before) {
    case SINK_DEMO_FOREST:
        if (is_town)
            return SINK_DEMO_TOWN;
        return is_chosen(site, 2, 0.015) ? SINK_DEMO_GRASSLAND : before;
    case SINK_DEMO_GRASSLAND:
        if (is_town)
            return SINK_DEMO_TOWN;
        return is_chosen(site, 3, 0.22) ? SINK_DEMO_FOREST : before;
    case SINK_DEMO_CROPLAND:
        if (is_town)
            return SINK_DEMO_TOWN;
        return is_chosen(site, 4, 0.03) ? SINK_DEMO_FOREST : before;
    case SINK_DEMO_SALT_MARSH:
        return is_chosen(site, 5, 0.15) ? SINK_DEMO_MANGROVE : before;
    case SINK_DEMO_SEAGRASS:
        return is_chosen(site, 6, 0.04) ? SINK_DEMO_SEA : before;
    default:
        return before;
    }
}

/* Above-ground biomass in t/ha of a stand that grows by age^2 / (age^2 + 24^2). */
static double biomass_of(const struct site *site, enum sink_demo_cover cover, double age_yr)
{
    const double fertility = sink_demo_noise(SEED_SITE, site->x, site->y, 120, 4);
    const double texture =
        0.85 + 0.3 * sink_demo_chance(SEED_TEXTURE, (int64_t)site->x, (int64_t)site->y);
    const double full = cover == SINK_DEMO_FOREST   ? 75 + 130 * fertility
                        : cover == SINK_DEMO_BAMBOO ? 45 + 40 * fertility
                                                    : 80 + 60 * fertility;
    return 1 + full * square(age_yr) / (square(age_yr) + square(24)) * texture;
}

static bool is_woody(enum sink_demo_cover cover)
{
    return cover == SINK_DEMO_FOREST || cover == SINK_DEMO_BAMBOO || cover == SINK_DEMO_MANGROVE;
}

static uint16_t whole(double value)
{
    return (uint16_t)floor(value + 0.5);
}

static void set_stocks(struct sink_demo_landscape *landscape, int year, size_t cell,
                       const struct site *site, double age_yr)
{
    const enum sink_demo_cover cover = landscape->cover[year][cell];
    landscape->biomass[year][cell] = landscape->biomass_sd[year][cell] =
        landscape->volume[year][cell] = SINK_DEMO_NODATA;
    if (!is_woody(cover))
        return;
    const double biomass = biomass_of(site, cover, age_yr);
    const double spread = 0.18 + 0.14 * sink_demo_noise(SEED_SPREAD, site->x, site->y, 30, 3);
    landscape->biomass[year][cell] = whole(biomass);
    landscape->biomass_sd[year][cell] = whole(1 + spread * biomass);
    if (cover == SINK_DEMO_FOREST)
        landscape->volume[year][cell] =
            whole(biomass * (1.2 + 0.4 * sink_demo_noise(SEED_VOLUME, site->x, site->y, 90, 3)));
}

static void fill_cell(struct sink_demo_landscape *landscape, int row, int column)
{
    const struct site site = make_site(row, column);
    const size_t cell = (size_t)row * SINK_DEMO_WIDTH + (size_t)column;
    const enum sink_demo_cover before = cover_before(&site), after = cover_after(&site, before);
    const double age_yr = 6 + 50 * sink_demo_chance(SEED_AGE, site.column, site.row);
    const double border = 0.62 + 0.2 * (sink_demo_noise(SEED_ZONE, site.x, site.y, 200, 5) - 0.5);
    landscape->cover[0][cell] = (uint8_t)before;
    landscape->cover[1][cell] = (uint8_t)after;
    landscape->zone[cell] =
        site.y / SINK_DEMO_HEIGHT < border ? SINK_DEMO_SUBTROPICAL_HUMID : SINK_DEMO_TROPICAL_MOIST;
    set_stocks(landscape, 0, cell, &site, age_yr);
    /* what was planted in between is three years old */
    set_stocks(landscape, 1, cell, &site, is_woody(before) ? age_yr + 5 : 3);
}

enum sink_status sink_demo_landscape_new(struct sink_demo_landscape **landscape,
                                         struct sink_error *error)
{
    struct sink_demo_landscape *new = calloc(1, sizeof *new);
    *landscape = new;
    bool is_whole = new != NULL;
    for (int year = 0; is_whole && year < SINK_DEMO_YEARS; year++) {
        new->cover[year] = malloc(SINK_DEMO_CELLS);
        new->biomass[year] = malloc(SINK_DEMO_CELLS * sizeof *new->biomass[year]);
        new->biomass_sd[year] = malloc(SINK_DEMO_CELLS * sizeof *new->biomass_sd[year]);
        new->volume[year] = malloc(SINK_DEMO_CELLS * sizeof *new->volume[year]);
        is_whole =
            new->cover[year] && new->biomass[year] && new->biomass_sd[year] && new->volume[year];
    }
    if (is_whole)
        is_whole = (new->zone = malloc(SINK_DEMO_CELLS)) != NULL;
    if (!is_whole) {
        sink_demo_landscape_free(new);
        *landscape = NULL;
        return sink_fail_memory(error);
    }
    for (int row = 0; row < SINK_DEMO_HEIGHT; row++)
        for (int column = 0; column < SINK_DEMO_WIDTH; column++)
            fill_cell(new, row, column);
    return SINK_OK;
}

void sink_demo_landscape_free(struct sink_demo_landscape *landscape)
{
    if (!landscape)
        return;
    for (int year = 0; year < SINK_DEMO_YEARS; year++) {
        free(landscape->cover[year]);
        free(landscape->biomass[year]);
        free(landscape->biomass_sd[year]);
        free(landscape->volume[year]);
    }
    free(landscape->zone);
    free(landscape);
}
