"""Staff and shifts as CSV files, in the columns that the imports read: importing such a file again changes nothing."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from cases.duty import Shift
from cases.people import Person
from cases.places import Units
from gridbell.imports.duty import COLUMNS as DUTY_COLUMNS
from gridbell.imports.duty import MINUTES
from gridbell.imports.findings import BadFile, Finding
from gridbell.imports.sheets import FORMULA
from storage.store import SqlStore

PEOPLE_COLUMNS = ("name", "roles", "unit", "phone")
LONGEST_NUMBER = 11
"""Digits that a spreadsheet leaves as they are; longer numbers it writes as 3.3E+14, and a 0 in front it drops."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


async def export_people(store: SqlStore, path: Path) -> list[str]:
    """All active staff; what to tell of it. Raises BadFile when the file is there already."""
    async with store.work(readonly=True) as work:
        units, staff = await work.people.units(), await work.people.staff()
    rows = [row for person in staff for row in _posts(person, units)]
    _write(path, PEOPLE_COLUMNS, rows)
    told = [f"已导出到 {path}：{len({person.id for person in staff if person.posts})} 人，{len(rows)} 行。"]
    return [*told, *_twins(staff), *_without_posts(staff)]


async def export_duty(store: SqlStore, path: Path, zone: tzinfo) -> list[str]:
    """All shifts that are kept, in the county's time; what to tell of it. Raises BadFile as above."""
    async with store.work(readonly=True) as work:
        units, shifts = await work.people.units(), await work.people.shifts(LONG_AGO)
        people = await work.people.many({one.person for one in shifts})
    kept = [one for one in shifts if people[one.person].active]
    _write(path, DUTY_COLUMNS, [_shift(one, units, people, zone) for one in kept])
    return [f"已导出到 {path}：{len(kept)} 班。", *_twins(list(people.values()))]


def _posts(person: Person, units: Units) -> Iterable[Sequence[str]]:
    for unit in dict.fromkeys(post.unit for post in person.posts):
        roles = ";".join(post.role.zh for post in person.posts if post.unit == unit)
        yield person.name, roles, _unit(unit, units), person.phone or ""


def _shift(shift: Shift, units: Units, people: Mapping[int, Person], zone: tzinfo) -> Sequence[str]:
    person, times = people[shift.person], (shift.since, shift.until)
    return (
        _unit(shift.unit, units), person.name, person.phone or "",
        *(at.astimezone(zone).strftime(MINUTES) for at in times),
    )  # fmt: skip


def _unit(code: str, units: Units) -> str:
    """The unit's name where it is the only one of that name, else its code."""
    unit = units.get(code)
    return unit.name if unit is not None and len(units.named(unit.name)) == 1 else code


def _twins(staff: Sequence[Person]) -> list[str]:
    """Namesakes whom the file cannot tell apart."""
    times = Counter(person.name for person in staff if person.active)
    unclear = dict.fromkeys(one.name for one in staff if times[one.name] > 1 and not one.phone)
    return [f"  注意：有同名且没有电话的人员：{'、'.join(unclear)}。重新导入前请补上电话。"] if unclear else []


def _without_posts(staff: Sequence[Person]) -> list[str]:
    names = [person.name for person in staff if not person.posts]
    return [f"  注意：没有角色的人员没有导出：{'、'.join(names)}。"] if names else []


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """UTF-8 with the mark by which Excel knows it, and no cell that a spreadsheet would reckon with."""
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            sheet = csv.writer(file)
            sheet.writerow(columns)
            sheet.writerows([_safe(cell) for cell in row] for row in rows)
    except FileExistsError:
        raise BadFile(path, [Finding("", "文件已经存在。", "请换一个文件名，或先把它移走。")]) from None


def _safe(cell: str) -> str:
    if cell.isdecimal() and (len(cell) > LONGEST_NUMBER or cell.startswith("0")):
        return f"\t{cell}"  # kept as text; the imports take blanks for nothing
    return f"'{cell}" if cell.startswith(FORMULA) else cell
