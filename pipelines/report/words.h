/* The words of the report, in English and Chinese. */
#ifndef SINK_PIPELINES_REPORT_WORDS_H
#define SINK_PIPELINES_REPORT_WORDS_H

#include <stddef.h>

struct sink_word {
    const char *key;     /* what the program or the file says */
    const char *english; /* NULL: the key itself */
    const char *chinese;
};
extern const struct sink_word sink_words[];
extern const size_t sink_word_count;
extern const struct sink_word sink_key_words[]; /* further ones */
extern const size_t sink_key_word_count;

/* NULL when the table does not have the key. */
const char *sink_words_chinese(const char *key);
/* The same for a name of the file, "dead_wood": the table has it with spaces. */
const char *sink_words_chinese_name(const char *name);
/* NULL when the table has nothing better than the key. */
const char *sink_words_english(const char *key);

#endif
