#!/bin/sh
# Every malformed raster of the nasty set: refused with an error that names it, or counted as the good one.
set -eu
[ -d "${SINK_SHARED:-}/nasty/raster" ] || { echo "skipped: ${SINK_SHARED:-SINK_SHARED}/nasty is absent"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/nasty_rasters.py"
