#!/bin/sh
# The seeds of all targets: sh tests/fuzz/seeds.sh FOLDER, with SINKCALC the program.
# What is text is in seeds/; the rest is made from the demo.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tables=$here/../../sinkcalc/tables
mkdir -p "$1"
cd "$1"
rm -rf ./*
cp -r "$here"/seeds/* .
cp "$tables"/legend_*.csv legend/
cp "$tables"/china_*.csv factors/
cp "$tables"/targets.csv tables/
mkdir -p work tally inventory netcdf
"${SINKCALC:?}" demo work/demo >work/log
for format in GPKG.gpkg FlatGeobuf.fgb GeoJSON.geojson; do
    ogr2ogr -q -f "${format%.*}" -simplify 0.002 "regions/demo.${format#*.}" work/demo/counties.gpkg regions
done

# Small tables of factors make small files. What they lack is counted as missing.
cp factors/ipcc_few.csv work/demo/
grep -E '^(quantity|carbon_fraction|root_shoot|soil_reference|growth),' factors/ipcc_few.csv >work/demo/few.csv
sed -e 's/^factors: .*/factors: [ipcc_few.csv, demo_factors.csv]/' -e 's/draws: 1000/draws: 100/' \
    -e 's/^missing: .*/missing: count/' -e '/^  nutrients:/d' -e '/^  salinity:/d' job/demo.yml >work/demo/whole.yml
cat >work/demo/stocks.yml <<'END'
regions: {file: counties.gpkg, id: code, where: code = '03'}
years: [2020]
layers: {land_cover: {file: landcover_2020.tif, legend: legend.csv}}
factors: demo_factors.csv
missing: count
output: {inventory: inventory.nc}
END
cat >work/demo/change.yml <<'END'
regions: {file: counties.gpkg, id: code, name: name, where: code like '0331%'}
years: [2020, 2025]
layers:
  land_cover: {file: "landcover_{year}.tif", legend: legend.csv}
  above_ground_biomass: {file: "biomass_{year}.tif", unit: t/ha, sd: "biomass_sd_{year}.tif", correlation: {range: 20 km}}
factors: [few.csv, demo_factors.csv]
accuracy: accuracy.csv
missing: count
output: {inventory: inventory.nc}
END
for job in whole stocks change; do
    step=20
    [ "$job" != stocks ] || step=1
    rm -f work/*.nc
    "$SINKCALC" tally -q "work/demo/$job.yml" -o work/tally.nc
    "$SINKCALC" account -q work/tally.nc -o work/inventory.nc
    /usr/bin/python3 "$here/nc_record.py" work/tally.nc "tally/$job" $step
    [ "$job" = whole ] || /usr/bin/python3 "$here/nc_record.py" work/inventory.nc "inventory/$job" 20
    [ "$job" = whole ] || cp work/tally.nc "netcdf/$job.nc"
done
cp work/inventory.nc netcdf/inventory.nc
rm -rf work
for target in *; do
    echo "$target: $(find "$target" -type f | wc -l) seeds"
done
