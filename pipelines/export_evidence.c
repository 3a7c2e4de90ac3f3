/* What an inventory says of where it comes from, as sheets; and the workbook as a whole. */
#include "pipelines/export_sheets.h"

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

static const char *title_of(const struct sink_export_book *book, const char *name)
{
    static const char *const titles[][3] = {
        {"factor_quantity", "quantity", "参数"},
        {"factor_classes", "classes", "地类"},
        {"factor_keys", "holds for", "适用条件"},
        {"factor_over", "over", "下界"},
        {"factor_up_to", "up to", "上界"},
        {"factor_value", "value", "数值"},
        {"factor_lower", "lower", "下限"},
        {"factor_upper", "upper", "上限"},
        {"factor_sd", "standard deviation", "标准差"},
        {"factor_se", "standard error", "标准误"},
        {"factor_n", "n", "样本数"},
        {"factor_unit", "unit", "单位"},
        {"factor_soil_depth", "soil depth, cm", "土壤深度, cm"},
        {"factor_source", "source", "来源"},
        {"factor_source_table", "table in it", "来源表"},
        {"factor_verified", "verified", "核对"},
        {"factor_area", "land counted with it, ha", "适用面积, ha"},
        {"input_path", "file", "文件"},
        {"input_role", "role", "用途"},
        {"input_bytes", "bytes", "字节数"},
        {"check_name", "check", "检验"},
        {"check_passed", "holds (1: yes)", "通过(1 为是)"},
        {"note_text", "note", "说明"}};
    for (size_t t = 0; t < sizeof titles / sizeof *titles; t++)
        if (strcmp(titles[t][0], name) == 0)
            return sink_export_word(book, titles[t][1], titles[t][2]);
    return strchr(name, '_') + 1;
}

/* The variables of the evidence on a dimension, each a column. */
static void add_table(const struct sink_export_book *book, const char *dimension,
                      const char *english, const char *chinese)
{
    const struct sink_dataset *all = &book->export->dataset;
    uint16_t column = 0;
    sink_workbook_start_sheet(book->book, sink_export_word(book, english, chinese));
    for (size_t v = 0; v < all->variable_count && column < 256; v++) {
        const struct sink_dataset_variable *of = &all->variables[v];
        if (!is_column_of(of, dimension))
            continue;
        sink_workbook_head(book->book, 0, column, column, title_of(book, of->info.name));
        sink_workbook_width(book->book, column, column, of->texts ? 24 : 14);
        for (size_t i = 0; i < of->info.count; i++)
            if (of->texts)
                sink_workbook_text(book->book, (uint32_t)i + 1, column, of->texts[i],
                                   SINK_CELL_PLAIN);
            else
                sink_workbook_number(book->book, (uint32_t)i + 1, column, sink_dataset_value(of, i),
                                     SINK_CELL_GENERAL);
        column++;
    }
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
        {"sinkcalc_version", "Made by", "生成程序"},
        {"sinkcalc_job_file", "Job", "任务文件"},
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
}

enum sink_status sink_export_workbook(const struct sink_export *export,
                                      struct sink_export_place place,
                                      enum sink_export_language language, struct sink_error *error)
{
    const int year = export->years[export->year_count - 1].year;
    const struct sink_export_book book = {
        export,
        sink_workbook_new(place.path, place.name,
                          sink_dataset_text(&export->dataset, NULL, "title"),
                          year < 1980 ? 1980 : year),
        language};
    if (!book.book)
        return sink_fail_memory(error);
    sink_export_add_overview(&book);
    sink_export_add_classes(&book);
    sink_export_add_pools(&book);
    sink_export_add_land_use(&book);
    sink_export_add_targets(&book);
    sink_export_add_evidence(&book);
    sink_export_add_about(&book);
    return sink_workbook_finish(book.book, error);
}
