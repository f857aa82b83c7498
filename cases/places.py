"""Where: pins, places, and the county's map of units and grids."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from cases.people import Level, Unit


@dataclass(frozen=True, slots=True)
class Pin:
    """A point as it came: degrees, its coordinate system (`gcj02` or `wgs84`) and who said so."""

    latitude: float
    longitude: float
    crs: str = "gcj02"
    source: str = "wechat"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case is: the smallest known unit, words for people, and the pin that stays the truth."""

    unit: str
    words: str
    pin: Pin | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid's outline in WGS-84, as WKB, with its unit code (15 digits)."""

    code: str
    wkb: bytes


@dataclass(frozen=True)
class Units:
    """All units of the county, by code: an immutable snapshot, made anew after each import.

    `revision` grows with every import, so that nodes know when theirs is old.
    """

    by_code: Mapping[str, Unit] = field(default_factory=dict)
    revision: int = 0

    def get(self, code: str | None) -> Unit | None:
        """The unit of that code, or None."""
        return self.by_code.get(code) if code else None

    def __getitem__(self, code: str) -> Unit:
        return self.by_code[code]

    def under(self, code: str, level: Level | None = None) -> Sequence[Unit]:
        """Area units directly below `code` (towns of a county, villages of a town, grids of a village)."""
        return [
            unit
            for unit in self.by_code.values()
            if unit.parent == code and not unit.department and (level is None or unit.level == level)
        ]

    def chain(self, code: str) -> Sequence[Unit]:
        """The unit and those above it, lowest first."""
        return self._chains.get(code, ())

    def within(self, code: str, scope: str) -> bool:
        """Whether `code` is `scope` or lies below it."""
        return code in self.below(scope)

    def below(self, scope: str) -> Set[str]:
        """The codes of that unit and of all that lie below it; empty where there is none such."""
        return self._below.get(scope, frozenset())

    @cached_property
    def _chains(self) -> Mapping[str, Sequence[Unit]]:
        return {code: self._upwards(unit) for code, unit in self.by_code.items()}

    @cached_property
    def _below(self) -> Mapping[str, Set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for code, chain in self._chains.items():
            for above in chain:
                found[above.code].add(code)
        return found

    def _upwards(self, unit: Unit | None) -> Sequence[Unit]:
        found: list[Unit] = []
        while unit is not None and unit not in found:
            found.append(unit)
            unit = self.get(unit.parent)
        return found

    def named(self, name: str) -> Sequence[Unit]:
        """Units of that exact name or code."""
        return [unit for unit in self.by_code.values() if name in (unit.name, unit.code)]
