"""Housekeeping: what need not be kept any longer is erased."""

import logging
from datetime import datetime, timedelta

from dialogs.engine.conversation import DRAFT_LIFE
from dialogs.engine.ports import Store

log = logging.getLogger(__name__)

WORDS_LIFE = timedelta(days=30)
"""How long words said outside of a case are kept (个人信息保护法 §19: the shortest time that serves the purpose)."""


class Housekeeping:
    """Erases what is past its time; doing it again, or on several nodes, changes nothing more."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run_once(self, now: datetime) -> tuple[int, int]:
        """Erase drafts older than 24 h, and the words of messages older than 30 days; how many of each."""
        async with self._store.work() as work:
            drafts = await work.conversations.forget_drafts(now - DRAFT_LIFE)
            await work.commit()
        async with self._store.work() as work:
            words = await work.inbox.forget(now - WORDS_LIFE)
            await work.commit()
        if drafts or words:
            log.info("old drafts were erased", extra={"count": drafts})
            log.info("old words were erased", extra={"count": words})
        return drafts, words
