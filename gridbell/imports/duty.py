"""Shifts from a CSV file: columns unit, name, phone, from, until; one shift a row, in the county's time."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from cases.duty import Shift
from cases.people import Person, Unit
from cases.places import Units
from gridbell.imports.characters import shown
from gridbell.imports.findings import Changes, Findings, nearest
from gridbell.imports.people import phone_of
from gridbell.imports.sheets import Row, read_rows
from gridbell.imports.units import path_of, unit_meant

COLUMNS = ("unit", "name", "phone", "from", "until")
MINUTES = "%Y-%m-%d %H:%M"
EXAMPLE = "请写成 2026-03-05 08:00。"
DAY = timedelta(days=1)
LONGEST = 2 * DAY
"""A longer shift is a mistake in the dates."""
_INSTANT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::00)?")


@dataclass(frozen=True, slots=True)
class Planned:
    """What a file does to the shifts that are kept: these are put, those are dropped."""

    put: Sequence[Shift]
    dropped: Sequence[Shift]
    changes: Changes


class _Plan:
    """The file's shifts, by what they are kept under."""

    def __init__(self, units: Units, staff: Sequence[Person], zone: tzinfo, findings: Findings) -> None:
        self.units, self.staff, self.zone, self.findings = units, staff, zone, findings
        self.found: dict[Shift, Row] = {}

    def take(self, row: Row) -> None:
        """Check one row, and keep its shift if nothing is wrong."""
        before = len(self.findings.faults)
        unit = unit_meant(row, self.units, self.findings)
        phone = phone_of(row, self.findings)
        person = self._person(row, unit, phone) if unit is not None else None
        since, until = self._instant(row, "from"), self._instant(row, "until")
        if len(self.findings.faults) > before or not (unit and person and since and until):
            return
        if not since < until <= since + LONGEST:
            told = f"从 {row['from']} 到 {row['until']} 不像一班。"
            self.findings.add(row.where, told, "until 要在 from 之后，一班不超过 2 天；过夜的班 until 写第二天。")
            return
        self._keep(Shift(unit.code, since, until, person.id), row)

    def _keep(self, shift: Shift, row: Row) -> None:
        for other, first in self.found.items():
            same = (other.unit, other.person) == (shift.unit, shift.person)
            if same and other.since < shift.until and shift.since < other.until:
                told = f"与{first.where}的班重叠（{row['name']}）。"
                self.findings.add(row.where, told, "同一个人在同一单位的班不能重叠。")
                return
        self.found[shift] = row

    def _person(self, row: Row, unit: Unit, phone: str | None) -> Person | None:
        name = row["name"]
        namesakes = [one for one in self.staff if one.name == name]
        working = [one for one in namesakes if any(post.unit == unit.code for post in one.posts)]
        fitting = [one for one in working if phone is None or one.phone == phone]
        if len(fitting) == 1:
            return fitting[0]
        if not name:
            self.findings.add(row.where, "没有写姓名。", "请在 name 列填写姓名。")
        elif not namesakes:
            hint = nearest(name, [one.name for one in self.staff])
            self.findings.add(row.where, f"没有在岗人员“{shown(name)}”。", f"{hint}请先导入人员，或改正姓名。")
        elif not working:
            self.findings.add(row.where, f"{name}在{path_of(self.units, unit)}没有岗位。", "请改正单位，或先添加岗位。")
        elif not fitting:
            self.findings.add(row.where, f"“{name}”的电话对不上。", "请写已登记的电话，或留空。")
        else:
            self.findings.add(row.where, f"{unit.name}叫“{name}”的有 {len(fitting)} 位。", "请补上已登记的电话。")
        return None

    def _instant(self, row: Row, column: str) -> datetime | None:
        found = _INSTANT.fullmatch(row[column])
        if found is None:
            what = f"{column} 列“{shown(row[column])}”不是时间。" if row[column] else f"没有写 {column}。"
            self.findings.add(row.where, what, EXAMPLE)
            return None
        year, month, day, hour, minute = map(int, found.groups())
        try:
            midnight = (hour, minute) == (24, 0)
            local = datetime(year, month, day, 0 if midnight else hour, minute, tzinfo=self.zone)
        except ValueError:
            self.findings.add(row.where, f"{column} 列“{row[column]}”没有这个时间。", EXAMPLE)
            return None
        return (local + (DAY if midnight else timedelta())).astimezone(UTC)  # added by the clock on the wall


def read_duty(path: Path, units: Units, staff: Sequence[Person], kept: Sequence[Shift], zone: tzinfo) -> Planned:
    """What the file changes: on the days that it has of a unit, the unit's shifts are those of the file.

    Raises BadFile with every bad row.
    """
    findings = Findings(path)
    plan = _Plan(units, staff, zone, findings)
    for row in read_rows(path, ("unit", "name", "from", "until"), ("phone",), findings):
        plan.take(row)
    findings.settle()
    return _compared(list(plan.found), kept, units, {one.id: one.name for one in staff}, zone)


def _compared(
    found: Sequence[Shift], kept: Sequence[Shift], units: Units, names: Mapping[int, str], zone: tzinfo
) -> Planned:
    before = {_key(one): one for one in kept}
    told: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    for one in found:
        old = before.get(_key(one))
        how = "added" if old is None else "unchanged" if old == one else "changed"
        local = one.since.astimezone(zone)
        told[how].append(f"{units[one.unit].name} {names[one.person]} {local:%m-%d %H:%M}")
    dropped = _replaced(found, kept, zone)
    notes = [f"{units[unit].name}：以文件里的日期为准，删去文件里没有的 {n} 班。" for unit, n in _counted(dropped)]
    put = [one for one in found if before.get(_key(one)) != one]
    return Planned(put, dropped, Changes(**{how: tuple(some) for how, some in told.items()}, notes=tuple(notes)))


def _replaced(found: Sequence[Shift], kept: Sequence[Shift], zone: tzinfo) -> Sequence[Shift]:
    """The kept shifts of a unit that begin on days from its first to its last in the file, and are not in it."""
    days = defaultdict(list)
    for one in found:
        days[one.unit].append(one.since.astimezone(zone).date())
    keys = {_key(one) for one in found}
    return [
        one
        for one in kept
        if one.unit in days
        and _key(one) not in keys
        and min(days[one.unit]) <= one.since.astimezone(zone).date() <= max(days[one.unit])
    ]


def _counted(shifts: Iterable[Shift]) -> Iterable[tuple[str, int]]:
    counts: dict[str, int] = {}
    for one in shifts:
        counts[one.unit] = counts.get(one.unit, 0) + 1
    return counts.items()


def _key(shift: Shift) -> tuple[str, int, datetime]:
    return shift.unit, shift.person, shift.since
