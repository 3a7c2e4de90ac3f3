#!/bin/sh
# No file outside the folders of --confine is read or written, whichever way a job names it; --untrusted gives more away.
set -eu
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/confine.py"
