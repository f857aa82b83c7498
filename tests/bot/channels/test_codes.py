"""Every error code of the platforms says what makes sense next: when to try again, if ever, and whose fault it is."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.channel import Channel, File, NotSent
from tests.bot.channels.accounts import StoppedClock
from tests.bot.channels.platform import CUSTOM, LI, MESSAGE, UPLOAD, WANG, Answer, Platform, refusal

SOON, MINUTE, MENDING = 5.0, 60.0, 600.0
PICTURE = File(b"\xff\xd8\xff\xe0picture", "image/jpeg")
TOMORROW = 12 * 3600 + 300  # it is noon in China


@dataclass(frozen=True)
class Meaning:
    """What NotSent says."""

    again: float | None = None
    held: bool = False
    account: bool = False
    pictures: bool = False


def meaning(fault: NotSent) -> Meaning:
    return Meaning(fault.again, fault.held, fault.account, fault.pictures)


NEVER = Meaning()
WHEN_THEY_WRITE = Meaning(held=True)
ONCE_MENDED = Meaning(MENDING, account=True)
WECHAT = {
    -1: Meaning(SOON),
    40001: Meaning(MINUTE, account=True),
    40014: Meaning(MINUTE, account=True),
    42001: Meaning(MINUTE, account=True),
    45009: Meaning(TOMORROW, account=True),
    45011: Meaning(MINUTE, account=True),
    45015: WHEN_THEY_WRITE,
    45047: WHEN_THEY_WRITE,
    **dict.fromkeys((40003, 43004, 50005, 46004, 40006, 40007, 45001, 45002, 43019, 43101, 47003, 40037), NEVER),
    **dict.fromkeys((40013, 40125, 40243, 40164, 41001, 48001, 48004, 50002), ONCE_MENDED),
    99999: NEVER,
}
WECOM = {
    -1: Meaning(SOON),
    6000: Meaning(SOON),
    45033: Meaning(SOON),
    45009: Meaning(MINUTE, account=True),
    40014: Meaning(MINUTE, account=True),
    42001: Meaning(MINUTE, account=True),
    **dict.fromkeys((40003, 60111, 60011, 81013, 82001, 45002, 44004, 40058, 41016), NEVER),
    **dict.fromkeys((40001, 40056, 301002, 60020, 48002), ONCE_MENDED),
    99999: NEVER,
}


def whatever_is_asked(code: int) -> list[Answer]:
    return [{"errcode": code, "errmsg": "words nobody should rely on"}] * 5


@pytest.mark.parametrize("code", WECHAT)
async def test_every_code_of_wechat_says_what_makes_sense_next(platform: Platform, wechat: Channel, code: int) -> None:
    platform.will_say(CUSTOM, *whatever_is_asked(code))
    fault = await refusal(wechat, LI)
    assert (fault.reason, meaning(fault)) == (str(code), WECHAT[code])


@pytest.mark.parametrize("code", WECOM)
async def test_every_code_of_wecom_says_what_makes_sense_next(platform: Platform, wecom: Channel, code: int) -> None:
    platform.will_say(MESSAGE, *whatever_is_asked(code))
    fault = await refusal(wecom, WANG)
    assert (fault.reason, meaning(fault)) == (str(code), WECOM[code])


async def test_a_daily_quota_is_waited_for_until_five_past_midnight_in_china(
    platform: Platform, wechat: Channel, clock: StoppedClock
) -> None:
    clock.now = datetime(2026, 12, 31, 15, 59, 30, tzinfo=UTC)
    platform.will_say(CUSTOM, {"errcode": 45009})
    assert (await refusal(wechat, LI)).again == 330


async def test_a_quota_of_uploads_stops_pictures_and_not_texts(platform: Platform, wechat: Channel) -> None:
    platform.will_say(UPLOAD, {"errcode": 45009}, {"errcode": 48001}, {"errcode": 45011})
    faults = [meaning(await refusal(wechat, LI, PICTURE)) for _ in range(3)]
    assert faults == [
        Meaning(TOMORROW, account=True, pictures=True),
        Meaning(MENDING, account=True, pictures=True),
        Meaning(MINUTE, account=True, pictures=True),
    ]


async def test_a_picture_that_meets_the_quota_of_messages_stops_all(platform: Platform, wechat: Channel) -> None:
    platform.will_say(UPLOAD, {"media_id": "m-1"})
    platform.will_say(CUSTOM, {"errcode": 45009})
    assert meaning(await refusal(wechat, LI, PICTURE)) == Meaning(TOMORROW, account=True)


async def test_a_picture_without_a_token_stops_all(platform: Platform, wechat: Channel) -> None:
    platform.will_say("/cgi-bin/stable_token", {"errcode": 40125})
    assert meaning(await refusal(wechat, LI, PICTURE)) == ONCE_MENDED


NO_TOKEN = {
    -1: Meaning(SOON),
    40001: ONCE_MENDED,
    40013: ONCE_MENDED,
    40125: ONCE_MENDED,
    40164: ONCE_MENDED,
    99999: ONCE_MENDED,
}


@pytest.mark.parametrize("code", NO_TOKEN)
async def test_without_a_token_every_channel_says_whether_an_admin_is_needed(
    platform: Platform, wechat: Channel, wecom: Channel, code: int
) -> None:
    platform.will_say("/cgi-bin/stable_token", {"errcode": code})
    platform.will_say("/cgi-bin/gettoken", {"errcode": code})
    for fault in (await refusal(wechat, LI), await refusal(wecom, WANG)):
        assert (fault.reason, meaning(fault)) == (str(code), NO_TOKEN[code])
    assert platform.other_calls == []


async def test_token_quotas_are_waited_for_as_each_platform_counts_them(
    platform: Platform, wechat: Channel, wecom: Channel
) -> None:
    platform.will_say("/cgi-bin/stable_token", {"errcode": 45009}, {"errcode": 45011})
    platform.will_say("/cgi-bin/gettoken", {"errcode": 45009})
    assert meaning(await refusal(wechat, LI)) == Meaning(TOMORROW, account=True)
    assert meaning(await refusal(wechat, LI)) == Meaning(MINUTE, account=True)
    assert meaning(await refusal(wecom, WANG)) == Meaning(MINUTE, account=True)
