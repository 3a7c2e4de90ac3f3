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
mkdir work
"${SINKCALC:?}" demo work/demo >work/log
for format in GPKG.gpkg FlatGeobuf.fgb GeoJSON.geojson; do
    ogr2ogr -q -f "${format%.*}" -simplify 0.002 "regions/demo.${format#*.}" work/demo/counties.gpkg regions
done
rm -rf work
for target in *; do
    echo "$target: $(find "$target" -type f | wc -l) seeds"
done
