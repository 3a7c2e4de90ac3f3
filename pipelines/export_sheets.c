#include "pipelines/export_sheets.h"

#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REGION_COLUMNS = 3, HEAD_ROW = 2 };

static const struct sink_export_head region_heads[] = {
    {"Region", "区域代码", 14}, {"Name", "名称", 24}, {"Level", "级别", 7}, {NULL, NULL, 0}};

void sink_export_put_heads(const struct sink_export_book *book, uint32_t row, uint16_t column,
                           const struct sink_export_head *heads)
{
    for (; heads->english; heads++, column++) {
        sink_workbook_head(book->book, row, column, column,
                           sink_export_word(book, heads->english, heads->chinese));
        sink_workbook_width(book->book, column, column, heads->width);
    }
}

double sink_export_at(const struct sink_export_quantity *quantity, const size_t *places, int rank)
{
    size_t at = 0;
    if (!quantity || quantity->variable->info.rank != rank)
        return NAN;
    for (int d = 0; d < rank; d++) {
        if (places[d] >= quantity->variable->info.lengths[d])
            return NAN;
        at = at * quantity->variable->info.lengths[d] + places[d];
    }
    return quantity->variable->reals[at];
}

const struct sink_export_axis *sink_export_axis_of(const struct sink_export *export,
                                                   const char *dimension)
{
    for (size_t a = 0; a < export->axis_count; a++)
        if (strcmp(export->axes[a].dimension, dimension) == 0)
            return &export->axes[a];
    return NULL;
}

static void start(const struct sink_export_book *book, const char *english, const char *chinese)
{
    sink_workbook_start_sheet(book->book, sink_export_word(book, english, chinese));
    sink_workbook_text(book->book, 0, 0, sink_dataset_text(&book->export->dataset, NULL, "title"),
                       SINK_CELL_TITLE);
}

static void put_region(const struct sink_export_book *book, uint32_t row, size_t region)
{
    const struct sink_region *of = &book->export->regions.items[region];
    sink_workbook_text(book->book, row, 0, of->id, SINK_CELL_PLAIN);
    sink_workbook_text(book->book, row, 1, of->name, SINK_CELL_PLAIN);
    sink_workbook_number(book->book, row, 2, of->level, SINK_CELL_GENERAL);
}

static bool has_value(const struct sink_export *export, size_t field, size_t year)
{
    for (size_t r = 0; r < export->regions.count; r++)
        if (!isnan(sink_export_field_value(export, field, year, r)))
            return true;
    return false;
}

/* A figure with a column for each year that it has a value in; the column after it. */
static uint16_t put_figure(const struct sink_export_book *book, size_t f, uint16_t column)
{
    const struct sink_export *export = book->export;
    const struct sink_export_field field = sink_export_field(f, book->language);
    const uint16_t first = column;
    for (size_t y = 0; y < export->year_count; y++) {
        char year[16];
        if (!has_value(export, f, y))
            continue;
        snprintf(year, sizeof year, "%d", export->years[y].year);
        sink_workbook_head(book->book, HEAD_ROW + 2, column, column, year);
        for (size_t r = 0; r < export->regions.count; r++)
            sink_workbook_number(book->book, HEAD_ROW + 3 + (uint32_t)r, column,
                                 sink_export_field_value(export, f, y, r), field.decimals);
        column++;
    }
    if (column > first) {
        sink_workbook_lines(book->book, HEAD_ROW, 2); /* for one year the titles are long */
        sink_workbook_head(book->book, HEAD_ROW, first, (uint16_t)(column - 1), field.title);
        sink_workbook_head(book->book, HEAD_ROW + 1, first, (uint16_t)(column - 1), field.unit);
        sink_workbook_width(book->book, first, (uint16_t)(column - 1), 15);
    }
    return column;
}

void sink_export_add_overview(const struct sink_export_book *book)
{
    uint16_t column = REGION_COLUMNS;
    start(book, "Overview", "概览");
    sink_workbook_text(book->book, 1, 0,
                       sink_export_word(book,
                                        "A net sink is positive where carbon dioxide goes from the "
                                        "air into the land; it is the mean over the years since "
                                        "the year before.",
                                        "净碳汇量为正表示陆地从大气吸收二氧化碳，数值为自上一年份"
                                        "以来的年平均值。"),
                       SINK_CELL_NOTE);
    sink_export_put_heads(book, HEAD_ROW + 2, 0, region_heads);
    for (size_t r = 0; r < book->export->regions.count; r++)
        put_region(book, HEAD_ROW + 3 + (uint32_t)r, r);
    for (size_t f = 0; f < sink_export_field_count() && column < UINT16_MAX / 2; f++)
        column = put_figure(book, f, column);
    sink_workbook_freeze(book->book, HEAD_ROW + 3, REGION_COLUMNS);
}

/* What one row of the sheet of classes is about. */
struct place {
    size_t year, class, region;
};

static void put_class(const struct sink_export_book *book, uint32_t row, struct place at)
{
    const struct sink_export *export = book->export;
    const struct sink_export_axis *classes = sink_export_axis_of(export, "cover");
    const struct sink_export_axis *pools = sink_export_axis_of(export, "pool");
    const struct sink_export_quantity *stocks = sink_export_find(export, "carbon_stock_by_cover");
    const struct sink_export_quantity *sinks = sink_export_find(export, "net_removal_by_cover");
    const struct sink_dataset_variable *categories =
        sink_dataset_find(&export->dataset, "cover_category");
    const size_t places[] = {at.year, at.class, at.region};
    double total = NAN, sink = NAN;
    uint16_t column = REGION_COLUMNS + 5;
    put_region(book, row, at.region);
    sink_workbook_number(book->book, row, 3, export->years[at.year].year, SINK_CELL_GENERAL);
    sink_export_put_classes(book, row, 4, classes->labels[at.class]);
    if (categories && categories->texts && categories->info.count == classes->length)
        sink_export_put_name(book, row, 5, categories->texts[at.class]);
    sink_workbook_number(book->book, row, 6,
                         sink_export_at(sink_export_find(export, "area"), places, 3), 2);
    sink_workbook_number(book->book, row, 7,
                         sink_export_at(sink_export_find(export, "stock_volume"), places, 3), 0);
    for (size_t p = 0; pools && p < pools->length; p++, column++) {
        const size_t by_pool[] = {at.year, at.class, p, at.region};
        const double stock = sink_export_at(stocks, by_pool, 4);
        const double removal = sink_export_at(sinks, by_pool, 4);
        sink_workbook_number(book->book, row, column, stock, 1);
        total = isnan(stock) ? total : (isnan(total) ? 0 : total) + stock;
        sink = isnan(removal) ? sink : (isnan(sink) ? 0 : sink) + removal;
    }
    sink_workbook_number(book->book, row, column, total, 1);
    sink_workbook_number(book->book, row, column + 1, sink, 1);
}

void sink_export_add_classes(const struct sink_export_book *book)
{
    static const struct sink_export_head heads[] = {{"Year", "年份", 8},
                                                    {"Class", "地类", 18},
                                                    {"IPCC category", "IPCC 类别", 16},
                                                    {"Area, ha", "面积, ha", 14},
                                                    {"Stock volume, m3", "蓄积量, m3", 14},
                                                    {NULL, NULL, 0}};
    static const struct sink_export_head totals[] = {
        {"Carbon, all pools, t C", "碳储量合计, t C", 16},
        {"Net sink, t CO2/yr", "净碳汇量, t CO2/yr", 16},
        {NULL, NULL, 0}};
    const struct sink_export *export = book->export;
    const struct sink_export_quantity *areas = sink_export_find(export, "area");
    const struct sink_export_axis *classes = sink_export_axis_of(export, "cover");
    const struct sink_export_axis *pools = sink_export_axis_of(export, "pool");
    const size_t pool_count = pools ? pools->length : 0;
    uint32_t row = HEAD_ROW + 1;
    start(book, "By class", "分地类");
    sink_export_put_heads(book, HEAD_ROW, 0, region_heads);
    sink_workbook_lines(book->book, HEAD_ROW, 2);
    sink_export_put_heads(book, HEAD_ROW, REGION_COLUMNS, heads);
    for (size_t p = 0; p < pool_count; p++) {
        const uint16_t column = (uint16_t)(REGION_COLUMNS + 5 + p);
        sink_export_put_name_head(book, HEAD_ROW, column, pools->labels[p], "t C");
        sink_workbook_width(book->book, column, column, 16);
    }
    sink_export_put_heads(book, HEAD_ROW, (uint16_t)(REGION_COLUMNS + 5 + pool_count), totals);
    sink_workbook_freeze(book->book, HEAD_ROW + 1, REGION_COLUMNS);
    for (size_t r = 0; r < export->regions.count; r++)
        for (size_t y = 0; y < export->year_count; y++)
            for (size_t c = 0; classes && c < classes->length; c++) {
                const size_t places[] = {y, c, r};
                if (sink_export_at(areas, places, 3) != 0)
                    put_class(book, row++, (struct place){y, c, r});
            }
}

/* A figure with its bounds in four columns. */
static void put_bounds(const struct sink_export_book *book, uint32_t row, uint16_t column,
                       const struct sink_export_quantity *quantity, const size_t places[3])
{
    const double value = sink_export_at(quantity, places, 3);
    if (isnan(value))
        return;
    const size_t *lengths = quantity->variable->info.lengths;
    const size_t at = (places[0] * lengths[1] + places[1]) * lengths[2] + places[2];
    const struct sink_dataset_variable *const bounds[] = {quantity->lower, quantity->upper,
                                                          quantity->se};
    sink_workbook_number(book->book, row, column, value, 1);
    for (uint16_t b = 0; b < 3; b++)
        if (bounds[b])
            sink_workbook_number(book->book, row, (uint16_t)(column + 1 + b), bounds[b]->reals[at],
                                 1);
}

void sink_export_add_pools(const struct sink_export_book *book)
{
    static const struct sink_export_head heads[] = {
        {"Year", "年份", 8},
        {"Pool", "碳库", 26},
        {"Carbon, t C", "碳储量, t C", 16},
        {"from (95 %)", "下限(95 %)", 16},
        {"to (95 %)", "上限(95 %)", 16},
        {"standard error", "标准误", 16},
        {"Net sink, t CO2/yr", "净碳汇量, t CO2/yr", 16},
        {"from (95 %)", "下限(95 %)", 16},
        {"to (95 %)", "上限(95 %)", 16},
        {"standard error", "标准误", 16},
        {NULL, NULL, 0}};
    const struct sink_export *export = book->export;
    const struct sink_export_axis *pools = sink_export_axis_of(export, "pool");
    uint32_t row = HEAD_ROW + 1;
    start(book, "By pool", "分碳库");
    sink_export_put_heads(book, HEAD_ROW, 0, region_heads);
    sink_workbook_lines(book->book, HEAD_ROW, 2);
    sink_export_put_heads(book, HEAD_ROW, REGION_COLUMNS, heads);
    sink_workbook_freeze(book->book, HEAD_ROW + 1, REGION_COLUMNS);
    for (size_t r = 0; r < export->regions.count; r++)
        for (size_t y = 0; y < export->year_count; y++)
            for (size_t p = 0; pools && p < pools->length; p++, row++) {
                const size_t places[] = {y, p, r};
                put_region(book, row, r);
                sink_workbook_number(book->book, row, 3, export->years[y].year, SINK_CELL_GENERAL);
                sink_export_put_name(book, row, 4, pools->labels[p]);
                put_bounds(book, row, 5, sink_export_find(export, "carbon_stock"), places);
                put_bounds(book, row, 9, sink_export_find(export, "net_removal"), places);
            }
}

static const struct sink_export_quantity *find_figure(const struct sink_export *export,
                                                      const char *target, const char *figure)
{
    char name[SINK_NC_NAME_BYTES + 16];
    snprintf(name, sizeof name, "%s_%s", target, figure);
    return sink_export_find(export, name);
}

/* `target` is "forest_coverage_target_2030". */
static uint32_t put_target(const struct sink_export_book *book, uint32_t row, const char *target,
                           const struct sink_export_quantity *reached)
{
    const struct sink_export *export = book->export;
    const struct sink_export_quantity *gap = find_figure(export, target, "gap");
    const struct sink_export_quantity *rate = find_figure(export, target, "rate_needed");
    const double year = sink_dataset_real(&export->dataset, reached->variable, "target_year");
    const double value = sink_dataset_real(&export->dataset, reached->variable, "target_value");
    const int kind = (int)(strstr(target, "_target_") - target);
    for (size_t r = 0; r < export->regions.count; r++)
        for (size_t y = 0; y < export->year_count; y++) {
            char text[SINK_NC_NAME_BYTES];
            const double share = sink_export_value(reached, y, r);
            if (isnan(share))
                continue;
            put_region(book, row, r);
            snprintf(text, sizeof text, "%.*s", kind, target);
            sink_export_put_name(book, row, 3, text);
            sink_workbook_number(book->book, row, 4, year, SINK_CELL_GENERAL);
            sink_workbook_number(book->book, row, 5, value, SINK_CELL_GENERAL);
            sink_workbook_text(book->book, row, 6, gap ? gap->unit : "", SINK_CELL_PLAIN);
            sink_workbook_number(book->book, row, 7, export->years[y].year, SINK_CELL_GENERAL);
            sink_workbook_number(book->book, row, 8, share, 4);
            sink_workbook_number(book->book, row, 9, sink_export_value(gap, y, r), 4);
            sink_workbook_number(book->book, row++, 10, sink_export_value(rate, y, r), 4);
        }
    return row;
}

void sink_export_add_targets(const struct sink_export_book *book)
{
    static const struct sink_export_head heads[] = {
        {"Target", "目标", 22},
        {"Target year", "目标年份", 10},
        {"Target value", "目标值", 16},
        {"Unit (1: share)", "单位(1 为比例)", 12},
        {"Year", "年份", 8},
        {"Value over target", "完成比例", 14},
        {"Gap (target less value)", "差距(目标值减现值)", 16},
        {"Needed a year", "每年所需增量", 16},
        {NULL, NULL, 0}};
    uint32_t row = HEAD_ROW + 1;
    start(book, "Targets", "目标");
    sink_export_put_heads(book, HEAD_ROW, 0, region_heads);
    sink_workbook_lines(book->book, HEAD_ROW, 2);
    sink_export_put_heads(book, HEAD_ROW, REGION_COLUMNS, heads);
    sink_workbook_freeze(book->book, HEAD_ROW + 1, REGION_COLUMNS);
    for (size_t q = 0; q < book->export->quantity_count; q++) {
        const struct sink_export_quantity *of = &book->export->quantities[q];
        char target[SINK_NC_NAME_BYTES];
        const char *end = strrchr(of->name, '_');
        if (!end || strcmp(end, "_reached") != 0 || !strstr(of->name, "_target_"))
            continue;
        snprintf(target, sizeof target, "%.*s", (int)(end - of->name), of->name);
        row = put_target(book, row, target, of);
    }
}
