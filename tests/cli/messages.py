"""The sentences that `check` can say, as the sources hold them, and which of them no test has seen.

Each is a format of one of the functions that note a fault. It is seen when a sentence that a case of faults.py made fits it,
or when a unit test expects a piece of it in so many words."""
import glob
import os
import re

ROOT = os.environ["SINK_SOURCE"]
CALLS = re.compile(r"\b(?:sink_fail|sink_faults_note|sink_place_fault|sink_layer_fault|sink_walk_fault|sink_walk_expected|fault|fail)\s*\(")
TEXT = re.compile(r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*')
FIELD = re.compile(r"%(?:%|[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|z|j|t|L)?[a-zA-Z])")
# Sources whose sentences come after `check`, or are of other commands.
LATER = re.compile(r"pipelines/(account|atomic_file|book|checkpoint|claim|command_(?!check)|dataset|demo|digest|evidence|info|"
                   r"inventory|nc_|resume|sandbox|summary|tally_|tile|track|verify|diff|merge|workbook|report|export|map|json_text|json_tree|progress|main|trust)|"
                   r"rasters/(block_cache|cog|direct_block|pack|mosaic|reader|warp|write)|regions/(write|geopackage|coverage_window)|"
                   r"sinkcalc/base/(exact|confine)|"
                   r"sinkcalc/model/(account|area_estimate|closure|tally\.|uncertainty|monte_carlo|recipe|strata|trend|transition|propagate|random)")
# What no file can bring about, and why; pieces of the sentences.
NEVER = {
    "out of memory": "fault injection brings it about",
    "the built-in": "the tables are compiled in",
    "classes, expected at most": "the built-in table of classes has fewer",
    "GDAL has no driver": "a build of GDAL without GeoTIFF", "PROJ finds no database": "cli/environment",
    "expected fewer than 4 GiB": "tables are refused above 16 MiB",
    "no class of this name": "all ecosystems are classes",
    "changed while it was read": "cli/changing",
    "its files cannot be listed": "GDAL always lists the file itself",
    "4 294 967 295 edges": "a file of 100 GiB",
    "cells from the grid's corner": "regions so far away have no transformation",
    "cannot compare regions": "GEOS fails on valid polygons", "no point inside the region": "the same",
    "PROJ cannot say how": "a projection without scale factors",
    "no transformation from the job": "PROJ without a database",
    "cannot be written as WKT2": "a CRS that PROJ read and cannot write",
    "no files": "a job names one file at least",
    "more levels than attributes": "256 levels",
    "the CRS has no ellipsoid": "PROJ gives every CRS of the Earth one",
    "lies off its projection": "a grid whose middle cell has no place",
    "too many strata (over 2^62)": "seen in pipelines/test_plan_outputs by its size alone",
    "dimensions of strata, expected at most": "32 overlays",
    "its directory is damaged": "GDAL refuses such a file first",
    "its area is zero": "the repair of rings finds it first",
    "): %.10g ha before": "a note", "is brought to the job's by": "a note", "no use is made of it": "a note", "never fits": "a note",
    "there is room for the latest": "a note", "yes or no": "the built-in table of classes",
    ': filter "': "GDAL takes any filter and fails when it reads",
    "remote: yes, expected no": "cli/confine",
    "a name that says more than a place": "cli/confine", "expected no quotes": "cli/confine",
    "its values lie in another file": "cli/confine", "a link to another file": "cli/confine",
    "groups that hold each other": "65,536 links", "groups inside each other": "cli/confine", "netCDF-4 by URL": "a server",
    "how it is stored cannot be read": "a damaged file", "the group cannot be read": "a damaged file",
    "the price of a year": "a year that YAML has is a number first",
    "expected a count of observations": "the table is checked first", "expected numbers from 0": "the table is checked first",
    "is not between its bounds": "the table is checked first",
    "with a raster": "the keys of the job are checked first",
    "how it is stored cannot be read": "HDF5 has opened the variable", "the group cannot be read": "HDF5 has opened the group",
    "netCDF-4 by URL": "needs a server",
    "cannot be resolved": "a folder that may not be entered",
}


def arguments(text, start):
    """From after the parenthesis to the one that closes it."""
    depth, at, is_text = 1, start, False
    while depth and at < len(text):
        if is_text:
            at += text[at] == "\\"
            is_text = text[at] != '"'
        elif text[at] == '"':
            is_text = True
        else:
            depth += (text[at] == "(") - (text[at] == ")")
        at += 1
    return text[start:at - 1]


def formats():
    for folder in ("sinkcalc/base", "sinkcalc/model", "rasters", "regions", "pipelines"):
        for path in sorted(glob.glob("%s/%s/*.c" % (ROOT, folder))):
            name = os.path.relpath(path, ROOT)
            with open(path) as file:
                text = file.read()
            for call in CALLS.finditer(text) if not LATER.match(name) else ():
                found = TEXT.search(arguments(text, call.end()))
                words = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(0))) if found else ""
                words = words.replace('\\"', '"')
                if len(FIELD.sub("", words).strip(" :,")) > 3:
                    yield "%s:%d" % (name, text[:call.start()].count("\n") + 1), words


def test_sources():
    text = ""
    for path in glob.glob(ROOT + "/tests/**/*.[ch]", recursive=True):
        with open(path) as file:
            text += file.read()
    return re.sub(r'"\s*\n\s*"', "", text).replace('\\"', '"')


def fits(pieces, sentence):
    """Do the pieces of a format stand in the sentence, one after the other?"""
    at = 0
    for piece in pieces:
        at = sentence.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def judge(sentences):
    """How many sentences there are, and the ones that were not seen."""
    tests, unseen, count = test_sources(), [], 0
    for place, words in formats():
        pieces = [piece.strip(" :,;\"'()") for piece in FIELD.split(words)]
        if any(part in words for part in NEVER):
            continue
        count += 1
        if not any(len(piece) >= 10 and (piece in tests or piece[:24] in tests) for piece in pieces) and not any(
                fits(FIELD.split(words), sentence) for sentence in sentences):
            unseen.append("%s: %s" % (place, words))
    return count, unseen
