#!/bin/sh
# Everything that must hold: two compilers, format, clang-tidy, cppcheck, the tests under sanitizers,
# and the tests of the release build at the end.
#   sh tests/run.sh            every push
#   sh tests/run.sh --full     nightly: also ThreadSanitizer, valgrind, the same bits from nine builds, coverage, 10 minutes of fuzzing for each
#                              target, and the release's tests in their long form (SINK_FULL=1); GATES.md lists what is in which
# What each step said is in build/logs. Where a step fails, the others still run, and the exit code is 1.
set -u
cd "$(dirname "$0")/.." || exit 1
full=no
case ${1-} in
'') ;;
--full) full=yes ;;
*)
    echo "run.sh: $1: expected --full or nothing" >&2
    exit 2
    ;;
esac

packages="gcc libc6-dev cmake ninja-build pkg-config libgdal-dev libproj-dev libdeflate-dev libnetcdf-dev libhdf5-dev libyaml-dev libjansson-dev
    libssl-dev libxlsxwriter-dev check clang libclang-rt-14-dev clang-format clang-tidy cppcheck libomp-dev gdal-bin
    binutils python3-gdal python3-h5py python3-netcdf4 python3-numpy python3-openpyxl python3-xarray netcdf-bin cdo nco man-db
    chromium chromium-driver python3-selenium strace"
[ "$full" = no ] || packages="$packages valgrind gcovr libclang-rt-dev slurm-wlm munge snakemake python3-qgis
    r-cran-ncdf4 r-cran-sf"
sh pipelines/packages.sh $packages || exit 1

jobs=$(nproc)
failed=
mkdir -p build/logs

# failures LOG: what the tests printed that failed, of a log of ctest; nothing of another.
failures() {
    awk '/^ *[0-9]+\/[0-9]+ Test +#/ { shows = /\*\*\*(Failed|Timeout|Exception)/ } /^ +Start +[0-9]+:/ { shows = 0 } shows' "$1" |
        cut -c 1-500 | head -n 200
}

# step NAME COMMAND...: silent when it passes, the end of its log when it does not.
step() {
    name=$1
    shift
    start=$(date +%s)
    if "$@" >"build/logs/$name.log" 2>&1; then
        echo "ok      $name ($(($(date +%s) - start)) s)"
    else
        failed="$failed $name"
        echo "FAILED  $name ($(($(date +%s) - start)) s), from build/logs/$name.log:"
        failures "build/logs/$name.log"
        tail -n 60 "build/logs/$name.log"
    fi
}

build() { # PRESET
    cmake --preset "$1" && cmake --build --preset "$1"
}
build_clang() {
    cmake --preset release -B build/clang -DCMAKE_C_COMPILER=clang && cmake --build build/clang
}
test_preset() { # PRESET
    ctest --preset "$1" -j "$jobs"
}
sources() { # EXTENSION...: our files, as git knows them or as they lie there
    for extension in "$@"; do
        git ls-files "*.$extension" 2>/dev/null | grep . ||
            find sinkcalc rasters regions pipelines tests -name "*.$extension"
    done
}
format() {
    sources c h | xargs clang-format --dry-run -Werror
}
tidy() { # the consumer is built on what is installed, so the build does not know it
    sources c | grep -v '^tests/consumer/' | xargs -P "$jobs" -n 1 clang-tidy --quiet -p build/clang \
        >build/logs/clang-tidy.full 2>&1 && return
    grep -E ' (error|warning): |^Error' build/logs/clang-tidy.full | sort -u
    echo "how it comes to each: build/logs/clang-tidy.full"
    return 1
}
check_c() {
    sources c | xargs cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
        --suppress=missingInclude --suppress=unknownMacro --suppress=objectIndex --suppress=legacyUninitvar \
        --error-exitcode=1 -j "$jobs" -I . -D_GNU_SOURCE -DSINK_VERSION='"0"'
}
fuzz() { # SECONDS for each target
    sh tests/fuzz/run.sh all "$1"
}
memory() { # whole jobs and the unit tests under valgrind; definite leaks are our own
    sh tests/memory.sh "$PWD/build/debug/pipelines/sinkcalc" build/debug/memory || return 1
    # the yardstick of test_ellipsoid is long double, which valgrind rounds to double
    for program in build/debug/tests/*_test_*; do
        echo "$program"
    done | grep -v base_test_ellipsoid | CK_FORK=no CK_DEFAULT_TIMEOUT=0 SINK_SOURCE=$PWD SINK_SHARED=$PWD/../shared \
        xargs -P "$jobs" -n 1 valgrind --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=definite \
        --errors-for-leak-kinds=definite
}
coverage() { # of the tests as every push has them
    sh tests/coverage.sh -j "$jobs"
}

step format format
step debug build debug
step clang build_clang
step clang-tidy tidy
step cppcheck check_c
step asan build asan
step asan-tests test_preset asan
step fuzz-build build fuzz
seconds=20
[ "$full" = no ] || seconds=600
step fuzz fuzz "$seconds"
grep ' executions in ' build/logs/fuzz.log
if [ "$full" = yes ]; then
    step debug-tests test_preset debug
    step asan-long env SINK_FULL=1 ctest --preset asan -j "$jobs" -R '^cli/(sweeps|mutations)$' # damaged bytes and words
    step tsan build tsan
    step tsan-tests test_preset tsan
    step valgrind memory
    step builds sh tests/builds.sh
    grep -h ' builds, ' build/logs/builds.log
    step coverage coverage
    sed -n '/^folder/,$p' build/logs/coverage.log
fi
step release build release

[ -z "$failed" ] || echo "failed before the tests:$failed"
[ "$full" = no ] || export SINK_FULL=1
ctest --preset release -j "$jobs" -O build/logs/tests.log || {
    failed="$failed tests"
    failures build/logs/tests.log
}
[ "$full" = no ] || grep -aE '^[0-9]+ (faults injected|kills survived|kills,|damaged checkpoints|flips and|mutants)' \
    build/release/Testing/Temporary/LastTest.log
if [ -n "$failed" ]; then
    echo "run.sh: failed:$failed" >&2
    exit 1
fi
