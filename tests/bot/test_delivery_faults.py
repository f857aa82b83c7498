"""Deliveries that fail: when they are tried again, when they are given up, and who hears of it."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.channel import File, NotSent
from bot.delivery import AT_ONCE, MENDING, MOST_ATTEMPTS
from cases.people import Address
from dialogs.engine.deliveries import Pause
from dialogs.engine.messages import Outgoing, Picture, Reply
from dialogs.engine.ports import Conversation, MediaWish, Turn
from tests.bot.pictures import photo
from tests.bot.postroom import LI, NINE, WANG, PostRoom, PuttingOff, text
from tests.storage.talk import keep, said

SOON = 10.0


async def test_a_busy_platform_is_asked_again_after_a_while(room: PostRoom) -> None:
    room.wecom.faults = [NotSent("-1", again=5.0)]
    await room.put(text("m"))
    assert await room.delivery.run_once() == 0
    room.clock.forward(seconds=5 + 0.5 * 5 - 0.1)
    assert await room.delivery.run_once() == 0
    room.clock.forward(seconds=0.1)
    assert await room.delivery.run_once() == 1
    assert room.wecom.asked == 2


async def test_the_pauses_grow_and_after_twelve_tries_an_admin_hears_of_it(room: PostRoom) -> None:
    room.wecom.faults = [NotSent("-1", again=5.0) for _ in range(20)]
    await room.put(text("m"))
    pauses = []
    while not room.dead:
        before = room.wecom.asked
        await room.delivery.run_once()
        pauses.append(room.wecom.asked - before)
        room.clock.forward(minutes=1)
    assert room.dead == [("m", "-1")]
    assert room.wecom.asked == MOST_ATTEMPTS
    assert pauses.count(1) == MOST_ATTEMPTS
    assert pauses[:3] == [1, 1, 1]
    assert pauses[-20:-1] == [0] * 19
    assert await room.delivery.run_once() == 0


async def test_a_message_that_would_come_too_late_is_given_up_at_once(room: PostRoom) -> None:
    room.wecom.faults = [NotSent("-1", again=60.0)]
    await room.put(text("m", expires_at=NINE + timedelta(seconds=30)))
    await room.delivery.run_once()
    assert room.dead == [("m", "-1")]


async def test_a_refusal_for_good_is_not_tried_again_and_does_not_hold_up_the_next(room: PostRoom) -> None:
    room.wecom.faults = [NotSent("81013")]
    await room.put(text("first"), text("next"))
    assert await room.delivery.run_once() == 1
    assert (room.dead, room.wecom.texts) == ([("first", "81013")], ["next"])


async def test_a_bug_in_a_channel_is_logged_without_words_and_the_message_is_tried_again(
    room: PostRoom, caplog: pytest.LogCaptureFixture
) -> None:
    room.wecom.faults = [RuntimeError("李婶 13800000000")]
    await room.put(text("m"))
    with caplog.at_level(logging.INFO):
        assert await room.delivery.run_once() == 0
    room.clock.forward(minutes=2)
    assert await room.delivery.run_once() == 1
    everything = caplog.text + str([record.__dict__ for record in caplog.records])
    assert "RuntimeError" in everything
    assert "李婶" not in everything


async def test_an_account_at_fault_is_paused_and_told_once_and_no_message_is_lost(room: PostRoom) -> None:
    people = [Address("wecom:main", f"p{n:02}") for n in range(AT_ONCE + 30)]
    room.wecom.faults = [NotSent("40013", again=MENDING, account=True) for _ in range(AT_ONCE)]
    await room.put(*(text(person.user, person) for person in people))
    await room.open_window(5, hours=48)
    await room.put(text("结果", Address("wechat:main", "li")))
    assert await room.delivery.run_once() == 1
    assert room.wechat.texts == ["结果"]
    assert room.account_faults == [(Pause("wecom:main"), "40013")]
    asked = room.wecom.asked
    assert asked <= AT_ONCE
    room.clock.forward(seconds=MENDING - 1)
    assert await room.delivery.run_once() == 0
    assert room.wecom.asked == asked
    room.clock.forward(seconds=1)
    room.wecom.faults = []
    assert await room.delivery.run_once() == len(people)
    assert room.dead == []


@pytest.mark.parametrize("other_node", [False, True])
async def test_when_a_pause_is_over_one_message_tries_the_account_before_all_others(
    room: PostRoom, other_node: bool
) -> None:
    """Also on a node that knows of the pause from the store alone."""
    people = [Address("wecom:main", f"p{n:02}") for n in range(30)]
    room.wecom.faults = [NotSent("45009", again=3600.0, account=True) for _ in people]
    await room.put(*(text(person.user, person) for person in people))
    assert await room.delivery.run_once() == 0
    room.wecom.faults = [NotSent("45009", again=3600.0, account=True) for _ in people]
    node = room.another() if other_node else room.delivery
    assert await node.run_once() == 0
    for tried in (1, 2, 3):
        room.clock.forward(hours=1)
        assert await node.run_once() == 0
        assert room.wecom.asked == len(people) + tried
    room.clock.forward(hours=1)
    room.wecom.faults = [NotSent("81013")]
    assert await node.run_once() == len(people) - 1, "a message refused for itself proves the account well"


async def test_who_waits_for_a_slow_trial_is_put_off_and_sent_later(room: PostRoom) -> None:
    pushes = PuttingOff(room.store.pushes)
    node = room.another(pushes=pushes)
    room.wecom.faults = [NotSent("45009", again=60.0, account=True)]
    await room.put(text("first"))
    assert await node.run_once() == 0
    room.wecom.gate.clear()
    await room.put(text("other", Address("wecom:main", "li")))
    room.clock.forward(minutes=1)
    pushes.put_off.clear()
    run = asyncio.create_task(node.run_once())
    async with asyncio.timeout(SOON):
        await pushes.put_off.wait()
    assert room.wecom.asked == 2
    room.wecom.gate.set()
    assert await run == 1
    room.clock.forward(seconds=5)
    assert await node.run_once() == 1
    assert room.wecom.texts == ["first", "other"]


async def test_an_account_that_stays_at_fault_costs_no_message_its_tries(room: PostRoom) -> None:
    await room.put(text("m"))
    for _ in range(MOST_ATTEMPTS + 1):
        room.wecom.faults = [NotSent("40013", again=MENDING, account=True)]
        await room.delivery.run_once()
        room.clock.forward(seconds=MENDING)
    assert await room.delivery.run_once() == 1
    assert room.dead == []


async def test_a_channel_that_is_not_set_up_is_told_once_like_an_account_at_fault(room: PostRoom) -> None:
    gone = Address("wecom:gone", "wang")
    await room.put(text("m", gone), text("n", Address("wecom:gone", "li")))
    assert await room.delivery.run_once() == 0
    assert room.account_faults == [(Pause("wecom:gone"), "no-channel")]
    assert room.dead == []


async def test_an_admin_who_can_not_be_told_stops_nothing(room: PostRoom, caplog: pytest.LogCaptureFixture) -> None:
    room.wecom.faults = [NotSent("81013")]
    room.tells = False
    await room.put(text("first"), text("next"))
    assert await room.delivery.run_once() == 1
    assert "an admin could not be told" in caplog.text


async def test_what_went_out_while_the_store_was_away_is_recorded_later_and_not_sent_again(room: PostRoom) -> None:
    await room.put(*(text(key) for key in ("first", "next")))
    node = room.shaky(away=3)
    assert await node.run_once() == 2
    assert room.wecom.texts == ["first", "next"]
    assert await node.run_once() == 0


async def test_what_went_out_is_recorded_even_when_it_may_go_out_no_more(room: PostRoom) -> None:
    await room.open_window(1, hours=1)
    await room.put(text("m", LI, expires_at=NINE + timedelta(hours=2)))
    assert await room.shaky(away=1, hours=20).run_once() == 1
    assert (room.wechat.texts, room.dead, await room.waiting()) == (["m"], [], [])


async def wish(room: PostRoom, media_id: str = "lamp") -> Outgoing:
    """A photo somebody sent, not fetched yet, and a message that shows it."""
    key = f"wecom:main:{media_id}"
    incoming = said("照片", key=media_id, who=WANG, at=NINE)
    await keep(
        room.store, Turn(incoming, Conversation(WANG), None, (), (MediaWish(key, "wecom:main", media_id, "photo"),))
    )
    return Outgoing(f"photo-{media_id}", WANG, Picture(key))


async def test_a_picture_waits_until_it_is_fetched_and_then_goes_out_after_its_text(room: PostRoom) -> None:
    picture = await wish(room)
    await room.put(text("看照片"), picture)
    assert await room.delivery.run_once() == 1
    for _ in range(MOST_ATTEMPTS + 1):
        room.clock.forward(minutes=5)
        assert await room.delivery.run_once() == 0
    room.wecom.files["lamp"] = File(photo(), "image/jpeg")
    assert await room.fetcher.run_once() == 1
    room.clock.forward(minutes=5)
    assert await room.delivery.run_once() == 1
    (_, _, words), (_, _, sent) = room.wecom.taken
    assert words == Reply("看照片")
    assert isinstance(sent, File)
    assert sent.content_type == "image/jpeg"
    assert sent.content.startswith(b"\xff\xd8\xff")


async def test_a_lost_picture_is_given_up_without_an_alarm(room: PostRoom) -> None:
    await room.put(await wish(room))
    await room.fetcher.run_once()
    assert await room.delivery.run_once() == 0
    assert room.dead == []
    room.clock.forward(days=1)
    assert await room.delivery.run_once() == 0
    assert room.wecom.taken == []


async def test_a_kept_picture_that_is_gone_from_the_disk_is_logged_and_given_up(
    room: PostRoom, caplog: pytest.LogCaptureFixture
) -> None:
    room.wecom.files["lamp"] = File(photo(), "image/jpeg")
    await room.put(await wish(room), text("后面的话"))
    await room.fetcher.run_once()
    for path in room.folder.rglob("*.jpg"):
        path.unlink()
    assert await room.delivery.run_once() == 1
    assert room.wecom.texts == ["后面的话"]
    assert "a kept picture can't be read" in caplog.text


async def test_pictures_that_have_used_up_their_quota_wait_and_texts_go_on(room: PostRoom) -> None:
    room.wecom.files |= {name: File(photo(), "image/jpeg") for name in ("lamp", "lit")}
    await room.put(await wish(room), await wish(room, "lit"))
    assert await room.fetcher.run_once() == 2
    room.wecom.faults = [NotSent("45009", again=3600.0, account=True, pictures=True)]
    assert await room.delivery.run_once() == 0
    await room.put(text("话照常"))
    assert await room.delivery.run_once() == 1
    assert await room.another().run_once() == 0
    assert (room.wecom.texts, room.wecom.asked) == (["话照常"], 4)
    assert room.account_faults == [(Pause("wecom:main", pictures=True), "45009")]
    room.clock.forward(hours=1)
    assert await room.delivery.run_once() == 2
