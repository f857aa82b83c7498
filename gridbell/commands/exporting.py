"""`gridbell people export` and `gridbell duty export`: what was imported, to be looked through and changed."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from config.settings import Settings
from gridbell.commands.importing import plain_findings
from gridbell.exports import export_duty, export_people
from gridbell.faults import plain_faults
from gridbell.opening import opened, read_settings
from gridbell.terminal import tell
from storage.store import SqlStore

Write = Callable[[SqlStore, Settings], Awaitable[list[str]]]


def people(file: Path, config: Path | None) -> None:
    """Staff, into a table."""
    _export(config, lambda store, _: export_people(store, file))


def duty(file: Path, config: Path | None) -> None:
    """Shifts, into a table."""
    _export(config, lambda store, settings: export_duty(store, file, settings.county.county().zone))


def _export(config: Path | None, write: Write) -> None:
    async def work() -> list[str]:
        settings = read_settings(config)
        async with opened(settings) as store:
            return await write(store, settings)

    with plain_faults(), plain_findings():
        tell(*asyncio.run(work()))
