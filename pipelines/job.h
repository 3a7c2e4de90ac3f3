/* The job file: what to count, from which files, with which factors. Parsed, not yet opened. */
#ifndef SINK_PIPELINES_JOB_H
#define SINK_PIPELINES_JOB_H

#include "pipelines/place.h"
#include "rasters/layer.h"
#include "sinkcalc/base/confine.h"
#include "sinkcalc/base/error.h"
#include "sinkcalc/base/units.h"
#include "sinkcalc/model/account.h"
#include "sinkcalc/model/gwp.h"
#include "sinkcalc/model/price.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sink_layer_role {
    SINK_ROLE_LAND_COVER,
    SINK_ROLE_ECOSYSTEM, /* forest, grassland, wetland, mangrove, salt_marsh, seagrass */
    SINK_ROLE_ABOVE_GROUND_BIOMASS,
    SINK_ROLE_STOCK_VOLUME,
    SINK_ROLE_SOIL_CARBON,
    SINK_ROLE_STAND_AGE,  /* years since the stand was established */
    SINK_ROLE_SD,         /* standard deviation of another layer */
    SINK_ROLE_OVERLAY,    /* zone, climate, soil ... any other name */
    SINK_ROLE_DISTURBANCE /* year of an event; 0 or no data: none. Codes without a legend */
};

enum sink_ecosystem_unit { SINK_SHARE_PRESENCE, SINK_SHARE_FRACTION, SINK_SHARE_PERCENT };

struct sink_job_layer {
    enum sink_layer_role role;
    char *name;   /* key in the job; "<of>_sd" for a standard deviation */
    char **files; /* as written: paths, globs; may hold {year} */
    size_t file_count;
    bool is_yearly; /* some file holds {year} */
    int band;       /* 1 unless given */
    char *variable; /* netCDF variable, or NULL */
    char *crs;      /* stated CRS, or NULL */
    bool has_nodata;
    double nodata;
    char *unit_text;       /* as written, or NULL */
    struct sink_unit unit; /* biomass, volume, soil, age and sd; for an ecosystem see share */
    enum sink_ecosystem_unit share;
    char *class_name; /* ecosystem: the class, by default the layer's name */
    char *legend;     /* land cover, overlay: built-in name or path as written; NULL for none */
    char *constant;   /* overlay given as `value:` for the whole job, or NULL */
    char **classes;   /* biomass, volume, soil: the classes it speaks for; NULL: all woody classes
                         (biomass, volume), all classes with pools (soil) */
    size_t class_count;
    enum sink_resample method; /* nearest for codes; average unless given for quantities */
    double depth_cm;           /* soil_carbon; NaN otherwise */
    int of;                    /* sd: index of the layer it belongs to; -1 otherwise */
    double range_m; /* sd: range over which errors are correlated; NaN: everywhere, fully */
    double time_correlation; /* sd: of the errors of two years, 0..1 */
    bool is_derived; /* stock volume from above-ground biomass: no files, nothing is opened */
    bool burns;      /* disturbance: a fire */
    struct sink_place place;
};

/* How the change of a pool of a class is found. */
struct sink_job_method {
    char *class_name;
    int pool; /* enum sink_pool; -1: every pool */
    enum sink_method method;
    struct sink_place place;
};

/* Land that could be planted: where the overlay has one of the values. */
struct sink_job_potential {
    bool is_given; /* the rest is NULL and 0 otherwise */
    char *overlay;
    char **values;
    size_t value_count;
    char *class_name; /* what is planted */
    int year;         /* after the last of the job */
    struct sink_place place;
};

struct sink_job_value {
    bool is_given; /* the rest is NULL and 0 otherwise */
    char *currency, *source;
    int price_year;
    double discount_rate;                                  /* per year, 0..1 */
    struct sink_price_points paths[SINK_PRICE_PATH_COUNT]; /* each with one point or more */
};

struct sink_job {
    char *path;   /* of the job file as given, for messages */
    char *folder; /* paths in the job are relative to it; "." possible */
    char *text;   /* the file, verbatim */
    size_t text_bytes;
    /* where its files must lie; NULL: anywhere. Borrowed */
    const struct sink_confine *confine;
    char *title, *institution, *licence; /* never NULL; "" when not given */
    struct {
        char *file, *layer, *id, *name, *parent, *where; /* NULL when not given */
        char **levels, **level_names;                    /* level_names NULL or the same count */
        size_t level_count;
        bool repair, merge; /* default: repair yes, merge no */
        struct sink_place place;
    } regions;
    int *years; /* ascending, distinct */
    size_t year_count;
    int *history; /* years before the first, of land cover only; ascending, distinct */
    size_t history_count;
    double transition_years; /* D of IPCC 2006 Vol. 4 eq. 2.25; default 20 */
    int latest_conversions;  /* of a cell that the tally tells; default SINK_MAX_CONVERSIONS */
    struct sink_job_layer *layers;
    size_t layer_count;
    struct {
        char
            *layer; /* name of the layer that gives the grid; NULL: land_cover or first ecosystem */
        bool is_given;    /* extent, resolution and crs are given instead */
        double extent[4]; /* west, south, east, north in the CRS */
        double resolution[2];
        char *crs;
        struct sink_place place;
    } grid;
    char **factors; /* built-in set names or paths as written; default {"ipcc"} */
    size_t factor_count;
    struct sink_place *factor_places;
    struct sink_target *targets; /* default: 25 % and 19e9 m3 in 2030 */
    size_t target_count;
    char *
        *forest_classes; /* `forest_classes:` replaces is_forest of the classes; NULL: not given */
    size_t forest_class_count;
    char **not_land_classes; /* `land_area: {without: [...]}` replaces is_land; NULL: not given */
    size_t not_land_class_count;
    struct sink_job_method *methods; /* in the order of the file; each class and pool once */
    size_t method_count;
    char **report_by; /* names of overlays of the job */
    size_t report_by_count;
    char *harvest, *accuracy; /* CSV files as written; NULL when absent */
    struct sink_place harvest_place, accuracy_place;
    size_t draws;      /* of Monte Carlo; 0 (default): none */
    uint64_t seed;     /* default 1 */
    enum sink_gwp gwp; /* default AR5 */
    struct sink_job_potential potential;
    struct sink_job_value value;
    struct {
        enum sink_missing class_, value, factor, tile;
    } missing;         /* default ERROR for all */
    char *inventory;   /* output path as written; NULL when absent */
    char *per_region;  /* template with {region_id}, or NULL */
    char *tally;       /* NULL unless the tally is to be kept */
    bool remote;       /* default no */
    char *sha256;      /* list of the hashes of its inputs as written; NULL when absent */
    char **wrong_keys; /* [wrong_key_count] "layers.zone.file"; of a job that was read partly */
    size_t wrong_key_count;
};

/* Reads a YAML (or JSON) job. All faults at once, each "<path>:<line>:<column>: <key>: <what
 * found>, expected <what> (did you mean ...?)". At most 1 MiB, depth 32, one document, no aliases,
 * tags, merge keys or doubled keys; scalars are text until the schema reads them. *job is NULL if
 * any fault. */
SINK_CHECKED enum sink_status sink_job_read(const char *path, struct sink_job **job,
                                            struct sink_faults *faults);
/* The same from text; `path` is used for messages and to resolve relative paths. */
/* The same, but *job keeps the keys that were good where others were not; NULL only where the file
 * is no YAML. */
SINK_CHECKED enum sink_status sink_job_read_partly(const char *path, struct sink_job **job,
                                                   struct sink_faults *faults);
SINK_CHECKED enum sink_status sink_job_parse(const char *path, const char *text, size_t bytes,
                                             struct sink_job **job, struct sink_faults *faults);
void sink_job_free(struct sink_job *job);
/* Forgets what the job would write. */
void sink_job_drop_outputs(struct sink_job *job);

/* The first layer of a role, or NULL. */
const struct sink_job_layer *sink_job_find_role(const struct sink_job *job,
                                                enum sink_layer_role role);
/* Whether a quantity's layer (NULL: none) says what land of the class holds. */
bool sink_job_layer_speaks_for(const struct sink_job_layer *layer, const struct sink_class *class);
/* Whether the class is forest, or land, by the lists of the job or else by the class table. */
bool sink_job_is_forest(const struct sink_job *job, const struct sink_class *class);
bool sink_job_is_land(const struct sink_job *job, const struct sink_class *class);

/* A path of the job as the program opens it: absolute or relative to the working folder. Caller
 * frees. */
char *sink_job_path(const struct sink_job *job, const char *written);
/* The files of a layer for a year (ignored unless is_yearly): {year} replaced, globs expanded in
 * byte order, a glob that matches nothing is a fault. */
SINK_CHECKED enum sink_status sink_job_layer_files(const struct sink_job *job,
                                                   const struct sink_job_layer *layer, int year,
                                                   char ***paths, size_t *count,
                                                   struct sink_error *error);
void sink_paths_free(char **paths, size_t count);

#endif
