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

struct sink_options {
    int threads; /* 0: all cores allowed */
    bool is_quiet, is_verbose, is_json;
    enum sink_progress progress;
    const char *output;    /* -o, or NULL */
    const char *targets;   /* --targets, or NULL */
    const char *region;    /* --region, or NULL */
    struct sink_part part; /* --part; 0 of 0 stands for the whole job */
    double checkpoint_min; /* --checkpoint: minutes between checkpoints; 0: none are written */
    bool is_restart;       /* --restart */
    const char *file;      /* the one operand, or the first of several */
    char *const *files;    /* all of them, where the command takes many */
    size_t file_count;
    const char *confine[SINK_CONFINE_MAX]; /* --confine, each time it stands there */
    size_t confine_count;
    bool is_untrusted; /* --untrusted */
};

/* A command: its words, its help, and what it does. One file (command_*.c) per command. */
struct sink_command {
    const char *name;
    const char *operand;  /* "JOB", "TALLY", "DIR", "FILE" */
    const char *summary;  /* one line */
    const char *examples; /* shown at the end of --help */
    bool takes_output;    /* -o FILE; required unless output_optional */
    bool output_optional;
    bool takes_targets;    /* --targets NAME */
    bool takes_region;     /* --region ID */
    bool takes_many;       /* one operand or more */
    bool takes_part;       /* --part K/N */
    bool takes_checkpoint; /* --checkpoint MINUTES, --restart */
    bool takes_confine;    /* --confine DIR, --untrusted */
    enum sink_status (*run)(const struct sink_options *options, struct sink_faults *faults);
};

/* Reads the words after the command's name (argv[0] is replaced). Wrong words and --help end the
 * program, as argp does: exit code 2 and 0. */
SINK_CHECKED enum sink_status sink_options_parse(const struct sink_command *command, int argc,
                                                 char **argv, struct sink_options *options);

extern const struct sink_command sink_command_demo, sink_command_check, sink_command_run,
    sink_command_tally, sink_command_account, sink_command_info, sink_command_track,
    sink_command_merge;

#endif
