"""The jobs, tables and netCDF files of the nasty set.

The set has a generic job and a generic table of parameters: each fault is put into a job of ours (pipelines/JOB.md), and
into a legend or a table of factors (sinkcalc/tables/README.md), whichever can have it. The netCDF files are what they
are: operands of `account`, `info` and `track`."""
import hashlib
import json
import os
import re
import shutil

from nasty_common import HERE, NASTY, URL, Run, digests, path_of, rows

JOB = """title: nasty-base
regions: {file: regions.gpkg, layer: regions, id: region_id}
years: 2023
layers:
  land_cover: {file: landcover.tif, legend: legend.csv}
  above_ground_biomass: {file: biomass.tif, unit: Mg/ha, classes: [forest, shrubland, grassland]}
factors: [ipcc, params.csv]
targets: none
missing: {factor: count, value: count, class: count}
output: inventory.nc
"""
LEGEND = b"code,name\n1,forest\n2,bamboo\n3,forest\n4,shrubland\n5,grassland\n"
PARAMS = (b"quantity,class,value,unit,source,verified\ncarbon_fraction,forest,0.47,1,nasty set,own\n"
          b"carbon_fraction,bamboo,0.51,1,nasty set,own\nroot_shoot,grassland,2.80,1,nasty set,own\n")


def change(old, new, text=JOB):
    assert old in text, old
    return text.replace(old, new, 1)


def raw(name):
    with open(NASTY + "/job/" + name, "rb") as file:
        return file.read()


def first_lines(name, count):
    return b"".join(raw(name).splitlines(keepends=True)[:count]) + JOB.encode()


def sums_of_good(*names):
    """Lines of sha256sum."""
    return "".join("%s  %s\n" % (digests(NASTY + "/good")[os.fsencode("%s/good/%s" % (NASTY, name))], name) for name in names)


SUMS = sums_of_good("biomass.tif", "regions.gpkg") + "".join(
    "%s  %s\n" % (hashlib.sha256(content).hexdigest(), name) for name, content in (("legend.csv", LEGEND), ("params.csv", PARAMS)))
LC, REGIONS, YEARS, OUT = "file: landcover.tif", "file: regions.gpkg", "years: 2023", "output: inventory.nc"
# Each job with what stderr must say, the exit code when it is not 2, and other files; None where the job is good.
JOBS = {
    "J01": (b"", r"job\.yml:"),
    "J02": (change("\n  land_cover", "\n\tland_cover"), r"job\.yml:5:"),
    "J03": (first_lines("j03_alias_bomb.yaml", 10), r"job\.yml:1:5: .*(anchor|alias)"),
    "J04": (first_lines("j04_self_alias.yaml", 1), r"job\.yml:1:4: .*(anchor|alias)"),
    "J05": (raw("j05_deep_flow.yaml"), r"job\.yml:1:\d+: .*32"),
    "J06": (raw("j06_deep_block.yaml"), r"job\.yml:3\d:\d+: .*32"),
    "J07": (JOB + "years: 1990\n", r"job\.yml:11:1: .*years.*(line )?3\b"),
    "J08": (change("years:", "yaers:"), r"job\.yml:3:1: .*did you mean years"),
    "J09": (change("biomass.tif,", "biomass.tif, band: [1],"), r"job\.yml:6:\d+: layers\.above_ground_biomass\.band"),
    "J10": (change("title: nasty-base", "title: no"), None, None),
    "J11": (change("2023", "03747"), r"job\.yml:3:8: years: \"03747\""),
    "J12": (change("2023", "20:23"), r"job\.yml:3:8: years: \"20:23\""),
    "J13": (JOB + "---\n" + JOB, r"job\.yml:1[12]:\d+: .*document"),
    "J14": (JOB + 'x: !!python/object/apply:os.system ["touch PWNED"]\n', r"job\.yml:11:\d+: .*tag"),
    "J15": (change("nasty", "na\0sty"), r"job\.yml:1:"),
    "J16": (b"\xff\xfe" + JOB.encode("utf-16-le"), r"job\.yml:1:"),
    "J17": (change("nasty", "n\xe4sty").encode("latin-1"), r"job\.yml:1:"),
    "J18": (change(LC, "file: ../../../../../../../../etc/passwd"), r"etc/passwd: ", 3),
    "J19": (change(LC, "file: /vsicurl/%slc.tif" % URL), r"job\.yml:5:\d+: layers\.land_cover\.file"),
    "J20": (change(LC, "file: /vsizip//vsicurl/%slc.zip/lc.tif" % URL), r"job\.yml:5:\d+: layers\.land_cover\.file"),
    "J21": (change(REGIONS, "file: 'PG:host=127.0.0.1 port=%s dbname=x'" % URL[17:-1]), r"job\.yml:2:\d+: regions\.file"),
    "J22": (change(REGIONS, """file: '{"type":"FeatureCollection","features":[]}'"""), r"job\.yml:2:\d+: regions\.file"),
    "J23": (change(OUT, "output: biomass.tif"), r"job\.yml:10:\d+: output"),
    "J24": (change(OUT, "output: no/such/dir/inventory.nc"), r"no/such/dir/inventory\.nc: .*no folder", 4),
    "J25": (change(OUT, "output: ."), r"job\.yml:10:\d+: output"),
    "J26": (change(OUT, "output: %sx.nc" % URL), r"job\.yml:10:\d+: output"),
    "J27": (change("biomass.tif", "nope.tif"), r"nope\.tif: ", 3),
    "J28": (change(JOB.splitlines()[1] + "\n", ""), r"job\.yml:1:1: .*regions"),
    "J29": (JOB[:JOB.index("ventory.nc")], r"job\.yml:10:\d+: output"),
    "J30": (change("biomass.tif", "landcover.tif"), r"job\.yml:6:\d+: .*the same file"),
    "J31": (change("2023", "20O3"), r"job\.yml:3:8: years: \"20O3\""),
    "J32": (change("2023", "99999999999999999999"), r"job\.yml:3:8: years"),
    "J33": (JOB + "sha256: S\n", r"landcover\.tif: its SHA-256 is [0-9a-f]{64}, expected 0{64} \(S:1\)", 3,
            {"S": 64 * "0" + "  landcover.tif\n" + SUMS}),
    "J34": (JOB + "sha256: S\n", r"S:1: no line of sha256sum, expected 64 hexadecimal digits", 3, {"S": "xyz  landcover.tif\n" + SUMS}),
    "J35": (change(LC, 'file: "${HOME}/landcover.tif"'), r"job\.yml:5:\d+: layers\.land_cover\.file: .*\{HOME\}"),
    "J36": (b"b: &b {years: 1990}\n<<: *b\n" + JOB.encode(), r"job\.yml:1:\d+: "),
    "J37": (b"\xef\xbb\xbf" + JOB.replace("\n", "\r\n").encode(), None, None),
    "J38": ("version: 99\n" + JOB, r"job\.yml:1:1: .*version"),
}
# The same faults where they are less plain.
MORE_JOBS = {
    # its lc.nc is missing, too
    "J23 by a region": (change(LC, "file: lc.nc").replace(OUT, "output: {inventory: i.nc, per_region: \"{region_id}.nc\"}"),
                        r"job\.yml:10:\d+: output\.per_region"),
    "J24 per region": (change(OUT, "output: {inventory: i.nc, per_region: \"no/{region_id}.nc\"}"), r"no/A\.nc: .*no folder no;", 4),
    "J24 tally": (change(OUT, "output: {inventory: i.nc, tally: no/t.nc}"), r"no/t\.nc: .*no folder", 4),
    "J27 regions": (change("regions.gpkg", "nope.gpkg"), r"nope\.gpkg: ", 3),
    "J27 table": (change("params.csv", "nope.csv"), r"nope\.csv", (2, 3)),
    "J33 in a layer": (change(LC, LC + ", sha256: " + 64 * "0"), r"job\.yml:5:\d+: .*sha256"),
    "J34 in a layer": (change(LC, LC + ", sha256: xyz"), r"job\.yml:5:\d+: .*sha256"),
    "J27 legend": (change("legend.csv", "nope.csv"), r"nope\.csv", (2, 3)),
}


def row(old, new):
    """The fault in a row of the factor table; line 3 is that of the second class."""
    return [("params.csv", change(old, new, PARAMS.decode()).encode())]


def both(function):
    """The fault of bytes, in either table."""
    return [("params.csv", function(PARAMS)), ("legend.csv", function(LEGEND))]


def legend(old, new):
    return [("legend.csv", change(old, new, LEGEND.decode()).encode())]


# Each table with what stderr must say after the table's name; None where it is good.
TABLES = {
    "T01": (both(lambda text: b""), r":1: no rows"),
    "T02": (both(lambda text: text[:text.index(b"\n") + 1]), r": no rows"),
    "T03": (both(lambda text: b"\xef\xbb\xbf" + text), None),
    "T04": (both(lambda text: text.replace(b",", b";")), r":1: columns parted by semicolons, expected commas"),
    "T05": (both(lambda text: text.replace(b",", b";").replace(b".", b",")), r":1: .*semicolons.*points in numbers"),
    "T06": (row("0.51", '"0,51"'), r':3: value "0,51", expected a number'),
    "T07": ([("params.csv", b"".join(line.replace(b"value,", b"", 1).replace(b",0.47", b"").replace(b",0.51", b"")
                                     .replace(b",2.80", b"") for line in PARAMS.splitlines(True))),
             ("legend.csv", LEGEND.replace(b"name", b"title", 1))], r':1: no column "(value|name)"'),
    "T08": ([("params.csv", PARAMS.replace(b"verified", b"verifed", 1)),
             ("legend.csv", LEGEND.replace(b"code", b"kode", 1))], r':1: .*"(verifed|kode)".*did you mean "(verified|code)"'),
    "T09": ([("params.csv", PARAMS.replace(b"source", b"unit", 1)),
             ("legend.csv", LEGEND.replace(b"name", b"code", 1))], r":1: the column '(unit|code)' stands twice"),
    "T10": ([("params.csv", PARAMS + b"carbon_fraction,forest,0.50,1,nasty set,own\n"),
             ("legend.csv", LEGEND + b"1,cropland\n")], r":[57]: (the same keys as line 2|code 1 stands in line 2)"),
    "T11": (legend("3,forest\n", ""), r"\bcode 3\b"),
    "T12": (row("bamboo,0.51,1,nasty set,own", "bamboo,0.51") + legend("2,bamboo", "2"), r":3: \d cells, expected \d"),
    "T13": (row("bamboo,0.51,1", "bamboo,0.51,1,7") + legend("2,bamboo", "2,bamboo,7"), r":3: \d cells, expected \d"),
    "T14": (row("0.51", "0.51x"), r':3: value "0\.51x", expected a number'),
    "T15": (row("0.51", ""), r':3: value "", expected a number'),
    "T16": (row("0.51", "nan"), r':3: value "nan", expected a number'),
    "T17": (row("0.51", "inf"), r':3: value "inf", expected a number'),
    "T18": (row("0.51", "1e400"), r':3: value "1e400", expected a number'),
    "T19": (row("0.51", "0x1p-1"), r':3: value "0x1p-1", expected a number'),
    "T20": (row("0.51", "51"), r':3: value "51", expected a fraction up to 1'),
    "T21": (row("0.51", "-0.51"), r':3: value "-0\.51", expected a number from 0'),
    "T22": (row("2.80", '"1,234.5"'), r':4: value "1,234\.5", expected a number'),
    "T23": (legend("2,bamboo", "2.0,bamboo"), r':3: code "2\.0", expected a whole number'),
    "T24": (legend("2,bamboo", "4294967298,bamboo"), r"\bcode 2\b"),
    "T25": (legend("2,bamboo", "02,bamboo"), None),
    "T26": (both(lambda text: text.replace(b"\n", b"\r\n")), None),
    "T27": (both(lambda text: text.replace(b"\n", b"\r")), r":1: a carriage return"),
    "T28": (both(lambda text: text.replace(b"bam", b"ba\0", 1)), r":3: a NUL byte"),
    "T29": (both(lambda text: text.replace(b"bamboo", b'"bamboo', 1)), r":3: a quote that is never closed"),
    "T30": (both(lambda text: b"\xff\xfe" + text.decode().encode("utf-16-le")), r":1: the byte 0xff, expected UTF-8"),
    "T31": (both(lambda text: text.replace(b"bam", b"b\xe4m", 1)), r":3: the byte 0xe4, expected UTF-8"),
    "T32": (both(lambda text: text[:-1]), None),
    "T33": (both(lambda text: text[:text.rindex(b",")]), r":[46]: \d cells, expected \d"),
    "T34": (both(lambda text: text.replace(b"bam", b"c" * 1000000, 1)), r":3: a cell of 1\d+ bytes"),
    "T35": (row("0.51", "\u22120.51"), ':3: value "\u22120\\.51", expected a number'),
    "T36": (row("0.51", "\uff10.51"), ':3: value "\uff10\\.51", expected a number'),
}
# Codes that the legend lacks are told where missing classes are not allowed.
STRICT = ("T11", "T24")

# Whatever these hold: they are not laid out as files of sinkcalc, and say so.
NO_LAYOUT = ("N08", "N09", "N10", "N11", "N12", "N13", "N14", "N15", "N18", "N19", "N21", "N22", "N23", "N25", "N26")
NO_NETCDF_4 = ("N01", "N04", "N05", "N06", "N07", "N24", "N29", "N30")


class FileRun(Run):
    """The good inputs in a folder of the case's own, some of them replaced."""

    def __init__(self, name, words, files):
        self.folder = os.path.join(HERE, "files", name.replace(" ", "_"))
        os.makedirs(self.folder)
        for good in ("landcover.tif", "biomass.tif", "regions.gpkg"):
            shutil.copy(NASTY + "/good/" + good, self.folder)
        for path, content in {"job.yml": JOB, "legend.csv": LEGEND, "params.csv": PARAMS, **files}.items():
            with open(self.folder + "/" + path, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
        self.execute(self.folder, words)

    def figures(self):
        return json.loads(self.out)["regions"]

    def is_accepted(self, good=None):
        found = self.accepted("inventory.nc")
        if not found and good is not None and self.figures() != good:
            found.append("other figures than the good job")
        return found


RUN = ["run", "--json", "--quiet", "job.yml"]


def judge_job(name, case, good):
    text, told, codes, files = (case + (2, {})[len(case) - 2:])
    run = FileRun(name, RUN, {"job.yml": text, **files})
    codes = codes if isinstance(codes, tuple) else (codes,)
    return run, run.is_accepted(good) if told is None else run.refused(codes, told, lines=2 if name == "J23 by a region" else 1)


def judge_table(name, case, good):
    files, told = case
    job = JOB.replace(", class: count", "") if name in STRICT else JOB
    for path, content in files:
        label = "%s %s" % (name, path) if len(files) > 1 else name
        run = FileRun(label, RUN, {"job.yml": job, path: content})
        words = told if name in STRICT or told is None else re.escape(path) + told
        yield run, run.is_accepted(good) if told is None else run.refused((3,), words)


def judge_netcdf(row):
    name = row["id"]
    with open(path_of(row), "rb") as source:
        content, base = source.read(), os.path.basename(row["file"])
    told = re.escape(base) + ": "
    if name in NO_LAYOUT:
        told += r".*sinkcalc_layout is \"\""
    if name in NO_NETCDF_4:
        told += "no netCDF-4 file"
    for words in (["account", base, "-o", "inventory.nc"], ["info", base], ["track", base]):
        run = FileRun("%s %s" % (name, words[0]), words, {base: content})
        yield run, ["%s: %s" % (words[0], fault) for fault in run.refused((3,), told)]


def judge_row(row, good):
    name, is_good = row["id"], row["expect"].startswith("accept")
    if row["class"] == "job":
        assert (JOBS[name][1] is None) == is_good, name
        more = [key for key in MORE_JOBS if key.startswith(name + " ")]
        return [judge_job(name, JOBS[name], good)] + [judge_job(key, MORE_JOBS[key], good) for key in more]
    if row["class"] == "table":
        assert (TABLES[name][1] is None) == is_good, name
        return list(judge_table(name, TABLES[name], good))
    return list(judge_netcdf(row))


def judge():
    run = FileRun("good", RUN, {})
    assert not run.is_accepted(), "%s\n%s" % (run.is_accepted(), run.text)
    good = run.figures()
    for row in rows("job", "table", "netcdf"):
        runs = judge_row(row, good)
        yield row["id"], runs[0][0].code != 0, sum([found for _, found in runs], []), b"".join(run.err for run, _ in runs)
