#!/bin/sh
# Exports of the demo's inventory, and of one with hostile texts in it, read back by other programs, hold its values to
# the last bit; what cannot be exported is refused.
set -eu
/usr/bin/python3 -c 'import netCDF4, numpy, openpyxl, osgeo' 2>/dev/null ||
    { echo "skipped: no netCDF4, numpy, openpyxl or GDAL for Python"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
"$SINKCALC" demo --quiet landscape
"$SINKCALC" run --quiet landscape/job.yml
sed -e 's/^years:.*/years: [2020]/' -e 's/inventory.nc/one.nc/' -e 's/# tally: /tally: /' -e '/^history:/d' -e '/^disturbances:/,/^ /d' \
    -e '/^methods:/d' -e '/^harvest:/d' -e '/^value:/,/^    high:/d' landscape/job.yml >landscape/one.yml
"$SINKCALC" run --quiet landscape/one.yml
cp landscape/inventory.nc landscape/one.nc .
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/export.py"
