"""The county's nodes as processes that can be killed, frozen and started again where they were."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from tests.journeys.nodes import Process
from tests.kit.servers import free_port
from tests.torture.ground import Ground

STARTED_WITHIN = 150.0
"""Seconds for a start among many others, on a machine that has other things to do."""
CRASHES = ("a turn crashed", "a callback crashed", "a request failed")


@dataclass
class Berth:
    """One node's place: its port stays, its process comes and goes."""

    ground: Ground
    port: int
    process: Process
    up: bool = False
    errors: Counter[str] = field(default_factory=Counter)
    """What the ended processes logged as errors, with the kind of fault, and how often."""

    @classmethod
    async def of(cls, ground: Ground) -> Self:
        """A place with a process that does not serve yet."""
        port = free_port()
        return cls(ground, port, await Process.start(ground.config, ground.environ, port))

    async def kill(self) -> None:
        """SIGKILL, and the process is gone."""
        self.up = False
        await self.process.kill()
        self._count()

    async def start(self) -> None:
        """A new process, until it serves."""
        self.process = await Process.start(self.ground.config, self.ground.environ, self.port)
        await self.serves()

    async def serves(self) -> None:
        """Wait until the process serves."""
        await self.process.serves(STARTED_WITHIN)
        self.up = True

    def freeze(self) -> None:
        """SIGSTOP: all stands still, and its connections stay open."""
        self.process.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self.process.process.send_signal(signal.SIGCONT)

    @property
    def crashes(self) -> int:
        """Turns, callbacks and requests that crashed, in the processes that have ended."""
        return sum(count for words, count in self.errors.items() if words.startswith(CRASHES))

    def _count(self) -> None:
        for line in self.process.lines:
            if line["level"] == "ERROR":
                kind = str(line.get("fault", "")).strip().rpartition("\n")[2].strip()
                self.errors[f"{line['message']} ({kind[:80]})"] += 1


@asynccontextmanager
async def fleet(ground: Ground, many: int) -> AsyncIterator[list[Berth]]:
    """So many nodes that serve; all are gone afterwards."""
    berths = [await Berth.of(ground) for _ in range(many)]
    try:
        await asyncio.gather(*[berth.serves() for berth in berths])
        yield berths
    finally:
        for berth in berths:
            await berth.kill()
