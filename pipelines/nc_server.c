#include "pipelines/nc_server.h"

#include "pipelines/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netcdf.h>
#include <netcdf_mem.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Milliseconds are usual for opening, and 60 MB/s for reading; HDF5 walks for ever through groups
 * that hold each other, and through values whose places are damaged. */
#define OPEN_SECONDS 2
#define OPEN_BYTES ((size_t)256 << 20)
#define READ_SECONDS 5
#define READ_BYTES_PER_S 10000000
#define READ_BYTES ((size_t)5 << 29)

struct server {
    int socket, root, group;
};

static void send_all(const struct server *server, const void *data, size_t bytes)
{
    const char *at = data;
    while (bytes > 0) {
        const ssize_t sent = send(server->socket, at, bytes, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            _exit(1);
        at += sent;
        bytes -= (size_t)sent;
    }
}

/* Sends the answer, its payload, and frees that. */
static void answer_with(const struct server *server, struct sink_nc_answer *answer, int code,
                        void *payload)
{
    answer->code = code;
    if (code != NC_NOERR)
        answer->bytes = 0;
    send_all(server, answer, sizeof *answer);
    if (answer->bytes > 0)
        send_all(server, payload, answer->bytes);
    free(payload);
}

static int describe(const struct server *server, int variable, struct sink_nc_answer *answer)
{
    int ids[NC_MAX_VAR_DIMS];
    int code = nc_inq_var(server->group, variable, answer->name, &answer->type, &answer->rank, ids,
                          &answer->attribute_count);
    answer->variable = variable;
    answer->count = 1;
    if (code == NC_NOERR && answer->rank > SINK_NC_MAX_RANK)
        code = NC_EMAXDIMS;
    for (int d = 0; code == NC_NOERR && d < answer->rank; d++) {
        size_t length;
        code = nc_inq_dim(server->group, ids[d], answer->dimensions[d], &length);
        answer->lengths[d] = length;
        if (code == NC_NOERR && __builtin_mul_overflow(answer->count, length, &answer->count))
            code = NC_EVARSIZE;
    }
    return code;
}

/* Texts in one piece, each after the number of its bytes. */
static int pack_texts(char **texts, struct sink_nc_answer *answer, void **payload)
{
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < answer->count; i++)
        bytes += sizeof(uint32_t) + (texts[i] ? strlen(texts[i]) : 0);
    char *at = *payload = malloc(bytes + 1);
    if (!at)
        return NC_ENOMEM;
    for (uint64_t i = 0; i < answer->count; i++) {
        const size_t length = texts[i] ? strlen(texts[i]) : 0;
        const uint32_t told = (uint32_t)length;
        if (length > UINT32_MAX)
            return NC_EVARSIZE;
        memcpy(at, &told, sizeof told);
        memcpy(at + sizeof told, texts[i] ? texts[i] : "", length);
        at += sizeof told + length;
    }
    answer->bytes = bytes;
    return NC_NOERR;
}

static int read_texts(const struct server *server, int variable, struct sink_nc_answer *answer,
                      void **payload)
{
    char **texts = calloc(answer->count + 1, sizeof *texts);
    if (!texts)
        return NC_ENOMEM;
    int code = nc_get_var_string(server->group, variable, texts);
    if (code == NC_NOERR)
        code = pack_texts(texts, answer, payload);
    const int freed = nc_free_string(answer->count, texts);
    free(texts);
    return code == NC_NOERR ? freed : code;
}

static int read_values(const struct server *server, int variable, struct sink_nc_answer *answer,
                       void **payload)
{
    size_t bytes;
    int code = describe(server, variable, answer);
    if (code == NC_NOERR && answer->type == NC_STRING)
        return read_texts(server, variable, answer, payload);
    if (code == NC_NOERR && answer->type > NC_MAX_ATOMIC_TYPE)
        code = NC_EBADTYPE; /* a type of the file's own may hold pointers */
    if (code == NC_NOERR)
        code = nc_inq_type(server->group, answer->type, NULL, &bytes);
    if (code != NC_NOERR)
        return code;
    if (__builtin_mul_overflow(bytes, answer->count, &answer->bytes) ||
        !(*payload = malloc(answer->bytes + 1)))
        return NC_ENOMEM;
    return nc_get_var(server->group, variable, *payload);
}

static int read_attribute(const struct server *server, int variable, const char *name,
                          struct sink_nc_answer *answer, void **payload)
{
    size_t count;
    char *text = NULL;
    int code = nc_inq_att(server->group, variable, name, &answer->type, &count);
    if (code != NC_NOERR)
        return code;
    answer->count = count;
    if (answer->type == NC_STRING && count == 1) {
        code = nc_get_att_string(server->group, variable, name, &text);
        if (code == NC_NOERR && text && !(*payload = strdup(text)))
            code = NC_ENOMEM;
        else if (code == NC_NOERR && text)
            answer->bytes = strlen(text);
        const int freed = nc_free_string(1, &text);
        return code == NC_NOERR ? freed : code;
    }
    const size_t size = answer->type == NC_CHAR ? 1 : sizeof(double);
    if (__builtin_mul_overflow(size, count, &answer->bytes) ||
        !(*payload = malloc(answer->bytes + 1)))
        return NC_ENOMEM;
    return answer->type == NC_CHAR ? nc_get_att_text(server->group, variable, name, *payload)
                                   : nc_get_att_double(server->group, variable, name, *payload);
}

static int name_of(const struct server *server, int what, int id, char *name)
{
    return what == SINK_NC_GROUPS  ? nc_inq_grpname(id, name)
           : what == SINK_NC_TYPES ? nc_inq_type(server->group, id, name, NULL)
                                   : nc_inq_dimname(server->group, id, name);
}

static int inquire(const struct server *server, int what, int *count, int *ids)
{
    return what == SINK_NC_GROUPS  ? nc_inq_grps(server->group, count, ids)
           : what == SINK_NC_TYPES ? nc_inq_typeids(server->group, count, ids)
                                   : nc_inq_dimids(server->group, count, ids, 0);
}

static int list(const struct server *server, int what, struct sink_nc_answer *answer,
                void **payload)
{
    char name[SINK_NC_NAME_BYTES];
    int count = 0, code = inquire(server, what, &count, NULL);
    if (code != NC_NOERR || count == 0)
        return code;
    int *ids = calloc((size_t)count, sizeof *ids);
    char **names = calloc((size_t)count, sizeof *names);
    code = ids && names ? inquire(server, what, &count, ids) : NC_ENOMEM;
    for (int i = 0; code == NC_NOERR && i < count; i++) {
        code = name_of(server, what, ids[i], name);
        if (code == NC_NOERR && !(names[i] = strdup(name)))
            code = NC_ENOMEM;
    }
    answer->count = (uint64_t)count;
    if (code == NC_NOERR)
        code = pack_texts(names, answer, payload);
    for (int i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
    free(ids);
    return code;
}

static int enter(struct server *server, const char *name)
{
    if (*name == '\0') {
        server->group = server->root;
        return NC_NOERR;
    }
    return nc_inq_grp_ncid(server->root, name, &server->group);
}

static int look(struct server *server, const struct sink_nc_request *request,
                struct sink_nc_answer *answer, void **payload)
{
    int id = request->variable, count, code;
    size_t length = 0;
    switch ((enum sink_nc_request_kind)request->kind) {
    case SINK_NC_ENTER:
        return enter(server, request->name);
    case SINK_NC_LENGTH:
        code = nc_inq_dimid(server->group, request->name, &id);
        if (code == NC_NOERR)
            code = nc_inq_dimlen(server->group, id, &length);
        answer->count = length;
        return code;
    case SINK_NC_COUNT:
        code = nc_inq(server->group, NULL, &count, &answer->attribute_count, NULL);
        answer->count = code == NC_NOERR ? (uint64_t)count : 0;
        return code;
    case SINK_NC_FIND:
        code = nc_inq_varid(server->group, request->name, &id);
        return code == NC_NOERR ? describe(server, id, answer) : code;
    case SINK_NC_DESCRIBE:
        return describe(server, id, answer);
    case SINK_NC_VALUES:
        return read_values(server, id, answer, payload);
    case SINK_NC_ATTRIBUTE_AT:
        code = nc_inq_attname(server->group, id, request->index, answer->name);
        return code == NC_NOERR ? read_attribute(server, id, answer->name, answer, payload) : code;
    case SINK_NC_ATTRIBUTE:
        memcpy(answer->name, request->name, sizeof answer->name);
        return read_attribute(server, id, answer->name, answer, payload);
    case SINK_NC_LIST:
        return list(server, request->index, answer, payload);
    }
    return NC_EINVAL;
}

/* Nothing of the parent but the socket stays open, and what libraries print goes nowhere. */
static void close_others(int socket)
{
    const int nowhere = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3; i++)
        if (nowhere >= 0)
            dup2(nowhere, i);
    const unsigned kept = (unsigned)socket;
    if (kept > 3)
        (void)close_range(3, kept - 1, 0);
    (void)close_range(kept + 1, ~0U, 0);
}

_Noreturn void sink_nc_serve(int socket, int file, size_t bytes)
{
    struct sink_nc_answer answer = {0};
    struct server server = {.socket = socket};
    void *image = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, file, 0);
    setenv("HDF5_PLUGIN_PRELOAD", "::", 1);
    close_others(socket);
    const size_t had = sink_sandbox_bytes();
    if (image == MAP_FAILED || !sink_sandbox_limit(OPEN_SECONDS, had + OPEN_BYTES + 2 * bytes))
        _exit(1);
    sink_sandbox_close();
    int code = nc_open_mem("image", NC_NOWRITE, bytes, image, &server.root);
    server.group = server.root;
    if (!sink_sandbox_limit(READ_SECONDS + (unsigned)(bytes / READ_BYTES_PER_S),
                            had + READ_BYTES + 2 * bytes))
        _exit(1);
    answer_with(&server, &answer, code, NULL);
    struct sink_nc_request request;
    while (recv(socket, &request, sizeof request, MSG_WAITALL) == (ssize_t)sizeof request) {
        void *payload = NULL;
        memset(&answer, 0, sizeof answer);
        code = look(&server, &request, &answer, &payload);
        answer_with(&server, &answer, code, payload);
    }
    _exit(0);
}
