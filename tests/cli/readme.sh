#!/bin/sh
# Every line that README.md shows as printed is printed so by the commands that it names.
set -eu
"$SINKCALC" demo --quiet demo
"$SINKCALC" run demo/job.yml --region 0332 >printed
"$SINKCALC" track demo/inventory.nc >>printed
sed 's/ *$//' printed >lines
awk '/^```/ { inside = !inside; shown = inside && $0 == "```"; next } shown && $1 != "..."' "$SINK_SOURCE/README.md" | sed 's/ *$//' >shown
[ "$(wc -l <shown)" -ge 40 ] || { echo "README.md shows $(wc -l <shown) lines, expected 40 and more"; exit 1; }
if grep -vxFf lines shown; then
    echo "README.md shows these lines, which the program does not print"
    exit 1
fi
