"""Tables as the account needs them: classes, legends, and factor rows with a resolver of its own."""
import csv
import os

import numpy as np

TABLES = os.path.join(os.environ["SINK_SOURCE"], "sinkcalc", "tables")
# Of units in which a row may be written, in those that the account counts with.
UNITS = {"kg N2O-N ha-1 yr-1": 44 / 28, "kg CH4-C ha-1 yr-1": 16 / 12, "g C m-2 yr-1": 0.01, "kg C m-2": 10}
FRACTIONS = ("carbon_fraction", "fraction_lost", "combustion_factor")
MAY_BE_NEGATIVE = ("volume_intercept", "growth", "soil_emission", "ch4_emission")


def read_table(name):
    with open(name if name.endswith(".csv") else os.path.join(TABLES, name + ".csv"), encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


CLASSES = {row["name"]: row for row in read_table("classes")}
CODES = {name: code for code, name in enumerate(CLASSES)}  # -1: no data, -2: a code that the legend does not know


def is_yes(name, column):
    return CLASSES[name][column] == "yes"


def number(text):
    return float(text) if text else np.nan


class Row:
    """A row of a factor table."""

    def __init__(self, table, order, text):
        self.text, self.table, self.order, self.quantity = text, table, order, text["quantity"]
        self.scale = UNITS.get(text["unit"], 1)
        self.value = float(text["value"]) * self.scale
        self.keys = {key[4:]: words.split("|") for key, words in text.items()
                     if key.startswith("key:") and words not in ("", "*")}
        self.classes = [] if text["class"] in ("", "*") else text["class"].split("|")
        self.over, self.up_to = float(text.get("over") or "-inf"), float(text.get("up_to") or "inf")
        self.has_interval = bool(np.isfinite(self.over) or np.isfinite(self.up_to))
        # the last table wins, then the most keys; an interval only decides between equally many
        self.rank = (order, len(self.keys) + bool(self.classes), self.has_interval)
        self.family = (order, self.quantity, text["class"], tuple(sorted((k, tuple(v)) for k, v in self.keys.items())))
        self.is_carbon = text["unit"].startswith("t C ha")
        self.includes_roots = text.get("includes_roots") == "yes"
        self.depth_cm = number(text.get("depth_cm"))
        self.variable = (order, text["variable"]) if text.get("variable") else self

    def __repr__(self):
        return "%s %s %s %s" % (self.table, self.quantity, self.text["class"], self.text["value"])

    def fits(self, at):
        return not self.has_interval or (at is not None and self.over < at <= self.up_to)


class Factors:
    """Rows of all tables of a job."""

    def __init__(self, names):
        self.rows, self.families, self.known = {}, {}, {}
        for order, name in enumerate(names):
            for text in read_table(name):
                row = Row(name, order, text)
                self.rows.setdefault(row.quantity, []).append(row)
                if row.has_interval:
                    self.families.setdefault(row.family, []).append(row)
        for rows in self.families.values():
            rows.sort(key=lambda row: row.over)
        self.asked = {quantity: sorted({key for row in rows for key in row.keys}) for quantity, rows in self.rows.items()}

    def remember(self, what, make):
        if what not in self.known:
            self.known[what] = make()
        return self.known[what]

    def place(self, quantity, name, overlays):
        """What rows of a quantity can tell apart."""
        return quantity, name, tuple(overlays.get(key) for key in self.asked.get(quantity, ()))

    def fitting(self, quantity, name, overlays):
        """Rows for the class and overlays, whatever the interval."""
        return self.remember(self.place(quantity, name, overlays), lambda: [
            row for row in self.rows.get(quantity, ()) if (not row.classes or name in row.classes)
            and all(overlays.get(key) in words for key, words in row.keys.items())])

    def row(self, quantity, name, overlays, at=None):
        """The row that wins; `at` picks the interval, without it only rows without one fit."""
        def find():
            rows = [row for row in self.fitting(quantity, name, overlays) if row.fits(at)]
            best = [row for row in rows if row.rank == max(row.rank for row in rows)]
            assert len(best) < 2, best
            return best[0] if best else None
        return self.remember((self.place(quantity, name, overlays), at), find)

    def family_of(self, row):
        """The rows of the factor by steps to which the row belongs."""
        return self.families[row.family] if row.has_interval else [row]

    def pieces(self, quantity, name, overlays):
        """(ends of the intervals, the row that wins in each, and last that of a value which is not known)."""
        ends = {end for row in self.fitting(quantity, name, overlays) for end in (row.over, row.up_to) if np.isfinite(end)}
        ends = sorted(ends) + [np.inf]
        return np.array(ends), [self.row(quantity, name, overlays, end) for end in ends + [None]]

    def winners(self, quantity, name, overlays, at):
        """(row, mask of the values of which it is the row), for each that wins somewhere; None where none fits."""
        ends, rows = self.remember(("pieces",) + self.place(quantity, name, overlays),
                                   lambda: self.pieces(quantity, name, overlays))
        place = np.where(np.isnan(at), len(ends), np.searchsorted(ends, at, side="left").clip(0, len(ends) - 1))
        for row in dict.fromkeys(rows):
            mask = np.isin(place, [k for k, each in enumerate(rows) if each is row])
            if mask.any():
                yield row, mask


def is_plain(rows):
    """One factor for all values: no middle of an interval to go through."""
    return len(rows) == 1 and np.isinf(rows[0].up_to)


def slope_of(row, value_of):
    return np.maximum(value_of(row), 0)


def nodes_of(rows, value_of):
    """Where the lines of factor(x) * x meet, from (0, 0) on: through the middles of the intervals, the last one at half of
    the width of the one before, never falling, as sinkcalc/model/piecewise.h says. Heights may be columns of draws."""
    nodes, heights, width = [0.0], [0.0], np.nan
    for row, previous in zip(rows, [None] + rows[:-1]):
        low = max(row.over, 0)
        assert previous is None or row.over == previous.up_to, rows
        width = width if np.isinf(row.up_to) else row.up_to - low
        nodes.append(low + width / 2)
        heights.append(np.maximum(slope_of(row, value_of) * nodes[-1], heights[-1]))
    return nodes, heights


def product(rows, x, value_of):
    """factor(x) * x, continuous."""
    if is_plain(rows):
        return slope_of(rows[0], value_of) * x
    nodes, heights = nodes_of(rows, value_of)
    piece, result = np.searchsorted(nodes[1:], x, side="left"), 0.0
    for k in np.unique(piece):
        slope = (slope_of(rows[0], value_of) if k == 0 else slope_of(rows[-1], value_of) if k == len(rows) else
                 (heights[k + 1] - heights[k]) / (nodes[k + 1] - nodes[k]))
        result = np.where(piece == k, heights[k] + slope * (x - nodes[k]), result)
    return result


def middle(rows, x, value_of):
    """The factor in the middle of the line that x lies on: product over argument."""
    if is_plain(rows):
        return value_of(rows[0]) + np.zeros(np.shape(x))
    nodes, heights = nodes_of(rows, value_of)
    piece, result = np.searchsorted(nodes[1:], x, side="left"), 0.0
    for k in np.unique(piece):
        factor = (value_of(rows[0]) if k == 0 else value_of(rows[-1]) if k == len(rows) else
                  (heights[k + 1] + heights[k]) / (nodes[k + 1] + nodes[k]))
        result = np.where(piece == k, factor, result)
    return result


def argument(rows, y, value_of, plus=0.0):
    """The smallest x with product(x) + plus * x = y; the piece it lies in is that of the values of the tables."""
    if is_plain(rows):
        return y / (slope_of(rows[0], value_of) + plus)
    nodes, heights = nodes_of(rows, value_of)
    heights = [height + plus * node for node, height in zip(nodes, heights)]
    tabled = [height + plus * node for node, height in zip(*nodes_of(rows, lambda row: row.value))]
    piece, result = np.searchsorted(tabled[1:], y, side="left"), 0.0
    for k in np.unique(piece):
        if 0 < k < len(rows):
            slope = (heights[k + 1] - heights[k]) / (nodes[k + 1] - nodes[k])
        else:
            slope = slope_of(rows[0 if k == 0 else -1], value_of) + plus
        result = np.where(piece == k, nodes[k] + (y - heights[k]) / slope, result)
    return result
