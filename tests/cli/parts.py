"""Parts of a tally and `merge`: the bytes of one run for any number of parts, and what must be refused."""
import json
import os
import random
import shutil

from tiles_data import Checks, LAND, append_text, interrupt, make, patches, read, run, write_raster

import netCDF4
import numpy as np

SEED = 21
checks = Checks()
chance = random.Random(SEED)
MANY = 12  # more than the tiles of coast.yml


def tally(folder, words, code=0):
    found, _, err = run(folder, ["tally", "--quiet"] + words)
    checks.true(found == code, "tally %s: exit code %d: %s" % (" ".join(words), found, err))
    return err


def parts(folder, job, count):
    """The files of all parts, made with several numbers of threads."""
    names = []
    for k in range(1, count + 1):
        names.append("%s-%d-of-%d.nc" % (job, k, count))
        tally(folder, [job + ".yml", "-o", names[-1], "--part", "%d/%d" % (k, count), "--threads", str(chance.randint(1, 3))])
    return names


def info(folder, name):
    return json.loads(run(folder, ["info", "--json", name])[1])


def work(path):
    """Cells read and cells inside regions, in tiles that are full of two levels of regions."""
    with netCDF4.Dataset(path) as file:
        return (file.sinkcalc_cells_read + file["row_cells"][:].sum()) / (3 * 512 * 512)


def same_bytes(folder):
    told, merges = [], 0
    for job, counts in (("land", (1, 2, 3, 7)), ("coast", (1, 2, MANY))):
        tally(folder, [job + ".yml", "-o", job + ".nc"])
        whole = read("%s/%s.nc" % (folder, job))
        checks.true("tiles_held" not in info(folder, job + ".nc"), job + ": a whole tally says so")
        for count in counts:
            names = parts(folder, job, count)
            for _ in range(2):
                order = names[:]
                chance.shuffle(order)
                code, _, err = run(folder, ["merge", "-o", "merged.nc"] + order)
                checks.true(code == 0, "merge of %d: exit code %d: %s" % (count, code, err))
                checks.true(read(folder + "/merged.nc") == whole, "%s: %d parts have other bytes" % (job, count))
                os.remove(folder + "/merged.nc")
                merges += 1
            if job == "land" and count > 1:
                most, mean = (function([work(folder + "/" + name) for name in names]) for function in (max, np.mean))
                checks.true(most < mean + 1, "%d parts: the work of %.1f tiles, %.1f on average" % (count, most, mean))
                told.append("%d parts: the largest has %.2f times the mean work" % (count, most / mean))
            if job == "coast" and count == MANY:
                empty = sum(info(folder, name)["tiles_held"] == 0 for name in names)
                checks.true(empty > 0 and info(folder, "coast.nc")["tiles"] < MANY, "no part is empty")
    return told + ["%d merges with the bytes of one run (seed %d)" % (merges, SEED)]


def overlap_is_exact(folder):
    """The coast has land that both ecosystems claim, or its merges would prove little."""
    code, _, err = run(folder, ["run", "--quiet", "coast.yml", "-o", "coast-inventory.nc"])
    checks.true(code == 0, "run coast.yml: %d: %s" % (code, err))
    with netCDF4.Dataset(folder + "/coast.nc") as file:
        checks.true(file.sinkcalc_overlap_m2 > 0, "nothing overlaps in the coast")
    with netCDF4.Dataset(folder + "/land.nc") as file:
        checks.true(len(file.dimensions["block"]) > 100, "no sums by block in the land")


def interrupted(folder):
    """A part that is interrupted and goes on is as good."""
    words = ["tally", "--quiet", "land.yml", "-o", "again.nc", "--part", "2/3", "--threads", "1"]
    code, _, _ = interrupt(folder, words, "again.nc.checkpoint")
    shutil.copy(folder + "/again.nc.checkpoint", folder + "/unfinished.nc")
    checks.true(code == 130 and run(folder, words)[0] == 0, "an interrupted part goes on")
    checks.true(read(folder + "/again.nc") == read(folder + "/land-2-of-3.nc"), "an interrupted part has other bytes")


def foreign(folder):
    """The same job in another folder with one raster, table, job text and job name changed each."""
    other = folder + "-other"
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns("*.nc", "*.checkpoint"))
    shutil.move(other + "/lc_2025.tif", other + "/kept.tif")
    write_raster(other + "/lc_2025.tif", patches(np.random.default_rng(9), LAND, 1, 4))
    tally(other, ["land.yml", "-o", folder + "/raster.nc", "--part", "2/3"])
    shutil.move(other + "/kept.tif", other + "/lc_2025.tif")
    append_text(other + "/factors.csv", "litter,forest,3,t C/ha,,test,own\n")
    tally(other, ["land.yml", "-o", folder + "/table.nc", "--part", "2/3"])
    shutil.copy(folder + "/factors.csv", other + "/factors.csv")
    shutil.copy(other + "/land.yml", other + "/later.yml")
    tally(other, ["later.yml", "-o", folder + "/name.nc", "--part", "2/3"])
    append_text(other + "/land.yml", "# later\n")
    tally(other, ["land.yml", "-o", folder + "/job.nc", "--part", "2/3"])


ONE, TWO, THREE = ("land-%d-of-3.nc" % k for k in (1, 2, 3))
REFUSED = [  # the words after `merge -o x.nc`, the exit code, what is said
    ([ONE, THREE], 3, [ONE + ": part 1 of 3; missing: 2"]),
    ([TWO], 3, ["missing: 1 and 3"]),
    (["land-4-of-7.nc", "land-2-of-7.nc"], 3, ["missing: 1, 3, 5, 6 and 7"]),
    ([ONE, TWO, THREE, TWO], 3, [TWO + ": part 2 of 3, as " + TWO + " is: expected each part once"]),
    ([ONE, TWO, "again.nc", THREE], 3, ["again.nc: part 2 of 3, as " + TWO + " is: expected each part once"]),
    ([ONE, "land-2-of-2.nc"], 3, ["land-2-of-2.nc: part 2 of 2, expected one of 3 as " + ONE + " is"]),
    ([ONE, TWO, THREE, "land.nc"], 3, ["land.nc: part 1 of 1, expected one of 3 as " + ONE + " is"]),
    ([ONE, "unfinished.nc", THREE], 3, ["unfinished.nc: holds ", " tiles of part 2; it is of a run that did not end"]),
    (["unfinished.nc", ONE, THREE], 3, ["unfinished.nc: holds "]),
    ([ONE, "raster.nc", THREE], 3, ["raster.nc: does not belong to " + ONE + ": the input lc_2025.tif is another"]),
    ([ONE, "table.nc", THREE], 3, ["table.nc: does not belong to " + ONE + ": the table factors.csv is another"]),
    ([ONE, "job.nc", THREE], 3, ["job.nc: does not belong to " + ONE + ": the job land.yml has another text"]),
    ([ONE, "name.nc", THREE], 3, ["name.nc: does not belong to " + ONE + ": its job is called later.yml"]),
    ([ONE, "coast-1-of-2.nc"], 3, ["coast-1-of-2.nc: does not belong to " + ONE]),
    ([ONE, "job.nc", "raster.nc", TWO, THREE], 3, ["job.nc: does not", "raster.nc: does not"]),
    ([ONE, TWO, "lost.nc"], 3, ["lost.nc: "]),
    ([ONE, TWO, "land.yml"], 3, ["land.yml: no netCDF-4 file"]),
    ([ONE, TWO, "coast-inventory.nc"], 3, ["coast-inventory.nc: an inventory, expected a tally file"]),
    ([], 2, ["expected one PART or more"])]


def refusals(folder):
    before = sorted(os.listdir(folder))
    for words, code, told in REFUSED:
        found, _, err = run(folder, ["merge", "-o", "x.nc"] + words)
        checks.true(found == code and all(text in err for text in told), "merge %s: %d: %s" % (" ".join(words), found, err))
    kept = read(folder + "/" + TWO)
    found, _, err = run(folder, ["merge", "-o", TWO, ONE, TWO, THREE])
    checks.true(found == 2 and TWO + ": is " + TWO + " itself" in err, "a part as output: %s" % err)
    checks.true(read(folder + "/" + TWO) == kept, "a part was replaced")
    found, _, err = run(folder, ["account", ONE, "-o", "x.nc"])
    checks.true(found == 3 and "holds part 1 of 3" in err and "sinkcalc merge" in err, "account of a part: %s" % err)
    found, _, err = run(folder, ["verify", "coast-inventory.nc", "--tally", "coast-1-of-2.nc"])
    checks.true(found == 3 and "holds part 1 of 2" in err, "verify with a part: %d: %s" % (found, err))
    out = run(folder, ["info", ONE])[1]
    checks.true("one of several parts" in out, "info of a part: %s" % out)
    for word in ("0/3", "4/3", "1", "1/", "/2", "a/b", "1/2/3", "-1/2", "1/10001", "1/0"):
        found, _, err = run(folder, ["tally", "land.yml", "-o", "x.nc", "--part=" + word])
        checks.true(found == 2 and "expected K/N" in err, "--part %s: %d: %s" % (word, found, err))
    checks.true(sorted(os.listdir(folder)) == before, "refusals leave files")
    return ["%d merges refused" % (len(REFUSED) + 1)]


def main():
    folder = os.getcwd() + "/data"
    make(folder)
    told = same_bytes(folder)
    overlap_is_exact(folder)
    interrupted(folder)
    foreign(folder)
    checks.finish("\n".join(told + refusals(folder)))


main()
