/* Job files: the YAML reader, the schema, the checks between keys. */
#include "tests/fuzz/fuzz.h"

#include "pipelines/job.h"

#include <string.h>

void sink_fuzz_start(void)
{
}

bool sink_fuzz_run(const uint8_t *data, size_t size)
{
    struct sink_faults faults = {0};
    struct sink_job *job = NULL, *again = NULL;
    const enum sink_status status =
        sink_job_parse("job.yml", (const char *)data, size, &job, &faults);
    sink_fuzz_check_faults(status, &faults);
    sink_fuzz_expect((status == SINK_OK) == (job != NULL), "a job is NULL if there is a fault");
    if (!job)
        return false;
    sink_fuzz_expect(job->text_bytes == size && memcmp(job->text, data, size) == 0,
                     "the text is kept as it is");
    sink_fuzz_expect(job->year_count > 0 && job->layer_count > 0 && job->factor_count > 0,
                     "a job has what it needs");
    for (size_t c = 0; c < sink_fuzz_classes()->count; c++) {
        const struct sink_class *class = &sink_fuzz_classes()->items[c];
        (void)sink_job_is_forest(job, class);
        (void)sink_job_is_land(job, class);
        for (size_t i = 0; i < job->layer_count; i++)
            (void)sink_job_layer_speaks_for(&job->layers[i], class);
    }
    sink_fuzz_expect(sink_job_parse("job.yml", job->text, job->text_bytes, &again, &faults) ==
                         SINK_OK,
                     "the same text is read in the same way");
    sink_faults_free(&faults);
    sink_job_free(again);
    sink_job_free(job);
    return true;
}
