"""The account again, cell by cell, without anything of sinkcalc but its tables: shares of cells and their areas from
oracle.py, the factors by a resolver of its own, the equations of METHODS.md for each cell alone, sums by NumPy.
`recompute.py JOB...` runs the jobs named below on the landscape of `sinkcalc demo` and compares every figure."""
import csv
import functools
import json
import os
import subprocess
import sys

import netCDF4
import numpy as np
from osgeo import gdal, ogr, osr

import oracle

TABLES = os.path.join(os.environ["SINK_SOURCE"], "sinkcalc", "tables")
POOLS = ("above_ground_biomass", "below_ground_biomass", "dead_wood", "litter", "soil_carbon")
ABOVE, BELOW, DEAD, LITTER, SOIL = range(5)
ECOSYSTEMS = ("forest", "grassland", "wetland", "coast", "cropland", "other")
PRIORITY = ("mangrove", "salt_marsh", "seagrass", "wetland", "forest", "grassland")


def read_table(name):
    with open(name if name.endswith(".csv") else os.path.join(TABLES, name + ".csv"), encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


CLASSES = {row["name"]: row for row in read_table("classes")}


class Factors:
    """Rows of all tables of a job: the last table that fits wins, then the most keys, class and interval among them."""

    def __init__(self, names):
        self.rows = {}
        for order, name in enumerate(names):
            for row in read_table(name):
                keys = {key[4:]: text.split("|") for key, text in row.items()
                        if key.startswith("key:") and text not in ("", "*")}
                classes = [] if row["class"] in ("", "*") else row["class"].split("|")
                over, up_to = float(row.get("over") or "-inf"), float(row.get("up_to") or "inf")
                rank = (order, len(keys) + bool(classes) + bool(np.isfinite(over) or np.isfinite(up_to)))
                self.rows.setdefault(row["quantity"], []).append((rank, classes, keys, over, up_to, row))

    def fitting(self, quantity, name, overlays):
        return [row for row in self.rows.get(quantity, ())
                if (not row[1] or name in row[1]) and all(overlays.get(key) in words for key, words in row[2].items())]

    def row(self, quantity, name, overlays, at=None):
        """The row that wins; `at` picks the interval, without it only rows without one fit."""
        rows = [row for row in self.fitting(quantity, name, overlays)
                if (np.isinf(row[3:5]).all() if at is None else row[3] < at <= row[4])]
        best = [row for row in rows if row[0] == max(row[0] for row in rows)]
        assert len(best) < 2, best
        return best[0][5] if best else None

    def value(self, quantity, name, overlays, at=None):
        row = self.row(quantity, name, overlays, at)
        return float(row["value"]) if row else np.nan

    def ends(self, quantity, name, overlays):
        """Upper ends of the intervals between which the factor is one."""
        ends = {end for row in self.fitting(quantity, name, overlays) for end in row[3:5] if np.isfinite(end)}
        return np.array(sorted(ends) + [np.inf])

    def by_interval(self, quantity, name, overlays, at):
        """The factor at each of the values; NaN where none fits."""
        ends = self.ends(quantity, name, overlays)
        found = np.array([self.value(quantity, name, overlays, end) for end in ends])
        return found[np.searchsorted(ends, at, side="left").clip(0, len(ends) - 1)]


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
        share, outside, children, self.top = {}, {}, {}, set()
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
            # area of the polygon where the grid has no cell; a projected grid of these tests holds all regions
            beyond = oracle.latitude_area_of(geometry) / 1e4 - np.sum(share[name] * area_ha) if crs.IsGeographic() else 0
            outside[name] = beyond if beyond > 1e-6 else 0
            above = [feature.GetField(level) for level in parent] if isinstance(parent, tuple) else []
            for level in above:
                share[level] = share.get(level, 0) + share[name]
                outside[level] = outside.get(level, 0) + outside[name]
            up = feature.GetField(parent) if isinstance(parent, str) else None
            children.setdefault(up, []).append(name)
            self.top.add(above[0] if above else None if up else name)
        for parent in set(children) & set(share):
            rest = share[parent] - sum(share[name] for name in children[parent])
            share[parent + "~rest"] = np.where(rest > 1e-9, rest, 0)
            outside[parent + "~rest"] = outside[parent] - sum(outside[name] for name in children[parent])
        self.order = {name: k for k, name in enumerate(share)}
        self.weights = np.array([(s * area_ha).ravel() for s in share.values()])
        self.beyond = np.array([outside[name] for name in share])


regions_of = functools.lru_cache(maxsize=1)(Regions)


def kernel(first, step, count, source_count, method):
    """Weight of each source cell (column) in each cell (row) along an axis."""
    low, cells = first + step * np.arange(count)[:, None], np.arange(source_count)[None, :]
    if method == "average":
        return np.clip(np.minimum(low + step, cells + 1) - np.maximum(low, cells), 0, None)
    if method == "nearest":
        return (np.floor(low + step / 2) == cells) * 1.0
    return np.clip(1 - np.abs(low + step / 2 - 0.5 - cells), 0, None)


class Job:
    """What a job says, as far as these tests go."""

    def __init__(self, job):
        self.job, self.layers = job, job["layers"]
        self.years = job["years"] if isinstance(job["years"], list) else [job["years"]]
        first = next(n for n in ("land_cover", "forest") if n in self.layers)
        fields = tuple((key, tuple(value) if isinstance(value, list) else value)
                       for key, value in sorted(job["regions"].items()) if key in ("id", "parent", "where"))
        self.regions = regions_of(job["regions"]["file"], fields, self.path(first, self.years[0]))
        self.grid, self.weights = self.regions.grid, self.regions.weights
        self.factors = Factors(job["factors"])
        self.uses_factor = job.get("missing") == {"value": "factor"}
        self.rasters = {}

    def path(self, name, year):
        return self.layers[name]["file"].replace("{year}", str(year))

    def raster(self, name, year):
        """Values on the grid of the job, in t or m3 a ha where they have a unit; NaN for no data."""
        path = self.path(name, year)
        if path not in self.rasters:
            source = oracle.Raster(path)
            values = source.read().astype(float)
            values[values == source.band.GetNoDataValue()] = np.nan
            values = values * (source.band.GetScale() or 1) + (source.band.GetOffset() or 0)
            if self.layers[name].get("unit", "").startswith("kg"):
                values *= 10
            method = "nearest" if "legend" in self.layers[name] else self.layers[name].get("method", "average")
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
        """Index of the word of each cell, and the words; -1 no data, -2 a code that the legend does not have."""
        legend = self.layers[name]["legend"]
        legend = {int(row["code"]): row["name"]
                  for row in read_table(legend if legend.endswith(".csv") else "legend_" + legend)}
        words, values = sorted(set(legend.values()) - {"nodata"}), self.raster(name, year)
        index = np.where(np.isnan(values), -1, -2)
        for code, word in legend.items():
            index[values == code] = words.index(word) if word != "nodata" else -1
        return index, words

    def shares(self, year):
        """{class: share of each cell}, and the cells of no class and of a class unknown."""
        if "land_cover" in self.layers:
            index, words = self.words("land_cover", year)
            return {word: (index == k) * 1.0 for k, word in enumerate(words)}, index == -1, index == -2
        found, left = {}, np.ones(self.weights.shape[1])
        for name in (name for name in PRIORITY if name in self.layers):
            share = np.nan_to_num(self.raster(name, year))
            found[name] = share / 100 if self.layers[name].get("unit") == "percent" else np.minimum(share, left)
            left = left - found[name]
        none = np.zeros(len(left), bool)
        return {**found, "other": left}, none, none

    def speaks(self, layer, name):
        classes = self.layers.get(layer, {"classes": []}).get("classes")
        if classes is None:
            return layer == "soil_carbon" or CLASSES[name]["is_woody"] == "yes"
        return name in classes


class Land:
    """Cells `at` of one class and one set of overlays: t C/ha of the five pools, NaN where a factor lacks; and whether
    a raster should speak and has no data."""

    def __init__(self, job, name, year, overlays, at):
        self.job, self.name, self.overlays = job, name, overlays
        self.pools, self.no_value = np.zeros((5, len(at))), np.zeros(len(at), bool)
        if CLASSES[name]["has_pools"] == "no":
            return
        self.fraction, row = self.factor("carbon_fraction"), self.row("above_ground_biomass")
        density = float(row["value"]) if row else np.nan
        is_carbon = row is not None and row["unit"] == "t C ha-1"
        above = np.full(len(at), density * (1 if is_carbon else self.fraction))
        below = self.factor("below_ground_biomass")  # no table of these tests has it beside a ratio
        if np.isnan(below):
            below = above * self.ratio(np.full(len(at), density / (self.fraction if is_carbon else 1)))
        self.pools[ABOVE], self.pools[BELOW] = above, below
        volume, biomass, soil = (job.raster(layer, year)[at] if job.speaks(layer, name) else None
                                 for layer in ("stock_volume", "above_ground_biomass", "soil_carbon"))
        if biomass is not None:
            is_carbon = "C" in job.layers["above_ground_biomass"]["unit"]
            above = biomass * (1 if is_carbon else self.fraction)
            ratio = self.ratio(biomass / (0.47 if is_carbon else 1))
            self.put(slice(0, 2), biomass, [above, above * ratio])
        elif volume is not None:
            self.put(slice(0, 2), volume, self.from_volume(volume))
        if volume is not None:
            self.no_value |= np.isnan(volume)
        for pool in (DEAD, LITTER, SOIL):
            self.pools[pool] = self.factor(POOLS[pool])
        if soil is not None:
            self.put(SOIL, soil, soil)

    def row(self, quantity):
        return self.job.factors.row(quantity, self.name, self.overlays)

    def factor(self, quantity, at=None):
        return self.job.factors.value(quantity, self.name, self.overlays, at)

    def ratio(self, above_t_ha):
        return self.job.factors.by_interval("root_shoot", self.name, self.overlays, above_t_ha)

    def put(self, pools, raster, values):
        """The values where the raster has data, elsewhere nothing or the factors that are there already."""
        self.pools[pools] = np.where(np.isnan(raster), self.pools[pools] if self.job.uses_factor else 0, values)
        self.no_value |= np.isnan(raster)

    def from_volume(self, volume):
        slope, intercept = self.row("volume_slope"), self.row("volume_intercept")
        if slope is None:  # IPCC 2006 Vol. 4 eq. 2.8
            dry = volume * self.job.factors.by_interval("bcef", self.name, self.overlays, volume)
            return dry * self.fraction, dry * self.ratio(dry) * self.fraction
        dry = np.where(volume > 0, float(slope["value"]) * volume + (float(intercept["value"]) if intercept else 0), 0)
        if slope["includes_roots"] != "yes":
            return dry * self.fraction, dry * self.ratio(dry) * self.fraction
        ratio, above = np.full(len(dry), np.nan), np.full(len(dry), np.inf)
        for end in self.job.factors.ends("root_shoot", self.name, self.overlays):
            value = self.factor("root_shoot", end)
            fits = np.isnan(ratio) & (dry / (1 + value) <= end)  # the ratio is that of what is above ground
            ratio[fits], above[fits] = value, dry[fits] / (1 + value)
        return above * self.fraction, (dry - above) * self.fraction


def account_of(job, year):
    """Sums of one year by class and region."""
    shares, no_class, unknown = job.shares(year)
    overlays = {name: layer["value"] for name, layer in job.layers.items() if "value" in layer}
    mapped = {name: job.words(name, year) for name, layer in job.layers.items()
              if "legend" in layer and name != "land_cover"}
    key = sum(((index + 2) * 64 ** k for k, (index, words) in enumerate(mapped.values())), np.zeros(len(no_class), int))
    found = {"no_value": 0.0, "no_class": job.weights @ no_class, "unknown": job.weights @ unknown, "class": {},
             "density": np.zeros((5, len(no_class))), "lacks": np.zeros(len(no_class), bool),
             "has": (no_class == 0) & (unknown == 0)}
    for name, share in shares.items():
        at = np.flatnonzero(share)
        pools, no_value = np.zeros((5, len(at))), np.zeros(len(at), bool)
        for code in np.unique(key[at]):
            here, stratum = key[at] == code, dict(overlays)
            for k, (overlay, (index, words)) in enumerate(mapped.items()):
                if code // 64 ** k % 64 >= 2:
                    stratum[overlay] = words[code // 64 ** k % 64 - 2]
            land = Land(job, name, year, stratum, at[here])
            pools[:, here], no_value[here] = land.pools, land.no_value
        weight = job.weights[:, at] * share[at]
        volume = job.raster("stock_volume", year)[at] if job.speaks("stock_volume", name) else np.zeros(len(at))
        found["class"][name] = {
            "area": weight.sum(1), "cells": (weight > 0).sum(1), "volume": weight @ np.nan_to_num(volume),
            "pools": np.nan_to_num(pools) @ weight.T, "no_factor": np.isnan(pools) * 1.0 @ weight.T}
        found["no_value"] += weight @ no_value
        found["density"][:, at] += np.nan_to_num(pools) * share[at]
        found["lacks"][at] |= no_value
    return found


def changes_of(job, first, second):
    """ha from class to class: what both dates allow stays, the rest goes from losses to gains in proportion."""
    before, after = job.shares(first)[0], job.shares(second)[0]
    stays = {name: np.minimum(before[name], after[name]) for name in before}
    gains = {name: after[name] - stays[name] for name in before}
    gained, result = sum(gains.values()), {}
    for a in before:
        result[a, a] = job.weights @ stays[a]
        lost = np.where(gained > 0, before[a] - stays[a], 0) / np.where(gained > 0, gained, 1)
        at = np.flatnonzero(lost)
        for b in before:
            if a != b:
                result[a, b] = job.weights[:, at] @ (lost[at] * gains[b][at])
    return result


def gap_of(job, first, second):
    """ha of the cells known on one date only, and what their stock differs by."""
    here = (first["has"] != second["has"]) | (first["has"] & second["has"] & (first["lacks"] != second["lacks"]))
    return job.weights[:, here] @ np.ones(here.sum()), (second["density"] - first["density"])[:, here] @ job.weights[:, here].T


def figures_of(job, names, at):
    """Every figure of the inventory, [time][...][region]."""
    years, count = [account_of(job, year) for year in job.years], len(job.regions.order)
    none = {"area": np.zeros(count), "cells": np.zeros(count), "volume": np.zeros(count),
            "pools": np.zeros((5, count)), "no_factor": np.zeros((5, count))}

    def by_class(what):
        return np.array([[year["class"].get(name, none)[what][..., at] for name in names] for year in years], float)

    area, by_cover, volume = by_class("area"), by_class("pools"), by_class("volume")
    forest = job.job.get("forest_classes", [n for n in CLASSES if CLASSES[n]["is_forest"] == "yes"])
    without = job.job.get("land_area", {}).get("without", [n for n in CLASSES if CLASSES[n]["is_land"] == "no"])
    is_forest, is_land = np.isin(names, forest), ~np.isin(names, without)
    is_of = [np.array([CLASSES[name]["ecosystem"] == ecosystem for name in names]) for ecosystem in ECOSYSTEMS]
    f = {"area": area, "pixel_count": by_class("cells"), "carbon_stock_by_cover": by_cover,
         "no_factor_area": by_class("no_factor").sum(1), "carbon_stock": by_cover.sum(1),
         "total_carbon_stock": by_cover.sum((1, 2)), "classified_area": area.sum(1),
         "ecosystem_carbon_stock": np.stack([by_cover[:, chosen].sum((1, 2)) for chosen in is_of], 1),
         "forest_area": area[:, is_forest].sum(1), "land_area": area[:, is_land].sum(1)}
    for what in ("no_value", "no_class", "unknown"):
        f[{"unknown": "unknown_class"}.get(what, what) + "_area"] = np.array([year[what][at] for year in years])
    f["beyond_grid_area"] = job.regions.beyond[at] + 0 * f["forest_area"]
    with np.errstate(divide="ignore", invalid="ignore"):
        f["forest_coverage"] = f["forest_area"] / f["land_area"]
        f["data_completeness"] = f["classified_area"] / sum(f[part + "_area"] for part in (
            "classified", "no_class", "unknown_class", "beyond_grid"))
        f["vegetation_carbon_density"] = f["carbon_stock"][:, :2].sum(1) / f["classified_area"] / 10
        f["soil_carbon_density"] = f["carbon_stock"][:, SOIL] / f["classified_area"] / 10
    if "stock_volume" in job.layers:
        f["stock_volume"], f["forest_stock_volume"] = volume, volume[:, is_forest].sum(1)
    f["net_removal"] = np.full(f["carbon_stock"].shape, np.nan)
    span = np.diff(job.years)[:, None, None]
    f["one_date_area"], f["one_date_stock_change"] = 0 * f["forest_area"], 0 * f["carbon_stock"]
    for t in range(1, len(years)):
        hectares, change = gap_of(job, years[t - 1], years[t])
        f["one_date_area"][t], f["one_date_stock_change"][t] = hectares[at], change[:, at]
    f["net_removal"][1:] = (np.diff(f["carbon_stock"], axis=0) - f["one_date_stock_change"][1:]) / span * 44 / 12
    f["total_net_removal"] = f["net_removal"].sum(1)
    if len(years) > 1:
        f["cover_transition_area"] = np.full((len(years), len(names)) + area.shape[1:], np.nan)
        for t, (first, second) in enumerate(zip(job.years, job.years[1:]), 1):
            flows = changes_of(job, first, second)
            f["cover_transition_area"][t] = [[flows.get((a, b), np.zeros(count))[at] for b in names] for a in names]
    return f


def add_targets(job, f, is_top):
    for kind, years in job.job["targets"].items():
        for year, text in years.items():
            number, unit = text.split()
            target = float(number) / (100 if unit == "%" else 1)
            value = np.where(is_top, f.get(kind, np.nan), np.nan) + 0 * f["forest_area"]
            left = int(year) - np.array(job.years, float)[:, None]
            rate = np.where(value < target, (target - value) / np.where(left > 0, left, np.nan), 0 * value)
            f.update({"%s_target_%s_%s" % (kind, year, word): figure for word, figure in
                      (("reached", value / target), ("gap", target - value), ("rate_needed", rate))})


def compare(job, path, leave, within):
    """The worst difference of a figure, and those that are further apart than `within` of the figure or of a millionth
    of the largest of its kind; changes are measured by the stocks."""
    worst, faults = 0.0, []
    with netCDF4.Dataset(path) as file:
        names, ids, kinds = list(file["cover_name"][:]), list(file["region_id"][:]), file["region_kind"][:]
        f = figures_of(job, names, [job.regions.order[name] for name in ids])
        add_targets(job, f, np.isin(ids, list(job.regions.top)))
        f["pixel_count"][..., kinds != 0] = np.nan
        for name in [name for name in file.variables if name.startswith("last_")]:
            if not np.ma.allequal(file[name][:], file[name[5:]][-1]):
                faults.append(name + ": is not the last year of " + name[5:])
        for name in set(job.regions.order) - set(ids):
            if job.weights[job.regions.order[name]].any():
                faults.append("region %s: absent" % name)
        told = {name for name, variable in file.variables.items() if {"time", "region"} <= set(variable.dimensions)}
        faults += ["%s: expected in one, found in the other" % name for name in sorted(told ^ set(f))]
        for name in sorted(told & set(f) - set(leave)):
            found, expected = np.ma.filled(file[name][:].astype(float), np.nan), f[name]
            stock = np.abs(f[name.replace("net_removal", "carbon_stock")])
            if name == "pixel_count":  # a share below 2^-30 may be none
                off = np.where(np.abs(found - expected) <= 2, 0, np.abs(found - expected))
            else:
                scale = 1e-6 * np.max(stock, initial=1e-12, where=~np.isnan(stock))
                off = np.abs(found - expected) / np.maximum(np.abs(expected), scale)
            off = np.where(np.isnan(found) & np.isnan(expected), 0, np.where(np.isnan(off), np.inf, off))
            at = np.unravel_index(np.argmax(off), off.shape)
            worst = max(worst, off[at])
            if off[at] > within:
                faults.append("%s%s: %.12g, expected %.12g" % (name, list(map(int, at)), found[at], expected[at]))
    return worst, faults


def write(path, values, nodata=None, kind=gdal.GDT_Float32, cells=(0, 1), scale=(1, 0)):
    """cells: first column and row, and width of a cell, in those of the demo."""
    like = oracle.Raster("zone.tif")
    dataset = gdal.GetDriverByName("GTiff").Create(path, *values.shape[::-1], 1, kind, ["TILED=YES"])
    dataset.SetSpatialRef(like.dataset.GetSpatialRef())
    first, wide = cells
    dataset.SetGeoTransform((like.x0 + first * like.dx, like.dx * wide, 0, like.y0 + first * like.dy, 0, like.dy * wide))
    band = dataset.GetRasterBand(1)
    band.SetScale(scale[0])
    band.SetOffset(scale[1])
    if nodata is not None:
        band.SetNoDataValue(nodata)
        values = np.where(np.isnan(values), nodata, values)
    band.WriteArray(values)


def make():
    random, shape, eighths = np.random.default_rng(11), (1000, 1200), (0.125, -12.5)

    def noise(size, of=shape):
        patches = random.random((of[0] // size + 1, of[1] // size + 1))
        return np.repeat(np.repeat(patches, size, 0), size, 1)[:of[0], :of[1]]

    def read(path):
        values = oracle.Raster(path).read().astype(float)
        return np.where(values == 65535, np.nan, values)

    write("types.tif", 1 + np.floor(noise(37) * 5), kind=gdal.GDT_Byte)
    write("coarse_zones.tif", np.where(noise(3, (337, 403)) < 0.5, 12, 21), kind=gdal.GDT_Byte, cells=(-4.25, 3))
    write("zones.tif", np.where(noise(50) < 0.5, 32, 21), kind=gdal.GDT_Byte)  # temperate and subtropical
    for year in (2020, 2025):
        cover, biomass, volume = (read("%s_%d.tif" % (name, year)) for name in ("landcover", "biomass", "volume"))
        uneven = volume + np.where(noise(5) < 0.5, random.random(shape), 0)  # the rest is whole, on the breaks too
        write("uneven_%d.tif" % year, np.where(noise(4) < 0.05, 0 * volume, uneven), -1)
        write("everywhere_%d.tif" % year, np.where(np.isnan(volume), 40 * noise(9), volume), -1)
        write("carbon_%d.tif" % year, np.maximum(biomass * 0.47 + random.normal(0, 2, shape), 0), -1)
        write("cut_%d.tif" % year, cover[300:, 300:], kind=gdal.GDT_Byte, cells=(300, 1))
        scaled = np.where(np.isnan(biomass), 0, 100 + 8 * biomass)
        write("scaled_%d.tif" % year, scaled, 0, gdal.GDT_UInt16, (0, 1), eighths)
        write("holes_%d.tif" % year, np.where(noise(11) < 0.1, np.nan, biomass), -1)
        write("volume_holes_%d.tif" % year, np.where(noise(8) < 0.1, np.nan, volume), -1)
        write("filled_%d.tif" % year, np.where(np.isnan(biomass), 33, biomass), -1)
        write("soil_%d.tif" % year, 3 + 9 * noise(23) + random.random(shape), -1)
        write("soil_holes_%d.tif" % year, np.where(noise(13) < 0.07, np.nan, 30 + 90 * noise(17)), -1)
        write("gaps_%d.tif" % year, np.where(noise(17) < 0.03, 0, np.where(noise(7) < 0.01, 99, cover)), 0, gdal.GDT_Byte)
        coarse = 60 + 90 * noise(5, (337, 403))  # of three cells, from -4.25 on: those of both cut each other
        write("coarse_%d.tif" % year, np.where(noise(4, coarse.shape) < 0.1, np.nan, coarse), -1, cells=(-4.25, 3))
        write("coarse_soil_%d.tif" % year, coarse * 0.7, -1, cells=(-4.25, 3))
        share, left = {}, 100 - 5.0 * (noise(3) < 0.3)
        for name, codes in (("forest", (11, 12)), ("wetland", (31,)), ("mangrove", (41,)), ("salt_marsh", (42,)),
                            ("grassland", (21,))):
            here = np.isin(cover, codes)
            write("%s_%d.tif" % (name, year), here | (noise(8) < 0.02), kind=gdal.GDT_Byte)
            share[name] = np.floor(left * np.where(here, 0.3 + 0.7 * random.random(shape), 0.2 * (noise(6) < 0.2)))
            left = left - share[name]
            write("%s_share_%d.tif" % (name, year), share[name], kind=gdal.GDT_Byte)
        for name, nodata in (("landcover", 0), ("biomass", 65535)):
            gdal.Warp("utm_%s_%d.tif" % (name, year), "%s_%d.tif" % (name, year), dstSRS="EPSG:32651", xRes=90, yRes=90,
                      dstNodata=nodata)
    felled = (noise(6) < 0.1) & (cover == 11)
    write("landcover_2033.tif", np.where(felled, 21, cover), kind=gdal.GDT_Byte)
    scaled = np.where(np.isnan(biomass) | felled, 0, 140 + 8 * biomass)
    write("scaled_2033.tif", scaled, 0, gdal.GDT_UInt16, (0, 1), eighths)
    write("volume_2033.tif", np.where(felled, np.nan, 1.1 * volume), -1)
    write("soil_2033.tif", 3 + 9 * noise(23), -1)
    counties = ogr.Open("counties.gpkg")
    oracle.region_file("levels.gpkg", counties.GetLayer(0).GetSpatialRef(), [
        ({"code": county["code"], "province": county["code"][:2], "prefecture": county["code"][:4]},
         county.GetGeometryRef().Clone()) for county in counties.GetLayer(0) if len(county["code"]) == 6])
    with open("types.csv", "w") as file:
        file.write("code,name,title,source\n1,broadleaf,,s\n2,pinus_massoniana,,s\n3,quercus,,s\n4,pine,,s\n5,nodata,,s\n")
    tables = {"more": "above_ground_biomass,bamboo|mangrove|forest,,,120,t d.m. ha-1,,s,own,\n",
              "near": "carbon_fraction,*,,,0.5,t C (t d.m.)-1,,s,own,\n" + "".join(
                  "root_shoot,forest,%s,1,,s,own,\n" % row for row in (",100,0.5", "100,110,0.3", "110,,0.2"))}
    for name, word in (("roots", "yes"), ("no_roots", "no")):
        tables[name] = ("root_shoot,forest,,60,0.5,1,,s,own,\nroot_shoot,forest,60,,0.2,1,,s,own,\n"
                        "volume_slope,forest,,,0.9,t d.m. m-3,{0},s,own,\n"
                        "volume_intercept,forest,,,10,t d.m. ha-1,{0},s,own,\n").format(word)
    for name, rows in tables.items():
        with open(name + ".csv", "w") as file:
            file.write("quantity,class,over,up_to,value,unit,includes_roots,source,verified,note\n" + rows)


def main():
    """Lines of stdin: a name and what differs from the job of the demo; null takes a layer away."""
    make()
    base, faults = json.loads(sys.stdin.readline()), 0
    for line in sys.stdin:
        name, text = line.split(None, 1)
        changes = json.loads(text)
        job = {**base, **changes, "output": name + ".nc", "layers": {**base["layers"], **changes.get("layers", {})}}
        job["layers"] = {layer: spec for layer, spec in job["layers"].items() if spec}
        leave, within = job.pop("leave", []), job.pop("within", 1e-8)
        with open(name + ".yml", "w") as file:
            json.dump(job, file)
        subprocess.run([os.environ["SINKCALC"], "run", "--quiet", name + ".yml"], check=True)
        worst, wrong = compare(Job(job), name + ".nc", leave, within)
        print("%-20s worst difference %.1e" % (name, worst), *wrong, sep="\n    ", flush=True)
        faults += len(wrong)
    sys.exit("%d figures differ" % faults if faults else 0)


main()
