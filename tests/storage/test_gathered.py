"""Cases at hand: nothing said of them is missed by who asks, and nothing of them is written over somebody else's."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from cases.errors import Overtaken
from cases.record import State
from dialogs.engine.messages import Outgoing, Reply
from storage.case_tables import CASES, DUE_STEPS, EVENTS
from storage.gathered import Gathering
from storage.outbox import utc_now, whole
from storage.store import SqlStore
from tests.storage.samples import GRID, HOUR, LI, NOON, happens, keep, new_case, read, rows, step

FIRST, SECOND, OTHER = "QC260303-0001", "QC260303-0002", "QC260303-0003"


@pytest.fixture(autouse=True)
async def cases(store: SqlStore) -> None:
    await keep(store, *(new_case(number) for number in (FIRST, SECOND, OTHER)))
    async with store.work() as work:
        await work.due_steps.lay([step(number, "remind", NOON, share=50) for number in (FIRST, SECOND, OTHER)])
        await work.commit()


async def test_a_case_at_hand_is_a_new_object_each_time_and_the_last_one_saved(store: SqlStore) -> None:
    async with store.work() as work:
        await work.gather([FIRST, SECOND])
        case = await work.cases.get(FIRST)
        assert case is not None
        assert case == await read(store, FIRST)
        case.grade = 4
        assert (await work.cases.get(FIRST)) != case
        happens(case, "progress", NOON + HOUR, words="快好了")
        await work.cases.save(case)
        case.take_news()
        assert await work.cases.get(FIRST) == case
        assert [event.words for event in await work.cases.timeline(FIRST)] == [case.description, "快好了"]
        assert await work.cases.get("QC260303-0099") is None
        await work.commit()
    kept = await read(store, FIRST)
    assert (kept.grade, kept.version) == (4, 2)
    async with store.work(readonly=True) as work:
        assert [event.action for event in await work.cases.timeline(FIRST)] == ["submit", "progress"]


async def test_nothing_is_kept_without_a_commit(store: SqlStore) -> None:
    async with store.work() as work:
        await work.gather([FIRST])
        case = await work.cases.get(FIRST)
        assert case is not None
        happens(case, "progress")
        await work.cases.save(case)
        await work.due_steps.done([step(FIRST, "remind", NOON, share=50)])
        await work.outbox.put([Outgoing("a", LI, Reply("好"))])
        assert await work.due_steps.next_at() == NOON  # whoever asks the tables is told what is written by then
    assert (await read(store, FIRST)).version == 1
    async with store.work() as work:
        assert len(await work.due_steps.claim(NOON, 10)) == 3
    assert await store.pushes.claim(utc_now(), limit=10, lease=30.0) == []


async def test_who_asks_the_tables_sees_what_was_said_before(store: SqlStore) -> None:
    async with store.work() as work:
        await work.gather([FIRST, SECOND])
        case = await work.cases.get(FIRST)
        assert case is not None
        case.state = State.ACCEPTED
        happens(case, "accept", words="受理了")
        await work.cases.save(case)
        await work.due_steps.done([step(SECOND, "remind", NOON, share=50)])
        assert [one.number for one in await work.cases.in_states([State.ACCEPTED])] == [FIRST]
        assert [one.case for one in await work.due_steps.claim(NOON, 10)] == [FIRST, OTHER]
        case.grade = 3
        happens(case, "progress")
        await work.cases.save(replace(case, news=case.news[-1:]))
        await work.commit()
    kept = await read(store, FIRST)
    assert (kept.state, kept.grade, kept.version) == (State.ACCEPTED, 3, 3)


async def test_an_old_copy_is_refused_in_the_same_unit_of_work(store: SqlStore) -> None:
    async with store.work() as work:
        await work.gather([FIRST])
        mine, theirs = await work.cases.get(FIRST), await work.cases.get(FIRST)
        assert mine is not None
        assert theirs is not None
        await work.cases.save(theirs)
        with pytest.raises(Overtaken):
            await work.cases.save(mine)


@pytest.mark.parametrize(
    "meanwhile",
    [
        update(CASES).where(CASES.c.number == SECOND).values(version=7),
        update(DUE_STEPS).where(DUE_STEPS.c.case == SECOND).values(state="done"),
        EVENTS.insert().values(
            case=SECOND, seq=2, at=NOON, role="bot", action="x", before=None, after="submitted", facts={}
        ),
    ],
    ids=["the case", "its step", "its log"],
)
async def test_what_is_not_as_it_was_read_is_never_written_over(
    store: SqlStore, store_url: str, meanwhile: object
) -> None:
    async with rows(store_url) as connection:
        gathering = Gathering(connection, [FIRST, SECOND], utc_now, whole)
        await gathering.read()
        for number in (FIRST, SECOND):
            case = await gathering.cases.get(number)
            assert case is not None
            happens(case, "progress")
            await gathering.cases.save(case)
        await gathering.due_steps.done([step(one, "remind", NOON, share=50) for one in (FIRST, SECOND)])
        await connection.execute(meanwhile)  # type: ignore[call-overload]
        with pytest.raises(Overtaken):
            await gathering.write()


async def test_steps_of_a_case_at_hand_are_laid_once_dropped_and_followed(store: SqlStore) -> None:
    first, last = step(FIRST, "remind", NOON, share=50), step(FIRST, "warn", NOON + HOUR, share=80)
    async with store.work() as work:
        await work.gather([FIRST])
        await work.due_steps.lay([replace(first, at=NOON + HOUR * 9), last, step(OTHER, "warn", NOON, share=80)])
        assert await work.due_steps.known(FIRST, first.fence) == {first.key, last.key}
        assert [await work.due_steps.any_after(one) for one in (first, last)] == [True, False]
        await work.due_steps.drop(FIRST, kind="warn")
        assert not await work.due_steps.any_after(first)
        await work.due_steps.lay([last])
        await work.commit()
    async with store.work() as work:
        due = await work.due_steps.claim(NOON + HOUR * 10, 10)
    assert sorted((one.case, one.kind) for one in due) == [
        (FIRST, "remind"), (SECOND, "remind"), (OTHER, "remind"), (OTHER, "warn"),
    ]  # fmt: skip
    assert next(one.at for one in due if one.case == FIRST) == NOON


async def test_messages_keep_the_order_of_putting(store: SqlStore) -> None:
    async with store.work() as work:
        await work.gather([FIRST])
        for key in ("b", "a", "c"):
            await work.outbox.put([Outgoing(key, LI, Reply(key), FIRST)])
        await work.outbox.cancel(SECOND)
        await work.outbox.put([Outgoing("d", LI, Reply("d")), Outgoing("a", LI, Reply("again"))])
        await work.commit()
    sent: list[str] = []
    while claimed := await store.pushes.claim(utc_now(), limit=10, lease=30.0):
        for push in claimed:
            sent.append(push.key)
            assert await store.pushes.sent(push, "", utc_now())
    assert sent == ["b", "a", "c", "d"]


async def test_a_place_that_changed_is_written(store: SqlStore) -> None:
    async with store.work() as work:
        await work.gather([FIRST])
        case = await work.cases.get(FIRST)
        assert case is not None
        case.place = replace(case.place, unit="CG")
        await work.cases.save(case)
        await work.commit()
    assert (await read(store, FIRST)).place.unit == "CG"
    assert (await read(store, SECOND)).place.unit == GRID
