#include "sinkcalc/model/price.h"

#include <math.h>

const char *sink_price_path_name(enum sink_price_path path)
{
    static const char *const names[SINK_PRICE_PATH_COUNT] = {"low", "central", "high"};
    return names[path];
}

double sink_price_at(const struct sink_price_points *path, int year)
{
    if (path->count == 0)
        return NAN;
    if (year <= path->points[0].year)
        return path->points[0].price;
    size_t next = 1;
    while (next < path->count && path->points[next].year < year)
        next++;
    if (next == path->count)
        return path->points[next - 1].price;
    const struct sink_price_point a = path->points[next - 1], b = path->points[next];
    const double share = ((double)year - a.year) / ((double)b.year - a.year);
    return a.price * (1 - share) + b.price * share;
}

double sink_price_discount(double discount_rate_per_yr, int price_year, int year)
{
    return pow(1 + discount_rate_per_yr, (double)price_year - year);
}

double sink_price_flow_value(const struct sink_price_points *path, struct sink_price_flow flow,
                             int price_year, double discount_rate_per_yr)
{
    double value = 0;
    for (int year = flow.after_year; year < flow.last_year; year++)
        value += flow.tco2_yr * sink_price_at(path, year + 1) *
                 sink_price_discount(discount_rate_per_yr, price_year, year + 1);
    return value;
}
