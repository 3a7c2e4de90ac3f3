#!/bin/sh
# Fuzzes: sh tests/fuzz/run.sh TARGET SECONDS, or `all` for every target, two at a time.
# What each target said is in build/fuzz/logs, what it found in build/fuzz/finds. Exit code 1 when it found something.
# Needs the preset fuzz: cmake --preset fuzz && cmake --build --preset fuzz
set -u
cd "$(dirname "$0")/../.." || exit 2
build=build/fuzz
here=tests/fuzz
targets="job factors legend tables regions tally inventory netcdf"
if [ $# -ne 2 ]; then
    echo "run.sh: expected TARGET SECONDS, with one of: all $targets" >&2
    exit 2
fi

# GDAL and HDF5 are not instrumented, and what they keep for the next call is no leak of ours.
export LSAN_OPTIONS=suppressions=$PWD/tests/leaks.txt:print_suppressions=0
export OMP_NUM_THREADS=1

# fuzz TARGET SECONDS: one line of what came of it. The harness limits processor time; -timeout is for what hangs.
fuzz() {
    log=$build/logs/$1.log
    words=
    bytes=65536
    case $1 in regions | netcdf) bytes=262144 ;; esac # of formats with much around little
    [ ! -f "$here/$1.dict" ] || words=-dict=$here/$1.dict
    mkdir -p "$build/logs" "$build/finds" "$build/corpus/$1" "$build/seeds/$1" "$here/cases/$1"
    SINK_FUZZ_ROOM=$(mktemp -d /dev/shm/sinkcalc-fuzz-XXXXXX) || return 1
    export SINK_FUZZ_ROOM # libFuzzer ends without what a harness would do at its end
    "$build/tests/fuzz/fuzz_$1" -max_total_time="$2" -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=256 \
        -max_len="$bytes" -len_control=20 -print_final_stats=1 -artifact_prefix="$build/finds/$1-" $words \
        "$build/corpus/$1" "$build/seeds/$1" "$here/cases/$1" >"$log" 2>&1
    code=$?
    rm -rf "$SINK_FUZZ_ROOM"
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    reached=$(sed -n 's/.* cov: \([0-9]*\) ft: \([0-9]*\) .*/\1 edges, \2 features/p' "$log" | tail -n 1)
    echo "$1: ${runs:-no} executions in $2 s, ${reached:-nothing reached}"
    if [ $code -ne 0 ]; then
        echo "$1: FOUND something, exit code $code, from $log:"
        tail -n 40 "$log"
    fi
    return $code
}

if [ "$1" = all ] || [ ! -d "$build/seeds" ]; then
    SINKCALC=$PWD/$build/pipelines/sinkcalc sh "$here/seeds.sh" "$build/seeds" || exit 1
fi
if [ "$1" != all ]; then
    fuzz "$1" "$2" || exit 1
    exit 0
fi
echo "$targets" | tr ' ' '\n' | xargs -P 2 -I{} sh "$here/run.sh" {} "$2"
