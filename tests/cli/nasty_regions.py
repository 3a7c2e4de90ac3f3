"""The region files of the nasty set, in jobs of ours.

Refused: stderr names the file and, where one feature is at fault, that feature. Accepted: the area of every region is that
of its polygon in the plane over the square of UTM's scale, and regions that are those of the good file have its figures to
the last bit."""
import json
import os
import re
import shutil

from osgeo import ogr

from nasty_common import EXCEPTIONS, HERE, NASTY, Run, path_of, rows

ogr.UseExceptions()

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

# Where one feature is at fault, the error must say which.
FEATURE = {"V04": "A", "V05": "A", "V06": "A", "V07": "A", "V08": "A", "V10": "A", "V11": "A", "V14": "feature 1",
           "V15": "feature 1", "V16": "region_id", "V18": "feature 1", "V20": "feature 1", "V21": "region_id",
           "V24": "region A", "V25": "region A", "V29": "A", "V40": "1", "V42": "A", "V55": "A"}
# The regions of files that do not have both of the good ones.
SAME = {"V17": lambda a, b: [a], "V19": lambda a, b: [a], "V23": lambda a, b: [a, None],
        "V26": lambda a, b: [None, b], "V30": lambda a, b: [None]}


class RegionRun(Run):
    def __init__(self, name, regions, more="", missing=""):
        self.folder = os.path.join(HERE, "regions", name)
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
        self.execute(self.folder, ["run", "--json", "job.yml"], [HERE + "/regions/good_input"])

    def figures(self):
        """What was found, region by region, without the ids."""
        return [region["years"] for region in json.loads(self.out)["regions"]]

    def is_refused(self, *words):
        lines = 2 if self.file.startswith("v44") else 1  # both features that are lost
        return self.refused((2, 3), *[r"(?<!\w)%s(?!\w)" % re.escape(word) for word in (self.file,) + words], lines=lines)

    def is_accepted(self, expected=None, with_areas=True):
        """`expected`: figures by region, None for a region that the good file does not have."""
        found = self.accepted("out.nc")
        if self.code != 0:
            return found
        figures = self.figures()
        if expected is not None and len(figures) != len(expected):
            return found + ["%d regions, expected %d" % (len(figures), len(expected))]
        for is_, should in zip(figures, expected or []):
            if should is not None and is_ != should:
                found.append("other figures than those of the good file")
        return found + (self.areas() if with_areas else [])

    def areas(self):
        """On UTM's central meridian the scale is 0.9996, 8 km beside it 1e-6 more. All classes here are land."""
        found = []
        file = ogr.Open(self.folder + "/" + self.file)
        for feature, years in zip(file.GetLayerByName("regions"), self.figures()):
            expected = feature.GetGeometryRef().GetArea() / 0.9996 ** 2 / 1e4
            if not abs(years[0]["land_area_ha"] - expected) <= 2e-6 * expected:
                found.append("%.9g ha, expected %.9g" % (years[0]["land_area_ha"], expected))
        return found


def judge_row(row, good):
    """Whether the row is refused as a job usually is, the faults, and what was printed."""
    name, path = row["id"], os.fsdecode(path_of(row))
    words = (FEATURE[name],) if name in FEATURE else ()
    kind = EXCEPTIONS.get(name, (row["expect"],))[0]
    if kind == "repair":
        refused, mended = RegionRun(name, path, ", repair: no"), RegionRun(name + "_mended", path)
        found = refused.is_refused("feature 1", "A") + mended.is_accepted(with_areas=False)
        if not re.search(rb"feature 1, id A: repaired \(.* ha before, .* ha after", mended.err):
            found.append("the repair is not reported")
        return False, found, refused.err + mended.err
    if kind == "closed":
        refused, mended = RegionRun(name, path, ", repair: no"), RegionRun(name + "_mended", path, missing=", tile: count")
        found = refused.is_refused("feature 1", "A", "not closed") + mended.is_accepted(with_areas=False)
        if b"not closed" not in mended.err:
            found.append("the repair is not reported")
        return False, found, refused.err + mended.err
    if kind == "partly":
        refused, part = RegionRun(name, path), RegionRun(name + "_counted", path, missing=", tile: count")
        found = refused.is_refused(*words) + part.is_accepted(with_areas=False)
        if b"region A reaches" not in part.err:
            found.append("what is left out is not reported")
        return True, found, refused.err + part.err
    run = RegionRun(name, path)
    if kind == "reject" or (kind == "accept-flag" and run.code != 0):
        return True, run.is_refused(*words), run.err
    return run.code != 0, run.is_accepted(SAME.get(name, (lambda a, b: [a, b]))(*good)), run.err


def judge():
    os.makedirs("regions")
    shutil.copytree(NASTY + "/good", "regions/good_input")
    os.chmod("regions/good_input", 0o755)
    for name, text in (("legend.csv", LEGEND), ("factors.csv", FACTORS)):
        with open("regions/good_input/" + name, "w") as file:
            file.write(text)
    run = RegionRun("good", HERE + "/regions/good_input/regions.gpkg")
    assert not run.is_accepted(), "%s\n%s" % (run.is_accepted(), run.text)
    good = run.figures()
    for row in rows("vector"):
        yield (row["id"], *judge_row(row, good))
