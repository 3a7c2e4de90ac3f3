/* What tally files and inventories say alike of their inputs. */
#ifndef SINK_PIPELINES_NC_EVIDENCE_H
#define SINK_PIPELINES_NC_EVIDENCE_H

#include "pipelines/evidence.h"
#include "pipelines/nc_writer.h"

/* input_path, input_role, input_sha256, input_bytes on `input`; note_text on `note`. */
SINK_CHECKED enum sink_status sink_nc_add_inputs(struct sink_nc_writer *nc,
                                                 const struct sink_evidence *evidence,
                                                 struct sink_error *error);

#endif
