"""A picture is uploaded once, however many people and nodes it is for, until the platform has forgotten it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis

from bot.channel import File, NotSent
from bot.shared_redis import SharedRedis
from bot.uploads import LIFE, MOST_KEPT, ProcessUploads, Uploads, with_upload
from bot.uploads_redis import RedisUploads, redis_key
from tests.bot.tellers import Clock
from tests.kit.servers import ValkeyServer

LAMP, LIT = File(b"a dark lamp", "image/jpeg"), File(b"a lit lamp", "image/jpeg")
ACCOUNT = "wecom:main"
NOWHERE = "redis://127.0.0.1:9/0"


@dataclass
class Shelf:
    """A platform's shelf: `m1`, `m2`… for each upload; ids in `forgotten` it does not know any more."""

    uploads: int = 0
    forgotten: set[str] = field(default_factory=set)
    shown: list[str] = field(default_factory=list)
    fault: Exception | None = None
    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def upload(self) -> str:
        self.uploads += 1
        mine = f"m{self.uploads}"
        self.asked.set()
        await self.open.wait()
        if self.fault is not None:
            raise self.fault
        return mine

    async def show(self, media: str) -> str:
        if media in self.forgotten:
            raise NotSent("40007")
        self.shown.append(media)
        return media

    async def send(self, uploads: Uploads, file: File = LAMP) -> str:
        return await with_upload(uploads, ACCOUNT, file, self.upload, self.show)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(params=["process", "redis"])
async def nodes(request: pytest.FixtureRequest, valkey_url: str, clock: Clock) -> AsyncIterator[list[Uploads]]:
    """One process asked twice, or two nodes on one Redis."""
    if request.param == "process":
        yield [ProcessUploads(clock)] * 2
        return
    both: list[Redis] = [Redis.from_url(valkey_url) for _ in range(2)]
    yield [RedisUploads(SharedRedis(redis, clock), clock) for redis in both]
    for redis in both:
        await redis.aclose()


async def test_one_photo_for_many_people_is_uploaded_once(nodes: list[Uploads], shelf: Shelf) -> None:
    got = await asyncio.gather(*(shelf.send(node) for node in nodes * 5))
    assert (set(got), shelf.uploads) == ({"m1"}, 1)
    assert await shelf.send(nodes[0], LIT) == "m2"
    assert await shelf.send(nodes[1], LIT) == "m2"


async def test_what_the_platform_has_forgotten_is_uploaded_once_more(nodes: list[Uploads], shelf: Shelf) -> None:
    await shelf.send(nodes[0])
    shelf.forgotten.add("m1")
    got = await asyncio.gather(*(shelf.send(node) for node in nodes * 5))
    assert (set(got), shelf.uploads) == ({"m2"}, 2)


async def test_a_platform_that_knows_no_picture_at_all_is_not_asked_for_ever(
    nodes: list[Uploads], shelf: Shelf
) -> None:
    shelf.forgotten = {f"m{number}" for number in range(9)}
    with pytest.raises(NotSent, match="40007"):
        await shelf.send(nodes[0])
    assert shelf.uploads == 2


async def test_another_refusal_costs_no_second_upload(nodes: list[Uploads], shelf: Shelf) -> None:
    async def refuse(_: str) -> str:
        raise NotSent("45015", held=True)

    for node in nodes:
        with pytest.raises(NotSent, match="45015"):
            await with_upload(node, ACCOUNT, LAMP, shelf.upload, refuse)
    assert shelf.uploads == 1


async def test_a_failed_upload_is_nobodys_and_the_next_tries_again(nodes: list[Uploads], shelf: Shelf) -> None:
    shelf.fault = NotSent("45009", account=True, pictures=True)
    with pytest.raises(NotSent, match="45009"):
        await shelf.send(nodes[0])
    shelf.fault = None
    assert await shelf.send(nodes[1]) == "m2"


async def test_an_id_serves_no_longer_than_the_platform_surely_keeps_it(shelf: Shelf, clock: Clock) -> None:
    uploads = ProcessUploads(clock)
    await shelf.send(uploads)
    clock.advance(LIFE.total_seconds() - 1)
    assert await shelf.send(uploads) == "m1"
    clock.advance(1)
    assert await shelf.send(uploads) == "m2"


async def test_in_redis_an_id_lies_as_long_and_no_name_tells_the_account(
    valkey_url: str, clock: Clock, shelf: Shelf
) -> None:
    redis: Redis = Redis.from_url(valkey_url)
    await shelf.send(RedisUploads(SharedRedis(redis, clock), clock))
    [name] = await redis.keys("*")
    assert "wecom" not in str(name)
    assert LIFE.total_seconds() * 1000 - 60_000 < await redis.pttl(name) <= LIFE.total_seconds() * 1000
    await redis.aclose()


async def test_no_more_ids_are_remembered_than_fit(clock: Clock) -> None:
    uploads = ProcessUploads(clock)
    for number in range(MOST_KEPT + 1):
        uploads.keep(f"p{number}", "m")
    shelf = Shelf()
    assert await uploads.get("p0", shelf.upload) == "m1"
    assert await uploads.get(f"p{MOST_KEPT}", shelf.upload) == "m"


async def test_without_redis_a_node_uploads_for_itself(clock: Clock, shelf: Shelf) -> None:
    redis: Redis = Redis.from_url(NOWHERE)
    uploads = RedisUploads(SharedRedis(redis, clock), clock)
    assert [await shelf.send(uploads) for _ in range(3)] == ["m1"] * 3
    await redis.aclose()


async def test_a_redis_that_goes_away_during_an_upload_costs_no_second_one(clock: Clock, shelf: Shelf) -> None:
    server = ValkeyServer()
    redis: Redis = Redis.from_url(server.url)
    uploads = RedisUploads(SharedRedis(redis, clock), clock)
    shelf.open.clear()
    sending = asyncio.create_task(shelf.send(uploads))
    await shelf.asked.wait()
    server.close()
    shelf.open.set()
    assert await sending == "m1"
    assert await shelf.send(uploads) == "m1"
    assert shelf.uploads == 1
    await redis.aclose()


async def test_a_node_that_waits_for_anothers_upload_makes_its_own_if_that_one_fails(
    valkey_url: str, clock: Clock
) -> None:
    both: list[Redis] = [Redis.from_url(valkey_url) for _ in range(2)]
    one, other = (RedisUploads(SharedRedis(redis, clock), clock) for redis in both)
    failing, shelf = Shelf(fault=NotSent("-1", again=5.0)), Shelf()
    failing.open.clear()
    first = asyncio.create_task(failing.send(one))
    await failing.asked.wait()
    second = asyncio.create_task(shelf.send(other))
    failing.open.set()
    with pytest.raises(NotSent, match="-1"):
        await first
    assert await second == "m1"
    assert not [key for key in await both[0].keys("*") if str(key).endswith(":lock'")]
    assert redis_key("a") != redis_key("b")
    for redis in both:
        await redis.aclose()
