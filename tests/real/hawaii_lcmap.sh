#!/bin/sh
# LCMAP of Hawaii on an Albers grid without an EPSG code: areas of classes of the whole tile, of a rectangle given in
# degrees and of a triangle across cells are counts and exact shares times 900 m2, to 1e-9; and the projection keeps
# areas, so 900 m2 is what a cell has on the ellipsoid. The codes of change of the product tell the map of 2019: what went
# from class to class, and carbon, by IPCC land use.
set -eu
data=$SINK_SHARED/data/hawaii_lcmap
[ -d "$data" ] || { echo "skipped: $data is absent"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real:$SINK_SOURCE/tests/cli" PYTHONDONTWRITEBYTECODE=1 DATA="$data"

cat >legend.csv <<END
code,name,title,source,verified
0,nodata,No data,LCMAP metadata,seen
1,settlement,Developed,LCMAP metadata,seen
2,cropland,Cropland,LCMAP metadata,seen
3,grassland,Grass/Shrub,LCMAP metadata,seen
4,forest,Tree cover,LCMAP metadata,seen
5,water,Water,LCMAP metadata,seen
6,wetland,Wetland,LCMAP metadata,seen
7,snow_ice,Ice/Snow,LCMAP metadata,seen
8,bare,Barren,LCMAP metadata,seen
END
/usr/bin/python3 - <<'END'
import os
import shutil
import numpy as np
from osgeo import gdal, ogr
import oracle
raster = oracle.Raster(os.environ["DATA"] + "/LCMAP_HI_000000_2020_20210722_V10_LCPRI.tif")
triangle = ogr.CreateGeometryFromWkt(
    "POLYGON((-331000.5 2071234.25,-297000.75 2080011,-320017 2122345.5,-331000.5 2071234.25))")
# A code of change is the class, or ten times that of 2019 and that of 2020.
change = oracle.Raster(os.environ["DATA"] + "/LCMAP_HI_000000_2020_20210722_V10_LCACHG.tif").read()
assert (change % 10 == raster.read()).all()
for year in (2019, 2020):
    shutil.copyfile(raster.dataset.GetDescription(), "cover_%d.tif" % year)
os.chmod("cover_2019.tif", 0o644)
dataset = gdal.Open("cover_2019.tif", gdal.GA_Update)
dataset.GetRasterBand(1).WriteArray(np.where(change >= 10, change // 10, change))
dataset = None
oracle.region_file("plane.gpkg", raster.dataset.GetSpatialRef(), [
    ({"id": "tile"}, oracle.rectangle(-444345, 2018895, -294345, 2168895)), ({"id": "triangle"}, triangle)])
END
cat >degrees.geojson <<END
{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "box"}, "geometry": {"type": "Polygon",
 "coordinates": [[[-160.3, 21.7], [-159.95, 21.7], [-159.95, 22.2], [-160.3, 22.2], [-160.3, 21.7]]]}}]}
END
for name in plane.gpkg degrees.geojson; do
    cat >"${name%.*}.yml" <<END
regions: {file: $name, id: id}
years: 2020
layers: {land_cover: {file: "$data/LCMAP_HI_000000_{year}_20210722_V10_LCPRI.tif", legend: legend.csv}}
missing: {class: count, factor: count}
output: ${name%.*}.nc
END
    time -p "$SINKCALC" run --quiet "${name%.*}.yml"
done

cat >change.yml <<END
regions: {file: plane.gpkg, id: id}
years: [2019, 2020]
layers:
  land_cover: {file: "cover_{year}.tif", legend: legend.csv}
  zone: {value: tropical_moist_deciduous_forest}
  climate: {value: tropical_moist}
  soil: {value: volcanic}
  continent: {value: oceania}
  origin: {value: natural}
missing: {class: count, factor: count}
output: change.nc
END
time -p "$SINKCALC" run --quiet change.yml

/usr/bin/python3 - <<'END'
import os
import numpy as np
from osgeo import ogr, osr
import carbon
import oracle

result = oracle.Agreement()
raster = oracle.Raster(os.environ["DATA"] + "/LCMAP_HI_000000_2020_20210722_V10_LCPRI.tif")
crs = raster.dataset.GetSpatialRef()
names = {1: "settlement", 2: "cropland", 3: "grassland", 4: "forest", 5: "water", 6: "wetland", 8: "bare"}
for window in ((0, 0, 5, 5), (4995, 4995, 5, 5), (2500, 300, 5, 5)):
    for area in raster.cell_areas_m2(crs, *window).ravel():
        result.check("a cell on the ellipsoid, m2", area, 900, 1e-8)


def codes(window):
    return raster.read(*window)


def check(inventory, region, sums, relative):
    for code, name in names.items():
        result.check("area in " + region, inventory("area", 0, cover=name, region=region), sums[code], relative, what=name)
    result.check("no class in " + region, inventory("no_class_area", 0, region=region), sums[0], relative)


plane = oracle.Inventory("plane.nc")
check(plane, "tile", np.bincount(raster.read().ravel(), minlength=9) * 0.09, 1e-12)
result.check("cells of the tile", plane("pixel_count", 0, cover="wetland", region="tile"), 386, 1e-12)
for name, polygon in oracle.features("plane.gpkg", "id"):
    if name == "triangle":
        sums, worst = oracle.area_by_code(polygon, raster, codes, 9, lambda window: 0.09)
        print("yardstick against GEOS: %.1e of a cell" % worst)
        check(plane, name, sums, 1e-9)

# What changed within the year 2020, by the product's own codes.
changed = oracle.Inventory("change.nc")
factors = carbon.TableJob(["ipcc"], {"zone": "tropical_moist_deciduous_forest", "climate": "tropical_moist", "soil": "volcanic",
                                     "continent": "oceania", "origin": "natural"})
before, now = oracle.Raster("cover_2019.tif"), oracle.Raster("cover_2020.tif")
for name, polygon in oracle.features("plane.gpkg", "id"):
    if name == "tile":  # whole cells
        sums = np.bincount((before.read() * 9 + now.read()).ravel(), minlength=81) * 0.09
    else:
        sums, worst = oracle.area_by_code(polygon, raster, lambda window: before.read(*window) * 9 + now.read(*window), 81,
                                          lambda window: 0.09)
    sums = sums.reshape(9, 9)
    changes = {(names[was], names[is_now]): sums[was, is_now] for was in names for is_now in names}
    for (was, is_now), ha in changes.items():
        result.check("transition in " + name, changed("cover_transition_area", 1, cover_from=was, cover=is_now, region=name),
                     ha, 1e-9, 1e-6, what="%s to %s" % (was, is_now))
    oracle.check_land_uses(result, changed, name, changes)
    carbon.check_carbon(result, changed, factors, name, (2019, 2020), changes)
    print("%s: %.1f ha changed" % (name, sum(ha for (was, is_now), ha in changes.items() if was != is_now)))

# Sides that are straight in degrees, cut into 20000 pieces each, then brought to the plane.
geographic = crs.CloneGeogCS()
geographic.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
to_plane = osr.CoordinateTransformation(geographic, crs)
corners = np.array([[-160.3, 21.7], [-159.95, 21.7], [-159.95, 22.2], [-160.3, 22.2], [-160.3, 21.7]])
steps = np.arange(20000)[:, None] / 20000
line = np.vstack([a + (b - a) * steps for a, b in zip(corners[:-1], corners[1:])] + [corners[:1]])
ring = ogr.Geometry(ogr.wkbLinearRing)
for x, y, z in to_plane.TransformPoints(line):
    ring.AddPoint_2D(x, y)
box = ogr.Geometry(ogr.wkbPolygon)
box.AddGeometry(ring)
sums, worst = oracle.area_by_code(box, raster, codes, 9, lambda window: 0.09)
degrees = oracle.Inventory("degrees.nc")
check(degrees, "box", sums, 1e-6)
result.check("box on the ellipsoid", degrees("region_area", region="box"),
             oracle.latitude_areas_m2(21.7, 22.2, 0.35) / 1e4, 1e-9)
result.check("box, sum of its classes",
             degrees("classified_area", 0, region="box") + degrees("no_class_area", 0, region="box"), oracle.latitude_areas_m2(21.7, 22.2, 0.35) / 1e4, 1e-7)
result.finish()
END
