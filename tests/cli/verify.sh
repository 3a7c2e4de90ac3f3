#!/bin/sh
# A verifier finds every change: each variable and each attribute of the demo's inventory, each variable of the tally inside,
# each hash and factor, edits that agree with one another, other inputs, another job; and passes what is honest, for any number of threads.
set -eu
/usr/bin/python3 -c 'import numpy, netCDF4' 2>/dev/null || { echo "skipped: no numpy or netCDF4 for Python"; exit 77; }
fail() {
    echo "$*" >&2
    exit 1
}
"$SINKCALC" demo landscape >/dev/null
cd landscape
sed -i -e '/^uncertainty:/d' job.yml
"$SINKCALC" run --quiet job.yml

# Honest files pass, and it is said what was not verified.
honest=0
passes() { # FILE OPTION...
    "$SINKCALC" verify "$@" >out 2>err || fail "verify $*: exit code $?: $(cat out err)"
    honest=$((honest + 1))
}
passes inventory.nc
grep -q 'PASSED; internal, account: holds; inputs, full: not verified$' out || fail "verdict: $(cat out)"
passes inventory.nc --job job.yml --full
grep -q 'PASSED; internal, account, inputs, full: holds$' out || fail "verdict: $(cat out)"
for threads in 1 3; do
    "$SINKCALC" run --quiet --overwrite --threads $threads job.yml -o threads.nc
    passes threads.nc --quiet
done
"$SINKCALC" tally --quiet job.yml -o tally.nc
SOURCE_DATE_EPOCH=1700000000 "$SINKCALC" account --quiet tally.nc -o dated.nc
passes dated.nc
nccopy -d 0 inventory.nc stored.nc # the same content, stored otherwise
passes stored.nc
mkdir regions received
sed -e 's/# per_region: /per_region: /' -e 's/inventory: inventory.nc/inventory: all.nc/' job.yml >each.yml
"$SINKCALC" run --quiet each.yml
passes regions/033101.nc
grep -q 'account, inputs, full: not verified' out || fail "the file of a region: $(cat out)"
"$SINKCALC" tally --quiet each.yml -o each_tally.nc
passes regions/033101.nc --tally each_tally.nc
grep -q 'internal, account: holds' out || fail "the file of a region with its tally: $(cat out)"

# Other inputs, another job.
found=0
finds() { # WHAT PATTERN FILE OPTION...
    what=$1 pattern=$2
    shift 2
    "$SINKCALC" verify "$@" >out 2>err && fail "$what: not found: $(cat out)"
    [ $? = 1 ] || fail "$what: exit code: $(cat out err)"
    grep -q "$pattern" out || fail "$what: $(cat out)"
    found=$((found + 1))
}
cp ./*.tif ./*.csv ./*.gpkg received
passes inventory.nc --inputs received
printf '\001' | dd of=received/zone.tif bs=1 seek=5000 conv=notrunc 2>/dev/null
finds 'a byte of a raster' 'input_sha256 .zone.tif.  hash' inventory.nc --inputs received
cp zone.tif received
truncate -s -1 received/climate.tif
finds 'a raster cut short' 'input_bytes .climate.tif.  size' inventory.nc --inputs received
rm received/climate.tif
finds 'a raster missing' 'input_sha256 .climate.tif.  missing' inventory.nc --inputs received
cp climate.tif received
sed 's/^gwp:.*//; s/3 %/4 %/' job.yml >other.yml
finds 'another job' 'sinkcalc_job  job  another text from line' inventory.nc --job other.yml
finds 'another tally' 'recomputed' inventory.nc --tally each_tally.nc
sed -i '$y/123456789/234567891/' received/harvest.csv
finds 'another table' 'input_sha256 .harvest.csv.  hash' inventory.nc --inputs received

# What cannot be read is no difference.
for file in job.yml tally.nc missing.nc; do
    code=0
    "$SINKCALC" verify $file >out 2>err || code=$?
    [ $code = 3 ] || fail "$file: exit code $code"
    [ "$(wc -l <err)" = 1 ] || fail "$file: $(cat err)"
done
code=0
"$SINKCALC" verify inventory.nc --full >out 2>err || code=$?
[ $code = 2 ] || fail "--full without --job: exit code $code"

code=0
"$SINKCALC" verify inventory.nc --inputs nowhere >out 2>err || code=$?
[ $code = 2 ] && grep -q 'nowhere: no such folder' err || fail "--inputs nowhere: exit code $code"

# Nothing was written.
"$SINKCALC" verify inventory.nc --job job.yml --full --digits 17 >out
/usr/bin/python3 "$SINK_SOURCE/tests/cli/verify.py" inventory.nc
echo "$honest honest files passed; $found changes of inputs, $found found"
