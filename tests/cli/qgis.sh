#!/bin/sh
# In QGIS itself the demo's GeoPackage and maps open with their styles: classes, ramps and names, nothing where there are no data.
set -eu
/usr/bin/python3 -c 'import qgis.core, numpy' 2>/dev/null || { echo "skipped: no QGIS for Python (Debian: python3-qgis)"; exit 77; }
"$SINKCALC" demo --quiet landscape
"$SINKCALC" run --quiet landscape/job.yml
for language in en zh; do
    "$SINKCALC" export landscape/inventory.nc --lang $language -o $language.gpkg
done
"$SINKCALC" map --quiet landscape/job.yml -o maps
# A profile of its own, and no display.
export HOME="$PWD" XDG_RUNTIME_DIR="$PWD/run" QT_QPA_PLATFORM=offscreen PYTHONDONTWRITEBYTECODE=1
mkdir -m 700 run
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/qgis_layers.py"
