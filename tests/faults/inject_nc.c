/* The calls of netCDF-C that the program makes. All of them take whole numbers and pointers only,
 * and return a code, so that one shape serves them. cli/inject.py fails when one is missing here.
 */
#include "tests/faults/inject.h"

#include <stddef.h>
#include <stdlib.h>

/* NOLINTBEGIN(readability-function-size): as many words as the longest call has */
#define NC_EHDFERR (-101)
typedef long word;

#define HEAD(name)                                                                                 \
    int name(word a, word b, word c, word d, word e, word f, word g, word h);                      \
    int name(word a, word b, word c, word d, word e, word f, word g, word h)
#define REAL(name)                                                                                 \
    static int (*real)(word, word, word, word, word, word, word, word);                            \
    if (!real)                                                                                     \
    *(void **)(&real) = inject_find(#name)

#define CALL(name)                                                                                 \
    HEAD(name)                                                                                     \
    {                                                                                              \
        REAL(name);                                                                                \
        return inject_is_hit_nc(__builtin_return_address(0)) ? NC_EHDFERR                          \
                                                             : real(a, b, c, d, e, f, g, h);       \
    }

/* What closes does so even when it tells of an error; the image of memory is then nobody's. */
#define CLOSE(name)                                                                                \
    HEAD(name)                                                                                     \
    {                                                                                              \
        REAL(name);                                                                                \
        const int is_hit = inject_is_hit_nc(__builtin_return_address(0));                          \
        const int code = real(a, b, c, d, e, f, g, h);                                             \
        return is_hit ? NC_EHDFERR : code;                                                         \
    }

CALL(nc_create_mem)
CALL(nc_def_dim)
CALL(nc_def_var)
CALL(nc_def_var_chunking)
CALL(nc_def_var_deflate)
CALL(nc_def_var_fill)
CALL(nc_def_var_fletcher32)
CALL(nc_free_string)
CALL(nc_get_att_double)
CALL(nc_get_att_string)
CALL(nc_get_att_text)
CALL(nc_get_var)
CALL(nc_get_var_string)
CALL(nc_inq)
CALL(nc_inq_att)
CALL(nc_inq_attname)
CALL(nc_inq_dim)
CALL(nc_inq_dimid)
CALL(nc_inq_dimlen)
CALL(nc_inq_dimids)
CALL(nc_inq_dimname)
CALL(nc_inq_grp_ncid)
CALL(nc_inq_grpname)
CALL(nc_inq_grps)
CALL(nc_inq_type)
CALL(nc_inq_typeids)
CALL(nc_inq_unlimdim)
CALL(nc_inq_var)
CALL(nc_inq_vardimid)
CALL(nc_inq_varid)
CALL(nc_inq_varndims)
CALL(nc_open)
CALL(nc_open_mem)
CALL(nc_put_att_double)
CALL(nc_put_att_int)
CALL(nc_put_att_text)
CALL(nc_put_var)
CALL(nc_put_vara_double)
CLOSE(nc_abort)
CLOSE(nc_close)

struct image {
    size_t size;
    void *memory;
    int flags;
};

HEAD(nc_close_memio)
{
    REAL(nc_close_memio);
    const int is_hit = inject_is_hit_nc(__builtin_return_address(0));
    const int code = real(a, b, c, d, e, f, g, h);
    struct image *image = (struct image *)b; /* NOLINT(performance-no-int-to-ptr): as it came */
    if (!is_hit)
        return code;
    free(image->memory);
    image->memory = NULL;
    return NC_EHDFERR;
}
/* NOLINTEND(readability-function-size) */
