#!/bin/sh
# The Snakemake workflow: a part that is killed is tried again, and the inventory has the bytes of one run.
set -eu
command -v snakemake >/dev/null || { echo "skipped: no snakemake (Debian: snakemake)"; exit 77; }

"$SINKCALC" demo demo -q
"$SINKCALC" run demo/job.yml -q -o one.nc
cat >killer <<'SCRIPT'
#!/bin/sh
case "$*" in
*"--part 2/3"*) mkdir "$KILLED" 2>/dev/null && { "$REAL" "$@" & kill -9 $!; wait $!; exit $?; } ;;
esac
exec "$REAL" "$@"
SCRIPT
chmod +x killer
export HOME="$PWD" REAL="$SINKCALC" KILLED="$PWD/killed" SINKCALC="$PWD/killer"
snakemake -s "$SINK_SOURCE/pipelines/workflows/Snakefile" --cores 2 --config job=demo/job.yml parts=3 folder=run >log 2>&1 ||
    { cat log; exit 1; }
[ -d killed ]
cmp one.nc run/inventory.nc
grep -q "<html" run/report.html
echo "3 parts, 1 killed, the same bytes"
