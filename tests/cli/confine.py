"""A package in which each kind of file in turn is a link out of it, or is named from outside by its path.

The target is the very file that would be read from inside: without --confine the job runs as the good one does. With it
the run ends with exit code 3 (2 for `remote: yes`), one sentence that names the path, where it lies and the folder, and
leaves nothing. `check` says the same."""
import os
import shutil
import subprocess
import sys

from osgeo import gdal, ogr

from faults import JOB, cells, job, one_cell, write_good, write_raster, write_text
from hdf5_rasters import elsewhere

HERE = os.getcwd()
SINKCALC = os.environ["SINKCALC"]
# The search for leaks starts a process, which --untrusted refuses.
NO_LEAKS = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
HARVEST = "region,year,volume_m3\n01,2021,1\n01,2022,1\n01,2023,1\n01,2024,1\n01,2025,1\n"


def run(folder, *words):
    done = subprocess.run([SINKCALC, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120, env=NO_LEAKS if "--untrusted" in words else None)
    lines = [line for line in done.stderr.decode().splitlines() if ": note: " not in line]
    return done.returncode, lines


# --- what a case changes; the folder is package/, the target beside it in outside/ ---

def linked(name):
    def change(folder):
        shutil.move(folder + "/" + name, HERE + "/outside/" + name)
        os.symlink("../outside/" + name, folder + "/" + name)
    return change


def named(name, old, new):
    """By a path with `..` in the job."""
    def change(folder):
        shutil.move(folder + "/" + name, HERE + "/outside/" + name)
        write_text(folder + "/job.yml", open(folder + "/job.yml").read().replace(old, new))
    return change


def linked_folder(folder):
    shutil.move(folder + "/vol.tif", HERE + "/outside/vol.tif")
    os.symlink("../outside", folder + "/maps")
    job("vol.tif", "maps/vol.tif")(folder)


def vrt(source, relative):
    def change(folder):
        gdal.BuildVRT(folder + "/vol.vrt", [folder + "/vol.tif"]).FlushCache()
        shutil.move(folder + "/vol.tif", HERE + "/outside/vol.tif")
        text = open(folder + "/vol.vrt").read()
        text = text.replace('relativeToVRT="1">vol.tif', 'relativeToVRT="%d">%s' % (relative, source))
        assert source in text
        write_text(folder + "/vol.vrt", text)
        job("vol.tif", "vol.vrt")(folder)
    return change


def shapefile(side):
    def change(folder):
        source = ogr.Open(folder + "/regions.gpkg")
        ogr.GetDriverByName("ESRI Shapefile").CopyDataSource(source, folder + "/shp")
        for name in os.listdir(folder + "/shp"):
            shutil.move(folder + "/shp/" + name, folder + "/" + name)
        job("regions.gpkg", "regions.shp")(folder)
        if side:
            linked("regions." + side)(folder)
    return change


def with_harvest(folder):
    write_text(folder + "/harvest.csv", HARVEST)
    write_text(folder + "/job.yml", JOB + "harvest: harvest.csv\n")


def output(words):
    return job("output: out.nc", "output: " + words)


def all_of(*changes):
    def change(folder):
        for one in changes:
            one(folder)
    return change


# What is outside, and what the sentence must say; the words "outside PACKAGE (--confine)" always.
CASES = [
    ("a raster by a link", linked("vol.tif"), "vol.tif: lies at"),
    ("a raster by ..", named("vol.tif", "vol.tif", "../outside/vol.tif"), "../outside/vol.tif: lies at"),
    ("a raster by its whole path", named("vol.tif", "vol.tif", HERE + "/outside/vol.tif"), "/outside/vol.tif: lies at"),
    ("a raster in a linked folder", linked_folder, "maps/vol.tif: lies at"),
    ("a raster by a pattern", named("vol.tif", "vol.tif", "'../outside/v*.tif'"), "../outside/: lies at"),
    ("a link that a pattern finds", all_of(linked("vol.tif"), job("vol.tif", "'vol*.tif'")), "vol.tif: lies at"),
    ("one year of a layer", linked("lc_2025.tif"), "lc_2025.tif: lies at"),
    ("a raster of standard deviations", linked("sd.tif"), "sd.tif: lies at"),
    ("a netCDF raster", linked("soil.nc"), "soil.nc: lies at"),
    ("the source of a VRT by ..", vrt("../outside/vol.tif", 1), "vol.vrt: ../outside/vol.tif: lies at"),
    ("the source of a VRT by its whole path", vrt(HERE + "/outside/vol.tif", 0), "vol.vrt: %s/outside/vol.tif: lies at" % HERE),
    ("the regions", linked("regions.gpkg"), "regions.gpkg: lies at"),
    ("the geometries of a Shapefile", shapefile("shp"), "regions.shp: lies at"),
    ("the attributes of a Shapefile", shapefile("dbf"), "regions.dbf: lies at"),
    ("the index of a Shapefile", shapefile("shx"), "regions.shx: lies at"),
    ("the CRS of a Shapefile", shapefile("prj"), "regions.prj: lies at"),
    ("a legend", linked("legend.csv"), "legend.csv: lies at"),
    ("a legend by ..", named("zones.csv", "zones.csv", "../outside/zones.csv"), "../outside/zones.csv: lies at"),
    ("a table of factors", linked("factors.csv"), "factors.csv: lies at"),
    ("a harvest", all_of(with_harvest, linked("harvest.csv")), "harvest.csv: lies at"),
    ("the job", linked("job.yml"), "job.yml: lies at"),
    ("the inventory", output("../outside/out.nc"), "../outside/out.nc: lies at"),
    ("the tally", output("{inventory: out.nc, tally: ../outside/t.nc}"), "../outside/t.nc: lies at"),
    ("the regions' inventories", output("{inventory: out.nc, per_region: '../outside/{region_id}.nc'}"), "../outside/01.nc: lies at"),
]


def judge(number, case):
    name, change, told = case
    folder = "%s/%d/package" % (HERE, number)
    shutil.rmtree(HERE + "/outside", ignore_errors=True)
    os.mkdir(HERE + "/outside")
    shutil.copytree(HERE + "/good", folder)
    os.symlink(HERE + "/outside", HERE + "/%d/outside" % number)
    change(folder)
    found, before = [], sorted(os.listdir(folder)) + sorted(os.listdir(HERE + "/outside"))
    for words in (("run", "--quiet", "--confine", ".", "job.yml"), ("check", "--quiet", "--confine", folder, "job.yml")):
        code, lines = run(folder, *words)
        if code != 3:
            found.append("%s: exit code %d, expected 3" % (words[0], code))
        if not lines or told not in lines[0] or "outside %s (--confine)" % folder not in lines[0]:
            found.append("%s says: %s" % (words[0], lines))
    if sorted(os.listdir(folder)) + sorted(os.listdir(HERE + "/outside")) != before:
        found.append("files are left")
    for words in (("check", "--quiet", "job.yml"),
                  ("check", "--quiet", "--confine", ".", "--confine", HERE + "/outside", "job.yml")):
        code, lines = run(folder, *words)
        if code != 0:
            found.append("%s: %s" % (" ".join(words), lines))
    return found


def good_package(name, *changes):
    folder = HERE + "/" + name
    shutil.copytree(HERE + "/good", folder)
    for change in changes:
        change(folder)
    return folder


def refused(folder, words, code, *told):
    found, lines = run(folder, *words)
    if found != code or len(lines) != 1 or any(word not in lines[0] for word in told):
        return ["%s: exit code %d, %s" % (" ".join(words), found, lines)]
    return []


def judge_others():
    """Each a name and the faults found."""
    plain = good_package("plain", job("  soil_carbon: {file: soil.nc, unit: t C/ha, depth: 30 cm}\n", ""))
    yield "the good package, confined", [] if run(plain, "run", "-q", "--confine", ".", "job.yml", "-o", "c.nc")[0] == 0 else ["refused"]
    yield "the good package, untrusted", [] if run(plain, "run", "-q", "--untrusted", "job.yml", "-o", "u.nc")[0] == 0 else ["refused"]
    run(plain, "run", "-q", "job.yml", "-o", "n.nc")
    same = {open("%s/%s.nc" % (plain, name), "rb").read() for name in "cun"}
    yield "the same bytes, confined, untrusted or not", [] if len(same) == 1 else ["others"]
    yield "the words of the command line may lie elsewhere", (
        [] if run(plain, "run", "-q", "--untrusted", "job.yml", "-o", "../elsewhere.nc")[0] == 0 else ["refused"])
    write_text(plain + "/k.nc.checkpoint", "work that was never done")
    yield "kept work, believed without", refused(plain, ("run", "-q", "job.yml", "-o", "k.nc"), 3, "--restart begins anew")
    yield "kept work is not used", [] if run(plain, "run", "-q", "--confine", ".", "job.yml", "-o", "k.nc")[0] == 0 else ["used"]
    os.mkdir(plain + "/.maps.part")
    write_text(plain + "/../victim", "precious")
    os.symlink("../../victim", plain + "/.maps.part/scratch.tif")
    done = run(plain, "map", "-q", "--untrusted", "job.yml", "-o", "maps")
    yield "a planted folder of maps is not used", (
        [] if done[0] == 0 and open(plain + "/../victim").read() == "precious" else ["used: %s" % done[1]])
    yield "a folder that is not there", refused(plain, ("run", "--confine", "no", "job.yml"), 2, "no: no folder")
    remote = good_package("remote", lambda folder: write_text(folder + "/job.yml", JOB + "remote: yes\n"))
    yield "remote: yes, confined", refused(remote, ("check", "--confine", ".", "job.yml"), 2, "job.yml: remote: yes, expected no with --confine")
    yield "remote: yes, untrusted", refused(remote, ("check", "--untrusted", "job.yml"), 2, "job.yml: remote: yes, expected no with --untrusted")
    netcdf = good_package("netcdf")
    yield "a netCDF raster, untrusted", refused(netcdf, ("check", "--untrusted", "job.yml"), 3, "soil.nc: not a GeoTIFF")
    shape = good_package("shape", lambda folder: shutil.copy(plain + "/job.yml", folder), shapefile(None))
    yield "a Shapefile, untrusted", refused(shape, ("check", "--untrusted", "job.yml"), 3, "regions.shp: not a GeoPackage") if (
        lambda folder: write_text(folder + "/job.yml", open(plain + "/job.yml").read().replace("regions.gpkg", "regions.shp")))(shape) is None else []
    words = good_package("words/package", elsewhere("virtual"), job("soil.nc", "soil.vrt"))
    with open(words + "/soil.vrt", "w") as file:
        gdal.BuildVRT(words + "/vol.vrt", [words + "/vol.tif"]).FlushCache()
        file.write(open(words + "/vol.vrt").read().replace('relativeToVRT="1">vol.tif', 'relativeToVRT="0">NETCDF:soil.nc:Band1'))
    shutil.copy(words + "/vol.tif", words + "/NETCDF:soil.nc:Band1")
    yield "a file with the name of words of GDAL", refused(words, ("check", "-q", "job.yml"), 3, "NETCDF:soil.nc:Band1: a name that says more than a place")
    folder = good_package("variable", job("soil.nc,", "soil.nc, variable: 'o/soil.nc:Band1',"))
    shutil.copy(folder + "/soil.nc", HERE + "/soil.nc")
    os.symlink(HERE, folder + "/soil.nc:o")
    yield "a netCDF raster by its variable", refused(folder, ("check", "-q", "--confine", ".", "job.yml"), 3, "soil.nc: variable o/soil.nc:Band1: expected a name without")
    for kind, is_pipe, told in (("virtual", False, "/Band1: its values lie in another file (a virtual dataset"),
                                ("virtual", True, "/Band1: its values lie in another file (a virtual dataset"),
                                ("storage", False, "/Band1: its values lie in another file (external storage"),
                                ("link", False, "/Band1: a link to another file"),
                                ("link", True, "/Band1: a link to another file"),
                                ("deep link", False, "/inner/one: a link to another file"),
                                ("cycle", False, "/inner/inner/inner/inner")):
        name = "a netCDF raster by HDF5's %s%s" % (kind, " over a pipe" if is_pipe else "")
        folder = good_package("%s_%d/package" % (kind.replace(" ", "_"), is_pipe), elsewhere(kind, is_pipe))
        yield name, refused(folder, ("check", "--quiet", "job.yml"), 3, "soil.nc: " + told)
        yield name + ", confined", refused(folder, ("run", "-q", "--confine", ".", "job.yml"), 3, "soil.nc: " + told)
    soft = good_package("soft/package", elsewhere("soft link"))
    yield "a netCDF raster with a link inside", [] if run(soft, "check", "-q", "--confine", ".", "job.yml")[0] == 0 else ["refused"]
    code, lines = run(soft, "run", "-q", "-t", "2", "job.yml")
    yield "threads that read netCDF-4 print nothing", [] if code == 0 and not lines else ["exit code %d, %s" % (code, lines)]
    tally = good_package("tally")
    run(tally, "tally", "-q", "job.yml", "-o", "t.nc")
    yield "a tally, untrusted", [] if run(tally, "account", "-q", "--untrusted", "t.nc", "-o", "a.nc")[0] == 0 else ["refused"]
    yield "a tally outside", refused(plain, ("account", "--confine", ".", "../tally/t.nc", "-o", "a.nc"), 3, "../tally/t.nc: lies at")


def main():
    write_good(HERE + "/good")
    failed = count = 0
    results = [(case[0], judge(number, case)) for number, case in enumerate(CASES)]
    for name, found in results + list(judge_others()):
        count, failed = count + 1, failed + bool(found)
        print("%s  %s%s" % ("FAILED" if found else "ok    ", name, ": " + "; ".join(found) if found else ""))
    print("%d cases, %d failed" % (count, failed))
    sys.exit(1 if failed else 0)


main()
