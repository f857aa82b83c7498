"""Quiet hours and the wait before another try."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.backoff import STEPS, seconds_until_retry
from bot.quiet import QuietHours

CHINA = ZoneInfo("Asia/Shanghai")
NIGHT = QuietHours(CHINA, 22, 7)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (at(3, 21, 59), None),
        (at(3, 22), at(4, 7)),
        (at(3, 23, 59), at(4, 7)),
        (at(4, 0), at(4, 7)),
        (at(4, 6, 59), at(4, 7)),
        (at(4, 7), None),
    ],
)
def test_the_night_ends_at_seven_in_the_county_whatever_the_clocks_zone(now: datetime, end: datetime | None) -> None:
    assert NIGHT.end(now.astimezone(UTC)) == end


def test_quiet_hours_within_one_day_end_on_that_day() -> None:
    siesta = QuietHours(CHINA, 12, 14)
    assert siesta.end(at(3, 13)) == at(3, 14)
    assert siesta.end(at(3, 11)) is None
    assert siesta.end(at(3, 14)) is None


def test_equal_hours_mean_that_no_hour_is_quiet() -> None:
    assert all(QuietHours(CHINA, 7, 7).end(at(3, hour)) is None for hour in range(24))


def test_the_wait_grows_with_each_failed_try_and_then_stays() -> None:
    waits = [seconds_until_retry(attempts, lambda: 0.5) for attempts in range(8)]
    assert waits == [2.5, 15.0, 60.0, 150.0, 450.0, 1800.0, 1800.0, 1800.0]


def test_the_wait_lies_anywhere_within_the_step_but_never_before_the_platforms_wish() -> None:
    assert seconds_until_retry(1, lambda: 0.0, 60.0) == 60.0
    assert seconds_until_retry(1, lambda: 0.999, 60.0) == pytest.approx(60.0 + 0.999 * STEPS[1])
