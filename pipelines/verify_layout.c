/* The layout inventory-1 as INVENTORY.md tells it: what each variable is on, its unit, its range.
 * Written apart from inventory*.c, so that one can be held against the other. */
#include "pipelines/verify_parts.h"

#include "pipelines/inventory_parts.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REAL SINK_NC_DOUBLE
#define TEXT SINK_NC_STRING
#define WHOLE SINK_NC_INT
#define ANY SINK_VERIFY_ANY
#define POSITIVE SINK_VERIFY_POSITIVE
#define SHARE SINK_VERIFY_SHARE
#define KNOWN SINK_VERIFY_KNOWN
#define FINITE SINK_VERIFY_FINITE
#define OPEN SINK_VERIFY_OPEN
#define NONE SINK_VERIFY_NO_SUM
#define SUM SINK_VERIFY_SUM
#define FLOW SINK_VERIFY_FLOW

static const struct sink_verify_layout layouts[] = {
    /* axes and labels */
    {"time", "time", "days since 1970-01-01 00:00:00", REAL, FINITE, true, NONE},
    {"time_bnds", "time nv", "", REAL, FINITE, true, NONE},
    {"cover", "cover", "1", WHOLE, ANY, true, NONE},
    {"cover_name", "cover", "", TEXT, ANY, true, NONE},
    {"cover_category", "cover", "", TEXT, ANY, true, NONE},
    {"cover_from", "cover_from", "1", WHOLE, ANY, false, NONE},
    {"cover_from_name", "cover_from", "", TEXT, ANY, false, NONE},
    {"pool", "pool", "1", WHOLE, KNOWN, true, NONE},
    {"pool_name", "pool", "", TEXT, ANY, true, NONE},
    {"pool_soil_depth", "pool", "cm", REAL, POSITIVE, true, NONE},
    {"biomass_pool_name", "biomass_pool", "", TEXT, ANY, true, NONE},
    {"ecosystem", "ecosystem", "1", WHOLE, KNOWN, true, NONE},
    {"ecosystem_name", "ecosystem", "", TEXT, ANY, true, NONE},
    {"land_use", "land_use", "1", WHOLE, KNOWN, true, NONE},
    {"land_use_name", "land_use", "", TEXT, ANY, true, NONE},
    {"report_overlay", "report", "", TEXT, ANY, false, NONE},
    {"report_value", "report", "", TEXT, ANY, false, NONE},
    /* regions */
    {"region_id", "region", "", TEXT, ANY, true, NONE},
    {"region_name", "region", "", TEXT, ANY, true, NONE},
    {"region_parent", "region", "", TEXT, ANY, true, NONE},
    {"region_level", "region", "1", WHOLE, KNOWN, true, NONE},
    {"region_kind", "region", "", WHOLE, KNOWN, true, NONE},
    {"region_area", "region", "ha", REAL, POSITIVE, true, NONE},
    {"lat", "region", "degrees_north", REAL, FINITE, true, NONE},
    {"lon", "region", "degrees_east", REAL, FINITE, true, NONE},
    {"crs", "", "", WHOLE, ANY, true, NONE},
    {"region_geometry", "", "", WHOLE, ANY, true, NONE},
    {"node_count", "region", "1", WHOLE, KNOWN, true, NONE},
    {"part_node_count", "part", "1", WHOLE, KNOWN, true, NONE},
    {"interior_ring", "part", "1", WHOLE, SHARE, true, NONE},
    {"node_lon", "node", "degrees_east", REAL, FINITE, true, NONE},
    {"node_lat", "node", "degrees_north", REAL, FINITE, true, NONE},
    /* areas and stocks */
    {"land_area", "time region", "ha", REAL, KNOWN, true, SUM},
    {"forest_area", "time region", "ha", REAL, KNOWN, true, SUM},
    {"classified_area", "time region", "ha", REAL, KNOWN, true, SUM},
    {"forest_coverage", "time region", "1", REAL, ANY, true, NONE},
    {"forest_stock_volume", "time region", "m3", REAL, POSITIVE, false, SUM},
    {"total_carbon_stock", "time region", "t", REAL, FINITE, true, SUM},
    {"carbon_stock", "time pool region", "t", REAL, FINITE, true, SUM},
    {"area", "time cover region", "ha", REAL, KNOWN, true, SUM},
    {"pixel_count", "time cover region", "1", REAL, POSITIVE, true, NONE},
    {"no_class_pixel_count", "time region", "1", REAL, POSITIVE, true, NONE},
    {"unknown_class_pixel_count", "time region", "1", REAL, POSITIVE, true, NONE},
    {"stock_volume", "time cover region", "m3", REAL, POSITIVE, false, SUM},
    {"ecosystem_carbon_stock", "time ecosystem region", "t", REAL, FINITE, true, SUM},
    {"carbon_stock_by_cover", "time cover pool region", "t", REAL, FINITE, true, SUM},
    {"vegetation_carbon_density", "time region", "kg m-2", REAL, ANY, true, NONE},
    {"soil_carbon_density", "time region", "kg m-2", REAL, ANY, true, NONE},
    {"land_use_area", "time land_use region", "ha", REAL, KNOWN, true, SUM},
    {"report_area", "time report region", "ha", REAL, KNOWN, false, SUM},
    {"report_carbon_stock", "time report region", "t", REAL, FINITE, false, SUM},
    {"cover_transition_area", "time cover_from cover region", "ha", REAL, POSITIVE, false, SUM},
    {"soil_depth", "cover", "cm", REAL, POSITIVE, true, NONE},
    {"biomass_source", "cover", "", TEXT, ANY, true, NONE},
    {"volume_source", "cover", "", TEXT, ANY, true, NONE},
    /* removals */
    {"total_net_removal", "time region", "t yr-1", REAL, ANY, false, FLOW},
    {"net_removal", "time pool region", "t yr-1", REAL, ANY, false, FLOW},
    {"removal_method", "cover pool", "", WHOLE, SHARE, false, NONE},
    {"net_removal_by_cover", "time cover pool region", "t yr-1", REAL, ANY, false, FLOW},
    {"net_removal_by_stock_difference", "time pool region", "t yr-1", REAL, ANY, false, SUM},
    {"net_removal_by_gain_loss", "time pool region", "t yr-1", REAL, ANY, false, FLOW},
    {"method_difference", "time pool region", "t", REAL, ANY, false, FLOW},
    {"biomass_gain", "time cover biomass_pool region", "t", REAL, ANY, false, SUM},
    {"biomass_loss_by_conversion", "time cover biomass_pool region", "t", REAL, ANY, false, SUM},
    {"biomass_loss_by_disturbance", "time cover biomass_pool region", "t", REAL, ANY, false, SUM},
    {"biomass_loss_by_harvest", "time cover biomass_pool region", "t", REAL, ANY, false, FLOW},
    {"soil_flux", "time cover region", "t", REAL, ANY, false, SUM},
    {"land_use_net_removal", "time land_use pool region", "t yr-1", REAL, ANY, false, FLOW},
    {"report_net_removal", "time report region", "t yr-1", REAL, ANY, false, FLOW},
    /* other gases, memo lines, potential */
    {"methane_emission", "time region", "t yr-1", REAL, ANY, true, SUM},
    {"nitrous_oxide_emission", "time region", "t yr-1", REAL, ANY, true, SUM},
    {"greenhouse_gas_balance", "time region", "t yr-1", REAL, ANY, false, FLOW},
    {"memo_karst_sink", "time region", "t yr-1", REAL, ANY, true, SUM},
    {"memo_water_burial", "time region", "t yr-1", REAL, ANY, true, SUM},
    {"memo_permafrost_carbon", "time region", "t", REAL, ANY, true, SUM},
    {"potential_biomass_gain", "cover region", "t", REAL, ANY, false, SUM},
    {"planting_area", "region", "ha", REAL, KNOWN, false, SUM},
    {"planting_gain", "region", "t", REAL, ANY, false, SUM},
    /* uncertainty */
    {"total_carbon_stock_driver", "driver region", "", TEXT, ANY, true, NONE},
    {"total_carbon_stock_driver_share", "driver region", "1", REAL, SHARE, true, NONE},
    {"total_net_removal_driver", "driver region", "", TEXT, ANY, false, NONE},
    {"total_net_removal_driver_share", "driver region", "1", REAL, SHARE, false, NONE},
    {"area_corrected", "time cover region", "ha", REAL, ANY, false, NONE},
    {"area_corrected_se", "time cover region", "ha", REAL, POSITIVE, false, NONE},
    {"forest_area_corrected", "time region", "ha", REAL, ANY, false, NONE},
    {"forest_area_corrected_se", "time region", "ha", REAL, POSITIVE, false, NONE},
    {"total_carbon_stock_corrected", "time region", "t", REAL, ANY, false, NONE},
    {"total_carbon_stock_corrected_se", "time region", "t", REAL, POSITIVE, false, NONE},
    {"users_accuracy", "cover", "1", REAL, SHARE, false, NONE},
    {"users_accuracy_se", "cover", "1", REAL, POSITIVE, false, NONE},
    {"producers_accuracy", "cover", "1", REAL, SHARE, false, NONE},
    {"producers_accuracy_se", "cover", "1", REAL, POSITIVE, false, NONE},
    /* value, gaps */
    {"removal_value_low", "time region", "1", REAL, ANY, false, FLOW},
    {"removal_value_central", "time region", "1", REAL, ANY, false, FLOW},
    {"removal_value_high", "time region", "1", REAL, ANY, false, FLOW},
    {"no_class_area", "time region", "ha", REAL, KNOWN, true, SUM},
    {"unknown_class_area", "time region", "ha", REAL, KNOWN, true, SUM},
    {"beyond_grid_area", "time region", "ha", REAL, KNOWN, true, NONE},
    {"no_class_pixel_count", "time region", "1", REAL, POSITIVE, true, NONE},
    {"unknown_class_pixel_count", "time region", "1", REAL, POSITIVE, true, NONE},
    {"one_date_area", "time region", "ha", REAL, POSITIVE, true, SUM},
    {"one_date_stock_change", "time pool region", "t", REAL, ANY, true, SUM},
    {"no_value_area", "time region", "ha", REAL, KNOWN, true, SUM},
    {"no_factor_area", "time pool region", "ha", REAL, KNOWN, true, SUM},
    {"data_completeness", "time region", "1", REAL, SHARE, true, NONE},
    /* evidence */
    {"factor_quantity", "factor", "", TEXT, ANY, false, NONE},
    {"factor_classes", "factor", "", TEXT, ANY, false, NONE},
    {"factor_keys", "factor", "", TEXT, ANY, false, NONE},
    {"factor_over", "factor", "", REAL, OPEN, false, NONE},
    {"factor_up_to", "factor", "", REAL, OPEN, false, NONE},
    {"factor_value", "factor", "", REAL, ANY, false, NONE},
    {"factor_lower", "factor", "", REAL, ANY, false, NONE},
    {"factor_upper", "factor", "", REAL, ANY, false, NONE},
    {"factor_sd", "factor", "", REAL, POSITIVE, false, NONE},
    {"factor_se", "factor", "", REAL, POSITIVE, false, NONE},
    {"factor_n", "factor", "1", REAL, POSITIVE, false, NONE},
    {"factor_unit", "factor", "", TEXT, ANY, false, NONE},
    {"factor_spread", "factor", "", TEXT, ANY, false, NONE},
    {"factor_distribution", "factor", "", TEXT, ANY, false, NONE},
    {"factor_variable", "factor", "", TEXT, ANY, false, NONE},
    {"factor_soil_depth", "factor", "cm", REAL, POSITIVE, false, NONE},
    {"factor_source", "factor", "", TEXT, ANY, false, NONE},
    {"factor_source_table", "factor", "", TEXT, ANY, false, NONE},
    {"factor_verified", "factor", "", TEXT, ANY, false, NONE},
    {"factor_fallback", "factor", "", TEXT, ANY, false, NONE},
    {"factor_note", "factor", "", TEXT, ANY, false, NONE},
    {"factor_set", "factor", "", TEXT, ANY, false, NONE},
    {"factor_line", "factor", "", SINK_NC_UINT64, KNOWN, false, NONE},
    {"factor_area", "factor", "ha", REAL, KNOWN, false, NONE},
    {"input_path", "input", "", TEXT, ANY, false, NONE},
    {"input_role", "input", "", TEXT, ANY, false, NONE},
    {"input_sha256", "input", "", TEXT, ANY, false, NONE},
    {"input_bytes", "input", "byte", REAL, KNOWN, false, NONE},
    {"note_text", "note", "", TEXT, ANY, false, NONE},
    {"check_name", "check", "", TEXT, ANY, true, NONE},
    {"check_worst", "check", "", REAL, KNOWN, true, NONE},
    {"check_tolerance", "check", "", REAL, KNOWN, true, NONE},
    {"check_worst_region", "check", "", TEXT, ANY, true, NONE},
    {"check_passed", "check", "", WHOLE, SHARE, true, NONE},
    {"tally", "tally_byte", "", SINK_NC_BYTE, ANY, false, NONE}};

bool sink_verify_lies_on(const struct sink_dataset_variable *variable, const char *dimensions)
{
    const char *at = dimensions;
    for (int d = 0; d < variable->info.rank; d++) {
        const size_t length = strcspn(at, " ");
        if (strlen(variable->info.dimensions[d]) != length ||
            strncmp(variable->info.dimensions[d], at, length) != 0)
            return false;
        at += length + strspn(at + length, " ");
    }
    return *at == '\0';
}

static const struct sink_verify_layout *find_exact(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        if (strlen(layouts[i].name) == length && strncmp(layouts[i].name, name, length) == 0)
            return &layouts[i];
    return NULL;
}

static bool ends_with(const char *name, const char *ending, size_t *length)
{
    const size_t all = strlen(name), end = strlen(ending);
    *length = all - end;
    return all > end && strcmp(name + all - end, ending) == 0;
}

/* "forest_coverage_target_2030_gap" */
static bool find_target(const char *name, struct sink_verify_layout *layout)
{
    static const struct {
        const char *kind, *gap, *rate;
    } kinds[] = {{"forest_coverage", "1", "yr-1"}, {"forest_stock_volume", "m3", "m3 yr-1"}};
    int year, at = 0;
    *layout = (struct sink_verify_layout){
        .name = name, .dimensions = "time region", .type = REAL, .range = ANY};
    for (size_t k = 0; k < 2; k++) {
        const size_t length = strlen(kinds[k].kind);
        if (strncmp(name, kinds[k].kind, length) != 0 ||
            sscanf(name + length, "_target_%4d_%n", &year, &at) != 1 || at == 0)
            continue;
        const char *ending = name + length + at;
        layout->units = strcmp(ending, "reached") == 0       ? "1"
                        : strcmp(ending, "gap") == 0         ? kinds[k].gap
                        : strcmp(ending, "rate_needed") == 0 ? kinds[k].rate
                                                             : NULL;
        return layout->units != NULL;
    }
    return false;
}

/* Of a figure: "last_", or how sure it is. */
static bool find_derived(const char *name, struct sink_verify_layout *layout)
{
    static const struct {
        const char *ending;
        enum sink_verify_range range;
    } endings[] = {{"_se", POSITIVE}, {"_lower", ANY}, {"_upper", ANY}, {"_draws_mean", ANY}};
    size_t length;
    const struct sink_verify_layout *figure = NULL;
    if (strncmp(name, "last_", 5) == 0 && (figure = find_exact(name + 5, strlen(name + 5)))) {
        *layout = *figure;
        layout->dimensions = "region";
        layout->range = ANY;
    }
    for (size_t e = 0; !figure && e < sizeof endings / sizeof *endings; e++)
        if (ends_with(name, endings[e].ending, &length) && (figure = find_exact(name, length))) {
            *layout = *figure;
            layout->range = endings[e].range;
            layout->sum = NONE;
        }
    layout->name = name;
    layout->is_required = false;
    return figure && figure->type == REAL && strncmp(figure->dimensions, "time", 4) == 0;
}

bool sink_verify_find_layout(const char *name, struct sink_verify_layout *layout)
{
    const struct sink_verify_layout *exact = find_exact(name, strlen(name));
    if (exact)
        *layout = *exact;
    return exact || find_target(name, layout) || find_derived(name, layout);
}

const struct sink_dataset_variable *sink_verify_sound(const struct sink_verification *verification,
                                                      const char *name)
{
    struct sink_verify_layout layout;
    const struct sink_dataset_variable *entry = sink_dataset_find(&verification->file, name);
    return entry && sink_dataset_values(entry) && entry->info.is_known &&
                   sink_verify_find_layout(name, &layout) && entry->info.type == layout.type &&
                   sink_verify_lies_on(entry, layout.dimensions)
               ? entry
               : NULL;
}

static void note(struct sink_verification *verification, const char *check, const char *variable,
                 const char *claimed, const char *expected)
{
    sink_verify_note_texts(verification, SINK_VERIFY_INTERNAL, check, variable,
                           (const char *const[]){claimed, expected});
}

static void check_entry(struct sink_verification *verification,
                        const struct sink_dataset_variable *entry)
{
    static const char *const types[] = {"ubyte",  "int",    "uint",  "int64",
                                        "uint64", "double", "string"};
    struct sink_verify_layout layout;
    const char *name = entry->info.name;
    struct sink_verify_result *result = &verification->levels[SINK_VERIFY_INTERNAL];
    result->variables++;
    if (!sink_verify_find_layout(name, &layout)) {
        note(verification, "layout", name, "a variable", "none of that name");
        return;
    }
    if (!entry->info.is_known || entry->info.type != layout.type)
        note(verification, "type", name,
             entry->info.is_known ? types[entry->info.type] : "another type", types[layout.type]);
    if (!sink_verify_lies_on(entry, layout.dimensions))
        note(verification, "dimensions", name,
             entry->info.rank > 0 ? entry->info.dimensions[0] : "", layout.dimensions);
    const char *units = sink_dataset_text(&verification->file, entry, "units");
    if (strcmp(units, layout.units) != 0)
        note(verification, "units", name, units, layout.units);
    result->attributes += (size_t)entry->info.attribute_count;
}

static bool is_used(const struct sink_dataset *file, const char *dimension)
{
    for (size_t i = 0; i < file->variable_count; i++)
        if (sink_dataset_axis(&file->variables[i], dimension) >= 0)
            return true;
    return false;
}

/* Groups and types are none of the layout's, nor are dimensions that no variable lies on. */
static void check_rest(struct sink_verification *verification)
{
    static const char *const kinds[] = {[SINK_NC_GROUPS] = "a group",
                                        [SINK_NC_TYPES] = "a type",
                                        [SINK_NC_DIMENSIONS] = "a dimension"};
    const struct sink_dataset *file = &verification->file;
    for (int what = 0; what <= SINK_NC_DIMENSIONS; what++)
        for (size_t i = 0; i < file->listed[what].count; i++) {
            const char *name = file->listed[what].items[i];
            if (what != SINK_NC_DIMENSIONS || !is_used(file, name))
                note(verification, "layout", name, kinds[what], "none of that name");
        }
}

/* Dimensions whose length the layout fixes, by a variable that every inventory has on them. */
static void check_lengths(struct sink_verification *verification)
{
    static const struct {
        const char *variable;
        int axis;
        size_t length;
    } fixed[] = {{"pool", 0, SINK_POOL_COUNT},
                 {"biomass_pool_name", 0, SINK_BIOMASS_POOL_COUNT},
                 {"ecosystem", 0, SINK_ECOSYSTEM_COUNT},
                 {"land_use", 0, SINK_LAND_USE_COUNT},
                 {"time_bnds", 1, 2},
                 {"total_carbon_stock_driver", 0, SINK_DRIVER_COUNT},
                 {"check_name", 0, SINK_CLOSURE_COUNT}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        const struct sink_dataset_variable *entry =
            sink_dataset_find(&verification->file, fixed[i].variable);
        char claimed[32], expected[32];
        if (!entry || entry->info.rank <= fixed[i].axis ||
            entry->info.lengths[fixed[i].axis] == fixed[i].length)
            continue;
        snprintf(claimed, sizeof claimed, "%zu", entry->info.lengths[fixed[i].axis]);
        snprintf(expected, sizeof expected, "%zu", fixed[i].length);
        note(verification, "length", fixed[i].variable, claimed, expected);
    }
}

/* 2026-01-31T12:00:00Z */
static bool is_date(const char *text)
{
    static const char form[] = "0000-00-00T00:00:00Z";
    int month, day, hour, minute, second;
    if (strlen(text) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    return sscanf(text + 5, "%d-%dT%d:%d:%d", &month, &day, &hour, &minute, &second) == 5 &&
           month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 &&
           second < 61;
}

/* Texts that every inventory has alike, or that follow from one another. */
static void check_attributes(struct sink_verification *verification)
{
    const struct sink_dataset *file = &verification->file;
    const char *version = sink_dataset_text(file, NULL, "sinkcalc_version");
    const char *conventions = sink_dataset_text(file, NULL, "Conventions");
    const char *date = sink_dataset_text(file, NULL, "date_created");
    const char *source = sink_dataset_text(file, NULL, "source");
    char *expected = sink_text_format("sinkcalc %s", version);
    if (strcmp(conventions, "CF-1.8, ACDD-1.3") != 0)
        note(verification, "attribute", ":Conventions", conventions, "CF-1.8, ACDD-1.3");
    if (expected && strcmp(source, expected) != 0)
        note(verification, "attribute", ":source", source, expected);
    if (!expected)
        verification->is_out_of_memory = true;
    free(expected);
    bool is_dated = false;
    for (size_t i = 0; i < file->attribute_count; i++)
        is_dated |= strcmp(file->attributes[i].name, "date_created") == 0;
    if (is_dated && !is_date(date))
        note(verification, "attribute", ":date_created", date, "a date like 2026-01-31T12:00:00Z");
    verification->levels[SINK_VERIFY_INTERNAL].attributes += file->attribute_count;
}

void sink_verify_layout(struct sink_verification *verification)
{
    const struct sink_dataset *file = &verification->file;
    for (size_t i = 0; i < file->variable_count; i++)
        check_entry(verification, &file->variables[i]);
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        if (layouts[i].is_required && !sink_dataset_find(file, layouts[i].name))
            note(verification, "layout", layouts[i].name, "none", "a variable");
    check_rest(verification);
    check_lengths(verification);
    check_attributes(verification);
}
