#include "pipelines/digest.h"

#include "pipelines/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)1 << 20)

void sink_digest_start(struct sink_digest *digest)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    digest->context = context;
    digest->has_failed = !context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1;
}

void sink_digest_add(struct sink_digest *digest, const void *data, size_t bytes)
{
    if (!digest->has_failed)
        digest->has_failed = EVP_DigestUpdate(digest->context, data, bytes) != 1;
}

void sink_digest_add_whole(struct sink_digest *digest, uint64_t value)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
    sink_digest_add(digest, bytes, sizeof bytes);
}

void sink_digest_add_real(struct sink_digest *digest, double value)
{
    uint64_t bits = UINT64_C(0x7ff8000000000000);
    if (!isnan(value))
        memcpy(&bits, &value, sizeof bits);
    sink_digest_add_whole(digest, bits);
}

void sink_digest_add_text(struct sink_digest *digest, const char *text)
{
    const size_t bytes = text ? strlen(text) : 0;
    sink_digest_add_whole(digest, bytes);
    sink_digest_add(digest, text, bytes);
}

enum sink_status sink_digest_finish(struct sink_digest *digest, char hex[65],
                                    struct sink_error *error)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    if (!digest->has_failed)
        digest->has_failed = EVP_DigestFinal_ex(digest->context, bytes, NULL) != 1;
    EVP_MD_CTX_free(digest->context);
    digest->context = NULL;
    if (digest->has_failed)
        return sink_fail(error, SINK_FAILED, "SHA-256 failed");
    for (size_t i = 0; i < 32; i++)
        snprintf(&hex[2 * i], 3, "%02x", bytes[i]);
    return SINK_OK;
}

static enum sink_status add_file(struct sink_digest *digest, int file, const char *path,
                                 double *bytes, struct sink_error *error)
{
    char *buffer = malloc(BUFFER_BYTES);
    enum sink_status status = buffer ? SINK_OK : sink_fail_memory(error);
    *bytes = 0;
    while (status == SINK_OK && (status = sink_interrupt_status()) == SINK_OK) {
        const ssize_t count = read(file, buffer, BUFFER_BYTES);
        if (count == 0)
            break;
        if (count > 0) {
            sink_digest_add(digest, buffer, (size_t)count);
            *bytes += (double)count;
        } else if (errno != EINTR) {
            status =
                sink_fail(error, SINK_BAD_DATA, "%s: cannot be read: %s", path, strerror(errno));
        }
    }
    free(buffer);
    if (status == SINK_INTERRUPTED || status == SINK_TERMINATED)
        return sink_fail(error, status, "%s: interrupted", path);
    return status;
}

enum sink_status sink_file_sha256(const char *path, char hex[65], double *bytes,
                                  struct sink_error *error)
{
    struct stat info;
    struct sink_digest digest;
    struct sink_error unused;
    /* Not blocking: a FIFO would wait for ever. */
    const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return sink_fail(error, SINK_BAD_DATA, "%s: cannot be read: %s", path, strerror(errno));
    sink_digest_start(&digest);
    enum sink_status status = fstat(file, &info) == 0 && S_ISREG(info.st_mode)
                                  ? add_file(&digest, file, path, bytes, error)
                                  : sink_fail(error, SINK_BAD_DATA, "%s: no regular file", path);
    close(file);
    const enum sink_status finished =
        sink_digest_finish(&digest, hex, status == SINK_OK ? error : &unused);
    return status == SINK_OK ? finished : status;
}
