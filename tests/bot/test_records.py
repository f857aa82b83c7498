"""What went out is recorded in groups, and nobody waits for a group to fill."""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import pytest

from bot.records import Records
from cases.people import Address
from dialogs.engine.deliveries import Departure, Push
from storage.pushes import SqlPushes
from tests.bot.postroom import NINE, PostRoom, text

SOON = 10.0


class Gated(SqlPushes):
    """The real outbox; groups wait at a gate, and are noted."""

    def __init__(self, real: SqlPushes) -> None:
        super().__init__(real._begin)
        self.groups: list[list[str]] = []
        self.came, self.gate = asyncio.Event(), asyncio.Event()
        self.alone: list[str] = []
        self.fault: Exception | None = None

    async def record(self, departures: Sequence[Departure]) -> AbstractSet[int]:
        self.groups.append([one.push.key for one in departures])
        self.came.set()
        await self.gate.wait()
        if self.fault:
            raise self.fault
        return await super().record(departures)

    async def sent(self, push: Push, platform_id: str, now: object) -> bool:
        self.alone.append(push.key)
        return await super().sent(push, platform_id, NINE)


async def claimed(room: PostRoom, count: int) -> Sequence[Push]:
    people = [Address("wecom:main", f"p{number}") for number in range(count)]
    await room.put(*(text(f"m{number}", person) for number, person in enumerate(people)))
    return await room.store.pushes.claim(NINE, limit=count, lease=30.0)


@pytest.fixture
def pushes(room: PostRoom) -> Gated:
    return Gated(room.store.pushes)


def keep(records: Records, pushes: Sequence[Push]) -> "list[asyncio.Task[bool]]":
    return [asyncio.create_task(records.keep(Departure(push, f"id-{push.id}", NINE))) for push in pushes]


async def test_the_first_is_recorded_at_once_and_the_others_together_when_that_is_done(
    room: PostRoom, pushes: Gated
) -> None:
    records, (first, *others) = Records(pushes), await claimed(room, 5)
    tasks = keep(records, [first])
    async with asyncio.timeout(SOON):
        await pushes.came.wait()
    tasks += keep(records, others)
    await asyncio.sleep(0)
    assert pushes.groups == [["m0"]], "what was not there yet is not waited for"
    pushes.gate.set()
    assert await asyncio.gather(*tasks) == [True] * 5
    assert pushes.groups == [["m0"], ["m1", "m2", "m3", "m4"]]
    assert pushes.alone == []
    assert await keep(records, [first])[0] is False, "sent once is sent"


async def test_whoever_lost_a_claim_hears_so_and_the_others_of_the_group_are_recorded(
    room: PostRoom, pushes: Gated
) -> None:
    people = [Address("wecom:main", name) for name in ("wang", "li")]
    await room.put(*(text(person.user, person) for person in people))
    old = await room.store.pushes.claim(NINE, limit=1, lease=0.0)
    new = await room.store.pushes.claim(NINE, limit=2, lease=30.0)
    pushes.gate.set()
    both = keep(Records(pushes), [*old, new[1]])
    assert await asyncio.gather(*both) == [False, True]
    assert await room.store.pushes.sent(new[0], "", NINE)


async def test_a_group_that_the_store_could_not_take_is_told_so_and_the_next_is_taken(
    room: PostRoom, pushes: Gated
) -> None:
    records, (first, second) = Records(pushes), await claimed(room, 2)
    pushes.gate.set()
    pushes.fault = ConnectionError("away")
    with pytest.raises(ConnectionError):
        await records.keep(Departure(first, "", NINE))
    pushes.fault = None
    assert await records.keep(Departure(second, "", NINE))
    assert await records.keep(Departure(first, "", NINE))
