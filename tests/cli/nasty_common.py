"""What the tests over the nasty set have in common: its manifest, a run of the program, and what must hold of any run.

Refused: the exit code, one line on stderr beside the notes, in valid UTF-8 without control bytes, that says what it must,
nothing on stdout, nothing new in the folder. Accepted: exit code 0 and only the output is new. Always: within the time
and the memory below, no input changed, no packet sent, nothing shown of a file that is no input."""
import csv
import hashlib
import os
import re
import resource
import socket
import subprocess
import tempfile

NASTY = os.environ["SINK_SHARED"] + "/nasty"
SINKCALC = os.environ["SINKCALC"]
HERE = os.getcwd()
with open(SINKCALC, "rb") as program:  # sanitizers reserve more than any limit, and take their time
    IS_SANITIZED = re.search(rb"__[at]san_init", program.read()) is not None
# Seconds of CPU, which other work on the machine does not lengthen, and of the clock, where nothing goes on.
MAX_SECONDS, MAX_WAIT, MAX_BYTES = 40 if IS_SANITIZED else 10, 90, 1 << 30

# The rows whose outcome is not the one that the manifest names: what happens instead, and why.
GRID = "another grid or CRS is brought to the job's, and the run says so: %s"
SIDE = "the side file is never read, which the manifest allows"
REPAIRED = "the job says whether rings are repaired: refused with `repair: no`, repaired and said so without"
EXCEPTIONS = {
    "R61": ("same", "south-up is another grid, brought to the job's with the same figures"),
    "R64": ("warped", GRID % "0.3 of a cell aside"),
    "R66": ("warped", GRID % "cells of 30.05 m"),
    "R67": ("warped", GRID % "cells of 60 m"),
    "R69": ("same", SIDE),
    "R70": ("same", SIDE),
    "R74": ("same", "`band` is 1 where the job states none (JOB.md); the class codes are in the first"),
    "V01": ("repair", REPAIRED),
    "V02": ("repair", REPAIRED),
    "V03": ("repair", REPAIRED),
    "V23": ("overlap", "regions of the top level may overlap, each is accounted on its own; nothing sums them up"),
    "V25": ("partly", "refused, and counted in part with `missing: {tile: count}`"),
    "V32": ("repair", REPAIRED),
    "V35": ("closed", REPAIRED),
}

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
listener.setblocking(False)
URL = "http://127.0.0.1:%d/" % listener.getsockname()[1]


def rows(*kinds):
    with open(NASTY + "/MANIFEST.csv", newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["class"] in kinds]


def path_of(row):
    """In bytes: some names are no text."""
    return os.fsencode(NASTY) + b"/" + row["file"].encode("ascii").decode("unicode_escape").encode("latin-1")


def digests(*folders):
    found = {}
    for folder in folders:
        for root, _, names in os.walk(os.fsencode(folder)):
            for path in (os.path.join(root, name) for name in names):
                if not os.path.isfile(path) or os.path.islink(path):
                    found[path] = "special"
                    continue
                with open(path, "rb") as file:
                    found[path] = hashlib.sha256(file.read()).hexdigest()
    return found


def limit():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, resource.RLIM_INFINITY))
    if not IS_SANITIZED:  # the hard limit stays: children of the program set limits of their own
        resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, resource.RLIM_INFINITY))


def sums(folder, *names, **other):
    """SHA256SUMS of files, as sha256sum makes it in the folder; `other` has hashes that stand in place of the true ones."""
    def hash_of(name):
        with open(os.path.join(folder, name), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    with open(os.path.join(folder, "SHA256SUMS"), "w") as file:
        file.writelines("%s  %s\n" % (other.get("wrong", {}).get(name) or hash_of(name), name) for name in names)


class Run:
    """What the program did in a folder of the case's own."""

    def execute(self, folder, words, watched=(), environment=None):
        folders = [folder, *watched]
        before = digests(*folders)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            run = subprocess.Popen(["timeout", "--signal=KILL", str(MAX_WAIT), SINKCALC] + words, cwd=folder,
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=limit,
                                   env={**os.environ, **(environment or {})})
            _, status, usage = os.wait4(run.pid, 0)
            run.returncode = self.code = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read(), err.read()
        self.seconds, self.mib = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        after = digests(*folders)
        self.changed = [path for path in before if after.get(path) != before[path]]
        self.new = sorted(os.fsdecode(os.path.basename(path)) for path in after if path not in before)
        self.text = self.err.decode("utf-8", "replace")
        self.errors = [line for line in self.text.splitlines() if not line.startswith("sinkcalc: note: ")]

    def faults(self):
        """What is wrong whatever the case."""
        found = ["input changed: %s" % path for path in self.changed]
        try:
            if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", self.err.decode("utf-8")):
                found.append("control bytes on stderr")
        except UnicodeDecodeError:
            found.append("stderr is not UTF-8")
        if b"root:" in self.out + self.err:
            found.append("shows the content of another file")
        if self.seconds > MAX_SECONDS:
            found.append("%.1f s of CPU" % self.seconds)
        if self.mib > MAX_BYTES >> 20 and not IS_SANITIZED:
            found.append("%.0f MiB" % self.mib)
        if any(not line.startswith("sinkcalc: ") for line in self.errors):
            found.append("lines on stderr that do not start with the program's name")
        try:
            listener.accept()
            found.append("a packet was sent")
        except BlockingIOError:
            pass
        return found

    def refused(self, codes, *told, lines=1):
        found = self.faults()
        if self.code not in codes:
            found.append("exit code %s, expected %s" % (self.code, codes))
        if self.new:
            found.append("left behind: %s" % self.new)
        if self.out:
            found.append("printed on stdout")
        if not 1 <= len(self.errors) <= lines:
            found.append("%d lines on stderr, expected %d" % (len(self.errors), lines))
        return found + ["stderr does not say %s" % words for words in told if words and not re.search(words, self.text)]

    def accepted(self, *made):
        found = self.faults()
        if self.code != 0:
            return found + ["exit code %s, expected 0" % self.code]
        if self.new != sorted(made):
            found.append("files made: %s" % self.new)
        return found
