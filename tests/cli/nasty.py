"""Runs sinkcalc over every row of the nasty set (its README.md and MANIFEST.csv) and judges it by the manifest.

The rows that end otherwise than the manifest says stand in one table, EXCEPTIONS in nasty_common.py."""
import multiprocessing
import os
import sys

import nasty_common as common
import nasty_files
import nasty_packages
import nasty_rasters
import nasty_regions


MODULES = {"files": nasty_files, "rasters": nasty_rasters, "regions": nasty_regions, "packages": nasty_packages}


def work(name):
    """All that a module finds, row by row: id, whether the program refused it, faults, what was said."""
    return list(MODULES[name].judge())


def report(name, refused, found, said):
    first = said.decode("utf-8", "replace").strip().splitlines()[:1]
    print("%s %-4s %s: %s" % ("FAILED" if found else "ok    ", name, "refused" if refused else "accepted",
                              first[0][:200] if first else ""))
    for fault in found:
        print("        " + fault)
    if found:
        print("        | " + said.decode("utf-8", "replace").strip()[:2000].replace("\n", "\n        | "))


def main():
    expected = {row["id"]: row for row in common.rows("raster", "vector", "table", "job", "netcdf", "package")}
    seen, failed = {}, 0
    with multiprocessing.Pool(min(len(MODULES), os.cpu_count())) as pool:
        for results in pool.imap(work, MODULES, chunksize=1):
            for name, refused, found, said in results:
                report(name, refused, found, said)
                failed += bool(found)
                seen[name] = refused
    for name in sorted(set(expected) ^ set(seen)):
        print("FAILED %s: not run, or no row" % name)
        failed += 1
    other = [name for name, refused in seen.items() if name in common.EXCEPTIONS]
    for name in sorted(other):
        print("%s: the manifest says %s; %s: %s" % (name, expected[name]["expect"],
                                                    "refused" if seen[name] else "accepted", common.EXCEPTIONS[name][1]))
    refused = sum(seen.values())
    print("%d rows: %d refused, %d accepted, %d with another outcome than the manifest says and why; %d failed"
          % (len(seen), refused, len(seen) - refused, len(other), failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
