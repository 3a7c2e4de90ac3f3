#include "sinkcalc/model/area_estimate.h"

#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SAMPLES 1000000000

/* One table while it is read. */
struct reading {
    const struct sink_csv *csv;
    const struct sink_class_list *classes;
    struct sink_confusion *confusion;
    struct sink_faults *faults;
    size_t row; /* current */
};

static size_t fault_count(const struct sink_faults *faults)
{
    return faults->count + faults->dropped;
}

/* Index of the class; -1 after a fault. */
static int read_class(const struct reading *reading, size_t line, const char *what,
                      const char *name)
{
    const char *names[SINK_MAX_CLASSES];
    const int index = sink_class_list_find(reading->classes, name);
    if (index >= 0)
        return index;
    size_t count = 0;
    for (; count < reading->classes->count && count < SINK_MAX_CLASSES; count++)
        names[count] = reading->classes->items[count].name;
    const char *nearest = sink_text_nearest(name, names, count);
    sink_faults_note(reading->faults, SINK_BAD_DATA,
                     "%s:%zu: %s \"%s\" is no class%s%s%s; the classes are in "
                     "sinkcalc/tables/classes.csv",
                     sink_csv_name(reading->csv), line, what, name,
                     nearest ? " (did you mean \"" : "", nearest ? nearest : "",
                     nearest ? "\"?)" : "");
    return -1;
}

static void read_columns(const struct reading *reading)
{
    const struct sink_csv *csv = reading->csv;
    struct sink_confusion *confusion = reading->confusion;
    const size_t line = sink_csv_header_line(csv);
    const char *first = sink_csv_column_name(csv, 0);
    if (strcmp(first, "map") != 0)
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s:%zu: first column \"%s\", expected map; the others are named after "
                         "the reference classes",
                         sink_csv_name(csv), line, first);
    for (size_t c = 1; c < sink_csv_column_count(csv); c++)
        confusion->reference_class[confusion->column_count++] =
            read_class(reading, line, "column", sink_csv_column_name(csv, c));
    if (confusion->column_count == 0)
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s:%zu: no reference classes, expected a column for each",
                         sink_csv_name(csv), line);
}

static bool has_column(const struct sink_confusion *confusion, int class_index)
{
    for (size_t c = 0; c < confusion->column_count; c++)
        if (confusion->reference_class[c] == class_index)
            return true;
    return false;
}

/* `lines` holds the line of each row read so far. */
static bool read_map_class(const struct reading *reading, size_t *lines, int *class_index)
{
    const struct sink_confusion *confusion = reading->confusion;
    const char *table = sink_csv_name(reading->csv);
    const char *name = sink_csv_cell(reading->csv, reading->row, 0);
    const size_t line = sink_csv_line(reading->csv, reading->row);
    *class_index = read_class(reading, line, "map class", name);
    if (*class_index < 0)
        return false;
    const int earlier = sink_confusion_row(confusion, *class_index);
    if (earlier >= 0)
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s:%zu: map class \"%s\" stands in line %zu too, expected it once", table,
                         line, name, lines[earlier]);
    else if (!has_column(confusion, *class_index))
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s:%zu: map class \"%s\" has no column, expected one, of zeros when the "
                         "reference never found it",
                         table, line, name);
    else
        return true;
    return false;
}

static bool read_samples(const struct reading *reading, uint32_t *samples, double *sum)
{
    bool is_good = true;
    *sum = 0;
    for (size_t c = 0; c < reading->confusion->column_count; c++) {
        int64_t count;
        const char *found = sink_csv_cell(reading->csv, reading->row, (int)c + 1);
        if (!sink_text_to_integer(found, &count) || count < 0 || count > MOST_SAMPLES) {
            sink_faults_note(reading->faults, SINK_BAD_DATA,
                             "%s:%zu: %s \"%s\", expected a whole number of samples from 0 to %d",
                             sink_csv_name(reading->csv), sink_csv_line(reading->csv, reading->row),
                             sink_csv_column_name(reading->csv, c + 1), found, MOST_SAMPLES);
            is_good = false;
            continue;
        }
        samples[c] = (uint32_t)count;
        *sum += (double)count;
    }
    if (is_good && *sum < 2) {
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s:%zu: %.0f sample(s) of map class \"%s\", expected at least 2",
                         sink_csv_name(reading->csv), sink_csv_line(reading->csv, reading->row),
                         *sum, sink_csv_cell(reading->csv, reading->row, 0));
        is_good = false;
    }
    return is_good;
}

static void read_rows(struct reading *reading, size_t *lines)
{
    struct sink_confusion *confusion = reading->confusion;
    for (reading->row = 0; reading->row < sink_csv_row_count(reading->csv); reading->row++) {
        const size_t at = confusion->row_count;
        const bool has_class = read_map_class(reading, lines, &confusion->map_class[at]);
        const bool has_samples =
            read_samples(reading, confusion->samples + at * confusion->column_count,
                         &confusion->row_samples[at]);
        lines[at] = sink_csv_line(reading->csv, reading->row);
        confusion->row_count += has_class && has_samples;
    }
    if (sink_csv_row_count(reading->csv) == 0)
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s: no rows, expected a map class and its samples in each",
                         sink_csv_name(reading->csv));
}

enum sink_status sink_confusion_read(const struct sink_csv *csv,
                                     const struct sink_class_list *classes,
                                     struct sink_confusion *confusion, struct sink_faults *faults)
{
    const size_t before = fault_count(faults), kept = faults->count;
    const size_t rows = sink_csv_row_count(csv) + 1, columns = sink_csv_column_count(csv) + 1;
    struct reading reading = {
        .csv = csv, .classes = classes, .confusion = confusion, .faults = faults};
    /* Both counts are of cells that are in memory, so their product is one of a text's bytes. */
    *confusion = (struct sink_confusion){
        .map_class = calloc(rows, sizeof *confusion->map_class),
        .reference_class = calloc(columns, sizeof *confusion->reference_class),
        .samples = calloc(rows * columns, sizeof *confusion->samples),
        .row_samples = calloc(rows, sizeof *confusion->row_samples)};
    size_t *lines = calloc(rows, sizeof *lines);
    if (!confusion->map_class || !confusion->reference_class || !confusion->samples ||
        !confusion->row_samples || !lines) {
        sink_faults_note(faults, SINK_FAILED, "out of memory");
    } else {
        read_columns(&reading);
        if (fault_count(faults) == before)
            read_rows(&reading, lines);
    }
    free(lines);
    if (fault_count(faults) == before)
        return SINK_OK;
    sink_confusion_free(confusion);
    return faults->count > kept ? faults->items[kept].status : SINK_BAD_DATA;
}

void sink_confusion_free(struct sink_confusion *confusion)
{
    free(confusion->map_class);
    free(confusion->reference_class);
    free(confusion->samples);
    free(confusion->row_samples);
    *confusion = (struct sink_confusion){0};
}

int sink_confusion_row(const struct sink_confusion *confusion, int class_index)
{
    for (size_t i = 0; i < confusion->row_count; i++)
        if (confusion->map_class[i] == class_index)
            return (int)i;
    return -1;
}

static uint32_t samples_at(const struct sink_confusion *confusion, size_t row, size_t column)
{
    return confusion->samples[row * confusion->column_count + column];
}

/* q_ij: the share of the row's samples that are of the column's class. */
static double share_at(const struct sink_confusion *confusion, size_t row, size_t column)
{
    return samples_at(confusion, row, column) / confusion->row_samples[row];
}

/* q (1 - q) / (n - 1): the variance of a share; 0 without errors. */
static double share_variance(const struct sink_confusion *confusion, size_t row, size_t column)
{
    const double n = confusion->row_samples[row], found = samples_at(confusion, row, column);
    return found / n * ((n - found) / n) / (n - 1);
}

static double row_mean(const struct sink_confusion *confusion, size_t row, const double *values)
{
    double mean = 0;
    for (size_t c = 0; c < confusion->column_count; c++)
        if (samples_at(confusion, row, c) > 0)
            mean += share_at(confusion, row, c) * values[confusion->reference_class[c]];
    return mean;
}

double sink_confusion_covariance(const struct sink_confusion *confusion, size_t row,
                                 const double *a, const double *b)
{
    const double mean_a = row_mean(confusion, row, a), mean_b = row_mean(confusion, row, b);
    double sum = 0; /* about the means: no digits are lost, and a row of one class gives 0 */
    for (size_t c = 0; c < confusion->column_count; c++) {
        const int class_index = confusion->reference_class[c];
        if (samples_at(confusion, row, c) > 0)
            sum +=
                share_at(confusion, row, c) * (a[class_index] - mean_a) * (b[class_index] - mean_b);
    }
    return sum / (confusion->row_samples[row] - 1);
}

/* Producer's accuracy of the class of a column and its variance (Olofsson et al. 2014 eq. 7).
 * `area_m2` is its adjusted area in sampled land. */
static void estimate_producers(const struct sink_confusion *confusion, const double *mapped_m2,
                               size_t column, struct sink_area_class *area)
{
    const int own = confusion->reference_class[column];
    const int own_row = sink_confusion_row(confusion, own);
    if (!(area->area_m2 > 0) || (own_row < 0 && mapped_m2[own] > 0))
        return;
    const double right_m2 =
        own_row < 0 ? 0 : mapped_m2[own] * share_at(confusion, (size_t)own_row, column);
    const double accuracy = right_m2 / area->area_m2;
    double variance_m4 = 0;
    for (size_t i = 0; i < confusion->row_count; i++) {
        const double weight = (int)i == own_row ? 1 - accuracy : accuracy;
        const double weighted_m2 = weight * mapped_m2[confusion->map_class[i]];
        variance_m4 += weighted_m2 * weighted_m2 * share_variance(confusion, i, column);
    }
    area->producers = accuracy;
    area->producers_se = sqrt(variance_m4) / area->area_m2;
}

/* The reference class of a column: its adjusted area in sampled land (eq. 9 and 10). */
static void estimate_class(const struct sink_confusion *confusion, const double *mapped_m2,
                           size_t column, struct sink_area_class *area)
{
    double variance_m4 = 0;
    for (size_t i = 0; i < confusion->row_count; i++) {
        const double stratum_m2 = mapped_m2[confusion->map_class[i]];
        area->area_m2 += stratum_m2 * share_at(confusion, i, column);
        variance_m4 += stratum_m2 * stratum_m2 * share_variance(confusion, i, column);
    }
    area->area_se_m2 = sqrt(variance_m4);
    const int row = sink_confusion_row(confusion, confusion->reference_class[column]);
    if (row >= 0) { /* variance: eq. 6 */
        area->users = share_at(confusion, (size_t)row, column);
        area->users_se = sqrt(share_variance(confusion, (size_t)row, column));
    }
    estimate_producers(confusion, mapped_m2, column, area);
}

void sink_area_estimate(const struct sink_confusion *confusion, const double *mapped_m2,
                        size_t class_count, struct sink_area_class *areas,
                        struct sink_area_overall *overall)
{
    double right_m2 = 0, variance_m4 = 0;
    *overall = (struct sink_area_overall){0};
    for (size_t k = 0; k < class_count; k++)
        areas[k] = (struct sink_area_class){.mapped_m2 = mapped_m2[k],
                                            .users = NAN,
                                            .users_se = NAN,
                                            .producers = NAN,
                                            .producers_se = NAN};
    for (size_t c = 0; c < confusion->column_count; c++)
        estimate_class(confusion, mapped_m2, c, &areas[confusion->reference_class[c]]);
    for (size_t k = 0; k < class_count; k++) {
        struct sink_area_class *area = &areas[k];
        overall->mapped_m2 += area->mapped_m2;
        if (sink_confusion_row(confusion, (int)k) >= 0) { /* eq. 5, before division */
            const double error_m2 = area->mapped_m2 * area->users_se;
            right_m2 += area->mapped_m2 * area->users;
            variance_m4 += error_m2 * error_m2;
            continue;
        }
        area->is_unsampled = area->mapped_m2 > 0;
        area->area_m2 += area->mapped_m2;
        overall->unsampled_m2 += area->mapped_m2;
    }
    double sampled_m2 = 0; /* by rows: exact zero when only unsampled classes are mapped */
    for (size_t i = 0; i < confusion->row_count; i++)
        sampled_m2 += mapped_m2[confusion->map_class[i]];
    overall->accuracy = sampled_m2 > 0 ? right_m2 / sampled_m2 : NAN;
    overall->se = sampled_m2 > 0 ? sqrt(variance_m4) / sampled_m2 : NAN;
}

struct sink_area_combination sink_area_combine(const struct sink_confusion *confusion,
                                               const double *mapped_m2, size_t class_count,
                                               const double *per_m2)
{
    struct sink_area_combination combination = {0};
    for (size_t i = 0; i < confusion->row_count; i++) {
        const double stratum_m2 = mapped_m2[confusion->map_class[i]];
        double deviation = 0;
        if (stratum_m2 > 0) {
            deviation = stratum_m2 * sqrt(sink_confusion_covariance(confusion, i, per_m2, per_m2));
            combination.value += stratum_m2 * row_mean(confusion, i, per_m2);
        }
        combination.variance += deviation * deviation;
    }
    for (size_t k = 0; k < class_count; k++)
        if (mapped_m2[k] > 0 && sink_confusion_row(confusion, (int)k) < 0)
            combination.value += mapped_m2[k] * per_m2[k];
    return combination;
}
