/* The other tables: harvest, confusion matrix, targets. Each reader gets the same text. */
#include "tests/fuzz/fuzz.h"

#include "pipelines/track.h"
#include "sinkcalc/model/area_estimate.h"
#include "sinkcalc/model/harvest.h"

#include <string.h>

void sink_fuzz_start(void)
{
}

static bool read_harvest(const struct sink_csv *csv)
{
    static const int years[] = {2019, 2020, 2024, 2025};
    struct sink_faults faults = {0};
    struct sink_harvest harvest = {0};
    const enum sink_status status = sink_harvest_read(csv, sink_fuzz_classes(), &harvest, &faults);
    sink_fuzz_check_faults(status, &faults);
    for (size_t i = 0; i < harvest.row_count; i++) {
        const struct sink_harvest_row *row = &harvest.rows[i];
        const struct sink_harvest_sum sum =
            sink_harvest_find(&harvest, row->region, row->class_index, row->year - 1, row->year);
        sink_fuzz_expect(sum.year_count == 1 && sum.volume_m3 >= 0, "a row is found");
    }
    (void)sink_harvest_unused(&harvest, years, sizeof years / sizeof *years);
    sink_harvest_free(&harvest);
    return status == SINK_OK;
}

static bool read_confusion(const struct sink_csv *csv)
{
    struct sink_faults faults = {0};
    struct sink_confusion confusion = {0};
    double shares[SINK_MAX_CLASSES];
    const enum sink_status status =
        sink_confusion_read(csv, sink_fuzz_classes(), &confusion, &faults);
    sink_fuzz_check_faults(status, &faults);
    for (size_t i = 0; i < SINK_MAX_CLASSES; i++)
        shares[i] = (double)(i % 3);
    for (size_t row = 0; row < confusion.row_count; row++) {
        sink_fuzz_expect(sink_confusion_row(&confusion, confusion.map_class[row]) == (int)row,
                         "a map class has its row");
        sink_fuzz_expect(sink_confusion_covariance(&confusion, row, shares, shares) > -1e-9,
                         "a variance is not below 0");
    }
    sink_confusion_free(&confusion);
    return status == SINK_OK;
}

bool sink_fuzz_run(const uint8_t *data, size_t size)
{
    struct sink_error error;
    struct sink_faults faults = {0};
    struct sink_track_targets targets = {0};
    struct sink_csv *csv = NULL;
    enum sink_status status =
        sink_track_targets_parse("table.csv", (const char *)data, size, &targets, &faults);
    sink_fuzz_check_faults(status, &faults);
    const bool is_targets = status == SINK_OK;
    if (is_targets)
        sink_track_targets_free(&targets);
    status = sink_csv_parse("table.csv", (const char *)data, size, &csv, &error);
    if (status != SINK_OK) {
        sink_fuzz_check_error(status, &error);
        return is_targets;
    }
    const bool is_harvest = read_harvest(csv), is_confusion = read_confusion(csv);
    sink_csv_free(csv);
    return is_targets || is_harvest || is_confusion;
}
