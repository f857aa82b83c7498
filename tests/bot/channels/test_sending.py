"""Messages go out as each platform wants them, once, in order, and every refusal says what makes sense next."""

import pytest

from bot.channel import Channel, File, Sent
from bot.channels.wecom import repeats_within
from bot.texts import with_links, with_numbers
from cases.people import Address
from dialogs.engine.messages import Choice, Reply
from tests.bot.channels.accounts import AGENT, NOWHERE, SEALED, WECOM, Side, StoppedClock
from tests.bot.channels.platform import CUSTOM, FINE, LI, MESSAGE, UPLOAD, WANG, HangUp, Platform, refusal

SOON, MINUTE = 5.0, 60.0
JPEG = File(b"\xff\xd8\xff\xe0picture", "image/jpeg")


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
        "toparty": "",
        "totag": "",
        "agentid": AGENT,
        "msgtype": "text",
        "text": {"content": with_numbers(reply)},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": repeats_within("k"),
    }


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


async def test_a_member_is_written_to_no_more_often_than_wecom_lets_through(
    platform: Platform, wecom: Channel, clock: StoppedClock
) -> None:
    for number in range(30):
        await wecom.send(f"k{number}", WANG, FINE)
    platform.calls.clear()
    for message in (FINE, JPEG):
        fault = await refusal(wecom, Address("wecom:main", "wang"), message)
        assert (fault.reason, fault.again, fault.asked) == ("pace", MINUTE + 10, False)
    assert platform.calls == []
    await wecom.send("k", LI, FINE)
    clock.advance(MINUTE + 10)
    await wecom.send("k", WANG, FINE)


async def test_a_member_is_written_to_a_thousand_times_an_hour_at_most(wecom: Channel, clock: StoppedClock) -> None:
    for _ in range(40):
        for number in range(25):
            await wecom.send(f"k{number}", WANG, FINE)
        clock.advance(80)
    fault = await refusal(wecom, WANG)
    assert (fault.reason, fault.again) == ("pace", 3610 - 40 * 80)


async def test_an_invalid_receiver_is_seen_though_the_platform_says_it_is_well(
    platform: Platform, wecom: Channel
) -> None:
    platform.will_say(MESSAGE, {"errcode": 0, "invaliduser": "other|wang"}, {"errcode": 0, "invaliduser": "other"})
    fault = await refusal(wecom, WANG)
    assert (fault.reason, fault.again, fault.account) == ("81013", None, False)
    await wecom.send("k", WANG, Reply("好"))


async def test_a_member_without_a_licence_is_seen_too(platform: Platform, wecom: Channel) -> None:
    platform.will_say(MESSAGE, {"errcode": 0, "invaliduser": "", "unlicenseduser": "wang"})
    fault = await refusal(wecom, WANG)
    assert (fault.reason, fault.again, fault.account) == ("unlicensed", None, False)


async def test_a_text_too_long_for_the_platform_goes_without_links(platform: Platform, wechat: Channel) -> None:
    reply = Reply("路灯坏了三天，晚上很黑。" * 10, (Choice("签收"), Choice("退回")))
    platform.will_say(CUSTOM, {"errcode": 45002})
    await wechat.send("k", LI, reply)
    texts = [call.body["text"]["content"] for call in platform.other_calls]
    assert texts == [with_links(reply), with_numbers(reply)]


@pytest.mark.parametrize("choices", [(), (Choice("签收"),)])
async def test_a_text_too_long_even_without_links_is_given_up_and_told(
    platform: Platform, wechat: Channel, choices: tuple[Choice, ...]
) -> None:
    platform.will_say(CUSTOM, *[{"errcode": 45002}] * 5)
    fault = await refusal(wechat, LI, Reply("路灯坏了三天，晚上很黑。" * 10, choices))
    assert (fault.reason, fault.again, fault.account) == ("45002", None, False)
    assert len(platform.other_calls) == 1 + len(choices)


async def test_a_picture_the_platform_gave_no_id_for_is_tried_again(platform: Platform, wechat: Channel) -> None:
    platform.will_say(UPLOAD, {"type": "image"})
    fault = await refusal(wechat, LI, JPEG)
    assert (fault.reason, fault.again) == ("no-media-id", SOON)
    assert [call.path for call in platform.other_calls] == [UPLOAD]


async def test_nobody_there_is_tried_again(clock: StoppedClock) -> None:
    channel = SEALED.channel(clock, NOWHERE)
    fault = await refusal(channel, LI)
    await channel.close()
    assert (fault.reason, fault.again, fault.account) == ("unreachable", SOON, False)


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
