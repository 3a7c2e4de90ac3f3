/* What the account would miss, whatever the land is like: told before any land is known. */
#ifndef SINK_MODEL_TRIAL_H
#define SINK_MODEL_TRIAL_H

#include "sinkcalc/model/account.h"

/* Which land of a class lacks something: all of it, what a disturbance strikes, what is planted. */
enum sink_trial_reach { SINK_LACK_OF_ALL, SINK_LACK_OF_STRUCK, SINK_LACK_OF_PLANTED };

/* A quantity that no row of the tables gives for any land of a class. */
struct sink_trial_lack {
    char class[64];
    enum sink_trial_reach reach;
    struct sink_error error; /* in the words of the account */
    size_t class_at;         /* in its message */
    size_t what_length;      /* of its message, before what is expected */
};
struct sink_trial {
    struct sink_trial_lack *items; /* by reach, then by class as in the tally */
    size_t count, room;
};

/* Makes the account of a hectare of each class of `spec`, with overlays of which no more is known
 * than their legends, for every interval of its rasters. A class whose land could have a factor in
 * some place, on some date, lacks none. Where rows differ in what else they ask for (a density in
 * carbon needs no carbon fraction), the row that would win where it fits is taken. */
SINK_CHECKED enum sink_status sink_trial_make(const struct sink_tally_spec *spec,
                                              const struct sink_account_basis *basis,
                                              struct sink_trial *lacks, struct sink_error *error);
void sink_trial_free(struct sink_trial *lacks);

#endif
