/* What a run keeps of its work beside its output, to go on from after an interruption: a tally file
 * of the tiles that are done. */
#ifndef SINK_PIPELINES_CHECKPOINT_H
#define SINK_PIPELINES_CHECKPOINT_H

#include "pipelines/evidence.h"

#include <stdbool.h>

/* Where the checkpoint of an output is: "<output>.checkpoint", malloc'ed; NULL without memory. */
char *sink_checkpoint_path(const char *output);

/* Adds what the checkpoint holds, if there is one, to the tallies, which may be empty, and to the
 * evidence of `bundle`, which must say of which job and part it is. The hashes of the inputs become
 * those that are expected. A checkpoint of anything else is refused with what differs. */
SINK_CHECKED enum sink_status sink_checkpoint_take(const char *path,
                                                   struct sink_tally_bundle *bundle, bool *is_found,
                                                   struct sink_error *error);

#endif
