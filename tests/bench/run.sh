#!/bin/sh
# The speed of `sinkcalc tally` as a ratio to decoding alone, in paired runs on this machine.
#   sh tests/bench/run.sh [CELLS] [ROUNDS] [THREADS]     default 20000 5 2
# Inputs are made once in $SINK_BENCH (default: build/bench).
set -eu
cd "$(dirname "$0")/../.."
cells=${1:-20000} rounds=${2:-5} threads=${3:-2}
data=${SINK_BENCH:-$PWD/build/bench}/$cells
cmake --preset release >/dev/null
log=$(cmake --build --preset release --target sinkcalc bench_generate bench_decode bench_measure) || {
    echo "$log"
    exit 1
}
bin=$PWD/build/release
if [ ! -e "$data/done" ] || [ "$bin/tests/bench/bench_generate" -nt "$data/done" ]; then
    mkdir -p "$data"
    echo "writing $cells x $cells cells to $data"
    "$bin/tests/bench/bench_generate" "$data" "$cells"
    touch "$data/done"
fi
cd "$data"
sink=$(find "$bin" -name sinkcalc -type f -perm -u+x | head -n 1)
tally() { echo "$sink tally --quiet --overwrite --threads $threads $1.yml -o $1.tally.nc"; }
set -- $(tally provinces) -- "tenth of the raster" $(tally tenth) -- "3000 counties" $(tally counties)
"$bin/tests/bench/bench_measure" "$rounds" "decode only" \
    "$bin/tests/bench/bench_decode" "$threads" lc_2020.tif lc_2025.tif agb.tif \
    -- "34 provinces" "$@"

# The page for people, of the same counties.
"$sink" run --quiet --overwrite --threads "$threads" report.yml
"$sink" report --overwrite report.nc -o report.html
echo "report of 3000 counties: $(wc -c <report.html) bytes, $(gzip -c report.html | wc -c) with gzip"
