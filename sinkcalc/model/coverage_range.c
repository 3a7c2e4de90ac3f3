#include "sinkcalc/model/coverage_range.h"

#include <math.h>

struct sink_coverage_range sink_coverage_range_make(double forest, double land, double unknown)
{
    const double all = land + unknown;
    if (!(all > 0))
        return (struct sink_coverage_range){NAN, NAN};
    return (struct sink_coverage_range){forest / all, (forest + unknown) / all};
}

double sink_coverage_share_needed(double forest, double land, double unknown, double target)
{
    return unknown > 0 ? (target * (land + unknown) - forest) / unknown : NAN;
}
