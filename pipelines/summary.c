#include "pipelines/summary_parts.h"
#include "sinkcalc/model/coverage_range.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_WIDTH 36

/* Columns that a terminal gives a text: two for the wide characters of East Asia. */
static int shown_width(const char *text)
{
    int width = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if ((*c & 0xc0) != 0x80)
            width += *c >= 0xe3 && *c <= 0xed ? 2 : 1;
    return width;
}

static void pad(FILE *out, const char *text, int width)
{
    fprintf(out, "%s%*s", text, width > shown_width(text) ? width - shown_width(text) : 0, "");
}

/* 1234567, 12.35, 0.0123 */
static void print_number(FILE *out, int width, double value)
{
    if (isnan(value)) {
        fprintf(out, "%*s", width, "-");
        return;
    }
    const double size = fabs(value);
    fprintf(out, "%*.*f", width, size >= 1000 || size == 0 ? 0 : size >= 10 ? 2 : 4, value);
}

static void print_row(FILE *out, const char *label, const struct sink_summary_line *region,
                      double (*value)(const struct sink_summary_line *, size_t), size_t argument)
{
    fputs("  ", out);
    pad(out, label, LABEL_WIDTH);
    struct sink_summary_line line = *region;
    for (line.year = 0; line.year < line.inventory->account->year_count; line.year++)
        print_number(out, 16, value(&line, argument));
    fputc('\n', out);
}

/* Gaps are shown only where there are any. */
static bool is_anywhere(const struct sink_summary_line *line, size_t figure)
{
    struct sink_summary_line at = *line;
    for (at.year = 0; at.year < line->inventory->account->year_count; at.year++)
        if (sink_summary_value(&at, figure) > 0)
            return true;
    return false;
}

static bool is_unsure(const struct sink_summary_line *line, size_t target)
{
    const char *outcome = sink_summary_outcome(line, target);
    return outcome && strcmp(outcome, "unsure") == 0;
}

static void print_doubt(FILE *out, const struct sink_summary_line *line, size_t target)
{
    const struct sink_account *account = line->inventory->account;
    const size_t at = line->year * account->region_count + line->region;
    if (is_unsure(line, target))
        fprintf(out, ", met only if %.1f %% of the land without data is forest",
                100 * sink_coverage_share_needed(account->forest_m2[at], account->land_m2[at],
                                                 sink_summary_unknown_m2(line),
                                                 line->inventory->targets[target].value));
}

static void print_targets(FILE *out, const struct sink_inventory *inventory, size_t region)
{
    const struct sink_account *account = inventory->account;
    const struct sink_summary_line last = {inventory, account->year_count - 1, region};
    for (size_t t = 0; t < account->target_count; t++) {
        const struct sink_target *target = &inventory->targets[t];
        const bool is_share = target->kind == SINK_TARGET_FOREST_COVERAGE;
        const double scale = is_share ? 100 : 1;
        const double reached = sink_summary_target(account->target_reached, &last, t);
        if (isnan(reached))
            continue;
        fprintf(out, is_share ? "  target %d: %s of %.10g %%" : "  target %d: %s of %.0f m3",
                target->year, sink_summary_target_name(target), target->value * scale);
        if (is_unsure(&last, t))
            fprintf(out, ": at least %.1f %% reached",
                    100 * sink_summary_coverage_least(&last) / target->value);
        else
            fprintf(out, ": %.1f %% reached", 100 * reached);
        const double gap = sink_summary_target(account->target_gap, &last, t);
        const double rate = sink_summary_target(account->target_rate_per_yr, &last, t);
        const int places = is_share ? 2 : 0;
        if (gap > 0)
            fprintf(out, ", %.*f%s to go", places, gap * scale, is_share ? " points" : " m3");
        if (gap > 0 && !isnan(rate))
            fprintf(out, ", %.*f%s a year needed", places, rate * scale,
                    is_share ? " points" : " m3");
        print_doubt(out, &last, t);
        fputc('\n', out);
    }
}

/* Takes sections as lines; one without rows is not printed. */
struct taker {
    struct sink_section_taker take;
    FILE *out;
    size_t row_count;
};

static void start_section(void *taker, const struct sink_section *section)
{
    (void)section;
    ((struct taker *)taker)->row_count = 0;
}

static void print_section_row(void *taker, const struct sink_section *section, const char *label,
                              const double *values)
{
    struct taker *text = taker;
    char words[160];
    if (text->row_count++ == 0) {
        fputs("  ", text->out);
        pad(text->out, section->title, LABEL_WIDTH);
        for (size_t c = 0; c < section->column_count; c++)
            fprintf(text->out, "%16s", section->columns[c]);
        fputc('\n', text->out);
    }
    snprintf(words, sizeof words, "%s", label);
    for (char *c = words; section->is_worded && *c; c++)
        if (*c == '_')
            *c = ' ';
    fputs("    ", text->out);
    pad(text->out, words, LABEL_WIDTH - 2);
    const int excess = shown_width(words) - (LABEL_WIDTH - 2); /* into the first column */
    fputc(' ', text->out);
    for (size_t c = 0; c < section->column_count; c++)
        print_number(text->out,
                     c > 0        ? 16
                     : excess > 0 ? (excess < 15 ? 15 - excess : 1)
                                  : 15,
                     values[c]);
    fputc('\n', text->out);
}

static enum sink_status print_region(FILE *out, const struct sink_inventory *inventory,
                                     size_t region, struct sink_error *error)
{
    const struct sink_account *account = inventory->account;
    const struct sink_summary_line line = {inventory, 0, region};
    const struct sink_region *item = &inventory->regions->items[region];
    struct taker taker = {.take = {start_section, print_section_row}, .out = out};
    const size_t last = (account->year_count - 1) * account->region_count + region;
    fprintf(out, "%s  %s\n  ", item->id, item->name);
    pad(out, "", LABEL_WIDTH);
    for (size_t year = 0; year < account->year_count; year++)
        fprintf(out, "%16d", account->years[year]);
    fputc('\n', out);
    for (size_t f = 0; f < SINK_SUMMARY_FIGURE_COUNT; f++) {
        if (f >= SINK_SUMMARY_COVERAGE_LEAST_PERCENT && !is_anywhere(&line, f))
            continue;
        print_row(out, sink_summary_names[f].label, &line, sink_summary_value, f);
        for (size_t e = 0; f == SINK_SUMMARY_TOTAL_UPPER_TC && e < SINK_ECOSYSTEM_COUNT; e++) {
            char label[64];
            snprintf(label, sizeof label, "  %s", sink_ecosystem_name((enum sink_ecosystem)e));
            print_row(out, label, &line, sink_summary_ecosystem_tc, e);
        }
    }
    if (account->year_count > 1 && isnan(account->total_sink_tco2_yr[last]))
        fputs("  the net sink is not known: a factor that gain_loss needs is missing, such as "
              "growth; "
              "`missing: {factor: error}` names it\n",
              out);
    const enum sink_status status = sink_summary_sections(inventory, region, &taker, error);
    print_targets(out, inventory, region);
    return status;
}

/* Factors that were borrowed or assumed, and those whose document was not seen. */
static void print_doubtful(FILE *out, const struct sink_account *account)
{
    static const char *const words[] = {"seen", "transcribed", "recalled", "derived", "own"};
    enum { WORDS = sizeof words / sizeof *words };
    size_t fallbacks = 0, counts[WORDS] = {0};
    for (size_t i = 0; i < account->used_count; i++) {
        fallbacks += *account->used[i]->fallback != '\0';
        for (size_t w = 0; w < WORDS; w++)
            counts[w] += strcmp(account->used[i]->verified, words[w]) == 0;
    }
    fprintf(out, "Factors: %zu row%s used, %zu of them fallbacks (factor_fallback)",
            account->used_count, account->used_count == 1 ? "" : "s", fallbacks);
    for (size_t w = 0; w < WORDS && counts[0] < account->used_count; w++)
        fprintf(out, "%s%zu %s", w ? ", " : "; ", counts[w], words[w]);
    fputs(".\n", out);
}

bool sink_summary_shows(const struct sink_region *region, const char *wanted)
{
    return wanted ? strcmp(region->id, wanted) == 0 : region->level == 0;
}

enum sink_status sink_summary_check(const struct sink_region_list *regions, const char *wanted,
                                    struct sink_error *error)
{
    for (size_t r = 0; r < regions->count; r++)
        if (sink_summary_shows(&regions->items[r], wanted))
            return SINK_OK;
    return sink_fail(error, SINK_BAD_JOB,
                     "--region %s: no region has this id, expected one such as %s", wanted,
                     regions->items[0].id);
}

enum sink_status sink_summary_print(const struct sink_inventory *inventory,
                                    const struct sink_options *options, FILE *out,
                                    struct sink_error *error)
{
    if (options->is_json)
        return sink_summary_print_json(inventory, options->region, out, error);
    if (options->is_quiet)
        return SINK_OK;
    enum sink_status status = SINK_OK;
    for (size_t r = 0; r < inventory->regions->count && status == SINK_OK; r++)
        if (sink_summary_shows(&inventory->regions->items[r], options->region))
            status = print_region(out, inventory, r, error);
    if (status != SINK_OK)
        return status;
    print_doubtful(out, inventory->account);
    size_t passed = 0;
    for (size_t c = 0; c < SINK_CLOSURE_COUNT; c++) {
        const struct sink_closure_check *check = &inventory->checks[c];
        passed += check->passed;
        if (options->is_verbose)
            fprintf(out, "  %-20s worst difference %.1e in %s, allowed %.0e\n", check->name,
                    check->worst, inventory->regions->items[check->region].id, check->tolerance);
    }
    fprintf(out, "Closure: %zu of %d checks hold.\n", passed, SINK_CLOSURE_COUNT);
    return SINK_OK;
}
