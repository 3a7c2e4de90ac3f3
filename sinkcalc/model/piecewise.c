/* The pieces are walked from the left, so that nothing is stored. */
#include "sinkcalc/model/piecewise.h"

#include <math.h>

struct node {
    double x, y;
};

static double lower_bound(const struct sink_step *step)
{
    return step->over > 0 ? step->over : 0;
}

/* NaN is not below 0 and stays NaN. */
static double slope_of(const struct sink_step *step)
{
    return step->factor < 0 ? 0 : step->factor;
}

bool sink_steps_adjoin(const struct sink_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!(steps[i].up_to > lower_bound(&steps[i])) || isnan(steps[i].over))
            return false;
        if (i > 0 && steps[i].over != steps[i - 1].up_to)
            return false;
    }
    return count > 0 && steps[count - 1].over < INFINITY;
}

/* A single open interval has no width to place a node by. */
static size_t node_count(const struct sink_step *steps, size_t count)
{
    return count == 1 && isinf(steps[0].up_to) ? 0 : count;
}

static struct node node_after(struct node before, const struct sink_step *steps, size_t index)
{
    const struct sink_step *step = &steps[index];
    const double over = lower_bound(step);
    const double width =
        isinf(step->up_to) ? over - lower_bound(&steps[index - 1]) : step->up_to - over;
    const double x = over + width / 2;
    const double y = slope_of(step) * x;
    return (struct node){x, y < before.y ? before.y : y};
}

size_t sink_piecewise_nodes(const struct sink_step *steps, size_t count, double *nodes,
                            double *values)
{
    if (!sink_steps_adjoin(steps, count))
        return 0;
    struct node node = {0, 0};
    for (size_t i = 0; i < node_count(steps, count); i++) {
        node = node_after(node, steps, i);
        if (nodes)
            nodes[i] = node.x;
        if (values)
            values[i] = node.y;
    }
    return node_count(steps, count);
}

struct sink_line sink_piecewise_line(const struct sink_step *steps, size_t count, double x)
{
    const struct sink_line nowhere = {NAN, NAN};
    if (!sink_steps_adjoin(steps, count) || isnan(x) || x > steps[count - 1].up_to ||
        (steps[0].over > 0 && x <= steps[0].over))
        return nowhere;
    struct node left = {0, 0};
    for (size_t i = 0; i < node_count(steps, count); i++) {
        const struct node right = node_after(left, steps, i);
        if (x <= right.x && i == 0)
            return (struct sink_line){0, slope_of(&steps[0])};
        if (x <= right.x) {
            const double slope = (right.y - left.y) / (right.x - left.x);
            return (struct sink_line){left.y - slope * left.x, slope};
        }
        left = right;
    }
    const double slope = slope_of(&steps[count - 1]);
    return (struct sink_line){left.y - slope * left.x, slope};
}

double sink_piecewise_value(const struct sink_step *steps, size_t count, double x)
{
    const struct sink_line line = sink_piecewise_line(steps, count, x);
    return line.intercept + line.slope * x;
}

double sink_piecewise_inverse(const struct sink_step *steps, size_t count, double y)
{
    if (!sink_steps_adjoin(steps, count) || isnan(y))
        return NAN;
    const double first = lower_bound(&steps[0]);
    struct node left = {0, 0};
    if (y <= 0)
        return first;
    for (size_t i = 0; i < node_count(steps, count); i++) {
        const struct node right = node_after(left, steps, i);
        if (y <= right.y) {
            const double share = (y - left.y) / (right.y - left.y);
            const double x = left.x + share * (right.x - left.x);
            return x < first ? first : x;
        }
        left = right;
    }
    const double slope = slope_of(&steps[count - 1]);
    if (slope <= 0)
        return INFINITY;
    const double x = left.x + (y - left.y) / slope;
    if (x < first)
        return first;
    return x > steps[count - 1].up_to ? INFINITY : x;
}
