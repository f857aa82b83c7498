"""The metronome: APScheduler as a beat and nothing more; what is due is in rows, never in here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC
from typing import TypeAlias

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from cases.faults import trace

log = logging.getLogger(__name__)

Body: TypeAlias = Callable[[], Awaitable[object]]


class Metronome:
    """Beats for several bodies of work, each at its own pace.

    A body never runs twice at once; one that raises is logged and beats again next time. Bodies only start work that
    lies in the store, so a missed or doubled beat does no harm.
    """

    def __init__(self, jobs: Mapping[str, tuple[Body, float]]) -> None:
        """`jobs`: by name, the body and the seconds between two beats."""
        self._bodies = {name: body for name, (body, _) in jobs.items()}
        self._seconds = {name: seconds for name, (_, seconds) in jobs.items()}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._asked_again: set[str] = set()
        self._stopped = True
        # misfire_grace_time None: a beat is never dropped for being late (APScheduler drops after 1 s by default).
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )

    def start(self) -> None:
        """Begin to beat in the running event loop. The first beat of each body comes after one interval."""
        self._stopped = False
        for name, seconds in self._seconds.items():
            every = IntervalTrigger(seconds=seconds, timezone=UTC)
            self._scheduler.add_job(self._beat, every, args=(name,), id=name)
        self._scheduler.start()

    async def stop(self) -> None:
        """No more beats; comes back when the bodies under way have ended. A metronome is started once."""
        self._stopped = True
        self._asked_again.clear()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await asyncio.gather(*self._running.values())

    def wake(self, name: str) -> None:
        """Run the body now. If it is under way, it runs once more when it ends: it may have looked too early."""
        if self._stopped:
            return
        if name in self._running:
            self._asked_again.add(name)
        else:
            self._begin(name)

    async def _beat(self, name: str) -> None:
        if not self._stopped and name not in self._running:
            self._begin(name)

    def _begin(self, name: str) -> None:
        task = asyncio.get_running_loop().create_task(self._run(name), name=f"metronome {name}")
        self._running[name] = task

    async def _run(self, name: str) -> None:
        try:
            await self._bodies[name]()
        except Exception as error:
            log.error("a body of work failed; it runs again next time", extra={"job": name, "fault": trace(error)})
        finally:
            del self._running[name]
        if name in self._asked_again:
            self._asked_again.discard(name)
            self._begin(name)
