#!/bin/sh
# Each call that may fail is made to fail once: memory, files, processes, netCDF. With SINK_FULL=1 all of them.
set -eu
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SINK_SOURCE/tests/cli"
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/inject.py"
