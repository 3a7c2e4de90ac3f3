#!/bin/sh
# `report` makes of the demo's inventory one page: well-formed, with nothing from outside, with the numbers of the
# inventory, in both languages, the same bytes each time. Names and texts of a stranger stay texts; what is not in the
# file is left out; what is not an inventory is refused.
set -eu
/usr/bin/python3 -c 'import numpy, netCDF4' 2>/dev/null || { echo "skipped: no numpy or netCDF4 for Python"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
"$SINKCALC" demo --quiet demo
"$SINKCALC" run --quiet demo/job.yml
"$SINKCALC" report demo/inventory.nc -o en.html
"$SINKCALC" report demo/inventory.nc -o again.html --overwrite
cmp en.html again.html
"$SINKCALC" report demo/inventory.nc -o zh.html --lang zh
"$SINKCALC" report demo/inventory.nc -o breaks.html --breaks 'density=60,90;sink=-1,0,1'

refused() { # CODE TEXT WORD...: the exit code, and what is said
    code=$1 said=$2
    shift 2
    found=0
    "$SINKCALC" "$@" >printed 2>&1 || found=$?
    [ "$found" = "$code" ] || { echo "$*: exit code $found, expected $code"; cat printed; exit 1; }
    grep -q "$said" printed || { echo "$*: expected \"$said\" in"; cat printed; exit 1; }
}
refused 2 'itself, expected another file' report demo/inventory.nc -o demo/inventory.nc
refused 2 'exists already' report demo/inventory.nc -o en.html
refused 2 'expected en or zh' report demo/inventory.nc -o x.html --lang fr
refused 2 'expected density=' report demo/inventory.nc -o x.html --breaks depth=1
refused 2 'rising numbers' report demo/inventory.nc -o x.html --breaks density=2,1
refused 3 'expected' report demo/zone.tif -o x.html
refused 3 'No such file' report none.nc -o x.html
"$SINKCALC" tally --quiet demo/job.yml -o tally.nc
refused 3 'expected an inventory' report tally.nc -o x.html
[ ! -e x.html ]
/usr/bin/python3 "$SINK_SOURCE/tests/cli/report.py"
