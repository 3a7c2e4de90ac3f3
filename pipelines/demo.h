/* The parts of the command `demo`: each writes some of its files. */
#ifndef SINK_PIPELINES_DEMO_H
#define SINK_PIPELINES_DEMO_H

#include "sinkcalc/base/error.h"

#include <stddef.h>

/* Where the landscape lies: EPSG:4326, north-west corner and size of a cell. */
#define SINK_DEMO_WEST_DEG 120.0
#define SINK_DEMO_NORTH_DEG 27.45
#define SINK_DEMO_CELL_DEG 0.00025

/* Stands in every file. */
#define SINK_DEMO_NOTICE "SYNTHETIC demonstration data of sinkcalc, no real place"

/* The files of the demonstration. */
struct sink_demo_file {
    const char *name, *about;
};
#define SINK_DEMO_FILE_COUNT 14
extern const struct sink_demo_file sink_demo_files[SINK_DEMO_FILE_COUNT];

/* Land cover, biomass, its standard deviation, volume, and zone as GeoTIFF. */
SINK_CHECKED enum sink_status sink_demo_write_rasters(const char *folder, struct sink_error *error);
/* counties.gpkg: 12 counties in 3 prefectures in 1 province. Borders are shared node by node; along
 * the coast the province reaches further out than its prefectures. */
SINK_CHECKED enum sink_status sink_demo_write_regions(const char *folder, struct sink_error *error);
/* README.txt, legend.csv, demo_factors.csv and job.yml. */
SINK_CHECKED enum sink_status sink_demo_write_texts(const char *folder, struct sink_error *error);

#endif
