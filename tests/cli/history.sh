#!/bin/sh
# Forty maps of a landscape in which every cell has a story of its own: the rows of the tally are those that Python makes
# cell by cell, for every division of the maps into history and years, and with disturbances, ages and biomass beside them.
# The account from a tally alone is that of the run; its inputs are listed with their hashes; faults of the history, of
# harvests and of confusion matrices are told by `check`.
set -eu
/usr/bin/python3 -c 'import numpy, netCDF4, osgeo' 2>/dev/null || { echo "skipped: no numpy, netCDF4 or GDAL for Python"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real" PYTHONDONTWRITEBYTECODE=1
history() { /usr/bin/python3 "$SINK_SOURCE/tests/cli/history.py" "$@"; }
history make
for job in annual mixed one two gappy layers; do
    "$SINKCALC" tally --quiet --threads 2 -o $job.tally.nc $job.yml
done
"$SINKCALC" run --quiet --threads 2 layers.yml
mkdir alone
cp layers.tally.nc alone
(cd alone && "$SINKCALC" account --quiet -o out.nc layers.tally.nc && ls >files && printf 'files\nlayers.tally.nc\nout.nc\n' | cmp - files)
cmp alone/out.nc layers.nc
for job in annual gappy; do
    "$SINKCALC" account --quiet -o $job.nc $job.tally.nc
done
history check
history faults
