/* What a cell of the demonstration is made of, before anything grows on it. */
#ifndef SINK_PIPELINES_DEMO_SITE_H
#define SINK_PIPELINES_DEMO_SITE_H

#include "pipelines/demo_noise.h"

#include <stdbool.h>
#include <stdint.h>

#define SINK_DEMO_WIDTH 1200
#define SINK_DEMO_HEIGHT 1000
#define SINK_DEMO_DAMS 2
#define SINK_DEMO_TOWNS 12

/* Smooth noise of a row of cells. */
enum sink_demo_field {
    SINK_DEMO_FIELD_HEIGHT,
    SINK_DEMO_FIELD_RELIEF,
    SINK_DEMO_FIELD_PATCH,
    SINK_DEMO_FIELD_BAMBOO,
    SINK_DEMO_FIELD_SHORE,
    SINK_DEMO_FIELD_TOWN,
    SINK_DEMO_FIELD_WARP_X,
    SINK_DEMO_FIELD_WARP_Y,
    SINK_DEMO_FIELD_ZONE,
    SINK_DEMO_FIELD_EROSION,
    SINK_DEMO_FIELD_VALLEY,
    SINK_DEMO_FIELD_RESERVE,
    SINK_DEMO_FIELD_KARST,
    SINK_DEMO_FIELD_FIRE,
    SINK_DEMO_FIELD_FERTILITY,
    SINK_DEMO_FIELD_SPREAD,
    SINK_DEMO_FIELD_VOLUME,
    SINK_DEMO_FIELD_COUNT
};

struct sink_demo_town {
    double x, y, radius; /* in cells */
};

/* The ground row by row: what lies fixed, and the noise of the row in hand. */
struct sink_demo_ground {
    struct sink_demo_town towns[SINK_DEMO_TOWNS];
    double river[SINK_DEMO_WIDTH]; /* row of its middle in each column, from the lake to the sea */
    int row;
    double fields[SINK_DEMO_FIELD_COUNT][SINK_DEMO_WIDTH];
};
void sink_demo_ground_start(struct sink_demo_ground *ground);
void sink_demo_ground_read(struct sink_demo_ground *ground, int row);

struct sink_demo_site {
    int64_t x, y;
    double height; /* above the sea; below 0 the sea */
    double relief; /* 0 plain .. 1 mountain */
    double patch;  /* 0..1, decides between neighbours of one habitat */
    double bamboo, erosion, fertility, spread, volume; /* 0..1 */
    double lake;                 /* below 1 in the lake, from there on its shore */
    double town;                 /* below 1 in a town of 2020 */
    double dams[SINK_DEMO_DAMS]; /* below 1 where the water of a dam rises */
    int burned_year;             /* 0: no fire */
    bool is_river, is_tropical, is_protected, is_karst;
    int64_t row, column; /* the stand it belongs to: what one owner plants or fells */
};
/* A cell of the row in hand. */
struct sink_demo_site sink_demo_ground_site(const struct sink_demo_ground *ground, int column);
/* A share `part` of all stands; of each kind others. */
bool sink_demo_site_is_chosen(const struct sink_demo_site *site, unsigned kind, double part);
/* A chance in [0, 1) of the stand. */
double sink_demo_site_chance(const struct sink_demo_site *site, unsigned kind);

#endif
