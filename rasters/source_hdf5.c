/* A netCDF-4 file is one of HDF5, which may take its cells from files of any name and place without
 * a word, files that nobody lists or hashes. None of what is asked here opens them. */
#include "rasters/layer_parts.h"

#include <cpl_vsi.h>
#include <gdal.h>
#include <hdf5.h>
#include <stdio.h>
#include <string.h>

/* More is taken for groups that hold each other, through which a library would walk for ever. */
#define MOST_LINKS 65536
#define MOST_GROUPS_DEEP 32
/* Of a file read by URL no more than GDAL reads anyhow is searched. */
#define MOST_REMOTE_BYTES 8192

struct walk {
    struct sink_layer_opening *opening;
    const char *name; /* of the file */
    char place[300];  /* in it */
    int depth;
    long links;
};

void sink_source_silence(const struct sink_source *source)
{
    hbool_t is_by_thread = false; /* else it was silenced for all when the file was checked */
    if (source->is_hdf5 && H5is_library_threadsafe(&is_by_thread) >= 0 && is_by_thread)
        (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* As HDF5 searches it: at the start, or after a part of the user's own of 512 bytes or twice, four
 * times, ... as much. */
static bool has_signature(const char *path)
{
    unsigned char found[8];
    bool is_hdf5 = false;
    VSILFILE *file = VSIFOpenL(path, "rb");
    if (!file)
        return false; /* GDAL says so, too */
    const bool is_remote = strncmp(path, "/vsi", 4) == 0;
    vsi_l_offset end = MOST_REMOTE_BYTES;
    if (!is_remote && VSIFSeekL(file, 0, SEEK_END) == 0)
        end = VSIFTellL(file);
    for (vsi_l_offset at = 0; !is_hdf5 && at < end; at = at ? 2 * at : 512)
        is_hdf5 = VSIFSeekL(file, at, SEEK_SET) == 0 &&
                  VSIFReadL(found, 1, sizeof found, file) == sizeof found &&
                  memcmp(found, "\x89HDF\r\n\x1a\n", sizeof found) == 0;
    VSIFCloseL(file);
    return is_hdf5;
}

static bool has_own_values(struct walk *walk, hid_t dataset)
{
    const hid_t how = H5Dget_create_plist(dataset);
    const H5D_layout_t layout = how < 0 ? H5D_LAYOUT_ERROR : H5Pget_layout(how);
    const int files = how < 0 ? -1 : H5Pget_external_count(how);
    if (how >= 0)
        H5Pclose(how);
    if (layout == H5D_LAYOUT_ERROR || files < 0)
        return sink_layer_fault(walk->opening, walk->name, "%s: how it is stored cannot be read",
                                walk->place);
    if ((layout == H5D_COMPACT || layout == H5D_CONTIGUOUS || layout == H5D_CHUNKED) && files == 0)
        return true;
    return sink_layer_fault(walk->opening, walk->name,
                            "%s: its values lie in another file (%s), expected them in this one",
                            walk->place,
                            files > 0 ? "external storage of HDF5" : "a virtual dataset of HDF5");
}

static bool walk_group(struct walk *walk, hid_t group);

static bool check_object(struct walk *walk, hid_t group, const char *name)
{
    const hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    if (object < 0)
        return sink_layer_fault(walk->opening, walk->name, "%s: cannot be read", walk->place);
    bool is_good = true;
    const H5I_type_t type = H5Iget_type(object);
    if (type == H5I_DATASET)
        is_good = has_own_values(walk, object);
    else if (type == H5I_GROUP)
        is_good = walk_group(walk, object);
    H5Oclose(object);
    return is_good;
}

static herr_t visit(hid_t group, const char *name, const H5L_info_t *link, void *data)
{
    struct walk *walk = data;
    const size_t length = strlen(walk->place);
    bool is_good = true;
    snprintf(walk->place + length, sizeof walk->place - length, "/%s", name);
    if (++walk->links > MOST_LINKS)
        is_good = sink_layer_fault(walk->opening, walk->name,
                                   "more than %d groups and variables, or groups that hold each "
                                   "other",
                                   MOST_LINKS);
    else if (link->type == H5L_TYPE_HARD)
        is_good = check_object(walk, group, name);
    else if (link->type != H5L_TYPE_SOFT) /* which leads to what is met in its own place */
        is_good = sink_layer_fault(walk->opening, walk->name,
                                   "%s: a link to another file, expected the values in this one",
                                   walk->place);
    walk->place[length] = '\0';
    return is_good ? 0 : 1; /* 1 ends the walk */
}

static bool walk_group(struct walk *walk, hid_t group)
{
    if (walk->depth == MOST_GROUPS_DEEP)
        return sink_layer_fault(walk->opening, walk->name,
                                "%s: more than %d groups inside each other", walk->place,
                                MOST_GROUPS_DEEP);
    walk->depth++;
    const herr_t ended = H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, visit, walk);
    walk->depth--;
    return ended >= 0 ? ended == 0
                      : sink_layer_fault(walk->opening, walk->name, "%s: the group cannot be read",
                                         walk->place);
}

/* As netCDF opens it: one that is open already is shared, which needs the same way to close. */
static hid_t open_file(const char *path)
{
    const hid_t how = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file = -1;
    if (how >= 0 && H5Pset_fclose_degree(how, H5F_CLOSE_SEMI) >= 0)
        file = H5Fopen(path, H5F_ACC_RDONLY, how);
    if (how >= 0)
        H5Pclose(how);
    return file;
}

bool sink_source_check_hdf5(struct sink_layer_opening *opening, struct sink_source *source)
{
    struct walk walk = {.opening = opening, .name = source->name};
    if (!GDALGetDriverByName("netCDF") || !has_signature(source->path))
        return true; /* refused by its format, or no matter of HDF5 */
    source->is_hdf5 = true;
    if (strncmp(source->path, "/vsi", 4) == 0)
        return sink_layer_fault(opening, source->name,
                                "netCDF-4 by URL, expected a copy: whether its values lie in it "
                                "cannot be checked from afar");
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* it would print on its own */
    const hid_t file = open_file(source->path);
    const hid_t root = file < 0 ? -1 : H5Gopen2(file, "/", H5P_DEFAULT);
    const bool is_good =
        root < 0 ? sink_layer_fault(opening, source->name,
                                    "cannot be read as HDF5, expected a whole netCDF-4 file")
                 : walk_group(&walk, root);
    if (root >= 0)
        H5Gclose(root);
    if (file >= 0)
        H5Fclose(file);
    return is_good;
}
