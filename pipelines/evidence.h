/* What a tally stands on, carried with it from file to file: everything that `account` needs beside
 * the sums, and what a verifier asks for. No raster, no clock. */
#ifndef SINK_PIPELINES_EVIDENCE_H
#define SINK_PIPELINES_EVIDENCE_H

#include "pipelines/correlation.h"
#include "pipelines/tile_share.h"
#include "sinkcalc/base/error.h"
#include "sinkcalc/base/region.h"
#include "sinkcalc/model/tally.h"

#include <stdbool.h>
#include <stddef.h>

struct sink_evidence_file {
    char *path;      /* as written in the job (for globs and {year}: as expanded) */
    char *role;      /* "land_cover 2020", "regions", "factors" ... */
    char sha256[65]; /* lower-case hex */
    double bytes;
};
struct sink_evidence_table { /* a factor table, verbatim */
    char *name;              /* "ipcc", or the path as written */
    char *text;
    size_t bytes;
};

struct sink_evidence {
    char *version;             /* of sinkcalc that made the tally */
    char *libraries;           /* "GDAL 3.6.2, PROJ 9.1.1, netCDF 4.9.0" */
    char *job_path, *job_text; /* name of the job file; its text, verbatim */
    struct sink_evidence_file *files;
    size_t file_count;
    struct sink_evidence_table *tables;
    size_t table_count;
    char **notes; /* repairs, warped layers, tolerated overlaps, counted gaps */
    size_t note_count;
    char *grid; /* one line: size, cell, origin, tiles */
    char *crs_wkt;
    struct sink_tile_share share; /* which tiles are in the sums */
    double cells_read;            /* cells of the tiles that were read */
    /* Ecosystem layers: area claimed by more than one of them, in the uppermost regions, summed
     * over the years, exact; and its mean over the years. */
    struct sink_exact_sum overlap_sum_m2;
    double overlap_m2;
};
/* Fills overlap_m2 from the sum. */
void sink_evidence_set_overlap(struct sink_evidence *evidence, size_t year_count);
void sink_evidence_free(struct sink_evidence *evidence); /* frees what it owns */

/* A whole tally as a file holds it. */
struct sink_tally_bundle {
    struct sink_tally_spec spec;
    struct sink_region_list regions;
    struct sink_evidence evidence;
    struct sink_tally *tally; /* polygon rows only, not completed */
    /* Of the errors of rasters with a range (sinkcalc/model/raster_error.h); none, NULL without. */
    struct sink_correlations correlations;
    struct sink_tally *blocks; /* polygon rows only, not completed */
};
void sink_tally_bundle_free(struct sink_tally_bundle *bundle);

#endif
