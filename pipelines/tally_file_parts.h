/* The parts of reading a tally file: private to pipelines/tally_file*.c. */
#ifndef SINK_PIPELINES_TALLY_FILE_PARTS_H
#define SINK_PIPELINES_TALLY_FILE_PARTS_H

#include "pipelines/evidence.h"
#include "pipelines/nc_reader.h"

/* Both note faults in the reader and leave what they could read, to be freed by the caller. */
void sink_tally_read_regions(struct sink_nc_reader *nc, struct sink_region_list *regions);
void sink_tally_read_evidence(struct sink_nc_reader *nc, struct sink_evidence *evidence);

#endif
