import csv
import json
import os
import struct
import subprocess

import netCDF4
import numpy as np

import export_maps
import export_sheets
from export_values import COLUMNS, Inventory, check_units, units

PROGRAM = os.environ["SINKCALC"]
HOSTILE = ["=cmd|' /C calc'!A0", "+1", "-2", "@x", "\tx", "'=1", 'quote " and, comma', "line\nbreak", "\r\ny",
           "<script>alert(1)</script>", "\x01\x1f\x7f", "沙岛 & 'x'", "x" * 3000, "\\u0000 \\", "'; DROP TABLE x;--", "",
           "\ufffe\uffff"]
FORMATS = ("csv", "json", "geojson", "gpkg", "xlsx")


def export(path, to, output, code=0, words=()):
    done = subprocess.run([PROGRAM, "export", path, "--to", to, "-o", output, *(words or ["--overwrite"])], capture_output=True, text=True)
    assert done.returncode == code, (path, to, done.returncode, done.stderr)
    assert code or not done.stderr, done.stderr
    return done.stdout if code == 0 else done.stderr


def copy(path, output, change):
    """The inventory with other contents: change(name, values) may return others."""
    with netCDF4.Dataset(path) as old, netCDF4.Dataset(output, "w") as new:
        new.setncatts({name: change(name, old.getncattr(name)) for name in old.ncattrs()})
        for name, dimension in old.dimensions.items():
            new.createDimension(name, None if dimension.isunlimited() else len(dimension))
        for name, variable in old.variables.items():
            fill = getattr(variable, "_FillValue", None)
            made = new.createVariable(name, variable.dtype, variable.dimensions, fill_value=fill)
            made.setncatts({key: variable.getncattr(key) for key in variable.ncattrs() if key != "_FillValue"})
            made[...] = change(name, variable[...])


def hostile(name, values):
    if name == "region_name":
        values[:len(HOSTILE)] = HOSTILE
    elif name == "region_id":
        values[1:9] = ["%s%d" % (HOSTILE[i], i) for i in range(1, 9)]
    elif name == "cover_name":
        values[:] = ["%s%d" % (HOSTILE[i], i) for i in range(len(values))]
    elif name == "pool_name":
        values[0] = "</kml>\"'&"
    elif name == "report_value":
        values[1] = "=1+1"
    elif name == "total_carbon_stock_driver":
        values[0, 0] = "\n@SUM(A1)"
    elif name == "title":
        values = "<title> \"'&"
    return values


def number(text):
    return None if text in ("", None) else float(text)


def unescape(text):
    return text[1:] if text[:1] == "'" and text.lstrip("'")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") and text.lstrip("'") else text


def check_csv(inventory, path):
    found = []
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    for row in rows:
        for cell in list(row.values())[:2] + [row[c] for c in COLUMNS]:
            assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n"), "a formula: %r" % cell
        year, start = (int(row[c]) if row[c] else None for c in ("year", "period_start"))
        id = unescape(row["region_id"])
        place = inventory.regions.index(id)
        assert unescape(row["region_name"]) == inventory.names[place] and int(row["level"]) == inventory.levels[place]
        assert row["unit"] == inventory.units[row["quantity"]] and unescape(row["unit_of"]) == inventory.units_of[row["quantity"]]
        found.append(((id, year, start) + tuple(unescape(row[c]) for c in COLUMNS) + (row["quantity"],),
                      tuple(number(row[c]) for c in ("value", "lower", "upper", "se"))))
        for c in ("value", "lower", "upper", "se"):
            assert not row[c] or len(row[c].lstrip("-").replace(".", "")) <= 24 and repr(float(row[c])) != "nan"
    assert sorted(found, key=repr) == inventory.as_rows(), "%s differs from the inventory" % path
    assert open(path, "rb").read().count(b"\r\n") >= len(rows) + 1
    return len(rows)


def check_json(inventory, path):
    with open(path, encoding="utf-8") as file:
        root = json.load(file, parse_constant=lambda word: 1 / 0)
    assert root["schema"] == "sinkcalc-export-1" and root["title"] == inventory.file.title
    assert [(r["id"], r["name"], r["parent"], r["level"]) for r in root["regions"]] == \
        list(zip(inventory.regions, inventory.names, inventory.parents, inventory.levels))
    assert [(y["year"], y["period_start"]) for y in root["years"]] == list(zip(inventory.years, inventory.starts))
    assert {q["name"]: (q["unit"], q["unit_of"]) for q in root["quantities"]} == units(inventory)
    found = [((v["region"], v.get("year"), v.get("period_start")) + tuple(v.get(c, "") for c in COLUMNS) + (v["quantity"],),
              tuple(v.get(c) for c in ("value", "lower", "upper", "se"))) for v in root["values"]]
    assert sorted(((key, tuple(None if n is None else float(n) for n in numbers)) for key, numbers in found), key=repr) == \
        inventory.as_rows(), "%s differs from the inventory" % path
    assert [f["value"] for f in root["factors"]] == [float(x) for x in inventory.file["factor_value"][:]]
    assert [f["source"] for f in root["factors"]] == list(inventory.file["factor_source"][:])
    assert [f["sha256"] for f in root["inputs"]] == list(inventory.file["input_sha256"][:])
    assert len(root["checks"]) == len(inventory.file.dimensions["check"])
    return len(found)


CHECKS = {"csv": check_csv, "json": check_json, "geojson": export_maps.check_geojson, "gpkg": export_maps.check_gpkg,
          "xlsx": export_sheets.check_xlsx}


DAMAGES = {  # variable: how its values are changed; what the message names
    "node_count": (lambda v: v + 1, "region_geometry"), "part_node_count": (lambda v: v - 1, "region_geometry"),
    "node_lon": (lambda v: v + np.arange(len(v)), "region_geometry"), "node_lat": (lambda v: v * 10, "region_geometry"),
    "interior_ring": (lambda v: v * 0 + 1, "region_geometry"), "time": (lambda v: v * 1e6, "time"),
    "time_bnds": (lambda v: v[:, ::-1] + 10000, "time"), "region_level": (lambda v: v - 5, "region"),
    "region_id": (lambda v: np.full(len(v), "", object), "region"),
    "sinkcalc_layout": (lambda v: "inventory-0", "sinkcalc_layout")}


def check_refusals():
    """What is no sound inventory is refused with file and place, and nothing is written."""
    for name, (change, place) in DAMAGES.items():
        copy("inventory.nc", "damaged.nc", lambda at, values: change(values) if at == name else values)
        told = export("damaged.nc", "csv", "never", code=3)
        assert told.startswith("sinkcalc: damaged.nc: ") and place in told, (name, told)
    with open("text.nc", "w") as file:
        file.write("no netCDF")
    for path in ("landscape/tally.nc", "text.nc", "absent.nc", "."):
        export(path, "csv", "never", code=3)
    export("inventory.nc", "csv", "inventory.nc", code=2, words=["--overwrite"])
    assert "did you mean gpkg" in export("inventory.nc", "gpgk", "never", code=2)
    export("inventory.nc", "xlsx", "never", code=2, words=["--lang", "fr"])
    os.mkdir("folder")
    os.symlink("elsewhere", "link")
    for path in ("folder", "link", "no/folder"):
        export("inventory.nc", "gpkg", path, code=4)
    assert not os.path.exists("never") and not os.path.exists("elsewhere")
    return len(DAMAGES) + 10


def check_names():
    """The format is that of the ending in any case; a name that misleads is refused, one that hides the format is told."""
    def run(*words):
        done = subprocess.run([PROGRAM, "export", "one.nc", *words], capture_output=True, text=True)
        return done.returncode, done.stderr

    for name in ("e.GPKG", "e.Xlsx", "folder.d/e.CSV"):
        os.makedirs("folder.d", exist_ok=True)
        assert run("-o", name) == (0, "") and os.path.getsize(name) > 10000, name
    assert run("-o", "e.json", "--to", "GeoJSON") == (0, "")
    assert json.load(open("e.json"))["type"] == "FeatureCollection"
    for to, name, told in (("gpkg", "n.csv", "expected .gpkg"), ("csv", "n.GPKG", "expected .csv"), ("json", "n.geojson", "expected .json")):
        code, err = run("--to", to, "-o", name)
        assert code == 2 and told in err and not os.path.exists(name), (code, err)
    for to, name, told in (("gpkg", "n.txt", "expected .gpkg"), ("xlsx", "n", "expected .xlsx")):
        code, err = run("--to", to, "-o", name)
        assert code == 0 and err.startswith("sinkcalc: note: %s: " % name) and told in err, (code, err)
    assert run("--to", "csv", "-o", "n2.txt") == (0, "") == run("-q", "--to", "gpkg", "-o", "n3.txt")
    for to in ("csv", "json", "geojson"):
        code, err = run("--lang", "zh", "-o", "zh." + to)
        assert code == 2 and err.startswith("sinkcalc: --lang zh: %s " % to) and not os.path.exists("zh." + to), (code, err)
    return 14


def check_full_disk():
    """A file that cannot grow: exit code 4, what stood there stands, nothing is left beside it."""
    os.mkdir("full")
    for to in FORMATS:
        path = "full/out." + to
        with open(path, "w") as file:
            file.write("older")
        done = subprocess.run(["sh", "-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "sh", PROGRAM, "export", "inventory.nc", "-o",
                               path, "--overwrite"], capture_output=True, text=True)
        assert done.returncode == 4 and path in done.stderr and len(done.stderr.splitlines()) == 1, (to, done.returncode, done.stderr)
        assert open(path).read() == "older" and os.listdir("full") == ["out." + to], (to, os.listdir("full"))
        os.remove(path)
    return len(FORMATS)


def bind_symbolic(library):
    """An ELF file whose calls of its own functions stay its own, as the linker's -Bsymbolic makes them."""
    where, = struct.unpack_from("<Q", library, 32)
    size, count = struct.unpack_from("<HH", library, 54)
    headers = (struct.unpack_from("<IIQQQQ", library, where + i * size) for i in range(count))
    start, length = next((offset, bytes) for kind, _, offset, _, _, bytes in headers if kind == 2)  # PT_DYNAMIC
    for at in range(start, start + length, 16):
        tag, value = struct.unpack_from("<qQ", library, at)
        if tag == 30:  # DT_FLAGS
            struct.pack_into("<Q", library, at + 8, value | 2)  # DF_SYMBOLIC
            return library
    raise AssertionError("no DT_FLAGS")


def check_other_library():
    """Of a libxlsxwriter that makes its temporary files by itself nobody knows whether they are whole: no workbook."""
    told = subprocess.run(["ldd", PROGRAM], capture_output=True, text=True, check=True).stdout
    path = next(line.split()[2] for line in told.splitlines() if "libxlsxwriter" in line)
    os.mkdir("library")
    for name, change in (("same", bytearray), ("symbolic", bind_symbolic)):
        with open(path, "rb") as file, open("library/" + os.path.basename(path), "wb") as changed:
            changed.write(change(bytearray(file.read())))
        done = subprocess.run([PROGRAM, "export", "one.nc", "-o", name + ".xlsx"], capture_output=True, text=True,
                              env={**os.environ, "LD_LIBRARY_PATH": os.path.abspath("library")})
        if name == "same":
            assert (done.returncode, done.stderr) == (0, ""), done.stderr
        else:
            assert done.returncode == 4 and "symbolic.xlsx: cannot write it as workbook: this libxlsxwriter" in done.stderr, done.stderr
            assert not os.path.exists("symbolic.xlsx")
    return 1


def main():
    copy("inventory.nc", "hostile.nc", hostile)
    count = 0
    for name in ("inventory", "one", "hostile"):
        inventory = Inventory(name + ".nc")
        check_units(inventory)
        for to in FORMATS:
            told = json.loads(export(name + ".nc", to, "%s.%s" % (name, to), words=["--json", "--overwrite"]))
            assert told["format"] == to and told["bytes"] == os.path.getsize("%s.%s" % (name, to))
            count += CHECKS[to](inventory, "%s.%s" % (name, to))
            if name != "hostile":
                continue
            export(name + ".nc", to, "again." + to)
            assert open("again." + to, "rb").read() == open("%s.%s" % (name, to), "rb").read(), "%s: other bytes" % to
    export("inventory.nc", "xlsx", "zh.xlsx", words=["--lang", "zh"])
    count += export_sheets.check_xlsx(Inventory("inventory.nc"), "zh.xlsx", "zh")
    export("inventory.nc", "gpkg", "zh.gpkg", words=["--lang", "zh"])
    count += export_maps.check_gpkg(Inventory("inventory.nc"), "zh.gpkg") + export_maps.check_chinese("zh.gpkg")
    print("%d refusals, %d names, %d full disks, %d other library" % (
        check_refusals(), check_names(), check_full_disk(), check_other_library()))
    print("%d values read back" % count)


if __name__ == "__main__":
    main()
