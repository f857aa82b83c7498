"""Nobody is written to more often than the platform lets through."""

from datetime import timedelta

import pytest

from bot.pace import Pace
from tests.bot.tellers import Clock

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def burst(pace: Pace, who: str = "wang", most: int = 2000) -> int:
    """How many go at once."""
    return next(number for number in range(most) if pace.wait(who))


def test_so_many_go_at_once_and_the_next_when_the_first_is_a_minute_old(clock: Clock) -> None:
    pace = Pace(clock, (3, MINUTE))
    assert pace.wait("wang") == 0
    clock.advance(20)
    assert burst(pace) == 2
    assert pace.wait("wang") == 40
    clock.advance(40)
    assert burst(pace) == 1
    assert pace.wait("wang") == 20


def test_each_person_has_a_pace_of_their_own(clock: Clock) -> None:
    pace = Pace(clock, (3, MINUTE))
    assert burst(pace) == 3
    assert burst(pace, "li") == 3


def test_within_any_minute_and_any_hour_no_more_go_than_may(clock: Clock) -> None:
    pace = Pace(clock, (30, MINUTE), (100, HOUR))
    went: list[float] = []
    for second in range(2 * 3600):
        went += [second] * burst(pace)
        clock.advance(1)
    for length, most in ((60, 30), (3600, 100)):
        assert max(sum(start <= at < start + length for at in went) for start in set(went)) == most
    assert len(went) == 200


def test_whoever_was_not_written_to_for_long_is_forgotten(clock: Clock) -> None:
    pace = Pace(clock, (3, MINUTE))
    assert [burst(pace, f"p{number}") for number in range(5)] == [3] * 5
    clock.advance(60)
    assert burst(pace) == 3
    assert pace.people == 1
