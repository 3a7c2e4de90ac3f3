"""One line for each wrong input: rasters, regions, jobs, words on the command line.

Two counties on 64 x 64 cells of 10 m, made here. Each case changes the good job or one of its files. It must end with
the exit code (2 job, 3 data, 4 run time) and a sentence that says what is wrong, and leave no file. What can be known
without reading cells must be told by `check` in the same words."""
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import netCDF4
import numpy as np
from osgeo import gdal, ogr, osr

gdal.UseExceptions()
gdal.SetConfigOption("GDAL_PAM_ENABLED", "NO")
HERE = os.getcwd()
SIZE, CELL, X0, Y0 = 64, 10.0, 500000.0, 5000000.0
UTM = osr.SpatialReference()
UTM.ImportFromEPSG(32633)

JOB = """title: two counties
regions: {file: regions.gpkg, id: code, name: name}
years: [2020, 2025]
layers:
  land_cover: {file: "lc_{year}.tif", legend: legend.csv}
  above_ground_biomass: {file: "agb_{year}.tif", unit: t/ha, sd: sd.tif}
  stock_volume: {file: vol.tif, unit: m3/ha, classes: [forest]}
  soil_carbon: {file: soil.nc, unit: t C/ha, depth: 30 cm}
  zone: {file: zone.tif, legend: zones.csv}
factors: [factors.csv]
targets: {forest_coverage: {2030: 25 %}}
output: out.nc
"""
LEGEND = "code,name\n0,nodata\n1,forest\n2,grassland\n3,cropland\n"
ZONES = "code,name\n1,wet\n2,dry\n"
FACTORS = "quantity,class,key:zone,value,unit,depth_cm,source,verified\n" + "".join(
    "%s,,,%s,%s,%s,test,own\n" % row for row in (
        ("carbon_fraction", "0.47", "1", ""), ("root_shoot", "0.25", "1", ""), ("above_ground_biomass", "5", "t C/ha", ""),
        ("dead_wood", "1", "t C/ha", ""), ("litter", "2", "t C/ha", ""), ("soil_carbon", "50", "t C/ha", "30")))


def cells(seed):
    """Patches that vary from cell to cell."""
    row, column = np.mgrid[0:SIZE, 0:SIZE]
    return 1 + (row // 3 * 7 + column // 5 * 3 + row * column // 11 + seed) % 3


def write_raster(path, values, kind=gdal.GDT_Byte, nodata=None, transform=(X0, CELL, 0, Y0, 0, -CELL), crs=UTM,
                 driver="GTiff", options=("TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE"), bands=1):
    source = gdal.GetDriverByName("MEM").Create("", values.shape[1], values.shape[0], bands, kind)
    source.SetGeoTransform(transform)
    if crs:
        source.SetProjection(crs.ExportToWkt())
    for band in range(1, bands + 1):
        source.GetRasterBand(band).WriteArray(values)
        if nodata is not None:
            source.GetRasterBand(band).SetNoDataValue(nodata)
    gdal.GetDriverByName(driver).CreateCopy(path, source, options=list(options))


def box(west, north, east, south):
    """In cells of the grid, as WKT."""
    points = [(west, north), (east, north), (east, south), (west, south), (west, north)]
    return "POLYGON((%s))" % ",".join("%r %r" % (X0 + CELL * x, Y0 - CELL * y) for x, y in points)


GOOD = [("01", "West", "0", box(2.5, 3.5, 30.5, 60.5)), ("02", "East", "0", box(30.5, 3.5, 61.5, 60.5))]


def write_regions(path, features=GOOD, crs=UTM, layers=("regions",), driver="GPKG", fields=("code", "name", "parent")):
    source = ogr.GetDriverByName(driver).CreateDataSource(path)
    for name in layers:
        layer = source.CreateLayer(name, crs)
        for field in fields:
            layer.CreateField(ogr.FieldDefn(field, ogr.OFTString))
        for values in features:
            feature = ogr.Feature(layer.GetLayerDefn())
            for field, value in zip(("code", "name", "parent"), values):
                if field in fields and value is not None:
                    feature.SetField(field, value)
            if values[-1] is not None:
                feature.SetGeometry(ogr.CreateGeometryFromWkt(values[-1]))
            layer.CreateFeature(feature)


def write_text(path, text):
    with open(path, "w") as file:
        file.write(text)


def write_good(folder):
    os.makedirs(folder)
    for year in (2020, 2025):
        write_raster("%s/lc_%d.tif" % (folder, year), cells(year))
        write_raster("%s/agb_%d.tif" % (folder, year), cells(year) * 40.0, gdal.GDT_Float32, -1)
    write_raster(folder + "/sd.tif", cells(5) * 4.0, gdal.GDT_Float32, -1)
    write_raster(folder + "/vol.tif", cells(6) * 50.0, gdal.GDT_Float32, -1)
    write_raster(folder + "/soil.nc", cells(7) * 30.0, gdal.GDT_Float32, -1, driver="netCDF", options=())
    write_raster(folder + "/zone.tif", 1 + cells(8) % 2)
    write_regions(folder + "/regions.gpkg")
    for name, text in (("job.yml", JOB), ("legend.csv", LEGEND), ("zones.csv", ZONES), ("factors.csv", FACTORS)):
        write_text(folder + "/" + name, text)


# --- what a case changes ---

def job(*changes):
    """The job with texts replaced: old, new, old, new ..."""
    text = JOB
    for old, new in zip(changes[::2], changes[1::2]):
        assert old in text, old
        text = text.replace(old, new, 1)
    return lambda folder: write_text(folder + "/job.yml", text)


def added(line):
    return lambda folder: write_text(folder + "/job.yml", JOB + line + "\n")


def raster(name, *arguments, **words):
    def make(folder):
        os.remove(folder + "/" + name)
        write_raster(folder + "/" + name, *arguments, **words)
    return make


def regions(*arguments, **words):
    def make(folder):
        os.remove(folder + "/regions.gpkg")
        write_regions(folder + "/regions.gpkg", *arguments, **words)
    return make


def text(name, content):
    return lambda folder: write_text(folder + "/" + name, content)


def gone(name):
    return lambda folder: os.remove(folder + "/" + name)


def all_of(*changes):
    def make(folder):
        for change in changes:
            change(folder)
    return make


def block_place(path, column, row):
    source = gdal.Open(path)
    band = source.GetRasterBand(1)
    return tuple(int(band.GetMetadataItem("BLOCK_%s_%d_%d" % (what, column, row), "TIFF")) for what in ("OFFSET", "SIZE"))


def corrupt_block(folder):
    path = folder + "/agb_2020.tif"
    offset, bytes_ = block_place(path, 2, 1)
    with open(path, "r+b") as file:
        file.seek(offset + bytes_ // 2)
        byte = file.read(1)[0]
        file.seek(offset + bytes_ // 2)
        file.write(bytes([byte ^ 0x55]))


def cut_file(folder):
    path = folder + "/agb_2020.tif"
    os.truncate(path, block_place(path, 1, 3)[0] + 3)


def vrt_without_source(folder):
    gdal.BuildVRT(folder + "/lc.vrt", [folder + "/lc_2020.tif"]).FlushCache()
    path = folder + "/lc.vrt"
    content = open(path).read().replace("lc_2020.tif", "lost.tif")
    write_text(path, content)
    job("lc_{year}.tif", "lc.vrt", "years: [2020, 2025]", "years: 2020")(folder)


def one_cell(values, value, row=20, column=20):
    values = values.copy()
    values[row, column] = value
    return values


def shift_right(values):
    return values[:, :40]


def ecosystems(**layers):
    """One year with a raster for each ecosystem in place of the land cover."""
    def make(folder):
        lines = ""
        for name, (values, kind, unit) in layers.items():
            write_raster("%s/%s.tif" % (folder, name), values, kind)
            lines += "  %s: {file: %s.tif, unit: %s}\n" % (name, name, unit)
        start, end = JOB.index("  land_cover"), JOB.index("factors:")
        write_text(folder + "/job.yml", (JOB[:start] + lines + JOB[end:]).replace("[2020, 2025]", "2020"))
    return make


BOW_TIE = ("01", "West", "0", "POLYGON((%s))" % ",".join(
    "%r %r" % (X0 + CELL * x, Y0 - CELL * y) for x, y in ((3, 3), (30, 40), (30, 3), (3, 40), (3, 3))))
HALF = np.full((SIZE, SIZE), 0.7)
OVERLAP = [("0", "Province", None, box(1, 1, 62, 62)), ("01", "West", "0", box(3, 3, 35, 60)),
           ("02", "East", "0", box(30, 3, 60, 60))]
PARENT = job("name: name}", "name: name, parent: parent}")
LC = 'land_cover: {file: "lc_{year}.tif", legend: legend.csv'
AGB = 'file: "agb_{year}.tif", unit: t/ha'

# What is wrong, the change, the exit code, what stderr must say, and whether `check` must say it too.
CASES = [
    # rasters
    ("a raster without CRS", raster("lc_2020.tif", cells(1), crs=None), 3, r"lc_2020\.tif: .*CRS", True),
    ("a rotated raster", raster("lc_2020.tif", cells(1), transform=(X0, CELL, 1, Y0, 1, -CELL)), 3,
     r"lc_2020\.tif: .*rotat", True),
    ("a corrupt block", corrupt_block, 3, r"agb_2020\.tif: .*block column 2, row 1\b", False),
    ("a truncated file", cut_file, 3, r"agb_2020\.tif: .*block column \d, row 3\b", None),
    ("a missing source of a VRT", vrt_without_source, 3, r"lc\.vrt: .*lost\.tif", True),
    ("a missing raster", gone("agb_2025.tif"), 3, r"agb_2025\.tif: no such file", True),
    ("a raster that is text", text("vol.tif", "no raster\n"), 3, r"vol\.tif: not a GeoTIFF", True),
    ("a band that is not there", job(AGB, AGB + ", band: 2"), 3, r"agb_2020\.tif: .*band 2", True),
    ("a netCDF file of its first bytes", lambda folder: open(folder + "/soil.nc", "wb").write(b"\x89HDF\r\n\x1a\n"), 3,
     r"soil\.nc: cannot be read as HDF5, expected a whole netCDF-4 file", True),
    ("a variable that is not there", job("file: soil.nc", "file: soil.nc, variable: ocs"), 3, r"soil\.nc.*ocs", True),
    ("a pattern without a file", job("vol.tif", "vol_*.tif"), 3, r"job\.yml:7:\d+: layers\.stock_volume: no file", True),
    ("a CRS that nobody knows", all_of(raster("lc_2020.tif", cells(1), crs=None), job(LC, LC + ', crs: "EPSG:1"')), 2,
     r"lc_2020\.tif: .*EPSG:1\b", True),
    ("a unit that nobody knows", job("unit: t/ha", "unit: lb/acre"), 2,
     r'job\.yml:6:\d+: layers\.above_ground_biomass\.unit: "lb/acre", expected', True),
    ("a unit of another quantity", job("unit: t/ha", "unit: m3/ha"), 2,
     r"job\.yml:6:\d+: layers\.above_ground_biomass\.unit", True),
    ("a code that the legend lacks", raster("lc_2020.tif", one_cell(cells(1), 77)), 3,
     r"lc_2020\.tif: cell at column 20, row 20, in region 01: code 77 ", False),
    ("a cell without a class", raster("lc_2020.tif", one_cell(cells(1), 0)), 3,
     r"lc_2020\.tif: cell at column 20, row 20, in region 01: .*no data", False),
    ("a forest without biomass", all_of(raster("lc_2020.tif", one_cell(cells(1), 1)), raster(
        "agb_2020.tif", one_cell(cells(1) * 40.0, -1), gdal.GDT_Float32, -1)), 3,
     r"above_ground_biomass.*|agb_2020\.tif: cell at column 20, row 20", False),
    ("an infinite biomass", raster("agb_2020.tif", one_cell(cells(1) * 40.0, np.inf), gdal.GDT_Float32, -1), 3,
     r"agb_2020\.tif: .*inf", False),
    ("a raster that leaves land out", raster("lc_2020.tif", shift_right(cells(1))), 3, r"region 0\d reaches|lc_2020\.tif", None),
    ("a share of two", ecosystems(forest=(one_cell(HALF, 2), gdal.GDT_Float32, "fraction")), 3, r"forest\.tif: .*2\b", False),
    ("shares of more than the cell", ecosystems(forest=(HALF, gdal.GDT_Float32, "fraction"),
                                                grassland=(HALF, gdal.GDT_Float32, "fraction")), 3,
     r"forest\.tif.*: the shares of the ecosystems add up to 1\.(4|39)", False),
    ("a presence of three", ecosystems(mangrove=(one_cell(cells(1) % 2, 3), gdal.GDT_Byte, "presence")), 3,
     r"cell at column 20, row 20, in region 01: .*presence that is neither 0 nor 1", False),
    ("a legend of somebody else's classes", text("legend.csv", LEGEND.replace("cropland", "corpland")), 3,
     r'legend\.csv:5: name "corpland" is no class \(did you mean "cropland"', True),
    # regions
    ("regions without CRS", regions(crs=None), 3, r"regions\.gpkg: .*CRS", True),
    ("an id that stands twice", regions(GOOD + [("01", "Again", "0", box(40, 5, 50, 9))]), 3, r"regions\.gpkg: .*\b01\b", True),
    ("an invalid ring with `repair: no`", all_of(regions([BOW_TIE, GOOD[1]]), job("name: name}", "name: name, repair: no}")),
     3, r"regions\.gpkg: .*\b01\b", True),
    ("a region without geometry", regions(GOOD + [("03", "Nowhere", "0", None)]), 3, r"regions\.gpkg: .*\b03\b", True),
    ("a region that is a point", regions(GOOD + [("03", "Point", "0", "POINT(500100 4999900)")]), 3, r"regions\.gpkg: .*\b03\b", True),
    ("a region without id", regions(GOOD + [(None, "None", "0", box(40, 5, 50, 9))]), 3, r"regions\.gpkg: .*(id|code)", True),
    ("no attribute of that name", regions(fields=("name", "parent")), 3, r"regions\.gpkg: .*\bcode\b", True),
    ("a layer that is not there", job("id: code", "layer: county, id: code"), 3, r"regions\.gpkg: .*county", True),
    ("several layers and none named", regions(layers=("a", "b")), 3, r"regions\.gpkg: .*layer", True),
    ("a parent that is not there", all_of(PARENT, regions([GOOD[0], ("02", "East", "09", GOOD[1][3])])), 3, r"\b09\b", True),
    ("regions that are each other's parents", all_of(PARENT, regions([("01", "a", "02", GOOD[0][3]),
                                                                      ("02", "b", "01", GOOD[1][3])])), 3, r"\b0[12]\b", True),
    ("children that overlap", all_of(PARENT, regions(OVERLAP)), 3, r"regions\.gpkg: .*\b01\b.*\b02\b", True),
    ("a condition that asks once more", job("id: code", "where: area > (select min(area) from regions), id: code"), 3,
     r"regions\.gpkg: filter \"area > \(select min\(area\) from regions\)\": found \"select min\(area\) from regions\)\", expected comparisons", True),
    ("a condition that is none", job("id: code", "where: area >, id: code"), 3, r"regions\.gpkg: .*area >", True),
    ("a condition that no region meets", job("id: code", "where: \"code = 'x'\", id: code"), 3, r"regions\.gpkg: ", True),
    ("a file without regions", regions([]), 3, r"regions\.gpkg: ", True),
    ("a missing file of regions", gone("regions.gpkg"), 3, r"regions\.gpkg: no such file", True),
    ("regions that are text", text("regions.gpkg", "none\n"), 3, r"regions\.gpkg: ", True),
    ("regions elsewhere", regions([("01", "Far", "0", box(1000, 1000, 1010, 1010))]), 3, r"region 01\b", True),
    # the job
    ("an unknown key", added("tittle: x"), 2, r"job\.yml:13:1: tittle: unknown key.*did you mean title", True),
    ("a doubled key", added("title: x"), 2, r"job\.yml:13:1: title: doubled key.*line 1", True),
    ("no regions", job("regions: {file: regions.gpkg, id: code, name: name}\n", ""), 2, r"job\.yml:\d+:\d+: regions: absent", True),
    ("no years", job("years: [2020, 2025]\n", ""), 2, r"job\.yml:\d+:\d+: years: absent", True),
    ("no output", job("output: out.nc\n", ""), 2, r"job\.yml:\d+:\d+: output: absent", True),
    ("no land cover", job(LC + "}\n", "x: {value: a}\n"), 2, r"job\.yml:\d+:\d+: layers", True),
    ("years that go back", job("[2020, 2025]", "[2025, 2020]"), 2, r"job\.yml:3:\d+: years", True),
    ("land cover without {year}", job("lc_{year}.tif", "lc_2020.tif"), 2, r"job\.yml:5:\d+: layers\.land_cover\.file", True),
    ("a legend that is not built in", job("legend.csv", "worldcovr"), 2, r"job\.yml:5:\d+: .*worldcovr.*worldcover", True),
    ("a set of factors that is not built in", job("[factors.csv]", "[ipc]"), 2, r"job\.yml:10:\d+: .*ipc.*ipcc", True),
    ("a class that is none", job("classes: [forest]", "classes: [forst]"), 2, r"job\.yml:7:\d+: .*forst.*forest", True),
    ("soil without depth", job(", depth: 30 cm", ""), 2, r"job\.yml:8:\d+: layers\.soil_carbon\.depth", True),
    ("a target without unit", job("forest_coverage: {2030: 25 %}", "forest_stock_volume: {2030: 19e9}"), 2,
     r"job\.yml:11:\d+: targets\.forest_stock_volume", True),
    ("a target of two hundred percent", job("25 %", "200 %"), 2, r"job\.yml:11:\d+: targets\.forest_coverage", True),
    ("a word that `missing` does not know", added("missing: ignore"), 2, r'job\.yml:13:10: missing: "ignore", expected', True),
    ("a grid of no layer", added("grid: {layer: landcover}"), 2, r"job\.yml:13:\d+: grid\.layer.*land_cover", True),
    ("a grid upside down", added("grid: {extent: [0, 10, 10, 0], resolution: 1, crs: EPSG:32633}"), 2,
     r"job\.yml:13:\d+: grid\.extent", True),
    ("a path on the net", job("file: vol.tif", "file: 'http://127.0.0.1:1/vol.tif'"), 2, r"job\.yml:7:\d+: .*remote", True),
    ("a template without {region_id}", job("output: out.nc", "output: {inventory: out.nc, per_region: a.nc}"), 2,
     r"job\.yml:12:\d+: output\.per_region: .*\{region_id\}", True),
    ("an output that is an input", job("output: out.nc", "output: soil.nc"), 2, r"job\.yml:12:\d+: output: \"soil\.nc\"", True),
    ("an output in no folder", job("output: out.nc", "output: no/out.nc"), 4, r"no/out\.nc: .*no folder no;", True),
    ("a class without factor", text("factors.csv", FACTORS.replace("litter,,", "litter,forest,")), 3,
     r"no litter factor for class grassland", False),
    ("no class with a factor", text("factors.csv", FACTORS.replace("litter,,", "litter,bamboo,")), 3,
     r"job\.yml: no litter factor for class forest, grassland, cropland, anywhere: expected", True),
    ("a GeoPackage with changes beside it", text("regions.gpkg-wal", "not in it yet"), 3,
     r"regions\.gpkg-wal: holds changes that are not in regions\.gpkg yet, expected", True),
    ("a constant that no table asks for", all_of(
        text("factors.csv", FACTORS + "litter,forest,wet,3,t C/ha,,test,own\n"),
        job("zone: {file: zone.tif, legend: zones.csv}", "zone: {value: wett}")), 2,
     r'job\.yml:9:\d+: layers\.zone\.value: "wett" stands in no factor table \(did you mean wet\?\)', True),
    ("soils of two depths", all_of(text("factors.csv", FACTORS + "soil_carbon,cropland,wet,40,t C/ha,50,test,own\n"),
                                   job("  soil_carbon: {file: soil.nc, unit: t C/ha, depth: 30 cm}\n", "")), 3,
     r"class \w+: soil carbon to (30 cm, .* 50|50 cm, .* 30) cm", False),
    ("a job that is no file", gone("job.yml"), (2, 3), r"job\.yml: No such file", True),
]
# Words on the command line, and what stderr must say; the exit code is 2.
WORDS = [
    ([], r"COMMAND|command"), (["compute", "job.yml"], r"compute"), (["run"], r"JOB"), (["run", "a.yml", "b.yml"], r"b\.yml|argument"),
    (["run", "--fast", "job.yml"], r"--fast"), (["run", "--threads", "none", "job.yml"], r"none"),
    (["run", "--threads=-1", "job.yml"], r"-1"), (["tally", "job.yml"], r"-o|output"), (["account", "t.nc"], r"-o|output"),
    (["run", "--progress=often", "job.yml"], r"often"), (["check", "-o", "x.nc", "job.yml"], r"-o|invalid option|x\.nc|argument"),
]


def run_program(folder, words):
    return subprocess.run([os.environ["SINKCALC"]] + words, cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)


def judge(folder, words, codes, told):
    before = sorted(os.listdir(folder))
    run = run_program(folder, words)
    stderr = run.stderr.decode("utf-8", "replace")
    found = []
    if run.returncode not in (codes if isinstance(codes, tuple) else (codes,)):
        found.append("exit code %s, expected %s" % (run.returncode, codes))
    if not re.search(told, stderr):
        found.append("does not say %s" % told)
    if run.stdout:
        found.append("prints on stdout")
    if sorted(os.listdir(folder)) != before:
        found.append("leaves files: %s" % sorted(set(os.listdir(folder)) - set(before)))
    return found, [line for line in stderr.splitlines() if ": note: " not in line] or [""]


def judge_case(number, case):
    name, change, codes, told, by_check = case
    folder = "%s/%d" % (HERE, number)
    shutil.copytree(HERE + "/good", folder)
    change(folder)
    found, said = judge(folder, ["run", "--json", "job.yml"], codes, told)
    if by_check is not None:
        if by_check:
            at_check, other = judge(folder, ["check", "--quiet", "job.yml"], codes, told)
            found += ["check: " + fault for fault in at_check]
            if other != said:
                found.append("check says: " + other[0])
        elif run_program(folder, ["check", "--quiet", "job.yml"]).returncode != 0:
            found.append("check reads cells")
    shutil.rmtree(folder)
    return name, found, said


def judge_number(number):
    return judge_case(number, ALL[number])


def contents(folder):
    """Of all files by their path; an empty folder is told, too."""
    found = {}
    for place, folders, names in os.walk(folder):
        for name in names if names or folders else [""]:
            path = os.path.join(place, name)
            found[os.path.relpath(path, folder)] = open(path, "rb").read() if name else None
    return dict(sorted(found.items()))


def read_info(path):
    """The notes of an inventory."""
    with netCDF4.Dataset(path) as file:
        return "\n".join(file["note_text"][:]) if "note_text" in file.variables else ""


def judge_notes(folder):
    """What a class of the legend would lack is told before a cell is read, as what the job makes of it."""
    found = []
    write_text(folder + "/factors.csv", FACTORS.replace("litter,,", "litter,forest,"))
    for policy, told in (("error", ": expected a row in a table of the job, or `missing: {factor: count}`; with such land the account fails"),
                         ("count", ": such land is counted without")):
        write_text(folder + "/noted.yml", JOB + "missing: {factor: %s}\n" % policy)
        run = run_program(folder, ["check", "noted.yml"])
        if run.returncode != 0 or "sinkcalc: note: noted.yml: no litter factor for class grassland, cropland, anywhere%s\n" % told not in run.stderr.decode():
            found.append("a class without a factor: %s: %s" % (policy, run.stderr.decode()))
    # What might be lacking is told; the inventory says what was.
    run = run_program(folder, ["run", "--overwrite", "noted.yml"])
    said = read_info(folder + "/out.nc")
    if run.returncode != 0 or b"such land is counted without" not in run.stderr or "such land" in said or "stock_volume: one raster" not in said:
        found.append("notes of an inventory: %s" % said)
    write_text(folder + "/factors.csv", FACTORS)
    return found


def judge_outputs(folder):
    """No input is overwritten, whatever -o says; and what the last runs learnt to say is said."""
    shutil.copytree(HERE + "/good", folder)
    found = []
    for words in (["tally", "job.yml", "-o", "lc_2020.tif"], ["run", "job.yml", "-o", "regions.gpkg"]):
        before = contents(folder)
        if run_program(folder, words).returncode == 0 or contents(folder) != before:
            found.append(" ".join(words))
    good = run_program(folder, ["tally", "--quiet", "job.yml", "-o", "t.nc"]).returncode
    before = contents(folder)
    if good != 0 or run_program(folder, ["account", "t.nc", "-o", "t.nc"]).returncode != 2 or contents(folder) != before:
        found.append("account t.nc -o t.nc")
    job("output: out.nc", "output: {inventory: out.nc, tally: kept.nc, per_region: '%s/{region_id}.nc'}" % folder)(folder)
    if run_program(folder, ["tally", "--quiet", "job.yml"]).returncode != 0 or not os.path.exists(folder + "/kept.nc"):
        found.append("tally takes its path from the job")
    before = contents(folder)
    if run_program(folder, ["account", "kept.nc", "-o", "a.nc"]).returncode != 3 or contents(folder) != before:
        found.append("a tally that says where else to write")
    job("output: out.nc", "output: {inventory: out.nc, tally: kept.nc, per_region: 'r{region_id}.nc'}")(folder)
    os.mkdir(folder + "/sub")
    if run_program(folder, ["tally", "--quiet", "--overwrite", "job.yml"]).returncode != 0 or run_program(
            folder, ["account", "kept.nc", "-o", "sub/a.nc"]).returncode != 0 or sorted(os.listdir(folder + "/sub")) != [
            "a.nc", "r01.nc", "r02.nc"] or os.path.exists(folder + "/r01.nc"):
        found.append("account writes the files of regions beside its inventory")
    shutil.rmtree(folder + "/sub")
    write_text(folder + "/factors.csv", FACTORS.replace("litter,,", "litter,forest,"))
    run_program(folder, ["tally", "--quiet", "--overwrite", "job.yml"])
    said = run_program(folder, ["account", "kept.nc", "-o", "a.nc"])
    if said.returncode != 3 or b"kept.nc: the job and the tables are those inside it; after a change of them tally the job again" not in said.stderr:
        found.append("account says whose tables it has: " + said.stderr.decode())
    write_text(folder + "/factors.csv", FACTORS + "litter,forest,wat,3,t C/ha,,test,own\n")
    said = run_program(folder, ["check", "job.yml"]).stderr.decode()
    if "factors.csv:8: never fits: the job has no zone that is wat" not in said:
        found.append("a row that never fits: " + said)
    found += judge_notes(folder)
    before = contents(folder)
    run = run_program(folder, ["run", "-v", "--overwrite", "job.yml", "-o", "v.nc"])
    if run.stdout.decode().count("worst difference") != 7:
        found.append("-v says what the checks found")
    if b"note: -o: the tally and the files per region of the job are left out" not in run.stderr or b"kept.nc" in run.stdout:
        found.append("-o says what it leaves out: " + run.stderr.decode())
    os.remove(folder + "/v.nc")
    if contents(folder) != before:
        found.append("with -o, run writes more than the inventory")
    return found


def main():
    write_good(HERE + "/good")
    run = run_program(HERE + "/good", ["run", "--json", "job.yml"])
    if run.returncode != 0:
        sys.exit("the good job: " + run.stderr.decode("utf-8", "replace"))
    assert len(json.loads(run.stdout)["regions"]) == 2
    os.remove(HERE + "/good/out.nc")
    import fault_cases  # which is made of what stands here
    import fault_folders
    import messages
    global ALL
    ALL = CASES + fault_cases.CASES
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(judge_number, range(len(ALL))))
    for words, told in WORDS:
        results.append(("sinkcalc " + " ".join(words), *judge(HERE + "/good", words, 2, told)))
    results.append(("outputs and inputs", judge_outputs(HERE + "/outputs"), [""]))
    results.append(("faults of keys and files", fault_folders.judge_partly(HERE + "/partly"), [""]))
    results.append(("a database with a log", fault_folders.judge_database(HERE + "/database"), [""]))
    results.append(("files of another kind", fault_folders.judge_kinds(HERE + "/kinds"), [""]))
    failed = 0
    for name, found, said in results:
        failed += bool(found)
        print("%s  %s: %s" % ("FAILED" if found else "ok    ", name, said[0][:220]))
        if found:
            print("        " + "; ".join(found))
    count, unseen = messages.judge([line for _, _, said in results for line in said])
    for sentence in unseen:
        print("FAILED  no test has seen: " + sentence)
    print("%d of %d sentences that check can say seen" % (count - len(unseen), count))
    failed += bool(unseen)
    print("%d cases, %d failed" % (len(results), failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
