#!/bin/sh
# The inventory of the demo is read without a complaint by ncdump, CDO, NCO, xarray and ogrinfo, its units are units of
# UDUNITS, and it has the same bytes again, for any number of threads, and in two halves.
set -eu
fail() {
    echo "$*" >&2
    exit 1
}
# quiet COMMAND...: must succeed and say nothing on stderr; what it prints is in `out`.
quiet() {
    "$@" >out 2>err || fail "$*: exit code $?: $(cat err)"
    [ ! -s err ] || fail "$*: $(cat err)"
}
"$SINKCALC" demo landscape >/dev/null
"$SINKCALC" run --quiet landscape/job.yml
inventory=landscape/inventory.nc

quiet ncdump $inventory
[ "$(grep -c '^ region_id = ' out)" = 1 ] || fail "ncdump shows no region_id"
quiet ncdump -h -s $inventory
quiet ncks -O -v total_carbon_stock $inventory carbon.nc
quiet ncks -m $inventory
quiet ncwa -O -C -a region -v forest_area $inventory mean.nc # without -C, NCO 5.1.4 crashes on the mean of the labels
quiet ncrcat -O $inventory $inventory twice.nc

# CDO leaves out labels and variables of four dimensions, with a warning for each: the only words it may say.
cdo_reads() {
    cdo -s "$@" >out 2>err || fail "cdo $*: exit code $?: $(cat err)"
    known='skipped variable\|definition for region_\|Coordinates variable [a-z_]*_\(name\|overlay\|value\) can.t be assigned'
    if grep -v "^Warning (cdf[A-Za-z_]*): .*\($known\)" err >other; then
        fail "cdo $*: $(cat other)"
    fi
    [ -s out ] || fail "cdo $*: no output"
}
cdo_reads infon $inventory
for name in total_carbon_stock forest_area area carbon_stock net_removal net_removal_se land_use_area report_net_removal \
    methane_emission soil_flux area_corrected total_net_removal_upper removal_value_central memo_karst_sink; do
    grep -q " $name *$" out || fail "cdo infon does not show $name"
done
cdo_reads sinfo $inventory
cdo_reads outputtab,name,date,lon,lat,lev,value -selname,forest_area $inventory
[ "$(grep -c '^ *forest_area ' out)" = 34 ] || fail "cdo outputtab: $(cat out)"

quiet ogrinfo -ro -al -so $inventory
cp out summary
grep -q '^Geometry: .*Polygon' summary || fail "ogrinfo shows no polygons: $(cat summary)"
for field in region_id region_name; do
    grep -q "^$field: String" summary || fail "ogrinfo shows no $field"
done
for field in last_total_net_removal planting_area planting_gain region_area; do
    grep -q "^$field: Real" summary || fail "ogrinfo shows no $field: $(cat summary)"
done
quiet ogrinfo -ro -al $inventory

# All that CDO can select it reads as it is: every number on at most three dimensions, the regions last.
names=$(/usr/bin/python3 -c '
import sys, netCDF4
for name, variable in netCDF4.Dataset(sys.argv[1]).variables.items():
    of = variable.dimensions
    if variable.dtype == float and of[-1:] == ("region",) and (of[:1] == ("time",) and len(of) < 4 or len(of) < 3) \
            and name not in ("lat", "lon"):
        print(name)' $inventory)
[ "$(echo "$names" | wc -l)" -ge 60 ] || fail "few variables for CDO: $names"
cdo -s selname,$(echo $names | tr ' ' ,) $inventory selected.nc 2>err || fail "cdo selname: $(cat err)"

# The file of one region is read alike.
mkdir landscape/regions
sed -e 's/# per_region: /per_region: /' -e 's/inventory: inventory.nc/inventory: all.nc/' landscape/job.yml >landscape/each.yml
"$SINKCALC" run --quiet landscape/each.yml
quiet ogrinfo -ro -al -so landscape/regions/033101.nc
grep -q '^Feature Count: 1$' out || fail "the file of a region: $(cat out)"
cdo_reads infon landscape/regions/033101.nc

# Files of several runs go together along time. Their evidence differs, so that CDO is told what to take.
for year in 2020 2025; do
    sed -e "s/^years:.*/years: [$year]/" -e "s/inventory.nc/$year.nc/" -e '/^history:/d' -e '/^disturbances:/,/^ /d' \
        -e '/^methods:/d' -e '/^harvest:/d' -e '/^value:/,/^    high:/d' landscape/job.yml >landscape/$year.yml
    "$SINKCALC" run --quiet landscape/$year.yml
done
quiet ncrcat -O landscape/2020.nc landscape/2025.nc joined.nc
cdo -s -O mergetime -selname,area,carbon_stock landscape/2020.nc -selname,area,carbon_stock landscape/2025.nc merged.nc 2>err ||
    fail "cdo mergetime: $(cat err)"

/usr/bin/python3 - $inventory <<'END'
import ctypes
import sys
import warnings

import netCDF4
import numpy as np
import xarray
from osgeo import ogr

warnings.simplefilter("error")
warnings.filterwarnings("ignore", category=DeprecationWarning)
path = sys.argv[1]

with xarray.open_dataset(path) as data:
    data.load()
    regions = list(data.region_id.values)
    assert regions[0] == "03" and len(regions) == 17, regions
    assert [str(time)[:4] for time in data.time.values] == ["2020", "2025"]
    table = data.total_carbon_stock.to_dataframe()
    assert np.isfinite(table.total_carbon_stock).all()
    assert np.allclose(data.carbon_stock.sum("pool"), data.total_carbon_stock, rtol=1e-12)
    names = list(data.region_name.values)

    assert np.allclose(data.land_use_net_removal.sum(("land_use", "pool"))[1], data.total_net_removal[1])
    assert np.allclose(data.net_removal_by_cover.sum(("cover", "pool"))[1], data.total_net_removal[1])
    for name in ("report_overlay", "report_value", "land_use_name", "biomass_source", "total_net_removal_driver"):
        assert data[name].dtype == object and str(data[name].values.flat[0]), name
    for name, variable in data.variables.items():
        for other in variable.attrs.get("ancillary_variables", "").split():
            assert data[other].dims == variable.dims and data[other].attrs["units"] == variable.attrs["units"], (name, other)
    assert len(data.total_net_removal.ancillary_variables.split()) == 4  # with the mean of the draws

# What CDO wrote.
with netCDF4.Dataset(path) as file, netCDF4.Dataset("selected.nc") as selected:
    count = 0
    for name, variable in file.variables.items():
        if name in selected.variables and variable.dimensions[-1:] == ("region",):
            expected, found = variable[:].filled(np.nan), selected[name][:].filled(np.nan)
            assert np.array_equal(expected.squeeze(), found.squeeze(), equal_nan=True), name
            count += 1
    assert count >= 60, count

# Two files as one: the tables of evidence are left out, which may differ in length.
def without_evidence(data):
    return data.drop_dims([name for name in ("factor", "input", "note", "check", "tally_byte") if name in data.dims])

parts = [without_evidence(xarray.open_dataset("landscape/%d.nc" % year)) for year in (2020, 2025)]
joined = xarray.combine_nested(parts, "time", data_vars="minimal", coords="minimal", compat="override")
assert joined.carbon_stock.shape == (2,) + parts[0].carbon_stock.shape[1:], joined.carbon_stock.shape
for name in ("joined.nc", "merged.nc"):
    with xarray.open_dataset(name) as other:
        assert np.array_equal(np.squeeze(other.carbon_stock.values), joined.carbon_stock.values), name

# As polygons: one feature for each region, of about the area that the inventory says.
ogr.UseExceptions()
outlines = ogr.Open(path)
found = {feature["region_id"]: feature for feature in outlines.GetLayer(0)}
assert sorted(found) == sorted(regions), sorted(found)
file = netCDF4.Dataset(path)
for i, region in enumerate(regions):
    assert found[region]["region_name"] == names[i]
    geometry = found[region].GetGeometryRef()
    if region.endswith("~rest"):
        continue  # what no child covers has no outline
    assert geometry.IsValid() and geometry.GetGeometryName() in ("POLYGON", "MULTIPOLYGON"), region
    middle = np.cos(np.radians(geometry.Centroid().GetY()))
    hectares = geometry.GetArea() * 111132.0 * 111320.0 * middle / 1e4
    assert abs(hectares / file["region_area"][i] - 1) < 0.02, (region, hectares, file["region_area"][i])

# Units, by the library that defines them.
udunits = ctypes.CDLL("libudunits2.so.0")
udunits.ut_read_xml.restype = udunits.ut_parse.restype = ctypes.c_void_p
udunits.ut_parse.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
udunits.ut_is_dimensionless.argtypes = [ctypes.c_void_p]
udunits.ut_set_error_message_handler(ctypes.cast(udunits.ut_ignore, ctypes.c_void_p))
system = udunits.ut_read_xml(None)
assert system and not udunits.ut_parse(system, b"no unit at all", 0)
count = 0
for name, variable in file.variables.items():
    units = getattr(variable, "units", None)
    if units is None:
        assert variable.dtype is str or "region" not in variable.dimensions or name in ("region_kind", "region_level"), \
            "%s has no units" % name
        continue
    assert udunits.ut_parse(system, units.encode(), 0), "%s: units %r are none of UDUNITS" % (name, units)
    count += 1
assert count > 30
for name, units in (("area", "ha"), ("carbon_stock", "t"), ("net_removal", "t yr-1"), ("stock_volume", "m3"),
                    ("soil_carbon_density", "kg m-2")):
    assert file[name].units == units, (name, file[name].units)
print("%d units, %d regions" % (count, len(regions)))
END

# INVENTORY.md names every variable and attribute of ours; endings of what is uncertain stand for themselves.
"$SINKCALC" tally --quiet landscape/job.yml -o landscape/tally.nc
/usr/bin/python3 - $inventory landscape/tally.nc "$SINK_SOURCE/pipelines/INVENTORY.md" <<'END'
import re
import sys

import netCDF4

told = set(re.findall("`([a-zA-Z0-9_<>]+)`", open(sys.argv[3]).read()))
endings = re.compile("(_se|_lower|_upper|_draws_mean)$")
for path in sys.argv[1:3]:
    with netCDF4.Dataset(path) as file:
        names = list(file.dimensions) + [name for name in file.ncattrs() if name.startswith("sinkcalc_")]
        names += [name if name in told else endings.sub("", name) for name in file.variables]
        missing = sorted(name for name in names if name not in told and "_target_" not in name)
        assert not missing, "INVENTORY.md does not tell of %s" % missing
END

# The tally in the inventory is the tally file.
/usr/bin/python3 -c 'import netCDF4, sys; open("taken.nc", "wb").write(netCDF4.Dataset(sys.argv[1])["tally"][:].tobytes())' $inventory
cmp taken.nc landscape/tally.nc

# The same bytes.
cp $inventory first.nc
"$SINKCALC" run --quiet --overwrite landscape/job.yml
cmp first.nc $inventory
for threads in 1 2 3 7; do
    "$SINKCALC" run --quiet --threads $threads landscape/job.yml -o $threads.nc
    cmp first.nc $threads.nc
    "$SINKCALC" tally --quiet --threads $threads landscape/job.yml -o tally$threads.nc
    cmp tally1.nc tally$threads.nc
done
"$SINKCALC" account --quiet tally1.nc -o halves.nc
cmp first.nc halves.nc
"$SINKCALC" run --json --overwrite landscape/job.yml >summary.json
/usr/bin/python3 - <<'END'
import json

region = json.load(open("summary.json"))["regions"][0]
assert len(region["years"]) == 2 and region["years"][1]["net_sink_lower_tco2_yr"] < region["years"][1]["net_sink_upper_tco2_yr"]
for section in ("by_class", "by_land_use", "by_overlay", "others", "value", "carbon_drivers", "sink_drivers"):
    assert region[section], section
for section in ("by_class", "by_land_use", "by_overlay"):
    total = sum(row["net_sink_tco2_yr"] for row in region[section])
    assert abs(total / region["years"][1]["net_sink_tco2_yr"] - 1) < 1e-9, (section, total)
END
