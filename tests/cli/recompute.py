"""The account again, cell by cell, without anything of sinkcalc but its tables: shares of cells and their areas from
oracle.py, the factors by a resolver of its own, the equations of METHODS.md for each cell alone, sums by NumPy.
`recompute.py JOB...` runs the jobs named below on the landscape of `sinkcalc demo` and compares every figure."""
import json
import os
import subprocess
import sys
import time

import netCDF4
import numpy as np

import recompute_data
from recompute_account import account_of
from recompute_figures import figures_of
from recompute_job import Job
from recompute_uncertainty import add_errors, draws_of

IS_SANITIZED = "/asan/" in os.environ["SINKCALC"] or "/tsan/" in os.environ["SINKCALC"]
# Changes are measured by the stocks.
SCALES = {"net_removal": "carbon_stock", "total_net_removal": "total_carbon_stock",
          "net_removal_by_stock_difference": "carbon_stock", "net_removal_by_gain_loss": "carbon_stock",
          "method_difference": "carbon_stock",
          "net_removal_by_cover": "carbon_stock_by_cover", "land_use_net_removal": "total_carbon_stock",
          "greenhouse_gas_balance": "total_carbon_stock", "report_net_removal": "report_carbon_stock",
          "one_date_stock_change": "carbon_stock", "potential_biomass_gain": "total_carbon_stock",
          "planting_gain": "total_carbon_stock", "soil_flux": "carbon_stock_by_cover"}


def add_targets(job, f, is_top):
    targets = job.job.get("targets", {"forest_coverage": {"2030": "25 %"}, "forest_stock_volume": {"2030": "19e9 m3"}})
    for kind, years in targets.items() if targets != "none" else ():
        for year, text in years.items():
            number, unit = text.split()
            target = float(number) / (100 if unit == "%" else 1)
            value = np.where(is_top, f.get(kind, np.nan), np.nan) + 0 * f["forest_area"]
            left = int(year) - np.array(job.years, float)[:, None]
            rate = np.where(value < target, (target - value) / np.where(left > 0, left, np.nan), 0 * value)
            f.update({"%s_target_%s_%s" % (kind, year, word): figure for word, figure in
                      (("reached", value / target), ("gap", target - value), ("rate_needed", rate))})


def differences(name, found, expected, f):
    """How far figures are apart: of themselves, or of a millionth of the largest of their kind; changes are measured by
    the stocks."""
    if name.endswith("pixel_count"):  # a share below 2^-30 may be none
        off = np.where(np.abs(found - expected) <= 2, 0, np.abs(found - expected))
    else:
        stock = np.abs(f[SCALES.get(name, name)])
        scale = 1e-6 * np.max(stock, initial=1e-12, where=~np.isnan(stock))
        for end in ("_lower", "_upper"):  # bounds are measured by what they are bounds of
            scale = np.maximum(scale, f[name[:-6] + "_se"]) if name.endswith(end) else scale
        off = np.abs(found - expected) / np.maximum(np.abs(expected), scale)
    return np.where(np.isnan(found) & np.isnan(expected), 0, np.where(np.isnan(off), np.inf, off))


ERRORS = ("_se", "_lower", "_upper", "_corrected", "_driver_share")


def figures_told(file):
    """Names of the figures of an inventory, and of those that tell errors."""
    told = {name for name, variable in file.variables.items() if "region" in variable.dimensions and
            variable.dtype == "f8" and not name.startswith("last_") and name not in ("region_area", "lat", "lon")}
    return {name for name in told if not name.endswith(ERRORS)}, {name for name in told if name.endswith(ERRORS)}


def compare(job, path, leave, within, errors):
    """The worst difference of a figure, and those that are further apart than `within`; errors of figures, if asked for,
    to 1e-5."""
    worst, faults = 0.0, []
    with netCDF4.Dataset(path) as file:
        names, ids, kinds = list(file["cover_name"][:]), list(file["region_id"][:]), file["region_kind"][:]
        has_reports = "report_value" in file.variables
        reports = list(zip(file["report_overlay"][:], file["report_value"][:])) if has_reports else []
        at, total = [job.regions.order[name] for name in ids], account_of(job, names, reports, errors)
        f = figures_of(job, total, names, at)
        add_targets(job, f, np.isin(ids, list(job.regions.top)))
        for name in ("pixel_count", "no_class_pixel_count", "unknown_class_pixel_count"):
            f[name][..., kinds != 0] = np.nan
        for name in [name for name in file.variables if name.startswith("last_")]:
            if not np.ma.allequal(file[name][:], file[name[5:]][-1]):
                faults.append(name + ": is not the last year of " + name[5:])
        for name in set(job.regions.order) - set(ids):
            if job.weights[job.regions.order[name]].any():
                faults.append("region %s: absent" % name)
        told, told_errors = figures_told(file)
        faults += ["%s: expected in one, found in the other" % name for name in sorted(told ^ set(f))]
        if errors:
            add_errors(job, total, names, at, f)
            faults += ["%s: expected in one, found in the other" % name for name in sorted((told | told_errors) ^ set(f))]
        for name in sorted((told | told_errors) & set(f) - set(leave)):
            found, expected = np.ma.filled(file[name][:].astype(float), np.nan), f[name]
            off = differences(name, found, expected, f)
            place, most = np.unravel_index(np.argmax(off), off.shape), 1e-5 if name in told_errors else within
            worst = max(worst, off[place] * within / most)
            if off[place] > most:
                faults.append("%s%s: %.12g, expected %.12g (%d of %d)" % (
                    name, list(map(int, place)), found[place], expected[place], (off > most).sum(), off.size))
    return worst, faults


def differing(path, other):
    """The figures in which two inventories differ: the first line is to be the job of the demo."""
    with netCDF4.Dataset(path) as a, netCDF4.Dataset(other) as b:
        return ["%s: job.yml has another" % name for name in sorted(figures_told(a)[0] ^ figures_told(b)[0])] + [
            "%s: job.yml gives another" % name for name in sorted(figures_told(a)[0] & figures_told(b)[0])
            if not np.array_equal(np.ma.filled(a[name][:], np.nan), np.ma.filled(b[name][:], np.nan), equal_nan=True)]


def compare_draws(job, path, count):
    """What many draws say against fewer of Python's own: means, standard deviations and quantiles within five times the
    error of sampling both (for quantiles the score interval of Wilson 1927: few draws lie beyond them)."""
    faults = []
    with netCDF4.Dataset(path) as file:
        names, at = list(file["cover_name"][:]), [job.regions.order[name] for name in file["region_id"][:]]
        for name, draws in draws_of(job, account_of(job, names, [], True), names, at, 2500).items():
            mean, sd, low, high = (np.ma.filled(file["%s_%s" % (name, end)][:], np.nan) for end in
                                   ("draws_mean", "se", "lower", "upper"))
            spread, sampling = draws.std(-1, ddof=1), np.sqrt(1 / count + 1 / draws.shape[-1])
            spread = np.where((np.ptp(draws, -1) == 0) & (draws[..., 0] != 0), np.nan, spread)  # no error is known
            with np.errstate(invalid="ignore", divide="ignore"):
                tails = ((draws - draws.mean(-1, keepdims=True)) ** 4).mean(-1) / spread ** 4
                faults += off_by("%s_draws_mean" % name, mean, draws.mean(-1), 5 * np.nan_to_num(spread) * sampling)
                faults += off_by("%s_se" % name, sd, spread, 5 * spread * sampling * np.sqrt((tails - 1) / 4))
            for end, found, share in (("lower", low, 0.025), ("upper", high, 0.975)):
                around = np.quantile(draws, wilson(share, sampling), -1) + 0 * spread
                faults += off_by("%s_%s" % (name, end), found, around.mean(0), (around[1] - around[0]) / 2)
    return faults


def wilson(share, sampling, times=5):
    """Between which shares that of few draws lies, if it is `share` of all; `sampling` is 1 over the root of their count."""
    by = (times * sampling) ** 2
    reach = times * sampling * np.sqrt(share * (1 - share) + by / 4)
    return (share + by / 2 - reach) / (1 + by), (share + by / 2 + reach) / (1 + by)


def off_by(name, found, expected, most):
    """Figures further apart than allowed, but for rounding."""
    most = np.nan_to_num(most) + 1e-9 * np.abs(expected) + 1e-6
    wrong = ~(np.abs(found - expected) <= most) & ~(np.isnan(found) & np.isnan(expected))
    return ["%s%s: %.6g, expected %.6g within %.2g (%d of %d)" % (
        name, list(place), found[place], expected[place], most[place], wrong.sum(), wrong.size)
        for place in map(tuple, np.argwhere(wrong)[:1])]


def run(job, name):
    with open(name + ".yml", "w") as file:
        json.dump({**job, "output": name + ".nc"}, file)
    subprocess.run([os.environ["SINKCALC"], "run", "--quiet", name + ".yml"], check=True)
    subprocess.run([os.environ["SINKCALC"], "verify", "--quiet", name + ".nc"], check=True, stdout=subprocess.DEVNULL)


def main():
    """Lines of stdin: a name and what differs from the job of the demo, or of the last one called a base; null takes a key
    or a layer away."""
    recompute_data.make()
    lines = [line for line in sys.stdin if not line.startswith("#")]
    base, faults = json.loads(lines[0]), 0
    for line in lines[1:]:
        name, text = line.split(None, 1)
        changes = json.loads(text)
        job = {**base, **changes, "layers": {**base["layers"], **changes.get("layers", {})}}
        job["layers"] = {layer: spec for layer, spec in job["layers"].items() if spec}
        job = {key: value for key, value in job.items() if value is not None}
        if job.pop("base", False):
            base = {key: value for key, value in job.items() if key not in ("errors", "draws")}
        if "thin" in job:
            job = recompute_data.thin_job(job)
        leave, within, errors = job.pop("leave", []), job.pop("within", 1e-8), job.pop("errors", False)
        draws, start = job.pop("draws", 0), time.time()
        if IS_SANITIZED:  # where each is slow; what is allowed grows as they are fewer
            draws = min(draws, 1000)
        run({key: value for key, value in job.items() if key != "uncertainty"}, name)
        worst, wrong = compare(Job(job), name + ".nc", leave, within, errors)
        if name == "demo":
            wrong += differing(name + ".nc", "inventory.nc")
        if draws:
            run({**job, "uncertainty": {"draws": draws, "seed": 5}}, name + "_drawn")
            wrong += compare_draws(Job(job), name + "_drawn.nc", draws)
        print("%-20s worst difference %.1e, %.0f s" % (name, worst, time.time() - start), *wrong, sep="\n    ", flush=True)
        faults += len(wrong)
    sys.exit("%d figures differ" % faults if faults else 0)


main()
