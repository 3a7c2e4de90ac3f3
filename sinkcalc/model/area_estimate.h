/* Areas estimated from a map and a reference sample, with their errors.
 *
 * Pixels counted on a map are biased by the errors of the map. With a sample of places whose true
 * class is known, stratified by map class, the area of each class is estimated without that bias
 * (Olofsson et al. 2014, Remote Sensing of Environment 148:42-57, eq. 4 to 10). Every function here
 * takes values and may be called from any thread. */
#ifndef SINK_MODEL_AREA_ESTIMATE_H
#define SINK_MODEL_AREA_ESTIMATE_H

#include "sinkcalc/base/csv.h"
#include "sinkcalc/base/error.h"
#include "sinkcalc/model/class.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A confusion matrix: how many sample places of each map class were found to be of each class. */
struct sink_confusion {
    size_t row_count, column_count;
    int *map_class;       /* [row] index in the class list, each once; a row is a stratum */
    int *reference_class; /* [column] index in the class list, each once */
    uint32_t *samples;    /* [row][column], columns fastest */
    double *row_samples;  /* [row] sum of its samples, at least 2 */
};

/* From a table whose first column is `map` with a class in each row, and whose other columns are
 * named after the reference classes; cells are counts. Every class of a row has a column (of zeros
 * when the reference never found it); a column needs no row. Faults name table and line: another
 * first column, a name that is no class (the nearest is suggested), a map class twice or without a
 * column, a count that is not a whole number from 0 to 1000000000, fewer than 2 samples in a row
 * (one alone has no variance), no rows, no classes. On failure the matrix is empty. */
SINK_CHECKED enum sink_status sink_confusion_read(const struct sink_csv *csv,
                                                  const struct sink_class_list *classes,
                                                  struct sink_confusion *confusion,
                                                  struct sink_faults *faults);
void sink_confusion_free(struct sink_confusion *confusion);
/* The row of a map class, or -1: it was not sampled. */
int sink_confusion_row(const struct sink_confusion *confusion, int class_index);
/* Covariance of the row's sample means of two quantities: with q_j the row's shares of samples and
 * n their number, [sum q_j a_j b_j - (sum q_j a_j) (sum q_j b_j)] / (n - 1). `a` and `b` are by
 * index in the class list; only classes that the row's samples found are looked at. With a = b it
 * is the variance s_i^2 of the row's mean. */
double sink_confusion_covariance(const struct sink_confusion *confusion, size_t row,
                                 const double *a, const double *b);

/* What is estimated of one class. Standard errors, not half widths of an interval. */
struct sink_area_class {
    double mapped_m2;           /* as given */
    double area_m2, area_se_m2; /* adjusted area: of the reference class */
    double users, users_se;     /* 0..1: share of its mapped area that is it; NaN without a row */
    double producers, producers_se; /* 0..1: share of its true area that is mapped as it; NaN when
                                       no area of it is found in sampled land, or it is mapped but
                                       not sampled */
    bool is_unsampled; /* mapped but without a row: its mapped area is taken as true and is in
                          area_m2 without an error of its own */
};
struct sink_area_overall {
    double mapped_m2;    /* all of it: also the sum of the adjusted areas */
    double unsampled_m2; /* of classes mapped but not sampled, taken as mapped */
    double accuracy, se; /* 0..1, of the sampled map classes; NaN when they have no area */
};

/* The adjusted areas, accuracies and their standard errors for mapped areas, finite and not
 * negative, of the whole map or of a region of it: the shares of a map class's row are taken to
 * hold wherever it is mapped. `mapped_m2` and `areas` are by index in the class list, class_count
 * long. */
void sink_area_estimate(const struct sink_confusion *confusion, const double *mapped_m2,
                        size_t class_count, struct sink_area_class *areas,
                        struct sink_area_overall *overall);

/* sum_j d_j A_j over the adjusted areas. */
struct sink_area_combination {
    double value, variance;
};
/* The combination of adjusted areas with d = `per_m2` (say t C per m2, by index in the class list)
 * and its variance sum_i A_i^2 s_i^2(d), which has the covariances between classes that share a map
 * class; rows are sampled independently. For regions that share the
 * matrix the error of row i is one random variable; the exact covariance of two regions with other
 * d is sum_i A_i B_i sink_confusion_covariance(i, d, e). A NaN in `per_m2` shows only when land of
 * that class is found. */
struct sink_area_combination sink_area_combine(const struct sink_confusion *confusion,
                                               const double *mapped_m2, size_t class_count,
                                               const double *per_m2);

#endif
