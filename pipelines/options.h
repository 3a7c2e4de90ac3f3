/* What the words on the command line said. */
#ifndef SINK_PIPELINES_OPTIONS_H
#define SINK_PIPELINES_OPTIONS_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum sink_progress { SINK_PROGRESS_AUTO, SINK_PROGRESS_ALWAYS, SINK_PROGRESS_NEVER };

struct sink_part { /* --part 2/3 */
    int number, count;
};

#define SINK_CONFINE_MAX 16
struct sink_confine_words { /* --confine, each time it stands there */
    const char *items[SINK_CONFINE_MAX];
    size_t count;
};

/* Texts are NULL where the word did not stand. */
struct sink_options {
    const char *command; /* its name; NULL in tests */
    const char *file;    /* the one operand, or the first of several */
    char *const *files;  /* all of them, where the command takes many */
    size_t file_count;
    const char *output; /* -o */
    bool overwrite;     /* outputs may replace files that exist */
    int threads;        /* 0: all cores allowed */
    bool is_quiet, is_verbose, is_json;
    enum sink_progress progress;
    const char *targets, *region, *format, *breaks;
    const char *lang;                  /* "en" or "zh" */
    const char *inputs, *job, *tally;  /* of verify */
    bool is_full;                      /* --full */
    int digits;                        /* --digits; 0: as the command does */
    double tolerance;                  /* --tolerance; NaN without */
    struct sink_part part;             /* 0 of 0 stands for the whole job */
    double checkpoint_min;             /* minutes between checkpoints; 0: none are written */
    bool is_restart;                   /* --restart */
    struct sink_confine_words confine; /* --confine */
    bool is_untrusted;                 /* --untrusted */
};

/* Which options a command takes beside those of all. */
enum {
    SINK_TAKES_OUTPUT = 1 << 0,          /* -o FILE, required, and --overwrite */
    SINK_TAKES_OPTIONAL_OUTPUT = 1 << 1, /* the same, not required */
    SINK_TAKES_MANY = 1 << 2,            /* one operand or more */
    SINK_TAKES_TARGETS = 1 << 3,
    SINK_TAKES_REGION = 1 << 4,
    SINK_TAKES_PART = 1 << 5,
    SINK_TAKES_CHECKPOINT = 1 << 6, /* --checkpoint, --restart */
    SINK_TAKES_CONFINE = 1 << 7,    /* --confine, --untrusted */
    SINK_TAKES_SOURCES = 1 << 8,    /* --inputs, --job, --tally, --full */
    SINK_TAKES_DIGITS = 1 << 9,
    SINK_TAKES_TOLERANCE = 1 << 10,
    SINK_TAKES_FORMAT = 1 << 11, /* --to */
    SINK_TAKES_LANG = 1 << 12,
    SINK_TAKES_BREAKS = 1 << 13,
};

/* A command: its words, its help, and what it does. One file (command_*.c) per command. */
struct sink_command {
    const char *name;
    const char *operand;  /* "JOB", "TALLY", "DIR", "FILE" */
    const char *summary;  /* one line */
    const char *examples; /* shown at the end of --help */
    unsigned takes;       /* SINK_TAKES_... */
    enum sink_status (*run)(const struct sink_options *options, struct sink_faults *faults);
};

/* Reads the words after the command's name (argv[0] is replaced). Wrong words and --help end the
 * program, as argp does: exit code 2 and 0. */
SINK_CHECKED enum sink_status sink_options_parse(const struct sink_command *command, int argc,
                                                 char **argv, struct sink_options *options);

/* All commands, in the order in which help lists them. */
#define SINK_COMMANDS(X)                                                                           \
    X(run)                                                                                         \
    X(check)                                                                                       \
    X(tally)                                                                                       \
    X(merge)                                                                                       \
    X(account)                                                                                     \
    X(verify)                                                                                      \
    X(diff)                                                                                        \
    X(track)                                                                                       \
    X(report)                                                                                      \
    X(export)                                                                                      \
    X(map)                                                                                         \
    X(info)                                                                                        \
    X(demo)

#define SINK_COMMAND_DECLARE(word) extern const struct sink_command sink_command_##word;
SINK_COMMANDS(SINK_COMMAND_DECLARE)
#undef SINK_COMMAND_DECLARE

#endif
