"""A loss of power at any operation of a run, by a model of what a disk may then hold (power_model.py).

After each operation of a command on its folder some states are made: all that is not synced is lost, or kept, names without
data, data without names, and at random. What must be: each output is what was there before or whole, and once the command
has ended it is there; and the same command goes on from there to the same bytes and leaves nothing beside them. The last is
tried in RUNS states of each, and where an output got its name."""
import os
import random
import shutil
from concurrent.futures import ThreadPoolExecutor

import power_model
import tiles_data
from tiles_data import Checks, strace, write_text

HERE, RUNS = os.getcwd(), 100 if os.environ.get("SINK_FULL") == "1" else 6
RANDOM_STATES, ALL_KEPT = 4, 1
checks = Checks()


def often(command, job):  # checkpoints as often as may be
    return [command, "--quiet", "--threads", "1", "--checkpoint", "0.000001", job]


JOBS = {  # command -> its words, its outputs
    "run": (often("run", "land.yml"), ["inventory.nc", "tally.nc"]),
    "map": (often("map", "year.yml") + ["-o", "maps"], ["maps"]),
    "account": (["account", "--quiet", "whole.nc", "-o", "again.nc"], ["again.nc"]),
    "report": (["report", "inventory.nc", "-o", "report.html"], ["report.html"]),
    "csv": (["export", "inventory.nc", "--to", "csv", "-o", "table.csv"], ["table.csv"]),
    "xlsx": (["export", "inventory.nc", "--to", "xlsx", "-o", "table.xlsx"], ["table.xlsx"]),
    "gpkg": (["export", "inventory.nc", "--to", "gpkg", "-o", "table.gpkg"], ["table.gpkg"])}


def listing(folder):
    """The content by path, as power_model has it."""
    trace = power_model.Trace(folder)
    return trace.state(0, None)


def part_of(state, output):
    return {path: content for path, content in state.items() if path == output or path.startswith(output + "/")}


def keep_names(op):
    return float(op[0] == "names")


def states_after(trace, end, seed):
    kept = [lambda op: 0.0, lambda op: 1.0, keep_names, lambda op: 1 - keep_names(op)]
    for i in range(RANDOM_STATES):
        source = random.Random("%s %d %d" % (seed, end, i))
        kept.append(lambda op, source=source: source.choice((0.0, 1.0, source.random())))
    return [trace.state(end, keep) for keep in kept]


def write_state(folder, state):
    os.makedirs(folder)
    for path, content in sorted(state.items()):
        if path.endswith("/"):
            os.makedirs(folder + "/" + path, exist_ok=True)
        else:
            with open(folder + "/" + path, "wb") as file:
                file.write(content)


def go_on(place, state, job, expected):
    """The same command again, over what outputs there are."""
    words, outputs = JOBS[job]
    write_state(place, state)
    over = ["--overwrite"] if any(part_of(state, output) for output in outputs) else []
    code, _, err = tiles_data.run(place, words + over)
    checks.true(code == 0, "%s: %s: exit code %d: %s" % (place, job, code, err))
    after = listing(place)
    wrong = sorted(path for path in set(after) | set(expected) if after.get(path) != expected.get(path))
    checks.true(wrong == [], "%s: %s: other bytes, or left: %s" % (place, job, wrong))
    shutil.rmtree(place)


def gives_name(op, job):
    """Does an output get its name?"""
    return op[0] == "names" and any(entry == (power_model.ROOT, output) for entry, _ in op[1:] for output in JOBS[job][1])


def check_states(title, trace, job, before, after):
    """Some states to go on from, of which no two are alike, and how many there were."""
    known, chosen, turns, count, source = set(), [], [], 0, random.Random(title)
    for end in range(len(trace.ops) + 1):
        is_over = end == len(trace.ops)
        states = states_after(trace, end, title)
        if end and gives_name(trace.ops[end - 1], job):
            turns.append(states[ALL_KEPT])  # a kill there leaves no more and no less
        for state in states:
            for output in JOBS[job][1]:
                old, new, has = (part_of(of, output) for of in (before, after, state))
                what = "%s: after %s: %s" % (title, trace.ops[end - 1][:2] if end else "nothing", output)
                checks.true(has == new or (has == old and not is_over), what + " is neither old nor new, or gone at the end")
            count += 1
            key = hash(tuple(sorted(state.items())))
            if key in known:
                continue
            known.add(key)
            if len(chosen) < RUNS:
                chosen.append(state)
            elif source.random() < RUNS / len(known):
                chosen[source.randrange(RUNS)] = state
    return chosen + turns, count


def try_job(folder, job, title, more=()):
    """How many operations, states, and runs from them."""
    words, before = JOBS[job][0] + list(more), listing(folder)
    trace = power_model.Trace(folder)
    code, err = strace([tiles_data.SINKCALC] + words, folder, "-o", folder + ".log", *power_model.OPTIONS, SINK_NO_SUPERVISOR="1")
    checks.true(code == 0, "%s: exit code %d: %s" % (title, code, err))
    trace.take(folder + ".log")
    os.remove(folder + ".log")
    after = listing(folder)
    checks.true(trace.state(len(trace.ops), lambda op: 1.0) == after, "%s: the model is not what is there" % title)
    chosen, count = check_states(title, trace, job, before, after)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda i: go_on("%s/%s.%d" % (HERE, title.replace(" ", "_"), i), chosen[i], job, after), range(len(chosen))))
    print("%-18s %3d operations, %4d states, %3d gone on from" % (title, len(trace.ops), count, len(chosen)), flush=True)
    return len(trace.ops), count, len(chosen)


def change(path):
    for path in [path] if os.path.isfile(path) else [path + "/" + name for name in os.listdir(path)]:
        tiles_data.append_text(path, "older\n")


def main():
    tiles_data.LAND, tiles_data.COAST = 1028, 64
    tiles_data.make(HERE + "/land")
    job = tiles_data.LAND_JOB.replace("inventory.nc", "{inventory: inventory.nc, tally: tally.nc}")
    write_text(HERE + "/land/land.yml", job)
    write_text(HERE + "/land/year.yml", job.replace("[2020, 2025]", "2020"))
    tried = []
    for name in JOBS:
        folder = "%s/%s" % (HERE, name)
        if name in ("run", "map"):
            shutil.copytree(HERE + "/land", folder)
        else:
            shutil.copytree(HERE + "/run", folder)
            os.rename(folder + "/tally.nc", folder + "/whole.nc")
        tried.append(try_job(folder, name, name))
        for output in JOBS[name][1]:  # over what another job made
            change(folder + "/" + output)
        tried.append(try_job(folder, name, name + " again", ["--overwrite"]))
    operations, states, runs = (sum(column) for column in zip(*tried))
    checks.finish("%d losses of power modelled after %d operations, %d runs went on from them" % (states, operations, runs))


main()
