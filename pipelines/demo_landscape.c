#include "pipelines/demo_landscape.h"

#include <math.h>
#include <stdlib.h>

/* Chances of stands beside those of the land cover. */
enum kind { KIND_AGE = 900, KIND_PLANTATION, KIND_PLANNED };
#define SEED_TEXTURE 2500

static double square(double value)
{
    return value * value;
}

static uint16_t whole(double value)
{
    return (uint16_t)floor(value + 0.5);
}

/* Forest is natural where it has always stood and is no plantation; what is planted, or would be,
 * is not. */
static bool is_natural(const struct sink_demo_site *site, const struct sink_demo_story *story)
{
    bool is_felled = false;
    if (!site->is_protected && sink_demo_site_is_chosen(site, KIND_PLANTATION, 0.15))
        return false;
    for (size_t map = 0; map < SINK_DEMO_MAPS; map++) {
        const bool is_forest = story->cover[map] == SINK_DEMO_FOREST;
        if (is_forest && is_felled)
            return false;
        is_felled = is_felled || !is_forest;
    }
    return story->cover[0] == SINK_DEMO_FOREST;
}

/* Years since the stand on the map was planted; what came since a map is taken to be three years
 * old on the next. */
static double age_yr(const struct sink_demo_site *site, const struct sink_demo_story *story,
                     size_t map)
{
    const size_t since = sink_demo_story_since(story, map);
    if (since > 0)
        return 3 + sink_demo_map_years[map] - sink_demo_map_years[since];
    return 16 + 44 * sink_demo_site_chance(site, KIND_AGE) + sink_demo_map_years[map] -
           sink_demo_map_years[SINK_DEMO_HISTORY];
}

/* What a fire leaves of the biomass: 0.45, and the loss grows over in 25 years. */
static double left_by_fire(const struct sink_demo_site *site, int year)
{
    if (site->burned_year == 0 || site->burned_year > year)
        return 1;
    return 1 - 0.55 * fmax(0, 1 - (year - site->burned_year) / 25.0);
}

/* Above-ground biomass in t/ha of a stand that grows by age^2 / (age^2 + half^2). */
static double biomass_of(const struct sink_demo_site *site, const struct sink_demo_story *story,
                         size_t map)
{
    const enum sink_demo_cover cover = story->cover[map];
    const double texture = 0.85 + 0.3 * sink_demo_chance(SEED_TEXTURE, site->x, site->y);
    const double full = cover == SINK_DEMO_FOREST   ? 75 + 130 * site->fertility
                        : cover == SINK_DEMO_BAMBOO ? 45 + 40 * site->fertility
                                                    : 80 + 60 * site->fertility;
    const double half_yr = cover != SINK_DEMO_FOREST ? 12 : is_natural(site, story) ? 26 : 17;
    const double age = square(age_yr(site, story, map));
    return 1 + full * texture * age / (age + square(half_yr)) *
                   left_by_fire(site, sink_demo_map_years[map]);
}

/* Biomass, its deviation and the volume of a year of the job. */
static void set_stocks(struct sink_demo_landscape *landscape, size_t cell,
                       const struct sink_demo_site *site, const struct sink_demo_story *story)
{
    for (size_t year = 0; year < SINK_DEMO_YEARS; year++) {
        const size_t map = SINK_DEMO_HISTORY + year;
        uint16_t values[3] = {SINK_DEMO_NODATA, SINK_DEMO_NODATA, SINK_DEMO_NODATA};
        if (sink_demo_cover_is_woody(story->cover[map])) {
            const double biomass = biomass_of(site, story, map);
            values[0] = whole(biomass);
            values[1] = whole(1 + (0.18 + 0.14 * site->spread) * biomass);
            if (story->cover[map] == SINK_DEMO_FOREST)
                values[2] = whole(biomass * (1.2 + 0.4 * site->volume));
        }
        landscape->layers[SINK_DEMO_BIOMASS + year][cell] = values[0];
        landscape->layers[SINK_DEMO_BIOMASS_SD + year][cell] = values[1];
        landscape->layers[SINK_DEMO_VOLUME + year][cell] = values[2];
    }
}

/* Around the lake peat and gley, but not under woods that were always there; beyond, the black soil
 * of a former lake bed; elsewhere red soil. */
static uint16_t soil_of(const struct sink_demo_site *site, const struct sink_demo_story *story)
{
    const bool is_wooded =
        story->cover[0] == SINK_DEMO_FOREST || story->cover[0] == SINK_DEMO_BAMBOO;
    if (site->lake < 2.1 && !is_wooded)
        return site->lake < 1.5 ? SINK_DEMO_SOIL_PEAT : SINK_DEMO_SOIL_GLEY;
    return site->lake < 9 && site->relief < 0.5 ? SINK_DEMO_SOIL_BLACK : SINK_DEMO_SOIL_RED;
}

/* Of peat and gley: wetland that never was anything else is undrained. */
static uint16_t drainage_of(const struct sink_demo_story *story, uint16_t soil, size_t map)
{
    if (soil < SINK_DEMO_SOIL_GLEY || story->cover[map] == SINK_DEMO_LAKE)
        return 0;
    if (story->cover[map] != SINK_DEMO_WETLAND)
        return SINK_DEMO_DRAINED;
    return sink_demo_story_since(story, map) > 0 ? SINK_DEMO_REWETTED : SINK_DEMO_UNDRAINED;
}

static bool is_coast(enum sink_demo_cover cover)
{
    return cover == SINK_DEMO_MANGROVE || cover == SINK_DEMO_SALT_MARSH ||
           cover == SINK_DEMO_SEAGRASS;
}

/* Coasts that came back by themselves or were planted; bare land and clearings that will be, but
 * for clearings of natural forest. */
static uint16_t restoration_of(const struct sink_demo_site *site,
                               const struct sink_demo_story *story)
{
    const enum sink_demo_cover last = story->cover[SINK_DEMO_MAPS - 1];
    for (size_t map = SINK_DEMO_MAPS - 1; map > 0; map--)
        if (is_coast(story->cover[map]) && story->cover[map - 1] != story->cover[map])
            return story->cover[map - 1] == SINK_DEMO_SALT_MARSH ? SINK_DEMO_RESTORED_NATURAL
                                                                 : SINK_DEMO_RESTORED_PLANTED;
    const bool is_open =
        last == SINK_DEMO_BARE ||
        (last == SINK_DEMO_GRASSLAND && sink_demo_site_is_chosen(site, KIND_PLANNED, 0.5));
    return is_open && !site->is_protected && !is_natural(site, story) ? SINK_DEMO_TO_BE_PLANTED : 0;
}

static bool is_land(enum sink_demo_cover cover)
{
    return cover != SINK_DEMO_SEA && cover != SINK_DEMO_SEAGRASS && cover != SINK_DEMO_LAKE;
}

static bool burns(enum sink_demo_cover cover)
{
    return cover == SINK_DEMO_FOREST || cover == SINK_DEMO_BAMBOO || cover == SINK_DEMO_GRASSLAND;
}

static void fill_cell(struct sink_demo_landscape *landscape, size_t cell,
                      struct sink_demo_site *site)
{
    const struct sink_demo_story story = sink_demo_story_of(site);
    const enum sink_demo_cover first = story.cover[SINK_DEMO_HISTORY];
    const uint16_t soil = soil_of(site, &story);
    if (!burns(first))
        site->burned_year = 0;
    set_stocks(landscape, cell, site, &story);
    for (size_t map = 0; map < SINK_DEMO_MAPS; map++)
        landscape->layers[SINK_DEMO_COVER + map][cell] = (uint16_t)story.cover[map];
    for (size_t year = 0; year < SINK_DEMO_YEARS; year++)
        landscape->layers[SINK_DEMO_DRAINAGE + year][cell] =
            drainage_of(&story, soil, SINK_DEMO_HISTORY + year);
    const struct {
        enum sink_demo_layer layer;
        int value;
    } rest[] = {{SINK_DEMO_BURNED, site->burned_year},
                {SINK_DEMO_ZONE,
                 site->is_tropical ? SINK_DEMO_TROPICAL_MOIST : SINK_DEMO_SUBTROPICAL_HUMID},
                {SINK_DEMO_CLIMATE,
                 site->is_tropical ? SINK_DEMO_CLIMATE_TROPICAL : SINK_DEMO_CLIMATE_WARM},
                {SINK_DEMO_SOIL, soil},
                {SINK_DEMO_KARST, site->is_karst ? SINK_DEMO_YES : SINK_DEMO_NO},
                {SINK_DEMO_ORIGIN, !is_land(first)            ? 0
                                   : is_natural(site, &story) ? SINK_DEMO_NATURAL
                                                              : SINK_DEMO_PLANTED},
                {SINK_DEMO_PROTECTED, site->is_protected ? SINK_DEMO_YES : SINK_DEMO_NO},
                {SINK_DEMO_RESTORATION, restoration_of(site, &story)}};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        landscape->layers[rest[i].layer][cell] = (uint16_t)rest[i].value;
}

static bool has_memory(struct sink_demo_landscape *landscape)
{
    for (size_t i = 0; i < SINK_DEMO_LAYER_COUNT; i++) {
        landscape->layers[i] = malloc(SINK_DEMO_CELLS * sizeof *landscape->layers[i]);
        if (!landscape->layers[i])
            return false;
    }
    return true;
}

static void fill(struct sink_demo_landscape *landscape, struct sink_demo_ground *ground)
{
    size_t cell = 0;
    sink_demo_ground_start(ground);
    for (int row = 0; row < SINK_DEMO_HEIGHT; row++) {
        sink_demo_ground_read(ground, row);
        for (int column = 0; column < SINK_DEMO_WIDTH; column++) {
            struct sink_demo_site site = sink_demo_ground_site(ground, column);
            fill_cell(landscape, cell++, &site);
        }
    }
}

enum sink_status sink_demo_landscape_new(struct sink_demo_landscape **landscape,
                                         struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    struct sink_demo_ground *ground = malloc(sizeof *ground);
    *landscape = calloc(1, sizeof **landscape);
    if (ground && *landscape && has_memory(*landscape)) {
        fill(*landscape, ground);
    } else {
        status = sink_fail_memory(error);
        sink_demo_landscape_free(*landscape);
        *landscape = NULL;
    }
    free(ground);
    return status;
}

void sink_demo_landscape_free(struct sink_demo_landscape *landscape)
{
    for (size_t i = 0; landscape && i < SINK_DEMO_LAYER_COUNT; i++)
        free(landscape->layers[i]);
    free(landscape);
}
