#include "sinkcalc/model/raster_error.h"

#include <math.h>
#include <stdio.h>

static const struct sink_tally_spec block_spec = {.quantity_count = SINK_BLOCK_SUM_COUNT - 1};

enum sink_status sink_block_tally_new(struct sink_tally **blocks, struct sink_error *error)
{
    return sink_tally_new(&block_spec, blocks, error);
}

/* Rows come by region, pass and block: those of a region and year are a run. */
void sink_raster_error_by_blocks(struct sink_tally *blocks, size_t raster, size_t year_count,
                                 size_t region_count, double *shares)
{
    const struct sink_tally_row *rows;
    const size_t count = sink_tally_rows(blocks, &rows);
    for (size_t i = 0; i < year_count * region_count; i++)
        shares[i] = NAN;
    for (size_t i = 0, end; i < count; i = end) {
        double sum = 0, squares = 0;
        for (end = i;
             end < count && rows[end].region == rows[i].region && rows[end].pass == rows[i].pass;
             end++) {
            const double in_block = sink_exact_sum_value(&rows[end].sums[1]);
            sum += in_block;
            squares += in_block * in_block;
        }
        if (rows[i].pass / year_count == raster)
            shares[rows[i].pass % year_count * region_count + rows[i].region] =
                sum > 0 ? squares / (sum * sum) : 1;
    }
}

/* The dimensions that tell whether a row holds land of the raster, at one side of a pass. */
struct voice {
    int class_dimension, value_dimension, sd_dimension; /* -1: the tally has none of that side */
};

static struct voice voice_of(const struct sink_tally_spec *spec, const char *quantity,
                             enum sink_side side)
{
    char sd[128];
    snprintf(sd, sizeof sd, "%s_sd", quantity);
    return (struct voice){sink_tally_dimension(spec, SINK_DIMENSION_CLASS, "class", side),
                          sink_tally_dimension(spec, SINK_DIMENSION_INTERVAL, quantity, side),
                          sink_tally_dimension(spec, SINK_DIMENSION_INTERVAL, sd, side)};
}

static bool is_heard(struct voice voice, const int *values, const bool *speaks)
{
    return voice.class_dimension >= 0 && voice.value_dimension >= 0 && voice.sd_dimension >= 0 &&
           speaks[values[voice.class_dimension]] && values[voice.value_dimension] >= 2 &&
           values[voice.sd_dimension] >= 2;
}

void sink_raster_error_by_one(struct sink_tally *tally, const char *quantity, const bool *speaks,
                              double *shares)
{
    const struct sink_tally_spec *spec = sink_tally_spec_of(tally);
    const struct voice from = voice_of(spec, quantity, SINK_SIDE_FROM);
    const struct voice to = voice_of(spec, quantity, SINK_SIDE_TO);
    const struct sink_tally_row *rows;
    const size_t count = sink_tally_rows(tally, &rows);
    int values[SINK_MAX_DIMENSIONS];
    for (size_t i = 0; i < spec->year_count * spec->region_count; i++)
        shares[i] = NAN;
    for (size_t i = 0; i < count; i++) {
        const size_t year_to = spec->year_count > 1 ? rows[i].pass + 1 : 0;
        sink_tally_key_values(spec, rows[i].key, values);
        if (is_heard(to, values, speaks))
            shares[year_to * spec->region_count + rows[i].region] = 1;
        if (year_to == 1 && is_heard(from, values, speaks))
            shares[rows[i].region] = 1;
    }
}
