#include "pipelines/json_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *sink_number_text(double value, char text[SINK_NUMBER_BYTES])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, SINK_NUMBER_BYTES, "%.*g", digits, value);
        if (strtod(text, NULL) == value || isnan(value))
            break;
    }
    return text;
}

static void put_text(FILE *out, const char *text, size_t bytes)
{
    fputc('"', out);
    for (const char *end = text + bytes; text < end; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fputc('\\', out);
        if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

void sink_json_text(FILE *out, const char *text)
{
    put_text(out, text, strlen(text));
}

void sink_json_number(FILE *out, double value)
{
    char text[SINK_NUMBER_BYTES];
    fputs(isfinite(value) ? sink_number_text(value, text) : "null", out);
}

/* Takes ":123" off the end of the first `*length` bytes of a text; the number, or -1. */
static long take_number(const char *text, size_t *length)
{
    size_t start = *length;
    while (start > 0 && text[start - 1] >= '0' && text[start - 1] <= '9')
        start--;
    if (start == *length || *length - start > 9 || start < 2 || text[start - 1] != ':')
        return -1;
    *length = start - 1;
    return strtol(text + start, NULL, 10);
}

static void put_place(FILE *out, const char *name, long number)
{
    if (number >= 0)
        fprintf(out, ", \"%s\": %ld", name, number);
    else
        fprintf(out, ", \"%s\": null", name);
}

static void put_fault(FILE *out, const char *message)
{
    const char *colon = strstr(message, ": ");
    size_t length = colon ? (size_t)(colon - message) : 0;
    long line = take_number(message, &length);
    long column = line < 0 ? -1 : take_number(message, &length);
    if (column >= 0) { /* the last one is the column */
        const long kept = line;
        line = column;
        column = kept;
    }
    fputs("{\"file\": ", out);
    if (colon)
        put_text(out, message, length);
    else
        fputs("null", out);
    put_place(out, "line", line);
    put_place(out, "column", column);
    fputs(", \"message\": ", out);
    sink_json_text(out, colon ? colon + 2 : message);
    fputc('}', out);
}

void sink_json_faults(FILE *out, const struct sink_faults *faults)
{
    fputc('[', out);
    for (size_t i = 0; i < faults->count; i++) {
        fputs(i > 0 ? ", " : "", out);
        put_fault(out, faults->items[i].message);
    }
    fputc(']', out);
}

enum sink_status sink_json_written(FILE *out, const struct sink_options *options,
                                   const char *format, struct sink_error *error)
{
    struct stat info;
    if (stat(options->output, &info) != 0)
        return sink_fail(error, SINK_FAILED, "%s: has gone again", options->output);
    fputs("{\"inventory\": ", out);
    sink_json_text(out, options->file);
    fputs(", \"output\": ", out);
    sink_json_text(out, options->output);
    fprintf(out, ", \"format\": \"%s\", \"bytes\": %lld", format, (long long)info.st_size);
    return SINK_OK;
}
