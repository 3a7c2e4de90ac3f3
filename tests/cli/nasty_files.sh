#!/bin/sh
# Every malformed job, table and netCDF file of the nasty set: refused with an error that names file and line.
set -eu
[ -d "${SINK_SHARED:-}/nasty/job" ] || { echo "skipped: ${SINK_SHARED:-SINK_SHARED}/nasty is absent"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/nasty_files.py"
