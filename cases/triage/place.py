"""From pins and words to units: the county's grids as a map that can be asked."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import cos, isfinite, pi, radians
from typing import Any

import shapely
from numpy.typing import NDArray

from cases.people import Level, Unit
from cases.places import Grid, Pin, Units
from cases.triage.coordinates import gcj02_to_wgs84

EARTH_RADIUS = 6371008.8  # metres, the mean radius of IUGG
METRES_PER_DEGREE = EARTH_RADIUS * pi / 180
BORDER = 0.01  # metres: a pin this close to a border lies in both grids, and the lower code has it
SHORTEST = 2  # signs an alias must have
ENDINGS = ("街道办事处", "街道", "社区", "镇", "乡", "村")
DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")}
GRID_NUMBER = re.compile(r"第?([0-9]+|[一二三四五六七八九十]+)号?网格")


class GridMap:
    """An immutable map of the grids of one snapshot of units. Grids whose unit is unknown are left out.

    Distances are reckoned on a plane touching the county's middle latitude: exact to some metres in a county.
    """

    def __init__(self, units: Units, grids: Sequence[Grid]) -> None:
        self.units = units
        known = sorted((grid for grid in grids if units.get(grid.code)), key=lambda grid: grid.code)
        self._codes = [grid.code for grid in known]
        shapes = shapely.from_wkb([grid.wkb for grid in known])
        bounds = shapely.total_bounds(shapes) if known else (0.0, 0.0, 0.0, 0.0)
        self._east = METRES_PER_DEGREE * cos(radians(float(bounds[1] + bounds[3]) / 2))
        self._shapes = shapely.transform(shapes, self._flat)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        self._aliases = _aliases(units)
        ordered = sorted(self._aliases, key=lambda alias: (-len(alias), alias))
        self._scan = re.compile("|".join(map(re.escape, ordered)) or r"(?!)")

    def find(self, pin: Pin) -> Unit | None:
        """The grid that the pin lies in; on a border that of the lowest code; None outside all grids."""
        found = self._within(pin, BORDER)
        return self.units[min(found)[1]] if found else None

    def near(self, pin: Pin, metres: float) -> list[Unit]:
        """Grids at most that far from the pin, the nearest first."""
        return [self.units[code] for _, code in sorted(self._within(pin, metres))]

    def county_has(self, pin: Pin) -> bool:
        """Whether the pin lies in one of the county's grids."""
        return self.find(pin) is not None

    def named(self, text: str) -> list[Unit]:
        """The most specific units that the words name and that agree with one another, by code; often just one.

        Full names and short ones (青石 for 青石镇, 三网格 or 第3网格 beside a village) are known, longest first.
        """
        hits = [self._aliases[alias] for alias in self._scan.findall(_plain(text))]
        candidates = {code for codes in hits for code in codes}
        agreeing = {code: self._agreement(code, hits) for code in candidates}
        most = max(agreeing.values(), default=0)
        best = [self.units[code] for code in sorted(candidates) if agreeing[code] == most]
        lowest = min((unit.level for unit in best), default=Level.GRID)
        return [unit for unit in best if unit.level == lowest]

    def _agreement(self, code: str, hits: Iterable[frozenset[str]]) -> int:
        """How many of the names mean the unit or one above it."""
        chain = {unit.code for unit in self.units.chain(code)}
        return sum(bool(chain & hit) for hit in hits)

    def _within(self, pin: Pin, metres: float) -> list[tuple[float, str]]:
        if not (isfinite(pin.latitude) and isfinite(pin.longitude)):
            return []
        point = (pin.latitude, pin.longitude)
        latitude, longitude = gcj02_to_wgs84(*point) if pin.crs == "gcj02" else point
        spot = shapely.Point(longitude * self._east, latitude * METRES_PER_DEGREE)
        near = self._tree.query(spot, predicate="dwithin", distance=metres)
        away = shapely.distance(self._shapes[near], spot)
        return [(float(metre), self._codes[index]) for metre, index in zip(away, near, strict=True)]

    def _flat(self, points: NDArray[Any]) -> NDArray[Any]:
        return points * (self._east, METRES_PER_DEGREE)


def _aliases(units: Units) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for unit in units.by_code.values():
        if unit.department or unit.level >= Level.COUNTY:
            continue
        for alias in _names(unit, units.get(unit.parent)):
            if len(alias) >= SHORTEST:
                found[alias].add(unit.code)
    return {alias: frozenset(codes) for alias, codes in found.items()}


def _names(unit: Unit, parent: Unit | None) -> set[str]:
    name = _plain(unit.name)
    above = _plain(parent.name) if parent else ""
    names = {name, _short(name)}
    if unit.level == Level.GRID and parent is not None:
        tail = name.removeprefix(above).removeprefix(_short(above))
        names |= {tail, above + tail, _short(above) + tail}
    return names


def _short(name: str) -> str:
    """The name without the ending that says what it is, where enough is left."""
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= SHORTEST:
            return name.removesuffix(ending)
    return name


def _plain(text: str) -> str:
    """Half-width, without blanks, grid numbers in one spelling."""
    words = "".join(unicodedata.normalize("NFKC", text).split())
    return GRID_NUMBER.sub(lambda found: f"第{_number(found[1])}网格", words)


def _number(text: str) -> int:
    """A number below 100 in Chinese signs, or any in digits."""
    if text[0].isdigit():
        return int(text[:9])
    tens, ten, ones = text.rpartition("十")
    return (DIGITS.get(tens[-1:], 1) * 10 if ten else 0) + DIGITS.get(ones[-1:], 0)
