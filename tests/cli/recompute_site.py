"""What factors are asked for, and what they say."""
import numpy as np

from recompute_tables import middle, product

POOLS = ("above_ground_biomass", "below_ground_biomass", "dead_wood", "litter", "soil_organic_carbon",
         "soil_organic_carbon_deep")
ABOVE, BELOW, DEAD, LITTER, SOIL, DEEP = range(6)
CURVE = ("curve_asymptote", "curve_rate", "curve_shape")


def central(row):
    return row.value


def richards(a, k, c, age):
    return a * (1 - np.exp(-k * np.maximum(age, 0))) ** c


class Site:
    """What factors are asked for: a job, the uses of the land until now [(class, since the end of which year, overlays)],
    and the values that rows have. `picks` keeps what picked rows by an interval when the values were those of the tables;
    `asked` takes the rows that were found."""

    def __init__(self, job, uses, year, value_of=central, picks=None):
        self.job, self.uses, self.year = job, uses, year
        self.values, self.asked, self.name = value_of, set(), uses[-1][0]
        self.picks, self.picked = {} if picks is None else picks, 0

    def pick(self, at):
        """Such a number as it was with the values of the tables: the same questions come in the same order."""
        self.picked += 1
        return self.picks.setdefault(self.picked, at)

    def value(self, row):
        self.asked.add(row)
        return self.values(row)

    def of(self, row, otherwise=0.0):
        return otherwise if row is None else self.value(row)

    def stratum(self, use):
        name, _, overlays = self.uses[use]
        former = self.former(use)
        return name, overlays if former is None else {**overlays, "from_class": former}

    def former(self, use):
        """The class before that of a use, or None."""
        name = self.uses[use][0]
        return next((was for was, _, _ in reversed(self.uses[:use % len(self.uses)]) if was != name), None)

    def find(self, quantity, use=-1, at=None):
        return self.job.factors.row(quantity, *self.stratum(use), at)

    def winners(self, quantity, at):
        """(row, mask) by values inside of intervals."""
        return self.job.factors.winners(quantity, *self.stratum(-1), self.pick(at))

    def by_steps(self, quantity, x):
        """factor(x) * x, where there is a factor, and the factor in the middle of the line that x lies on."""
        result, known, factor = 0.0 * x, np.zeros(np.shape(x)[-1], bool), np.nan
        for row, mask in self.winners(quantity, x):
            if row is not None:
                rows = self.job.factors.family_of(row)
                result = np.where(mask, product(rows, x, self.value), result)
                factor = np.where(mask, middle(rows, self.pick(x), self.value), factor)
                known |= mask
        return result, known, factor + np.zeros(np.shape(x)[-1])

    def rate(self, quantity):
        return self.of(self.find(quantity))

    def fraction(self):
        return self.find("carbon_fraction")

    def curve(self):
        rows = [self.find(quantity) for quantity in CURVE]
        return None if None in rows else rows

    def grown(self, quantity, first, last, convert):
        """The sum of a growth by rows of ages from one age to another; of unknown age that of the row without ages."""
        rows = self.job.factors.fitting(quantity, *self.stratum(-1))
        ends = sorted({end for row in rows for end in (row.over, row.up_to) if np.isfinite(end)} | {np.inf})
        total = 0.0 * (last - first)
        for low, high in zip([0.0] + ends[:-1], ends):
            row = self.find(quantity, at=high)
            years = np.clip(last, low, high) - np.clip(first, low, high)
            total = total + np.where(years > 0, convert(row) if row else np.nan, 0) * years
        return total

    def dry(self, row, fraction):
        """A row in t d.m. or t C, in t d.m."""
        if not row.is_carbon:
            return self.value(row)
        return self.value(row) / self.value(fraction) if fraction else np.nan
