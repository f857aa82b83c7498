"""Deliveries: what goes out, in which order, and what waits."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.api import HTTP_TIMEOUT
from bot.channel import NotSent
from bot.delivery import AT_ONCE, LEASE, MOST_ATTEMPTS, MOST_WAITING, SEND_SECONDS
from cases.people import Address
from dialogs.engine.messages import Outgoing, Picture, Reply
from storage.store import SqlStore
from tests.bot.postroom import LI, NINE, WANG, PostRoom, SlowToClaim, ToyChannel, text

SOON = 5.0


async def test_everything_ready_goes_out_once_in_order(room: PostRoom) -> None:
    await room.put(*(text(f"m{n}") for n in range(5)))
    assert await room.delivery.run_once() == 5
    assert await room.delivery.run_once() == 0
    assert room.wecom.texts == ["m0", "m1", "m2", "m3", "m4"]
    assert room.dead == []


async def test_urgent_messages_go_first(room: PostRoom) -> None:
    await room.put(text("usual"), text("fire", urgent=True))
    room.wecom.gate.clear()
    run = asyncio.create_task(room.delivery.run_once())
    async with asyncio.timeout(SOON):
        await room.wecom.entered.wait()
    room.wecom.gate.set()
    assert await run == 2
    assert room.wecom.texts == ["fire", "usual"]


async def test_many_people_are_written_to_at_once_but_no_more_than_sixty_four(room: PostRoom) -> None:
    people = [Address("wecom:main", f"p{n:02}") for n in range(100)]
    await room.put(*(text(person.user, person) for person in people))
    assert await room.delivery.run_once() == 100
    assert sorted(room.wecom.texts) == [person.user for person in people]
    assert 1 < room.wecom.most_at_once <= AT_ONCE


async def test_nothing_goes_out_before_its_time(room: PostRoom) -> None:
    await room.put(text("later", not_before=NINE + timedelta(hours=1)))
    assert await room.delivery.run_once() == 0
    room.clock.forward(hours=1)
    assert await room.delivery.run_once() == 1


async def test_what_is_past_its_time_is_given_up_without_asking_the_platform(room: PostRoom) -> None:
    await room.put(text("old", expires_at=NINE))
    assert await room.delivery.run_once() == 0
    assert (room.dead, room.wecom.asked) == ([("old", "expired")], 0)


async def test_two_nodes_never_send_the_same_message(room: PostRoom) -> None:
    people = [Address("wecom:main", f"p{n:02}") for n in range(30)]
    await room.put(*(text(f"{person.user}-{n}", person) for person in people for n in range(3)))
    sent = await asyncio.gather(room.delivery.run_once(), room.another().run_once())
    assert sum(sent) == 90
    assert len(set(room.wecom.texts)) == len(room.wecom.texts) == 90


async def test_who_lost_the_claim_does_not_count_the_message_as_sent(room: PostRoom) -> None:
    await room.put(text("m"))
    old, *_ = await room.store.pushes.claim(NINE, limit=1, lease=0.0)
    assert await room.delivery.run_once() == 1
    assert old.fence == 1
    assert not await room.store.pushes.sent(old, "id-old", NINE)
    assert not await room.store.pushes.again(old, NINE, "timeout")
    assert await room.delivery.run_once() == 0
    assert room.wecom.texts == ["m"]


async def test_a_node_that_slept_through_its_lease_finishes_nothing(room: PostRoom) -> None:
    await room.put(text("m"))
    room.wecom.gate.clear()
    slow = asyncio.create_task(room.another(lease=0.0).run_once())
    async with asyncio.timeout(SOON):
        await room.wecom.entered.wait()
    newer, *_ = await room.store.pushes.claim(NINE, limit=1, lease=30.0)
    assert (newer.key, newer.fence) == ("m", 2)
    room.wecom.gate.set()
    assert await slow == 0
    assert await room.store.pushes.sent(newer, "id-m", NINE)


async def test_what_has_waited_here_too_long_after_its_claim_is_not_sent(room: PostRoom) -> None:
    """Its lease might end while it is on its way, and the next claimant sends it too."""
    pushes = SlowToClaim(room.store.pushes, MOST_WAITING + 1, room.delivery)
    await room.put(text("m"))
    assert await room.another(0.0, pushes, lambda: pushes.passed).run_once() == 0
    assert room.wecom.texts == ["m"]


async def test_what_waited_too_long_and_nobody_else_took_goes_out_with_the_next_claim(room: PostRoom) -> None:
    pushes = SlowToClaim(room.store.pushes, MOST_WAITING + 1, room.delivery)
    await room.put(text("m"))
    assert await room.another(pushes=pushes, monotonic=lambda: pushes.passed).run_once() == 1
    assert room.wecom.texts == ["m"]


def test_a_lease_is_longer_than_waiting_and_sending_together() -> None:
    assert MOST_WAITING + SEND_SECONDS <= LEASE
    assert 2 * HTTP_TIMEOUT < SEND_SECONDS


async def test_without_a_window_a_message_waits_for_the_persons_word(room: PostRoom) -> None:
    await room.put(text("结果", LI))
    assert await room.delivery.run_once() == 0
    assert room.wechat.asked == 0
    assert await room.waiting() == ["结果"]


@pytest.mark.parametrize(("left", "passed"), [(0, 0.0), (3, 61.0)])
async def test_a_window_used_up_or_over_lets_nothing_through(room: PostRoom, left: int, passed: float) -> None:
    await room.open_window(left, seconds=60)
    room.clock.forward(seconds=passed)
    await room.put(text("结果", LI))
    assert await room.delivery.run_once() == 0
    assert room.wechat.asked == 0


async def test_each_message_uses_one_of_the_window(room: PostRoom) -> None:
    await room.open_window(2, hours=48)
    await room.put(*(text(f"m{n}", LI) for n in range(3)))
    assert await room.delivery.run_once() == 2
    assert room.wechat.texts == ["m0", "m1"]
    assert await room.waiting() == ["m2"]


async def test_a_platform_that_says_the_window_is_closed_is_believed(room: PostRoom) -> None:
    await room.open_window(5, hours=48)
    room.wechat.faults = [NotSent("45015", held=True)]
    await room.put(text("结果", LI))
    assert await room.delivery.run_once() == 0
    assert await room.waiting() == ["结果"]


async def test_a_window_that_the_platform_says_is_closed_is_not_tried_again(room: PostRoom) -> None:
    await room.open_window(5, hours=48)
    room.wechat.faults = [NotSent("45047", held=True)]
    await room.put(text("结果", LI), text("照片说明", LI))
    assert await room.delivery.run_once() == 0
    assert room.wechat.asked == 1
    assert await room.waiting() == ["结果", "照片说明"]


async def test_who_writes_while_the_platform_says_no_gets_the_message_at_once(room: PostRoom) -> None:
    await room.open_window(1, hours=1)
    room.wechat.faults = [NotSent("45047", held=True)]
    room.wechat.gate.clear()
    await room.put(text("结果", LI))
    run = asyncio.create_task(room.delivery.run_once())
    async with asyncio.timeout(SOON):
        await room.wechat.entered.wait()
    room.clock.forward(seconds=3)
    await room.open_window(5, hours=48)
    room.wechat.gate.set()
    assert await run == 1
    assert room.wechat.texts == ["结果"]
    assert await room.waiting() == []


async def test_whether_a_message_needs_a_window_is_the_channels_to_say(store: SqlStore, tmp_path: Path) -> None:
    room = PostRoom(store, tmp_path, wecom=ToyChannel("wecom:main", needs_window=True))
    room.wechat.needs_window = False
    await room.put(text("to wang"), text("to li", LI))
    assert await room.delivery.run_once() == 1
    assert (room.wecom.asked, room.wechat.texts) == (0, ["to li"])


async def test_what_would_come_too_fast_is_put_off_as_often_as_need_be(
    room: PostRoom, caplog: pytest.LogCaptureFixture
) -> None:
    await room.put(text("m"), text("next"), text("fire", urgent=True))
    for _ in range(MOST_ATTEMPTS + 1):
        room.wecom.faults = [NotSent("pace", again=70.0, asked=False) for _ in range(2)]
        assert await room.delivery.run_once() == 0
        assert await room.delivery.run_once() == 0
        assert room.wecom.faults == []
        room.clock.forward(seconds=70)
    assert await room.delivery.run_once() == 3
    assert room.wecom.texts == ["fire", "m", "next"]
    assert (room.dead, caplog.records) == ([], [])


async def test_at_night_only_what_is_urgent_rings(room: PostRoom) -> None:
    room.clock.forward(hours=14)
    await room.put(text("reminder"), text("gas", urgent=True))
    assert await room.delivery.run_once() == 1
    assert room.wecom.texts == ["gas"]
    room.clock.forward(hours=7, minutes=59)
    assert await room.delivery.run_once() == 0
    room.clock.forward(minutes=1)
    assert await room.delivery.run_once() == 1


async def test_stopping_sends_what_is_claimed_and_claims_nothing_more(room: PostRoom) -> None:
    await room.put(text("first"), text("second"))
    room.wecom.gate.clear()
    run = asyncio.create_task(room.delivery.run_once())
    async with asyncio.timeout(SOON):
        await room.wecom.entered.wait()
    room.delivery.stop()
    room.wecom.gate.set()
    assert await run == 1
    assert room.wecom.texts == ["first"]


async def test_choices_go_out_with_the_words(room: PostRoom) -> None:
    reply = Reply("签收吗？")
    await room.put(Outgoing("ask", WANG, reply))
    await room.delivery.run_once()
    assert room.wecom.taken == [("ask", "wang", reply)]


async def test_a_picture_whose_row_is_unknown_is_given_up_quietly(room: PostRoom) -> None:
    await room.put(Outgoing("p", WANG, Picture("wecom:main:gone")))
    assert await room.delivery.run_once() == 0
    assert (room.dead, room.wecom.asked) == ([], 0)
