/* What the removals of each period are worth, at the price paths of the job. */
#include "pipelines/inventory_parts.h"

#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

double sink_inventory_value(const struct sink_inventory *inventory, enum sink_price_path path,
                            size_t year, size_t region)
{
    const struct sink_account *account = inventory->account;
    const struct sink_job_value *value = &inventory->job->value;
    if (year == 0)
        return NAN;
    const struct sink_price_flow flow = {
        .tco2_yr = account->total_sink_tco2_yr[year * account->region_count + region],
        .after_year = account->years[year - 1],
        .last_year = account->years[year]};
    return sink_price_flow_value(&value->paths[path], flow, value->price_year,
                                 value->discount_rate);
}

static enum sink_status add_path(struct sink_inventory_file *file, enum sink_price_path path,
                                 struct sink_error *error)
{
    char name[64], title[256];
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_account *account = file->inventory->account;
    const struct sink_job_value *value = &file->inventory->job->value;
    const int dimensions[] = {file->time, file->region};
    double *values = malloc(file->region_count * sizeof *values);
    char *money = sink_text_format("%s of %d", value->currency, value->price_year);
    if (!values || !money) {
        free(values);
        free(money);
        return sink_fail_memory(error);
    }
    snprintf(name, sizeof name, "removal_value_%s", sink_price_path_name(path));
    snprintf(title, sizeof title,
             "value of the net removal over time_bnds on the %s price path, in %d",
             sink_price_path_name(path), value->price_year);
    const int variable = sink_nc_variable(nc, name, SINK_NC_DOUBLE, dimensions, 2);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "long_name", title);
    sink_nc_text(nc, variable, "units", "1");
    sink_nc_text(nc, variable, "unit_of", money);
    sink_nc_text(nc, variable, "cell_methods", "time: sum area: sum");
    sink_nc_text(nc, variable, "currency", value->currency);
    sink_nc_text(nc, variable, "price_source", value->source);
    sink_nc_wholes(nc, variable, "price_year", &value->price_year, 1);
    sink_nc_real(nc, variable, "discount_rate", value->discount_rate);
    sink_nc_text(nc, variable, "comment",
                 "each year's flow at that year's price per t of CO2, discounted year by year");
    sink_inventory_on_regions(file, variable, "");
    for (size_t y = 0; y < account->year_count; y++) {
        for (size_t r = 0; r < file->region_count; r++)
            values[r] = sink_inventory_value(file->inventory, path, y, file->first_region + r);
        sink_nc_put_record(nc, variable, y, values);
    }
    free(money);
    free(values);
    return SINK_OK;
}

enum sink_status sink_inventory_add_value(struct sink_inventory_file *file,
                                          struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    if (!file->inventory->job->value.is_given || file->inventory->account->year_count < 2)
        return SINK_OK;
    for (int path = 0; path < SINK_PRICE_PATH_COUNT && status == SINK_OK; path++)
        status = add_path(file, (enum sink_price_path)path, error);
    return status;
}
