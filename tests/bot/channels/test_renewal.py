"""A token that the platform no longer takes is renewed once a message, and never in a loop."""

import asyncio
import logging
import traceback

import pytest

from bot.channel import Channel
from cases.people import Address
from tests.bot.channels.accounts import AGENT, APP_ID, CORP_ID, SEALED, SECRET, WECOM, Side, StoppedClock
from tests.bot.channels.platform import BAD_TOKEN, CUSTOM, FINE, LI, MESSAGE, WANG, HangUp, Platform, refusal

MINUTE = 60.0
ALWAYS = [{"errcode": 40001}] * 50


def tokens_used(platform: Platform) -> list[str]:
    return [call.query["access_token"] for call in platform.other_calls]


async def test_wechat_asks_for_a_stable_token_in_a_body_so_that_no_secret_lies_in_an_address(
    platform: Platform, wechat: Channel
) -> None:
    await wechat.send("k", LI, FINE)
    (call,) = platform.token_calls
    assert (call.method, call.path, call.query) == ("POST", "/cgi-bin/stable_token", {})
    assert call.body == {
        "grant_type": "client_credential",
        "appid": APP_ID,
        "secret": SECRET,
        "force_refresh": False,
    }


async def test_wecom_asks_for_the_apps_token(platform: Platform, wecom: Channel) -> None:
    await wecom.send("k", WANG, FINE)
    (call,) = platform.token_calls
    assert (call.method, call.path) == ("GET", "/cgi-bin/gettoken")
    assert call.query == {"corpid": CORP_ID, "corpsecret": SECRET}


async def test_one_token_serves_until_shortly_before_its_end(
    platform: Platform, wechat: Channel, clock: StoppedClock
) -> None:
    await wechat.send("1", LI, FINE)
    clock.advance(7200 - 121)
    await wechat.send("2", LI, FINE)
    assert tokens_used(platform) == ["token-1", "token-1"]
    clock.advance(2)
    await wechat.send("3", LI, FINE)
    assert tokens_used(platform)[-1] == "token-2"


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_an_old_token_is_renewed_and_the_message_goes_out(
    platform: Platform, wechat: Channel, clock: StoppedClock, code: int
) -> None:
    await wechat.send("1", LI, FINE)
    clock.advance(60)
    platform.will_say(CUSTOM, {"errcode": code})
    await wechat.send("2", LI, FINE)
    assert tokens_used(platform) == ["token-1", "token-1", "token-2"]
    assert len(platform.token_calls) == 2


async def test_a_server_that_always_says_40001_costs_two_calls_and_one_renewal_a_message(
    platform: Platform, wechat: Channel, clock: StoppedClock
) -> None:
    await wechat.send("first", LI, FINE)
    for _ in range(5):
        clock.advance(60)
        platform.calls.clear()
        platform.will_say(CUSTOM, *ALWAYS)
        fault = await refusal(wechat, LI)
        platform.answers[CUSTOM].clear()
        assert (fault.reason, fault.again) == ("40001", MINUTE)
        assert len(platform.other_calls) <= 2
        assert len(platform.token_calls) <= 1


async def test_a_server_that_gives_the_same_refused_token_is_made_to_give_another_and_rarely(
    platform: Platform, wechat: Channel, clock: StoppedClock
) -> None:
    platform.sticky = True
    await wechat.send("1", LI, FINE)
    clock.advance(60)
    platform.stale = {"token-1"}
    await wechat.send("2", LI, FINE)
    assert tokens_used(platform) == ["token-1", "token-1", "token-2"]
    assert [call.body["force_refresh"] for call in platform.token_calls] == [False, False, True]
    platform.stale = {"token-1", "token-2"}
    for _ in range(70):  # 20 forced renewals a day are allowed: one in 75 minutes at most
        clock.advance(60)
        assert (await refusal(wechat, LI)).again == MINUTE
    assert sum(call.body["force_refresh"] for call in platform.token_calls) == 1
    clock.advance(10 * 60)
    await wechat.send("3", LI, FINE)
    assert sum(call.body["force_refresh"] for call in platform.token_calls) == 2


async def test_wecom_is_asked_once_more_and_then_left_alone_since_it_gives_the_same_token(
    platform: Platform, wecom: Channel, clock: StoppedClock
) -> None:
    platform.sticky = True
    await wecom.send("1", WANG, FINE)
    clock.advance(60)
    platform.calls.clear()
    platform.stale = {"token-1"}
    fault = await refusal(wecom, WANG)
    assert (fault.reason, fault.again) == ("42001", MINUTE)
    assert (len(platform.other_calls), len(platform.token_calls)) == (1, 1)


async def test_wecoms_40001_is_a_bad_secret_and_nothing_is_renewed(platform: Platform, wecom: Channel) -> None:
    platform.will_say(MESSAGE, *ALWAYS)
    fault = await refusal(wecom, WANG)
    assert (fault.reason, fault.account) == ("40001", True)
    assert (len(platform.other_calls), len(platform.token_calls)) == (1, 1)


@pytest.mark.parametrize("side", [SEALED, WECOM], ids=["wechat", "wecom"])
async def test_many_messages_at_once_share_one_token_and_one_renewal(
    platform: Platform, clock: StoppedClock, side: Side
) -> None:
    channel = side.channel(clock, platform.base)
    everybody = [Address(channel.name, f"p{number}") for number in range(20)]
    await asyncio.gather(*(channel.send(f"a{to.user}", to, FINE) for to in everybody))
    assert len(platform.token_calls) == 1
    clock.advance(60)
    platform.stale = {"token-1"}
    await asyncio.gather(*(channel.send(f"b{to.user}", to, FINE) for to in everybody))
    await channel.close()
    assert len(platform.token_calls) == 2
    assert tokens_used(platform).count("token-2") == 20


async def test_a_renewal_that_fails_is_the_reason_given(
    platform: Platform, wechat: Channel, clock: StoppedClock
) -> None:
    await wechat.send("1", LI, FINE)
    clock.advance(60)
    platform.will_say(CUSTOM, BAD_TOKEN)
    platform.will_say("/cgi-bin/stable_token", {"errcode": 40125})
    fault = await refusal(wechat, LI)
    assert (fault.reason, fault.account) == ("40125", True)


async def test_neither_tokens_nor_secrets_nor_people_come_into_logs_or_faults(
    platform: Platform, wechat: Channel, wecom: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    platform.will_say(CUSTOM, HangUp())
    platform.will_say(MESSAGE, {"errcode": 81013})
    faults = [await refusal(wechat, LI), await refusal(wecom, WANG)]
    logged = " ".join(str(record.__dict__) for record in caplog.records if record.name.startswith("bot"))
    told = logged + "".join(line for fault in faults for line in traceback.format_exception(fault))
    assert "NotSent: unreachable" in told
    assert not any(word in told for word in ("token-1", SECRET, LI.user, WANG.user, str(AGENT)))
