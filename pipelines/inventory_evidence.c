#include "pipelines/digest.h"
#include "pipelines/inventory_parts.h"
#include "pipelines/nc_evidence.h"
#include "sinkcalc/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void add_checks(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_closure_check *checks = file->inventory->checks;
    const char *regions[SINK_CLOSURE_COUNT];
    int passed[SINK_CLOSURE_COUNT];
    for (size_t i = 0; i < SINK_CLOSURE_COUNT; i++) {
        regions[i] = file->inventory->regions->items[checks[i].region].id;
        passed[i] = checks[i].passed;
    }
    const int check = sink_nc_dimension(nc, "check", SINK_CLOSURE_COUNT);
    sink_nc_member(nc, "check_name", SINK_NC_STRING, check,
                   SINK_NC_MEMBER(checks, SINK_CLOSURE_COUNT, name));
    sink_nc_member(nc, "check_worst", SINK_NC_DOUBLE, check,
                   SINK_NC_MEMBER(checks, SINK_CLOSURE_COUNT, worst));
    sink_nc_member(nc, "check_tolerance", SINK_NC_DOUBLE, check,
                   SINK_NC_MEMBER(checks, SINK_CLOSURE_COUNT, tolerance));
    sink_nc_column(nc, "check_worst_region", SINK_NC_STRING, check, regions);
    sink_nc_column(nc, "check_passed", SINK_NC_INT, check, passed);
}

/* The clock is named only by SOURCE_DATE_EPOCH: two runs give the same bytes. */
static void add_date(struct sink_nc_writer *nc)
{
    char text[64];
    int64_t seconds;
    struct tm date;
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    if (!epoch || !sink_text_to_integer(epoch, &seconds))
        return;
    const time_t when = (time_t)seconds;
    if (gmtime_r(&when, &date) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &date) > 0)
        sink_nc_text(nc, SINK_NC_GLOBAL, "date_created", text);
}

static void add_descriptions(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_job *job = file->inventory->job;
    const struct sink_account *account = file->inventory->account;
    char text[256];
    sink_nc_text(nc, SINK_NC_GLOBAL, "Conventions", "CF-1.8, ACDD-1.3");
    sink_nc_text(nc, SINK_NC_GLOBAL, "title", *job->title ? job->title : "Carbon inventory");
    sink_nc_text(nc, SINK_NC_GLOBAL, "summary",
                 "Areas, carbon stocks by land cover class and IPCC pool, stock volume, forest "
                 "coverage, net CO2 removal and distance to targets, with their uncertainty, by "
                 "region and year.");
    sink_nc_text(nc, SINK_NC_GLOBAL, "keywords",
                 "carbon stock, carbon sink, land cover, forest inventory, stock volume");
    sink_nc_text(nc, SINK_NC_GLOBAL, "institution", job->institution);
    sink_nc_text(nc, SINK_NC_GLOBAL, "creator_name", job->institution);
    if (*job->institution)
        sink_nc_text(nc, SINK_NC_GLOBAL, "creator_type", "institution");
    sink_nc_text(nc, SINK_NC_GLOBAL, "license", job->licence);
    sink_nc_text(nc, SINK_NC_GLOBAL, "source", "sinkcalc " SINK_VERSION);
    sink_nc_text(nc, SINK_NC_GLOBAL, "references",
                 "IPCC 2006 Guidelines Vol. 4 with the 2019 Refinement; the factors used name "
                 "their documents in factor_source");
    sink_nc_text(nc, SINK_NC_GLOBAL, "processing_level", "inventory");
    sink_nc_text(nc, SINK_NC_GLOBAL, "standard_name_vocabulary", "CF Standard Name Table v83");
    add_date(nc);
    snprintf(text, sizeof text, "%04d-12-31", account->years[0]);
    sink_nc_text(nc, SINK_NC_GLOBAL, "time_coverage_start", text);
    snprintf(text, sizeof text, "%04d-12-31", account->years[account->year_count - 1]);
    sink_nc_text(nc, SINK_NC_GLOBAL, "time_coverage_end", text);
}

static enum sink_status add_origin(struct sink_inventory_file *file, struct sink_error *error)
{
    char factors[65];
    struct sink_digest digest;
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_evidence *evidence = file->inventory->evidence;
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_layout", SINK_INVENTORY_LAYOUT);
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_version", SINK_VERSION);
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_tally_version", evidence->version);
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_libraries", evidence->libraries);
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_job_file", evidence->job_path);
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_job", evidence->job_text);
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_grid", evidence->grid);
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_grid_crs_wkt", evidence->crs_wkt);
    sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_cells_read", evidence->cells_read);
    sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_ecosystem_overlap_ha",
                 evidence->overlap_m2 / SINK_M2_PER_HA);
    const struct sink_gwp_set *gwp = sink_gwp_set(file->inventory->settings->gwp);
    char potentials[160];
    snprintf(potentials, sizeof potentials, "%s: CH4 %g, N2O %g (%s)", gwp->name, gwp->ch4,
             gwp->n2o, gwp->source);
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_gwp", potentials);
    sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_transition_years",
                 sink_transition_yr(file->inventory->settings));
    sink_digest_start(&digest);
    for (size_t i = 0; i < evidence->table_count; i++) {
        sink_digest_add_text(&digest, evidence->tables[i].name);
        sink_digest_add_text(&digest, evidence->tables[i].text);
    }
    const enum sink_status status = sink_digest_finish(&digest, factors, error);
    if (status == SINK_OK)
        sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_factors_sha256", factors);
    return status;
}

enum sink_status sink_inventory_add_evidence(struct sink_inventory_file *file,
                                             struct sink_error *error)
{
    enum sink_status status = sink_inventory_add_factors(file, error);
    if (status == SINK_OK)
        status = sink_nc_add_inputs(&file->nc, file->inventory->evidence, error);
    if (status != SINK_OK)
        return status;
    add_checks(file);
    add_descriptions(file);
    return add_origin(file, error);
}
