"""Finding cases on both stores: by reporter, handler, state, area and last digits, and none too many."""

from datetime import timedelta

from sqlalchemy import select

from cases.people import Address, Person
from cases.places import Place
from cases.record import Reporter, State
from storage.case_tables import CASES
from storage.cases import LAST_CHARACTER
from storage.store import SqlStore
from tests.storage.samples import COUNTY, GRID, HOUR, LI, NOON, TOWN, keep, new_case, rows

ZHAO = Address("wechat:main", "openid-zhao")
ELSEWHERE = "330100002001001"


async def test_a_reporter_finds_their_own_cases_newest_first(store: SqlStore) -> None:
    await keep(
        store,
        new_case("QC260303-0001", submitted_at=NOON),
        new_case("QC260303-0002", submitted_at=NOON + HOUR),
        new_case("QC260303-0003", submitted_at=NOON + HOUR * 2),
        new_case("QC260303-0004", reporter=Reporter(ZHAO)),
        new_case("QC260303-0005", reporter=Reporter(Address("wecom:main", LI.user))),
        new_case("QC260303-0006", reporter=Reporter()),
    )
    async with store.work(readonly=True) as work:
        assert numbers(await work.cases.of_reporter(LI, limit=2)) == [3, 2]
        assert numbers(await work.cases.of_reporter(ZHAO)) == [4]


async def test_a_handler_finds_what_is_still_owed_the_most_pressing_first(store: SqlStore) -> None:
    working = {"handler": 7, "state": State.IN_PROGRESS}
    await keep(
        store,
        new_case("QC260303-0001", **working),
        new_case("QC260303-0002", **working, clock_due_at=NOON + HOUR * 2),
        new_case("QC260303-0003", **working, clock_due_at=NOON + HOUR, submitted_at=NOON + HOUR),
        new_case("QC260303-0004", **working, clock_due_at=NOON + HOUR, submitted_at=NOON),
        new_case("QC260303-0005", handler=8, state=State.IN_PROGRESS),
        new_case("QC260303-0006", handler=7, state=State.CLOSED),
        new_case("QC260303-0007", handler=7, state=State.ARCHIVED),
        new_case("QC260303-0008", handler=7, state=State.CANCELLED),
    )
    async with store.work(readonly=True) as work:
        assert numbers(await work.cases.of_handler(7)) == [4, 3, 2, 1]
        assert numbers(await work.cases.of_handler(7, limit=1)) == [4]


async def test_a_unit_finds_what_nobody_of_it_holds_however_much_its_people_hold(store: SqlStore) -> None:
    async with store.work() as work:
        there, gone = [await work.people.add(Person(0, name, (), active=name == "王")) for name in ("王", "赵")]
        await work.commit()
    led = {"lead_unit": "CG", "state": State.IN_PROGRESS}
    await keep(
        store,
        *(new_case(f"QC260303-{n:04d}", **led, handler=there.id, clock_due_at=NOON) for n in range(100, 160)),
        new_case("QC260303-0001", **led),
        new_case("QC260303-0002", **led, clock_due_at=NOON, handler=gone.id),
        new_case("QC260303-0003", lead_unit="CG", state=State.DISPATCHED, clock_due_at=NOON + HOUR),
        new_case("QC260303-0004", lead_unit="CG", state=State.FEEDBACK),
        new_case("QC260303-0005", lead_unit=TOWN, owner_unit="CG", state=State.IN_PROGRESS),
    )
    async with store.work(readonly=True) as work:
        assert numbers(await work.cases.unheld(["CG"])) == [2, 3, 1]
        assert numbers(await work.cases.unheld(["CG", TOWN], limit=3)) == [2, 3, 1]
        assert await work.cases.unheld([]) == []


async def test_cases_wait_in_a_state_within_the_scopes_of_lead_owner_or_place(store: SqlStore) -> None:
    await keep(
        store,
        new_case("QC260303-0001", clock_due_at=NOON + HOUR, place=Place(GRID, "这里"), owner_unit=COUNTY),
        new_case("QC260303-0002", clock_due_at=NOON, place=Place(ELSEWHERE, "那里"), owner_unit=GRID),
        new_case("QC260303-0003", place=Place(ELSEWHERE, "那里"), owner_unit=COUNTY, lead_unit=GRID),
        new_case("QC260303-0004", place=Place(ELSEWHERE, "那里"), owner_unit=COUNTY),
        new_case("QC260303-0005", state=State.ACCEPTED),
    )
    async with store.work(readonly=True) as work:
        assert numbers(await work.cases.in_states([State.SUBMITTED], scopes=[GRID])) == [2, 1, 3]
        assert numbers(await work.cases.in_states([State.SUBMITTED, State.ACCEPTED], limit=3)) == [2, 1, 3]
        assert numbers(await work.cases.in_states([State.SUBMITTED, State.ACCEPTED], scopes=[TOWN])) == [5]
        assert await work.cases.in_states([State.SUBMITTED], scopes=[]) == []
        assert await work.cases.in_states([], scopes=None) == []


async def test_a_case_is_found_by_its_last_digits(store: SqlStore) -> None:
    await keep(
        store,
        new_case("QC260303-0012", submitted_at=NOON),
        new_case("QC260304-0012", submitted_at=NOON + timedelta(days=1)),
        new_case("QC260303-0121", submitted_at=NOON),
        new_case("QC260303-1012", submitted_at=NOON - HOUR, reporter=Reporter(ZHAO)),
    )
    async with store.work(readonly=True) as work:
        found = [case.number for case in await work.cases.ending_with("012")]
        assert found == ["QC260304-0012", "QC260303-0012", "QC260303-1012"]
        assert [case.number for case in await work.cases.ending_with("012", limit=1)] == found[:1]
        assert [case.number for case in await work.cases.ending_with("012", reporter=ZHAO)] == found[2:]
        assert [case.number for case in await work.cases.ending_with("1012")] == found[2:]
        assert await work.cases.ending_with("999") == []
        assert await work.cases.ending_with("%") == []


async def test_open_cases_of_another_calendar_are_found_in_the_order_of_their_numbers(store: SqlStore) -> None:
    await keep(
        store,
        new_case("QC260303-0004", dated_by="old", state=State.CLOSED),
        new_case("QC260303-0001", dated_by="older"),
        new_case("QC260303-0002", dated_by="new"),
        new_case("QC260303-0003", dated_by="old", state=State.ARCHIVED, ended_at=NOON),
        new_case("QC260303-0005", dated_by=""),
    )
    async with store.work() as work:
        assert numbers(await work.cases.dated_otherwise("new")) == [1, 4, 5]
        assert numbers(await work.cases.dated_otherwise("new", after="QC260303-0001", limit=1)) == [4]
        assert numbers(await work.cases.dated_otherwise("new", after="QC260303-0005")) == []


async def test_open_cases_of_another_calendar_are_looked_up_by_an_index(store: SqlStore, store_url: str) -> None:
    await keep(store, *(new_case(f"QC260303-{n:04d}", dated_by="new") for n in range(50)))
    async with rows(store_url) as connection:
        postgres = connection.dialect.name == "postgresql"
        if postgres:
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        query = "SELECT number FROM cases WHERE ended_at IS NULL AND dated_by != 'new' AND number > '' ORDER BY number"
        plan = await connection.exec_driver_sql(f"EXPLAIN {'' if postgres else 'QUERY PLAN '}{query}")
        assert "ix_cases_open" in str(plan.all())


def numbers(cases: object) -> list[int]:
    """The last part of each case's number."""
    assert isinstance(cases, list)
    return [int(case.number.rpartition("-")[2]) for case in cases]


async def test_last_digits_are_looked_up_by_an_index(store: SqlStore, store_url: str) -> None:
    await keep(store, *(new_case(f"QC260303-{n:04d}") for n in range(50)))
    async with rows(store_url) as connection:
        postgres = connection.dialect.name == "postgresql"
        if postgres:
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        between = select(CASES.c.number).where(CASES.c.backwards.between("210", "210" + LAST_CHARACTER))
        query = between.compile(connection.sync_connection, compile_kwargs={"literal_binds": True})
        plan = await connection.exec_driver_sql(f"EXPLAIN {'' if postgres else 'QUERY PLAN '}{query}")
        told = str(plan.all())
    assert "uq_cases_backwards" in told or "sqlite_autoindex_cases" in told
    assert "Index Cond" in told or "SEARCH cases" in told
