#!/bin/sh
# Biomass on other grids than the land cover's counts as the same biomass brought to that grid by NumPy.
set -eu
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/other_grids.py"
