"""Working time: which hours count, and what is so many working hours after an instant."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property

SATURDAY = 5
DAY = timedelta(days=1)
HORIZON = 3660  # days looked through before a calendar is held to have no working time at all
DIGEST_LENGTH = 12

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class WorkingCalendar:
    """Working periods of a working day, in the county's zone, with days off and make-up days (调休).

    Instants go in and come out aware, in UTC. `known_years` are those whose days are published by the State Council;
    in others weekdays work except for `off_days`, and what is reckoned there is provisional.
    """

    periods: Sequence[tuple[time, time]]
    zone: tzinfo
    off_days: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    known_years: frozenset[int] = frozenset()
    _spans: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ends = [instant for period in self.periods for instant in period]
        if not ends or ends != sorted(set(ends)):
            raise ValueError("working periods must be in order, not empty and not overlapping")

    @cached_property
    def digest(self) -> str:
        """A short hash of the days and the zone: deadlines reckoned by another one are to be reckoned anew.

        Working periods are no part of it, since they are of the rules, nor is which years are published.
        """
        days = [[day.isoformat() for day in sorted(some)] for some in (self.off_days, self.make_up_days)]
        return hashlib.sha256(repr((str(self.zone), days)).encode()).hexdigest()[:DIGEST_LENGTH]

    @cached_property
    def working_day(self) -> timedelta:
        """How much working time one working day has."""
        day = date(2000, 1, 1)
        spans = ((datetime.combine(day, opens), datetime.combine(day, closes)) for opens, closes in self.periods)
        return sum((end - begin for begin, end in spans), timedelta())

    def provisional(self, year: int) -> bool:
        """Whether that year's holidays are not published yet."""
        return year not in self.known_years

    def works_on(self, day: date) -> bool:
        """Whether that local day is a working day."""
        if day in self.make_up_days:
            return True
        return day.weekday() < SATURDAY and day not in self.off_days

    def is_working(self, at: datetime) -> bool:
        """Whether the instant lies in a working period (its start included, its end not)."""
        return any(start <= at < end for start, end in self.spans(self._day(at)))

    def next_opening(self, at: datetime) -> datetime:
        """The instant itself when work is on, else the start of the next working period."""
        for start, end in self._from(at):
            if at < end:
                return max(at, start).astimezone(UTC)
        raise AssertionError("unreachable: _from never ends")

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The first instant at which `amount` of working time has passed since `start`.

        Nothing added to an instant outside working time is that instant. Raises ValueError for less than nothing.
        """
        if amount < timedelta():
            raise ValueError("working time is only added")
        if not amount:
            return start.astimezone(UTC)
        left = amount
        for opens, closes in self._from(start):
            begin = max(opens, start)
            if begin >= closes:
                continue
            if left <= closes - begin:
                return begin + left
            left -= closes - begin
        raise AssertionError("unreachable: _from never ends")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; nothing when `end` is not later."""
        if end <= start:
            return timedelta()
        total = timedelta()
        for opens, closes in self._from(start):
            if opens >= end:
                return total
            total += max(timedelta(), min(closes, end) - max(opens, start))
        raise AssertionError("unreachable: _from never ends")

    def spans(self, day: date) -> tuple[Span, ...]:
        """That local day's working periods as UTC instants; empty on a day off."""
        found = self._spans.get(day)
        if found is None:
            found = self._spans[day] = tuple(self._reckoned(day)) if self.works_on(day) else ()
        return found

    def _reckoned(self, day: date) -> Iterator[Span]:
        for opens, closes in self.periods:
            begin = datetime.combine(day, opens, self.zone).astimezone(UTC)
            end = datetime.combine(day, closes, self.zone).astimezone(UTC)
            if begin < end:
                yield begin, end

    def _from(self, at: datetime) -> Iterator[Span]:
        """Working periods from the local day of `at` on; raises ValueError where years pass without one."""
        day, idle = self._day(at), 0
        while idle < HORIZON:
            spans = self.spans(day)
            idle = 0 if spans else idle + 1
            yield from spans
            day += DAY
        raise ValueError("the calendar has no working time")

    def _day(self, at: datetime) -> date:
        if at.tzinfo is None:
            raise ValueError("an instant must be aware")
        return at.astimezone(self.zone).date()
