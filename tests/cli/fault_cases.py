"""Further wrong inputs for faults.py: what the headers of rasters, VRTs, mosaics, regions, tables and jobs can have."""
import hashlib
import os
import struct

import numpy as np
from osgeo import gdal, ogr, osr

from faults import (AGB, CELL, FACTORS, GOOD, JOB, LEGEND, PARENT, SIZE, UTM, X0, Y0, added, all_of, block_place, box, cells, gone,
                    job, one_cell, raster, regions, text, write_raster, write_regions, write_text)
from hdf5_rasters import cut_netcdf4, elsewhere

ONE_YEAR = ("years: [2020, 2025]", "years: 2020", "lc_{year}.tif", "lc_2020.tif", "agb_{year}.tif", "agb_2020.tif")


# --- rasters ---

def tiff(name, kind=gdal.GDT_Float32, width=SIZE, height=SIZE, bands=1, options=("TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"),
         transform=(X0, CELL, 0, Y0, 0, -CELL), crs=UTM, change=None):
    """A TIFF without a cell written, which takes no place whatever its size."""
    def make(folder):
        os.remove(folder + "/" + name)
        target = gdal.GetDriverByName("GTiff").Create(folder + "/" + name, width, height, bands, kind, list(options) + ["SPARSE_OK=TRUE"])
        if transform:
            target.SetGeoTransform(transform)
        if crs:
            target.SetProjection(crs.ExportToWkt())
        target.GetRasterBand(1).SetNoDataValue(-1)
        if change:
            change(target.GetRasterBand(1))
    return make


def crs_of(words):
    crs = osr.SpatialReference()
    crs.SetFromUserInput(words)
    return crs


def cut_list(folder):
    """A TIFF of 16 blocks that says where 4 of them are."""
    path = folder + "/vol.tif"
    os.remove(path)
    write_raster(path, cells(1) * 50.0, gdal.GDT_Float32, -1)
    with open(path, "r+b") as file:
        data = bytearray(file.read())
        at = struct.unpack("<I", data[4:8])[0]
        for entry in range(at + 2, at + 2 + 12 * struct.unpack("<H", data[at:at + 2])[0], 12):
            if struct.unpack("<H", data[entry:entry + 2])[0] in (324, 325):
                data[entry + 4:entry + 8] = struct.pack("<I", 4)
        file.seek(0)
        file.write(data)


def classic(folder, cut=None):
    """soil.nc as a classic netCDF, perhaps cut."""
    os.remove(folder + "/soil.nc")
    write_raster(folder + "/soil.nc", cells(7) * 30.0, gdal.GDT_Float32, -1, driver="netCDF", options=("FORMAT=NC",))
    if cut:
        os.truncate(folder + "/soil.nc", os.path.getsize(folder + "/soil.nc") - cut)


def broken_header(folder):
    classic(folder)
    with open(folder + "/soil.nc", "r+b") as file:
        file.seek(8)
        file.write(b"\x00\x00\x00\x63")  # a list that is none


def vrt_of_words(folder):
    """Its source is a file whose name GDAL takes for words about another."""
    gdal.BuildVRT(folder + "/vol.vrt", [folder + "/vol.tif"]).FlushCache()
    words = open(folder + "/vol.vrt").read().replace('relativeToVRT="1">vol.tif', 'relativeToVRT="0">NETCDF:vol.tif:b')
    write_text(folder + "/vol.vrt", words)
    os.rename(folder + "/vol.tif", folder + "/NETCDF:vol.tif:b")
    job("vol.tif", "vol.vrt")(folder)


def two_variables(folder):
    import netCDF4
    with netCDF4.Dataset(folder + "/soil.nc", "a") as file:
        file.createVariable("other", "f4", ("y", "x"))


def mosaic(second, **words):
    """vol.tif and another file of the same layer."""
    def make(folder):
        write_raster(folder + "/vol2.tif", second, words.pop("kind", gdal.GDT_Float32), words.pop("nodata", -1), **words)
        job("file: vol.tif", "file: [vol.tif, vol2.tif]")(folder)
    return make


def with_band(change):
    """A mosaic whose second file has something of its own."""
    def make(folder):
        mosaic(cells(2) * 50.0)(folder)
        target = gdal.Open(folder + "/vol2.tif", gdal.GA_Update)
        change(target.GetRasterBand(1))
    return make


def sparse(folder):
    os.remove(folder + "/lc_2020.tif")
    target = gdal.GetDriverByName("GTiff").Create(folder + "/lc_2020.tif", SIZE, SIZE, 1, gdal.GDT_Byte, ["SPARSE_OK=TRUE"])
    target.SetProjection(UTM.ExportToWkt())
    target.SetGeoTransform((X0, CELL, 0, Y0, 0, -CELL))


# --- VRTs of vol.tif ---

SOURCE = """<SimpleSource><SourceFilename relativeToVRT="1">%(file)s</SourceFilename><SourceBand>%(band)s</SourceBand>
<SrcRect xOff="0" yOff="0" xSize="64" ySize="64"/><DstRect xOff="%(x)s" yOff="0" xSize="%(width)s" ySize="64"/></SimpleSource>"""
VRT = """<VRTDataset rasterXSize="64" rasterYSize="64"%(root)s><SRS>EPSG:32633</SRS>
<GeoTransform>500000, 10, %(turn)s, 5000000, 0, -10</GeoTransform>%(more)s
<VRTRasterBand dataType="Float32" band="1"%(class)s>%(band)s</VRTRasterBand></VRTDataset>"""


def source(**words):
    return SOURCE % {"file": "vol.tif", "band": "1", "x": "0", "width": "64", **words}


def vrt(band, **words):
    def make(folder):
        write_text(folder + "/vol.vrt", VRT % {"root": "", "turn": "0", "more": "", "class": "", **words, "band": band})
        job("vol.tif", "vol.vrt")(folder)
    return make


# --- regions ---

def sql(*statements):
    def make(folder):
        source = ogr.Open(folder + "/regions.gpkg", 1)
        for statement in statements:
            source.ExecuteSQL(statement)
    return make


def geojson(*features):
    """In degrees; each an id and the text of its geometry."""
    def make(folder):
        write_text(folder + "/regions.geojson", '{"type": "FeatureCollection", "features": [%s]}' % ", ".join(
            '{"type": "Feature", "properties": {"code": %s}, "geometry": %s}' % feature for feature in features))
        job("{file: regions.gpkg, id: code, name: name}", "{file: regions.geojson, id: code, repair: no}")(folder)
    return make


def shapefile(change):
    def make(folder):
        write_regions(folder + "/regions.shp", GOOD, driver="ESRI Shapefile")
        change(folder)
        job("regions.gpkg", "regions.shp")(folder)
    return make


def in_gbk(folder):
    """The name of the second region, in a table that says nothing of its encoding."""
    with open(folder + "/regions.dbf", "r+b") as file:
        file.seek(file.read().index(b"East"))
        file.write("\u957f\u6c99".encode("gbk"))
        file.seek(29)
        file.write(b"\0")


def short_dbf(folder):
    with open(folder + "/regions.dbf", "r+b") as file:
        file.seek(4)
        file.write(struct.pack("<I", 1))


def spread(**cells_):
    """The first factor with what it says of its spread."""
    names = ("lower", "upper", "spread", "sd", "se", "n", "distribution")
    lines = FACTORS.splitlines()
    lines = [lines[0] + "," + ",".join(names)] + [line + "," * len(names) for line in lines[1:]]
    lines[1] = lines[1][:-len(names)] + "," + ",".join(cells_.get(name, "") for name in names)
    return text("factors.csv", "\n".join(lines) + "\n")


def stated(change, *more):
    """The job states the hashes of its inputs: the right lines, by `change` made others."""
    def make(folder):
        for one in more:
            one(folder)
        lines = []
        for name in sorted(os.listdir(folder)):
            with open(folder + "/" + name, "rb") as file:
                lines += ["%s  %s" % (hashlib.sha256(file.read()).hexdigest(), name)] * (name != "job.yml")
        with open(folder + "/SUMS", "wb") as file:
            file.write(b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in change(lines)))
        write_text(folder + "/job.yml", open(folder + "/job.yml").read() + "sha256: SUMS\n")
    return make


def without(name):
    return stated(lambda lines: [line for line in lines if not line.endswith("  " + name)])


def other_line(line):
    return stated(lambda lines: lines[:2] + [line] + lines[2:])


NO_LINE = r"(?m)^sinkcalc: SUMS:3: no line of sha256sum, expected 64 hexadecimal digits, two spaces and a path$"


def harvest(content):
    return all_of(text("harvest.csv", content), added("harvest: harvest.csv"))


def empty_block(folder):
    path = folder + "/vol.tif"
    with open(path, "r+b") as file:
        data = bytearray(file.read())
        at = struct.unpack("<I", data[4:8])[0]
        for entry in range(at + 2, at + 2 + 12 * struct.unpack("<H", data[at:at + 2])[0], 12):
            if struct.unpack("<H", data[entry:entry + 2])[0] == 325:  # TileByteCounts
                place = struct.unpack("<I", data[entry + 8:entry + 12])[0]
                width = {3: 2, 4: 4}[struct.unpack("<H", data[entry + 2:entry + 4])[0]]
                data[place:place + width] = bytes(width)
        file.seek(0)
        file.write(data)


TRIANGLE = '{"type": "Polygon", "coordinates": [[[15.001, 45.14], [15.004, 45.14], [15.004, 45.149]]]}'
DEEP = [("0", "Province", None, box(1, 1, 62, 62)), ("0~rest", "odd", "0", box(3, 3, 20, 60))]
LEVELS = job("name: name}", "parent: [parent, name]}")
VALUE = ("value: {currency: CNY, price_year: %s, discount_rate: 3 %%, source: test, prices: {low: {%s: 1}, central: {2025: 2}, "
         "high: {2025: 3}}}")

CASES = [
    ("netCDF-4 over another file", elsewhere("virtual"), 3, r"soil\.nc: /Band1: its values lie in another file \(a virtual", True),
    ("netCDF-4 with its values outside", elsewhere("storage"), 3, r"soil\.nc: /Band1: its values lie in another file \(ext", True),
    ("netCDF-4 with a link", elsewhere("link"), 3, r"soil\.nc: /Band1: a link to another file", True),
    ("netCDF-4 of groups in a circle", elsewhere("cycle"), 3, r"soil\.nc: /inner.*: more than 32 groups inside each other", True),
    ("netCDF-4 of too many groups", elsewhere("many"), 3, r"soil\.nc: more than 65536 groups and variables", True),
    ("netCDF-4 cut short", cut_netcdf4, 3, r"soil\.nc: cannot be read as HDF5", True),
    ("a VRT of words of GDAL", vrt_of_words, 3, r"NETCDF:vol\.tif:b: a name that says more than a place", True),
    ("a variable with a quote", job("soil.nc,", "soil.nc, variable: 'a\":b',"), 3, r"soil\.nc: variable a\":b: expected a name without quotes", True),
    # rasters
    ("complex numbers", tiff("vol.tif", gdal.GDT_CFloat32), 3, r"vol\.tif: cells are of type CFloat32", True),
    ("signed bytes", tiff("vol.tif", gdal.GDT_Byte, options=("PIXELTYPE=SIGNEDBYTE",)), 3, r"vol\.tif: cells are signed bytes", True),
    ("no geotransform", tiff("vol.tif", transform=None), 3, r"vol\.tif: no geotransform", True),
    ("columns that run west", tiff("vol.tif", transform=(X0 + 640, -CELL, 0, Y0, 0, -CELL)), 3, r"vol\.tif: cell size -10 x", True),
    ("a geotransform that is not finite", tiff("vol.tif", transform=(float("nan"), CELL, 0, Y0, 0, -CELL)), 3,
     r"vol\.tif: (the geotransform is not finite|no geotransform)", True),
    ("more than 2^40 cells", tiff("vol.tif", gdal.GDT_Byte, 1100000, 1100000, options=(
        "TILED=YES", "BLOCKXSIZE=8192", "BLOCKYSIZE=8192", "BIGTIFF=YES")), 3, r"vol\.tif: 1100000 x 1100000 cells", True),
    ("blocks of 256 MiB", tiff("vol.tif", width=8192, height=8192, options=("TILED=YES", "BLOCKXSIZE=8192", "BLOCKYSIZE=8192")), 3,
     r"vol\.tif: blocks of 8192 x 8192 cells take 256 MiB", True),
    ("blocks of many bands", tiff("vol.tif", bands=900, options=(
        "TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "INTERLEAVE=PIXEL")), 3, r"vol\.tif: blocks of 256 x 256 cells take 225 MiB", True),
    ("a thousand bands and one", tiff("vol.tif", bands=1001, options=("INTERLEAVE=BAND",)), 3, r"vol\.tif: 1001 bands", True),
    ("a geocentric CRS", tiff("vol.tif", crs=crs_of("EPSG:4978")), 3, r"vol\.tif: the CRS is neither geographic nor projected", True),
    ("a CRS in grads", tiff("vol.tif", crs=crs_of("EPSG:4807")), 3, r"vol\.tif: the CRS is in a unit of 0\.0157", True),
    ("latitudes past the pole", tiff("vol.tif", crs=crs_of("EPSG:4326"), transform=(0, 1, 0, 95, 0, -1)), 3,
     r"vol\.tif: reaches latitude 95", True),
    ("another CRS than the job states", job("{file: vol.tif,", "{file: vol.tif, crs: 'EPSG:32634',"), 3,
     r"vol\.tif: the job states the CRS EPSG:32634, but the file has", True),
    ("a scale of nothing", tiff("vol.tif", change=lambda band: band.SetScale(0)), 3, r"vol\.tif: scale 0 and offset 0", True),
    ("another unit in the file", tiff("vol.tif", change=lambda band: band.SetUnitType("t/ha")), 3,
     r'vol\.tif: unit "t/ha" in the file, "m3/ha" in the job', True),
    ("a mask in a file beside it", lambda folder: open(folder + "/vol.tif.msk", "w").close(), 3, r"vol\.tif: a mask lies beside it", True),
    ("classes in JPEG", raster("lc_2020.tif", cells(1).astype(np.uint8), options=("TILED=YES", "COMPRESS=JPEG")), 3,
     r"lc_2020\.tif: codes in JPEG", True),
    ("a list of blocks that is too short", cut_list, 3, r"vol\.tif: .*(its list of blocks is shorter than its 16|Strip|Tile)", True),
    ("a classic netCDF that is cut", lambda folder: classic(folder, 400), 3, r"soil\.nc: cut short: \d+ bytes, expected \d+", True),
    ("a classic netCDF with a broken header", broken_header, 3, r"soil\.nc: the netCDF header is damaged", True),
    ("several variables and none named", two_variables, 3, r"soil\.nc: several variables; name one", True),
    ("a folder in place of a raster", all_of(gone("vol.tif"), lambda folder: os.mkdir(folder + "/vol.tif")), 3,
     r"vol\.tif: not a regular file", True),
    ("absent blocks and no value for it", sparse, 3,
     r"lc_2020\.tif: \d+ of \d+ blocks are absent, the first at block column 0, row 0", True),
    ("a value of 1e30", raster("agb_2020.tif", one_cell(cells(1) * 40.0, 1e30), gdal.GDT_Float32, -1), 3,
     r"agb_2020\.tif: cell at column 20, row 20, in region 01: 1e\+30, expected a value from 0 to 1e\+09", False),
    ("a negative value", raster("agb_2020.tif", one_cell(cells(1) * 40.0, -5), gdal.GDT_Float32, -1), 3,
     r"agb_2020\.tif: cell at column 20, row 20, in region 01: -5, expected a value from 0", False),
    ("classes of real numbers", raster("lc_2020.tif", one_cell(cells(1) * 1.0, 1.5), gdal.GDT_Float32), 3,
     r"lc_2020\.tif: cell at column 20, row 20, in region 01: code 1\.5", False),
    # mosaics
    ("a mosaic of two CRS", mosaic(cells(2) * 50.0, crs=crs_of("EPSG:32634")), 3, r"vol2\.tif: another CRS than", True),
    ("a mosaic of two lattices", mosaic(cells(2) * 50.0, transform=(X0 + 3, CELL, 0, Y0, 0, -CELL)), 3, r"vol2\.tif: another lattice", True),
    ("a mosaic of two types", mosaic(cells(2), kind=gdal.GDT_Int16), 3, r"vol2\.tif: another type of cell", True),
    ("a mosaic of two no-data values", mosaic(cells(2) * 50.0, nodata=-2), 3, r"vol2\.tif: another no-data value", True),
    ("a mosaic of two scales", with_band(lambda band: band.SetScale(2)), 3, r"vol2\.tif: another scale or offset", True),
    ("a mosaic of two units", with_band(lambda band: band.SetUnitType("m3/ha")), 3, r"vol2\.tif: another unit", True),
    ("a mosaic from here to far away", mosaic(cells(2) * 50.0, transform=(X0 + 2e10, CELL, 0, Y0, 0, -CELL)), 3, r"(too far apart|beyond|lattice)", True),
    # VRTs
    ("a VRT in a VRT", all_of(vrt(source(file="in.vrt")), lambda folder: write_text(folder + "/in.vrt", VRT % {
        "root": "", "turn": "0", "more": "", "class": "", "band": source()})), 3, r"vol\.vrt: source in\.vrt is a VRT", True),
    ("a VRT that stretches", vrt(source(width="32")), 3, r"vol\.vrt: a source is resampled", True),
    ("a VRT that puts its source elsewhere", vrt(source(x="1")), 3, r"vol\.vrt: a source lies elsewhere", True),
    ("a VRT of a larger source", vrt(source().replace('Size="64"', 'Size="65"')), 3, r"vol\.vrt: a source is smaller than the VRT says", True),
    ("a VRT that computes", vrt(source().replace("SimpleSource", "ComplexSource").replace("</Dst", "</Dst").replace(
        "<SrcRect", "<ScaleRatio>2</ScaleRatio><SrcRect")), 3, r"vol\.vrt: a source is changed on the way, .*ScaleRatio", True),
    ("a VRT of filtered sources", vrt(source().replace("SimpleSource", "KernelFilteredSource")), 3, r"vol\.vrt: expected simple sources", True),
    ("a VRT of a derived band", vrt(source(), **{"class": ' subClass="VRTDerivedRasterBand"'}), 3, r"vol\.vrt: a computed band", True),
    ("a VRT that warps", vrt(source(), root=' subClass="VRTWarpedDataset"'), 3, r"vol\.vrt: a warped, masked or otherwise computed VRT", True),
    ("a VRT with a mask", vrt(source(), more="<MaskBand/>"), 3, r"vol\.vrt: a warped, masked or otherwise computed VRT", True),
    ("a VRT that is turned", vrt(source(), turn="1"), 3, r"vol\.vrt: no CRS or no plain geotransform", True),
    ("a VRT without sources", vrt(""), 3, r"vol\.vrt: no sources", True),
    ("a VRT without the band", all_of(vrt(source()), job("file: vol.tif", "file: vol.vrt, band: 2")), 3, r"vol\.vrt: no such band", True),
    ("a VRT of a band that is no number", vrt(source(band="mask,1")), 3, r"vol\.vrt: a source has no band that can be read", True),
    ("a VRT with a no-data value of its own", vrt("<NoDataValue>-7</NoDataValue>" + source()), 3,
     r"vol\.vrt: another no-data value than its source", True),
    ("a VRT with a scale of its own", vrt("<Scale>2</Scale>" + source()), 3, r"vol\.vrt: another scale or offset than its source", True),
    ("a VRT with a no-data value that is text", vrt("<NoDataValue>none</NoDataValue>" + source()), 3,
     r"vol\.vrt: NoDataValue, Scale or Offset is no number", True),
    ("a VRT with a size of nothing", all_of(vrt(source()), lambda folder: write_text(folder + "/vol.vrt", open(
        folder + "/vol.vrt").read().replace('XSize="64" ras', 'XSize="0" ras'))), 3, r"vol\.vrt: expected a size of cells", True),
    # regions
    ("regions in a geocentric CRS", regions(crs=crs_of("EPSG:4978")), 3, r"regions\.gpkg: the layer has no CRS, expected one", True),
    ("regions in grads", regions([("01", "a", "0", "POLYGON((1 1,2 1,2 2,1 1))")], crs=crs_of("EPSG:4807")), 3,
     r"regions\.gpkg: the CRS is not in degrees", True),
    ("an id with a control character", regions([("0\x011", "a", "0", GOOD[0][3]), GOOD[1]]), 3,
     r"regions\.gpkg: feature 1, id 0\\x011: attribute \"code\" is not text", True),
    ("names in GBK without a .cpg", shapefile(in_gbk), 3,
     r"regions\.shp: feature 2, id 02: attribute \"name\" is not text that can be shown, .*; write its encoding, such as GBK, into regions\.cpg$", True),
    ("an id of 300 bytes", regions([("0" * 300, "a", "0", GOOD[0][3]), GOOD[1]]), 3, r"regions\.gpkg: feature 1, .*at most 255 bytes", True),
    ("regions that are a view", sql("CREATE VIEW v AS SELECT * FROM regions", "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
                                    "VALUES ('v', 'features', 'v', 32633)", "INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POLYGON', 32633, 0, 0)"), 3,
     r"regions\.gpkg: several layers", True),
    ("a layer that is a view", all_of(sql("CREATE VIEW v AS SELECT * FROM regions", "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
                                          "VALUES ('v', 'features', 'v', 32633)", "INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POLYGON', 32633, 0, 0)"),
                                      job("id: code", "layer: v, id: code")), 3, r"regions\.gpkg: the layer is a view, expected a table", True),
    ("fewer rows than shapes", shapefile(short_dbf), 3, r"regions\.shp: \d features could be read, but the file counts \d", True),
    ("a geometry of noise", sql("UPDATE regions SET geom = x'47500003797f000001' WHERE fid = 1"), 3,
     r"regions\.gpkg: feature 1, id 01: ", True),
    ("a ring that is open", geojson(('"01"', TRIANGLE)), 3, r"regions\.geojson: feature 1, id 01: a ring is not closed", True),
    ("a polygon without area", regions([("01", "a", "0", "POLYGON((500100 4999900,500200 4999900,500100 4999900,500100 4999900))"), GOOD[1]]), 3,
     r"regions\.gpkg: (feature 1, )?id 01: ", True),
    ("the id of a rest", all_of(PARENT, regions(DEEP)), 3, r"regions\.gpkg: id 0~rest: this is also the id of the rest of 0", True),
    ("an id of a feature and of a level", all_of(LEVELS, regions([("01", "0", "p", GOOD[0][3]), ("p", "0", "p", GOOD[1][3])])), 3,
     r"regions\.gpkg: id p: is the id of a feature and of a level", True),
    ("a level in two levels", all_of(LEVELS, regions([("01", "x", "p", GOOD[0][3]), ("02", "x", "q", GOOD[1][3])])), 3,
     r"regions\.gpkg: id x: this level lies in two levels", True),
    ("an id that is a real number", lambda folder: (os.remove(folder + "/regions.gpkg"), write_real_ids(folder))[0], 3,
     r'regions\.gpkg: attribute "code" is of type Real', True),
    ("a curve", regions([("01", "a", "0", "CURVEPOLYGON(CIRCULARSTRING(500050 4999900,500150 4999900,500050 4999900))"), GOOD[1]]), 3,
     r"regions\.gpkg: feature 1, id 01: ", True),
    ("one id with two parents", all_of(job("name: name}", "name: name, parent: parent, merge: yes}"), regions(
        [("0", "p", None, box(1, 1, 62, 62)), ("9", "q", None, box(1, 62, 62, 63)), ("01", "a", "0", GOOD[0][3]), ("01", "a", "9", GOOD[1][3])])), 3,
     r"regions\.gpkg: .*01: features of one id have different parents", True),
    ("coordinates beyond all projections", regions([("01", "a", "0", "POLYGON((2e8 0,2.1e8 0,2.1e8 1e7,2e8 0))"), GOOD[1]]), 3,
     r"regions\.gpkg: feature 1, id 01: coordinates beyond 100000 km", True),
    # the job
    ("a path into an archive", job("file: vol.tif", "file: /vsizip/a.zip/vol.tif"), 2, r"job\.yml:7:\d+: .*the path of a file \(this is", True),
    ("the tally in place of the inventory", job("output: out.nc", "output: {inventory: out.nc, tally: out.nc}"), 2,
     r'job\.yml:12:\d+: output\.tally: "out\.nc" is the inventory too', True),
    ("a layer that is spelt wrong", job("stock_volume:", "stok_volume:"), 2, r"job\.yml:7:\d+: .*did you mean stock_volume", True),
    ("layers that are a list", job(JOB[JOB.index("  land_cover"):JOB.index("factors")], "  [a, b]\n"), 2, r"job\.yml:\d:\d+: layers: .*a map of layers by name", True),
    ("regions that are a list", job("{file: regions.gpkg, id: code, name: name}", "[regions.gpkg]"), 2, r"job\.yml:2:\d+: regions: a list, expected", True),
    ("a correlation without range or time", job("sd: sd.tif", "sd: sd.tif, correlation: {}"), 2, r"job\.yml:6:\d+: .*range, time or both", True),
    ("targets without years", job("{forest_coverage: {2030: 25 %}}", "{forest_coverage: 25 %}"), 2, r"job\.yml:11:\d+: .*values by year, such as", True),
    ("a target that nobody knows", job("forest_coverage:", "forest_cover_ge:"), 2, r"job\.yml:11:\d+: targets.*forest_coverage", True),
    ("prices of the year 1850", added(VALUE % ("1850", "2025")), 2, r"job\.yml:13:\d+: value\.price_year: .*a year from 1900 to 2300", True),
    ("a price in the year 1850", added(VALUE % ("2025", "1850")), 2, r"job\.yml:13:\d+: value\.prices\.low.*from 1900 to 2300", True),
    ("a grid of halves", added("grid: {extent: [500000, 4999000, 500015, 5000000], resolution: 10, crs: 'EPSG:32633'}"), 2,
     r"grid: the extent is 1\.5 x 100 cells, expected whole cells", True),
    ("a grid of too many cells", added("grid: {extent: [0, 0, 10000000, 10000000], resolution: 0.01, crs: 'EPSG:32633'}"), 2,
     r"grid: 1e\+09 x 1e\+09 cells, expected between one and 2\^40", True),
    # tables
    ("a table of semicolons", text("factors.csv", FACTORS.replace(",", ";")), 3, r"factors\.csv:1: columns parted by semicolons, expected commas", True),
    ("a table of tabs", text("legend.csv", LEGEND.replace(",", "\t")), 3, r"legend\.csv:1: columns parted by tabs, expected commas", True),
    ("a column without name", text("legend.csv", LEGEND.replace("code,name", "code,")), 3, r"legend\.csv:1: column 2 has no name", True),
    ("a code that stands twice", text("legend.csv", LEGEND + "1,grassland\n"), 3, r"legend\.csv:6: code 1 stands in line 3", True),
    ("a legend without rows", text("legend.csv", "code,name\n"), 3, r"legend\.csv: no rows", True),
    ("a missing legend", gone("legend.csv"), (2, 3), r"legend\.csv: No such file", True),
    ("a missing table of factors", gone("factors.csv"), (2, 3), r"factors\.csv: No such file", True),
    ("a factor of a class that is none", text("factors.csv", FACTORS.replace("litter,,", "litter,forst,")), 3, r'factors\.csv:6: .*"forst"', True),
    ("a factor of a quantity that is none", text("factors.csv", FACTORS.replace("litter,", "liter,")), 3, r'factors\.csv:6: quantity "liter", expected litter', True),
    ("a factor without source", text("factors.csv", FACTORS.replace("1,,test", "1,,")), 3, r"factors\.csv:2: source", True),
    ("a factor in the unit of another", text("factors.csv", FACTORS.replace("5,t C/ha", "5,m3/ha")), 3, r'factors\.csv:4: unit "m3/ha"', True),
    ("two factors of the same keys", text("factors.csv", FACTORS + FACTORS.splitlines()[1] + "\n"), 3, r"factors\.csv:8: the same keys as line 2", True),
    ("a quote that ends where the next begins", job("title: two", 'title: "two'), 2, r"job\.yml:1:8: job: text in quotes from here to line 5, and then: ", True),
    ("a row whose formula is broken", text("factors.csv", FACTORS.replace("litter,", "#REF!,")), 3, r"factors\.csv:6: #REF!, which a spreadsheet program writes for a broken formula; expected a value", True),
    ("a control character", text("factors.csv", FACTORS.replace("litter,,", "litter,\x01,")), 3, r"factors\.csv:6: the control character U\+0001, expected text", True),
    ("a depth of what is not soil", text("factors.csv", FACTORS.replace("2,t C/ha,,", "2,t C/ha,30,")), 3, r'factors\.csv:6: depth_cm "30", expected none: only carbon of soils has one', True),
    ("a depth of kilometres", text("factors.csv", FACTORS.replace("t C/ha,30", "t C/ha,300000")), 3, r'factors\.csv:7: depth_cm "300000", expected the depth of the soil in cm, at most 10000', True),
    ("a factor that is no number", text("factors.csv", FACTORS.replace("0.47", "0,47").replace("0,47", '"0,47"')), 3, r'factors\.csv:2: value "0,47", expected a number', True),
    ("a table of 17 MiB", text("factors.csv", FACTORS + "#" * (17 << 20) + "\n"), 3, r"factors\.csv: .*(bytes|MiB)", True),
    ("a job of 2 MiB", text("job.yml", JOB + "#" * (2 << 20) + "\n"), 2, r"job\.yml: .*(bytes|MiB)", True),
    # spreads, harvests and what else a table may say wrongly
    ("a table without values", text("factors.csv", FACTORS.replace(",value,", ",note,")), 3, r'factors\.csv:1: no column "value"', True),
    ("a legend without names", text("legend.csv", LEGEND.replace(",name", ",title")), 3, r'legend\.csv:1: no column "name"', True),
    ("bounds that the value lies outside", spread(lower="0.5", upper="0.6"), 3, r'factors\.csv:2: lower "0\.5", expected at most the value', True),
    ("a bound that is no number", spread(lower="low"), 3, r'factors\.csv:2: lower "low", expected', True),
    ("an upper bound that is no number", spread(upper="high"), 3, r'factors\.csv:2: upper "high", expected', True),
    ("an error below nothing", spread(se="-1"), 3, r"factors\.csv:2: (se -1|se \"-1\")", True),
    ("no observations", spread(n="0"), 3, r'factors\.csv:2: n "0", expected the count of observations', True),
    ("an error that is not that of the spread", spread(se="0.02", spread="SE 0.01"), 3, r"factors\.csv:2: se is 0\.02, but the spread", True),
    ("a deviation that is not that of the spread", spread(sd="0.02", spread="SD 0.01"), 3, r"factors\.csv:2: sd is 0\.02, but the spread", True),
    ("bounds without a spread", spread(lower="0.4", upper="0.5"), 3, r"factors\.csv:2: bounds, but no spread that says", True),
    ("a triangle between confidence bounds", spread(lower="0.4", upper="0.5", spread="95 % CI", distribution="triangular"), 3,
     r"factors\.csv:2: triangular needs the ends of a range", True),
    ("a truncated normal that is too wide", spread(se="40", distribution="truncated_normal"), 3, r"factors\.csv:2: truncated_normal with", True),
    ("a depth that is none", text("factors.csv", FACTORS.replace(",30,test", ",deep,test")), 3, r'factors\.csv:7: depth_cm "deep"', True),
    ("a word of `verified` that is none", text("factors.csv", FACTORS.replace("test,own", "test,me", 1)), 3, r'factors\.csv:2: verified "me"', True),
    ("a harvest without volumes", harvest("region,year\n01,2021\n"), 3, r'harvest\.csv:1: no column "volume_m3"', True),
    ("a harvest that is no number", harvest("region,year,volume_m3\n01,2021,much\n"), 3, r'harvest\.csv:2: volume_m3 "much"', True),
    ("a harvest of a region that is a sum", all_of(regions([(code, name, "00", shape) for code, name, _, shape in GOOD]), text(
        "harvest.csv", "region,year,volume_m3\n00,2021,5\n"), job("name: name}", "name: name, parent: [parent]}", "output: out.nc", "harvest: harvest.csv\noutput: out.nc")),
     3, r'harvest\.csv:2: region "00" is the sum of its parts, expected no rows for it but for its parts', True),
    # hashes that the job states
    ("a list of hashes that is not there", added("sha256: SUMS"), 3, r"SUMS: No such file or directory, expected a readable file", True),
    ("a list of hashes by a URL", added("sha256: https://example.org/SUMS"), 2, r"job\.yml:13:9: sha256: .*a URL", True),
    ("two lists of hashes", added("sha256: [SUMS, MORE]"), 2, r"job\.yml:13:9: sha256: a list, expected the path of a list that sha256sum made", True),
    ("a list of hashes that is a raster", added("sha256: lc_2020.tif"), 3, r"lc_2020\.tif:1: no line of sha256sum", True),
    ("an empty list of hashes", stated(lambda lines: []), 3, r"vol\.tif: is not listed in SUMS, expected its SHA-256 there", True),
    ("a hash of MD5", other_line(32 * "0" + "  vol.tif"), 3, NO_LINE, True),
    ("a hash of SHA-512", other_line(128 * "0" + "  vol.tif"), 3, NO_LINE, True),
    ("a hash that is no hexadecimal number", other_line(63 * "0" + "g  vol.tif"), 3, NO_LINE, True),
    ("a hash without a path", other_line(64 * "0" + "  "), 3, NO_LINE, True),
    ("a hash with one space", other_line(64 * "0" + " vol.tif"), 3, NO_LINE, True),
    ("a line of sha256sum --tag", other_line("SHA256 (vol.tif) = " + 64 * "0"), 3, NO_LINE, True),
    ("a NUL in a list of hashes", other_line(64 * b"0" + b"  vol\0.tif"), 3, NO_LINE, True),
    ("an escape that is none", other_line("\\" + 64 * "0" + "  v\\ol.tif"), 3, NO_LINE, True),
    ("a listed file that is not there", other_line(64 * "0" + "  lost.tif"), 3, r"(?m)^sinkcalc: SUMS:3: lost\.tif: no such file$", True),
    ("a file with two hashes", stated(lambda lines: lines + [64 * "0" + " *./vol.tif"]), 3,
     r"SUMS:13: the file of line 10 again, with another hash", True),
    ("a list without a raster", without("agb_2025.tif"), 3, r"(?m)^sinkcalc: agb_2025\.tif: is not listed in SUMS, expected its SHA-256 there$", True),
    ("a list without the regions", without("regions.gpkg"), 3, r"(?m)^sinkcalc: regions\.gpkg: is not listed in SUMS", True),
    ("a list without a legend", without("zones.csv"), 3, r"(?m)^sinkcalc: zones\.csv: is not listed in SUMS", True),
    ("a list without a table of factors", without("factors.csv"), 3, r"(?m)^sinkcalc: factors\.csv: is not listed in SUMS", True),
    ("a list without the source of a VRT", stated(lambda lines: [line for line in lines if not line.endswith("  vol.tif")], vrt(source())), 3,
     r"(?m)^sinkcalc: vol\.tif: is not listed in SUMS", True),
    ("a raster with another hash", stated(lambda lines: [64 * "A" + line[64:] if line.endswith("  vol.tif") else line for line in lines]), 3,
     r"(?m)^sinkcalc: vol\.tif: its SHA-256 is [0-9a-f]{64}, expected a{64} \(SUMS:10\)$", False),
    ("a job with another hash", stated(lambda lines: lines + [64 * "0" + "  job.yml"]), 3,
     r"(?m)^sinkcalc: job\.yml: its SHA-256 is [0-9a-f]{64}, expected 0{64} \(SUMS:13\)$", True),
    # what is left of headers and jobs
    ("a block of no bytes", empty_block, 3, r"vol\.tif: the block at block column \d, row \d has 0 bytes at \d+: the file is damaged", True),
    ("files too far apart", all_of(mosaic(cells(2) * 50.0, transform=(X0 + 6e9, CELL, 0, Y0, 0, -CELL)), lambda folder: write_raster(
        folder + "/vol3.tif", cells(2) * 50.0, gdal.GDT_Float32, -1, transform=(X0 - 6e9, CELL, 0, Y0, 0, -CELL)), lambda folder: write_text(
            folder + "/job.yml", open(folder + "/job.yml").read().replace("vol2.tif]", "vol2.tif, vol3.tif]"))), 3, r"the files lie too far apart", True),
    ("a VRT with a no-data value that its source lacks", all_of(
        raster("vol.tif", cells(2) * 50.0, gdal.GDT_Float32), vrt("<NoDataValue>-7</NoDataValue>" + source())), 3,
     r"vol\.vrt: it has a no-data value, and no such value is in its source", True),
    ("a CRS that is the name of a file", job("{file: vol.tif,", "{file: vol.tif, crs: my.prj,"), 2, r"job\.yml:7:\d+: .*a CRS such as EPSG:4326", True),
    ("a layer with a name of its own kind", job("  zone:", "  Zone-1:"), 2, r"job\.yml:9:\d+: .*not the name of a layer", True),
    ("targets that are a number", job("{forest_coverage: {2030: 25 %}}", "7"), 2, r"job\.yml:11:\d+: .*forest_coverage or forest_stock_volume, or none", True),
    ("prices without years", added(VALUE.replace("{2025: 2}", "2") % ("2025", "2025")), 2, r"job\.yml:13:\d+: value\.prices\.central", True),
    ("a grid of a layer without a raster", all_of(job("zone: {file: zone.tif, legend: zones.csv}", "zone: {value: wet}", "output: out.nc", "output: out.nc\ngrid: {layer: zone}"),
                                                  text("factors.csv", FACTORS + "litter,forest,wet,3,t C/ha,,test,own\n")), (2, 3), r'job\.yml:13:\d+: grid', True),
    ("permafrost without its factor", job("  zone:", "  permafrost: {file: lc_2020.tif, legend: zones.csv}\n  zone:"), 2,
     r"job\.yml:9:\d+: layers\.permafrost: no default permafrost_carbon factor", True),
    ("regions of a datum that nobody knows", regions([("01", "a", "0", "POLYGON((15 45,15.01 45,15.01 45.01,15 45))")], crs=crs_of(
        "+proj=longlat +ellps=intl +no_defs")), 3, r"regions", None),
]


def write_real_ids(folder):
    source = ogr.GetDriverByName("GPKG").CreateDataSource(folder + "/regions.gpkg")
    layer = source.CreateLayer("regions", UTM)
    layer.CreateField(ogr.FieldDefn("code", ogr.OFTReal))
    layer.CreateField(ogr.FieldDefn("name", ogr.OFTString))
    for number, (_, _, _, wkt) in enumerate(GOOD):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("code", number + 0.5)
        feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
        layer.CreateFeature(feature)
