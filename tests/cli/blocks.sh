#!/bin/sh
# The sums of area x standard deviation by block in a tally file are those that NumPy makes cell by cell: three years, two
# rasters with ranges of their own and one without, stored as float32 with NaN, int16 with scale and offset, and on a
# coarser grid; a geographic and an Albers grid; regions over the borders of tiles and blocks.
set -eu
/usr/bin/python3 -c 'import numpy, netCDF4, osgeo' 2>/dev/null || { echo "skipped: no numpy, netCDF4 or GDAL for Python"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real" PYTHONDONTWRITEBYTECODE=1
/usr/bin/python3 "$SINK_SOURCE/tests/cli/blocks.py" make
for grid in degrees albers; do
    "$SINKCALC" tally --quiet -o $grid.nc $grid.yml
    "$SINKCALC" tally --quiet --threads 1 --overwrite -o again.nc $grid.yml
    cmp $grid.nc again.nc
done
/usr/bin/python3 "$SINK_SOURCE/tests/cli/blocks.py" check
