"""Makes the landscapes of brute_force.sh and checks what sinkcalc says of them."""
import sys

import numpy as np
from osgeo import gdal, ogr

import oracle

WIDTH, HEIGHT, POINTS = 120, 100, 64
GRIDS = {  # CRS, west, north, cell width, cell height
    "degrees": ("EPSG:4326", 99.5, 41.25, 0.02, 0.015),
    "utm": ("EPSG:32650", 161000.0, 4567890.0, 1500.0, 1250.0),
    "albers": ("+proj=aea +lat_0=0 +lon_0=105 +lat_1=25 +lat_2=47 +ellps=GRS80 +towgs84=0,0,0 +units=m", -250000.0,
               3777777.0, 1000.0, 1000.0)}
CLASSES = {1: "forest", 2: "grassland", 3: "cropland", 4: "water", 5: "shrubland"}
NODATA = -9999.0


def noise(random, smoothness):
    """Correlated noise, as ranks from 0 to 1."""
    rows, columns = np.fft.fftfreq(HEIGHT)[:, None], np.fft.fftfreq(WIDTH)[None, :]
    spectrum = np.fft.fft2(random.standard_normal((HEIGHT, WIDTH))) * np.exp(-smoothness * np.hypot(rows, columns))
    field = np.fft.ifft2(spectrum).real
    return field.ravel().argsort().argsort().reshape(field.shape) / field.size


def star(random, x, y, radius, aspect, corners, way):
    """A ragged ring round a place, which runs to the left (way 1) or right (-1)."""
    turn = np.sort(random.uniform(0, 1, corners) + np.arange(corners)) / corners * 2 * np.pi
    reach = radius * random.uniform(0.6, 1, corners)
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for k in (list(range(corners)) + [0])[::way]:
        ring.AddPoint_2D(x + reach[k] * np.cos(turn[k]), y + aspect * reach[k] * np.sin(turn[k]))
    return ring


def landscape(name):
    """Classes of two years (0: none), biomass and volume of two years (NaN: none), from the name alone."""
    random = np.random.default_rng(sorted(GRIDS).index(name) + 7)
    base, change, gaps = noise(random, 40), noise(random, 30), noise(random, 60)
    classes = []
    for year in (0, 1):
        field = base + 0.12 * year * (change - 0.4)
        code = 1 + np.clip(np.floor(field * 5), 0, 4).astype(np.uint8)
        code[(gaps > 0.97 - 0.01 * year)] = 0
        classes.append(code)
    quantities = []
    for low, high in ((20, 400), (10, 350)):
        for year in (0, 1):
            value = (low + (high - low) * noise(random, 15)).astype(np.float32)
            value[noise(random, 25) > 0.985] = np.nan
            quantities.append(value)
    return classes, quantities


def write(path, values, crs, transform, kind, nodata):
    dataset = gdal.GetDriverByName("GTiff").Create(path, WIDTH, HEIGHT, 1, kind,
                                                   ["TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=16"])
    dataset.SetSpatialRef(crs)
    dataset.SetGeoTransform(transform)
    band = dataset.GetRasterBand(1)
    band.SetNoDataValue(nodata)
    band.WriteArray(np.where(np.isnan(values), nodata, values) if kind == gdal.GDT_Float32 else values)


def regions(name):
    """Ragged polygons with holes and parts, whose rings run any way round, a sliver, a region smaller than a cell, and rectangles along the cells."""
    random = np.random.default_rng(sorted(GRIDS).index(name) + 99)
    text, west, north, dx, dy = GRIDS[name]
    found = [("whole", oracle.rectangle(west, north - HEIGHT * dy, west + WIDTH * dx, north)),
             ("aligned", oracle.rectangle(west + 13 * dx, north - 77 * dy, west + 90 * dx, north - 21 * dy))]
    for k in range(4):
        parts = ogr.Geometry(ogr.wkbMultiPolygon)
        for x, y, radius, shell, hole in ((30 + 5 * k, 35, 20 + 3 * k, 1, (1, -1)[k % 2]),
                                          (95, 70 - 6 * k, 13, (1, -1)[k // 2], -1)):
            polygon = ogr.Geometry(ogr.wkbPolygon)
            x, y = west + (x + random.uniform()) * dx, north - (y + random.uniform()) * dy
            polygon.AddGeometry(star(random, x, y, radius * dx, dy / dx, 40 + 60 * k, shell))
            polygon.AddGeometry(star(random, x, y, 0.4 * radius * dx, dy / dx, 25, hole))
            parts.AddGeometry(polygon)
        found.append(("ragged%d" % k, parts))
    for label, corners in (("sliver", ((3.3, 90.1), (116.2, 95.7), (116.4, 95.9))),
                           ("crumb", ((50.21, 50.3), (50.4, 50.32), (50.3, 50.6)))):
        ring, polygon = ogr.Geometry(ogr.wkbLinearRing), ogr.Geometry(ogr.wkbPolygon)
        for column, row in corners + corners[:1]:
            ring.AddPoint_2D(west + column * dx, north - row * dy)
        polygon.AddGeometry(ring)
        found.append((label, polygon))
    assert all(polygon.IsValid() for label, polygon in found)
    return found


def make():
    with open("legend.csv", "w") as file:
        file.write("code,name,title,source,verified\n0,nodata,None,made up,own\n")
        file.writelines("%d,%s,%s,made up,own\n" % (code, name, name) for code, name in CLASSES.items())
    with open("factors.csv", "w") as file:
        file.write("quantity,class,value,unit,depth_cm,source,verified\n"
                   "carbon_fraction,*,0.5,t C (t d.m.)-1,,made up,own\n")
    for name, (text, west, north, dx, dy) in GRIDS.items():
        crs, transform = oracle.crs_of(text), (west, dx, 0, north, 0, -dy)
        classes, quantities = landscape(name)
        for year in (0, 1):
            write("%s_lc_%d.tif" % (name, 2020 + year * 5), classes[year], crs, transform, gdal.GDT_Byte, 0)
            for label, values in (("agb", quantities[year]), ("vol", quantities[2 + year])):
                write("%s_%s_%d.tif" % (name, label, 2020 + year * 5), values, crs, transform, gdal.GDT_Float32, NODATA)
        oracle.region_file(name + ".gpkg", crs, [({"id": label}, polygon) for label, polygon in regions(name)])
        with open(name + ".yml", "w") as file:
            file.write("""regions: {{file: {0}.gpkg, id: id}}
years: [2020, 2025]
layers:
  land_cover: {{file: "{0}_lc_{{year}}.tif", legend: legend.csv}}
  above_ground_biomass: {{file: "{0}_agb_{{year}}.tif", unit: t/ha, classes: [forest, shrubland]}}
  stock_volume: {{file: "{0}_vol_{{year}}.tif", unit: m3/ha, classes: [forest]}}
factors: factors.csv
missing: {{class: count, value: count, factor: count}}
output: {0}.nc
""".format(name))


def brute_shares(polygon, crs, transform):
    """Share of each cell by its 64 x 64 points, and where the points differ."""
    west, dx, skew, north, skew2, dy = transform
    points = gdal.GetDriverByName("MEM").Create("", WIDTH * POINTS, HEIGHT * POINTS, 1, gdal.GDT_Byte)
    points.SetSpatialRef(crs)
    points.SetGeoTransform((west, dx / POINTS, 0, north, 0, dy / POINTS))
    source = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = source.CreateLayer("", crs)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(polygon)
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(points, [1], layer, burn_values=[1])
    inside = points.ReadAsArray().reshape(HEIGHT, POINTS, WIDTH, POINTS)
    return inside.sum(axis=(1, 3), dtype=np.int64) / POINTS ** 2


def figures(classes, quantities, weight):
    """(kind, labels of the figure, its value, the contributions of the cells)."""
    for year in (0, 1):
        code = classes[year]
        for k, cover in CLASSES.items():
            yield "area", dict(variable="area", year=year, cover=cover), np.where(code == k, weight, 0)
        yield "no class", dict(variable="no_class_area", year=year), np.where(code == 0, weight, 0)
        for k in (1, 5):
            value = np.nan_to_num(quantities[year] * 0.5)
            yield ("biomass", dict(variable="carbon_stock_by_cover", year=year, cover=CLASSES[k],
                                   pool="above_ground_biomass"), np.where(code == k, weight * value, 0))
        yield ("volume", dict(variable="stock_volume", year=year, cover="forest"),
               np.where(code == 1, weight * np.nan_to_num(quantities[2 + year]), 0))
        silent = (np.isin(code, (1, 5)) & np.isnan(quantities[year])) | ((code == 1) & np.isnan(quantities[2 + year]))
        yield "no value", dict(variable="no_value_area", year=year), np.where(silent, weight, 0)
    for was in CLASSES:
        for is_now in CLASSES:
            yield ("transition", dict(variable="cover_transition_area", year=1, cover_from=CLASSES[was],
                                      cover=CLASSES[is_now]),
                   np.where((classes[0] == was) & (classes[1] == is_now), weight, 0))


def check():
    result = oracle.Agreement()
    for name, (text, west, north, dx, dy) in GRIDS.items():
        crs, transform = oracle.crs_of(text), (west, dx, 0, north, 0, -dy)
        raster = oracle.Raster(name + "_lc_2020.tif")
        if name == "degrees":
            cell_ha = np.repeat(raster.row_areas_m2()[:, None], WIDTH, axis=1) / 1e4
        else:
            cell_ha = raster.cell_areas_m2(crs, 0, 0, WIDTH, HEIGHT) / 1e4
        classes, quantities = landscape(name)
        quantities = [each.astype(float) for each in quantities]
        inventory = oracle.Inventory(name + ".nc")
        for region, polygon in regions(name):
            exact = oracle.shares(polygon, raster, 0, 0, WIDTH, HEIGHT)
            brute = brute_shares(polygon, crs, transform)
            border = (exact > 0) & (exact < 1)
            is_rectangle = region in ("whole", "aligned")
            # The share of a border cell by its points errs by about sqrt(64 / 12) / 64^2 for each side through it;
            # allowed: seven times that, as errors of cells are independent.
            one = 7 * np.sqrt(POINTS / 12) / POINTS ** 2
            assert np.max(np.abs(exact - brute)) < 5 * one, (name, region, np.max(np.abs(exact - brute)))
            for kind, place, cells in figures(classes, quantities, cell_ha):
                place = dict(place, region=region)
                found = inventory(place.pop("variable"), **place)
                if is_rectangle:
                    result.check("%s, rectangle, %s" % (kind, name), found, np.sum(brute * cells),
                                 1e-9 if name == "degrees" else 1e-8, what="%s %s" % (name, place))
                    continue
                error = one * np.sqrt(np.sum(cells[border] ** 2))
                result.check(kind + ", brute force", found, np.sum(brute * cells), 1e-8, error + 1e-9,
                             what="%s %s" % (name, place))
                result.check(kind + ", exact shares", found, np.sum(exact * cells), 1e-8, 1e-8 * cells.max(),
                             what="%s %s" % (name, place))
    result.finish()


{"make": make, "check": check}[sys.argv[1]]()
