"""The pages that report.sh made, and inventories that are changed."""
import base64
import hashlib
import html.parser
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

import numpy as np

from report_data import DATA, changed, many

VOID = {"meta", "link", "input", "br"}
SELF_CLOSING = {"path", "rect", "line", "circle"}
MAY_STAY_OPEN = {"tr", "td", "th", "thead", "tbody", "li"}
checks = 0


def check(holds, *what):
    global checks
    checks += 1
    if not holds:
        sys.exit("FAILED: " + " ".join(str(each) for each in what))


class Page(html.parser.HTMLParser):
    """Elements with their attributes and texts; every end tag has its start tag."""

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.source = open(path, encoding="utf-8").read()
        self.open, self.ids, self.links, self.elements = [], [], [], []
        self.feed(self.source)
        self.close()
        check(not [tag for tag, _ in self.open if tag not in MAY_STAY_OPEN], path, "left open", self.open)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        while tag in ("tr", "td", "th", "tbody") and self.open and self.open[-1][0] in ({"td", "th"} | ({"tr"} if tag == "tr" else set())):
            self.open.pop()
        if tag == "li" and self.open[-1][0] == "li":
            self.open.pop()
        element = (tag, attributes, [])
        self.elements.append(element)
        check("style" not in attributes, "style attribute on", tag)
        check(not [name for name in attributes if name.startswith("on")], "handler on", tag, attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if "href" in attributes:
            self.links.append(attributes["href"])
        check("src" not in attributes, "src on", tag)
        if tag not in VOID:
            self.open.append((tag, element))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open[-1][0] != tag and self.open[-1][0] in MAY_STAY_OPEN:
            self.open.pop()
        check(self.open and self.open[-1][0] == tag, "</%s> closes" % tag, self.open[-1:], "at", self.getpos())
        self.open.pop()

    def handle_data(self, data):
        for _, element in self.open:
            element[2].append(data)

    def texts(self, *tags):
        return ["".join(texts).strip() for tag, _, texts in self.elements if tag in tags]


def check_page(path, language):
    page = Page(path)
    check(page.source.startswith("<!DOCTYPE html>"), "doctype")
    check(len(set(page.ids)) == len(page.ids), "ids twice")
    for link in page.links:
        check(link.startswith("#") and link[1:] in page.ids, "link leads nowhere:", link)
    for reference in re.findall(r"aria-(?:labelledby|describedby)=\"([^\"]*)\"", page.source):
        check(all(each in page.ids for each in reference.split()), "no label", reference)
    head = re.sub("'sha256-[^']*'", "", page.source.split("<main")[0].split("</style>")[0])  # base64 may hold //
    check(not re.search(r"(?:https?:)?//[a-z]", head), "outside address")
    check(page.elements[0][1]["lang"].startswith(language), "lang")
    policy = [a["content"] for t, a, _ in page.elements if a.get("http-equiv") == "Content-Security-Policy"][0]
    check(policy.startswith("default-src 'none'; ") and "unsafe" not in policy, policy)
    for tag in ("style", "script"):
        text = re.search("<%s>(.*?)</%s>" % (tag, tag), page.source, re.S).group(1)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        check("%s-src 'sha256-%s'" % (tag, digest) in policy, tag, "is not that of the policy")
    check(page.source.count("<script") == 1 and page.source.count("<style") == 1, "one script, one style")
    levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    check(levels[0] == 1 and levels.count(1) == 1 and max(b - a for a, b in zip(levels, levels[1:])) <= 1, "order of headings", levels)
    for tag, attributes, _ in page.elements:
        if tag == "th":  # without a scope it is that of its row: then it comes first
            check(attributes.get("scope", "row") in ("row", "col"), "scope", attributes)
    check(page.source.count("<table") == page.source.count("<caption>"), "table without caption")
    for svg in re.findall(r"<svg.*?</svg>", page.source, re.S):
        root = xml.fromstring(re.sub(r'(<(?:path|rect|a) (?:class|href)=)([^" >]+)', r'\1"\2"', svg))
        if root.get("role"):
            check(root.find("{*}title") is not None and root.find("{*}desc") is not None, "picture without words")
        else:
            check("aria-hidden" in svg or "key" in svg, "picture without role")
    return page


def number(text):
    return float(text.replace(",", "").replace("\u2212", "-"))


def cards(page):
    """Title to (value, unit) of the figures of the summary."""
    block = re.search(r'<dl class="cards">.*?</dl>', page.source, re.S).group(0)
    return {title: (number(value), unit) for title, value, unit in
            re.findall(r"<dt>(.*?)</dt><dd><b>(.*?)</b> <span class=\"unit\">(.*?)</span>", block)}


def near(shown, value, what, digits=4):
    check(abs(shown - value) <= 0.51 * 10 ** (np.floor(np.log10(abs(value))) + 1 - digits), what, shown, value)


def rows(page, level):
    """Headings and cells of a level's table."""
    block = re.search(r'<table class="figures[ a-z]*" data-file="level%d">.*?</table>' % level, page.source, re.S).group(0)
    unescape = html.unescape if hasattr(html, "unescape") else lambda text: text
    heads = [re.sub("<.*?>", "", head).strip() for head in re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", block)]
    body = [[re.sub("<.*?>", "", row.split("<td>")[0]).strip()] + row.split("<td>")[1:] for row in
            re.findall(r"(<th scope=row>.*?)\n", block)]
    if 'class="figures lines"' in block:
        columns = [cell.split("\n") for cell in re.search(r"<tbody>\n<tr><td>(.*?)</tbody>", block, re.S).group(1).split("<td>")]
        check(len({len(column) for column in columns}) == 1, "columns of unlike length", [len(column) for column in columns])
        body = [list(row) for row in zip(*columns)]
    return heads, [[unescape(cell).strip() for cell in row] for row in body]


def check_numbers(page):
    data = DATA
    shown = cards(page)
    near(shown["Carbon stock"][0] * 1e6, data["total_carbon_stock"][-1, 0], "stock")
    near(shown["Net sink"][0] * 1e3, data["total_net_removal"][-1, 0], "sink")
    near(shown["Forest coverage"][0] / 100, data["forest_coverage"][-1, 0], "coverage")
    near(shown["Forest stock volume"][0] * 1e6, data["forest_stock_volume"][-1, 0], "volume")
    check(shown["Carbon stock"][1] == "Mt C" and shown["Net sink"][1] == "kt CO₂/yr" and
          shown["Balance of all gases, CO₂e"][1] == "kt CO₂e/yr", "units", shown)
    scale = {"kha": 1e3, "ha": 1, "%": 1e-2, "thousand m³": 1e3, "million m³": 1e6, "kt C": 1e3, "Mt C": 1e6, "t C/ha": 1,
             "kt CO₂/yr": 1e3, "t CO₂/ha/yr": 1}
    stock, area = data["total_carbon_stock"][-1], data["classified_area"][-1]
    expected = {"Land area": data["land_area"][-1], "Forest area": data["forest_area"][-1], "Carbon stock": stock,
                "Forest coverage": data["forest_coverage"][-1], "Stock volume": data["forest_stock_volume"][-1],
                "Net sink": data["total_net_removal"][-1], "Carbon density": stock / area,
                "Change of the stock": stock / data["total_carbon_stock"][0] - 1,
                "Uncertainty of the stock": (data["total_carbon_stock_upper"][-1] - data["total_carbon_stock_lower"][-1]) / 2 / stock,
                "Sink, ±": (data["total_net_removal_upper"][-1] - data["total_net_removal_lower"][-1]) / 2}
    for i, name in enumerate(data["ecosystem_name"][:]):
        title = {"other": "Other land"}.get(name, name.capitalize())
        expected["Carbon: " + title] = data["ecosystem_carbon_stock"][-1, i]
    regions = list(data["region_id"][:])
    compared = 0
    for level in range(3):
        heads, body = rows(page, level)
        check(len(body) == list(data["region_level"][:]).count(level), "rows of level", level)
        for row in body:
            region = regions.index(row[1])
            check(row[0] == data["region_name"][region], row[0])
            for head, cell in zip(heads[2:], row[2:]):
                title, unit = next((head[:-len(unit)].strip(), unit) for unit in sorted(scale, key=len, reverse=True) if head.endswith(unit))
                if title not in expected:
                    continue
                value = expected[title][region]
                if np.ma.is_masked(value) or not np.isfinite(value):
                    check(cell == "", "missing", title, row)
                    continue
                places = len(cell.split(".")[1]) if "." in cell else 0
                check(cell == "0" and value == 0 or abs(number(cell) - value / scale[unit]) <= 0.5001 * 10.0 ** -places,
                      title, row, value)
                compared += 1
    check(compared > 250, "compared", compared)
    text = page.source
    for each in list(data["input_sha256"][:]) + list(data["factor_source"][:]):
        check(each.replace("&", "&amp;").replace("'", "&#39;").replace('"', "&quot;") in text, "not there:", each)
    job = "".join(texts for tag, _, parts in page.elements if tag == "pre" for texts in parts)
    check(job.strip() == data.sinkcalc_job.strip(), "the job is not verbatim")
    check("level 1 (layout, units, ranges, sums): passed" in page.source, "verdict of verify")
    check(page.source.count('class=page') == len(regions), "a page for each region")
    check(hashlib.sha256(open("demo/inventory.nc", "rb").read()).hexdigest() in text, "hash of the inventory")
    print("%d numbers of tables are those of the inventory" % compared)


def report(path, output, *words):
    return subprocess.run([os.environ["SINKCALC"], "report", path, "-o", output, "--overwrite", *words], capture_output=True, text=True)


def check_strangers():
    evil = ['<script>alert(1)</script>"&\'', "a]]>b<!--", "=cmd|' /C calc'!A0", "x" * 3000, "\u202egpj.exe", "\\3c style", "", "</style>", "{}",
            "<svg onload=x>", "%s%n", "森林\n\t", "'", '"><a href="http://x">', "&lt;", "</text>", "; 1; 2"]
    path = changed("evil.nc", change={"region_name": lambda _: np.array(evil, dtype=object),
                                      "factor_source": lambda values: np.array(["<b onclick=x>"] * len(values), dtype=object),
                                      "ecosystem_name": lambda values: np.array(['"}</style><i>'] + list(values[1:]), dtype=object)},
                   attributes={"title": "</title><script>alert(2)</script>", "sinkcalc_job": "</pre><script>x</script>",
                               "institution": "\" autofocus onfocus=\"x"})
    for language in ("en", "zh"):
        done = report(path, "evil.html", "--lang", language)
        check(done.returncode == 0, done.stderr)
        page = check_page("evil.html", language)
        check("alert(1)" in " ".join(page.texts("h3")) and not [t for t, _, _ in page.elements if t in ("i", "script2", "b2")], "texts stay texts")
        check(page.texts("h1")[0].startswith("</title>"), page.texts("h1"))


def check_gaps():
    everything = list(DATA.variables)
    needed = {"time", "region_id", "region_name", "region_parent", "region_level", "region_kind", "total_carbon_stock", "land_area",
              "forest_area", "classified_area", "forest_coverage"}
    for name in sorted(needed):
        done = report(changed("less.nc", without=[name]), "less.html")
        check(done.returncode == 3 and name in done.stderr and not os.path.exists("less.html"), name, done.stderr)
    done = report(changed("least.nc", without=[name for name in everything if name not in needed]), "least.html")
    check(done.returncode == 0, done.stderr)
    page = check_page("least.html", "en")
    check('id="maps"' not in page.source and "Net sink" not in cards(page), "sections without data are left out")
    optional = [name for name in everything if name not in needed]
    for first in range(0, len(optional), 12):
        done = report(changed("less.nc", without=optional[first:first + 12]), "less.html")
        check(done.returncode == 0, optional[first:first + 12], done.stderr)
        check_page("less.html", "en")
    done = report(changed("wrong.nc", change={"node_count": lambda values: values + 1}), "wrong.html")
    check(done.returncode == 3 and "node_count" in done.stderr, done.stderr)


def check_many():
    copies = 24
    done = report(many("many.nc", copies), "many.html")
    check(done.returncode == 0, done.stderr)
    page = check_page("many.html", "en")
    check(page.source.count('class=page') == copies * 5, "pages of the upper levels only", page.source.count('class=page'))
    check(page.source.count("<tr id=r") == copies * 5, "rows")
    heads, body = rows(page, 2)
    check(len(body) == copies * 12, "lines", len(body))
    level = np.array(DATA["region_level"][:]) == 2
    for title, units, values in [("Carbon stock", {"kt C": 1e3}, DATA["total_carbon_stock"][-1]), ("Land area", {"kha": 1e3}, DATA["land_area"][-1]),
                                ("Net sink", {"t CO₂/yr": 1, "kt CO₂/yr": 1e3}, DATA["total_net_removal"][-1]),
                                ("Forest coverage", {"%": 0.01}, DATA["forest_coverage"][-1])]:
        at = next(i for i, head in enumerate(heads) if head.startswith(title))
        check(heads[at][len(title) + 1:] in units, heads[at])
        for row, value in zip(body, np.tile(values[level] / units[heads[at][len(title) + 1:]], copies)):
            places = len(row[at].split(".")[1]) if "." in row[at] else 0
            check(abs(float(row[at]) - value) <= 0.5001 * 10.0 ** -places, title, row, value)
    check([row[0] for row in body] == list(DATA["region_name"][:][level]) * copies, "names of the lines")
    drawn = re.search(r'<svg class="map u\d folded".*?</svg>', page.source, re.S).group(0)
    check(drawn.count("<path class=") + drawn.count("<path/>") == len(body) + 2 and "<a " not in drawn, "a path for each line", drawn.count("<path"))
    check(len(re.search(r'<table class="figures lines".*?</table>', page.source, re.S).group(0)) < 130 * len(body), "bytes of a line")
    check(len(drawn) < 110 * len(body), "bytes of a path", len(drawn))
    return len(body)


def check_chinese(page):
    """No word of English but names, units and what the sources say."""
    quoted = {"sinkcalc", "IPCC", "SHA", "CSV", "CNY", "AR5", "WG1", "Table", "ar5", "GDAL", "PROJ", "netCDF", "job.yml", "inventory.nc", "note_text",
              "ipcc:", "demo_factors.csv:", DATA.title, DATA.institution, DATA.license}
    for name in ("region_name", "region_id", "factor_source", "factor_source_table", "factor_note", "factor_fallback", "factor_unit"):
        quoted.update(DATA[name][:])
    quoted.update(path.split("/")[-1] for path in DATA["input_path"][:])
    quoted = sorted(quoted, key=len, reverse=True)
    texts = 0
    for tag, attributes, parts in page.elements:
        said = [attributes[name] for name in ("aria-label", "data-csv", "data-filter", "data-sort") if name in attributes]
        if tag in ("title", "desc", "text", "h1", "h2", "h3", "p", "li", "td", "th", "caption", "dt", "dd", "label", "summary", "a", "span", "small", "b"):
            said.append("".join(parts).split("\x00")[0])
        for text in said:
            texts += 1
            left = re.sub("[0-9a-f]{64}|demo_factors.cs…", "", text)
            for quote in quoted if re.search("[A-Za-z]{3}", left) else ():
                left = left.replace(quote, "") if quote else left
            left = re.findall("[A-Za-z]{3,}", left)
            check(not left, "not in Chinese:", tag, left, text[:200])
    check(texts > 3000, "texts", texts)
    for words in ("净碳汇", "万吨碳", "林地转为农田", "Shili（其余）", "生态区：亚热带湿润林；大洲：亚洲", "个百分点/年", "CNY（2025年价）", "个像元，每个"):
        check(words in page.source, "Chinese words", words)


def check_findings(page):
    """What is told with a value, and in which order."""
    source = page.source
    check("<small>points/yr</small>" in source and "1/yr" not in source, "rate of a coverage")
    check(source.count("<small>CNY of 2025</small>") >= 3, "value with the year of its prices")
    check("Level 1 (3)" in source and "Level 2 (12)" in source and "regions: 16; levels: 3" in source, "a rest is no region",
          re.findall(r"regions: \d+", source))
    top = re.search(r'<article class=page id=p0 .*?</article>', source, re.S).group(0)
    figures = [re.sub("<.*?>", "", text).strip() for text in re.findall(r"<tr><th>(.*?)<td>", top)]
    places = [next(i for i, figure in enumerate(figures) if figure.startswith(name)) for name in
              ("Carbon stock, of C", "Net sink, of CO₂", "Balance of all gases", "Emission of methane", "Carbon density of vegetation",
               "Forest coverage %", "Forest coverage, target", "Forest stock volume", "Forest area", "Land area", "Completeness",
               "Suitable for planting", "Value of the removal, low", "Value of the removal, high", "Memo: karst")]
    check(places == sorted(places), "order of figures", list(zip(places, figures)))
    uses = [text for text in figures if " remaining " in text or " converted to " in text]
    ends = [re.search("(?:remaining|converted to) (.*)", text).group(1).split()[0] for text in uses]
    order = ["forest", "cropland", "grassland", "wetlands", "settlements", "other"]
    check(len(uses) > 8 and [order.index(each) for each in ends] == sorted(order.index(each) for each in ends), "order of land uses", uses)
    check(all(" converted " not in text for i, text in enumerate(uses) if i == 0 or ends[i] != ends[i - 1]), "what remained comes first", uses)
    for name in ("factor_note", "factor_fallback"):
        for text in set(DATA[name][:]) - {""}:
            check(text.replace("'", "&#39;") in source, name, text)
    deep = "soil_organic_carbon_deep" in list(DATA["pool_name"][:])
    check(("without deep soil" in source) == deep, "density of soil", deep)


english = check_page("en.html", "en")
check_numbers(english)
check_findings(english)
check_chinese(check_page("zh.html", "zh"))
given = check_page("breaks.html", "en")
check("&lt; 60" in given.source and "≥ 90" in given.source, "given breaks")
check_strangers()
check_gaps()
print("%d lines of a folded table are those of the inventory" % check_many())
print("%d checks" % checks)
