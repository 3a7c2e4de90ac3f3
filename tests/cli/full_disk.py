"""Runs on a disk in memory of which only some bytes are free, before and after room is made."""
import os
import shutil
import subprocess
import sys

import faults

HERE, SINKCALC = os.getcwd(), os.environ["SINKCALC"]
DISK = HERE + "/disk"
FREE = (0, 4 << 10, 64 << 10, 1 << 20)
OLD = b"what stood here before\n"
OUTPUT = "output: {inventory: ../disk/out.nc, tally: ../disk/kept.nc, per_region: '../disk/r{region_id}.nc'}"

# name, the job's output, words, the files that are made
CASES = [
    ("inventory", "output: ../disk/out.nc", ["run", "-q", "job.yml"], ["out.nc"]),
    ("inventory by -o", "output: out.nc", ["run", "-q", "job.yml", "-o", DISK + "/o.nc"], ["o.nc"]),
    ("inventory, tally, regions", OUTPUT, ["run", "-q", "job.yml"], ["kept.nc", "out.nc", "r01.nc", "r02.nc"]),
    ("tally", "output: out.nc", ["tally", "-q", "job.yml", "-o", DISK + "/t.nc"], ["t.nc"]),
    ("tally with checkpoints", "output: out.nc",
     ["tally", "-q", "--checkpoint", "0.00001", "--threads", "1", "job.yml", "-o", DISK + "/c.nc"], ["c.nc"]),
    ("account", "output: out.nc", ["account", "-q", HERE + "/t.nc", "-o", DISK + "/a.nc"], ["a.nc"]),
    ("track", "output: out.nc", ["track", "-q", HERE + "/i.nc", "-o", DISK + "/k.nc"], ["k.nc"]),
]


def sinkcalc(words):
    return subprocess.run([SINKCALC] + words, cwd=HERE + "/good", stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=300)


def must(words):
    done = sinkcalc(words)
    if done.returncode != 0:
        sys.exit("%s: %s" % (" ".join(words), done.stderr))


def clear():
    for name in os.listdir(DISK):
        os.remove(DISK + "/" + name)


def contents():
    return {name: open(DISK + "/" + name, "rb").read() for name in sorted(os.listdir(DISK)) if name != "filler"}


def fill(free):
    with open(DISK + "/filler", "wb", buffering=0) as file:
        size = 0
        try:
            while True:
                size += file.write(bytes(4096))
        except OSError:
            pass
        file.truncate(size - free)


def judge(words, names, reference, free, has_old):
    found = []
    clear()
    before = {}
    if has_old:
        words = words[:1] + ["--overwrite"] + words[1:]
        for name in names:
            with open(DISK + "/" + name, "wb") as file:
                file.write(OLD)
        before = contents()
    fill(free)
    done, after = sinkcalc(words), contents()
    lines = [line for line in done.stderr.splitlines() if "note:" not in line]
    fits = done.returncode == 0
    if fits and (after != reference or sum(map(len, reference.values())) > free + len(OLD) * len(names)):
        found.append("exit code 0 with other files")
    if not fits and done.returncode != 4:
        found.append("exit code %d" % done.returncode)
    if not fits and (len(lines) != 1 or "/disk/" not in lines[0] or "No space left" not in lines[0]):
        found.append("says " + done.stderr)
    for name in names:
        if after.get(name) not in (before.get(name), reference.get(name)):
            found.append("%s is neither old nor new" % name)
    if set(after) - set(names) - {"c.nc.checkpoint"}:  # the work that is done is for the next run
        found.append("left: %s" % sorted(after))
    if not fits and not any(after.get(name) == before.get(name) for name in names):
        found.append("failed, but all is there")
    os.remove(DISK + "/filler")
    again = sinkcalc(words if has_old else words[:1] + ["--overwrite"] + words[1:])
    if again.returncode != 0 or contents() != reference:
        found.append("with room: %d %s" % (again.returncode, again.stderr))
    return fits, found


def main():
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", DISK], check=True)
    faults.write_good(HERE + "/good")
    must(["tally", "-q", "job.yml", "-o", HERE + "/t.nc"])
    must(["run", "-q", "job.yml", "-o", HERE + "/i.nc"])
    count = failed = refused = 0
    for name, output, words, names in CASES:
        shutil.copy(HERE + "/good/job.yml", HERE + "/good/job.yml.bak")
        faults.job("output: out.nc", output)(HERE + "/good")
        clear()
        must(words)
        reference = contents()
        assert sorted(reference) == names, reference.keys()
        for free in FREE:
            for has_old in (False, True):
                fits, found = judge(words, names, reference, free, has_old)
                count, failed, refused = count + 1, failed + bool(found), refused + (not fits)
                print("%s  %s of %d bytes, %d free%s: %s" % (
                    "FAILED" if found else "ok    ", name, sum(map(len, reference.values())), free,
                    ", over older files" if has_old else "", "; ".join(found) or ("written" if fits else "refused")))
        shutil.move(HERE + "/good/job.yml.bak", HERE + "/good/job.yml")
    print("%d cases on a full disk, %d without room, %d failed" % (count, refused, failed))
    sys.exit(1 if failed or refused < len(CASES) * 4 else 0)


main()
