"""Erasing a person: nothing that is theirs stays, and all that is others' does."""

from dataclasses import replace
from typing import Any

from cases.people import CITIZEN, Actor, Address, Person, Role
from cases.places import Pin, Place
from cases.record import Reporter, State
from dialogs.engine.messages import Left, Photo
from dialogs.engine.ports import Conversation, MediaWish, Replay
from storage.columns import METADATA
from storage.engines import engines_for
from storage.store import SqlStore
from tests.storage import samples
from tests.storage.talk import (
    DAY,
    NOW,
    RATE,
    WANG,
    ZHAO,
    claim,
    conversation,
    converse,
    desktop,
    keep,
    message,
    put,
    said,
    send_all,
    turn,
    waiting,
)

GONE = Address("wechat:main", "openid-secret")
PHONE = "13900000000"
WORDS = "我的秘密"
PIN = Pin(30.271828, 120.314159)
TRACES = (GONE.user, PHONE, WORDS, "30.271828", "120.314159")
ENDED = {"state": State.ARCHIVED, "ended_at": NOW}


async def everything(url: str) -> str:
    """All that lies in the store, as text."""
    engines = engines_for(url)
    found: list[str] = []
    async with engines.readers.connect() as connection:
        for table in METADATA.sorted_tables:
            found += [repr(tuple(row)) for row in await connection.execute(table.select())]
    await engines.close()
    return "\n".join(found)


async def erase(store: SqlStore, who: Address) -> None:
    async with store.work() as work:
        await work.conversations.erase(who)
        await work.commit()


async def file_case(store: SqlStore, number: str, **fields: Any) -> None:
    """A case in which the secret stands wherever a reporter can put it."""
    reporter, place = Reporter(GONE, PHONE), Place(samples.GRID, f"{WORDS}家门口", PIN)
    case = samples.new_case(number, reporter=reporter, place=place, description=f"{WORDS}，我叫李", **fields)
    samples.happens(case, "supplement", words=f"{WORDS}，电话 {PHONE}", actor=CITIZEN)
    samples.happens(case, "progress", words="师傅下午来", actor=Actor(Role.GRID_WORKER, 1))
    await samples.keep(store, case)


async def live(store: SqlStore, who: Address, number: str) -> None:
    """Leave traces of that person everywhere."""
    words = WORDS if who is GONE else "别人的话"
    if who is GONE:
        await file_case(store, number, **ENDED)
        await put(store, message(f"{number}-staff", f"【新任务】{WORDS}家门口", WANG, case=number))
    else:
        await samples.keep(store, samples.new_case(number, reporter=Reporter(who, "13800000001")))
    async with store.work() as work:
        person = await work.people.add(Person(0, "王网格员", ()))
        await work.people.bind(person.id, who)
        await work.people.wrong_code(who, NOW)
        await work.help_requests.open(who, NOW, number)
        wish = MediaWish(f"p:{number}", who.channel, f"p{number}", "photo")
        await work.inbox.keep(
            [
                turn(said(words, f"{number}-1", who), replace(RATE, text=words), late=True),
                turn(said(Photo("p1"), f"{number}-2", who), media=[wish]),
            ]
        )
        await work.conversations.keep([Conversation(who, {"draft": words}, 0, NOW, NOW + DAY, 5)])
        await work.outbox.put([message(f"{number}-sent", replace(RATE, text=words), who)])
        await work.commit()
    await send_all(store)
    await put(store, message(f"{number}-held", words, who))
    (push,) = await claim(store)
    await store.pushes.hold(push, "no-window", NOW)
    await put(store, message(f"{number}-pending", words, who))


async def test_of_an_erased_person_nothing_is_left(talks: SqlStore, store_url: str) -> None:
    await live(talks, GONE, "X1")
    before = await everything(store_url)
    assert [trace for trace in TRACES if trace not in before] == []
    await erase(talks, GONE)
    after = await everything(store_url)
    assert [trace for trace in TRACES if trace in after] == []
    assert await send_all(talks, NOW + DAY) == []
    assert (await desktop(talks, GONE)).caller.person is None


async def test_the_case_of_an_erased_person_stays_without_a_reporter(talks: SqlStore) -> None:
    await live(talks, GONE, "X1")
    await erase(talks, GONE)
    case = await samples.read(talks, "X1")
    assert (case.reporter, case.place, case.description) == (Reporter(None, None), Place(samples.GRID, ""), "")
    async with talks.work(readonly=True) as work:
        said = [(event.action, event.words) for event in await work.cases.timeline("X1")]
        assert said == [("submit", None), ("supplement", None), ("progress", "师傅下午来")]
        assert await work.help_requests.waiting() == []


async def test_what_an_erased_person_said_of_an_open_case_serves_until_its_end(talks: SqlStore, store_url: str) -> None:
    await file_case(talks, "X1")
    await erase(talks, GONE)
    case = await samples.read(talks, "X1")
    assert case.reporter == Reporter(None, None)
    assert (case.place.words, case.place.pin) == (f"{WORDS}家门口", PIN)
    async with talks.work() as work:
        assert await work.cases.forget_leavers(9) == 0
    case.state, case.ended_at = State.ARCHIVED, NOW
    await samples.save(talks, case)
    async with talks.work() as work:
        assert await work.cases.forget_leavers(9) == 1
        assert await work.cases.forget_leavers(9) == 0
        await work.commit()
    after = await everything(store_url)
    assert [trace for trace in TRACES if trace in after] == []


async def test_others_are_left_alone(talks: SqlStore, store_url: str) -> None:
    await live(talks, GONE, "X1")
    await live(talks, ZHAO, "X2")
    before = [line for line in (await everything(store_url)).splitlines() if ZHAO.user in line]
    await erase(talks, GONE)
    after = (await everything(store_url)).splitlines()
    assert len(before) > 8
    assert [line for line in before if line not in after] == []
    assert {one.key for one in await waiting(talks, ZHAO)} == {"X2-sent", "X2-held"}
    assert await conversation(talks, ZHAO) is not None


async def test_whoever_left_may_leave_again_and_come_back(talks: SqlStore) -> None:
    await live(talks, GONE, "X1")
    await erase(talks, GONE)
    await keep(talks, turn(said(Left(), "left", GONE)))
    await erase(talks, GONE)
    await converse(talks, Conversation(GONE))
    async with talks.work() as work:
        assert await work.inbox.heard(["left", "X1-1"]) == {"left": Replay(None), "X1-1": Replay(None)}
        assert (await work.help_requests.open(GONE, NOW)).state == "waiting"
