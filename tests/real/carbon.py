"""Carbon of maps without rasters of biomass or soil, from nothing but the areas that went from class to class: the Python
account of tests/cli/recompute_*.py for a hectare of each change, times its area. What tests of real data compare stocks
and removals with, by pool, by class and by IPCC land use."""
import numpy as np

from recompute_account import CO2, LAND_USES
from recompute_land import Land
from recompute_site import POOLS
from recompute_tables import CLASSES, Factors


class TableJob:
    """A job that has land cover and constants alone; all that Land asks of one."""
    layers, uses_factor, harvest = {}, False, None

    def __init__(self, factors, overlays, transition_yr=20):
        self.factors, self.overlays, self.transition_yr = Factors(factors), overlays, transition_yr

    def speaks(self, layer, name):
        return False

    derives = is_yearly = speaks

    def land(self, uses, year):
        """[t C/ha of each pool], [whether a factor is missing] of land after the uses [(class, since)]."""
        rasters = dict.fromkeys(("above_ground_biomass", "stock_volume", "soil_carbon"))
        age = float(year - uses[-1][1]) if len(uses) > 1 else np.nan
        land = Land(self, [(*use, self.overlays) for use in uses], year, {**rasters, "count": 1, "age": np.array([age])})
        return np.array([np.ravel(pool)[0] for pool in land.pools]), land.lacks[:, 0], -float(land.flux())


def land_use_of(was, now, is_recent):
    """Name of the row of the national report, or None; what the sea took is told as what it was."""
    before, after = CLASSES[was]["ipcc_category"], CLASSES[now]["ipcc_category"]
    if after == "none":
        return "%s_remaining_%s" % (before, before) if before != "none" and is_recent else None
    if before in (after, "none") or not is_recent:
        return "%s_remaining_%s" % (after, after)
    return "%s_converted_to_%s" % (before, after)


def check_carbon(result, inventory, job, region, years, changes, note="", relative=1e-9):
    """Stocks of both years and removals between them against areas in ha by (class before, class now). Methods are stock
    differences."""
    stocks, sinks, uses = np.zeros((2, 6)), np.zeros(6), {name: np.zeros(6) for name in LAND_USES}
    missing, is_recent = np.zeros((2, 6)), years[1] - years[0] <= job.transition_yr
    for (was, now), ha in changes.items():
        before, lacks_before, _ = job.land([(was, 0)], years[0])
        after, lacks_after, flux = job.land([(was, 0), (now, years[0])] if was != now else [(now, 0)], years[1])
        stocks += ha * np.array([before, after])
        missing += ha * np.array([lacks_before, lacks_after])
        is_told = lacks_before == lacks_after
        is_told[2:] &= ~lacks_after[2:]  # dead matter and soil move away from what the land was before
        sink = np.where(is_told, after - before, 0) / (years[1] - years[0])
        sink[4] += flux
        sinks += ha * sink * CO2
        name = land_use_of(was, now, is_recent)
        if name:
            uses[name] += ha * sink * CO2
    for p, pool in enumerate(POOLS):
        largest = np.abs(stocks[:, p]).max() / (years[1] - years[0]) * CO2 * 1e-9 + 1e-6
        for y in (0, 1):
            result.check("carbon by pool" + note, inventory("carbon_stock", y, pool=pool, region=region), stocks[y, p], relative,
                         1e-6, what="%s in %s" % (pool, region))
            result.check("area without a factor" + note, inventory("no_factor_area", y, pool=pool, region=region),
                         missing[y, p], relative, 1e-6, what="%s in %s" % (pool, region))
        result.check("removal by pool" + note, inventory("net_removal", 1, pool=pool, region=region), sinks[p], relative,
                     largest, what="%s in %s" % (pool, region))
        for name, sink in uses.items():
            result.check("removal by IPCC land use and pool" + note,
                         inventory("land_use_net_removal", 1, land_use=name, pool=pool, region=region), sink[p], relative,
                         largest, what="%s, %s in %s" % (name, pool, region))
    return stocks, sinks
