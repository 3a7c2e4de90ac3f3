#!/bin/sh
# Years one by one, then how all of them stand to the targets: sh years.sh TEMPLATE FOLDER FIRST LAST
# TEMPLATE is a job with YEAR in place of the year, FOLDER holds the data. A year that is done is not run again, so
# the loop goes on where it stopped. SINKCALC names the program, if it is not in the path.
set -eu
template=$1 folder=$2 first=$3 last=$4
program=${SINKCALC:-sinkcalc}

for year in $(seq "$first" "$last"); do
    job=$folder/job_$year.yml
    sed "s/YEAR/$year/g" "$template" >"$job"
    [ -e "$folder/inventory_$year.nc" ] || "$program" run --quiet "$job"
done

set --
for year in $(seq "$first" "$last"); do
    set -- "$@" "$folder/inventory_$year.nc"
done
"$program" track "$@" --overwrite -o "$folder/track.nc"
