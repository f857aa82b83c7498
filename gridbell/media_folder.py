"""The media folder beside the table of media: files without a row, rows without a file, wishes nobody can fulfil."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.media import KEPT_BY_PLATFORM
from storage.talk_ailments import GONE, TOO_OLD, KeptPath, SqlTalkAilments

OURS = re.compile(r"\d\d/\d\d/(?:[0-9a-f]{40}\.\w{2,4}|\.[0-9a-f]{40}\.\w{2,4}\.\d+\.part)")
"""What the bot itself writes there; anything else is none of our business, whatever the folder is."""
UNDER_WAY = timedelta(hours=1)
"""A file is written before its row says so: younger ones may still get theirs."""
PAST_HOPE = KEPT_BY_PLATFORM + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, what mending does, and how; `mend` tells how many it were."""

    words: str
    remedy: str
    mend: Callable[[], Awaitable[int]]


class MediaFolder:
    """The folder at that path, and the table that knows what should lie in it."""

    def __init__(self, folder: Path, table: SqlTalkAilments) -> None:
        self._folder, self._table = folder, table

    async def findings(self, now: datetime) -> Sequence[Finding]:
        """Everything that does not fit at `now`. Nothing is changed."""
        found: list[Finding] = []
        files = await asyncio.to_thread(_files, self._folder, now - UNDER_WAY)  # before the table: that has all of them
        kept = await self._table.kept_paths()
        if orphans := sorted(files - {one.path for one in kept}):
            words = f"媒体文件夹里有 {len(orphans)} 个文件不属于任何消息，例如 {orphans[0]}。"
            found.append(Finding(words, "删除这些文件", lambda: asyncio.to_thread(_delete, self._folder, orphans)))
        found += await self._of_rows(kept, now)
        if old := await self._table.wished_before(now - PAST_HOPE):
            words = f"{len(old)} 个文件等了三天以上，平台已经不再保存。"
            found.append(Finding(words, "记为已丢失", lambda: self._table.lose(old, "wished", TOO_OLD)))
        return found

    async def _of_rows(self, kept: Sequence[KeptPath], now: datetime) -> Sequence[Finding]:
        """Rows whose file is not there: fetched once more while the platform has it, else lost."""
        gone = await asyncio.to_thread(_gone, self._folder, kept)
        fresh = [one.key for one in gone if now - one.wished_at < KEPT_BY_PLATFORM]
        lost = [one.key for one in gone if now - one.wished_at >= KEPT_BY_PLATFORM]
        found: list[Finding] = []
        if fresh:
            words = f"{len(fresh)} 个文件登记为已保存，却不在媒体文件夹里；平台还留着。"
            found.append(Finding(words, "重新下载", lambda: self._table.wish_again(fresh)))
        if lost:
            words = f"{len(lost)} 个文件登记为已保存，却不在媒体文件夹里，平台也已不再保存。有备份的请先放回去。"
            found.append(Finding(words, "记为已丢失", lambda: self._table.lose(lost, "kept", GONE)))
        return found


def _files(folder: Path, before: datetime) -> set[str]:
    """Our own files, by their paths below the folder, that were last written before then."""
    paths = ((path.relative_to(folder).as_posix(), path) for path in folder.glob("*/*/*"))
    return {name for name, path in paths if OURS.fullmatch(name) and path.stat().st_mtime < before.timestamp()}


def _gone(folder: Path, kept: Sequence[KeptPath]) -> Sequence[KeptPath]:
    return [one for one in kept if not (folder / one.path).is_file()]


def _delete(folder: Path, names: Collection[str]) -> int:
    for name in names:
        (folder / name).unlink(missing_ok=True)
    return len(names)
