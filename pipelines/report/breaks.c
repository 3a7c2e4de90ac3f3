#include "pipelines/report/breaks.h"

#include "sinkcalc/base/text.h"

#include <stdio.h>
#include <string.h>

#define MOST_TEXT 1024

/* The numbers of "1,2,3" up to `end`; false where one is none or they do not rise. */
static bool read_numbers(const char *text, const char *end, double *breaks, size_t *count)
{
    char number[64];
    *count = 0;
    while (text < end) {
        const size_t length = strcspn(text, ",;");
        if (length == 0 || length >= sizeof number || *count == SINK_MAX_BREAKS)
            return false;
        snprintf(number, sizeof number, "%.*s", (int)length, text);
        if (!sink_text_to_double(number, &breaks[*count]) ||
            (*count > 0 && !(breaks[*count] > breaks[*count - 1])))
            return false;
        (*count)++;
        text += length;
        if (text < end && *text == ',' && text + 1 == end)
            return false;
        text += text < end;
    }
    return *count > 0;
}

static const struct sink_report_measure *find_measure(const char *text, size_t length)
{
    for (size_t m = 0; m < SINK_REPORT_MEASURES; m++)
        if (strlen(sink_report_measures[m].key) == length &&
            strncmp(sink_report_measures[m].key, text, length) == 0)
            return &sink_report_measures[m];
    return NULL;
}

enum sink_status sink_report_breaks_check(const char *text, struct sink_error *error)
{
    double breaks[SINK_MAX_BREAKS];
    size_t count;
    while (text && *text) {
        const char *end = text + strcspn(text, ";");
        const size_t name = strcspn(text, "=;");
        if (text[name] != '=' || !find_measure(text, name))
            return sink_fail(error, SINK_BAD_JOB,
                             "--breaks: \"%.*s\", expected density=, sink=, coverage=, change= or "
                             "uncertainty= and numbers",
                             (int)(end - text > 80 ? 80 : end - text), text);
        if (!read_numbers(text + name + 1, end, breaks, &count))
            return sink_fail(
                error, SINK_BAD_JOB,
                "--breaks: \"%.*s\", expected up to %d rising numbers such as 50,100,150",
                (int)(end - text > 80 ? 80 : end - text), text, SINK_MAX_BREAKS);
        text = *end ? end + 1 : end;
    }
    return SINK_OK;
}

size_t sink_report_breaks(const char *text, const struct sink_report_measure *measure,
                          double breaks[SINK_MAX_BREAKS])
{
    size_t count = 0;
    while (text && *text) {
        const char *end = text + strcspn(text, ";");
        const size_t name = strcspn(text, "=;");
        if (find_measure(text, name) == measure &&
            read_numbers(text + name + 1, end, breaks, &count)) {
            for (size_t i = 0; i < count; i++)
                breaks[i] /= measure->quantity == SINK_SHOWN_PERCENT ? 100 : 1;
            return count;
        }
        text = *end ? end + 1 : end;
    }
    return 0;
}
