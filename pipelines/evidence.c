#include "pipelines/evidence.h"

#include <stdlib.h>

void sink_evidence_set_overlap(struct sink_evidence *evidence, size_t year_count)
{
    evidence->overlap_m2 = sink_exact_sum_value(&evidence->overlap_sum_m2) / (double)year_count;
}

void sink_evidence_free(struct sink_evidence *evidence)
{
    for (size_t i = 0; evidence->files && i < evidence->file_count; i++) {
        free(evidence->files[i].path);
        free(evidence->files[i].role);
    }
    for (size_t i = 0; evidence->tables && i < evidence->table_count; i++) {
        free(evidence->tables[i].name);
        free(evidence->tables[i].text);
    }
    for (size_t i = 0; evidence->notes && i < evidence->note_count; i++)
        free(evidence->notes[i]);
    free(evidence->files);
    free(evidence->tables);
    free(evidence->notes);
    free(evidence->version);
    free(evidence->libraries);
    free(evidence->job_path);
    free(evidence->job_text);
    free(evidence->grid);
    free(evidence->crs_wkt);
    sink_tile_share_free(&evidence->share);
    *evidence = (struct sink_evidence){0};
}

void sink_tally_bundle_free(struct sink_tally_bundle *bundle)
{
    sink_tally_free(bundle->tally);
    sink_tally_free(bundle->blocks);
    sink_correlations_free(&bundle->correlations);
    sink_tally_spec_free(&bundle->spec);
    sink_region_list_free(&bundle->regions);
    sink_evidence_free(&bundle->evidence);
    *bundle = (struct sink_tally_bundle){0};
}
