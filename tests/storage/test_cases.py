"""Cases on both stores: kept whole, numbered once, locked, found, with a log that is never rewritten."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from cases.case import Case
from cases.errors import Overtaken
from cases.people import Actor, Level, Role
from cases.places import Place
from cases.record import Reporter, State
from cases.supervision import Supervision
from storage.case_rows import FIELDS
from storage.case_tables import EVENTS, WORDS
from storage.cases import words_digest
from storage.store import SqlStore
from tests.storage.samples import GRID, HOUR, NOON, bare_case, happens, keep, new_case, read, rows, save

SOON = 10.0
DAY, NEXT_DAY = date(2026, 3, 3), date(2026, 3, 4)


def full_case(number: str) -> Case:
    """A case with every field filled in."""
    return new_case(
        number,
        state=State.IN_PROGRESS,
        handler=7,
        lead_unit="CG",
        level=Level.TOWN,
        supervision=Supervision.YELLOW,
        light="yellow",
        clock="handle",
        fence=3,
        clock_started_at=NOON,
        clock_limit=HOUR * 1.5,
        handle_time=HOUR * 2.5,
        dated_by="0123456789ab",
        **{name: NOON + HOUR for name in FIELDS if name.endswith("_at") and name != "clock_started_at"},
        signed_late=True,
        rework_count=1,
        reopen_count=2,
        grade=4,
        solved="solved",
    )


async def test_a_case_comes_back_as_it_was_kept(store: SqlStore) -> None:
    full, bare = full_case("QC260303-0001"), bare_case("QC260303-0002", place=Place(GRID, "东头"), photos=(), version=0)
    happens(bare, "submit")
    await keep(store, full, bare)
    assert await read(store, full.number) == replace(full, news=[])
    assert await read(store, bare.number) == replace(bare, news=[])


async def test_a_case_without_address_and_phone_is_kept_too(store: SqlStore) -> None:
    await keep(store, new_case("QC260303-0001", reporter=Reporter()))
    assert (await read(store, "QC260303-0001")).reporter == Reporter()


async def test_a_changed_case_is_saved_with_what_happened(store: SqlStore) -> None:
    case = new_case("QC260303-0001")
    await keep(store, case)
    case.state = State.ACCEPTED
    event = happens(case, "accept", NOON + HOUR, words="马上处理", actor=Actor(Role.ACCEPTOR, 3))
    await save(store, case)
    async with store.work(readonly=True) as work:
        timeline = await work.cases.timeline(case.number)
    assert [one.action for one in timeline] == ["submit", "accept"]
    assert timeline[0].words == case.description
    assert timeline[1] == event
    assert (await read(store, case.number)).state is State.ACCEPTED


async def test_who_saves_an_old_copy_is_told_so_and_nothing_of_it_is_kept(store: SqlStore) -> None:
    await keep(store, new_case("QC260303-0001"))
    mine, theirs = await read(store, "QC260303-0001"), await read(store, "QC260303-0001")
    theirs.grade = 5
    await save(store, theirs)
    happens(mine, "progress", words="我先说")
    with pytest.raises(Overtaken):
        await save(store, mine)
    async with store.work(readonly=True) as work:
        assert len(await work.cases.timeline(mine.number)) == 1
    assert (await read(store, mine.number)).grade == 5


async def test_a_line_of_the_log_is_never_written_twice(store: SqlStore) -> None:
    case = new_case("QC260303-0001")
    await keep(store, case)
    case.events_count = 0
    happens(case, "accept", words="马上处理")
    with pytest.raises(Overtaken):
        await save(store, case)
    async with store.work(readonly=True) as work:
        assert [one.action for one in await work.cases.timeline(case.number)] == ["submit"]


@pytest.mark.parametrize("rewriting", ["UPDATE events SET person = 7", "DELETE FROM events"])
async def test_what_the_log_says_can_be_neither_changed_nor_deleted(
    store: SqlStore, store_url: str, rewriting: str
) -> None:
    await keep(store, new_case("QC260303-0001"))
    with pytest.raises(DBAPIError, match="only ever added to"):
        async with rows(store_url) as connection:
            await connection.exec_driver_sql(rewriting)
    async with store.work(readonly=True) as work:
        [event] = await work.cases.timeline("QC260303-0001")
    assert event.actor.person is None


async def test_the_digest_proves_the_words_until_they_are_erased(store: SqlStore, store_url: str) -> None:
    case = new_case("QC260303-0001")
    await keep(store, case)
    async with rows(store_url) as connection:
        both = select(EVENTS.c.digest, WORDS.c.salt).join_from(EVENTS, WORDS, EVENTS.c.case == WORDS.c.case)
        row = (await connection.execute(both)).one()
        assert row.digest == words_digest(row.salt, case.description)
        assert row.digest != words_digest(b"", case.description)
        await connection.execute(delete(WORDS))
    async with store.work(readonly=True) as work:
        [event] = await work.cases.timeline(case.number)
    assert event.words is None
    assert (await read(store, case.number)).description == ""


async def test_the_same_words_twice_have_different_digests(store: SqlStore, store_url: str) -> None:
    await keep(store, new_case("QC260303-0001"), new_case("QC260303-0002"))
    async with rows(store_url) as connection:
        digests = (await connection.execute(select(EVENTS.c.digest))).scalars().all()
    assert len(set(digests)) == 2


async def test_an_event_without_words_has_no_digest(store: SqlStore, store_url: str) -> None:
    case = new_case("QC260303-0001")
    happens(case, "auto_sign")
    await keep(store, case)
    async with rows(store_url) as connection:
        digests = (await connection.execute(select(EVENTS.c.digest).order_by(EVENTS.c.seq))).scalars().all()
    assert digests[0] is not None
    assert digests[1] is None


async def test_fifty_reports_at_once_get_fifty_numbers(store: SqlStore) -> None:
    async def one() -> str:
        async with store.work() as work:
            number = await work.cases.number("QC", DAY)
            await work.commit()
        return number

    numbers = await asyncio.gather(*(one() for _ in range(50)))
    assert sorted(numbers) == [f"QC260303-{n:04d}" for n in range(1, 51)]


async def test_numbers_are_given_in_the_order_in_which_they_were_asked_for(postgres_store: SqlStore) -> None:
    async def one() -> str:
        async with postgres_store.work() as work:
            number = await work.cases.number("QC", DAY)
            await work.commit()
        return number

    async def waiting() -> int:
        async with postgres_store.work(readonly=True) as work:
            found = await work.cases._connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
            return int(found.scalar_one())

    await one()
    async with postgres_store.work() as first:
        await first.cases.number("QC", DAY)
        asked: list[asyncio.Task[str]] = []
        for number in range(1, 8):
            asked.append(asyncio.create_task(one()))
            async with asyncio.timeout(SOON):
                while await waiting() < number:
                    pass
        await first.commit()
    assert await asyncio.gather(*asked) == [f"QC260303-{n:04d}" for n in range(3, 10)]


async def test_numbers_begin_anew_each_day_and_for_each_prefix(store: SqlStore) -> None:
    async with store.work() as work:
        given = [await work.cases.number(prefix, day) for prefix, day in (("QC", DAY), ("QC", NEXT_DAY), ("LH", DAY))]
    assert given == ["QC260303-0001", "QC260304-0001", "LH260303-0001"]


async def test_a_number_that_was_not_committed_is_given_again(store: SqlStore) -> None:
    for _ in range(2):
        async with store.work() as work:
            assert await work.cases.number("QC", DAY) == "QC260303-0001"


async def test_a_locked_case_is_changed_by_one_after_another(store: SqlStore) -> None:
    await keep(store, new_case("QC260303-0001"))

    async def urge() -> None:
        async with store.work() as work:
            case = await work.cases.get("QC260303-0001", lock=True)
            assert case is not None
            case.rework_count += 1
            await work.cases.save(case)
            await work.commit()

    await asyncio.gather(*(urge() for _ in range(8)))
    assert (await read(store, "QC260303-0001")).rework_count == 8


async def test_many_are_read_at_once_in_the_order_of_their_numbers(store: SqlStore) -> None:
    await keep(store, *(new_case(f"QC260303-000{n}") for n in (3, 1, 2)))
    async with store.work() as work:
        found = await work.cases.many(["QC260303-0003", "QC260303-0001", "nobody's"], lock=True)
    assert list(found) == ["QC260303-0001", "QC260303-0003"]


async def test_nobody_has_a_case_of_an_unknown_number(store: SqlStore) -> None:
    async with store.work(readonly=True) as work:
        assert await work.cases.get("QC260303-9999") is None
        assert await work.cases.timeline("QC260303-9999") == []
