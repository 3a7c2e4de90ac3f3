#include "pipelines/options.h"

#include "pipelines/tile_share.h"
#include "sinkcalc/base/text.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_PROGRESS = 256,
    KEY_JSON,
    KEY_TARGETS,
    KEY_REGION,
    KEY_PART,
    KEY_CHECKPOINT,
    KEY_RESTART,
    KEY_CONFINE,
    KEY_UNTRUSTED
};

#define CHECKPOINT_MIN 10.0
#define MAX_CHECKPOINT_MIN 1e6

/* What the parser fills: the options and the command they are for. */
struct parse {
    const struct sink_command *command;
    struct sink_options *options;
};

static const struct argp_option all_options[] = {
    {"output", 'o', "FILE", 0, "Write the result to FILE", 0},
    {"targets", KEY_TARGETS, "NAME", 0,
     "Targets: the built-in table china, or a CSV file (default: those of the inventory's job)", 0},
    {"region", KEY_REGION, "ID", 0, "Print the account of this region (default: the top level)", 0},
    {"part", KEY_PART, "K/N", 0,
     "Tally part K of N of the tiles, for `merge`; the parts have about equal work", 0},
    {"checkpoint", KEY_CHECKPOINT, "MINUTES", 0,
     "Keep what is done beside the output every MINUTES (default: 10; 0: never), and when "
     "interrupted. The same command goes on from there",
     0},
    {"restart", KEY_RESTART, NULL, 0, "Begin anew, whatever an earlier run has kept", 0},
    {"threads", 't', "N", 0, "Use N threads (default: all cores allowed). The result is the same",
     0},
    {"confine", KEY_CONFINE, "DIR", 0,
     "Refuse files of the job that lie outside DIR; may stand several times", 0},
    {"untrusted", KEY_UNTRUSTED, NULL, 0,
     "The files are a stranger's: confined to the folder of the operand unless --confine says "
     "where, few formats, no network, limits on memory and time",
     0},
    {"quiet", 'q', NULL, 0, "Print nothing but errors", 0},
    {"verbose", 'v', NULL, 0, "Say more: what each closure check found", 0},
    {"progress", KEY_PROGRESS, "WHEN", 0, "Show progress: auto, always or never", 0},
    {"json", KEY_JSON, NULL, 0, "Print the result as JSON", 0}};
#define OPTION_COUNT (sizeof all_options / sizeof *all_options)

static bool is_taken(const struct sink_command *command, int key)
{
    switch (key) {
    case 'o':
        return command->takes_output;
    case KEY_TARGETS:
        return command->takes_targets;
    case KEY_REGION:
        return command->takes_region;
    case KEY_PART:
        return command->takes_part;
    case KEY_CHECKPOINT:
    case KEY_RESTART:
        return command->takes_checkpoint;
    case KEY_CONFINE:
    case KEY_UNTRUSTED:
        return command->takes_confine;
    default:
        return true;
    }
}

static error_t parse_threads(struct argp_state *state, const char *word, int *threads)
{
    int64_t count;
    if (!sink_text_to_integer(word, &count) || count < 1 || count > 1024)
        argp_error(state, "--threads %s: expected a whole number from 1 to 1024", word);
    *threads = (int)count;
    return 0;
}

static error_t parse_progress(struct argp_state *state, const char *word,
                              enum sink_progress *progress)
{
    if (strcmp(word, "auto") == 0)
        *progress = SINK_PROGRESS_AUTO;
    else if (strcmp(word, "always") == 0)
        *progress = SINK_PROGRESS_ALWAYS;
    else if (strcmp(word, "never") == 0)
        *progress = SINK_PROGRESS_NEVER;
    else
        argp_error(state, "--progress %s: expected auto, always or never", word);
    return 0;
}

static error_t parse_part(struct argp_state *state, const char *word, struct sink_part *part)
{
    char number[16] = "";
    int64_t k = 0, n = 0;
    const char *slash = strchr(word, '/');
    if (slash && slash - word < (ptrdiff_t)sizeof number)
        memcpy(number, word, (size_t)(slash - word));
    if (!slash || !sink_text_to_integer(number, &k) || !sink_text_to_integer(slash + 1, &n) ||
        k < 1 || n < k || n > SINK_MAX_PARTS)
        argp_error(state, "--part %s: expected K/N, such as 2/3, with K from 1 to N and N up to %d",
                   word, SINK_MAX_PARTS);
    *part = (struct sink_part){(int)k, (int)n};
    return 0;
}

static error_t parse_checkpoint(struct argp_state *state, const char *word, double *minutes)
{
    if (!sink_text_to_double(word, minutes) || *minutes < 0 || *minutes > MAX_CHECKPOINT_MIN)
        argp_error(state, "--checkpoint %s: expected minutes, from 0", word);
    return 0;
}

static error_t parse_confine(struct argp_state *state, const char *word,
                             struct sink_options *options)
{
    if (options->confine_count == SINK_CONFINE_MAX)
        argp_error(state, "--confine %s: expected at most %d folders", word, SINK_CONFINE_MAX);
    else
        options->confine[options->confine_count++] = word;
    return 0;
}

static error_t parse_end(struct argp_state *state, const struct parse *parse)
{
    if (!parse->options->file)
        argp_error(state, "expected one %s%s", parse->command->operand,
                   parse->command->takes_many ? " or more" : "");
    if (parse->command->takes_output && !parse->command->output_optional && !parse->options->output)
        argp_error(state, "expected -o FILE");
    return 0;
}

static error_t parse_word(int key, char *word, struct argp_state *state)
{
    struct parse *parse = state->input;
    struct sink_options *options = parse->options;
    switch (key) {
    case 't':
        return parse_threads(state, word, &options->threads);
    case 'q':
        options->is_quiet = true;
        return 0;
    case 'v':
        options->is_verbose = true;
        return 0;
    case 'o':
        options->output = word;
        return 0;
    case KEY_PROGRESS:
        return parse_progress(state, word, &options->progress);
    case KEY_JSON:
        options->is_json = true;
        return 0;
    case KEY_TARGETS:
        options->targets = word;
        return 0;
    case KEY_REGION:
        options->region = word;
        return 0;
    case KEY_PART:
        return parse_part(state, word, &options->part);
    case KEY_CHECKPOINT:
        return parse_checkpoint(state, word, &options->checkpoint_min);
    case KEY_RESTART:
        options->is_restart = true;
        return 0;
    case KEY_CONFINE:
        return parse_confine(state, word, options);
    case KEY_UNTRUSTED:
        options->is_untrusted = true;
        return 0;
    case ARGP_KEY_ARG:
        if (parse->command->takes_many)
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
    struct argp_option taken[OPTION_COUNT + 1] = {{0}}; /* the last one stays empty */
    struct parse parse = {.command = command, .options = options};
    char *doc = sink_text_format("%s\v%s", command->summary, command->examples);
    if (!doc)
        return SINK_FAILED;
    for (size_t i = 0, count = 0; i < OPTION_COUNT; i++)
        if (is_taken(command, all_options[i].key))
            taken[count++] = all_options[i];
    const struct argp argp = {
        .options = taken, .parser = parse_word, .args_doc = operands, .doc = doc};
    snprintf(name, sizeof name, "sinkcalc %s", command->name);
    snprintf(operands, sizeof operands, "%s%s", command->operand, command->takes_many ? "..." : "");
    argv[0] = name;
    *options = (struct sink_options){.checkpoint_min = CHECKPOINT_MIN};
    argp_err_exit_status = SINK_BAD_JOB;
    const error_t code = argp_parse(&argp, argc, argv, 0, NULL, &parse);
    free(doc);
    return code == 0 ? SINK_OK : SINK_BAD_JOB;
}
