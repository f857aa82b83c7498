"""Housekeeping: what nobody took in time is given up, and what need not be kept any longer is erased."""

import logging
from datetime import datetime, timedelta

from dialogs.alerts import tell_of_lapsed
from dialogs.engine.conversation import DRAFT_LIFE
from dialogs.engine.ports import Store

log = logging.getLogger(__name__)

WORDS_LIFE = timedelta(days=30)
"""How long words said outside of a case are kept (个人信息保护法 §19: the shortest time that serves the purpose), and
how long a message without a time of its own waits for its receiver."""


class Housekeeping:
    """Gives up and erases what is past its time; doing it again, or on several nodes, changes nothing more."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run_once(self, now: datetime) -> tuple[int, int, int]:
        """Erase drafts older than 24 h, give up messages past their time or 30 days old and tell the admins, and erase
        the words of messages older than 30 days; how many of each."""
        async with self._store.work() as work:
            drafts = await work.conversations.forget_drafts(now - DRAFT_LIFE)
            await work.commit()
        async with self._store.work() as work:
            lapsed = await work.outbox.lapse(now, now - WORDS_LIFE)
            await tell_of_lapsed(work, lapsed)
            await work.commit()
        async with self._store.work() as work:
            words = await work.inbox.forget(now - WORDS_LIFE)
            await work.commit()
        done = {"old drafts were erased": drafts, "messages lapsed": len(lapsed), "old words were erased": words}
        for what, count in done.items():
            if count:
                log.info(what, extra={"count": count})
        return drafts, len(lapsed), words
