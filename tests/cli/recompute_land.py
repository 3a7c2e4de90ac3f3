"""What land holds on a date, hectare by hectare: the equations of METHODS.md and of IPCC 2006 Vol. 4 Ch. 2 for cells of one
history and one set of overlays."""
import numpy as np

from recompute_site import ABOVE, BELOW, central, richards
from recompute_soil import Soil
from recompute_tables import argument, is_yes, product

BREAK_FRACTION = 0.47  # of a biomass raster in t C/ha, IPCC 2006 Vol. 4 Table 4.3


class Land(Soil):
    """t C/ha of each pool, with `lacks` where a factor is missing; m3/ha of volume; and where a raster should speak and
    has no data."""

    def __init__(self, job, uses, year, rasters, value_of=central, picks=None):
        super().__init__(job, uses, year, value_of, picks)
        self.rasters, self.count = rasters, rasters["count"]
        zero = np.zeros(self.count)
        self.pools, self.lacks = [zero] * 6, np.zeros((6, self.count), bool)
        self.no_value, self.volume, self.dry_t = np.zeros(self.count, bool), zero, zero
        self.ratio = np.full(self.count, np.nan)
        self.is_untold = np.zeros(self.count, bool)  # no biomass for want of a value
        self.is_mapped = np.zeros(self.count, bool)  # the soil, by a raster of this year
        self.no_biomass, self.no_soil, self.is_grown, self.is_ageless = np.zeros((4, self.count), bool)
        if is_yes(self.name, "has_pools"):
            self.set_biomass()
        self.set_soil()

    def set_biomass(self):
        job, rasters = self.job, self.rasters
        volume = rasters["stock_volume"] if job.speaks("stock_volume", self.name) else None
        if job.speaks("above_ground_biomass", self.name) and rasters["above_ground_biomass"] is not None:
            self.put(rasters["above_ground_biomass"], self.from_biomass)
        elif volume is not None:
            self.put(volume, self.from_volume)
        else:
            self.set_tabled(np.ones(self.count, bool))
        if volume is not None:
            self.no_value |= np.isnan(volume)
            self.volume = np.nan_to_num(volume)

    def put(self, raster, make):
        """By the raster where it has data, elsewhere nothing or the factors."""
        known = ~np.isnan(raster)
        self.no_value |= ~known
        self.no_biomass |= ~known
        if known.any():
            self.set_parts(make(np.where(known, raster, 0.5)), known)
        self.is_untold = ~known & (not self.job.uses_factor)
        if self.job.uses_factor and not known.all():
            self.set_tabled(~known)

    def set_tabled(self, where):
        """By the tables; of a woody class by its age, where that is known."""
        self.set_parts(self.tabled(), where)
        self.is_grown = where & self.grows
        self.is_ageless = where & is_yes(self.name, "is_woody") & np.isnan(self.rasters["age"])

    def set_parts(self, parts, where):
        above, below, dry, lacks_above, lacks_below, ratio = parts
        self.pools[ABOVE], self.pools[BELOW] = (np.where(where, new, old)
                                                for new, old in ((above, self.pools[ABOVE]), (below, self.pools[BELOW])))
        self.dry_t, self.ratio = np.where(where, dry, self.dry_t), np.where(where, ratio, self.ratio)
        self.lacks[ABOVE] |= where & lacks_above
        self.lacks[BELOW] |= where & lacks_below

    def nothing(self):
        """Neither above nor below ground, for want of a factor."""
        zero, yes = np.zeros(self.count), np.ones(self.count, bool)
        return zero, zero, zero, yes, yes, np.full(self.count, np.nan)

    def with_roots(self, dry, fraction, lacks_above):
        """Of above-ground dry matter: both pools (IPCC 2006 Vol. 4 eq. 2.8)."""
        roots, known, ratio = self.by_steps("root_shoot", dry)
        return dry * fraction, roots * fraction, dry, lacks_above, ~known, ratio

    def from_biomass(self, biomass):
        no = np.zeros(self.count, bool)
        if "C" in self.job.layers["above_ground_biomass"]["unit"].replace("d.m.", ""):
            fraction, dry = BREAK_FRACTION, biomass / BREAK_FRACTION
        else:
            row, dry = self.fraction(), biomass
            if row is None:
                return self.nothing()
            fraction = self.value(row)
        parts = self.with_roots(dry, fraction, no)
        self.derive_volume(dry, parts[1] / fraction)
        return parts

    def derive_volume(self, dry, roots):
        """The volume that the biomass implies: what makes biomass of volume, solved for it."""
        if not self.job.derives(self.name):
            return
        slope = self.find("volume_slope")
        if slope is not None:
            intercept = self.intercept_of(slope)
            tree = dry + (roots if slope.includes_roots else 0)
            over = self.pick(tree) > self.of(intercept)
            self.volume = np.where(over, (tree - self.of(intercept)) / self.value(slope), 0)
            return
        row = self.find("bcef", at=1) or self.find("bcef")
        if row is None:
            self.lacks[ABOVE] = True
        else:
            self.volume = argument(self.job.factors.family_of(row), dry, self.value)

    def intercept_of(self, slope):
        """That of the same line: of one table, with the same keys."""
        row = self.find("volume_intercept")
        return row if row is not None and row.family[0] == slope.family[0] and row.family[2:] == slope.family[2:] else None

    def from_volume(self, volume):
        slope, fraction = self.find("volume_slope"), self.fraction()
        if fraction is None:
            return self.nothing()
        parts, no = self.nothing(), np.zeros(self.count, bool)
        for row, mask in self.winners("bcef", volume):
            if slope is not None and (row is None or slope.rank > row.rank):
                new = self.from_line(volume, slope, self.value(fraction))
            elif row is not None:
                dry = product(self.job.factors.family_of(row), volume, self.value)
                new = self.with_roots(dry, self.value(fraction), no)
            else:
                continue
            parts = [np.where(mask, a, b) for a, b in zip(new, parts)]
        return parts

    def from_line(self, volume, slope, fraction):
        """B = aV + b, b only where V > 0; of a whole tree what is above ground and its roots add up to B."""
        no, intercept = np.zeros(self.count, bool), self.intercept_of(slope)
        dry = np.where(volume > 0, np.maximum(self.value(slope) * volume + self.of(intercept), 0), 0)
        if not slope.includes_roots:
            return self.with_roots(dry, fraction, no)
        above, known = 0.0 * dry, np.zeros(self.count, bool)
        for row, mask in self.winners("root_shoot", dry):
            if row is not None:
                above = np.where(mask, argument(self.job.factors.family_of(row), dry, self.value, 1.0), above)
                known |= mask
        ratio = self.by_steps("root_shoot", above)[2]
        return above * fraction, np.where(known, dry - above, 0) * fraction, above, ~known, ~known, ratio

    def tabled(self, quantity="above_ground_biomass"):
        """By the tables: a density, or for stands whose age is known a curve, or growth up to the density."""
        density, fraction, below = (self.find(each) for each in (quantity, "carbon_fraction", "below_ground_biomass"))
        share, yes = self.of(fraction, np.nan), np.ones(self.count, bool)
        known, is_carbon = yes & (density is not None), density is not None and density.is_carbon
        tabled = self.of(density) * np.ones(self.count)
        above, dry = (tabled, tabled / share) if is_carbon else (tabled * share, tabled)
        grows = np.zeros(self.count, bool)
        if quantity == "above_ground_biomass" and is_yes(self.name, "is_woody"):
            dry, above, grows = self.aged(dry, above, density, fraction, share)
        self.grows = grows
        known = known | grows
        zero = np.where(known, self.pick(np.nan_to_num(dry if fraction or not is_carbon else tabled, nan=1)) == 0, False)
        above = np.where(zero, 0, above)
        lacks_above = ~known | np.isnan(self.pick(above))
        parts = self.with_roots(np.nan_to_num(dry), np.nan_to_num(share), lacks_above)
        lacks_below = (parts[4] | lacks_above | (fraction is None)) & ~(zero & ~grows)
        roots, ratio = np.where(lacks_below | zero, 0, parts[1]), np.where(zero & ~grows, np.nan, parts[5])
        if below is not None:  # beside the density of the class; what grows or is mature has R where that is known
            own = ~((grows | (quantity == "mature_biomass")) & ~np.isnan(self.pick(parts[5])))
            density = self.value(below) * (1 if below.is_carbon else share) if below.value else 0.0
            roots, ratio = np.where(own, np.nan_to_num(density), roots), np.where(own, np.nan, ratio)
            lacks_below = np.where(own, np.any(np.isnan(density)), lacks_below)
        return np.where(lacks_above, 0, np.nan_to_num(above)), roots, np.nan_to_num(dry), lacks_above, lacks_below, ratio

    def aged(self, dry, above, density, fraction, share):
        age = self.rasters["age"]
        if self.curve():
            grown = richards(*(self.value(row) for row in self.curve()), age)
            by_age = ~np.isnan(age)
        elif density is not None:
            grown = np.maximum(self.grown("growth", 0 * age, age, lambda row: self.dry(row, fraction)), 0)
            by_age = ~np.isnan(self.pick(grown))
            grown = np.minimum(grown, dry)
        else:
            return dry, above, np.zeros(self.count, bool)
        return np.where(by_age, grown, dry), np.where(by_age, grown * share, above), by_age

    def mature(self):
        """t C/ha above and below ground of a mature stand; None where no table tells."""
        if self.find("mature_biomass") is None:
            return None
        parts = self.tabled("mature_biomass")
        return parts[0] + parts[1]

    def flux(self):
        """t C/ha/yr that leaves the land."""
        row, drains = self.emission()
        return np.where(self.is_mapped | drains, 0.0, self.of(row))
