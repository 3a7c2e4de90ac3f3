/* The folder of maps: whole or absent, made in a hidden one beside it. */
#ifndef SINK_PIPELINES_MAP_FOLDER_H
#define SINK_PIPELINES_MAP_FOLDER_H

#include "pipelines/claim.h"

struct sink_map_folder {
    char *path;   /* as asked for, without slashes at its end */
    char *part;   /* ".NAME.part" beside it: where maps are made, and kept after an interruption */
    char *out;    /* in it: what becomes `path` */
    char *tally;  /* in it: the tally, and its checkpoint */
    bool is_ours; /* the hidden folder, for this run alone */
};

/* Claims the folder and makes the hidden one, which may hold what an earlier run has kept; with
 * --restart nothing is left of that. Something that is no folder, or one with other files than maps
 * of ours, is refused, and maps unless they may be replaced: SINK_BAD_JOB. */
SINK_CHECKED enum sink_status sink_map_folder_open(const struct sink_options *options,
                                                   struct sink_claims *claims,
                                                   struct sink_map_folder *folder,
                                                   struct sink_error *error);
/* Gives it its name, all at once, and removes what it was made of. */
SINK_CHECKED enum sink_status sink_map_folder_finish(const struct sink_map_folder *folder,
                                                     struct sink_error *error);
/* Removes the files in a folder of maps, README.txt last; also after a loss of power none of them
 * stands without it. */
void sink_map_folder_empty(const char *path);
/* Frees the names; with `is_dropped` nothing is kept. An empty hidden folder goes in any case. */
void sink_map_folder_close(struct sink_map_folder *folder, bool is_dropped);

#endif
