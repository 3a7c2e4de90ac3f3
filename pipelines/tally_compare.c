#include "pipelines/tally_file.h"
#include "pipelines/tally_merge.h"

#include <stdio.h>
#include <string.h>

static bool compare_tables(const struct sink_evidence *a, const struct sink_evidence *b, char *what,
                           size_t size)
{
    if (a->table_count != b->table_count)
        return snprintf(what, size, "it has %zu tables, expected %zu", a->table_count,
                        b->table_count) > 0;
    for (size_t i = 0; i < a->table_count; i++)
        if (strcmp(a->tables[i].name, b->tables[i].name) != 0 ||
            strcmp(a->tables[i].text, b->tables[i].text) != 0)
            return snprintf(what, size, "the table %.300s is another", a->tables[i].name) > 0;
    return false;
}

static bool compare_inputs(const struct sink_evidence *a, const struct sink_evidence *b, char *what,
                           size_t size)
{
    if (a->file_count != b->file_count)
        return snprintf(what, size, "it has %zu input files, expected %zu", a->file_count,
                        b->file_count) > 0;
    for (size_t i = 0; i < a->file_count; i++) {
        const struct sink_evidence_file *p = &a->files[i], *q = &b->files[i];
        const bool are_hashed = *p->sha256 && *q->sha256;
        if (strcmp(p->path, q->path) != 0 || strcmp(p->role, q->role) != 0 ||
            (are_hashed && strcmp(p->sha256, q->sha256) != 0))
            return snprintf(what, size, "the input %.300s is another", p->path) > 0;
    }
    return false;
}

static bool compare_notes(const struct sink_evidence *a, const struct sink_evidence *b)
{
    if (a->note_count != b->note_count)
        return true;
    for (size_t i = 0; i < a->note_count; i++)
        if (strcmp(a->notes[i], b->notes[i]) != 0)
            return true;
    return false;
}

static bool compare_evidence(const struct sink_evidence *a, const struct sink_evidence *b,
                             char *what, size_t size)
{
    if (strcmp(a->version, b->version) != 0)
        return snprintf(what, size, "it is of sinkcalc %.40s, expected %.40s", a->version,
                        b->version) > 0;
    if (strcmp(a->libraries, b->libraries) != 0)
        return snprintf(what, size, "it was made with %.100s, expected %.100s", a->libraries,
                        b->libraries) > 0;
    if (strcmp(a->job_path, b->job_path) != 0)
        return snprintf(what, size, "its job is called %.100s, expected %.100s", a->job_path,
                        b->job_path) > 0;
    if (strcmp(a->job_text, b->job_text) != 0)
        return snprintf(what, size, "the job %.200s has another text", a->job_path) > 0;
    return compare_tables(a, b, what, size) || compare_inputs(a, b, what, size);
}

/* What follows from job and inputs, and can differ only where an input changed that has no hash
 * yet. */
static enum sink_status compare_rest(const struct sink_tally_bundle *a,
                                     const struct sink_tally_bundle *b, char *what, size_t size,
                                     struct sink_error *error)
{
    char p[65], q[65];
    enum sink_status status = sink_tally_basis_digest(a, p, error);
    if (status == SINK_OK)
        status = sink_tally_basis_digest(b, q, error);
    if (status != SINK_OK)
        return status;
    if (strcmp(p, q) != 0)
        snprintf(what, size, "its regions or strata are others");
    else if (strcmp(a->evidence.grid, b->evidence.grid) != 0 ||
             strcmp(a->evidence.crs_wkt, b->evidence.crs_wkt) != 0 ||
             a->evidence.share.tile_count != b->evidence.share.tile_count)
        snprintf(what, size, "its grid is another");
    else if (compare_notes(&a->evidence, &b->evidence))
        snprintf(what, size, "what it notes of the inputs is another");
    return SINK_OK;
}

enum sink_status sink_tally_compare(const struct sink_tally_bundle *a,
                                    const struct sink_tally_bundle *b, char *what, size_t what_size,
                                    struct sink_error *error)
{
    *what = '\0';
    if (compare_evidence(&a->evidence, &b->evidence, what, what_size))
        return SINK_OK;
    return compare_rest(a, b, what, what_size, error);
}
