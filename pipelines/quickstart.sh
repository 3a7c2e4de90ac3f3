#!/bin/sh
# From a fresh Debian to a first inventory: installs what the build needs, builds, writes the demo
# landscape, runs its job, shows the result. Run it again as often as you like.
set -eu
cd "$(dirname "$0")/.."

sh pipelines/packages.sh gcc libc6-dev cmake ninja-build pkg-config libgdal-dev libproj-dev libdeflate-dev \
    libnetcdf-dev libhdf5-dev libyaml-dev libjansson-dev libssl-dev libxlsxwriter-dev check

log=build/quickstart.log
program=build/release/pipelines/sinkcalc
mkdir -p build
echo "Building sinkcalc ..."
if ! { cmake --preset release -DSINK_BUILD_TESTS=OFF -DSINK_WERROR=OFF &&
    cmake --build --preset release --target sinkcalc; } >"$log" 2>&1; then
    tail -n 50 "$log" >&2
    echo "quickstart: the build failed; all of its output is in $PWD/$log" >&2
    exit 1
fi

rm -rf build/demo
echo "Writing a synthetic landscape to build/demo and running its job ..."
"$program" demo --quiet build/demo
echo
"$program" run --progress=never build/demo/job.yml
"$program" report --quiet build/demo/inventory.nc -o build/demo/report.html
cat <<END
Report:    $PWD/build/demo/report.html

All of this is in $PWD.
A job of your own: start from build/demo/job.yml, every key is explained in pipelines/JOB.md, then
  $program check job.yml
  $program run job.yml
END
