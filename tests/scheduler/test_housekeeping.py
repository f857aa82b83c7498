"""What is past its time is given up or erased, and nothing else."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cases.duty import Leave, Shift
from cases.people import Address, Person, Post, Role
from cases.record import State
from dialogs.engine.messages import Incoming, Outgoing, Reply, Text
from dialogs.engine.ports import Conversation, Turn
from scheduler.housekeeping import AT_ONCE, CASE_LIFE, LONG_CASE_LIFE, Erased, Housekeeping
from storage.store import SqlStore
from tests.storage.samples import happens, keep, new_case, read
from tests.storage.whole import everything

NOW = datetime(2026, 3, 3, 1, tzinfo=UTC)
LI, WANG = Address("wechat:main", "li"), Address("wechat:main", "wang")
ZHOU = Address("wecom:main", "zhou")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def talk(store: SqlStore, who: Address, key: str, at: datetime) -> None:
    """A message, its reply, and a half-filled form."""
    conversation = Conversation(who, {"running": {"dialog": "report"}}, 0, at)
    async with store.work() as work:
        await work.inbox.keep([Turn(Incoming(key, who, Text("路灯坏了"), at), conversation, Reply("在哪里？"))])
        await work.conversations.keep([conversation])
        await work.commit()


async def states(store: SqlStore) -> list[bool]:
    """Whether 李 and 王 still have something half filled in."""
    async with store.work(readonly=True) as work:
        kept = [await work.conversations.get(who) for who in (LI, WANG)]
    return [conversation is not None and bool(conversation.state) for conversation in kept]


async def test_a_draft_is_kept_for_a_day_and_no_longer(store: SqlStore) -> None:
    await talk(store, LI, "old", NOW - DAY - HOUR)
    await talk(store, WANG, "new", NOW - DAY + HOUR)
    assert await Housekeeping(store).run_once(NOW) == Erased(1, 0, 0, 0)
    assert await states(store) == [False, True]


@pytest.mark.parametrize(("age", "words"), [(31 * DAY, []), (29 * DAY, ["路灯坏了"])])
async def test_words_are_kept_for_thirty_days_and_no_longer(store: SqlStore, age: timedelta, words: list[str]) -> None:
    await talk(store, LI, "m", NOW - age)
    assert (await Housekeeping(store).run_once(NOW)).messages == 1 - len(words)
    async with store.work() as work:
        assert await work.inbox.last_words(LI) == words


async def test_a_message_whose_words_are_gone_is_still_known(store: SqlStore) -> None:
    await talk(store, LI, "m", NOW - 31 * DAY)
    await Housekeeping(store).run_once(NOW)
    async with store.work() as work:
        assert (await work.inbox.heard(["m"]))["m"].reply is None


async def ended(store: SqlStore, *ages: timedelta, **fields: Any) -> None:
    """Cases that ended so long ago, numbered from one."""
    over = {"state": State.ARCHIVED} | fields
    await keep(store, *(new_case(f"QC260303-{n:04d}", ended_at=NOW - age, **over) for n, age in enumerate(ages, 1)))


async def left(store: SqlStore, number: int) -> tuple[bool, bool]:
    """Whether that case still tells who reported it, and where and what it was."""
    case = await read(store, f"QC260303-{number:04d}")
    contact = case.reporter.address is not None or case.reporter.phone is not None
    return contact, bool(case.description or case.place.words or case.place.pin)


async def test_leaves_and_shifts_are_erased_a_year_after_their_end(store: SqlStore) -> None:
    long_ago, lately = NOW - 366 * DAY, NOW - 364 * DAY
    async with store.work() as work:
        wang = await work.people.add(Person(0, "王", (Post(Role.GRID_WORKER, "330100001001001"),)))
        for until in (long_ago, lately):
            await work.people.put_leave(Leave(wang.id, until - DAY, until, None, wang.id, until - DAY))
        await work.people.put_shifts(Shift("CG", until - DAY, until, wang.id) for until in (long_ago, lately))
        await work.commit()
    assert (await Housekeeping(store).run_once(NOW)).duty == 2
    async with store.work(readonly=True) as work:
        roster = await work.people.roster(NOW - 400 * DAY)
    assert [one.until for one in roster.leaves] == [one.until for one in roster.shifts] == [lately]


async def test_who_reported_is_erased_ninety_days_after_the_end_and_the_case_stays(store: SqlStore) -> None:
    await ended(store, 91 * DAY, 89 * DAY)
    await keep(store, new_case("QC260303-0003", submitted_at=NOW - 400 * DAY))
    assert await Housekeeping(store).run_once(NOW) == Erased(0, 0, 1, 0)
    assert [await left(store, number) for number in (1, 2, 3)] == [(False, True), (True, True), (True, True)]
    assert await Housekeeping(store).run_once(NOW) == Erased(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("fields", "kept"), [({}, (False, False)), ({"priority": "P1"}, (False, True))], ids=["usual", "urgent"]
)
async def test_what_was_said_is_erased_after_three_years_but_of_urgent_cases(
    store: SqlStore, fields: dict[str, Any], kept: tuple[bool, bool]
) -> None:
    await ended(store, CASE_LIFE + DAY, CASE_LIFE - DAY, LONG_CASE_LIFE + DAY, **fields)
    await Housekeeping(store).run_once(NOW)
    assert [await left(store, number) for number in (1, 2, 3)] == [kept, (False, True), (False, False)]
    async with store.work(readonly=True) as work:
        [event] = await work.cases.timeline("QC260303-0003")
    assert (event.action, event.words) == ("submit", None)


async def test_a_mediated_case_is_kept_as_long_as_an_urgent_one(store: SqlStore) -> None:
    case = new_case("QC260303-0001", state=State.ARCHIVED, ended_at=NOW - CASE_LIFE - DAY)
    happens(case, "to_mediation")
    await keep(store, case)
    await Housekeeping(store).run_once(NOW)
    assert await left(store, 1) == (False, True)


async def test_more_cases_than_one_transaction_takes_are_erased_one_batch_after_the_other(store: SqlStore) -> None:
    await ended(store, *[91 * DAY] * (AT_ONCE + 1))
    assert (await Housekeeping(store).run_once(NOW)).contacts == AT_ONCE + 1


async def test_doing_it_again_erases_nothing_more(store: SqlStore) -> None:
    await talk(store, LI, "m", NOW - 31 * DAY)
    await ended(store, CASE_LIFE + DAY)
    assert await Housekeeping(store).run_once(NOW) == Erased(1, 1, 1, 1)
    assert not any(await Housekeeping(store).run_once(NOW))


class Clock:
    """Business time."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def talks(store_url: str) -> AsyncIterator[tuple[SqlStore, Clock]]:
    """A store with a clock that goes when told, on each database in turn; 周敏 is its admin."""
    clock = Clock()
    store = await SqlStore.open(store_url, clock=clock)
    async with store.work() as work:
        admin = await work.people.add(Person(0, "周敏", (Post(Role.ADMIN, "990101"),)))
        await work.people.bind(admin.id, ZHOU)
        await work.commit()
    yield store, clock
    await store.close()


async def held(talks: tuple[SqlStore, Clock], age: timedelta, *messages: Outgoing) -> SqlStore:
    """The store, where these have waited for their receivers' next word that long."""
    store, clock = talks
    clock.now = NOW - age
    async with store.work() as work:
        await work.outbox.put(messages)
        await work.commit()
    for push in await store.pushes.claim(clock.now, limit=20, lease=30.0):
        await store.pushes.hold(push, "no-window", clock.now)
    clock.now = NOW
    return store


async def told(store: SqlStore) -> list[tuple[Address, str, bool]]:
    """To whom what is to go out now, and whether it is urgent."""
    pushes = await store.pushes.claim(NOW, limit=20, lease=0.0)
    return [(push.to, push.body.text, push.urgent) for push in pushes if isinstance(push.body, Reply)]


async def waits(store: SqlStore, who: Address) -> list[str]:
    """What would be put before the next reply to them."""
    async with store.work() as work:
        return [kept.body.text for kept in (await work.conversations.desktops([who]))[who].kept]


async def test_what_nobody_took_for_thirty_days_is_given_up_and_the_admins_told_once(
    talks: tuple[SqlStore, Clock],
) -> None:
    result = Reply("已修好")
    messages = Outgoing("r1", LI, result, "X1"), Outgoing("r2", WANG, result, "X2"), Outgoing("r3", LI, Reply("再见"))
    store = await held(talks, 31 * DAY, *messages)
    assert await Housekeeping(store).run_once(NOW) == Erased(0, 0, 0, 0, 3)
    assert await Housekeeping(store).run_once(NOW) == Erased(0, 0, 0, 0, 0)
    [(to, words, urgent)] = await told(store)
    assert (to, urgent) == (ZHOU, False)
    assert "3 条" in words
    assert "X1、X2" in words
    assert await waits(store, LI) == []


async def test_the_words_of_what_was_given_up_are_erased(talks: tuple[SqlStore, Clock], store_url: str) -> None:
    store = await held(talks, 31 * DAY, Outgoing("r", LI, Reply("李婶的路灯已修好")))
    await Housekeeping(store).run_once(NOW)
    assert "李婶" not in str(await everything(store_url))


async def test_what_waits_for_less_than_thirty_days_goes_on_waiting(talks: tuple[SqlStore, Clock]) -> None:
    store = await held(talks, 29 * DAY, Outgoing("r", LI, Reply("已修好"), "X1"))
    assert await Housekeeping(store).run_once(NOW) == Erased(0, 0, 0, 0, 0)
    assert await waits(store, LI) == ["已修好"]


async def test_a_word_to_an_admin_that_nobody_took_is_told_to_nobody(talks: tuple[SqlStore, Clock]) -> None:
    store = await held(talks, 31 * DAY, Outgoing("alert:fault:1", LI, Reply("有一处故障")))
    assert await Housekeeping(store).run_once(NOW) == Erased(0, 0, 0, 0, 1)
    assert await told(store) == []
