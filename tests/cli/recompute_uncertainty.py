"""How sure the figures are, again: IPCC 2006 Vol. 1 Ch. 3 Approach 1 by moving each factor, raster and area alone through
the account of Python, Approach 2 by draws of its own, corrected areas by Olofsson et al. 2014."""
import re

import numpy as np

from recompute_figures import add_harvest, figures_of
from recompute_site import SOIL
from recompute_tables import CLASSES, FRACTIONS, MAY_BE_NEGATIVE, is_yes, number, read_table

Z_95 = 1.959963984540054
STEP = 1e-5  # of a standard error
# Places of what a group adds: of the later year and of the first one.
STOCK, SINK, VOLUME, FIRST, FIRST_VOLUME, PART_COUNT = 0, 6, 12, 13, 19, 20
# Figures, in the order of the arrays: pools and their total, twice, and the volume.
FIGURES = {"carbon_stock": slice(0, 6), "total_carbon_stock": 6, "net_removal": slice(7, 13), "total_net_removal": 13,
           "forest_stock_volume": 14}
FIGURE_COUNT = 15


def pert(lower, mode, upper):
    """(a, b) of the beta distribution on the bounds."""
    a = 1 + 4 * (mode - lower) / (upper - lower)
    return a, 6 - a


class Spread:
    """The error of a factor row by the columns and words of its table (sinkcalc/model/spread.h)."""

    def __init__(self, row):
        words, scale = row.text.get("spread", ""), row.scale
        columns = {name: number(row.text.get(name)) * (1 if name == "n" else scale)
                   for name in ("lower", "upper", "sd", "se", "n")}
        self.row, self.lower, self.upper = row, columns["lower"], columns["upper"]
        width, said = self.upper - self.lower, re.search(r"\b(SD|SE) ([0-9.]+)$", words)
        self.is_range = words == "range"
        if said and np.isnan(columns[said[1].lower()]):
            columns[said[1].lower()] = float(said[2]) * scale
        level = re.search(r"(\d+) % CI", words)
        if not np.isnan(columns["se"]):
            self.se = columns["se"]
        elif "2 SD" in words:
            self.se = width / 4
        elif level or "default" in words or "nominal" in words:
            assert not level or level[1] == "95", words
            self.se = width / 2 / Z_95
        elif self.is_range:
            a, b = pert(self.lower, row.value, self.upper) if width > 0 else (3, 3)
            self.se = width * np.sqrt(a * b / (6 * 6 * 7))
        else:
            self.se = columns["sd"] / (1 if np.isnan(columns["n"]) else np.sqrt(columns["n"]))
        self.se = 0.0 if np.isnan(self.se) else self.se

    def kind(self):
        above = (self.upper - self.row.value) / (self.upper - self.lower)
        share = self.se / self.row.value if self.row.value else np.inf
        named = self.row.text.get("distribution")
        if named or self.is_range:
            return named or "pert"
        if self.row.quantity in MAY_BE_NEGATIVE or self.row.value < 0:
            return "normal"
        if share <= 0.3 and not above > 0.55 and not above < 0.45:
            return "normal"
        return "lognormal" if share > 0.3 or above > 0.55 else "truncated_normal"

    def draw(self, score, random):
        """Where standard normal scores say, or PERT by itself; held within what the quantity may be."""
        value, kind = self.row.value, self.kind()
        if kind == "normal":
            drawn = value + self.se * score
        elif kind == "lognormal":
            sigma = np.sqrt(np.log1p((self.se / value) ** 2))
            drawn = value * np.exp(sigma * score - sigma ** 2 / 2)
        else:
            assert kind == "pert", kind
            drawn = self.lower + (self.upper - self.lower) * random.beta(*pert(self.lower, value, self.upper), len(score))
        if self.row.quantity not in MAY_BE_NEGATIVE:
            drawn = np.maximum(drawn, 0)
        return np.minimum(drawn, 1) if self.row.quantity in FRACTIONS else drawn


class Parts:
    """What each group adds to the figures, by year and region, with any values of the factors or rasters."""

    def __init__(self, job, total, names):
        self.job, self.names = job, names
        self.is_forest = set(job.job.get("forest_classes", [n for n in CLASSES if is_yes(n, "is_forest")]))
        harvest = add_harvest(job, total.of, names) if job.harvest else 0 * total.of["removal"]
        self.taken = harvest / np.where(total.of["removal"] > 0, total.of["removal"], np.inf)  # of what 1 m3 would take

    def of(self, group):
        """[part][region] of a group that was evaluated; with draws [part][draw][region]."""
        zero, found = np.zeros(len(group.cell)), [np.zeros(len(group.cell))] * PART_COUNT
        for first, land, side in ((FIRST, group.before, 0), (STOCK, group.after, 1)):
            if land:
                found[first:first + 6] = land.pools
                if group.names[side] in self.is_forest:
                    found[FIRST_VOLUME if first else VOLUME] = land.volume
        if group.change:
            found[SINK:SINK + 6] = self.sinks(group, group.is_known_twice() * 1.0)
        shape = np.broadcast_shapes(*(np.shape(part) for part in found))
        parts = np.array([np.broadcast_to(part + zero, shape) for part in found]) @ group.weights.T
        if group.change:
            both, cover = group.is_known_twice() * 1.0, self.names.index(group.names[1])
            for pool in range(2):
                if self.job.method(group.names[1], pool) == "gain_loss":
                    taken = (group.change.removal[pool] * both) @ group.weights.T * self.taken[group.year, cover, pool]
                    parts[SINK + pool] = parts[SINK + pool] - taken * 44 / 12 / group.change.years
        return parts

    def sinks(self, group, both):
        change, flux = group.change, -group.after.flux() * group.change.years
        found = group.differences()
        found[SOIL] = found[SOIL] + flux * both
        for pool in range(2):
            if self.job.method(group.names[1], pool) == "gain_loss":
                found[pool] = (change.gain[pool] - change.conversion[pool] - change.disturbance[pool]) * both
        return [pool * 44 / 12 / change.years for pool in found]

    def add(self, group, parts, into):
        """Into [figure][year][...][region]."""
        dates = [(group.year, parts[:6], parts[6:12], parts[VOLUME])]
        if group.year == 1:
            dates.append((0, parts[FIRST:FIRST + 6], 0 * parts[:6], parts[FIRST_VOLUME]))
        for year, stock, sink, volume in dates:
            into[0:6, year] += stock
            into[6, year] += stock.sum(0)
            into[7:13, year] += sink
            into[13, year] += sink.sum(0)
            into[14, year] += volume


def variables_of(job, groups):
    """{variable: [its rows with an error]} of all that was asked for, in the order of the tables: each run draws the same."""
    found, asked = {}, {row for group in groups for row in group.asked}
    for row in (row for rows in job.factors.rows.values() for row in rows):
        if row in asked and Spread(row).se > 0:
            found.setdefault(row.variable, []).append(row)
    return found


class Propagation:
    """Variances of figures [figure][year][region] by source."""

    def __init__(self, parts, groups):
        self.parts, self.groups, self.job = parts, groups, parts.job
        self.shape = (FIGURE_COUNT, len(self.job.years), len(self.job.regions.order))
        self.sources = []

    def central(self, group):
        group.evaluate()
        return self.parts.of(group)

    def add_factors(self):
        variables = variables_of(self.job, self.groups)
        by_group = [{row.variable for row in group.asked if row.variable in variables} for group in self.groups]
        moved = {variable: np.zeros(self.shape) for variable in variables}
        for group, asked in zip(self.groups, by_group):
            base = self.central(group)
            for variable in asked:
                shift = {row: row.value + STEP * Spread(row).se for row in variables[variable]}
                group.evaluate(lambda row: shift.get(row, row.value))
                self.parts.add(group, (self.parts.of(group) - base) / STEP, moved[variable])
        self.sources += [each ** 2 for each in moved.values()]
        self.factor_count = len(self.sources)

    def add_rasters(self):
        for name in ("above_ground_biomass", "stock_volume", "soil_carbon"):
            spec = self.job.spec(name) or {}
            if "sd" not in spec:
                continue
            is_yearly, correlation = self.job.is_yearly(name), spec.get("correlation", {})
            years = self.job.years if is_yearly else [None]
            devs = [self.of_raster(name, year, correlation.get("range")) for year in years]
            shared = float(correlation.get("time", 0)) if is_yearly else 0.0
            self.sources.append((1 - shared) * sum(dev ** 2 for dev in devs) + shared * sum(devs) ** 2)

    def of_raster(self, name, year, reach):
        sd = np.nan_to_num(self.job.raster_of(self.job.spec(name)["sd"], self.job.spec(name), year or self.job.years[0]))
        moved = np.zeros(self.shape)
        for group in self.groups:
            base = self.central(group)
            group.evaluate(shift=(name, year, -STEP * sd))
            self.parts.add(group, (base - self.parts.of(group)) / STEP, moved)
        return moved * np.sqrt(self.shares(name, year or self.job.years[0], sd, reach))

    def shares(self, name, year, sd, reach):
        """By region, of the variance with one error: errors of blocks are independent (sinkcalc/model/raster_error.h)."""
        if reach is None:
            return 1.0
        classes, values = self.job.classes(year), self.job.raster(name, year)
        told = [code for code, word in enumerate(CLASSES) if self.job.speaks(name, word)]
        speaks = np.isin(classes, told) & ~np.isnan(values)
        blocks, at = np.unique(self.job.blocks(reach), return_inverse=True)
        found = []
        for weights in self.job.weights:
            block = np.bincount(at, weights * np.where(speaks, sd, 0), len(blocks))
            found.append((block ** 2).sum() / block.sum() ** 2 if block.sum() > 0 else 1.0)
        return np.array(found)

    def add_areas(self, f, confusion, at):
        """Each region by itself: the densities of the classes on areas with an error."""
        variance, area = np.zeros(self.shape), f["area"]
        sinks = f.get("net_removal_by_cover", 0 * f["carbon_stock_by_cover"])
        amounts = [f["carbon_stock_by_cover"][:, :, pool] for pool in range(6)] + [f["carbon_stock_by_cover"].sum(2)]
        amounts += [sinks[:, :, pool] for pool in range(6)] + [sinks.sum(2)]
        amounts.append(f.get("stock_volume", 0 * area) * np.isin(self.parts.names, list(self.parts.is_forest))[:, None])
        for figure, amount in enumerate(amounts):
            variance[figure][:, at] = confusion.variance(area, amount)
        self.sources.append(variance)


def chains_of(regions, at):
    """For each region of `at` the region, those above it, and the whole: lists of positions in `at`."""
    order, parent = {regions.order[name]: name for name in regions.order}, {}
    names = [order[k] for k in at]
    for up, below in regions.children.items():
        parent.update({name: up for name in below})
    parent.update({name: name[:-len("~rest")] for name in names if name.endswith("~rest")})
    top = [k for k, name in enumerate(names) if parent.get(name) not in names]
    chains = []
    for name in names:
        chains.append([])
        while name in names:
            chains[-1].append([names.index(name)])
            name = parent.get(name)
        chains[-1].append(top)
    return chains


class Confusion:
    """Counts of samples, rows of the map, columns of the reference (Olofsson et al. 2014)."""

    def __init__(self, path, names, regions, at):
        rows = read_table(path)
        self.above = chains_of(regions, at)
        self.has_pools = np.array([is_yes(name, "has_pools") for name in names])
        reference = [name for name in rows[0] if name != "map"]
        self.names, self.is_sampled = names, np.isin(names, [row["map"] for row in rows])
        self.share, self.count = np.eye(len(names)), np.full(len(names), np.inf)
        for row in rows:
            if row["map"] not in names:
                continue
            i, counts = names.index(row["map"]), {name: float(row[name]) for name in reference}
            self.count[i] = sum(counts.values())
            self.share[i] = [counts.get(name, 0) / self.count[i] for name in names]

    def corrected(self, area, amounts=None):
        """Areas of the reference classes, or amounts at the mapped densities on them; [year][class][region]."""
        adjusted = np.einsum("ij,yir->yjr", self.share, area)
        if amounts is None:
            return adjusted
        return np.where(adjusted > 0, adjusted * self.densities(area, amounts), 0).sum(1)

    def densities(self, area, amounts):
        """Of land that the map of a region lacks, the density of the nearest region above that has some, else of the
        whole; NaN where none has and the class has pools."""
        amounts = np.nan_to_num(amounts)
        found, known = np.zeros(area.shape), np.zeros(area.shape, bool)
        for r, groups in enumerate(self.above):
            for group in groups:
                ha, amount = area[..., group].sum(-1), amounts[..., group].sum(-1)
                takes = (ha > 0) & ~known[..., r]
                found[..., r] = np.where(takes, amount / np.where(takes, ha, 1), found[..., r])
                known[..., r] |= takes
        return np.where(known | ~self.has_pools[:, None], found, np.nan)

    def variance(self, area, amounts, unknown=0.0):
        """Of the amounts; [year][region]. With NaN for what is unknown it is NaN where such land is found."""
        density = self.densities(area, amounts)
        is_found = np.einsum("ij,yir->yjr", self.share, area) > 0
        return self.of_densities(area, np.where(np.isnan(density), np.where(is_found, unknown, 0.0), density))

    def of_densities(self, area, density):
        mean = np.einsum("ij,yjr->yir", self.share, density)
        square = np.einsum("ij,yjr->yir", self.share, density ** 2)
        return (area ** 2 * np.maximum(square - mean ** 2, 0) / (self.count - 1)[None, :, None]).sum(1)


def add_errors(job, total, names, at, f):
    """Adds standard errors and bounds by Approach 1, and corrected areas, to the figures."""
    propagation = Propagation(Parts(job, total, names), total.groups)
    propagation.add_factors()
    propagation.add_rasters()
    if "accuracy" in job.job:
        confusion = Confusion(job.job["accuracy"], names, job.regions, at)
        add_corrected(job, names, f, confusion)
        propagation.add_areas(f, confusion, at)
    se = np.sqrt(sum(propagation.sources))[..., at]
    add_drivers(propagation, at, f)
    for name, place in FIGURES.items():
        if name in f and ("removal" not in name or len(job.years) > 1):
            error = np.moveaxis(se[place], 0, 1) if isinstance(place, slice) else se[place]
            error = np.where(np.isnan(f[name]) | ((error == 0) & (f[name] != 0)), np.nan, error)
            f.update({name + "_se": error, name + "_lower": f[name] - Z_95 * error,
                      name + "_upper": f[name] + Z_95 * error})


def add_drivers(propagation, at, f):
    """The three largest shares of the variance of the totals in the last year."""
    for name in ("total_carbon_stock", "total_net_removal"):
        variances = -np.sort(-np.array([source[FIGURES[name], -1, at] for source in propagation.sources]), axis=0)[:3]
        with np.errstate(invalid="ignore"):
            share = variances / sum(source[FIGURES[name], -1, at] for source in propagation.sources)
        f[name + "_driver_share"] = np.where((variances > 0) & ~np.isnan(f[name][-1]), share, np.nan)


def add_corrected(job, names, f, confusion):
    """Areas that the sample corrects, and carbon at the mapped densities on them."""
    area, forest = f["area"], np.isin(names, job.job.get("forest_classes", [n for n in CLASSES if is_yes(n, "is_forest")]))
    each, stock = np.eye(len(names)), f["carbon_stock_by_cover"].sum(2)
    f["area_corrected"] = confusion.corrected(area)
    f["area_corrected_se"] = np.sqrt(np.stack([confusion.of_densities(area, each[k][None, :, None] + 0 * area)
                                               for k in range(len(names))], 1))
    f["forest_area_corrected"] = f["area_corrected"][:, forest].sum(1)
    f["forest_area_corrected_se"] = np.sqrt(confusion.of_densities(area, forest[None, :, None] + 0 * area))
    f["total_carbon_stock_corrected"] = confusion.corrected(area, stock)
    f["total_carbon_stock_corrected_se"] = np.sqrt(confusion.variance(area, stock, np.nan))


def draws_of(job, total, names, at, count):
    """{figure: [time][...][region][draw]}: factors drawn, rasters and areas as one normal number for each region and year,
    as METHODS.md says."""
    random, parts = np.random.default_rng(12), Parts(job, total, names)
    drawn = {}
    for rows in variables_of(job, total.groups).values():
        score = random.standard_normal(count)
        first = Spread(rows[0]).draw(score, random)
        for row in rows:
            is_same = (row.value, row.text) == (rows[0].value, rows[0].text)
            assert is_same or Spread(row).kind() != "pert", rows
            drawn[row] = (first if is_same else Spread(row).draw(score, random))[:, None]
    propagation = Propagation(parts, total.groups)
    propagation.add_rasters()
    if "accuracy" in job.job:
        for group in total.groups:  # the account once more: the sums are there, the figures are not
            propagation.central(group)
        propagation.add_areas(figures_of(job, total, names, at), Confusion(job.job["accuracy"], names, job.regions, at), at)
    shape = propagation.shape
    figures = np.zeros(shape[:2] + (count,) + shape[2:])
    for group in total.groups:
        propagation.central(group)
        for first in range(0, count, 250):
            some = {row: values[first:first + 250] for row, values in drawn.items()}
            group.evaluate(lambda row: some.get(row, row.value))
            found = parts.of(group)
            parts.add(group, found if found.ndim == 3 else found[:, None], figures[:, :, first:first + 250])
    others = np.sqrt(sum(propagation.sources, np.zeros(shape)))[:, :, None]
    figures += others * random.standard_normal((1, shape[1], count, shape[2]))
    figures = np.moveaxis(figures[..., at], 2, -1)
    figures[7:14, 0] = np.nan
    return {name: np.moveaxis(figures[place], 0, 1) if isinstance(place, slice) else figures[place]
            for name, place in FIGURES.items() if name != "forest_stock_volume" or "stock_volume" in job.layers}
