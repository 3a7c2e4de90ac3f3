#!/bin/sh
# CLCD of the headwaters of the Yellow River, an ASCII grid without a CRS: refused until the job names one; then classes
# by the area of UTM cells on the ellipsoid to 1e-8, and soil carbon of grassland by the IPCC climate zone under the
# centre of each cell, from a coarser raster in degrees (all of this basin is polar moist; newguinea_ccilc has four zones).
set -eu
data=$SINK_SHARED/data/qinghai_clcd
zones=$SINK_SHARED/data/ipcc_climate_zones/ipcc_climate_zones.tif
[ -d "$data" ] && [ -f "$zones" ] || { echo "skipped: $data or $zones is absent"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real" PYTHONDONTWRITEBYTECODE=1 DATA="$data" ZONES="$zones"

cat >legend.csv <<END
code,name,title,source,verified
21,snow_ice,Snow,README of the data,seen
111,water,Water,README of the data,seen
131,bare,Barren,README of the data,seen
143,forest,Forest,README of the data,seen
152,shrubland,Shrub,README of the data,seen
171,grassland,Grassland,README of the data,seen
END
/usr/bin/python3 - <<'END'
import os
from osgeo import ogr
import oracle
raster = oracle.Raster(os.environ["DATA"] + "/clcd_v01_2020_HYRB_1km_utm47n_re.asc")
whole = oracle.rectangle(raster.x0, raster.y0 + raster.height * raster.dy, raster.x0 + raster.width * raster.dx,
                         raster.y0)
star = ogr.CreateGeometryFromWkt("POLYGON((290123.4 3900321,350777 3810500.5,500111 3880222,420333 3790444,470555 3700666,"
                                 "385777 3760888,300999 3680111,345222 3785333,290123.4 3900321))")
oracle.region_file("regions.gpkg", oracle.crs_of("EPSG:32647"), [({"id": "whole"}, whole), ({"id": "star"}, star)])
END
cat >job.yml <<END
regions: {file: regions.gpkg, id: id}
years: 2020
layers:
  land_cover: {file: "$data/clcd_v01_{year}_HYRB_1km_utm47n_re.asc", legend: legend.csv, crs: EPSG:32647}
  climate: {file: "$zones", legend: ipcc_climate}
  soil: {value: hac}
missing: {class: count, factor: count}
output: inventory.nc
END
sed -e 's/, crs: EPSG:32647//' -e 's/inventory.nc/refused.nc/' job.yml >refused.yml
for command in check run; do
    code=0
    "$SINKCALC" $command --quiet refused.yml 2>refusal || code=$?
    [ "$code" = 3 ] && [ ! -e refused.nc ] && grep -q 'clcd_v01_2020_HYRB_1km_utm47n_re.asc.*CRS' refusal ||
        { echo "$command of a raster without CRS: exit code $code, and said:"; cat refusal; exit 1; }
done
time -p "$SINKCALC" run -v job.yml

/usr/bin/python3 - <<'END'
import os
import numpy as np
import oracle

result = oracle.Agreement()
raster = oracle.Raster(os.environ["DATA"] + "/clcd_v01_2020_HYRB_1km_utm47n_re.asc")
zones = oracle.Raster(os.environ["ZONES"])
crs = oracle.crs_of("EPSG:32647")
whole = (0, 0, raster.width, raster.height)
codes, cell_ha = raster.read(), raster.cell_areas_m2(crs, *whole) / 1e4

climate, edge = oracle.under_centres(raster, crs, zones)
# IPCC 2019 Table 2.3, high activity clay, t C/ha to 30 cm; zones in the order of the JRC
stock = np.full(256, np.nan)
stock[[1, 2, 3, 4, 5, 6, 7, 8]] = [64, 24, 81, 43, 59, 59, 63, 63]
density = stock[climate]
names = {21: "snow_ice", 111: "water", 131: "bare", 143: "forest", 152: "shrubland", 171: "grassland"}
inventory = oracle.Inventory("inventory.nc")
for region, polygon in oracle.features("regions.gpkg", "id"):
    share = oracle.shares(polygon, raster, *whole) * cell_ha
    if region == "star":
        print("yardstick against GEOS: %.1e of a cell" % oracle.check_shares(polygon, raster, whole, share / cell_ha)[0])
    for code, name in names.items():
        result.check("area", inventory("area", 0, cover=name, region=region), share[codes == code].sum(), 1e-8,
                     what="%s in %s" % (name, region))
    result.check("no class", inventory("no_class_area", 0, region=region), share[codes == -9999].sum(), 1e-8, what=region)
    grass = codes == 171
    assert not np.isnan(density[grass]).any()
    assert set(climate[codes != -9999]) == {5}, "all of the basin is polar moist"
    doubtful = (share * density)[grass & edge].sum()
    result.check("soil carbon of grassland", inventory("carbon_stock_by_cover", 0, cover="grassland",
                 pool="soil_organic_carbon", region=region), (share * density)[grass].sum(), 1e-8, doubtful, what=region)
    result.check("region area", inventory("region_area", region=region), share.sum(), 1e-7, what=region)
    result.true("the plane's area is another", abs(polygon.GetArea() / 1e4 / share.sum() - 1) > 1e-4)
result.finish()
END
