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
    known='skipped variable\|definition for region_\|_name can.t be assigned'
    if grep -v "^Warning (cdf[A-Za-z_]*): .*\($known\)" err >other; then
        fail "cdo $*: $(cat other)"
    fi
    [ -s out ] || fail "cdo $*: no output"
}
cdo_reads infon $inventory
for name in total_carbon_stock forest_area area carbon_stock net_removal; do
    grep -q " $name *$" out || fail "cdo infon does not show $name"
done
cdo_reads outputtab,name,date,lon,lat,lev,value -selname,forest_area $inventory
[ "$(grep -c '^ *forest_area ' out)" = 34 ] || fail "cdo outputtab: $(cat out)"

quiet ogrinfo -ro -al -so $inventory
cp out summary
grep -q '^Geometry: .*Polygon' summary || fail "ogrinfo shows no polygons: $(cat summary)"
for field in region_id region_name; do
    grep -q "^$field: String" summary || fail "ogrinfo shows no $field"
done
quiet ogrinfo -ro -al $inventory

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

# The same bytes.
cp $inventory first.nc
"$SINKCALC" run --quiet landscape/job.yml
cmp first.nc $inventory
for threads in 1 2 3 7; do
    "$SINKCALC" run --quiet --threads $threads landscape/job.yml -o $threads.nc
    cmp first.nc $threads.nc
    "$SINKCALC" tally --quiet --threads $threads landscape/job.yml -o tally$threads.nc
    cmp tally1.nc tally$threads.nc
done
"$SINKCALC" account --quiet tally1.nc -o halves.nc
cmp first.nc halves.nc
"$SINKCALC" run --json landscape/job.yml >summary.json
/usr/bin/python3 -c 'import json; json.load(open("summary.json"))'
