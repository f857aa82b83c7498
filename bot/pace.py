"""How often may be written: to one person, for platforms that drop in silence what exceeds it, and by one account."""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

Limit: TypeAlias = tuple[int, timedelta]
"""So many messages within any such time."""


class Pace(Protocol):
    """Counts what goes to each person (or out by each account) against the limits it was made with."""

    async def wait(self, who: str) -> float:
        """Seconds until one more may go to that person; with 0 it is counted as going now."""
        ...


Paces: TypeAlias = Callable[..., Pace]
"""Makes a pace: its name, which all nodes that share it give it, then its limits."""


def paces_alone(clock: Callable[[], datetime]) -> Paces:
    """Each counts in this process alone."""

    def pace(_name: str, *limits: Limit) -> Pace:
        return ProcessPace(clock, *limits)

    return pace


class ProcessPace:
    """A pace of this process alone; a time in which nothing went is forgotten."""

    def __init__(self, clock: Callable[[], datetime], *limits: Limit) -> None:
        self._clock, self._limits = clock, limits
        self._most = max(most for most, _ in limits)
        self._longest = max(time for _, time in limits)
        self._went: OrderedDict[str, deque[datetime]] = OrderedDict()

    @property
    def people(self) -> int:
        """How many are remembered."""
        return len(self._went)

    async def wait(self, who: str) -> float:
        """See Pace."""
        return self.share(who, 1)

    def share(self, who: str, nodes: int) -> float:
        """The same while that many nodes go each by themselves: each by its part of the limits."""
        now = self._clock()
        self._forget(now)
        went = self._went.get(who) or deque[datetime]()
        parts = [(max(most // nodes, 1), time) for most, time in self._limits]
        times = [went[-most] + time - now for most, time in parts if len(went) >= most]
        seconds = max((time.total_seconds() for time in times), default=0.0)
        if seconds <= 0:
            self.count(who)
        return max(seconds, 0.0)

    def count(self, who: str) -> None:
        """One goes to that person now."""
        went = self._went.setdefault(who, deque(maxlen=self._most))
        went.append(self._clock())
        self._went.move_to_end(who)

    def _forget(self, now: datetime) -> None:
        """Of those written to longest ago."""
        while self._went and next(iter(self._went.values()))[-1] <= now - self._longest:
            self._went.popitem(last=False)
