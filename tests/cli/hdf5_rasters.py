"""A netCDF-4 raster whose cells lie elsewhere, or whose groups have no end; for the cases of confine.py and faults.py."""
import os

import h5py
from osgeo import gdal

from faults import cells, write_raster


def elsewhere(kind, is_pipe=False):
    """The cells of soil.nc, netCDF-4, lie in another file by a means of HDF5, which GDAL does not list; as a pipe it makes
    whoever opens it wait for ever."""
    def change(folder):
        os.remove(folder + "/soil.nc")
        write_raster(folder + "/soil.nc", cells(7) * 30.0, gdal.GDT_Float32, -1, driver="netCDF", options=("FORMAT=NC4",))
        outside = folder + "/../soil.h5"
        with h5py.File(folder + "/soil.nc", "r+") as file:
            band = file["Band1"]
            values, attributes, scales = band[:], dict(band.attrs), [scale.values()[0] for scale in band.dims]
            if kind == "soft link":
                file["again"] = h5py.SoftLink("/x")
                return
            del file["Band1"]
            with h5py.File(outside, "w") as source:
                source["x"] = values
            values.tofile(folder + "/../soil.raw")
            if kind == "virtual":
                layout = h5py.VirtualLayout(shape=values.shape, dtype="f4")
                layout[:] = h5py.VirtualSource("../soil.h5", "x", shape=values.shape)
                band = file.create_virtual_dataset("Band1", layout)
            elif kind == "storage":
                band = file.create_dataset("Band1", values.shape, "f4", external=[("../soil.raw", 0, values.nbytes)])
            elif kind == "link":
                file["Band1"] = h5py.ExternalLink("../soil.h5", "x")
            elif kind == "deep link":
                file["inner/one"] = h5py.ExternalLink("../soil.h5", "x")
                file["Band1"] = h5py.SoftLink("/inner/one")
            elif kind == "cycle":
                file["inner/inner"] = file["/"]
            else:
                for depth in range(7):  # 8^7 ways to the last
                    for number in range(8):
                        file["%d/%d" % (depth, number)] = file.require_group(str(depth + 1))
            if kind in ("virtual", "storage"):
                for name in ("grid_mapping", "_FillValue"):
                    band.attrs[name] = attributes[name]
                for dimension, scale in zip(band.dims, scales):
                    dimension.attach_scale(scale)
        if is_pipe:
            os.remove(outside)
            os.mkfifo(outside)
    return change


def cut_netcdf4(folder):
    elsewhere("soft link")(folder)
    os.truncate(folder + "/soil.nc", 3000)
