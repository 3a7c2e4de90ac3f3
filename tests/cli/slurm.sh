#!/bin/sh
# The Slurm workflow on a real Slurm of one machine: a program and a whole task are killed, and the inventory has the bytes of one run.
set -eu
for program in slurmctld slurmd munged setpriv; do
    command -v $program >/dev/null || { echo "skipped: no $program (Debian: slurm-wlm, munge)"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: Slurm's daemons need root"; exit 77; }

. "$SINK_SOURCE/tests/cli/slurm_cluster.inc"
trap cluster_stop EXIT
cluster_start

"$SINKCALC" demo "a demo's" -q
"$SINKCALC" run "a demo's/job.yml" -q -o one.nc

# The first attempt at part 2 is killed as soon as it runs, and the first task of part 3 with all it started.
cat >killer <<'SCRIPT'
#!/bin/sh
case "$*" in
*"--part 2/3"*) mkdir "$KILLED/2" 2>/dev/null && { "$REAL" "$@" & kill -9 $!; wait $!; exit $?; } ;;
*"--part 3/3"*) mkdir "$KILLED/3" 2>/dev/null && { scancel --signal=KILL --full "$SLURM_JOB_ID"; sleep 60; } ;;
esac
exec "$REAL" "$@"
SCRIPT
chmod +x killer
mkdir killed
export REAL="$SINKCALC" KILLED="$PWD/killed" SINKCALC="$PWD/killer" SINK_RETRY_SECONDS=1

wait_for_all() {
    for second in $(seq 120); do
        [ -n "$(squeue -h)" ] || return 0
        sleep 1
    done
    echo "still in the queue:"
    squeue
    return 1
}

sh "$SINK_SOURCE/pipelines/workflows/slurm.sh" "a demo's/job.yml" 3 "a run"
wait_for_all
grep -q "attempt 1 ended with exit code 137" "a run/part-2.log"
grep -q "part-3.nc" "a run/finish.log" || { cat "a run/finish.log"; exit 1; } # what is missing is named
[ ! -e "a run/inventory.nc" ]
sh "$SINK_SOURCE/pipelines/workflows/slurm.sh" "a demo's/job.yml" 3 "a run"
wait_for_all
cmp one.nc "a run/inventory.nc" || { cat "a run/finish.log"; exit 1; }
grep -q "<html" "a run/report.html"
echo "3 parts, 1 program and 1 task killed, the same bytes"
