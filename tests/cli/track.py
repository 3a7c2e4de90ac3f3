"""Makes two more years of the demo, inventories of them, and compares what `track` says with a computation of its own:
coverage and volume from areas by class, least squares by numpy, Student's t by integration, shares by their definition."""
import json
import math
import os
import re
import subprocess
import sys

import netCDF4
import numpy as np
from osgeo import gdal

gdal.UseExceptions()
FOREST, NO_LAND = ("forest", "bamboo", "mangrove"), ("seagrass", "tidal_flat", "sea")
YEARS = (2020, 2025, 2030, 2036)
TARGETS = """target,year,value,unit,kind,source,verified,note
forest_coverage,2028,64.5,%,target,"made up, for a test",own,
forest_coverage,2050,72,%,target,"made up, for a test",own,
forest_coverage,2021,24.02,%,reached,census,recalled,of a country
forest_stock_volume,2030,3.5e6,m3,target,"made up, for a test",own,
forest_stock_volume,2060,6e6,m3,,"made up, for a test",own,
wetland_protection_rate,2025,55,%,target,"made up, for a test",own,
"""
faults = []


def check(is_so, *what):
    if not is_so:
        faults.append(" ".join(map(str, what)))


def near(found, expected, what, within=1e-9):
    if found is None or expected is None or (expected is not None and np.isnan(expected)):
        check(found is None and (expected is None or np.isnan(expected)), what, "is", found, "expected", expected)
    else:
        check(abs(found - expected) <= within * max(abs(expected), 1e-6), what, "is", found, "expected", expected)


def sinkcalc(*words, code=0):
    done = subprocess.run([os.environ["SINKCALC"], *words], capture_output=True, text=True)
    check(done.returncode == code, *words, "ended with", done.returncode, done.stderr)
    return done


def make_year(year, before, seed):
    """The rasters of a year from those of the one before: some forest is felled, some grassland planted, the rest grows."""
    random = np.random.default_rng(seed)
    for name in ("landcover", "biomass", "volume"):
        gdal.GetDriverByName("GTiff").CreateCopy("%s_%d.tif" % (name, year), gdal.Open("%s_%d.tif" % (name, before)))
    files = {name: gdal.Open("%s_%d.tif" % (name, year), gdal.GA_Update) for name in ("landcover", "biomass", "volume")}
    cover, biomass, volume = (files[name].ReadAsArray() for name in files)
    patches = np.repeat(np.repeat(random.random((100, 120)), 10, 0), 10, 1)
    felled, planted = (patches < 0.03) & (cover == 11), (patches > 0.8) & (cover == 21)
    grown = (cover == 11) & (volume != 65535)
    volume[grown] = np.minimum(volume[grown] * (1 + 0.1 * random.random()), 60000)
    cover[felled], biomass[felled], volume[felled] = 21, 65535, 65535
    cover[planted], biomass[planted], volume[planted] = 11, 12, 7
    for name, values in (("landcover", cover), ("biomass", biomass), ("volume", volume)):
        files[name].GetRasterBand(1).WriteArray(values)
        files[name] = None


def run(name, years, change=lambda text: text, **more):
    """An inventory of the years by the job of the demo."""
    with open("job.yml") as file:
        text = file.read()
    text = text.replace("years: [2020, 2025]", "years: %s" % json.dumps(years))
    text = re.sub(r"    sd: .*\n    correlation: .*\n", "", text)  # there are none of later years
    text = text.replace("drainage_{year}.tif", "drainage_2025.tif")
    text = text.replace("harvest: harvest.csv\n", "")  # which has the years of the demo only
    text = text.replace("inventory: inventory.nc", "inventory: %s.nc" % name)
    for old, new in more.items():
        text = re.sub(r"(?m)^ *#? *%s:.*$" % old, new, text)
    with open(name + ".yml", "w") as file:
        file.write(change(text))
    sinkcalc("run", "--quiet", name + ".yml")
    return name + ".nc"


def figures(paths):
    """land, forest in ha and volume in m3 by year and region id, from what the inventories say by class."""
    found = {}
    for path in paths:
        with netCDF4.Dataset(path) as file:
            names, ids = list(file["cover_name"][:]), list(file["region_id"][:])
            times = netCDF4.num2date(file["time"][:], file["time"].units)
            for t, time in enumerate(times):
                area, volume = file["area"][t].filled(np.nan), file["stock_volume"][t].filled(np.nan)
                land = sum(area[i] for i, name in enumerate(names) if name not in NO_LAND)
                forest = sum(area[i] for i, name in enumerate(names) if name in FOREST)
                wood = sum(volume[i] for i, name in enumerate(names) if name in FOREST)
                found[time.year] = {key: dict(zip(ids, values)) for key, values in
                                    (("land", land), ("forest", forest), ("volume", wood))}
            parents = dict(zip(ids, file["region_parent"][:]))
    return found, parents


def student(degrees, within=0.95):
    """The t with that share between -t and t: halving over Simpson's rule on the density."""
    scale = math.gamma((degrees + 1) / 2) / math.sqrt(degrees * math.pi) / math.gamma(degrees / 2)

    def share(t):
        # x = sqrt(degrees) tan(angle): the density has no long tail then
        angle = np.linspace(0, math.atan(t / math.sqrt(degrees)), 2001)
        values = scale * math.sqrt(degrees) * np.cos(angle) ** (degrees - 1)
        step = angle[1] - angle[0]
        return 2 * step / 3 * (values[0] + 4 * values[1::2].sum() + 2 * values[2:-1:2].sum() + values[-1])

    low, high = 0.0, 1000.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if share(middle) < within else (low, middle)
    return low


def trend(years, values):
    """A function of a year: value, lower, upper."""
    years, values = np.array(years, float), np.array(values)
    slope, start = np.polyfit(years - years[0], values, 1)
    count, mean = len(years), years.mean()
    rest = values - start - slope * (years - years[0])
    half = 0.0
    if count > 2:
        half = student(count - 2) * math.sqrt((rest ** 2).sum() / (count - 2))

    def at(year):
        value = start + slope * (year - years[0])
        wide = half * math.sqrt(1 + 1 / count + (year - mean) ** 2 / ((years - mean) ** 2).sum())
        return (value, value - wide, value + wide) if count > 2 else (value, None, None)

    return slope, at


def first_year(at, which, after, target):
    return next((year for year in range(after + 1, 10000) if at(year)[which] is not None and at(year)[which] >= target), None)


def check_target(told, found, parents, top, years):
    """One target of the top region."""
    last, share = years[-1], told["target"] == "forest_coverage"

    def value(region, year):
        return found[year]["forest"][region] / found[year]["land"][region] if share else found[year]["volume"][region]

    what = "%s %d %s: " % (told["target"], told["year"], top)
    series = [value(top, year) for year in years]
    slope, at = trend(years, series)
    target, gap = told["value"], told["value"] - series[-1]
    near(told["last"], series[-1], what + "last")
    near(told["gap"], gap, what + "gap", 1e-7)
    for key, expected in zip(("projected", "projected_lower", "projected_upper"), at(told["year"])):
        near(told[key], expected, what + key, 1e-8)
    left = told["year"] - last
    near(told["rate_needed_per_yr"], 0 if gap <= 0 else gap / left if left > 0 else None, what + "rate", 1e-7)
    met = None
    if gap <= 0:
        for year, number in zip(years, series):
            met = None if number < target else met or year
        check(told["outlook"] == "met" and not told["shares"], what, "met, with shares", told["outlook"])
    else:
        met = first_year(at, 0, last, target)
        check(told["outlook"] == ("expected" if met else "never"), what, told["outlook"])
        check(told["earliest_year"] == first_year(at, 2, last, target), what, "earliest", told["earliest_year"])
        check(told["latest_year"] == first_year(at, 1, last, target), what, "latest", told["latest_year"])
    check(told["met_year"] == met, what, "met year", told["met_year"], "expected", met)
    if gap <= 0:
        return
    lacks = {}
    for child in (name for name, parent in parents.items() if parent == top):
        forest = found[last]["forest"][child]
        due = target * found[last]["land"][child] if share else target * forest / found[last]["forest"][top]
        lacks[child] = max(0.0, due - (forest if share else value(child, last)))
    check({row["id"] for row in told["shares"]} == {name for name in lacks if found[last]["land"][name] > 0}, what, "open sea is no region")
    order = sorted((name for name in lacks if lacks[name] > 0), key=lambda name: -lacks[name])
    check([row["id"] for row in told["shares"] if row["rank"]] == order, what, "order", order)
    check([row["rank"] for row in told["shares"] if row["rank"]] == list(range(1, len(order) + 1)), what, "ranks")
    near(told["lacking"], sum(lacks.values()), what + "lacking")
    check(abs(sum(row["share"] for row in told["shares"]) - 1) < 1e-12, what, "shares do not add up to 1")
    for row in told["shares"]:
        near(row["lacks"], lacks[row["id"]], what + row["id"], 1e-7)
        near(row["share"], lacks[row["id"]] / sum(lacks.values()), what + row["id"] + " share", 1e-7)


def number(value):
    """As the text has it."""
    size = abs(value)
    return "%.*f" % (0 if size >= 1000 or size == 0 else 2 if size >= 10 else 4, value)


def check_text(text, told):
    """Every number of the JSON is in the line of the text where it belongs."""
    region = told["regions"][0]
    lines = text.splitlines()

    def line(start):
        found = [one for one in lines if one.strip().startswith(start)]
        check(len(found) > 0, "no line", start)
        return found[0].split() if found else []

    def holds(start, values):
        words = line(start)
        check(all(number(value) in words for value in values), start, words, "lacks one of", values)

    holds("land area, ha", region["land_area_ha"])
    holds("forest area, ha", region["forest_area_ha"])
    holds("forest coverage, %", [100 * value for value in region["forest_coverage"]])
    holds("forest stock volume, m3", region["forest_stock_volume_m3"])
    for target in region["targets"]:
        scale = 100 if target["target"] == "forest_coverage" else 1
        label = "%d: %s" % (target["year"], "%.10g %%" % (100 * target["value"]) if scale == 100 else "%.0f m3" % target["value"])
        keys = ("projected", "projected_lower", "projected_upper", "gap", "rate_needed_per_yr")
        holds(label, [scale * target[key] for key in keys if target[key] is not None])
        said = " ".join(line(label))
        check({"met": "already passed: at or above it since %s" % target["met_year"],
               "expected": "will be met in %s" % target["met_year"],
               "never": "never by this trend"}[target["outlook"]] in said, said)
        for row in target["shares"]:
            if row["rank"]:
                check(re.search(r"(?m)^ +%d +%s +%s .* %s  " % (row["rank"], re.escape(number(100 * row["share"])),
                                                              re.escape(number(row["lacks"])), row["id"]), text),
                      "no share of", row["id"], "in the text")
    check("Forest: the classes forest, bamboo, mangrove (the built-in choice)" in text, "no definition of forest")
    check("all classes without seagrass, tidal_flat, sea" in text, "no definition of the land area")


def check_file(path, told):
    """The netCDF file says the same as the JSON."""
    region = told["regions"][0]
    with netCDF4.Dataset(path) as file:
        ids = list(file["region_id"][:])
        top = ids.index(region["id"])
        check([time.year for time in netCDF4.num2date(file["time"][:], file["time"].units)] == told["years"], "years of", path)
        for name, key in (("land_area", "land_area_ha"), ("forest_area", "forest_area_ha"),
                          ("forest_coverage", "forest_coverage"), ("forest_stock_volume", "forest_stock_volume_m3")):
            check(file[name].dimensions == ("time", "region"), name, file[name].dimensions)
            check(np.array_equal(file[name][:, top], region[key]), name, "differs")
        for kind, dimension, lacking in (("forest_coverage", "coverage_target", "forest_area_lacking"),
                                         ("forest_stock_volume", "volume_target", "forest_stock_volume_lacking")):
            targets = [target for target in region["targets"] if target["target"] == kind]
            check(list(file[dimension + "_year"][:]) == [target["year"] for target in targets], dimension)
            check(list(file[dimension + "_source"][:]) == [target["source"] for target in targets], dimension, "sources")
            for t, target in enumerate(targets):
                for suffix, key in (("projected", "projected"), ("projected_lower", "projected_lower"),
                                    ("projected_upper", "projected_upper"), ("gap", "gap"),
                                    ("rate_needed", "rate_needed_per_yr"), ("met_year", "met_year"),
                                    ("earliest_met_year", "earliest_year"), ("latest_met_year", "latest_year")):
                    value = file[kind + "_" + suffix][t, top]
                    check(value is np.ma.masked if target[key] is None else value == target[key], kind, suffix, value)
                check(all(file[kind + "_gap_share"][t, ids.index(row["id"])] == row["share"] and
                          file[lacking][t, ids.index(row["id"])] == row["lacks"] for row in target["shares"]), kind, "shares")
                check(file[kind + "_gap_share"][t].count() == len(target["shares"]), kind, "shares of others")


def refused(words, code, *parts):
    done = sinkcalc("track", *words, code=code)
    check(all(part in done.stderr for part in parts) and not done.stdout, words, "said", done.stderr)


def check_refusals(one, two, three):
    other = run("other", [2036], lambda text: text + "\nforest_classes: [forest]\n")
    refused([one, other], 3, one, other, "forest is forest, but in", "expected the same definition")
    land = run("land", [2036], lambda text: text + "\nland_area: {without: [water, sea, seagrass]}\n")
    refused([one, land], 3, one, land, "land area is without")
    fewer = run("fewer", [2036], parent="  parent: parent\n  where: code <> '033101'")
    refused([one, fewer], 3, one, fewer, "no region 033101")
    os.rename("volume_2025.tif", "kept.tif")
    gdal.Translate("volume_2025.tif", "kept.tif", options="-scale 0 1000 0 1100")
    refused([one, run("changed", [2025])], 3, one, "changed.nc", "2025, region 03: forest stock volume, m3")
    os.replace("kept.tif", "volume_2025.tif")
    refused([], 2, "expected one INVENTORY or more")
    refused([one, "absent.nc"], 3, "absent.nc")
    refused([one, "--targets", "nowhere"], 2, "expected china or a path ending in .csv")
    refused([one, two, "-o", two], 2, two + ": is " + two + " itself")
    refused([one, "-o", "no/such/folder.nc"], 4, "no/such/folder.nc")
    sinkcalc("tally", "--quiet", "one.yml", "-o", "tally.nc")
    refused(["tally.nc"], 3, "tally.nc: a tally file, expected an inventory")
    with open("cut.nc", "wb") as file, open(one, "rb") as whole:
        file.write(whole.read()[:20000])
    refused(["cut.nc"], 3, "cut.nc")
    national = "; these are national targets, for China as a whole"
    for words, is_told in ((["--targets", "china"], True), ([], False)):
        told = [line for line in sinkcalc("track", one, *words).stdout.splitlines() if line.startswith("Targets: ")]
        check(len(told) == 1 and told[0].endswith(national) == is_told, "national targets: %s" % told)
    check(sinkcalc("track", "--quiet", one, two, three).stdout == "", "--quiet prints")


def main():
    make_year(2030, 2025, 3)
    make_year(2036, 2030, 5)
    with open("targets.csv", "w") as file:
        file.write(TARGETS)
    one, two, three = run("one", [2020, 2025]), run("two", [2025, 2030]), run("three", [2036])
    words = ["track", three, one, two, "--targets", "targets.csv"]
    told = json.loads(sinkcalc(*words, "--json", "-o", "track.nc").stdout)
    found, parents = figures((one, two, three))
    check(told["years"] == list(YEARS) == sorted(found), "years", told["years"])
    check([region["id"] for region in told["regions"]] == ["03"], "tops")
    check(len(told["regions"][0]["targets"]) == 4 and len(told["targets_reached"]) == 1, "targets")
    check(told["targets_not_tracked"] == "wetland_protection_rate 2025", told["targets_not_tracked"])
    for target in told["regions"][0]["targets"]:
        check_target(target, found, parents, "03", YEARS)
    outlooks = {target["outlook"] for target in told["regions"][0]["targets"]}
    check({"met", "expected"} <= outlooks, "the targets do not test enough:", outlooks)
    check_text(sinkcalc(*words, "--verbose").stdout, told)
    check_file("track.nc", told)
    sinkcalc(*words, "--quiet", "-o", "again.nc")
    with open("track.nc", "rb") as first, open("again.nc", "rb") as second:
        check(first.read() == second.read(), "two runs differ in their bytes")

    # One inventory, with the targets of its job; no volume; files of one region.
    told = json.loads(sinkcalc("track", "--json", one).stdout)
    for target in told["regions"][0]["targets"]:
        check_target(target, *figures([one]), "03", YEARS[:2])
        check(target["projected_lower"] is None, "an interval of two years")
    bare = run("bare", [2020, 2036], lambda text: re.sub(r"(?s)  stock_volume:.*?(?=  # What the factors)", "", text))
    done = sinkcalc("track", bare)
    check("forest stock volume: absent" in done.stdout, "no line of the absent volume")
    os.mkdir("by_region")
    run("parts", [2020, 2025], per_region="  per_region: by_region/{region_id}.nc")
    told = json.loads(sinkcalc("track", "--json", "by_region/0331.nc").stdout)
    near(told["regions"][0]["forest_area_ha"][1], found[2025]["forest"]["0331"], "a file of one region")
    check_refusals(one, two, three)
    sys.exit("\n".join(faults) if faults else 0)


main()
