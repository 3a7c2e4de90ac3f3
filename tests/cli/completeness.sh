#!/bin/sh
# Cells of a region are classified, without a class, or of an unknown code; what is missing never passes as land of another kind.
set -eu
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/completeness.py"
