"""What the sender claims: ready, in order, by one at a time; and what becomes of it."""

import asyncio
from datetime import timedelta

import pytest

from cases.people import Address
from dialogs.engine.deliveries import Departure, Pause, Push
from dialogs.engine.messages import Picture
from dialogs.engine.ports import Conversation
from storage.store import SqlStore
from tests.storage.talk import (
    DAY,
    HOUR,
    LI,
    NOW,
    OVER,
    RATE,
    SECOND,
    WANG,
    ZHAO,
    claim,
    conversation,
    converse,
    keys,
    message,
    put,
    send_all,
    waiting,
)

WECHAT = Pause("wechat:main")


async def one(store: SqlStore, lease: float = OVER) -> Push:
    """The only message that is ready, claimed; by default the claim is over at once."""
    (push,) = await claim(store, lease=lease)
    return push


async def test_a_claimed_message_is_nobody_elses_until_the_lease_is_over(talks: SqlStore) -> None:
    await put(talks, message("a"))
    assert keys(await claim(talks)) == ["a"]
    assert await claim(talks, NOW + DAY) == [], "the lease goes by the database's clock, not by business time"


async def test_when_the_lease_is_over_somebody_else_may_send_it(talks: SqlStore) -> None:
    await put(talks, message("a"))
    first, second = await one(talks), await one(talks)
    assert (first.fence, second.fence) == (1, 2)
    assert not await talks.pushes.sent(first, "p", NOW)
    assert not await talks.pushes.again(first, NOW, "timeout")
    assert not await talks.pushes.hold(first, "no-window", NOW)
    assert not await talks.pushes.dead(first, "blocked", NOW)
    assert await talks.pushes.sent(second, "p", NOW)
    assert not await talks.pushes.sent(second, "p", NOW), "sent once is sent"


async def test_many_senders_never_share_a_message(talks: SqlStore) -> None:
    people = [Address("wechat:main", f"u{number}") for number in range(40)]
    await put(talks, *(message(f"{person.user}-{n}", to=person) for n in range(2) for person in people))
    rounds = await asyncio.gather(*(claim(talks, limit=7) for _ in range(8)))
    claimed = [key for pushes in rounds for key in keys(pushes)]
    assert len(set(claimed)) == len(claimed)
    assert all(key.endswith("-0") for key in claimed)


async def test_only_the_oldest_of_each_receiver_and_urgency_is_ready(talks: SqlStore) -> None:
    await put(talks, message("a"), message("b"), message("c", to=ZHAO), message("d", urgent=True))
    assert keys(await claim(talks)) == ["d", "a", "c"]
    assert await claim(talks) == []


async def test_urgent_messages_are_claimed_first(talks: SqlStore) -> None:
    await put(talks, message("a"), message("b", to=ZHAO), message("c", to=WANG, urgent=True))
    assert keys(await claim(talks, limit=2)) == ["c", "a"]
    assert keys(await claim(talks, limit=2)) == ["b"]


async def test_no_more_than_the_limit_is_claimed(talks: SqlStore) -> None:
    await put(talks, message("a"), message("b", to=ZHAO), message("c", to=WANG))
    assert keys(await claim(talks, limit=2)) == ["a", "b"]


async def test_messages_of_skipped_channels_stay(talks: SqlStore) -> None:
    await put(talks, message("a"), message("b", to=WANG))
    assert keys(await claim(talks, skip=[WECHAT])) == ["b"]
    assert keys(await claim(talks)) == ["a"]


async def test_of_a_channel_whose_pictures_are_skipped_only_they_stay(talks: SqlStore) -> None:
    await put(talks, message("picture", Picture("p1")), message("text"), message("other", Picture("p2"), to=WANG))
    assert keys(await claim(talks, skip=[Pause("wechat:main", pictures=True)])) == ["text", "other"]
    assert keys(await claim(talks)) == ["picture"]


async def test_a_message_waits_for_its_hour_and_holds_back_nobody(talks: SqlStore) -> None:
    await put(talks, message("a", not_before=NOW + HOUR), message("b"))
    assert await send_all(talks) == ["b"]
    assert await send_all(talks, NOW + HOUR - SECOND) == []
    assert await send_all(talks, NOW + HOUR) == ["a"]


async def test_a_message_that_is_tried_again_holds_back_the_next(talks: SqlStore) -> None:
    await put(talks, message("a"), message("b"))
    (push,) = await claim(talks)
    assert await talks.pushes.again(push, NOW + HOUR, "timeout")
    assert await claim(talks) == []
    assert await send_all(talks, NOW + HOUR) == ["a", "b"]


async def test_trying_again_counts_attempts_unless_the_platform_was_not_asked(talks: SqlStore) -> None:
    await put(talks, message("a"))
    assert await talks.pushes.again(await one(talks), NOW, "timeout")
    assert await talks.pushes.again(await one(talks), NOW, "quiet", counted=False)
    assert (await one(talks)).attempts == 1


async def test_a_message_given_up_holds_back_nobody(talks: SqlStore) -> None:
    await put(talks, message("a"), message("b"))
    (push,) = await claim(talks)
    assert await talks.pushes.dead(push, "blocked " * 40, NOW)
    assert await send_all(talks, NOW + DAY) == ["b"]


async def test_a_picture_does_not_overtake_its_text_but_a_later_text_may_overtake_it(talks: SqlStore) -> None:
    await put(talks, message("text"), message("picture", Picture("p1")), message("after"))
    assert keys(await claim(talks, lease=OVER)) == ["text"]
    (push,) = await claim(talks)
    assert await talks.pushes.sent(push, "p", NOW)
    after, picture = sorted(await claim(talks, lease=OVER), key=lambda push: push.key)
    assert (after.key, picture.key) == ("after", "picture")
    assert await talks.pushes.again(picture, NOW + HOUR, "picture-fetched-yet", counted=False)
    assert await send_all(talks) == ["after"]
    assert await send_all(talks, NOW + HOUR) == ["picture"]


async def test_a_claim_brings_the_receivers_window(talks: SqlStore) -> None:
    await converse(talks, Conversation(LI, {}, 0, NOW, NOW + DAY, 5))
    await put(talks, message("a"), message("b", to=ZHAO))
    first, second = await claim(talks)
    assert (first.window_until, first.window_left) == (NOW + DAY, 5)
    assert (second.window_until, second.window_left) == (None, 0)


async def test_what_is_sent_uses_the_window_and_leaves_the_version(talks: SqlStore) -> None:
    await converse(talks, Conversation(LI, {}, 0, NOW, NOW + DAY, 2))
    await put(talks, message("a"), message("b"), message("c"))
    for left in (1, 0, 0):
        assert await talks.pushes.sent((await claim(talks))[0], "p" * 300, NOW)
        assert await conversation(talks) == Conversation(LI, {}, 1, NOW, NOW + DAY, left)


async def test_a_message_that_another_sent_uses_the_window_once(talks: SqlStore) -> None:
    await converse(talks, Conversation(LI, {}, 0, NOW, NOW + DAY, 5))
    await put(talks, message("a"))
    stale, fresh = await one(talks), await one(talks)
    await talks.pushes.sent(fresh, "p", NOW)
    await talks.pushes.sent(stale, "p", NOW)
    assert await conversation(talks) == Conversation(LI, {}, 1, NOW, NOW + DAY, 4)


async def test_a_turn_under_way_does_not_give_back_what_was_sent_meanwhile(talks: SqlStore) -> None:
    await converse(talks, Conversation(LI, {}, 0, NOW, NOW + DAY, 5))
    await put(talks, message("a"))
    (push,) = await claim(talks)

    async with talks.work() as work:
        kept = (await work.conversations.desktops([LI]))[LI].conversation
        sending = asyncio.create_task(talks.pushes.sent(push, "p", NOW))
        done, _ = await asyncio.wait([sending], timeout=0.2)
        assert not done, "the window is not touched between the reading and the writing of a turn"
        await work.conversations.keep([kept])
        await work.commit()
    assert await sending
    assert await conversation(talks) == Conversation(LI, {}, 2, NOW, NOW + DAY, 4)


async def test_many_are_recorded_together_each_using_one_of_its_receivers_window(talks: SqlStore) -> None:
    await converse(talks, Conversation(LI, {}, 0, NOW, NOW + DAY, 2), Conversation(ZHAO, {}, 0, NOW, NOW + DAY, 5))
    await put(talks, message("a"), message("b", urgent=True), message("c", to=ZHAO), message("d", to=WANG))
    pushes = await claim(talks)
    assert len(pushes) == 4
    later = [Departure(push, f"p\0{push.id}" * 90, NOW + number * SECOND) for number, push in enumerate(pushes)]
    assert await talks.pushes.record(later) == {push.id for push in pushes}
    assert await talks.pushes.record(later) == set(), "sent once is sent"
    kept = [await conversation(talks, who) for who in (LI, ZHAO)]
    assert [one.window_left for one in kept if one] == [0, 4]
    assert await claim(talks, NOW + DAY) == []


async def test_of_many_only_those_whose_claim_is_still_ours_are_recorded(talks: SqlStore) -> None:
    await put(talks, message("a"), message("b", to=ZHAO), message("c", RATE, to=WANG, case="X1"))
    old = await claim(talks, lease=OVER, limit=1)
    pushes = [*old, *(await claim(talks))[1:]]
    async with talks.work() as work:
        assert await work.outbox.cancel("X1") == 1
        await work.commit()
    assert await talks.pushes.record([Departure(push, "p", NOW) for push in pushes]) == {one.id for one in pushes[1:]}
    assert not await waiting(talks, WANG), "the choices of a cancelled message are void"


async def test_recording_many_waits_for_no_message_that_somebody_else_works_on(postgres_url: str) -> None:
    """On PostgreSQL; on SQLite there is one writer at a time."""
    store = await SqlStore.open(postgres_url, clock=lambda: NOW)
    await put(store, message("a", case="X1"), message("b", to=ZHAO))
    first, second = await claim(store)
    departures = [Departure(push, "p", NOW) for push in (first, second)]
    async with store.work() as work:
        assert await work.outbox.cancel("X1") == 1
        assert await store.pushes.record(departures) == {second.id}
        alone = asyncio.create_task(store.pushes.sent(first, "p", NOW))
        await work.commit()
    assert await alone
    await store.close()


@pytest.mark.parametrize("pause", [timedelta(seconds=1), DAY])
async def test_a_channel_is_paused_until_the_instant(talks: SqlStore, pause: timedelta) -> None:
    assert await talks.pushes.pauses(NOW) == []
    await talks.pushes.pause(WECHAT, NOW + pause, "account")
    assert await talks.pushes.pauses(NOW + pause - SECOND / 2) == [WECHAT]
    assert await talks.pushes.pauses(NOW + pause) == []


async def test_only_the_first_to_pause_a_channel_is_told_so(talks: SqlStore) -> None:
    firsts = await asyncio.gather(*(talks.pushes.pause(WECHAT, NOW + HOUR, "account") for _ in range(5)))
    assert sorted(firsts) == [False] * 4 + [True]
    assert await talks.pushes.pause(Pause("wecom:main"), NOW + HOUR, "account")
    assert await talks.pushes.pauses(NOW) == [WECHAT, Pause("wecom:main")]


async def test_a_channel_and_its_pictures_are_paused_apart(talks: SqlStore) -> None:
    pictures = Pause("wechat:main", pictures=True)
    assert await talks.pushes.pause(pictures, NOW + DAY, "45009")
    assert await talks.pushes.pause(WECHAT, NOW + HOUR, "40013")
    assert await talks.pushes.pauses(NOW) == [WECHAT, pictures]
    assert not await talks.pushes.pause(WECHAT, NOW + 2 * HOUR, "40013")
    assert await talks.pushes.pauses(NOW + 2 * HOUR) == [pictures]


async def test_a_pause_may_grow_but_not_shrink(talks: SqlStore) -> None:
    assert await talks.pushes.pause(WECHAT, NOW + HOUR, "account")
    assert not await talks.pushes.pause(WECHAT, NOW + 2 * HOUR, "account")
    assert not await talks.pushes.pause(WECHAT, NOW + SECOND, "account")
    assert await talks.pushes.pauses(NOW + HOUR) == [WECHAT]


async def test_a_new_pause_after_the_old_one_is_news_again(talks: SqlStore) -> None:
    assert await talks.pushes.pause(WECHAT, NOW + HOUR, "account")
    assert await talks.pushes.pauses(NOW + HOUR) == []
    assert await talks.pushes.pause(WECHAT, NOW + 2 * HOUR, "account")


async def test_choices_of_what_was_sent_are_open(talks: SqlStore) -> None:
    await put(talks, message("a", RATE), message("b"))
    assert await send_all(talks) == ["a", "b"]
    assert [kept.key for kept in await waiting(talks)] == ["a"]


async def test_a_claim_passes_over_what_a_turn_is_cancelling(postgres_url: str) -> None:
    """On PostgreSQL; on SQLite there is one writer at a time."""
    store = await SqlStore.open(postgres_url, clock=lambda: NOW)
    await put(store, message("a", case="X1"), message("b", to=ZHAO))
    async with store.work() as work:
        assert await work.outbox.cancel("X1") == 1
        assert keys(await claim(store)) == ["b"]
        await work.commit()
    assert await claim(store, lease=OVER) == []
    await store.close()
