/* What the columns of a factor row say of its error. */
#include "sinkcalc/model/factor.h"
#include "sinkcalc/model/factor_kind.h"

enum sink_status sink_factor_read_spread(const struct sink_factor *row, struct sink_spread *spread,
                                         struct sink_error *error)
{
    struct sink_error sentence;
    double factor = 1;
    bool is_carbon;
    sink_factor_unit_parse(row->kind, row->unit, &factor, &is_carbon);
    const struct sink_spread_row columns = {.value = row->value,
                                            .lower = row->lower,
                                            .upper = row->upper,
                                            .sd = row->sd,
                                            .se = row->se,
                                            .n = row->n,
                                            .spread = row->spread,
                                            .distribution = row->distribution,
                                            .text_unit = factor,
                                            .may_be_negative =
                                                sink_factor_may_be_negative(row->kind)};
    if (sink_spread_read(&columns, spread, &sentence) == SINK_OK)
        return SINK_OK;
    return sink_fail(error, SINK_BAD_DATA, "%s:%zu: %s", row->set, row->line, sentence.message);
}
