"""An urgent message for a member of staff arrives within a minute by another way, if there is one."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channel import NotSent
from cases.people import Address, Person, Post, Role
from gridbell.node import BEATS, DETOUR_AFTER
from storage.store import SqlStore
from tests.bot.postroom import LI, WANG, Clock, PostRoom, text

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def room(store_url: str, tmp_path: Path) -> AsyncIterator[PostRoom]:
    """Where messages go out; when they were put is said by the same clock."""
    clock = Clock()
    store = await SqlStore.open(store_url, clock=clock)
    yield PostRoom(store, tmp_path / "media", clock)
    await store.close()


async def bind(room: PostRoom, *addresses: Address) -> None:
    async with room.store.work() as work:
        person = await work.people.add(Person(0, "王海", (Post(Role.GRID_WORKER, "990101"),)))
        for address in addresses:
            await work.people.bind(person.id, address)
        await work.commit()


async def work_for(room: PostRoom, time: timedelta) -> None:
    """What a node does in that time, second by second."""
    for second in range(int(time.total_seconds())):
        if second % BEATS["detours"] == 0:
            await room.store.pushes.detour(room.clock.now, room.clock.now - DETOUR_AFTER)
        await room.delivery.run_once()
        room.clock.forward(seconds=1)


@pytest.mark.parametrize(
    "fault",
    [
        NotSent("-1", again=5.0),
        NotSent("timeout", again=5.0),
        NotSent("45009", again=3600.0, account=True),
        NotSent("40001", again=600.0, account=True),
        NotSent("45011", again=60.0, account=True),
        NotSent("81013"),
    ],
    ids=lambda fault: fault.reason,
)
async def test_whatever_the_first_platform_says_it_is_there_within_a_minute(room: PostRoom, fault: NotSent) -> None:
    await bind(room, WANG, LI)
    await room.open_window(5, hours=48)
    room.wecom.faults = [fault] * 20
    await room.put(text("起火", urgent=True), text("提醒"))
    await work_for(room, MINUTE)
    assert room.wechat.texts == ["起火"]
    assert room.wecom.texts == []
    assert not [key for key, _ in room.dead if key.startswith("起火")], "it did arrive"
    room.wecom.faults = []
    room.clock.forward(hours=2)
    await work_for(room, timedelta(seconds=10))
    assert "起火" not in room.wecom.texts, "what went another way is not said again"


async def test_without_a_window_it_goes_to_wecom_at_once(room: PostRoom) -> None:
    await bind(room, WANG, LI)
    await room.put(text("起火", LI, urgent=True))
    assert await room.delivery.run_once() == 1
    assert room.wecom.texts == ["起火"]
    assert await room.waiting() == []


async def test_when_no_way_leads_to_them_the_admins_hear_of_it_once(room: PostRoom) -> None:
    await bind(room, WANG, LI)
    await room.open_window(5, hours=48)
    room.wecom.faults, room.wechat.faults = [NotSent("81013")], [NotSent("43004")]
    await room.put(text("起火", urgent=True))
    await work_for(room, MINUTE)
    assert room.dead == [("起火~", "43004")]


async def test_who_has_one_address_only_gets_it_there_when_it_is_back(room: PostRoom) -> None:
    await bind(room, WANG)
    room.wecom.faults = [NotSent("45009", again=120.0, account=True)]
    await room.put(text("起火", urgent=True))
    await work_for(room, MINUTE)
    assert room.wecom.texts == []
    room.clock.forward(minutes=2)
    await work_for(room, timedelta(seconds=1))
    assert room.wecom.texts == ["起火"]
