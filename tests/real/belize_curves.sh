#!/bin/sh
# Belize's national model again, by what it was driven with: the growth curve of each life zone and the age of the stands
# in 2000 and 2020. The curves of its table are those of Chapman and Richards to 1e-7; with them the account of stands by
# age, by stock difference and by gains, is NumPy's sum to 1e-9, and within 0.3 % of the model's own maps of biomass. What
# its maps of total carbon gain in twenty years, as an account says, lies between the model's own fluxes at both ends.
set -eu
data=$SINK_SHARED/data/belize_gcbm
[ -d "$data" ] || { echo "skipped: $data is absent"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real" PYTHONDONTWRITEBYTECODE=1 DATA="$data"

cp "$data/LifeZone_moja.tiff" zones_2000.tif
cp "$data/LifeZone_moja.tiff" zones_2020.tif
printf 'code,name,source\n1,forest,s\n2,forest,s\n3,forest,s\n' >cover.csv
printf 'code,name,source\n1,dry,s\n2,moist,s\n3,wet,s\n' >zones.csv
cat >curves.py <<'END'
"""The life zones, their curves, and above-ground and total biomass of 2000, from the data of the model."""
import csv
import os

import numpy as np

import oracle

data = os.environ["DATA"] + "/"
TITLES = ("Tropical Dry", "Tropical Moist", "Tropical Premontane Wet, Transition to Basal - Atlantic")
WORDS, CF = ("dry", "moist", "wet"), 0.47
CURVES = ((154.87 / 0.47, 0.113, 5.1411), (262.1 / 0.47, 0.0348, 1.0), (285.3 / 0.47, 0.0316, 1.0))  # a, k, c


def richards(zone, age):
    a, k, c = CURVES[zone]
    return a * (1 - np.exp(-k * age)) ** c


def values(name):
    raw = oracle.Raster(data + name).read().astype(float)
    return np.where(raw < -1e30, np.nan, raw)


with open(data + "Growth_Curves.csv", encoding="utf-8-sig") as file:
    table = {row[0]: np.array(row[2:], float) for row in csv.reader(file) if row[0] in TITLES}
for zone, title in enumerate(TITLES):
    assert np.abs(richards(zone, np.arange(201)) - table[title]).max() < 1e-7, title
zone_of = oracle.Raster(data + "LifeZone_moja.tiff").read(70, 50, 120, 270).astype(int) - 1  # -90 + 70 * 0.01, 19 - 50 * 0.01
ages = [np.where(raw < 0, np.nan, raw) for raw in (values("Age_%d.tif" % year) for year in (2000, 2020))]
above = [values("AG_Biomass_C_%d.tif" % year) for year in (2000, 2020)]
whole = values("Total_Biomass_C_2000.tif")
is_told = (zone_of >= 0) & (zone_of < 3) & ~np.isnan(ages[0])
assert (is_told == (~np.isnan(above[0]) & (zone_of >= 0) & (zone_of < 3))).all()
# The model turns the curve of a zone into above-ground carbon in proportion, to 0.3 %: the share of 2000 is that of 2020.
SHARES, ROOTS = [], []
for zone in range(3):
    here = is_told & (zone_of == zone)
    assert len(np.unique(ages[0][here])) == 1 and np.ptp(above[0][here]) == 0
    SHARES.append(above[0][here][0] / richards(zone, ages[0][here][0]) / CF)
    ROOTS.append(whole[here][0] / above[0][here][0] - 1)
END
/usr/bin/python3 - <<'END'
import curves
import oracle
with open("curves.csv", "w") as file:
    file.write("quantity,class,key:life_zone,value,unit,source,verified\n"
               "carbon_fraction,forest,,0.47,t C (t d.m.)-1,IPCC 2006 Vol. 4 Table 4.3,seen\n")
    for zone, word in enumerate(curves.WORDS):
        a, k, c = curves.CURVES[zone]
        for quantity, value, unit in (("curve_asymptote", a * curves.SHARES[zone], "t d.m. ha-1"), ("curve_rate", k, "yr-1"),
                                      ("curve_shape", c, "1"), ("root_shoot", curves.ROOTS[zone], "1")):
            file.write("%s,forest,%s,%.17g,%s,Growth_Curves.csv,own\n" % (quantity, word, value, unit))
oracle.region_file("belize.gpkg", oracle.crs_of("EPSG:4326"), [({"id": "BZ"}, oracle.rectangle(-89.3, 15.8, -88.1, 18.5))])
END
job() { # NAME REGIONS
    cat >"$1.yml" <<END
regions: $2
years: [2000, 2020]
layers:
  land_cover: {file: zones_{year}.tif, legend: cover.csv}
  life_zone: {file: zones_2000.tif, legend: zones.csv}
  stand_age: {file: "$data/Age_{year}.tif", unit: yr}
grid: {layer: stand_age}
factors: curves.csv
methods: {forest: gain_loss}
missing: count
output: $1.nc
END
    time -p "$SINKCALC" run --quiet "$1.yml"
}
job whole '{file: belize.gpkg, id: id}'
job zones "{file: '$data/inventory.shp', id: LifeZone, merge: yes}"
cat >maps.yml <<END
regions: {file: belize.gpkg, id: id}
years: [2000, 2020]
layers:
  land_cover: {file: zones_{year}.tif, legend: cover.csv}
  soil_carbon: {file: "$data/Total_Ecosystem_C_{year}.tif", unit: t C/ha, depth: 30 cm}
grid: {layer: soil_carbon}
factors: curves.csv
missing: count
output: maps.nc
END
"$SINKCALC" run --quiet maps.yml

/usr/bin/python3 - <<'END'
import numpy as np
from osgeo import ogr
import curves
import oracle
from curves import CF, ROOTS, SHARES, richards

result = oracle.Agreement()
grid = oracle.Raster(curves.data + "Age_2000.tif")
cell_ha = grid.row_areas_m2()[:, None] / 1e4
pools = ("above_ground_biomass", "below_ground_biomass")
density = np.zeros((2, 2) + curves.zone_of.shape)  # [year][pool], t C/ha
for year in (0, 1):
    for zone in range(3):
        here = curves.is_told & (curves.zone_of == zone)
        density[year, 0][here] = CF * SHARES[zone] * richards(zone, curves.ages[year][here])
        density[year, 1][here] = density[year, 0][here] * ROOTS[zone]
known = (curves.zone_of >= 0) & (curves.zone_of < 3)


def check(inventory, region, share_ha):
    stocks = (density * share_ha).sum((2, 3))
    for p, pool in enumerate(pools):
        for year in (0, 1):
            result.check("stock by curve", inventory("carbon_stock", year, pool=pool, region=region), stocks[year, p], 1e-9, 1e-6,
                         what="%s of %s" % (pool, region))
        change = stocks[1, p] - stocks[0, p]
        result.check("gain by curve", inventory("biomass_gain", 1, cover="forest", biomass_pool=pool, region=region), change,
                     1e-7, 1e-6, what=region)
        for name in ("net_removal", "net_removal_by_stock_difference"):
            result.check("removal by curve", inventory(name, 1, pool=pool, region=region), change * 44 / 12 / 20, 1e-7, 1e-6,
                         what="%s of %s" % (name, region))
    result.check("no age", inventory("no_factor_area", 1, pool=pools[0], region=region), share_ha[known & ~curves.is_told].sum(),
                 1e-9, 1e-6, what=region)
    result.check("forest land that remains", inventory("land_use_area", 1, land_use="forest_land_remaining_forest_land",
                                                       region=region), share_ha[known].sum(), 1e-9, 1e-6, what=region)
    return stocks


whole = oracle.Inventory("whole.nc")
stocks = check(whole, "BZ", np.broadcast_to(cell_ha, known.shape))
for year in (0, 1):
    model = np.nansum(np.where(curves.is_told, curves.above[year], np.nan) * cell_ha)
    result.check("above ground in the model's own map", whole("carbon_stock", year, pool=pools[0], region="BZ"), model, 3e-3)
    print("above ground, Mt C: %.3f by curve, %.3f in the map of the model" % (stocks[year, 0] / 1e6, model / 1e6))
parts, zones = {}, oracle.Inventory("zones.nc")
for name, polygon in oracle.features(curves.data + "inventory.shp", "LifeZone"):
    parts.setdefault(name, ogr.Geometry(ogr.wkbMultiPolygon)).AddGeometry(polygon)
for name, polygon in parts.items():
    check(zones, name, oracle.shares(polygon, grid, 0, 0, grid.width, grid.height) * cell_ha)

# Stock difference against the net biome production that the maps came with, t C/yr.
total = [curves.values("Total_Ecosystem_C_%d.tif" % year) for year in (2000, 2020)]
production = [np.nansum(np.where(known, curves.values("NBP_%d.tif" % year), np.nan) * cell_ha) for year in (2000, 2020)]
removal = oracle.Inventory("maps.nc")("net_removal", 1, pool="soil_organic_carbon", region="BZ") * 12 / 44
both = known & ~np.isnan(total[0]) & ~np.isnan(total[1])
result.check("removal of the whole ecosystem", removal, ((total[1] - total[0]) * cell_ha)[both].sum() / 20, 1e-8)
result.true("between the fluxes of the model", min(production) < removal < max(production), "%s, %s" % (production, removal))
print("t C/yr: %.0f by stocks, net biome production %.0f in 2000 and %.0f in 2020" % (removal, *production))
result.finish()
END
