"""The county's nodes as processes that can be killed, frozen and started again where they were."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.journeys.nodes import Process
from tests.kit.servers import free_port
from tests.torture.ground import Ground


@dataclass
class Berth:
    """One node's place: its port stays, its process comes and goes."""

    ground: Ground
    port: int
    process: Process
    up: bool = False
    crashes: int = 0
    """Turns that crashed and callbacks that crashed, by what the processes logged."""

    @classmethod
    async def of(cls, ground: Ground) -> "Berth":
        """A place with a process that serves."""
        port = free_port()
        berth = cls(ground, port, await Process.start(ground.config, ground.environ, port))
        await berth.process.serves()
        berth.up = True
        return berth

    async def kill(self) -> None:
        """SIGKILL, and the process is gone."""
        self.up = False
        await self.process.kill()
        self._count()

    async def start(self) -> None:
        """A new process, until it serves."""
        self.process = await Process.start(self.ground.config, self.ground.environ, self.port)
        await self.process.serves()
        self.up = True

    def freeze(self) -> None:
        """SIGSTOP: all stands still, and its connections stay open."""
        self.process.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self.process.process.send_signal(signal.SIGCONT)

    def said(self, message: str) -> int:
        """How often the present process logged these words."""
        return sum(line["message"] == message for line in self.process.lines)

    def _count(self) -> None:
        self.crashes += self.said("a turn crashed") + self.said("a callback crashed") + self.said("a request failed")

    async def close(self) -> None:
        """End it in whatever state it is."""
        await self.kill()


@asynccontextmanager
async def fleet(ground: Ground, many: int) -> AsyncIterator[list[Berth]]:
    """So many nodes that serve; all are gone afterwards."""
    berths = list(await asyncio.gather(*[Berth.of(ground) for _ in range(many)]))
    try:
        yield berths
    finally:
        for berth in berths:
            await berth.close()
