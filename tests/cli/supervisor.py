"""What the parent process makes of the end of its child, and limits of the system."""
import os
import resource
import signal
import subprocess
import sys
import time

import faults

HERE, SINKCALC = os.getcwd(), os.environ["SINKCALC"]
GOOD = HERE + "/good"
with open(SINKCALC, "rb") as program:
    text = program.read()
    IS_SANITIZED, IS_TSAN = b"__asan_init" in text or b"__tsan_init" in text, b"__tsan_init" in text
SECONDS = 60  # on a busy machine; what is usual is printed


def start(words, limits=(), **environment):
    def prepare():
        for what, value in limits:
            resource.setrlimit(what, (value, value))
    if IS_SANITIZED:  # it would tell of a crash itself
        asked = environment.get("ASAN_OPTIONS", os.environ.get("ASAN_OPTIONS", ""))
        environment["ASAN_OPTIONS"] = asked + ":handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0"
    return subprocess.Popen([SINKCALC] + words, cwd=GOOD, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, preexec_fn=prepare, env=dict(os.environ, **environment))


def end(run):
    try:
        out, err = run.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
        return "none in time", "", []
    return run.returncode, out, [line for line in err.splitlines() if "note:" not in line]


def others():
    return sorted(name for name in os.listdir(GOOD) if name not in INPUTS)


def clear():
    for name in others():
        os.remove(GOOD + "/" + name)


def children(process):
    try:
        with open("/proc/%d/task/%d/children" % (process, process)) as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def is_running(process):
    try:
        with open("/proc/%d/stat" % process) as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(question):
    for _ in range(SECONDS * 100):
        if question():
            return True
        time.sleep(0.01)
    return False


def is_claimed():
    """The claim is there and says whose it is."""
    try:
        return os.stat(GOOD + "/.out.nc.lock").st_size > 0
    except OSError:
        return False


def stopped_run():
    """A run that has claimed its output and whose child stands still, and the child."""
    for _ in range(100):
        clear()
        run = start(["run", "-q", "job.yml"])
        while run.poll() is None and not is_claimed():
            time.sleep(0.0005)
        for child in children(run.pid):
            os.kill(child, signal.SIGSTOP)
            if is_claimed() and not os.path.exists(GOOD + "/out.nc"):
                return run, child
            os.kill(child, signal.SIGCONT)
        end(run)
    sys.exit("no run could be stopped while it worked")


def resume(child):
    try:
        os.kill(child, signal.SIGCONT)
    except ProcessLookupError:
        pass  # what ends it ends it while it stands still


def crash(number):
    run, child = stopped_run()
    os.kill(child, number)
    resume(child)
    code, out, lines = end(run)
    told = "sinkcalc: ended by signal %d (%s); nothing was written" % (number, signal.strsignal(number))
    return code == 4 and not out and lines == [told] and not others(), (code, lines, others())


def request(number, codes):
    """A request to end, sent to the parent alone."""
    run, child = stopped_run()
    os.kill(run.pid, number)
    time.sleep(0.05)
    resume(child)
    code, out, lines = end(run)
    rest = [name for name in others() if "checkpoint" not in name]
    return code in codes and not out and len(lines) <= 1 and not rest and not is_running(child), (code, lines, others())


def parent_killed():
    run, child = stopped_run()
    os.kill(run.pid, signal.SIGKILL)
    gone = wait_until(lambda: not is_running(child))
    end(run)
    left = others()
    code, _, lines = end(start(["run", "-q", "job.yml"]))  # what it left has no effect
    return gone and left == [".out.nc.lock"] and code == 0 and others() == ["out.nc"], (left, code, lines, others())


def second_run():
    run, child = stopped_run()
    begun = time.monotonic()
    code, out, lines = end(start(["run", "--overwrite", "job.yml"]))
    seconds = time.monotonic() - begun
    os.kill(child, signal.SIGCONT)
    first, _, _ = end(run)
    told = "out.nc: another run writes it: sinkcalc run job.yml (process "
    return (code == 4 and not out and len(lines) == 1 and told in lines[0] and first == 0 and others() == ["out.nc"],
            (code, lines, first, others(), seconds))


def alone():
    clear()
    first = end(start(["run", "--json", "job.yml"]))
    with open(GOOD + "/out.nc", "rb") as file:
        data = file.read()
    clear()
    second = end(start(["run", "--json", "job.yml"], SINK_NO_SUPERVISOR="1"))
    with open(GOOD + "/out.nc", "rb") as file:
        return first == second and first[0] == 0 and data == file.read(), (first[0], second[0], second[2])


def older(words, output):
    """Refused at once, and the older file stands."""
    clear()
    with open(GOOD + "/" + output, "w") as file:
        file.write("older")
    code, out, lines = end(start(words))
    with open(GOOD + "/" + output) as file:
        stands = file.read() == "older"
    told = "sinkcalc: %s: exists already; --overwrite replaces it" % output
    return code == 2 and not out and lines == [told] and stands and others() == [output], (code, lines, others())


def check_notes():
    clear()
    with open(GOOD + "/out.nc", "w") as file:
        file.write("older")
    run = start(["check", "job.yml"])
    _, err = run.communicate()
    return run.returncode == 0 and "note: out.nc: exists already; `run` needs --overwrite" in err, (run.returncode, err)


def limited(what, value, codes):
    clear()
    begun = time.monotonic()
    code, out, lines = end(start(["run", "-q", "--threads", "2", "job.yml"], [(what, value)]))
    seconds = time.monotonic() - begun
    left = others()
    is_good = code in codes and not out and (left == ["out.nc"] if code == 0 else left == [] and len(lines) >= 1)
    if code == 0:
        with open(GOOD + "/out.nc", "rb") as file:
            is_good = is_good and file.read() == REFERENCE
    return is_good, ("exit code %s in %.1f s" % (code, seconds), lines[:2], left)


faults.write_good(GOOD)
INPUTS = set(os.listdir(GOOD))
assert end(start(["run", "-q", "job.yml"]))[0] == 0
with open(GOOD + "/out.nc", "rb") as file:
    REFERENCE = file.read()
os.rename(GOOD + "/out.nc", HERE + "/i.nc")
assert end(start(["tally", "-q", "job.yml", "-o", HERE + "/t.nc"]))[0] == 0

CASES = [("without a parent", alone), ("check tells of an older output", check_notes)]
for words, output in ((["run", "job.yml"], "out.nc"), (["run", "job.yml", "-o", "o.nc"], "o.nc"),
                      (["tally", "job.yml", "-o", "o.nc"], "o.nc"), (["account", HERE + "/t.nc", "-o", "o.nc"], "o.nc"),
                      (["track", HERE + "/i.nc", "-o", "o.nc"], "o.nc")):
    CASES.append(("an older file, " + " ".join(words[:1] + words[2:]), lambda words=words, output=output: older(words, output)))
if not IS_TSAN:
    CASES += [("a crash, " + each.name, lambda each=each: crash(each)) for each in (
        signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL, signal.SIGBUS)]
    CASES += [("a request, " + each.name, lambda each=each: request(each, (-each, 128 + each))) for each in (
        signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    CASES += [("the parent is killed", parent_killed), ("a second run of the output", second_run)]
if not IS_SANITIZED:
    CASES += [("files of %d bytes" % size, lambda size=size: limited(resource.RLIMIT_FSIZE, size, (4,)))
              for size in (0, 4096, 65536)]
    CASES += [("%d MiB of memory" % size, lambda size=size: limited(resource.RLIMIT_AS, size << 20, (0, 3, 4)))
              for size in (200, 210, 225, 250, 275, 300, 350, 400, 500, 750, 1000, 2000)]
    CASES += [("%d open files" % size, lambda size=size: limited(resource.RLIMIT_NOFILE, size, (0, 3, 4)))
              for size in (6, 8, 10, 16, 32)]

failed = 0
for name, case in CASES:
    is_good, seen = case()
    failed += not is_good
    print("%s  %s: %s" % ("ok    " if is_good else "FAILED", name, seen), flush=True)
print("%d cases, %d failed" % (len(CASES), failed))
sys.exit(1 if failed else 0)
