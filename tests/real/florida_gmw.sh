#!/bin/sh
# Global Mangrove Watch 1996 and 2020, a presence raster whose 0 is its nodata: area, change and blue carbon of a whole
# tile are counts by row times the closed-form area of a cell, times the factors of the set `ipcc`, to 1e-9.
set -eu
data=$SINK_SHARED/data/florida_gmw
[ -d "$data" ] || { echo "skipped: $data is absent"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real:$SINK_SOURCE/tests/cli" PYTHONDONTWRITEBYTECODE=1 DATA="$data"

/usr/bin/python3 - <<'END'
import oracle
oracle.region_file("tile.gpkg", oracle.crs_of("EPSG:4326"), [({"id": "N26W082"}, oracle.rectangle(-82, 25, -81, 26))])
END
cat >job.yml <<END
regions: {file: tile.gpkg, id: id}
years: [1996, 2020]
layers:
  mangrove: {file: "$data/GMW_N26W082_{year}_v3.tif", unit: presence}
  zone: {value: subtropical_humid_forest}
missing: {factor: count}
output: inventory.nc
END
time -p "$SINKCALC" run job.yml
sed -e 's/inventory.nc/thirty.nc/' job.yml >thirty.yml
echo 'conversion: {years: 30}' >>thirty.yml
"$SINKCALC" run --quiet thirty.yml
sed -e 's/^years: .*/years: 2020\nhistory: 1996/' -e 's/thirty.nc/since.nc/' thirty.yml >since.yml
"$SINKCALC" run --quiet since.yml

/usr/bin/python3 - <<'END'
import os
import numpy as np
import carbon
import oracle

result = oracle.Agreement()
inventory = oracle.Inventory("inventory.nc")
maps = [oracle.Raster("%s/GMW_N26W082_%d_v3.tif" % (os.environ["DATA"], year)) for year in (1996, 2020)]
first, second = (each.read() == 1 for each in maps)
assert (first.sum(), (second & ~first).sum(), (first & ~second).sum(), second.sum()) == (1800480, 24010, 83863, 1740627)
cell_ha = maps[0].row_areas_m2() / 1e4
change = oracle.Raster(os.environ["DATA"] + "/GMW_N26W082_chng_f1996_t2020_v3.tif").read()
assert ((change == 1) == (second & ~first)).all() and ((change == 2) == (first & ~second)).all()  # gain, loss


def area_ha(cells):
    return float((cells.sum(axis=1) * cell_ha).sum())


region = "N26W082"
for year, cells in enumerate((first, second)):
    ha = area_ha(cells)
    result.check("mangrove area", inventory("area", year, cover="mangrove", region=region), ha, 1e-9)
    result.check("area of the rest", inventory("area", year, cover="other", region=region), area_ha(~cells), 1e-9)
    # IPCC 2013 Wetlands Supplement: Table 4.3 (75 t d.m./ha), 4.2 (0.451), 4.5 (0.96), 4.11 (386 t C/ha)
    # to 1 m; mangroves that came by themselves add no soil in Tier 1
    for pool, stock in (("above_ground_biomass", ha * 75 * 0.451), ("below_ground_biomass", ha * 75 * 0.451 * 0.96),
                        ("soil_organic_carbon", 0), ("soil_organic_carbon_deep", area_ha(first & cells) * 386)):
        result.check("carbon by pool", inventory("carbon_stock", year, pool=pool, region=region), stock, 1e-9, what=pool)
    result.check("rounded area, known beforehand", inventory("area", year, cover="mangrove", region=region),
                 (98952, 95660)[year], 5e-6)
changes = {("mangrove", "mangrove"): area_ha(first & second), ("mangrove", "other"): area_ha(first & ~second),
           ("other", "mangrove"): area_ha(second & ~first), ("other", "other"): area_ha(~first & ~second)}
oracle.check_land_uses(result, inventory, region, changes, is_recent=False)  # 24 years ago, with 20 of transition
thirty, since = oracle.Inventory("thirty.nc"), oracle.Inventory("since.nc")
oracle.check_land_uses(result, thirty, region, changes)
for each, transition_yr in ((inventory, 20), (thirty, 30)):
    factors = carbon.TableJob(["ipcc"], {"zone": "subtropical_humid_forest"}, transition_yr)
    carbon.check_carbon(result, each, factors, region, (1996, 2020), changes, ", %d years" % transition_yr)
gained, lost = area_ha(change == 1), area_ha(change == 2)  # by the file of changes that the maps come with
result.check("land use by the file of changes", thirty("land_use_area", 1, land_use="other_land_converted_to_wetlands",
                                                       region=region), gained, 1e-9)
result.check("land use by the file of changes", thirty("land_use_area", 1, land_use="wetlands_converted_to_other_land",
                                                       region=region), lost, 1e-9)
for variable, axis in (("carbon_stock", "pool"), ("land_use_area", "land_use")):
    for label in thirty.labels[axis]:
        result.check("2020 since 1996", since(variable, 0, region=region, **{axis: label}),
                     thirty(variable, 1, region=region, **{axis: label}), 1e-9, 1e-6, what=label)
for was, is_now, cells in (("mangrove", "mangrove", first & second), ("mangrove", "other", first & ~second),
                           ("other", "mangrove", second & ~first), ("other", "other", ~first & ~second)):
    result.check("transition", inventory("cover_transition_area", 1, cover_from=was, cover=is_now, region=region),
                 area_ha(cells), 1e-9, what="%s to %s" % (was, is_now))
net_ha, lost_ha = area_ha(second) - area_ha(first), area_ha(first & ~second)
result.check("net removal, t CO2/yr", inventory("total_net_removal", 1, region=region),
             (net_ha * 75 * 0.451 * 1.96 - lost_ha * 386) * 44 / 12 / 24, 1e-9)
result.finish()
END
