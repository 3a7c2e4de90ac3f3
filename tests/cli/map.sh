#!/bin/sh
# Maps: cells times their areas and their exact shares in a region add up to the inventory's number to 1e-6; the files are
# Cloud-Optimised GeoTIFFs with statistics, styles and a STAC item; the bytes depend on neither threads nor interruptions.
set -eu
/usr/bin/python3 -c 'import numpy, osgeo, netCDF4' 2>/dev/null || { echo "skipped: no numpy, GDAL or netCDF4 for Python"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real" PYTHONDONTWRITEBYTECODE=1
"$SINKCALC" demo --quiet landscape
"$SINKCALC" run --quiet landscape/job.yml
"$SINKCALC" map --quiet --threads 1 landscape/job.yml -o maps/
/usr/bin/python3 "$SINK_SOURCE/tests/cli/brute_force.py" make
for grid in utm albers; do
    "$SINKCALC" run --quiet $grid.yml
    "$SINKCALC" map --quiet $grid.yml -o $grid
done
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/map.py"
