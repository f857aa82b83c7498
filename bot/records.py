"""The records of what went out: whatever is answered while one transaction is under way is recorded by the next."""

import asyncio
from typing import TypeAlias

from dialogs.engine.deliveries import Departure, Pushes

MOST = 256
"""Departures in one transaction."""
Place: TypeAlias = "tuple[Departure, asyncio.Future[bool]]"


class Records:
    """Keeps departures in groups, and delays none: the first is written at once, alone.

    A departure that is not recorded yet would be sent twice if the process ended now, so nothing is gathered by time.
    """

    def __init__(self, pushes: Pushes) -> None:
        self._pushes = pushes
        self._waiting: list[Place] = []
        self._writer: asyncio.Task[None] | None = None

    async def keep(self, departure: Departure) -> bool:
        """Whether it was recorded; False: its claim had passed to another. Raises what the store raises."""
        recorded: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((departure, recorded))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        # What a group left out, since somebody else works on it, is waited for alone.
        return await recorded or await self._pushes.sent(departure.push, departure.platform_id, departure.at)

    async def _write(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._write_group(group)
        finally:
            self._writer = None

    async def _write_group(self, group: list[Place]) -> None:
        try:
            kept = await self._pushes.record([departure for departure, _ in group])
        except Exception as fault:
            for _, recorded in group:
                if not recorded.done():
                    recorded.set_exception(fault)
            return
        for departure, recorded in group:
            if not recorded.done():
                recorded.set_result(departure.push.id in kept)
