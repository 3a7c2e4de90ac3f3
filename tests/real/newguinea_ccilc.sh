#!/bin/sh
# New Guinea 2001 to 2015 by ecoregion, on an equal-area grid without an EPSG code, with a legend of the user's own:
# the areas that changed from class to class are those of NumPy with exact shares, to 1e-9. Once from bytes, once from
# floats with NaN for no data; there soil carbon also follows
# the IPCC climate zone under the centre of each cell, from a coarser raster in degrees. Of the large map carbon and
# removals of all pools follow from the areas that changed; and a job of 2015 alone whose history is the map of 2001 has
# the stocks and land uses that both years together give.
set -eu
data=$SINK_SHARED/data/newguinea_ccilc
[ -d "$data" ] || { echo "skipped: $data is absent"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real:$SINK_SOURCE/tests/cli" PYTHONDONTWRITEBYTECODE=1 DATA="$data"

cat >legend.csv <<END
code,name,title,source,verified
1,cropland,Agriculture,the package motif,recalled
2,forest,Forest,the package motif,recalled
3,grassland,Grassland,the package motif,recalled
4,wetland,Wetland,the package motif,recalled
5,settlement,Settlement,the package motif,recalled
6,shrubland,Shrubland,the package motif,recalled
7,moss_lichen,Sparse vegetation,the package motif,recalled
8,bare,Bare area,the package motif,recalled
9,water,Water,the package motif,recalled
END
zones=$SINK_SHARED/data/ipcc_climate_zones/ipcc_climate_zones.tif
[ -f "$zones" ] || { echo "skipped: $zones is absent"; exit 77; }
export ZONES="$zones"
for size in '' s; do
    overlays="zone: {value: tropical_rain_forest}, climate: {value: tropical_wet}, soil: {value: lac}, continent: {value: asia},
        origin: {value: natural}"
    [ -z "$size" ] || overlays="climate: {file: \"$zones\", legend: ipcc_climate}, soil: {value: hac}"
    cat >job$size.yml <<END
regions: {file: "$data/ecoregions$size.gpkg", id: id, name: ECO_NAME}
years: [2001, 2015]
layers: {land_cover: {file: "$data/landcover{year}$size.tif", legend: legend.csv}, $overlays}
missing: {class: count, factor: count, tile: count}
output: inventory$size.nc
END
    time -p "$SINKCALC" run --quiet job$size.yml
    sed -e 's/^years: .*/years: 2015\nhistory: 2001/' -e "s/inventory$size.nc/since$size.nc/" job$size.yml >since$size.yml
    "$SINKCALC" run --quiet since$size.yml
done

/usr/bin/python3 - <<'END'
import os
import numpy as np
import carbon
import oracle

names = [None, "cropland", "forest", "grassland", "wetland", "settlement", "shrubland", "moss_lichen", "bare", "water"]
result = oracle.Agreement()
factors = carbon.TableJob(["ipcc"], {"zone": "tropical_rain_forest", "climate": "tropical_wet", "soil": "lac", "continent": "asia",
                                     "origin": "natural"})
for size, note in (("", ""), ("s", ", small map")):
    data = os.environ["DATA"]
    inventory, since = oracle.Inventory("inventory%s.nc" % size), oracle.Inventory("since%s.nc" % size)
    maps = [oracle.Raster("%s/landcover%d%s.tif" % (data, year, size)) for year in (2001, 2015)]

    def both_years(window):
        first, second = (np.where(raw <= 9, raw, 0).astype(int) for raw in (each.read(*window) for each in maps))
        return first * 10 + second

    changed, sink = 0, 0
    for name, polygon in oracle.features("%s/ecoregions%s.gpkg" % (data, size), "id"):
        assert polygon.IsValid()
        sums, worst = oracle.area_by_code(polygon, maps[0], both_years, 100, lambda window: 9.0)
        sums = sums.reshape(10, 10)
        inside = sums.sum()
        for i, was in enumerate(names[1:], 1):
            for year in (0, 1):
                result.check("area" + note, inventory("area", year, cover=was, region=name),
                             sums.sum(axis=1 - year)[i], 1e-9, 1e-6, what="%s in %s" % (was, name))
            for j, is_now in enumerate(names[1:], 1):
                result.check("transition" + note, inventory("cover_transition_area", 1, cover_from=was, cover=is_now,
                             region=name), sums[i, j], 1e-9, 1e-6, what="%s to %s in %s" % (was, is_now, name))
        changes = {(was, is_now): sums[i, j] for i, was in enumerate(names) for j, is_now in enumerate(names) if was and is_now}
        oracle.check_land_uses(result, inventory, name, changes)
        result.true("no land of one date alone" + note, sums[0, 1:].sum() + sums[1:, 0].sum() == 0, name)
        if not size:
            stocks, sinks = carbon.check_carbon(result, inventory, factors, name, (2001, 2015), changes)
            sink += sinks.sum()
        for variable, axis, labels in (("carbon_stock", "pool", inventory.labels["pool"]),
                                       ("land_use_area", "land_use", inventory.labels["land_use"])):
            for label in labels:
                result.check("2015 since 2001" + note, since(variable, 0, region=name, **{axis: label}),
                             inventory(variable, 1, region=name, **{axis: label}), 1e-9, 1e-6, what="%s in %s" % (label, name))
        for year in (0, 1):
            result.check("no class" + note, inventory("no_class_area", year, region=name), sums.sum(axis=1 - year)[0],
                         1e-9, 1e-6, what=name)
        result.check("region area" + note, inventory("region_area", region=name), polygon.GetArea() / 1e4, 1e-7)
        changed += sums[2, 1]
    print("forest to agriculture: %.1f ha; removal: %.0f t CO2/yr" % (changed, sink))
    result.true("something changed" + note, changed > 0)

# Soil of the small map by climate zone: IPCC 2019 Table 2.3, high activity clay, t C/ha to 30 cm; cropland by F_LU of Table
# 5.5; 14 of the 20 years that a conversion takes. What wetland had before is left out.
zones = oracle.Raster(os.environ["ZONES"])
plane = oracle.crs_of("+proj=cea +lat_ts=5.5 +lon_0=140.8 +datum=WGS84 +units=m")
climate, edge = oracle.under_centres(maps[0], plane, zones)
density = np.zeros(256)
density[[1, 3, 9, 10]] = [64, 81, 51, 60]
of_cropland = np.zeros(256)
of_cropland[[1, 3, 9, 10]] = [0.69, 0.7, 0.83, 0.83]
density, of_cropland = density[climate], of_cropland[climate]
codes = [each.read() for each in maps]
relative = [np.where(raw == 1, of_cropland, np.where(raw == 9, 0, 1)) for raw in codes]  # to the reference; no soil in water
relative[0] = np.where(codes[0] <= 9, relative[0], relative[1])  # land without data starts anew
relative[1] = relative[0] + (relative[1] - relative[0]) * 14 / 20
for name, polygon in oracle.features(data + "/ecoregionss.gpkg", "id"):
    share = oracle.shares(polygon, maps[0], 0, 0, maps[0].width, maps[0].height) * 9
    for year in (0, 1):
        for code, cover in ((1, "cropland"), (2, "forest"), (3, "grassland")):
            here = codes[year] == code
            result.check("soil carbon by climate zone", inventory("carbon_stock_by_cover", year, cover=cover,
                         pool="soil_organic_carbon", region=name), (share * density * relative[year])[here].sum(), 1e-9,
                         60 * share[here & edge].sum() + 60 * year * share[here & (codes[0] == 4)].sum(),
                         what="%s in %s" % (cover, name))
        print("cells too near the next zone to tell: %.1f ha of %.0f" % (share[edge].sum(), share.sum()))
result.finish()
END
