#!/bin/sh
# A checkpoint with a byte changed or cut off is refused, or the result is the same. SINK_FULL=1 tries thousands.
set -eu
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SINK_SOURCE/tests/cli"
/usr/bin/python3 -c 'import numpy, osgeo' 2>/dev/null || { echo "skipped: no numpy or GDAL for Python"; exit 77; }
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/damage.py"
