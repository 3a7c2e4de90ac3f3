#!/bin/sh
# The whole account of the demo, and of jobs that differ from it, is the one that Python makes cell by cell from the
# rasters and tables: every figure of every region and year to 1e-8, standard errors to 1e-5, draws within the error of
# sampling. recompute_jobs.txt has the job of the demo, then a name and what differs from it in each line.
set -eu
/usr/bin/python3 -c 'import numpy, netCDF4, osgeo' 2>/dev/null || { echo "skipped: no numpy, netCDF4 or GDAL for Python"; exit 77; }
export PYTHONPATH="$SINK_SOURCE/tests/real:$SINK_SOURCE/tests/cli" PYTHONDONTWRITEBYTECODE=1
"$SINKCALC" demo landscape >/dev/null
cd landscape
sed '/^uncertainty:/d' job.yml >demo_job.yml # the first line is this job, which must give the same
"$SINKCALC" run --quiet demo_job.yml
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/recompute.py" <"$SINK_SOURCE/tests/cli/recompute_jobs.txt"
