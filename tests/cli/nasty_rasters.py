"""Runs sinkcalc over the raster cases of the nasty set and judges it by MANIFEST.csv.

Refused: exit code 3, a few lines on stderr that name the file (and the block, where one is at fault) in valid UTF-8
without control bytes, nothing new in the folder. Accepted: exit code 0 and the figures of every region as in the good
run. Always: within the time and memory below, no input changed."""
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

import numpy as np
from osgeo import gdal

gdal.UseExceptions()
gdal.SetConfigOption("GDAL_PAM_ENABLED", "NO")
NASTY = os.environ["SINK_SHARED"] + "/nasty"
HERE = os.getcwd()
MAX_SECONDS, MAX_MIB = 5, 400

JOB = """
regions: {file: %(regions)s, id: region_id}
years: 2023
layers:
  land_cover: {file: "%(landcover)s", legend: ../good/legend.csv}
  above_ground_biomass: {file: "%(biomass)s", unit: Mg/ha, classes: [forest, shrubland, grassland]}
targets: none
missing: {factor: count, value: count%(missing)s}
output: out.nc
"""
# The cells at fault lie outside the regions of the good job: a region of the whole grid holds them.
WHOLE = ("R47", "R50", "R51")
WHOLE_REGION = """{"type": "FeatureCollection",
"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32633"}},
"features": [{"type": "Feature", "properties": {"region_id": "whole"}, "geometry": {"type": "Polygon", "coordinates":
[[[500000, 5292320], [507680, 5292320], [507680, 5300000], [500000, 5300000], [500000, 5292320]]]}}]}
"""
LEGEND = "code,name\n1,forest\n2,forest\n3,forest\n4,shrubland\n5,grassland\n"

# Where one block is at fault the error says which: tile 5 of 4 x 4 lies at block column 1, row 1; a cut file fails at
# the first block that lies behind the cut.
TILE = r"block column 1, row 1\b"
BLOCK = {"R01": r"block column 0, row \d+", "R02": r"block column \d, row [1-3]", "R06": TILE, "R07": TILE, "R08": TILE,
         "R11": r"14 of 16 blocks are absent, the first at block column \d, row \d", "R13": TILE, "R15": TILE,
         "R23": r"block column \d, row [1-3]"}
# What else the error must say.
WORDS = {"R21": "does_not_exist.tif", "R22": "does_not_exist.tif", "R23": "r02_trunc_deflate_60pct.tif",
         "R37": "MiB", "R40": "inf", "R47": "code 255 ", "R48": "code 77 ", "R49": "code 300 ", "R50": "code -1 ", "R51": "code 1.5 ",
         "R54": "tC/ha", "R84": "10241 bands", "R85": "65535 bands"}

# What the program is to do where that is not what the manifest says, and why.
GRID = "another grid or CRS is brought to the job's, and the run says so: %s"
SUM = "nothing in the file shows it; only a checksum stated beforehand could, and jobs state none yet"
EXCEPTIONS = {
    "R09": ("any", "LZW has no checksum: refused where the decoder notices; else " + SUM),
    "R10": ("any", SUM),
    "R16": ("any", SUM),
    "R61": ("same", "south-up is another grid, brought to the job's with the same figures"),
    "R64": ("warped", GRID % "0.3 of a cell aside"),
    "R66": ("warped", GRID % "cells of 30.05 m"),
    "R67": ("warped", GRID % "cells of 60 m"),
    "R74": ("same", "`band` is 1 where the job states none (JOB.md); the class codes are in the first"),
    "R69": ("same", "the side file is never read, which the manifest allows"),
    "R70": ("same", "the side file is never read, which the manifest allows"),
}
# Cells without data in an accepted biomass raster: counted as in a raster made of the good one, without a value there.
HOLES = ("R12", "R14", "R39", "R44", "R45", "R53", "R73", "R87")


def digests(folder):
    found = {}
    for root, _, names in os.walk(os.fsencode(folder)):
        for name in names:
            path = os.path.join(root, name)
            with open(path, "rb") as file:
                found[path] = hashlib.sha256(file.read()).hexdigest()
    return found


def quoted(name):
    """The name as the job can say it: a pattern where it holds bytes that YAML does not."""
    return re.sub(rb"[^ -~]", b"?", name).decode("ascii")


class Run:
    def __init__(self, name, role="", path=b"", missing=""):
        self.folder, self.file = os.path.join(HERE, name), os.path.basename(path)
        os.makedirs(self.folder)
        words = {"landcover": "../good/landcover.tif", "biomass": "../good/biomass.tif", "missing": missing,
                 "regions": "../good/whole.geojson" if name in WHOLE else "../good/regions.gpkg"}
        if path:  # and what lies beside it: .aux.xml, .tfw, .hdr, .ovr
            words[role] = quoted(self.file)
            stem = self.file.split(b"_")[0] + b"_"
            for other in os.listdir(os.path.dirname(path)):
                if other.startswith(stem) or (name in ("R23", "R23_counted") and other.startswith(b"r02_")):
                    shutil.copy(os.path.join(os.path.dirname(path), other), os.fsencode(self.folder))
        with open(self.folder + "/job.yml", "w") as job:
            job.write(JOB % words)
        before, start = {**digests(self.folder), **digests(HERE + "/good")}, time.monotonic()
        self.start_and_wait()
        self.seconds = time.monotonic() - start
        after = {**digests(self.folder), **digests(HERE + "/good")}
        self.changed = [path for path in before if after.get(path) != before[path]]
        self.new = [os.path.basename(path) for path in after if path not in before]

    def start_and_wait(self):
        with open(HERE + "/stdout", "w+b") as out, open(HERE + "/stderr", "w+b") as err:
            run = subprocess.Popen(["timeout", "--signal=KILL", "30", os.environ["SINKCALC"], "run", "--json",
                                    "--threads=2", "job.yml"], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=err)
            _, status, usage = os.wait4(run.pid, 0)
            run.returncode = self.code = os.waitstatus_to_exitcode(status)
            self.mib = usage.ru_maxrss / 1024
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read(), err.read()

    def figures(self):
        return [region["years"] for region in json.loads(self.out)["regions"]]

    def faults(self):
        """What is wrong whatever the case."""
        found = ["input changed: %s" % path for path in self.changed]
        try:
            if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", self.err.decode("utf-8")):
                found.append("control bytes on stderr")
        except UnicodeDecodeError:
            found.append("stderr is not UTF-8")
        if self.seconds > MAX_SECONDS:
            found.append("%.1f s" % self.seconds)
        if self.mib > MAX_MIB and "asan" not in os.environ["SINKCALC"]:
            found.append("%.0f MiB" % self.mib)
        return found

    def refused(self, block=None, word=None):
        found = self.faults()
        text = self.err.decode("utf-8", "replace")
        if self.code != 3:
            found.append("exit code %s, expected 3" % self.code)
        if self.new:
            found.append("left behind: %s" % self.new)
        if quoted(self.file) not in text:
            found.append("stderr does not name the file")
        if text.count("\n") > 3:
            found.append("%d lines on stderr" % text.count("\n"))
        if "root:" in text:
            found.append("stderr shows another file")
        if block and not re.search(block, text):
            found.append("stderr does not name the block")
        if word and word not in text:
            found.append("stderr does not say %s" % word)
        return found

    def accepted(self, good=None, tolerance=0.0):
        found = self.faults()
        if self.code != 0:
            return found + ["exit code %s, expected 0" % self.code]
        if self.new != [b"out.nc"]:
            found.append("files made: %s" % self.new)
        worst = 0 if good is None else distance(self.figures(), good)
        if worst > tolerance:
            found.append("figures differ from those of the good file by %.1e" % worst)
        return found


def distance(a, b):
    """Largest relative difference of two trees of figures; infinite where they are not alike."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return max([distance(a[key], b[key]) for key in a], default=0)
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return max([distance(x, y) for x, y in zip(a, b)], default=0)
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) / max(abs(a), abs(b), 1e-300)
    return 0 if a == b else float("inf")


def write_control(name, path):
    """A biomass raster with the same cells and a plain no-data value, as NumPy sees the file."""
    source = gdal.Open(os.fsdecode(path))
    band, mask = source.GetRasterBand(1), source.GetRasterBand(1).GetMaskBand().ReadAsArray() != 0
    cells = band.ReadAsArray().astype(np.float64) * (band.GetScale() or 1) + (band.GetOffset() or 0)
    held = np.array([[band.GetMetadataItem("BLOCK_OFFSET_%d_%d" % (column, row), "TIFF") is not None
                      for column in range(4)] for row in range(4)]) if band.GetBlockSize() == [64, 64] else np.ones((1, 1))
    held = np.kron(held, np.ones((256 // held.shape[0], 256 // held.shape[1]))) != 0
    cells[~(mask & held & np.isfinite(cells) & (cells > -1e38))] = -9999
    control = gdal.GetDriverByName("GTiff").Create("controls/%s_control.tif" % name, 256, 256, 1, gdal.GDT_Float64)
    control.SetGeoTransform(source.GetGeoTransform())
    control.SetProjection(source.GetProjection())
    control.GetRasterBand(1).SetNoDataValue(-9999)
    control.GetRasterBand(1).WriteArray(cells)
    return os.fsencode(HERE) + b"/controls/%s_control.tif" % name.encode()


def judge(case, good):
    """The faults of one case, and what was printed."""
    name, kind = case["id"], EXCEPTIONS.get(case["id"], (case["expect"],))[0]
    path = os.fsencode(NASTY) + b"/" + case["file"].encode("ascii").decode("unicode_escape").encode("latin-1")
    run = Run(name, case["role"], path)
    if kind == "reject":
        return run.refused(BLOCK.get(name), WORDS.get(name)), run.err
    if name in HOLES:
        control = Run(name + "_control", "biomass", write_control(name, path))
        return control.accepted() + run.accepted(control.figures(), 1e-12), run.err
    if kind == "same":
        return run.accepted(good, 1e-9), run.err
    if kind == "accept":
        return run.accepted(good), run.err
    if kind == "warped":
        found = run.accepted(good, 0.01)
        return found + ([] if b"lies on another grid" in run.err else ["the run does not say so"]), run.err
    return (run.accepted() if run.code == 0 else run.refused(BLOCK.get(name), WORDS.get(name))), run.err


def main():
    shutil.copytree(NASTY + "/good", "good")
    os.chmod("good", 0o755)
    os.mkdir("controls")
    with open("good/legend.csv", "w") as file:
        file.write(LEGEND)
    with open("good/whole.geojson", "w") as file:
        file.write(WHOLE_REGION)
    run = Run("the_good")
    if run.accepted():
        sys.exit("the good job: %s\n%s" % (run.accepted(), run.err.decode("utf-8", "replace")))
    good, bad, count = run.figures(), 0, 0
    for case in csv.DictReader(open(NASTY + "/MANIFEST.csv", encoding="utf-8")):
        if case["class"] != "raster":
            continue
        found, said = judge(case, good)
        count += 1
        bad += bool(found)
        print("%s %-4s %-6s %s%s" % ("FAIL" if found else "ok  ", case["id"], case["expect"], case["what_is_wrong"],
                                     ": " + "; ".join(found) if found else ""))
        if found or os.environ.get("VERBOSE"):
            print("          " + said.decode("utf-8", "replace").strip().replace("\n", "\n          "))
    for name, (_, reason) in EXCEPTIONS.items():
        print("%s differs from the manifest: %s" % (name, reason))
    if count < 87:
        sys.exit("only %d cases found" % count)
    print("%d of %d cases hold" % (count - bad, count))
    sys.exit(bad != 0)


main()
