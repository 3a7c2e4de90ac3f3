#!/bin/sh
# `track` joins inventories of four years of the demo; what it prints, as text and as JSON, and writes is what Python makes
# of the areas by class in them. What does not fit together is refused with the names of both files.
set -eu
/usr/bin/python3 -c 'import numpy, netCDF4, osgeo' 2>/dev/null || { echo "skipped: no numpy, netCDF4 or GDAL for Python"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
"$SINKCALC" demo landscape >/dev/null
cd landscape
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/track.py"
