#!/bin/sh
# NLCD of Zion National Park in UTM, cells of 31.53 x 31.52 m, under two CRS names for one grid: classes inside the park
# are exact shares times the area of each cell on the ellipsoid, to 1e-8, whichever of the two maps is asked; and where
# one is laid over the other, no cell moves.
set -eu
data=$SINK_SHARED/data/zion_nlcd
[ -d "$data" ] || { echo "skipped: $data is absent"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real" PYTHONDONTWRITEBYTECODE=1 DATA="$data"

cat >full.csv <<END
code,name,title,source,verified
11,water,Open water,NLCD,recalled
21,settlement,Developed: open space,NLCD,recalled
22,settlement,Developed: low intensity,NLCD,recalled
23,settlement,Developed: medium intensity,NLCD,recalled
24,settlement,Developed: high intensity,NLCD,recalled
31,bare,Barren,NLCD,recalled
41,forest,Deciduous forest,NLCD,recalled
42,forest,Evergreen forest,NLCD,recalled
43,forest,Mixed forest,NLCD,recalled
52,shrubland,Shrub,NLCD,recalled
71,grassland,Herbaceous,NLCD,recalled
81,cropland,Pasture,NLCD,recalled
82,cropland,Cultivated crops,NLCD,recalled
90,wetland,Woody wetlands,NLCD,recalled
95,wetland,Herbaceous wetlands,NLCD,recalled
END
cat >simple.csv <<END
code,name,title,source,verified
1,water,Water,categories of the file,seen
2,settlement,Developed,categories of the file,seen
3,bare,Barren,categories of the file,seen
4,forest,Forest,categories of the file,seen
5,shrubland,Shrubland,categories of the file,seen
6,grassland,Herbaceous,categories of the file,seen
7,cropland,Cultivated,categories of the file,seen
8,wetland,Wetlands,categories of the file,seen
END
# One tonne of soil carbon in each hectare where the maps agree, and none where they do not.
{
    echo "quantity,class,key:simple,value,unit,depth_cm,source,verified"
    echo "soil_carbon,*,,0,t C ha-1,30,made up for a test,own"
    for class in settlement bare forest shrubland grassland cropland wetland; do
        echo "soil_carbon,$class,$class,1,t C ha-1,30,made up for a test,own"
    done
} >agreement.csv
cat >nlcd2011.yml <<END
regions: {file: "$data/zion.gpkg", id: UNIT_CODE, name: UNIT_NAME}
years: 2011
layers:
  land_cover: {file: "$data/nlcd2011.tif", legend: full.csv}
  simple: {file: "$data/nlcd.tif", legend: simple.csv}
factors: agreement.csv
missing: {factor: count}
output: nlcd2011.nc
END
cat >nlcd.yml <<END
regions: {file: "$data/zion.gpkg", id: UNIT_CODE, name: UNIT_NAME}
years: 2011
layers: {land_cover: {file: "$data/nlcd.tif", legend: simple.csv}}
missing: {factor: count}
output: nlcd.nc
END
for name in nlcd2011 nlcd; do
    time -p "$SINKCALC" run -v $name.yml
done

/usr/bin/python3 - <<'END'
import os
import numpy as np
import oracle

data = os.environ["DATA"] + "/"
result = oracle.Agreement()
full, simple = oracle.Raster(data + "nlcd2011.tif"), oracle.Raster(data + "nlcd.tif")
names = ["water", "settlement", "bare", "forest", "shrubland", "grassland", "cropland", "wetland"]
simple_of = np.zeros(256, int)
for code, place in ((11, 1), (21, 2), (22, 2), (23, 2), (24, 2), (31, 3), (41, 4), (42, 4), (43, 4), (52, 5), (71, 6),
                    (81, 7), (82, 7), (90, 8), (95, 8)):
    simple_of[code] = place
(park, polygon), = oracle.features(data + "zion.gpkg", "UNIT_CODE")
assert polygon.IsValid()
crs = full.dataset.GetSpatialRef()


def cell_ha(window):
    return full.cell_areas_m2(crs, *window) / 1e4


def both(window):
    return simple_of[full.read(*window)] * 10 + simple.read(*window)


sums, worst = oracle.area_by_code(polygon, full, both, 100, cell_ha)
sums = sums.reshape(10, 10)
print("yardstick against GEOS: %.1e of a cell" % worst)
first, second = oracle.Inventory("nlcd2011.nc"), oracle.Inventory("nlcd.nc")
for place, name in enumerate(names, 1):
    result.check("area, full codes", first("area", 0, cover=name, region=park), sums.sum(axis=1)[place], 1e-8, what=name)
    result.check("area, 8 classes", second("area", 0, cover=name, region=park), sums.sum(axis=0)[place], 1e-8, what=name)
    if name != "water":
        result.check("maps agree", first("carbon_stock_by_cover", 0, cover=name, pool="soil_organic_carbon", region=park),
                     sums[place, place], 1e-8, what=name)
by_category = {category: 0.0 for category in oracle.CATEGORIES}  # one map: all land remains what it is
for place, name in enumerate(names, 1):
    by_category[oracle.CATEGORY_OF[name]] += sums.sum(axis=1)[place]
for was in oracle.CATEGORIES:
    for now in oracle.CATEGORIES:
        row = "%s_remaining_%s" % (was, was) if was == now else "%s_converted_to_%s" % (was, now)
        result.check("area by IPCC category", first("land_use_area", 0, land_use=row, region=park),
                     by_category[was] if was == now else 0.0, 1e-8, what=row)
result.check("park on the ellipsoid", first("region_area", region=park), sums.sum(), 1e-7)
result.finish()
END
