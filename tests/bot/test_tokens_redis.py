"""Processes that share a Redis share each token and each renewal, and get along without it while it is away."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.shared_redis import REST
from bot.tokens import FORCED_PAUSE, MARGIN
from bot.tokens_redis import RedisTokens, redis_key
from tests.bot.tellers import Clock, CounterClosed, Teller
from tests.kit.servers import ValkeyServer

ACCOUNT = "wechat\nwx1\nsecret-0123456789"
KEY = redis_key(ACCOUNT)
AWAY = "redis is away, tokens are kept in this process"
NOWHERE = "redis://127.0.0.1:9/0"


class Node:
    """One process: its own connections, its own store."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.redis: Redis = Redis.from_url(url)
        self.tokens = RedisTokens(self.redis, clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def nodes(valkey_url: str, clock: Clock) -> AsyncIterator[list[Node]]:
    """Two processes on one Redis."""
    both = [Node(valkey_url, clock), Node(valkey_url, clock)]
    yield both
    for node in both:
        await node.redis.aclose()


async def renewable(node: Node) -> None:
    """Let the 30 s pass in which a token is not renewed again."""
    await node.redis.delete(f"{KEY}:renewed")


async def test_what_one_process_was_given_serves_the_other(nodes: list[Node]) -> None:
    one, other = nodes
    teller = Teller()
    assert await one.tokens.get(ACCOUNT, teller) == "token-1"
    assert await other.tokens.get(ACCOUNT, teller) == "token-1"
    assert teller.named == [None]


async def test_two_processes_that_need_a_token_at_once_ask_once(nodes: list[Node]) -> None:
    teller = Teller()
    got = await asyncio.gather(*(node.tokens.get(ACCOUNT, teller) for node in nodes * 10))
    assert (set(got), teller.named) == ({"token-1"}, [None])


async def test_two_processes_share_one_refresh_of_a_refused_token(nodes: list[Node]) -> None:
    teller = Teller()
    await nodes[0].tokens.get(ACCOUNT, teller)
    await renewable(nodes[0])
    got = await asyncio.gather(*(node.tokens.get(ACCOUNT, teller, failing="token-1") for node in nodes * 10))
    assert (set(got), teller.named) == ({"token-2"}, [None, "token-1"])


async def test_a_process_late_with_its_complaint_takes_what_the_other_was_given(nodes: list[Node]) -> None:
    one, other = nodes
    teller = Teller()
    await one.tokens.get(ACCOUNT, teller)
    await renewable(one)
    assert await one.tokens.get(ACCOUNT, teller, failing="token-1") == "token-2"
    await renewable(one)
    assert await other.tokens.get(ACCOUNT, teller, failing="token-1") == "token-2"
    assert teller.named == [None, "token-1"]


async def test_a_process_that_waits_for_anothers_call_makes_its_own_if_that_one_fails(nodes: list[Node]) -> None:
    one, other = nodes
    closed, teller = Teller(closed=True), Teller()
    closed.open.clear()
    first = asyncio.create_task(one.tokens.get(ACCOUNT, closed))
    await closed.asked.wait()
    second = asyncio.create_task(other.tokens.get(ACCOUNT, teller))
    closed.open.set()
    with pytest.raises(CounterClosed):
        await first
    assert await second == "token-1"
    assert await one.redis.exists(f"{KEY}:lock") == 0


async def test_whoever_lost_the_lock_meanwhile_does_not_overwrite_what_came_later(nodes: list[Node]) -> None:
    one, other = nodes
    slow, teller = Teller(), Teller()
    slow.open.clear()
    late = asyncio.create_task(one.tokens.get(ACCOUNT, slow))
    await slow.asked.wait()
    await other.redis.delete(f"{KEY}:lock")  # as if its end had come
    assert await other.tokens.get(ACCOUNT, teller) == "token-1"
    await other.redis.set(KEY, "later", px=60_000)
    slow.open.set()
    assert await late == "token-1"
    assert await other.redis.get(KEY) == b"later"


async def test_two_processes_share_the_few_times_that_a_platform_may_be_forced(nodes: list[Node]) -> None:
    one, other = nodes
    asked = await asyncio.gather(*(node.tokens.may_force(ACCOUNT) for node in nodes * 5))
    assert sorted(asked) == [False] * 9 + [True]
    assert 0 < await one.redis.pttl(f"{KEY}:forced") <= FORCED_PAUSE * 1000
    await one.redis.delete(f"{KEY}:forced")  # as if 75 minutes had passed
    assert await other.tokens.may_force(ACCOUNT)
    assert not await one.tokens.may_force(ACCOUNT)


async def test_without_redis_a_process_forces_by_itself_and_no_sooner_than_before(clock: Clock) -> None:
    server = ValkeyServer()
    node = Node(server.url, clock)
    assert await node.tokens.may_force(ACCOUNT)
    server.close()
    assert not await node.tokens.may_force(ACCOUNT)
    clock.advance(FORCED_PAUSE)
    assert await node.tokens.may_force(ACCOUNT)
    assert not await node.tokens.may_force(ACCOUNT)
    await node.redis.aclose()


async def test_a_token_lies_there_no_longer_than_it_is_good_for(nodes: list[Node]) -> None:
    await nodes[0].tokens.get(ACCOUNT, Teller(lives_for=3000))
    life = await nodes[0].redis.pttl(KEY)
    assert 0 < life <= (3000 - MARGIN) * 1000


async def test_no_name_in_redis_tells_an_account_or_a_secret(nodes: list[Node]) -> None:
    await nodes[0].tokens.get(ACCOUNT, Teller())
    names = [str(name) for name in await nodes[0].redis.keys("*")]
    assert names
    assert all("gridbell:token:" in name for name in names)
    assert not any(word in name for name in names for word in ("wx1", "secret", "token-1"))


async def test_without_redis_a_process_asks_for_itself_and_says_so_once(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    node, teller = Node(NOWHERE, clock), Teller()
    got = await asyncio.gather(*(node.tokens.get(ACCOUNT, teller) for _ in range(20)))
    clock.advance(60)
    got.append(await node.tokens.get(ACCOUNT, teller))
    assert (set(got), teller.named) == ({"token-1"}, [None])
    assert await node.tokens.get(ACCOUNT, teller, failing="token-1") == "token-2"
    await node.redis.aclose()
    assert caplog.messages.count(AWAY) == 1


async def test_a_redis_that_goes_away_takes_no_token_with_it_and_is_used_again_when_it_is_back(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    server = ValkeyServer()
    node, teller = Node(server.url, clock), Teller()
    assert await node.tokens.get(ACCOUNT, teller) == "token-1"
    server.close()
    assert await node.tokens.get(ACCOUNT, teller) == "token-1"
    assert caplog.messages == [AWAY]
    server = ValkeyServer(server.port)
    assert await node.tokens.get(ACCOUNT, teller) == "token-1"
    assert await node.redis.exists(KEY) == 0  # not asked yet
    clock.advance(REST.total_seconds())
    assert await node.tokens.get(ACCOUNT, teller) == "token-2"
    assert await node.redis.get(KEY) == b"token-2"
    server.close()
    assert await node.tokens.get(ACCOUNT, teller) == "token-2"
    assert caplog.messages == [AWAY, AWAY]
    await node.redis.aclose()


async def test_a_redis_that_goes_away_during_a_renewal_costs_no_second_call(clock: Clock) -> None:
    server = ValkeyServer()
    node, teller = Node(server.url, clock), Teller()
    teller.open.clear()
    waiting = asyncio.create_task(node.tokens.get(ACCOUNT, teller))
    await teller.asked.wait()
    server.close()
    teller.open.set()
    assert await waiting == "token-1"
    assert teller.named == [None]
    await node.redis.aclose()


async def test_a_redis_with_something_else_under_the_name_is_no_obstacle(nodes: list[Node]) -> None:
    await nodes[0].redis.eval("return redis.call('lpush', KEYS[1], 'a')", 1, KEY)
    assert await nodes[0].tokens.get(ACCOUNT, Teller()) == "token-1"
