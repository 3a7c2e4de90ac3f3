#!/bin/sh
# Each wrong input that the program knows gives its error and its exit code, and leaves no file.
set -eu
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/faults.py"
