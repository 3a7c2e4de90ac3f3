/* How land is used on the first map, and what becomes of it from map to map: towns grow, slopes are
 * planted, stands are felled and planted again; shores are drained and rewetted, mangroves dug up
 * for ponds and planted again. */
#include "pipelines/demo_cover.h"

const int sink_demo_map_years[SINK_DEMO_MAPS] = {2005, 2010, 2015, 2020, 2025};

/* Each kind of change strikes other stands, and others in each step. */
enum kind {
    KIND_CLEARING,
    KIND_PASTURE,
    KIND_FELLING,
    KIND_FIELD,
    KIND_QUARRY,
    KIND_PLANTING,
    KIND_AFFORESTATION,
    KIND_BAMBOO,
    KIND_DRAINING,
    KIND_REWETTING,
    KIND_POND,
    KIND_POLDER,
    KIND_REPLANTING,
    KIND_SPREADING,
    KIND_MEADOW,
    KIND_COUNT
};

static double wood_of(const struct sink_demo_site *site)
{
    return site->relief + 0.5 * (site->patch - 0.5);
}

static enum sink_demo_cover coast_of(const struct sink_demo_site *site)
{
    if (site->height < 0)
        return site->height > -0.16 && site->height < -0.02 && site->patch > 0.54
                   ? SINK_DEMO_SEAGRASS
                   : SINK_DEMO_SEA;
    return site->patch > 0.5 ? SINK_DEMO_MANGROVE : SINK_DEMO_SALT_MARSH;
}

static enum sink_demo_cover first_cover(const struct sink_demo_site *site)
{
    const double wood = wood_of(site);
    const bool is_beach = site->patch > 0.47 && site->patch < 0.53;
    if (site->height < 0 || (site->height < 0.07 && !is_beach))
        return site->height > 0 && site->is_river ? SINK_DEMO_LAKE : coast_of(site);
    if (site->lake < 1 || site->is_river)
        return SINK_DEMO_LAKE;
    if (site->lake < 1.9 && site->patch > 0.42)
        return SINK_DEMO_WETLAND;
    if (site->town < 0.62)
        return SINK_DEMO_TOWN;
    if (wood > 0.36 && wood < 0.66 && site->erosion > 0.68)
        return SINK_DEMO_BARE;
    if (wood > 0.56)
        return site->bamboo > 0.66 ? SINK_DEMO_BAMBOO : SINK_DEMO_FOREST;
    if (wood > 0.48)
        return sink_demo_site_is_chosen(site, KIND_CLEARING, 0.45) ? SINK_DEMO_GRASSLAND
                                                                   : SINK_DEMO_FOREST;
    return sink_demo_site_is_chosen(site, KIND_PASTURE, 0.1) ? SINK_DEMO_GRASSLAND
                                                             : SINK_DEMO_CROPLAND;
}

/* The step from a map to the next. */
struct step {
    const struct sink_demo_site *site;
    const struct sink_demo_story *story;
    size_t map; /* the later one */
};

static bool is_chosen(const struct step *step, enum kind kind, double part)
{
    return sink_demo_site_is_chosen(step->site, (unsigned)(step->map * KIND_COUNT + kind), part);
}

static bool was(const struct step *step, enum sink_demo_cover cover)
{
    return sink_demo_story_was(step->story, step->map, cover);
}

static enum sink_demo_cover after_forest(const struct step *step)
{
    if (step->site->is_protected || (step->map == 4 && step->site->burned_year > 0))
        return SINK_DEMO_FOREST; /* what has burned is left to grow again */
    if (is_chosen(step, KIND_FELLING, 0.018))
        return SINK_DEMO_GRASSLAND;
    if (step->map == 1 && is_chosen(step, KIND_FIELD, 0.006))
        return SINK_DEMO_CROPLAND;
    if (is_chosen(step, KIND_QUARRY, 0.0015))
        return SINK_DEMO_BARE;
    return step->site->bamboo > 0.58 && is_chosen(step, KIND_BAMBOO, 0.02) ? SINK_DEMO_BAMBOO
                                                                           : SINK_DEMO_FOREST;
}

static enum sink_demo_cover after_grassland(const struct step *step)
{
    const double part = was(step, SINK_DEMO_FOREST) ? 0.6 : wood_of(step->site) > 0.48 ? 0.12 : 0;
    return is_chosen(step, KIND_PLANTING, part) ? SINK_DEMO_FOREST : SINK_DEMO_GRASSLAND;
}

/* Fields on slopes are planted; fields that were wetland or coast may become it again. */
static enum sink_demo_cover after_cropland(const struct step *step)
{
    const bool is_restored = step->map >= 3 && is_chosen(step, KIND_REWETTING, 0.3);
    static const enum sink_demo_cover wet[] = {SINK_DEMO_WETLAND, SINK_DEMO_MANGROVE,
                                               SINK_DEMO_SALT_MARSH};
    for (size_t i = 0; i < sizeof wet / sizeof *wet; i++)
        if (was(step, wet[i]))
            return is_restored ? wet[i] : SINK_DEMO_CROPLAND;
    const double part = wood_of(step->site) > 0.36 ? 0.09 : 0.004;
    return is_chosen(step, KIND_AFFORESTATION, part) ? SINK_DEMO_FOREST : SINK_DEMO_CROPLAND;
}

static enum sink_demo_cover after_bare(const struct step *step)
{
    if (is_chosen(step, KIND_AFFORESTATION, 0.14))
        return SINK_DEMO_FOREST;
    return is_chosen(step, KIND_MEADOW, 0.07) ? SINK_DEMO_GRASSLAND : SINK_DEMO_BARE;
}

/* The reserves were founded in 2015. */
static enum sink_demo_cover after_wet(const struct step *step, enum sink_demo_cover before)
{
    static const double drained[SINK_DEMO_MAPS] = {0, 0.14, 0.05, 0, 0};
    static const double dug[SINK_DEMO_MAPS] = {0, 0.13, 0.05, 0.01, 0.01};
    static const double polders[SINK_DEMO_MAPS] = {0, 0.06, 0.02, 0, 0};
    const bool is_free = step->map < 3 || !step->site->is_protected;
    switch (before) {
    case SINK_DEMO_WETLAND:
        return is_chosen(step, KIND_DRAINING, drained[step->map]) ? SINK_DEMO_CROPLAND : before;
    case SINK_DEMO_MANGROVE:
        if (is_free && is_chosen(step, KIND_POND, dug[step->map]))
            return SINK_DEMO_POND;
        return is_chosen(step, KIND_POLDER, polders[step->map]) ? SINK_DEMO_CROPLAND : before;
    case SINK_DEMO_SALT_MARSH:
        if (is_chosen(step, KIND_POLDER, polders[step->map]))
            return SINK_DEMO_CROPLAND;
        return is_chosen(step, KIND_SPREADING, 0.04) ? SINK_DEMO_MANGROVE : before;
    default: /* a pond */
        return step->map >= 3 && is_chosen(step, KIND_REPLANTING, 0.4) ? SINK_DEMO_MANGROVE
                                                                       : before;
    }
}

static enum sink_demo_cover after_sea(const struct step *step, enum sink_demo_cover before)
{
    if (before == SINK_DEMO_SEAGRASS)
        return is_chosen(step, KIND_MEADOW, 0.03) ? SINK_DEMO_SEA : before;
    return was(step, SINK_DEMO_SEAGRASS) && step->map == 4 && is_chosen(step, KIND_REPLANTING, 0.3)
               ? SINK_DEMO_SEAGRASS
               : before;
}

static bool is_flooded(const struct step *step)
{
    return (step->map >= 1 && step->site->dams[0] < 1) ||
           (step->map >= 4 && step->site->dams[1] < 1);
}

/* Towns and dams take what lies in their way, but no water, no shore and no coast. */
static enum sink_demo_cover next_cover(const struct step *step)
{
    static const double town[SINK_DEMO_MAPS] = {0.62, 0.76, 0.9, 1.02, 1.14};
    const enum sink_demo_cover before = step->story->cover[step->map - 1];
    switch (before) {
    case SINK_DEMO_SEA:
    case SINK_DEMO_SEAGRASS:
        return after_sea(step, before);
    case SINK_DEMO_WETLAND:
    case SINK_DEMO_MANGROVE:
    case SINK_DEMO_SALT_MARSH:
    case SINK_DEMO_POND:
        return after_wet(step, before);
    case SINK_DEMO_LAKE:
    case SINK_DEMO_RESERVOIR:
    case SINK_DEMO_TOWN:
        return before;
    default:
        break;
    }
    if (is_flooded(step))
        return SINK_DEMO_RESERVOIR;
    if (step->site->town < town[step->map] && !step->site->is_protected)
        return SINK_DEMO_TOWN;
    switch (before) {
    case SINK_DEMO_FOREST:
        return after_forest(step);
    case SINK_DEMO_GRASSLAND:
        return after_grassland(step);
    case SINK_DEMO_CROPLAND:
        return after_cropland(step);
    case SINK_DEMO_BARE:
        return after_bare(step);
    default:
        return before;
    }
}

struct sink_demo_story sink_demo_story_of(const struct sink_demo_site *site)
{
    struct sink_demo_story story = {.cover = {first_cover(site)}};
    for (size_t map = 1; map < SINK_DEMO_MAPS; map++)
        story.cover[map] = next_cover(&(struct step){site, &story, map});
    return story;
}

size_t sink_demo_story_since(const struct sink_demo_story *story, size_t map)
{
    size_t since = map;
    while (since > 0 && story->cover[since - 1] == story->cover[map])
        since--;
    return since;
}

bool sink_demo_story_was(const struct sink_demo_story *story, size_t map,
                         enum sink_demo_cover cover)
{
    for (size_t earlier = 0; earlier < map; earlier++)
        if (story->cover[earlier] == cover)
            return true;
    return false;
}

bool sink_demo_cover_is_woody(enum sink_demo_cover cover)
{
    return cover == SINK_DEMO_FOREST || cover == SINK_DEMO_BAMBOO || cover == SINK_DEMO_MANGROVE;
}
