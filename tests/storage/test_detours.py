"""Urgent words that do not go out go another way as well, once, and whichever goes out first cancels the other."""

import asyncio

import pytest

from cases.people import Address, Person, Post, Role
from dialogs.engine.messages import Picture
from dialogs.engine.ports import Conversation
from storage.detours import MOST_WAYS
from storage.store import SqlStore
from tests.storage.talk import (
    DAY,
    LI,
    NOW,
    OVER,
    RATE,
    SECOND,
    WANG,
    claim,
    converse,
    keys,
    message,
    put,
    send_all,
    waiting,
)

SOON = 15 * SECOND
WANG_AT_HOME = Address("wechat:main", "wang-at-home")


async def bind(store: SqlStore, *addresses: Address) -> None:
    """王海, a grid worker, who can be written to there."""
    async with store.work() as work:
        person = await work.people.add(Person(0, "王海", (Post(Role.GRID_WORKER, "990101"),)))
        for address in addresses:
            await work.people.bind(person.id, address)
        await work.commit()


@pytest.fixture
async def posts(talks: SqlStore) -> SqlStore:
    """王海 has WeCom and WeChat."""
    await bind(talks, WANG, WANG_AT_HOME)
    return talks


async def late(store: SqlStore) -> int:
    return await store.pushes.detour(NOW + SOON, NOW)


async def test_what_still_waits_after_a_while_goes_another_way_too_and_once(posts: SqlStore) -> None:
    await put(posts, message("fire", RATE, to=WANG, urgent=True, case="X1"))
    assert await posts.pushes.detour(NOW + SOON, NOW - SECOND) == 0
    assert [await late(posts) for _ in range(3)] == [1, 0, 0]
    first, other = await claim(posts)
    assert (first.key, first.to) == ("fire", WANG)
    assert (other.key, other.to, other.body, other.case) == ("fire~", WANG_AT_HOME, RATE, "X1")
    assert (other.urgent, other.attempts, other.put_at) == (True, 0, NOW + SOON)


async def test_two_nodes_that_look_at_once_send_it_another_way_once(posts: SqlStore) -> None:
    await put(posts, message("fire", to=WANG, urgent=True))
    assert sum(await asyncio.gather(*(late(posts) for _ in range(4)))) == 1


@pytest.mark.parametrize("first", [0, 1])
async def test_whichever_goes_out_first_cancels_the_other(posts: SqlStore, first: int) -> None:
    await put(posts, message("fire", to=WANG, urgent=True))
    await late(posts)
    await put(posts, message("next", to=WANG, urgent=True))
    pushes = await claim(posts, lease=OVER)
    assert keys(pushes) == ["fire", "fire~"]
    assert await posts.pushes.sent(pushes[first], "p", NOW)
    assert await send_all(posts) == ["next"]


async def test_both_on_their_way_at_once_are_both_recorded(posts: SqlStore) -> None:
    await put(posts, message("fire", to=WANG, urgent=True))
    await late(posts)
    one, other = await claim(posts)
    assert await posts.pushes.sent(one, "p", NOW)
    assert await posts.pushes.sent(other, "p", NOW)


@pytest.mark.parametrize(
    ("urgent", "picture", "to"), [(False, False, WANG), (True, True, WANG), (True, False, LI)], ids=str
)
async def test_what_is_not_urgent_or_a_picture_or_for_a_citizen_stays(
    posts: SqlStore, urgent: bool, picture: bool, to: Address
) -> None:
    await put(posts, message("m", Picture("p") if picture else "您好", to=to, urgent=urgent))
    assert await late(posts) == 0
    (push,) = await claim(posts)
    assert await posts.pushes.dead(push, "43004", NOW), "nobody else will tell it"
    assert await claim(posts, NOW + DAY) == []


async def test_what_is_given_up_goes_another_way_at_once_and_is_given_up_with_the_last(posts: SqlStore) -> None:
    await put(posts, message("fire", to=WANG, urgent=True))
    (first,) = await claim(posts)
    assert not await posts.pushes.dead(first, "81013", NOW)
    (other,) = await claim(posts)
    assert (other.key, other.to) == ("fire~", WANG_AT_HOME)
    assert await posts.pushes.dead(other, "43004", NOW)
    assert await late(posts) == 0
    assert await claim(posts, NOW + DAY) == []


async def test_a_lost_claim_sends_nothing_another_way(posts: SqlStore) -> None:
    await put(posts, message("fire", to=WANG, urgent=True))
    (old,), (new,) = await claim(posts, lease=OVER), await claim(posts)
    assert not await posts.pushes.dead(old, "81013", NOW)
    assert not await posts.pushes.hold(old, "no-window", NOW)
    assert await posts.pushes.sent(new, "p", NOW)
    assert await claim(posts, NOW + DAY) == []


async def test_what_finds_no_window_goes_another_way_at_once_and_no_longer_waits_when_it_is_there(
    talks: SqlStore,
) -> None:
    home = Address("wecom:main", "zhao-at-work")
    await bind(talks, home, LI)
    await put(talks, message("fire", to=home, urgent=True))
    (first,) = await claim(talks)
    assert not await talks.pushes.dead(first, "81013", NOW)
    await converse(talks, Conversation(LI, {}, 0, NOW, NOW + DAY, 0))
    (second,) = await claim(talks)
    assert await talks.pushes.hold(second, "no-window", NOW)
    assert [kept.key for kept in await waiting(talks)] == ["fire~"], "both ways are tried: it waits for their word"
    await put(talks, message("smoke", to=LI, urgent=True))
    (third,) = await claim(talks)
    assert await talks.pushes.hold(third, "no-window", NOW)
    (fourth,) = await claim(talks)
    assert (fourth.key, fourth.to) == ("smoke~", home)
    assert await talks.pushes.sent(fourth, "p", NOW)
    assert [kept.key for kept in await waiting(talks)] == ["fire~"]


async def test_every_address_is_tried_in_turn_and_none_twice(talks: SqlStore) -> None:
    addresses = [Address(f"wecom:{name}", name) for name in "abcdef"]
    await bind(talks, *addresses)
    await put(talks, message("fire", to=addresses[0], urgent=True))
    now = NOW
    while await talks.pushes.detour(now + SOON, now):
        now += SOON
    pushes = await claim(talks)
    assert [push.to.user for push in pushes] == list("abcdef"[:MOST_WAYS])


async def test_a_cancelled_case_is_said_nowhere(posts: SqlStore) -> None:
    await put(posts, message("fire", to=WANG, urgent=True, case="X1"))
    await late(posts)
    async with posts.work() as work:
        assert await work.outbox.cancel("X1") == 2
        await work.commit()
    assert await claim(posts) == []
