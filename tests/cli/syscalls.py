"""kill -9 at the n-th call of the system, by strace, and the files that a run opens.

A run of nine tiles that keeps a checkpoint after each is killed as it enters a call that has to do with files; then, each
second time, again at the same call of the run that goes on from what is left; then the same command ends it. What must be:
after a kill no output, or the whole one, and at the end the bytes of a run that was left alone and nothing beside them.
Killed is the process that is alone (SINK_NO_SUPERVISOR), or the child that works while its parent lives. With SINK_FULL=1
the release is killed at every call after the job is opened, and twice each time; otherwise at POINTS of them."""
import collections
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import fault_cases
import faults
import tiles_data
from tiles_data import Checks, SINKCALC, read, strace, write_text

HERE, FULL = os.getcwd(), os.environ.get("SINK_FULL") == "1" and "/release/" in SINKCALC
POINTS = 12 if "/asan/" in SINKCALC or "/tsan/" in SINKCALC else 60
CALLS = ("openat", "pread64", "read", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "close")
WORDS = [SINKCALC, "run", "--quiet", "--threads", "1", "--checkpoint", "0.000001", "land.yml"]
OUTPUTS = ["inventory.nc", "tally.nc"]
checks = Checks()


def files(folder):
    return {name: read(folder + "/" + name) for name in sorted(os.listdir(folder))}


# --- kill -9 ---

def calls_of(folder, **more):
    """Of the process that opens the job: how many calls of each kind there are, and how many before it opens the job; of
    those before it all, how many."""
    code, err = strace(WORDS, folder, "-o", folder + ".log", "-e", "trace=" + ",".join(CALLS), **more)
    assert code == 0, err
    lines = [line.split(None, 1) for line in open(folder + ".log")]
    lines = [(process, re.match(r"\w+", words).group(), words) for process, words in lines if words[0].isalpha()]
    worker = next(process for process, _, words in lines if '"land.yml"' in words)
    at = next(i for i, line in enumerate(lines) if '"land.yml"' in line[2])
    count = collections.Counter(call for process, call, _ in lines if process == worker)
    own = collections.Counter(call for process, call, _ in lines[:at] if process == worker)
    parents = collections.Counter(call for process, call, _ in lines if process != worker)
    for name in OUTPUTS:
        os.remove(folder + "/" + name)
    return count, own, parents


def points(folder):
    """The calls at which to kill: of the process that is alone, and of the child, whose parent must not come to as many."""
    count, own, _ = calls_of(folder, SINK_NO_SUPERVISOR="1")
    every = [[("alone", call, n) for n in range(own[call] + 1, count[call] + 1)] for call in CALLS]
    count, own, parents = calls_of(folder)
    every += [[("child", call, n) for n in range(max(own[call], parents[call]) + 1, count[call] + 1)] for call in CALLS]
    every = sorted((kind for kind in every if kind), key=len)
    if FULL:
        return [point for kind in every for point in kind]
    chosen = []
    for i, kind in enumerate(every):  # few calls of a kind: all of them; of the rest equally many, evenly
        take = min(len(kind), max(1, (POINTS - len(chosen)) // (len(every) - i)))
        chosen += [kind[(2 * k + 1) * len(kind) // (2 * take)] for k in range(take)]
    return chosen


def kill(place, point, expected):
    """Kills the run at the point. Is there something to go on with?"""
    who, call, number = point
    more = {"SINK_NO_SUPERVISOR": "1"} if who == "alone" else {}
    fault = "inject=%s:signal=KILL:when=%d" % (call, number)
    code, err = strace(WORDS, place, "-o", "/dev/null", "-e", "trace=" + call, "-e", fault, **more)
    found = [name for name in OUTPUTS if os.path.exists(place + "/" + name)]
    for name in found:
        checks.true(read(place + "/" + name) == expected[name], "%s: %s is there and not whole" % (point, name))
    if who == "child" and code not in (0, -signal.SIGKILL):  # there the parent was killed too, at a call that tells or tidies up
        left = sorted(name for name in set(os.listdir(place)) - set(expected) if not name.endswith(".checkpoint"))
        checks.true(code == 4 and "ended by signal 9" in err and left == [], "%s: exit code %d, %s%s" % (point, code, left, err))
    return code in (-signal.SIGKILL, 4), bool(found)


def try_point(number, point, expected):
    """How many kills there were, and how many of them after an output was whole."""
    place = "%s/place%d" % (HERE, number)
    shutil.copytree(HERE + "/land", place)
    killed, has_output = kill(place, point, expected)
    kills, late = int(killed), int(killed and has_output)
    checks.true(killed or has_output, "%s: not killed" % (point,))
    if killed and not has_output and (FULL or number % 2):
        killed, has_output = kill(place, point, expected)  # of the run that goes on; it may have fewer calls
        kills, late = kills + killed, late + int(killed and has_output)
    if has_output:  # then the same command does not replace it
        before = files(place)
        code, _, err = tiles_data.run(place, WORDS[1:])
        checks.true(code == 2 and "exists already; --overwrite replaces it" in err, "%s, then: %d: %s" % (point, code, err))
        checks.true(all(read(place + "/" + name) == before[name] for name in OUTPUTS if name in before), "%s: replaced" % (point,))
    code, _, err = tiles_data.run(place, WORDS[1:] + (["--overwrite"] if has_output else []))
    checks.true(code == 0, "%s: exit code %d: %s" % (point, code, err))
    after = files(place)
    checks.true(sorted(after) == sorted(expected), "%s: left: %s" % (point, sorted(set(after) ^ set(expected))))
    checks.true(after == expected, "%s: other bytes" % (point,))
    shutil.rmtree(place)
    return point[1], kills, late


def kill_everywhere():
    tiles_data.LAND, tiles_data.COAST = 1028, 64
    tiles_data.make(HERE + "/land")
    write_text(HERE + "/land/land.yml", tiles_data.LAND_JOB.replace("inventory.nc", "{inventory: inventory.nc, tally: tally.nc}"))
    code, _, err = tiles_data.run(HERE + "/land", WORDS[1:])
    checks.true(code == 0, "a run left alone: %s" % err)
    expected = files(HERE + "/land")
    for name in OUTPUTS:
        os.remove(HERE + "/land/" + name)
    chosen = points(HERE + "/land")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(lambda numbered: try_point(*numbered, expected), enumerate(chosen)))
    tried = collections.Counter(call for call, _, _ in done)
    return "%d kills survived, %d of them after an output was whole, at %d calls: %s" % (
        sum(kills for _, kills, _ in done), sum(late for _, _, late in done), len(done),
        ", ".join("%s %d" % pair for pair in sorted(tried.items())))


# --- what is opened is what the inventory lists ---

def write_side_files(folder):
    """Files that GDAL would read along, were it let."""
    for name in ("lc_2020.tif", "agb_2020.tif", "zone.tif", "vol.tif"):
        for end in (".aux.xml", ".ovr"):
            write_text(folder + "/" + name + end, "<PAMDataset><Metadata/></PAMDataset>")
    for name in ("lc_2020.tfw", "lc_2020.prj", "vol.wld", "gdalrc"):
        write_text(folder + "/" + name, "1\n0\n0\n1\n0\n0\n")


def mosaic(folder):
    fault_cases.vrt(fault_cases.source())(folder)


def harvest_and_accuracy(folder):
    faults.added("harvest: harvest.csv\naccuracy: matrix.csv")(folder)
    write_text(folder + "/harvest.csv", "region,year,volume_m3\n" + "".join("01,%d,1\n" % year for year in range(2021, 2026)))
    write_text(folder + "/factors.csv", faults.FACTORS + "bcef_removal,forest,,0.9,t d.m. m-3,,test,own\n")
    write_text(folder + "/matrix.csv", "map,forest,grassland,cropland\nforest,90,5,5\ngrassland,5,90,5\ncropland,5,5,90\n")


def with_hashes(folder):
    faults.added("sha256: SHA256SUMS")(folder)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files(folder).items() if name != "job.yml"}
    write_text(folder + "/SHA256SUMS", "".join("%s  %s\n" % (sha256, name) for name, sha256 in hashes.items()))


JOBS = {"the good job": lambda folder: None, "a VRT": mosaic, "a shapefile": fault_cases.shapefile(lambda folder: None),
        "harvest and accuracy": harvest_and_accuracy, "hashes stated": with_hashes}


def opened(log, folder):
    """The files in the folder that a process was given to read, by their path in it."""
    found = set()
    for path, flags, file in re.findall(r'openat\(AT_FDCWD, "([^"]*)", ([A-Z_|]+)[^)]*\) = (\d+)', open(log).read()):
        path = os.path.normpath(os.path.join(folder, path))
        if path.startswith(folder + "/") and "O_DIRECTORY" not in flags:
            found.add(os.path.relpath(path, folder))
    return found


def check_opened(number, name, change):
    """Both ways, with the hashes; the job's text is in the inventory itself."""
    folder, output = "%s/opened%d" % (HERE, number), "%s/opened%d.nc" % (HERE, number)
    faults.write_good(folder)
    write_side_files(folder)
    change(folder)
    before = files(folder)
    words = [SINKCALC, "run", "--quiet", "job.yml", "-o", output]
    code, err = strace(words, folder, "-o", output + ".log", "-e", "trace=openat")
    checks.true(code == 0, "%s: exit code %d: %s" % (name, code, err))
    if code != 0:
        return 0
    done = subprocess.run([SINKCALC, "info", "--json", output], capture_output=True, check=True)
    listed = {entry["path"]: entry["sha256"] for entry in json.loads(done.stdout)["inputs"]}
    found = opened(output + ".log", folder) - {"job.yml"}
    checks.true(found == set(listed), "%s: opened and not listed: %s; listed and not opened: %s" % (
        name, sorted(found - set(listed)), sorted(set(listed) - found)))
    for path, sha256 in listed.items():
        checks.true(hashlib.sha256(before.get(path, b"")).hexdigest() == sha256, "%s: %s has another hash" % (name, path))
    checks.true(files(folder) == before, "%s: the inputs' folder has changed" % name)
    return len(listed)


def main():
    told = ["%d files opened and listed in %d jobs" % (
        sum(check_opened(number, name, change) for number, (name, change) in enumerate(JOBS.items())), len(JOBS))]
    told.append(kill_everywhere())
    checks.finish("\n".join(told))


main()
