/* The long form as CSV (RFC 4180): CRLF, quotes where they are needed. */
#include "pipelines/export_write.h"

#include <math.h>
#include <string.h>

struct table {
    const struct sink_export *export;
    FILE *out;
};

/* Spreadsheets take a text that starts so for a formula. An apostrophe before it stops them; one is
 * also put before a text that would look as if it had one. */
static bool looks_like_formula(const char *text)
{
    return *text && strchr("=+-@\t\r\n", text[strspn(text, "'")]) && text[strspn(text, "'")];
}

static void put_text(FILE *out, const char *text)
{
    const bool is_quoted = text[strcspn(text, ",\"\r\n")] != '\0';
    if (is_quoted)
        fputc('"', out);
    if (looks_like_formula(text))
        fputc('\'', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    if (is_quoted)
        fputc('"', out);
}

static void put_number(FILE *out, double value)
{
    char text[SINK_NUMBER_BYTES];
    if (!isnan(value))
        fputs(sink_number_text(value, text), out);
}

static void put_year(FILE *out, int year)
{
    if (year > 0)
        fprintf(out, "%d", year);
    fputc(',', out);
}

static bool put_row(void *taker, const struct sink_export_row *row)
{
    const struct table *table = taker;
    const struct sink_region *region = &table->export->regions.items[row->region];
    FILE *out = table->out;
    put_text(out, region->id);
    fputc(',', out);
    put_text(out, region->name);
    fprintf(out, ",%d,", region->level);
    put_year(out, row->start);
    put_year(out, row->year);
    for (int c = 0; c < SINK_EXPORT_COLUMNS; c++) {
        put_text(out, row->labels[c]);
        fputc(',', out);
    }
    put_text(out, row->quantity->name);
    const double values[] = {row->value, row->lower, row->upper, row->se};
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        fputc(',', out);
        put_number(out, values[v]);
    }
    fputc(',', out);
    put_text(out, row->quantity->unit);
    fputc(',', out);
    put_text(out, row->quantity->unit_of);
    fputs("\r\n", out);
    return !ferror(out);
}

void sink_export_csv(const struct sink_export *export, FILE *out)
{
    struct table table = {export, out};
    fputs("region_id,region_name,level,period_start,year,class,pool,from,group,quantity,value,"
          "lower,upper,se,unit,unit_of\r\n",
          out);
    (void)sink_export_rows(export, put_row, &table);
}
