/* What one text of the job file may be: a name, a class, a CRS, a path. */
#include "pipelines/job_schema.h"

#include "sinkcalc/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PATH_LIMIT_BYTES 4096

bool sink_check_name(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    if (strspn(node->text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(node->text))
        return true;
    sink_walk_expected(walk, node, "a name of a-z, 0-9 and _");
    return false;
}

bool sink_check_class(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    const struct sink_class_list *list = walk->classes;
    if (sink_class_list_find(list, node->text) >= 0)
        return true;
    const char **names = malloc((list->count + 1) * sizeof *names);
    if (!names) {
        sink_place_fault_memory(walk->faults);
        return false;
    }
    for (size_t i = 0; i < list->count; i++)
        names[i] = list->items[i].name;
    sink_walk_expected_word(walk, node, names, list->count);
    free(names);
    return false;
}

/* "EPSG:4326", "OGC:CRS84", "urn:ogc:def:crs:EPSG::4326" */
static bool is_authority_code(const char *text)
{
    size_t letters = 0, length = 0;
    while (isalpha((unsigned char)text[letters]))
        letters++;
    while (isalnum((unsigned char)text[length]) || (text[length] && strchr(":._+-", text[length])))
        length++;
    return letters > 0 && text[letters] == ':' && text[letters + 1] && text[length] == '\0';
}

/* 'GEOGCRS["...' */
static bool is_wkt(const char *text)
{
    size_t letters = 0;
    while (isupper((unsigned char)text[letters]) || text[letters] == '_')
        letters++;
    return letters > 0 && text[letters] == '[';
}

/* Anything else PROJ and GDAL would take for the name of a file to open, or for a URL to follow. */
bool sink_check_crs(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    const char *text = node->text;
    if (is_authority_code(text) || is_wkt(text) || strncmp(text, "+proj=", 6) == 0)
        return true;
    sink_walk_expected(walk, node, "a CRS such as EPSG:4326, WKT, or +proj=...");
    return false;
}

bool sink_is_url(const char *path)
{
    return strncasecmp(path, "http://", 7) == 0 || strncasecmp(path, "https://", 8) == 0;
}

/* "PG:...", "NETCDF:...", "ftp://...": GDAL takes a word and a colon for a driver, not for a file.
 */
static bool has_scheme(const char *path)
{
    size_t length = 0;
    while (isalnum((unsigned char)path[length]) || (path[length] && strchr("+-_.", path[length])))
        length++;
    return length > 0 && path[length] == ':';
}

/* What `path` is instead of a plain path, or NULL. */
static const char *not_a_path(const char *path)
{
    if (strlen(path) > PATH_LIMIT_BYTES)
        return "longer than 4096 bytes";
    if (strchr(path, '\n') || strchr(path, '\t'))
        return "more than one line, or tabs";
    if (path[0] == '<')
        return "inline XML";
    if (path[0] == '{' && strchr(path, '"'))
        return "inline JSON";
    if (strncasecmp(path, "/vsi", 4) == 0)
        return "a GDAL virtual path";
    if (sink_is_url(path))
        return "a URL";
    if (has_scheme(path))
        return "a connection string or URL";
    return NULL;
}

/* Every { } must be one of `allowed` (ends with NULL). */
static bool check_placeholders(struct sink_walk *walk, const struct sink_yaml_node *node,
                               const char *const *allowed)
{
    for (const char *at = node->text; (at = strpbrk(at, "{}")) != NULL;) {
        const char *const *word = allowed;
        while (*word && strncmp(at, *word, strlen(*word)) != 0)
            word++;
        if (!*word) {
            const int length = *at == '{' ? (int)strcspn(at, "}") + 1 : 1;
            sink_walk_fault(walk, node, "unknown placeholder %.*s, expected %s",
                            length > 40 ? 40 : length, at,
                            *allowed ? *allowed : "a path without { or }");
            return false;
        }
        at += strlen(*word);
    }
    return true;
}

static bool check_path(struct sink_walk *walk, const struct sink_yaml_node *node,
                       const char *const *placeholders, bool may_be_remote)
{
    const char *fault = not_a_path(node->text);
    if (fault && sink_is_url(node->text) && may_be_remote && walk->remote)
        fault = NULL;
    if (fault) {
        sink_walk_expected(walk, node, "the path of a file (this is %s)%s", fault,
                           sink_is_url(node->text) && may_be_remote
                               ? "; `remote: yes` allows http and https"
                               : "");
        return false;
    }
    return check_placeholders(walk, node, placeholders);
}

bool sink_check_input(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    static const char *const none[] = {NULL};
    return check_path(walk, node, none, true);
}

bool sink_check_layer_file(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    static const char *const year[] = {"{year}", NULL};
    return check_path(walk, node, year, true);
}

bool sink_check_table(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    static const char *const none[] = {NULL};
    return check_path(walk, node, none, false);
}

static bool check_suffix(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    const size_t length = strlen(node->text);
    if (length > 3 && strcmp(node->text + length - 3, ".nc") == 0 && node->text[length - 4] != '/')
        return true;
    sink_walk_expected(walk, node, "a path that ends in .nc");
    return false;
}

bool sink_check_output(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    static const char *const none[] = {NULL};
    return check_path(walk, node, none, false) && check_suffix(walk, node);
}

bool sink_check_output_template(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    static const char *const region_id[] = {"{region_id}", NULL};
    if (!check_path(walk, node, region_id, false) || !check_suffix(walk, node))
        return false;
    if (strstr(node->text, "{region_id}"))
        return true;
    sink_walk_expected(walk, node, "a path that holds {region_id}, such as out/{region_id}.nc");
    return false;
}
