"""Working time: hours that count, days off, make-up days, and zones that move their clocks."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.calendar import WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
PERIODS = ((time(8), time(12)), (time(14), time(18)))
HOUR = timedelta(hours=1)
HOLIDAY, MAKE_UP = date(2026, 10, 1), date(2026, 10, 10)
CALENDAR = WorkingCalendar(PERIODS, SHANGHAI, frozenset({HOLIDAY}), frozenset({MAKE_UP}), frozenset({2026}))
SUNDAYS = (date(2026, 3, 29), date(2026, 10, 25))  # Berlin's clocks skip an hour, and have one twice
BERLIN = WorkingCalendar(((time(1), time(5)),), ZoneInfo("Europe/Berlin"))

instants = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 (bounds must be naive)
amounts = st.timedeltas(timedelta(microseconds=1), timedelta(hours=400))
calendars = st.sampled_from((CALENDAR, BERLIN))


def local(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (local(3, 9), 2, local(3, 11)),
        (local(3, 9), 3, local(3, 12)),
        (local(3, 11), 2, local(3, 15)),
        (local(3, 9), 8, local(4, 9)),
        (local(3, 13), 1, local(3, 15)),
        (local(6, 17), 2, local(9, 9)),
        (local(7, 10), 1, local(9, 9)),
        (local(30, 17, month=9), 2, local(2, 9, month=10)),
        (local(9, 17, month=10), 2, local(10, 9, month=10)),
    ],
    ids=["within", "to the noon break", "over noon", "a day", "from noon", "over a weekend", "from a Saturday",
         "over a holiday", "into a Saturday worked"],
)  # fmt: skip
def test_working_hours_pass_only_in_working_periods(start: datetime, hours: int, end: datetime) -> None:
    assert CALENDAR.add(start, hours * HOUR) == end
    assert CALENDAR.between(start, end) == hours * HOUR


@given(calendars, instants, amounts)
def test_time_added_is_the_time_between(calendar: WorkingCalendar, start: datetime, amount: timedelta) -> None:
    assert calendar.between(start, calendar.add(start, amount)) == amount


@given(calendars, instants, amounts, amounts)
def test_adding_twice_is_adding_the_sum(
    calendar: WorkingCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@given(calendars, instants, amounts, amounts)
def test_a_later_start_never_ends_sooner(
    calendar: WorkingCalendar, start: datetime, later: timedelta, amount: timedelta
) -> None:
    assert calendar.add(start, amount) <= calendar.add(start + later, amount)
    assert calendar.add(start, amount) < calendar.add(start, amount + later)


@given(calendars, instants, amounts, amounts)
def test_time_between_adds_up(calendar: WorkingCalendar, start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    assert calendar.between(start, end) == calendar.between(start, middle) + calendar.between(middle, end)


@given(calendars, instants)
def test_the_next_opening_is_the_first_working_instant(calendar: WorkingCalendar, at: datetime) -> None:
    opening = calendar.next_opening(at)
    assert calendar.is_working(opening)
    assert calendar.between(at, opening) == timedelta()
    assert (opening == at) == calendar.is_working(at)


def test_a_working_period_has_its_start_and_not_its_end() -> None:
    assert [CALENDAR.is_working(local(3, hour)) for hour in (8, 12, 14, 18)] == [True, False, True, False]


def test_hours_in_another_zone_are_the_same_instant() -> None:
    tokyo = local(3, 9).astimezone(timezone(9 * HOUR))
    assert CALENDAR.add(tokyo, 4 * HOUR) == local(3, 15)
    assert CALENDAR.add(tokyo, timedelta()).tzinfo is UTC
    assert CALENDAR.next_opening(tokyo).tzinfo is UTC


def test_an_hour_that_the_clock_skips_is_no_working_hour() -> None:
    sundays = WorkingCalendar(((time(1), time(5)),), ZoneInfo("Europe/Berlin"), make_up_days=frozenset(SUNDAYS))
    lengths = [sum((end - start for start, end in sundays.spans(day)), timedelta()) for day in (*SUNDAYS, MAKE_UP)]
    assert lengths == [3 * HOUR, 5 * HOUR, timedelta()]


def test_nothing_passes_backwards() -> None:
    assert CALENDAR.between(local(4, 9), local(3, 9)) == timedelta()
    with pytest.raises(ValueError, match="only added"):
        CALENDAR.add(local(3, 9), -HOUR)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        CALENDAR.is_working(local(3, 9).replace(tzinfo=None))


@pytest.mark.parametrize(
    "periods",
    [(), ((time(12), time(8)),), ((time(8), time(12)), (time(12), time(18))), (*reversed(PERIODS),)],
    ids=["none", "turned round", "touching", "out of order"],
)
def test_periods_that_make_no_day_are_refused(periods: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="in order"):
        WorkingCalendar(periods, SHANGHAI)


def test_a_calendar_without_working_days_says_so() -> None:
    every_day = frozenset(date(2026, 1, 1) + timedelta(days=day) for day in range(4000))
    with pytest.raises(ValueError, match="no working time"):
        WorkingCalendar(PERIODS, SHANGHAI, off_days=every_day).next_opening(local(3, 9))


def test_only_published_years_are_certain() -> None:
    assert [CALENDAR.provisional(year) for year in (2025, 2026, 2027)] == [True, False, True]
