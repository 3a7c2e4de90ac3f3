/* A job that is parsed from a text, for the tests of its keys. */
#ifndef SINK_TESTS_JOB_FIXTURE_H
#define SINK_TESTS_JOB_FIXTURE_H

#include "pipelines/job.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sink_job *job;
static struct sink_faults faults;

static inline void set_up(void)
{
    job = NULL;
    faults = (struct sink_faults){0};
}

static inline void tear_down(void)
{
    sink_job_free(job);
    sink_faults_free(&faults);
    set_up();
}

static inline enum sink_status parse(const char *text)
{
    tear_down();
    return sink_job_parse("in/job.yml", text, strlen(text), &job, &faults);
}

static inline void accept(const char *text)
{
    if (parse(text) != SINK_OK)
        ck_abort_msg("%s\n%s", text, faults.count ? faults.items[0].message : "no fault");
    ck_assert_uint_eq(faults.count, 0);
    ck_assert_ptr_nonnull(job);
}

#endif
