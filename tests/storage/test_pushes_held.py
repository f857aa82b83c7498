"""What no window lets through: it waits for the person's word, and never behind an open window."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from dialogs.engine.ports import Conversation
from storage.store import SqlStore
from tests.storage.talk import (
    DAY,
    HOUR,
    LI,
    NOW,
    ZHAO,
    claim,
    conversation,
    converse,
    message,
    put,
    send_all,
    waiting,
)


async def test_a_held_message_holds_back_nobody_and_waits_for_the_person(talks: SqlStore) -> None:
    await put(talks, message("a"), message("b"))
    (push,) = await claim(talks)
    assert await talks.pushes.hold(push, "no-window", NOW)
    assert await send_all(talks, NOW + DAY) == ["b"]
    assert [kept.key for kept in await waiting(talks)] == ["a"]


async def test_a_message_that_found_no_window_goes_out_at_once_if_the_person_has_written_since(talks: SqlStore) -> None:
    await put(talks, message("a"))
    (push,) = await claim(talks)
    await converse(talks, Conversation(LI, {}, 0, NOW, NOW + DAY, 5))
    assert await talks.pushes.hold(push, "no-window", NOW)
    assert await waiting(talks) == ()
    assert await send_all(talks) == ["a"]


async def test_a_message_that_found_the_window_used_up_goes_out_in_the_next_one(talks: SqlStore) -> None:
    await converse(talks, Conversation(LI, {}, 0, NOW, NOW + DAY, 0))
    await put(talks, message("a"))
    (push,) = await claim(talks)
    await converse(talks, Conversation(LI, {}, 1, NOW, NOW + DAY, 5))
    assert await talks.pushes.hold(push, "no-window", NOW)
    assert await send_all(talks) == ["a"]


@pytest.mark.parametrize(("until", "left"), [(NOW, 5), (NOW + HOUR, 0)])
async def test_a_window_that_came_and_went_since_the_claim_is_none(talks: SqlStore, until: datetime, left: int) -> None:
    await put(talks, message("a"))
    (push,) = await claim(talks)
    await converse(talks, Conversation(LI, {}, 0, NOW, until, left))
    assert await talks.pushes.hold(push, "no-window", NOW)
    assert [kept.key for kept in await waiting(talks)] == ["a"]


async def test_a_turn_under_way_either_takes_what_is_held_or_opens_the_window_for_it(talks: SqlStore) -> None:
    await put(talks, message("a"))
    (push,) = await claim(talks)

    async with talks.work() as work:
        desk = (await work.conversations.desktops([LI]))[LI]
        assert desk.kept == ()
        holding = asyncio.create_task(talks.pushes.hold(push, "no-window", NOW))
        done, _ = await asyncio.wait([holding], timeout=0.2)
        assert not done, "nothing is held behind the back of a turn that has looked what waits"
        await work.conversations.keep([replace(desk.conversation, window_until=NOW + DAY, window_left=5)])
        await work.commit()
    assert await holding
    assert await waiting(talks) == ()
    assert await send_all(talks) == ["a"]


async def test_a_window_that_the_platform_says_is_shut_is_shut_for_all_that_follows(talks: SqlStore) -> None:
    await converse(talks, Conversation(LI, {}, 0, NOW, NOW + DAY, 5))
    await put(talks, message("a"), message("b", to=ZHAO))
    first, second = await claim(talks)
    assert await talks.pushes.hold(first, "45015", NOW)
    assert await talks.pushes.hold(second, "45015", NOW)
    assert [kept.key for kept in await waiting(talks)] == ["a"]
    assert await conversation(talks) == Conversation(LI, {}, 1, NOW, NOW + DAY, 0)


async def test_a_window_opened_since_the_platform_was_asked_is_not_shut(talks: SqlStore) -> None:
    await converse(talks, Conversation(LI, {}, 0, NOW, NOW + HOUR, 1))
    await put(talks, message("a"))
    (push,) = await claim(talks)
    await converse(talks, Conversation(LI, {}, 1, NOW, NOW + DAY, 5))
    assert await talks.pushes.hold(push, "45047", NOW)
    assert await send_all(talks) == ["a"]
    assert await conversation(talks) == Conversation(LI, {}, 2, NOW, NOW + DAY, 4)
