"""Two couriers with a short lease, one of which stands still beyond it while its messages are on their way."""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from cases.people import Address
from dialogs.engine.messages import Outgoing, Reply
from gridbell.opening import opened
from storage.store import SqlStore
from tests.kit.servers import PostgresServer, free_pair
from tests.torture.audit import Findings, audit_pushes
from tests.torture.courier import REFUSED
from tests.torture.ground import Ground, settled
from tests.torture.platform import WECOM, Platform

SHORT_LEASE = 2.0
STILL = 3.0
"""Seconds that it stands still."""
SLOW = (0.2, 0.4)
"""Seconds that the platform takes, so that always something is on its way."""
RECEIVERS, EACH = 40, 3
UNDER_WAY = 20
"""So many have come before one courier is frozen."""
TRIES = 5
"""A courier may have nothing on its way when it is frozen, since the other took all: then there is one round more, up
to so many for each that was wanted."""
PATIENCE = 120.0


async def frozen_couriers(rounds: int, seed: int, folder: Path) -> tuple[Findings, int]:
    """So many rounds in which the frozen one had something on its way; what the checker found, and how often a late
    record was refused."""
    postgres = await asyncio.to_thread(PostgresServer, fsync=True)
    try:
        port = free_pair()
        ground = await settled(folder, await asyncio.to_thread(postgres.create, "county"), None, (port, port + 1))
        platform = Platform(ground.settings, random.Random(seed), latency=SLOW)
        async with platform.open(port), _couriers(ground) as couriers, opened(ground.settings) as store:
            met = 0
            for number in range(rounds * TRIES):
                met += await _round(number, store, platform, couriers)
                if met == rounds:
                    break
            refused = [await _killed(courier) for courier in couriers]
        found = await audit_pushes(ground.settings.storage.url, platform)
        if met < rounds:
            found.wrong.append(f"{met} rounds of {rounds * TRIES} had something on its way")
        return found, sum(refused)
    finally:
        postgres.close()


@asynccontextmanager
async def _couriers(ground: Ground) -> AsyncIterator[Sequence[asyncio.subprocess.Process]]:
    command = (sys.executable, "-m", "tests.torture.courier", str(ground.config), str(SHORT_LEASE))
    environ = {**os.environ, **ground.environ}
    couriers = [
        await asyncio.create_subprocess_exec(*command, env=environ, stdout=asyncio.subprocess.PIPE) for _ in range(2)
    ]
    try:
        yield couriers
    finally:
        for courier in couriers:
            if courier.returncode is None:
                courier.kill()
            await courier.wait()


async def _round(
    number: int, store: SqlStore, platform: Platform, couriers: Sequence[asyncio.subprocess.Process]
) -> bool:
    """Messages for all; while some are on their way, one courier is frozen until the other has taken them. False: it
    had none on its way."""
    before, repeated = len(platform.sendings), platform.repeated()
    async with store.work() as work:
        await work.outbox.put(
            Outgoing(f"{number}:{one}:{user}", Address(WECOM, f"officer-{user}"), Reply(f"第{number}轮第{one}条"))
            for one in range(EACH)
            for user in range(RECEIVERS)
        )
        await work.commit()
    await platform.got(before + UNDER_WAY)
    frozen = couriers[number % len(couriers)]
    frozen.send_signal(signal.SIGSTOP)
    await asyncio.sleep(STILL)
    frozen.send_signal(signal.SIGCONT)
    until = time.monotonic() + PATIENCE
    while platform.different() < (number + 1) * EACH * RECEIVERS and time.monotonic() < until:
        await platform.got(len(platform.sendings) + 1)
    return platform.repeated() > repeated


async def _killed(courier: asyncio.subprocess.Process) -> int:
    """How often its records were refused; it has nothing on its way any more."""
    await asyncio.sleep(SLOW[1] + SHORT_LEASE)
    courier.kill()
    said, _ = await courier.communicate()
    return said.decode().split().count(REFUSED)
