"""The bell: rings when a case's time has come, hundreds of due steps in one transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from cases.case import Case
from cases.deadlines import DueStep
from cases.events import Event
from cases.faults import trace
from cases.ringing import fire
from dialogs.engine.around import Knowledge
from dialogs.engine.ports import Store, Work
from dialogs.engine.reception import Tell

log = logging.getLogger(__name__)

BATCH = 100
"""Due steps in one transaction. On SQLite whoever writes waits for the whole of it: measured on a busy machine, turns
have a p99 of 0.6 s so and of 1.1 s with 250, and as many steps are fired a second."""
ROUNDS = 400
"""Batches in one run, of each of those at once; then it ends, and the next beat goes on."""
TRIES = 3
"""So often a step is tried alone: two nodes' batches may have crossed."""
SET_ASIDE = timedelta(minutes=10)
"""How long a step that failed alone stays away."""

OnFault = Callable[[str, str], Awaitable[None]]
"""Told the step's key and the kind of fault, once the step is set aside."""


class Bell:
    """Fires due steps and puts into the outbox who is told. Several nodes may run one each: steps are claimed."""

    def __init__(
        self,
        store: Store,
        knowledge: Callable[[], Knowledge],
        tell: Tell,
        on_fault: OnFault,
        *,
        batch: int = BATCH,
        at_once: int = 1,
    ) -> None:
        """`knowledge` gives the county's present snapshot; `tell` is `dialogs.notices.tell`.

        `batch` steps in a transaction, and so many transactions `at_once`: while the store works for one, the bell
        works at another. SQLite has one writer and wants 1.
        """
        self._store, self._knowledge, self._tell, self._on_fault = store, knowledge, tell, on_fault
        self._batch, self._at_once = batch, at_once
        self._stopping = False

    async def run_once(self, now: datetime) -> int:
        """Fire all that is due at `now` (aware, business time), up to 400 batches; how many steps were done.

        Raises what the store raises when nothing can be claimed; batches under way are finished first.
        """
        claimed, done = await self._next(now)
        runs = self._at_once if claimed == self._batch else min(claimed, 1)
        ended = await asyncio.gather(*(self._go_on(now) for _ in range(runs)), return_exceptions=True)
        for one in ended:
            if isinstance(one, BaseException):
                raise one
            done += one
        return done

    async def _go_on(self, now: datetime) -> int:
        """Batch after batch, until nothing is due that nobody else has in hand; how many steps were done."""
        done = 0
        for _ in range(ROUNDS):
            claimed, more = await self._next(now)
            done += more
            if not claimed:
                break
        return done

    async def _next(self, now: datetime) -> tuple[int, int]:
        """Fire one batch; how many steps were claimed for it, and how many done."""
        claimed: list[DueStep] = []
        if self._stopping:
            return 0, 0
        try:
            done = await self._fire(now, self._batch, claimed)
            return done, done
        except Exception as error:
            if not claimed:
                raise
            log.warning("a batch of due steps failed", extra={"steps": len(claimed), "fault": trace(error)})
        return len(claimed), await self._one_by_one(now, len(claimed))

    def stop(self) -> None:
        """Begin no further batch: a run under way ends with the one it has."""
        self._stopping = True

    async def _fire(self, now: datetime, limit: int, claimed: list[DueStep]) -> int:
        """Fire up to `limit` steps in one transaction; how many. They are written down in `claimed` in any case."""
        async with self._store.work() as work:
            claimed += await work.due_steps.claim(now, limit)
            if claimed:
                await self._ring(work, claimed, now)
                await work.commit()
        return len(claimed)

    async def _ring(self, work: Work, steps: Sequence[DueStep], now: datetime) -> None:
        knowledge = self._knowledge()
        await work.gather({step.case for step in steps})
        news: list[tuple[Case, Event]] = []
        for step in steps:
            news += await fire(work, knowledge.rules, knowledge.units, step, now)
            await work.due_steps.done([step])  # at once: a later one of its case may drop what is still pending
        if news:
            await self._tell(work, knowledge, news, now)

    async def _one_by_one(self, now: datetime, count: int) -> int:
        """Fire that many steps, each alone; one that fails is set aside, so that it does not hold up the others."""
        done = 0
        for _ in range(count):
            done += await self._alone(now)
        return done

    async def _alone(self, now: datetime) -> int:
        claimed: list[DueStep] = []
        for attempt in range(1, TRIES + 1):
            claimed = []
            try:
                return await self._fire(now, 1, claimed)
            except Exception as error:
                if not claimed:
                    raise
                if attempt == TRIES:
                    await self._set_aside(claimed[0], now, error)
        return 0

    async def _set_aside(self, step: DueStep, now: datetime, error: Exception) -> None:
        ids = {"step": step.key, "case": step.case, "kind": step.kind}
        log.error("a due step failed and is set aside", extra={**ids, "fault": trace(error)})
        async with self._store.work() as work:
            await work.due_steps.later(step, now + SET_ASIDE)
            await work.commit()
        try:
            await self._on_fault(step.key, type(error).__name__)
        except Exception as untold:
            log.error("the fault could not be told", extra={**ids, "fault": trace(untold)})
