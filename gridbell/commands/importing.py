"""`gridbell people`, `units`, `grids` and `duty`: the county, as it is imported."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from config.settings import Settings
from gridbell.bind_codes import NobodyMeant, fresh_code
from gridbell.console import Step, progress
from gridbell.faults import plain_faults
from gridbell.imports.applied import import_duty, import_grids, import_people, import_units
from gridbell.imports.findings import BadFile, Changes
from gridbell.opening import county_unit, opened, read_settings
from gridbell.sharing import wake_nodes
from gridbell.terminal import complain, tell
from storage.store import SqlStore

SHOWN = 8
"""How many names a summary lists of each kind."""

Put = Callable[[SqlStore, Settings, Step], Awaitable[Changes]]


def people(file: Path, config: Path | None, *, dry_run: bool) -> None:
    """Staff, from a table."""

    async def put(store: SqlStore, _: Settings, step: Step) -> Changes:
        return await import_people(store, file, step, dry_run=dry_run)

    _import("人员", file, config, put, dry_run=dry_run)


def units(file: Path, config: Path | None, *, dry_run: bool) -> None:
    """Departments, from a table."""

    async def put(store: SqlStore, settings: Settings, _: Step) -> Changes:
        return await import_units(store, file, county_unit(settings), dry_run=dry_run)

    _import("部门", file, config, put, dry_run=dry_run)


def grids(file: Path, config: Path | None, *, dry_run: bool) -> None:
    """Grids, from GeoJSON."""

    async def put(store: SqlStore, settings: Settings, step: Step) -> Changes:
        return await import_grids(store, file, county_unit(settings), step, dry_run=dry_run)

    _import("网格", file, config, put, dry_run=dry_run)


def duty(file: Path, config: Path | None, *, dry_run: bool) -> None:
    """Shifts, from a table."""

    async def put(store: SqlStore, settings: Settings, _: Step) -> Changes:
        return await import_duty(store, file, settings.county.county().zone, dry_run=dry_run)

    _import("排班", file, config, put, dry_run=dry_run)


def code(name: str, unit: str | None, phone: str | None, config: Path | None) -> None:
    """A code that binds an account to that person, alone on standard output."""

    async def work() -> str:
        async with opened(read_settings(config)) as store:
            return await fresh_code(store, name, unit, phone, datetime.now(UTC))

    with plain_faults(NobodyMeant):
        tell(asyncio.run(work()))


def _import(what: str, file: Path, config: Path | None, put: Put, *, dry_run: bool) -> None:
    async def work() -> Changes:
        settings = read_settings(config)
        async with opened(settings) as store:
            with progress(f"正在导入{what}") as step:
                changes = await put(store, settings, step)
        if not dry_run:
            await wake_nodes(settings.storage.redis_url, "county")
        return changes

    with plain_faults(), plain_findings():
        tell(*summary(file.name, asyncio.run(work()), dry_run=dry_run))


@contextmanager
def plain_findings() -> Iterator[None]:
    """Within it, what is wrong in a file, or with it, is said line by line, and the command ends with 1."""
    try:
        yield
    except BadFile as bad:
        complain(f"{bad.path} 有 {len(bad.findings)} 处要改，没有写入任何内容：")
        complain(*(f"  {number}. {finding}" for number, finding in enumerate(bad.findings, 1)), colour=None)
        raise typer.Exit(1) from None


def summary(title: str, changes: Changes, *, dry_run: bool) -> list[str]:
    """What an import did (or would do), with names."""
    counts = f"新增 {len(changes.added)}，修改 {len(changes.changed)}，未变 {len(changes.unchanged)}"
    lines = [f"试运行 {title}：{counts}。没有写入任何内容。" if dry_run else f"已导入 {title}：{counts}。"]
    lines += _named("新增", changes.added)
    lines += _named("修改", changes.changed)
    lines += _named("文件里没有、仍然保留", changes.missing)
    lines += [f"  注意：{note}" for note in changes.notes]
    return lines


def _named(kind: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    more = f" 等 {len(names)} 个" if len(names) > SHOWN else ""
    return [f"  {kind}：{'、'.join(names[:SHOWN])}{more}"]
