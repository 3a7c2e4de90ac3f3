/* What a command may do with files that may be a stranger's: --confine and --untrusted. */
#ifndef SINK_PIPELINES_TRUST_H
#define SINK_PIPELINES_TRUST_H

#include "pipelines/options.h"
#include "sinkcalc/base/confine.h"

/* First of all: notes the folders of --confine (with --untrusted and none, that of the operand)
 * and checks that the operand lies in them. With --untrusted also gives away what the process does
 * not need: sockets and other programs, memory above 4 GiB and 256 MiB a thread, and an hour of CPU
 * time a thread. Linux on x86-64 and 64-bit ARM; elsewhere --untrusted is SINK_FAILED. */
SINK_CHECKED enum sink_status sink_trust_start(const struct sink_options *options,
                                               struct sink_confine *confine,
                                               struct sink_error *error);

#endif
