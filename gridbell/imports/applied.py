"""Imports: a file is read and checked whole, then kept in one transaction, or not at all."""

from collections.abc import Callable, Sequence
from pathlib import Path

from cases.people import Person, Unit
from gridbell.imports.findings import Changes
from gridbell.imports.grids import read_grids
from gridbell.imports.people import matched, read_people
from gridbell.imports.units import read_departments
from storage.store import SqlStore, SqlWork

Progress = Callable[[int, int], None]
"""Called with how many rows or grids are done, of how many."""


async def import_people(store: SqlStore, path: Path, progress: Progress, *, dry_run: bool) -> Changes:
    """Keep the staff of that CSV file. Raises BadFile with every bad row; then nothing is kept."""
    async with store.work(readonly=dry_run) as work:
        listed, findings = read_people(path, await work.people.units())
        write, changes = matched(listed, await work.people.staff(), findings)
        if write and not dry_run:
            await _keep(work, write, progress)
            await work.commit()
    return changes


async def _keep(work: SqlWork, people: Sequence[Person], progress: Progress) -> None:
    for done, person in enumerate(people, 1):
        if person.id:
            await work.people.save(person)
        else:
            await work.people.add(person)
        progress(done, len(people))


async def import_units(store: SqlStore, path: Path, county: Unit, *, dry_run: bool) -> Changes:
    """Keep the departments of that CSV file. Raises BadFile with every bad row; then nothing is kept."""
    async with store.work(readonly=True) as work:
        known = await work.people.units()
    write, changes = read_departments(path, known, county)
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
