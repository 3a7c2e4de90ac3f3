#include "pipelines/table_load.h"

#include "sinkcalc/base/text.h"
#include "sinkcalc/tables/tables.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_LIMIT_BYTES ((size_t)16 << 20)

bool sink_table_is_file(const char *name)
{
    const size_t length = strlen(name);
    return strchr(name, '/') || (length > 4 && strcmp(name + length - 4, ".csv") == 0);
}

/* A legend has the prefix; a factor table is neither a legend nor one of the two lists. */
static bool is_kind(const char *table, const char *prefix)
{
    if (*prefix)
        return strncmp(table, prefix, strlen(prefix)) == 0;
    return strncmp(table, "legend_", 7) != 0 && strcmp(table, "classes") != 0 &&
           strcmp(table, "targets") != 0;
}

static enum sink_status no_such_table(const struct sink_job *job, struct sink_place place,
                                      const char *name, const char *prefix,
                                      struct sink_error *error)
{
    size_t count = 0;
    const struct sink_table *tables = sink_tables(&count);
    char known[512] = "";
    for (size_t i = 0; i < count; i++)
        if (is_kind(tables[i].name, prefix) &&
            strlen(known) + strlen(tables[i].name) + 3 < sizeof known) {
            strcat(known, *known ? ", " : "");
            strcat(known, tables[i].name + strlen(prefix));
        }
    return sink_fail(
        error, SINK_BAD_JOB,
        "%s:%d:%d: no built-in table \"%s\", expected one of %s, or a path ending in .csv",
        job->path, place.line, place.column, name, known);
}

static enum sink_status read_table(const struct sink_job *job, const char *written, char **text,
                                   size_t *bytes, struct sink_error *error)
{
    char *path = sink_job_path(job, written);
    if (!path)
        return sink_fail_memory(error);
    enum sink_status status = sink_confine_check(job->confine, path, error);
    if (status == SINK_OK)
        status = sink_text_read_file(path, TABLE_LIMIT_BYTES, text, bytes, error);
    free(path);
    return status;
}

enum sink_status sink_table_load_legend(const struct sink_job *job,
                                        const struct sink_job_layer *layer, struct sink_csv **csv,
                                        struct sink_error *error)
{
    *csv = NULL;
    if (!sink_table_is_file(layer->legend)) {
        char name[128] = "legend_";
        strncat(name, layer->legend, sizeof name - 8);
        const struct sink_table *table = sink_table_find(name);
        return table ? sink_csv_parse(name, table->text, table->bytes, csv, error)
                     : no_such_table(job, layer->place, layer->legend, "legend_", error);
    }
    char *text = NULL;
    size_t bytes = 0;
    enum sink_status status = read_table(job, layer->legend, &text, &bytes, error);
    if (status == SINK_OK)
        status = sink_csv_parse(layer->legend, text, bytes, csv, error);
    free(text);
    return status;
}

enum sink_status sink_table_load_factors(const struct sink_job *job, size_t index,
                                         struct sink_evidence_table *table,
                                         struct sink_error *error)
{
    const char *name = job->factors[index];
    *table = (struct sink_evidence_table){.name = sink_text_copy(name)};
    if (!table->name)
        return sink_fail_memory(error);
    if (sink_table_is_file(name))
        return read_table(job, name, &table->text, &table->bytes, error);
    const struct sink_table *built_in = is_kind(name, "") ? sink_table_find(name) : NULL;
    if (!built_in)
        return no_such_table(job, job->factor_places[index], name, "", error);
    table->text = malloc(built_in->bytes + 1);
    if (!table->text)
        return sink_fail_memory(error);
    memcpy(table->text, built_in->text, built_in->bytes);
    table->text[built_in->bytes] = '\0';
    table->bytes = built_in->bytes;
    return SINK_OK;
}

enum sink_status sink_table_load_file(const struct sink_job *job, const char *written,
                                      struct sink_evidence_table *table, struct sink_error *error)
{
    *table = (struct sink_evidence_table){.name = sink_text_copy(written)};
    return table->name ? read_table(job, written, &table->text, &table->bytes, error)
                       : sink_fail_memory(error);
}

void sink_table_place_faults(const struct sink_job *job, const char *written,
                             struct sink_faults *faults, size_t first)
{
    const size_t length = strlen(written);
    if (!sink_table_is_file(written) || first >= faults->count)
        return;
    char *path = sink_job_path(job, written);
    for (size_t i = first; path && i < faults->count; i++) {
        struct sink_error *fault = &faults->items[i];
        if (strncmp(fault->message, written, length) != 0 || fault->message[length] != ':')
            continue;
        const struct sink_error as_it_was = *fault;
        (void)sink_fail(fault, as_it_was.status, "%s%s", path, as_it_was.message + length);
    }
    free(path);
}
