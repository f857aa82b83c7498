"""What a file of staff cannot say is told beside it, on both stores."""

from pathlib import Path

from cases.duty import Shift
from cases.people import Person, Post, Role
from gridbell.exports import export_duty, export_people
from storage.store import SqlStore
from tests.gridbell.county import BUREAU, COUNTY
from tests.gridbell.test_imports_duty import EIGHT, HOUR, ZONE

HANDLER = (Post(Role.HANDLER, BUREAU.code),)


async def hire(store: SqlStore, *people: Person) -> None:
    await store.put_units([COUNTY, BUREAU])
    async with store.work() as work:
        await work.people.put_people(people)
        await work.commit()


async def test_namesakes_without_a_phone_are_named(store: SqlStore, tmp_path: Path) -> None:
    await hire(store, Person(0, "王海", HANDLER, "13800000001"), Person(0, "王海", HANDLER), Person(0, "李梅", HANDLER))
    told = await export_people(store, tmp_path / "out.csv")
    assert told[1:] == ["  注意：有同名且没有电话的人员：王海。重新导入前请补上电话。"]


async def test_people_without_a_post_are_named_and_those_who_left_are_not_there(
    store: SqlStore, tmp_path: Path
) -> None:
    await hire(store, Person(0, "王海", ()), Person(0, "李梅", HANDLER, active=False), Person(0, "陈燕", HANDLER))
    told = await export_people(store, tmp_path / "out.csv")
    assert told == [f"已导出到 {tmp_path / 'out.csv'}：1 人，1 行。", "  注意：没有角色的人员没有导出：王海。"]
    assert "李梅" not in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")


async def test_shifts_of_people_who_left_are_not_exported(store: SqlStore, tmp_path: Path) -> None:
    await hire(store, Person(0, "王海", HANDLER), Person(0, "李梅", HANDLER, active=False))
    async with store.work() as work:
        await work.people.put_shifts(Shift(BUREAU.code, EIGHT, EIGHT + HOUR, person) for person in (1, 2))
        await work.commit()
    assert await export_duty(store, tmp_path / "out.csv", ZONE) == [f"已导出到 {tmp_path / 'out.csv'}：1 班。"]
