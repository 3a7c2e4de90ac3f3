/* Why two inventories differ: other areas, other biomass, other factors (diff.h). */
#include "pipelines/diff.h"

#include "pipelines/book.h"
#include "pipelines/tally_file.h"
#include "pipelines/tally_file_parts.h"
#include "pipelines/verify_parts.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The accounts between A and B. */
enum { OF_A, OF_AREAS, OF_TALLY, OF_B, STEP_COUNT };

struct explaining {
    struct sink_diff *diff;
    struct sink_tally_bundle a, b;
    struct sink_book book_a, book_b;
    struct sink_tally_row *rows_a, *rows_b; /* of polygons */
    size_t count_a, count_b;
    int *region_in_a;                       /* [B's regions], -1 for none */
    struct sink_tally *tallies[STEP_COUNT]; /* owned but for those of the bundles */
    struct sink_account *accounts[STEP_COUNT];
};

/* Where there is none to read, why is noted. */
static enum sink_status read_tally(struct sink_diff *diff, const struct sink_dataset *file,
                                   const char *path, struct sink_tally_bundle *bundle,
                                   struct sink_error *error)
{
    const struct sink_dataset_variable *inside = sink_dataset_find(file, "tally");
    if (!inside || !inside->bytes) {
        snprintf(diff->why_not, sizeof diff->why_not, "%.200s carries no tally", path);
        return SINK_OK;
    }
    const enum sink_status status =
        sink_tally_image_read("the tally inside", inside->bytes, inside->info.count, bundle, error);
    if (status != SINK_BAD_DATA)
        return status;
    snprintf(diff->why_not, sizeof diff->why_not, "%.150s: %.300s", path, error->message);
    return SINK_OK;
}

/* The same years, or as many others. */
static bool have_matching_years(const struct sink_tally_spec *a, const struct sink_tally_spec *b)
{
    size_t same = 0, common = 0;
    for (size_t i = 0; i < a->year_count; i++)
        for (size_t j = 0; j < b->year_count; j++) {
            common += a->years[i] == b->years[j];
            same += i == j && a->years[i] == b->years[j];
        }
    return a->year_count == b->year_count && (common == 0 || same == a->year_count);
}

static bool are_comparable(struct explaining *all)
{
    const char *what;
    struct sink_diff *diff = all->diff;
    const bool is_same = have_matching_years(&all->a.spec, &all->b.spec);
    if (!is_same)
        snprintf(diff->why_not, sizeof diff->why_not, "the years are not the same");
    else if (!sink_verify_has_same_strata(&all->a.spec, &all->b.spec, &what))
        snprintf(diff->why_one, sizeof diff->why_one, "the strata differ: %.200s", what);
    return !*diff->why_not;
}

/* Why an account could not be made, unless it is this machine that could not. */
static enum sink_status note_faults(struct sink_diff *diff, const char *what,
                                    const struct sink_faults *faults, struct sink_error *error)
{
    const enum sink_status status = sink_faults_of_machine(faults, error);
    if (status == SINK_OK)
        snprintf(diff->why_not, sizeof diff->why_not, "no account of %s: %.400s", what,
                 faults->items[0].message);
    return status;
}

static enum sink_status map_regions(struct explaining *all, struct sink_error *error)
{
    const struct sink_region_list *a = &all->a.regions, *b = &all->b.regions;
    all->region_in_a = malloc((b->count + 1) * sizeof *all->region_in_a);
    if (!all->region_in_a)
        return sink_fail_memory(error);
    size_t next = 0;
    for (size_t r = 0; r < b->count; r++) {
        all->region_in_a[r] = -1;
        for (size_t i = 0; i < a->count && all->region_in_a[r] < 0; i++) {
            const size_t at = (next + i) % a->count; /* most often the next one */
            if (strcmp(a->items[at].id, b->items[r].id) == 0) {
                all->region_in_a[r] = (int)at;
                next = at + 1;
            }
        }
    }
    return SINK_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct sink_tally_row *p = a, *q = b;
    const uint64_t first[] = {p->region, p->pass, p->key}, second[] = {q->region, q->pass, q->key};
    for (int k = 0; k < 3; k++)
        if (first[k] != second[k])
            return first[k] < second[k] ? -1 : 1;
    return 0;
}

/* Row `row` of B with A's mean values, where A has such land. */
static enum sink_status post_with_means(struct explaining *all, const struct sink_tally_row *row,
                                        double *sums, struct sink_error *error)
{
    const int region = all->region_in_a[row->region];
    const struct sink_tally_row key = {
        .region = (uint32_t)region, .pass = row->pass, .key = row->key};
    const struct sink_tally_row *in_a =
        region >= 0 && all->count_a > 0
            ? bsearch(&key, all->rows_a, all->count_a, sizeof key, by_place)
            : NULL;
    const double area_m2 = in_a ? sink_exact_sum_value(&in_a->sums[0]) : 0;
    if (!in_a || !(area_m2 > 0))
        return sink_tally_add_exact(all->tallies[OF_AREAS], row, error);
    if (sink_exact_sum_is_equal(&in_a->sums[0], &row->sums[0])) {
        struct sink_tally_row same = *row;
        same.sums = in_a->sums;
        return sink_tally_add_exact(all->tallies[OF_AREAS], &same, error);
    }
    sums[0] = sink_exact_sum_value(&row->sums[0]);
    for (size_t q = 1; q <= all->b.spec.quantity_count; q++)
        sums[q] = sink_exact_sum_value(&in_a->sums[q]) * (sums[0] / area_m2);
    return sink_tally_post(all->tallies[OF_AREAS],
                           (struct sink_tally_place){row->region, row->pass, row->key}, row->cells,
                           sums, error);
}

static enum sink_status make_tallies(struct explaining *all, struct sink_error *error)
{
    enum sink_status status =
        sink_tally_counted_rows(all->a.tally, &all->a.regions, &all->rows_a, &all->count_a, error);
    if (status == SINK_OK)
        status = sink_tally_counted_rows(all->b.tally, &all->b.regions, &all->rows_b, &all->count_b,
                                         error);
    for (int step = OF_AREAS; step <= OF_TALLY && status == SINK_OK; step++)
        status = sink_tally_new(&all->b.spec, &all->tallies[step], error);
    double *sums = malloc((all->b.spec.quantity_count + 1) * sizeof *sums);
    if (status == SINK_OK && !sums)
        status = sink_fail_memory(error);
    for (size_t i = 0; i < all->count_b && status == SINK_OK; i++) {
        status = sink_tally_add_exact(all->tallies[OF_TALLY], &all->rows_b[i], error);
        if (status == SINK_OK && !*all->diff->why_one)
            status = post_with_means(all, &all->rows_b[i], sums, error);
    }
    free(sums);
    free(all->rows_a);
    free(all->rows_b);
    all->rows_a = all->rows_b = NULL;
    all->tallies[OF_A] = all->a.tally;
    all->tallies[OF_B] = all->b.tally;
    return status;
}

/* Where one cannot be made, why is noted. */
static enum sink_status make_accounts(struct explaining *all, struct sink_error *error)
{
    static const char *const names[] = {"the first", "the second's areas with the first's factors",
                                        "the second with the first's factors", "the second"};
    struct sink_faults faults = {0};
    enum sink_status status = SINK_OK;
    if (sink_book_read(&all->a.evidence, &all->book_a, &faults) != SINK_OK)
        status = note_faults(all->diff, names[OF_A], &faults, error);
    else if (sink_book_read(&all->b.evidence, &all->book_b, &faults) != SINK_OK)
        status = note_faults(all->diff, names[OF_B], &faults, error);
    for (int step = 0; step < STEP_COUNT && status == SINK_OK && !*all->diff->why_not; step++) {
        if (step == OF_AREAS && *all->diff->why_one)
            continue;
        const struct sink_region_list *regions = step == OF_A ? &all->a.regions : &all->b.regions;
        status = sink_tally_complete(all->tallies[step], regions, error);
        if (status == SINK_OK &&
            sink_book_account(step == OF_B ? &all->book_b : &all->book_a, all->tallies[step],
                              regions, &all->accounts[step], &faults) != SINK_OK)
            status = note_faults(all->diff, names[step], &faults, error);
    }
    sink_faults_free(&faults);
    return status;
}

static enum sink_status add_causes(struct explaining *all, struct sink_error *error)
{
    struct sink_diff *diff = all->diff;
    const size_t regions = all->b.regions.count, years = all->b.spec.year_count;
    diff->causes = calloc(years * regions + 1, sizeof *diff->causes);
    if (!diff->causes)
        return sink_fail_memory(error);
    for (size_t i = 0; i < years * regions; i++) {
        const size_t r = i % regions, y = i / regions;
        if (all->region_in_a[r] < 0)
            continue;
        struct sink_diff_cause *cause = &diff->causes[diff->cause_count++];
        *cause = (struct sink_diff_cause){.region = sink_text_copy(all->b.regions.items[r].id),
                                          .level = all->b.regions.items[r].level,
                                          .year_a = all->a.spec.years[y],
                                          .year_b = all->b.spec.years[y]};
        if (!cause->region)
            return sink_fail_memory(error);
        for (int step = 0; step < STEP_COUNT; step++) {
            const struct sink_account *account = all->accounts[step];
            cause->values[SINK_DIFF_CARBON][step] = cause->values[SINK_DIFF_REMOVAL][step] = NAN;
            if (!account)
                continue;
            const size_t at =
                y * account->region_count + (step == OF_A ? (size_t)all->region_in_a[r] : r);
            cause->values[SINK_DIFF_CARBON][step] = account->total_tc[at];
            cause->values[SINK_DIFF_REMOVAL][step] = account->total_sink_tco2_yr[at];
        }
    }
    return SINK_OK;
}

static void free_all(struct explaining *all)
{
    for (int step = 0; step < STEP_COUNT; step++)
        sink_account_free(all->accounts[step]);
    sink_tally_free(all->tallies[OF_AREAS]);
    sink_tally_free(all->tallies[OF_TALLY]);
    free(all->rows_a);
    free(all->rows_b);
    free(all->region_in_a);
    sink_book_free(&all->book_a);
    sink_book_free(&all->book_b);
    sink_tally_bundle_free(&all->a);
    sink_tally_bundle_free(&all->b);
}

static enum sink_status split(struct explaining *all, struct sink_error *error)
{
    enum sink_status status = map_regions(all, error);
    if (status == SINK_OK)
        status = make_tallies(all, error);
    if (status == SINK_OK)
        status = make_accounts(all, error);
    if (status == SINK_OK && !*all->diff->why_not)
        status = add_causes(all, error);
    return status;
}

enum sink_status sink_diff_explain(struct sink_diff *diff, struct sink_error *error)
{
    struct explaining all = {.diff = diff};
    enum sink_status status = read_tally(diff, &diff->a.file, diff->a.path, &all.a, error);
    if (status == SINK_OK && !*diff->why_not)
        status = read_tally(diff, &diff->b, diff->path_b, &all.b, error);
    if (status == SINK_OK && !*diff->why_not)
        status = sink_diff_compare_lines(diff, &all.a.evidence, &all.b.evidence, error);
    if (status == SINK_OK && !*diff->why_not && are_comparable(&all))
        status = split(&all, error);
    free_all(&all);
    return status;
}
