"""Makes the landscapes of blocks.sh and checks the sums by block of their tallies."""
import sys

import netCDF4
import numpy as np
from osgeo import gdal, ogr

import oracle

WIDTH, HEIGHT, YEARS = 640, 560, (2020, 2025, 2030)
GRIDS = {  # CRS, west, north, size of a cell
    "degrees": ("EPSG:4326", 99.5, 58.25, 0.01),
    "albers": ("+proj=aea +lat_0=0 +lon_0=105 +lat_1=25 +lat_2=47 +ellps=WGS84 +units=m", -250000.0, 3777777.0, 1000.0)}
CLASSES = {1: "forest", 2: "shrubland", 3: "cropland", 4: "water"}
# the classes that a layer speaks for, and the range of its errors in m
LAYERS = {"above_ground_biomass": ((1, 2), 21300), "stock_volume": ((1,), 7400), "soil_carbon": ((1, 3), 60000)}
SCALE, OFFSET, NODATA = 0.25, 1.5, -32768


def landscape(name):
    """Classes of each year (0: none), and value and deviation of each layer: by year, or one for all (soil)."""
    random = np.random.default_rng(sorted(GRIDS).index(name) + 5)
    shape = (HEIGHT, WIDTH)
    base = np.kron(random.integers(1, 5, (HEIGHT // 8, WIDTH // 8)), np.ones((8, 8), int)).astype(np.uint8)
    classes, layers = [], {layer: [] for layer in LAYERS}
    for year in YEARS:
        changed = np.where(random.uniform(size=shape) < 0.1, random.integers(0, 5, shape), base)
        classes.append(changed.astype(np.uint8))
        biomass = random.uniform(10, 300, (2, *shape)).astype(np.float32)
        biomass[random.uniform(size=biomass.shape) < 0.02] = np.nan
        layers["above_ground_biomass"].append(biomass.astype(float))
        volume = random.integers(0, 800, (2, *shape)) * SCALE + OFFSET
        volume[random.uniform(size=volume.shape) < 0.02] = np.nan
        layers["stock_volume"].append(volume)
    coarse = random.integers(1, 200, (2, HEIGHT // 4, WIDTH // 4))
    layers["soil_carbon"] = [np.kron(coarse, np.ones((4, 4))).astype(float)] * len(YEARS)
    return classes, layers


def write(path, values, name, kind, nodata, scale=1.0, offset=0.0):
    text, west, north, cell = GRIDS[name]
    height, width = values.shape
    cell = cell * WIDTH / width
    dataset = gdal.GetDriverByName("GTiff").Create(path, width, height, 1, kind, ["TILED=YES", "COMPRESS=DEFLATE"])
    dataset.SetSpatialRef(oracle.crs_of(text))
    dataset.SetGeoTransform((west, cell, 0, north, 0, -cell))
    band = dataset.GetRasterBand(1)
    band.SetNoDataValue(nodata)
    if (scale, offset) != (1, 0):
        band.SetScale(scale)
        band.SetOffset(offset)
        values = (values - offset) / scale
    if kind == gdal.GDT_Int16:
        values = np.where(np.isnan(values), nodata, np.round(values)).astype(np.int16)
    band.WriteArray(values)


def regions(name):
    text, west, north, cell = GRIDS[name]
    found = []
    for label, corners in (("west", ((9.5, 20.3), (300.2, 8.8), (411.7, 540.1), (55.5, 500.9))),
                           ("east", ((330.5, 8.8), (630.9, 30.2), (611.1, 500.7), (430.3, 544.4))),
                           ("small", ((500.2, 500.3), (530.4, 505.5), (520.6, 530.8)))):
        ring, polygon = ogr.Geometry(ogr.wkbLinearRing), ogr.Geometry(ogr.wkbPolygon)
        for column, row in corners + corners[:1]:
            ring.AddPoint_2D(west + column * cell, north - row * cell)
        polygon.AddGeometry(ring)
        found.append((label, polygon))
    return found


def make():
    with open("legend.csv", "w") as file:
        file.write("code,name\n0,nodata\n")
        file.writelines("%d,%s\n" % (code, name) for code, name in CLASSES.items())
    for name, (text, *_) in GRIDS.items():
        classes, layers = landscape(name)
        for year, label in enumerate(YEARS):
            write("%s_lc_%d.tif" % (name, label), classes[year], name, gdal.GDT_Byte, 0)
            for part, suffix in enumerate(("", "_sd")):
                write("%s_agb%s_%d.tif" % (name, suffix, label), layers["above_ground_biomass"][year][part], name,
                      gdal.GDT_Float32, np.nan)
                write("%s_vol%s_%d.tif" % (name, suffix, label), layers["stock_volume"][year][part], name,
                      gdal.GDT_Int16, NODATA, SCALE, OFFSET)
                write("%s_soil%s.tif" % (name, suffix), layers["soil_carbon"][year][part][::4, ::4], name,
                      gdal.GDT_Byte, 0)
        oracle.region_file(name + ".gpkg", oracle.crs_of(text), [({"id": label}, each) for label, each in regions(name)])
        with open(name + ".yml", "w") as file:
            file.write("""regions: {{file: {0}.gpkg, id: id}}
years: [2020, 2025, 2030]
layers:
  land_cover: {{file: "{0}_lc_{{year}}.tif", legend: legend.csv}}
  above_ground_biomass: {{file: "{0}_agb_{{year}}.tif", unit: t/ha, classes: [forest, shrubland],
    sd: "{0}_agb_sd_{{year}}.tif", correlation: {{range: 21.3 km}}}}
  stock_volume: {{file: "{0}_vol_{{year}}.tif", unit: m3/ha, classes: [forest],
    sd: "{0}_vol_sd_{{year}}.tif", correlation: {{range: 7400 m, time: 1}}}}
  soil_carbon: {{file: "{0}_soil.tif", unit: t C/ha, depth: 30 cm, classes: [forest, cropland],
    sd: "{0}_soil_sd.tif", correlation: {{range: 60 km}}}}
missing: count
output: out.nc
""".format(name))


def blocks(name, range_m):
    """The band and the column of blocks of each cell. Lengths of degrees of WGS 84 are series in the latitude."""
    text, west, north, cell = GRIDS[name]
    rows, columns = np.arange(HEIGHT), np.arange(WIDTH)
    if name == "albers":
        side = round(range_m / cell)
        return np.broadcast_to((rows // side)[:, None], (HEIGHT, WIDTH)), np.broadcast_to(columns // side, (HEIGHT, WIDTH))
    middle = np.radians(north - HEIGHT * cell / 2)
    high = round(range_m / (cell * (111132.954 - 559.822 * np.cos(2 * middle) + 1.175 * np.cos(4 * middle))))
    band, column = rows // high, np.empty((HEIGHT, WIDTH), int)
    for b in range(band[-1] + 1):
        first, end = b * high, min((b + 1) * high, HEIGHT)
        at = np.radians(north - cell * (first + end) / 2)
        degree_m = 111412.84 * np.cos(at) - 93.5 * np.cos(3 * at) + 0.118 * np.cos(5 * at)
        column[first:end] = columns // round(range_m / (cell * degree_m))
    return np.broadcast_to(band[:, None], (HEIGHT, WIDTH)), column


def sums_of(tally):
    """{(layer, year, region, band, column): [area, area x sd, cells]} of a tally file."""
    names, region_ids = list(tally["correlation_name"][:]), list(tally["region_id"][:])
    wide = tally["correlation_column_count"][:]
    high, low = (np.asarray(tally["block_sum_" + half][:]).astype(object) for half in ("high", "low"))
    value = ((high * 2**64 + low) / 2**30).astype(float)
    found = {}
    for region, step, key, cells, sums in zip(tally["block_region"][:], tally["block_pass"][:], tally["block_key"][:],
                                              tally["block_cells"][:], value):
        layer = int(step) // len(YEARS)
        band, column = divmod(int(key), int(wide[layer]))
        found[names[layer], int(step) % len(YEARS), region_ids[region], band, column] = [*sums, int(cells)]
    return found


def check_grid(name, result):
    raster = oracle.Raster("%s_lc_2020.tif" % name)
    area = (np.repeat(raster.row_areas_m2()[:, None], WIDTH, axis=1) if name == "degrees"
            else np.full((HEIGHT, WIDTH), GRIDS[name][3] ** 2))
    classes, layers = landscape(name)
    found = sums_of(netCDF4.Dataset(name + ".nc"))
    number = 0
    for region, polygon in regions(name):
        share = oracle.shares(polygon, raster, 0, 0, WIDTH, HEIGHT)
        for layer, (speaks, range_m) in LAYERS.items():
            band, column = blocks(name, range_m)
            for year in range(len(YEARS)):
                value, sd = layers[layer][year]
                counts = (share > 1e-12) & np.isin(classes[year], speaks) & ~np.isnan(value) & ~np.isnan(sd)
                index = band * WIDTH + column
                expected = [np.bincount(index[counts], each[counts], HEIGHT * WIDTH)
                            for each in (area * share, area * share * np.nan_to_num(sd), np.ones_like(area))]
                for block in np.unique(index[counts]):
                    place = (layer + "_sd", year, region, *divmod(int(block), WIDTH))
                    sums = found.get(place, [0, 0, 0])
                    number += 1
                    for kind, k, most in (("area", 0, 1), ("area x sd", 1, 300), ("cells", 2, 0)):
                        # a share is whole in 2^-30 of a cell
                        result.check(name + " " + kind, sums[k], expected[k][block], 1e-9, 2e-9 * area.max() * most,
                                     what=str(place))
    result.true(name + " blocks", number == len(found), "%d, expected %d" % (len(found), number))


def check():
    result = oracle.Agreement()
    for name in GRIDS:
        check_grid(name, result)
    result.finish()


{"make": make, "check": check}[sys.argv[1]]()
