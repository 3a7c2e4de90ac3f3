"""Small faults planted in the files that all figures rest on, one at a time: do the tests of the file find them?

    python3 tests/mutants.py [-n COUNT] [FILE...]      the files of CORE, COUNT mutants of each (40)

A comparison, sign, operator or number is another, a condition is turned round, a statement left out; not where memory is
asked for or freed, which cli/inject and the sanitizers watch. A mutant that does not compile, by its warnings too, is
none. Found is one with which a test of the file fails, or does not end. Those that none finds are listed, to be read: each
is a test that lacks, or a line that could as well be otherwise. In build/mutants, with as many workers as there are
processors."""
import argparse
import os
import queue
import random
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CORE = {
    "sinkcalc/base/exact.c": ["base_test_exact"],
    "sinkcalc/base/ellipsoid.c": ["base_test_ellipsoid"],
    "sinkcalc/base/text.c": ["base_test_text", "base_test_csv"],
    "sinkcalc/model/tally.c": ["model_test_tally", "pipelines_test_tally_merge"],
    "sinkcalc/model/closure.c": ["model_test_closure", "pipelines_test_inventory_figures"],
    "regions/coverage.c": ["regions_test_coverage", "regions_test_projection"],
    "regions/coverage_window.c": ["regions_test_coverage"],
    "pipelines/tile_share.c": ["pipelines_test_tile_share", "pipelines_test_tally_merge"]}
SWAPS = [(" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" >= ", " > "), (" == ", " != "), (" != ", " == "),
         (" + ", " - "), (" - ", " + "), (" * ", " / "), (" / ", " * "), (" && ", " || "), (" || ", " && "),
         (" += ", " -= "), (" -= ", " += "), ("++", "--"), ("true", "false"), ("false", "true"),
         ("(!", "("), (" !", " "), (" < ", " > "), (" > ", " < "), (" | ", " & "), (" & ", " | "), (" << ", " >> "), (" >> ", " << ")]
NUMBER = re.compile(r"(?<![\w.\"-])(\d+)(?![\w.\"])")
STATEMENT = re.compile(r"\s+(?!return|break|continue|const|static|struct|enum|case|goto|double|size_t|int|bool|char)[\w>*.\[\]()&-]+"
                       r"(\(| [+\-*/|&]?= |\+\+).*;$")


def mutants_of(path):
    """The lines of a file, and of its mutants which line is what instead."""
    found, is_comment = [], False
    with open(ROOT + "/" + path) as file:
        lines = file.read().split("\n")
    for at, line in enumerate(lines):
        starts, ends = "/*" in line, "*/" in line
        if is_comment or starts or not line.startswith(" ") or "alloc(" in line or "free(" in line:
            is_comment = (is_comment or starts) and not ends
            continue
        for old, new in SWAPS:
            for place in re.finditer(re.escape(old), line):
                if line[:place.start()].count('"') % 2 == 0:
                    found.append((at, line[:place.start()] + new + line[place.end():]))
        found += [(at, line[:number.start()] + str(int(number[0]) + 1) + line[number.end():]) for number in NUMBER.finditer(line)]
        if STATEMENT.match(line) and (lines[at - 1].endswith((";", "{", "}")) or lines[at - 1].strip().endswith(("*/", ")"))):
            found.append((at, re.match(r"\s*", line)[0] + "; /* left out */"))
    return lines, found


class Worker:
    """A copy of the sources with a build of its own."""

    def __init__(self, number):
        self.place = "%s/build/mutants/%d" % (ROOT, number)
        os.makedirs(self.place, exist_ok=True)
        for name in ("CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "CHANGELOG.md"):
            shutil.copy2(ROOT + "/" + name, self.place)
        for name in ("sinkcalc", "rasters", "regions", "pipelines", "tests"):
            shutil.rmtree(self.place + "/" + name, ignore_errors=True)
            shutil.copytree(ROOT + "/" + name, self.place + "/" + name)
        assert self.run(["cmake", "--preset", "debug", "-DCMAKE_C_FLAGS=-g0"], 600)
        assert self.run(["cmake", "--build", "build/debug", "--target"] + sorted(set(sum(CORE.values(), []))), 3600)

    def run(self, words, seconds):
        """Did it end well, and in time?"""
        environment = dict(os.environ, SINK_SOURCE=self.place, SINK_SHARED=ROOT + "/../shared", CK_FORK="no")
        try:
            done = subprocess.run(words, cwd=self.place, env=environment, timeout=seconds, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def is_found(self, path, lines, mutant):
        """None where it does not compile."""
        at, line = mutant
        with open(self.place + "/" + path, "w") as file:
            file.write("\n".join(lines[:at] + [line] + lines[at + 1:]))
        try:
            if not self.run(["cmake", "--build", "build/debug", "--target"] + CORE[path], 600):
                return None
            return not all(self.run([self.place + "/build/debug/tests/" + test], 60) for test in CORE[path])
        finally:
            shutil.copyfile(ROOT + "/" + path, self.place + "/" + path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=40)
    parser.add_argument("files", nargs="*", default=list(CORE))
    options = parser.parse_args()
    workers = queue.Queue()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for worker in pool.map(Worker, range(os.cpu_count())):
            workers.put(worker)

    def look(path, lines, mutant):
        worker = workers.get()
        try:
            return worker.is_found(path, lines, mutant)
        finally:
            workers.put(worker)

    tried, found = 0, 0
    for path in options.files:
        lines, mutants = mutants_of(path)
        random.Random(path).shuffle(mutants)
        mutants = mutants[:options.n]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda mutant: look(path, lines, mutant), mutants))
        compiled = [(mutant, result) for mutant, result in zip(mutants, results) if result is not None]
        tried, found = tried + len(compiled), found + sum(result for _, result in compiled)
        print("%s: %d of %d found" % (path, sum(result for _, result in compiled), len(compiled)), flush=True)
        for (at, line), result in sorted(compiled):
            if not result:
                print("  %d: %s\n      %s" % (at + 1, lines[at].strip(), line.strip()), flush=True)
    print("%d of %d mutants found, %.1f %%" % (found, tried, 100 * found / max(1, tried)))


main()
