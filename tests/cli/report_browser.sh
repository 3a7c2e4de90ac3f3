#!/bin/sh
# The report in a real browser, offline: no error, all that is switched, sorted, pointed at and downloaded works, with and
# without its script; text has contrast and does not overlap on a phone, a screen and a wall; it prints.
set -eu
command -v chromium >/dev/null && command -v chromedriver >/dev/null || { echo "skipped: no chromium or chromedriver"; exit 77; }
/usr/bin/python3 -c 'import selenium, netCDF4' 2>/dev/null || { echo "skipped: no selenium or netCDF4 for Python"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1 HOME="$PWD"
"$SINKCALC" demo --quiet demo
"$SINKCALC" run --quiet demo/job.yml
"$SINKCALC" report demo/inventory.nc -o en.html
"$SINKCALC" report demo/inventory.nc -o zh.html --lang zh
/usr/bin/python3 -c "import sys; sys.path.append('$SINK_SOURCE/tests/cli'); import report_data; report_data.many('many.nc', 24)"
"$SINKCALC" report many.nc -o many.html
/usr/bin/python3 "$SINK_SOURCE/tests/cli/report_browser.py"
