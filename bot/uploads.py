"""Pictures that a platform has already: one photo for several people is uploaded once, for uploads have a quota."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias, TypeVar

from bot.channel import File, NotSent
from bot.flights import Flights

T = TypeVar("T")

LIFE = timedelta(days=2.5)
"""How long an id is used; the platforms keep a file for three days."""
GONE = "40007"
"""The platform does not know the id (any more)."""
MOST_KEPT = 10_000

Upload: TypeAlias = Callable[[], Awaitable[str]]
"""Uploads the picture; the platform's id of it."""


class Uploads(Protocol):
    """The platforms' ids of pictures, by account and content."""

    async def get(self, picture: str, upload: Upload, failing: str | None = None) -> str:
        """The picture's id, uploaded if it has none, once however many need it. `failing` is an id that the platform
        does not know: another one if there is, else it is uploaded anew.

        Raises what `upload` raises.
        """
        ...


async def with_upload(
    uploads: Uploads, account: str, file: File, upload: Upload, send: Callable[[str], Awaitable[T]]
) -> T:
    """Send by the id that the platform has for the file; once more with a new one if it does not know it."""
    digest = await asyncio.to_thread(hashlib.sha256, file.content)
    picture = f"{account}\n{digest.hexdigest()}"
    media = await uploads.get(picture, upload)
    try:
        return await send(media)
    except NotSent as fault:
        if fault.reason != GONE:
            raise
    return await send(await uploads.get(picture, upload, failing=media))


class ProcessUploads:
    """Ids known to this process alone."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[str, datetime]] = OrderedDict()
        self._flights = Flights()

    async def get(self, picture: str, upload: Upload, failing: str | None = None) -> str:
        """See Uploads."""
        media, until = self._kept.get(picture, (None, self._clock()))
        if media is not None and media != failing and until > self._clock():
            return media
        return await self._flights.share(picture, lambda: self._new(picture, upload))

    async def _new(self, picture: str, upload: Upload) -> str:
        media = await upload()
        self.keep(picture, media)
        return media

    def keep(self, picture: str, media: str) -> None:
        """Remember an id."""
        self._kept.pop(picture, None)
        self._kept[picture] = media, self._clock() + LIFE
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
