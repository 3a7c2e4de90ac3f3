"""Each line of a job deleted, doubled, and its value replaced by bad tokens; the same for each cell of a table of factors.

`check` must refuse, with an error that names the line or the token, unless what is left is a job of its own right: a title
that is another text, a key that may be left out. One mutant in twelve runs, all of them with SINK_FULL=1."""
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from faults import FACTORS, write_good, write_text

HERE = os.getcwd()
EACH = 1 if os.environ.get("SINK_FULL") else 12
JOB = """title: two counties
regions:
  file: regions.gpkg
  id: code
  name: name
years: [2020, 2025]
layers:
  land_cover:
    file: "lc_{year}.tif"
    legend: legend.csv
  above_ground_biomass:
    file: "agb_{year}.tif"
    unit: t/ha
    sd: sd.tif
  soil_carbon:
    file: soil.nc
    unit: t C/ha
    depth: 30 cm
  zone:
    file: zone.tif
    legend: zones.csv
factors: [factors.csv]
targets:
  forest_coverage: {2030: 25 %}
conversion: {years: 20, latest: 2}
gwp: ar5
uncertainty:
  draws: 100
  seed: 1
missing: {factor: count}
remote: no
output: out.nc
"""
TOKENS = ["", "~", "null", "nan", ".inf", "-1", "0x10", "1e400", "1,5", "2020x", "\u0663", "maybe", "[]", "{}", "[a, b", "{a: b", "'", '"',
          "*x", "&x y", "!!str x", "\t", "%", "@", "`", "a: b", "- a", "999999999999999999999", "/nowhere/at/all", "$HOME", "\x01", "\u2212 5"]
# What may be left out, and what takes any text, or other numbers in their own right.
OPTIONAL = {"title", "name", "sd", "factors", "conversion", "gwp", "seed", "missing", "remote"}
OPTIONAL_INSIDE = {"conversion", "missing"}
FREE = {"title"}
CELLS = ["", "nan", "inf", "-1", "0x10", "1e400", "1,5", "0.47x", "\u0663", "maybe", "1e999", "--1", "1 2", "+1", ".5", "5.", "01", "$HOME",
         "=1+1", "\u2212 5", "\x01", "'", '"', ";", "#REF!", "N/A", "999999999999999999999999", "1_000", "0,47", "1e"]
# Notes and sources take any text but none; a row may be of any class, zone and depth that there is.
TEXTS = {"source"}


def mutants():
    """A name, the file, its text, where the fault is, the token, and whether it may be accepted."""
    lines = JOB.splitlines()
    for n, line in enumerate(lines):
        key = line.strip().split(":")[0]
        value = line[line.index(":") + 1:].strip()
        yield "line %d deleted: %s" % (n + 1, line.strip()), "job.yml", "\n".join(lines[:n] + lines[n + 1:]) + "\n", None, key, key in OPTIONAL
        yield "line %d doubled: %s" % (n + 1, line.strip()), "job.yml", "\n".join(lines[:n + 1] + lines[n:]) + "\n", n + 2, key, False
        for token in TOKENS if value else ():
            text = "\n".join(lines[:n] + [line[:line.index(":") + 1] + " " + token] + lines[n + 1:]) + "\n"
            yield "line %d: %s: %r" % (n + 1, key, token), "job.yml", text, n + 1, token, key in FREE or (token == "{}" and key in OPTIONAL_INSIDE)
    rows = FACTORS.splitlines()
    names = rows[0].split(",")
    for n, row in enumerate(rows):
        yield "row %d doubled" % (n + 1), "factors.csv", "\n".join(rows[:n + 1] + rows[n:]) + "\n", n + 2, "quantity", False
        cells = row.split(",")
        for c, name in enumerate(names):
            for token in CELLS:
                text = "\n".join(rows[:n] + [",".join(cells[:c] + [token] + cells[c + 1:])] + rows[n + 1:]) + "\n"
                is_same = token == cells[c] or (n > 0 and name in ("class", "key:zone", "depth_cm") and token == "")
                is_free = n > 0 and name in TEXTS and token not in ("", "\x01", '"')
                yield "row %d, %s: %r" % (n + 1, name, token), "factors.csv", text, n + 1, token, is_same or is_free


def judge(mutant):
    number, (name, path, text, line, token, may_pass) = mutant
    folder = "%s/%d" % (HERE, number)
    os.mkdir(folder)
    for file in os.listdir(HERE + "/good"):
        os.symlink("../good/" + file, folder + "/" + file)
    for file, content in (("job.yml", JOB), ("factors.csv", FACTORS), (path, text)):
        if os.path.lexists(folder + "/" + file):
            os.remove(folder + "/" + file)
        write_text(folder + "/" + file, content)
    run = subprocess.run([os.environ["SINKCALC"], "check", "job.yml"], cwd=folder, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    shutil.rmtree(folder)
    said = "\n".join(row for row in run.stderr.decode("utf-8", "replace").splitlines() if ": note: " not in row)
    # a row for what the job does not have is told, and is no fault
    may_pass = may_pass or "note: %s:%s: never fits" % (path, line) in run.stderr.decode("utf-8", "replace")
    if run.returncode == 0:
        return name, [] if may_pass else ["accepted"], said, True
    found = [] if run.returncode in (2, 3) else ["exit code %d" % run.returncode]
    places = {int(place) for place in re.findall(re.escape(path) + r":(\d+)", said)}
    near = line is None or any(abs(place - line) <= 2 for place in places)
    word = token.strip("'\"[]{} ")
    if not near and not (word and word in said):
        found.append("does not name line %s: %s" % (line, said[:200]))
    return name, found, said, False


def main():
    write_good(HERE + "/good")
    chosen = [mutant for mutant in enumerate(mutants()) if mutant[0] % EACH == 0]
    failed = accepted = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, found, said, is_accepted in pool.map(judge, chosen):
            failed, accepted = failed + bool(found), accepted + is_accepted
            if found:
                print("FAILED  %s: %s" % (name, "; ".join(found)))
    print("%d mutants, %d refused, %d accepted that may be, %d failed" % (len(chosen), len(chosen) - accepted, accepted, failed))
    sys.exit(1 if failed else 0)


main()
