"""A message of several parts goes on where it stopped, and what went out whole is forgotten."""

from collections.abc import Sequence

import pytest

from bot.delivered import MOST_KEYS, Delivered

PARTS = ["one", "two", "three"]


class LineDown(Exception):
    """The platform took no more."""


def send(delivered: Delivered, key: str, parts: Sequence[str], *, takes: int) -> list[str]:
    """What went out before the line broke, `takes` parts later."""
    sent: list[str] = []
    for part in delivered.rest(key, parts):
        if len(sent) == takes:
            raise LineDown(*sent)
        sent.append(part)
    return sent


def test_a_message_that_stopped_goes_on_with_the_part_that_did_not_go_out() -> None:
    delivered = Delivered()
    with pytest.raises(LineDown, match="one"):
        send(delivered, "k", PARTS, takes=1)
    with pytest.raises(LineDown, match="two"):
        send(delivered, "k", PARTS, takes=1)
    assert send(delivered, "k", PARTS, takes=3) == ["three"]


def test_a_message_that_went_out_is_forgotten() -> None:
    delivered = Delivered()
    assert send(delivered, "k", PARTS, takes=3) == PARTS
    assert send(delivered, "k", PARTS, takes=3) == PARTS


def test_messages_do_not_know_of_one_another() -> None:
    delivered = Delivered()
    with pytest.raises(LineDown):
        send(delivered, "k", PARTS, takes=2)
    assert send(delivered, "other", PARTS, takes=3) == PARTS
    assert send(delivered, "k", PARTS, takes=3) == ["three"]


def test_of_very_many_that_stopped_the_oldest_is_forgotten_first() -> None:
    delivered = Delivered()
    for number in range(MOST_KEYS + 1):
        with pytest.raises(LineDown):
            send(delivered, str(number), PARTS, takes=1)
    assert send(delivered, "0", PARTS, takes=3) == PARTS
    assert send(delivered, "2", PARTS, takes=3) == ["two", "three"]
