"""What the tests of real data measure sinkcalc by, written without looking at its sources: areas of cells on the
ellipsoid, exact shares of cells in polygons, and a reader of inventories. NumPy and GDAL only."""
import sys

import netCDF4
import numpy as np
from osgeo import gdal, ogr, osr

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()
gdal.SetCacheMax(128 << 20)
WGS84 = (6378137.0, 298.257223563)
PI = np.arctan(np.longdouble(1)) * 4


def latitude_areas_m2(south_deg, north_deg, width_deg, ellipsoid=WGS84):
    """Area between parallels and meridians, from the authalic latitude (Snyder 1987, eq. 3-12), in long double."""
    a, f = np.longdouble(ellipsoid[0]), 1 / np.longdouble(ellipsoid[1])
    e2 = f * (2 - f)
    e = np.sqrt(e2)

    def q(deg):
        s = np.sin(np.asarray(deg, np.longdouble) * PI / 180)
        return (1 - e2) * (s / (1 - e2 * s * s) + np.arctanh(e * s) / e)

    return (a * a / 2 * (np.longdouble(width_deg) * PI / 180) * (q(north_deg) - q(south_deg))).astype(float)


class Raster:
    """One band, its grid, and the area of its cells."""

    def __init__(self, path, band=1):
        self.dataset = gdal.Open(path)
        self.band = self.dataset.GetRasterBand(band)
        self.x0, self.dx, skew, self.y0, skew2, self.dy = self.dataset.GetGeoTransform()
        assert skew == 0 and skew2 == 0
        self.width, self.height = self.dataset.RasterXSize, self.dataset.RasterYSize

    def read(self, column=0, row=0, width=None, height=None):
        return self.band.ReadAsArray(column, row, width or self.width - column, height or self.height - row)

    def row_areas_m2(self):
        """Area of a cell of each row, of a grid in degrees."""
        edges = np.longdouble(self.y0) + np.arange(self.height + 1) * np.longdouble(self.dy)
        return latitude_areas_m2(edges[1:], edges[:-1], self.dx)

    def cell_areas_m2(self, srs, column, row, width, height):
        """Area of each cell of a window of a projected grid: its corners brought to a cylindrical equal-area
        projection of the same ellipsoid, and the shoelace formula. The curvature of a cell's sides is left out:
        1e-10 of its area for cells of 30 m."""
        base = osr.SpatialReference()
        base.ImportFromProj4("+proj=cea +a=%.4f +rf=%.12f +units=m" % (srs.GetSemiMajor(), srs.GetInvFlattening()))
        plain = osr.SpatialReference()  # the projection alone: no shift of datum
        plain.ImportFromProj4(" ".join(word for word in srs.ExportToProj4().split()
                                       if not word.startswith(("+towgs84", "+datum", "+ellps"))) +
                              " +a=%.4f +rf=%.12f" % (srs.GetSemiMajor(), srs.GetInvFlattening()))
        for crs in (base, plain):
            crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        x, y = np.meshgrid(self.x0 + np.arange(column, column + width + 1) * self.dx,
                           self.y0 + np.arange(row, row + height + 1) * self.dy)
        points = np.array(osr.CoordinateTransformation(plain, base).TransformPoints(
            np.column_stack([x.ravel(), y.ravel()])))
        x, y = points[:, 0].reshape(x.shape), points[:, 1].reshape(x.shape)
        x, y = x - x.mean(), y - y.mean()
        return 0.5 * np.abs((x[1:, 1:] - x[:-1, :-1]) * (y[1:, :-1] - y[:-1, 1:]) -
                            (x[1:, :-1] - x[:-1, 1:]) * (y[1:, 1:] - y[:-1, :-1]))


def rings(geometry):
    """Rings of a valid polygon or multipolygon, outer ones counter-clockwise, holes clockwise."""
    found = []
    for polygon in ([geometry] if geometry.GetGeometryName() == "POLYGON" else geometry):
        for number, ring in enumerate(polygon):
            xy = np.array(ring.GetPoints())[:, :2]
            x, y = xy[:, 0] - xy[0, 0], xy[:, 1] - xy[0, 1]
            signed = np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])
            found.append(xy if (signed > 0) == (number == 0) else xy[::-1])
    return found


def latitude_area_of(geometry, ellipsoid=WGS84):
    """Area of a polygon in degrees whose sides are straight in longitude and latitude: Green's theorem on the area
    south of each side, by Gauss-Legendre quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(6)
    total = 0
    for xy in rings(geometry):
        middle, half = (xy[1:] + xy[:-1]) / 2, (xy[1:] - xy[:-1]) / 2
        for node, weight in zip(nodes, weights):
            below = latitude_areas_m2(xy[0, 1], middle[:, 1] + node * half[:, 1], 1, ellipsoid)
            total -= weight * np.sum(below * half[:, 0])
    return total


def split(u0, v0, u1, v1):
    """Cuts segments where u crosses whole numbers."""
    low, high = np.minimum(u0, u1), np.maximum(u0, u1)
    first = np.floor(low) + 1
    cuts = np.maximum(np.ceil(high) - first, 0).astype(int)
    piece = np.arange(np.sum(cuts + 1)) - np.repeat(np.cumsum(cuts + 1) - (cuts + 1), cuts + 1)
    a, b, c, d, n, first = (np.repeat(each, cuts + 1) for each in (u0, v0, u1, v1, cuts, first))
    rising = c >= a

    def at(k):
        line = np.where(rising, first + k - 1, first + n - k)
        with np.errstate(invalid="ignore", divide="ignore"):
            v = b + (d - b) * ((line - a) / (c - a))
        return (np.where(k == 0, a, np.where(k == n + 1, c, line)), np.where(k == 0, b, np.where(k == n + 1, d, v)))

    return (*at(piece), *at(piece + 1))


def shares(geometry, grid, column, row, width, height):
    """Exact share of each cell of a window inside a polygon in the plane of the grid, by signed areas: every piece of
    an outline adds what lies to its right."""
    shape = (height, width)
    own, right = np.zeros(width * height), np.zeros(width * height)
    for xy in rings(geometry):
        u, v = (xy[:, 0] - grid.x0) / grid.dx - column, (xy[:, 1] - grid.y0) / grid.dy - row
        v0, u0, v1, u1 = split(v[:-1], u[:-1], v[1:], u[1:])
        u0, v0, u1, v1 = split(u0, v0, u1, v1)
        i, j = np.floor((v0 + v1) / 2).astype(int), np.floor((u0 + u1) / 2).astype(int)
        inside = (i >= 0) & (i < height) & (j < width)
        u0, v0, u1, v1, i, j = (each[inside] for each in (u0, v0, u1, v1, i, j))
        middle = np.where(j < 0, 0, (u0 + u1) / 2 - j)
        index = i * width + np.maximum(j, 0)
        own += np.bincount(index, (v1 - v0) * (1 - middle), width * height)
        right += np.bincount(index, v1 - v0, width * height)
    right = right.reshape(shape)
    return np.abs(own.reshape(shape) + np.cumsum(right, axis=1) - right)


def window_of(geometry, grid):
    """Column, row, width, height of the cells of the grid that a geometry may touch."""
    west, east, south, north = geometry.GetEnvelope()
    columns = sorted(((west - grid.x0) / grid.dx, (east - grid.x0) / grid.dx))
    rows = sorted(((south - grid.y0) / grid.dy, (north - grid.y0) / grid.dy))
    c0, c1 = max(int(np.floor(columns[0])), 0), min(int(np.ceil(columns[1])), grid.width)
    r0, r1 = max(int(np.floor(rows[0])), 0), min(int(np.ceil(rows[1])), grid.height)
    return c0, r0, max(c1 - c0, 0), max(r1 - r0, 0)


def strips(window, rows=256):
    """The window in strips, to keep memory small."""
    column, row, width, height = window
    for start in range(row, row + height, rows):
        yield column, start, width, min(rows, row + height - start)


def check_shares(geometry, grid, window, share, count=200):
    """The shares themselves against GEOS, on border cells drawn at random."""
    column, row = window[:2]
    i, j = np.nonzero((share > 1e-9) & (share < 1 - 1e-9))
    drawn = np.random.default_rng(1).permutation(len(i))[:count]
    cell_m2 = abs(grid.dx * grid.dy)
    worst = 0
    for k in drawn:
        x, y = grid.x0 + (column + j[k]) * grid.dx, grid.y0 + (row + i[k]) * grid.dy
        around = ogr.CreateGeometryFromWkt("POLYGON((%.17g %.17g,%.17g %.17g,%.17g %.17g,%.17g %.17g,%.17g %.17g))" % (
            x, y, x + grid.dx, y, x + grid.dx, y + grid.dy, x, y + grid.dy, x, y))
        worst = max(worst, abs(geometry.Intersection(around).GetArea() / cell_m2 - share[i[k], j[k]]))
    assert worst < 1e-7, "the yardstick differs from GEOS by %g of a cell" % worst
    return worst, len(drawn)


def area_by_code(polygon, grid, codes, code_count, cell_area):
    """Area of every code inside a polygon, from exact shares, and how far these are from those of GEOS. `codes(window)`
    gives whole numbers from 0, `cell_area(window)` what broadcasts to the window."""
    sums, worst, drawn = np.zeros(code_count), 0, 0
    for window in strips(window_of(polygon, grid)):
        share = shares(polygon, grid, *window)
        difference, count = check_shares(polygon, grid, window, share, 60)
        worst, drawn = max(worst, difference), drawn + count
        sums += np.bincount(codes(window).ravel(), (share * cell_area(window)).ravel(), code_count)
    assert drawn > 0
    return sums, worst


def under_centres(raster, crs, other):
    """Of a raster in degrees, the value under the centre of each cell of another; and where the centre lies within 1e-6
    of a cell from the next value, which may be taken as well."""
    x, y = np.meshgrid(raster.x0 + (np.arange(raster.width) + 0.5) * raster.dx,
                       raster.y0 + (np.arange(raster.height) + 0.5) * raster.dy)
    points = np.array(osr.CoordinateTransformation(crs, crs_of("EPSG:4326")).TransformPoints(
        np.column_stack([x.ravel(), y.ravel()])))
    column, row = (points[:, 0] - other.x0) / other.dx, (points[:, 1] - other.y0) / other.dy
    near = (np.abs(column - np.round(column)) < 1e-6) | (np.abs(row - np.round(row)) < 1e-6)
    values = other.read()[np.floor(row).astype(int), np.floor(column).astype(int)]
    return values.reshape(x.shape), near.reshape(x.shape)


def features(path, attribute, layer=0):
    """(attribute, geometry) of every feature."""
    dataset = ogr.Open(path)
    return [(feature.GetFieldAsString(attribute), feature.GetGeometryRef().Clone())
            for feature in dataset.GetLayer(layer)]


def crs_of(text):
    """A CRS from anything, longitude first."""
    crs = osr.SpatialReference()
    crs.SetFromUserInput(text)
    crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return crs


def rectangle(west, south, east, north):
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in ((west, south), (east, south), (east, north), (west, north), (west, south)):
        ring.AddPoint_2D(x, y)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon


def region_file(path, crs, regions):
    """A GeoPackage of regions, each ({attribute: text}, geometry)."""
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    layer = dataset.CreateLayer("regions", crs, ogr.wkbUnknown)
    for name in regions[0][0]:
        layer.CreateField(ogr.FieldDefn(name, ogr.OFTString))
    for attributes, geometry in regions:
        feature = ogr.Feature(layer.GetLayerDefn())
        for name, text in attributes.items():
            feature[name] = text
        feature.SetGeometry(geometry)
        layer.CreateFeature(feature)


class Inventory:
    """Figures of an inventory by words: inventory("area", year=1, cover="forest", region="x")."""
    names = {"cover": "cover_name", "cover_from": "cover_from_name", "pool": "pool_name", "region": "region_id",
             "land_use": "land_use_name", "biomass_pool": "biomass_pool_name"}

    def __init__(self, path):
        self.file = netCDF4.Dataset(path)
        self.labels = {axis: list(self.file[name][:]) for axis, name in self.names.items()
                       if name in self.file.variables}

    def __call__(self, variable, year=None, **places):
        found = self.file[variable]
        index = []
        for axis in found.dimensions:
            if axis == "time":
                index.append(year)
            elif axis not in places:
                index.append(slice(None))
            elif places[axis] in self.labels[axis]:
                index.append(self.labels[axis].index(places[axis]))
            else:
                return 0.0  # a class that the job never met has no axis entry
        return found[tuple(index)]

    def __contains__(self, region):
        return region in self.labels["region"]


class Agreement:
    """Collects the worst relative difference of each kind and fails at the end, with all that is wrong."""

    def __init__(self):
        self.worst, self.faults, self.count = {}, [], {}

    def check(self, kind, found, expected, relative, absolute=0.0, what=""):
        found, expected = float(found), float(expected)
        difference = abs(found - expected)
        if expected != 0:
            self.worst[kind] = max(self.worst.get(kind, 0), difference / abs(expected))
        self.count[kind] = self.count.get(kind, 0) + 1
        if not difference <= relative * abs(expected) + absolute:
            self.faults.append("%s %s: %.12g, expected %.12g" % (kind, what, found, expected))

    def true(self, kind, condition, what=""):
        self.count[kind] = self.count.get(kind, 0) + 1
        if not condition:
            self.faults.append("%s %s" % (kind, what))

    def finish(self):
        for kind, count in self.count.items():
            print("%-40s %5d figures, worst relative difference %.1e" % (kind, count, self.worst.get(kind, 0)))
        for fault in self.faults[:50]:
            print("FAULT", fault)
        if self.faults or not self.count:
            sys.exit("%d faults" % len(self.faults))


# IPCC 2006 Vol. 4 Ch. 3: the six categories, and where a class of a map belongs.
CATEGORIES = ("forest_land", "cropland", "grassland", "wetlands", "settlements", "other_land")
CATEGORY_OF = {"forest": "forest_land", "shrubland": "forest_land", "grassland": "grassland", "wetland": "wetlands",
               "mangrove": "wetlands", "water": "wetlands", "cropland": "cropland", "settlement": "settlements",
               "bare": "other_land", "moss_lichen": "other_land", "snow_ice": "other_land", "other": "other_land"}


def check_land_uses(result, inventory, region, transitions, is_recent=True, relative=1e-9):
    """The 36 rows of the national report against areas in ha by (class before, class now); land converted longer ago than
    the transition time remains what it is now. And the removals of all rows add up to the total."""
    areas = dict.fromkeys(((was, now) for was in CATEGORIES for now in CATEGORIES), 0.0)
    for (was, now), ha in transitions.items():
        before, after = CATEGORY_OF[was], CATEGORY_OF[now]
        areas[before if is_recent else after, after] += ha
    for (was, now), ha in areas.items():
        name = "%s_remaining_%s" % (was, was) if was == now else "%s_converted_to_%s" % (was, now)
        result.check("area by IPCC category", inventory("land_use_area", 1, land_use=name, region=region), ha, relative, 1e-6,
                     what="%s in %s" % (name, region))
    total = inventory("total_net_removal", 1, region=region)
    parts = inventory("land_use_net_removal", 1, region=region)
    result.check("removal of all IPCC categories", parts.sum(), total, relative, 1e-6, what=region)
