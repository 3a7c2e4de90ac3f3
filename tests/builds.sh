#!/bin/sh
# The same bits from every build: two compilers, each with -O0, -O2, -O3 and -O3 -march=native, write the same inventory of the
# demo. And the same program: a release built twice, elsewhere, at another time, in another locale, is the same file.
#   sh tests/builds.sh [FOLDER]     FOLDER: where to build, build/builds
# Where netCDF files differ, their figures are compared, so that it is known whether only the words about the build do.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
place=${1:-build/builds}
mkdir -p "$place"
place=$(cd "$place" && pwd)

# build SOURCE FOLDER CMAKE-OPTION...
build() {
    from=$1 to=$2
    shift 2
    cmake -G Ninja -S "$from" -B "$to" -DSINK_BUILD_TESTS=OFF "$@" >"$place/log" 2>&1 &&
        cmake --build "$to" --target sinkcalc >>"$place/log" 2>&1 || { tail -n 40 "$place/log"; exit 1; }
}

count=0 differ=0
# inventory PROGRAM NAME: the demo it makes and its inventory, compared with those of the first program.
inventory() {
    count=$((count + 1))
    rm -rf "$place/demo"
    (cd "$place" && "$1" demo demo >/dev/null && "$1" run --quiet demo/job.yml -o demo/inventory.nc)
    if [ ! -d "$place/first" ]; then
        mv "$place/demo" "$place/first"
        echo "first       $2: sha256 $(sha256sum "$place/first/inventory.nc" | cut -c1-64)"
    elif diff -r "$place/first" "$place/demo"; then
        echo "same bits   $2"
    else
        differ=$((differ + 1))
        echo "OTHER BITS  $2"
        ncdump "$place/first/inventory.nc" >"$place/first.cdl"
        ncdump "$place/demo/inventory.nc" >"$place/other.cdl"
        diff "$place/first.cdl" "$place/other.cdl" | head -n 20
    fi
}
rm -rf "$place/first"

# The same program.
for name in one another/place/with/a/longer/name; do
    rm -rf "$place/${name%%/*}"
    mkdir -p "$place/$name"
    cp -R CMakeLists.txt LICENSE README.md CHANGELOG.md sinkcalc rasters regions pipelines tests "$place/$name/"
done
build "$place/one" "$place/one/build" -DCMAKE_BUILD_TYPE=Release
(
    LC_ALL=C.UTF-8 TZ=Asia/Shanghai HOME=/nonexistent LANG=C
    export LC_ALL TZ HOME LANG
    umask 077
    build "$place/another/place/with/a/longer/name" "$place/another/build" -DCMAKE_BUILD_TYPE=Release
)
if cmp "$place/one/build/pipelines/sinkcalc" "$place/another/build/pipelines/sinkcalc"; then
    echo "same program from two folders: sha256 $(sha256sum "$place/one/build/pipelines/sinkcalc" | cut -c1-64)"
else
    differ=$((differ + 1))
    echo "OTHER PROGRAM from another folder"
fi

# The same bits.
inventory "$place/one/build/pipelines/sinkcalc" "gcc Release"
for compiler in gcc clang; do
    for options in -O0 -O2 -O3 "-O3 -march=native"; do
        folder=$place/$compiler$(echo "$options" | tr -d ' =')
        build "$root" "$folder" -DCMAKE_BUILD_TYPE=None -DCMAKE_C_COMPILER=$compiler "-DCMAKE_C_FLAGS=$options"
        inventory "$folder/pipelines/sinkcalc" "$compiler $options"
    done
done
echo "$count builds, $differ of them or of the programs differ"
[ "$differ" = 0 ]
