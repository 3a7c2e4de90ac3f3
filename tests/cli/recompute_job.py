"""The rasters and regions of a job: hectares of each cell in each region, values on the grid of the job, and what each
part of a cell was and is."""
import functools

import numpy as np
from osgeo import ogr, osr

import oracle
from recompute_site import POOLS
from recompute_tables import CLASSES, CODES, Factors, is_yes, read_table

PRIORITY = ("mangrove", "salt_marsh", "seagrass", "wetland", "forest", "grassland")
QUANTITIES = ("above_ground_biomass", "stock_volume", "soil_carbon", "stand_age")
NONE, UNKNOWN = -1, -2


class Regions:
    """Hectares of each cell in each region: polygons, sums of levels, and what a parent has outside its children."""

    def __init__(self, path, fields, raster_path):
        fields = dict(fields)
        self.grid = oracle.Raster(raster_path)
        crs = self.grid.dataset.GetSpatialRef()
        crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        shape = (self.grid.height, self.grid.width)
        area_ha = (self.grid.row_areas_m2()[:, None] if crs.IsGeographic() else
                   self.grid.cell_areas_m2(crs, 0, 0, *shape[::-1])) / 1e4
        layer = ogr.Open(path)
        features = layer.GetLayer(0)
        features.SetAttributeFilter(fields.get("where"))
        share, outside, self.children, self.top = {}, {}, {}, set()
        for feature in features:
            name, parent = feature.GetField(fields["id"]), fields.get("parent")
            geometry = feature.GetGeometryRef().Clone()
            if not crs.IsGeographic():  # 22 m: the sagitta of a side is some 1e-5 m
                geometry.Segmentize(2e-4)
                source = geometry.GetSpatialReference()
                source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
                geometry.Transform(osr.CoordinateTransformation(source, crs))
            window = oracle.window_of(geometry, self.grid)
            share[name] = np.zeros(shape)
            part = oracle.shares(geometry, self.grid, *window)
            oracle.check_shares(geometry, self.grid, window, part, 40)
            share[name][window[1]:window[1] + window[3], window[0]:window[0] + window[2]] = np.where(part > 1e-11, part, 0)
            outside[name] = self.outside(geometry, np.sum(share[name] * area_ha)) if crs.IsGeographic() else 0
            above = [feature.GetField(level) for level in parent] if isinstance(parent, tuple) else []
            for level in above:
                share[level] = share.get(level, 0) + share[name]
                outside[level] = outside.get(level, 0) + outside[name]
            chain = above + [name] if above else [feature.GetField(parent) if isinstance(parent, str) else None, name]
            for up, down in zip(([None] + chain[:-1])[-len(chain):], chain):
                if down is not None and down not in self.children.setdefault(up, []):
                    self.children[up].append(down)
            self.top.add(above[0] if above else None if chain[0] else name)
        for parent in set(self.children) & set(share) if not isinstance(fields.get("parent"), tuple) else ():
            rest = share[parent] - sum(share[name] for name in self.children[parent])
            share[parent + "~rest"] = np.where(rest > 1e-9, rest, 0)
            outside[parent + "~rest"] = outside[parent] - sum(outside[name] for name in self.children[parent])
        self.order = {name: k for k, name in enumerate(share)}
        self.weights = np.array([(s * area_ha).ravel() for s in share.values()])
        self.beyond = np.array([outside[name] for name in share])


    def outside(self, geometry, inside_ha):
        """Hectares of a polygon where the grid has no cell; the projected grids of these tests hold all regions."""
        west, east, south, north = geometry.GetEnvelope()
        grid = self.grid
        if (west >= grid.x0 and east <= grid.x0 + grid.width * grid.dx and north <= grid.y0 and
                south >= grid.y0 + grid.height * grid.dy):
            return 0.0
        return oracle.latitude_area_of(geometry) / 1e4 - inside_ha


regions_of = functools.lru_cache(maxsize=1)(Regions)


def kernel(first, step, count, source_count, method):
    """Weight of each source cell (column) in each cell (row) along an axis."""
    low, cells = first + step * np.arange(count)[:, None], np.arange(source_count)[None, :]
    if method == "average":
        return np.clip(np.minimum(low + step, cells + 1) - np.maximum(low, cells), 0, None)
    if method == "nearest":
        return (np.floor(low + step / 2) == cells) * 1.0
    return np.clip(1 - np.abs(low + step / 2 - 0.5 - cells), 0, None)


class Past:
    """What each part was: the class now (a code, or none), since the end of which year, and the same of earlier uses, the
    latest first. Land without data on a map of the years of the job starts anew; on an older map it is looked over."""

    def __init__(self, count):
        self.now, self.since = np.full(count, NONE, np.int16), np.zeros(count, np.int16)
        self.earlier = []  # [(classes, years)]

    def follow(self, classes, year_before, is_old):
        """The past with one more map; `year_before` is that of the map before."""
        after, known = Past(len(self.now)), (classes >= 0) | (not is_old)
        changed = known & (classes != self.now)
        was_class = changed & (self.now >= 0) & (classes >= 0)
        after.now = np.where(known, classes, self.now).astype(np.int16)
        after.since = np.where(was_class, year_before, np.where(changed, 0, self.since)).astype(np.int16)
        stack, none = [(self.now, self.since)] + self.earlier, np.full(len(self.now), NONE, np.int16)
        for k in range(min(3, len(self.earlier) + 1)):  # no tally tells more
            kept, since = self.earlier[k] if k < len(self.earlier) else (none, 0 * none)
            after.earlier.append((np.where(was_class, stack[k][0], np.where(changed, NONE, kept)).astype(np.int16),
                                  np.where(was_class, stack[k][1], np.where(changed, 0, since)).astype(np.int16)))
        if year_before is None:
            after.earlier = []
        return after

    def at(self, cells):
        some = Past(0)
        some.now, some.since = self.now[cells], self.since[cells]
        some.earlier = [(classes[cells], years[cells]) for classes, years in self.earlier]
        return some

    def columns(self):
        return [self.now, self.since] + [column for pair in self.earlier for column in pair]

    def uses(self, part):
        """[(class, since)] of a part in the order of time."""
        pairs = [(self.now[part], self.since[part])] + [(c[part], y[part]) for c, y in self.earlier if c[part] >= 0]
        return [(list(CLASSES)[name], int(year)) for name, year in reversed(pairs)]


class Job:
    """What a job says, as far as these tests go."""

    def __init__(self, job):
        self.job, self.layers = job, job["layers"]
        self.years, self.history = ([] if value is None else value if isinstance(value, list) else [value]
                                    for value in (job["years"], job.get("history")))
        first = next(n for n in ("land_cover", "forest") if n in self.layers)
        fields = tuple((key, tuple(value) if isinstance(value, list) else value)
                       for key, value in sorted(job["regions"].items()) if key in ("id", "parent", "where"))
        self.regions = regions_of(job["regions"]["file"], fields, self.path(first, self.years[0]))
        self.grid, self.weights = self.regions.grid, self.regions.weights
        factors = job.get("factors", ["ipcc"])
        self.factors = Factors(factors if isinstance(factors, list) else [factors])
        missing = job.get("missing", {})
        self.uses_factor = missing != "count" and missing != "error" and missing.get("value") == "factor"
        self.transition_yr = job.get("conversion", {}).get("years", 20)
        self.harvest = read_table(job["harvest"]) if "harvest" in job else None
        self.rasters, self.mapped, self.has_shares = {}, {}, any("unit" in self.layers.get(name, "") and
                                                self.layers[name]["unit"] in ("percent", "fraction") for name in PRIORITY)

    def spec(self, name):
        spec = self.layers.get(name)
        return {"file": spec} if isinstance(spec, str) else spec

    def path(self, name, year):
        return self.spec(name)["file"].replace("{year}", str(year))

    def is_yearly(self, name):
        return "{year}" in self.spec(name)["file"]

    def raster(self, name, year):
        """Values on the grid of the job, in t or m3 a ha where they have a unit; NaN for no data. None without a layer."""
        if name not in self.layers or "file" not in self.spec(name):
            return None
        return self.raster_of(self.spec(name)["file"], self.spec(name), year)

    def raster_of(self, file, spec, year):
        """Of a file that is read as the layer says."""
        path = file.replace("{year}", str(year))
        if path not in self.rasters:
            source = oracle.Raster(path)
            values = source.read().astype(float)
            values[values == source.band.GetNoDataValue()] = np.nan
            values = values * (source.band.GetScale() or 1) + (source.band.GetOffset() or 0)
            if spec.get("unit", "").startswith("kg"):
                values *= 10
            method = "nearest" if "legend" in spec else spec.get("method", "average")
            self.rasters[path] = self.to_grid(values, source, method).ravel()
        return self.rasters[path]

    def to_grid(self, values, source, method):
        grid = self.grid
        if values.shape == (grid.height, grid.width) and (source.x0, source.y0) == (grid.x0, grid.y0):
            return values
        down = kernel((grid.y0 - source.y0) / source.dy, grid.dy / source.dy, grid.height, source.height, method)
        across = kernel((grid.x0 - source.x0) / source.dx, grid.dx / source.dx, grid.width, source.width, method)
        with np.errstate(invalid="ignore"):
            return (down @ np.nan_to_num(values) @ across.T) / (down @ ~np.isnan(values) @ across.T)

    def words(self, name, year):
        """Index of the word of each cell, and the words in the order of the legend; NONE or UNKNOWN."""
        legend = self.spec(name)["legend"]
        legend = {int(row["code"]): row["name"]
                  for row in read_table(legend if legend.endswith(".csv") else "legend_" + legend)}
        words, values = list(dict.fromkeys(word for word in legend.values() if word != "nodata")), self.raster(name, year)
        index = np.where(np.isnan(values), NONE, UNKNOWN)
        for code, word in legend.items():
            index[values == code] = words.index(word) if word != "nodata" else NONE
        return index, words

    def classes(self, year):
        """Code of the class of each cell."""
        if "land_cover" in self.layers:
            index, words = self.words("land_cover", year)
            return np.array([CODES[word] for word in words] + [UNKNOWN, NONE])[index]
        found = np.full(self.weights.shape[1], CODES["other"])
        for name in reversed([name for name in PRIORITY if name in self.layers]):
            found[np.nan_to_num(self.raster(name, year)) == 1] = CODES[self.spec(name).get("class", name)]
        return found

    @functools.cached_property
    def pasts(self):
        """What each cell was at the start and at the end of each period."""
        past, found, year_before = Past(self.weights.shape[1]), [], None
        for year in self.history + self.years:
            classes, is_old = self.classes(year), year in self.history
            if year_before is not None and not is_old and year != self.years[0]:
                found.append((past, past.follow(classes, year_before, is_old)))
            past = past.follow(classes, year_before, is_old)
            year_before = year
        return found or [(None, past)]

    def overlay(self, name, year):
        path = self.path(name, year)
        if path not in self.mapped:
            self.mapped[path] = self.words(name, year)
        return self.mapped[path]

    def age_of(self, years):
        """Whole years up to 250, where there are rows of growth or curves; the ends of intervals of rows by age part them
        too. A stand is at the end of its year, in the middle of a longer interval, a year older than the last end."""
        rows = self.factors.rows
        aged = [row for quantity in ("growth", "volume_growth") for row in rows.get(quantity, ())]
        ends = {end for row in aged for end in (row.over, row.up_to) if np.isfinite(end)}
        if "growth" in rows or "curve_asymptote" in rows:
            ends |= set(range(251))
        ends = np.array(sorted(ends | {0.0}), float)
        place = np.searchsorted(ends, years, side="left")  # ends[place - 1] < years <= ends[place]
        low, high = np.append(0.0, ends)[place], np.append(ends, np.nan)[place]
        return np.where(place == len(ends), ends[-1] + 1, np.where(high - low > 1, (low + high) / 2, high))

    def burns(self, name):
        spec = self.job["disturbances"][name]
        return not isinstance(spec, str) and spec.get("burns") in (True, "yes")

    def event_year(self, name):
        spec = self.job["disturbances"][name]
        source = oracle.Raster(spec if isinstance(spec, str) else spec["file"])
        values = source.read().astype(float)
        values[values == source.band.GetNoDataValue()] = 0
        return self.to_grid(values, source, "nearest").ravel()

    def shares(self, year):
        """{class: share of each cell}."""
        found, left = {}, np.ones(self.weights.shape[1])
        for name in (name for name in PRIORITY if name in self.layers):
            whole = 100 if self.layers[name]["unit"] == "percent" else 1
            found[CODES[name]] = np.nan_to_num(self.raster(name, year)) / whole
            left = left - found[CODES[name]]
        return {**found, CODES["other"]: left}

    def speaks(self, layer, name):
        spec = self.spec(layer)
        if spec is None or "from" in spec:
            return False
        if spec.get("classes") is None:
            return layer == "soil_carbon" or is_yes(name, "is_woody")
        return name in spec["classes"]

    def derives(self, name):
        spec = self.spec("stock_volume") or {}
        of = spec.get("classes") or (self.spec("above_ground_biomass") or {}).get("classes")
        return "from" in spec and (name in of if of else is_yes(name, "is_woody"))

    def overlays(self):
        """Those with a legend, without the land cover."""
        return [name for name in self.layers if name != "land_cover" and "legend" in (self.spec(name) or {})]

    def constants(self):
        return {name: self.layers[name]["value"] for name in self.layers if "value" in (self.spec(name) or {})}

    def method(self, name, pool):
        method = self.job.get("methods", {}).get(name, "stock_difference")
        return method if isinstance(method, str) else method.get(POOLS[pool], "stock_difference")

    def blocks(self, reach):
        """The block of each cell of a grid in degrees in which errors are one, by sinkcalc/pipelines/correlation.h."""
        grid, number = self.grid, float(reach.split()[0]) * (1000 if reach.endswith("km") else 1)
        e2, middle = (2 - 1 / oracle.WGS84[1]) / oracle.WGS84[1], np.radians(grid.y0 + grid.height * grid.dy / 2)
        radius = oracle.WGS84[0] * (1 - e2) / (1 - e2 * np.sin(middle) ** 2) ** 1.5
        height_m, areas_m2 = np.radians(abs(grid.dy)) * radius, grid.row_areas_m2()
        rows = int(np.clip(np.rint(number / height_m), 1, grid.height))
        band, found = np.arange(grid.height) // rows, []
        for k in band:
            row = k * rows + (min((k + 1) * rows, grid.height) - k * rows) // 2
            columns = int(np.clip(np.rint(number / (areas_m2[row] / height_m)), 1, grid.width))
            found.append(k * grid.width + np.arange(grid.width) // columns)
        return np.concatenate(found)
