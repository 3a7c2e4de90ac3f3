"""The packages of the nasty set: folders and archives as a verifier receives them.

sinkcalc unpacks nothing: an archive is no job and no file of results, whatever is in it. Folders get the job of ours and
the good inputs that the set leaves out, and are run as a verifier runs them, confined to the folder."""
import hashlib
import json
import os
import re
import shutil

from nasty_common import HERE, NASTY, Run, path_of, rows
from nasty_files import JOB, LEGEND, PARAMS

CONFINED = ["run", "--json", "--quiet", "--confine", ".", "job.yml"]


class PackageRun(Run):
    def __init__(self, name, words, change=None, environment=None):
        self.folder = os.path.join(HERE, "packages", name)
        os.makedirs(self.folder)
        for path, content in (("job.yml", JOB.encode()), ("legend.csv", LEGEND), ("params.csv", PARAMS)):
            with open(self.folder + "/" + path, "wb") as file:
                file.write(content)
        for good in ("landcover.tif", "biomass.tif", "regions.gpkg"):
            shutil.copy(NASTY + "/good/" + good, self.folder)
        if change:
            change(self.folder)
        self.execute(self.folder, words, environment=environment)

    def figures(self):
        return json.loads(self.out)["regions"]


def judge_archive(row):
    """Nothing of it is unpacked: it stays the only new file of the folder."""
    name = os.path.basename(row["file"])
    for command in (["run", name], ["check", name], ["account", name, "-o", "i.nc"], ["info", name], ["track", name]):
        run = PackageRun("%s_%s" % (row["id"], command[0]), command, lambda folder: shutil.copy(path_of(row), os.fsencode(folder)))
        yield run, run.refused((2, 3), name.replace(".", r"\.") + ":")


def special(name, make):
    """One of the two files that the set leaves to the test."""
    def change(folder):
        os.remove(folder + "/" + name)
        make(folder + "/" + name)
    return change


def copy_of(row):
    return lambda folder: shutil.copytree(path_of(row), os.fsencode(folder), dirs_exist_ok=True)


def without_inputs(row):
    def change(folder):
        for name in ("landcover.tif", "biomass.tif", "regions.gpkg"):
            os.remove(folder + "/" + name)
        copy_of(row)(folder)
    return change


OTHERS = ("biomass.tif", "regions.gpkg", "legend.csv", "params.csv")


def stating(change, names=()):
    """The job says that the list holds the hashes of its inputs; lines of `names` are added, that of the job is wrong."""
    def more(folder):
        change(folder)
        with open(folder + "/job.yml", "a") as job:
            job.write("sha256: SHA256SUMS\n")
        with open(folder + "/SHA256SUMS", "a") as listed:
            for name in names:
                with open(folder + "/" + name, "rb") as file:
                    listed.write("%s  %s\n" % (64 * "2" if name == "job.yml" else hashlib.sha256(file.read()).hexdigest(), name))
    return more


def judge_folder(row, good):
    name = row["id"]
    if name == "P04":
        outside = NASTY + "/good/landcover.tif"
        run = PackageRun(name, CONFINED, special("landcover.tif", lambda path: os.symlink(outside, path)))
        return [(run, run.refused((3,), r"landcover\.tif: lies at .*good/landcover\.tif, outside .*P04 "))]
    if name == "P05":
        run = PackageRun(name, CONFINED, special("biomass.tif", os.mkfifo))
        return [(run, run.refused((3,), r"biomass\.tif: not a regular file") + (["%.1f s" % run.seconds] if run.seconds > 5 else []))]
    if name == "P06":
        run, whole = PackageRun(name, CONFINED, stating(without_inputs(row))), PackageRun(name + "_whole", CONFINED, stating(copy_of(row)))
        more = PackageRun(name + "_more", CONFINED, stating(copy_of(row), OTHERS))
        job = PackageRun(name + "_job", CONFINED, stating(copy_of(row), OTHERS + ("job.yml",)))
        return [(run, run.refused((3,), r"SHA256SUMS:2: landcover\.tif: no such file", lines=4)),
                (whole, whole.refused((3,), *(re.escape(each) + ": is not listed in SHA256SUMS" for each in OTHERS), lines=4)),
                (more, more.refused((3,), r"landcover\.tif: its SHA-256 is [0-9a-f]{64}, expected 1{64} \(SHA256SUMS:2\)")),
                (job, job.refused((3,), r"job\.yml: its SHA-256 is [0-9a-f]{64}, expected 2{64} \(SHA256SUMS:7\)"))]
    folder = os.path.join(HERE, "packages", name)
    run = PackageRun(name, CONFINED, copy_of(row), {"HOME": folder, "XDG_CONFIG_HOME": folder})
    found = run.accepted("inventory.nc")
    return [(run, found if found or run.figures() == good else ["other figures than the good job"])]


def judge():
    run = PackageRun("good", CONFINED)
    assert not run.accepted("inventory.nc"), "%s\n%s" % (run.accepted("inventory.nc"), run.text)
    good = run.figures()
    for row in rows("package"):
        runs = list(judge_archive(row)) if os.path.isfile(path_of(row)) else judge_folder(row, good)
        yield row["id"], runs[0][0].code != 0, sum([found for _, found in runs], []), b"".join(run.err for run, _ in runs)
