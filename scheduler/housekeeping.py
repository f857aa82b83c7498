"""Housekeeping: what nobody took in time is given up, and what need not be kept any longer is erased."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from dialogs.alerts import tell_of_lapsed
from dialogs.engine.conversation import DRAFT_LIFE
from dialogs.engine.ports import Store, Work

log = logging.getLogger(__name__)

WORDS_LIFE = timedelta(days=30)
"""How long words said outside of a case are kept (个人信息保护法 §19: the shortest time that serves the purpose), and
how long a message without a time of its own waits for its receiver."""
CONTACT_LIFE = timedelta(days=90)
"""How long after its end a case tells who reported it: as long as they may come back to it (the privacy notice says so:
结案归档 90 天后隐去联系方式)."""
CASE_LIFE = timedelta(days=3 * 365)
"""How long after its end the words of a case are kept (the privacy notice says so: 案件记录保存 3 年)."""
LONG_CASE_LIFE = timedelta(days=10 * 365)
"""The same for urgent and mediated cases, which courts and inquiries come back to (our own number)."""
DUTY_LIFE = timedelta(days=365)
"""How long after their end leaves and shifts are kept: as long as somebody may ask why a case went where it went (our
own number)."""
AT_ONCE = 500
"""Cases erased in one transaction."""


class Erased(NamedTuple):
    """How much was erased: drafts, messages, of cases the contacts and the words, and leaves and shifts; `lapsed` are
    messages that were given up, of which the admins are told."""

    drafts: int
    messages: int
    contacts: int
    words: int
    lapsed: int = 0
    duty: int = 0


class Housekeeping:
    """Erases what is past its time; doing it again, or on several nodes, changes nothing more."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run_once(self, now: datetime) -> Erased:
        """Give up messages past their time, and erase what is older than it may be, kind by kind."""
        erased = Erased(
            lapsed=await self._once(lambda work: _lapse(work, now)),
            drafts=await self._once(lambda work: work.conversations.forget_drafts(now - DRAFT_LIFE)),
            messages=await self._once(lambda work: work.inbox.forget(now - WORDS_LIFE)),
            contacts=await self._all(lambda work: work.cases.forget_contacts(now - CONTACT_LIFE, AT_ONCE)),
            words=await self._all(lambda work: work.cases.forget_leavers(AT_ONCE))
            + await self._all(
                lambda work: work.cases.forget_words(now - CASE_LIFE, now - LONG_CASE_LIFE, AT_ONCE),
            ),
            duty=await self._once(lambda work: work.people.forget_duty(now - DUTY_LIFE)),
        )
        for kind, count in erased._asdict().items():
            if count:
                log.info("what was past its time was erased", extra={"kind": kind, "count": count})
        return erased

    async def _once(self, forget: Callable[[Work], Awaitable[int]]) -> int:
        async with self._store.work() as work:
            count = await forget(work)
            await work.commit()
        return count

    async def _all(self, forget: Callable[[Work], Awaitable[int]]) -> int:
        """One batch after the other, each in a transaction of its own, so that nobody waits for long."""
        total = 0
        while count := await self._once(forget):
            total += count
        return total


async def _lapse(work: Work, now: datetime) -> int:
    lapsed = await work.outbox.lapse(now, now - WORDS_LIFE)
    await tell_of_lapsed(work, lapsed)
    return len(lapsed)
