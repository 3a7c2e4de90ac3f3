#!/bin/sh
# A worker that crashes, is killed, or has too little memory, files or disk: one line, exit code 4, nothing left. Two runs of one output.
set -eu
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SINK_SOURCE/tests/cli"
exec /usr/bin/python3 "$SINK_SOURCE/tests/cli/supervisor.py"
