"""The same job in environments that would change values or run code of others: options of GDAL, PROJ and HDF5 from files and
variables, another locale, another time zone, few threads, a home that cannot be written.

Each gives the bytes of the plain run, or a clean refusal where the libraries lack what they need; the planted code leaves
no mark."""
import os
import shutil
import stat
import subprocess
import sys

from faults import write_good, write_text

HERE = os.getcwd()
MARK = HERE + "/mark"
PLANT = """#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void plant(void) { FILE *file = fopen("%s", "w"); if (file) fclose(file); }
const void *H5PLget_plugin_info(void) { return NULL; }
int H5PLget_plugin_type(void) { return 0; }
void GDALRegisterMe(void) { fopen("%s", "w"); }
"""
RC = """[configoptions]
GDAL_VRT_ENABLE_PYTHON=YES
GDAL_PAM_ENABLED=YES
GTIFF_POINT_GEO_IGNORE=YES
GDAL_DRIVER_PATH=%s/plugins
CPL_DEBUG=ON
"""
PYTHON = "def nothing(*arguments):\n    open(%r, 'w').close()\n" % MARK


def prepare():
    os.makedirs(HERE + "/home/.gdal")
    os.makedirs(HERE + "/plugins")
    os.makedirs(HERE + "/empty")
    write_text(HERE + "/home/.gdal/gdalrc", RC % HERE)
    write_text(HERE + "/gdalrc", RC % HERE)
    write_text(HERE + "/plugins/sitecustomize.py", PYTHON)
    write_text(HERE + "/plant.c", PLANT % (MARK, MARK))
    subprocess.run(["cc", "-shared", "-fPIC", "-w", "-o", HERE + "/plugins/gdal_plant.so", HERE + "/plant.c"], check=True)
    shutil.copy(HERE + "/plugins/gdal_plant.so", HERE + "/plugins/libh5plant.so")
    os.chmod(HERE + "/home", stat.S_IRUSR | stat.S_IXUSR)


# The names and the environments; True where the libraries may refuse.
ENVIRONMENTS = [
    ("a home with a gdalrc that cannot be written", {"HOME": HERE + "/home", "XDG_CONFIG_HOME": HERE + "/home"}, False),
    ("a file of options for GDAL", {"GDAL_CONFIG_FILE": HERE + "/gdalrc"}, False),
    ("Python in VRTs", {"GDAL_VRT_ENABLE_PYTHON": "YES", "PYTHONPATH": HERE + "/plugins", "PYTHONSO": HERE + "/plugins/gdal_plant.so"}, False),
    ("drivers of others for GDAL", {"GDAL_DRIVER_PATH": HERE + "/plugins", "OGR_DRIVER_PATH": HERE + "/plugins"}, False),
    ("filters of others for HDF5", {"HDF5_PLUGIN_PATH": HERE + "/plugins", "HDF5_PLUGIN_PRELOAD": HERE + "/plugins/libh5plant.so"}, False),
    ("options that change values", {"GTIFF_POINT_GEO_IGNORE": "YES", "GDAL_PAM_ENABLED": "YES", "OGR_ENABLE_PARTIAL_REPROJECTION": "YES",
                                    "OSR_DEFAULT_AXIS_MAPPING_STRATEGY": "AUTHORITY_COMPLIANT", "GDAL_GEOREF_SOURCES": "WORLDFILE,PAM",
                                    "GDAL_NUM_THREADS": "8", "GDAL_CACHEMAX": "1", "CPL_DEBUG": "ON", "CENTER_LONG": "180"}, False),
    ("PROJ that asks the network", {"PROJ_NETWORK": "ON", "PROJ_NETWORK_ENDPOINT": "http://127.0.0.1:1/"}, False),
    ("PROJ without its database", {"PROJ_DATA": HERE + "/empty", "PROJ_LIB": HERE + "/empty"}, True),
    ("GDAL without its tables", {"GDAL_DATA": HERE + "/empty"}, False),
    ("a German locale", {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "LC_NUMERIC": "de_DE.UTF-8"}, False),
    ("the locale C", {"LC_ALL": "C"}, False),
    ("another time zone", {"TZ": "Pacific/Kiritimati"}, False),
    ("one thread", {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}, False),
    ("threads that wait and nest", {"OMP_NUM_THREADS": "7,3", "OMP_DYNAMIC": "true", "OMP_SCHEDULE": "static,1", "OMP_NESTED": "true"}, False),
    ("a small stack of threads", {"OMP_STACKSIZE": "256K"}, False),
    ("memory filled with noise", {"MALLOC_PERTURB_": "165", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}, False),
    ("nothing at all", None, False),
]


def run(folder, environment):
    of_sanitizers = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    environment = of_sanitizers if environment is None else {**os.environ, **environment}
    done = subprocess.run([os.environ["SINKCALC"], "run", "--quiet", "--threads=3", "job.yml"], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    path = folder + "/out.nc"
    result = None
    if os.path.exists(path):
        with open(path, "rb") as file:
            result = file.read()
        os.remove(path)
    return done.returncode, done.stderr.decode("utf-8", "replace"), result


def main():
    write_good(HERE + "/good")
    prepare()
    code, said, plain = run(HERE + "/good", {})
    if code != 0:
        sys.exit("the plain run: " + said)
    failed = 0
    for name, environment, may_refuse in ENVIRONMENTS:
        code, said, result = run(HERE + "/good", environment)
        found = []
        if os.path.exists(MARK):
            found.append("planted code ran")
            os.remove(MARK)
        if code != 0 and not (may_refuse and code in (2, 3, 4) and result is None and said.startswith("sinkcalc: ")):
            found.append("exit code %d: %s" % (code, said[:300]))
        if code == 0 and result != plain:
            found.append("other bytes")
        failed += bool(found)
        print("%s  %s%s" % ("FAILED" if found else "ok    ", name, ": " + "; ".join(found) if found else ": refused" if code else ""))
    print("%d environments, %d failed" % (len(ENVIRONMENTS), failed))
    sys.exit(1 if failed else 0)


main()
