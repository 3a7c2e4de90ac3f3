"""Runs sinkcalc with biomass that is much finer than the land cover, lies on both sides of the antimeridian, or covers
only part of it, and with the same biomass made for the land cover's grid; the figures must agree."""
import json
import os
import subprocess
import sys

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()
JOB = """
regions: {file: %(regions)s, id: id}
years: 2020
layers:
  land_cover: {file: %(cover)s, legend: legend.csv}
  above_ground_biomass: {file: %(biomass)s, unit: t/ha, classes: [forest, grassland]%(method)s}
targets: none
missing: {factor: count%(missing)s}
output: %(name)s.nc
"""
bad = 0


def write(name, cells, x0, y0, size, epsg, nodata=None):
    kind = gdal.GDT_Byte if cells.dtype == np.uint8 else gdal.GDT_Float64
    raster = gdal.GetDriverByName("GTiff").Create(name, cells.shape[1], cells.shape[0], 1, kind, ["COMPRESS=DEFLATE", "TILED=YES"])
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(epsg)
    raster.SetProjection(crs.ExportToWkt())
    raster.SetGeoTransform([x0, size, 0, y0, 0, -size])
    if nodata is not None:
        raster.GetRasterBand(1).SetNoDataValue(nodata)
    raster.GetRasterBand(1).WriteArray(cells)


def write_region(name, west, south, east, north, epsg):
    with open(name, "w") as file:
        json.dump({"type": "FeatureCollection",
                   "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::%d" % epsg}},
                   "features": [{"type": "Feature", "properties": {"id": "A"}, "geometry": {
                       "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north],
                                                           [west, north], [west, south]]]}}]}, file)


def run(name, **words):
    with open(name + ".yml", "w") as job:
        job.write(JOB % {"name": name, "missing": "", "method": "", **words})
    return subprocess.run([os.environ["SINKCALC"], "run", "--json", name + ".yml"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)


def figures(done):
    if done.returncode != 0:
        sys.exit("exit code %d: %s" % (done.returncode, done.stderr.decode()))
    year = json.loads(done.stdout)["regions"][0]["years"][0]
    return np.array([year["land_area_ha"], year["forest_area_ha"], year["carbon_tc"]])


def check(claim, holds, more=""):
    global bad
    bad += not holds
    print("%s %s %s" % ("ok  " if holds else "FAIL", claim, more))


def compare(claim, done, expected):
    found = figures(done)
    worst = np.max(np.abs(found / expected - 1))
    check(claim, worst < 1e-10 and expected[2] > 0, "(%.1e)" % worst)


random = np.random.default_rng(4)
with open("legend.csv", "w") as file:
    file.write("code,name\n1,forest\n2,grassland\n")
cover = random.integers(1, 3, (80, 100), dtype=np.uint8)

# 15 times finer in both directions, with gaps, of which some are whole cells
write("utm.tif", cover, 500000, 4000000, 30, 32633)
write_region("utm.geojson", 500100, 3998000, 502700, 3999800, 32633)
fine = random.uniform(0, 300, (80 * 15, 100 * 15))
fine[random.random(fine.shape) < 0.2] = -1
fine[300:330, 300:345] = -1
cells = np.ma.masked_equal(fine, -1).reshape(80, 15, 100, 15).mean(axis=(1, 3)).filled(-1)
assert (cells == -1).sum() == 6
write("fine.tif", fine, 500000, 4000000, 2, 32633, -1)
write("fine_mean.tif", cells, 500000, 4000000, 30, 32633, -1)
words = {"regions": "utm.geojson", "cover": "utm.tif", "missing": ", value: count"}
mean = figures(run("mean", biomass="fine_mean.tif", **words))
compare("an average of 15 x 15 cells counts as their mean", run("fine", biomass="fine.tif", **words), mean)
centre = np.where(fine[7::15, 7::15] == -1, -1, fine[7::15, 7::15])
write("fine_centre.tif", centre, 500000, 4000000, 30, 32633, -1)
compare("the nearest of 15 x 15 cells is the middle one",
        run("nearest", biomass="fine.tif", method=", method: nearest", **words),
        figures(run("centre", biomass="fine_centre.tif", **words)))

# the biomass has the left 60 of the 100 columns
part = {**words, "biomass": "part.tif"}
write("part.tif", fine[:, :900], 500000, 4000000, 2, 32633, -1)
done = run("part", **part)
text = done.stderr.decode()
check("what the layer does not cover is an error that names it",
      done.returncode == 3 and "part.tif: " in text and "in no file of the layer" in text and
      not os.path.exists("part.nc"), text.strip())
part["missing"] += ", tile: count"
half = cells.copy()
half[:, 60:] = -1
write("half.tif", half, 500000, 4000000, 30, 32633, -1)
compare("what the layer does not cover counts as no biomass", run("counted", **part),
        figures(run("half", regions="utm.geojson", cover="utm.tif", biomass="half.tif", missing=", value: count")))

# land cover from -180 to -170, biomass from 170 to 190 in half its cells
write("west.tif", cover, -180, 40, 0.1, 4326)
write_region("west.geojson", -179.95, 33, -171, 39, 4326)
across = random.uniform(0, 300, (160, 400))
write("across.tif", across, 170, 40, 0.05, 4326)
write("west_mean.tif", across[:, 200:].reshape(80, 2, 100, 2).mean(axis=(1, 3)), -180, 40, 0.1, 4326)
words = {"regions": "west.geojson", "cover": "west.tif"}
west = figures(run("west_mean", biomass="west_mean.tif", **words))
compare("a layer across the antimeridian is found from the west", run("across", biomass="across.tif", **words), west)
# the same, as two files that a layer joins into one around the world
write("right.tif", across[:, :200], 170, 40, 0.05, 4326)
write("left.tif", across[:, 200:], -180, 40, 0.05, 4326)
compare("and as two files at either end of the world", run("both", biomass="[left.tif, right.tif]", **words), west)
sys.exit(bad != 0)
