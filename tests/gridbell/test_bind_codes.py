"""One-time codes for staff: for the one person who is meant, kept as a digest, for a day."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.codes import ALPHABET, LENGTH, digest
from cases.people import Person, Post, Role
from gridbell.bind_codes import NobodyMeant, fresh_code
from storage.store import SqlStore
from tests.gridbell.county import KNOWN

NOW = datetime(2026, 3, 3, 1, tzinfo=UTC)
STAFF = (
    Person(0, "李梅", (Post(Role.GRID_WORKER, "990101001001001"),), "13800000001"),
    Person(0, "王海", (Post(Role.GRID_WORKER, "990101001001001"),), "13800000002"),
    Person(0, "王海", (Post(Role.HANDLER, "CGJ"),), "13800000003"),
    Person(0, "陈燕", (Post(Role.ADMIN, "990101"),), None, active=False),
)


@pytest.fixture
async def manned(store: SqlStore) -> SqlStore:
    async with store.work() as work:
        await work.people.put_units(KNOWN.by_code.values())
        for person in STAFF:
            await work.people.add(person)
        await work.commit()
    return store


async def owner(store: SqlStore, code: str, at: datetime) -> Person | None:
    async with store.work() as work:
        found = await work.people.code_owner(digest(code), at)
        return await work.people.get(found) if found is not None else None


async def test_a_code_has_eight_signs_and_means_that_person_for_a_day(manned: SqlStore) -> None:
    code = await fresh_code(manned, " 李梅 ", None, None, NOW)
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    just_in_time = await owner(manned, code.lower(), NOW + timedelta(hours=24, seconds=-1))
    assert just_in_time is not None
    assert just_in_time.name == "李梅"
    assert await owner(manned, code, NOW + timedelta(hours=24)) is None


async def test_a_new_code_ends_the_one_before(manned: SqlStore) -> None:
    old = await fresh_code(manned, "李梅", None, None, NOW)
    new = await fresh_code(manned, "李梅", None, None, NOW)
    assert await owner(manned, old, NOW) is None
    assert await owner(manned, new, NOW) is not None


@pytest.mark.parametrize(("unit", "phone"), [("CGJ", None), ("城市管理局", None), (None, "0003"), ("CGJ", "0003")])
async def test_namesakes_are_told_apart_by_unit_or_phone(manned: SqlStore, unit: str | None, phone: str | None) -> None:
    found = await owner(manned, await fresh_code(manned, "王海", unit, phone, NOW), NOW)
    assert found is not None
    assert found.phone == "13800000003"


async def test_namesakes_are_named_with_unit_and_end_of_phone_and_nobody_gets_a_code(manned: SqlStore) -> None:
    with pytest.raises(NobodyMeant) as refused:
        await fresh_code(manned, "王海", None, None, NOW)
    words = str(refused.value)
    assert "叫“王海”的有 2 位" in words
    assert "青石镇桥头村第一网格网格员，手机尾号 0002" in words
    assert "城市管理局经办人，手机尾号 0003" in words
    assert "--unit" in words
    assert "13800000002" not in words


@pytest.mark.parametrize(
    ("name", "unit", "phone", "words"),
    [
        ("李没", None, None, "是不是“李梅”"),
        ("陈燕", None, None, "没有在岗人员“陈燕”"),
        ("王海", "民政局", None, "对不上"),
        ("王海", None, "3", "对不上"),
        ("李梅", None, "0002", "对不上"),
    ],
)
async def test_nobody_is_meant(manned: SqlStore, name: str, unit: str | None, phone: str | None, words: str) -> None:
    with pytest.raises(NobodyMeant, match=words):
        await fresh_code(manned, name, unit, phone, NOW)
