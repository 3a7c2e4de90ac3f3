"""Makes the landscape of history.sh and checks what sinkcalc says of it. Nothing of sinkcalc is used: the story of a cell
is followed in plain Python, shares of cells and areas are those of oracle.py."""
import collections
import hashlib
import os
import shutil
import subprocess
import sys

import netCDF4
import numpy as np
from osgeo import gdal, ogr

import oracle

WIDTH, HEIGHT = 64, 48
WEST, NORTH, CELL = 99.5, 31.25, 0.01
YEARS = tuple(range(1985, 2025))
CLASSES = {1: "forest", 2: "cropland", 3: "grassland", 4: "wetland", 5: "forest", 6: "settlement"}
NODATA, UNKNOWN = 0, 77
JOBS = {  # history, years
    "annual": ((), YEARS),
    "mixed": (YEARS[:25], YEARS[25:]),
    "one": (YEARS[:-1], YEARS[-1:]),
    "two": (YEARS[:-2], YEARS[-2:]),
    "gappy": ((1985, 1999), (2003, 2010, 2024)),
    "layers": ((1990, 1996), (2001, 2008, 2015))}
LAST_AGE = 250  # beyond it ages are not told apart
DENSITY_T_M3 = 0.6


def age_label(age):
    """Growth follows the years of a stand: (k - 1, k] is the age k."""
    if np.isnan(age):
        return "nodata"
    end = int(np.ceil(age))
    return "up to 0" if end <= 0 else "over %d" % LAST_AGE if end > LAST_AGE else "over %d up to %d" % (end - 1, end)


def stories():
    """Codes [year][row][column]: no two cells are the same. Half of them are calm; the others change rarely or every year,
    with gaps and unknown codes."""
    random = np.random.default_rng(40)
    found = set()
    codes = np.zeros((len(YEARS), HEIGHT * WIDTH), np.uint8)
    for cell in range(HEIGHT * WIDTH):
        while tuple(codes[:, cell]) in found or not codes[:, cell].any():
            is_calm = cell < HEIGHT * WIDTH // 2
            moves = 0.015 if is_calm else random.choice((0.02, 0.05, 0.2, 0.9))
            gaps = 0.001 if is_calm else random.choice((0, 0.02, 0.2))
            code = random.integers(1, 7)
            for year in range(len(YEARS)):
                if random.uniform() < moves:
                    code = random.integers(1, 7)
                lacks = random.uniform() < gaps
                codes[year, cell] = random.choice((NODATA, UNKNOWN)) if lacks else code
        found.add(tuple(codes[:, cell]))
    assert len(np.unique(codes.T, axis=0)) == HEIGHT * WIDTH
    return codes.reshape(len(YEARS), HEIGHT, WIDTH)


def events():
    """Years of fires and storms (0 and no data: none), ages (NaN: none) and biomass of three years."""
    random = np.random.default_rng(41)
    shape = (HEIGHT, WIDTH)
    fire = np.where(random.uniform(size=shape) < 0.5, random.integers(1995, 2020, shape), 0)
    storm = np.where(random.uniform(size=shape) < 0.3, random.integers(2000, 2017, shape), 32767)
    age = random.choice((0, 1, 19.5, 20, 20.5, 59, 60, 61, 200), shape)
    age[random.uniform(size=shape) < 0.1] = np.nan
    biomass = random.uniform(0, 400, (3, *shape)).astype(np.float32).astype(float)
    return fire, storm, age, biomass


def regions():
    """Rings by id and parent: a country of two counties that share a border, a star with a hole, a region smaller than a
    cell, and one that covers all."""
    def polygon(*rings):
        found = ogr.Geometry(ogr.wkbPolygon)
        for corners in rings:
            ring = ogr.Geometry(ogr.wkbLinearRing)
            for column, row in corners + corners[:1]:
                ring.AddPoint_2D(WEST + column * CELL, NORTH - row * CELL)
            found.AddGeometry(ring)
        return found

    turn = np.linspace(0, 2 * np.pi, 33)[:-1]
    reach = np.random.default_rng(42).uniform(8, 17, 32)
    star = [(40.3 + r * np.cos(t), 24.1 + r * np.sin(t)) for r, t in zip(reach, turn)]
    hole = [(40.3 + 4.7 * np.cos(t), 24.1 + 3.9 * np.sin(t)) for t in -turn[::4]]
    return [("country", "", polygon([(3.3, 2.2), (50.6, 4.9), (44.4, 44.7), (6.1, 40.3)])),
            ("01", "country", polygon([(3.3, 2.2), (50.6, 4.9), (44.4, 44.7)])),
            ("02", "country", polygon([(3.3, 2.2), (44.4, 44.7), (6.1, 40.3)])),
            ("star", "", polygon(star, hole)),
            ("crumb", "", polygon([(33.2, 7.3), (33.7, 7.4), (33.4, 7.8)])),
            ("all", "", oracle.rectangle(WEST, NORTH - HEIGHT * CELL, WEST + WIDTH * CELL, NORTH))]


def write(path, values, kind=gdal.GDT_Byte, nodata=None):
    dataset = gdal.GetDriverByName("GTiff").Create(path, WIDTH, HEIGHT, 1, kind)
    dataset.SetSpatialRef(oracle.crs_of("EPSG:4326"))
    dataset.SetGeoTransform((WEST, CELL, 0, NORTH, 0, -CELL))
    if nodata is not None:
        dataset.GetRasterBand(1).SetNoDataValue(nodata)
    dataset.GetRasterBand(1).WriteArray(values)


def write_job(name, more=""):
    history, years = JOBS[name]
    with open(name + ".yml", "w") as file:
        file.write("regions: {file: regions.gpkg, id: id, parent: parent}\n"
                   "years: %s\n%s%s" % (list(years), "history: %s\n" % list(history) if history else "",
                                        "missing: count\noutput: %s.nc\n" % name) +
                   (more or "layers: {land_cover: {file: 'lc_{year}.tif', legend: legend.csv}}\n"))


LAYERS = """layers:
  land_cover: {file: "lc_{year}.tif", legend: legend.csv}
  above_ground_biomass: {file: "agb_{year}.tif", unit: t/ha, classes: [forest]}
  stock_volume: {from: above_ground_biomass}
  stand_age: {file: age.tif, unit: yr}
disturbances:
  fire: {file: fire.tif, burns: yes}
  storm: storm.tif
factors: factors.csv
methods: {forest: gain_loss}
harvest: harvest.csv
accuracy: accuracy.csv
"""
HARVEST = "region,year,volume_m3,class\n01,2003,1200,forest\n02,2010,50,\n01,2004,30,forest\n"
ACCURACY = ("map,forest,cropland,grassland,wetland,settlement\nforest,90,5,5,0,0\ncropland,4,80,10,1,5\n"
            "grassland,9,9,70,2,0\nwetland,0,3,3,40,0\nsettlement,0,2,0,0,44\n")


def make():
    codes, (fire, storm, age, biomass) = stories(), events()
    for k, year in enumerate(YEARS):  # every file may have a type and a no-data value of its own
        odd = k % 7 == 3
        write("lc_%d.tif" % year, np.where((codes[k] == NODATA) & odd, 200, codes[k]),
              gdal.GDT_UInt16 if k % 11 == 5 else gdal.GDT_Byte, 200 if odd else None)
    write("fire.tif", fire, gdal.GDT_UInt16)
    write("storm.tif", storm, gdal.GDT_Int16, 32767)
    write("age.tif", age, gdal.GDT_Float32)
    for year, values in zip(JOBS["layers"][1], biomass):
        write("agb_%d.tif" % year, values, gdal.GDT_Float32)
    oracle.region_file("regions.gpkg", oracle.crs_of("EPSG:4326"),
                       [({"id": label, "parent": parent}, polygon) for label, parent, polygon in regions()])
    for name, text in (("legend.csv", "code,name\n0,nodata\n" + "".join("%d,%s\n" % each for each in CLASSES.items())),
                       ("harvest.csv", HARVEST), ("accuracy.csv", ACCURACY),
                       ("factors.csv", "quantity,class,over,up_to,value,unit,source,verified\n"
                        "carbon_fraction,*,,,0.5,1,made up,own\nroot_shoot,forest,,,0.25,1,made up,own\n"
                        "bcef,forest,,,%g,t d.m. m-3,made up,own\nbcef_removal,forest,,,0.7,t d.m. m-3,made up,own\n"
                        "fraction_lost,forest,,,0.8,1,made up,own\n"
                        "growth,forest,,20,6,t d.m. ha-1 yr-1,made up,own\n"
                        "growth,forest,20,60,3,t d.m. ha-1 yr-1,made up,own\n"
                        "growth,forest,60,,1,t d.m. ha-1 yr-1,made up,own\n" % DENSITY_T_M3)):
        with open(name, "w") as file:
            file.write(text)
    for name in JOBS:
        write_job(name, LAYERS if name == "layers" else "")


def word(code):
    return CLASSES.get(code) or ("nodata" if code == NODATA else "unknown")


def follow(codes, history, years):
    """[year] (class on the map, conversions known then, the latest first) of one cell, for the years alone."""
    told, last, known, before = [], None, [], None
    for year in history + years:
        now = word(codes[YEARS.index(year)])
        if now not in ("nodata", "unknown"):
            if last not in (None, now):
                known = ["%s until %d" % (last, before)] + known
            last = now
        elif year in years:  # in the history the gap is bridged
            last, known = None, []
        before = year
        if year in years:
            told.append((now, (known + ["nodata"] * 3)[:3]))
    return told


def expected_rows(name, polygons, area_m2):
    """{(region, pass, labels by dimension): [area in m2, area x quantity ..., cells]}"""
    history, years = JOBS[name]
    codes, (fire, storm, age, biomass) = stories(), events()
    rows = collections.defaultdict(lambda: np.zeros(5))
    shares = {label: oracle.shares(polygon, oracle.Raster("lc_1985.tif"), 0, 0, WIDTH, HEIGHT)
              for label, parent, polygon in polygons}
    for row, column in np.ndindex(HEIGHT, WIDTH):
        told = follow(codes[:, row, column], history, years)
        inside = [(label, share[row, column]) for label, share in shares.items() if share[row, column] > 1e-12]
        for step in range(max(len(years) - 1, 1)):
            then, now = told[step], told[min(step + 1, len(years) - 1)]
            labels = {"class to": now[0], **{"conversion_%d" % (k + 1): each for k, each in enumerate(then[1])}}
            values = [1, 0, 0, 0]
            if len(years) > 1:
                labels["class from"] = then[0]
            if name == "layers":
                for event, year in (("fire", fire[row, column]), ("storm", storm[row, column])):
                    labels[event] = "yes" if years[step] < year <= years[step + 1] else "no"
                grown = age[row, column]
                labels["stand_age"] = age_label(grown)
                values = [1, biomass[step, row, column], biomass[step + 1, row, column], np.nan_to_num(grown)]
            for label, share in inside:
                rows[label, step, frozenset(labels.items())] += [*(np.array(values) * share * area_m2[row]), 1]
    return rows


def found_rows(path):
    """The same of a tally file. Intervals that are one ("any") say nothing."""
    file, rows = netCDF4.Dataset(path), {}
    names = list(file["dimension_name"][:])
    sides, counts = ([int(each) for each in file["dimension_" + what][:]] for what in ("side", "count"))
    texts, firsts = list(file["label_text"][:]), [sum(counts[:d]) for d in range(len(counts))]
    ids, places, steps, cells = (np.asarray(file[each][:]) for each in ("region_id", "row_region", "row_pass", "row_cells"))
    high, low = (np.asarray(file["row_sum_" + half][:]).astype(object) for half in ("high", "low"))
    sums = ((high * 2**64 + low) / 2**30).astype(float)
    for k, key in enumerate(np.asarray(file["row_key"][:]).astype(object)):
        labels = {}
        for d in reversed(range(len(names))):
            key, value = divmod(key, counts[d])
            labels[names[d] + (" from", " to")[sides[d]] if names[d] == "class" else names[d]] = texts[firsts[d] + value]
            if texts[firsts[d] + 2] == "any":
                del labels[names[d]]
        assert key == 0
        place = ids[places[k]], int(steps[k]), frozenset(labels.items())
        assert place not in rows, place
        rows[place] = np.concatenate([sums[k], np.zeros(4 - len(sums[k])), [cells[k]]])
    return rows


def check_tally(name, result, polygons, area_m2):
    found, expected = found_rows(name + ".tally.nc"), expected_rows(name, polygons, area_m2)
    for place in sorted(set(found) ^ set(expected), key=str)[:5]:
        result.true(name + " rows", False, "%s: only in the %s" % (place, "tally" if place in found else "oracle"))
    result.true(name + " rows", set(found) == set(expected), "%d, expected %d" % (len(found), len(expected)))
    for place in set(found) & set(expected):
        result.check(name + " cells", found[place][4], expected[place][4], 0, what=str(place))
        for k in range(4 if name == "layers" else 1):
            result.check("%s sum %d" % (name, k), found[place][k], expected[place][k], 1e-9,
                         4e-9 * area_m2.max() * (1, 400, 400, 200)[k], what=str(place))


def check_inputs(name, result):
    """Every map of history and years, by its role, with the hash of its file."""
    file = netCDF4.Dataset(name + ".nc")
    told = {path: (role, digest) for path, role, digest in
            zip(file["input_path"][:], file["input_role"][:], file["input_sha256"][:])}
    history, years = JOBS[name]
    for year in history + years:
        path = "lc_%d.tif" % year
        with open(path, "rb") as raster:
            expected = "land_cover %d" % year, hashlib.sha256(raster.read()).hexdigest()
        result.true(name + " inputs", told.get(path) == expected, "%s: %s, expected %s" % (path, told.get(path), expected))


def check_volume(result, polygons, area_m2):
    """Stock volume of the forest without a raster of it: biomass over BCEF."""
    inventory, codes, biomass = oracle.Inventory("layers.nc"), stories(), events()[3]
    raster = oracle.Raster("lc_1985.tif")
    for label, parent, polygon in polygons:
        ha = oracle.shares(polygon, raster, 0, 0, WIDTH, HEIGHT) * area_m2[:, None] / 1e4
        for k, year in enumerate(JOBS["layers"][1]):
            forest = np.isin(codes[YEARS.index(year)], (1, 5))
            result.check("derived volume", inventory("forest_stock_volume", year=k, region=label),
                         np.sum(ha * forest * biomass[k]) / DENSITY_T_M3, 1e-8, 1e-3, what="%s %d" % (label, year))


def check():
    result, polygons = oracle.Agreement(), regions()
    area_m2 = oracle.Raster("lc_1985.tif").row_areas_m2()
    for name in JOBS:
        check_tally(name, result, polygons, area_m2)
    for name in ("annual", "gappy", "layers"):
        check_inputs(name, result)
    check_volume(result, polygons, area_m2)
    result.finish()


def run(command, *words):
    done = subprocess.run([os.environ["SINKCALC"], command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stderr.decode()


FAULTS = [  # file, its text (None: it is away), what `check` says of it
    ("lc_1990.tif", None, ["lc_1990.tif"]),
    ("harvest.csv", None, ["harvest.csv"]),
    ("accuracy.csv", None, ["accuracy.csv"]),
    ("harvest.csv", HARVEST.replace("02,2010", "02,20l0"), ['harvest.csv:3: year "20l0", expected a whole number']),
    ("harvest.csv", HARVEST.replace("1200", "-3"), ['harvest.csv:2: volume_m3 "-3", expected a number from 0']),
    ("harvest.csv", HARVEST.replace("2004", "2003"), ['harvest.csv:4: region "01" has forest in 2003 in line 2 too']),
    ("harvest.csv", HARVEST.replace("30,forest", "30,forst"), ['harvest.csv:4: class "forst"', 'did you mean "forest"?']),
    ("harvest.csv", HARVEST.replace("volume_m3", "volume"), ['harvest.csv:1: column "volume"']),
    ("harvest.csv", HARVEST.replace("02,", "2,"), ['harvest.csv:3: region "2"', "regions.gpkg"]),
    ("harvest.csv", HARVEST + "01,2005\n", ["harvest.csv:5"]),
    ("accuracy.csv", ACCURACY.replace("map,", "class,"), ['accuracy.csv:1: ']),
    ("accuracy.csv", ACCURACY.replace("4,80", "4,8.5"), ['accuracy.csv:3: ', '"8.5"']),
    ("accuracy.csv", ACCURACY.replace("\nwetland", "\nwetlnd"), ['accuracy.csv:5: ', '"wetlnd"', 'did you mean "wetland"?']),
    ("accuracy.csv", ACCURACY.replace("\nwetland", "\nforest"), ["accuracy.csv:5: "]),
    ("accuracy.csv", ACCURACY.replace(",settlement\n", "\n"), ["accuracy.csv"])]


def faults():
    code, said = run("check", "--quiet", "layers.yml")
    wrong = [] if code == 0 else ["the good job: " + said]
    for name, text, expected in FAULTS:
        shutil.move(name, "kept")
        if text is not None:
            with open(name, "w") as file:
                file.write(text)
        code, said = run("check", "--quiet", "layers.yml")
        if code != 3 or any(each not in said for each in expected):
            wrong.append("%s: exit code %d, %s; expected 3, %s" % (name, code, said.strip(), expected))
        shutil.move("kept", name)
    print("%d faults, %d not told" % (len(FAULTS), len(wrong)))
    sys.exit("\n".join(wrong) or None)


{"make": make, "check": check, "faults": faults}[sys.argv[1]]()
