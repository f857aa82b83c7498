"""The fetching of photos, recordings and videos, which the platforms keep for three days only."""

import asyncio
import hashlib
import logging
import os
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from bot.backoff import Chance, seconds_until_retry
from bot.channel import Channel, File, NotSent
from bot.photos import MOST_BYTES, NotAPhoto, stripped
from cases.faults import trace
from dialogs.engine.deliveries import Media, MediaRow

log = logging.getLogger(__name__)

AT_ONCE = 4
LEASE = 60.0
"""Seconds a claimed row is ours; fetching must end earlier."""
FETCH_SECONDS = 45.0
MOST_CLAIMS = 200
KEPT_BY_PLATFORM = timedelta(days=3)
"""Both platforms throw a file away after that."""
ABSENT = 60.0
"""Seconds to wait when the channel is not there or has a fault."""
RECORDINGS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"#!AMR", "audio/amr"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\x02#!SILK", "audio/silk"),
    (0, b"#!SILK", "audio/silk"),
    (4, b"ftyp", "video/mp4"),
)
"""What voices and videos begin with (offset, bytes): platforms name types loosely, the bytes don't lie."""
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "audio/amr": "amr",
    "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/silk": "silk", "video/mp4": "mp4",
}  # fmt: skip
Task: TypeAlias = "asyncio.Task[bool]"


class Unwanted(Exception):
    """The file is of no kind that is kept; the message is a short code."""


class MediaFetcher:
    """Fetches files into the media folder. Several nodes may run one each: claims and fences keep them apart."""

    def __init__(
        self,
        media: Media,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        folder: Path,
        *,
        chance: Chance = random.random,
    ) -> None:
        """`channels` by name; `clock` is business time; `folder` is where files are kept, one folder a month."""
        self._media, self._channels, self._clock = media, channels, clock
        self._folder, self._chance = folder, chance
        self._unpacking = asyncio.Lock()  # a large photo takes 180 MB while it is cleaned
        self._stopping = False

    async def run_once(self) -> int:
        """Fetch all that is wished; how many files were kept.

        Raises what the store raises when nothing can be claimed.
        """
        kept = 0
        for _ in range(MOST_CLAIMS):
            rows = [] if self._stopping else await self._media.claim(self._clock(), limit=AT_ONCE, lease=LEASE)
            if not rows:
                break
            kept += sum(await asyncio.gather(*(self._fetch(row) for row in rows)))
        return kept

    def stop(self) -> None:
        """Claim nothing more: a run under way ends with the files it has."""
        self._stopping = True

    async def _fetch(self, row: MediaRow) -> bool:
        """Whether it is kept now. Never raises: one file must not stop the others."""
        try:
            return await self._attempt(row)
        except Exception as error:
            log.error("a file could not be kept; it is tried again later", extra=_ids(row) | {"fault": trace(error)})
            return False

    async def _attempt(self, row: MediaRow) -> bool:
        try:
            file = await self._cleaned(row, await self._download(row))
        except NotSent as fault:
            await self._not_fetched(row, fault)
            return False
        except (NotAPhoto, Unwanted) as unwanted:
            await self._lose(row, str(unwanted))
            return False
        path = _path_of(row, file)
        await asyncio.to_thread(_write, self._folder / path, file.content, row.fence)
        return await self._media.kept(row, path, file.content_type, len(file.content))

    async def _download(self, row: MediaRow) -> File:
        """Raises NotSent, whatever happens."""
        channel = self._channels.get(row.channel)
        if channel is None:
            raise NotSent("no-channel", again=ABSENT)
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await channel.fetch(row.media_id)
        except NotSent:
            raise
        except TimeoutError:
            raise NotSent("timeout", again=0.0) from None
        except Exception as error:
            log.error("a channel failed to fetch", extra={"channel": row.channel, "fault": trace(error)})
            raise NotSent("fault", again=ABSENT) from None

    async def _cleaned(self, row: MediaRow, file: File) -> File:
        """The file as it may be kept. Raises NotAPhoto, Unwanted."""
        if row.kind == "photo":
            async with self._unpacking:
                return File(*await asyncio.to_thread(stripped, file.content))
        return _recording(file)

    async def _not_fetched(self, row: MediaRow, fault: NotSent) -> None:
        now = self._clock()
        if fault.again is None:
            await self._lose(row, fault.reason)
            return
        at = now + timedelta(seconds=seconds_until_retry(row.attempts, self._chance, fault.again))
        if at - row.wished_at >= KEPT_BY_PLATFORM:
            await self._lose(row, fault.reason)
            return
        log.warning("a file could not be fetched yet", extra=_ids(row) | {"reason": fault.reason})
        await self._media.again(row, at, fault.reason)

    async def _lose(self, row: MediaRow, reason: str) -> None:
        log.warning("a file is lost", extra=_ids(row) | {"reason": reason})
        await self._media.lost(row, reason)


def _ids(row: MediaRow) -> dict[str, object]:
    return {"key": hashlib.sha256(row.key.encode()).hexdigest()[:16], "channel": row.channel, "kind": row.kind}


def _recording(file: File) -> File:
    if len(file.content) > MOST_BYTES:
        raise Unwanted("too-big")
    for offset, mark, content_type in RECORDINGS:
        if file.content.startswith(mark, offset):
            return File(file.content, content_type)
    raise Unwanted("unknown-kind")


def _path_of(row: MediaRow, file: File) -> str:
    """`<yy>/<mm>/<digest>.<ending>`: a platform's media id may hold signs that a file's name may not."""
    name = hashlib.sha256(row.key.encode()).hexdigest()[:40]
    return f"{row.wished_at.astimezone(UTC):%y/%m}/{name}.{ENDINGS[file.content_type]}"


def _write(path: Path, content: bytes, fence: int) -> None:
    """Write the file whole or not at all, even if the power goes; `fence` keeps two claimants' drafts apart."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{fence}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
