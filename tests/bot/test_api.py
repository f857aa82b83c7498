"""A failing token is renewed once and never in a loop, and a platform that is away costs no more than its time-out."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.api import CROWDED, Dialect, PlatformApi, Request
from bot.channel import File, NotSent
from bot.tokens import ProcessTokens
from tests.bot.channels.accounts import StoppedClock
from tests.bot.channels.platform import BAD_TOKEN, Platform

TOKEN = "/cgi-bin/stable_token"
SEND = "/cgi-bin/message/custom/send"
UPLOAD = "/cgi-bin/media/upload"
STALE = 42001
HOUR = 3600


def dialect(*, can_force: bool) -> Dialect:
    def token_request(force: bool) -> Request:
        return Request("POST", TOKEN, body={"force_refresh": force})

    return Dialect(token_request, can_force, frozenset({40001, STALE}), {45011: CROWDED})


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    async with Platform() as opened:
        yield opened


@pytest.fixture(params=["can be forced", "cannot be forced"])
async def api(request: pytest.FixtureRequest, platform: Platform, clock: StoppedClock) -> AsyncIterator[PlatformApi]:
    forcing = request.param == "can be forced"
    opened = PlatformApi("me", platform.base, dialect(can_force=forcing), ProcessTokens(clock), clock)
    yield opened
    await opened.close()


@pytest.fixture
async def forcing(platform: Platform, clock: StoppedClock) -> AsyncIterator[PlatformApi]:
    opened = PlatformApi("me", platform.base, dialect(can_force=True), ProcessTokens(clock), clock)
    yield opened
    await opened.close()


async def refusal(api: PlatformApi) -> NotSent:
    with pytest.raises(NotSent) as fault:
        await api.post(SEND, {})
    return fault.value


async def test_a_stale_token_is_renewed_and_the_call_made_once_more(
    platform: Platform, api: PlatformApi, clock: StoppedClock
) -> None:
    await api.post(SEND, {"number": 1})
    platform.stale.add("token-1")
    clock.advance(HOUR)
    assert await api.post(SEND, {"number": 2}) == {"errcode": 0, "errmsg": "ok"}
    tokens = [call.query["access_token"] for call in platform.other_calls]
    assert tokens == ["token-1", "token-1", "token-2"]
    assert [call.body for call in platform.other_calls[1:]] == [{"number": 2}] * 2
    assert len(platform.token_calls) == 2


@pytest.mark.parametrize("code", [40001, STALE])
@pytest.mark.parametrize("sticky", [True, False])
async def test_a_platform_that_refuses_every_token_gets_two_calls_and_one_renewal(
    platform: Platform, api: PlatformApi, clock: StoppedClock, code: int, sticky: bool
) -> None:
    platform.sticky = sticky
    await api.post(SEND, {})
    platform.calls.clear()
    platform.will_say(SEND, *[{"errcode": code}] * 50)
    clock.advance(HOUR)
    fault = await refusal(api)
    assert (fault.reason, fault.again) == (str(code), 60)
    assert len(platform.other_calls) <= 2
    assert sum(not call.body["force_refresh"] for call in platform.token_calls) == 1
    assert sum(call.body["force_refresh"] for call in platform.token_calls) <= 1


async def test_a_first_token_that_is_refused_is_not_renewed_at_once(platform: Platform, api: PlatformApi) -> None:
    platform.will_say(SEND, *[BAD_TOKEN] * 50)
    await refusal(api)
    await refusal(api)
    assert len(platform.token_calls) == 1
    assert len(platform.other_calls) == 2


async def test_a_day_of_refused_tokens_stays_within_twenty_forced_renewals(
    platform: Platform, forcing: PlatformApi, clock: StoppedClock
) -> None:
    platform.sticky = True
    for _ in range(24 * 4):
        platform.will_say(SEND, BAD_TOKEN, BAD_TOKEN)
        await refusal(forcing)
        platform.answers.clear()
        clock.advance(HOUR / 4)
    forced = sum(call.body["force_refresh"] for call in platform.token_calls)
    assert 15 < forced <= 20


async def test_two_nodes_that_share_their_tokens_share_the_forced_renewals_too(
    platform: Platform, clock: StoppedClock
) -> None:
    platform.sticky, tokens = True, ProcessTokens(clock)
    nodes = [PlatformApi("me", platform.base, dialect(can_force=True), tokens, clock) for _ in range(2)]
    for _ in range(12):
        for node in nodes:
            platform.will_say(SEND, BAD_TOKEN, BAD_TOKEN)
            await refusal(node)
            platform.answers.clear()
            clock.advance(60)
    for node in nodes:
        await node.close()
    assert sum(call.body["force_refresh"] for call in platform.token_calls) == 1


async def test_a_code_about_the_message_does_not_touch_the_token(platform: Platform, api: PlatformApi) -> None:
    platform.will_say(SEND, {"errcode": 45011}, {"errcode": 1})
    assert (await refusal(api)).again == 60
    assert (await refusal(api)).again is None
    assert len(platform.token_calls) == 1


async def test_an_upload_is_made_anew_with_the_new_token(
    platform: Platform, api: PlatformApi, clock: StoppedClock
) -> None:
    await api.post(SEND, {})
    platform.stale.add("token-1")
    clock.advance(HOUR)
    platform.will_say(UPLOAD, BAD_TOKEN, {"media_id": "m-1"})
    assert await api.upload(UPLOAD, "image", File(b"picture", "image/png")) == "m-1"
    first, second = [call for call in platform.other_calls if call.path == UPLOAD]
    assert first.raw == second.raw == b"picture"
    assert second.query == {"access_token": "token-2", "type": "image"}


async def test_a_platform_that_says_nothing_is_given_up(clock: StoppedClock) -> None:
    held: list[asyncio.StreamWriter] = []

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    api = PlatformApi("me", base, dialect(can_force=False), ProcessTokens(clock), clock, timeout=0.05)
    fault = await refusal(api)
    await api.close()
    for writer in held:
        writer.close()
    server.close()
    await server.wait_closed()
    assert (fault.reason, fault.again, fault.account) == ("timeout", 5, False)


async def test_an_api_that_was_closed_opens_again_when_it_is_needed(platform: Platform, api: PlatformApi) -> None:
    await api.post(SEND, {})
    await api.close()
    await api.post(SEND, {})
    assert len(platform.other_calls) == 2
