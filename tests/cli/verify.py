"""verify.py INVENTORY: changes of the inventory, alone and many at once, each of which `sinkcalc verify` must name. The
file with many is compared value by value, so that none hides another."""
import json
import os
import random
import shutil
import subprocess
import sys

import netCDF4
import numpy as np

SINKCALC = os.environ["SINKCALC"]
SEED = random.Random(4711)


def load(path):
    """Dimensions, variables with their values and attributes, and the attributes of the file."""
    with netCDF4.Dataset(path) as file:
        file.set_auto_maskandscale(False)
        dimensions = {name: None if of.isunlimited() else len(of) for name, of in file.dimensions.items()}
        variables = {name: [of.dtype, of.dimensions, np.array(of[...]), {key: of.getncattr(key) for key in of.ncattrs()}]
                     for name, of in file.variables.items()}
        return [dimensions, variables, {key: file.getncattr(key) for key in file.ncattrs()}]


def is_same(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and (a.tobytes() == b.tobytes() if a.dtype != object else list(a.flat) == list(b.flat))


def store(content, path, base=None):
    """Writes all, or, where only values and attributes differ from a stored base, those: that is quicker."""
    dimensions, variables, attributes = content
    if base and base[0][0] == dimensions and base[0][1].keys() == variables.keys() and base[0][2].keys() == attributes.keys():
        shutil.copy(base[1], path)
        with netCDF4.Dataset(path, "a") as file:
            file.set_auto_maskandscale(False)
            for name, (_, _, values, told) in variables.items():
                old = base[0][1][name]
                if not is_same(values, old[2]):
                    file[name][...] = values if values.shape else values[()]
                if told.get("units") != old[3].get("units"):
                    file[name].units = told["units"]
            for key, value in attributes.items():
                if value is not base[0][2].get(key):
                    file.setncattr(key, value)
        return
    with netCDF4.Dataset(path, "w") as file:
        file.set_auto_maskandscale(False)
        for name, length in dimensions.items():
            file.createDimension(name, length)
        for name, (kind, of, values, told) in variables.items():
            made = file.createVariable(name, kind, of, fill_value=told.get("_FillValue"))
            made.set_auto_maskandscale(False)
            made.setncatts({key: value for key, value in told.items() if key != "_FillValue"})
            made[...] = values if values.shape else values[()]
        file.setncatts(attributes)


def copy_of(content):
    dimensions, variables, attributes = content
    return [dict(dimensions), {name: [kind, of, values.copy(), dict(told)] for name, (kind, of, values, told) in variables.items()},
            dict(attributes)]


def verify(path, *options):
    done = subprocess.run([SINKCALC, "verify", "--json", path, *options], capture_output=True, text=True)
    if done.returncode == 3:
        return 3, {"differences": [], "text": done.stderr}
    assert done.returncode in (0, 1), (done.returncode, done.stderr)
    return done.returncode, json.loads(done.stdout)


def other(value):
    """A text, number or list that is another, by as little as can be."""
    if isinstance(value, str):
        return value[:-1] + ("x" if value[-1:] != "x" else "y")
    if isinstance(value, np.ndarray) and value.shape:
        return np.concatenate([[other(value[0])], value[1:]]).astype(value.dtype)
    if np.issubdtype(type(value), np.floating):
        return np.nextafter(value, np.inf) if np.isfinite(value) else np.float64(1)
    return type(value)(int(value) + 1 if int(value) < 100 else int(value) - 1)


def change_value(values):
    """One value, at a seeded place, that is a number where there is one."""
    flat = values.reshape(-1)
    places = [i for i in range(len(flat)) if values.dtype != float or (np.isfinite(flat[i]) and flat[i] < 9e36)]
    at = SEED.choice(places or range(len(flat)))
    flat[at] = other(flat[at]) if places else 1.0


class Count:
    made = found = 0


def expect(is_found, what):
    Count.made += 1
    Count.found += bool(is_found)
    if not is_found:
        print("not found: %s" % what)


BASES = []  # (content, path)


def found_alone(content, what):
    base = next((base for base in BASES if base[0][1].keys() == content[1].keys()), None)
    store(content, "changed.nc", base)
    code, _ = verify("changed.nc")
    expect(code != 0, what)


def every_variable(honest):
    content = copy_of(honest)
    for name, (_, _, values, _) in content[1].items():
        if name not in ("tally", "region_id"):
            change_value(values)
    store(content, "changed.nc")
    names = {difference["variable"] for difference in verify("changed.nc")[1]["differences"] if difference["level"] == 2}
    for name in content[1]:
        if name not in ("tally", "region_id"):
            expect(name in names, "a value of %s" % name)
    content = copy_of(honest)
    change_value(content[1]["region_id"][2])
    found_alone(content, "a value of region_id")


def every_variable_gone(honest):
    content = copy_of(honest)
    gone = [name for name in content[1] if name != "tally"]
    for name in gone:
        del content[1][name]
    store(content, "changed.nc")
    names = {difference["variable"] for difference in verify("changed.nc")[1]["differences"]}
    for name in gone:
        expect(name in names, "%s taken away" % name)
    content = copy_of(honest)
    content[1]["more"] = content[1]["forest_area"]
    found_alone(content, "a variable added")


def every_attribute(honest, change):
    """Changed, or taken away (`change` gives None)."""
    content, keys = copy_of(honest), []
    for name, told in [(name, of[3]) for name, of in content[1].items()] + [("", content[2])]:
        for key in list(told):
            if (name, key) == ("", "sinkcalc_layout") or key == "_FillValue":
                continue
            keys.append("%s:%s" % (name, key))
            told[key] = change(told[key])
            if told[key] is None:
                del told[key]
    content[2]["sinkcalc_version"] = honest[2]["sinkcalc_version"]
    content[2]["source"] = honest[2]["source"]
    store(content, "changed.nc")
    names = {difference["variable"] for difference in verify("changed.nc")[1]["differences"]}
    for key in keys:
        if key not in (":sinkcalc_version", ":source"):
            expect(key in names, "attribute %s" % key)
    for key in ("sinkcalc_layout", "sinkcalc_version", "source"):
        content = copy_of(honest)
        content[2][key] = change(content[2][key])
        if content[2][key] is None:
            del content[2][key]
        found_alone(content, "attribute :%s" % key)


def every_part_of_the_tally(honest):
    """Each variable of the tally inside alone, for its reader stops at the first; attributes at once."""
    honest[1]["tally"][2].tofile("inside.nc")
    inside = load("inside.nc")

    def found_inside(changed, what):
        store(changed, "inside.nc")
        shutil.copy("bare.nc", "changed.nc")
        with netCDF4.Dataset("changed.nc", "a") as file:
            file.createDimension("tally_byte", os.path.getsize("inside.nc"))
            file.createVariable("tally", "u1", ("tally_byte",))[:] = np.fromfile("inside.nc", np.uint8)
            file["tally"].long_name = honest[1]["tally"][3]["long_name"]
        return verify("changed.nc")[1]["differences"]

    assert not found_inside(inside, ""), "the same tally, stored otherwise"
    for name in inside[1]:
        changed = copy_of(inside)
        change_value(changed[1][name][2])
        expect(found_inside(changed, name), "a value of %s in the tally" % name)
    changed = copy_of(inside)
    for name in ("row_key", "row_cells", "row_sum_low", "row_sum_high"):  # two rows exchanged, in order again by key
        values = changed[1][name][2]
        values[[5, 6]] = values[[6, 5]] if name != "row_key" else values[[5, 6]]
    expect(found_inside(changed, "rows"), "rows of the tally exchanged")
    for key in inside[2]:
        changed = copy_of(inside)
        changed[2][key] = other(changed[2][key])
        expect(found_inside(changed, key), "attribute %s in the tally" % key)
    changed = copy_of(inside)
    for name, of in changed[1].items():
        of[3].update({key: other(value) for key, value in of[3].items()})
    names = {difference["variable"] for difference in found_inside(changed, "attributes")}
    for name, of in changed[1].items():
        for key in of[3]:
            expect("tally/%s:%s" % (name, key) in names, "attribute %s of %s in the tally" % (key, name))


def every_row(honest, names, kind):
    """Each value of each column of evidence."""
    content = copy_of(honest)
    for name in names:
        values = content[1][name][2]
        for i in range(len(values)):
            values[i] = other(values[i]) if values[i] != 9.969209968386869e36 else 1.0
    store(content, "changed.nc")
    differences = verify("changed.nc")[1]["differences"]
    for name in names:
        seen = sum(difference["variable"] == name and difference["level"] == 2 for difference in differences)
        for i in range(len(content[1][name][2])):
            expect(i < seen, "%s %d of %s" % (kind, i, name))


def consistent(honest):
    """Values that agree with one another and not with the tally; most pass level 1."""
    regions = list(honest[1]["region_id"][2])
    child, parent, top = regions.index("033101"), regions.index("0331"), regions.index("03")

    def edit(what, *names):
        content = copy_of(honest)
        what(*[content[1][name][2] for name in names], content)
        found_alone(content, what.__doc__)

    def more_forest(area, classified, forest, land, last, content):
        """area of a class with all its sums"""
        for r in (child, parent, top):
            area[1, 0, r] += 1
            for total in (classified, land, forest):
                total[1, r] += 1
            last[r] += 1

    def more_carbon(by_cover, by_pool, total, ecosystem, last, content):
        """carbon with all its sums"""
        for r in (child, parent, top):
            by_cover[1, 0, 0, r] *= 1.001
            for array in (by_pool[1, 0], total[1], ecosystem[1, 0], last):
                array[r] = array[r] * 1.001

    def factor_and_result(value, stock, total, content):
        """a factor and what follows from it"""
        value[:] *= np.where(value > 9e36, 1, 1.01)
        stock *= 1.01
        total *= 1.01

    def exchanged(content):
        """two regions exchanged in everything"""
        for kind, of, values, told in content[1].values():
            if of[-1:] == ("region",):
                values[..., [child, child + 1]] = values[..., [child + 1, child]]

    def renamed(ids, content):
        """two ids exchanged"""
        ids[[child, child + 1]] = ids[[child + 1, child]]

    def years(content):
        """the years exchanged in the stocks"""
        for name in ("carbon_stock", "carbon_stock_by_cover", "total_carbon_stock", "ecosystem_carbon_stock"):
            content[1][name][2][:] = content[1][name][2][::-1].copy()

    def sink(by_cover, by_pool, total, last, content):
        """a removal with its sums"""
        for r in (child, parent, top):
            for array in (by_cover[1, 0, 0], by_pool[1, 0], total[1], last):
                array[r] += 10

    def narrow(error, lower, upper, content):
        """a standard error with its bounds"""
        middle = (lower + upper) / 2
        for array in (error, lower, upper):
            seen = array < 9e36
            array[seen] = (0.9 * array + (0.1 * middle if array is not error else 0))[seen]

    def missing(value, content):
        """a value called missing"""
        value[1, child] = 9.969209968386869e36

    edit(more_forest, "area", "classified_area", "forest_area", "land_area", "last_forest_area")
    edit(more_carbon, "carbon_stock_by_cover", "carbon_stock", "total_carbon_stock", "ecosystem_carbon_stock",
         "last_total_carbon_stock")
    edit(factor_and_result, "factor_value", "carbon_stock", "total_carbon_stock")
    edit(exchanged)
    edit(renamed, "region_id")
    edit(years)
    edit(sink, "net_removal_by_cover", "net_removal", "total_net_removal", "last_total_net_removal")
    edit(narrow, "total_carbon_stock_se", "total_carbon_stock_lower", "total_carbon_stock_upper")
    edit(missing, "methane_emission")


def add_variable(group, kind="f8"):
    group.createVariable("carbon_stock_checked", kind, ())


STRANGERS = {
    "a group": lambda file: file.createGroup("audit"),
    "a group with a variable": lambda file: add_variable(file.createGroup("audit")),
    "a group in a group": lambda file: file.createGroup("audit/2025"),
    "a group with a dimension and a type": lambda file: (file.createGroup("audit").createDimension("n", 2), file["audit"].createVLType("i4", "list")),
    "an enumeration": lambda file: file.createEnumType("i1", "answer", {"no": 0, "yes": 1}),
    "a compound type": lambda file: file.createCompoundType(np.dtype([("a", "f8"), ("b", "i4")]), "pair"),
    "a list type": lambda file: file.createVLType("f8", "list"),
    "a dimension": lambda file: file.createDimension("audit", 3),
    "an unlimited dimension": lambda file: file.createDimension("audit", None),
    "a variable": add_variable,
    "a variable of a type of its own": lambda file: add_variable(file, file.createVLType("f8", "list")),
    "an attribute": lambda file: file.setncattr("audited_by", "nobody")}


WITH_TALLY = ("a group", "an enumeration", "a dimension")  # looked for in both


def nothing_unknown(honest):
    """What no layout knows is found by level 1, and in a tally by whoever reads it."""
    honest[1]["tally"][2].tofile("inner.nc")
    store(load("inner.nc"), "tally_again.nc")  # one that others can write to
    for what, add in STRANGERS.items():
        for _, base in BASES:
            if base == ("bare.nc" if what == "an attribute" else "same.nc") and what not in WITH_TALLY:
                continue  # attributes are compared with those made again, the rest with the layout alone
            shutil.copy(base, "changed.nc")
            with netCDF4.Dataset("changed.nc", "a") as file:
                add(file)
            code, result = verify("changed.nc")
            levels = {difference["level"] for difference in result["differences"]}
            expect(code == 1 and (2 if what == "an attribute" else 1) in levels, "%s in %s" % (what, base))
        shutil.copy("tally_again.nc", "inner.nc")
        with netCDF4.Dataset("inner.nc", "a") as file:
            add(file)
        content = copy_of(honest)
        content[1]["tally"][2] = np.fromfile("inner.nc", np.uint8)
        content[0]["tally_byte"] = len(content[1]["tally"][2])
        store(content, "changed.nc")
        code, result = verify("changed.nc")
        expect(code == 1 and "expected no" in str(result["differences"]), "%s in the tally inside" % what)
        for words in (["verify", "bare.nc", "--tally", "inner.nc"], ["account", "inner.nc", "-o", "never.nc"], ["info", "inner.nc"]):
            done = subprocess.run([SINKCALC, *words], capture_output=True, text=True)
            expect("expected no" in done.stdout + done.stderr and done.returncode in (1, 3), "%s in a tally, %s" % (what, words[0]))


def without_a_tally(honest):
    """Level 1 alone, where nothing can be made again: what it is for."""
    code, result = verify("bare.nc")
    assert code == 0 and "account" in result["verdict"].split(":")[-2], result["verdict"]
    code, result = verify("bare.nc", "--full", "--job", "job.yml")
    assert code == 1 and "none that can be read" in str(result["differences"]), result["verdict"]
    bare = load("bare.nc")
    edits = {"area": (1, 0, 3), "carbon_stock_by_cover": (1, 0, 0, 3), "carbon_stock": (1, 0, 3), "total_carbon_stock": (1, 3),
             "net_removal": (1, 0, 3), "total_net_removal": (1, 3), "land_use_net_removal": (1, 0, 0, 3), "forest_coverage": (1, 3),
             "last_forest_area": (3,), "ecosystem_carbon_stock": (0, 0, 3), "report_area": (0, 0, 3), "total_carbon_stock_upper": (1, 3),
             "soil_carbon_density": (0, 3), "forest_coverage_target_2030_gap": (1, 0), "node_lon": (0,), "check_worst": (0,),
             "time_bnds": (1, 0), "input_bytes": (0,), "region_level": (3,), "no_class_area": (0, 1)}
    for name, at in edits.items():
        content = copy_of(bare)
        values = content[1][name][2]
        at = values.argmax() if name == "node_lon" else at
        values[at] = values[at] + 1 if name == "region_level" else values[at] * 1.0001 + 0.01 if values[at] < 9e36 else 0
        found_alone(content, "level 1: %s" % name)
    for name, units in (("area", "km2"), ("carbon_stock", "kg"), ("net_removal", "t")):
        content = copy_of(bare)
        content[1][name][3]["units"] = units
        found_alone(content, "level 1: units of %s" % name)


def another_version(honest):
    """Across versions what differs in the last digits passes, and nothing else."""
    for change, is_good in ((1e-12, True), (1e-6, False)):
        content = copy_of(honest)
        content[2]["sinkcalc_version"], content[2]["source"] = "0.0.9", "sinkcalc 0.0.9"
        content[1]["methane_emission"][2][1] *= 1 + change
        store(content, "changed.nc")
        code, result = verify("changed.nc")
        assert result["levels"][1]["tolerance"] == 1e-9 and "0.0.9" in result["levels"][1]["note"]
        if is_good:
            assert code == 0, result["differences"]
        else:
            expect(code == 1, "a millionth across versions")


def dates(honest):
    """date_created is believed, but must be a date."""
    for date, is_good in (("2026-01-31T12:00:00Z", True), ("-026-01-31T12:00:00Z", False), ("2026-01-31T99:00:00Z", False),
                          ("2026-01-31T12:60:00Z", False), ("2026-13-31T12:00:00Z", False), (np.array([1.0, 2.0]), False)):
        content = copy_of(honest)
        content[2]["date_created"] = date
        store(content, "changed.nc")
        code, result = verify("changed.nc")
        if is_good:
            assert code == 0, result["differences"]
        else:
            expect(code == 1 and "date_created" in str(result["differences"]), "the date %s" % date)


def main():
    honest = load(sys.argv[1])
    store(honest, "same.nc")
    bare = copy_of(honest)
    del bare[0]["tally_byte"], bare[1]["tally"]
    store(bare, "bare.nc")
    BASES[:] = [(honest, "same.nc"), (bare, "bare.nc")]
    code, result = verify("same.nc")
    assert code == 0, result
    assert result["levels"][1]["numbers"] > 10000 and result["levels"][1]["variables"] == len(honest[1])
    every_variable(honest)
    every_variable_gone(honest)
    every_attribute(honest, other)
    every_attribute(honest, lambda value: None)
    every_row(honest, [name for name in honest[1] if name.startswith("factor_")], "row")
    every_row(honest, ["input_sha256", "input_bytes", "input_path", "check_worst", "check_passed"], "row")
    every_part_of_the_tally(honest)
    nothing_unknown(honest)
    consistent(honest)
    another_version(honest)
    without_a_tally(honest)
    dates(honest)
    print("%d tampers, %d found" % (Count.made, Count.found))
    sys.exit(Count.found != Count.made)


main()
