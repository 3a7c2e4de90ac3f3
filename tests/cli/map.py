"""Checks the maps that map.sh makes, and makes more of them."""
import csv
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
import xml.etree.ElementTree

import numpy as np
from osgeo import gdal, ogr
from osgeo_utils.samples import validate_cloud_optimized_geotiff

import map_sums
import oracle
import tiles_data
from tiles_data import SINKCALC, make

KILLS = 100 if os.environ.get("SINK_FULL") == "1" else 5
tiles_data.LAND, tiles_data.COAST = 1100, 700
result = oracle.Agreement()


def command(folder, *words):
    done = subprocess.run([SINKCALC, *words], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stderr


def ok(folder, *words):
    code, err = command(folder, *words)
    assert code == 0, (words, code, err)


def bytes_of(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        with open(folder + "/" + name, "rb") as file:
            found[name] = hashlib.sha256(file.read()).hexdigest()
    return found


def rasters(folder):
    return [name for name in sorted(os.listdir(folder)) if name.endswith(".tif")]


def check_files(folder):
    """Each file by itself, and the item that lists them."""
    with open(folder + "/item.json") as file:
        item = json.load(file)
    sums = bytes_of(folder)
    result.true("item", sorted(name + ".tif" for name in item["assets"] if name + ".tif" in sums) == rasters(folder))
    for name in rasters(folder):
        path, stem = folder + "/" + name, name[:-4]
        warnings, errors, _ = validate_cloud_optimized_geotiff.validate(path, full_check=True)
        result.true("cloud-optimised", not warnings and not errors, "%s: %s %s" % (name, warnings, errors))
        raster = oracle.Raster(path)
        values = raster.read().astype(float)
        seen = values[~np.isnan(values)] if raster.band.DataType == gdal.GDT_Float32 else values[values != 0]
        told = raster.band.GetMetadata()
        for key, value in (("MINIMUM", seen.min()), ("MAXIMUM", seen.max()), ("MEAN", seen.mean()), ("STDDEV", seen.std()),
                           ("VALID_PERCENT", 100 * seen.size / values.size)):
            result.check("statistics", told["STATISTICS_" + key], value, 1e-7, 1e-9, "%s %s" % (name, key))
        levels = 0 if max(values.shape) <= 512 else int(np.ceil(np.log2(max(values.shape) / 512)))
        result.true("overviews", raster.band.GetOverviewCount() == levels, name)
        asset = item["assets"][stem]
        result.true("checksum", asset["file:checksum"] == "1220" + sums[name] and
                    asset["file:size"] == os.path.getsize(path), name)
        result.true("unit", asset["raster:bands"][0].get("unit", "") == raster.band.GetUnitType(), name)
        style = xml.etree.ElementTree.parse(folder + "/" + stem + ".qml").getroot()
        result.true("style", style.tag == "qgis" and style.find("pipe/rasterrenderer").get("band") == "1", name)
        if stem.startswith("class_change"):
            check_categories(folder, raster, values, asset, style)


def check_categories(folder, raster, values, asset, style):
    """Every value that occurs has a colour, the same everywhere, and a name."""
    with open(folder + "/class_change.csv") as file:
        colours = {int(row["value"]): row["colour"] for row in csv.DictReader(file)}
    table = raster.band.GetColorTable()
    entries = {int(entry.get("value")): entry for entry in style.iter("paletteEntry")}
    classes = {entry["value"]: entry for entry in asset["raster:bands"][0]["classification:classes"]}
    for value in np.unique(values[values != 0]).astype(int):
        colour = "#%02x%02x%02x" % table.GetColorEntry(int(value))[:3]
        result.true("category", colour == colours[value] == entries[value].get("color") and entries[value].get("label") and
                    "#" + classes[value]["color_hint"].lower() == colour, value)


def check_demo():
    polygons = [(region, polygon) for region, polygon in oracle.features("landscape/counties.gpkg", "code")]
    map_sums.check(result, "maps", "landscape/inventory.nc", polygons, [2020, 2025], "demo")
    check_files("maps")
    with open("landscape/legend.csv") as file:
        legend = {int(row["code"]): row["name"] for row in csv.DictReader(line for line in file if line[0] != "#")}
    map_sums.check_recipes(result, "maps", "landscape/landcover_2025.tif", legend, 2025)
    result.true("nothing left", not [name for name in os.listdir(".") if name[0] == "."], os.listdir("."))


def check_gaps():
    """Ragged regions, cells without a class, a value or a factor, land known at one end of the period."""
    for grid in ("utm", "albers"):
        map_sums.check(result, grid, grid + ".nc", oracle.features(grid + ".gpkg", "id"), [2020, 2025], "gaps")


def check_threads():
    ok(".", "map", "--quiet", "--threads", "4", "landscape/job.yml", "-o", "again")
    result.true("bytes for 1 and 4 threads", bytes_of("maps") == bytes_of("again"))


def check_refusals():
    """A folder that exists is replaced only when asked for, and only if it holds nothing but maps."""
    before = bytes_of("again")
    code, err = command(".", "map", "-q", "coast.yml", "-o", "again")
    result.true("no such job", code != 0)
    code, err = command(".", "map", "-q", "landscape/job.yml", "-o", "again/")
    result.true("refusal", code == 2 and "again: exists already; --overwrite replaces it" in err, (code, err))
    os.rename("again/item.json", "again/mine.shp")
    code, err = command(".", "map", "-q", "--overwrite", "landscape/job.yml", "-o", "again")
    result.true("refusal", code == 2 and "holds other files than maps" in err, (code, err))
    os.rename("again/mine.shp", "again/item.json")
    code, err = command(".", "map", "-q", "landscape/job.yml", "-o", "landscape/job.yml")
    result.true("refusal", code == 2 and "is no folder" in err, (code, err))
    result.true("refusals leave all as it is", bytes_of("again") == before)


def check_tiles():
    """A projected grid of 9 tiles with regions of two levels, some of whose tiles no region meets."""
    make("tiles")
    ok("tiles", "run", "-q", "land.yml")
    ok("tiles", "map", "-q", "land.yml", "-o", "whole")
    map_sums.check(result, "tiles/whole", "tiles/inventory.nc", oracle.features("tiles/regions.json", "code"),
                   [2020, 2025], "tiles")
    ok("tiles", "run", "-q", "coast.yml", "-o", "coast.nc")
    asked = os.environ.get("ASAN_OPTIONS", "")
    os.environ["ASAN_OPTIONS"] = asked + ":detect_leaks=0"  # the search starts a process, which --untrusted refuses
    ok("tiles", "map", "-q", "--untrusted", "coast.yml", "-o", "coast")
    os.environ["ASAN_OPTIONS"] = asked
    map_sums.check(result, "tiles/coast", "tiles/coast.nc", oracle.features("tiles/coast.json", "code"), [2020], "coast")
    check_files("tiles/whole")
    check_files("tiles/coast")


SHARES_JOB = """regions: {file: coast.json, id: code}
years: [2020, 2025]
layers:
  forest: {file: "share_forest_{year}.tif", unit: percent}
  mangrove: {file: "share_mangrove_{year}.tif", unit: percent}
  above_ground_biomass: {file: "share_agb_{year}.tif", unit: t/ha, classes: [forest]}
factors: [factors.csv]
missing: count
output: shares_inventory.nc
"""


def check_shares():
    """Cells that ecosystems share; on both sides of a tile's edge."""
    random_cells = np.random.default_rng(4)
    for year in (2020, 2025):
        for name, low, high in (("forest", 0, 60), ("mangrove", 0, 40), ("agb", 0, 250)):
            tiles_data.write_raster("tiles/share_%s_%d.tif" % (name, year),
                                    tiles_data.patches(random_cells, tiles_data.COAST, low, high))
    tiles_data.write_text("tiles/shares.yml", SHARES_JOB)
    ok("tiles", "run", "-q", "shares.yml")
    ok("tiles", "map", "-q", "shares.yml", "-o", "shares")
    map_sums.check(result, "tiles/shares", "tiles/shares_inventory.nc", oracle.features("tiles/coast.json", "code"),
                   [2020, 2025], "shares", has_changes=False)


def check_kills():
    """Killed at random moments until it is done nevertheless."""
    chance, kills, kept = random.Random(5), 0, 0
    whole = bytes_of("tiles/whole")
    before = sorted(os.listdir("tiles"))
    begun = time.monotonic()
    ok("tiles", "map", "-q", "--threads", "2", "land.yml", "-o", "timed")
    seconds = time.monotonic() - begun
    shutil.rmtree("tiles/timed")
    while kills < KILLS:
        process = subprocess.Popen([SINKCALC, "map", "-q", "--checkpoint", "0.0001", "--threads", str(chance.randint(1, 3)),
                                    "land.yml", "-o", "cut"], cwd="tiles", start_new_session=True,
                                   stderr=subprocess.PIPE, text=True)
        try:
            _, err = process.communicate(timeout=chance.uniform(0.1, 0.9) * seconds)
            assert process.returncode == 0, err
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            kills += 1
            kept += os.path.exists("tiles/.cut.part/index")
            if kills < KILLS:
                result.true("whole or absent", not os.path.exists("tiles/cut") or bytes_of("tiles/cut") == whole)
                if not os.path.exists("tiles/cut"):
                    continue
        if os.path.exists("tiles/cut"):
            result.true("bytes after kills", bytes_of("tiles/cut") == whole)
            shutil.rmtree("tiles/cut")
    ok("tiles", "map", "-q", "--checkpoint", "0.0001", "land.yml", "-o", "cut")
    result.true("bytes after kills", bytes_of("tiles/cut") == whole)
    left = sorted(set(os.listdir("tiles")) - set(before))
    result.true("nothing left", left == ["cut"], left)
    print("%d kills, %d of them with tiles kept" % (kills, kept))
    shutil.rmtree("tiles/cut")


def check_leftovers():
    """Rasters of other maps, which a run without checkpoints left when it was killed, and some that are not whole."""
    os.makedirs("tiles/.cut.part/out")
    for name in ("carbon_2020.tif", "carbon_1990.tif", "carbon_1990.qml"):  # of layers that there are, and are not
        shutil.copy("tiles/coast/carbon_2020" + name[-4:], "tiles/.cut.part/out/" + name)
    for name in ("scratch.tif", "made.tif"):
        with open("tiles/.cut.part/" + name, "wb") as file:
            file.write(b"II*\0\x08\0\0\0" + bytes(100))  # a directory of nothing
    ok("tiles", "map", "-q", "land.yml", "-o", "cut")
    result.true("rasters of others", bytes_of("tiles/cut") == bytes_of("tiles/whole"))
    shutil.rmtree("tiles/cut")


def check_links():
    """Where the hidden folder, or the one in it, is a link, nothing that it leads to is touched."""
    os.makedirs("tiles/victim")
    for name in ("README.txt", "index"):
        shutil.copy("tiles/land.yml", "tiles/victim/" + name)
    before = bytes_of("tiles/victim")
    for link, target in ((".cut.part", "victim"), (".cut.part/out", "../victim")):
        os.makedirs("tiles/" + os.path.dirname(link), exist_ok=True)
        os.symlink(target, "tiles/" + link)
        for words in ([], ["--restart"]):
            code, err = command("tiles", "map", "-q", "land.yml", "-o", "cut", *words)
            result.true("link", code == 4 and link + ": is no folder of ours; remove it" in err, err)
            result.true("what it leads to", bytes_of("tiles/victim") == before)
        os.remove("tiles/" + link)
    shutil.rmtree("tiles/.cut.part")


def check_signals():
    """Ends in good order, and the same command goes on with another number of threads."""
    whole = bytes_of("tiles/whole")
    for number, expected, minutes, mark in ((signal.SIGINT, 130, "0.0001", "index"), (signal.SIGTERM, 143, "0.0001", "out/carbon_2020.tif"),
                                            (signal.SIGINT, 130, "10", "tally.nc")):  # the whole tally, before the first map
        process = subprocess.Popen([SINKCALC, "map", "-q", "--threads", "1", "--checkpoint", minutes, "land.yml", "-o", "cut"],
                                   cwd="tiles", stderr=subprocess.PIPE, text=True)
        while not os.path.exists("tiles/.cut.part/" + mark) and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(number)
        _, err = process.communicate()
        result.true("signal", process.returncode == expected and "interrupted; " in err and
                    "the same command goes on from there" in err, (process.returncode, err))
        result.true("whole or absent", not os.path.exists("tiles/cut"))
        code, err = command("tiles", "map", "--threads", "3", "land.yml", "-o", "cut")
        result.true("goes on", code == 0 and ".cut.part" in err and "tiles are done; goes on from there" in err, err)
        result.true("bytes after a signal", bytes_of("tiles/cut") == whole)
        shutil.rmtree("tiles/cut")
    ok("tiles", "map", "-q", "--overwrite", "coast.yml", "-o", "whole")
    result.true("overwrite", bytes_of("tiles/whole") == bytes_of("tiles/coast"))


for part in (check_demo, check_gaps, check_threads, check_refusals, check_tiles, check_shares, check_kills,
             check_leftovers, check_links, check_signals):
    begun = time.monotonic()
    part()
    print("%s: %.1f s" % (part.__name__, time.monotonic() - begun), flush=True)
result.finish()
print("%d cases" % sum(result.count.values()))
