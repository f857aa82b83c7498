"""How often one person may be written to, for platforms that drop in silence whatever exceeds it."""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta


class Pace:
    """Counts what goes to each person, in this process alone; a time in which nothing went is forgotten."""

    def __init__(self, clock: Callable[[], datetime], *limits: tuple[int, timedelta]) -> None:
        """`limits`: so many messages within any such time."""
        self._clock, self._limits = clock, limits
        self._most = max(most for most, _ in limits)
        self._longest = max(time for _, time in limits)
        self._went: OrderedDict[str, deque[datetime]] = OrderedDict()

    @property
    def people(self) -> int:
        """How many are remembered."""
        return len(self._went)

    def wait(self, who: str) -> float:
        """Seconds until one more may go to that person; with 0 it is counted as going now."""
        now = self._clock()
        self._forget(now)
        went = self._went.get(who) or deque(maxlen=self._most)
        times = [went[-most] + time - now for most, time in self._limits if len(went) >= most]
        seconds = max((time.total_seconds() for time in times), default=0.0)
        if seconds > 0:
            return seconds
        went.append(now)
        self._went[who] = went
        self._went.move_to_end(who)
        return 0.0

    def _forget(self, now: datetime) -> None:
        """Of those written to longest ago."""
        while self._went and next(iter(self._went.values()))[-1] <= now - self._longest:
            self._went.popitem(last=False)
