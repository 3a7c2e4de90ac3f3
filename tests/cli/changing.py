"""Inputs that change while a run reads them: an error that names the file, no output, and no checkpoint with a part of it."""
import os
import shutil
import signal
import time

import tiles_data
from tiles_data import Checks, read, run, start

HERE = os.getcwd()
WORDS = ["run", "--quiet", "--threads", "1", "--checkpoint", "0.0001", "land.yml"]
NAMES = ["lc_2020.tif", "agb_2025.tif", "sd.tif", "regions.json", "legend.csv", "factors.csv"]
CHECKPOINT = "inventory.nc.checkpoint"
checks = Checks()


def other_byte(path):
    data = bytearray(read(path))
    data[len(data) // 2] ^= 1
    with open(path, "r+b") as file:
        file.write(data)


def shorter(path):
    os.truncate(path, os.path.getsize(path) - 1)


def longer(path):
    tiles_data.append_text(path, "\n")


def replaced(path):
    """By a file of the same size and time."""
    time_ns = os.stat(path).st_mtime_ns
    shutil.copyfile(path, path + ".new")
    other_byte(path + ".new")
    os.replace(path + ".new", path)
    os.utime(path, ns=(time_ns, time_ns))


def gone(path):
    os.remove(path)


def stands_still(process):
    """It and its child, or they have ended."""
    try:
        children = read("/proc/%d/task/%d/children" % (process, process)).split()
        stats = [read("/proc/%d/stat" % each) for each in [process] + list(map(int, children))]
        return all(stat.rpartition(b")")[2].split()[0] in b"TZ" for stat in stats)
    except OSError:
        return True


def stopped(folder, sign):
    """A run that stands still after the sign is there and before it has an output."""
    for _ in range(200):
        process = start(folder, WORDS)
        while process.poll() is None and not os.path.exists(folder + "/" + sign):
            time.sleep(0.0005)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGSTOP)
            while not stands_still(process.pid):
                time.sleep(0.0005)
            if not os.path.exists(folder + "/inventory.nc"):
                return process
            os.killpg(process.pid, signal.SIGCONT)
        process.communicate(timeout=300)
        os.remove(folder + "/inventory.nc")
    raise SystemExit("no run of 200 could be stopped after %s" % sign)


def change_while_read(good, sign, name, change, expected):
    what = "%s %s, after %s" % (name, change.__name__, sign)
    folder = HERE + "/changing"
    shutil.copytree(good, folder)
    process = stopped(folder, sign)
    change(folder + "/" + name)
    os.killpg(process.pid, signal.SIGCONT)
    err = process.communicate(timeout=300)[1].decode()
    code = process.returncode
    checks.true(code == 3 and len(err.splitlines()) == 1 and name + ": " in err, "%s: %d: %s" % (what, code, err))
    left = set(os.listdir(folder)) - set(os.listdir(good))
    checks.true(sign in left or sign != CHECKPOINT, "%s: is not kept" % what)
    checks.true(left <= {CHECKPOINT}, "%s: left: %s" % (what, sorted(left)))
    if left:  # of the time before the change: what was read since is not in it
        shutil.copy2(good + "/" + name, folder + "/" + name)
        code, _, err = run(folder, WORDS)
        checks.true(code == 0 and read(folder + "/inventory.nc") == expected, "%s, then taken back: %d: %s" % (what, code, err))
    shutil.rmtree(folder)
    return bool(left)


def main():
    good = HERE + "/good"
    tiles_data.LAND, tiles_data.COAST = 1536, 64
    tiles_data.make(good)
    code, _, err = run(good, WORDS)
    checks.true(code == 0, "a run left alone: %s" % err)
    expected = read(good + "/inventory.nc")
    os.remove(good + "/inventory.nc")
    cases = [(".inventory.nc.lock", name, change) for name in NAMES for change in (other_byte, shorter, longer, replaced, gone)]
    cases += [(CHECKPOINT, name, change) for name in NAMES for change in (other_byte, replaced)]
    kept = sum(change_while_read(good, *case, expected) for case in cases)
    checks.finish("%d inputs changed while they were read; %d times a checkpoint was there, of the time before" % (len(cases), kept))


main()
