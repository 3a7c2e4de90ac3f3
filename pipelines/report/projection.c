#include "pipelines/report/projection.h"

#include <math.h>

#define RAD (M_PI / 180)
#define FLATTENING (1 / 298.257223563)
#define RADIUS_M 6371007.1809 /* of the sphere with the area of WGS 84 */
#define WIDE_DEG 150          /* from here on the whole globe is shown */
#define CONE_LAT_DEG 15       /* nearer to the equator the cone is almost flat */
#define CONE_LON_DEG 12

/* Snyder's q, eq. 3-12. */
static double area_function(double sine)
{
    const double e2 = FLATTENING * (2 - FLATTENING), e = sqrt(e2);
    return (1 - e2) *
           (sine / (1 - e2 * sine * sine) - log((1 - e * sine) / (1 + e * sine)) / (2 * e));
}

static double authalic_sine(double lat_deg)
{
    const double ratio = area_function(sin(lat_deg * RAD)) / area_function(1);
    return fmin(fmax(ratio, -1), 1);
}

static void set_cone(struct sink_map_projection *map, double south_deg, double north_deg)
{
    /* A sixth of the extent inside its ends (Snyder, p. 99). */
    map->parallels_deg[0] = south_deg + (north_deg - south_deg) / 6;
    map->parallels_deg[1] = north_deg - (north_deg - south_deg) / 6;
    const double sine_1 = authalic_sine(map->parallels_deg[0]);
    const double sine_2 = authalic_sine(map->parallels_deg[1]);
    map->cone = (sine_1 + sine_2) / 2;
    map->constant = 1 - sine_1 * sine_1 + 2 * map->cone * sine_1;
    map->centre_rho = sqrt(fmax(map->constant - 2 * map->cone * map->sin_lat, 0)) / map->cone;
}

struct sink_map_projection sink_map_projection_make(double west_deg, double east_deg,
                                                    double south_deg, double north_deg)
{
    struct sink_map_projection map = {.lon_deg = (west_deg + east_deg) / 2,
                                      .lat_deg = (south_deg + north_deg) / 2};
    map.sin_lat = authalic_sine(map.lat_deg);
    map.cos_lat = sqrt(1 - map.sin_lat * map.sin_lat);
    const double wide_deg = east_deg - west_deg;
    const int is_one_side = south_deg > 0 || north_deg < 0;
    if (wide_deg > WIDE_DEG && fabs(map.lat_deg) < 45)
        map.kind = SINK_MAP_EQUAL_EARTH;
    else if (wide_deg > CONE_LON_DEG && wide_deg < WIDE_DEG && is_one_side &&
             fabs(map.lat_deg) > CONE_LAT_DEG && fabs(map.lat_deg) < 75)
        map.kind = SINK_MAP_ALBERS;
    if (map.kind == SINK_MAP_ALBERS)
        set_cone(&map, south_deg, north_deg);
    return map;
}

static struct sink_map_point lambert(const struct sink_map_projection *map, double lon_rad,
                                     double sine)
{
    const double cosine = sqrt(1 - sine * sine);
    const double below = 1 + map->sin_lat * sine + map->cos_lat * cosine * cos(lon_rad);
    const double k = below > 1e-9 ? sqrt(2 / below) : NAN;
    return (struct sink_map_point){
        RADIUS_M * k * cosine * sin(lon_rad),
        RADIUS_M * k * (map->cos_lat * sine - map->sin_lat * cosine * cos(lon_rad))};
}

static struct sink_map_point albers(const struct sink_map_projection *map, double lon_rad,
                                    double sine)
{
    const double rho = sqrt(fmax(map->constant - 2 * map->cone * sine, 0)) / map->cone;
    const double theta = map->cone * lon_rad;
    return (struct sink_map_point){RADIUS_M * rho * sin(theta),
                                   RADIUS_M * (map->centre_rho - rho * cos(theta))};
}

static struct sink_map_point equal_earth(double lon_rad, double sine)
{
    const double a1 = 1.340264, a2 = -0.081106, a3 = 0.000893, a4 = 0.003796;
    const double theta = asin(sqrt(3) / 2 * sine), t2 = theta * theta, t6 = t2 * t2 * t2;
    const double slope = 9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1;
    return (struct sink_map_point){RADIUS_M * 2 * sqrt(3) * lon_rad * cos(theta) / (3 * slope),
                                   RADIUS_M * theta * (a4 * t6 * t2 + a3 * t6 + a2 * t2 + a1)};
}

struct sink_map_point sink_map_project(const struct sink_map_projection *projection, double lon_deg,
                                       double lat_deg)
{
    const double lon_rad = remainder(lon_deg - projection->lon_deg, 360) * RAD;
    const double sine = authalic_sine(lat_deg);
    switch (projection->kind) {
    case SINK_MAP_ALBERS:
        return albers(projection, lon_rad, sine);
    case SINK_MAP_EQUAL_EARTH:
        return equal_earth(lon_rad, sine);
    default:
        return lambert(projection, lon_rad, sine);
    }
}
