/* The random variables behind the factor rows of an account. */
#include "sinkcalc/model/uncertainty_parts.h"

#include <stdlib.h>
#include <string.h>

/* Rows with a spread that share the text in `variable` are one; the text of one set only. */
static bool is_same_variable(const struct sink_factor *a, const struct sink_factor *b)
{
    return *a->variable && a->set_index == b->set_index && strcmp(a->variable, b->variable) == 0;
}

/* Adds the variable that begins with the row at `first`, unless an earlier one has it. */
static void add_variable(struct sink_assessment *assessment, const int *used, size_t used_count,
                         size_t first, size_t *filled)
{
    const struct sink_factor *rows = assessment->basis->factors->rows;
    for (size_t i = 0; i < first; i++)
        if (is_same_variable(&rows[used[i]], &rows[used[first]]))
            return;
    struct sink_variable *variable = &assessment->variables[assessment->variable_count++];
    *variable = (struct sink_variable){.rows = assessment->rows_of + *filled};
    for (size_t i = first; i < used_count; i++)
        if (i == first || is_same_variable(&rows[used[i]], &rows[used[first]])) {
            assessment->rows_of[(*filled)++] = used[i];
            variable->row_count++;
        }
}

enum sink_status sink_assessment_list_variables(struct sink_assessment *assessment,
                                                struct sink_error *error)
{
    const struct sink_factors *factors = assessment->basis->factors;
    const size_t count = factors->row_count;
    size_t used_count = 0, filled = 0;
    int *used = malloc((count + 1) * sizeof *used);
    assessment->rows_of = malloc((count + 1) * sizeof *assessment->rows_of);
    assessment->variables = calloc(count + 1, sizeof *assessment->variables);
    assessment->spreads = calloc(count + 1, sizeof *assessment->spreads);
    enum sink_status status = SINK_OK;
    if (!used || !assessment->rows_of || !assessment->variables || !assessment->spreads)
        status = sink_fail_memory(error);
    for (size_t i = 0; i < count && status == SINK_OK; i++) {
        if (!assessment->account->strata->is_used[i])
            continue;
        status = sink_factor_read_spread(&factors->rows[i], &assessment->spreads[i], error);
        if (status == SINK_OK && assessment->spreads[i].se > 0)
            used[used_count++] = (int)i;
    }
    for (size_t i = 0; i < used_count && status == SINK_OK; i++)
        add_variable(assessment, used, used_count, i, &filled);
    free(used);
    return status;
}
