#!/bin/sh
# What every command prints with --json is one valid document, whose members are those of JSON.md, no more and no less.
set -eu
run() { # NAME [ARGUMENT...]: exit codes 0 and 1 are results
    name=$1
    shift
    "$SINKCALC" "$@" --json >"$name.json" 2>"$name.err" || [ $? = 1 ] || { echo "$*: $(cat "$name.err")" >&2; exit 1; }
}
run demo demo landscape
run check check landscape/job.yml
sed 's/^years/yaers/; s/unit: m3/unit: m4/' landscape/job.yml >landscape/bad.yml
"$SINKCALC" check --json landscape/bad.yml >check_bad.json 2>faults && exit 1
run run run landscape/job.yml
run tally tally --part 1/2 landscape/job.yml -o p1.nc
"$SINKCALC" tally --quiet --part 2/2 landscape/job.yml -o p2.nc
run merge merge p1.nc p2.nc -o tally.nc
run account account tally.nc -o inventory.nc
run verify verify inventory.nc
sed 's/draws: 1000/draws: 0/; s/\(inventory: \)/\1other_/; s/# tally: /tally: other_/' landscape/job.yml >landscape/other.yml
"$SINKCALC" run --quiet landscape/other.yml
run verify_bad verify inventory.nc --tally landscape/other_tally.nc
run diff diff inventory.nc landscape/other_inventory.nc
run track track inventory.nc -o track.nc
run report report inventory.nc -o report.html
run export export inventory.nc -o values.csv
run map map landscape/job.yml -o maps
run info info inventory.nc
run info_tally info tally.nc
run info_track info track.nc
/usr/bin/python3 - "$SINK_SOURCE/pipelines/JSON.md" "$SINKCALC" <<'END'
import glob
import json
import re
import subprocess
import sys

NAMES_OF_DATA = ("closure", "carbon_by_ecosystem_tc", "at")  # members named by what is in the inventory


def members(value):
    if isinstance(value, list):
        for item in value:
            yield from members(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            if name not in NAMES_OF_DATA:
                yield from members(item)
            elif isinstance(item, dict):
                for inner in item.values():
                    yield from members(inner)


told = {}
for section in re.split("^## ", open(sys.argv[1]).read(), flags=re.M)[1:]:
    title, text = section.split("\n", 1)
    words = set(re.findall("`([a-z0-9_]+)`", text))
    examples = re.findall("(?:^    .*\n)+", text, flags=re.M)
    assert len(examples) == 1 and examples[0].lstrip()[0] == "{", title
    for name in title.split(", "):
        told[name] = words
printed = subprocess.run([sys.argv[2], "--help"], capture_output=True, text=True).stdout
commands = re.findall("^  ([a-z]+) ", printed.split("Commands:")[1].split("\n\n")[0], flags=re.M)
assert sorted(commands) == sorted(told), (commands, sorted(told))
count = 0
for command in commands:
    found = set()
    for path in [command + ".json"] + glob.glob(command + "_*.json"):
        with open(path, encoding="utf-8") as file:
            found |= set(members(json.load(file, parse_constant=lambda word: 1 / 0)))
    count += len(found)
    assert found == told[command], "%s: JSON.md lacks %s, and has beside %s" % (
        command, sorted(found - told[command]), sorted(told[command] - found))

bad = json.load(open("check_bad.json"))
assert bad["job"] == "unfit" and bad["regions"] is None and len(bad["faults"]) >= 2, bad
lines = open("landscape/bad.yml").read().split("\n")
places = {(fault["line"], fault["column"]) for fault in bad["faults"]}
for word, start in (("yaers", 0), ("unit: m4", 6)):
    at = next(i for i, line in enumerate(lines) if word in line)
    assert (at + 1, lines[at].index(word) + start + 1) in places, (word, at, places)
assert all(fault["file"] == "landscape/bad.yml" for fault in bad["faults"])
texts = ["sinkcalc: %s:%d:%d: %s" % (f["file"], f["line"], f["column"], f["message"]) for f in bad["faults"]]
assert texts == open("faults").read().splitlines()
print("%d commands, %d members" % (len(commands), count))
END
