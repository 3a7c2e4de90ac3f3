"""Jobs on the landscape of the demo that differ in one thing each, and what `sinkcalc diff` tells of them."""
import json
import os
import re
import shutil
import subprocess

import h5py
import netCDF4
import numpy as np
from osgeo import gdal

gdal.UseExceptions()
SINKCALC = os.environ["SINKCALC"]
FIGURES = ("total_carbon_stock", "total_net_removal")
JOB = open("job.yml").read()
COUNT = 0


def run(name, *changes):
    """The demo's job with some texts replaced."""
    text = JOB.replace("inventory.nc", name + ".nc")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    with open(name + ".yml", "w") as file:
        file.write(text)
    subprocess.run([SINKCALC, "run", "--quiet", name + ".yml"], check=True)


def diff(a, b, *options, code=1):
    global COUNT
    COUNT += 1
    done = subprocess.run([SINKCALC, "diff", "--json", a + ".nc", b + ".nc", *options], capture_output=True, text=True)
    assert done.returncode == code, (a, b, done.returncode, done.stderr)
    return json.loads(done.stdout)


def change_raster(path, to, change):
    shutil.copy(path, to)
    file = gdal.Open(to, gdal.GA_Update)
    band = file.GetRasterBand(1)
    band.WriteArray(change(band.ReadAsArray()))
    file = None


def stored(name, variable):
    with netCDF4.Dataset(name + ".nc") as file:
        ids, years = list(file["region_id"][:]), [int(day / 365.2425 + 1970) for day in file["time"][:]]
        return {(region, year): value for year, row in zip(years, file[variable][:].filled(np.nan)) for region, value in
                zip(ids, row)}


def check(a, b, causes):
    """Adds up exactly to what is stored; only the causes named are more than rounding."""
    result = diff(a, b)
    assert not result["causes_missing"] and result["causes"], result["causes_missing"]
    seen = set()
    for figure in FIGURES:
        first, second = stored(a, figure), stored(b, figure)
        for cause in result["causes"]:
            told, at = cause[figure], (cause["region"], cause["year"])
            if told["first"] is None:
                continue
            scale = 1e-9 * max(abs(first[at]), abs(second[at]), stored_scale[at])
            assert abs(told["first"] - first[at]) <= scale and abs(told["second"] - second[at]) <= scale, (figure, at, told)
            total = told["area"] + told["biomass"] + told["factors"]
            assert abs(total - (told["second"] - told["first"])) <= scale, (figure, at, told)
            seen |= {name for name in ("area", "biomass", "factors") if abs(told[name]) > scale}
    assert seen == causes, (a, b, seen, causes)
    return result


run("a")
stored_scale = stored("a", "total_carbon_stock")

# Nothing.
result = diff("a", "a", code=0)
assert result["equal"] and result["difference_count"] == 0 and result["only"] == []
subprocess.run([SINKCALC, "run", "--quiet", "--threads", "3", "a.yml", "-o", "again.nc"], check=True)
assert diff("a", "again", "--tolerance", "0", code=0)["equal"]

# A factor alone: the density of litter, of which no stratum is cut.
table = open("demo_factors.csv").read()
changed, count = re.subn(r"(?m)^(litter,grassland,[^\n]*?,)([0-9.]+)(,t C/ha)", lambda m: m[1] + "%g" % (float(m[2]) * 2) + m[3], table)
if not count:
    changed, count = re.subn(r"(?m)^((?:litter|dead_wood),[^\n]*?,)([0-9.]+)(,t)", lambda m: m[1] + "%g" % (float(m[2]) * 2) + m[3], table)
assert count, "no row to change"
open("more_factors.csv", "w").write(changed)
run("factor", ("demo_factors.csv", "more_factors.csv"))
check("a", "factor", {"factors"})

# Biomass alone: no cell leaves its interval, 62.5 to 112.5 t/ha.
for year in (2020, 2025):
    change_raster("biomass_%d.tif" % year, "more_%d.tif" % year,
                  lambda v: np.where((v > 63) & (v < 111), v + 1, v).astype(v.dtype))
run("biomass", ("biomass_{year}.tif", "more_{year}.tif"))
check("a", "biomass", {"biomass"})

# Areas alone, in jobs without any raster of a quantity: cropland becomes grassland in a corner.
for year in (2020, 2025):
    with open("legend.csv") as file:
        codes = {row.split(",")[1].strip(): int(row.split(",")[0]) for row in file if re.match("[0-9]+,", row)}

    def turn(v):
        v[300:500, 300:500] = np.where(v[300:500, 300:500] == codes["cropland"], codes["grassland"], v[300:500, 300:500])
        return v

    change_raster("landcover_%d.tif" % year, "other_%d.tif" % year, turn)
for year in (2005, 2010, 2015):
    shutil.copy("landcover_%d.tif" % year, "other_%d.tif" % year)
covers = ("landcover_{year}.tif", "other_{year}.tif")
run("area", covers)
result = check("a", "area", {"area"})
assert any(row["variable"] == "area" and row["differing"] for row in result["variables"])

# All three: the area is told as it is alone, the rest adds up.
run("all", covers, ("biomass_{year}.tif", "more_{year}.tif"), ("demo_factors.csv", "more_factors.csv"))
every = check("a", "all", {"area", "biomass", "factors"})
alone = {(cause["region"], cause["year"]): cause["total_carbon_stock"]["area"] for cause in result["causes"]}
for cause in every["causes"]:
    at = (cause["region"], cause["year"])
    assert abs(cause["total_carbon_stock"]["area"] - alone[at]) <= 1e-9 * stored_scale[at], at

# Regions in one of them only; years that are not the same.
def without(*keys):
    found = [re.search(r"(?m)^%s:[^\n]*\n(?:(?: [^\n]*|#[^\n]*)?\n(?= ))*(?: [^\n]*\n)*" % key, JOB) for key in keys]
    return [(match[0], "") for match in found if match]


run("whole", *without("harvest"))
run("few", ("id: code", "id: code\n  where: code like '03____'"), (re.search(r"(?m)^  parent:[^\n]*\n", JOB)[0], ""), *without("harvest"))
result = diff("whole", "few")
assert {(row["in"], row["kind"]) for row in result["only"]} == {("first", "region")}, result["only"]
assert sorted(row["label"] for row in result["only"]) == ["03", "0331", "0332", "0333", "03~rest"], result["only"]
assert all(row["differing"] == 0 for row in result["variables"] if row["variable"] in ("area", "carbon_stock")), "counties differ"
run("years", ("years: [2020, 2025]", "years: [2025]"), *without("history", "disturbances", "methods", "harvest", "value"))
result = diff("a", "years")
assert "years" in result["causes_missing"] and ("first", "year", "2020") in {tuple(row.values()) for row in result["only"]}

# Another history: other strata. Area and biomass are one, and with the factors they add up to what is stored.
run("history", ("history: [2005, 2010, 2015]", "history: [2015]"), ("gwp: ar5", "gwp: ar6"), ("demo_factors.csv", "more_factors.csv"))
result = diff("a", "history")
assert result["causes"] and not result["causes_missing"] and result["area_and_biomass_are_one"].startswith("the strata differ: "), result["causes_missing"]
moved = set()
for figure in FIGURES:
    first, second = stored("a", figure), stored("history", figure)
    for cause in result["causes"]:
        told, at = cause[figure], (cause["region"], cause["year"])
        if told["first"] is None:
            continue
        scale = 1e-9 * max(abs(first[at]), abs(second[at]), stored_scale[at])
        assert told["area"] is None and told["biomass"] is None, told
        assert abs(told["area_and_biomass"] + told["factors"] - (second[at] - first[at])) <= scale, (figure, at, told)
        moved |= {name for name in ("area_and_biomass", "factors") if abs(told[name]) > scale}
assert moved == {"area_and_biomass", "factors"}, moved

# Lines of the job and rows of the factors, each with its file and number.
lines, rows = result["job_lines"], result["factor_rows"]
number = {text: 1 + JOB.split("\n").index(text) for text in ("gwp: ar5", "history: [2005, 2010, 2015]")}
assert {"a.yml:%d: %s" % (number[text], text) for text in number} <= set(lines["first"]), lines
assert {"history.yml:%d: gwp: ar6" % number["gwp: ar5"], "history.yml:%d: history: [2015]" % number["history: [2005, 2010, 2015]"]} <= set(lines["second"])
assert lines["first_count"] == lines["second_count"] == 4, lines  # and those of the factors and the output
old, new = table.split("\n"), changed.split("\n")
expected = [["%s:%d: %s" % (name, i + 1, (old, new)[side][i]) for i in range(len(old)) if old[i] != new[i]]
            for side, name in ((0, "demo_factors.csv"), (1, "more_factors.csv"))]
assert [rows["first"], rows["second"]] == expected and rows["first_count"] == count, (rows, expected)
out = subprocess.run([SINKCALC, "diff", "a.nc", "history.nc"], capture_output=True, text=True).stdout
for words in ("Area and biomass cannot be told apart: the strata differ: ", "by factors or methods", "Lines of the job that changed (- first, + second):",
              "  - a.yml:%d: gwp: ar5\n" % number["gwp: ar5"], "  + history.yml:%d: gwp: ar6\n" % number["gwp: ar5"],
              "Rows of factors that changed (- first, + second):"):
    assert words in out, (words, out)
assert diff("a", "again", code=0)["job_lines"]["first_count"] == 0

done = subprocess.run([SINKCALC, "diff", "a.nc"], capture_output=True, text=True)
assert done.returncode == 2, done
done = subprocess.run([SINKCALC, "diff", "a.nc", "job.yml"], capture_output=True, text=True)
assert done.returncode == 3 and done.stderr.count("\n") == 1, done
done = subprocess.run([SINKCALC, "diff", "a.nc", "area.nc", "--region", "9999"], capture_output=True, text=True)
assert done.returncode == 2 and "--region 9999: in neither inventory" in done.stderr, done
shutil.copy("a.nc", "packed.nc")
with h5py.File("packed.nc", "r+") as file:
    file["total_carbon_stock"].attrs["scale_factor"] = 10.0
done = subprocess.run([SINKCALC, "diff", "a.nc", "packed.nc"], capture_output=True, text=True)
assert done.returncode == 3 and "packed.nc: variable total_carbon_stock has scale_factor" in done.stderr, done
with netCDF4.Dataset("a.nc") as file, netCDF4.Dataset("nothing.nc", "w") as less:
    less.sinkcalc_layout = file.sinkcalc_layout
    less.createDimension("q", 2)
    less.createVariable("q", "f8", "q")[:] = 1
done = subprocess.run([SINKCALC, "diff", "nothing.nc", "nothing.nc"], capture_output=True, text=True)
assert done.returncode == 3 and "no value in both" in done.stderr, done
print("%d comparisons" % COUNT)
