/* The settings of an account as a job gives them. */
#ifndef SINK_PIPELINES_BOOK_SETTINGS_H
#define SINK_PIPELINES_BOOK_SETTINGS_H

#include "pipelines/evidence.h"
#include "pipelines/job.h"
#include "sinkcalc/model/account.h"
#include "sinkcalc/model/area_estimate.h"

struct sink_book_settings {
    struct sink_account_settings account; /* points into the rest */
    struct sink_harvest harvest;          /* empty without */
    struct sink_confusion confusion;      /* empty without */
    struct sink_planting planting;
    void *owned;
};

/* The job must outlive the settings. The tables of harvest and accuracy come from the evidence. */
SINK_CHECKED enum sink_status sink_book_settings_make(const struct sink_job *job,
                                                      const struct sink_evidence *evidence,
                                                      const struct sink_class_list *classes,
                                                      struct sink_book_settings *settings,
                                                      struct sink_faults *faults);
void sink_book_settings_free(struct sink_book_settings *settings);

#endif
