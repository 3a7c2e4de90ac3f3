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
    const char *const *text; /* all of a text file in parts, then NULL; NULL for other files */
    int layer;               /* of a raster: in the landscape; -1 for others */
    const char *unit;        /* of a quantity, which is NULL for codes */
};
#define SINK_DEMO_FILE_COUNT 35
extern const struct sink_demo_file sink_demo_files[SINK_DEMO_FILE_COUNT];

/* Texts that are long: the job, and the tables it names. */
extern const char *const sink_demo_job[],
    *const sink_demo_factors[], *const sink_demo_harvest[], *const sink_demo_accuracy[];

/* The rasters as GeoTIFF. */
SINK_CHECKED enum sink_status sink_demo_write_rasters(const char *folder, struct sink_error *error);
/* counties.gpkg: 12 counties in 3 prefectures in 1 province. Borders are shared node by node; along
 * the coast the province reaches further out than its prefectures. */
SINK_CHECKED enum sink_status sink_demo_write_regions(const char *folder, struct sink_error *error);
/* The texts: README.txt, job.yml and tables. */
SINK_CHECKED enum sink_status sink_demo_write_texts(const char *folder, struct sink_error *error);

#endif
