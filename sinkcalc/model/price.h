/* What a flow of CO2 is worth: a path of prices and a discount rate. No price is built in.
 *
 * A price is in currency per t CO2 (not per t C). A flow is positive when carbon enters the land
 * and is worth its price; a source has a negative value, a cost. A stock is no income: only flows
 * are valued. Every function may be called from any thread. */
#ifndef SINK_MODEL_PRICE_H
#define SINK_MODEL_PRICE_H

#include <stddef.h>

/* A path is low or high by its prices: of a source the high path gives the lower value. */
enum sink_price_path { SINK_PRICE_LOW, SINK_PRICE_CENTRAL, SINK_PRICE_HIGH, SINK_PRICE_PATH_COUNT };
const char *sink_price_path_name(enum sink_price_path path); /* "low", "central", "high" */

struct sink_price_points {
    struct sink_price_point {
        int year;
        double price; /* per t CO2 */
    } * points;       /* ascending years, each once */
    size_t count;
};

/* The price of a year: linear between two points, that of the first point before it and that of the
 * last one after it: no trend is carried on beyond the points. NaN without a point. */
double sink_price_at(const struct sink_price_points *path, int year);

/* What 1 of a year is worth in price_year: (1 + rate)^-(year - price_year); more than 1 before
 * price_year. The rate is per year, above -1. */
double sink_price_discount(double discount_rate_per_yr, int price_year, int year);

/* A flow that is constant through the years after_year + 1 ... last_year. */
struct sink_price_flow {
    double tco2_yr;
    int after_year, last_year;
};
/* Its value in price_year: the sum over its years of flow x price of that year x discount of that
 * year. 0 when it has no year; NaN without a point or with a flow that is not known. */
double sink_price_flow_value(const struct sink_price_points *path, struct sink_price_flow flow,
                             int price_year, double discount_rate_per_yr);

#endif
