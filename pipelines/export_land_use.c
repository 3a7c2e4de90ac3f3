/* Land use after the common reporting tables 4.A to 4.F (decision 5/CMA.3), from the removals by
 * pairs of IPCC categories. */
#include "pipelines/export_sheets.h"

#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CATEGORY_COUNT 6
#define TC_PER_TCO2 (12.0 / 44.0)
enum { AREA = 2, GAINS, LOSSES, NET, DEAD, MINERAL, ORGANIC, TOTAL, CO2 };

/* In the order of the tables. */
static const struct {
    const char *name, *title, *inside, *chinese; /* `inside` a sentence */
} categories[CATEGORY_COUNT] = {{"forest_land", "Forest land", "forest land", "林地"},
                                {"cropland", "Cropland", "cropland", "农田"},
                                {"grassland", "Grassland", "grassland", "草地"},
                                {"wetlands", "Wetlands", "wetlands", "湿地"},
                                {"settlements", "Settlements", "settlements", "聚居地"},
                                {"other_land", "Other land", "other land", "其他土地"}};

/* What a line of the table says: t C a year and ha. */
struct line {
    double area_ha, net_tc, dead_tc, soil_tc;
};

/* Where the figures are found: of a region and year. */
struct table {
    const struct sink_export_book *book;
    const struct sink_export_axis *pairs, *pools;
    const struct sink_export_quantity *areas, *removals;
    size_t year, region;
};

static double or_zero(double value)
{
    return isnan(value) ? 0 : value;
}

/* Which column of the table a pool belongs to; 0 for one that no table has. */
static int column_of(const char *pool)
{
    const bool is_biomass =
        strcmp(pool, "above_ground_biomass") == 0 || strcmp(pool, "below_ground_biomass") == 0;
    const bool is_dead = strcmp(pool, "dead_wood") == 0 || strcmp(pool, "litter") == 0;
    const bool is_soil =
        strcmp(pool, "soil_organic_carbon") == 0 || strcmp(pool, "soil_organic_carbon_deep") == 0;
    return is_biomass ? NET : is_dead ? DEAD : is_soil ? MINERAL : 0;
}

static bool knows_pools(const struct sink_export_axis *pools)
{
    for (size_t p = 0; pools && p < pools->length; p++)
        if (column_of(pools->labels[p]) == 0)
            return false;
    return pools != NULL;
}

static void add_pair(const struct table *table, size_t pair, struct line *line)
{
    const size_t places[] = {table->year, pair, table->region};
    line->area_ha += or_zero(sink_export_at(table->areas, places, 3));
    for (size_t p = 0; p < table->pools->length; p++) {
        const size_t by_pool[] = {table->year, pair, p, table->region};
        const int column = column_of(table->pools->labels[p]);
        double *sum = column == NET    ? &line->net_tc
                      : column == DEAD ? &line->dead_tc
                                       : &line->soil_tc;
        *sum += or_zero(sink_export_at(table->removals, by_pool, 4)) * TC_PER_TCO2;
    }
}

/* The line of land that was `from` and is `to`; -1 for any that is not the same. */
static struct line sum_line(const struct table *table, int from, int to, bool is_all)
{
    struct line line = {0};
    for (size_t i = 0; i < table->pairs->length; i++) {
        const char *label = table->pairs->labels[i];
        for (int f = 0; f < CATEGORY_COUNT; f++) {
            char wanted[96];
            if (f == to)
                snprintf(wanted, sizeof wanted, "%s_remaining_%s", categories[f].name,
                         categories[to].name);
            else
                snprintf(wanted, sizeof wanted, "%s_converted_to_%s", categories[f].name,
                         categories[to].name);
            if ((is_all || (from < 0 ? f != to : f == from)) && strcmp(label, wanted) == 0)
                add_pair(table, i, &line);
        }
    }
    return line;
}

/* The sum over the classes of a category of a figure on (time, cover, biomass_pool, region); NaN
 * where one is missing. */
static double sum_biomass(const struct table *table, const char *quantity, int category)
{
    const struct sink_export *export = table->book->export;
    const struct sink_export_quantity *of = sink_export_find(export, quantity);
    const struct sink_dataset_variable *names =
        sink_dataset_find(&export->dataset, "cover_category");
    double sum = 0;
    if (!of || !names || !names->texts || of->variable->info.rank != 4)
        return NAN;
    for (size_t c = 0; c < of->variable->info.lengths[1] && c < names->info.count; c++)
        for (size_t p = 0; p < of->variable->info.lengths[2]; p++) {
            const size_t places[] = {table->year, c, p, table->region};
            if (strcmp(names->texts[c], categories[category].name) == 0)
                sum += sink_export_at(of, places, 4);
        }
    return sum;
}

/* Gains and losses are known by class. They are told where they make up the net change of the
 * category, which they do where all of it is counted by gain and loss. */
static bool find_gains(const struct table *table, int category, double net_tc, double *gains_tc,
                       double *losses_tc)
{
    const struct sink_export_year *year = &table->book->export->years[table->year];
    const double years = year->year - year->start;
    *gains_tc = sum_biomass(table, "biomass_gain", category) / years;
    *losses_tc = (sum_biomass(table, "biomass_loss_by_conversion", category) +
                  sum_biomass(table, "biomass_loss_by_disturbance", category) +
                  sum_biomass(table, "biomass_loss_by_harvest", category)) /
                 -years;
    return fabs(*gains_tc + *losses_tc - net_tc) <= 1e-6 * (fabs(*gains_tc) + fabs(*losses_tc));
}

static void put_line(const struct table *table, uint32_t row, const char *code, const char *title,
                     const struct line *line)
{
    struct sink_workbook *book = table->book->book;
    const double total_tc = line->net_tc + line->dead_tc + line->soil_tc;
    const bool is_bold = strlen(code) < 4;
    sink_workbook_text(book, row, 0, code, is_bold ? SINK_CELL_BOLD : SINK_CELL_PLAIN);
    sink_workbook_text(book, row, 1, title, is_bold ? SINK_CELL_BOLD : SINK_CELL_PLAIN);
    if (line->area_ha == 0 && total_tc == 0) {
        for (int column = AREA; column <= CO2; column++)
            sink_workbook_text(book, row, (uint16_t)column, "NO", SINK_CELL_KEY);
        return;
    }
    sink_workbook_number(book, row, AREA, line->area_ha / 1e3, 4);
    sink_workbook_number(book, row, NET, line->net_tc / 1e3, 4);
    sink_workbook_number(book, row, DEAD, line->dead_tc / 1e3, 4);
    sink_workbook_number(book, row, MINERAL, line->soil_tc / 1e3, 4);
    sink_workbook_text(book, row, ORGANIC, "IE", SINK_CELL_KEY);
    sink_workbook_number(book, row, TOTAL, total_tc / 1e3, 4);
    sink_workbook_number(book, row, CO2, 0 - total_tc / TC_PER_TCO2 / 1e3, 4);
}

static void put_gains(const struct table *table, uint32_t row, int category,
                      const struct line *line)
{
    double gains_tc, losses_tc;
    struct sink_workbook *book = table->book->book;
    if (line->area_ha == 0)
        return;
    if (category >= 0 && find_gains(table, category, line->net_tc, &gains_tc, &losses_tc)) {
        sink_workbook_number(book, row, GAINS, gains_tc / 1e3, 4);
        sink_workbook_number(book, row, LOSSES, losses_tc / 1e3, 4);
        return;
    }
    sink_workbook_text(book, row, GAINS, "IE", SINK_CELL_KEY);
    sink_workbook_text(book, row, LOSSES, "IE", SINK_CELL_KEY);
}

/* One row of a category; the row after it. `category` where gains are to be told, else -1. */
static uint32_t put_row(const struct table *table, uint32_t row, const char *code, char *title,
                        const struct line *line, int category)
{
    if (title)
        put_line(table, row, code, title, line);
    else
        sink_workbook_fail_memory(table->book->book);
    put_gains(table, row, category, line);
    free(title);
    return row + 1;
}

static char *pair_title(const struct table *table, int from, int to)
{
    if (table->book->language == SINK_EXPORT_CHINESE)
        return sink_text_format(from == to ? "%s保持为%s" : "%s转化为%s", categories[from].chinese,
                                categories[to].chinese);
    return sink_text_format(from == to ? "%s remaining %s" : "%s converted to %s",
                            categories[from].title, categories[to].inside);
}

/* "4.A.2.1 Cropland converted to forest land" and so on; the row after them. */
static uint32_t put_category(const struct table *table, uint32_t row, int to)
{
    char code[24];
    const char letter = (char)('A' + to);
    const struct line all = sum_line(table, 0, to, true), same = sum_line(table, to, to, false),
                      new = sum_line(table, -1, to, false);
    const bool is_chinese = table->book->language == SINK_EXPORT_CHINESE;
    char *title = is_chinese ? sink_text_format("土地转化为%s", categories[to].chinese)
                             : sink_text_format("Land converted to %s", categories[to].inside);
    snprintf(code, sizeof code, "4.%c", letter);
    row = put_row(table, row, code,
                  sink_text_copy(is_chinese ? categories[to].chinese : categories[to].title), &all,
                  to);
    snprintf(code, sizeof code, "4.%c.1", letter);
    row = put_row(table, row, code, pair_title(table, to, to), &same, -1);
    snprintf(code, sizeof code, "4.%c.2", letter);
    row = put_row(table, row, code, title, &new, -1);
    for (int from = 0, number = 1; from < CATEGORY_COUNT; from++) {
        if (from == to)
            continue;
        const struct line line = sum_line(table, from, to, false);
        snprintf(code, sizeof code, "4.%c.2.%d", letter, number++);
        row = put_row(table, row, code, pair_title(table, from, to), &line, -1);
    }
    return row;
}

static uint32_t put_table(const struct table *table, uint32_t row)
{
    static const struct sink_export_head heads[] = {
        {"Code", "编码", 10},
        {"Category", "类别", 42},
        {"Area, kha", "面积, kha", 14},
        {"Living biomass: gains, kt C", "生物质增加, kt C", 14},
        {"Living biomass: losses, kt C", "生物质损失, kt C", 14},
        {"Living biomass: net change, kt C", "生物质净变化, kt C", 14},
        {"Dead organic matter, kt C", "死有机质, kt C", 14},
        {"Mineral soils, kt C", "矿质土壤, kt C", 14},
        {"Organic soils, kt C", "有机土壤, kt C", 14},
        {"Carbon stock change, kt C", "碳储量变化合计, kt C", 14},
        {"Net CO2 emissions/removals, kt", "CO2 净排放/清除, kt", 16},
        {NULL, NULL, 0}};
    const struct sink_export *export = table->book->export;
    const struct sink_region *region = &export->regions.items[table->region];
    const struct sink_export_year *year = &export->years[table->year];
    struct line total = {0};
    char *title =
        sink_text_format("%s %s, %d - %d", region->id, region->name, year->start, year->year);
    if (title)
        sink_workbook_text(table->book->book, row, 0, title, SINK_CELL_TITLE);
    else
        sink_workbook_fail_memory(table->book->book);
    free(title);
    sink_export_put_heads(table->book, row + 1, 0, heads);
    sink_workbook_lines(table->book->book, row + 1, 3);
    const uint32_t first = row + 2;
    row = first + 1;
    for (int to = 0; to < CATEGORY_COUNT; to++) {
        const struct line line = sum_line(table, 0, to, true);
        total.area_ha += line.area_ha;
        total.net_tc += line.net_tc;
        total.dead_tc += line.dead_tc;
        total.soil_tc += line.soil_tc;
        row = put_category(table, row, to);
    }
    put_line(table, first, "4", sink_export_word(table->book, "Total land", "土地合计"), &total);
    put_gains(table, first, -1, &total);
    return row + 1;
}

static const char *const notes[][2] = {
    {"Rows after the common reporting tables 4.A to 4.F: annual means over the years named, "
     "areas at their end.",
     "行按通用报表 4.A 至 4.F 排列：所示年份间的年平均值，面积为期末值。"},
    {"Signs of those tables: stock changes are positive when carbon is gained; net CO2 is negative "
     "for a removal, positive for an emission (-44/12 of the stock change). Other sheets count "
     "removals as positive.",
     "符号按通用报表：碳储量增加为正；CO2 清除为负、排放为正(碳储量变化乘 -44/12)。其他工作表中清除"
     "为正。"},
    {"IE: included elsewhere: gains and losses in the net change where it is not all counted by "
     "gain and loss; organic soils in the column of mineral soils. NO: not occurring.",
     "IE：包含于他处（未全部按增减法计算时，增加与损失列入净变化；有机土壤列入矿质土壤栏）。NO：未"
     "发生。"},
    {"Land that the sea took stays in its former category for as many years as a conversion takes; "
     "the sheet of classes has it as sea. Areas of wetlands may differ by it.",
     "被海水淹没的土地在转化年限内仍列入原类别；分地类表中则列为海域，两表的湿地面积可能因此不同"
     "。"}};
#define NOTE_COUNT (sizeof notes / sizeof *notes)

void sink_export_add_land_use(const struct sink_export_book *book)
{
    const struct sink_export *export = book->export;
    struct table table = {.book = book,
                          .pairs = sink_export_axis_of(export, "land_use"),
                          .pools = sink_export_axis_of(export, "pool"),
                          .areas = sink_export_find(export, "land_use_area"),
                          .removals = sink_export_find(export, "land_use_net_removal")};
    uint32_t row = NOTE_COUNT + 1;
    sink_workbook_start_sheet(book->book,
                              sink_export_word(book, "Land use (CRT 4)", "土地利用(CRT 4)"));
    sink_workbook_fit(book->book);
    for (uint32_t n = 0; n < NOTE_COUNT; n++)
        sink_workbook_text(book->book, n, 0, sink_export_word(book, notes[n][0], notes[n][1]),
                           SINK_CELL_NOTE);
    for (size_t r = 0; table.pairs && knows_pools(table.pools) && r < export->regions.count; r++)
        for (size_t y = 0; y < export->year_count; y++) {
            table.year = y;
            table.region = r;
            if (export->regions.items[r].level == export->regions.items[0].level &&
                export->years[y].start < export->years[y].year)
                row = put_table(&table, row);
        }
}
