/* Runs commands in turn, several rounds, and prints the median wall time of each, its ratio to the
 * first one of the same round (median of the ratios), and its peak memory:
 * bench_measure ROUNDS NAME COMMAND... -- NAME COMMAND... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_COMMANDS 16
#define MAX_ROUNDS 99

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double run(char **words, long *peak_kib)
{
    struct rusage usage;
    int state;
    const double start = now_s();
    const pid_t child = fork();
    if (child == 0 && words[0]) {
        execvp(words[0], words);
        _exit(127);
    }
    if (child < 0 || wait4(child, &state, 0, &usage) != child || state != 0) {
        fprintf(stderr, "bench_measure: %s failed\n", words[0]);
        exit(1);
    }
    if (usage.ru_maxrss > *peak_kib)
        *peak_kib = usage.ru_maxrss;
    return now_s() - start;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int main(int argc, char **argv)
{
    char **commands[MAX_COMMANDS];
    double times[MAX_COMMANDS][MAX_ROUNDS], ratios[MAX_COMMANDS][MAX_ROUNDS];
    long peak_kib[MAX_COMMANDS] = {0};
    int count = 0;
    const int rounds = argc > 3 ? atoi(argv[1]) : 0;
    if (rounds < 1 || rounds > MAX_ROUNDS) {
        fputs("usage: bench_measure ROUNDS NAME COMMAND... [-- NAME COMMAND...]\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc && count < MAX_COMMANDS; i++)
        if (i == 2 || strcmp(argv[i - 1], "--") == 0)
            commands[count++] = &argv[i];
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], "--") == 0)
            argv[i] = NULL;
    for (int r = 0; r < rounds; r++)
        for (int c = 0; c < count; c++) {
            times[c][r] = run(commands[c] + 1, &peak_kib[c]);
            ratios[c][r] = times[c][r] / times[0][r];
        }
    printf("%-24s %10s %8s %10s\n", "", "median s", "ratio", "peak MiB");
    for (int c = 0; c < count; c++)
        printf("%-24s %10.3f %8.3f %10.1f\n", commands[c][0], median(times[c], rounds),
               median(ratios[c], rounds), (double)peak_kib[c] / 1024);
    return 0;
}
