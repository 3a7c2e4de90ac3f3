/* By which method the removals of each class are counted, and from what its biomass is. */
#include "pipelines/inventory_parts.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    unsigned bit;
    const char *text;
    bool is_volume;
} origins[] = {{SINK_ORIGIN_RASTER, "biomass raster", false},
               {SINK_ORIGIN_BCEF, "stock volume x BCEF", false},
               {SINK_ORIGIN_LINE, "line of the stock volume", false},
               {SINK_ORIGIN_DENSITY, "density of a table", false},
               {SINK_ORIGIN_GROWTH, "growth x age, up to a density", false},
               {SINK_ORIGIN_CURVE, "growth curve at the age", false},
               {SINK_ORIGIN_VOLUME_RASTER, "volume raster", true},
               {SINK_ORIGIN_VOLUME_DERIVED, "derived from the biomass raster", true}};

/* "biomass raster; density of a table" */
static void describe(unsigned bits, bool is_volume, char text[256])
{
    *text = '\0';
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
        if (origins[i].is_volume == is_volume && bits & origins[i].bit)
            strcat(strcat(text, *text ? "; " : ""), origins[i].text);
}

static void add_origins(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_account *account = file->inventory->account;
    char texts[2][SINK_MAX_CLASSES][256];
    const char *columns[2][SINK_MAX_CLASSES];
    for (int is_volume = 0; is_volume < 2; is_volume++)
        for (size_t c = 0; c < account->class_count; c++) {
            describe(account->origins[c], is_volume, texts[is_volume][c]);
            columns[is_volume][c] = texts[is_volume][c];
        }
    int variable = sink_nc_column(nc, "biomass_source", SINK_NC_STRING, file->cover, columns[0]);
    sink_nc_text(nc, variable, "long_name", "what the class's biomass is counted from, last year");
    variable = sink_nc_column(nc, "volume_source", SINK_NC_STRING, file->cover, columns[1]);
    sink_nc_text(nc, variable, "long_name", "what the class's stock volume is from, last year");
}

enum sink_status sink_inventory_add_methods(struct sink_inventory_file *file,
                                            struct sink_error *error)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_account *account = file->inventory->account;
    const enum sink_method *methods = file->inventory->settings->methods;
    static const int flags[] = {SINK_METHOD_STOCK_DIFFERENCE, SINK_METHOD_GAIN_LOSS};
    const int dimensions[] = {file->cover, file->pool};
    add_origins(file);
    if (account->year_count < 2)
        return SINK_OK;
    int *codes = calloc(account->class_count * SINK_POOL_COUNT + 1, sizeof *codes);
    if (!codes)
        return sink_fail_memory(error);
    for (size_t c = 0; methods && c < account->class_count; c++)
        for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
            codes[c * SINK_POOL_COUNT + pool] =
                (int)methods[(size_t)account->class_index[c] * SINK_POOL_COUNT + pool];
    const int variable = sink_nc_variable(nc, "removal_method", SINK_NC_INT, dimensions, 2);
    sink_nc_text(nc, variable, "long_name", "method by which net_removal counts class and pool");
    sink_nc_text(nc, variable, "flag_meanings", "stock_difference gain_loss");
    sink_nc_wholes(nc, variable, "flag_values", flags, 2);
    sink_nc_text(nc, variable, "comment",
                 "dead organic matter and soil have one method: transfer to a new stock");
    sink_nc_put(nc, variable, codes);
    free(codes);
    return SINK_OK;
}
