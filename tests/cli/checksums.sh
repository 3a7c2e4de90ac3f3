#!/bin/sh
# A job that states the SHA-256 of its inputs: what is not listed, or is another file, is refused before anything is written.
set -eu
/usr/bin/python3 -c 'import numpy, osgeo, netCDF4' 2>/dev/null || { echo "skipped: no numpy, GDAL or netCDF4 for Python"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/checksums.py"
