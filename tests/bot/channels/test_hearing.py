"""What is heard is answered in the HTTP answer; what could not be kept is left for the platform to repeat."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest
import xmltodict
from wechatpy.replies import TextReply

from bot.callback import NOT_KEPT
from bot.channel import StoreAway
from bot.intake import DEADLINE
from bot.texts import with_links, with_numbers
from dialogs.engine.messages import Choice, Incoming, Reply
from tests.bot.channels.accounts import ANSWER, HELLO, NONCE, PLAIN, SEALED, SIDES, StoppedClock
from tests.bot.channels.door import Answered, Door, Listener

QUIET = {"MsgType": "event", "Event": "LOCATION", "Latitude": "30.1", "Longitude": "120.6"}
LEFT = {"MsgType": "event", "Event": "unsubscribe"}


class SecretFault(Exception):
    """A fault whose words nobody may log."""


class BrokenClock(StoppedClock):
    """A clock that does not tell the time."""

    def __call__(self) -> datetime:
        raise SecretFault("no time")


@dataclass
class Slow(Listener):
    """Takes its whole time, and has no answer then."""

    clock: StoppedClock = field(default_factory=StoppedClock)

    async def __call__(self, incoming: Incoming) -> Reply | None:
        self.clock.advance(DEADLINE)
        return None


def nothing_to_say(door: Door, answered: Answered) -> bool:
    """Whether it is the platform's empty acknowledgement."""
    empty = b"" if door.side.kind == "wecom" else b"success"
    return (answered.status, answered.body) == (200, empty)


async def test_the_reply_goes_back_in_the_answer_to_whom_it_came_from(door: Door) -> None:
    answered = await door.say(HELLO)
    said = door.side.read(answered.body)
    now = str(int(door.clock().timestamp()))
    assert (answered.status, answered.content_type) == (200, "application/xml")
    assert said == {
        "ToUserName": "li",
        "FromUserName": door.side.receiver,
        "CreateTime": now,
        "MsgType": "text",
        "Content": ANSWER.text,
    }


async def test_a_plain_answer_is_what_wechatpy_would_have_written() -> None:
    async with Door(PLAIN) as door:
        answered = await door.say(HELLO)
        now = int(door.clock().timestamp())
    theirs = TextReply(target="li", source=PLAIN.receiver, time=now, content=ANSWER.text)
    assert xmltodict.parse(answered.body) == xmltodict.parse(theirs.render())


async def test_a_sealed_answer_says_nothing_in_plain_text() -> None:
    async with Door(SEALED) as door:
        answered = await door.say(HELLO)
    outer = xmltodict.parse(answered.body)["xml"]
    assert set(outer) == {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}
    assert outer["Nonce"] == NONCE
    assert ANSWER.text.encode() not in answered.body


async def test_choices_are_links_in_wechat_and_numbers_in_wecom(door: Door) -> None:
    reply = Reply("哪一类？", (Choice("路灯", "1"), Choice("井盖", "2")))
    door.listener.answer = reply
    said = door.side.read((await door.say(HELLO)).body)["Content"]
    assert said == (with_numbers(reply) if door.side.kind == "wecom" else with_links(reply))
    assert ("weixin://" in said) == (door.side.kind == "wechat")


@pytest.mark.parametrize(
    "words", ["x]]></Content><Content><![CDATA[y", "]]>", "a\x00b\x0bc", "<a href='x'>y</a>", "\ud800"]
)
async def test_a_persons_words_cannot_break_an_answer(door: Door, words: str) -> None:
    door.listener.answer = Reply(f"您说：{words}。")
    said = door.side.read((await door.say(HELLO)).body)
    assert set(said) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}
    assert said["Content"].startswith("您说：")
    assert "<a" not in said["Content"]


async def test_an_answer_longer_than_a_message_is_cut_where_it_can_be_read(door: Door) -> None:
    door.listener.answer = Reply("灯" * 3000)
    said = door.side.read((await door.say(HELLO)).body)["Content"]
    assert said == "灯" * 599 + "…"


async def test_with_nothing_to_say_the_platform_gets_its_empty_acknowledgement(door: Door) -> None:
    door.listener.answer = Reply("")
    assert nothing_to_say(door, await door.say(HELLO))


@pytest.mark.parametrize("ages", [(0, 5, 10), (0, 0, 0), (-2, 3, 8), (2, 7, 12)], ids=str)
async def test_an_answer_not_in_time_is_left_for_the_next_delivery(door: Door, ages: Sequence[float]) -> None:
    door.listener.answer = None
    first, second, third = await door.deliver(HELLO, *ages)
    assert (first.status, second.status) == (503, 503)
    assert nothing_to_say(door, third)
    assert [heard.last for heard in door.listener.heard] == [False, False, True]


@pytest.mark.parametrize("ages", [(0, 5, 10), (0, 0, 0), (-2, 3, 8), (2, 7, 12)], ids=str)
@pytest.mark.parametrize("fault", [StoreAway("OperationalError"), SecretFault("路灯不亮")], ids=["away", "fault"])
async def test_what_was_not_kept_is_repeated_and_in_the_end_said_to_be_so(
    door: Door, fault: Exception, ages: Sequence[float]
) -> None:
    door.listener.answer = fault
    first, second, third = await door.deliver(HELLO, *ages)
    assert (first.status, second.status, third.status) == (503, 503, 200)
    assert door.side.read(third.body)["Content"] == NOT_KEPT


@pytest.mark.parametrize(("age", "status"), [(7, 503), (8, 200)])
async def test_who_took_no_earlier_delivery_tells_the_last_by_its_age(door: Door, age: float, status: int) -> None:
    door.listener.answer = StoreAway("OperationalError")
    assert (await door.say(HELLO, age=age)).status == status


async def test_the_time_that_hearing_takes_makes_no_delivery_the_last() -> None:
    door = Door(SEALED)
    door.listener = Slow(clock=door.clock)
    async with door:
        assert [answered.status for answered in await door.deliver(HELLO, 0, 5, 10)] == [503, 503, 200]


@pytest.mark.parametrize("fields", [QUIET, LEFT], ids=["position", "left"])
async def test_nobody_is_told_of_a_fault_who_said_nothing(door: Door, fields: dict[str, str]) -> None:
    door.listener.answer = StoreAway("OperationalError")
    first, second, third = await door.deliver(fields, 0, 5, 10)
    assert (first.status, second.status) == (503, 503)
    assert nothing_to_say(door, third)


async def test_who_left_and_is_not_forgotten_yet_is_left_with_the_platform_and_never_given_up(door: Door) -> None:
    door.listener.answer = None
    first, second, third = await door.deliver(LEFT, 0, 5, 10)
    assert (first.status, second.status) == (503, 503)
    assert nothing_to_say(door, third)
    assert [heard.last for heard in door.listener.heard] == [False] * 3


async def test_a_quiet_event_is_acknowledged_at_once(door: Door) -> None:
    door.listener.answer = None
    assert nothing_to_say(door, await door.say(QUIET))


async def test_a_message_of_a_clock_that_is_ahead_is_not_repeated_for_ever(door: Door) -> None:
    door.listener.answer = None
    assert nothing_to_say(door, await door.say(HELLO, age=-30))


async def test_a_fault_is_logged_by_place_and_kind_without_a_word_of_the_message(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    door.listener.answer = SecretFault("李婶说路灯不亮")
    await door.say(HELLO)
    logged = " ".join(str(record.__dict__) for record in caplog.records if record.name.startswith("bot"))
    assert "SecretFault" in logged
    assert door.listener.heard[0].key in logged
    assert "路灯" not in logged


@pytest.mark.parametrize("account", sorted(SIDES))
async def test_a_fault_of_our_own_before_hearing_leaves_the_message_with_the_platform(
    account: str, caplog: pytest.LogCaptureFixture
) -> None:
    query, body = Door(SIDES[account]).callback(HELLO)
    async with Door(SIDES[account], BrokenClock()) as door:
        assert (await door.post(query, body)).status == 503
    assert door.listener.heard == []
    assert "a callback crashed" in caplog.messages
