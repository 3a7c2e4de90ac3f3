#!/bin/sh
# A random landscape on a geographic, a UTM and an Albers grid, with ragged regions, holes and parts: areas, changes from
# class to class, biomass and volume are those of brute force, 64 x 64 points in each cell, within its error; those of
# exact shares to 1e-8 and 1e-8 of a cell; and in rectangles along the cells to 1e-9 on the geographic grid, to 1e-8 on the
# projected ones, whose cells of 1 km have curved sides and an area known from their middle.
set -eu
export PYTHONPATH="$SINK_SOURCE/tests/real" PYTHONDONTWRITEBYTECODE=1
/usr/bin/python3 "$SINK_SOURCE/tests/cli/brute_force.py" make
for grid in degrees utm albers; do
    "$SINKCALC" run --quiet $grid.yml
done
/usr/bin/python3 "$SINK_SOURCE/tests/cli/brute_force.py" check
