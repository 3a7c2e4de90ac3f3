/* What the account of a job would miss, told before any cell is read. */
#include "pipelines/book_settings.h"
#include "pipelines/plan.h"
#include "sinkcalc/model/trial.h"

#include <stdio.h>
#include <string.h>

enum { LIST_CLASSES = 8, LIST_BYTES = 256 }; /* of one note, which must be whole */

static bool lacks_any(const struct sink_trial *lacks, const char *class)
{
    for (size_t i = 0; i < lacks->count; i++)
        if (lacks->items[i].reach == SINK_LACK_OF_ALL && strcmp(lacks->items[i].class, class) == 0)
            return true;
    return false;
}

/* A legend may have classes that the map has not; but where each of its classes lacks something,
 * all land does. */
static bool lacks_everywhere(const struct sink_plan *plan, const struct sink_trial *lacks)
{
    const int d = sink_tally_dimension(&plan->spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO);
    const struct sink_dimension *classes = &plan->spec.dimensions[d];
    size_t count = 0;
    for (size_t v = 2; v < classes->count; v++) {
        const int class = sink_class_list_find(&plan->classes, classes->labels[v]);
        if (class < 0 || !plan->classes.items[class].has_pools)
            continue;
        if (!lacks_any(lacks, classes->labels[v]))
            return false;
        count++;
    }
    return count > 0;
}

/* Whether two classes lack the same in the same words. */
static bool is_same(const struct sink_trial_lack *a, const struct sink_trial_lack *b)
{
    const char *first = a->error.message, *second = b->error.message;
    return a->reach == b->reach && a->class_at == b->class_at &&
           strncmp(first, second, a->class_at) == 0 &&
           strcmp(first + a->class_at + strlen(a->class),
                  second + b->class_at + strlen(b->class)) == 0;
}

/* "forest, bamboo and 3 more": the classes of one note; false where an earlier one has told of this
 * class. */
static bool list_classes(const struct sink_trial *lacks, size_t at, char text[LIST_BYTES])
{
    size_t used = 0, count = 0;
    for (size_t i = 0; i < at; i++)
        if (is_same(&lacks->items[i], &lacks->items[at]))
            return false;
    for (size_t i = at; i < lacks->count; i++)
        if (is_same(&lacks->items[i], &lacks->items[at]) && count++ < LIST_CLASSES)
            used += (size_t)snprintf(text + used, LIST_BYTES - used, "%s%.24s", i > at ? ", " : "",
                                     lacks->items[i].class);
    if (count > LIST_CLASSES)
        snprintf(text + used, LIST_BYTES - used, " and %zu more", count - LIST_CLASSES);
    return true;
}

static void note(struct sink_plan *plan, const struct sink_trial_lack *lack, const char *classes)
{
    static const char *const fails[] = {
        [SINK_LACK_OF_ALL] = "; with such land the account fails",
        [SINK_LACK_OF_STRUCK] = "; where a disturbance strikes such land, the account fails",
        [SINK_LACK_OF_PLANTED] = "; where it may be planted, the account fails"};
    const bool is_counted = plan->job->missing.factor == SINK_MISSING_COUNT;
    const char *message = lack->error.message;
    const size_t rest = lack->class_at + strlen(lack->class);
    const size_t length = is_counted ? lack->what_length - rest : strlen(message + rest);
    sink_faults_note(&plan->notes, SINK_BAD_DATA, "%s: %.*s%s%.*s%s", plan->job->path,
                     (int)lack->class_at, message, classes, (int)length, message + rest,
                     is_counted ? ": such land is counted without" : fails[lack->reach]);
}

static void tell(struct sink_plan *plan, const struct sink_trial *lacks, struct sink_faults *faults)
{
    char classes[LIST_BYTES];
    const bool is_fault =
        plan->job->missing.factor == SINK_MISSING_ERROR && lacks_everywhere(plan, lacks);
    for (size_t i = 0; i < lacks->count; i++) {
        const struct sink_trial_lack *lack = &lacks->items[i];
        if (!list_classes(lacks, i, classes))
            continue;
        if (is_fault && lack->reach == SINK_LACK_OF_ALL)
            sink_faults_note(faults, SINK_BAD_DATA, "%s: %.*s%s%s", plan->job->path,
                             (int)lack->class_at, lack->error.message, classes,
                             lack->error.message + lack->class_at + strlen(lack->class));
        else
            note(plan, lack, classes);
    }
}

void sink_plan_try_factors(struct sink_plan *plan, struct sink_faults *faults)
{
    struct sink_error error;
    struct sink_trial lacks;
    struct sink_book_settings settings;
    const struct sink_evidence evidence = {.tables = plan->tables,
                                           .table_count = plan->table_count};
    enum sink_status status =
        sink_book_settings_make(plan->job, &evidence, &plan->classes, &settings, faults);
    if (status == SINK_OK) {
        const struct sink_account_basis basis = {&plan->classes, &plan->factors, &settings.account,
                                                 NULL};
        status = sink_trial_make(&plan->spec, &basis, &lacks, &error);
        if (status != SINK_OK) {
            sink_faults_add(faults, &error);
        } else {
            tell(plan, &lacks, faults);
            sink_trial_free(&lacks);
        }
    }
    sink_book_settings_free(&settings);
}
