#!/bin/sh
# A whole annual run on a Slurm cluster: the tally in parts, then merge, account, verify, report.
#
#   sh slurm.sh JOB PARTS FOLDER [SBATCH-OPTION...]
#   sh slurm.sh /data/china_2025/job.yml 200 /data/china_2025/run --partition=long --cpus-per-task=8 --time=12:00:00
#
# FOLDER (made if absent, seen by all machines) gets part-K.nc, tally.nc, inventory.nc, report.html and a log of each step.
# After any trouble run the same command again: what is finished stands, what was interrupted goes on from its checkpoint.
# SINKCALC names the program when it is not in PATH.
set -eu
sinkcalc=${SINKCALC:-sinkcalc}

fail() {
    echo "slurm.sh: $1" >&2
    exit 2
}

# The words as one line that a shell reads as the same words.
quote() {
    for word in "$@"; do
        printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\''/g")"
    done
}

# Three attempts: a lost machine or a full disk may be mended in between. What is wrong with the job (2) or its data (3) stays so.
part() { # JOB PARTS FOLDER
    output="$3/part-$SLURM_ARRAY_TASK_ID.nc"
    [ ! -f "$output" ] || exit 0
    for attempt in 1 2 3; do
        code=0
        "$sinkcalc" tally "$1" --part "$SLURM_ARRAY_TASK_ID/$2" --threads "${SLURM_CPUS_PER_TASK:-1}" -o "$output" || code=$?
        case $code in 0 | 2 | 3) exit "$code" ;; esac
        echo "slurm.sh: part $SLURM_ARRAY_TASK_ID: attempt $attempt ended with exit code $code"
        sleep "${SINK_RETRY_SECONDS:-60}"
    done
    exit "$code"
}

# Starts when no part is running any more: afterok would wait for ever for a part that failed and was put back. What is missing is
# named by `merge`.
finish() { # PARTS FOLDER
    parts=$1
    cd "$2"
    set --
    for k in $(seq "$parts"); do
        set -- "$@" "part-$k.nc"
    done
    [ -f tally.nc ] || "$sinkcalc" merge -o tally.nc "$@"
    [ -f inventory.nc ] || "$sinkcalc" account tally.nc -o inventory.nc
    "$sinkcalc" verify inventory.nc
    [ -f report.html ] || "$sinkcalc" report inventory.nc -o report.html
}

submit() { # JOB PARTS FOLDER [SBATCH-OPTION...]
    [ $# -ge 3 ] || fail "expected JOB PARTS FOLDER [SBATCH-OPTION...]"
    case $2 in '' | 0* | *[!0-9]*) fail "PARTS is \"$2\", expected a whole number above 0" ;; esac
    self=$(realpath "$0")
    job=$(realpath "$1")
    parts=$2
    mkdir -p "$3"
    folder=$(realpath "$3")
    shift 3
    "$sinkcalc" check "$job" -q
    array=$(sbatch --parsable --requeue --job-name=sinkcalc-part --array="1-$parts" --output="$folder/part-%a.log" \
        --open-mode=append "$@" --wrap="exec sh $(quote "$self" --part "$job" "$parts" "$folder")")
    last=$(sbatch --parsable --job-name=sinkcalc-finish --dependency="afterany:$array" --output="$folder/finish.log" \
        --open-mode=append "$@" --wrap="exec sh $(quote "$self" --finish "$parts" "$folder")")
    echo "parts: job $array, the rest: job $last; logs in $folder"
}

case ${1-} in
--part) shift && part "$@" ;;
--finish) shift && finish "$@" ;;
*) submit "$@" ;;
esac
