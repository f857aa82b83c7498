"""The staff as a node remembers them: read once, and anew as soon as anybody of them is written, here or elsewhere."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event

from cases.people import Address, Person, Post, Role
from storage.store import SqlStore
from tests.storage.samples import GRID, LI, WANG

OFFICER = (Post(Role.GRID_WORKER, GRID),)


@pytest.fixture
async def other(store_url: str) -> AsyncIterator[SqlStore]:
    """Another node over the same database."""
    opened = await SqlStore.open(store_url)
    yield opened
    await opened.close()


async def hire(store: SqlStore, name: str, *, bound: Address | None = None) -> Person:
    async with store.work() as work:
        person = await work.people.add(Person(0, name, OFFICER))
        if bound is not None:
            await work.people.bind(person.id, bound)
        await work.commit()
    return person


async def officers(store: SqlStore) -> dict[str, list[Address]]:
    """Who works in the grid, with their addresses, as a batch of due steps learns it."""
    async with store.work(readonly=True) as work:
        found = await work.people.holding(Role.GRID_WORKER, GRID)
        addresses = await work.people.addresses([one.id for one in found])
    return {one.name: list(addresses.get(one.id, [])) for one in found}


async def test_everything_asked_for_is_as_in_the_tables(store: SqlStore) -> None:
    people = [await hire(store, "王海", bound=WANG), await hire(store, "李梅", bound=LI), await hire(store, "王海")]
    async with store.work() as work:
        await work.people.add(Person(0, "周", (Post(Role.LEADER, GRID), Post(Role.LEADER, "CG"))))
        await work.people.save(replace(people[1], active=False))
        await work.people.bind(people[0].id, Address("wechat:main", "also-wang"))
        await work.commit()
    ids = [*(one.id for one in people), 4711]
    answers = []
    for from_the_tables in (False, True):
        async with store.work() as work:
            staff = work.people
            if from_the_tables:
                await staff.save(people[0])
            answers.append(
                [
                    await staff.get(ids[1]), await staff.get(4711), await staff.many(ids), await staff.named("王海"),
                    await staff.named("李梅"), await staff.holding(Role.LEADER, "CG"),
                    await staff.holding(Role.GRID_WORKER, GRID), await staff.any_holding(Role.LEADER),
                    await staff.addresses(ids),
                ]
            )  # fmt: skip
    assert answers[0] == answers[1]


async def test_the_staff_are_read_once(store: SqlStore) -> None:
    await hire(store, "王海")
    assert await officers(store) == {"王海": []}
    statements: list[str] = []

    def executed(*seen: object) -> None:
        statements.append(str(seen[2]))

    event.listen(Engine, "before_cursor_execute", executed)
    try:
        assert await officers(store) == {"王海": []}
    finally:
        event.remove(Engine, "before_cursor_execute", executed)
    assert [one for one in statements if "people" in one or "posts" in one or "bindings" in one] == []


async def test_what_is_written_on_one_node_is_seen_on_all(store: SqlStore, other: SqlStore) -> None:
    wang = await hire(store, "王海")
    assert await officers(other) == await officers(store) == {"王海": []}
    async with store.work() as work:
        await work.people.bind(wang.id, WANG)
        await work.commit()
    assert await officers(other) == await officers(store) == {"王海": [WANG]}
    async with other.work() as work:
        await work.people.put_people([replace(wang, active=False), Person(0, "李梅", OFFICER)])
        await work.commit()
    assert await officers(other) == await officers(store) == {"李梅": []}


async def test_who_is_erased_is_bound_to_nobody(store: SqlStore, other: SqlStore) -> None:
    await hire(store, "王海", bound=WANG)
    assert await officers(other) == {"王海": [WANG]}
    async with store.work() as work:
        await work.conversations.erase(WANG)
        await work.commit()
    assert await officers(other) == {"王海": []}


async def test_what_this_unit_of_work_wrote_is_seen_at_once_and_by_nobody_else(
    store: SqlStore, other: SqlStore
) -> None:
    wang = await hire(store, "王海")
    assert await officers(store) == {"王海": []}
    async with store.work() as work:
        await work.people.bind(wang.id, WANG)
        assert await work.people.addresses([wang.id]) == {wang.id: [WANG]}
        await work.people.save(replace(wang, active=False))
        assert await work.people.holding(Role.GRID_WORKER, GRID) == []
    assert await officers(store) == await officers(other) == {"王海": []}  # it was rolled back


async def test_the_units_revision_does_not_rise_with_the_staff(store: SqlStore) -> None:
    async with store.work(readonly=True) as work:
        before = await work.people.revision()
    await hire(store, "王海", bound=WANG)
    async with store.work(readonly=True) as work:
        assert await work.people.revision() == before
