"""The demo's inventory, copies of it that lack something, and one with many more regions."""
import netCDF4
import numpy as np

DATA = netCDF4.Dataset("demo/inventory.nc")


def changed(path, without=(), change=None, attributes=None):
    """A copy of the demo's inventory without some variables, with others changed."""
    source, target = DATA, netCDF4.Dataset(path, "w")
    target.setncatts({name: source.getncattr(name) for name in source.ncattrs()})
    target.setncatts(attributes or {})
    for name, dimension in source.dimensions.items():
        target.createDimension(name, None if dimension.isunlimited() else len(dimension))
    source.set_auto_mask(False)
    for name, variable in source.variables.items():
        if name in without:
            continue
        names = variable.ncattrs()
        made = target.createVariable(name, variable.dtype, variable.dimensions,
                                     fill_value=variable.getncattr("_FillValue") if "_FillValue" in names else None)
        made.setncatts({each: variable.getncattr(each) for each in names if each != "_FillValue"})
        if name == "time" or variable.dimensions:
            made[:] = (change or {}).get(name, lambda values: values)(variable[:])
    target.close()
    return path


def many(path, copies):
    """The demo's regions that many times, beside one another."""
    target = netCDF4.Dataset(path, "w")
    target.setncatts({name: DATA.getncattr(name) for name in DATA.ncattrs()})
    DATA.set_auto_mask(False)
    grown = ("region", "part", "node")
    for name, dimension in DATA.dimensions.items():
        target.createDimension(name, None if dimension.isunlimited() else len(dimension) * (copies if name in grown else 1))
    for name, variable in DATA.variables.items():
        names = variable.ncattrs()
        made = target.createVariable(name, variable.dtype, variable.dimensions,
                                     fill_value=variable.getncattr("_FillValue") if "_FillValue" in names else None)
        made.setncatts({each: variable.getncattr(each) for each in names if each != "_FillValue"})
        if not variable.dimensions:
            continue
        parts = [variable[:]] * (copies if variable.dimensions[-1] in grown else 1)
        if name in ("region_id", "region_parent"):
            parts = [np.array([each and "%02d.%s" % (i, each) for each in part], dtype=object) for i, part in enumerate(parts)]
        if name == "node_lon":
            parts = [part + 0.3 * i for i, part in enumerate(parts)]
        made[:] = np.concatenate(parts, axis=-1)
    target.close()
    return path
