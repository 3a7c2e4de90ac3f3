"""Gaps in maps of each kind: a block that the file does not hold, a file of the mosaic that is not there, cells without
data, codes that nobody knows.

By default each is an error that names the place. Where the job counts them, NumPy counts the cells of each region, too:
those with any share in it are the pixel_count of the classes, no_class_pixel_count and unknown_class_pixel_count, in whole
numbers; no class gains from what is missing, and data_completeness says the share."""
import json
import os
import re
import resource
import shutil
import subprocess
import sys

import netCDF4
import numpy as np
from osgeo import gdal

from faults import CELL, FACTORS, GOOD, LEGEND, SIZE, UTM, X0, Y0, cells, write_raster, write_regions, write_text

HERE = os.getcwd()
JOB = """regions: {file: regions.gpkg, id: code}
years: 2020
layers:
%s
factors: [factors.csv]
targets: none
missing: {%s}
output: out.nc
"""
COVER = '  land_cover: {file: "lc*.tif", legend: legend.csv}'
SHARES = "\n".join('  %s: {file: "%s*.tif", unit: %s}' % row for row in (("forest", "f", "%s"), ("grassland", "g", "%s")))
# Of the regions, in whole cells: those with any share.
REGION = {"01": (slice(3, 61), slice(2, 31)), "02": (slice(3, 61), slice(30, 62))}
GAP = np.zeros((SIZE, SIZE), bool)
GAP[16:32, 16:48] = True  # two blocks
# Whose file is missing, nobody knows: the layer is named, not one of its files.
MOSAIC_GAP = "sinkcalc: %%s: cell at column 16, row 16 (x %.10g, y %.10g) of the grid lies in a region but in no file of the layer" % (
    X0 + 16.5 * CELL, Y0 - 16.5 * CELL)


def write_sparse(path, values, nodata=None, kind=gdal.GDT_Byte):
    """The two blocks of the gap are not in the file."""
    target = gdal.GetDriverByName("GTiff").Create(path, SIZE, SIZE, 1, kind, ["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16",
                                                                             "SPARSE_OK=TRUE", "COMPRESS=DEFLATE"])
    target.SetGeoTransform((X0, CELL, 0, Y0, 0, -CELL))
    target.SetProjection(UTM.ExportToWkt())
    band = target.GetRasterBand(1)
    if nodata is not None:
        band.SetNoDataValue(nodata)
    for row in range(0, SIZE, 16):
        for column in range(0, SIZE, 16):
            if not GAP[row, column]:
                band.WriteArray(values[row:row + 16, column:column + 16], column, row)


def write_mosaic(folder, stem, values, kind=gdal.GDT_Byte):
    """Files around the gap; the one that would fill it is not there."""
    for number, (rows, columns) in enumerate(((slice(0, 16), slice(0, SIZE)), (slice(32, SIZE), slice(0, SIZE)),
                                              (slice(16, 32), slice(0, 16)), (slice(16, 32), slice(48, SIZE)))):
        write_raster("%s/%s%d.tif" % (folder, stem, number), values[rows, columns], kind,
                     transform=(X0 + CELL * columns.start, CELL, 0, Y0 - CELL * rows.start, 0, -CELL))


def start(name, layers, missing):
    folder = HERE + "/" + name.replace(" ", "_")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    write_regions(folder + "/regions.gpkg", GOOD)
    for path, text in (("job.yml", JOB % (layers, missing)), ("legend.csv", LEGEND), ("factors.csv", FACTORS.replace("key:zone,", "").replace(",,,", ",,"))):
        write_text(folder + "/" + path, text)
    return folder


def run(folder):
    done = subprocess.run([os.environ["SINKCALC"], "run", "--quiet", "job.yml"], cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    return done.returncode, done.stderr.decode()


def refused(name, layers, write, told, missing="factor: count"):
    folder = start(name, layers, missing)
    write(folder)
    code, said = run(folder)
    found = [] if code == 3 and told in said else ["exit code %d, %s" % (code, said)]
    return found + (["an output is left"] if os.path.exists(folder + "/out.nc") else [])


def counted(name, layers, write, classes, no_class, unknown, missing):
    """`classes`: for each the share of each cell; the masks of the cells without class and with an unknown code."""
    folder, found = start(name, layers, missing), []
    write(folder)
    code, said = run(folder)
    if code != 0:
        return ["exit code %d, %s" % (code, said)]
    with netCDF4.Dataset(folder + "/out.nc") as file:
        ids = list(file["region_id"][:])
        covers = list(file[next(name for name in ("cover_name", "cover_label") if name in file.variables)][:])
        for region, place in REGION.items():
            r = ids.index(region)
            here = {name: int((shares[place] > 0).sum()) for name, shares in classes.items()}
            is_ = {cover: int(file["pixel_count"][0, c, r]) for c, cover in enumerate(covers) if file["pixel_count"][0, c, r] > 0}
            if is_ != {name: count for name, count in here.items() if count}:
                found.append("region %s: pixels %s, expected %s" % (region, is_, here))
            for variable, mask in (("no_class_pixel_count", no_class), ("unknown_class_pixel_count", unknown)):
                if int(file[variable][0, r]) != int(mask[place].sum()):
                    found.append("region %s: %s %d, expected %d" % (region, variable, file[variable][0, r], mask[place].sum()))
            weight = np.ones((SIZE, SIZE))
            west, north, east, south = {"01": (2.5, 3.5, 30.5, 60.5), "02": (30.5, 3.5, 61.5, 60.5)}[region]
            row, column = np.mgrid[0:SIZE, 0:SIZE]
            weight = (np.clip(np.minimum(column + 1, east) - np.maximum(column, west), 0, 1) *
                      np.clip(np.minimum(row + 1, south) - np.maximum(row, north), 0, 1))
            share = sum((shares * weight).sum() for shares in classes.values()) / weight.sum()
            if not abs(file["data_completeness"][0, r] - share) < 1e-6:
                found.append("region %s: completeness %.9g, expected %.9g" % (region, file["data_completeness"][0, r], share))
    return found


def judge():
    cover = cells(1)
    forest, grass = (cover == 1).astype(np.uint8), (cover == 2).astype(np.uint8)
    half, some = (cover == 1) * 0.75, (cover != 3) * 0.25
    none = np.zeros((SIZE, SIZE), bool)
    by_class = {"forest": (cover == 1), "grassland": (cover == 2), "cropland": (cover == 3)}
    lacking = {name: mask & ~GAP for name, mask in by_class.items()}
    count = "class: count, tile: count, value: count, factor: count"
    unknown, blank = cover.copy(), cover.copy()
    unknown[20, 20:40], blank[40, 10:50] = 77, 0
    is_77, is_0 = unknown == 77, blank == 0
    cut = lambda folder: (write_raster(folder + "/lc.tif", cover, options=("TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16")),
                          os.truncate(folder + "/lc.tif", os.path.getsize(folder + "/lc.tif") - 300))
    presence = SHARES % ("presence", "presence")
    fraction = SHARES % ("fraction", "fraction")

    def maps(writer, first, second, kind=gdal.GDT_Byte):
        def write(folder):
            writer(folder, "f", first, kind)
            write_raster(folder + "/g.tif", second, kind)
        return write

    sparse = lambda folder, stem, values, kind: write_sparse("%s/%s.tif" % (folder, stem), values, None, kind)
    yield "a whole map", counted("whole", COVER, lambda f: write_raster(f + "/lc.tif", cover), by_class, none, none, count)
    yield "absent blocks", refused("sparse", COVER, lambda f: write_sparse(f + "/lc.tif", cover), "lc.tif: 2 of 16 blocks are absent")
    yield "absent blocks, counted", counted("sparse_counted", COVER, lambda f: write_sparse(f + "/lc.tif", cover), lacking, GAP, none, count)
    yield "absent blocks with no data", counted("sparse_nodata", COVER, lambda f: write_sparse(f + "/lc.tif", cover, 0), lacking, GAP, none, count)
    yield "a truncated map, even where gaps are counted", refused("cut", COVER, cut, "lc.tif: the block at block column 2, row 3 lies beyond the end of the file", count)
    yield "a missing file of a mosaic", refused("mosaic", COVER, lambda f: write_mosaic(f, "lc", cover), MOSAIC_GAP % "land_cover")
    yield "a missing file, counted", counted("mosaic_counted", COVER, lambda f: write_mosaic(f, "lc", cover), lacking, GAP, none, count)
    yield "codes that nobody knows, counted", counted("codes", COVER, lambda f: write_raster(f + "/lc.tif", unknown),
                                                      {name: mask & ~is_77 for name, mask in by_class.items()}, none, is_77, count)
    yield "cells without data, counted", counted("blank", COVER, lambda f: write_raster(f + "/lc.tif", blank),
                                                 {name: mask & ~is_0 for name, mask in by_class.items()}, is_0, none, count)
    land = {"forest": cover == 1, "grassland": cover == 2, "other": cover == 3}
    yield "presence of two ecosystems", counted("presence", presence, maps(lambda folder, stem, values, kind: write_raster(
        "%s/%s.tif" % (folder, stem), values, kind), forest, grass), land, none, none, count)
    part = {"forest": (cover == 1) & ~GAP, "grassland": cover == 2, "other": (cover == 3) & ~GAP}
    gone = GAP & (cover != 2)
    for name, writer in (("sparse", sparse), ("mosaic", write_mosaic)):
        yield "presence, %s" % name, refused("presence_" + name, presence, maps(writer, forest, grass),
                                             {"sparse": "f.tif: 2 of 16 blocks are absent", "mosaic": MOSAIC_GAP % "forest"}[name])
        yield "presence, %s, counted: no other land" % name, counted("presence_%s_counted" % name, presence, maps(writer, forest, grass),
                                                                     part, gone, none, count)
        yield "presence, %s, tiles counted and classes not" % name, refused(
            "presence_%s_class" % name, presence, maps(writer, forest, grass), "no class, since a layer has no file there",
            "tile: count, factor: count")
        shares = {"forest": half * ~GAP, "grassland": some, "other": (1 - half - some) * ~GAP}
        yield "shares, %s, counted: no other land" % name, counted(
            "shares_%s" % name, fraction, maps(writer, half, some, gdal.GDT_Float64), shares, GAP, none, count)


def doubtful_targets():
    """Forest on 40 of 100 columns of a square, grassland on 40, a lost code on 20: 50 % of the land with data, 40 to 60 % of all."""
    folder, found = start("targets", COVER, "class: count, factor: count"), []
    values = np.repeat([[1] * 4 + [2] * 4 + [77] * 2], 10, 0)
    square = "POLYGON((%s))" % ",".join("%r %r" % (X0 + CELL * x, Y0 - CELL * y) for x, y in ((0, 0), (10, 0), (10, 10), (0, 10), (0, 0)))
    os.remove(folder + "/regions.gpkg")
    write_regions(folder + "/regions.gpkg", [("s", "Square", None, square)])
    write_raster(folder + "/lc.tif", values)
    text = open(folder + "/job.yml").read()
    write_text(folder + "/job.yml", text.replace("targets: none", "targets: {forest_coverage: {2030: 39 %, 2040: 45 %, 2050: 70 %}}"))

    def told(words, *expected):
        done = subprocess.run([os.environ["SINKCALC"], *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out = done.stdout.decode()
        if done.returncode != 0:
            found.append("%s: exit code %d, %s" % (words, done.returncode, done.stderr.decode()))
        found.extend("%s: says no %s" % (words, each) for each in expected if each not in " ".join(out.split()))
        return out
    need = "met only if 25.0 % of the land without data is forest"
    out = told(["run", "--overwrite", "job.yml"], "forest coverage at least, % 40.00", "forest coverage at most, % 60.00",
               "target 2040: forest coverage of 45 %: at least 88.9 % reached, " + need)
    if out.count("met only if") != 1:
        found.append("run tells %d doubts" % out.count("met only if"))
    year = json.loads(told(["run", "--overwrite", "--json", "job.yml"]))["regions"][0]["years"][0]
    outcomes = [target["outcome"] for target in year["targets"]]
    if outcomes != ["met", "unsure", "unmet"] or abs(year["forest_coverage_least_percent"] - 40) > 1e-9:
        found.append("run --json: %s, %s" % (outcomes, year["forest_coverage_least_percent"]))
    told(["report", "out.nc", "-o", "page.html", "--overwrite"])
    with open(folder + "/page.html") as page:
        if "40.0 to 60.0 % with the land without data" not in re.sub("<[^>]*>", "", page.read()):
            found.append("the report has no range of the coverage")
    told(["track", "out.nc"], need + " (40.00 % if none is)", "already passed: at or above it since 2020")
    targets = json.loads(told(["track", "--json", "out.nc"]))["regions"][0]["targets"]
    if [target["outlook"] for target in targets] != ["met", "unsure", "unknown"]:
        found.append("track --json: %s" % [target["outlook"] for target in targets])
    if abs(targets[1]["least"] - 0.4) > 1e-12 or abs(targets[1]["share_needed_of_no_data"] - 0.25) > 1e-12:
        found.append("track --json: least %r, needed %r" % (targets[1]["least"], targets[1]["share_needed_of_no_data"]))
    write_text(folder + "/job.yml", open(folder + "/job.yml").read().replace("2030: 39 %, 2040: 45 %, 2050: 70 %", "2040: 45 %"))
    told(["run", "--overwrite", "--quiet", "job.yml"])
    for lang, words in (("en", "Met only if 25.0 % of the land without data is forest"), ("zh", "仅当无数据土地中有25.0%为森林时才达标")):
        told(["report", "out.nc", "--overwrite", "--lang", lang, "-o", "out.html"])
        page = open(folder + "/out.html", encoding="utf-8").read()
        if words not in page or "88.9 %" not in page:  # of the target, by the least
            found.append("report %s: says no %s" % (lang, words))
    return found


def few_descriptors():
    """Sixty-four files and no more descriptors: the same bytes as from one file, or an error."""
    cover, found, results = cells(1), [], {}
    folder = start("descriptors", COVER, "factor: count")
    for row in range(0, SIZE, 8):
        for column in range(0, SIZE, 8):
            write_raster("%s/lc%02d%02d.tif" % (folder, row, column), cover[row:row + 8, column:column + 8],
                         transform=(X0 + CELL * column, CELL, 0, Y0 - CELL * row, 0, -CELL))
    for limit, threads in ((1024, 1), (64, 1), (64, 8), (24, 8)):
        done = subprocess.run([os.environ["SINKCALC"], "tally", "--quiet", "--threads=%d" % threads, "job.yml", "-o", "t.nc"],
                              cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
        path = folder + "/t.nc"
        if os.path.exists(path):
            with open(path, "rb") as file:
                results[limit, threads] = file.read()
            os.remove(path)
        if (done.returncode == 0) != ((limit, threads) in results) or (done.returncode != 0 and b"sinkcalc: " not in done.stderr):
            found.append("%d descriptors, %d threads: exit code %d, %s" % (limit, threads, done.returncode, done.stderr.decode()))
    if (64, 1) not in results or len(set(results.values())) != 1:
        found.append("%d results of %s" % (len(set(results.values())), list(results)))
    return found


def main():
    failed = number = 0
    for name, found in [*judge(), ("targets", doubtful_targets()), ("few descriptors", few_descriptors())]:
        number, failed = number + 1, failed + bool(found)
        print("%s  %s%s" % ("FAILED" if found else "ok    ", name, ": " + "; ".join(found) if found else ""))
    print("%d cases, %d failed" % (number, failed))
    sys.exit(1 if failed else 0)


main()
