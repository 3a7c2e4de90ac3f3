#!/bin/sh
# A loss of power after any operation on files: outputs are old or whole, and the same command goes on.
# SINK_FULL=1 goes on from more of what may be left.
set -eu
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SINK_SOURCE/tests/cli"
/usr/bin/python3 -c 'import numpy, osgeo' 2>/dev/null || { echo "skipped: no numpy or GDAL for Python"; exit 77; }
strace -f -o /dev/null true 2>/dev/null || { echo "skipped: no strace, or it may not trace"; exit 77; }
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/power_loss.py"
