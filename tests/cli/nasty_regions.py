"""Runs sinkcalc over the vector cases of the nasty set and judges it by MANIFEST.csv.

Refused: exit code 2 or 3 within 10 s, stderr that names the file (and, where the fault is of one feature, that
feature), in valid UTF-8 and without control bytes, nothing new in the folder. Accepted: exit code 0, the area of every
region as that of its polygon in the plane over the square of UTM's scale, and the figures of regions that are those
of the good file as in the good run, to the last bit. No input may change."""
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

from osgeo import ogr

ogr.UseExceptions()
NASTY = os.environ["SINK_SHARED"] + "/nasty"
HERE = os.getcwd()

JOB = """
regions: {file: "%(regions)s", %(layer)sid: region_id%(more)s}
years: 2023
layers:
  land_cover: {file: %(good)s/landcover.tif, legend: %(good)s/legend.csv}
  above_ground_biomass: {file: %(good)s/biomass.tif, unit: Mg/ha}
  zone: {value: temperate_continental_forest}
  climate: {value: cool_temperate_moist}
  soil: {value: hac}
  continent: {value: europe}
  origin: {value: natural}
factors: [ipcc, %(good)s/factors.csv]
targets: none
missing: {factor: count%(missing)s}
output: out.nc
"""
LEGEND = "code,name\n1,forest\n2,forest\n3,forest\n4,shrubland\n5,grassland\n"
FACTORS = """quantity,class,value,unit,depth_cm,source,verified,note
root_shoot,forest,0.26,1,,synthetic,own,
above_ground_biomass,shrubland,20,t d.m. ha-1,,synthetic,own,
root_shoot,shrubland,0.4,1,,synthetic,own,
"""

# What the program is to do where that is not what the manifest says, and why.
REPAIRED = "the job says whether rings are repaired: refused with `repair: no`, repaired and said so without"
EXCEPTIONS = {
    "V01": ("repair", REPAIRED),
    "V02": ("repair", REPAIRED),
    "V03": ("repair", REPAIRED),
    "V23": ("overlap", "regions of the top level may overlap, each is accounted on its own; nothing sums them up"),
    "V25": ("partly", "refused, and counted in part with `missing: {tile: count}`"),
    "V32": ("repair", REPAIRED),
    "V35": ("closed", REPAIRED),
}
# Where one feature is at fault, the error must say which.
FEATURE = {"V04": "A", "V05": "A", "V06": "A", "V07": "A", "V08": "A", "V10": "A", "V11": "A", "V14": "feature 1",
           "V15": "feature 1", "V16": "region_id", "V18": "feature 1", "V20": "feature 1", "V21": "region_id",
           "V24": "region A", "V25": "region A", "V29": "A", "V40": "1", "V42": "A", "V55": "A"}
# The regions of files that do not have both of the good ones.
SAME = {"V17": lambda a, b: [a], "V19": lambda a, b: [a], "V23": lambda a, b: [a, None],
        "V26": lambda a, b: [None, b], "V30": lambda a, b: [None]}


def digests(folder):
    found = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            with open(path, "rb") as file:
                found[path] = hashlib.sha256(file.read()).hexdigest()
    return found


class Run:
    def __init__(self, name, regions, more="", missing=""):
        self.folder = os.path.join(HERE, name)
        os.makedirs(self.folder)
        # the file, and what else belongs to it: .shx, .dbf, .prj, the one a VRT names
        stem = os.path.basename(regions).split(".")[0]
        for other in os.listdir(os.path.dirname(regions)):
            if other.split(".")[0] == stem:
                shutil.copy(os.path.join(os.path.dirname(regions), other), self.folder)
        self.file = os.path.basename(regions)
        with open(self.folder + "/job.yml", "w") as job:
            layer = "layer: regions, " if self.file.endswith(".gpkg") else ""
            job.write(JOB % {"regions": self.file, "layer": layer, "good": "../good_input", "more": more,
                             "missing": missing})
        before, start = {**digests(self.folder), **digests(HERE + "/good_input")}, time.monotonic()
        try:
            done = subprocess.run([os.environ["SINKCALC"], "run", "--json", "job.yml"], cwd=self.folder, timeout=30,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        except subprocess.TimeoutExpired:
            self.code, self.out, self.err = "no end", b"", b""
        self.seconds = time.monotonic() - start
        after = {**digests(self.folder), **digests(HERE + "/good_input")}
        self.changed = [path for path in before if after.get(path) != before[path]]
        self.new = [os.path.basename(path) for path in after if path not in before]

    def figures(self):
        """What was found, region by region, without the ids."""
        regions = json.loads(self.out)["regions"]
        return [region["years"] for region in regions]

    def faults(self):
        """What is wrong whatever the case."""
        found = ["input changed: %s" % path for path in self.changed]
        try:
            if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", self.err.decode("utf-8")):
                found.append("control bytes on stderr")
        except UnicodeDecodeError:
            found.append("stderr is not UTF-8")
        if self.seconds > 10:
            found.append("%.1f s" % self.seconds)
        return found

    def refused(self, words=()):
        found = self.faults()
        if self.code not in (2, 3):
            found.append("exit code %s, expected 2 or 3" % self.code)
        if self.new:
            found.append("left behind: %s" % self.new)
        text = self.err.decode("utf-8", "replace")
        for word in (self.file,) + tuple(words):
            if not re.search(r"(?<!\w)%s(?!\w)" % re.escape(word), text):
                found.append("stderr does not name %s" % word)
        return found

    def accepted(self, expected=None):
        """`expected`: figures by region, None for a region that the good file does not have."""
        found = self.faults()
        if self.code != 0:
            return found + ["exit code %s, expected 0" % self.code]
        if self.new != ["out.nc"]:
            found.append("files made: %s" % self.new)
        figures = self.figures()
        if expected is not None and len(figures) != len(expected):
            return found + ["%d regions, expected %d" % (len(figures), len(expected))]
        for is_, should in zip(figures, expected or []):
            if should is not None and is_ != should:
                found.append("other figures than those of the good file")
        return found + self.areas()

    def areas(self):
        """On UTM's central meridian the scale is 0.9996, 8 km beside it 1e-6 more. All classes here are land."""
        found = []
        file = ogr.Open(self.folder + "/" + self.file)
        for feature, years in zip(file.GetLayerByName("regions"), self.figures()):
            expected = feature.GetGeometryRef().GetArea() / 0.9996 ** 2 / 1e4
            if not abs(years[0]["land_area_ha"] - expected) <= 2e-6 * expected:
                found.append("%.9g ha, expected %.9g" % (years[0]["land_area_ha"], expected))
        return found


def judge(case, good):
    """The faults of one case, and what was printed."""
    name, path = case["id"], NASTY + "/" + case["file"]
    words = (FEATURE[name],) if name in FEATURE else ()
    kind, _ = EXCEPTIONS.get(name, (case["expect"], ""))
    if kind == "repair":
        refused, mended = Run(name, path, ", repair: no"), Run(name + "_mended", path)
        found = refused.refused(("feature 1", "A"))
        found += [fault for fault in mended.accepted() if " ha, expected " not in fault]
        if not re.search(rb"feature 1, id A: repaired \(.* ha before, .* ha after", mended.err):
            found.append("the repair is not reported")
        return found, refused.err + mended.err
    if kind == "closed":
        refused, mended = Run(name, path, ", repair: no"), Run(name + "_mended", path, missing=", tile: count")
        found = refused.refused(("feature 1", "A", "not closed"))
        if mended.code != 0:
            found.append("exit code %s with repair, expected 0" % mended.code)
        if b"not closed" not in mended.err:
            found.append("the repair is not reported")
        return found, refused.err + mended.err
    if kind == "partly":
        refused, part = Run(name, path), Run(name + "_counted", path, missing=", tile: count")
        found = refused.refused(words) + [fault for fault in part.accepted() if " ha, expected " not in fault]
        if b"region A reaches" not in part.err:
            found.append("what is left out is not reported")
        return found, refused.err + part.err
    run = Run(name, path)
    if kind == "reject" or (kind == "accept-flag" and run.code != 0):
        return run.refused(words), run.err
    return run.accepted(SAME.get(name, (lambda a, b: [a, b]))(*good)), run.err


def main():
    shutil.copytree(NASTY + "/good", "good_input")
    for name, text in (("legend.csv", LEGEND), ("factors.csv", FACTORS)):
        with open("good_input/" + name, "w") as file:
            file.write(text)
    run = Run("good", HERE + "/good_input/regions.gpkg")
    if run.accepted():
        sys.exit("the good job: %s\n%s" % (run.accepted(), run.err.decode("utf-8", "replace")))
    good, bad, count = run.figures(), 0, 0
    for case in csv.DictReader(open(NASTY + "/MANIFEST.csv", encoding="utf-8")):
        if case["class"] != "vector":
            continue
        found, said = judge(case, good)
        count += 1
        bad += bool(found)
        print("%s %-4s %s%s" % ("FAIL" if found else "ok  ", case["id"], case["what_is_wrong"],
                                ": " + "; ".join(found) if found else ""))
        if found or os.environ.get("VERBOSE"):
            print("          " + said.decode("utf-8", "replace").strip().replace("\n", "\n          "))
    for name, (_, reason) in EXCEPTIONS.items():
        print("%s differs from the manifest: %s" % (name, reason))
    if count < 50:
        sys.exit("only %d cases found" % count)
    print("%d of %d cases hold" % (count - bad, count))
    sys.exit(bad != 0)


main()
