"""Photos, recordings and videos are fetched within bounds, and the platform's words are never taken for one."""

import pytest

from bot.api import MOST_MEDIA_BYTES, Dialect, PlatformApi, Request
from bot.channel import Channel, File, NotSent
from bot.tokens import ProcessTokens
from tests.bot.channels.accounts import SEALED, WECOM, Side, StoppedClock
from tests.bot.channels.platform import CUSTOM, MEDIA, Call, Hang, HangUp, Platform

SIDES = pytest.mark.parametrize("side", [SEALED, WECOM], ids=["wechat", "wecom"])
SOON, MINUTE = 5.0, 60.0
JPEG = File(b"\xff\xd8\xff\xe0picture", "image/jpeg")
VIDEO = File(b"\x00\x00\x00\x18ftypmp42", "video/mp4")


async def fetched(side: Side, platform: Platform) -> File:
    channel = side.channel(StoppedClock(), platform.base)
    try:
        return await channel.fetch("m-1")
    finally:
        await channel.close()


async def lost(side: Side, platform: Platform) -> NotSent:
    with pytest.raises(NotSent) as fault:
        await fetched(side, platform)
    return fault.value


@SIDES
async def test_a_file_is_asked_for_by_its_id_and_comes_as_it_is(platform: Platform, side: Side) -> None:
    platform.will_say(MEDIA, JPEG)
    assert await fetched(side, platform) == JPEG
    (call,) = platform.other_calls
    assert call == Call("GET", MEDIA, {"access_token": "token-1", "media_id": "m-1"})


@SIDES
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "image/jpeg", "application/octet-stream"])
async def test_an_error_in_place_of_a_file_is_seen_whatever_it_calls_itself(
    platform: Platform, side: Side, content_type: str
) -> None:
    platform.will_say(MEDIA, File(b'{"errcode":40007,"errmsg":"invalid media_id"}', content_type))
    fault = await lost(side, platform)
    assert (fault.reason, fault.again, fault.account) == ("40007", None, False)


@SIDES
async def test_words_without_an_error_are_no_file_either(platform: Platform, side: Side) -> None:
    platform.will_say(MEDIA, {"errcode": 0, "errmsg": "ok"})
    fault = await lost(side, platform)
    assert (fault.reason, fault.again) == ("no-media", None)


@SIDES
async def test_an_old_token_is_renewed_for_a_file_too(platform: Platform, side: Side) -> None:
    platform.will_say(MEDIA, JPEG, {"errcode": 42001}, JPEG)
    channel = side.channel(clock := StoppedClock(), platform.base)
    await channel.fetch("m-0")
    clock.advance(60)
    assert await channel.fetch("m-1") == JPEG
    await channel.close()
    assert [call.query["access_token"] for call in platform.other_calls] == ["token-1", "token-1", "token-2"]


@SIDES
async def test_twenty_megabytes_are_taken_and_not_one_byte_more(platform: Platform, side: Side) -> None:
    most = File(bytes(MOST_MEDIA_BYTES), "video/mp4")
    platform.will_say(MEDIA, most, File(bytes(MOST_MEDIA_BYTES + 1), "video/mp4"))
    assert len((await fetched(side, platform)).content) == MOST_MEDIA_BYTES
    fault = await lost(side, platform)
    assert (fault.reason, fault.again) == ("too-big", None)


@SIDES
@pytest.mark.parametrize(
    ("answer", "reason", "again"),
    [(500, "http-500", SOON), (404, "http-404", MINUTE), (302, "http-302", MINUTE), (HangUp(), "unreachable", SOON)],
)
async def test_a_file_that_does_not_come_is_asked_for_again_later(
    platform: Platform, side: Side, answer: int | HangUp, reason: str, again: float
) -> None:
    platform.will_say(MEDIA, answer, answer)
    fault = await lost(side, platform)
    assert (fault.reason, fault.again) == (reason, again)


async def test_a_video_of_wechats_is_fetched_where_the_platform_says_without_our_token(
    platform: Platform, wechat: Channel
) -> None:
    platform.will_say(MEDIA, {"video_url": f"{platform.base}/videos/1.mp4?vkey=a%2Fb"})
    platform.will_say("/videos/1.mp4", VIDEO)
    assert await wechat.fetch("m-1") == VIDEO
    assert platform.other_calls[-1].query == {"vkey": "a/b"}


async def test_a_video_that_has_gone_is_said_to_be_gone(platform: Platform, wechat: Channel) -> None:
    platform.will_say(MEDIA, {"video_url": f"{platform.base}/videos/1.mp4"})
    platform.will_say("/videos/1.mp4", {"errcode": 40007})
    with pytest.raises(NotSent) as fault:
        await wechat.fetch("m-1")
    assert (fault.value.reason, fault.value.again) == ("40007", None)


async def test_a_platform_that_does_not_answer_is_given_up_in_time(platform: Platform) -> None:
    platform.will_say(CUSTOM, Hang())
    clock = StoppedClock()
    dialect = Dialect(lambda _: Request("GET", "/cgi-bin/gettoken"), can_force=False, stale=frozenset(), verdicts={})
    api = PlatformApi("li", platform.base, dialect, ProcessTokens(clock), clock, timeout=0.2)
    with pytest.raises(NotSent) as fault:
        await api.post(CUSTOM, {})
    await api.close()
    assert (fault.value.reason, fault.value.again, fault.value.account) == ("timeout", SOON, False)


@pytest.mark.parametrize(
    "answer", [{"expires_in": 7200}, {"access_token": "t"}, {"access_token": "t", "expires_in": "?"}]
)
@SIDES
async def test_an_answer_without_a_whole_token_is_none(
    platform: Platform, side: Side, answer: dict[str, object]
) -> None:
    platform.will_say("/cgi-bin/stable_token", answer)
    platform.will_say("/cgi-bin/gettoken", answer)
    fault = await lost(side, platform)
    assert (fault.reason, fault.again) == ("no-token", MINUTE)
    assert platform.other_calls == []


@SIDES
async def test_a_check_is_one_call_for_a_token(platform: Platform, side: Side) -> None:
    channel = side.channel(StoppedClock(), platform.base)
    assert await channel.check() == ""
    await channel.close()
    assert len(platform.calls) == len(platform.token_calls) == 1


@SIDES
@pytest.mark.parametrize(
    ("answer", "mend"), [({"errcode": 40013}, "请核对"), ({"errcode": -1}, "稍后再试"), (502, "请检查网络")]
)
async def test_a_check_that_fails_says_what_to_mend_and_tells_no_secret(
    platform: Platform, side: Side, answer: dict[str, int] | int, mend: str
) -> None:
    platform.will_say("/cgi-bin/stable_token", answer)
    platform.will_say("/cgi-bin/gettoken", answer)
    channel = side.channel(StoppedClock(), platform.base)
    said = await channel.check()
    await channel.close()
    assert said.startswith(f"{channel.name} 取不到访问凭证（")
    assert mend in said
    assert "secret-0123456789" not in said
