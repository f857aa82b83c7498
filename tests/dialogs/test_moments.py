"""Instants and shifts as they are typed, on a Tuesday at nine."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.calendar import WorkingCalendar
from dialogs.moments import NoMoment, begins, days_of, ends, spans
from tests.kit.town import RULES, TUESDAY, ZONE

Reader = Callable[[str, datetime, WorkingCalendar], datetime]


def local(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("words", "begin", "end"),
    [
        ("现在", "03-03 09:00", "03-03 09:00"),
        ("今天", "03-03 00:00", "03-04 00:00"),
        ("明天", "03-04 00:00", "03-05 00:00"),
        ("大后天。", "03-06 00:00", "03-07 00:00"),
        ("明天下午", "03-04 14:00", "03-04 18:00"),
        ("今天上午", "03-03 08:00", "03-03 12:00"),
        ("3月5日", "03-05 00:00", "03-06 00:00"),
        ("３月５号 14：30", "03-05 14:30", "03-05 14:30"),
        ("3-5 14:30", "03-05 14:30", "03-05 14:30"),
        ("2026-03-05", "03-05 00:00", "03-06 00:00"),
        ("2026年3月5日 8点半", "03-05 08:30", "03-05 08:30"),
        ("明天下午3点", "03-04 15:00", "03-04 15:00"),
        ("晚上8点20分", "03-03 20:20", "03-03 20:20"),
        ("晚上12点", "03-04 00:00", "03-04 00:00"),
        ("中午12点", "03-03 12:00", "03-03 12:00"),
        ("中午11点", "03-03 11:00", "03-03 11:00"),
        ("24:00", "03-04 00:00", "03-04 00:00"),
        ("周五", "03-06 00:00", "03-07 00:00"),
        ("周二", "03-03 00:00", "03-04 00:00"),
        ("周一", "03-09 00:00", "03-10 00:00"),
        ("下周一", "03-09 00:00", "03-10 00:00"),
        ("星期天", "03-08 00:00", "03-09 00:00"),
        ("2月28日", "02-28 00:00", "03-01 00:00"),
    ],
)
def test_a_day_begins_at_its_first_midnight_and_ends_at_its_last(words: str, begin: str, end: str) -> None:
    calendar = RULES.calendar
    assert local(begins(words, TUESDAY, calendar)) == begin
    assert local(ends(words, TUESDAY, calendar)) == end


def test_a_day_long_past_is_meant_of_the_next_year() -> None:
    assert begins("1月1日", TUESDAY, RULES.calendar).astimezone(ZONE).year == 2027
    assert begins("1月2日", TUESDAY, RULES.calendar).astimezone(ZONE).year == 2026


@pytest.mark.parametrize("words", ["", "不知道", "2月30日", "13月1日", "25:00", "24:30", "8:75", "3月5日请假", "五"])
@pytest.mark.parametrize("read", [begins, ends])
def test_what_is_no_instant_is_none(words: str, read: Reader) -> None:
    with pytest.raises(NoMoment):
        read(words, TUESDAY, RULES.calendar)


@pytest.mark.parametrize(
    ("words", "shifts"),
    [
        ("3月5日 8:00-18:00", ["03-05 08:00—03-05 18:00"]),
        ("明天 8点到18点半", ["03-04 08:00—03-04 18:30"]),
        ("明天 18:00-8:00", ["03-04 18:00—03-05 08:00"]),
        ("明天 18:00至次日8:00", ["03-04 18:00—03-05 08:00"]),
        ("周五 全天", ["03-06 00:00—03-07 00:00"]),
        ("3月5日至3月6日 8-12", ["03-05 08:00—03-05 12:00", "03-06 08:00—03-06 12:00"]),
        ("3-5到3-6 0:00-24:00", ["03-05 00:00—03-06 00:00", "03-06 00:00—03-07 00:00"]),
    ],
)
def test_shifts_are_days_with_hours_past_midnight_where_the_end_is_not_later(words: str, shifts: list[str]) -> None:
    found = spans(words, TUESDAY, RULES.calendar)
    assert [f"{local(since)}—{local(until)}" for since, until in found] == shifts


@pytest.mark.parametrize(
    "words",
    ["", "明天", "8:00-18:00", "3月6日至3月5日 8-18", "3月1日至6月1日 8-18", "明天 8:00-25:00", "明天 白班"],
)
def test_what_are_no_shifts_are_none(words: str) -> None:
    with pytest.raises(NoMoment):
        spans(words, TUESDAY, RULES.calendar)


def test_days_reach_from_the_first_midnight_to_the_last() -> None:
    assert [local(at) for at in days_of("3月5日至3月6日", TUESDAY, RULES.calendar)] == ["03-05 00:00", "03-07 00:00"]


@given(st.text(st.sampled_from("今明天下午周五年月日号点半至到-:：0123456789 "), max_size=16))
def test_whatever_is_typed_is_an_instant_or_none(words: str) -> None:
    for read in (begins, ends):
        with suppress(NoMoment):
            assert read(words, TUESDAY, RULES.calendar).tzinfo is not None
    with suppress(NoMoment):
        assert all(since < until for since, until in spans(words, TUESDAY, RULES.calendar))
