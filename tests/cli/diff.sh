#!/bin/sh
# Two inventories against each other: what differs is named, and its cause is the one that was changed: areas alone, biomass
# alone, a factor alone, all three.
set -eu
/usr/bin/python3 -c 'import numpy, netCDF4; from osgeo import gdal' 2>/dev/null || { echo "skipped: no numpy, netCDF4 or GDAL for Python"; exit 77; }
"$SINKCALC" demo landscape >/dev/null
cd landscape
sed -i -e '/^uncertainty:/d' job.yml
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/diff.py"
