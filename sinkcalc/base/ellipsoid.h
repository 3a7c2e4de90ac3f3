/* True areas on an ellipsoid of revolution, in closed form (the authalic q function, Snyder 1987,
 * USGS Professional Paper 1395, eq. 3-12). */
#ifndef SINK_BASE_ELLIPSOID_H
#define SINK_BASE_ELLIPSOID_H

struct sink_ellipsoid {
    double semi_major_m;
    double inverse_flattening; /* 0 for a sphere */
};

extern const struct sink_ellipsoid sink_ellipsoid_wgs84;

/* Area in m2 of the cell between two parallels over `width_deg` of longitude; >= 0 whatever the
 * order of the parallels. Parallels past a pole are taken at the pole. */
double sink_ellipsoid_cell_area_m2(struct sink_ellipsoid ellipsoid, double latitude_1_deg,
                                   double latitude_2_deg, double width_deg);

/* Signed area in m2 between the equator and the edge from (lon1, lat1) to (lon2, lat2), straight in
 * the longitude-latitude plane; sums over a ring give its area, positive when counter-clockwise.
 * By Gauss-Legendre quadrature, exact to about 1e-13 of the strip. */
double sink_ellipsoid_edge_area_m2(struct sink_ellipsoid ellipsoid, double longitude_1_deg,
                                   double latitude_1_deg, double longitude_2_deg,
                                   double latitude_2_deg);

#endif
