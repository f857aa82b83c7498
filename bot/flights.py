"""Work that several wait for and one does."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial


class Flights:
    """Work under way, by name: whoever asks meanwhile gets what it gives, or the same fault."""

    def __init__(self) -> None:
        self._flights: dict[str, asyncio.Task[str]] = {}

    async def share(self, name: str, work: Callable[[], Coroutine[None, None, str]]) -> str:
        """What `work` gives, started now unless it is under way. Nobody's leaving stops it for the others."""
        flight = self._flights.get(name)
        if flight is None:
            flight = self._flights[name] = asyncio.get_running_loop().create_task(work())
            flight.add_done_callback(partial(self._landed, name))
        return await asyncio.shield(flight)

    def _landed(self, name: str, flight: asyncio.Task[str]) -> None:
        del self._flights[name]
        if not flight.cancelled():
            flight.exception()  # looked at, so that nobody is told of it if nobody waits any more
