"""The packaged calendars against two libraries that follow the State Council's notices."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from config.rulebook import PACKAGED
from tests.cases.triage.county import RULES

PUBLISHED = (2025, 2026)
PREDICTED = 2027


def days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", PUBLISHED)
def test_each_day_of_a_published_year_works_as_chinesecalendar_says(year: int) -> None:
    ours = {day: RULES.calendar.works_on(day) for day in days(year)}
    assert ours == {day: chinese_calendar.is_workday(day) for day in days(year)}


@pytest.mark.parametrize("year", PUBLISHED)
def test_each_weekday_off_is_a_holiday_to_the_second_library(year: int) -> None:
    theirs = holidays.country_holidays("CN", years=year)
    off = {day for day in days(year) if day.weekday() < 5 and not RULES.calendar.works_on(day)}
    assert off == {day for day in theirs if day.year == year and day.weekday() < 5}


def test_an_unpublished_year_has_the_statutory_days_off_and_is_provisional() -> None:
    theirs = holidays.country_holidays("CN", years=PREDICTED)
    off = {day for day in days(PREDICTED) if day.weekday() < 5 and not RULES.calendar.works_on(day)}
    assert off == {day for day in theirs if day.year == PREDICTED and day.weekday() < 5}
    assert RULES.calendar.provisional(PREDICTED)
    assert not any(RULES.calendar.works_on(day) for day in days(PREDICTED) if day.weekday() >= 5)


def test_published_years_are_certain_and_others_are_not() -> None:
    assert [RULES.calendar.provisional(year) for year in (2024, *PUBLISHED, PREDICTED, 2028)] == [
        True,
        False,
        False,
        True,
        True,
    ]


def test_each_calendar_file_lists_its_days_once_in_order() -> None:
    for file in (PACKAGED / "calendar").glob("*.json"):
        written = json.loads(file.read_text(encoding="utf-8"))
        assert written["year"] == int(file.stem)
        for name in ("off_days", "make_up_days"):
            assert written[name] == sorted(set(written[name]))
