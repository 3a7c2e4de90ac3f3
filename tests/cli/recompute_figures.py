"""From sums to every figure of an inventory but the uncertain ones, [time][...][region]."""
import numpy as np

from recompute_account import CO2
from recompute_site import SOIL
from recompute_tables import CLASSES, is_yes, number

ECOSYSTEMS = ("forest", "grassland", "wetland", "coast", "cropland", "other")
GWP = {"ar4": (25, 298), "ar5": (28, 265), "ar6": (27.0, 273)}


def add_harvest(job, total, names):
    """t C lost by harvest: H x the mean over the land of the class (eq. 2.12); regions without rows have what their
    children have, rests what is left of their parent."""
    regions, own = job.regions, {row["region"] for row in job.harvest}
    loss = np.zeros(total["biomass_gain"].shape)
    for y in range(1, len(job.years)):
        for c, name in enumerate(names):
            for row in job.harvest:
                if (row.get("class") or "forest") == name and job.years[y - 1] < int(row["year"]) <= job.years[y]:
                    r = regions.order[row["region"]]
                    per_m3 = total["removal"][y, c, :, r] / total["removal_ha"][y, c, r]
                    loss[y, c, :, r] += float(row["volume_m3"]) * per_m3

    def spread(parent):
        children = regions.children.get(parent, [])
        for child in children:
            spread(child)
        if parent in regions.order and children:
            r, below = regions.order[parent], [regions.order[child] for child in children]
            if parent not in own:
                loss[..., r] = loss[..., below].sum(-1)
            if parent + "~rest" in regions.order:
                loss[..., regions.order[parent + "~rest"]] = loss[..., r] - loss[..., below].sum(-1)

    spread(None)
    return loss


def price_of(points, year):
    years = sorted(int(each) for each in points)
    return np.interp(year, years, [float(points[str(each)]) for each in years])


def figures_of(job, total, names, at):
    """Every figure of the inventory, [time][...][region]."""
    f, of = {}, {name: values[..., at] for name, values in total.of.items()}
    forest = job.job.get("forest_classes", [n for n in CLASSES if is_yes(n, "is_forest")])
    without = job.job.get("land_area", {}).get("without", [n for n in CLASSES if not is_yes(n, "is_land")])
    is_forest, is_land = np.isin(names, forest), ~np.isin(names, without)
    is_of = [np.array([CLASSES[name]["ecosystem"] == ecosystem for name in names]) for ecosystem in ECOSYSTEMS]
    for name in ("area", "pixel_count", "carbon_stock_by_cover", "no_factor_area", "no_value_area", "no_class_area",
                 "unknown_class_area", "no_class_pixel_count", "unknown_class_pixel_count", "one_date_area", "one_date_stock_change", "land_use_area", "memo_permafrost_carbon",
                 "methane_emission", "nitrous_oxide_emission", "memo_karst_sink", "memo_water_burial"):
        f[name] = of[name]
    by_cover, area = of["carbon_stock_by_cover"], of["area"]
    f.update({"carbon_stock": by_cover.sum(1), "total_carbon_stock": by_cover.sum((1, 2)), "classified_area": area.sum(1),
              "ecosystem_carbon_stock": np.stack([by_cover[:, chosen].sum((1, 2)) for chosen in is_of], 1),
              "forest_area": area[:, is_forest].sum(1), "land_area": area[:, is_land].sum(1)})
    f["beyond_grid_area"] = job.regions.beyond[at] + 0 * f["forest_area"]
    with np.errstate(divide="ignore", invalid="ignore"):
        f["forest_coverage"] = f["forest_area"] / f["land_area"]
        f["data_completeness"] = f["classified_area"] / sum(f[part + "_area"] for part in (
            "classified", "no_class", "unknown_class", "beyond_grid"))
        f["vegetation_carbon_density"] = f["carbon_stock"][:, :2].sum(1) / f["classified_area"] / 10
        f["soil_carbon_density"] = f["carbon_stock"][:, SOIL] / f["classified_area"] / 10
    if "stock_volume" in job.layers:
        f["stock_volume"] = of["stock_volume"]
        f["forest_stock_volume"] = of["stock_volume"][:, is_forest].sum(1)
    if total.reports:
        f["report_area"], f["report_carbon_stock"] = of["report_area"], of["report_carbon_stock"]
    f["potential_biomass_gain"] = np.where(total.has_potential, total.potential, np.nan)[:, at]
    if "potential" in job.job:
        f["planting_area"], f["planting_gain"] = total.planting_area[at], total.planting_gain[at]
    for name, quantity in (("memo_karst_sink", "karst_sink"), ("memo_water_burial", "water_burial"),
                           ("memo_permafrost_carbon", "permafrost_carbon")):
        if quantity not in total.asked:
            f[name] = np.nan * f[name]
    if len(job.years) > 1:
        add_changes(job, total, names, at, f, of)
    else:
        f["net_removal"], f["total_net_removal"] = np.nan * f["carbon_stock"], np.nan * f["total_carbon_stock"]
    return f


def add_changes(job, total, names, at, f, of):
    """What only a period has: the first year has none."""
    years = np.diff(job.years, prepend=job.years[0]).astype(float)
    years[0] = np.nan
    gain = np.where(of["unknown_gain"][:, :, None] > 0, np.nan, of["biomass_gain"])
    harvest = add_harvest(job, total.of, names)[..., at] if job.harvest else 0 * of["biomass_gain"]
    rate = (CO2 / years)[:, None, None]
    part = harvest / np.where(of["removal"] > 0, of["removal"], np.inf)  # by what a m3 of each land holds
    of["land_use_net_removal"][:, :, :2] -= (of["removal_of_use"] * part[:, None]).sum(2) * rate[..., None]
    f.update({"biomass_gain": gain, "soil_flux": of["soil_flux"],
              "biomass_loss_by_conversion": of["biomass_loss_by_conversion"],
              "biomass_loss_by_disturbance": of["biomass_loss_by_disturbance"], "biomass_loss_by_harvest": harvest,
              "cover_transition_area": of["cover_transition_area"]})
    difference = of["difference"].copy()
    difference[:, :, SOIL] += of["soil_flux"]
    by_gains = difference.copy()
    by_gains[:, :, :2] = gain - of["biomass_loss_by_conversion"] - of["biomass_loss_by_disturbance"] - harvest
    is_gains = np.array([[job.method(name, pool) == "gain_loss" for pool in range(6)] for name in names])
    chosen = np.where(is_gains[None, :, :, None], by_gains, difference)
    f.update({"net_removal": chosen.sum(1) * rate, "net_removal_by_stock_difference": difference.sum(1) * rate,
              "net_removal_by_gain_loss": by_gains.sum(1) * rate, "net_removal_by_cover": chosen * rate[..., None],
              "method_difference": chosen.sum(1) - of["difference"].sum(1),
              "land_use_net_removal": of["land_use_net_removal"]})
    f["total_net_removal"] = f["net_removal"].sum(1)
    ch4, n2o = GWP[job.job.get("gwp", "ar5")]
    f["greenhouse_gas_balance"] = f["total_net_removal"] - ch4 * f["methane_emission"] - n2o * f["nitrous_oxide_emission"]
    if total.reports:
        taken = (of["removal_of_report"] * part[:, None]).sum((2, 3))
        f["report_net_removal"] = of["report_net_removal"] - taken * rate
    for name in ("land_use_net_removal", "report_net_removal", "cover_transition_area", "methane_emission",
                 "nitrous_oxide_emission", "memo_karst_sink", "memo_water_burial"):
        if name in f:
            f[name][0] = np.nan
    for path, worth in worths_of(job):
        f["removal_value_" + path] = f["total_net_removal"] * np.array(worth)[:, None]


def worths_of(job):
    """(path of prices, what 1 t CO2 a year is worth in each period)."""
    value = job.job.get("value")
    for path, points in value["prices"].items() if value else ():
        rate = number(value["discount_rate"].split()[0]) / (100 if value["discount_rate"].endswith("%") else 1)
        yield path, [np.nan] + [
            sum(price_of(points, year) * (1 + rate) ** (value["price_year"] - year) for year in range(a + 1, b + 1))
            for a, b in zip(job.years, job.years[1:])]
