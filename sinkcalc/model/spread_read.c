/* From the columns of a row to its standard error, and from that to a distribution. */
#include "sinkcalc/model/spread.h"

#include "sinkcalc/base/text.h"
#include "sinkcalc/model/random.h"

#include <math.h>
#include <string.h>

static const double symmetric_side_most = 0.55; /* of the distance of the bounds */
static const double normal_se_most = 0.3;       /* of the value */

enum kind { ERROR, CONFIDENCE, TWO_SD, PERCENTILES, NOMINAL, DEVIATION, RANGE, KIND_COUNT };
enum { OBSERVATIONS = KIND_COUNT, AS_PERCENT, NOTHING };

/* What tables write, in lower case; # is a number, a space any number of blanks. */
static const struct phrase {
    const char *words;
    int meaning;
} phrases[] = {
    {"# % ci", CONFIDENCE},
    {"# % confidence interval", CONFIDENCE},
    {"2 sd", TWO_SD},
    {"5th 95th percentiles", PERCENTILES},
    {"5th 95th percentile", PERCENTILES},
    {"5th 95th pct", PERCENTILES},
    {"sd", DEVIATION},
    {"se", ERROR},
    {"default", NOMINAL},
    {"nominal", NOMINAL},
    {"range", RANGE},
    {"min max", RANGE},
    {"n #", OBSERVATIONS},
    {"r2 #", NOTHING},
    {"as % of mean", AS_PERCENT},
    {"of mean", NOTHING},
    {"estimated from", NOTHING},
    {"or", NOTHING},
};

/* What a text says. Numbers are NaN where it says none. */
struct statement {
    bool has[KIND_COUNT];
    double amount[KIND_COUNT]; /* the number behind the kind */
    bool is_share[KIND_COUNT]; /* the amount is in % of the value */
    double z;                  /* standard errors in the half width of the interval */
    double n;
    bool is_percent; /* "as % of mean" */
};

/* Behind blanks, signs and dashes (a spread is never negative) and, between two statements, commas
 * and the like, and what stands in parentheses. */
static const char *skip(const char *at, const char *marks)
{
    for (;;) {
        if (*at && strchr(marks, *at))
            at++;
        else if (strncmp(at, "\u00b1", strlen("\u00b1")) == 0) /* plus-minus */
            at += strlen("\u00b1");
        else if (strncmp(at, "\u2013", strlen("\u2013")) == 0) /* en dash */
            at += strlen("\u2013");
        else if (*at == '(' && strchr(marks, ',') && strchr(at, ')'))
            at = strchr(at, ')') + 1;
        else
            return at;
    }
}

static const char blanks[] = " \t+-=";
static const char marks_between[] = " \t+-=,;:/";

/* The plain number at *at; moves *at behind it. */
static bool read_number(const char **at, double *number)
{
    char text[32];
    const size_t length = strspn(*at, "0123456789.");
    if (length == 0 || length >= sizeof text)
        return false;
    memcpy(text, *at, length);
    text[length] = '\0';
    *at += length;
    return sink_text_to_double(text, number);
}

/* ASCII alone, whatever the locale. */
static char lower_of(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word(char c)
{
    return (lower_of(c) >= 'a' && lower_of(c) <= 'z') || (c >= '0' && c <= '9');
}

/* Whether the text at *at begins with the words of a phrase; moves *at behind them. */
static bool match(const char **at, const char *words, double *number)
{
    const char *text = *at;
    for (const char *word = words; *word; word++) {
        if (*word == ' ')
            text = skip(text, blanks);
        else if (*word == '#' ? !read_number(&text, number) : lower_of(*text++) != *word)
            return false;
    }
    if (is_word(text[-1]) && is_word(*text))
        return false; /* "sd" is not the beginning of "sdi" */
    *at = text;
    return true;
}

/* Half widths of k standard errors: the smaller k, the larger the error. */
static void narrow(struct statement *said, double z)
{
    if (!(said->z <= z))
        said->z = z;
}

static bool note(struct statement *said, int meaning, double number)
{
    if (meaning < KIND_COUNT)
        said->has[meaning] = true;
    if (meaning == CONFIDENCE) {
        if (!(number >= 50 && number < 100))
            return false;
        narrow(said,
               number == 95 ? SINK_SPREAD_Z_95 : sink_normal_quantile((1 + number / 100) / 2));
    } else if (meaning == TWO_SD) {
        narrow(said, 2);
    } else if (meaning == PERCENTILES) {
        narrow(said, sink_normal_quantile(0.95));
    } else if (meaning == OBSERVATIONS) {
        said->n = number;
        return number >= 1;
    } else if (meaning == AS_PERCENT) {
        said->is_percent = true;
    }
    return true;
}

/* The number that belongs to the kind said before it. */
static bool read_amount(struct statement *said, const char **at, int kind)
{
    double amount;
    if (kind >= KIND_COUNT || kind == RANGE || !isnan(said->amount[kind]) ||
        !read_number(at, &amount))
        return false;
    const char *behind = skip(*at, blanks);
    said->amount[kind] = amount;
    said->is_share[kind] = said->is_percent || *behind == '%';
    if (*behind == '%')
        *at = behind + 1;
    return !is_word(**at);
}

static bool read_statement(const char *text, struct statement *said)
{
    int kind = KIND_COUNT; /* none yet */
    *said = (struct statement){.z = NAN, .n = NAN};
    for (int i = 0; i < KIND_COUNT; i++)
        said->amount[i] = NAN;
    for (const char *at = skip(text, marks_between); *at; at = skip(at, marks_between)) {
        double number = NAN;
        size_t i = 0;
        while (i < sizeof phrases / sizeof *phrases && !match(&at, phrases[i].words, &number))
            i++;
        if (i == sizeof phrases / sizeof *phrases) {
            if (!read_amount(said, &at, kind))
                return false;
            continue;
        }
        if (!note(said, phrases[i].meaning, number))
            return false;
        if (phrases[i].meaning < KIND_COUNT)
            kind = phrases[i].meaning;
    }
    if (said->has[NOMINAL] && isnan(said->z))
        said->z = SINK_SPREAD_Z_95;
    return true;
}

static double amount_of(const struct sink_spread_row *row, const struct statement *said, int kind)
{
    if (said->is_share[kind])
        return said->amount[kind] / 100 * fabs(row->value);
    return said->amount[kind] * (row->text_unit == 0 ? 1 : row->text_unit);
}

static bool has_bounds(const struct sink_spread_row *row)
{
    return !isnan(row->lower) && !isnan(row->upper);
}

static double half_width(const struct sink_spread_row *row, const struct statement *said)
{
    double half = has_bounds(row) ? (row->upper - row->lower) / 2 : NAN;
    for (int kind = CONFIDENCE; kind <= NOMINAL && isnan(half); kind++)
        half = amount_of(row, said, kind);
    return half;
}

/* In the order of the list in the header; NaN when there is none of its first three. */
static double error_of(const struct sink_spread_row *row, const struct statement *said)
{
    const double error = isnan(row->se) ? amount_of(row, said, ERROR) : row->se;
    const double by_interval = half_width(row, said) / said->z;
    const double sd = isnan(row->sd) ? amount_of(row, said, DEVIATION) : row->sd;
    const double n = isnan(row->n) ? said->n : row->n;
    if (!isnan(error))
        return error;
    if (!isnan(by_interval))
        return by_interval;
    return isnan(n) ? sd : sd / sqrt(n);
}

static bool is_other(double column, double text)
{
    return fabs(column - text) > 1e-9 * fabs(column); /* false when one is NaN */
}

static enum sink_status check_columns(const struct sink_spread_row *row, struct sink_error *error)
{
    if (!isfinite(row->value))
        return sink_fail(error, SINK_BAD_DATA, "the value is %g, expected a number", row->value);
    if (row->se < 0 || row->sd < 0 || isinf(row->se) || isinf(row->sd))
        return sink_fail(error, SINK_BAD_DATA, "se %g, sd %g: expected numbers from 0", row->se,
                         row->sd);
    if (row->n < 1)
        return sink_fail(error, SINK_BAD_DATA, "n %g: expected a count of observations", row->n);
    if (isinf(row->lower) || isinf(row->upper) || row->lower > row->value ||
        row->upper < row->value)
        return sink_fail(error, SINK_BAD_DATA, "the value %g is not between its bounds %g and %g",
                         row->value, row->lower, row->upper);
    return SINK_OK;
}

/* The share of the distance of the bounds that lies above the value; NaN without bounds. */
static double upper_side(const struct sink_spread_row *row)
{
    return (row->upper - row->value) / (row->upper - row->lower);
}

static enum sink_distribution choose(const struct sink_spread_row *row, double se)
{
    const double upper = upper_side(row), share = se / row->value;
    if (row->may_be_negative || row->value < 0)
        return SINK_DISTRIBUTION_NORMAL;
    if (share <= normal_se_most && !(upper > symmetric_side_most) &&
        !(upper < 1 - symmetric_side_most))
        return SINK_DISTRIBUTION_NORMAL;
    if (share > normal_se_most || upper > symmetric_side_most)
        return SINK_DISTRIBUTION_LOGNORMAL;
    return SINK_DISTRIBUTION_TRUNCATED_NORMAL;
}

static enum sink_status find_distribution(const char *word, enum sink_distribution *distribution,
                                          struct sink_error *error)
{
    for (int d = SINK_DISTRIBUTION_NORMAL; d < SINK_DISTRIBUTION_COUNT; d++)
        if (strcmp(word, sink_distribution_name((enum sink_distribution)d)) == 0) {
            *distribution = (enum sink_distribution)d;
            return SINK_OK;
        }
    return sink_fail(error, SINK_BAD_DATA,
                     "unknown distribution \"%s\", expected normal, lognormal, truncated_normal, "
                     "triangular, pert or uniform",
                     word);
}

/* The text against the columns. */
static enum sink_status check_statement(const struct sink_spread_row *row,
                                        const struct statement *said, struct sink_error *error)
{
    if (is_other(row->se, amount_of(row, said, ERROR)))
        return sink_fail(error, SINK_BAD_DATA, "se is %g, but the spread is \"%s\"", row->se,
                         row->spread);
    if (is_other(row->sd, amount_of(row, said, DEVIATION)))
        return sink_fail(error, SINK_BAD_DATA, "sd is %g, but the spread is \"%s\"", row->sd,
                         row->spread);
    return SINK_OK;
}

/* A distribution between ends: the bounds have to be the ends. */
static enum sink_status make_between(const struct sink_spread_row *row,
                                     const struct statement *said,
                                     enum sink_distribution distribution,
                                     struct sink_spread *spread, struct sink_error *error)
{
    if (said->has[CONFIDENCE] || said->has[TWO_SD] || said->has[PERCENTILES])
        return sink_fail(error, SINK_BAD_DATA,
                         "%s needs the ends of a range, but the bounds are of \"%s\"",
                         sink_distribution_name(distribution), row->spread);
    return sink_spread_make(distribution, row->value, NAN, (double[]){row->lower, row->upper},
                            spread, error);
}

/* `distribution` is none when the row names none. */
static enum sink_status make_from(const struct sink_spread_row *row, const struct statement *said,
                                  enum sink_distribution distribution, struct sink_spread *spread,
                                  struct sink_error *error)
{
    double se = error_of(row, said);
    bool is_said = false;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        is_said = is_said || said->has[kind];
    if (distribution >= SINK_DISTRIBUTION_TRIANGULAR)
        return make_between(row, said, distribution, spread, error);
    if (isnan(se) && said->has[RANGE] && has_bounds(row)) {
        const enum sink_status status =
            make_between(row, said, SINK_DISTRIBUTION_PERT, spread, error);
        if (status != SINK_OK || distribution == SINK_DISTRIBUTION_NONE)
            return status;
        se = spread->se;
    }
    if (isnan(se) && is_said)
        return sink_fail(error, SINK_BAD_DATA,
                         "the spread \"%s\" has no numbers: expected them behind it, as in \"SD "
                         "36.4\", or in lower and upper, sd or se",
                         row->spread);
    if (isnan(se) && (!isnan(row->lower) || !isnan(row->upper)))
        return sink_fail(error, SINK_BAD_DATA,
                         "bounds, but no spread that says what they are: expected \"95 %% CI\", "
                         "\"2 SD\", \"default 90 %%\" or \"range\"");
    if (distribution == SINK_DISTRIBUTION_NONE && se > 0)
        distribution = choose(row, se);
    return sink_spread_make(distribution, row->value, se, NULL, spread, error);
}

enum sink_status sink_spread_read(const struct sink_spread_row *row, struct sink_spread *spread,
                                  struct sink_error *error)
{
    const char *word = row->distribution ? row->distribution : "";
    enum sink_distribution distribution = SINK_DISTRIBUTION_NONE;
    struct statement said;
    *spread = (struct sink_spread){.lower = row->value, .upper = row->value};
    if (!read_statement(row->spread ? row->spread : "", &said))
        return sink_fail(error, SINK_BAD_DATA,
                         "the spread \"%s\" is not understood, expected words like \"SE 0.83\", "
                         "\"95 %% CI\", \"2 SD\", \"default 90 %%\", \"SD 36.4\", \"n 12\" or "
                         "\"range\"",
                         row->spread);
    enum sink_status status = check_columns(row, error);
    if (status == SINK_OK)
        status = check_statement(row, &said, error);
    if (status == SINK_OK && *word)
        status = find_distribution(word, &distribution, error);
    return status == SINK_OK ? make_from(row, &said, distribution, spread, error) : status;
}
