#include "pipelines/options.h"

#include "pipelines/tile_share.h"
#include "sinkcalc/base/text.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECKPOINT_MIN 10.0
#define MAX_CHECKPOINT_MIN 1e6
#define MAX_DIGITS 17
#define MAX_THREADS 1024

/* What the parser fills: the options and the command they are for. */
struct parse {
    const struct sink_command *command;
    struct sink_options *options;
};

/* Reads a word to where it belongs; NULL, or what was expected instead. */
typedef const char *read_word(const char *word, void *to);

static const char *read_text(const char *word, void *to)
{
    *(const char **)to = word;
    return NULL;
}

static const char *read_flag(const char *word, void *to)
{
    (void)word;
    *(bool *)to = true;
    return NULL;
}

static const char *read_count(const char *word, int most, const char *expected, void *to)
{
    int64_t count;
    if (!sink_text_to_integer(word, &count) || count < 1 || count > most)
        return expected;
    *(int *)to = (int)count;
    return NULL;
}

static const char *read_threads(const char *word, void *to)
{
    return read_count(word, MAX_THREADS, "a whole number from 1 to 1024", to);
}

static const char *read_digits(const char *word, void *to)
{
    return read_count(word, MAX_DIGITS, "a whole number from 1 to 17", to);
}

static const char *read_tolerance(const char *word, void *to)
{
    double *tolerance = to;
    if (!sink_text_to_double(word, tolerance) || !(*tolerance >= 0 && *tolerance < 1))
        return "a number from 0 to below 1";
    return NULL;
}

static const char *read_checkpoint(const char *word, void *to)
{
    double *minutes = to;
    if (!sink_text_to_double(word, minutes) || !(*minutes >= 0 && *minutes <= MAX_CHECKPOINT_MIN))
        return "minutes, from 0";
    return NULL;
}

static const char *read_part(const char *word, void *to)
{
    char number[16] = "";
    int64_t k = 0, n = 0;
    const char *slash = strchr(word, '/');
    if (slash && slash - word < (ptrdiff_t)sizeof number)
        memcpy(number, word, (size_t)(slash - word));
    if (!slash || !sink_text_to_integer(number, &k) || !sink_text_to_integer(slash + 1, &n) ||
        k < 1 || n < k || n > SINK_MAX_PARTS)
        return "K/N, such as 2/3, with K from 1 to N and N up to 10000";
    *(struct sink_part *)to = (struct sink_part){(int)k, (int)n};
    return NULL;
}

static const char *read_confine(const char *word, void *to)
{
    struct sink_confine_words *folders = to;
    if (folders->count == SINK_CONFINE_MAX)
        return "at most 16 folders";
    folders->items[folders->count++] = word;
    return NULL;
}

static const char *read_progress(const char *word, void *to)
{
    static const char *const words[] = {[SINK_PROGRESS_AUTO] = "auto",
                                        [SINK_PROGRESS_ALWAYS] = "always",
                                        [SINK_PROGRESS_NEVER] = "never"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0) {
            *(enum sink_progress *)to = (enum sink_progress)i;
            return NULL;
        }
    return "auto, always or never";
}

static const char *read_lang(const char *word, void *to)
{
    static const char *const languages[] = {"en", "zh", NULL};
    for (size_t i = 0; languages[i]; i++) /* zh-CN and en_GB are among them */
        if (strncmp(word, languages[i], 2) == 0 && strchr("-_", word[2]))
            return read_text(languages[i], to);
    return "en or zh";
}

#define ANY_OUTPUT (SINK_TAKES_OUTPUT | SINK_TAKES_OPTIONAL_OUTPUT)
#define TO(member) offsetof(struct sink_options, member)

static const struct word {
    const char *name, *argument; /* argument: NULL for none */
    char letter;                 /* '\0' for none */
    unsigned takes;              /* one of these, or 0: every command takes it */
    read_word *read;
    size_t to;
    const char *help;
} all[] = {
    {"output", "FILE", 'o', ANY_OUTPUT, read_text, TO(output), "Write the result to FILE"},
    {"overwrite", NULL, '\0', ANY_OUTPUT, read_flag, TO(overwrite), "Replace files that exist"},
    {"targets", "NAME", '\0', SINK_TAKES_TARGETS, read_text, TO(targets),
     "Targets: the built-in table china, or a CSV file (default: those of the inventory's job)"},
    {"region", "ID", '\0', SINK_TAKES_REGION, read_text, TO(region),
     "Print the account of this region (default: the top level)"},
    {"to", "FORMAT", '\0', SINK_TAKES_FORMAT, read_text, TO(format),
     "Write gpkg, csv, xlsx, geojson or json (default: by the ending of FILE)"},
    {"lang", "LANGUAGE", '\0', SINK_TAKES_LANG, read_lang, TO(lang),
     "Language of what people read: en or zh (default: en)"},
    {"breaks", "LIST", '\0', SINK_TAKES_BREAKS, read_text, TO(breaks),
     "Where the classes of maps end, as density=50,100;sink=-1,0,1 (default: quantiles); also "
     "coverage, change, uncertainty"},
    {"part", "K/N", '\0', SINK_TAKES_PART, read_part, TO(part),
     "Tally part K of N of the tiles, for `merge`; the parts have about equal work"},
    {"checkpoint", "MINUTES", '\0', SINK_TAKES_CHECKPOINT, read_checkpoint, TO(checkpoint_min),
     "Keep what is done beside the output every MINUTES (default: 10; 0: never), and when "
     "interrupted. The same command goes on from there"},
    {"restart", NULL, '\0', SINK_TAKES_CHECKPOINT, read_flag, TO(is_restart),
     "Begin anew, whatever an earlier run has kept"},
    {"inputs", "DIR", '\0', SINK_TAKES_SOURCES, read_text, TO(inputs),
     "Compare the input files in DIR with the hashes recorded"},
    {"job", "JOB", '\0', SINK_TAKES_SOURCES, read_text, TO(job),
     "Compare this job with the one inside, and the inputs beside it"},
    {"tally", "TALLY", '\0', SINK_TAKES_SOURCES, read_text, TO(tally),
     "Account from this tally file, not from the one inside"},
    {"full", NULL, '\0', SINK_TAKES_SOURCES, read_flag, TO(is_full),
     "Tally again from the rasters of the job"},
    {"tolerance", "X", '\0', SINK_TAKES_TOLERANCE, read_tolerance, TO(tolerance),
     "Take numbers for equal up to this relative difference"},
    {"digits", "N", '\0', SINK_TAKES_DIGITS, read_digits, TO(digits),
     "Print numbers with N digits, 1 to 17 (17: all of them)"},
    {"confine", "DIR", '\0', SINK_TAKES_CONFINE, read_confine, TO(confine),
     "Refuse files of the job that lie outside DIR; may stand several times"},
    {"untrusted", NULL, '\0', SINK_TAKES_CONFINE, read_flag, TO(is_untrusted),
     "The files are a stranger's: confined to the folder of the operand unless --confine says "
     "where, few formats, no network, limits on memory and time"},
    {"threads", "N", 't', 0, read_threads, TO(threads),
     "Use N threads (default: all cores allowed). The result is the same"},
    {"quiet", NULL, 'q', 0, read_flag, TO(is_quiet), "Print nothing but errors"},
    {"verbose", NULL, 'v', 0, read_flag, TO(is_verbose), "Say more: what each closure check found"},
    {"progress", "WHEN", '\0', 0, read_progress, TO(progress),
     "Show progress: auto, always or never"},
    {"json", NULL, '\0', 0, read_flag, TO(is_json), "Print the result as JSON"}};
#define OPTION_COUNT (sizeof all / sizeof *all)
#define FIRST_KEY 256 /* of option i without a letter: FIRST_KEY + i */

static int key_of(size_t i)
{
    return all[i].letter ? all[i].letter : FIRST_KEY + (int)i;
}

static error_t take_option(struct argp_state *state, const struct word *option, const char *word)
{
    struct parse *parse = state->input;
    const char *expected = option->read(word, (char *)parse->options + option->to);
    if (expected)
        argp_error(state, "--%s %s: expected %s", option->name, word, expected);
    return 0;
}

static error_t parse_end(struct argp_state *state, const struct parse *parse)
{
    if (!parse->options->file)
        argp_error(state, "expected one %s%s", parse->command->operand,
                   parse->command->takes & SINK_TAKES_MANY ? " or more" : "");
    if ((parse->command->takes & SINK_TAKES_OUTPUT) && !parse->options->output)
        argp_error(state, "expected -o FILE");
    return 0;
}

static error_t parse_word(int key, char *word, struct argp_state *state)
{
    struct parse *parse = state->input;
    struct sink_options *options = parse->options;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (key == key_of(i))
            return take_option(state, &all[i], word);
    switch (key) {
    case 'h': /* as people type it; argp has -? and --help */
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
        return 0;
    case ARGP_KEY_ARG:
        if (parse->command->takes & SINK_TAKES_MANY)
            return ARGP_ERR_UNKNOWN; /* then they come at once, as ARGP_KEY_ARGS */
        if (options->file)
            argp_error(state, "\"%s\": expected one %s only", word, parse->command->operand);
        options->file = word;
        return 0;
    case ARGP_KEY_ARGS:
        options->files = state->argv + state->next;
        options->file_count = (size_t)(state->argc - state->next);
        options->file = options->files[0];
        return 0;
    case ARGP_KEY_END:
        return parse_end(state, parse);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

enum sink_status sink_options_parse(const struct sink_command *command, int argc, char **argv,
                                    struct sink_options *options)
{
    char name[64], operands[64];
    struct argp_option taken[OPTION_COUNT + 2] = {{0}}; /* the last one stays empty */
    struct parse parse = {.command = command, .options = options};
    char *doc = sink_text_format("%s\v%s", command->summary, command->examples);
    if (!doc) {
        fputs("sinkcalc: out of memory\n", stderr);
        return SINK_FAILED;
    }
    size_t count = 0;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (all[i].takes == 0 || (all[i].takes & command->takes))
            taken[count++] = (struct argp_option){
                .name = all[i].name, .key = key_of(i), .arg = all[i].argument, .doc = all[i].help};
    taken[count] = (struct argp_option){.key = 'h', .flags = OPTION_HIDDEN};
    const struct argp argp = {
        .options = taken, .parser = parse_word, .args_doc = operands, .doc = doc};
    snprintf(name, sizeof name, "sinkcalc %s", command->name);
    snprintf(operands, sizeof operands, "%s%s", command->operand,
             command->takes & SINK_TAKES_MANY ? "..." : "");
    argv[0] = name;
    *options = (struct sink_options){
        .command = command->name, .lang = "en", .tolerance = NAN, .checkpoint_min = CHECKPOINT_MIN};
    argp_err_exit_status = SINK_BAD_JOB;
    const error_t code = argp_parse(&argp, argc, argv, 0, NULL, &parse);
    /* A stranger's folder may hold work that was never done. */
    options->is_restart |= options->is_untrusted || options->confine.count > 0;
    free(doc);
    if (code == ENOMEM)
        fputs("sinkcalc: out of memory\n", stderr);
    return code == 0 ? SINK_OK : code == ENOMEM ? SINK_FAILED : SINK_BAD_JOB;
}
