#!/bin/sh
# A whole tile of ESA WorldCover, two years, and its two islands: the area of every class is the count of its cells
# by row times the closed-form area of a cell, to 1e-9; by island to 1e-9 of the island, from exact shares. The same for
# IPCC land uses, and for carbon with the factors of a wet tropical island on volcanic soil.
set -eu
data=$SINK_SHARED/data/saotome_worldcover
[ -d "$data" ] || { echo "skipped: $data is absent"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real:$SINK_SOURCE/tests/cli" PYTHONDONTWRITEBYTECODE=1 DATA="$data"

/usr/bin/python3 - <<'END'
import oracle
oracle.region_file("tile.gpkg", oracle.crs_of("EPSG:4326"), [({"id": "tile"}, oracle.rectangle(6, 0, 9, 3))])
END

job() { # NAME REGIONS ID
    cat >"$1.yml" <<END
regions: {file: "$2", id: $3}
years: [2020, 2021]
layers:
  land_cover: {file: "$data/ESA_WorldCover_10m_{year}_v?00_N00E006_Map.tif", legend: worldcover}
  zone: {value: tropical_rain_forest}
  climate: {value: tropical_wet}
  soil: {value: volcanic}
  continent: {value: africa}
  origin: {value: natural}
missing: {tile: count, class: count, factor: count}
output: $1.nc
END
}
job tile tile.gpkg id
job islands "$data/dcw_saotome_islands.gpkg" name
for name in tile islands; do
    time -p "$SINKCALC" run --quiet $name.yml
done

/usr/bin/python3 - <<'END'
import os
import numpy as np
import carbon
import oracle

data = os.environ["DATA"] + "/"
names = {10: "forest", 20: "shrubland", 30: "grassland", 40: "cropland", 50: "settlement", 60: "bare", 70: "snow_ice",
         80: "water", 90: "wetland", 95: "mangrove", 100: "moss_lichen"}
result = oracle.Agreement()
tile, islands = oracle.Inventory("tile.nc"), oracle.Inventory("islands.nc")
maps = [oracle.Raster(data + "ESA_WorldCover_10m_%s_N00E006_Map.tif" % which) for which in ("2020_v100", "2021_v200")]
cell_ha = maps[0].row_areas_m2() / 1e4


def both_years(window):
    first, second = (place[each.read(*window)] for each in maps)
    return first * np.uint8(12) + second


# Whole tile. Classes of the two years are counted together: 12 * first + second.
seen = sorted(names)
counts = np.zeros((maps[0].height, 12 * 12))
place = np.full(256, 255, np.uint8)
place[[0] + seen] = np.arange(12)
for row in range(0, maps[0].height, 1024):
    rows = min(1024, maps[0].height - row)
    both = both_years((0, row, maps[0].width, rows))
    if not both.any():
        counts[row:row + rows, 0] = maps[0].width
        continue
    for k in range(rows):
        counts[row + k] = np.bincount(both[k], minlength=144)
assert counts.sum() == 36000 ** 2
areas = (counts * cell_ha[:, None]).sum(axis=0).reshape(12, 12)
for year in (0, 1):
    by_class = areas.sum(axis=1 - year)
    for code, name in names.items():
        result.check("area in the tile", tile("area", year, cover=name, region="tile"), by_class[1 + seen.index(code)],
                     1e-9, what=name)
        result.check("cells in the tile", tile("pixel_count", year, cover=name, region="tile"),
                     counts.sum(axis=0).reshape(12, 12).sum(axis=1 - year)[1 + seen.index(code)], 1e-12, what=name)
    result.check("area without a class", tile("no_class_area", year, region="tile"), by_class[0], 1e-9)
for i, was in enumerate(seen):
    for j, is_now in enumerate(seen):
        result.check("transition", tile("cover_transition_area", 1, cover_from=names[was], cover=names[is_now],
                                        region="tile"), areas[1 + i, 1 + j], 1e-9, what="%s to %s" % (was, is_now))
changes = {(names[was], names[is_now]): areas[1 + i, 1 + j] for i, was in enumerate(seen) for j, is_now in enumerate(seen)}
oracle.check_land_uses(result, tile, "tile", changes)
factors = carbon.TableJob(["ipcc"], {"zone": "tropical_rain_forest", "climate": "tropical_wet", "soil": "volcanic",
                                     "continent": "africa", "origin": "natural"})
stocks, sinks = carbon.check_carbon(result, tile, factors, "tile", (2020, 2021), changes)
print("t C: %.0f in 2020, %.0f in 2021; t CO2/yr: %.0f" % (*stocks.sum(1), sinks.sum()))
result.check("forest of 2020, known beforehand", tile("area", 0, cover="forest", region="tile"), 92317.0288, 5e-10)
result.check("region area", tile("region_area", region="tile"), cell_ha.sum() * 36000, 1e-9)

# By island, from exact shares; Sao Tome reaches 0.014 degrees beyond the tile.
for name, polygon in oracle.features(data + "dcw_saotome_islands.gpkg", "name"):
    assert polygon.IsValid()
    sums, worst = oracle.area_by_code(polygon, maps[0], both_years, 144,
                                      lambda window: cell_ha[window[1]:window[1] + window[3], None])
    sums = sums.reshape(12, 12)
    print("%s: yardstick against GEOS: %.1e of a cell" % (name, worst))
    island_ha = oracle.latitude_area_of(polygon) / 1e4
    result.check("area of the island", islands("region_area", region=name), island_ha, 1e-7)
    carbon.check_carbon(result, islands, factors, name, (2020, 2021), {
        (names[was], names[is_now]): sums[1 + i, 1 + j] for i, was in enumerate(seen) for j, is_now in enumerate(seen)},
        " by island")
    for year in (0, 1):
        by_class = sums.sum(axis=1 - year)
        for code, title in names.items():
            result.check("area by island", islands("area", year, cover=title, region=name),
                         by_class[1 + seen.index(code)], 1e-9, what="%s, %s" % (title, name))
        result.check("classified area of an island", islands("classified_area", year, region=name), by_class[1:].sum(),
                     1e-9, what=name)
        result.check("completeness of an island", islands("data_completeness", year, region=name),
                     by_class[1:].sum() / island_ha, 1e-7, what=name)
    for i, was in enumerate(seen):
        for j, is_now in enumerate(seen):
            result.check("transition by island", islands("cover_transition_area", 1, cover_from=names[was],
                         cover=names[is_now], region=name), sums[1 + i, 1 + j], 1e-9, what="%s to %s" % (was, is_now))
result.finish()
END
