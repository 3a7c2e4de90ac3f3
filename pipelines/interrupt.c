#include "pipelines/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

#define SIGNAL_COUNT 2
#define SAME_MS 1000
static const int numbers[SIGNAL_COUNT] = {SIGINT, SIGTERM};

/* A handler has nowhere else to put what it learns. */
static atomic_int noted;
static atomic_llong noted_ms;
static struct sigaction before[SIGNAL_COUNT];

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Whoever ends a whole group of processes reaches this one twice: directly, and by its parent. */
static void note(int number)
{
    int none = 0;
    if (atomic_compare_exchange_strong(&noted, &none, number)) {
        atomic_store(&noted_ms, now_ms());
        return;
    }
    if (now_ms() - atomic_load(&noted_ms) < SAME_MS)
        return;
    signal(number, SIG_DFL);
    raise(number); /* ends the program when this handler returns */
}

void sink_interrupt_start(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    atomic_store(&noted, 0);
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        if (sigaction(numbers[i], NULL, &before[i]) == 0 && before[i].sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
}

void sink_interrupt_stop(void)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        sigaction(numbers[i], &before[i], NULL);
    atomic_store(&noted, 0);
}

enum sink_status sink_interrupt_status(void)
{
    switch (atomic_load(&noted)) {
    case 0:
        return SINK_OK;
    case SIGTERM:
        return SINK_TERMINATED;
    default:
        return SINK_INTERRUPTED;
    }
}
