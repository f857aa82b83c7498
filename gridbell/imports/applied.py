"""Imports: a file is read and checked whole, then kept in one transaction, or not at all."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from cases.people import Person, Unit
from cases.places import Units
from gridbell.imports.duty import read_duty
from gridbell.imports.findings import BadFile, Changes, Finding
from gridbell.imports.grids import read_grids
from gridbell.imports.people import matched, read_people
from gridbell.imports.units import read_departments
from storage.store import SqlStore, SqlWork

Progress = Callable[[int, int], None]
"""Called with how many rows or grids are done, of how many."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)
TRIES = 3
"""How often a file is compared anew because the store has changed meanwhile."""


async def import_people(store: SqlStore, path: Path, progress: Progress, *, dry_run: bool) -> Changes:
    """Keep the staff of that CSV file. Raises BadFile with every bad row; then nothing is kept.

    File and staff are compared without holding up anybody; the store is written in one short transaction, if all is
    still as it was seen, else everything is looked at again.
    """
    for _ in range(TRIES):
        units = await _units(store)
        listed, findings = read_people(path, units)
        async with store.work(readonly=True) as work:
            known = await work.people.staff()
        write, changes = matched(listed, known, findings)
        progress(len(listed), len(listed))
        if dry_run or not write:
            return changes
        async with store.work() as work:
            if await _same(work, units, known):
                await work.people.put_people(write)
                await work.commit()
                return changes
    raise BadFile(path, [Finding("", "导入的时候，单位或人员一直在变。", "请稍后再试。")])


async def import_duty(store: SqlStore, path: Path, zone: tzinfo, *, dry_run: bool) -> Changes:
    """Keep the shifts of that CSV file. Raises BadFile with every bad row; then nothing is kept."""
    for _ in range(TRIES):
        async with store.work(readonly=True) as work:
            units, staff = await work.people.units(), await work.people.staff()
            kept = await work.people.shifts(LONG_AGO)
        planned = read_duty(path, units, staff, kept, zone)
        if dry_run or not (planned.put or planned.dropped):
            return planned.changes
        async with store.work() as work:
            if await _same(work, units, staff) and await work.people.shifts(LONG_AGO) == kept:
                await work.people.drop_shifts(planned.dropped)
                await work.people.put_shifts(planned.put)
                await work.commit()
                return planned.changes
    raise BadFile(path, [Finding("", "导入的时候，单位、人员或排班一直在变。", "请稍后再试。")])


async def _units(store: SqlStore) -> Units:
    async with store.work(readonly=True) as work:
        return await work.people.units()


async def _same(work: SqlWork, units: Units, known: Sequence[Person]) -> bool:
    """Whether units and staff are still as they were seen; from now on the staff stays so."""
    await work.people.hold()
    return await work.people.revision() == units.revision and await work.people.staff() == known


async def import_units(store: SqlStore, path: Path, county: Unit, *, dry_run: bool) -> Changes:
    """Keep the departments of that CSV file. Raises BadFile with every bad row; then nothing is kept."""
    write, changes = read_departments(path, await _units(store), county)
    if write and not dry_run:
        await store.put_units(write)
    return changes


async def import_grids(store: SqlStore, path: Path, county: Unit, progress: Progress, *, dry_run: bool) -> Changes:
    """Keep the grids of that GeoJSON file, with their villages, towns and county.

    Raises BadFile with every bad feature; then nothing is kept.
    """
    async with store.work(readonly=True) as work:
        known, kept = await work.people.units(), await work.people.grids()
    read = read_grids(path, known, kept, county, progress)
    if (read.grids or read.units) and not dry_run:
        await store.put_grids(read.grids, read.units)
    return read.changes
