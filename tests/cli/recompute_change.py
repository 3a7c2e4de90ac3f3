"""What happens to biomass between two dates, hectare by hectare."""
import numpy as np

from recompute_site import Site, central, richards
from recompute_tables import argument, is_yes


class Change(Site):
    """Gains and losses of biomass between two dates, t C/ha (IPCC 2006 Vol. 4 eq. 2.7 to 2.16), and gases of fires in t/ha
    (eq. 2.27). `known` is where they can be told."""

    def __init__(self, before, after, event, fire, picks):
        super().__init__(after.job, self.struck(after.uses, event), after.year, after.values, picks)
        self.before, self.after, self.years = before, after, after.year - before.year
        zero = np.zeros(after.count)
        self.gain, self.conversion, self.disturbance = [zero] * 2, [zero] * 2, [zero] * 2
        self.fire = {"ch4": zero, "n2o": zero}
        self.known, self.removal = np.ones(after.count, bool), [zero] * 2
        self.is_converted = before.name != after.name
        if event:
            self.strike(fire)
        if self.is_converted:
            self.conversion = before.pools[:2]
        if is_yes(self.name, "is_woody"):
            self.grow()
        else:  # there within a year, and again after a disturbance
            self.gain = [lost + (new if self.is_converted else 0) for lost, new in zip(self.disturbance, after.pools[:2])]
        if self.job.harvest:
            self.fell()

    @staticmethod
    def struck(uses, event):
        name, since, overlays = uses[-1]
        return uses[:-1] + [(name, since, {**overlays, **({"disturbance": event} if event else {})})]

    def strike(self, fire):
        """Losses of the class of the end (eq. 2.14), gases of what stood there and burned."""
        before = self.before
        if not self.is_converted:
            row = self.find("fraction_lost")
            self.disturbance = [self.of(row) * stock for stock in before.pools[:2]]
            self.known &= row is not None or not is_yes(self.name, "has_pools")
        site = Site(self.job, self.struck(before.uses, fire), before.year, self.values)
        combustion, fuel = (site.find(each) if fire else None for each in ("combustion_factor", "fuel"))
        if combustion is not None:
            fuel_t = before.dry_t if fuel is None else site.value(fuel)
            self.fire = {gas: fuel_t * site.value(combustion) * site.rate("fire_" + gas) / 1000 + 0 * before.dry_t
                         for gas in self.fire}
        self.asked |= site.asked

    def volumes(self):
        """Stock volume at the start: of the raster, or what the biomass implies; NaN where neither tells."""
        volume, row = self.before.rasters["stock_volume"], self.find("bcef", at=1) or self.find("bcef")
        if volume is None:
            volume = np.full(self.before.count, np.nan)
        if row is None or not np.isnan(volume).any():
            return volume
        implied = argument(self.job.factors.family_of(row), self.before.dry_t, central)
        return np.where(np.isnan(volume) & (self.pick(self.before.dry_t) > 0), implied, volume)

    def over_years(self, quantity, first, convert):
        """A growth over the period, by age where it is known."""
        row = self.find(quantity)
        unaged = np.nan if row is None else convert(row) * self.years
        return np.where(np.isnan(first), unaged, self.grown(quantity, first, first + self.years, convert))

    def grow(self):
        fraction, ratio = self.fraction(), self.after.ratio
        first = np.zeros(self.after.count) if self.is_converted else self.before.rasters["age"]
        grown = self.over_years("growth", first, lambda row: self.dry(row, fraction))
        if self.curve():
            a, k, c = (self.value(row) for row in self.curve())
            grown = np.where(np.isnan(first), grown, richards(a, k, c, first + self.years) - richards(a, k, c, first))
        by_volume = self.over_years("volume_growth", first, self.value) * self.by_steps("bcef_growth", self.volumes())[2]
        grown = np.where(np.isnan(self.pick(grown)), by_volume, grown)
        self.known = self.known & ~np.isnan(self.pick(grown)) & ~np.isnan(self.pick(ratio)) & (fraction is not None)
        grown = np.where(self.known, np.nan_to_num(grown), 0) * self.of(fraction)
        self.gain = [grown, grown * np.where(self.known, np.nan_to_num(ratio), 0)]

    def fell(self):
        """t C in a m3 that is taken (eq. 2.12)."""
        fraction, ratio = self.fraction(), self.after.ratio
        known, factor = self.by_steps("bcef_removal", self.volumes())[1:]
        if fraction is None:
            return
        known = known & ~np.isnan(self.pick(ratio))
        above = np.where(known, factor * self.value(fraction), 0)
        self.removal = [above, above * np.nan_to_num(ratio)]
