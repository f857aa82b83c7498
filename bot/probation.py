"""Accounts at fault, as this process knows them: closed for a while, then tried by one message before all others."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dialogs.engine.deliveries import Pause, Push
from dialogs.engine.messages import Picture

PATIENCE = 4.0
"""Seconds for which a message waits for the one on trial; then it is put off, for its lease goes on meanwhile."""
PUT_OFF = timedelta(seconds=5)


@dataclass(slots=True)
class _Trial:
    push: int
    over: asyncio.Event = field(default_factory=asyncio.Event)


def _concerning(push: Push) -> Sequence[Pause]:
    whole = Pause(push.to.channel)
    return (whole, Pause(push.to.channel, pictures=True)) if isinstance(push.body, Picture) else (whole,)


class Probation:
    """A platform that has said 45009 is not called by all who wait when the pause is over, but by one of them."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._until: dict[Pause, datetime] = {}
        self._trials: dict[Pause, _Trial] = {}

    def close(self, what: Pause, until: datetime) -> None:
        """Nothing of that may go before then; who is on trial has failed it."""
        self._until[what] = until
        self._end(what)

    def note(self, paused: Collection[Pause]) -> None:
        """What the store says is paused, by whichever node: when that is over, it is on trial here too."""
        for what in paused:
            self._until.setdefault(what, self._clock())

    def closed(self) -> Collection[Pause]:
        """What need not be claimed now."""
        now = self._clock()
        return [what for what, until in self._until.items() if until > now or what in self._trials]

    async def put_off_until(self, push: Push) -> datetime | None:
        """None: the message may go now, and if its account is on trial, it is the one that tries it."""
        for what in _concerning(push):
            while (until := self._until.get(what)) is not None:
                if until > self._clock():
                    return until
                trial = self._trials.setdefault(what, _Trial(push.id))
                if trial.push == push.id:
                    break
                try:
                    async with asyncio.timeout(PATIENCE):
                        await trial.over.wait()
                except TimeoutError:
                    return self._clock() + PUT_OFF
        return None

    def ended(self, push: Push, *, asked: bool) -> None:
        """That message has had its answer, or was not `asked` for one. Answered without a fault of the account's, it
        opens the way for all."""
        for what in _concerning(push):
            trial = self._trials.get(what)
            if trial is not None and trial.push == push.id:
                if asked:
                    del self._until[what]
                self._end(what)

    def _end(self, what: Pause) -> None:
        trial = self._trials.pop(what, None)
        if trial is not None:
            trial.over.set()
