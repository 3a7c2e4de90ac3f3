#!/bin/sh
# The whole account of the demo, and of jobs that differ from it, is the one that Python makes cell by cell: every figure
# of every region and year to 1e-8. A line is a name, and what differs from the job in the first line.
set -eu
/usr/bin/python3 -c 'import numpy, netCDF4, osgeo' 2>/dev/null || { echo "skipped: no numpy, netCDF4 or GDAL for Python"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real" PYTHONDONTWRITEBYTECODE=1
"$SINKCALC" demo landscape >/dev/null
cd landscape
grep -v '^#' <<'END_OF_JOBS' | /usr/bin/python3 "$SINK_SOURCE/tests/cli/recompute.py"
{"regions": {"file": "counties.gpkg", "id": "code", "parent": "parent"}, "years": [2020, 2025], "layers": {"land_cover": {"file": "landcover_{year}.tif", "legend": "legend.csv"}, "above_ground_biomass": {"file": "biomass_{year}.tif", "unit": "t/ha", "classes": ["forest", "bamboo", "mangrove"]}, "stock_volume": {"file": "volume_{year}.tif", "unit": "m3/ha", "classes": ["forest"]}, "zone": {"file": "zone.tif", "legend": "gez"}, "climate": {"value": "warm_temperate_moist"}, "soil": {"value": "lac"}, "continent": {"value": "asia"}, "origin": {"value": "natural"}}, "factors": ["ipcc", "demo_factors.csv"], "targets": {"forest_coverage": {"2030": "66 %"}, "forest_stock_volume": {"2030": "4.4e6 m3"}}}
demo {}
# three years; integers with a scale; soil in kg; another forest and land; a rest with land in it; targets of the past
many {"years": [2020, 2025, 2033], "layers": {"above_ground_biomass": {"file": "scaled_{year}.tif", "unit": "t/ha", "classes": ["forest", "bamboo", "mangrove"]}, "soil_carbon": {"file": "soil_{year}.tif", "unit": "kg C m-2", "depth": "30 cm", "classes": ["forest", "cropland"]}}, "forest_classes": ["forest", "grassland", "mangrove"], "land_area": {"without": ["water", "sea", "seagrass", "wetland"]}, "targets": {"forest_coverage": {"2024": "60 %", "2035": "90 %"}}, "regions": {"file": "counties.gpkg", "id": "code", "parent": "parent", "where": "code not in ('0332', '033103') and code not like '0332__'"}}
# biomass from volume: BCEF by interval, volume x BCEF by the interval of the ratio; types and zones without a factor
volume {"layers": {"above_ground_biomass": null, "stock_volume": {"file": "uneven_{year}.tif", "unit": "m3/ha", "classes": ["forest"]}, "zone": {"file": "zones.tif", "legend": "gez"}, "forest_type": {"file": "types.tif", "legend": "types.csv"}}, "factors": ["ipcc", "demo_factors.csv", "more.csv"], "missing": {"factor": "count"}}
# t C/ha; conifers with a carbon fraction of their own
carbon {"layers": {"above_ground_biomass": {"file": "carbon_{year}.tif", "unit": "t C/ha", "classes": ["forest", "bamboo", "mangrove"]}, "zone": {"file": "zones.tif", "legend": "gez"}, "forest_type": {"file": "types.tif", "legend": "types.csv"}}, "missing": {"factor": "count"}}
# no class, no value and no factor
gaps {"layers": {"land_cover": {"file": "gaps_{year}.tif", "legend": "legend.csv"}, "above_ground_biomass": {"file": "holes_{year}.tif", "unit": "t/ha", "classes": ["forest", "bamboo", "mangrove"]}, "stock_volume": {"file": "volume_holes_{year}.tif", "unit": "m3/ha", "classes": ["forest"]}, "soil_carbon": {"file": "soil_holes_{year}.tif", "unit": "t C/ha", "depth": "100 cm", "classes": ["forest", "water"]}}, "factors": ["ipcc"], "missing": "count"}
# the factors where the rasters have no value
fallback {"layers": {"above_ground_biomass": {"file": "holes_{year}.tif", "unit": "t/ha", "classes": ["forest", "bamboo", "mangrove"]}, "soil_carbon": {"file": "soil_holes_{year}.tif", "unit": "t C/ha", "depth": "30 cm", "classes": ["forest", "cropland"]}}, "factors": ["ipcc", "demo_factors.csv", "more.csv"], "missing": {"value": "factor"}}
# layers of presence that overlap, and shares of cells; both with biomass
presence {"layers": {"land_cover": null, "stock_volume": null, "forest": {"file": "forest_{year}.tif"}, "wetland": {"file": "wetland_{year}.tif"}, "mangrove": {"file": "mangrove_{year}.tif"}, "salt_marsh": {"file": "salt_marsh_{year}.tif"}, "grassland": {"file": "grassland_{year}.tif"}, "above_ground_biomass": {"file": "filled_{year}.tif", "unit": "t/ha", "classes": ["forest", "mangrove"]}}}
shares {"layers": {"land_cover": null, "stock_volume": null, "forest": {"file": "forest_share_{year}.tif", "unit": "percent"}, "wetland": {"file": "wetland_share_{year}.tif", "unit": "percent"}, "mangrove": {"file": "mangrove_share_{year}.tif", "unit": "percent"}, "salt_marsh": {"file": "salt_marsh_share_{year}.tif", "unit": "percent"}, "grassland": {"file": "grassland_share_{year}.tif", "unit": "percent"}, "above_ground_biomass": {"file": "filled_{year}.tif", "unit": "t/ha", "classes": ["forest", "mangrove"]}}, "leave": ["pixel_count"]}
# layers on other grids, by each method
warped {"layers": {"above_ground_biomass": {"file": "coarse_{year}.tif", "unit": "t/ha", "classes": ["forest", "bamboo", "mangrove"]}, "soil_carbon": {"file": "coarse_soil_{year}.tif", "unit": "t C/ha", "depth": "30 cm", "classes": ["cropland"], "method": "bilinear"}, "zone": {"file": "coarse_zones.tif", "legend": "gez"}}, "missing": {"value": "count"}}
# a projected grid, with regions in degrees, to 1e-5 where they leave slivers of 0.3 ha
utm {"layers": {"land_cover": {"file": "utm_landcover_{year}.tif", "legend": "legend.csv"}, "above_ground_biomass": {"file": "utm_biomass_{year}.tif", "unit": "t/ha", "classes": ["forest", "bamboo", "mangrove"]}, "stock_volume": null, "zone": {"value": "subtropical_humid_forest"}}, "within": 1e-5}
# regions that reach beyond the grid
beyond {"layers": {"land_cover": {"file": "cut_{year}.tif", "legend": "legend.csv"}, "above_ground_biomass": {"file": "biomass_{year}.tif", "unit": "t/ha", "classes": ["forest", "bamboo", "mangrove"], "method": "nearest"}, "stock_volume": null}, "regions": {"file": "counties.gpkg", "id": "code", "where": "code like '03____'"}, "missing": {"tile": "count"}}
one_year {"years": 2025, "regions": {"file": "counties.gpkg", "id": "code", "where": "code like '0331__'"}}
levels {"regions": {"file": "levels.gpkg", "id": "code", "parent": ["province", "prefecture"]}}
# the interval of the ratio where a line gives the biomass, without and with roots; t C/ha with breaks near each other; stock
# volume only of the classes that the layer speaks for
lines {"layers": {"above_ground_biomass": null, "stock_volume": {"file": "uneven_{year}.tif", "unit": "m3/ha", "classes": ["forest"]}}, "factors": ["ipcc", "demo_factors.csv", "more.csv", "no_roots.csv"]}
whole_trees {"layers": {"above_ground_biomass": null, "stock_volume": {"file": "uneven_{year}.tif", "unit": "m3/ha", "classes": ["forest"]}}, "factors": ["ipcc", "demo_factors.csv", "more.csv", "roots.csv"]}
china {"layers": {"above_ground_biomass": null, "stock_volume": {"file": "uneven_{year}.tif", "unit": "m3/ha", "classes": ["forest"]}, "forest_type": {"file": "types.tif", "legend": "types.csv"}}, "factors": ["ipcc", "china_volume", "demo_factors.csv", "more.csv"], "missing": {"factor": "count"}}
near {"layers": {"above_ground_biomass": {"file": "carbon_{year}.tif", "unit": "t C/ha", "classes": ["forest", "bamboo", "mangrove"]}}, "factors": ["ipcc", "demo_factors.csv", "near.csv"]}
elsewhere {"layers": {"stock_volume": {"file": "everywhere_{year}.tif", "unit": "m3/ha", "classes": ["forest"]}}}
END_OF_JOBS
