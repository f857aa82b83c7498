"""Ids of uploaded pictures in Redis, for many nodes."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.flights import Flights
from bot.shared_redis import RedisAway, SharedRedis
from bot.uploads import LIFE, ProcessUploads, Upload


def redis_key(picture: str) -> str:
    """Under which name a picture's id lies in Redis."""
    return "gridbell:upload:" + hashlib.sha256(picture.encode()).hexdigest()[:32]


class RedisUploads:
    """Ids known to all nodes, uploaded under a lock with an end. While Redis is away each node goes by itself."""

    def __init__(self, shared: SharedRedis, clock: Callable[[], datetime]) -> None:
        self._shared = shared
        self._own = ProcessUploads(clock)
        self._flights = Flights()

    async def get(self, picture: str, upload: Upload, failing: str | None = None) -> str:
        """See Uploads."""
        try:
            found = await self._kept(picture, failing)
            return found or await self._flights.share(picture, lambda: self._new(picture, upload, failing))
        except RedisAway:
            return await self._own.get(picture, upload, failing)

    async def _kept(self, picture: str, failing: str | None) -> str | None:
        raw = await self._shared.ask(lambda redis: redis.get(redis_key(picture)))
        media = raw.decode() if isinstance(raw, bytes) else raw
        return None if media is None or media == failing else str(media)

    async def _new(self, picture: str, upload: Upload, failing: str | None) -> str:
        """Upload under the lock, or take what another node was given meanwhile."""
        name = redis_key(picture)

        async def uploaded(_: str) -> str:
            media = await upload()
            self._own.keep(picture, media)
            with suppress(RedisAway):  # it is uploaded; that nobody else knows of it costs one more at most
                await self._shared.ask(lambda redis: redis.set(name, media, px=LIFE))
            return media

        return await self._shared.once(f"{name}:lock", lambda: self._kept(picture, failing), uploaded)
