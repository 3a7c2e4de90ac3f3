"""Runs on a disk in memory of which only some bytes are free, before and after room is made; and with the folder for temporary
files on it, which must not matter."""
import os
import shutil
import subprocess
import sys

import faults

HERE, SINKCALC = os.getcwd(), os.environ["SINKCALC"]
DISK = HERE + "/disk"
with open(SINKCALC, "rb") as program:
    IS_TSAN = b"__tsan_init" in program.read()
FREE = (0, 4 << 10, 64 << 10, 1 << 20)
FREE_FOR_MAPS = FREE + (5 << 18, 3 << 19, 2 << 20, 4 << 20)  # while it is made, one map is not compressed
OLD = b"what stood here before\n"
OUTPUT = "output: {inventory: ../disk/out.nc, tally: ../disk/kept.nc, per_region: '../disk/r{region_id}.nc'}"

KEPT = ("c.nc.checkpoint", ".maps.part/")  # the work that is done is for the next run

# name, the job's output, words, the files that are made; None: all in a folder, old or new as one
CASES = [
    ("inventory", "output: ../disk/out.nc", ["run", "-q", "job.yml"], ["out.nc"]),
    ("inventory by -o", "output: out.nc", ["run", "-q", "job.yml", "-o", DISK + "/o.nc"], ["o.nc"]),
    ("inventory, tally, regions", OUTPUT, ["run", "-q", "job.yml"], ["kept.nc", "out.nc", "r01.nc", "r02.nc"]),
    ("tally", "output: out.nc", ["tally", "-q", "job.yml", "-o", DISK + "/t.nc"], ["t.nc"]),
    ("tally with checkpoints", "output: out.nc",
     ["tally", "-q", "--checkpoint", "0.00001", "--threads", "1", "job.yml", "-o", DISK + "/c.nc"], ["c.nc"]),
] + [(words[0] if words[0] != "export" else words[-1], "output: out.nc", [*words, "-q", "-o", DISK + "/" + file], [file])
     for file, *words in (("a.nc", "account", "../t.nc"), ("k.nc", "track", "../i.nc"), ("m.nc", "merge", "../part1.nc", "../part2.nc"),
                          ("r.html", "report", "../i.nc"), ("e.csv", "export", "../i.nc", "--to=csv"),
                          ("e.json", "export", "../i.nc", "--to=json"), ("e.xlsx", "export", "../i.nc", "--to=xlsx"),
                          ("e.gpkg", "export", "../i.nc", "--to=gpkg"), ("e.geojson", "export", "../i.nc", "--to=geojson"))
] + [("maps", "output: out.nc", ["map", "-q", "job.yml", "-o", DISK + "/maps"], None)]


def sinkcalc(words, **more):
    return subprocess.run([SINKCALC] + words, cwd=HERE + "/good", stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=300, env={**os.environ, **more})


def must(words):
    done = sinkcalc(words)
    if done.returncode != 0:
        sys.exit("%s: %s" % (" ".join(words), done.stderr))


def clear():
    for name in os.listdir(DISK):
        path = DISK + "/" + name
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def contents(place=DISK):
    found = faults.contents(place)
    found.pop("filler", None)
    found.pop(".", None)  # nothing at all
    return found


def write_old(reference):
    """Older files in the place of the new: of a folder one that the program takes for its own."""
    for name, content in reference.items():
        os.makedirs(os.path.dirname(DISK + "/" + name), exist_ok=True)
        with open(DISK + "/" + name, "wb") as file:
            file.write(content + OLD if name.endswith("README.txt") else OLD)
    return contents()


def fill(free):
    with open(DISK + "/filler", "wb", buffering=0) as file:
        size = 0
        try:
            while True:
                size += file.write(bytes(4096))
        except OSError:
            pass
        file.truncate(size - free)


def judge(words, reference, free, has_old):
    found, before = [], {}
    clear()
    if has_old:
        words = words[:1] + ["--overwrite"] + words[1:]
        before = write_old(reference)
    fill(free)
    done, after = sinkcalc(words), contents()
    lines = [line for line in done.stderr.splitlines() if "note:" not in line]
    fits = done.returncode == 0
    made = {name: content for name, content in after.items() if not name.startswith(KEPT)}
    if fits and (after != reference or sum(map(len, reference.values())) > free + sum(map(len, before.values()))):
        found.append("exit code 0 with other files")
    if not fits and done.returncode != 4:
        found.append("exit code %d" % done.returncode)
    if not fits and (len(lines) != 1 or "/disk/" not in lines[0] or "No space left" not in lines[0]):
        found.append("says " + done.stderr)
    if any(made.get(name) not in (before.get(name), reference.get(name)) for name in {**before, **made}):
        found.append("neither old nor new: %s" % sorted(made))
    if not fits and made != before and (made == reference or all("/" in name for name in reference)):
        found.append("failed, but %s is there" % sorted(made))
    os.remove(DISK + "/filler")
    again = sinkcalc(words if has_old else words[:1] + ["--overwrite"] + words[1:])
    if again.returncode != 0 or contents() != reference:
        found.append("with room: %d %s" % (again.returncode, again.stderr))
    return fits, found


def judge_temporary(words, reference):
    """What is written elsewhere while the folder for temporary files has no room."""
    place = HERE + "/elsewhere"
    os.mkdir(place)
    fill(0)
    done = sinkcalc([word.replace(DISK, place) for word in words], TMPDIR=DISK)
    made = contents(place)
    shutil.rmtree(place)
    return [] if done.returncode == 0 and made == reference else ["%d %s%s" % (done.returncode, sorted(made), done.stderr)]


def main():
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", DISK], check=True)
    faults.write_good(HERE + "/good")
    must(["tally", "-q", "job.yml", "-o", HERE + "/t.nc"])
    must(["run", "-q", "job.yml", "-o", HERE + "/i.nc"])
    for part in "12":
        must(["tally", "-q", "--part", part + "/2", "job.yml", "-o", HERE + "/part%s.nc" % part])
    count = failed = refused = 0
    for name, output, words, names in CASES:
        shutil.copy(HERE + "/good/job.yml", HERE + "/good/job.yml.bak")
        faults.job("output: out.nc", output)(HERE + "/good")
        clear()
        must(words)
        reference = contents()
        assert names in (None, sorted(reference)), reference.keys()
        results = []
        for free in FREE if names else FREE_FOR_MAPS:
            for has_old in (False, True):
                fits, found = judge(words, reference, free, has_old)
                results.append((found, "%d free%s" % (free, ", over older files" if has_old else ""), "written" if fits else "refused"))
        if "-o" in words and not IS_TSAN:  # which has a temporary file of its own
            results.append((judge_temporary(words, reference), "temporary files", "written"))
        for found, where, outcome in results:
            count, failed, refused = count + 1, failed + bool(found), refused + (outcome == "refused")
            print("%s  %s of %d bytes, %s: %s" % ("FAILED" if found else "ok    ", name, sum(map(len, reference.values())), where,
                                                 "; ".join(found) or outcome))
        shutil.move(HERE + "/good/job.yml.bak", HERE + "/good/job.yml")
    print("%d cases on a full disk, %d without room, %d failed" % (count, refused, failed))
    sys.exit(1 if failed or refused < len(CASES) * 4 else 0)


main()
