#include "pipelines/checksums.h"

#include "pipelines/digest.h"
#include "sinkcalc/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LIST_LIMIT_BYTES ((size_t)16 << 20)
#define HEX_DIGITS 64

/* Files are told apart by what they are, not by how a path is written. */
struct entry {
    dev_t device;
    ino_t inode;
    size_t line;
    char sha256[HEX_DIGITS + 1];
};

struct sink_checksums {
    const struct sink_job *job;
    char *path, *folder; /* of the list; the path is the one of its faults */
    struct entry list;
    struct entry *entries; /* [count], by file */
    size_t count;
};

static int by_file(const void *a, const void *b)
{
    const struct entry *p = a, *q = b;
    if (p->device != q->device)
        return p->device < q->device ? -1 : 1;
    return p->inode < q->inode ? -1 : p->inode > q->inode;
}

static int by_file_and_line(const void *a, const void *b)
{
    const struct entry *p = a, *q = b;
    const int order = by_file(a, b);
    return order ? order : p->line < q->line ? -1 : p->line > q->line;
}

/* Takes the backslashes of an escaped line out of its path. */
static bool unescape(char *path)
{
    char *end = path;
    for (; *path; path++) {
        if (*path != '\\') {
            *end++ = *path;
            continue;
        }
        path++;
        if (*path != '\\' && *path != 'n' && *path != 'r')
            return false;
        *end++ = *path == 'n' ? '\n' : *path == 'r' ? '\r' : '\\';
    }
    *end = '\0';
    return true;
}

/* The path of the line, whose end is changed; NULL when it is not as it must be. */
static char *parse(char *line, size_t bytes, struct entry *entry)
{
    const bool is_escaped = *line == '\\';
    if (bytes > 0 && line[bytes - 1] == '\r')
        line[--bytes] = '\0';
    if (strlen(line) != bytes) /* a NUL */
        return NULL;
    line += is_escaped;
    if (strspn(line, "0123456789abcdefABCDEF") != HEX_DIGITS)
        return NULL;
    for (size_t i = 0; i < HEX_DIGITS; i++)
        entry->sha256[i] = (char)tolower((unsigned char)line[i]);
    char *path = line + HEX_DIGITS + 2;
    if (line[HEX_DIGITS] != ' ' || (path[-1] != ' ' && path[-1] != '*') || !*path)
        return NULL;
    return !is_escaped || unescape(path) ? path : NULL;
}

/* Finds the file of an entry; what is wrong with it is noted. */
static bool find_file(const struct sink_checksums *checksums, const char *path, struct entry *entry,
                      struct sink_faults *faults)
{
    struct stat info;
    struct sink_error error;
    const struct sink_job *job = checksums->job;
    char *place =
        *path == '/' ? sink_text_copy(path) : sink_text_format("%s/%s", checksums->folder, path);
    const enum sink_status status =
        place ? sink_confine_check(job->confine, place, &error) : sink_fail_memory(&error);
    if (status != SINK_OK) /* which names the file */
        sink_faults_note(faults, status, "%s:%zu: %s", checksums->path, entry->line, error.message);
    const bool is_there = status == SINK_OK && stat(place, &info) == 0;
    if (status == SINK_OK && !is_there)
        sink_faults_note(faults, SINK_BAD_DATA, "%s:%zu: %s: %s", checksums->path, entry->line,
                         path, errno == ENOENT ? "no such file" : strerror(errno));
    free(place);
    if (!is_there)
        return false;
    entry->device = info.st_dev;
    entry->inode = info.st_ino;
    return by_file(entry, &checksums->list) != 0;
}

static void read_line(struct sink_checksums *checksums, char *line, size_t bytes, size_t number,
                      struct sink_faults *faults)
{
    struct entry entry = {.line = number};
    if (bytes == 0 || *line == '#' || strcmp(line, "\r") == 0)
        return;
    const char *path = parse(line, bytes, &entry);
    if (!path)
        sink_faults_note(faults, SINK_BAD_DATA,
                         "%s:%zu: no line of sha256sum, expected 64 hexadecimal digits, two spaces "
                         "and a path",
                         checksums->path, number);
    else if (find_file(checksums, path, &entry, faults))
        checksums->entries[checksums->count++] = entry;
}

static void read_lines(struct sink_checksums *checksums, char *text, size_t bytes,
                       struct sink_faults *faults)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* UTF-8 byte order mark */
    size_t number = 0;
    for (char *line = text + (strncmp(text, mark, 3) == 0 ? 3 : 0); line < text + bytes;) {
        char *end = memchr(line, '\n', (size_t)(text + bytes - line));
        end = end ? end : text + bytes;
        *end = '\0';
        read_line(checksums, line, (size_t)(end - line), ++number, faults);
        line = end + 1;
    }
}

/* Sorts the entries; of one file one stays. */
static void sort(struct sink_checksums *checksums, struct sink_faults *faults)
{
    size_t count = 0;
    struct entry *entries = checksums->entries;
    qsort(entries, checksums->count, sizeof *entries, by_file_and_line);
    for (size_t i = 0; i < checksums->count; i++) {
        if (count == 0 || by_file(&entries[count - 1], &entries[i]) != 0)
            entries[count++] = entries[i];
        else if (strcmp(entries[count - 1].sha256, entries[i].sha256) != 0)
            sink_faults_note(faults, SINK_BAD_DATA,
                             "%s:%zu: the file of line %zu again, with another hash",
                             checksums->path, entries[i].line, entries[count - 1].line);
    }
    checksums->count = count;
}

static enum sink_status fill(struct sink_checksums *checksums, struct sink_faults *faults,
                             struct sink_error *error)
{
    const char *path = checksums->path;
    struct stat info;
    char *text = NULL;
    size_t bytes = 0;
    enum sink_status status = sink_confine_check(checksums->job->confine, path, error);
    if (status == SINK_OK)
        status = sink_text_read_file(path, LIST_LIMIT_BYTES, &text, &bytes, error);
    if (status != SINK_OK)
        return status;
    checksums->folder = sink_text_folder(path);
    const size_t room = bytes / (HEX_DIGITS + 3) + 2; /* no entry is shorter */
    checksums->entries = calloc(room, sizeof *checksums->entries);
    if (stat(path, &info) == 0)
        checksums->list = (struct entry){.device = info.st_dev, .inode = info.st_ino};
    if (checksums->folder && checksums->entries) {
        read_lines(checksums, text, bytes, faults);
        sort(checksums, faults);
    } else {
        status = sink_fail_memory(error);
    }
    free(text);
    return status;
}

void sink_checksums_read(const struct sink_job *job, struct sink_checksums **checksums,
                         struct sink_faults *faults)
{
    struct sink_error error;
    const size_t before = faults->count + faults->dropped;
    *checksums = NULL;
    if (!job->sha256)
        return;
    *checksums = calloc(1, sizeof **checksums);
    if (*checksums) {
        (*checksums)->job = job;
        (*checksums)->path = sink_job_path(job, job->sha256);
    }
    const enum sink_status status = *checksums && (*checksums)->path
                                        ? fill(*checksums, faults, &error)
                                        : sink_fail_memory(&error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    if (faults->count + faults->dropped == before)
        return;
    sink_checksums_free(*checksums);
    *checksums = NULL;
}

void sink_checksums_free(struct sink_checksums *checksums)
{
    if (!checksums)
        return;
    free(checksums->path);
    free(checksums->folder);
    free(checksums->entries);
    free(checksums);
}

static const struct entry *find(const struct sink_checksums *checksums, const struct stat *info)
{
    const struct entry key = {.device = info->st_dev, .inode = info->st_ino};
    if (by_file(&key, &checksums->list) == 0)
        return &checksums->list;
    return bsearch(&key, checksums->entries, checksums->count, sizeof key, by_file);
}

static enum sink_status fail_hash(const struct sink_checksums *checksums, const char *written,
                                  const char *sha256, const struct entry *entry,
                                  struct sink_error *error)
{
    return sink_fail(error, SINK_BAD_DATA, "%s: its SHA-256 is %s, expected %s (%s:%zu)", written,
                     sha256, entry->sha256, checksums->job->sha256, entry->line);
}

/* As find, by path; NULL, with the error, when it is not in the list. */
static const struct entry *look_up(const struct sink_checksums *checksums, const char *written,
                                   struct sink_error *error)
{
    struct stat info;
    char *path = sink_job_path(checksums->job, written);
    if (!path) {
        (void)!sink_fail_memory(error);
        return NULL;
    }
    const struct entry *entry = stat(path, &info) == 0 ? find(checksums, &info) : NULL;
    free(path);
    if (!entry)
        (void)!sink_fail(error, SINK_BAD_DATA,
                         "%s: is not listed in %s, expected its SHA-256 there", written,
                         checksums->job->sha256);
    return entry;
}

enum sink_status sink_checksums_check_listed(const struct sink_checksums *checksums,
                                             const char *written, struct sink_error *error)
{
    return !checksums || look_up(checksums, written, error) ? SINK_OK : error->status;
}

enum sink_status sink_checksums_check(const struct sink_checksums *checksums, const char *written,
                                      const char *sha256, struct sink_error *error)
{
    if (!checksums)
        return SINK_OK;
    const struct entry *entry = look_up(checksums, written, error);
    if (!entry)
        return error->status;
    return entry == &checksums->list || strcmp(entry->sha256, sha256) == 0
               ? SINK_OK
               : fail_hash(checksums, written, sha256, entry, error);
}

enum sink_status sink_checksums_check_job(const struct sink_checksums *checksums,
                                          struct sink_error *error)
{
    char sha256[HEX_DIGITS + 1];
    struct stat info;
    struct sink_digest digest;
    const struct sink_job *job = checksums ? checksums->job : NULL;
    const struct entry *entry = job && stat(job->path, &info) == 0 ? find(checksums, &info) : NULL;
    if (!entry || entry == &checksums->list)
        return SINK_OK;
    sink_digest_start(&digest);
    sink_digest_add(&digest, job->text, job->text_bytes);
    const enum sink_status status = sink_digest_finish(&digest, sha256, error);
    return status != SINK_OK || strcmp(entry->sha256, sha256) == 0
               ? status
               : fail_hash(checksums, job->path, sha256, entry, error);
}
