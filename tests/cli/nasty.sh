#!/bin/sh
# Every malformed input of the nasty set: refused with one error that names file and place, or accepted as the manifest says.
set -eu
[ -d "${SINK_SHARED:-}/nasty/raster" ] || { echo "skipped: ${SINK_SHARED:-SINK_SHARED}/nasty is absent"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/nasty.py"
