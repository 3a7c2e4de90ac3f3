#!/bin/sh
# Bits of rasters flipped, and files of every kind cut: in the long run of the tests only (SINK_FULL=1).
set -eu
[ -n "${SINK_FULL:-}" ] || { echo "skipped: SINK_FULL is not set"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/sweeps.py"
