#include "pipelines/options.h"

#include "sinkcalc/base/text.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_PROGRESS = 256, KEY_JSON };

/* What the parser fills: the options and the command they are for. */
struct parse {
    const struct sink_command *command;
    struct sink_options *options;
};

/* The first is left out for commands that write no file. */
static const struct argp_option all_options[] = {
    {"output", 'o', "FILE", 0, "Write the result to FILE", 0},
    {"threads", 't', "N", 0, "Use N threads (default: all cores allowed). The result is the same",
     0},
    {"quiet", 'q', NULL, 0, "Print nothing but errors", 0},
    {"verbose", 'v', NULL, 0, "Say more: what each closure check found", 0},
    {"progress", KEY_PROGRESS, "WHEN", 0, "Show progress: auto, always or never", 0},
    {"json", KEY_JSON, NULL, 0, "Print the result as JSON", 0},
    {0}};

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

static error_t parse_end(struct argp_state *state, const struct parse *parse)
{
    if (!parse->options->file)
        argp_error(state, "expected one %s", parse->command->operand);
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
    case ARGP_KEY_ARG:
        if (options->file)
            argp_error(state, "\"%s\": expected one %s only", word, parse->command->operand);
        options->file = word;
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
    char name[64];
    struct parse parse = {.command = command, .options = options};
    char *doc = sink_text_format("%s\v%s", command->summary, command->examples);
    if (!doc)
        return SINK_FAILED;
    const struct argp argp = {.options = all_options + (command->takes_output ? 0 : 1),
                              .parser = parse_word,
                              .args_doc = command->operand,
                              .doc = doc};
    snprintf(name, sizeof name, "sinkcalc %s", command->name);
    argv[0] = name;
    *options = (struct sink_options){0};
    argp_err_exit_status = SINK_BAD_JOB;
    const error_t code = argp_parse(&argp, argc, argv, 0, NULL, &parse);
    free(doc);
    return code == 0 ? SINK_OK : SINK_BAD_JOB;
}
