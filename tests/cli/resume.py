"""Interruptions of `tally` and `run`: kill -9 at random moments, SIGINT, SIGTERM, and checkpoints that do not fit."""
import os
import pty
import random
import shutil
import signal
import subprocess
import time

import tiles_data
from tiles_data import (Checks, LAND, append_text, interrupt, make, patches, read, run, start, write_raster, write_regions,
                        write_text)

import numpy as np
from osgeo import gdal

KILLS = 200 if os.environ.get("SINK_FULL") == "1" else 20
SEED = 20
SLOWER = 5 if "/asan/" in os.environ["SINKCALC"] or "/tsan/" in os.environ["SINKCALC"] else 1
checks = Checks()
chance = random.Random(SEED)
COMMANDS = {  # words, output
    "tally": (["tally", "--quiet", "land.yml", "-o", "t.nc"], "t.nc"),
    "run": (["run", "--quiet", "land.yml"], "inventory.nc"),
    "coast": (["tally", "--quiet", "coast.yml", "-o", "c.nc"], "c.nc"),
    "part": (["tally", "--quiet", "land.yml", "-o", "p.nc", "--part", "2/3"], "p.nc")}


def files(folder):
    return sorted(os.listdir(folder))


def whole(folder, name, expected):
    """The command as it is without interruptions: its bytes and how long it takes."""
    words, output = COMMANDS[name]
    begun = time.monotonic()
    code, _, err = run(folder, words)
    checks.true(code == 0, "%s: exit code %d: %s" % (name, code, err))
    expected[name] = read(folder + "/" + output)
    os.remove(folder + "/" + output)
    return time.monotonic() - begun


def check_done(folder, name, before, expected):
    output = COMMANDS[name][1]
    found = files(folder)
    checks.true(found == sorted(before + [output]), "%s: files left: %s" % (name, sorted(set(found) - set(before))))
    checks.true(read(folder + "/" + output) == expected[name], "%s: other bytes after kills" % name)
    os.remove(folder + "/" + output)


def kill_at_random(folder, expected, seconds):
    """Kills each command again and again until it is done nevertheless, until there were kills enough. A kill may fall
    between the naming of the output and the end; then the output is whole, and what is left is known."""
    before, kills, kept, done, late = files(folder), 0, 0, 0, 0
    while kills < KILLS:
        name = chance.choice(sorted(COMMANDS))
        words, output = COMMANDS[name]
        attempt = 0
        while True:
            attempt += 1
            process = start(folder, words + ["--checkpoint", "0.0001", "--threads", str(chance.randint(1, 3))])
            try:
                _, err = process.communicate(timeout=chance.uniform(0.02, 0.8 + 0.2 * attempt) * seconds[name])
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                kills += 1
                kept += os.path.exists(folder + "/" + output + ".checkpoint")
                if not os.path.exists(folder + "/" + output):
                    continue
                late += 1
                left = [name for name in files(folder) if name not in before + [output, output + ".checkpoint"]]
                checks.true(left in ([], ["." + output + ".lock"]), "%s: left by a late kill: %s" % (name, left))
                for name_left in left + [output + ".checkpoint"]:
                    if os.path.exists(folder + "/" + name_left):
                        os.remove(folder + "/" + name_left)
                break
            checks.true(process.returncode == 0, "%s after a kill: exit code %d: %s" % (name, process.returncode, err))
            break
        check_done(folder, name, before, expected)
        done += 1
    return "%d kills survived, %d of them with a checkpoint and %d after the output was whole; %d commands done (seed %d)" % (
        kills, kept, late, done, SEED)


def signals(folder, expected):
    """An orderly end, then another number of threads goes on. The slowest is told."""
    slowest = 0
    for number, expected_code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        for name, (words, output) in COMMANDS.items():
            before = files(folder)
            found, err, seconds = interrupt(folder, words + ["--threads", "1"], output + ".checkpoint", number)
            slowest = max(slowest, seconds)
            checks.true(found == expected_code, "%s: exit code %d, expected %d" % (name, found, expected_code))
            checks.true("sinkcalc: interrupted; " in err and "%s.checkpoint keeps " % output in err, "%s: says %s" % (name, err))
            checks.true(files(folder) == sorted(before + [output + ".checkpoint"]), "%s: leaves %s" % (name, files(folder)))
            told = [word for word in words if word != "--quiet"] + ["--threads", "3", "--progress", "never"]
            code, _, err = run(folder, told)
            checks.true(code == 0 and "tiles are done; goes on from there" in err, "%s: exit code %d: %s" % (name, code, err))
            check_done(folder, name, before, expected)
    checks.true(slowest < 2 * SLOWER, "%.2f s from a signal to the end" % slowest)
    return slowest


def interrupt_hashing(folder):
    """A file of gigabytes, most of them a hole, is being hashed: it ends at once, and without hashes nothing is kept."""
    words = ["tally", "--quiet", "coast.yml", "-o", "c.nc", "--threads", "1"]
    before = files(folder)
    os.truncate(folder + "/mangrove.tif", 20 << 30)
    process = start(folder, words)
    while process.poll() is None and not os.path.exists(folder + "/.c.nc.lock"):
        time.sleep(0.01)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    err = process.communicate(timeout=300)[1].decode()
    checks.true(process.returncode == 143 and "interrupted; nothing is kept" in err, "hashing: %d: %s" % (process.returncode, err))
    checks.true(time.monotonic() - begun < 2 * SLOWER, "hashing: %.2f s to the end" % (time.monotonic() - begun))
    checks.true(files(folder) == before, "hashing: leaves %s" % files(folder))


# --- after the tally ---

DRAWS = ["run", "--quiet", "draws.yml", "--threads", "1"]
WRITTEN = ["drawn.nc", "kept.nc"]


def write_draws_job(folder):
    with open(folder + "/land.yml") as file:
        job = file.read()
    with open(folder + "/draws.yml", "w") as file:
        file.write(job.replace("output: inventory.nc", "uncertainty: {draws: %d}\noutput: {inventory: drawn.nc, tally: kept.nc}" %
                               (200000 // SLOWER)))


def signal_draws(folder, number, words, seconds):
    """Sends the signal once the line on the terminal says how far the draws are: exit code and what the terminal shows. The
    draws take most of the seconds of a run."""
    terminal, theirs = pty.openpty()
    process = subprocess.Popen([os.environ["SINKCALC"]] + words, cwd=folder, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=theirs, start_new_session=True)
    os.close(theirs)
    told, is_sent = b"", False
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        told += part
        if not is_sent and b" draws, " in told:
            process.send_signal(number)
            is_sent, at = True, time.monotonic()
    os.close(terminal)
    checks.true(is_sent, "no draws on the progress line: %r" % told)
    checks.true(is_sent and time.monotonic() - at < seconds / 2, "draws: %.2f s from the signal to the end" % (time.monotonic() - at))
    return process.wait(timeout=300), told.decode()


def check_drawn(folder, before, expected):
    checks.true(files(folder) == sorted(before + WRITTEN), "draws: leaves %s" % files(folder))
    for name in WRITTEN:
        checks.true(read(folder + "/" + name) == expected[name], "draws: other bytes of %s" % name)
        os.remove(folder + "/" + name)


def go_on_with_draws(folder, before, expected):
    code, _, err = run(folder, [word for word in DRAWS if word != "--quiet"] + ["--progress", "never"])
    checks.true(code == 0 and "drawn.nc.checkpoint: 36 of 36 tiles are done; goes on" in err, "draws go on: %d: %s" % (code, err))
    check_drawn(folder, before, expected)


def interrupt_draws(folder, expected):
    """The draws are interrupted: the tally is kept, and nothing of it is made again."""
    before = files(folder)
    begun = time.monotonic()
    code, _, err = run(folder, DRAWS)
    seconds = time.monotonic() - begun
    checks.true(code == 0, "draws: exit code %d: %s" % (code, err))
    for name in WRITTEN:
        expected[name] = read(folder + "/" + name)
        os.remove(folder + "/" + name)
    words = [word for word in DRAWS if word != "--quiet"]
    for number, expected_code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        code, told = signal_draws(folder, number, words, seconds)
        checks.true(code == expected_code, "draws: exit code %d, expected %d" % (code, expected_code))
        lines = [line for line in told.replace("\r", "\n").split("\n") if "interrupted" in line]
        checks.true(lines == ["sinkcalc: interrupted; drawn.nc.checkpoint keeps the whole tally: the same command goes on from there"],
                    "draws: says %s" % lines)
        checks.true(files(folder) == sorted(before + ["drawn.nc.checkpoint"]), "draws: leaves %s" % files(folder))
        go_on_with_draws(folder, before, expected)
    code, told = signal_draws(folder, signal.SIGINT, words + ["--checkpoint", "0"], seconds)
    checks.true(code == 130 and "interrupted; nothing is kept" in told and files(folder) == before, "--checkpoint 0: %d %s" % (code, told))
    return 3 + interrupt_anywhere(folder, before, expected, seconds)


def interrupt_anywhere(folder, before, expected, seconds):
    """At random moments from start to end, again and again until the run is done."""
    count = 0
    while count < (40 if KILLS == 200 else 6):
        process = start(folder, DRAWS)
        try:
            _, err = process.communicate(timeout=chance.uniform(0.1, 1.1) * seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            err = process.communicate(timeout=300)[1]
            count += 1
        if process.returncode == 0:
            check_drawn(folder, before, expected)
            continue
        kept = [name for name in files(folder) if name not in before]
        checks.true(process.returncode in (130, -2) and kept in ([], ["drawn.nc.checkpoint"]), "draws: %d, leaves %s: %s" % (
            process.returncode, kept, err))
    if os.path.exists(folder + "/drawn.nc.checkpoint"):
        code, _, err = run(folder, DRAWS)
        checks.true(code == 0, "draws go on: %d: %s" % (code, err))
        check_drawn(folder, before, expected)
    return count


# --- checkpoints that do not fit ---

def append(name, text):
    return lambda folder: append_text(folder + "/" + name, text)


def replace(name, old, new):
    def change(folder):
        text = read(folder + "/" + name).decode()
        assert old in text, old
        write_text(folder + "/" + name, text.replace(old, new, 1))
    return change


def other_raster(folder):
    write_raster(folder + "/lc_2025.tif", patches(np.random.default_rng(9), LAND, 1, 4))


def other_byte(folder):
    data = bytearray(read(folder + "/agb_2020.tif"))
    data[len(data) // 2] ^= 1
    with open(folder + "/agb_2020.tif", "wb") as file:
        file.write(data)


def other_year(folder):
    shutil.copy(folder + "/lc_2020.tif", folder + "/lc_2025.tif")


def same_cells(folder):
    """In other bytes."""
    os.rename(folder + "/sd.tif", folder + "/kept.tif")
    gdal.Translate(folder + "/sd.tif", folder + "/kept.tif", creationOptions=["TILED=YES", "COMPRESS=LZW"])
    os.remove(folder + "/kept.tif")


def moved(folder):
    for name in ("lc_2020.tif", "lc_2025.tif", "agb_2020.tif", "agb_2025.tif", "sd.tif"):
        raster = gdal.Open(folder + "/" + name, gdal.GA_Update)
        raster.SetGeoTransform((tiles_data.X0 + 1, tiles_data.CELL, 0, tiles_data.Y0, 0, -tiles_data.CELL))


def turned(folder):
    lines = read(folder + "/factors.csv").decode().splitlines()
    write_text(folder + "/factors.csv", "\n".join(lines[:1] + lines[:0:-1]) + "\n")


def other_program(old, new):
    """The checkpoint of a sinkcalc that says something else."""
    def change(folder):
        program = read(tiles_data.SINKCALC)
        assert old in program, old
        with open(folder + ".program", "wb") as file:
            file.write(program.replace(old, new))
        os.chmod(folder + ".program", 0o755)
        of_other(COMMANDS["tally"][0], "t.nc", folder + ".program")(folder)
        os.remove(folder + ".program")
    return change


def of_other(words, output, program=tiles_data.SINKCALC):
    """The checkpoint of other words or of another program."""
    def change(folder):
        os.remove(folder + "/t.nc.checkpoint")
        own, tiles_data.SINKCALC = tiles_data.SINKCALC, program
        interrupt(folder, words + ["--threads", "1"], output + ".checkpoint")
        tiles_data.SINKCALC = own
        if output != "t.nc":
            os.rename(folder + "/" + output + ".checkpoint", folder + "/t.nc.checkpoint")
    return change


def other_regions(folder):
    write_regions(folder + "/regions.json", LAND, [("p", None, [(.02, .03), (.98, .05), (.5, .9)])])


def renamed(folder):
    shutil.move(folder + "/land.yml", folder + "/later.yml")


def damage(change):
    def make_damage(folder):
        data = bytearray(read(folder + "/t.nc.checkpoint"))
        with open(folder + "/t.nc.checkpoint", "wb") as file:
            file.write(change(data))
    return make_damage


def flip(data):
    data[len(data) // 2] ^= 16
    return data


UNFIT = [  # what, the change, the words, what is said
    ("another job", append("land.yml", "# later\n"), [], "the job land.yml has another text"),
    ("another table", append("factors.csv", "litter,forest,3,t C/ha,,test,own\n"), [], "the table factors.csv is another"),
    ("another raster", other_raster, [], "lc_2025.tif: has changed since t.nc.checkpoint was written"),
    ("other regions", other_regions, [], "its regions or strata are others"),
    ("regions in other words", append("regions.json", "\n"), [], "regions.json: has changed since t.nc.checkpoint"),
    ("a legend in other words", append("legend.csv", "9,water\n"), [], ""),
    ("the raster of another year", other_year, [], "lc_2025.tif: has changed since"),
    ("another byte of a raster", other_byte, [], "agb_2020.tif: has changed since"),
    ("the same cells in other bytes", same_cells, [], "sd.tif: has changed since"),
    ("rasters of another place", moved, [], "its grid is another"),
    ("another name of a region", replace("regions.json", '"code": "a"', '"code": "d"'), [], "its regions or strata are others"),
    ("codes exchanged in a legend", replace("legend.csv", "1,forest\n2,grassland", "2,forest\n1,grassland"), [],
     "legend.csv: has changed since"),
    ("another value of a factor", replace("factors.csv", "0.47", "0.48"), [], "the table factors.csv is another"),
    ("another source of a factor", replace("factors.csv", "test", "text"), [], "the table factors.csv is another"),
    ("factors in another order", turned, [], "the table factors.csv is another"),
    ("other years", replace("land.yml", "years: [2020, 2025]", "years: 2020"), [], "the job land.yml has another text"),
    ("another unit", replace("land.yml", "unit: t/ha", "unit: kg/ha"), [], "the job land.yml has another text"),
    ("another range of errors", replace("land.yml", "21 km", "22 km"), [], "the job land.yml has another text"),
    ("another version", other_program(b"0.1.0", b"0.1.9"), [], "it is of sinkcalc 0.1.9, expected 0.1.0"),
    ("other libraries", other_program(b", netCDF %s", b", netcdf %s"), [], "it was made with GDAL"),
    ("a checkpoint of another job", of_other(COMMANDS["coast"][0], "c.nc"), [], "its job is called coast.yml"),
    ("a checkpoint of a part", of_other(COMMANDS["part"][0], "p.nc"), [], "it is part 2 of 3"),
    ("another name of the job", renamed, [], "its job is called land.yml, expected later.yml"),
    ("a part in place of the whole", lambda folder: None, ["--part", "1/2"], "it is part 1 of 1"),
    ("a cut checkpoint", damage(lambda data: data[:len(data) // 2]), [], "t.nc.checkpoint: "),
    ("an empty checkpoint", damage(lambda data: b""), [], "t.nc.checkpoint: no netCDF-4 file"),
    ("a checkpoint of text", damage(lambda data: b"kept\n"), [], "t.nc.checkpoint: no netCDF-4 file"),
    ("a checkpoint with another bit", damage(flip), [], "t.nc.checkpoint: ")]


def refuse(folder, case, checkpoint, number):
    what, change, more, told = case
    place = "%s-%d" % (folder, number)
    shutil.copytree(folder, place)
    shutil.copy(checkpoint, place + "/t.nc.checkpoint")
    change(place)
    kept, before = read(place + "/t.nc.checkpoint"), files(place)
    words = ["tally", "--quiet", "later.yml" if change is renamed else "land.yml", "-o", "t.nc"] + more
    code, _, err = run(place, words)
    checks.true(code == 3 and told in err and "--restart begins anew" in err, "%s: %d: %s" % (what, code, err))
    checks.true(files(place) == before and read(place + "/t.nc.checkpoint") == kept, "%s: checkpoint or files changed" % what)
    if number % 3 == 0:
        code, _, err = run(place, words + ["--restart"])
        checks.true(code == 0, "%s --restart: %d: %s" % (what, code, err))
        checks.true(files(place) == sorted(set(before) - {"t.nc.checkpoint"} | {"t.nc"}), "%s --restart: %s" % (what, files(place)))
    shutil.rmtree(place)


def refuse_all(folder, expected):
    words = COMMANDS["tally"][0]
    checkpoint = folder + "/../kept.checkpoint"
    interrupt(folder, words + ["--threads", "1"], "t.nc.checkpoint")
    shutil.move(folder + "/t.nc.checkpoint", checkpoint)
    for number, case in enumerate(UNFIT):
        refuse(folder, case, checkpoint, number)
    code, _, err = run(folder, ["account", checkpoint, "-o", "i.nc"])
    checks.true(code == 3 and "give its command again" in err, "account of a checkpoint: %d: %s" % (code, err))
    code, out, err = run(folder, ["info", checkpoint])
    checks.true(code == 0 and "unfinished" in out, "info of a checkpoint: %d: %s%s" % (code, out, err))
    # 0: none is written, one that is there is used
    before = files(folder)
    process = start(folder, words + ["--checkpoint", "0", "--threads", "1"])
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    err = process.communicate(timeout=300)[1].decode()
    checks.true(process.returncode in (130, -2) and files(folder) == before, "--checkpoint 0: %s" % err)
    shutil.copy(checkpoint, folder + "/t.nc.checkpoint")
    code, _, err = run(folder, words + ["--checkpoint", "0"])
    checks.true(code == 0, "--checkpoint 0: exit code %d: %s" % (code, err))
    check_done(folder, "tally", before, expected)
    return "%d checkpoints that do not fit refused" % len(UNFIT)


def main():
    folder, expected = os.getcwd() + "/data", {}
    make(folder)
    seconds = {name: whole(folder, name, expected) for name in COMMANDS}
    slowest = signals(folder, expected)
    told = [refuse_all(folder, expected), kill_at_random(folder, expected, seconds)]
    write_draws_job(folder)
    told.append("%d interruptions of a run with draws, the tally kept" % interrupt_draws(folder, expected))
    interrupt_hashing(folder)
    checks.finish("\n".join(told + ["%d interruptions by SIGINT and SIGTERM, %.2f s at most" % (2 * len(COMMANDS) + 1, slowest)]))


main()
