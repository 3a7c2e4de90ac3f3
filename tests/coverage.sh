#!/bin/sh
# Which lines and branches of our code the tests reach, by folder; every file in build/coverage/files.txt.
#   sh tests/coverage.sh [CTEST-OPTION...]     all tests, or those that the options choose: -R '^base/'
# What runs in a process that is killed, or that ends in a sandbox, writes no counts and is missing; cli/syscalls would kill those that
# write their counts, and damage them.
set -eu
cd "$(dirname "$0")/.."
sh pipelines/packages.sh gcovr
cmake --preset coverage >/dev/null
cmake --build build/coverage
find build/coverage -name '*.gcda' -exec rm -f {} +
ctest --preset coverage -E '^cli/syscalls$' "$@" || echo "coverage.sh: a test failed; what follows is what was reached nevertheless" >&2
gcovr --root . --filter 'sinkcalc/' --filter 'rasters/' --filter 'regions/' --filter 'pipelines/' --branches --exclude-unreachable-branches \
    --json-summary build/coverage/summary.json --txt build/coverage/files.txt build/coverage
python3 - build/coverage/summary.json <<'END'
import collections
import json
import os
import sys

folders = collections.defaultdict(collections.Counter)
for file in json.load(open(sys.argv[1]))["files"]:
    for folder in (os.path.dirname(file["filename"]), "all"):
        for what in ("line_total", "line_covered", "branch_total", "branch_covered"):
            folders[folder][what] += file[what]
print("%-24s %8s %8s %8s %8s" % ("folder", "lines", "reached", "branches", "reached"))
for name in sorted(folders, key=lambda name: (name == "all", name)):
    of = folders[name]
    print("%-24s %8d %7.1f%% %8d %7.1f%%" % (name, of["line_total"], 100 * of["line_covered"] / max(1, of["line_total"]),
                                            of["branch_total"], 100 * of["branch_covered"] / max(1, of["branch_total"])))
END
