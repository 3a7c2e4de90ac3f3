#!/bin/sh
# A job or a table of factors with one line or one word wrong is refused, and the error says where.
set -eu
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/mutations.py"
