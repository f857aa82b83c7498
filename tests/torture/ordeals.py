"""The ordeals: which county, which fault, how often; and how one is gone through from the first word to the check."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.delivery import LEASE
from tests.kit.servers import PostgresServer, ValkeyServer, free_pair
from tests.torture.audit import Findings, audit, left_over, slow_ones
from tests.torture.faults import Fault, Scene, crash_postgres, empty_valkey, fill_the_disk, freeze_a_node, kill_a_node
from tests.torture.fleet import fleet
from tests.torture.ground import HANDLE_SECONDS, SHARES, settled
from tests.torture.people import Crowd
from tests.torture.platform import Platform
from tests.torture.post import Balancer, Post, balancing_session

WARMING = 2.0
"""Seconds of load before the first round."""
LADDER_SECONDS = HANDLE_SECONDS * max(SHARES.values()) / 100 + 5.0
DRAINED_WITHIN = LEASE + 5.0
"""Seconds after the last round by which nothing may be left of what was there then."""
PATIENCE = 4 * DRAINED_WITHIN
LOOK = 0.5
Say = Callable[[str], None]


@dataclass(frozen=True)
class Ordeal:
    """A fault, for a county of so many nodes; on PostgreSQL and Valkey with two and more, else on SQLite."""

    name: str
    nodes: int
    fault: Fault
    rounds: int
    """In `make torture`."""


KILLS = 600
ORDEALS = (
    Ordeal("kill-3", 3, kill_a_node, KILLS // 2),
    Ordeal("kill-2", 2, kill_a_node, KILLS // 4),
    Ordeal("kill-sqlite", 1, kill_a_node, KILLS // 4),
    Ordeal("freeze", 3, freeze_a_node, 5),
    Ordeal("postgres", 2, crash_postgres, 20),
    Ordeal("valkey", 2, empty_valkey, 60),
    Ordeal("full-disk", 1, fill_the_disk, 10),
)


@dataclass(frozen=True)
class Outcome:
    """What came of an ordeal. Times in seconds."""

    name: str
    rounds: int
    seed: int
    found: Findings
    drained: float
    unanswered: int
    """Messages that no node answered in three deliveries: the person was told so, or saw 该公众号暂时无法提供服务."""
    crashes: int
    took: float
    slow: Sequence[str] = ()
    """What was left when all should have been drained."""
    errors: Counter[str] = field(default_factory=Counter)
    """What the nodes logged as errors."""
    note: str = ""

    def broken(self, within: float = DRAINED_WITHIN) -> list[str]:
        """What must not be, such as more than so many seconds of draining; nothing when the ordeal was survived."""
        wrong = list(self.found.wrong)
        if self.crashes:
            wrong.append(f"{self.crashes} turns or callbacks crashed")
        if self.drained > within:
            wrong += [f"drained after {self.drained:.1f} s", *self.slow]
        if wrong:
            wrong += [f"logged {count} times: {words}" for words, count in self.errors.most_common()]
        return wrong


async def undergo(ordeal: Ordeal, rounds: int, seed: int, folder: Path, say: Say) -> Outcome:
    """Go through it in that empty folder; `say` is told how far it is."""
    clock = time.monotonic()
    async with (
        _ground(ordeal, seed, folder) as (url, scene, crowd, platform),
        asyncio.TaskGroup() as together,
    ):
        enough = asyncio.Event()
        crowding = together.create_task(crowd.come(enough))
        await asyncio.sleep(WARMING)
        for number in range(1, rounds + 1):
            await ordeal.fault(scene)
            say(f"{ordeal.name}: {number} of {rounds}, {len(crowd.post.told)} messages")
        enough.set()
        await scene.all_up()
        drained, slow = await _drained(url, scene.last, crowding)
        found = await audit(url, crowd, platform)
        for berth in scene.berths:
            await berth.kill()
        crashes = sum(berth.crashes for berth in scene.berths)
        errors = sum((berth.errors for berth in scene.berths), Counter[str]())
        unanswered = sum(not told.kept for told in crowd.post.told)
    took = time.monotonic() - clock
    return Outcome(ordeal.name, rounds, seed, found, drained, unanswered, crashes, took, slow, errors)


@asynccontextmanager
async def _ground(ordeal: Ordeal, seed: int, folder: Path) -> AsyncIterator[tuple[str, Scene, Crowd, Platform]]:
    """The county with its servers, nodes, platforms and people."""
    async with AsyncExitStack() as stack:
        url, redis, postgres, valkey = f"sqlite+aiosqlite:///{folder / 'gridbell.db'}", None, None, None
        if ordeal.nodes > 1:
            postgres = await stack.enter_async_context(_server())
            url = await asyncio.to_thread(postgres.create, "county")
            valkey = await asyncio.to_thread(ValkeyServer)
            stack.callback(valkey.close)
            redis = valkey.url
        port = free_pair()
        ground = await settled(folder, url, redis, (port, port + 1))
        platform = Platform(ground.settings, random.Random(seed + 1))
        await stack.enter_async_context(platform.open(port))
        berths = await stack.enter_async_context(fleet(ground, ordeal.nodes))
        session = await stack.enter_async_context(balancing_session())
        post = Post(ground.settings, Balancer(berths, session), random.Random(seed + 2))
        crowd = Crowd(post, platform, ground.corners, random.Random(seed + 3))
        scene = Scene(berths, random.Random(seed), postgres, valkey)
        try:
            yield url, scene, crowd, platform
        finally:
            await scene.end()


@asynccontextmanager
async def _server() -> AsyncIterator[PostgresServer]:
    """A PostgreSQL with fsync on, started and ended beside the loop, since other ordeals may be under way in it."""
    server = await asyncio.to_thread(PostgresServer, fsync=True)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.close)


async def _drained(url: str, last: datetime, crowding: "asyncio.Task[None]") -> tuple[float, list[str]]:
    """Wait until all have spoken and nothing is left to do; the seconds after `last` at which nothing was left of what
    was there then, and what was left too long."""
    drained: float | None = None
    slow: list[str] = []
    while True:
        now = datetime.now(UTC)
        passed = (now - last).total_seconds()
        left, old = await left_over(url, now, now + timedelta(seconds=LADDER_SECONDS), last)
        if not old and drained is None:
            drained = passed
        if old and passed > DRAINED_WITHIN and not slow:
            slow = await slow_ones(url, last)
        if drained is not None and crowding.done() and not left:
            return drained, slow
        if passed > PATIENCE:
            crowding.cancel()
            return drained or passed, slow
        await asyncio.sleep(LOOK)
