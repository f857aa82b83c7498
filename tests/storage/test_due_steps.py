"""Due steps on both stores: laid once, claimed by one node only, done or dropped for ever."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from cases.deadlines import DueStep
from storage.case_tables import DUE_STEPS
from storage.store import SqlStore
from tests.storage.samples import HOUR, NOON, keep, new_case, rows, step

CASE, OTHER = "QC260303-0001", "QC260303-0002"


async def lay(store: SqlStore, *steps: DueStep) -> None:
    """Keep the cases of those steps, and the steps."""
    await keep(store, *(new_case(number) for number in sorted({one.case for one in steps})))
    async with store.work() as work:
        await work.due_steps.lay(steps)
        await work.commit()


async def due(store: SqlStore, now: datetime, limit: int = 100) -> list[DueStep]:
    """What could be claimed now; given back at once."""
    async with store.work() as work:
        return list(await work.due_steps.claim(now, limit))


async def test_what_is_due_is_claimed_oldest_first_and_comes_back_as_laid(store: SqlStore) -> None:
    later, first, second = (
        step(CASE, "remind", NOON + HOUR, share=50),
        step(CASE, "warn", NOON),
        step(OTHER, "warn", NOON),
    )
    await lay(store, later, second, first, step(CASE, "overdue", NOON + HOUR * 2))
    assert await due(store, NOON + HOUR) == [first, second, later]
    assert await due(store, NOON + HOUR, limit=1) == [first]
    assert await due(store, NOON - HOUR) == []


async def test_a_step_laid_twice_stays_as_it_was_even_when_done(store: SqlStore) -> None:
    first = step(CASE, "remind", NOON)
    await lay(store, first)
    async with store.work() as work:
        await work.due_steps.lay([replace(first, at=NOON + HOUR), step(CASE, "warn", NOON)])
        await work.due_steps.done([first])
        await work.due_steps.lay([first])
        await work.due_steps.lay([])
        await work.commit()
    assert [one.kind for one in await due(store, NOON + HOUR * 9)] == ["warn"]


async def test_steps_of_one_kind_are_dropped_and_the_others_stay(store: SqlStore) -> None:
    await lay(
        store, step(CASE, "auto_sign", NOON), step(CASE, "remind", NOON, share=50), step(OTHER, "auto_sign", NOON)
    )
    async with store.work() as work:
        await work.due_steps.drop(CASE, kind="auto_sign")
        await work.commit()
    assert [(one.case, one.kind) for one in await due(store, NOON)] == [(CASE, "remind"), (OTHER, "auto_sign")]


async def test_a_step_needs_a_case(store: SqlStore) -> None:
    async with store.work() as work:
        with pytest.raises(IntegrityError):
            await work.due_steps.lay([step("QC000000-0000", "remind", NOON)])


async def test_two_nodes_never_share_a_step(store: SqlStore, store_url: str) -> None:
    await lay(store, *(step(f"QC260303-{n:04d}", "remind", NOON) for n in range(1, 31)))
    node = await SqlStore.open(store_url)
    fired: list[str] = []

    async def beat(on: SqlStore) -> int:
        async with on.work() as work:
            claimed = await work.due_steps.claim(NOON, 4)
            await asyncio.sleep(0)
            await work.due_steps.done(claimed)
            await work.commit()
        fired.extend(one.key for one in claimed)
        return len(claimed)

    async def beats(on: SqlStore) -> None:
        while await beat(on):
            pass

    await asyncio.gather(beats(store), beats(node), beats(store))
    await node.close()
    assert len(fired) == len(set(fired)) == 30


async def test_claimed_steps_are_skipped_by_the_next_node_and_given_back_by_a_rollback(
    postgres_store: SqlStore,
) -> None:
    store = postgres_store
    steps = [step(CASE, "remind", NOON), step(OTHER, "remind", NOON + HOUR)]
    await lay(store, *steps)
    async with store.work() as first:
        assert await first.due_steps.claim(NOON + HOUR, 1) == steps[:1]
        assert await due(store, NOON + HOUR) == steps[1:]
    assert await due(store, NOON + HOUR) == steps


async def test_the_steps_of_a_case_in_work_are_left_so_that_nobody_waits_for_each_other(
    postgres_store: SqlStore,
) -> None:
    store = postgres_store
    await lay(store, step(CASE, "remind", NOON), step(OTHER, "remind", NOON))
    async with store.work() as officer, store.work() as metronome:
        assert await officer.cases.get(CASE, lock=True) is not None
        claimed = await metronome.due_steps.claim(NOON, 100)
        assert [one.case for one in claimed] == [OTHER]
        await officer.due_steps.drop(CASE)
        await officer.commit()
        await metronome.due_steps.done(claimed)
        await metronome.commit()
    assert await due(store, NOON) == []


async def test_dropping_spares_newer_clocks_and_other_cases(store: SqlStore, store_url: str) -> None:
    done, old = step(CASE, "sign", NOON, fence=1), step(CASE, "remind", NOON, fence=1)
    new, other = step(CASE, "remind", NOON, fence=2), step(OTHER, "remind", NOON, fence=1)
    await lay(store, done, old, new, other)
    async with store.work() as work:
        await work.due_steps.done([done])
        await work.due_steps.drop(CASE, below_fence=2)
        await work.commit()
    assert {one.key for one in await due(store, NOON)} == {new.key, other.key}
    async with store.work() as work:
        await work.due_steps.drop(CASE)
        await work.commit()
    assert await due(store, NOON) == [other]
    async with rows(store_url) as connection:
        states = {row.key: row.state for row in await connection.execute(select(DUE_STEPS))}
    assert states == {done.key: "done", old.key: "dropped", new.key: "dropped", other.key: "pending"}


async def test_a_step_put_off_is_due_later_unless_it_is_done(store: SqlStore) -> None:
    failed, done = step(CASE, "remind", NOON), step(CASE, "warn", NOON)
    await lay(store, failed, done)
    async with store.work() as work:
        await work.due_steps.done([done])
        await work.due_steps.later(failed, NOON + HOUR)
        await work.due_steps.later(done, NOON + HOUR)
        await work.commit()
    assert await due(store, NOON) == []
    assert await due(store, NOON + HOUR) == [replace(failed, at=NOON + HOUR)]


async def test_a_step_knows_whether_another_of_its_clock_comes_after_it(store: SqlStore) -> None:
    first, same, last = step(CASE, "a", NOON), step(CASE, "b", NOON), step(CASE, "c", NOON + HOUR)
    later_clock, other = step(CASE, "d", NOON + HOUR * 2, fence=2), step(OTHER, "d", NOON + HOUR * 2)
    await lay(store, first, same, last, later_clock, other)
    async with store.work() as work:
        assert [await work.due_steps.any_after(one) for one in (first, same, last)] == [True, True, False]
        await work.due_steps.done([last])
        assert [await work.due_steps.any_after(one) for one in (first, same)] == [True, False]


async def test_the_next_instant_is_that_of_the_earliest_pending_step(store: SqlStore) -> None:
    async with store.work(readonly=True) as work:
        assert await work.due_steps.next_at() is None
    first, second = step(CASE, "remind", NOON), step(CASE, "warn", NOON + HOUR)
    await lay(store, second, first)
    async with store.work() as work:
        assert await work.due_steps.next_at() == NOON
        await work.due_steps.done([first])
        assert await work.due_steps.next_at() == NOON + HOUR


async def test_what_is_due_is_found_by_the_partial_index(store: SqlStore, store_url: str) -> None:
    await lay(store, step(CASE, "remind", NOON))
    async with rows(store_url) as connection:
        postgres = connection.dialect.name == "postgresql"
        if postgres:
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        query = "SELECT key FROM due_steps WHERE state = 'pending' AND at <= '2026-03-03 04:00:00' ORDER BY at, key"
        plan = await connection.exec_driver_sql(f"EXPLAIN {'' if postgres else 'QUERY PLAN '}{query}")
        assert "ix_due_steps_pending" in str(plan.all())
