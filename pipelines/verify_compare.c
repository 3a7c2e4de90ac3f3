/* Two files, name by name, value by value. */
#include "pipelines/verify_parts.h"

#include "pipelines/inventory_parts.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct sink_verify_result *result_of(struct sink_verification *verification,
                                            const struct sink_verify_pair *pair)
{
    return &verification->levels[pair->level];
}

/* "tally/row_key", or "tally/row_key:units" with an attribute. The caller frees. */
static char *name_of(const struct sink_verify_pair *pair, const char *variable,
                     const char *attribute)
{
    return sink_text_format("%s%s%s%s", pair->prefix, variable, *attribute ? ":" : "", attribute);
}

static void note_texts(struct sink_verification *verification, const struct sink_verify_pair *pair,
                       const char *const name[2], const char *claimed, const char *found)
{
    char *full = name_of(pair, name[0], name[1]);
    if (full)
        sink_verify_note_texts(verification, pair->level, pair->check, full,
                               (const char *const[]){claimed, found});
    else
        verification->is_out_of_memory = true;
    free(full);
}

static bool is_excepted(const struct sink_verify_pair *pair, const char *name)
{
    for (const char *const *except = pair->excepted; except && *except; except++)
        if (strcmp(*except, name) == 0)
            return true;
    return false;
}

/* The attribute as text: itself, or its numbers. The caller frees. */
static char *attribute_text(const struct sink_nc_attribute *attribute)
{
    if (attribute->text)
        return sink_text_copy(attribute->text);
    char *text = sink_text_copy("");
    for (size_t i = 0; text && i < attribute->count && i < 16; i++) {
        char *longer = sink_text_format("%s%s%.17g", text, i > 0 ? " " : "", attribute->numbers[i]);
        free(text);
        text = longer;
    }
    return text;
}

static bool is_same_number(double a, double b, double tolerance)
{
    uint64_t bits[2];
    memcpy(&bits[0], &a, sizeof a);
    memcpy(&bits[1], &b, sizeof b);
    if (bits[0] == bits[1])
        return true;
    return tolerance > 0 &&
           (fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b)) || (isnan(a) && isnan(b)));
}

static bool is_same_attribute(const struct sink_nc_attribute *a, const struct sink_nc_attribute *b,
                              double tolerance)
{
    if (!a->text != !b->text || a->is_double != b->is_double)
        return false;
    if (a->text)
        return strcmp(a->text, b->text) == 0;
    bool is_same = a->count == b->count;
    for (size_t i = 0; is_same && i < a->count; i++)
        is_same = is_same_number(a->numbers[i], b->numbers[i], tolerance);
    return is_same;
}

/* `name` is of the variable ("" for the file) and of the attribute; one that only one of the files
 * has is NULL in the other. */
static void compare_attribute(struct sink_verification *verification,
                              const struct sink_verify_pair *pair, const char *const name[2],
                              const struct sink_nc_attribute *a, const struct sink_nc_attribute *b)
{
    if (!*name[0] && is_excepted(pair, name[1]))
        return;
    result_of(verification, pair)->attributes++;
    if (a && b && is_same_attribute(a, b, pair->tolerance))
        return;
    char *claimed = a ? attribute_text(a) : sink_text_copy("none");
    char *found = b ? attribute_text(b) : sink_text_copy("none");
    if (claimed && found)
        note_texts(verification, pair, name, claimed, found);
    else
        verification->is_out_of_memory = true;
    free(claimed);
    free(found);
}

struct attributes {
    const struct sink_nc_attribute *items;
    size_t count;
};

static const struct sink_nc_attribute *find_attribute(const struct attributes *all,
                                                      const char *name)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->items[i].name, name) == 0)
            return &all->items[i];
    return NULL;
}

static void compare_attributes(struct sink_verification *verification,
                               const struct sink_verify_pair *pair, const char *variable,
                               struct attributes a, struct attributes b)
{
    for (size_t i = 0; i < a.count; i++)
        compare_attribute(verification, pair, (const char *const[]){variable, a.items[i].name},
                          &a.items[i], find_attribute(&b, a.items[i].name));
    for (size_t i = 0; i < b.count; i++)
        if (!find_attribute(&a, b.items[i].name))
            compare_attribute(verification, pair, (const char *const[]){variable, b.items[i].name},
                              NULL, &b.items[i]);
}

static struct attributes attributes_of(const struct sink_dataset_variable *variable)
{
    return (struct attributes){variable->attributes, (size_t)variable->info.attribute_count};
}

static size_t value_bytes(enum sink_nc_type type)
{
    switch (type) {
    case SINK_NC_BYTE:
        return 1;
    case SINK_NC_INT:
    case SINK_NC_UINT:
        return 4;
    default:
        return 8;
    }
}

static bool is_same_value(const struct sink_dataset_variable *a,
                          const struct sink_dataset_variable *b, size_t i, double tolerance)
{
    if (a->info.type == SINK_NC_STRING)
        return strcmp(a->texts[i], b->texts[i]) == 0;
    const size_t bytes = value_bytes(a->info.type);
    const char *const first = sink_dataset_values(a), *const second = sink_dataset_values(b);
    if (memcmp(first + i * bytes, second + i * bytes, bytes) == 0)
        return true;
    return tolerance > 0 && a->info.type == SINK_NC_DOUBLE &&
           is_same_number(sink_dataset_value(a, i), sink_dataset_value(b, i), tolerance);
}

static void note_value(struct sink_verification *verification, const struct sink_verify_pair *pair,
                       const struct sink_dataset_variable *a, const struct sink_dataset_variable *b,
                       size_t i)
{
    const struct sink_verify_place place = {pair->found, b, i};
    if (a->info.type == SINK_NC_STRING)
        sink_verify_note_texts_at(verification, pair->level, pair->check, &place,
                                  (const char *const[]){a->texts[i], b->texts[i]});
    else
        sink_verify_note_numbers(
            verification, pair->level, pair->check, &place,
            (const double[]){sink_dataset_value(a, i), sink_dataset_value(b, i)});
}

static char *shape_text(const struct sink_dataset_variable *entry)
{
    static const char *const names[] = {"ubyte",  "int",    "uint",  "int64",
                                        "uint64", "double", "string"};
    char *text = sink_text_copy(entry->info.is_known ? names[entry->info.type] : "another type");
    for (int d = 0; text && d < entry->info.rank; d++) {
        char *longer = sink_text_format("%s, %s = %zu", text, entry->info.dimensions[d],
                                        entry->info.lengths[d]);
        free(text);
        text = longer;
    }
    return text;
}

static bool is_same_shape(const struct sink_nc_variable *a, const struct sink_nc_variable *b)
{
    bool is_same = a->is_known && b->is_known && a->type == b->type && a->rank == b->rank;
    for (int d = 0; is_same && d < a->rank; d++)
        is_same = a->lengths[d] == b->lengths[d] && strcmp(a->dimensions[d], b->dimensions[d]) == 0;
    return is_same;
}

/* The tally inside: the same content may be stored otherwise by another netCDF. */
static enum sink_status compare_tally(struct sink_verification *verification,
                                      const struct sink_verify_pair *pair,
                                      const struct sink_dataset_variable *a,
                                      const struct sink_dataset_variable *b,
                                      struct sink_error *error)
{
    struct sink_dataset claimed = {0}, found = {0};
    const bool is_byte = a->info.is_known && a->info.type == SINK_NC_BYTE && a->info.rank == 1;
    if (is_byte && a->info.count == b->info.count &&
        memcmp(a->bytes, b->bytes, a->info.count) == 0) {
        result_of(verification, pair)->numbers += a->info.count;
        return SINK_OK;
    }
    enum sink_status status =
        sink_verify_read_image("the tally", b->bytes, b->info.count, &found, error);
    if (status != SINK_OK)
        return status;
    const bool has_bytes = is_byte && a->bytes;
    if (has_bytes)
        status =
            sink_verify_read_image("the tally inside", a->bytes, a->info.count, &claimed, error);
    if (!has_bytes || status == SINK_BAD_DATA) {
        note_texts(verification, pair, (const char *const[]){SINK_INVENTORY_TALLY, ""},
                   has_bytes ? error->message : "no bytes", "a tally file");
        status = SINK_OK;
    } else if (status == SINK_OK) {
        struct sink_verify_pair inner = *pair;
        inner.claimed = &claimed;
        inner.found = &found;
        inner.prefix = SINK_INVENTORY_TALLY "/";
        inner.excepted = NULL;
        inner.tolerance = 0;
        status = sink_verify_compare(verification, &inner, error);
    }
    sink_dataset_free(&claimed);
    sink_dataset_free(&found);
    return status;
}

static enum sink_status compare_variable(struct sink_verification *verification,
                                         const struct sink_verify_pair *pair,
                                         const struct sink_dataset_variable *a,
                                         const struct sink_dataset_variable *b,
                                         struct sink_error *error)
{
    struct sink_verify_result *result = result_of(verification, pair);
    result->variables++;
    compare_attributes(verification, pair, a->info.name, attributes_of(a), attributes_of(b));
    if (strcmp(a->info.name, SINK_INVENTORY_TALLY) == 0 && !*pair->prefix)
        return compare_tally(verification, pair, a, b, error);
    if (!is_same_shape(&a->info, &b->info) || !sink_dataset_values(a) != !sink_dataset_values(b)) {
        char *claimed = shape_text(a), *found = shape_text(b);
        if (claimed && found)
            note_texts(verification, pair, (const char *const[]){a->info.name, ""}, claimed, found);
        else
            verification->is_out_of_memory = true;
        free(claimed);
        free(found);
        return SINK_OK;
    }
    for (size_t i = 0; sink_dataset_values(a) && i < a->info.count; i++)
        if (!is_same_value(a, b, i, pair->tolerance))
            note_value(verification, pair, a, b, i);
    if (a->info.type == SINK_NC_STRING)
        result->texts += a->info.count;
    else
        result->numbers += a->info.count;
    return SINK_OK;
}

enum sink_status sink_verify_compare(struct sink_verification *verification,
                                     const struct sink_verify_pair *pair, struct sink_error *error)
{
    const struct sink_dataset *a = pair->claimed, *b = pair->found;
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < a->variable_count && status == SINK_OK; i++) {
        const struct sink_dataset_variable *claimed = &a->variables[i];
        const struct sink_dataset_variable *found = sink_dataset_find(b, claimed->info.name);
        if (found)
            status = compare_variable(verification, pair, claimed, found, error);
        else
            note_texts(verification, pair, (const char *const[]){claimed->info.name, ""},
                       "a variable", "none");
    }
    for (size_t i = 0; i < b->variable_count; i++)
        if (!sink_dataset_find(a, b->variables[i].info.name))
            note_texts(verification, pair, (const char *const[]){b->variables[i].info.name, ""},
                       "none", "a variable");
    compare_attributes(verification, pair, "",
                       (struct attributes){a->attributes, a->attribute_count},
                       (struct attributes){b->attributes, b->attribute_count});
    return status;
}
