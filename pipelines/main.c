/* sinkcalc: words to command, run, print what went wrong, exit. */
#include "pipelines/json_tree.h"
#include "pipelines/options.h"
#include "pipelines/supervisor.h"
#include "rasters/environment.h"
#include "sinkcalc/base/text.h"

#include <netcdf.h>
#include <stdio.h>
#include <string.h>

#define ADDRESS(word) &sink_command_##word,
static const struct sink_command *const commands[] = {SINK_COMMANDS(ADDRESS)};
#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static void print_help(FILE *out)
{
    fputs("Usage: sinkcalc COMMAND [OPTION...] FILE\n"
          "Carbon accounts of the land from rasters and regions.\n\nCommands:\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-8s %-9s%s %s\n", commands[i]->name, commands[i]->operand,
                commands[i]->takes & SINK_TAKES_MANY ? "..." : "   ", commands[i]->summary);
    fputs("\n`sinkcalc COMMAND --help` says more, with examples. `sinkcalc --version` names the "
          "libraries.\n"
          "Exit codes: 0 done; 1 a difference was found; 2 wrong words or job file; 3 input data "
          "unusable;\n4 failed at run time; 130, 143 interrupted.\n\nStart with:\n"
          "  sinkcalc demo landscape && sinkcalc run landscape/job.yml\n",
          out);
}

static void print_version(void)
{
    char netcdf[64] = "";
    sscanf(nc_inq_libvers(), "%63s", netcdf);
    printf("sinkcalc %s (GDAL %s, PROJ %s, netCDF %s)\n", SINK_VERSION,
           sink_environment_gdal_version(), sink_environment_proj_version(), netcdf);
}

static const struct sink_command *find_command(const char *word)
{
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i]->name;
        if (strcmp(word, names[i]) == 0)
            return commands[i];
    }
    const char *near = sink_text_nearest(word, names, COMMAND_COUNT);
    fprintf(stderr, "sinkcalc: no command \"%s\"%s%s%s; `sinkcalc --help` lists them\n", word,
            near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    return NULL;
}

/* Once memory is out, what else is found to be wrong may come from that. */
static enum sink_status only_memory(struct sink_faults *faults, enum sink_status status)
{
    for (size_t i = 0; i < faults->count; i++)
        if (faults->items[i].status == SINK_FAILED &&
            strstr(faults->items[i].message, "out of memory")) {
            faults->items[0] = faults->items[i];
            faults->count = 1;
            faults->dropped = 0;
            return SINK_FAILED;
        }
    return status;
}

struct words {
    const struct sink_command *command;
    int count;
    char **items;
};

static int run_command(void *argument)
{
    const struct words *words = argument;
    struct sink_options options;
    struct sink_faults faults = {0};
    enum sink_status status =
        sink_options_parse(words->command, words->count, words->items, &options);
    sink_supervisor_begin();
    sink_json_begin();
    if (status == SINK_OK)
        status = words->command->run(&options, &faults);
    status = only_memory(&faults, status);
    for (size_t i = 0; i < faults.count; i++)
        fprintf(stderr, "sinkcalc: %s\n", faults.items[i].message);
    if (faults.dropped)
        fprintf(stderr, "sinkcalc: and %zu more\n", faults.dropped);
    sink_faults_free(&faults);
    if (status == SINK_OK && (fflush(stdout) != 0 || ferror(stdout))) {
        fputs("sinkcalc: cannot write to standard output\n", stderr);
        status = SINK_FAILED;
    }
    sink_supervisor_end((int)status);
    return (int)status;
}

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return SINK_BAD_JOB;
    }
    static const char *const of_version[] = {"--version", "-V", "-v", "version", NULL};
    static const char *const of_help[] = {"--help", "-?", "-h", "help", NULL};
    if (is_one_of(argv[1], of_version) && argc == 2) {
        print_version();
        return SINK_OK;
    }
    const bool is_help = is_one_of(argv[1], of_help);
    if (is_help && argc == 2) {
        print_help(stdout);
        return SINK_OK;
    }
    const struct sink_command *command = find_command(argv[is_help ? 2 : 1]);
    if (!command)
        return SINK_BAD_JOB;
    char help[] = "--help", *help_words[] = {argv[0], help, NULL};
    struct words words = {command, is_help ? 2 : argc - 1, is_help ? help_words : argv + 1};
    sink_supervise(run_command, &words);
}
