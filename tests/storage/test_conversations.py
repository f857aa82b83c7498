"""Conversations: read and written by batches, never overwritten, erased without a trace."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from cases.errors import Overtaken
from cases.people import Address, Person, Post, Role
from dialogs.engine.messages import Caller, Picture, Reply
from dialogs.engine.ports import Conversation
from storage.receivers import lock_key
from storage.store import SqlStore
from tests.storage.talk import (
    DAY,
    LI,
    NOW,
    RATE,
    SECOND,
    WANG,
    ZHAO,
    claim,
    conversation,
    converse,
    desktop,
    keep,
    keys,
    message,
    put,
    said,
    turn,
    waiting,
)

DRAFT = Conversation(LI, {"running": {"dialog": "上报", "answers": {"说": "路灯'\"\\😀"}}}, 0, NOW, NOW + 2 * DAY, 5)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that any engine runs meanwhile."""
    seen: list[str] = []

    def noted(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", noted)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", noted)


async def bound(store: SqlStore, *who: Address, active: bool = True) -> int:
    posts = (Post(Role.GRID_WORKER, "431202101001"), Post(Role.ADMIN, "431202"))
    async with store.work() as work:
        person = await work.people.add(Person(0, "王网格员", posts))
        for address in who:
            await work.people.bind(person.id, address)
        await work.people.save(replace(person, active=active))
        await work.commit()
    return person.id


async def held(store: SqlStore, *messages: Any) -> None:
    """Put messages that no window lets through."""
    await put(store, *messages)
    while pushes := await claim(store):
        for push in pushes:
            assert await store.pushes.hold(push, "no-window", NOW)


async def sent(store: SqlStore, *messages: Any, at: Any = NOW) -> None:
    await put(store, *messages)
    while pushes := await claim(store, at):
        for push in pushes:
            assert await store.pushes.sent(push, "p", at)


async def test_somebody_new_finds_an_empty_desktop(talks: SqlStore) -> None:
    found = await desktop(talks)
    assert (found.caller, found.conversation, found.kept) == (Caller(LI), Conversation(LI), ())


async def test_nobody_has_no_desktop(talks: SqlStore) -> None:
    async with talks.work() as work:
        assert await work.conversations.desktops([]) == {}


async def test_what_was_kept_is_found_again_one_version_on(talks: SqlStore) -> None:
    await converse(talks, DRAFT)
    kept = replace(DRAFT, version=1)
    assert await conversation(talks) == kept
    assert (await desktop(talks)).conversation == kept
    await converse(talks, Conversation(LI, {}, 1))
    assert await conversation(talks) == Conversation(LI, {}, 2)


async def test_nobodys_conversation_is_none(talks: SqlStore) -> None:
    assert await conversation(talks) is None


@pytest.mark.parametrize("version", [0, 2, 5])
async def test_a_version_that_was_not_read_is_overtaken(talks: SqlStore, version: int) -> None:
    await converse(talks, DRAFT)
    with pytest.raises(Overtaken):
        await converse(talks, Conversation(ZHAO), Conversation(LI, {}, version))
    assert await conversation(talks) == replace(DRAFT, version=1)
    assert await conversation(talks, ZHAO) is None


async def test_a_conversation_that_was_erased_meanwhile_is_not_brought_back(talks: SqlStore) -> None:
    with pytest.raises(Overtaken):
        await converse(talks, replace(DRAFT, version=3))


async def test_one_person_twice_in_a_batch_is_overtaken(talks: SqlStore) -> None:
    with pytest.raises(Overtaken):
        await converse(talks, DRAFT, DRAFT)


async def test_the_desktop_says_which_member_of_staff_speaks(talks: SqlStore) -> None:
    person = await bound(talks, WANG)
    found = await desktop(talks, WANG)
    assert found.caller == Caller(WANG, person, frozenset({"grid_worker", "admin"}), "王网格员")
    assert (await desktop(talks, LI)).caller == Caller(LI)


async def test_somebody_who_is_staff_no_more_is_a_citizen(talks: SqlStore) -> None:
    await bound(talks, WANG, active=False)
    assert (await desktop(talks, WANG)).caller == Caller(WANG)


async def test_256_people_take_as_many_statements_as_one(talks: SqlStore) -> None:
    people = [Address("wechat:main", f"u{number}") for number in range(256)]
    await bound(talks, *people[::3])

    async def batch(who: list[Address]) -> tuple[list[str], int]:
        async with talks.work() as work:
            with statements() as seen:
                desks = await work.conversations.desktops(who)
                await work.inbox.heard([one.user for one in who])
                await work.inbox.keep([turn(said(key=f"{one.user}:{len(who)}", who=one), RATE) for one in who])
                await work.conversations.keep(
                    replace(desks[one].conversation, window_until=NOW + DAY, window_left=5) for one in who
                )
            await work.commit()
        return seen, len(desks)

    one, found = await batch(people[:1])
    assert found == 1
    many, found = await batch(people)
    assert found == 256
    assert many == one


async def test_two_turns_of_one_person_never_overlap(talks: SqlStore) -> None:
    async def count(number: int) -> None:
        async with talks.work() as work:
            kept = (await work.conversations.desktops([ZHAO, LI] if number % 2 else [LI, ZHAO]))[LI].conversation
            await work.conversations.keep([replace(kept, state={"count": kept.state.get("count", 0) + 1})])
            await work.commit()

    await asyncio.gather(*(count(number) for number in range(20)))
    found = await conversation(talks)
    assert found is not None
    assert (found.state, found.version) == ({"count": 20}, 20)


def test_the_key_of_a_persons_lock_is_the_same_on_every_node() -> None:
    assert lock_key(LI) == lock_key(Address("wechat:main", "li"))
    assert lock_key(Address("a", "bc")) != lock_key(Address("ab", "c"))
    assert -(2**63) <= lock_key(LI) < 2**63


async def test_what_no_window_let_through_waits_oldest_first(talks: SqlStore) -> None:
    await held(talks, message("a", "一", case="X1"), message("b", RATE), message("c", "别人的", ZHAO))
    kept = await waiting(talks)
    assert [(one.key, one.body, one.case, one.sent) for one in kept] == [
        ("a", Reply("一"), "X1", False),
        ("b", RATE, None, False),
    ]
    assert [one.at for one in kept] == [NOW, NOW]


async def test_what_waits_and_has_expired_is_not_offered(talks: SqlStore) -> None:
    await held(talks, message("a", expires_at=NOW), message("b", expires_at=NOW + SECOND))
    assert [one.key for one in await waiting(talks)] == ["b"]


async def test_sent_choices_are_open_for_a_day(talks: SqlStore) -> None:
    await sent(talks, message("old", RATE), at=NOW - DAY)
    await sent(talks, message("new", RATE), message("plain", "没有选项"))
    assert [(one.key, one.sent) for one in await waiting(talks)] == [("new", True)]


async def test_what_was_given_waits_no_more_but_its_choices_are_open(talks: SqlStore) -> None:
    await held(talks, message("plain"), message("choices", RATE))
    kept = await waiting(talks)
    await keep(talks, turn(said(), RATE, given=[one.id for one in kept]))
    assert [(one.key, one.sent) for one in await waiting(talks)] == [("choices", True)]


async def test_choices_that_were_taken_are_open_no_more(talks: SqlStore) -> None:
    await sent(talks, message("a", RATE), message("b", RATE))
    first, _ = await waiting(talks)
    await keep(talks, turn(said("满意"), Reply("谢谢"), given=[first.id]))
    assert [one.key for one in await waiting(talks)] == ["b"]


async def test_a_held_picture_is_not_offered_but_goes_out_in_the_next_window(talks: SqlStore) -> None:
    await held(talks, message("a", Picture("p1")), message("b", Picture("p1"), ZHAO))
    assert await waiting(talks) == ()
    await converse(talks, Conversation(LI))
    assert await claim(talks) == []
    await converse(talks, Conversation(LI, {}, 1, NOW, NOW + DAY, 5), Conversation(ZHAO))
    assert keys(await claim(talks)) == ["a"]


async def test_old_drafts_are_forgotten_once_and_the_notice_stays_shown(talks: SqlStore) -> None:
    shown = {"seen": {"notice": "1"}}
    await converse(
        talks, replace(DRAFT, state={**DRAFT.state, **shown}, changed_at=NOW - DAY), replace(DRAFT, address=ZHAO)
    )
    async with talks.work() as work:
        assert await work.conversations.forget_drafts(NOW) == 1
        assert await work.conversations.forget_drafts(NOW) == 0
        await work.commit()
    assert await conversation(talks) == replace(DRAFT, version=1, state=shown, changed_at=NOW - DAY)
    assert await conversation(talks, ZHAO) == replace(DRAFT, version=1, address=ZHAO)


async def test_a_draft_in_use_is_not_forgotten_while_others_are(postgres_url: str) -> None:
    """On PostgreSQL; on SQLite nobody can write while housekeeping does."""
    store = await SqlStore.open(postgres_url, clock=lambda: NOW)
    await converse(store, replace(DRAFT, changed_at=NOW - DAY), replace(DRAFT, address=ZHAO, changed_at=NOW - DAY))
    async with store.work() as turn_of_li:
        await turn_of_li.conversations.keep([replace(DRAFT, version=1)])
        async with store.work() as housekeeping:
            assert await housekeeping.conversations.forget_drafts(NOW) == 1
            await housekeeping.commit()
        await turn_of_li.commit()
    assert await conversation(store) == replace(DRAFT, version=2)
    await store.close()
