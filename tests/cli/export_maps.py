"""GeoPackage and GeoJSON read back through OGR, SQLite and json."""
import json
import math
import re
import sqlite3
import subprocess
import xml.etree.ElementTree as xml

import numpy as np
from osgeo import ogr

from export_values import COLUMNS, units

ogr.UseExceptions()
# column -> variable, ending of its bound, factor, divisor
FIGURES = {
    "land_area_ha": ("land_area", "", 1, None), "forest_area_ha": ("forest_area", "", 1, None),
    "forest_coverage_percent": ("forest_coverage", "", 100, None),
    "forest_stock_volume_m3": ("forest_stock_volume", "", 1, None),
    "carbon_stock_t": ("total_carbon_stock", "", 1, None), "carbon_stock_lower_t": ("total_carbon_stock", "_lower", 1, None),
    "carbon_stock_upper_t": ("total_carbon_stock", "_upper", 1, None),
    "carbon_density_t_per_ha": ("total_carbon_stock", "", 1, "classified_area"),
    "vegetation_carbon_t_per_ha": ("vegetation_carbon_density", "", 10, None),
    "soil_carbon_t_per_ha": ("soil_carbon_density", "", 10, None),
    "net_sink_tco2_per_yr": ("total_net_removal", "", 1, None),
    "net_sink_lower_tco2_per_yr": ("total_net_removal", "_lower", 1, None),
    "net_sink_upper_tco2_per_yr": ("total_net_removal", "_upper", 1, None),
    "net_sink_tco2_per_ha_yr": ("total_net_removal", "", 1, "classified_area"),
    "methane_t_per_yr": ("methane_emission", "", 1, None), "nitrous_oxide_t_per_yr": ("nitrous_oxide_emission", "", 1, None),
    "ghg_balance_tco2e_per_yr": ("greenhouse_gas_balance", "", 1, None),
    "data_completeness_percent": ("data_completeness", "", 100, None)}


def figure(inventory, name, year, region):
    """None where the inventory has no such value; KeyError where it has no such variable."""
    of, bound, factor, divisor = FIGURES[name]
    if of + bound not in inventory.file.variables:
        raise KeyError(name)
    value = factor * float(inventory.array(of + bound)[year, region])
    if divisor:
        area = float(inventory.array(divisor)[year, region])
        value = value / area if area > 0 else math.nan
    return None if math.isnan(value) else value


def figures(inventory, year, region):
    told = {}
    for name in FIGURES:
        try:
            told[name] = figure(inventory, name, year, region)
        except KeyError:
            pass
    return told


def rings_of(inventory):
    """For each region its rings in the file: (is hole, nodes)."""
    file, part, node = inventory.file, 0, 0
    for count in file["node_count"][:]:
        rings, left = [], int(count)
        while left > 0:
            length = int(file["part_node_count"][part])
            nodes = list(zip(file["node_lon"][node:node + length].tolist(), file["node_lat"][node:node + length].tolist()))
            rings.append((bool(file["interior_ring"][part]), nodes))
            part, node, left = part + 1, node + length, left - length
        yield rings if len(set(rings[0][1])) > 1 else []


def area(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])) / 2


def same_ring(ring, nodes):
    return ring == nodes or ring == nodes[::-1]


def check_geojson(inventory, path, cut=False):
    with open(path, encoding="utf-8") as file:
        root = json.load(file, parse_constant=lambda word: 1 / 0)
    assert root["type"] == "FeatureCollection" and "crs" not in root and len(root["features"]) == len(inventory.regions)
    last, count = len(inventory.years) - 1, 0
    for place, (feature, rings) in enumerate(zip(root["features"], rings_of(inventory))):
        told = feature["properties"]
        assert feature["type"] == "Feature" and feature["id"] == inventory.regions[place]
        expected = {"region_id": inventory.regions[place], "region_name": inventory.names[place],
                    "parent_id": inventory.parents[place], "level": inventory.levels[place],
                    "year": inventory.years[last], "period_start": inventory.starts[last], **figures(inventory, last, place)}
        assert told == expected, (told, expected)
        count += len(told)
        geometry = feature["geometry"]
        if not rings:
            assert geometry is None
            continue
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        found = []
        for polygon in polygons:
            for i, ring in enumerate(polygon):
                assert ring[0] == ring[-1] and len(ring) >= 4 and (area(ring) > 0) == (i == 0), "not after RFC 7946"
                assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring)
                found.append((i > 0, [tuple(node) for node in ring]))
        if not cut:
            assert len(found) == len(rings) and all(a[0] == b[0] and same_ring(a[1], b[1]) for a, b in zip(found, rings))
    source = ogr.Open(path)
    assert source.GetLayer(0).GetFeatureCount() == len(inventory.regions)
    return count


def check_style(qml, path, layer):
    root = xml.fromstring(qml)
    renderer = root.find("renderer-v2")
    column = renderer.get("attr")
    values = [row[0] for row in sqlite3.connect(path).execute(
        'SELECT "%s" FROM %s WHERE "%s" IS NOT NULL AND geom IS NOT NULL' % (column, layer, column))]
    ranges = [(float(r.get("lower")), float(r.get("upper")), r.get("symbol")) for r in renderer.find("ranges")]
    symbols = {s.get("name") for s in renderer.find("symbols")}
    assert all(any(a <= value <= b for a, b, _ in ranges) for value in values), (column, values, ranges)
    assert all(a[1] == b[0] for a, b in zip(ranges, ranges[1:])) and {r[2] for r in ranges} == symbols
    assert {a.get("field") for a in root.find("aliases")} == set(FIGURES)
    return column


def check_layers(inventory, path):
    last, count = len(inventory.years) - 1, 0
    source = ogr.Open(path)
    rings = list(rings_of(inventory))
    for level in sorted(set(inventory.levels)):
        layer = source.GetLayerByName("regions_level_%d" % level)
        places = [i for i in range(len(inventory.regions)) if inventory.levels[i] == level]
        assert layer.GetFeatureCount() == len(places) and layer.GetSpatialRef().GetAuthorityCode(None) == "4326"
        for place, feature in zip(places, layer):
            told = feature.items()
            expected = {"region_id": inventory.regions[place], "region_name": inventory.names[place],
                        "parent_id": inventory.parents[place], "level": level, "year": inventory.years[last],
                        "period_start": inventory.starts[last]}
            size = float(inventory.array("region_area")[place])
            expected["region_area_ha"] = None if math.isnan(size) else size
            expected.update(figures(inventory, last, place))
            assert told == expected, (told, expected)
            count += len(told)
            geometry = feature.GetGeometryRef()
            assert (geometry is None) == (not rings[place])
            if geometry is not None:
                found = [ring.GetPoints() for polygon in geometry for ring in polygon]
                assert len(found) == len(rings[place])
                assert all(same_ring(a, b[1]) for a, b in zip(found, rings[place]))
    return count


def check_gpkg(inventory, path):
    count = check_layers(inventory, path)
    base = sqlite3.connect(path)
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",) and not base.execute("PRAGMA foreign_key_check").fetchall()
    columns = ", ".join('"%s"' % c for c in ("region_id", "year", "period_start") + COLUMNS + ("quantity",))
    found = [(tuple(row[:3]) + tuple(text or "" for text in row[3:7]) + (row[7],), tuple(row[8:12])) for row in
             base.execute("SELECT %s, value, lower, upper, se, region_name, unit FROM inventory_values" % columns)]
    assert sorted(found, key=repr) == inventory.as_rows(), "%s differs from the inventory" % path
    for table in ("inventory_quantities", "inventory_values"):
        told = {name: (unit, of or "") for name, unit, of in base.execute("SELECT DISTINCT quantity, unit, unit_of FROM " + table)}
        assert told == {name: of for name, of in units(inventory).items() if name in told} and len(told) > 30
    assert dict(base.execute("SELECT region_id, region_name FROM inventory_values")) == dict(zip(inventory.regions, inventory.names))
    styles = base.execute("SELECT f_table_name, styleName, styleQML, useAsDefault FROM layer_styles WHERE f_table_schema = '' "
                          "AND f_geometry_column = 'geom'").fetchall()
    levels = {"regions_level_%d" % level for level in inventory.levels}
    assert {s[0] for s in styles if s[3]} == levels and sum(s[3] for s in styles) == len(levels)
    shown = {check_style(s[2], path, s[0]) for s in styles}
    assert "carbon_density_t_per_ha" in shown and ("net_sink_tco2_per_ha_yr" in shown) == (len(inventory.years) > 1)
    titles = dict(base.execute("SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'regions_level_0'"))
    assert titles.keys() == figures(inventory, 0, 0).keys() and all(titles.values())
    done = subprocess.run(["ogrinfo", "-ro", "-al", "-so", path], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return count + len(found)


def check_chinese(path):
    """Titles of layers, columns, quantities and styles; the names for programs stay."""
    base = sqlite3.connect(path)
    titles = [row[0] for row in base.execute("SELECT identifier FROM gpkg_contents WHERE table_name <> 'layer_styles' UNION ALL SELECT title FROM gpkg_data_columns "
                                             "UNION ALL SELECT styleName FROM layer_styles")]
    for quantity in ("total_carbon_stock", "total_net_removal", "forest_coverage", "area", "carbon_stock", "net_removal", "methane_emission"):
        titles += base.execute("SELECT title FROM inventory_quantities WHERE quantity = ?", [quantity]).fetchone()
    assert len(titles) > 30 and all(re.search("[\u4e00-\u9fff]", title) for title in titles), titles
    return len(titles)
