#include "pipelines/inventory_parts.h"

#include "pipelines/atomic_file.h"
#include "pipelines/tally_file.h"
#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

/* What a verifier recomputes the figures from, as a file in the file: CDO and GDAL complain of
 * groups. */
static enum sink_status add_tally(struct sink_inventory_file *file, struct sink_error *error)
{
    void *image;
    size_t bytes;
    const enum sink_status status =
        sink_tally_file_image("the tally", file->inventory->tally, &image, &bytes, error);
    if (status == SINK_OK) {
        const int byte = sink_nc_dimension(&file->nc, SINK_INVENTORY_TALLY_BYTE, bytes);
        const int variable =
            sink_nc_column(&file->nc, SINK_INVENTORY_TALLY, SINK_NC_BYTE, byte, image);
        sink_nc_text(&file->nc, variable, "long_name",
                     "the tally file that the account was made from, byte by byte");
    }
    free(image);
    return status;
}

enum sink_status sink_inventory_image(const char *path, const struct sink_inventory *inventory,
                                      int region, void **image, size_t *bytes,
                                      struct sink_error *error)
{
    struct sink_error finish_error;
    struct sink_inventory_file file = {.inventory = inventory,
                                       .first_region = region < 0 ? 0 : (size_t)region,
                                       .region_count = region < 0 ? inventory->regions->count : 1};
    sink_nc_writer_start(&file.nc);
    sink_inventory_add_axes(&file);
    enum sink_status status = sink_inventory_add_regions(&file, error);
    if (status == SINK_OK)
        status = sink_inventory_add_figures(&file, error);
    if (status == SINK_OK)
        status = sink_inventory_add_methods(&file, error);
    if (status == SINK_OK)
        status = sink_inventory_add_uncertainty(&file, error);
    if (status == SINK_OK)
        status = sink_inventory_add_areas(&file, error);
    if (status == SINK_OK)
        status = sink_inventory_add_value(&file, error);
    if (status == SINK_OK)
        status = sink_inventory_add_targets(&file, error);
    if (status == SINK_OK)
        status = sink_inventory_add_evidence(&file, error);
    if (status == SINK_OK && region < 0 && inventory->tally)
        status = add_tally(&file, error);
    if (status != SINK_OK)
        sink_nc_writer_fail(&file.nc);
    const enum sink_status finished =
        sink_nc_writer_image(&file.nc, path, image, bytes, &finish_error);
    if (status == SINK_OK && finished != SINK_OK)
        *error = finish_error;
    return status == SINK_OK ? finished : status;
}

enum sink_status sink_inventory_write(const char *path, const struct sink_inventory *inventory,
                                      int region, struct sink_error *error)
{
    void *image;
    size_t bytes;
    enum sink_status status = sink_inventory_image(path, inventory, region, &image, &bytes, error);
    if (status == SINK_OK)
        status = sink_file_replace(path, image, bytes, error);
    free(image);
    return status;
}

char *sink_inventory_region_path(const char *folder, const char *template, const char *id)
{
    static const char placeholder[] = "{region_id}";
    const char *at = strstr(template, placeholder);
    char *safe = sink_text_copy(id);
    if (!safe)
        return NULL;
    const bool is_folder = strcmp(id, ".") == 0 || strcmp(id, "..") == 0;
    for (char *c = safe; *c; c++)
        if (*c == '/' || *c == '\\' || is_folder)
            *c = '_';
    const bool is_apart = *template == '/' || strcmp(folder, ".") == 0;
    char *path =
        sink_text_format("%s%s%.*s%s%s", is_apart ? "" : folder, is_apart ? "" : "/",
                         (int)(at - template), template, safe, at + sizeof placeholder - 1);
    free(safe);
    return path;
}
