"""What resume.py and parts.py have in common: two jobs with tiles enough to be interrupted between, and how they are run.

land: two years of land cover with biomass and its standard deviation (sums by block), a province with two counties, 6 x 6
tiles of which the province, a triangle, leaves many out. coast: forest and mangrove presences that claim the same land
(overlap), 3 x 3 tiles."""
import json
import os
import signal
import subprocess
import time

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background is started deaf to it
SINKCALC = os.environ["SINKCALC"]
CELL, X0, Y0 = 100.0, 400000.0, 4000000.0
LAND, COAST = 3072, 1300

LAND_JOB = """regions: {file: regions.json, id: code, parent: parent}
years: [2020, 2025]
layers:
  land_cover: {file: "lc_{year}.tif", legend: legend.csv}
  above_ground_biomass: {file: "agb_{year}.tif", unit: t/ha, sd: sd.tif, correlation: {range: 21 km}}
factors: [factors.csv]
missing: count
output: inventory.nc
"""
COAST_JOB = """regions: {file: coast.json, id: code}
years: 2020
layers:
  forest: {file: forest.tif, unit: presence}
  mangrove: {file: mangrove.tif, unit: presence}
factors: [factors.csv]
missing: count
output: inventory.nc
"""
FACTORS = "quantity,class,value,unit,depth_cm,source,verified\n" + "".join("%s,,%s,%s,%s,test,own\n" % row for row in (
    ("carbon_fraction", "0.47", "1", ""), ("root_shoot", "0.25", "1", ""), ("above_ground_biomass", "5", "t C/ha", ""),
    ("dead_wood", "1", "t C/ha", ""), ("litter", "2", "t C/ha", ""), ("soil_carbon", "50", "t C/ha", "30")))


def write_raster(path, values):
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(32650)
    height, width = values.shape
    raster = gdal.GetDriverByName("GTiff").Create(path, width, height, 1, gdal.GDT_Byte, [
        "TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=DEFLATE"])
    raster.SetProjection(crs.ExportToWkt())
    raster.SetGeoTransform((X0, CELL, 0, Y0, 0, -CELL))
    raster.GetRasterBand(1).WriteArray(values.astype(np.uint8))


def write_regions(path, size, regions):
    features = [{"type": "Feature", "properties": {"code": code, "parent": parent}, "geometry": {
        "type": "Polygon", "coordinates": [[[X0 + size * CELL * x, Y0 - size * CELL * y] for x, y in ring + ring[:1]]]}}
        for code, parent, ring in regions]
    with open(path, "w") as file:
        json.dump({"type": "FeatureCollection", "features": features, "crs": {
            "type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32650"}}}, file)


def write_text(path, text):
    with open(path, "w") as file:
        file.write(text)


def append_text(path, text):
    with open(path, "a") as file:
        file.write(text)


def patches(random, size, low, high):
    return random.integers(low, high, (size // 4, size // 4), np.uint8).repeat(4, 0).repeat(4, 1)


def make(folder):
    random = np.random.default_rng(3)
    os.makedirs(folder)
    for year in (2020, 2025):
        write_raster("%s/lc_%d.tif" % (folder, year), patches(random, LAND, 1, 4))
        write_raster("%s/agb_%d.tif" % (folder, year), patches(random, LAND, 20, 250))
    write_raster(folder + "/sd.tif", patches(random, LAND, 2, 40))
    for name in ("forest", "mangrove"):
        write_raster("%s/%s.tif" % (folder, name), patches(random, COAST, 0, 2))
    province = [(.02, .03), (.98, .05), (.93, .97)]
    write_regions(folder + "/regions.json", LAND, [
        ("p", None, province), ("a", "p", [(.02, .03), (.98, .05), (.9, .24)]), ("b", "p", [(.93, .97), (.5, .52), (.92, .6)])])
    write_regions(folder + "/coast.json", COAST, [("c", None, [(.1, .1), (.9, .2), (.7, .95), (.2, .8)])])
    for name, text in (("land.yml", LAND_JOB), ("coast.yml", COAST_JOB), ("factors.csv", FACTORS),
                       ("legend.csv", "code,name\n0,nodata\n1,forest\n2,grassland\n3,cropland\n")):
        write_text(folder + "/" + name, text)


class Checks:
    """Counts what was looked at, and tells what was wrong."""

    def __init__(self):
        self.count, self.faults = 0, []

    def true(self, is_true, what):
        self.count += 1
        if not is_true:
            self.faults.append(what)
            print("FAILED  " + what, flush=True)

    def finish(self, text):
        print(text)
        print("%d checks, %d failed" % (self.count, len(self.faults)))
        raise SystemExit(bool(self.faults))


def start(folder, words):
    """In a group of its own, so that all of it can be killed at once."""
    return subprocess.Popen([SINKCALC] + words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, start_new_session=True)


def run(folder, words):
    """Exit code, standard output and error."""
    process = start(folder, words)
    out, err = process.communicate(timeout=300)
    return process.returncode, out.decode(), err.decode()


def strace(words, folder, *options, **more):
    """Exit code and standard error of the words under strace. A sanitizer cannot look for leaks there."""
    environment = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0", **more)
    done = subprocess.run(["strace", "-f", "-qq"] + list(options) + words, cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
    return done.returncode, done.stderr.decode()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def interrupt(folder, words, checkpoint, number=signal.SIGINT):
    """Sends the signal once a checkpoint is there: exit code, standard error and the seconds from signal to end. When the
    run was done before, takes its output away and begins anew."""
    before = set(os.listdir(folder))
    while True:
        process = start(folder, words + ["--checkpoint", "0.0001"])
        while process.poll() is None and not os.path.exists(folder + "/" + checkpoint):
            time.sleep(0.001)
        process.send_signal(number)
        at = time.monotonic()
        err = process.communicate(timeout=300)[1].decode()
        if process.returncode != 0:
            return process.returncode, err, time.monotonic() - at
        for name in set(os.listdir(folder)) - before:
            os.remove(folder + "/" + name)
