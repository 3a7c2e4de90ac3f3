#!/bin/sh
# A disk that is full, or nearly, when outputs are written: exit code 4, the path named, what stood intact, nothing left, and all
# is well once there is room. Needs to mount a small disk in memory.
set -eu
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SINK_SOURCE/tests/cli"
for enter in 'unshare -m' 'unshare -rm'; do
    mkdir -p disk
    if $enter sh -c 'mount -t tmpfs -o size=1m tmpfs disk' 2>/dev/null; then
        exec $enter /usr/bin/python3 "$SINK_SOURCE/tests/cli/full_disk.py"
    fi
done
echo "skipped: no disk in memory can be mounted here"
exit 77
