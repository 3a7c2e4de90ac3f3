#!/bin/sh
# A run that is interrupted or killed goes on from its checkpoint, to the same bytes; a checkpoint of anything else is
# refused and kept. SINK_FULL=1 kills 200 times in place of 20.
set -eu
/usr/bin/python3 -c 'import numpy, osgeo' 2>/dev/null || { echo "skipped: no numpy or GDAL for Python"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/resume.py"
