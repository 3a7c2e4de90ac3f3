#include "sinkcalc/base/units.h"

#include <string.h>

/* A unit without its area: `text` after compaction. */
struct amount {
    const char *text;
    enum sink_quantity quantity;
    double factor;
};

/* Per hectare. Case is kept: mg is not Mg, and c is not C. Plain mass is mass of dry matter, as
 * biomass maps state it. */
static const struct amount per_ha[] = {
    {"t", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
    {"Mg", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
    {"tonne", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
    {"tonnes", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
    {"kg", SINK_QUANTITY_DRY_MATTER_T_HA, 1 / SINK_KG_PER_T},
};

static const struct amount per_m2[] = {
    {"kg", SINK_QUANTITY_DRY_MATTER_T_HA, SINK_M2_PER_HA / SINK_KG_PER_T},
    {"g", SINK_QUANTITY_DRY_MATTER_T_HA, SINK_M2_PER_HA / (1e3 * SINK_KG_PER_T)},
};

static const struct amount volumes[] = {
    {"m3", SINK_QUANTITY_VOLUME_M3_HA, 1},
};

/* Words, where case means nothing. */
static const struct amount words[] = {
    {"presence", SINK_QUANTITY_SHARE, 1},   {"fraction", SINK_QUANTITY_SHARE, 1},
    {"share", SINK_QUANTITY_SHARE, 1},      {"1", SINK_QUANTITY_SHARE, 1},
    {"percent", SINK_QUANTITY_SHARE, 0.01}, {"%", SINK_QUANTITY_SHARE, 0.01},
    {"yr", SINK_QUANTITY_AGE_YR, 1},        {"year", SINK_QUANTITY_AGE_YR, 1},
    {"years", SINK_QUANTITY_AGE_YR, 1},
};

/* Gases, without "/ha/yr". */
static const struct {
    const char *text, *gas;
    double factor;
} gases[] = {
    {"kgCH4", "CH4", 1},
    {"kgCH4-C", "CH4", SINK_CH4_PER_C},
    {"kgN2O", "N2O", 1},
    {"kgN2O-N", "N2O", SINK_N2O_PER_N},
};

/* A hectare is a square hectometre. */
static const char *const hectare[] = {"/ha",        "ha-1", "perha", "/hectare",
                                      "perhectare", "/hm2", "hm-2",  "perhm2"};
static const char *const square_metre[] = {"/m2", "m-2", "perm2"};
static const char *const year[] = {"/yr", "yr-1", "/year", "peryear", "/a", "a-1"};

static const char *const spellings[] = {
    "t/ha",    "t ha-1",   "Mg/ha",   "Mg ha-1", "t d.m./ha", "Mg d.m. ha-1", "kg/ha",
    "kg/m2",   "kg m-2",   "g/m2",    "t C/ha",  "tC/ha",     "Mg C ha-1",    "kg C/ha",
    "kg C/m2", "kg C m-2", "g C/m2",  "m3/ha",   "m3 ha-1",   "presence",     "fraction",
    "share",   "1",        "percent", "%",       "yr",        "year",         "years",
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
/* Room for a unit after compaction. */
#define ROOM 48

/* Characters of UTF-8 beside ASCII that units are written with, and what is meant. */
static const struct {
    const char *written, *meant;
} signs[] = {
    {"\xC2\xB2", "2"},     /* superscript two */
    {"\xC2\xB3", "3"},     /* superscript three */
    {"\xC2\xB9", "1"},     /* superscript one */
    {"\xE2\x81\xBB", "-"}, /* superscript minus */
    {"\xE2\x88\x92", "-"}, /* minus sign */
    {"\xC2\xB7", ""},      /* middle dot */
    {"\xE2\x8B\x85", ""},  /* dot operator */
    {"\xC2\xA0", ""},      /* no-break space */
};

/* Writes `text` without spaces, dots, carets and stars, and with plain digits for superscripts.
 * False when that does not fit. */
static bool compact(const char *text, char *into, size_t room)
{
    size_t used = 0;

    while (*text) {
        char plain[2] = {*text, '\0'};
        const char *piece = strchr(" .^*", *text) ? "" : plain;
        size_t length = 1;
        for (size_t i = 0; i < COUNT(signs); i++)
            if (strncmp(text, signs[i].written, strlen(signs[i].written)) == 0) {
                piece = signs[i].meant;
                length = strlen(signs[i].written);
            }
        if (used + strlen(piece) >= room)
            return false;
        for (; *piece; piece++)
            into[used++] = *piece;
        text += length;
    }
    into[used] = '\0';
    return true;
}

/* True when `text` ends with one of the endings, which is then cut off. An ending that would leave
 * nothing does not count. */
static bool cut_ending(char *text, const char *const *endings, size_t count)
{
    const size_t length = strlen(text);

    for (size_t i = 0; i < count; i++) {
        const size_t bytes = strlen(endings[i]);
        if (length > bytes && strcmp(text + length - bytes, endings[i]) == 0) {
            text[length - bytes] = '\0';
            return true;
        }
    }
    return false;
}

static const struct amount *find(const struct amount *amounts, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(amounts[i].text, text) == 0)
            return &amounts[i];
    return NULL;
}

/* A mass, with or without a word for what has that mass. */
static bool parse_mass(char *text, const struct amount *amounts, size_t count,
                       struct sink_unit *unit)
{
    static const char *const dry[] = {"dm", "DM", "drymatter", "ofdrymatter", "drymass", "biomass"};
    static const char *const carbon[] = {"C", "carbon", "ofcarbon"};

    const bool is_dry = cut_ending(text, dry, COUNT(dry));
    const bool is_carbon = !is_dry && cut_ending(text, carbon, COUNT(carbon));
    const struct amount *const amount = find(amounts, count, text);
    if (!amount)
        return false;
    *unit = (struct sink_unit){is_carbon ? SINK_QUANTITY_CARBON_T_HA : amount->quantity,
                               amount->factor};
    return true;
}

/* Without regard to ASCII case, whatever the locale. */
static bool is_same_word(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        const char low_a = *a >= 'A' && *a <= 'Z' ? (char)(*a + ('a' - 'A')) : *a;
        const char low_b = *b >= 'A' && *b <= 'Z' ? (char)(*b + ('a' - 'A')) : *b;
        if (low_a != low_b)
            return false;
    }
    return *a == *b;
}

/* On the text as written: without its dot, ".1" would be 1. */
static bool parse_word(const char *text, struct sink_unit *unit)
{
    for (size_t i = 0; i < COUNT(words); i++)
        if (is_same_word(words[i].text, text)) {
            *unit = (struct sink_unit){words[i].quantity, words[i].factor};
            return true;
        }
    return false;
}

/* A density, in the text after compaction. */
static bool parse_density(char *plain, struct sink_unit *unit)
{
    if (cut_ending(plain, hectare, COUNT(hectare))) {
        const struct amount *const volume = find(volumes, COUNT(volumes), plain);
        if (volume)
            *unit = (struct sink_unit){volume->quantity, volume->factor};
        return volume || parse_mass(plain, per_ha, COUNT(per_ha), unit);
    }
    return cut_ending(plain, square_metre, COUNT(square_metre)) &&
           parse_mass(plain, per_m2, COUNT(per_m2), unit);
}

bool sink_unit_parse(const char *text, struct sink_unit *unit)
{
    char plain[ROOM];

    if (!text)
        return false;
    if (parse_word(text, unit))
        return true;
    return compact(text, plain, sizeof plain) && parse_density(plain, unit);
}

bool sink_unit_parse_rate(const char *text, struct sink_unit *unit)
{
    char plain[ROOM];

    return text && compact(text, plain, sizeof plain) && cut_ending(plain, year, COUNT(year)) &&
           parse_density(plain, unit);
}

bool sink_unit_parse_gas(const char *text, const char *gas, double *factor)
{
    char plain[ROOM];

    if (!text || !compact(text, plain, sizeof plain) || !cut_ending(plain, year, COUNT(year)) ||
        !cut_ending(plain, hectare, COUNT(hectare)))
        return false;
    for (size_t i = 0; i < COUNT(gases); i++)
        if (strcmp(gases[i].text, plain) == 0 && strcmp(gases[i].gas, gas) == 0) {
            *factor = gases[i].factor;
            return true;
        }
    return false;
}

const char *const *sink_unit_spellings(size_t *count)
{
    *count = COUNT(spellings);
    return spellings;
}
