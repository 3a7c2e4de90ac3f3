#!/bin/sh
# Parts of a tally, merged in any order, have the bytes of one run; parts that are missing, there twice, unfinished or of
# something else are refused by name; the parts have about equal work.
set -eu
/usr/bin/python3 -c 'import numpy, netCDF4, osgeo' 2>/dev/null || { echo "skipped: no numpy, netCDF4 or GDAL for Python"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/parts.py"
