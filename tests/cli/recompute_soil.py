"""Soil and dead organic matter a hectare after the uses of the land: eq. 2.23 and 2.25 of IPCC 2006 Vol. 4, coasts by the
2013 Wetlands Supplement Ch. 4."""
import numpy as np

from recompute_site import DEAD, DEEP, LITTER, SOIL, Site
from recompute_tables import CLASSES, is_yes


def is_coast(name):
    return CLASSES[name]["ecosystem"] == "coast"


class Soil(Site):
    """Of what has `pools`, `lacks`, `rasters`, `no_value`, `count` as Land has."""

    def reference(self, use):
        """(t C/ha, depth in cm) of the soil in the long run; the depth is NaN where no table tells a stock."""
        row = self.find("soil_carbon", use)
        if row is not None:
            return self.value(row), row.depth_cm
        row = self.find("soil_reference", use)
        factors = [self.find(each, use) for each in ("soil_land_use", "soil_management", "soil_input")]
        if row is None or None in factors:
            self.lacks[SOIL] = True
        if row is None:
            return 0.0, np.nan
        product_of = self.value(row)
        for factor in factors:
            product_of = product_of * self.of(factor)
        return product_of, row.depth_cm

    def emission(self, use=-1):
        """(row, whether it empties the stock of a former coast, and is no flux beside it)."""
        row, former = self.find("soil_emission", use), self.former(use)
        return row, row is not None and "from_class" in row.keys and former is not None and is_coast(former)

    def is_organic(self, use):
        """An emission in place of a stock."""
        row, drains = self.emission(use)
        return (self.has_pools(use) and row is not None and not drains and self.find("soil_carbon", use) is None and
                self.find("soil_reference", use) is None)

    def has_pools(self, use):
        return is_yes(self.uses[use][0], "has_pools")

    def set_soil(self):
        if not any(self.has_pools(use) for use in range(len(self.uses))):
            return
        self.merge_uses()
        self.pools[DEAD], self.pools[LITTER] = self.dead("dead_wood", DEAD), self.dead("litter", LITTER)
        layer, is_yearly = self.job.layers.get("soil_carbon"), True
        if layer and self.rasters["soil_carbon"] is not None:
            is_yearly = self.job.is_yearly("soil_carbon") and "ahead" not in self.rasters
            told = self.uses[-1 if is_yearly else 0][0]  # a raster of one date speaks for what the land was first
        raster = self.rasters["soil_carbon"]
        if raster is None or not self.job.speaks("soil_carbon", told) or not is_yes(told, "has_pools"):
            self.pools[SOIL:] = self.soil_of_tables()
            return
        known = ~np.isnan(raster)
        self.no_value |= ~known
        self.no_soil |= ~known
        pool = DEEP if float(layer["depth"].split()[0]) * (100 if layer["depth"].endswith(" m") else 1) >= 100 else SOIL
        mapped = np.where(known, raster, 0) * (1.0 if is_yearly else self.relative_soil(pool))
        by_tables = self.soil_of_tables() if self.job.uses_factor and not known.all() else (0.0, 0.0)
        for each, table in zip((SOIL, DEEP), by_tables):
            self.pools[each] = np.where(known, mapped if each == pool else 0, table)
        self.lacks[SOIL] &= ~known
        self.is_mapped = known & is_yearly  # what the soil emits is in its rasters

    def merge_uses(self):
        """A use that differs from the one before by overlays which soil and dead matter do not ask for goes on with it."""
        kinds = [self.asked_of(use) for use in range(len(self.uses))]
        same = [k for k in range(1, len(kinds)) if kinds[k] == kinds[k - 1]]
        merged = [(name, self.uses[k - 1][1] if k in same else since, overlays)
                  for k, (name, since, overlays) in enumerate(self.uses)]
        self.uses = [use for k, use in enumerate(merged) if k + 1 not in same]

    def asked_of(self, use):
        """Class and rows that soil and dead matter depend on."""
        wanted = ["dead_wood", "litter", "soil_accumulation", "soil_carbon"]
        wanted += ["soil_emission"] if self.emission(use)[1] else []
        if self.find("soil_carbon", use) is None and not self.is_organic(use):
            wanted += ["soil_reference", "soil_land_use", "soil_management", "soil_input"]
        return [self.uses[use][0]] + [self.find(each, use) for each in wanted]

    def relative_soil(self, pool):
        """A raster of one date is what the first use held; later ones change it as their factors do, coasts by their
        rules."""
        rules = []
        for use, (name, _, _) in enumerate(self.uses):
            rows = [self.find(each, use) for each in ("soil_land_use", "soil_management", "soil_input")]
            stock = np.prod([self.of(row, 1.0) for row in rows], axis=0) if self.has_pools(use) else 0.0
            row, drains = self.emission(use)
            what, rate = "lower" if self.is_assumed(use) else "move", 0.0
            if use and not self.has_pools(use) and row is not None and not drains:
                what = "keep"
            elif use and pool == DEEP and is_coast(self.uses[use - 1][0]) and not is_coast(name):
                of = self.find("soil_carbon", use - 1)
                what, rate = ("lose", self.value(row) / self.value(of)) if drains and of is not None else ("empty", 0.0)
            elif use and pool == DEEP and is_coast(name):
                what = "keep"
            rules.append((what, pool, stock, rate))
        return self.walk([(what, pool, stock / rules[0][2], rate) for what, pool, stock, rate in rules])[pool - SOIL]

    def periods(self):
        """(use, years that it has lasted), from the second on, of those that have begun."""
        for use in range(1, len(self.uses)):
            until = self.uses[use + 1][1] if use + 1 < len(self.uses) else self.year
            years = min(until, self.year) - self.uses[use][1]
            if years > 0:
                yield use, years

    def dead(self, quantity, pool):
        """Lost at once, gained over the transition time (eq. 2.23)."""
        stocks = []
        for use in range(len(self.uses)):
            row = self.find(quantity, use) if self.has_pools(use) else None
            self.lacks[pool] |= self.has_pools(use) and row is None
            stocks.append(self.of(row))
        stock = stocks[0]
        for use, years in self.periods():
            share = min(years / self.job.transition_yr, 1)
            stock = np.where(stocks[use] < stock, stocks[use], stock + (stocks[use] - stock) * share)
        return stock + np.zeros(self.count)

    def soil_of_tables(self):
        rules = []
        for use in range(len(self.uses)):
            rules.append(self.rule(use, rules[-1] if rules else None))
        return self.walk(rules)

    def is_assumed(self, use):
        """Whether the long run of a town or of bare land is an assumption, which makes no sink."""
        row = self.find("soil_land_use", use)
        is_factored = self.find("soil_carbon", use) is None and self.find("soil_reference", use) is not None
        return (is_factored and row is not None and bool(row.text.get("fallback")) and
                CLASSES[self.uses[use][0]]["ecosystem"] == "other")

    def rule(self, use, before):
        """(what happens, in which pool, its reference, rate a year) under a use."""
        name, was = self.uses[use][0], before[1] if before else SOIL
        row, drains = self.emission(use)
        if use and not self.has_pools(use) and row is not None and not drains:
            return "keep", was, 0.0, 0.0  # a reservoir: what its soil loses is the emission of the tables
        if self.is_organic(use):
            self.lacks[SOIL] = True
            return "empty" if was == DEEP and is_coast(self.uses[use - 1][0]) else "keep", was, 0.0, 0.0
        reference, depth = self.reference(use) if self.has_pools(use) else (0.0, np.nan)
        pool = was if np.isnan(depth) else DEEP if depth >= 100 else SOIL
        previous = self.uses[use - 1][0] if use else None
        if not use or (not is_coast(name) and not is_coast(previous) and pool == was):
            return "lower" if self.is_assumed(use) else "move", pool, reference, 0.0
        if is_coast(name):
            gain = self.find("soil_accumulation", use)
            return ("gain", pool, reference, self.value(gain)) if gain is not None else ("keep", was, 0.0, 0.0)
        if was == DEEP and is_coast(previous):
            return ("lose", was, 0.0, self.value(row)) if drains else ("empty", was, 0.0, 0.0)
        return before if before[0] == "lose" else ("keep", was, 0.0, 0.0)

    def walk(self, rules):
        stock = [0.0, 0.0]
        stock[rules[0][1] - SOIL] = rules[0][2]
        for use, years in self.periods():
            what, pool, reference, rate = rules[use]
            at, change = (pool if what in ("move", "lower") else DEEP) - SOIL, np.maximum(rate, 0) * years
            if what in ("move", "lower"):
                moved = stock[at] + (reference - stock[at]) * min(years / self.job.transition_yr, 1)
                stock[at] = moved if what == "move" else np.minimum(stock[at], moved)
            elif what == "gain":
                stock[at] = np.maximum(stock[at], np.minimum(stock[at] + change, reference))
            elif what == "lose":
                stock[at] = np.maximum(stock[at] - change, 0)
            elif what == "empty":
                stock[at] = 0.0
        return stock
