"""Replies that were not ready in time: they go by the outbox, or to whoever asks again, but never both ways."""

from dialogs.engine.ports import Replay
from storage.store import SqlStore
from tests.storage.talk import (
    DAY,
    LI,
    NOW,
    OVER,
    RATE,
    SECOND,
    ZHAO,
    claim,
    heard,
    keep,
    keys,
    said,
    send_all,
    turn,
    waiting,
)


async def take(store: SqlStore, *keys: str) -> set[str]:
    """Somebody waits for these replies; those that must not be given."""
    async with store.work() as work:
        elsewhere = set(await work.inbox.take(keys))
        await work.commit()
    return elsewhere


async def post(store: SqlStore, key: str) -> None:
    """Nobody waits for Li's reply."""
    async with store.work() as work:
        await work.inbox.post(said(key=key), RATE)
        await work.commit()


async def test_a_late_reply_goes_out_by_the_outbox_after_the_third_delivery_even_at_night(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE, late=True))
    assert await claim(talks, NOW + 11 * SECOND) == []
    (push,) = await claim(talks, NOW + 12 * SECOND)
    assert (push.key, push.to, push.body, push.urgent) == ("reply:m1", LI, RATE, True)


async def test_a_late_turn_without_a_reply_sends_nothing(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), late=True))
    assert await claim(talks, NOW + DAY) == []


async def test_asking_for_a_late_reply_alone_does_not_stop_it(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE, late=True))
    assert await heard(talks, "m1") == {"m1": Replay(RATE)}
    assert await send_all(talks, NOW + DAY) == ["reply:m1"]


async def test_a_late_reply_that_is_taken_by_a_repetition_does_not_go_out_again(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE, late=True), turn(said(key="m2", who=ZHAO), RATE, late=True))
    assert await take(talks, "m1", "m3") == set()
    assert await take(talks, "m1") == set()
    assert await send_all(talks, NOW + DAY) == ["reply:m2"]


async def test_a_late_reply_that_no_window_let_through_is_taken_by_a_repetition(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE, late=True))
    (push,) = await claim(talks, NOW + DAY)
    assert await talks.pushes.hold(push, "45015", NOW + DAY)
    assert await take(talks, "m1") == set()
    assert await waiting(talks) == ()


async def test_a_late_reply_on_its_way_is_left_to_its_sender_and_not_given_twice(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE, late=True))
    (push,) = await claim(talks, NOW + DAY)
    assert await take(talks, "m1") == {"m1"}
    assert await talks.pushes.sent(push, "p", NOW + DAY)
    assert await waiting(talks) == ()  # the conversation itself offers its choices


async def test_a_late_reply_that_went_out_is_not_given_twice(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE, late=True))
    assert await send_all(talks, NOW + DAY) == ["reply:m1"]
    assert await take(talks, "m1", "m2") == {"m1"}


async def test_a_late_reply_that_could_not_be_sent_is_given_to_whoever_asks(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE, late=True))
    (push,) = await claim(talks, NOW + DAY)
    assert await talks.pushes.dead(push, "40003", NOW)
    assert await take(talks, "m1") == set()


async def test_a_late_reply_whose_sender_died_is_taken_by_a_repetition(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE, late=True))
    assert keys(await claim(talks, NOW + DAY, lease=OVER)) == ["reply:m1"]
    assert await take(talks, "m1") == set()
    assert await claim(talks, NOW + DAY) == []


async def test_a_reply_that_nobody_waits_for_any_more_goes_by_the_outbox(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE))
    await post(talks, "m1")
    await post(talks, "m1")
    assert await claim(talks, NOW + 11 * SECOND) == []
    assert await send_all(talks, NOW + 12 * SECOND) == ["reply:m1"]
    await post(talks, "m1")
    assert await send_all(talks, NOW + DAY) == []


async def test_a_reply_that_was_taken_but_reached_nobody_goes_by_the_outbox_after_all(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE, late=True))
    await take(talks, "m1")
    await post(talks, "m1")
    (push,) = await claim(talks, NOW + DAY)
    assert (push.key, push.to, push.body) == ("reply:m1", LI, RATE)


async def test_a_reply_on_its_way_is_not_posted_again(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE, late=True))
    (push,) = await claim(talks, NOW + DAY)
    await post(talks, "m1")
    assert await claim(talks, NOW + DAY) == []
    assert await talks.pushes.sent(push, "p", NOW + DAY)


async def test_nothing_is_posted_to_who_was_forgotten_meanwhile(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE, late=True))
    async with talks.work() as work:
        await work.conversations.erase(LI)
        await work.commit()
    await post(talks, "m1")
    assert await claim(talks, NOW + DAY) == []
