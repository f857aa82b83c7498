"""Both stores of tokens keep one an account, ask for a new one once however many need it, and no more often."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.tokens import FORCED_PAUSE, LEAST_LIFE, MARGIN, ProcessTokens, Token, TokenStore
from bot.tokens_redis import RedisTokens
from tests.bot.tellers import Clock, CounterClosed, Teller

ACCOUNT = "wechat\nwx1\nsecret"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["process", "redis"])
async def tokens(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[TokenStore]:
    """A store of each kind in turn."""
    if request.param == "process":
        yield ProcessTokens(clock)
        return
    redis: Redis = Redis.from_url(request.getfixturevalue("valkey_url"))
    yield RedisTokens(redis, clock)
    await redis.aclose()


async def test_a_token_is_asked_for_once_and_kept(tokens: TokenStore) -> None:
    teller = Teller()
    assert [await tokens.get(ACCOUNT, teller) for _ in range(3)] == ["token-1"] * 3
    assert teller.named == [None]


async def test_each_account_has_its_own(tokens: TokenStore) -> None:
    teller = Teller()
    assert await tokens.get(ACCOUNT, teller) == "token-1"
    assert await tokens.get("another", teller) == "token-2"
    assert await tokens.get(ACCOUNT, teller) == "token-1"


async def test_many_who_need_one_at_the_same_time_ask_once(tokens: TokenStore) -> None:
    teller = Teller()
    got = await asyncio.gather(*(tokens.get(ACCOUNT, teller) for _ in range(50)))
    assert (set(got), teller.named) == ({"token-1"}, [None])


async def test_whoever_was_refused_an_older_one_takes_the_one_that_is_kept(tokens: TokenStore) -> None:
    teller = Teller()
    assert await tokens.get(ACCOUNT, teller) == "token-1"
    assert await tokens.get(ACCOUNT, teller, failing="an older one") == "token-1"
    assert teller.named == [None]


async def test_a_refused_token_less_than_30_s_old_is_given_again_so_that_nobody_goes_on_asking(
    tokens: TokenStore,
) -> None:
    teller = Teller()
    await tokens.get(ACCOUNT, teller)
    assert [await tokens.get(ACCOUNT, teller, failing="token-1") for _ in range(5)] == ["token-1"] * 5
    assert teller.named == [None]


async def test_a_fault_of_the_platform_reaches_all_who_wait_and_is_not_kept(tokens: TokenStore) -> None:
    teller = Teller(closed=True)
    waiting = [tokens.get(ACCOUNT, teller) for _ in range(5)]
    faults = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(fault) for fault in faults] == [CounterClosed] * 5
    assert len(teller.named) == 1
    teller.closed = False
    assert await tokens.get(ACCOUNT, teller) == "token-2"


async def test_whoever_asked_first_may_leave_without_spoiling_it_for_the_others(tokens: TokenStore) -> None:
    teller = Teller()
    teller.open.clear()
    first = asyncio.create_task(tokens.get(ACCOUNT, teller))
    second = asyncio.create_task(tokens.get(ACCOUNT, teller))
    await teller.asked.wait()
    first.cancel()
    teller.open.set()
    assert await second == "token-1"
    assert first.cancelled()
    assert teller.named == [None]


async def test_with_nobody_left_the_token_is_kept_for_the_next(tokens: TokenStore) -> None:
    teller = Teller()
    teller.open.clear()
    alone = asyncio.create_task(tokens.get(ACCOUNT, teller))
    await teller.asked.wait()
    alone.cancel()
    await asyncio.wait({alone})
    teller.open.set()
    assert await tokens.get(ACCOUNT, teller) == "token-1"
    assert teller.named == [None]


async def test_a_platform_may_be_forced_once_in_a_while_for_each_account(tokens: TokenStore) -> None:
    assert [await tokens.may_force(ACCOUNT) for _ in range(3)] == [True, False, False]
    assert await tokens.may_force("another")


async def test_in_a_process_the_platform_may_be_forced_again_after_75_minutes(clock: Clock) -> None:
    tokens = ProcessTokens(clock)
    assert await tokens.may_force(ACCOUNT)
    clock.advance(FORCED_PAUSE - 1)
    assert not await tokens.may_force(ACCOUNT)
    clock.advance(1)
    assert await tokens.may_force(ACCOUNT)


async def test_in_a_process_a_token_is_renewed_two_minutes_before_its_end(clock: Clock) -> None:
    tokens, teller = ProcessTokens(clock), Teller()
    await tokens.get(ACCOUNT, teller)
    clock.advance(7200 - MARGIN - 1)
    assert await tokens.get(ACCOUNT, teller) == "token-1"
    clock.advance(1)
    assert await tokens.get(ACCOUNT, teller) == "token-2"
    assert teller.named == [None, None]


async def test_in_a_process_a_refused_token_is_renewed_once_30_s_have_passed(clock: Clock) -> None:
    tokens, teller = ProcessTokens(clock), Teller()
    await tokens.get(ACCOUNT, teller)
    clock.advance(30)
    got = await asyncio.gather(*(tokens.get(ACCOUNT, teller, failing="token-1") for _ in range(20)))
    assert (set(got), teller.named) == ({"token-2"}, [None, "token-1"])
    clock.advance(29)
    assert await tokens.get(ACCOUNT, teller, failing="token-2") == "token-2"


async def test_a_clock_set_back_does_not_keep_a_refused_token(clock: Clock) -> None:
    tokens, teller = ProcessTokens(clock), Teller()
    await tokens.get(ACCOUNT, teller)
    clock.advance(-3600)
    assert await tokens.get(ACCOUNT, teller, failing="token-1") == "token-2"


@pytest.mark.parametrize(("lives_for", "kept_for"), [(7200, 7200 - MARGIN), (300, 300 - MARGIN), (10, LEAST_LIFE)])
def test_a_token_is_kept_until_shortly_before_its_end_and_at_least_for_a_moment(
    lives_for: float, kept_for: float
) -> None:
    assert Token("t", lives_for).kept_for == kept_for
