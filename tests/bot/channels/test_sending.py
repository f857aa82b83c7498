"""Messages go out as each platform wants them, once, in order, and every refusal says what makes sense next."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.channel import Channel, File, NotSent, Sent
from bot.texts import split_reply, with_links, with_numbers
from cases.people import Address
from dialogs.engine.messages import Choice, Reply
from tests.bot.channels.accounts import AGENT, SEALED, WECOM, Side, StoppedClock
from tests.bot.channels.platform import HangUp, Platform

LI = Address("wechat:main", "oLi")
WANG = Address("wecom:main", "Wang")
CUSTOM = "/cgi-bin/message/custom/send"
MESSAGE = "/cgi-bin/message/send"
UPLOAD = "/cgi-bin/media/upload"
JPEG = File(b"\xff\xd8\xff\xe0picture", "image/jpeg")
LONG = Reply("路灯坏了三天，晚上很黑，老人出门不方便。" * 60, (Choice("好"), Choice("不好")))
OVER = {"errcode": 45015}


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    async with Platform() as opened:
        yield opened


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def wechat(platform: Platform, clock: StoppedClock) -> AsyncIterator[Channel]:
    channel = SEALED.channel(clock, platform.base)
    yield channel
    await channel.close()


@pytest.fixture
async def wecom(platform: Platform, clock: StoppedClock) -> AsyncIterator[Channel]:
    channel = WECOM.channel(clock, platform.base)
    yield channel
    await channel.close()


async def refusal(channel: Channel, to: Address, message: Reply | File = Reply("好")) -> NotSent:
    with pytest.raises(NotSent) as fault:
        await channel.send("k", to, message)
    return fault.value


async def test_wechat_sends_a_customer_service_message(platform: Platform, wechat: Channel) -> None:
    reply = Reply("修好了吗？", (Choice("修好了", "1"),))
    assert await wechat.send("k", LI, reply) == Sent()
    (call,) = platform.other_calls
    assert (call.method, call.path, call.query) == ("POST", CUSTOM, {"access_token": "token-1"})
    assert call.body == {"touser": "oLi", "msgtype": "text", "text": {"content": with_links(reply)}}
    assert "修好了吗？".encode() in call.raw  # 40033: no \uXXXX


async def test_wecom_sends_an_application_message_that_the_platform_keeps_from_repeating(
    platform: Platform, wecom: Channel
) -> None:
    platform.will_say(MESSAGE, {"errcode": 0, "invaliduser": "", "msgid": "m1", "response_code": "r1"})
    reply = Reply("签收吗？", (Choice("签收"),))
    assert await wecom.send("k", WANG, reply) == Sent("m1", "r1")
    (call,) = platform.other_calls
    assert (call.method, call.path, call.query) == ("POST", MESSAGE, {"access_token": "token-1"})
    assert call.body == {
        "touser": "Wang",
        "agentid": AGENT,
        "msgtype": "text",
        "text": {"content": with_numbers(reply)},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 1800,
    }


async def test_a_long_text_goes_in_parts_and_in_order(platform: Platform, wechat: Channel, wecom: Channel) -> None:
    await wechat.send("k", LI, LONG)
    await wecom.send("k", WANG, LONG)
    texts = [call.body["text"]["content"] for call in platform.other_calls]
    parts = split_reply(LONG)
    assert len(parts) > 2
    assert texts == [*map(with_links, parts), *map(with_numbers, parts)]


async def test_another_try_goes_on_after_the_part_that_went_out(platform: Platform, wechat: Channel) -> None:
    platform.will_say(CUSTOM, {"errcode": 0}, {"errcode": -1})
    with pytest.raises(NotSent):
        await wechat.send("k", LI, LONG)
    await wechat.send("other", LI, Reply("好"))
    platform.calls.clear()
    await wechat.send("k", LI, LONG)
    assert [call.body["text"]["content"] for call in platform.other_calls] == [
        with_links(part) for part in split_reply(LONG)[1:]
    ]


@pytest.mark.parametrize("side", [SEALED, WECOM], ids=["wechat", "wecom"])
async def test_a_picture_is_uploaded_and_then_sent(platform: Platform, clock: StoppedClock, side: Side) -> None:
    channel = side.channel(clock, platform.base)
    path = CUSTOM if side is SEALED else MESSAGE
    platform.will_say(UPLOAD, {"type": "image", "media_id": "m-1", "created_at": 1380000000})
    await channel.send("k", LI, JPEG)
    await channel.close()
    upload, message = platform.other_calls
    assert (upload.path, upload.query) == (UPLOAD, {"access_token": "token-1", "type": "image"})
    assert (upload.body, upload.raw) == (("media", "image.jpg", "image/jpeg"), JPEG.content)
    assert message.path == path
    assert (message.body["msgtype"], message.body["image"]) == ("image", {"media_id": "m-1"})


async def test_a_picture_too_big_for_the_platform_is_not_even_tried(
    platform: Platform, wechat: Channel, wecom: Channel
) -> None:
    two, ten = File(b"x" * (2 * 1024 * 1024 + 1), "image/png"), File(b"x" * (10 * 1024 * 1024 + 1), "image/png")
    for fault in (await refusal(wechat, LI, two), await refusal(wecom, WANG, ten)):
        assert (fault.reason, fault.again) == ("too-big", None)
    assert platform.calls == []


@pytest.mark.parametrize("user", ["@all", "Wang|Li"])
async def test_nothing_is_ever_sent_to_several_people(platform: Platform, wecom: Channel, user: str) -> None:
    fault = await refusal(wecom, Address("wecom:main", user))
    assert (fault.reason, fault.again) == ("receiver", None)
    assert platform.calls == []


async def test_an_invalid_receiver_is_seen_though_the_platform_says_it_is_well(
    platform: Platform, wecom: Channel
) -> None:
    platform.will_say(MESSAGE, {"errcode": 0, "invaliduser": "other|wang"}, {"errcode": 0, "invaliduser": "other"})
    fault = await refusal(wecom, WANG)
    assert (fault.reason, fault.again, fault.account) == ("81013", None, False)
    await wecom.send("k", WANG, Reply("好"))


SOON, MINUTE, MENDING = 5.0, 60.0, 600.0
TOMORROW = 12 * 3600 + 300  # it is noon in China
WECHAT_CODES = [
    (-1, SOON, False, False),
    (40001, MINUTE, False, False),
    (40014, MINUTE, False, False),
    (42001, MINUTE, False, False),
    (45015, None, True, False),
    (45047, None, True, False),
    (45009, TOMORROW, False, True),
    (45011, MINUTE, False, False),
    *((code, None, False, False) for code in (40003, 43004, 50005, 46004, 40007, 45002, 43019, 48002, 43101, 47003)),
    *((code, MENDING, False, True) for code in (40013, 40125, 40243, 40164, 41001, 48001, 48004, 50002)),
    (99999, None, False, False),
]
WECOM_CODES = [
    (-1, SOON, False, False),
    (6000, SOON, False, False),
    (45033, SOON, False, False),
    (45009, MINUTE, False, False),
    (40014, MINUTE, False, False),
    (42001, MINUTE, False, False),
    *((code, None, False, False) for code in (40003, 60111, 60011, 81013, 82001, 45002, 44004, 40058)),
    *((code, MENDING, False, True) for code in (40001, 40056, 301002, 60020, 48002)),
]


@pytest.mark.parametrize(("code", "again", "held", "account"), WECHAT_CODES)
async def test_every_code_of_wechat_says_what_makes_sense_next(
    platform: Platform, wechat: Channel, code: int, again: float | None, held: bool, account: bool
) -> None:
    platform.will_say(CUSTOM, *[{"errcode": code, "errmsg": "secret words"}] * 3)
    fault = await refusal(wechat, LI)
    assert (fault.reason, fault.again, fault.held, fault.account) == (str(code), again, held, account)


@pytest.mark.parametrize(("code", "again", "held", "account"), WECOM_CODES)
async def test_every_code_of_wecom_says_what_makes_sense_next(
    platform: Platform, wecom: Channel, code: int, again: float | None, held: bool, account: bool
) -> None:
    platform.will_say(MESSAGE, *[{"errcode": code, "errmsg": "secret words"}] * 3)
    fault = await refusal(wecom, WANG)
    assert (fault.reason, fault.again, fault.held, fault.account) == (str(code), again, held, account)


async def test_a_daily_quota_is_waited_for_until_five_past_midnight_in_china(
    platform: Platform, wechat: Channel, clock: StoppedClock
) -> None:
    clock.now = datetime(2026, 12, 31, 15, 59, 30, tzinfo=UTC)
    platform.will_say(CUSTOM, {"errcode": 45009})
    assert (await refusal(wechat, LI)).again == 330


@pytest.mark.parametrize(
    ("answer", "reason", "again"),
    [(500, "http-500", SOON), (502, "http-502", SOON), (404, "http-404", MINUTE), (HangUp(), "unreachable", SOON)],
)
async def test_a_broken_platform_is_tried_again(
    platform: Platform, wechat: Channel, answer: int | HangUp, reason: str, again: float
) -> None:
    platform.will_say(CUSTOM, answer, answer)
    fault = await refusal(wechat, LI)
    assert (fault.reason, fault.again, fault.account) == (reason, again, False)


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"null", b'{"errcode": "x"}', b"[" * 100_000, b"\xff"])
async def test_an_answer_that_is_no_json_object_is_tried_again(
    platform: Platform, wechat: Channel, content: bytes
) -> None:
    platform.will_say(CUSTOM, File(content, "text/html"))
    fault = await refusal(wechat, LI)
    assert (fault.reason, fault.again) == ("unreadable", SOON)


async def test_words_that_are_no_unicode_are_sent_all_the_same(platform: Platform, wecom: Channel) -> None:
    await wecom.send("k", Address("wecom:main", "wang\udcff"), Reply("灯\ud800亮"))
    (call,) = platform.other_calls
    assert (call.body["touser"], call.body["text"]["content"]) == ("wang?", "灯亮")
