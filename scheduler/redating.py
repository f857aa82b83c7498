"""Re-dating: a new calendar's open cases get their deadlines anew before anything falls due by the old ones."""

import logging
from collections.abc import Callable
from datetime import datetime

from cases.faults import trace
from cases.redating import redate
from dialogs.engine.around import Knowledge
from dialogs.engine.ports import Store

log = logging.getLogger(__name__)

BATCH = 100
"""Cases in one transaction."""


class Redating:
    """Dates the open cases by the calendar in force. Several nodes may do it at once: each case is dated once.

    Once none is left it rests until the next start: nodes whose calendars differ would else date for ever.
    """

    def __init__(self, store: Store, knowledge: Callable[[], Knowledge]) -> None:
        self._store, self._knowledge = store, knowledge
        self._limit, self._behind = BATCH, ""
        self._over = False

    async def run_once(self, now: datetime) -> int:
        """Date all that are left, in batches; how many cases have new deadlines. Raises what the store raises.

        After a batch that fails it goes on case by case, and a case that fails alone waits for the next start.
        """
        moved = 0
        while not self._over:
            numbers: list[str] = []
            try:
                moved += await self._date(now, numbers)
            except Exception as error:
                if not numbers:
                    raise
                self._failed(numbers, error)
                continue
            self._over = self._over or not numbers
            self._behind = numbers[-1] if numbers else self._behind
        if moved:
            log.info("open cases were dated by a new calendar", extra={"count": moved})
        return moved

    def stop(self) -> None:
        """Begin no further batch."""
        self._over = True

    async def _date(self, now: datetime, numbers: list[str]) -> int:
        """Date the next cases in one transaction; their numbers are written down in `numbers` in any case."""
        rules = self._knowledge().rules
        async with self._store.work() as work:
            found = await work.cases.dated_otherwise(rules.calendar.digest, after=self._behind, limit=self._limit)
            numbers += [case.number for case in found]
            moved = [await redate(work, rules, case, now) for case in found]
            await work.commit()
        return sum(moved)

    def _failed(self, numbers: list[str], error: Exception) -> None:
        if self._limit == 1:
            log.error("a case could not be dated anew", extra={"case": numbers[0], "fault": trace(error)})
            self._behind = numbers[0]
        self._limit = 1
