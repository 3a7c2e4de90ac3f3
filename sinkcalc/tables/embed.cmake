# Writes a C file that holds every CSV of this folder: cmake -DOUTPUT=tables.c -DFOLDER=... -P embed.cmake
file(GLOB files ${FOLDER}/*.csv)
list(SORT files)
set(arrays "")
set(entries "")
set(count 0)
foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} hex HEX)
    string(LENGTH "${hex}" digits)
    math(EXPR bytes "${digits} / 2")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," values "${hex}")
    string(REGEX REPLACE "((0x..,){20})" "\\1\n" values "${values}")
    string(APPEND arrays "static const unsigned char text_${count}[] = {\n${values}0};\n")
    string(APPEND entries "    {\"${name}\", (const char *)text_${count}, ${bytes}},\n")
    math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUTPUT} "/* Made by embed.cmake from the CSV files beside it. */
#include \"sinkcalc/tables/tables.h\"

#include <string.h>

${arrays}
static const struct sink_table tables[] = {
${entries}};

const struct sink_table *sink_tables(size_t *count)
{
    *count = sizeof tables / sizeof *tables;
    return tables;
}

const struct sink_table *sink_table_find(const char *name)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(tables[i].name, name) == 0)
            return &tables[i];
    return NULL;
}
")
