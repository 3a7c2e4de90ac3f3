/* What an inventory says of where it comes from, as sheets; and the workbook as a whole. */
#include "pipelines/export_sheets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "factor_value" on `factor`. */
static bool is_column_of(const struct sink_dataset_variable *variable, const char *dimension)
{
    const size_t length = strlen(dimension);
    return variable->info.rank == 1 && strcmp(variable->info.dimensions[0], dimension) == 0 &&
           strncmp(variable->info.name, dimension, length) == 0 &&
           variable->info.name[length] == '_' && variable->info.is_known;
}

/* How the cells of a column are shown. */
enum shown { AS_IS, NAMES, CLASSES, OPEN /* an infinite end of an interval is empty */ };

/* In the order of the sheets. */
static const struct column {
    const char *name, *english, *chinese;
    enum shown shown;
} columns[] = {{"factor_quantity", "quantity", "参数", NAMES},
               {"factor_classes", "classes", "地类", CLASSES},
               {"factor_keys", "holds for", "适用条件", AS_IS},
               {"factor_over", "over", "下界", OPEN},
               {"factor_up_to", "up to", "上界", OPEN},
               {"factor_value", "value", "数值", AS_IS},
               {"factor_unit", "unit", "单位", AS_IS},
               {"factor_lower", "lower", "下限", AS_IS},
               {"factor_upper", "upper", "上限", AS_IS},
               {"factor_sd", "standard deviation", "标准差", AS_IS},
               {"factor_se", "standard error", "标准误", AS_IS},
               {"factor_n", "n", "样本数", AS_IS},
               {"factor_spread", "spread as printed", "原文的不确定性", AS_IS},
               {"factor_distribution", "distribution", "分布", AS_IS},
               {"factor_variable", "random variable", "随机变量", AS_IS},
               {"factor_soil_depth", "soil depth, cm", "土壤深度, cm", AS_IS},
               {"factor_area", "land counted with it, ha", "适用面积, ha", AS_IS},
               {"factor_source", "source", "来源", AS_IS},
               {"factor_source_table", "table in it", "来源表", AS_IS},
               {"factor_verified", "verified", "核对", NAMES},
               {"factor_fallback", "fallback", "替代说明", AS_IS},
               {"factor_note", "note", "备注", AS_IS},
               {"factor_set", "set", "因子表", AS_IS},
               {"factor_line", "line", "行号", AS_IS},
               {"input_path", "file", "文件", AS_IS},
               {"input_role", "role", "用途", NAMES},
               {"input_bytes", "bytes", "字节数", AS_IS},
               {"input_sha256", "SHA-256", "SHA-256", AS_IS},
               {"check_name", "check", "检验", NAMES},
               {"check_passed", "holds (1: yes)", "通过(1 为是)", AS_IS},
               {"check_worst", "worst difference", "最大差值", AS_IS},
               {"check_tolerance", "tolerance", "允许差值", AS_IS},
               {"check_worst_region", "region of it", "所在区域", AS_IS},
               {"note_text", "note", "说明", AS_IS}};
#define COLUMN_COUNT (sizeof columns / sizeof *columns)

static void put_cell(const struct sink_export_book *book, uint16_t at, const struct column *column,
                     const struct sink_dataset_variable *of, size_t i)
{
    const uint32_t row = (uint32_t)i + 1;
    const double number = of->texts ? 0 : sink_dataset_value(of, i);
    if (of->texts && column->shown == NAMES)
        sink_export_put_name(book, row, at, of->texts[i]);
    else if (of->texts && column->shown == CLASSES)
        sink_export_put_classes(book, row, at, of->texts[i]);
    else if (of->texts)
        sink_workbook_text(book->book, row, at, of->texts[i], SINK_CELL_PLAIN);
    else if (column->shown != OPEN || isfinite(number))
        sink_workbook_number(book->book, row, at, number, SINK_CELL_GENERAL);
}

/* A column of the evidence on a dimension, if the inventory has it; the place of the next. */
static uint16_t add_column(const struct sink_export_book *book, const char *dimension, uint16_t at,
                           const struct column *column)
{
    const struct sink_dataset_variable *of =
        sink_dataset_find(&book->export->dataset, column->name);
    if (!of || !is_column_of(of, dimension))
        return at;
    sink_workbook_head(book->book, 0, at, at,
                       sink_export_word(book, column->english, column->chinese));
    sink_workbook_width(book->book, at, at, of->texts ? 24 : 14);
    for (size_t i = 0; i < of->info.count; i++)
        put_cell(book, at, column, of, i);
    return (uint16_t)(at + 1);
}

static bool is_listed(const char *name)
{
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        if (strcmp(columns[c].name, name) == 0)
            return true;
    return false;
}

/* The variables of the evidence on a dimension: those listed above, then any others. */
static void add_table(const struct sink_export_book *book, const char *dimension,
                      const char *english, const char *chinese)
{
    const struct sink_dataset *all = &book->export->dataset;
    uint16_t at = 0;
    sink_workbook_start_sheet(book->book, sink_export_word(book, english, chinese));
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        at = add_column(book, dimension, at, &columns[c]);
    for (size_t v = 0; v < all->variable_count && at < 256; v++) {
        const char *name = all->variables[v].info.name;
        if (is_column_of(&all->variables[v], dimension) && !is_listed(name)) {
            const char *title = strchr(name, '_') + 1;
            at = add_column(book, dimension, at, &(struct column){name, title, title, AS_IS});
        }
    }
    if (at == 0)
        sink_workbook_text(book->book, 0, 0, sink_export_word(book, "none", "无"), SINK_CELL_NOTE);
    else
        sink_workbook_freeze(book->book, 1, 0);
}

void sink_export_add_evidence(const struct sink_export_book *book)
{
    add_table(book, "factor", "Factors", "因子");
    add_table(book, "input", "Inputs", "输入数据");
    add_table(book, "check", "Checks", "平衡检验");
    add_table(book, "note", "Notes", "备注");
}

void sink_export_add_about(const struct sink_export_book *book)
{
    static const char *const lines[][3] = {
        {"title", "Title", "标题"},
        {"institution", "Institution", "机构"},
        {"license", "Licence", "许可"},
        {"source", "Made by", "生成程序"},
        {"sinkcalc_job_file", "Job", "作业文件"},
        {"sinkcalc_grid", "Grid", "格网"},
        {"sinkcalc_gwp", "Warming potentials", "全球增温潜势"},
        {"sinkcalc_factors_sha256", "SHA-256 of all factors", "因子表 SHA-256"},
        {"references", "References", "参考文献"}};
    uint32_t row = 0;
    sink_workbook_start_sheet(book->book, sink_export_word(book, "About", "说明"));
    sink_workbook_width(book->book, 0, 0, 26);
    sink_workbook_width(book->book, 1, 1, 100);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *text = sink_dataset_text(&book->export->dataset, NULL, lines[i][0]);
        if (!*text)
            continue;
        sink_workbook_text(book->book, row, 0, sink_export_word(book, lines[i][1], lines[i][2]),
                           SINK_CELL_BOLD);
        sink_workbook_text(book->book, row++, 1, text, SINK_CELL_PLAIN);
    }
    sink_workbook_text(book->book, row, 0, sink_export_word(book, "Signs", "符号"), SINK_CELL_BOLD);
    sink_workbook_text(
        book->book, row, 1,
        sink_export_word(book,
                         "Carbon in t of C, sinks in t of CO2 (44/12 of it). A sink is positive "
                         "when carbon enters the land; an emission when a gas leaves it. Only the "
                         "sheet of land use has the signs of the common reporting tables.",
                         "碳以吨碳(t C)计，碳汇以吨二氧化碳(t CO2, 碳的 44/12)计。碳进入陆地时碳汇"
                         "为正；气体离开陆地时排放为正。只有土地利用表采用通用报表的符号。"),
        SINK_CELL_PLAIN);
    if (book->language == SINK_EXPORT_CHINESE) {
        sink_workbook_text(book->book, row + 1, 0, "语言", SINK_CELL_BOLD);
        sink_workbook_text(book->book, row + 1, 1, "文件、来源、备注以及作业所用的名称保留原文。",
                           SINK_CELL_PLAIN);
    }
}

enum sink_status sink_export_workbook(const struct sink_export *export,
                                      const struct sink_file_part *part,
                                      enum sink_export_language language, struct sink_error *error)
{
    const int year = export->years[export->year_count - 1].year;
    struct sink_export_book book = {.export = export, .language = language};
    enum sink_status status = sink_class_list_load(&book.classes, error);
    if (status != SINK_OK)
        return status;
    status = sink_workbook_new(sink_dataset_text(&export->dataset, NULL, "title"),
                               year < 1980 ? 1980 : year, &book.book, error);
    if (status != SINK_OK) {
        sink_class_list_free(&book.classes);
        return status;
    }
    sink_export_add_overview(&book);
    sink_export_add_classes(&book);
    sink_export_add_pools(&book);
    sink_export_add_land_use(&book);
    sink_export_add_targets(&book);
    sink_export_add_evidence(&book);
    sink_export_add_about(&book);
    sink_class_list_free(&book.classes);
    return sink_workbook_finish(book.book, part, error);
}
