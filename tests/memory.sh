#!/bin/sh
# Whole jobs under valgrind: no byte read before it was written or after it was freed, none lost.
#   sh tests/memory.sh PROGRAM FOLDER     FOLDER: new, to work in
set -eu
program=$1
source=$(cd "$(dirname "$0")/.." && pwd)
export SINK_NO_SUPERVISOR=1 PYTHONDONTWRITEBYTECODE=1
mkdir -p "$2"
cd "$2"
rm -rf good demo

count=0
clean() { # EXIT-CODE WORDS...
    expected=$1 found=0
    shift
    echo "sinkcalc $*"
    valgrind --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
        "$program" "$@" >out 2>err || found=$?
    if [ "$found" != "$expected" ]; then
        cat out err
        echo "exit code $found, expected $expected"
        exit 1
    fi
    count=$((count + 1))
}

PYTHONPATH=$source/tests/cli /usr/bin/python3 -c 'import faults; faults.write_good("good")'
clean 0 run --threads 2 good/job.yml -o run.nc
clean 0 tally --threads 1 --part 1/2 good/job.yml -o one.nc
clean 0 tally --threads 1 --part 2/2 good/job.yml -o two.nc
clean 0 merge one.nc two.nc -o tally.nc
clean 0 account tally.nc -o account.nc
clean 0 verify run.nc --job good/job.yml
clean 0 report run.nc -o page.html
PYTHONPATH=$source/tests/cli /usr/bin/python3 -c 'import faults; faults.corrupt_block("good")'
clean 3 run good/job.yml -o not.nc
"$program" demo demo >out
clean 0 run --threads 2 demo/job.yml -o demo.nc
rm -f ./*.nc out err page.html
echo "$count commands, no error of memory"
