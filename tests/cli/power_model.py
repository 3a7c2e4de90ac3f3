"""What a loss of power may leave of a folder: the operations of a run on it, as strace saw them, and the states after each.

What was synced is there: the data of a file by its fsync, names by the fsync of a folder that they are in. Of the rest
anything may be, in any order: names without data, data without names, of a write its first sectors."""
import collections
import os
import re

SECTOR = 512
NAMES = ("rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat")
DATA = ("openat", "read", "lseek", "write", "pwrite64", "ftruncate", "fsync", "fdatasync")
UNKNOWN = ("open", "creat", "truncate", "writev", "pwritev", "pwritev2", "link", "linkat", "symlink", "symlinkat", "fallocate",
           "copy_file_range", "sendfile", "splice")  # calls that change a folder, and that no run makes: they would be told
CALLS = NAMES + DATA + UNKNOWN
OPTIONS = ["-y", "-xx", "-s", "100000000", "-e", "trace=" + ",".join(CALLS)]
ROOT = 0


def unescape(text):
    return bytes.fromhex(text.replace("\\x", ""))


def calls(log):
    """Name, arguments and result of each call that ended well. An argument is bytes or a word; that of an open file is its
    number and path."""
    begun = {}
    for line in open(log):
        process, line = line.rstrip("\n").split(None, 1)
        if line.endswith("<unfinished ...>"):
            begun[process] = line[:-len("<unfinished ...>")]
            continue
        resumed = re.match(r"<\.\.\. \w+ resumed>", line)
        if resumed:
            line = begun.pop(process) + line[resumed.end():]
        call = re.match(r"(\w+)\((.*)\)\s+= (\d+)", line)
        if call:
            words = re.findall(r'(\w+)<([^>]*)>|"([^"]*)"|([^\s,"<>]+)', call[2])
            yield call[1], [(number, os.fsdecode(unescape(path))) if number else word or unescape(text)
                            for number, path, text, word in words], int(call[3])


class Trace:
    """The folder as it was, and the operations on it: (kind, what they are on, more). Files and folders are numbers."""

    def __init__(self, folder):
        self.folder, self.entries, self.content, self.ops = folder, {}, {}, []
        self.places = collections.defaultdict(int)  # by number of the open file and file; a duplicate begins at 0
        self.folders, self.count, self.whole = {ROOT}, 1, {}
        self.read(folder, ROOT)
        self.now = dict(self.entries)

    def read(self, folder, number):
        for name in sorted(os.listdir(folder)):
            path, node, self.count = folder + "/" + name, self.count, self.count + 1
            self.entries[number, name] = node
            if os.path.isdir(path):
                self.folders.add(node)
                self.read(path, node)
            else:
                with open(path, "rb") as file:
                    self.content[node] = file.read()

    def entry(self, path, base=None):
        """The folder and name that a path stands for now; None outside."""
        path = os.path.normpath(os.path.join(base or self.folder, os.fsdecode(path)))
        if path == self.folder:
            return ROOT, ""
        if not path.startswith(self.folder + "/"):
            return None
        at = ROOT
        *folders, name = path[len(self.folder) + 1:].split("/")
        for folder in folders:
            at = self.now[at, folder]
        return at, name

    def node(self, path):
        entry = self.entry(path)
        return ROOT if entry == (ROOT, "") else self.now.get(entry) if entry else None

    def note(self, *op):
        self.ops.append(op)
        apply_name(self.now, op)

    def note_data(self, node, offset, data):
        """One operation for all that is written to a file until something else happens but writing."""
        for kind, *more in reversed(self.ops):
            if kind != "data":
                break
            if more[0] == node:
                more[1].append((offset, data))
                return
        self.note("data", node, [(offset, data)])

    def take(self, log):
        for name, words, result in calls(log):
            if name in UNKNOWN:
                paths = [word if isinstance(word, bytes) else word[1] for word in words if not isinstance(word, str)]
                assert not any(map(self.entry, paths)), (name, words)
            else:
                (self.take_name if name in NAMES else self.take_data)(name, words, result)

    def take_name(self, name, words, _):
        if name.endswith(("at", "at2")):  # each path with the folder that it is in
            paths = [self.entry(path, base[1]) for base, path in zip(words[:-1:2], words[1::2]) if isinstance(path, bytes)]
        else:
            paths = [self.entry(path) for path in words if isinstance(path, bytes)]
        if None in paths:
            assert set(paths) == {None}, (name, words)
        elif name.startswith("rename"):
            names = [(entry, self.now.get(entry)) for entry in paths]
            self.note("names", (paths[0], names[1][1] if "RENAME_EXCHANGE" in words else None), (paths[1], names[0][1]))
        elif name.startswith("mkdir"):
            self.folders.add(self.make(paths[0]))
        else:
            self.note("names", (paths[0], None))

    def make(self, entry):
        self.note("names", (entry, self.count))
        self.count += 1
        return self.count - 1

    def take_data(self, name, words, result):
        if name == "openat":
            entry = self.entry(words[1], words[0][1])
            if entry and entry not in self.now and "O_CREAT" in words[2]:
                self.make(entry)
            node = self.now.get(entry)
            if node is not None and "O_TRUNC" in words[2]:
                self.note("size", node, 0)
            self.places[result, node] = 0
            return
        number, path = words[0]
        node = None if path.endswith(" (deleted)") else self.node(path)
        if node is None:
            return
        place = int(number), node
        if name == "write":
            self.note_data(node, self.places[place], words[1][:result])
        elif name == "pwrite64":
            self.note_data(node, int(words[3]), words[1][:result])
        elif name == "ftruncate":
            self.note("size", node, int(words[1]))
        elif name in ("fsync", "fdatasync"):
            self.note("sync", node)
        if name in ("write", "read"):
            self.places[place] += result
        elif name == "lseek":
            self.places[place] = result

    def state(self, end, keep):
        """The content by path after the first operations, when of each that is not synced a share is kept; the path of a
        folder ends in /."""
        entries, shares, synced = dict(self.entries), {}, synced_of(self.ops[:end])
        for i, op in enumerate(self.ops[:end]):
            share = 1 if synced[i] else keep(op)
            if op[0] in ("data", "size"):
                shares.setdefault(op[1], []).append((i, share))
            elif share >= 0.5:
                apply_name(entries, op)
        return dict(self.walk(entries, shares, ROOT, ""))

    def read_back(self, node, shares):
        """The content of a file of whose operations shares are kept. What is whole is remembered: it is often asked for."""
        is_whole, key = all(share == 1 for _, share in shares), (node, len(shares))
        if is_whole and key in self.whole:
            return self.whole[key]
        content = bytearray(self.content.get(node, b""))
        for i, share in shares:
            write(content, self.ops[i], share)
        if is_whole:
            self.whole[key] = bytes(content)
        return self.whole[key] if is_whole else bytes(content)

    def walk(self, entries, shares, folder, path):
        for (parent, name), node in entries.items():
            if parent == folder and node in self.folders:
                yield path + name + "/", b""
                yield from self.walk(entries, shares, node, path + name + "/")
            elif parent == folder:
                yield path + name, self.read_back(node, shares.get(node, []))


def apply_name(entries, op):
    """Of entries, what they then stand for."""
    for entry, node in op[1:] if op[0] == "names" else ():
        if node is None:
            entries.pop(entry, None)
        else:
            entries[entry] = node


def synced_of(ops):
    """Of each operation: did a later one make it last?"""
    nodes, synced = set(), [False] * len(ops)
    for i in reversed(range(len(ops))):
        if ops[i][0] == "sync":
            nodes.add(ops[i][1])
        elif ops[i][0] in ("data", "size"):
            synced[i] = ops[i][1] in nodes
        else:
            synced[i] = any(entry[0] in nodes for entry, _ in ops[i][1:])
    return synced


def write(content, op, share):
    if op[0] == "size":
        if share >= 0.5:
            content[:] = content[:op[2]].ljust(op[2], b"\0")
        return
    left = sum(len(data) for _, data in op[2])
    left = left if share == 1 else int(share * left) // SECTOR * SECTOR
    for offset, data in op[2]:
        data = data[:left]
        left -= len(data)
        if data:
            content[:] = content.ljust(offset, b"\0")
            content[offset:offset + len(data)] = data
