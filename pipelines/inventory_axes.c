#include "pipelines/inventory_parts.h"

/* The civil calendar by counting leap years (proleptic Gregorian). */
double sink_inventory_day(int year)
{
    const int days = 365 * year + year / 4 - year / 100 + year / 400; /* since 0001-01-01 */
    return days - 719162 - 1; /* 719162 days from 0001-01-01 to 1970-01-01 */
}

static void add_time(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_account *account = file->inventory->account;
    const int bounds[] = {file->time, file->nv};
    const int time = sink_nc_variable(nc, "time", SINK_NC_DOUBLE, &file->time, 1);
    sink_nc_text(nc, time, "standard_name", "time");
    sink_nc_text(nc, time, "long_name", "end of the accounting period: the last day of a year");
    sink_nc_text(nc, time, "units", "days since 1970-01-01 00:00:00");
    sink_nc_text(nc, time, "calendar", "standard");
    sink_nc_text(nc, time, "axis", "T");
    sink_nc_text(nc, time, "bounds", "time_bnds");
    const int time_bounds = sink_nc_variable(nc, "time_bnds", SINK_NC_DOUBLE, bounds, 2);
    for (size_t y = 0; y < account->year_count; y++) {
        const double end = sink_inventory_day(account->years[y]);
        const double pair[] = {y > 0 ? sink_inventory_day(account->years[y - 1]) : end, end};
        sink_nc_put_record(nc, time, y, &end);
        sink_nc_put_record(nc, time_bounds, y, pair);
    }
}

/* Codes and names of the classes, once as `cover` and once as `cover_from`. */
static void add_classes(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_account *account = file->inventory->account;
    int codes[SINK_MAX_CLASSES];
    const char *names[SINK_MAX_CLASSES], *categories[SINK_MAX_CLASSES];
    for (size_t c = 0; c < account->class_count; c++) {
        const struct sink_class *class = &file->inventory->classes->items[account->class_index[c]];
        codes[c] = class->code;
        names[c] = class->name;
        categories[c] = class->ipcc_category;
    }
    const int cover = sink_nc_column(nc, "cover", SINK_NC_INT, file->cover, codes);
    sink_nc_text(nc, cover, "long_name", "land cover class code");
    sink_nc_text(nc, cover, "units", "1");
    sink_nc_text(nc, cover, "axis", "Z"); /* the only one: CDO refuses a second */
    int variable = sink_nc_column(nc, "cover_name", SINK_NC_STRING, file->cover, names);
    sink_nc_text(nc, variable, "long_name", "land cover class");
    variable = sink_nc_column(nc, "cover_category", SINK_NC_STRING, file->cover, categories);
    sink_nc_text(nc, variable, "long_name", "IPCC land-use category");
    if (account->year_count < 2)
        return;
    variable = sink_nc_column(nc, "cover_from", SINK_NC_INT, file->cover_from, codes);
    sink_nc_text(nc, variable, "long_name", "land cover class code at the start of the period");
    sink_nc_text(nc, variable, "units", "1");
    variable = sink_nc_column(nc, "cover_from_name", SINK_NC_STRING, file->cover_from, names);
    sink_nc_text(nc, variable, "long_name", "land cover class at the start of the period");
}

static void add_pools(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    int codes[SINK_POOL_COUNT + SINK_ECOSYSTEM_COUNT];
    const char *names[SINK_POOL_COUNT + SINK_ECOSYSTEM_COUNT];
    for (int p = 0; p < SINK_POOL_COUNT; p++) {
        codes[p] = p + 1;
        names[p] = sink_pool_name((enum sink_pool)p);
    }
    int variable = sink_nc_column(nc, "pool", SINK_NC_INT, file->pool, codes);
    sink_nc_text(nc, variable, "long_name", "IPCC carbon pool code");
    sink_nc_text(nc, variable, "units", "1");
    variable = sink_nc_column(nc, "pool_name", SINK_NC_STRING, file->pool, names);
    sink_nc_text(nc, variable, "long_name", "IPCC carbon pool");
    for (int e = 0; e < SINK_ECOSYSTEM_COUNT; e++) {
        codes[e] = e + 1;
        names[e] = sink_ecosystem_name((enum sink_ecosystem)e);
    }
    variable = sink_nc_column(nc, "ecosystem", SINK_NC_INT, file->ecosystem, codes);
    sink_nc_text(nc, variable, "long_name", "ecosystem code");
    sink_nc_text(nc, variable, "units", "1");
    variable = sink_nc_column(nc, "ecosystem_name", SINK_NC_STRING, file->ecosystem, names);
    sink_nc_text(nc, variable, "long_name", "ecosystem, a group of land cover classes");
    const double *depth_cm = file->inventory->account->pool_depth_cm;
    variable = sink_nc_variable(nc, "pool_soil_depth", SINK_NC_DOUBLE, &file->pool, 1);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "long_name", "depth to which the carbon of a soil pool is counted");
    sink_nc_text(nc, variable, "units", "cm");
    sink_nc_put_filled(nc, variable, depth_cm, SINK_POOL_COUNT);
    for (int p = 0; p < SINK_BIOMASS_POOL_COUNT; p++)
        names[p] = sink_pool_name((enum sink_pool)p);
    variable = sink_nc_column(nc, "biomass_pool_name", SINK_NC_STRING, file->biomass_pool, names);
    sink_nc_text(nc, variable, "long_name", "IPCC pool of biomass");
}

/* "forest_land_remaining_forest_land", "cropland_converted_to_forest_land". */
static void add_land_uses(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    char texts[SINK_LAND_USE_COUNT][64];
    const char *names[SINK_LAND_USE_COUNT];
    int codes[SINK_LAND_USE_COUNT];
    for (int i = 0; i < SINK_LAND_USE_COUNT; i++) {
        codes[i] = i + 1;
        names[i] = sink_land_use_text(i, texts[i]);
    }
    int variable = sink_nc_column(nc, "land_use", SINK_NC_INT, file->land_use, codes);
    sink_nc_text(nc, variable, "long_name", "IPCC land use code: 6 x former + present category");
    sink_nc_text(nc, variable, "units", "1");
    variable = sink_nc_column(nc, "land_use_name", SINK_NC_STRING, file->land_use, names);
    sink_nc_text(nc, variable, "long_name",
                 "IPCC land use: remaining in a category, or converted to it within the transition "
                 "time");
}

static void add_reports(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_account *account = file->inventory->account;
    if (account->report_count == 0)
        return;
    int variable = sink_nc_member(nc, "report_overlay", SINK_NC_STRING, file->report,
                                  SINK_NC_MEMBER(account->reports, account->report_count, overlay));
    sink_nc_text(nc, variable, "long_name", "overlay that results are given by");
    variable = sink_nc_member(nc, "report_value", SINK_NC_STRING, file->report,
                              SINK_NC_MEMBER(account->reports, account->report_count, value));
    sink_nc_text(nc, variable, "long_name", "its value");
}

void sink_inventory_add_axes(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_account *account = file->inventory->account;
    file->time = sink_nc_dimension(nc, "time", SINK_NC_UNLIMITED);
    file->cover = sink_nc_dimension(nc, "cover", account->class_count);
    if (account->year_count > 1)
        file->cover_from = sink_nc_dimension(nc, "cover_from", account->class_count);
    file->pool = sink_nc_dimension(nc, "pool", SINK_POOL_COUNT);
    file->biomass_pool = sink_nc_dimension(nc, "biomass_pool", SINK_BIOMASS_POOL_COUNT);
    file->ecosystem = sink_nc_dimension(nc, "ecosystem", SINK_ECOSYSTEM_COUNT);
    file->land_use = sink_nc_dimension(nc, "land_use", SINK_LAND_USE_COUNT);
    if (account->report_count > 0)
        file->report = sink_nc_dimension(nc, "report", account->report_count);
    file->region = sink_nc_dimension(nc, "region", file->region_count);
    file->nv = sink_nc_dimension(nc, "nv", 2);
    add_time(file);
    add_classes(file);
    add_pools(file);
    add_land_uses(file);
    add_reports(file);
}
