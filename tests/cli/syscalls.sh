#!/bin/sh
# kill -9 at calls of the system, then the same command: the same bytes. What a run opens is what its inventory lists.
# SINK_FULL=1 kills at every call in place of 60.
set -eu
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SINK_SOURCE/tests/cli"
/usr/bin/python3 -c 'import numpy, osgeo' 2>/dev/null || { echo "skipped: no numpy or GDAL for Python"; exit 77; }
strace -f -o /dev/null true 2>/dev/null || { echo "skipped: no strace, or it may not trace"; exit 77; }
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/syscalls.py"
