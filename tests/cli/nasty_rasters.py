"""The rasters of the nasty set, in jobs of ours.

Accepted: the figures of every region are as in the good run, or as in the run of a raster where the cells at fault are
plain no data."""
import hashlib
import json
import os
import re
import shutil

import numpy as np
from osgeo import gdal

from nasty_common import EXCEPTIONS, HERE, NASTY, IS_SANITIZED, Run, path_of, rows, sums

gdal.UseExceptions()
gdal.SetConfigOption("GDAL_PAM_ENABLED", "NO")

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

# Bombs that the header tells: refused within little memory.
SMALL = ("R19", "R20", "R33", "R37", "R84", "R85")
# Cells without data in an accepted biomass raster: counted as in a raster made of the good one, without a value there.
HOLES = ("R12", "R14", "R39", "R44", "R45", "R53", "R73", "R87")


def quoted(name):
    """The name as the job can say it: a pattern where it holds bytes that YAML does not."""
    return re.sub(rb"[^ -~]", b"?", name).decode("ascii")


class RasterRun(Run):
    def __init__(self, name, role="", path=b"", missing="", states=None):
        """`states`: the job has a list of hashes, with this one for the raster, or the true ones ("")."""
        self.folder, self.file = os.path.join(HERE, "rasters", name), os.path.basename(path)
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
            job.write(JOB % words + ("sha256: SHA256SUMS\n" if states is not None else ""))
        if states is not None:
            sums(self.folder, words["landcover"], words["biomass"], words["regions"], "../good/legend.csv",
                 wrong={words["biomass"]: states})
        self.execute(self.folder, ["run", "--json", "--threads=2", "job.yml"], [HERE + "/rasters/good"])

    def figures(self):
        return [region["years"] for region in json.loads(self.out)["regions"]]

    def is_refused(self, name):
        found = self.refused((3,), re.escape(quoted(self.file)), BLOCK.get(name), WORDS.get(name))
        if name in SMALL and self.mib > 200 and not IS_SANITIZED:
            found.append("%.0f MiB, expected 200 at most" % self.mib)
        return found

    def is_accepted(self, good=None, tolerance=0.0):
        found = self.accepted("out.nc")
        worst = 0 if found or good is None else distance(self.figures(), good)
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
    control = gdal.GetDriverByName("GTiff").Create(HERE + "/rasters/controls/%s_control.tif" % name, 256, 256, 1, gdal.GDT_Float64)
    control.SetGeoTransform(source.GetGeoTransform())
    control.SetProjection(source.GetProjection())
    control.GetRasterBand(1).SetNoDataValue(-9999)
    control.GetRasterBand(1).WriteArray(cells)
    return os.fsencode(HERE + "/rasters/controls/%s_control.tif" % name)


def judge_stated(row):
    """Only the hash that the job states can tell: of the good file it refuses, of this one it does not."""
    name, file = row["id"], os.path.basename(path_of(row)).decode("ascii")
    with open(path_of(row), "rb") as raster, open(NASTY + "/good/biomass.tif", "rb") as good:
        found, expected = (hashlib.sha256(each.read()).hexdigest() for each in (raster, good))
    run, own = (RasterRun(name + more, row["role"], path_of(row), states=states) for more, states in (("", expected), ("_own", "")))
    told = r"sinkcalc: %s: its SHA-256 is %s, expected %s \(SHA256SUMS:2\)" % (re.escape(file), found, expected)
    faults = run.refused((3,), told)
    if own.code == 0:
        return run.code != 0, faults + own.is_accepted(), run.err
    return run.code != 0, faults + own.is_refused(name) + (["SHA-256 told"] if "SHA-256" in own.text else []), run.err


def judge_row(row, good):
    """Whether the row is refused, the faults, and what was printed."""
    name, kind = row["id"], EXCEPTIONS.get(row["id"], (row["expect"],))[0]
    if kind == "reject-with-checksum":
        return judge_stated(row)
    run = RasterRun(name, row["role"], path_of(row))
    if kind == "reject":
        found = run.is_refused(name)
    elif name in HOLES:
        control = RasterRun(name + "_control", "biomass", write_control(name, path_of(row)))
        found = control.is_accepted() + run.is_accepted(control.figures() if control.code == 0 else None, 1e-12)
    elif kind in ("same", "accept"):
        found = run.is_accepted(good, 1e-9 if kind == "same" else 0)
    elif kind == "warped":
        found = run.is_accepted(good, 0.01) + ([] if "lies on another grid" in run.text else ["the run does not say so"])
    else:
        found = run.is_accepted() if run.code == 0 else run.is_refused(name)
    return run.code != 0, found, run.err


def judge():
    os.makedirs("rasters/controls")
    shutil.copytree(NASTY + "/good", "rasters/good")
    os.chmod("rasters/good", 0o755)
    with open("rasters/good/legend.csv", "w") as file:
        file.write(LEGEND)
    with open("rasters/good/whole.geojson", "w") as file:
        file.write(WHOLE_REGION)
    run = RasterRun("the_good")
    assert not run.is_accepted(), "%s\n%s" % (run.is_accepted(), run.text)
    good = run.figures()
    for row in rows("raster"):
        yield (row["id"], *judge_row(row, good))
