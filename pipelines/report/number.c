#include "pipelines/report/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SINGLE_DIGITS 4
#define COLUMN_DIGITS 3
#define MOST_DIGITS 5
#define MOST_DECIMALS 6

/* Steps of the units: English by thousands, Chinese by ten thousand and a hundred million. */
struct steps {
    double size;
    const char *units[SINK_SHOWN_PERCENT];
};
static const struct steps english[] = {
    {1, {"t C", "t CO₂/yr", "t CO₂e/yr", "t/yr", "ha", "m³", ""}},
    {1e3, {"kt C", "kt CO₂/yr", "kt CO₂e/yr", "kt/yr", "kha", "thousand m³", "thousand"}},
    {1e6, {"Mt C", "Mt CO₂/yr", "Mt CO₂e/yr", "Mt/yr", "Mha", "million m³", "million"}},
    {1e9, {"Gt C", "Gt CO₂/yr", "Gt CO₂e/yr", "Gt/yr", "Gha", "billion m³", "billion"}}};
static const struct steps chinese[] = {
    {1, {"吨碳", "吨CO₂/年", "吨CO₂e/年", "吨/年", "公顷", "立方米", ""}},
    {1e4, {"万吨碳", "万吨CO₂/年", "万吨CO₂e/年", "万吨/年", "万公顷", "万立方米", "万"}},
    {1e8, {"亿吨碳", "亿吨CO₂/年", "亿吨CO₂e/年", "亿吨/年", "亿公顷", "亿立方米", "亿"}}};

static const char *fixed_unit(enum sink_shown_quantity quantity, bool is_chinese)
{
    switch (quantity) {
    case SINK_SHOWN_DENSITY:
        return is_chinese ? "吨碳/公顷" : "t C/ha";
    case SINK_SHOWN_RATE:
        return is_chinese ? "吨CO₂/公顷/年" : "t CO₂/ha/yr";
    default:
        return "%";
    }
}

int sink_number_decimals(double value, int significant)
{
    const double size = fabs(value);
    if (!(size > 0) || !isfinite(size))
        return 0;
    const int decimals = significant - 1 - (int)floor(log10(size) + 1e-12);
    return decimals < 0 ? 0 : decimals > MOST_DECIMALS ? MOST_DECIMALS : decimals;
}

static struct sink_scale unit_of(enum sink_shown_quantity quantity, bool is_chinese,
                                 double greatest)
{
    const struct steps *steps = is_chinese ? chinese : english;
    const size_t count =
        is_chinese ? sizeof chinese / sizeof *chinese : sizeof english / sizeof *english;
    if (quantity >= SINK_SHOWN_PERCENT)
        return (struct sink_scale){.factor = quantity == SINK_SHOWN_PERCENT ? 100 : 1,
                                   .unit = fixed_unit(quantity, is_chinese)};
    size_t step = 0;
    while (step + 1 < count && fabs(greatest) >= steps[step + 1].size)
        step++;
    return (struct sink_scale){.factor = 1 / steps[step].size, .unit = steps[step].units[quantity]};
}

struct sink_scale sink_scale_of(enum sink_shown_quantity quantity, bool is_chinese, double value)
{
    struct sink_scale scale = unit_of(quantity, is_chinese, isfinite(value) ? value : 0);
    scale.decimals = sink_number_decimals(value * scale.factor, SINGLE_DIGITS);
    if (quantity == SINK_SHOWN_PERCENT && scale.decimals > 2)
        scale.decimals = 2;
    return scale;
}

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

/* Leaves the sizes of the finite values but 0, ascending: how many. */
static size_t sort_sizes(double *values, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]) && (values[i] < 0 || values[i] > 0))
            values[kept++] = fabs(values[i]);
    qsort(values, kept, sizeof *values, compare);
    return kept;
}

struct sink_scale sink_scale_of_all(enum sink_shown_quantity quantity, bool is_chinese,
                                    double *values, size_t count)
{
    const size_t kept = sort_sizes(values, count);
    if (kept == 0)
        return unit_of(quantity, is_chinese, 0);
    const double greatest = values[kept - 1], small = values[kept / 10];
    struct sink_scale scale = unit_of(quantity, is_chinese, greatest);
    const int wanted = sink_number_decimals(small * scale.factor, COLUMN_DIGITS);
    const int most = sink_number_decimals(greatest * scale.factor, MOST_DIGITS);
    scale.decimals = wanted < most ? wanted : most;
    if (quantity == SINK_SHOWN_PERCENT && scale.decimals > 2)
        scale.decimals = 2;
    return scale;
}

struct sink_scale sink_scale_of_many(enum sink_shown_quantity quantity, bool is_chinese,
                                     double *values, size_t count)
{
    const size_t kept = sort_sizes(values, count);
    const double middle = kept > 0 ? values[kept / 2] : 0;
    struct sink_scale scale = unit_of(quantity, is_chinese, middle);
    scale.decimals = sink_number_decimals(middle * scale.factor, COLUMN_DIGITS);
    if (quantity == SINK_SHOWN_PERCENT && scale.decimals > 1)
        scale.decimals = 1;
    return scale;
}

struct sink_shown sink_number(double value, int decimals)
{
    struct sink_shown shown = {"–"};
    char digits[400];
    if (!isfinite(value) || fabs(value) > 1e15)
        return shown;
    snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
    const size_t whole = strcspn(digits, ".");
    size_t at = 0;
    if (value < 0 && strspn(digits, "0.") < strlen(digits)) {
        memcpy(shown.text, "−", sizeof "−" - 1);
        at = sizeof "−" - 1;
    }
    for (size_t i = 0; digits[i] && at + 2 < sizeof shown.text; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            shown.text[at++] = ',';
        shown.text[at++] = digits[i];
    }
    shown.text[at] = '\0';
    return shown;
}

struct sink_shown sink_number_scaled(double value, const struct sink_scale *scale)
{
    return sink_number(value * scale->factor, scale->decimals);
}

struct sink_shown sink_number_plain(double value, const struct sink_scale *scale)
{
    struct sink_shown shown = {""};
    const double scaled = value * scale->factor;
    if (!isfinite(scaled) || fabs(scaled) > 1e15)
        return shown;
    const bool is_zero = !(value < 0 || value > 0);
    snprintf(shown.text, sizeof shown.text, "%.*f", is_zero ? 0 : scale->decimals, scaled);
    if (*shown.text == '-' && strspn(shown.text, "-0.") == strlen(shown.text))
        memmove(shown.text, shown.text + 1, strlen(shown.text));
    return shown;
}
