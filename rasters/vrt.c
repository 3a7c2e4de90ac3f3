/* A VRT is taken as the list of its files; GDAL never opens it. It would read gaps as zero, scaled
 * or computed sources as data (F4 to F6); here every source must be a whole-number piece of a file
 * that fits. */
#include "rasters/layer_parts.h"
#include "rasters/raster_grid.h"
#include "sinkcalc/base/text.h"

#include <cpl_minixml.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct rectangle {
    double column, row, width, height;
};

struct vrt {
    struct sink_layer_opening *opening;
    const char *path;
    struct sink_grid grid;
};

static void fault(const struct vrt *vrt, const char *what, const char *detail)
{
    sink_faults_note(vrt->opening->faults, SINK_BAD_DATA, "%s: %s%s", vrt->path, what, detail);
}

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

static bool read_rectangle(CPLXMLNode *source, const char *name, struct rectangle *rectangle)
{
    const char *const keys[] = {"xOff", "yOff", "xSize", "ySize"};
    double *const parts[] = {&rectangle->column, &rectangle->row, &rectangle->width,
                             &rectangle->height};
    CPLXMLNode *node = CPLGetXMLNode(source, name);
    for (int i = 0; i < 4; i++)
        if (!node || !sink_text_to_double(CPLGetXMLValue(node, keys[i], ""), parts[i]) ||
            !(*parts[i] > -1e-3) || *parts[i] > 1 << 30 || fabs(*parts[i] - rint(*parts[i])) > 1e-3)
            return false;
        else
            *parts[i] = rint(*parts[i]);
    return true;
}

/* False when the node is there and no number. */
static bool read_number(CPLXMLNode *node, const char *name, bool *is_there, double *value)
{
    const char *text = CPLGetXMLValue(node, name, NULL);
    *is_there = text != NULL;
    if (text && strcasecmp(text, "nan") == 0)
        *value = NAN;
    return !text || strcasecmp(text, "nan") == 0 || sink_text_to_double(text, value);
}

/* Only elements that leave every value as it is; NODATA is what gdalbuildvrt writes. */
static bool is_plain(const struct vrt *vrt, CPLXMLNode *source)
{
    static const char *const simple[] = {"SourceFilename", "SourceBand", "SourceProperties",
                                         "SrcRect",        "DstRect",    "NODATA",
                                         "OpenOptions",    "resampling", NULL};
    for (CPLXMLNode *child = source->psChild; child; child = child->psNext)
        if (child->eType == CXT_Element && !is_one_of(child->pszValue, simple)) {
            fault(vrt, "a source is changed on the way, expected plain sources: ", child->pszValue);
            return false;
        }
    return true;
}

static char *source_path(const struct vrt *vrt, CPLXMLNode *source)
{
    CPLXMLNode *node = CPLGetXMLNode(source, "SourceFilename");
    const char *name = CPLGetXMLValue(source, "SourceFilename", "");
    const bool is_relative = node && strcmp(CPLGetXMLValue(node, "relativeToVRT", "0"), "1") == 0;
    const char *slash = strrchr(vrt->path, '/');
    if (!is_relative || !slash)
        return sink_text_copy(name);
    return sink_text_format("%.*s/%s", (int)(slash - vrt->path), vrt->path, name);
}

/* Cuts the source to its rectangle and checks that it lies where the VRT puts it. */
static bool fit(const struct vrt *vrt, CPLXMLNode *node, struct sink_source *source)
{
    struct rectangle from, to;
    int row, column;
    if (!read_rectangle(node, "SrcRect", &from) || !read_rectangle(node, "DstRect", &to) ||
        from.width != to.width || from.height != to.height || to.width < 1 || to.height < 1) {
        fault(vrt, "a source is resampled, expected whole cells one to one: ", source->path);
        return false;
    }
    if (from.column + from.width > source->file_width ||
        from.row + from.height > source->file_height) {
        fault(vrt, "a source is smaller than the VRT says: ", source->path);
        return false;
    }
    source->file_column = (int)from.column;
    source->file_row = (int)from.row;
    source->grid.x0 += from.column * source->grid.dx;
    source->grid.y0 += from.row * source->grid.dy;
    source->grid.width = (int)from.width;
    source->grid.height = (int)from.height;
    if (!sink_grid_is_same_crs(&vrt->grid, &source->grid) ||
        !sink_grid_is_aligned(&vrt->grid, &source->grid, &row, &column) || row != (int)to.row ||
        column != (int)to.column) {
        fault(vrt, "a source lies elsewhere or in another CRS than the VRT says: ", source->path);
        return false;
    }
    return true;
}

static void add_source(const struct vrt *vrt, CPLXMLNode *node)
{
    struct sink_source source = {0};
    int64_t band = 0;
    char *path = source_path(vrt, node);
    bool has_nodata = false;
    double nodata = 0;
    if (!path || !sink_text_to_integer(CPLGetXMLValue(node, "SourceBand", "1"), &band) ||
        band < 1 || band > 1000) {
        fault(vrt, "a source has no band that can be read: ", path ? path : "");
    } else if (sink_layer_is_file(vrt->opening, path) && is_plain(vrt, node) &&
               sink_layer_is_no_vrt(vrt->opening, path) &&
               sink_source_open(vrt->opening, path, (int)band, &source) &&
               fit(vrt, node, &source)) {
        if (!read_number(node, "NODATA", &has_nodata, &nodata) ||
            (has_nodata &&
             (!source.has_nodata || !sink_is_same_nodata(source.type, nodata, source.nodata))))
            fault(vrt, "NODATA of a source is not that of its file: ", path);
        else if (sink_layer_push(vrt->opening, &source))
            source = (struct sink_source){0};
    }
    sink_source_free(&source);
    free(path);
}

static void add_sources(const struct vrt *vrt, CPLXMLNode *band)
{
    static const char *const allowed[] = {"SimpleSource", "ComplexSource", NULL};
    static const char *const described[] = {
        "NoDataValue", "ColorInterp",   "ColorTable", "Description", "UnitType",        "Offset",
        "Scale",       "CategoryNames", "Metadata",   "Histograms",  "HideNoDataValue", NULL};
    size_t count = 0;
    for (CPLXMLNode *node = band->psChild; node; node = node->psNext) {
        if (node->eType != CXT_Element || is_one_of(node->pszValue, described))
            continue;
        if (!is_one_of(node->pszValue, allowed)) {
            fault(vrt, "expected simple sources, found ", node->pszValue);
            return;
        }
        add_source(vrt, node);
        count++;
    }
    if (count == 0)
        fault(vrt, "no sources", "");
}

static CPLXMLNode *find_band(const struct vrt *vrt, CPLXMLNode *root)
{
    int number = 0;
    for (CPLXMLNode *node = root->psChild; node; node = node->psNext) {
        if (node->eType != CXT_Element || strcmp(node->pszValue, "VRTRasterBand") != 0)
            continue;
        if (++number != vrt->opening->request->band)
            continue;
        if (CPLGetXMLNode(node, "subClass")) {
            fault(vrt, "a computed band, expected one of simple sources: ",
                  CPLGetXMLValue(node, "subClass", ""));
            return NULL;
        }
        return node;
    }
    fault(vrt, "no such band", "");
    return NULL;
}

/* The band's own words about values must be those of its sources, which are used. */
static void check_values(const struct vrt *vrt, CPLXMLNode *band, size_t first)
{
    bool has_nodata, has_scale, has_offset;
    double nodata = 0, scale = 1, offset = 0;
    if (!read_number(band, "NoDataValue", &has_nodata, &nodata) ||
        !read_number(band, "Scale", &has_scale, &scale) ||
        !read_number(band, "Offset", &has_offset, &offset)) {
        fault(vrt, "NoDataValue, Scale or Offset is no number", "");
        return;
    }
    for (size_t i = first; i < vrt->opening->layer->source_count; i++) {
        const struct sink_source *source = &vrt->opening->layer->sources[i];
        if (has_nodata && !source->has_nodata)
            fault(vrt,
                  "it has a no-data value, and no such value is in its source (state it in "
                  "the job with `nodata`): ",
                  source->path);
        else if (has_nodata && !sink_is_same_nodata(source->type, nodata, source->nodata))
            fault(vrt, "another no-data value than its source ", source->path);
        if ((has_scale && scale != source->scale) || (has_offset && offset != source->offset))
            fault(vrt, "another scale or offset than its source ", source->path);
    }
}

/* "x, width, 0, y, 0, height", as GDAL writes it. */
static bool read_transform(CPLXMLNode *root, double t[6])
{
    char *text = sink_text_copy(CPLGetXMLValue(root, "GeoTransform", ""));
    char *rest = text;
    bool is_good = text != NULL;
    for (int i = 0; i < 6 && is_good; i++) {
        char *word = strsep(&rest, ",");
        while (word && isspace((unsigned char)*word))
            word++;
        for (size_t n = word ? strlen(word) : 0; n > 0 && isspace((unsigned char)word[n - 1]); n--)
            word[n - 1] = '\0';
        is_good = word && sink_text_to_double(word, &t[i]);
    }
    is_good = is_good && !rest;
    free(text);
    return is_good;
}

/* The grid that its sources are to fit on. */
static bool read_grid(struct vrt *vrt, CPLXMLNode *root)
{
    struct sink_error error;
    double t[6];
    int64_t width = 0, height = 0;
    const char *crs = CPLGetXMLValue(root, "SRS", "");
    const char *stated = vrt->opening->request->crs;
    if ((!*crs && !stated) || !read_transform(root, t) || t[2] != 0 || t[4] != 0) {
        fault(vrt, "no CRS or no plain geotransform", "");
        return false;
    }
    if (!(t[1] > 0) || t[5] == 0 ||
        !sink_text_to_integer(CPLGetXMLValue(root, "rasterXSize", ""), &width) ||
        !sink_text_to_integer(CPLGetXMLValue(root, "rasterYSize", ""), &height) || width < 1 ||
        height < 1 || width > 1 << 30 || height > 1 << 30) {
        fault(vrt, "expected a size of cells above 0 and 1 to 2^30 rows and columns", "");
        return false;
    }
    if (sink_grid_set_crs_text(&vrt->grid, *crs ? crs : stated, vrt->path, &error) != SINK_OK) {
        error.status = SINK_BAD_DATA;
        sink_faults_add(vrt->opening->faults, &error);
        return false;
    }
    vrt->grid.x0 = t[0];
    vrt->grid.dx = t[1];
    vrt->grid.y0 = t[3];
    vrt->grid.dy = t[5];
    vrt->grid.width = (int)width;
    vrt->grid.height = (int)height;
    return true;
}

void sink_layer_add_vrt(struct sink_layer_opening *opening, const char *path)
{
    struct vrt vrt = {.opening = opening, .path = path};
    const size_t first = opening->layer->source_count, before = opening->faults->count;
    CPLXMLNode *tree = CPLParseXMLFile(path);
    CPLXMLNode *root = tree ? CPLGetXMLNode(tree, "=VRTDataset") : NULL;
    opening->vrt = path;
    if (!root || CPLGetXMLNode(root, "subClass") || CPLGetXMLNode(root, "MaskBand")) {
        fault(&vrt, "a warped, masked or otherwise computed VRT, expected one of simple sources",
              "");
    } else if (read_grid(&vrt, root)) {
        CPLXMLNode *band = find_band(&vrt, root);
        if (sink_layer_push_file(opening, path) && band)
            add_sources(&vrt, band);
        if (band && opening->faults->count == before)
            check_values(&vrt, band, first);
    }
    opening->vrt = NULL;
    sink_grid_free(&vrt.grid);
    CPLDestroyXMLNode(tree);
}
