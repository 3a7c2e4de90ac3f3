"""What maps say against what inventories say: sums over regions, by areas and shares of Python's own."""
import csv
import glob
import os

import numpy as np

import oracle

CO2_PER_C = 44 / 12


def cell_areas_ha(raster, crs):
    """Of all cells."""
    if crs.IsGeographic():
        return np.repeat(raster.row_areas_m2()[:, None], raster.width, axis=1) / 1e4
    return raster.cell_areas_m2(crs, 0, 0, raster.width, raster.height) / 1e4


def weights(raster, polygons):
    """For each region its window and, cell by cell, hectares inside it."""
    area_ha = cell_areas_ha(raster, raster.dataset.GetSpatialRef())
    found = {}
    for region, polygon in polygons:
        column, row, width, height = window = oracle.window_of(polygon, raster)
        share = oracle.shares(polygon, raster, *window)
        found[region] = window, share * area_ha[row:row + height, column:column + width]
    return found


def region_sum(values, weight):
    (column, row, width, height), hectares = weight
    cells = values[row:row + height, column:column + width].astype(float)
    return np.sum(np.nan_to_num(cells) * hectares)


def harvest_tc(inventory, year, region):
    """Summed over classes and pools."""
    if "biomass_loss_by_harvest" not in inventory.file.variables:
        return 0.0
    return float(np.ma.sum(inventory("biomass_loss_by_harvest", year=year, region=region)))


def check_carbon(result, folder, inventory, by_region, years, name):
    for index, year in enumerate(years):
        for path in sorted(glob.glob("%s/carbon_%d*.tif" % (folder, year))):
            pool = os.path.basename(path)[len("carbon_2020_"):-len(".tif")]
            values = oracle.Raster(path).read()
            for region, weight in by_region.items():
                places = dict(pool=pool) if pool else {}
                variable = "carbon_stock" if pool else "total_carbon_stock"
                result.check("carbon, %s" % name, region_sum(values, weight),
                             inventory(variable, year=index, region=region, **places), 1e-6,
                             1e-6 if pool else 0, "%s %s" % (path, region))


def check_sink(result, folder, inventory, by_region, years, name):
    for index, year in enumerate(years[1:], 1):
        values = oracle.Raster("%s/sink_%d.tif" % (folder, year)).read()
        for region, weight in by_region.items():
            told = float(inventory("total_net_removal", year=index, region=region))
            before_harvest = told + harvest_tc(inventory, index, region) * CO2_PER_C / (year - years[index - 1])
            result.check("sink, %s" % name, region_sum(values, weight), before_harvest, 1e-6, 1e-6,
                         "%d %s" % (year, region))


def check_changes(result, folder, inventory, by_region, years, name):
    with open(folder + "/class_change.csv") as file:
        meanings = {int(row["value"]): (row["before"], row["after"]) for row in csv.DictReader(file)}
    for index, year in enumerate(years[1:], 1):
        values = oracle.Raster("%s/class_change_%d_%d.tif" % (folder, years[index - 1], year)).read()
        for region, ((column, row, width, height), hectares) in by_region.items():
            cells = values[row:row + height, column:column + width]
            sums = np.bincount(cells.ravel(), hectares.ravel(), max(meanings) + 1)
            for value, (before, after) in meanings.items():
                told = inventory("cover_transition_area", year=index, cover_from=before, cover=after, region=region)
                result.check("class change, %s" % name, sums[value], told, 1e-6, 1e-6,
                             "%s to %s %s" % (before, after, region))


def check(result, folder, inventory_path, polygons, years, name, has_changes=True):
    inventory = oracle.Inventory(inventory_path)
    by_region = weights(oracle.Raster("%s/carbon_%d.tif" % (folder, years[0])), polygons)
    check_carbon(result, folder, inventory, by_region, years, name)
    if len(years) > 1:
        check_sink(result, folder, inventory, by_region, years, name)
    if len(years) > 1 and has_changes:
        check_changes(result, folder, inventory, by_region, years, name)


def check_recipes(result, folder, cover_path, legend, year):
    """The rows of a cell's recipe are for its class, and one of them is its dead wood, where nothing was converted."""
    recipes = {}
    with open(folder + "/factor_rows.csv") as file:
        for row in csv.DictReader(file):
            recipes.setdefault(int(row["recipe"]), []).append(row)
    number = oracle.Raster("%s/factor_rows_%d.tif" % (folder, year)).read()
    dead = oracle.Raster("%s/carbon_%d_dead_wood.tif" % (folder, year)).read()
    cover = oracle.Raster(cover_path).read()
    cells = np.flatnonzero(number)
    drawn = np.random.default_rng(1).permutation(cells)[:500]
    told = 0
    for cell in drawn:
        rows, name = recipes[number.flat[cell]], legend[cover.flat[cell]]
        fits = [row for row in rows if row["classes"] in ("", "*") or name in row["classes"].split("|")]
        result.true("recipe fits the class", fits or name in ("water", "snow_ice", "sea", "reservoir"),
                    "%s: recipe %d" % (name, number.flat[cell]))
        wood = {float(row["value"]) for row in rows if row["quantity"] == "dead_wood"}
        if len(wood) == 1 and dead.flat[cell] > 0:
            told += 1
            result.true("dead wood is a row's", abs(dead.flat[cell] - wood.pop()) < 1e-4, "cell %d" % cell)
    assert told > 50
