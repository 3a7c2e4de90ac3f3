/* The reader's end of the connection to the process that has the file open (nc_server.h). Private
 * to nc_reader.c and nc_connection.c. */
#ifndef SINK_PIPELINES_NC_CONNECTION_H
#define SINK_PIPELINES_NC_CONNECTION_H

#include "pipelines/nc_server.h"

/* A length that was told is told again from here. */
struct sink_nc_dimension {
    char name[SINK_NC_NAME_BYTES];
    size_t length;
};

struct sink_nc_request sink_nc_request_by_name(enum sink_nc_request_kind kind, const char *name);
/* The bytes that follow an answer; false when the other end has gone. */
bool sink_nc_receive(struct sink_nc_reader *reader, void *data, size_t bytes);
/* The answer to what must be there; `what` names it in the fault. */
bool sink_nc_ask_well(struct sink_nc_reader *reader, const struct sink_nc_request *request,
                      const char *what, struct sink_nc_answer *answer);
/* The answer to what may be there. Any other reason than that it is not would hide what is. */
bool sink_nc_ask_whether(struct sink_nc_reader *reader, const struct sink_nc_request *request,
                         struct sink_nc_answer *answer);

#endif
