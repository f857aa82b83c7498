"""Imports into a real store: whole or not at all, and the same file twice changes nothing."""

import asyncio
import time
from dataclasses import astuple
from pathlib import Path

import pytest

from cases.people import Level, Person, Role, Unit
from gridbell.imports.applied import import_grids, import_people, import_units
from gridbell.imports.findings import BadFile, Changes
from storage.store import SqlStore
from tests.gridbell.county import COUNTY, csv_file, feature, geojson, square

DEMO = Path(__file__).parents[2] / "config" / "demo"
PEOPLE = "name,roles,unit,phone"
UNITS = "code,name,level,parent"


def still(done: int, total: int) -> None:
    assert 0 <= done <= total


async def all_of(store: SqlStore) -> object:
    async with store.work(readonly=True) as work:
        units, grids = await work.people.units(), await work.people.grids()
        people = [await work.people.any_holding(role) for role in Role]
    return units, grids, people


@pytest.fixture
async def county(store: SqlStore, tmp_path: Path) -> SqlStore:
    """A store with one grid and one department."""
    file = geojson(tmp_path / "grids.geojson", [feature("990101001001001", "第一网格", square(116.0, 28.4))])
    await import_grids(store, file, COUNTY, still, dry_run=False)
    await import_units(store, csv_file(tmp_path / "units.csv", UNITS, "CGJ,城市管理局,,"), COUNTY, dry_run=False)
    return store


async def test_the_demo_county_is_imported_whole_and_a_second_time_changes_nothing(store: SqlStore) -> None:
    grids = await import_grids(store, DEMO / "grids.geojson", COUNTY, still, dry_run=False)
    units = await import_units(store, DEMO / "units.csv", COUNTY, dry_run=False)
    people = await import_people(store, DEMO / "people.csv", still, dry_run=False)
    assert (len(grids.added), len(units.added), len(people.added)) == (3 + 12 + 36, 6, 20)
    before = await all_of(store)
    again = [
        await import_grids(store, DEMO / "grids.geojson", COUNTY, still, dry_run=False),
        await import_units(store, DEMO / "units.csv", COUNTY, dry_run=False),
        await import_people(store, DEMO / "people.csv", still, dry_run=False),
    ]
    assert [(changes.added, changes.changed) for changes in again] == [((), ())] * 3
    assert await all_of(store) == before


async def test_what_was_imported_can_be_read_back(county: SqlStore, tmp_path: Path) -> None:
    rows = ("李梅,网格员;协办,第一网格,13800000001", "李梅,经办人,CGJ,13800000001")
    await import_people(county, csv_file(tmp_path / "p.csv", PEOPLE, *rows), still, dry_run=False)
    async with county.work(readonly=True) as work:
        (person,) = await work.people.named("李梅")
        units = await work.people.units()
    assert [(post.role, post.unit) for post in person.posts] == [
        (Role.GRID_WORKER, "990101001001001"),
        (Role.ASSISTANT, "990101001001001"),
        (Role.HANDLER, "CGJ"),
    ]
    assert units["990101001001"] == Unit("990101001001", "桥头村", Level.VILLAGE, "990101001")
    assert units["990101"] == COUNTY
    assert units["CGJ"].department


async def test_a_changed_person_keeps_the_id_and_takes_the_posts_of_the_file(county: SqlStore, tmp_path: Path) -> None:
    first = csv_file(tmp_path / "1.csv", PEOPLE, "李梅,网格员,第一网格,13800000001")
    await import_people(county, first, still, dry_run=False)
    async with county.work(readonly=True) as work:
        (before,) = await work.people.named("李梅")
    second = csv_file(tmp_path / "2.csv", PEOPLE, "李梅,核查员,CGJ,13800000001")
    changes = await import_people(county, second, still, dry_run=False)
    async with county.work(readonly=True) as work:
        (after,) = await work.people.named("李梅")
    assert changes.changed == ("李梅",)
    third = csv_file(tmp_path / "3.csv", PEOPLE, "王海,网格员,第一网格,13800000002")
    assert (await import_people(county, third, still, dry_run=False)).missing == ("李梅",)
    assert after.id == before.id
    assert [astuple(post) for post in after.posts] == [(Role.CHECKER, "CGJ")]


async def test_a_dry_run_tells_the_same_and_keeps_nothing(county: SqlStore, tmp_path: Path) -> None:
    before = await all_of(county)
    people = csv_file(tmp_path / "p.csv", PEOPLE, "李梅,网格员,第一网格,13800000001")
    units = csv_file(tmp_path / "u.csv", UNITS, "MZJ,民政局,,")
    grids = geojson(tmp_path / "g.geojson", [feature("990101001001002", "第二网格", square(116.1, 28.4))])
    assert (await import_people(county, people, still, dry_run=True)).added == ("李梅",)
    assert (await import_units(county, units, COUNTY, dry_run=True)).added == ("民政局",)
    told = await import_grids(county, grids, COUNTY, still, dry_run=True)
    assert told.added == ("第二网格（990101001001002）",)
    assert told.missing == ("已有网格“第一网格”（990101001001001）",)
    assert await all_of(county) == before


async def test_one_bad_row_keeps_all_the_others_out(county: SqlStore, tmp_path: Path) -> None:
    before = await all_of(county)
    people = csv_file(tmp_path / "p.csv", PEOPLE, "李梅,网格员,第一网格,13800000001", "王海,网格员,无此局,")
    units = csv_file(tmp_path / "u.csv", UNITS, "MZJ,民政局,,", "990101,水利局,,")
    crossing = [(116.1, 28.4), (116.2, 28.5), (116.2, 28.4), (116.1, 28.5), (116.1, 28.4)]
    features = [
        feature("990101001001002", "第二网格", square(116.05, 28.4)),
        feature("990101001001003", "第三网格", crossing),
    ]
    with pytest.raises(BadFile, match="第 3 行：没有单位“无此局”"):
        await import_people(county, people, still, dry_run=False)
    with pytest.raises(BadFile, match="第 3 行：编码“990101”像是行政区划代码"):
        await import_units(county, units, COUNTY, dry_run=False)
    with pytest.raises(BadFile, match="第 2 个要素（第三网格）：边界不成立"):
        await import_grids(county, geojson(tmp_path / "g.geojson", features), COUNTY, still, dry_run=False)
    assert await all_of(county) == before


async def test_nodes_see_by_the_revision_that_something_changed(county: SqlStore, tmp_path: Path) -> None:
    async def revision() -> int:
        async with county.work(readonly=True) as work:
            return (await work.people.units()).revision

    before = await revision()
    await import_units(county, csv_file(tmp_path / "1.csv", UNITS, "CGJ,城市管理局,,"), COUNTY, dry_run=False)
    assert await revision() == before
    await import_units(county, csv_file(tmp_path / "2.csv", UNITS, "CGJ,城管局,,"), COUNTY, dry_run=False)
    assert await revision() == before + 1


async def test_thousands_are_imported_while_the_bot_writes_and_hold_nobody_up(county: SqlStore, tmp_path: Path) -> None:
    people = [f"员工{number},网格员,第一网格,1380{number:07}" for number in range(3000)]
    file = csv_file(tmp_path / "p.csv", PEOPLE, *people)
    waits: list[float] = []

    async def writes(importing: "asyncio.Task[Changes]") -> None:
        while not importing.done():
            began = time.monotonic()
            await county.try_write()
            waits.append(time.monotonic() - began)

    importing = asyncio.create_task(import_people(county, file, still, dry_run=False))
    await writes(importing)
    assert len((await importing).added) == 3000
    assert max(waits) < 4.5  # the time in which a person is answered


async def test_many_are_written_as_one_by_one(county: SqlStore, tmp_path: Path) -> None:
    rows = [f"员工{number},网格员;协办,第一网格,1380{number:07}" for number in range(40)]
    await import_people(county, csv_file(tmp_path / "1.csv", PEOPLE, *rows), still, dry_run=False)
    before = await staff(county, "员工")
    rows = [f"员工{number},核查员,CGJ,1380{number:07}" for number in range(20, 60)]
    changes = await import_people(county, csv_file(tmp_path / "2.csv", PEOPLE, *rows), still, dry_run=False)
    after = await staff(county, "员工")
    assert (len(changes.added), len(changes.changed)) == (20, 20)
    assert {name: after[name] for name in before if before[name].posts == after[name].posts} == {
        name: before[name] for name in (f"员工{number}" for number in range(20))
    }
    assert all(after[name].id == person.id for name, person in before.items())
    assert [astuple(post) for post in after["员工59"].posts] == [(Role.CHECKER, "CGJ")]
    assert all(person.phone == f"1380{int(name[2:]):07}" for name, person in after.items())


async def staff(store: SqlStore, beginning: str) -> dict[str, Person]:
    async with store.work(readonly=True) as work:
        people = [person for role in Role for person in await work.people.any_holding(role)]
    return {person.name: person for person in people if person.name.startswith(beginning)}


async def test_what_changed_while_the_file_was_read_is_looked_at_again(county: SqlStore, tmp_path: Path) -> None:
    file = csv_file(tmp_path / "p.csv", PEOPLE, "李梅,网格员,第一网格,13800000001")
    imports = [import_people(county, file, still, dry_run=False) for _ in range(2)]
    found = await asyncio.gather(*imports)
    assert sorted(len(changes.added) for changes in found) == [0, 1]
    async with county.work(readonly=True) as work:
        assert len(await work.people.named("李梅")) == 1
