/* Equal-area projections for display, on the sphere of the same area as the ellipsoid.
 *
 * Latitudes are authalic (Snyder 1987, USGS Professional Paper 1395, eq. 3-11 and 3-12), so that
 * areas on the ellipsoid WGS 84 are true on the map; shapes are as on a sphere, which no eye can
 * tell. Chosen by the extent: Lambert azimuthal (Snyder ch. 24); Albers conic (ch. 14) for what is
 * wide, away from the equator; Equal Earth (Savric et al. 2019) for most of the globe. */
#ifndef SINK_PIPELINES_REPORT_PROJECTION_H
#define SINK_PIPELINES_REPORT_PROJECTION_H

enum sink_map_projection_kind { SINK_MAP_LAMBERT, SINK_MAP_ALBERS, SINK_MAP_EQUAL_EARTH };

struct sink_map_projection {
    enum sink_map_projection_kind kind;
    double lon_deg, lat_deg;           /* centre */
    double parallels_deg[2];           /* of Albers */
    double sin_lat, cos_lat;           /* of the centre, authalic */
    double cone, constant, centre_rho; /* of Albers */
};

/* For an extent; `east_deg` may be above 180 where it goes across the date line. */
struct sink_map_projection sink_map_projection_make(double west_deg, double east_deg,
                                                    double south_deg, double north_deg);

struct sink_map_point {
    double x_m, y_m; /* y to the north */
};
/* NaN at the one point that Lambert azimuthal has no place for. */
struct sink_map_point sink_map_project(const struct sink_map_projection *projection, double lon_deg,
                                       double lat_deg);

#endif
