"""A delivery alone in a process, with a lease of one's choice: a node's own is 30 s, too long to be waited out often.

`python -m tests.torture.courier CONFIG LEASE` sends what lies in the outbox until it is killed, and prints a line for
each message that it had sent and could not record, since its claim had passed to another by then.
"""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery import Delivery
from bot.quiet import QuietHours
from config.settings import Settings
from dialogs.engine.deliveries import Pause, Push
from gridbell.accounts import channels_of
from gridbell.opening import opened
from gridbell.sharing import alone
from gridbell.wiring import now
from storage.engines import engines_for
from storage.pushes import SqlPushes

REFUSED = "refused"
PACE = 0.05
"""Seconds between two looks into the outbox."""


Begin = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class NotedPushes(SqlPushes):
    """Pushes whose refused records are told."""

    def __init__(self, begin: Begin, tell: Callable[[], None]) -> None:
        super().__init__(begin)
        self._tell = tell

    async def sent(self, push: Push, platform_id: str, now: datetime) -> bool:
        """As ever; a refusal is told."""
        recorded = await super().sent(push, platform_id, now)
        if not recorded:
            self._tell()
        return recorded


def refused() -> None:
    """One more line, at once: the process may be killed any time."""
    sys.stdout.write(f"{REFUSED}\n")
    sys.stdout.flush()


async def carry(config: Path, lease: float) -> None:
    """Send for ever."""
    settings = Settings.load(config)
    async with opened(settings) as store:
        engines = engines_for(settings.storage.url)
        delivery = Delivery(
            NotedPushes(engines.writers.begin, refused),
            store.media,
            channels_of(settings, now, alone(now)),
            now,
            media_folder=settings.storage.media,
            quiet=QuietHours(settings.county.county().zone, 0, 0),
            on_dead=_nobody_hears_of_the_dead,
            on_account_fault=_nobody_hears_of_faults,
            lease=lease,
        )
        while True:
            await delivery.run_once()
            await asyncio.sleep(PACE)


async def _nobody_hears_of_the_dead(push: Push, reason: str) -> None:
    """The checker finds them in the outbox."""


async def _nobody_hears_of_faults(pause: Pause, reason: str) -> None:
    """The checker finds what was not sent."""


if __name__ == "__main__":
    asyncio.run(carry(Path(sys.argv[1]), float(sys.argv[2])))
