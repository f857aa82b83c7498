"""A node over a real store and a platform: how it stops, and whom it tells of what."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.delivery import AT_ONCE
from bot.tokens import ProcessTokens
from bot.wakeups import Wakeups
from bot.web import opened
from cases.people import Address, Level, Person, Post, Role, Unit
from config.settings import Settings, StorageSettings
from dialogs.engine.deliveries import Pause
from gridbell.figures import Figures
from gridbell.node import BEATS, Node, knowledge_of
from gridbell.opening import opened as opened_store
from gridbell.sharing import sharing, wake_nodes
from gridbell.watched import WatchedTokens
from storage.store import SqlStore
from tests.bot.channels.accounts import WECOM, StoppedClock
from tests.bot.channels.platform import MESSAGE, Platform, Slow
from tests.kit.town import RULES
from tests.storage.talk import DAY, claim, message, put, send_all

HOST = "127.0.0.1"
WANG = Address("wecom:main", "wang")
PATIENCE = 60


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """A platform that says yes to everything until told otherwise."""
    async with Platform() as opened_platform:
        yield opened_platform


async def node_of(
    store: SqlStore, platform: Platform, folder: Path, clock: StoppedClock, wakeups: Wakeups | None = None
) -> Node:
    """A node with one WeCom app on that platform, wired as in a county. It beats so slowly that only what wakes it
    makes it look."""
    settings, figures = Settings(storage=StorageSettings(media=folder / "media")), Figures()
    channel = WECOM.channel(clock, platform.base, WatchedTokens(ProcessTokens(clock), figures, "wecom:main"))
    knowledge, beats = await knowledge_of(store, RULES), dict.fromkeys(BEATS, 3600.0)
    channels = {channel.name: channel}
    return Node(settings, store, knowledge, channels, clock=clock, figures=figures, wakeups=wakeups, beats=beats)


async def until(seen: Callable[[], bool]) -> None:
    """Fails if that is never so."""
    for _ in range(PATIENCE * 100):
        if seen():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never was so")


async def test_an_import_and_another_nodes_abundance_wake_a_node_at_once(
    store: SqlStore, platform: Platform, valkey_url: str, tmp_path: Path
) -> None:
    clock = StoppedClock()
    async with sharing(valkey_url, clock) as one, sharing(valkey_url, clock) as other:
        node = await node_of(store, platform, tmp_path, clock, one.wakeups)
        node.start()
        assert other.wakeups is not None
        await store.put_units([Unit("990101", "甲县", Level.COUNTY, None)])
        await wake_nodes(valkey_url, "county")
        await until(lambda: node.knowledge.units.revision == 1)
        await put(store, message("m", "请签收", WANG))
        other.wakeups.say("delivery")
        await until(lambda: len(platform.other_calls) == 1)
        await node.stop()


async def test_a_node_with_more_than_it_can_send_at_once_wakes_the_others(
    store: SqlStore, platform: Platform, valkey_url: str, tmp_path: Path
) -> None:
    clock, woken = StoppedClock(), asyncio.Event()
    async with sharing(valkey_url, clock) as one, sharing(valkey_url, clock) as other:
        assert other.wakeups is not None
        listening = asyncio.create_task(other.wakeups.listen(("delivery",), lambda _: woken.set()))
        async with asyncio.timeout(PATIENCE):
            await woken.wait()  # it listens
        woken.clear()
        node = await node_of(store, platform, tmp_path, clock, one.wakeups)
        people = [Address("wecom:main", f"p{number}") for number in range(AT_ONCE)]
        await put(store, *(message(person.user, to=person) for person in people[1:]))
        assert await node.delivery.run_once() == AT_ONCE - 1
        assert not woken.is_set()
        await put(store, *(message(f"{person.user}-next", to=person) for person in people))
        assert await node.delivery.run_once() == AT_ONCE
        async with asyncio.timeout(PATIENCE):
            await woken.wait()
        listening.cancel()
        await node.stop()


async def warnings(node: Node) -> dict[str, str]:
    """What /readyz warns of."""
    async with (
        opened(node.application(), HOST, 0) as port,
        aiohttp.request("GET", f"http://{HOST}:{port}/readyz") as said,
    ):
        return dict((await said.json())["warnings"])


async def test_what_is_on_its_way_when_the_node_stops_arrives_once_and_is_known_to_have_arrived(
    store: SqlStore, platform: Platform, tmp_path: Path
) -> None:
    clock, slow = StoppedClock(), Slow()
    node = await node_of(store, platform, tmp_path, clock)
    await put(store, message("m", "请签收", WANG))
    platform.will_say(MESSAGE, slow)
    async with opened(node.application(), HOST, 0):
        node.start()
        async with asyncio.timeout(PATIENCE):
            await slow.asked.wait()
    slow.may_answer.set()
    async with asyncio.timeout(PATIENCE):
        await node.stop()
    assert await claim(store, clock() + DAY) == []
    assert len(platform.other_calls) == 1


async def test_an_admin_who_can_not_be_reached_is_not_told_so_for_ever(
    store: SqlStore, platform: Platform, tmp_path: Path
) -> None:
    node = await node_of(store, platform, tmp_path, StoppedClock())
    async with store.work() as work:
        admin = await work.people.add(Person(0, "王海", (Post(Role.ADMIN, "990101"),)))
        await work.people.bind(admin.id, WANG)
        await work.commit()
    await put(store, message("m", "请签收", Address("wecom:main", "li")))
    platform.will_say(MESSAGE, *[{"errcode": 81013}] * 10)
    assert await node.delivery.run_once() == 0
    await node.stop()
    assert [call.body["touser"] for call in platform.other_calls] == ["li", "wang"]


async def test_the_store_of_a_node_keeps_a_long_message_in_the_parts_that_platforms_carry(
    store_url: str, tmp_path: Path
) -> None:
    settings = Settings(storage=StorageSettings(url=store_url, media=tmp_path / "media"))
    async with opened_store(settings) as store:
        await put(store, message("m", "请尽快办理。" * 300, WANG))
        assert await send_all(store) == ["m", "m#2", "m#3"]


async def test_whoever_asks_whether_the_node_is_ready_hears_what_is_paused(
    store: SqlStore, platform: Platform, tmp_path: Path
) -> None:
    clock = StoppedClock()
    node = await node_of(store, platform, tmp_path, clock)
    assert await warnings(node) == {}
    await store.pushes.pause(Pause("wecom:main", pictures=True), clock() + DAY, "45009")
    assert "图片" in (await warnings(node))["wecom:main"]
    await store.pushes.pause(Pause("wecom:main"), clock() + DAY, "40001")
    assert "图片" not in (await warnings(node))["wecom:main"]
    await node.stop()
