"""A job that states the hashes of its inputs: every input of the demonstration in turn, left out of the list and with
another hash; lists as sha256sum makes them; and what verifiers do with such a job."""
import hashlib
import os
import re
import resource
import shutil
import subprocess

import netCDF4

from tiles_data import Checks, append_text, read, run, write_text

HERE = os.getcwd()
NO_LEAKS = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
checks = Checks()


def sha256(path):
    return hashlib.sha256(read(path)).hexdigest()


def sums(folder, names, words=()):
    """As a user makes it."""
    return subprocess.run(["sha256sum", *words, *names], cwd=folder, stdout=subprocess.PIPE, check=True).stdout.decode()


def quick(text):
    return re.sub(r"(?m)^uncertainty: .*\n", "", text)


def every_input(folder, names):
    """Left out, the file is told by `check`; with another hash by `run`, before anything is written."""
    listed, before = read(folder + "/SHA256SUMS").decode(), sorted(os.listdir(folder))
    for number, name in enumerate(names, 1):
        lines = listed.splitlines(True)
        write_text(folder + "/SHA256SUMS", "".join(lines[:number - 1] + lines[number:]))
        for command in ("check", "run")[:1 + (number % 8 == 1)]:
            code, out, err = run(folder, [command, "--quiet", "job.yml"])
            checks.true((code, out, err) == (3, "", "sinkcalc: %s: is not listed in SHA256SUMS, expected its SHA-256 there\n" % name),
                        "%s without %s: %d: %s%s" % (command, name, code, out, err))
        lines[number - 1] = "%s *%s\n" % (64 * "5", name)
        write_text(folder + "/SHA256SUMS", "".join(lines))
        code, _, err = run(folder, ["run", "--quiet", "job.yml"])
        checks.true((code, err) == (3, "sinkcalc: %s: its SHA-256 is %s, expected %s (SHA256SUMS:%d)\n" % (
            name, sha256(folder + "/" + name), 64 * "5", number)), "%s with another hash: %d: %s" % (name, code, err))
        checks.true(sorted(os.listdir(folder)) == before, "%s with another hash leaves %s" % (name, os.listdir(folder)))
    write_text(folder + "/SHA256SUMS", listed)


def other_lists(folder, names):
    """The same account from any list that says the same."""
    os.mkdir(folder + "/lists")
    odd = "od\\d\n.csv"
    shutil.copy(folder + "/legend.csv", folder + "/" + odd)
    job = read(folder + "/job.yml").decode()
    cases = {
        "binary": (sums(folder, names, ["--binary"]), "SHA256SUMS"),
        "escaped": (sums(folder, names + [odd]), "SHA256SUMS"),
        "CRLF and comments": ("# made by hand\r\n\r\n" + sums(folder, names).replace("\n", "\r\n"), "SHA256SUMS"),
        "with a byte order mark": ("\ufeff" + sums(folder, names), "SHA256SUMS"),
        "upper case, no end of line": (re.sub(r"(?m)^\w+", lambda hex_: hex_[0].upper(), sums(folder, names))[:-1], "SHA256SUMS"),
        "with ./ and the whole path": (sums(folder, ["./" + names[0]] + [folder + "/" + name for name in names[1:]]), "SHA256SUMS"),
        "from another folder": (sums(folder + "/lists", ["../" + name for name in names]), "lists/SUMS"),
        "twice, with the job and the list itself": (2 * sums(folder, names + ["job.yml", "SHA256SUMS"]), "SHA256SUMS")}
    for what, (text, place) in cases.items():
        write_text(folder + "/job.yml", job.replace("sha256: SHA256SUMS", "sha256: " + place))
        if "job" in what:
            text = 2 * sums(folder, names + ["job.yml", "SHA256SUMS"])
        with open(folder + "/" + place, "w", newline="") as file:
            file.write(text)
        code, out, err = run(folder, ["run", "--quiet", "--overwrite", "--json", "job.yml"])
        checks.true(code == 0, "%s: %d: %s" % (what, code, err))
        yield out
    write_text(folder + "/job.yml", job)
    write_text(folder + "/SHA256SUMS", sums(folder, names))


def empty_lines(folder):
    """Memory goes by what may be entries, not by lines."""
    listed = read(folder + "/SHA256SUMS").decode()
    program = os.environ["SINKCALC"]
    with open(program, "rb") as file:
        is_sanitized = b"san_init" in file.read()  # which reserves more than any limit
    write_text(folder + "/SHA256SUMS", listed + ((16 << 20) - len(listed)) * "\n")
    done = subprocess.run([program, "check", "--quiet", "job.yml"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          preexec_fn=lambda: is_sanitized or resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)))
    checks.true(done.returncode == 0, "16 MiB of empty lines: %d: %s" % (done.returncode, done.stderr.decode()))
    write_text(folder + "/SHA256SUMS", listed)


def faults_of_lists(folder, names):
    """They say where the list is, as those of other tables do, and a wrong key elsewhere does not hide them."""
    job = read(folder + "/job.yml").decode()
    write_text(folder + "/lists/SUMS", sums(folder + "/lists", ["../" + name for name in names]) + "%s  gone.tif\n%s ../legend.csv\n%s  ../%s\n" % (
        64 * "0", 64 * "1", 64 * "2", names[0]))
    place = "sinkcalc: demo/lists/SUMS:%d: "
    told = [place % (len(names) + 1) + "gone.tif: no such file", place % (len(names) + 2) + "no line of sha256sum, expected ",
            place % (len(names) + 3) + "the file of line 1 again, with another hash"]
    for what, code_expected, text, expected in (
            ("the list", 3, "lists/SUMS", told), ("a wrong key and the list", 2, "lists/SUMS\ntittle: x", told),
            ("a wrong key of the list", 2, "[lists/SUMS]", [])):
        write_text(folder + "/job.yml", job.replace("sha256: SHA256SUMS", "sha256: " + text))
        code, _, err = run(HERE, ["check", "--quiet", "demo/job.yml"])
        said = [line for line in err.splitlines() if "SUMS:" in line]
        checks.true(code == code_expected and len(said) == len(expected) and all(map(str.startswith, said, expected)) and
                    len(err.splitlines()) == len(expected) + (code == 2), "faults of %s: %d: %s" % (what, code, err))
    write_text(folder + "/job.yml", job)


def verify(folder, names):
    """The list is an input among the others; with `--full` the package must hold what it lists."""
    code, _, err = run(folder, ["run", "--quiet", "--overwrite", "job.yml"])
    checks.true(code == 0, "run: %d: %s" % (code, err))
    with netCDF4.Dataset(folder + "/inventory.nc") as file:
        inputs = dict(zip(file["input_path"][:], zip(file["input_sha256"][:], file["input_role"][:])))
    checks.true(sorted(inputs) == sorted(names + ["SHA256SUMS"]), "inputs recorded: %s" % sorted(inputs))
    checks.true(inputs["SHA256SUMS"] == (sha256(folder + "/SHA256SUMS"), "sha256"), "the list among the inputs: %s" % (inputs["SHA256SUMS"],))
    words = ["verify", "inventory.nc", "--inputs", ".", "--job", "job.yml", "--full"]
    code, out, err = run(folder, words)
    checks.true(code == 0, "verify: %d: %s%s" % (code, out, err))
    listed = read(folder + "/SHA256SUMS").decode()
    append_text(folder + "/SHA256SUMS", "# more\n")
    code, out, _ = run(folder, words[:4])
    checks.true(code == 1 and "SHA256SUMS" in out, "verify with another list: %d: %s" % (code, out))
    write_text(folder + "/SHA256SUMS", listed.replace(listed[:64], 64 * "7"))
    code, out, _ = run(folder, words)
    checks.true(code == 1 and "%s: its SHA-256 is " % names[0] in out, "verify with a wrong list: %d: %s" % (code, out))
    write_text(folder + "/SHA256SUMS", listed)


def untrusted(folder):
    """The list is opened as every other file of a stranger, and what it lists may not lie outside."""
    def untrust():
        done = subprocess.run([os.environ["SINKCALC"], "run", "--quiet", "--overwrite", "--untrusted", "job.yml"], cwd=folder, env=NO_LEAKS,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return done.returncode, done.stderr.decode()
    listed = read(folder + "/SHA256SUMS").decode()
    code, err = untrust()
    checks.true(code == 0, "--untrusted: %d: %s" % (code, err))
    write_text(folder + "/SHA256SUMS", listed.replace(listed[:64], 64 * "7"))
    code, err = untrust()
    checks.true(code == 3 and ", expected %s (SHA256SUMS:1)" % (64 * "7") in err, "--untrusted, another hash: %d: %s" % (code, err))
    write_text(folder + "/SHA256SUMS", listed + 64 * "0" + "  /etc/passwd\n")
    code, err = untrust()
    checks.true(code == 3 and "sinkcalc: SHA256SUMS:%d: /etc/passwd: lies at /etc/passwd, outside " % (listed.count("\n") + 1) in err,
                "--untrusted, a file outside: %d: %s" % (code, err))
    shutil.move(folder + "/SHA256SUMS", HERE + "/SHA256SUMS")
    os.symlink("../SHA256SUMS", folder + "/SHA256SUMS")
    code, err = untrust()
    checks.true(code == 3 and "SHA256SUMS: lies at " in err, "--untrusted, a list outside: %d: %s" % (code, err))


def main():
    folder = HERE + "/demo"
    code, _, err = run(HERE, ["demo", "demo", "--quiet"])
    assert code == 0, err
    os.remove(folder + "/README.txt")
    job = quick(read(folder + "/job.yml").decode())
    write_text(folder + "/job.yml", job)
    code, plain, err = run(folder, ["run", "--quiet", "--json", "job.yml"])
    checks.true(code == 0, "the job without a list: %s" % err)
    os.remove(folder + "/inventory.nc")
    names = sorted(set(os.listdir(folder)) - {"job.yml"})
    write_text(folder + "/SHA256SUMS", sums(folder, names))
    write_text(folder + "/job.yml", job + "sha256: SHA256SUMS\n")
    every_input(folder, names)
    accounts = list(other_lists(folder, names))
    checks.true(set(accounts) == {plain}, "another account with a list than without")
    empty_lines(folder)
    faults_of_lists(folder, names)
    verify(folder, names)
    untrusted(folder)
    checks.finish("%d inputs of the demonstration, each left out and each with another hash; %d ways to write a list" % (
        len(names), len(accounts)))


main()
