/* What a hectare holds and takes up, by stratum: the account of one cell. */
#ifndef SINK_MODEL_DENSITY_H
#define SINK_MODEL_DENSITY_H

#include "sinkcalc/model/account.h"

/* The first SINK_POOL_COUNT are the pools of enum sink_pool, in t C/ha. */
enum sink_density {
    SINK_DENSITY_TOTAL = SINK_POOL_COUNT, /* all pools, t C/ha */
    SINK_DENSITY_SINK, /* all pools, by the methods of the job, t CO2/ha/yr of the period that ends;
                          positive = removal */
    SINK_DENSITY_COUNT
};

/* The strata of an account as lines: a cell's density is linear in the values of its rasters, so
 * that cells, times their areas, add up to the account. Const after it is made: any number of
 * threads may ask. */
struct sink_densities;

/* `account` is of a tally with this spec, and made with this basis; all of them must outlive the
 * densities. */
SINK_CHECKED enum sink_status sink_densities_make(const struct sink_account *account,
                                                  const struct sink_tally_spec *spec,
                                                  const struct sink_account_basis *basis,
                                                  struct sink_densities **densities,
                                                  struct sink_error *error);
void sink_densities_free(struct sink_densities *densities);

/* Position of a stratum, for the questions below; SIZE_MAX when the tally has no such land. */
size_t sink_densities_find(const struct sink_densities *densities, uint32_t pass, uint64_t key);

/* The density of a cell of the stratum on a date (SINK_SIDE_FROM is for the first date of pass 0)
 * is line[0] + the sum of line[1 + q] x value of quantity q; `line` [1 + spec->quantity_count].
 * line[0] is NaN where the account has no figure: no class, a factor or a value that is missing, a
 * sink of land that is known at one date only or whose growth cannot be told. Harvest is told of
 * regions, and is not in it. */
void sink_densities_line(const struct sink_densities *densities, size_t stratum,
                         enum sink_side side, enum sink_density what, double *line);

/* Index in the account's classes on a date; -1 for none. */
int sink_densities_class(const struct sink_densities *densities, size_t stratum,
                         enum sink_side side);

/* What is counted with the same rows of the factor tables has the same recipe, 1 to recipe_count; 0
 * for land that no row is needed for. */
uint32_t sink_densities_recipe(const struct sink_densities *densities, size_t stratum,
                               enum sink_side side);
size_t sink_densities_recipe_count(const struct sink_densities *densities);
/* Its rows, as positions in the tables, ascending; *rows is borrowed. */
size_t sink_densities_recipe_rows(const struct sink_densities *densities, uint32_t recipe,
                                  const int **rows);

#endif
