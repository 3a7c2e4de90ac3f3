"""A checkpoint with one byte changed, or cut: the run goes on to the bytes of a run left alone, or refuses it in one line and
leaves it as it is. Places are spread evenly over the file; SINK_FULL=1 takes every eighth byte, with the release."""
import collections
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import tiles_data
from tiles_data import Checks, read, run, strace

HERE, FULL = os.getcwd(), os.environ.get("SINK_FULL") == "1" and "/release/" in tiles_data.SINKCALC
FEW = 40 if "/asan/" in tiles_data.SINKCALC or "/tsan/" in tiles_data.SINKCALC else 120
WORDS = ["tally", "--quiet", "--threads", "1", "coast.yml", "-o", "c.nc"]
checks = Checks()


def checkpoint_of(folder):
    """With some of the tiles: strace interrupts the run as it writes one for the second time."""
    _, err = strace([tiles_data.SINKCALC] + WORDS + ["--checkpoint", "0.000001"], folder, "-o", "/dev/null", "-e", "trace=rename",
                    "-e", "inject=rename:signal=INT:when=2", SINK_NO_SUPERVISOR="1")
    kept = re.search(r"keeps (\d+) of (\d+) tiles", err)
    if not kept or not 0 < int(kept[1]) < int(kept[2]):
        raise SystemExit("no run was interrupted between two tiles: " + err)
    return read(folder + "/c.nc.checkpoint"), "%s of %s tiles" % kept.groups()


def cases(kept):
    step = 8 if FULL else len(kept) / FEW
    for i in range(int(len(kept) / step)):
        at = int(i * step) + (i % 8 if FULL else 0)
        flipped = bytearray(kept)
        flipped[min(at, len(kept) - 1)] ^= (1 << i // 2 % 8) if i % 2 else 0xFF
        yield "byte %d changed" % at, bytes(flipped)
        yield "cut at %d" % at, kept[:at]


def judge(numbered, good, expected):
    number, (what, content) = numbered
    place = "%s/case%d" % (HERE, number)
    shutil.copytree(good, place)
    with open(place + "/c.nc.checkpoint", "wb") as file:
        file.write(content)
    code, _, err = run(place, WORDS)
    left = set(os.listdir(place)) - set(os.listdir(good))
    if code == 0:
        is_good, told = left == {"c.nc"} and read(place + "/c.nc") == expected, "without effect"
    else:
        is_good = (code == 3 and err.startswith("sinkcalc: c.nc.checkpoint: ") and err.endswith("; --restart begins anew\n")
                   and err.count("\n") == 1 and left == {"c.nc.checkpoint"} and read(place + "/c.nc.checkpoint") == content)
        told = "refused"
    checks.true(is_good, "%s: exit code %d, left %s: %s" % (what, code, sorted(left), err))
    checks.true(code == 3 or not what.startswith("cut"), "%s: taken" % what)
    shutil.rmtree(place)
    return what.split()[0] + ", " + told


def main():
    good = HERE + "/good"
    tiles_data.LAND, tiles_data.COAST = 64, 1028
    tiles_data.make(good)
    code, _, err = run(good, WORDS)
    checks.true(code == 0, "a run left alone: %s" % err)
    expected = read(good + "/c.nc")
    os.remove(good + "/c.nc")
    kept, share = checkpoint_of(good)
    os.remove(good + "/c.nc.checkpoint")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = collections.Counter(pool.map(lambda numbered: judge(numbered, good, expected), enumerate(cases(kept))))
    checks.finish("%d damaged checkpoints (%d bytes, %s): %s" % (
        sum(counts.values()), len(kept), share, "; ".join("%s %d" % pair for pair in sorted(counts.items()))))


main()
