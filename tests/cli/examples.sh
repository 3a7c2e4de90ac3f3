#!/bin/sh
# The scripts in pipelines/examples run on the demo and say what the inventory says. Those whose programs are missing are
# left out with a line.
set -eu
examples=$SINK_SOURCE/pipelines/examples
export SINKCALC PYTHONDONTWRITEBYTECODE=1
count=0
fail() {
    echo "$*" >&2
    exit 1
}
"$SINKCALC" demo --quiet landscape
"$SINKCALC" run --quiet landscape/job.yml
"$SINKCALC" export landscape/inventory.nc -o inventory.gpkg

if /usr/bin/python3 -c 'import xarray, netCDF4' 2>/dev/null; then
    /usr/bin/python3 -W error::FutureWarning "$examples/notebook.py" landscape/inventory.nc >notebook
    grep -qx 'adds up' notebook || fail "notebook.py: $(cat notebook)"
    grep -q 'Zhuling' notebook || fail "notebook.py names no region"
    count=$((count + 1))
else
    echo "notebook.py left out: no xarray"
fi

if Rscript -e 'library(ncdf4); library(sf)' >/dev/null 2>&1; then
    Rscript "$examples/regions.R" landscape/inventory.nc inventory.gpkg >regions 2>&1 || fail "regions.R: $(cat regions)"
    grep -q '^16 regions, outlines within [01]\.' regions || fail "regions.R: $(cat regions)"
    count=$((count + 1))
else
    echo "regions.R left out: no R with ncdf4 and sf"
fi

# Five years out of two: even ones have the maps of 2020, odd ones those of 2025.
mkdir series
cp landscape/* series
rm series/inventory.nc
for year in 2020 2021 2022 2023 2024; do
    of=$((year % 2 == 0 ? 2020 : 2025))
    for layer in landcover biomass volume; do
        cp "landscape/${layer}_$of.tif" "series/${layer}_$year.tif"
    done
done
sh "$examples/years.sh" "$examples/template.yml" series 2020 2024 >track
grep -q 'forest stock volume: trend' track || fail "years.sh: $(cat track)"
[ "$(ls series/inventory_*.nc | wc -l)" = 5 ] && [ -s series/track.nc ] || fail "years.sh: a year is missing"
rm series/inventory_2022.nc
touch -d '2001-01-01' series/inventory_2020.nc
sh "$examples/years.sh" "$examples/template.yml" series 2020 2024 >again
cmp track again
[ "$(date -r series/inventory_2020.nc +%Y)" = 2001 ] || fail "years.sh runs a year again that is done"
count=$((count + 1))

for name in $(ls "$examples"); do
    [ "$name" = README.md ] || grep -q "\`$name\`" "$examples/README.md" || fail "README.md of the examples does not tell of $name"
done
echo "$count examples"
