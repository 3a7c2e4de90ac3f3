/* Legends of land cover and of overlays. */
#include "tests/fuzz/fuzz.h"

#include "sinkcalc/model/class.h"

void sink_fuzz_start(void)
{
}

static bool read_legend(const struct sink_csv *csv, const struct sink_class_list *classes)
{
    struct sink_faults faults = {0};
    struct sink_legend legend = {0};
    const enum sink_status status = sink_legend_read(csv, classes, &legend, &faults);
    sink_fuzz_check_faults(status, &faults);
    if (status != SINK_OK)
        return false;
    for (size_t i = 0; i < legend.entry_count; i++) {
        const struct sink_legend_entry *entry = &legend.entries[i];
        sink_fuzz_expect(i == 0 || entry->code > legend.entries[i - 1].code, "codes ascend");
        sink_fuzz_expect(entry->value >= -1 && entry->value < (int)legend.value_count,
                         "a code has a value of the legend");
        sink_fuzz_expect(sink_legend_value(&legend, entry->code) == entry->value,
                         "a code is found");
        if (classes && entry->value >= 0)
            sink_fuzz_expect(sink_class_list_find(classes, legend.values[entry->value]) >= 0,
                             "a name of land cover is a class");
    }
    sink_legend_free(&legend);
    return true;
}

bool sink_fuzz_run(const uint8_t *data, size_t size)
{
    struct sink_error error;
    struct sink_csv *csv = NULL;
    const enum sink_status status =
        sink_csv_parse("legend.csv", (const char *)data, size, &csv, &error);
    if (status != SINK_OK) {
        sink_fuzz_check_error(status, &error);
        return false;
    }
    const bool is_cover = read_legend(csv, sink_fuzz_classes()),
               is_overlay = read_legend(csv, NULL);
    sink_csv_free(csv);
    return is_cover || is_overlay;
}
