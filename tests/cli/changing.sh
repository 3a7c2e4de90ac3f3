#!/bin/sh
# An input that changes, grows, shrinks, is replaced or removed during a run ends it.
set -eu
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SINK_SOURCE/tests/cli"
/usr/bin/python3 -c 'import numpy, osgeo' 2>/dev/null || { echo "skipped: no numpy or GDAL for Python"; exit 77; }
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/changing.py"
