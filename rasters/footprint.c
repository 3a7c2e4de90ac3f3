#include "rasters/footprint.h"

#include <math.h>
#include <stddef.h>

/* Sides that lean by more than this share of the cell are followed exactly. */
#define LEAN 0.25

/* A quadrangle cut by four lines has at most eight corners. */
struct polygon {
    double x[9], y[9];
    int count;
};

static double polygon_area(const double *x, const double *y, int count)
{
    double twice = 0;
    for (int i = 1; i + 1 < count; i++)
        twice += (x[i] - x[0]) * (y[i + 1] - y[0]) - (x[i + 1] - x[0]) * (y[i] - y[0]);
    return twice / 2;
}

static void set_edges(struct sink_footprint *footprint)
{
    const double *x = footprint->x, *y = footprint->y;
    const double signed_area = polygon_area(x, y, 4), side = signed_area < 0 ? -1 : 1;
    footprint->area = fabs(signed_area);
    footprint->is_convex = true;
    for (int i = 0; i < 4; i++) {
        const int next = (i + 1) % 4;
        const double a = -(y[next] - y[i]) * side, b = (x[next] - x[i]) * side;
        footprint->edges[i][0] = a;
        footprint->edges[i][1] = b;
        footprint->edges[i][2] = -(a * x[i] + b * y[i]);
        for (int k = 2; k < 4; k++) {
            const int other = (i + k) % 4;
            if (a * (x[other] - x[i]) + b * (y[other] - y[i]) < 0)
                footprint->is_convex = false;
        }
    }
}

static double least(const double v[4])
{
    return fmin(fmin(v[0], v[1]), fmin(v[2], v[3]));
}

static double most(const double v[4])
{
    return fmax(fmax(v[0], v[1]), fmax(v[2], v[3]));
}

struct sink_footprint sink_footprint_of(const double x[4], const double y[4])
{
    struct sink_footprint footprint = {.x = {x[0], x[1], x[3], x[2]},
                                       .y = {y[0], y[1], y[3], y[2]}};
    const double left = (x[0] + x[2]) / 2, right = (x[1] + x[3]) / 2;
    const double top = (y[0] + y[1]) / 2, bottom = (y[2] + y[3]) / 2;
    const double lean_x = fmax(fabs(x[0] - x[2]), fabs(x[1] - x[3]));
    const double lean_y = fmax(fabs(y[0] - y[1]), fabs(y[2] - y[3]));
    footprint.is_turned = lean_x > LEAN * fabs(right - left) || lean_y > LEAN * fabs(bottom - top);
    if (footprint.is_turned) {
        footprint.left = least(x);
        footprint.right = most(x);
        footprint.top = least(y);
        footprint.bottom = most(y);
        set_edges(&footprint);
    } else {
        footprint.left = fmin(left, right);
        footprint.right = fmax(left, right);
        footprint.top = fmin(top, bottom);
        footprint.bottom = fmax(top, bottom);
        footprint.area = (footprint.right - footprint.left) * (footprint.bottom - footprint.top);
    }
    return footprint;
}

/* Keeps what lies where side * (v - limit) >= 0, v being x or y (Sutherland and Hodgman). */
static void cut(struct polygon *polygon, bool is_x, double limit, double side)
{
    struct polygon kept = {.count = 0};
    for (int i = 0; i < polygon->count; i++) {
        const int next = (i + 1) % polygon->count;
        const double *v = is_x ? polygon->x : polygon->y;
        const double here = side * (v[i] - limit), there = side * (v[next] - limit);
        if (here >= 0) {
            kept.x[kept.count] = polygon->x[i];
            kept.y[kept.count++] = polygon->y[i];
        }
        if ((here < 0) != (there < 0) && kept.count < 9) {
            const double t = here / (here - there);
            kept.x[kept.count] = polygon->x[i] + t * (polygon->x[next] - polygon->x[i]);
            kept.y[kept.count++] = polygon->y[i] + t * (polygon->y[next] - polygon->y[i]);
        }
        if (kept.count >= 9)
            break;
    }
    *polygon = kept;
}

static double turned_share(const struct sink_footprint *footprint, double column, double row)
{
    bool is_inside = footprint->is_convex;
    for (int i = 0; i < 4 && footprint->is_convex; i++) {
        const double *edge = footprint->edges[i];
        const double middle = edge[0] * (column + 0.5) + edge[1] * (row + 0.5) + edge[2];
        const double reach = (fabs(edge[0]) + fabs(edge[1])) / 2;
        if (middle + reach <= 0)
            return 0;
        is_inside = is_inside && middle - reach >= 0;
    }
    if (is_inside)
        return 1;
    struct polygon polygon = {.count = 4};
    for (int i = 0; i < 4; i++) {
        polygon.x[i] = footprint->x[i] - column;
        polygon.y[i] = footprint->y[i] - row;
    }
    cut(&polygon, true, 0, 1);
    cut(&polygon, true, 1, -1);
    cut(&polygon, false, 0, 1);
    cut(&polygon, false, 1, -1);
    return fabs(polygon_area(polygon.x, polygon.y, polygon.count));
}

double sink_footprint_share(const struct sink_footprint *footprint, double column, double row)
{
    if (footprint->is_turned)
        return turned_share(footprint, column, row);
    const double width = fmin(column + 1, footprint->right) - fmax(column, footprint->left);
    const double height = fmin(row + 1, footprint->bottom) - fmax(row, footprint->top);
    return width > 0 && height > 0 ? width * height : 0;
}
