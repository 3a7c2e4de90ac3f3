"""Workbooks read back through openpyxl. The library that writes them gives 16 digits."""
import csv
import math
import os
import re
import unicodedata
import zipfile

import numpy as np
import openpyxl

from export_maps import figures

SHEETS = {"en": ["Overview", "By class", "By pool", "Land use (CRT 4)", "Targets", "Factors", "Inputs", "Checks", "Notes", "About"],
          "zh": ["概览", "分地类", "分碳库", "土地利用(CRT 4)", "目标", "因子", "输入数据", "平衡检验", "备注", "说明"]}
FIRST_FIGURES = {"en": [("Land area", "ha"), ("Forest area", "ha"), ("Forest coverage", "%")],
                 "zh": [("土地面积", "ha"), ("森林面积", "ha"), ("森林覆盖率", "%")]}
CATEGORIES = ("forest_land", "cropland", "grassland", "wetlands", "settlements", "other_land")


def same(found, expected, what):
    if expected is None or math.isnan(expected):
        assert found is None, (what, found)
        return 0
    assert isinstance(found, (int, float)) and abs(found - expected) <= 1e-15 * abs(expected), (what, found, expected)
    return 1


# What stays in Latin letters in Chinese: units, gases, codes.
LATIN = re.compile(r"(?a)\b(t|kt|ha|kha|m3|yr|cm|C|CO2e?|CH4|N2O|CRT|IPCC|SHA-256|n|IE|NO|BCEF|4\.[A-F][0-9.]*)\b")
CHINESE = {}


def chinese(name):
    """A class by its title in the built-in table."""
    if not CHINESE:
        with open(os.environ["SINK_SOURCE"] + "/sinkcalc/tables/classes.csv", encoding="utf-8") as file:
            CHINESE.update((row["name"], row["title_zh"]) for row in csv.DictReader(line for line in file if line[0] != "#"))
    return CHINESE.get(name)


def check_label(cell, name, lang, title=None):
    """`title` in Chinese, or at least no Latin letters."""
    if lang == "en":
        assert same_text(cell, name), (cell.value, name)
    else:
        assert text_of(cell) == title if title else cell.value and not re.search("[A-Za-z]{2}", cell.value), (cell.value, name)


def check_chinese(book):
    """Heads and what the program writes itself are Chinese; texts of the inventory's own sources are not looked at."""
    count = 0
    free = {"因子": ("适用条件", "单位", "原文的不确定性", "分布", "随机变量", "来源", "来源表", "备注", "替代说明", "因子表"),
            "输入数据": ("文件", "SHA-256"), "备注": ("说明",), "平衡检验": ("所在区域",)}
    for sheet in book.worksheets:
        for column in sheet.iter_cols():
            heads = [cell.value for cell in column[:5] if isinstance(cell.value, str)]
            if sheet.title == "说明" and column[0].column > 1 or set(heads) & set(free.get(sheet.title, ())):
                continue
            for cell in column:
                if isinstance(cell.value, str) and not (column[0].column <= 2 and sheet.title in ("概览", "分地类", "分碳库", "目标")):
                    assert not re.search("[A-Za-z]{2}", LATIN.sub("", unicodedata.normalize("NFKC", cell.value))) or cell.value.startswith("03"), (sheet.title, cell.value)
                    count += 1
    assert count > 500
    return count


def text_of(cell):
    """As Excel takes it: no text is an empty cell, control characters stand as _x0001_."""
    value = cell.value
    if value is None:
        return ""
    for code in range(32):
        value = value.replace("_x%04X_" % code, chr(code))
    return value


def same_text(cell, expected):
    expected = expected.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")  # XML has no such characters
    return text_of(cell) == expected[:32000] or expected.replace("\r\n", "\n") == text_of(cell)


def check_overview(inventory, sheet, lang):
    count, column, heads = 0, 4, []
    names = list(figures(inventory, 0, 0))
    for name in names:
        first = column
        for year, number in enumerate(inventory.years):
            values = [figures(inventory, year, r)[name] for r in range(len(inventory.regions))]
            if all(value is None for value in values):
                continue
            assert sheet.cell(5, column).value == str(number)
            count += sum(same(sheet.cell(6 + r, column).value, value, name) for r, value in enumerate(values))
            column += 1
        if column > first:
            heads.append((sheet.cell(3, first).value, sheet.cell(4, first).value))
    assert heads[:3] == FIRST_FIGURES[lang] and all(head[0] and head[1] for head in heads) and sheet.freeze_panes == "D6"
    assert sheet.max_column == column - 1 and sheet.max_row == 5 + len(inventory.regions)
    for r, region in enumerate(inventory.regions):
        assert same_text(sheet.cell(6 + r, 1), region) and same_text(sheet.cell(6 + r, 2), inventory.names[r])
        assert sheet.cell(6 + r, 3).value == inventory.levels[r]
    return count


def check_classes(inventory, sheet, lang):
    stocks, areas, sinks = (inventory.array(n) for n in ("carbon_stock_by_cover", "area", "net_removal_by_cover"))
    volumes, row, count = inventory.array("stock_volume"), 4, 0
    for r in range(len(inventory.regions)):
        for y in range(len(inventory.years)):
            for c in range(areas.shape[1]):
                if areas[y, c, r] == 0:
                    continue
                assert same_text(sheet.cell(row, 1), inventory.regions[r]) and sheet.cell(row, 4).value == inventory.years[y]
                check_label(sheet.cell(row, 5), inventory.labels("cover")[c], lang, chinese(inventory.labels("cover")[c]))
                check_label(sheet.cell(row, 6), inventory.file["cover_category"][c], lang)
                count += same(sheet.cell(row, 7).value, areas[y, c, r], "area")
                count += same(sheet.cell(row, 8).value, None if volumes is None else volumes[y, c, r], "volume")
                pools = stocks.shape[2]
                for p in range(pools):
                    count += same(sheet.cell(row, 9 + p).value, stocks[y, c, p, r], "stock")
                total = sum(stocks[y, c, :, r][~np.isnan(stocks[y, c, :, r])].tolist())
                assert math.isclose(sheet.cell(row, 9 + pools).value, total, rel_tol=1e-14)
                sink = None if sinks is None else sinks[y, c, :, r][~np.isnan(sinks[y, c, :, r])].tolist()
                found = sheet.cell(row, 10 + pools).value
                assert math.isclose(found, sum(sink), rel_tol=1e-12, abs_tol=1e-9) if sink else found is None
                row += 1
    assert sheet.max_row == row - 1
    return count


def check_pools(inventory, sheet, lang):
    row, count = 4, 0
    for r in range(len(inventory.regions)):
        for y in range(len(inventory.years)):
            for p in range(len(inventory.file.dimensions["pool"])):
                check_label(sheet.cell(row, 5), inventory.labels("pool")[p], lang)
                assert sheet.cell(row, 4).value == inventory.years[y]
                for column, name in ((6, "carbon_stock"), (10, "net_removal")):
                    for k, end in enumerate(("", "_lower", "_upper", "_se")):
                        array = inventory.array(name + end)
                        value = None if array is None else array[y, p, r]
                        count += same(sheet.cell(row, column + k).value, value, name + end)
                row += 1
    return count


def land_use(inventory, year, region, pairs):
    """kha, then kt C a year in biomass, dead matter, soil, of pairs of categories."""
    file = inventory.file
    names = list(file["land_use_name"][:])
    wanted = ["%s_remaining_%s" % (a, b) if a == b else "%s_converted_to_%s" % (a, b) for a, b in pairs]
    at = [names.index(name) for name in wanted]
    area = np.nansum(inventory.array("land_use_area")[year, at, region])
    change = np.nansum(inventory.array("land_use_net_removal")[year][at, :, region], axis=0) * 12 / 44
    return area / 1e3, change[:2].sum() / 1e3, change[2:4].sum() / 1e3, change[4:].sum() / 1e3


def check_land_use(inventory, sheet):
    if len(inventory.years) < 2 or inventory.labels("pool")[0] != "above_ground_biomass":
        assert sheet.max_row <= 5
        return 0
    rows = {}
    for row in range(7, sheet.max_row + 1):
        rows.setdefault(sheet.cell(row, 1).value, row)  # the first table
    codes, count = {"4": [(a, b) for a in CATEGORIES for b in CATEGORIES]}, 0
    for i, to in enumerate(CATEGORIES):
        code = "4." + "ABCDEF"[i]
        others = [a for a in CATEGORIES if a != to]
        codes[code] = [(a, to) for a in CATEGORIES]
        codes[code + ".1"] = [(to, to)]
        codes[code + ".2"] = [(a, to) for a in others]
        codes.update({"%s.2.%d" % (code, k + 1): [(a, to)] for k, a in enumerate(others)})
    assert codes.keys() <= rows.keys() and len(codes) == 1 + 6 * 8
    for code, pairs in codes.items():
        area, living, dead, soil = land_use(inventory, 1, 0, pairs)
        found = [sheet.cell(rows[code], column).value for column in range(3, 12)]
        if area == 0 and living + dead + soil == 0:
            assert found == ["NO"] * 9, (code, found)
            continue
        if found[1] != "IE":
            assert math.isclose(found[1] + found[2], living, rel_tol=1e-6, abs_tol=1e-9) and found[1] >= 0 >= found[2], (code, found)
        total = living + dead + soil
        for value, expected in zip((found[0], found[3], found[4], found[5], found[7], found[8]),
                                   (area, living, dead, soil, total, -total * 44 / 12)):
            assert math.isclose(value, expected, rel_tol=1e-12, abs_tol=1e-9), (code, found)
        assert found[6] == "IE"
        count += 9
    # What the sheet of classes has less of is land that the sea took, which the notes say.
    areas, categories = inventory.array("area")[1, :, 0], list(inventory.file["cover_category"][:])
    for i, category in enumerate(CATEGORIES):
        there = areas[[c == category for c in categories]].sum() / 1e3
        more = sheet.cell(rows["4." + "ABCDEF"[i]], 3).value - there
        assert more > 0.04 if category == "wetlands" else abs(more) < 1e-9, (category, more)
    assert "sea took" in sheet.cell(4, 1).value or "海水" in sheet.cell(4, 1).value
    assert math.isclose(sheet.cell(rows["4"], 11).value, -inventory.array("total_net_removal")[1, 0] / 1e3, rel_tol=1e-9)
    return count


def check_targets(inventory, sheet, lang):
    count = 0
    for row in range(4, sheet.max_row + 1):
        values = [sheet.cell(row, column).value for column in range(1, 12)]
        kind = {"森林覆盖率": "forest_coverage", "森林蓄积量": "forest_stock_volume"}[values[3]] if lang == "zh" else values[3]
        name = "%s_target_%d" % (kind, values[4])
        assert inventory.file[name + "_gap"].target_value == values[5]
        at = inventory.years.index(values[7]), inventory.regions.index(text_of(sheet.cell(row, 1)))
        count += sum(same(value, inventory.array(name + end)[at], name) for value, end in
                     zip(values[8:], ("_reached", "_gap", "_rate_needed")))
    assert count >= 2 * len(inventory.years)
    return count


def check_xlsx(inventory, path, lang="en"):
    with zipfile.ZipFile(path) as parts:
        assert parts.testzip() is None
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets"))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == SHEETS[lang] and book.properties.created.isoformat()[:10] == "%d-12-31" % inventory.years[-1]
    sheets = book.worksheets
    count = check_overview(inventory, sheets[0], lang) + check_classes(inventory, sheets[1], lang)
    count += check_pools(inventory, sheets[2], lang) + check_land_use(inventory, sheets[3]) + check_targets(inventory, sheets[4], lang)
    count += check_chinese(book) if lang == "zh" else 0
    for sheet in sheets:
        assert not any(cell.value in ("inf", "-inf", "nan") for row in sheet.iter_rows() for cell in row), sheet.title
    about = {row[0]: row[1] for row in sheets[9].iter_rows(values_only=True)}
    assert about["Made by" if lang == "en" else "生成程序"] == inventory.file.source == "sinkcalc " + inventory.file.sinkcalc_version
    heads = [cell.value for cell in sheets[5][1]]
    assert sheets[5].max_row == 1 + len(inventory.file.dimensions["factor"])
    column = heads.index("value" if lang == "en" else "数值") + 1
    for i, value in enumerate(inventory.array("factor_value").tolist()):
        count += same(sheets[5].cell(2 + i, column).value, value, "factor")
    assert heads[:8] == (["quantity", "classes", "holds for", "over", "up to", "value", "unit", "lower"] if lang == "en" else
                         ["参数", "地类", "适用条件", "下界", "上界", "数值", "单位", "下限"])
    for column, name in ((4, "factor_over"), (5, "factor_up_to")):
        for i, value in enumerate(inventory.array(name).tolist()):
            count += same(sheets[5].cell(2 + i, column).value, value if math.isfinite(value) else math.nan, name)
    column = heads.index("source" if lang == "en" else "来源") + 1
    assert [text_of(sheets[5].cell(2 + i, column)) for i in range(sheets[5].max_row - 1)] == list(inventory.file["factor_source"][:])
    column = [cell.value for cell in sheets[6][1]].index("SHA-256") + 1
    assert [text_of(sheets[6].cell(2 + i, column)) for i in range(sheets[6].max_row - 1)] == list(inventory.file["input_sha256"][:])
    return count
