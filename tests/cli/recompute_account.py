"""The account cell by cell: parts of cells in groups of one history and one set of overlays, each with hectares by region
and t C a hectare; sums by NumPy."""
import numpy as np

from recompute_change import Change
from recompute_job import NONE, QUANTITIES, Past
from recompute_land import Land
from recompute_site import SOIL, central
from recompute_tables import CLASSES, is_yes

CO2 = 44 / 12
CATEGORIES = ("forest_land", "cropland", "grassland", "wetlands", "settlements", "other_land")
LAND_USES = ["%s_%s_%s" % (a, "remaining" if a == b else "converted_to", b) for a in CATEGORIES for b in CATEGORIES]


def codes_of(columns):
    """One number for each combination of whole numbers."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        column = column - column.min()
        size = int(column.max()) + 1
        if int(code.max() + 1) * size >= 2 ** 62:
            code = np.unique(code, return_inverse=True)[1]
        code = code * size + column
    return code


class Pass:
    """The parts of cells from one year to the next, or in the only year (`before` is None)."""

    def __init__(self, job, index):
        self.job, self.is_last = job, index + 2 >= len(job.years)
        self.first, self.year = job.years[index:index + 2] if len(job.years) > 1 else (None, job.years[0])
        inside = np.flatnonzero(job.weights.any(0))
        if job.has_shares:
            self.divide(inside)
        else:
            self.cell, self.share = inside, None
            self.before, self.after = job.pasts[index]
            self.before, self.after = (past and past.at(inside) for past in (self.before, self.after))
        columns = self.before.columns() + [self.after.now] if self.before else self.after.columns()
        self.overlays = []
        for year in (self.first, self.year):
            self.overlays.append([] if year is None else [(name, *job.overlay(name, year)) for name in job.overlays()])
            columns += [index[self.cell] for _, index, _ in self.overlays[-1]]
        self.event, self.fire = np.zeros((2, len(self.cell)), np.int8)  # the first of all, and of those that burn
        self.events = list(job.job.get("disturbances", {}))
        for k, name in reversed(list(enumerate(self.events))):
            struck = job.event_year(name)[self.cell]
            if self.first is not None:
                strikes = (struck > self.first) & (struck <= self.year)
                self.event[strikes] = k + 1
                self.fire[strikes & job.burns(name)] = k + 1
        self.code = codes_of(columns + [self.event, self.fire])
        self.order = np.argsort(self.code, kind="stable")

    def divide(self, inside):
        """What both dates allow stays, the rest goes from losses to gains in proportion."""
        after = {name: share[inside] for name, share in self.job.shares(self.year).items()}
        before = {name: share[inside] for name, share in self.job.shares(self.first).items()} if self.first else after
        stays = {name: np.minimum(before[name], after[name]) for name in before}
        gained = sum(after[name] - stays[name] for name in before)
        parts = []
        for a in before:
            lost = np.where(gained > 0, before[a] - stays[a], 0) / np.where(gained > 0, gained, 1)
            for b in after:
                share = stays[a] if a == b else lost * (after[b] - stays[b])
                at = np.flatnonzero(share)
                parts.append((inside[at], share[at], np.full(len(at), a), np.full(len(at), b)))
        self.cell, self.share, was, now = (np.concatenate(each) for each in zip(*parts))
        self.before, self.after = Past(len(was)), Past(len(now))
        self.before.now, self.after.now = was, now
        if len(self.job.years) == 2:  # with more, the next pass would not know what the parts were
            changed = was != now
            self.after.since = np.where(changed, self.first, 0)
            self.after.earlier = [(np.where(changed, was, NONE), 0 * now)]
        self.before = self.before if self.first is not None else None

    def groups(self):
        ends = np.flatnonzero(np.diff(self.code[self.order])) + 1
        for parts in np.split(self.order, ends):
            yield Group(self, parts)


class Group:
    """Parts that are alike but for their rasters."""

    def __init__(self, whole, parts):
        self.whole, self.job, self.parts, self.cell = whole, whole.job, parts, whole.cell[parts]
        self.weights = self.job.weights[:, self.cell]
        if whole.share is not None:
            self.weights = self.weights * whole.share[parts]
        some = parts[0]
        self.event, self.fire = (([None] + whole.events)[which[some]] for which in (whole.event, whole.fire))
        self.uses, self.state = [None, None], [NONE, NONE]
        for side, past in enumerate((whole.before, whole.after)):
            if past:
                self.state[side] = int(past.now[some])
                self.uses[side] = past.uses(some) if self.state[side] >= 0 else None
        self.overlay = []
        for overlays in whole.overlays:
            found = {name: words[index[self.cell[0]]] for name, index, words in overlays if index[self.cell[0]] >= 0}
            self.overlay.append({**self.job.constants(), **found})
        self.add_overlays()
        self.names = [uses[-1][0] if uses else None for uses in self.uses]
        self.land_use = [self.land_use_of(uses, year) for uses, year in zip(self.uses, (whole.first, whole.year))]
        self.picks = ({}, {}, {})

    def add_overlays(self):
        """Gives each use its overlays: those of the date; with two years those of the first date to earlier uses, and a use
        of its own to land that is managed otherwise at the second."""
        for side in (0, 1):
            if not self.uses[side]:
                continue
            uses, two = self.uses[side], len(self.job.years) == 2 and side == 1
            earlier = self.overlay[0] if two else self.overlay[side]
            found = [(name, since, earlier) for name, since in uses[:-1]] + [(*uses[-1], self.overlay[side])]
            if two and self.uses[0] and uses == [use[:2] for use in self.uses[0]] and self.overlay[0] != self.overlay[1]:
                kept = found[-3:] if self.job.history else found
                found = kept[:-1] + [(*uses[-1], earlier), (uses[-1][0], self.whole.first, self.overlay[1])]
            self.uses[side] = found

    def land_use_of(self, uses, year):
        """Remaining in a category, or converted from another within the transition time."""
        if not uses:
            return None
        kinds = [CLASSES[name]["ipcc_category"] for name, _, _ in uses]
        recent = [year - since <= self.job.transition_yr for _, since, _ in uses]
        if kinds[-1] == "none":  # the sea: what was lost to it is told under what it was
            is_told = len(uses) > 1 and kinds[-2] != "none" and recent[-1]
            return LAND_USES.index(kinds[-2] + "_remaining_" + kinds[-2]) if is_told else None
        for k in range(len(uses) - 1, 0, -1):
            if not recent[k]:
                break
            if kinds[k - 1] not in (kinds[-1], "none"):
                return LAND_USES.index(kinds[k - 1] + "_converted_to_" + kinds[-1])
        return LAND_USES.index(kinds[-1] + "_remaining_" + kinds[-1])

    def rasters(self, side, shift=None):
        """Values of each part on a date; `shift` (quantity, year or None, values by cell) is added."""
        year, found = (self.whole.first, self.whole.year)[side], {"count": len(self.cell)}
        for name in QUANTITIES:
            values = self.job.raster(name, year)
            found[name] = None if values is None else values[self.cell]
            if shift and shift[0] == name and shift[1] in (None, year):
                found[name] = found[name] + shift[2][self.cell]
        found["age"] = self.age(found.pop("stand_age"), side, year)
        return found

    def age(self, values, side, year):
        """Years since the stand began: by the layer, in whole years up, else since the conversion."""
        uses = self.uses[side]
        first = min(k for k in range(len(uses)) if all(name == uses[-1][0] for name, _, _ in uses[k:]))
        converted = year - uses[first][1] if first else np.nan
        if values is None:
            return np.full(len(self.cell), float(converted))
        if self.job.is_yearly("stand_age"):
            return np.where(np.isnan(values), converted, self.job.age_of(values))
        if first and uses[first][1] >= self.job.years[0]:  # the stand of the layer is gone
            return np.full(len(self.cell), float(converted))
        return np.where(np.isnan(values), converted, self.job.age_of(values) + year - self.job.years[0])

    def evaluate(self, value_of=central, shift=None):
        """{what: value a hectare}; a change has where it is `known`."""
        lands = [None, None]
        for side, year in enumerate((self.whole.first, self.whole.year)):
            if self.uses[side]:
                lands[side] = Land(self.job, self.uses[side], year, self.rasters(side, shift), value_of, self.picks[side])
        self.before, self.after = lands
        self.change = None
        if lands[0] and lands[1]:
            self.change = Change(*lands, self.event, self.fire, self.picks[2])
        return lands

    def is_known_twice(self):
        """Where land is known at both ends of the period: a class, the rasters of biomass and of soil each at both or at
        neither, and no stock that grows with an age known at one end, unless the age came with what struck it."""
        if not self.change:
            return np.zeros(len(self.cell), bool)
        a, b = self.before, self.after
        is_aged_once = (a.name == b.name) & (a.is_grown & b.is_ageless | b.is_grown & a.is_ageless)
        return (a.no_biomass == b.no_biomass) & (a.no_soil == b.no_soil) & (~is_aged_once | bool(self.event))

    def is_lopsided(self):
        """[pool][part] where a factor is missing at one end of the period alone, of land known at both; of dead matter and
        soil also where what the land was before lacks it, for the pool moves away from that."""
        is_lopsided = self.before.lacks != self.after.lacks
        is_lopsided[2:] |= self.after.lacks[2:]
        return self.is_known_twice() & is_lopsided

    def differences(self):
        """t C/ha of each pool by which land known at both ends differs."""
        known = self.is_known_twice() & ~self.is_lopsided()
        return [np.where(known[pool], b - a, 0) for pool, (a, b) in enumerate(zip(self.before.pools, self.after.pools))]

    def potential(self):
        """t C/ha that a mature stand has more, and where that is known."""
        mature = self.after.mature() if self.whole.is_last and is_yes(self.names[1], "is_woody") else None
        if mature is None:
            return 0.0, np.zeros(len(self.cell), bool)
        is_known = ~(self.after.lacks[:2].any(0) | self.after.is_untold)
        return np.where(is_known, mature - self.after.pools[0] - self.after.pools[1], 0), is_known

    def planted(self):
        """t C/ha that the land holds more in the year of the job when it is planted; None where it is not."""
        wanted, name = self.job.job.get("potential"), self.names[1]
        if not wanted or not self.whole.is_last or is_yes(name, "is_woody") or not is_yes(name, "has_pools"):
            return None
        (overlay, words), = wanted["suitable"].items()
        if self.overlay[1].get(overlay, "nodata") not in words:
            return None
        year, last, soil = wanted["year"], self.whole.year, self.job.raster("soil_carbon", self.whole.year)
        rasters = {"count": len(self.cell), "age": np.full(len(self.cell), float(year - last)), **dict.fromkeys(QUANTITIES)}
        found, uses = np.zeros(len(self.cell)), self.uses[1] + [(wanted["class"], last, self.overlay[1])]
        is_mapped = np.zeros(len(self.cell), bool)
        if soil is not None and self.job.speaks("soil_carbon", name):
            is_mapped = ~np.isnan(soil[self.cell])
        for mapped in (False, True):  # from the soil of a raster the planted stand goes on
            if (is_mapped == mapped).any():
                rasters.update({"soil_carbon": soil[self.cell], "ahead": True} if mapped else {})
                last_uses = uses[-2:] if mapped and self.job.is_yearly("soil_carbon") else uses
                land = Land(self.job, last_uses, year, rasters)
                told = [np.where(lacks, 0, new - old) for lacks, new, old in zip(land.lacks, land.pools, self.after.pools)]
                found = np.where(is_mapped == mapped, sum(told), found)
        return found


def sums(group, values):
    """By region, of values a hectare [...][cell]; NaN where the region has land without a value."""
    values = np.broadcast_to(np.asarray(values, float), np.shape(values)[:-1] + (len(group.cell),))
    unknown = np.isnan(values)
    if not unknown.any():
        return values @ group.weights.T
    return np.where(unknown * 1.0 @ group.weights.T > 0, np.nan, np.nan_to_num(values) @ group.weights.T)


class Sums:
    """What is added up: {name: [..., region]} of each year."""

    def __init__(self, job, names, reports):
        regions, covers, years = len(job.regions.order), len(names), len(job.years)
        self.job, self.names, self.reports = job, {name: k for k, name in enumerate(names)}, reports
        shapes = {"area": (covers,), "pixel_count": (covers,), "stock_volume": (covers,),
                  "carbon_stock_by_cover": (covers, 6),
                  "no_factor_area": (6,), "no_value_area": (), "one_date_area": (), "one_date_stock_change": (6,),
                  "no_class_area": (), "unknown_class_area": (),
                  "no_class_pixel_count": (), "unknown_class_pixel_count": (), "cover_transition_area": (covers, covers),
                  "difference": (covers, 6), "biomass_gain": (covers, 2), "unknown_gain": (covers,),
                  "biomass_loss_by_conversion": (covers, 2), "biomass_loss_by_disturbance": (covers, 2),
                  "soil_flux": (covers,), "methane_emission": (), "nitrous_oxide_emission": (),
                  "removal": (covers, 2), "removal_ha": (covers,),
                  "removal_of_use": (36, covers, 2), "removal_of_report": (len(reports), covers, 2),
                  "memo_karst_sink": (), "memo_water_burial": (), "memo_permafrost_carbon": (), "land_use_area": (36,),
                  "land_use_net_removal": (36, 6), "report_area": (len(reports),), "report_carbon_stock": (len(reports),),
                  "report_net_removal": (len(reports),)}
        self.of = {name: np.zeros((years,) + shape + (regions,)) for name, shape in shapes.items()}
        self.potential, self.has_potential = np.zeros((covers, regions)), np.zeros((covers, regions), bool)
        self.planting_area, self.planting_gain, self.asked = np.zeros(regions), np.zeros(regions), set()

    def add(self, name, place, group, values):
        self.of[name][place] += sums(group, values)

    def add_pools(self, name, place, group, pools):
        self.of[name][place] += sums(group, np.array([np.broadcast_to(pool, (len(group.cell),)) for pool in pools], float))

    def add_side(self, group, side, y):
        """Stocks of a date."""
        land, cover = (group.before, group.after)[side], self.names.get(group.names[side])
        if not land:
            name = "no_class" if group.state[side] == NONE else "unknown_class"
            self.add(name + "_area", y, group, 1)
            self.of[name + "_pixel_count"][y] += (group.weights > 0).sum(1)
            return
        self.add("area", (y, cover), group, 1)
        self.of["pixel_count"][y, cover] += (group.weights > 0).sum(1)
        self.add("stock_volume", (y, cover), group, land.volume)
        self.add_pools("carbon_stock_by_cover", (y, cover), group, land.pools)
        self.add_pools("no_factor_area", y, group, land.lacks)
        self.add("no_value_area", y, group, land.no_value)
        self.add("memo_permafrost_carbon", y, group, land.rate("permafrost_carbon"))
        if group.land_use[side] is not None:
            self.add("land_use_area", (y, group.land_use[side]), group, 1)
        for k, (overlay, word) in enumerate(self.reports):
            if group.overlay[side].get(overlay, "nodata") == word:
                self.add("report_area", (y, k), group, 1)
                self.add("report_carbon_stock", (y, k), group, sum(land.pools))

    def add_rates(self, group, y):
        land, fire = group.after, {"ch4": 0.0, "n2o": 0.0}
        known = group.is_known_twice()
        if group.change:
            fire = {gas: np.where(known, t, 0) / group.change.years for gas, t in group.change.fire.items()}
        self.add("methane_emission", y, group, land.rate("ch4_emission") / 1000 + fire["ch4"])
        self.add("nitrous_oxide_emission", y, group, land.rate("n2o_emission") / 1000 + fire["n2o"])
        self.add("memo_karst_sink", y, group, land.rate("karst_sink") * CO2)
        self.add("memo_water_burial", y, group, land.rate("water_burial") * CO2)
        if group.whole.is_last:
            (potential, is_known), place = group.potential(), self.names[group.names[1]]
            self.potential[place] += sums(group, potential)
            self.has_potential[place] |= sums(group, is_known) > 0
            planted = group.planted()
            if planted is not None:
                self.planting_area += sums(group, 1)
                self.planting_gain += sums(group, planted)

    def add_change(self, group, y):
        change, both = group.change, group.is_known_twice() * 1.0
        cover = self.names[group.names[1]]
        self.add("cover_transition_area", (y, self.names[group.names[0]], cover), group, 1)
        flux = -group.after.flux() * change.years
        difference = group.differences()
        self.add_pools("difference", (y, cover), group, difference)
        self.add("soil_flux", (y, cover), group, flux * both)
        for name, pools in (("biomass_gain", change.gain), ("biomass_loss_by_conversion", change.conversion),
                            ("biomass_loss_by_disturbance", change.disturbance), ("removal", change.removal)):
            self.add_pools(name, (y, cover), group, [pool * both for pool in pools])
        self.add("unknown_gain", (y, cover), group, both * ~change.known)
        self.add("removal_ha", (y, cover), group, both * (change.removal[0] > 0))
        sinks = self.chosen(group, difference, flux * both, both)
        land_use = group.land_use[0] if group.land_use[1] is None else group.land_use[1]
        taken = [pool * both * (self.job.method(group.names[1], k) == "gain_loss") for k, pool in enumerate(change.removal)]
        if land_use is not None:
            self.add_pools("land_use_net_removal", (y, land_use), group, sinks)
            self.add_pools("removal_of_use", (y, land_use, cover), group, taken)
        for k, (overlay, word) in enumerate(self.reports):
            if group.overlay[1].get(overlay, "nodata") == word:
                self.add("report_net_removal", (y, k), group, sum(sinks))
                self.add_pools("removal_of_report", (y, k, cover), group, taken)

    def chosen(self, group, difference, flux, both):
        """t CO2/ha/yr of each pool by the method of the class, without harvest."""
        change, found = group.change, list(difference)
        found[SOIL] = found[SOIL] + flux
        for pool in range(2):
            if self.job.method(group.names[1], pool) == "gain_loss":
                by_gains = change.gain[pool] - change.conversion[pool] - change.disturbance[pool]
                found[pool] = np.where(both * ~change.known > 0, np.nan, by_gains * both)
        return [pool * CO2 / change.years for pool in found]

    def add_group(self, group, y):
        """A group of a pass whose later year is the y-th."""
        group.year = y
        group.evaluate()
        self.add_side(group, 1, y)
        if group.whole.first is not None:
            if y == 1:
                self.add_side(group, 0, 0)
            self.add_gap(group, y)
        if group.after:
            self.add_rates(group, y)
        if group.change:
            self.add_change(group, y)
        group.asked = {row for site in (group.before, group.after, group.change) if site for row in site.asked}
        self.asked |= {row.quantity for row in group.asked}

    def add_gap(self, group, y):
        """Land known at one end only."""
        once = ~group.is_known_twice() & bool(group.before or group.after)
        self.add("one_date_area", y, group, once)
        pools = [[0.0] * 6 if land is None else land.pools for land in (group.before, group.after)]
        lopsided = group.is_lopsided() if group.change else [False] * 6
        self.add_pools("one_date_stock_change", y, group,
                       [(b - a) * (once | lopsided[pool]) for pool, (a, b) in enumerate(zip(*pools))])


def account_of(job, names, reports, keep=False):
    """Sums of all years; with `keep` the groups as well."""
    total = Sums(job, names, reports)
    total.groups = []
    for index in range(max(len(job.years) - 1, 1)):
        for group in Pass(job, index).groups():
            total.add_group(group, index + 1 if len(job.years) > 1 else 0)
            group.before = group.after = group.change = None  # memory
            total.groups += [group] if keep else []
    return total
