#!/bin/sh
# The carbon maps of Belize's national model, in t C/ha, of 2000 and 2020: above-ground biomass and soil by life zone and
# by polygon, and the total of the ecosystem, are NumPy's sums of value x share x true cell area, to 1e-9.
set -eu
data=$SINK_SHARED/data/belize_gcbm
[ -d "$data" ] || { echo "skipped: $data is absent"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real" PYTHONDONTWRITEBYTECODE=1 DATA="$data"

# The life zones are the map of classes; they have no year, and land cover of two years wants one file for each.
cp "$data/LifeZone_moja.tiff" zones_2000.tif
cp "$data/LifeZone_moja.tiff" zones_2020.tif
cat >legend.csv <<END
code,name,title,source,verified
1,forest,Tropical dry,LifeZone_moja.json,seen
2,bamboo,"Tropical moist: not bamboo, a class of its own for this test",LifeZone_moja.json,seen
3,mangrove,"Tropical premontane wet: not mangrove, a class of its own for this test",LifeZone_moja.json,seen
END
/usr/bin/python3 - <<'END'
import os
import oracle
crs = oracle.crs_of("EPSG:4326")
oracle.region_file("belize.gpkg", crs, [({"id": "BZ"}, oracle.rectangle(-89.3, 15.8, -88.1, 18.5))])
# The attribute `value` is a real number, which is no id; the number of the feature is one.
zones = oracle.features(os.environ["DATA"] + "/inventory.shp", "LifeZone")
oracle.region_file("polygons.gpkg", crs, [({"id": "%03d" % number, "LifeZone": zone}, polygon)
                                          for number, (zone, polygon) in enumerate(zones)])
END
job() { # NAME REGIONS SOIL
    cat >"$1.yml" <<END
regions: $2
years: [2000, 2020]
layers:
  land_cover: {file: zones_{year}.tif, legend: legend.csv}
  above_ground_biomass: {file: "$data/AG_Biomass_C_{year}.tif", unit: t C/ha, classes: [forest, bamboo, mangrove]}
  soil_carbon: {file: "$data/$3_C_{year}.tif", unit: t C/ha, depth: 100 cm}
grid: {layer: above_ground_biomass}
missing: {class: count, value: count, factor: count, tile: count}
output: $1.nc
END
    time -p "$SINKCALC" run --quiet "$1.yml"
}
job whole '{file: belize.gpkg, id: id}' Total_Ecosystem
job zones "{file: '$data/inventory.shp', id: LifeZone, merge: yes}" Soil
job polygons '{file: polygons.gpkg, id: id, parent: [LifeZone]}' Soil

# An id that is a real number is refused in words.
sed "s/id: LifeZone/id: value/" zones.yml >real_id.yml
if "$SINKCALC" run --quiet real_id.yml 2>refusal; then echo "a real number passed as an id"; exit 1; fi
grep -q 'inventory.shp.*value' refusal || { cat refusal; exit 1; }

/usr/bin/python3 - <<'END'
import os
import numpy as np
from osgeo import ogr
import oracle

data = os.environ["DATA"] + "/"
result = oracle.Agreement()
years = (2000, 2020)
grid = oracle.Raster(data + "AG_Biomass_C_2000.tif")
cell_ha = grid.row_areas_m2()[:, None] / 1e4
whole = (0, 0, grid.width, grid.height)


def values(name, year):
    raw = oracle.Raster("%s%s_C_%d.tif" % (data, name, year)).read().astype(float)
    return np.where(raw < -1e37, np.nan, raw)


biomass = [values("AG_Biomass", year) for year in years]
soil = [values("Soil", year) for year in years]
total = [values("Total_Ecosystem", year) for year in years]
zone = oracle.Raster(data + "LifeZone_moja.tiff").read(70, 50, 120, 270)  # -90 + 70 * 0.01, 19 - 50 * 0.01
known = (zone >= 1) & (zone <= 3)

inventory = oracle.Inventory("whole.nc")
stocks = [np.nansum(np.where(known, each, np.nan) * cell_ha) for each in total]
for year in (0, 1):
    result.check("total ecosystem carbon", inventory("carbon_stock", year, pool="soil_organic_carbon_deep", region="BZ"),
                 stocks[year], 1e-9)
    print("total ecosystem carbon, Mt: %.4f" % (stocks[year] / 1e6))
result.check("net removal, t CO2/yr", inventory("net_removal", 1, pool="soil_organic_carbon_deep", region="BZ"),
             (stocks[1] - stocks[0]) * 44 / 12 / 20, 1e-9)
result.check("2020, known beforehand, Mt", inventory("carbon_stock", 1, pool="soil_organic_carbon_deep", region="BZ") / 1e6,
             588.97, 1e-5)


def check(inventory, region, polygon):
    share = oracle.shares(polygon, grid, *whole) * cell_ha
    for year in (0, 1):
        for code, cover in ((1, "forest"), (2, "bamboo"), (3, "mangrove")):
            result.check("area", inventory("area", year, cover=cover, region=region), share[zone == code].sum(), 1e-9,
                         1e-7, what="%s of %s" % (cover, region))
            for pool, value in (("above_ground_biomass", biomass), ("soil_organic_carbon_deep", soil)):
                here = (zone == code) & ~np.isnan(value[year])
                result.check("stock", inventory("carbon_stock_by_cover", year, cover=cover, pool=pool, region=region),
                             (share * value[year])[here].sum(), 1e-9, 1e-5,
                             what="%s, %s of %s" % (pool, cover, region))
        result.check("no class", inventory("no_class_area", year, region=region), share[~known].sum(), 1e-9, 1e-7,
                     what=region)
        silent = known & (np.isnan(biomass[year]) | np.isnan(soil[year]))
        result.check("no value", inventory("no_value_area", year, region=region), share[silent].sum(), 1e-9, 1e-7,
                     what=region)


parts = {}
polygons = oracle.Inventory("polygons.nc")
for fid, (name, polygon) in enumerate(oracle.features(data + "inventory.shp", "LifeZone")):
    assert polygon.IsValid()
    check(polygons, "%03d" % fid, polygon)
    parts.setdefault(name, []).append(polygon)
zones = oracle.Inventory("zones.nc")
for name, polygon_list in parts.items():
    union = ogr.Geometry(ogr.wkbMultiPolygon)
    for polygon in polygon_list:
        union.AddGeometry(polygon)
    check(zones, name, union)
    for year in (0, 1):
        for pool in ("above_ground_biomass", "soil_organic_carbon_deep"):
            result.check("zone from its polygons", polygons("carbon_stock", year, pool=pool, region=name),
                         zones("carbon_stock", year, pool=pool, region=name), 1e-9, what=name)
result.true("101 polygons", sum(map(len, parts.values())) == 101)
result.finish()
END
