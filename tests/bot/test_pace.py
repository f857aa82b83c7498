"""Nobody is written to more often than the platform lets through, by one process or by all nodes together."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.pace import Limit, Pace, ProcessPace
from bot.pace_redis import RedisPace, redis_key
from bot.shared_redis import REST, SharedRedis
from tests.bot.tellers import Clock
from tests.kit.servers import ValkeyServer

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NAME = "corp/7"
NOWHERE = "redis://127.0.0.1:9/0"
AGE = """
for place, at in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  redis.call('LSET', KEYS[1], place - 1, at - ARGV[1])
end
"""


@dataclass
class Side:
    """One way of counting: how a pace is made, and how time passes for it."""

    make: Callable[..., Pace]
    passes: Callable[[float], Awaitable[None]]


def by_itself() -> Side:
    clock = Clock()

    async def passes(seconds: float) -> None:
        clock.advance(seconds)

    return Side(lambda *limits: ProcessPace(clock, *limits), passes)


def together(redis: Redis) -> Side:
    """Every call is made by another of two nodes. Redis has a clock of its own: what went is made older instead."""
    clock = Clock()
    common = SharedRedis(redis, clock)

    async def passes(seconds: float) -> None:
        for key in await redis.keys("gridbell:pace:*"):
            await redis.eval(AGE, 1, key, int(seconds * 1000))

    def make(*limits: Limit) -> Pace:
        nodes = [RedisPace(common, clock, lambda: 2, NAME, *limits) for _ in range(2)]
        return InTurn(nodes)

    return Side(make, passes)


class InTurn:
    """The paces of several nodes, asked in turn."""

    def __init__(self, nodes: list[RedisPace]) -> None:
        self.nodes = nodes

    async def wait(self, who: str) -> float:
        self.nodes.append(self.nodes.pop(0))
        return await self.nodes[-1].wait(who)


@pytest.fixture(params=["process", "redis"])
async def side(request: pytest.FixtureRequest, valkey_url: str) -> AsyncIterator[Side]:
    redis: Redis = Redis.from_url(valkey_url)
    yield by_itself() if request.param == "process" else together(redis)
    await redis.aclose()


async def burst(pace: Pace, who: str = "wang", most: int = 2000) -> int:
    """How many go at once."""
    for number in range(most):
        if await pace.wait(who):
            return number
    return most


async def test_so_many_go_at_once_and_the_next_when_the_first_is_a_minute_old(side: Side) -> None:
    pace = side.make((3, MINUTE))
    assert await pace.wait("wang") == 0
    await side.passes(20)
    assert await burst(pace) == 2
    assert 30 < await pace.wait("wang") <= 40
    await side.passes(40)
    assert await burst(pace) == 1
    assert 10 < await pace.wait("wang") <= 20


async def test_each_person_has_a_pace_of_their_own(side: Side) -> None:
    pace = side.make((3, MINUTE))
    assert await burst(pace) == 3
    assert await burst(pace, "李婶") == 3


async def test_within_any_minute_and_any_hour_no_more_go_than_may(side: Side) -> None:
    pace = side.make((30, MINUTE), (100, HOUR))
    went: list[int] = []
    for second in range(0, 2 * 3600, 10):
        went += [second] * await burst(pace)
        await side.passes(10)
    for length, most in ((60, 30), (3600, 100)):
        assert max(sum(start <= at < start + length for at in went) for start in set(went)) == most
    assert len(went) == 200


async def test_whoever_was_not_written_to_for_long_is_forgotten() -> None:
    clock = Clock()
    pace = ProcessPace(clock, (3, MINUTE))
    assert [await burst(pace, f"p{number}") for number in range(5)] == [3] * 5
    clock.advance(60)
    assert await burst(pace) == 3
    assert pace.people == 1


async def test_no_name_in_redis_tells_who_was_written_to_and_none_stays(valkey_url: str) -> None:
    redis: Redis = Redis.from_url(valkey_url)
    pace = RedisPace(SharedRedis(redis, Clock()), Clock(), lambda: 2, NAME, (3, MINUTE), (9, HOUR))
    await pace.wait("wang")
    assert await redis.keys("*") == [redis_key(NAME, "wang").encode()]
    assert "wang" not in redis_key(NAME, "wang")
    assert 0 < await redis.pttl(redis_key(NAME, "wang")) <= 3_600_000
    await redis.aclose()


@pytest.mark.parametrize(("nodes", "each"), [(2, 15), (3, 10), (100, 1)])
async def test_without_redis_each_node_goes_by_its_part_of_the_limit(nodes: int, each: int) -> None:
    redis: Redis = Redis.from_url(NOWHERE)
    pace = RedisPace(SharedRedis(redis, Clock()), Clock(), lambda: nodes, NAME, (30, MINUTE))
    assert await burst(pace) == each
    await redis.aclose()


async def test_what_went_before_redis_went_away_still_counts_and_it_is_asked_again_when_it_is_back() -> None:
    server, clock = ValkeyServer(), Clock()
    redis: Redis = Redis.from_url(server.url)
    pace = RedisPace(SharedRedis(redis, clock), clock, lambda: 2, NAME, (4, MINUTE))
    assert [await pace.wait("wang") for _ in range(2)] == [0, 0]
    server.close()
    assert await pace.wait("wang") == 60
    server = ValkeyServer(server.port)
    clock.advance(REST.total_seconds())
    assert await burst(pace) == 4, "it came back empty: one burst"
    server.close()
    await redis.aclose()


async def test_after_a_flush_as_many_as_may_go_once_more(valkey_url: str) -> None:
    redis: Redis = Redis.from_url(valkey_url)
    pace = RedisPace(SharedRedis(redis, Clock()), Clock(), lambda: 2, NAME, (5, MINUTE))
    assert await burst(pace) == 5
    await redis.flushall()
    assert await burst(pace) == 5
    await redis.aclose()


async def test_a_redis_with_something_else_under_the_name_is_no_obstacle(valkey_url: str) -> None:
    redis: Redis = Redis.from_url(valkey_url)
    await redis.set(redis_key(NAME, "wang"), "a")
    pace = RedisPace(SharedRedis(redis, Clock()), Clock(), lambda: 2, NAME, (30, MINUTE))
    assert await burst(pace) == 15
    await redis.aclose()
