"""The values of an inventory, one by one, as netCDF4 reads them: what every export is compared with."""
import datetime
import functools

import netCDF4
import numpy as np

COLUMNS = ("class", "pool", "from", "group")
COLUMN_OF = {"cover": "class", "pool": "pool", "biomass_pool": "pool", "cover_from": "from"}


def year_of(days):
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=int(days))).year


class Inventory:
    """`values`: (region, year, period_start, class, pool, from, group, quantity) -> (value, lower, upper, se)"""

    def __init__(self, path):
        self.file = netCDF4.Dataset(path)
        self.regions = list(self.file["region_id"][:])
        self.names = list(self.file["region_name"][:])
        self.parents = list(self.file["region_parent"][:])
        self.levels = [int(level) for level in self.file["region_level"][:]]
        self.years = [year_of(days) for days in self.file["time"][:]]
        self.starts = [year_of(days[0]) for days in self.file["time_bnds"][:]]
        self.values, self.units, self.units_of = {}, {}, {}
        bounds = set()
        for variable in self.file.variables.values():
            for other in getattr(variable, "ancillary_variables", "").split():
                if other.endswith(("_lower", "_upper", "_se")):
                    bounds.add(other)
        for name, variable in self.file.variables.items():
            if variable.dtype == float and "region" in variable.dimensions and name not in bounds | {"lat", "lon"} \
                    and not name.startswith("last_"):
                self.add(name, variable)

    @functools.lru_cache(None)
    def array(self, name):
        return self.file[name][:].filled(np.nan) if name in self.file.variables else None

    @functools.lru_cache(None)
    def labels(self, dimension):
        if dimension == "report":
            return ["%s=%s" % pair for pair in zip(self.file["report_overlay"][:], self.file["report_value"][:])]
        if dimension + "_name" in self.file.variables:
            return list(self.file[dimension + "_name"][:])
        return [str(i + 1) for i in range(len(self.file.dimensions[dimension]))]

    def add(self, name, variable):
        self.units[name] = variable.units
        self.units_of[name] = getattr(variable, "unit_of", "")
        arrays = [self.array(name)] + [self.array(name + end) for end in ("_lower", "_upper", "_se")]
        of_period = any(word in getattr(variable, "cell_methods", "") for word in ("time: sum", "time: mean"))
        labels = {of: self.labels(of) for of in variable.dimensions if of not in ("time", "region")}
        for place in np.argwhere(~np.isnan(arrays[0])):
            place = tuple(int(i) for i in place)
            at = dict(zip(variable.dimensions, place))
            told = dict.fromkeys(COLUMNS, "")
            for of in labels:
                told[COLUMN_OF.get(of, "group")] = labels[of][at[of]]
            if name.endswith("_driver_share"):
                told["group"] = self.file[name[:-6]][place]
            year = self.years[at["time"]] if "time" in at else None
            start = self.starts[at["time"]] if year and of_period else None
            key = (self.regions[at["region"]], year, start) + tuple(told[c] for c in COLUMNS) + (name,)
            if name.endswith("_driver_share"):
                key += (at["driver"],)  # one input may stand there under one text twice
            numbers = [None if a is None or np.isnan(a[place]) else float(a[place]) for a in arrays]
            assert key not in self.values, key
            self.values[key] = tuple(numbers)

    def as_rows(self):
        """In any order: the keys without what tells drivers apart."""
        return sorted(((key[:8], numbers) for key, numbers in self.values.items()), key=repr)


def check_units(inventory):
    """A mass is a mass of something, money is money of a year, and the comments of the file say the same."""
    words = {"t of carbon (C)": "C", "t of carbon dioxide (CO2)": "CO2", "t of CO2-equivalent": "CO2e"}
    for name, unit in inventory.units.items():
        of, comment = inventory.units_of[name], getattr(inventory.file[name], "comment", "")
        is_mass = unit.split()[0] in ("t", "kg")
        assert is_mass == (of in ("C", "CO2", "CO2e", "CH4", "N2O")), (name, unit, of)
        assert all(of == short for word, short in words.items() if comment.startswith(word)), (name, of, comment)
        assert is_mass or of == ("CNY of 2025" if name.startswith("removal_value") else ""), (name, unit, of)


def units(inventory):
    return {name: (unit, inventory.units_of[name]) for name, unit in inventory.units.items()}
