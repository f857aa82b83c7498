"""Any bytes under any query are answered, with a status that means what it should, and never crash the callback."""

import asyncio
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bot.channels.accounts import HELLO, SIDES
from tests.bot.channels.door import Door

EXAMPLES = 60
SEED = st.sampled_from(["li", "", "text", "event", "0", "x" * 130, "9" * 13, "灯]]>灯", "-1", "1e5", "\u0000", "&lt;"])
FIELDS = st.dictionaries(
    st.sampled_from(["FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "Content", "MediaId", "Location_X"]),
    SEED,
)
NAMES = st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "echostr", "encrypt_type"])
QUERIES = st.dictionaries(NAMES, st.text(max_size=30) | st.just("aes") | st.just("1772510400"))


class Street:
    """All accounts' doors, on a loop that goes on between examples."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.doors = {name: Door(side) for name, side in SIDES.items()}
        for door in self.doors.values():
            self.runner.run(door.__aenter__())

    def close(self) -> None:
        for door in self.doors.values():
            self.runner.run(door.__aexit__())
        self.runner.close()


@pytest.fixture(scope="module")
def street() -> Iterator[Street]:
    opened = Street()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def no_crash(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails a test during which the callback crashed, even if the answer looked well."""
    with caplog.at_level(logging.ERROR):
        yield
    assert "a callback crashed" not in caplog.messages


@given(st.sampled_from(sorted(SIDES)), QUERIES, st.binary(max_size=200))
@settings(max_examples=EXAMPLES, deadline=None)
def test_noise_is_turned_away(street: Street, account: str, query: dict[str, str], body: bytes) -> None:
    door = street.doors[account]
    assert street.runner.run(door.post(query, body)).status in {400, 403}
    assert street.runner.run(door.get(query)).status in {400, 403}
    assert door.listener.heard == []


@given(st.sampled_from(sorted(SIDES)), st.binary(max_size=200), st.integers(0, 2**16))
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_genuine_query_with_another_body_is_turned_away(
    street: Street, account: str, noise: bytes, place: int
) -> None:
    door = street.doors[account]
    query, body = door.callback(HELLO)
    place %= len(body)
    assert street.runner.run(door.post(query, noise)).status in {400, 403}
    assert street.runner.run(door.post(query, body[:place])).status in {400, 403}
    assert door.listener.heard == []


@given(st.sampled_from(sorted(SIDES)), FIELDS)
@settings(max_examples=2 * EXAMPLES, deadline=None)
def test_whatever_a_genuine_message_holds_it_is_heard_or_refused(
    street: Street, account: str, fields: dict[str, str]
) -> None:
    door = street.doors[account]
    usual = {"MsgType": "text"}
    status = street.runner.run(door.say({**usual, **fields})).status
    heard, door.listener.heard = door.listener.heard, []
    assert (status, len(heard)) in {(200, 1), (400, 0)}


@given(st.sampled_from(sorted(set(SIDES) - {"wechat plain"})), st.binary(max_size=200))
@settings(max_examples=EXAMPLES, deadline=None)
def test_whatever_is_sealed_it_is_heard_or_refused(street: Street, account: str, inside: bytes) -> None:
    door = street.doors[account]
    query, body = door.side.callback(inside.decode("latin-1"), door.clock)
    assert street.runner.run(door.post(query, body)).status == 400
    assert door.listener.heard == []
