"""Staff, addresses, codes, units and outlines on both stores."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from cases.people import Address, Level, Person, Post, Role, Unit
from cases.places import Grid
from storage.store import SqlStore
from tests.storage.samples import COUNTY, GRID, HOUR, LI, NOON, TOWN, UNITS, WANG

WORKER, CHECKER = Post(Role.GRID_WORKER, GRID), Post(Role.CHECKER, TOWN)


async def add(store: SqlStore, name: str, *posts: Post, phone: str | None = None, active: bool = True) -> Person:
    """A new member of staff."""
    async with store.work() as work:
        person = await work.people.add(Person(0, name, posts, phone, active))
        await work.commit()
    return person


async def save(store: SqlStore, person: Person) -> None:
    async with store.work() as work:
        await work.people.save(person)
        await work.commit()


async def bind(store: SqlStore, person: int, *addresses: Address) -> None:
    async with store.work() as work:
        for address in addresses:
            await work.people.bind(person, address)
        await work.commit()


async def test_a_new_member_of_staff_gets_an_id_and_comes_back_whole(store: SqlStore) -> None:
    wang = await add(store, "王网格员", CHECKER, WORKER, phone="13800000001")
    li = await add(store, "李", active=False)
    async with store.work(readonly=True) as work:
        assert await work.people.get(wang.id) == wang == Person(wang.id, "王网格员", (CHECKER, WORKER), "13800000001")
        assert await work.people.many([li.id, wang.id, wang.id, 999]) == {wang.id: wang, li.id: li}
        assert await work.people.get(999) is None
        assert await work.people.many([]) == {}
    assert wang.id != li.id


async def test_saving_replaces_name_posts_phone_and_the_active_flag(store: SqlStore) -> None:
    wang = await add(store, "王", WORKER, CHECKER, phone="13800000001")
    changed = replace(wang, name="王五", posts=(Post(Role.LEADER, COUNTY), WORKER), phone=None, active=False)
    await save(store, changed)
    async with store.work(readonly=True) as work:
        assert await work.people.get(wang.id) == changed


async def test_staff_are_found_by_name_and_by_post_while_they_are_active(store: SqlStore) -> None:
    first = await add(store, "王", WORKER)
    second = await add(store, "王", Post(Role.GRID_WORKER, TOWN))
    gone = await add(store, "王", WORKER)
    await save(store, replace(gone, active=False))
    async with store.work(readonly=True) as work:
        people = work.people
        assert list(await people.named("王")) == [first, second]
        assert list(await people.named("王五")) == []
        assert list(await people.holding(Role.GRID_WORKER, GRID)) == [first]
        assert list(await people.any_holding(Role.GRID_WORKER)) == [first, second]
        assert list(await people.holding(Role.HANDLER, GRID)) == []
        assert list(await people.staff()) == [first, second]


async def test_who_holds_a_role_twice_is_named_once(store: SqlStore) -> None:
    wang = await add(store, "王", WORKER, Post(Role.GRID_WORKER, TOWN), WORKER)
    async with store.work(readonly=True) as work:
        assert list(await work.people.any_holding(Role.GRID_WORKER)) == [wang]
        assert list(await work.people.holding(Role.GRID_WORKER, GRID)) == [wang]


async def test_addresses_come_with_wecom_first(store: SqlStore) -> None:
    wang, zhao = await add(store, "王"), await add(store, "赵")
    await bind(store, wang.id, LI, WANG, Address("aliyun:main", "x"))
    async with store.work(readonly=True) as work:
        found = await work.people.addresses([wang.id, zhao.id])
        assert await work.people.addresses([]) == {}
    assert found == {wang.id: [WANG, Address("aliyun:main", "x"), LI]}


async def test_an_address_speaks_for_the_last_person_bound_to_it_alone(store: SqlStore) -> None:
    wang, zhao = await add(store, "王"), await add(store, "赵")
    await bind(store, wang.id, WANG)
    await bind(store, zhao.id, WANG)
    async with store.work(readonly=True) as work:
        assert await work.people.addresses([wang.id, zhao.id]) == {zhao.id: [WANG]}


async def test_a_code_works_once_and_before_it_expires(store: SqlStore) -> None:
    wang = await add(store, "王")
    async with store.work() as work:
        await work.people.put_code(wang.id, "digest", NOON + HOUR)
        assert await work.people.code_owner("another", NOON) is None
        assert await work.people.code_owner("digest", NOON) == wang.id
        assert await work.people.code_owner("digest", NOON) is None
        await work.people.put_code(wang.id, "late", NOON + HOUR)
        assert await work.people.code_owner("late", NOON + HOUR) is None


async def test_a_new_code_ends_the_older_one_of_that_person_only(store: SqlStore) -> None:
    wang, zhao = await add(store, "王"), await add(store, "赵")
    async with store.work() as work:
        for person, digest in ((wang.id, "old"), (zhao.id, "zhao"), (wang.id, "new")):
            await work.people.put_code(person, digest, NOON + HOUR)
        assert await work.people.code_owner("old", NOON) is None
        assert await work.people.code_owner("new", NOON) == wang.id
        assert await work.people.code_owner("zhao", NOON) == zhao.id


async def test_wrong_codes_count_for_a_day_and_for_their_address(store: SqlStore) -> None:
    async with store.work() as work:
        assert await work.people.wrong_codes(LI, NOON) == 0
        assert await work.people.wrong_code(LI, NOON) == 1
        assert await work.people.wrong_code(LI, NOON + HOUR) == 2
        assert await work.people.wrong_code(WANG, NOON + HOUR) == 1
        assert await work.people.wrong_codes(LI, NOON + timedelta(hours=24)) == 1
        assert await work.people.wrong_codes(LI, NOON + timedelta(hours=25)) == 0


async def test_units_come_back_as_a_snapshot_whose_revision_grows(store: SqlStore) -> None:
    async with store.work(readonly=True) as work:
        empty = await work.people.units()
    assert (empty.by_code, empty.revision) == ({}, 0)
    await store.put_units(UNITS)
    await store.put_units([Unit(TOWN, "柳河街道", Level.TOWN, COUNTY)])
    async with store.work(readonly=True) as work:
        units = await work.people.units()
    assert units.revision == 2
    assert dict(units.by_code) == {unit.code: unit for unit in UNITS} | {
        TOWN: Unit(TOWN, "柳河街道", Level.TOWN, COUNTY)
    }


async def test_outlines_are_kept_with_their_units_and_replaced_by_the_next_import(store: SqlStore) -> None:
    await store.put_grids([Grid(GRID, b"\x01old"), Grid("330100001001000", b"\x02")], UNITS)
    await store.put_grids([Grid(GRID, b"\x01new")], ())
    assert list(await store.grids()) == [Grid("330100001001000", b"\x02"), Grid(GRID, b"\x01new")]
    async with store.work(readonly=True) as work:
        units = await work.people.units()
    assert (len(units.by_code), units.revision) == (len(UNITS), 2)


async def test_an_import_that_breaks_changes_nothing(store: SqlStore) -> None:
    def torn() -> Iterator[Grid]:
        yield Grid(GRID, b"\x01")
        raise ValueError("the file ends here")

    with pytest.raises(ValueError, match="ends here"):
        await store.put_grids(torn(), UNITS)
    async with store.work(readonly=True) as work:
        assert (await work.people.units()).revision == 0
    assert list(await store.grids()) == []
