"""Leaves and shifts on both stores, and accounts that end."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from cases.duty import LAPSE, Leave, Shift, check_leave
from cases.errors import Refusal
from cases.people import Address, Person, Post, Role
from storage.store import SqlStore
from tests.cases.county import ZONE
from tests.storage.samples import GRID, HOUR, LI, NOON, TOWN, WANG

DAY = timedelta(days=1)
OFFICER = (Post(Role.GRID_WORKER, GRID),)


@pytest.fixture
async def two(store: SqlStore) -> tuple[int, int]:
    """Two officers."""
    async with store.work() as work:
        found = [await work.people.add(Person(0, name, OFFICER)) for name in ("王海", "孙明")]
        await work.commit()
    return found[0].id, found[1].id


async def enter(store: SqlStore, leave: Leave) -> Leave:
    async with store.work() as work:
        kept = await work.people.put_leave(leave)
        await work.commit()
    return kept


async def plan(store: SqlStore, *shifts: Shift) -> None:
    async with store.work() as work:
        await work.people.put_shifts(shifts)
        await work.commit()


async def stand_in(store: SqlStore, person: int) -> int | None:
    async with store.work(readonly=True) as work:
        return (await work.people.roster(NOON)).at(NOON).stand_in(person)


async def test_a_leave_comes_back_as_it_was_entered(store: SqlStore, two: tuple[int, int]) -> None:
    wang, sun = two
    whole = await enter(store, Leave(wang, NOON, NOON + DAY, sun, sun, NOON - HOUR))
    bare = await enter(store, Leave(sun, NOON + 2 * DAY, None, None, None, NOON))
    assert len({0, whole.id, bare.id}) == 3
    async with store.work(readonly=True) as work:
        assert (await work.people.roster(NOON)).leaves == [whole, bare]


async def test_a_leave_is_ended_earlier_or_taken_back(store: SqlStore, two: tuple[int, int]) -> None:
    wang, sun = two
    kept = await enter(store, Leave(wang, NOON, None, sun, wang, NOON))
    assert await stand_in(store, wang) == sun
    await enter(store, replace(kept, until=NOON + HOUR))
    async with store.work(readonly=True) as work:
        assert (await work.people.roster(NOON)).leaves == [replace(kept, until=NOON + HOUR)]
    async with store.work() as work:
        await work.people.drop_leave(kept.id)
        await work.commit()
    assert await stand_in(store, wang) == wang


async def test_shifts_are_put_moved_and_dropped_by_unit_person_and_beginning(
    store: SqlStore, two: tuple[int, int]
) -> None:
    wang, sun = two
    first, second = Shift(TOWN, NOON, NOON + HOUR, wang), Shift(TOWN, NOON, NOON + HOUR, sun)
    await plan(store, first, second, Shift(GRID, NOON, NOON + HOUR, wang))
    await plan(store, replace(second, until=NOON + 2 * HOUR))
    async with store.work() as work:
        await work.people.drop_shifts([first])
        await work.commit()
    async with store.work(readonly=True) as work:
        roster = await work.people.roster(NOON)
    assert roster.shifts_in(TOWN) == [replace(second, until=NOON + 2 * HOUR)]
    assert roster.shifts_in(GRID) == [Shift(GRID, NOON, NOON + HOUR, wang)]


async def test_what_ended_long_ago_is_left_out_but_not_what_a_plan_lapses_by(
    store: SqlStore, two: tuple[int, int]
) -> None:
    wang, sun = two
    await enter(store, Leave(wang, NOON - 30 * DAY, NOON - 20 * DAY, sun, wang, NOON))
    await plan(store, Shift(TOWN, NOON - 9 * DAY, NOON - 8 * DAY, wang), Shift(GRID, NOON - 9 * DAY, NOON - DAY, wang))
    async with store.work(readonly=True) as work:
        roster = await work.people.roster(NOON)
        assert (roster.leaves, [one.unit for one in roster.shifts]) == ([], [GRID])
        earlier = await work.people.roster(NOON - 2 * LAPSE)
        assert len(earlier.leaves) == 1
        assert {one.unit for one in earlier.shifts} == {TOWN, GRID}


async def test_the_roster_is_read_once_and_anew_after_a_change_on_another_node(
    store: SqlStore, store_url: str, two: tuple[int, int]
) -> None:
    wang, sun = two
    assert await stand_in(store, wang) == wang
    statements: list[str] = []

    def executed(*seen: object) -> None:
        statements.append(str(seen[2]))

    event.listen(Engine, "before_cursor_execute", executed)
    try:
        assert await stand_in(store, wang) == wang
    finally:
        event.remove(Engine, "before_cursor_execute", executed)
    assert [one for one in statements if "leaves" in one or "shifts" in one] == []
    other = await SqlStore.open(store_url)
    await enter(other, Leave(wang, NOON, None, sun, wang, NOON))
    await other.close()
    assert await stand_in(store, wang) == sun


async def test_what_is_entered_is_seen_in_the_same_unit_of_work_and_gone_with_it(
    store: SqlStore, two: tuple[int, int]
) -> None:
    wang, sun = two
    async with store.work() as work:
        await work.people.put_leave(Leave(wang, NOON, None, sun, wang, NOON))
        assert (await work.people.roster(NOON)).at(NOON).stand_in(wang) == sun
    assert await stand_in(store, wang) == wang


async def test_two_who_name_each_other_at_once_do_not_both_go(store: SqlStore, two: tuple[int, int]) -> None:
    wang, sun = two

    async def goes(person: int, substitute: int) -> str:
        leave = Leave(person, NOON, None, substitute, person, NOON)
        async with store.work() as work:
            await work.people.roster(NOON)
            await work.people.hold()
            roster = await work.people.roster(NOON)
            try:
                check_leave(roster, leave, await work.people.many([wang, sun]), ZONE)
            except Refusal as refusal:
                return refusal.words
            await work.people.put_leave(leave)
            await work.commit()
        return ""

    answers = await asyncio.gather(goes(wang, sun), goes(sun, wang))
    assert sorted(map(bool, answers)) == [False, True]
    assert "代班绕回来了" in "".join(answers)


async def test_what_ended_before_is_erased(store: SqlStore, two: tuple[int, int]) -> None:
    wang, sun = two
    await enter(store, Leave(wang, NOON - 3 * DAY, NOON - 2 * DAY, sun, wang, NOON))
    open_end = await enter(store, Leave(sun, NOON - 3 * DAY, None, wang, sun, NOON))
    await plan(store, Shift(TOWN, NOON - 3 * DAY, NOON - 2 * DAY, wang), Shift(TOWN, NOON, NOON + DAY, wang))
    async with store.work() as work:
        assert await work.people.forget_duty(NOON - DAY) == 2
        await work.commit()
    async with store.work(readonly=True) as work:
        roster = await work.people.roster(NOON - 30 * DAY)
    assert (roster.leaves, roster.shifts) == ([open_end], [Shift(TOWN, NOON, NOON + DAY, wang)])


async def test_a_new_account_ends_the_old_one_of_the_same_channel_alone(store: SqlStore, two: tuple[int, int]) -> None:
    wang, _ = two
    new = Address(LI.channel, "wangs-new-phone")
    async with store.work() as work:
        ended = [await work.people.bind(wang, one) for one in (LI, WANG, LI, new)]
        await work.commit()
    assert ended == [[], [], [], [LI]]
    async with store.work() as work:
        assert (await work.people.addresses([wang]))[wang] == [WANG, new]
        desktops = await work.conversations.desktops([LI, new])
    assert [desktops[one].caller.person for one in (LI, new)] == [None, wang]


async def test_whoever_is_unbound_has_no_address_and_no_code(store: SqlStore, two: tuple[int, int]) -> None:
    wang, sun = two
    async with store.work() as work:
        await work.people.bind(wang, WANG)
        await work.people.bind(sun, LI)
        await work.people.put_code(wang, "digest", NOON + HOUR)
        assert await work.people.unbind(wang) == [WANG]
        await work.commit()
    async with store.work() as work:
        assert await work.people.code_owner("digest", NOON) is None
        assert await work.people.addresses([wang, sun]) == {sun: [LI]}
