"""The n-th call of each kind fails once, in each command, on a small job.

What must be: exit code 3 or 4 with one line that says why, no output or the whole one, what stood in its place as it was,
nothing beside it, inputs untouched. Where a failure does no harm, exit code 0 and the bytes of a run without it. A crash
is allowed only where a library is refused memory or a process; then the line tells of it. Calls are spread evenly over
all there are; SINK_FULL=1 takes every one, but 1000 of each command's hundreds of thousands in which libraries ask for memory,
3000 of netCDF in account, whose files per region repeat the calls of the first, and 300 of a kind in what only reads what
the others wrote."""
import collections
import concurrent.futures
import io
import mmap
import os
import re
import shutil
import struct
import subprocess
import sys
import threading
import zipfile

import netCDF4

import faults

HERE, SINKCALC, FULL = os.getcwd(), os.environ["SINKCALC"], os.environ.get("SINK_FULL") == "1"
LIBRARY = os.environ["SINK_INJECT_LIBRARY"]
with open(SINKCALC, "rb") as program:
    text = program.read()
    IS_ASAN = b"__asan_init" in text
    if b"__tsan_init" in text or b"__gcov_" in text:  # their own calls would fail, and what gcov keeps be damaged
        print("skipped: the program is built with ThreadSanitizer or gcov, which make such calls themselves")
        sys.exit(77)
SECONDS = 120
OLD = b"what stood here before\n"

# name, words, outputs; of a folder, "maps/", all that is in it
COMMANDS = {
    "run": (["run", "--json", "--threads", "1", "job.yml"], ["out.nc", "kept.nc"]),
    "tally": (["tally", "--json", "--threads", "1", "-o", "t.nc", "job.yml"], ["t.nc"]),
    "account": (["account", "--json", "-o", "a.nc", "tally.in.nc"], ["a.nc", "r01.nc", "r02.nc"]),
    "track": (["track", "--json", "-o", "k.nc", "inventory.in.nc"], ["k.nc"]),
    "map": (["map", "--json", "--threads", "1", "-o", "maps", "job.yml"], ["maps/"]),
    "merge": (["merge", "--json", "-o", "m.nc", "part1.in.nc", "part2.in.nc"], ["m.nc"]),
    "report": (["report", "-o", "r.html", "inventory.in.nc"], ["r.html"]),
    "csv": (["export", "-o", "e.csv", "inventory.in.nc"], ["e.csv"]),
    "xlsx": (["export", "-o", "e.xlsx", "inventory.in.nc"], ["e.xlsx"]),
    "gpkg": (["export", "-o", "e.gpkg", "inventory.in.nc"], ["e.gpkg"]),
    "geojson": (["export", "-o", "e.geojson", "inventory.in.nc"], ["e.geojson"]),
    "verify": (["verify", "--json", "--threads", "1", "--full", "--job", "job.yml", "inventory.in.nc"], []),
    "diff": (["diff", "--json", "inventory.in.nc", "other.in.nc"], []),
}
# kind: calls tried by command where not all are, and whether success and crashes may be
KINDS = {
    "memory": (24, False, False), "nc": (16, False, False), "write": (4, False, False), "rename": (4, False, False),
    "fsync": (4, True, False), "open": (8, True, False), "read": (10, True, False), "close": (6, True, False),
    "process": (4, True, False), "library": (8, True, True),
}
KIND_LIMIT_FULL = {"library": 1000, "nc": 3000}
WHOLE, LIMIT_FULL = ("run", "tally", "account", "track"), 300  # and what only reads what those wrote
# Harmless may be: closing a file that was read, the sync of the folder, a file that a library does without, a lock that
# has no words, and what PROJ or SQLite read of their database on trial. In the last case the coordinate system may get
# other words (the same one, written out otherwise); then every figure must be the same.
WORDED = ("open", "read", "library")
# A tally or a job inside that cannot be read: exit code and words of what is made of the rest.
TOLD_INSIDE = {"report": (0, rb"Targets are not shown: "), "verify": (1, rb"none that can be read"),
               "diff": (1, rb'"causes_missing": "[^"]')}
KEPT = {"map": ".maps.part/"}  # the work that is done, for the next run
TOLD = re.compile(r"sinkcalc: (?!note: )")


def make_good():
    good = HERE + "/good"
    faults.write_good(good)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SINK_INJECT")}

    def sinkcalc(*words):
        subprocess.run([SINKCALC] + list(words), cwd=good, check=True, env=environment)

    faults.job("output: out.nc", "output: {inventory: out.nc, per_region: 'r{region_id}.nc'}")(good)
    sinkcalc("tally", "-q", "-o", "tally.in.nc", "job.yml")
    faults.job("output: out.nc", "output: {inventory: out.nc, tally: kept.nc}")(good)
    sinkcalc("run", "-q", "-o", "inventory.in.nc", "job.yml")
    for part in "12":
        sinkcalc("tally", "-q", "--part", part + "/2", "-o", "part%s.in.nc" % part, "job.yml")
    faults.write_text(good + "/other.csv", faults.FACTORS.replace("0.47", "0.5"))
    faults.write_text(good + "/other.yml", faults.JOB.replace("factors.csv", "other.csv"))
    sinkcalc("run", "-q", "-o", "other.in.nc", "other.yml")
    return good


def missing_calls():
    """The calls of netCDF that the program makes and faults/inject_nc.c does not know."""
    listed = subprocess.run(["nm", "-D", "--undefined-only", SINKCALC], capture_output=True, text=True, check=True).stdout
    known = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], capture_output=True, text=True, check=True).stdout.split()
    return [name for name in re.findall(r"\bnc_\w+", listed) if name not in known + ["nc_strerror", "nc_inq_libvers"]]


def old_files(files):
    """Others in their place; a folder of maps is known by the first line of its README.txt."""
    return {name: (data[:data.index(b"\n") + 1] if name.endswith("README.txt") else b"") + OLD for name, data in files.items()}


def figures(data):
    """Every number of the root of a netCDF file, as bytes. For the main thread: netCDF knows no threads, and HDF5 is silent
    there alone."""
    with netCDF4.Dataset("memory", memory=data) as file:
        file.set_auto_maskandscale(False)
        return {name: variable[...].tobytes() for name, variable in file.variables.items()
                if getattr(variable.dtype, "kind", "") == "f" or getattr(variable.dtype, "str", "")[1:] in ("i4", "i8", "u4")}


class Place:
    """A folder to run in, with the counts that the library writes."""

    def __init__(self, number):
        self.folder = "%s/place%d" % (HERE, number)
        shutil.copytree(HERE + "/good", self.folder)
        self.inputs = faults.contents(self.folder)
        self.stamps = self.stamp()
        with open(self.folder + ".counts", "wb") as file:
            file.write(bytes(16))
        self.file = open(self.folder + ".counts", "r+b")
        self.counts = mmap.mmap(self.file.fileno(), 16)

    def stamp(self):
        return {name: (os.stat(self.folder + "/" + name).st_mtime_ns, os.stat(self.folder + "/" + name).st_size)
                for name in self.inputs if os.path.exists(self.folder + "/" + name)}

    def run(self, command, kind, number, old):
        words = COMMANDS[command][0]
        for name in os.listdir(self.folder):
            path = self.folder + "/" + name
            if os.path.isdir(path):
                shutil.rmtree(path)
            elif name not in self.inputs:
                os.remove(path)
        if old:
            words = words[:1] + ["--overwrite"] + words[1:]
            for name, data in old.items():
                os.makedirs(os.path.dirname(self.folder + "/" + name), exist_ok=True)
                with open(self.folder + "/" + name, "wb") as file:
                    file.write(data)
        self.counts[:] = bytes(16)
        environment = dict(os.environ, LD_PRELOAD=LIBRARY, SINK_INJECT="%s:%d" % (kind, number),
                           SINK_INJECT_FILE=self.folder + ".counts")
        if IS_ASAN:
            environment["ASAN_OPTIONS"] = "verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", "")
        try:
            done = subprocess.run([SINKCALC] + words, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                                  env=environment, timeout=SECONDS)
            code, out, err = done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            code, out, err = "none in time", b"", ""
        calls, hits = struct.unpack("QQ", self.counts[:])
        return code, out, err, calls, hits

    def files(self, command, code):
        """Whole outputs by name, and what is wrong with what lies here."""
        _, outputs = COMMANDS[command]
        there = faults.contents(self.folder)
        folders = tuple(name for name in outputs if name.endswith("/"))
        whole = {name: data for name, data in there.items() if name in outputs or name.startswith(folders)}
        left = [name for name in there if name not in whole and name not in self.inputs]
        if code != 0 and command in KEPT:
            left = [name for name in left if not name.startswith(KEPT[command])]
        return whole, ["left behind: " + name for name in left] + ["an input changed"] * (self.stamp() != self.stamps)


def are_like(books, others):
    """Workbooks that differ only in which cell of a frozen part is selected: libxlsxwriter leaves that out without a word."""
    def sheets(data):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return {name: re.sub(rb"<selection[^>]*/>", b"", book.read(name)) for name in book.namelist()}
    return all(sheets(data) == sheets(others[name]) for name, data in books.items())


def is_told_inside(command, kind, code, contents):
    expected, words = TOLD_INSIDE.get(command, (None, b""))
    return kind in ("nc", "open", "read") and code == expected and any(re.search(words, content) for content in contents)


def judge(place, command, kind, number, reference):
    """(outcome, the program's line, what is wrong, outputs in other bytes whose figures must be the same)"""
    old = old_files(reference["files"]) if number % 2 == 0 else {}
    code, out, err, _, hits = place.run(command, kind, number, old)
    whole, found = place.files(command, code)
    lines = [line for line in err.splitlines() if TOLD.match(line)]
    crashed = any("ended by" in line for line in lines)
    _, may_succeed, may_crash = KINDS[kind]
    is_told = is_told_inside(command, kind, code, [out, *whole.values()])
    worded = {}
    if hits != 1:
        found.append("%d calls failed, expected 1" % hits)
    if code == reference["code"] and not is_told:
        if not may_succeed:
            found.append("nobody noticed")
        if out != reference["out"] or sorted(whole) != sorted(reference["files"]):
            found.append("other results")
        elif whole != reference["files"]:
            is_netcdf = all(name.endswith(".nc") for name in whole)
            is_like = kind in WORDED and is_netcdf or kind == "library" and command == "xlsx" and are_like(whole, reference["files"])
            found += [] if is_like else ["other bytes"]
            worded = whole if is_netcdf else {}
    elif not is_told:
        if code not in (3, 4):
            found.append("exit code %s" % code)
        if not 1 <= len(lines) <= (2 if kind == "library" else 1):  # PROJ may fail on each of two regions
            found.append("%d lines of error" % len(lines))
        if crashed and not may_crash:
            found.append("a crash")
        if kind == "memory" and not any("memory" in line.lower() for line in lines):
            found.append("another cause is told")
        for name, data in whole.items():
            if data not in (reference["files"].get(name), old.get(name)):
                found.append("%s is neither old nor new" % name)
        if old and len(whole) != len(reference["files"]):
            found.append("what stood is gone")
        if len(COMMANDS[command][1]) == 1 and whole not in ({}, old, reference["files"]):
            found.append("a part of the output")
    if "Sanitizer" in err or "runtime error:" in err:
        found.append("a sanitizer's report: " + " ".join(re.findall("ERROR: .*|runtime error: .*", err)[:1]))
    outcome = ("error" if is_told else "worded" if worded else "harmless" if code == reference["code"] else
               "crash" if crashed else "error")
    return outcome, (lines or [err[-200:]])[0], found, worded


def is_asked(command, kind):
    """SINK_INJECT_COMMAND and SINK_INJECT_KIND choose, for whoever looks for the cause of a failure."""
    return (os.environ.get("SINK_INJECT_COMMAND", command), os.environ.get("SINK_INJECT_KIND", kind)) == (command, kind)


def wanted_of(command, kind, calls):
    """How many of the calls are tried."""
    if FULL:
        return min(KIND_LIMIT_FULL.get(kind, calls), calls if command in WHOLE else LIMIT_FULL)
    return max(1, KINDS[kind][0] // (1 if command in WHOLE else 3) // (4 if IS_ASAN else 1))


def spread(count, wanted):
    """At most `wanted` numbers from 1 to count, evenly."""
    if wanted >= count:
        return range(1, count + 1)
    return sorted({1 + round(i * (count - 1) / max(1, wanted - 1)) for i in range(wanted)})


def numbers_of(command, kind, calls):
    """The calls that are tried. Nearly all of libxlsxwriter's are for cells; it puts the workbook together in the last."""
    wanted = wanted_of(command, kind, calls)
    last = calls // 33 if (command, kind) == ("xlsx", "library") else 0
    return sorted({*spread(calls, wanted), *(calls - last + number for number in spread(last, wanted) if last > 0)})


def main():
    make_good()
    missing = missing_calls()
    if missing:
        sys.exit("faults/inject_nc.c lacks " + " ".join(missing))
    local, places, lock = threading.local(), [], threading.Lock()

    def place():
        if not hasattr(local, "place"):
            with lock:
                places.append(Place(len(places)))
                local.place = places[-1]
        return local.place

    if IS_ASAN:  # a report of it is not what a crash is without it
        del KINDS["library"]
        print("        under a sanitizer no library is refused memory; leaks of the program are looked for")
    tasks, references = [], {}
    for command, (_, outputs) in COMMANDS.items():
        for kind in KINDS:
            if not is_asked(command, kind):
                continue
            code, out, err, calls, _ = place().run(command, kind, 0, {})
            whole, found = place().files(command, code)
            if code != (command == "diff") or found or len(whole) < len(outputs):
                sys.exit("%s without a fault: %s %s %s" % (command, code, err, found))
            references[command] = {"code": code, "out": out, "files": whole}
            tasks += [(command, kind, number) for number in numbers_of(command, kind, calls)]
            print("        %-8s %-8s %7d calls" % (command, kind, calls), flush=True)
    counts, failed = collections.Counter(), 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda task: judge(place(), *task, references[task[0]]), tasks)
        for done, ((command, kind, number), (outcome, line, found, whole)) in enumerate(zip(tasks, results)):
            if done % 1000 == 0:
                print("        %5d of %d" % (done, len(tasks)), flush=True)
            counts[outcome] += 1
            counts[kind, outcome] += 1
            if any(figures(data) != figures(references[command]["files"][name]) for name, data in whole.items()):
                found.append("other figures")
            if found:
                failed += 1
                print("FAILED  %s, %s %d: %s: %s" % (command, kind, number, "; ".join(found), line), flush=True)
    for each in places:
        assert {name: data for name, data in faults.contents(each.folder).items() if name in each.inputs} == each.inputs
    for kind in KINDS:
        print("        %-8s %5d errors, %d of them crashes, %d harmless, %d with the CRS in other words" % (
            kind, counts[kind, "error"] + counts[kind, "crash"], counts[kind, "crash"], counts[kind, "harmless"],
            counts[kind, "worded"]))
    print("%d faults injected: %d errors (%d of them crashes of a library), %d harmless (%d with the CRS in other words); "
          "%d failed" % (len(tasks), counts["error"] + counts["crash"], counts["crash"],
                         counts["harmless"] + counts["worded"], counts["worded"], failed))
    sys.exit(1 if failed else 0)


main()
