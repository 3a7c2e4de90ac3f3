"""Records what a netCDF file says for the fuzz targets (nc_image.h): nc_record.py FILE.nc IMAGE [STEP].

With STEP only every so many-th row of a tally is kept, no outline, and little of a tally in an inventory, so that images
stay small.
"""
import struct
import sys

import netCDF4
import numpy

TYPES = {"i4": 4, "f8": 6, "u4": 9, "i8": 10, "u8": 11, "i1": 1, "u1": 7}
STOPS = {"part": 0, "node": 0, "tally_byte": 256}
STEPPED = {"row", "block"}


def name(text):
    return text.encode() + b"\0"


def data_of(values):
    if values.dtype == object or values.dtype.kind == "U":
        return 12, b"\0".join(str(text).encode() for text in values.ravel())
    return TYPES[values.dtype.str[1:]], values.tobytes()


def attributes(kind, of):
    for key in of.ncattrs():
        value = of.getncattr(key)
        if isinstance(value, str):
            kind_of, data = 2, value.encode()
            if key == "sinkcalc_digest":
                data = b"0" * 64
        else:
            kind_of, data = 6, numpy.atleast_1d(value).astype("f8").tobytes()
        yield kind + bytes([kind_of]) + name(key) + struct.pack("=I", len(data)) + data


def record(source, step):
    kept = {}
    for dimension in source.dimensions.values():
        stop = STOPS.get(dimension.name) if step > 1 else None
        kept[dimension.name] = slice(0, stop, step if dimension.name in STEPPED else 1)
        length = len(range(*kept[dimension.name].indices(len(dimension))))
        yield b"d" + name(dimension.name) + struct.pack("=I", length)
    yield from attributes(b"a", source)
    for variable in source.variables.values():
        variable.set_auto_maskandscale(False)
        values = numpy.asarray(variable[tuple(kept[d] for d in variable.dimensions)] if variable.ndim else variable[...])
        if variable.name == "region_part_count" and step > 1:
            values = numpy.zeros_like(values)
        kind, data = data_of(values)
        yield (b"v" + bytes([kind, variable.ndim]) + b"".join(map(name, variable.dimensions)) + name(variable.name)
               + struct.pack("=I", len(data)) + data)
        yield from attributes(b"w", variable)
    for group in source.groups.values():
        yield b"g" + name(group.name)
        yield from record(group, step)


with netCDF4.Dataset(sys.argv[1]) as source, open(sys.argv[2], "wb") as image:
    for part in record(source, int(sys.argv[3]) if len(sys.argv) > 3 else 1):
        image.write(part)
