"""One bit in the blocks of a GeoTIFF flipped, at places that are spread over them, for each compression and type; files of every kind
cut at places that are spread over them.

A flip may be refused, or leave the figures as they are, or change them without a word: nothing in a TIFF of most
compressions shows it, and the shares are printed; with DEFLATE none may. A crash or an end by time is never allowed. A cut
file is always refused."""
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from osgeo import gdal

from faults import block_place, cells, write_good, write_raster

HERE = os.getcwd()
FLIPS, CUTS = (1000, 200) if "/release/" in os.environ["SINKCALC"] else (100, 100)
CODECS = [(codec, kind, name) for codec in ("NONE", "PACKBITS", "LZW", "DEFLATE", "ZSTD", "LERC_DEFLATE")
          for kind, name in ((gdal.GDT_Byte, "byte"), (gdal.GDT_Float32, "float"))]


def run(folder, words):
    try:
        done = subprocess.run([os.environ["SINKCALC"], *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120)
    except subprocess.TimeoutExpired:
        return "no end", b"", ""
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def folder_with(name, path, content):
    folder = HERE + "/" + name
    os.mkdir(folder)
    for file in os.listdir(HERE + "/good"):
        os.symlink("../good/" + file, folder + "/" + file)
    os.remove(folder + "/" + path)
    with open(folder + "/" + path, "wb") as file:
        file.write(content)
    return folder


def judge(case):
    """refused, same, changed, or what must not be."""
    name, path, content, words, good = case
    folder = folder_with(name, path, content)
    code, out, said = run(folder, words)
    is_left = os.path.exists(folder + "/out.nc")
    shutil.rmtree(folder)
    is_named = path in said or (path == "vol.tif" and "layer stock_volume" in said)  # where all its values are gone
    if code not in (0, 2, 3) or (code != 0 and (is_left or not is_named)):
        return name, "exit code %s, %s" % (code, said[:200])
    if code != 0:
        return name, "refused"
    return name, "same" if good is not None and json.loads(out)["regions"] == good else "changed"


def flips(codec, kind, name):
    path = HERE + "/good/vol.tif"
    os.remove(path)
    values = cells(6) * (50.0 if kind == gdal.GDT_Float32 else 50)
    write_raster(path, values, kind, 0 if kind == gdal.GDT_Byte else -1,
                 options=("TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=" + codec))
    code, out, said = run(HERE + "/good", ["run", "--json", "--quiet", "job.yml", "-o", HERE + "/flip.nc", "--overwrite"])
    assert code == 0, said
    with open(path, "rb") as file:
        whole = file.read()
    blocks = [block_place(path, column, row) for row in range(4) for column in range(4)]
    places = [place for offset, count in blocks for place in range(offset, offset + count)]
    for i in range(FLIPS):
        content = bytearray(whole)
        content[places[(2 * i + 1) * len(places) // (2 * FLIPS)]] ^= 1 << i % 8
        yield "%s_%s_%d" % (codec, name, i), "vol.tif", bytes(content), ["run", "--json", "--quiet", "job.yml"], json.loads(out)["regions"]


def cuts(path, words):
    with open(HERE + "/good/" + path, "rb") as file:
        whole = file.read()
    for i in range(CUTS):
        yield "%s_%d" % (path, i), path, whole[:i * len(whole) // CUTS], words, None


def main():
    write_good(HERE + "/good")
    assert run(HERE + "/good", ["tally", "--quiet", "job.yml", "-o", "t.nc"])[0] == 0
    assert run(HERE + "/good", ["run", "--quiet", "job.yml", "-o", "i.nc"])[0] == 0
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, words in (("lc_2020.tif", ["run", "job.yml"]), ("agb_2025.tif", ["run", "job.yml"]), ("soil.nc", ["run", "job.yml"]),
                            ("regions.gpkg", ["run", "job.yml"]), ("job.yml", ["run", "job.yml"]), ("t.nc", ["account", "t.nc", "-o", "out.nc"]),
                            ("i.nc", ["info", "i.nc"]), ("i.nc", ["track", "i.nc"])):
            results = list(pool.map(judge, cuts(path, words)))
            wrong = [result for result in results if result[1] != "refused"]
            failed += len(wrong)
            print("%s, %s: %d of %d cuts refused %s" % (path, words[0], len(results) - len(wrong), len(results), wrong[:3]))
        for codec, kind, name in CODECS:
            results = [result for _, result in pool.map(judge, flips(codec, kind, name))]
            counts = {word: results.count(word) for word in ("refused", "same", "changed")}
            other = [result for result in results if result not in counts]
            failed += len(other) + (counts["changed"] if codec == "DEFLATE" else 0)
            print("%s, %s: %d flips, %s %s" % (codec, name, len(results), counts, other[:3]))
    print("%d flips and %d cuts, %d failed" % (len(CODECS) * FLIPS, 8 * CUTS, failed))
    sys.exit(1 if failed else 0)


main()
