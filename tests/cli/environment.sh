#!/bin/sh
# A hostile environment changes no byte of the result, and none of its code runs.
set -eu
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/environment.py"
