"""The crew: pieces of work under way at the same time, so many at most."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Crew:
    """Begins work and counts what came of it: every piece says whether it was `done`, and none may raise."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way: set[asyncio.Task[bool]] = set()
        self._one_ended = asyncio.Event()
        self.done = 0

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._under_way)

    @property
    def free(self) -> int:
        """How many more may begin."""
        return self._most - len(self._under_way)

    def begin(self, work: Coroutine[Any, Any, bool]) -> None:
        """Set about it."""
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._end)

    async def half_free(self) -> None:
        """Wait until one has ended since this was last waited for, and half of the places are free."""
        while self._under_way and not (self._one_ended.is_set() and self.free * 2 >= self._most):
            self._one_ended.clear()
            await self._one_ended.wait()
        self._one_ended.clear()

    async def ended(self) -> None:
        """Wait until nothing is under way."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    def _end(self, task: asyncio.Task[bool]) -> None:
        self._under_way.discard(task)
        self._one_ended.set()
        self.done += not task.cancelled() and task.result()
