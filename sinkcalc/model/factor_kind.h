/* What each factor kind is measured in and which values it may take: the rules of its column
 * `quantity`. For readers of factor tables. */
#ifndef SINK_MODEL_FACTOR_KIND_H
#define SINK_MODEL_FACTOR_KIND_H

#include "sinkcalc/model/factor.h"

#include <stdbool.h>

/* Reads `text` as a unit of the kind. Value in the unit * factor = value in the unit of the kind
 * (factor.h); `is_carbon` says whether a density is of carbon rather than of dry matter. False when
 * the unit does not fit. */
bool sink_factor_unit_parse(enum sink_factor_kind kind, const char *text, double *factor,
                            bool *is_carbon);
/* A unit that fits, for messages. */
const char *sink_factor_unit_example(enum sink_factor_kind kind);

/* Whether values below zero have a meaning: intercepts, growth that is outweighed by mortality,
 * soils that take up what others emit. */
bool sink_factor_may_be_negative(enum sink_factor_kind kind);
/* Whether the value is a share of a whole, 0..1. */
bool sink_factor_is_fraction(enum sink_factor_kind kind);
/* What is expected in place of a depth, NaN for none, that does not fit the quantity, or NULL: the
 * carbon of a soil layer has one, nothing else. */
const char *sink_factor_depth_expected(enum sink_factor_kind kind, double depth_cm);
/* Whether the value belongs to a line of volume, which says whether it includes roots. */
bool sink_factor_is_line(enum sink_factor_kind kind);

#endif
