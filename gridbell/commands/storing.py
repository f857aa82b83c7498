"""`gridbell migrate`, `gridbell backup` and `gridbell restore`."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from gridbell.archive import back_up, backup_file, bring_back
from gridbell.console import progress
from gridbell.faults import plain_faults
from gridbell.opening import brought_up_to_date, opened, read_settings
from gridbell.terminal import tell
from storage.archive import BackupRefused, RestoreRefused


def migrate(config: Path | None, *, dry_run: bool) -> None:
    """The store made, or brought up to date."""
    with plain_faults(), progress("正在更新数据库"):
        words = asyncio.run(brought_up_to_date(read_settings(config), dry_run=dry_run))
    tell(words)


def backup(dest: Path, config: Path | None, *, dry_run: bool) -> None:
    """The store and the media into one file."""

    async def work() -> list[str]:
        settings = read_settings(config)
        async with opened(settings) as store:
            with progress("正在备份") as step:
                file = backup_file(dest, settings, datetime.now(UTC))
                return await back_up(store, settings, file, step, dry_run=dry_run)

    with plain_faults(BackupRefused):
        tell(*asyncio.run(work()))


def restore(src: Path, config: Path | None, *, dry_run: bool) -> None:
    """The store and the media from such a file."""

    async def work() -> list[str]:
        settings = read_settings(config)
        async with opened(settings) as store:
            with progress("正在恢复") as step:
                return await bring_back(store, settings, src, step, dry_run=dry_run)

    with plain_faults(RestoreRefused):
        tell(*asyncio.run(work()))
