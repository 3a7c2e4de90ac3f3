"""Further folders for faults.py: several faults at once, and files of another kind, each with more than one command."""
import contextlib
import os
import re
import shutil
import sqlite3

from faults import AGB, FACTORS, HERE, LEGEND, all_of, contents, gone, job, regions, run_program, text, write_text


def judge_partly(folder):
    """Wrong keys do not hide the faults of files whose own keys are good; each is told once, in the order of the job."""
    shutil.copytree(HERE + "/good", folder)
    all_of(job("title: two", "tittle: two", AGB, AGB + ", bnd: 1", "targets:", "gwp: ar7\ntargets:"), gone("agb_2025.tif"), gone("soil.nc"),
           text("legend.csv", LEGEND.replace("forest", "forst")), text("factors.csv", FACTORS.replace("0.47", "much")), regions(crs=None))(folder)
    run = run_program(folder, ["check", "job.yml"])
    said = run.stderr.decode().splitlines()
    expected = [r"job\.yml:1:1: tittle: unknown key", r"job\.yml:6:\d+: layers\.above_ground_biomass\.bnd: unknown key",
                r"job\.yml:11:6: gwp: ", r"regions\.gpkg: .*CRS", r"legend\.csv:3: name \"forst\"", r"soil\.nc: no such file",
                r"factors\.csv:2: value \"much\""]
    found = [] if run.returncode == 2 and len(said) == len(expected) and all(
        re.match("sinkcalc: " + pattern, line) for pattern, line in zip(expected, said)) else ["\n".join(said)]
    write_text(folder + "/job.yml", open(folder + "/job.yml").read().replace("[2020, 2025]", "[2020, 20x5]").replace("id: code", "idd: code"))
    run = run_program(folder, ["run", "job.yml"])
    said = run.stderr.decode()
    if run.returncode != 2 or "legend.csv" in said or "regions.gpkg" in said or "soil.nc" not in said or "zone" in said:
        found.append("files of wrong keys are read: " + said)
    shutil.copyfile(folder + "/job.yml", folder + "/a\x1b.yml")  # shown as a\\x1b.yml
    escaped = run_program(folder, ["check", "a\x1b.yml"]).stderr.decode()
    if escaped != said.replace("job.yml", "a\\x1b.yml"):
        found.append("other faults of a path with a control character: " + escaped)
    for times in (300, 505):  # of the longer path, messages have no room for the key
        cut = run_program(folder, ["check", times * "./" + "job.yml"])
        bogus = [name for name in ("legend.csv", "regions.gpkg", "zone") if name in cut.stderr.decode()]
        if cut.returncode != 2 or bogus:
            found.append("a path of %d bytes: %s" % (2 * times, bogus))
    return found


def judge_database(folder):
    """A GeoPackage that keeps a log while it is written is read and stays as it is, with nothing beside it."""
    shutil.copytree(HERE + "/good", folder)
    with contextlib.closing(sqlite3.connect(folder + "/regions.gpkg")) as database:
        assert database.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
    before = contents(folder)
    run = run_program(folder, ["check", "job.yml"])
    return [] if run.returncode == 0 and contents(folder) == before else [run.stderr.decode(), str(sorted(os.listdir(folder)))]


def judge_kinds(folder):
    """A file of another kind is told by its kind, with the command that takes it; what people type is understood."""
    shutil.copytree(HERE + "/good", folder)
    found = []
    for words in (["tally", "job.yml", "-o", "t.nc"], ["run", "job.yml"], ["track", "out.nc", "-o", "k.nc"]):
        assert run_program(folder, words).returncode == 0, words
    tally, inventory = "t.nc: a tally file, expected %s; `sinkcalc account`", "out.nc: an inventory, expected %s; `sinkcalc %s"
    for words, code, told in (
            (["check", "out.nc"], 2, inventory % ("a job", "report`, `export`, `verify`, `diff` and `track` take it")),
            (["run", "t.nc", "-o", "x.nc"], 2, tally % "a job"), (["tally", "k.nc", "-o", "x.nc"], 2, "k.nc: a series of `sinkcalc track`"),
            (["check", "soil.nc"], 2, "soil.nc: a netCDF file, expected a job"),
            (["account", "out.nc", "-o", "x.nc"], 3, inventory % ("a tally file", "tally` makes one of its job")),
            (["report", "t.nc", "-o", "x.html"], 3, tally % "an inventory"), (["export", "t.nc", "-o", "x.csv"], 3, tally % "an inventory"),
            (["verify", "t.nc"], 3, tally % "an inventory"), (["diff", "t.nc", "out.nc"], 3, tally % "an inventory"),
            (["track", "t.nc"], 3, tally % "an inventory"), (["help", "rum"], 2, 'no command "rum", did you mean "run"?')):
        run = run_program(folder, words)
        if run.returncode != code or told not in run.stderr.decode() or run.stdout:
            found.append("%s: %s" % (" ".join(words), run.stderr.decode()))
    os.mkfifo(folder + "/fifo.yml")
    for words, told in ((["check", "fifo.yml"], "fifo.yml: a pipe, socket or device, expected a file"), (["-v", "run", "job.yml"], 'no command "-v"')):
        run = run_program(folder, words)
        if run.returncode != 2 or told not in run.stderr.decode() or run.stdout:
            found.append("%s: %s" % (" ".join(words), run.stderr.decode()))
    for lang in ("zh", "zh-CN"):
        assert run_program(folder, ["report", "out.nc", "-o", lang + ".html", "--lang", lang]).returncode == 0, lang
    if open(folder + "/zh.html", "rb").read() != open(folder + "/zh-CN.html", "rb").read():
        found.append("zh-CN is another Chinese")
    help_of_run = run_program(folder, ["run", "--help"]).stdout.decode()
    for words, told in ((["-v"], "sinkcalc "), (["-h"], "Usage: sinkcalc COMMAND"), (["help", "run"], help_of_run), (["run", "-h"], help_of_run),
                        (["info", "t.nc"], "\n  made by           sinkcalc "), (["info", "out.nc"], "\n  made by           sinkcalc ")):
        run = run_program(folder, words)
        if run.returncode != 0 or told not in run.stdout.decode():
            found.append("%s: %s" % (" ".join(words), run.stdout.decode()))
    job("[2020, 2025]", "2020", "agb_{year}.tif", "agb_2020.tif", "lc_{year}.tif", "lc_2020.tif")(folder)
    if ": fit to run: 1 year, 6 rasters, 2 regions (" not in run_program(folder, ["check", "job.yml"]).stdout.decode():
        found.append("1 years")
    said = run_program(folder, ["run", "job.yml", "-o", "a\x1b[31m\n.nc"]).stdout
    if b"\nInventory: a\\x1b[31m\\x0a.nc\n" not in said or b"\x1b" in said:
        found.append("an output that acts on the terminal: %r" % said[-100:])
    write_text(folder + "/factors.csv", FACTORS.replace("0.47", "much"))
    write_text(folder + "/legend.csv", LEGEND.replace("forest", "forst"))
    write_text(folder + "/harvest.csv", "region,year,volume_m3\n01,2021,much\n")
    write_text(folder + "/job.yml", open(folder + "/job.yml").read() + "harvest: harvest.csv\n")
    name = os.path.basename(folder)
    said = run_program(HERE, ["check", name + "/job.yml"]).stderr.decode()
    for table in ("factors.csv:2: value", "legend.csv:3: name", "harvest.csv:2: volume_m3"):
        if "sinkcalc: %s/%s" % (name, table) not in said:
            found.append("a table without its folder: " + said)
    return found
