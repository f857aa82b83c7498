"""What is done to a county: one round each of killing, freezing and taking away what it stands on."""

import asyncio
import random
import resource
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.delivery import LEASE
from tests.kit.servers import PostgresServer, ValkeyServer
from tests.torture.fleet import Berth

KILL_WITHIN = 1.6
"""Seconds at most that a round waits before it strikes."""
OUTAGE = (0.2, 2.5)
"""Seconds that a server is away."""
RECOVERY = (2.0, 4.0)
"""Seconds until the next round of what stops everybody."""
BEYOND = 3.0
"""Seconds that a frozen node stands still beyond the lease."""


@dataclass
class Scene:
    """A county under torture, and what it stands on."""

    berths: list[Berth]
    chance: random.Random
    postgres: PostgresServer | None
    valkey: ValkeyServer | None
    last: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When the last round struck."""
    _starting: set[asyncio.Task[None]] = field(default_factory=set)

    def strikes(self) -> None:
        """Note that it is now."""
        self.last = datetime.now(UTC)

    async def one_to_strike(self) -> Berth:
        """A random node that serves, while another one serves as well where there are several."""
        need = min(2, len(self.berths))
        while sum(berth.up for berth in self.berths) < need:
            started, self._starting = await asyncio.wait(self._starting, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.gather(*started)
        await asyncio.sleep(self.chance.uniform(0.0, KILL_WITHIN))
        return self.chance.choice([berth for berth in self.berths if berth.up])

    def start_again(self, berth: Berth) -> None:
        """Begin to start it; `all_up` waits for it."""
        self._starting.add(asyncio.create_task(berth.start()))

    async def all_up(self) -> None:
        """Wait until every node serves again."""
        if self._starting:
            await asyncio.gather(*self._starting)
            self._starting.clear()

    async def end(self) -> None:
        """Start nothing any more, and take away what came to take another's place."""
        for task in self._starting:
            task.cancel()
        if self._starting:
            await asyncio.wait(self._starting)
        if self.valkey is not None:
            await asyncio.to_thread(self.valkey.close)


FULL = (2.0, 12.0)
"""Seconds that a disk is full: less and more than the three deliveries of a message."""
PAGE = 1024


def no_room(berth: Berth) -> None:
    """The disk is full, to this process."""
    _writes(berth, PAGE)


def room_again(berth: Berth) -> None:
    """There is room again."""
    _writes(berth, resource.RLIM_INFINITY)


def _writes(berth: Berth, most: int) -> None:
    """Let the process write no file beyond that size, as if its disk were full from there on."""
    _, hard = resource.prlimit(berth.process.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(berth.process.process.pid, resource.RLIMIT_FSIZE, (most, hard))


Fault = Callable[[Scene], Awaitable[None]]


async def kill_a_node(scene: Scene) -> None:
    """`kill -9`, and a new process at once."""
    berth = await scene.one_to_strike()
    await berth.kill()
    scene.strikes()
    scene.start_again(berth)


async def freeze_a_node(scene: Scene) -> None:
    """SIGSTOP until others have taken what it had, then SIGCONT: it goes on as if nothing had been."""
    berth = await scene.one_to_strike()
    berth.freeze()
    await asyncio.sleep(LEASE + BEYOND)
    berth.thaw()
    scene.strikes()
    await asyncio.sleep(scene.chance.uniform(*RECOVERY))


async def crash_postgres(scene: Scene) -> None:
    """`pg_ctl stop -m immediate` and a start that has to recover."""
    assert scene.postgres is not None
    await asyncio.to_thread(scene.postgres.crash)
    scene.strikes()
    await asyncio.sleep(scene.chance.uniform(*OUTAGE))
    await asyncio.to_thread(scene.postgres.come_back)
    await asyncio.sleep(scene.chance.uniform(*RECOVERY))


async def empty_valkey(scene: Scene) -> None:
    """FLUSHALL, and every fifth time it is killed and comes back with nothing."""
    assert scene.valkey is not None
    await asyncio.sleep(1.0)
    scene.strikes()
    if scene.chance.random() < 0.2:
        scene.valkey.process.kill()
        await asyncio.sleep(scene.chance.uniform(*OUTAGE))
        port = scene.valkey.port
        await asyncio.to_thread(scene.valkey.close)
        scene.valkey = await asyncio.to_thread(ValkeyServer, port)
    else:
        await asyncio.to_thread(scene.valkey.ask, b"FLUSHALL")


async def fill_the_disk(scene: Scene) -> None:
    """No file of the node's can grow or be written beyond its first page, for a while."""
    berth = await scene.one_to_strike()
    no_room(berth)
    await asyncio.sleep(scene.chance.uniform(*FULL))
    room_again(berth)
    scene.strikes()
    await asyncio.sleep(scene.chance.uniform(*RECOVERY))
