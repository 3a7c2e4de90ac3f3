#!/bin/sh
# Every command has a manual page with all that its --help says, sinkcalc(1) and the completion know every command and
# option, and man finds no fault in any page.
set -eu
fail() {
    echo "$*" >&2
    exit 1
}
source=$SINK_SOURCE/pipelines
sh "$source/manual.sh" "$SINKCALC" pages
commands=$("$SINKCALC" --help | awk '/^Commands:/ { inside = 1; next } inside && !NF { exit } inside { print $1 }')
files=$(cd "$source" && ls command_*.c | sed 's/command_\(.*\)\.c/\1/' | sort)
[ "$(echo "$commands" | sort)" = "$files" ] || fail "commands in --help and files differ: $commands, $files"
count=0
for command in $commands; do
    page=pages/sinkcalc-$command.1
    "$SINKCALC" "$command" --help >help
    [ "$(sed -n 2p help | wc -w)" -ge 4 ] || fail "$command: no summary"
    grep -q '^Examples:' help || fail "$command: no examples"
    sed 's/\\-/-/g; s/\\f[BIR]//g' "$page" >plain
    for option in $(sed -n 's/^  *\(-., \)\{0,1\}\(--[a-z]*\).*/\2/p' help); do
        grep -q -e "^\(-., \)\{0,1\}$option\(=.*\)\{0,1\}$" plain || fail "$page does not tell of $option"
        count=$((count + 1))
    done
    sed -n '/^Examples:/,$s/^  *//p' help | while read -r line; do
        grep -qF -- "$line" plain || fail "$page lacks the example: $line"
    done
    [ "$(sed -n '/^\.SH NAME/{n;p;}' plain)" != "" ] || fail "$page has no name"
    [ "$(grep -c "^\.BI $command " "$source/sinkcalc.1")" = 1 ] || fail "sinkcalc.1 does not tell of $command once"
done
twice=$(grep '^\.SH ' "$source/sinkcalc.1" | sort | uniq -d)
[ -z "$twice" ] || fail "sinkcalc.1 has twice: $twice"
if command -v man >/dev/null && man --version >/dev/null 2>&1; then
    for page in pages/*.1 "$source/sinkcalc.1"; do
        MANWIDTH=100 man --warnings=w -l "$page" >shown 2>warnings </dev/null || fail "man $page: $(cat warnings)"
        [ ! -s warnings ] || fail "man $page: $(cat warnings)"
        grep -q 'EXIT STATUS' shown || fail "man $page shows no exit status"
    done
fi

# What bash completes: commands, then the options of each.
complete() { # WORDS: as typed, the last one to be completed
    bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _sinkcalc; printf "%s\n" "${COMPREPLY[@]}"' \
        bash "$source/sinkcalc.bash" "$@"
}
for command in $commands; do
    complete "$SINKCALC" "" | grep -qx "$command" || fail "completion does not know $command"
    "$SINKCALC" "$command" --help | sed -n 's/^  *\(-., \)\{0,1\}\(--[a-z]*\).*/\2/p' | sort >expected
    complete "$SINKCALC" "$command" -- | sort >found
    cmp expected found || fail "completion of $command: $(cat found)"
done
[ "$(complete "$SINKCALC" export --to g)" = "gpkg
geojson" ] || fail "completion of --to"
echo "$(echo "$commands" | wc -l) commands, $count options"
