#include "pipelines/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#define SIGNAL_COUNT 2
static const int numbers[SIGNAL_COUNT] = {SIGINT, SIGTERM};

/* A handler has nowhere else to put what it learns. */
static atomic_int noted;
static struct sigaction before[SIGNAL_COUNT];

static void note(int number)
{
    if (atomic_exchange(&noted, number) == 0)
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
