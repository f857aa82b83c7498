"""The bell rings once for each due step, whoever fails and however many are due."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest

from dialogs.engine.ports import Work
from scheduler.due import SET_ASIDE, TRIES
from storage.store import SqlStore
from tests.cases.county import TUESDAY
from tests.scheduler.belfry import Belfry

SIGN_LIMIT = timedelta(hours=2)
"""A quarter of the eight hours, at eleven."""
NOON = TUESDAY + timedelta(hours=3)
LATE = TUESDAY + timedelta(days=3)


@pytest.fixture
async def belfry(store: SqlStore) -> Belfry:
    return await Belfry.built(store)


def signed(numbers: Sequence[str]) -> list[str]:
    return [f"auto_sign:{number}:" for number in numbers]


async def test_before_its_time_nothing_rings(belfry: Belfry) -> None:
    await belfry.report()
    assert await belfry.bell.run_once(TUESDAY) == 0
    assert await belfry.told() == []


async def test_a_due_step_happens_is_told_and_is_done_in_one(belfry: Belfry) -> None:
    (number,) = await belfry.report()
    assert await belfry.bell.run_once(TUESDAY + SIGN_LIMIT) == 1
    assert await belfry.actions(number) == ["auto_sign"]
    assert await belfry.told() == signed([number])
    assert await belfry.bell.run_once(TUESDAY + SIGN_LIMIT) == 0


async def test_after_a_long_outage_everything_is_made_up_in_order_in_one_run(belfry: Belfry) -> None:
    (number,) = await belfry.report()
    assert await belfry.bell.run_once(LATE) >= 4
    assert (await belfry.actions(number))[:4] == ["auto_sign", "remind", "warn", "overdue"]
    next_at = await belfry.next_at()
    assert next_at is not None
    assert next_at > LATE
    assert await belfry.bell.run_once(LATE) == 0


async def test_many_steps_are_fired_in_batches(belfry: Belfry) -> None:
    numbers = await belfry.report(25)
    assert await belfry.another(batch=10).run_once(NOON) == 25
    assert belfry.batches == [10, 10, 5]
    assert sorted(await belfry.told()) == sorted(signed(numbers))


async def test_batches_at_once_ring_once_for_each_step(belfry: Belfry) -> None:
    numbers = await belfry.report(40)
    assert await belfry.another(batch=5, at_once=3).run_once(NOON) == 40
    assert sorted(await belfry.told()) == sorted(signed(numbers))
    assert [await belfry.actions(number) for number in numbers] == [["auto_sign"]] * 40


async def test_two_nodes_ring_once_for_each_step(belfry: Belfry) -> None:
    numbers = await belfry.report(40)
    done = await asyncio.gather(belfry.bell.run_once(LATE), belfry.another().run_once(LATE))
    assert sum(done) >= 4 * 40
    told = await belfry.told()
    assert len(told) == len(set(told))
    for number in numbers:
        actions = await belfry.actions(number)
        assert sorted(set(actions)) == sorted(actions)


async def test_a_step_that_fails_is_set_aside_and_all_others_ring(
    belfry: Belfry, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = await belfry.report(5)
    belfry.poisoned = {numbers[2]}
    with caplog.at_level(logging.INFO):
        assert await belfry.bell.run_once(NOON) == 4
    rest = [number for number in numbers if number != numbers[2]]
    assert await belfry.told() == signed(rest)
    assert await belfry.actions(numbers[2]) == []
    ((key, kind),) = belfry.faults
    assert numbers[2] in key
    assert kind == "Deaf"
    assert belfry.failures[numbers[2]] == 1 + TRIES
    assert await belfry.next_at() == NOON + SET_ASIDE
    everything = caplog.text + str([record.__dict__ for record in caplog.records])
    assert "Deaf" in everything
    assert "李婶" not in everything


async def test_a_step_set_aside_rings_once_the_fault_is_mended(belfry: Belfry) -> None:
    (number,) = await belfry.report()
    belfry.poisoned = {number}
    assert await belfry.bell.run_once(NOON) == 0
    belfry.poisoned = set()
    assert await belfry.bell.run_once(NOON) == 0
    assert await belfry.bell.run_once(NOON + SET_ASIDE) == 1
    assert await belfry.told() == signed([number])


async def test_a_step_that_fails_once_is_no_fault(belfry: Belfry) -> None:
    numbers = await belfry.report(3)
    belfry.fails_once = {numbers[0]}
    assert await belfry.bell.run_once(NOON) == 3
    assert sorted(await belfry.told()) == sorted(signed(numbers))
    assert belfry.faults == []


async def test_a_fault_nobody_can_be_told_of_stops_nothing(belfry: Belfry, caplog: pytest.LogCaptureFixture) -> None:
    numbers = await belfry.report(3)
    belfry.poisoned, belfry.hears_faults = {numbers[0]}, False
    assert await belfry.bell.run_once(NOON) == 2
    assert "the fault could not be told" in caplog.text


class Away:
    """A store that is not there."""

    def work(self, *, readonly: bool = False) -> AbstractAsyncContextManager[Work]:
        raise ConnectionRefusedError


async def test_a_store_that_is_away_is_the_callers_to_know(belfry: Belfry) -> None:
    with pytest.raises(ConnectionRefusedError):
        await belfry.another(Away()).run_once(NOON)
    assert belfry.faults == []


async def test_after_stopping_no_batch_begins(belfry: Belfry) -> None:
    await belfry.report()
    belfry.bell.stop()
    assert await belfry.bell.run_once(NOON) == 0
    assert await belfry.another().run_once(NOON) == 1
