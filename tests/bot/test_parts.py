"""A long message goes out in parts, each kept, sent and counted by itself."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channel import NotSent
from bot.parts import parts_of, whole_key
from bot.texts import fits, with_numbers
from dialogs.engine.messages import Choice, Outgoing, Picture, Reply
from storage.store import SqlStore
from tests.bot.postroom import LI, NINE, PostRoom

SENTENCE = "路灯坏了三天，晚上很黑，老人出门不方便。"
CHOICES = (Choice("办好了"), Choice("没办好"))
LONG = Outgoing("n1", LI, Reply(SENTENCE * 60, CHOICES), "YX1", True, NINE, NINE + timedelta(days=1))
"""Three parts."""


@pytest.fixture
async def room(store_url: str, tmp_path: Path) -> AsyncIterator[PostRoom]:
    """A post room whose store keeps long messages in parts, on each database in turn."""
    store = await SqlStore.open(store_url, clock=lambda: NINE, parts=parts_of)
    yield PostRoom(store, tmp_path)
    await store.close()


@pytest.mark.parametrize("body", [Reply("好"), Reply(""), Reply("", CHOICES), Picture("p1")])
def test_what_fits_goes_as_it_is(body: Reply | Picture) -> None:
    message = Outgoing("n1", LI, body)
    assert list(parts_of(message)) == [message]


def test_every_part_fits_and_the_last_has_the_choices() -> None:
    bodies = [part.body for part in parts_of(LONG)]
    texts = [body for body in bodies if isinstance(body, Reply)]
    assert "".join(body.text for body in texts) == SENTENCE * 60
    assert [body.choices for body in texts] == [(), (), CHOICES]
    assert all(fits(with_numbers(body)) for body in texts)


def test_every_part_is_a_message_of_its_own_that_is_like_the_whole() -> None:
    parts = parts_of(LONG)
    assert [part.key for part in parts] == ["n1", "n1#2", "n1#3"]
    assert [whole_key(part.key) for part in parts] == ["n1"] * 3
    rest = {(part.to, part.case, part.urgent, part.not_before, part.expires_at) for part in parts}
    assert rest == {(LONG.to, LONG.case, LONG.urgent, LONG.not_before, LONG.expires_at)}


async def test_every_part_uses_one_of_the_window(room: PostRoom) -> None:
    await room.open_window(5, hours=48)
    await room.put(LONG)
    assert await room.delivery.run_once() == 3
    assert "".join(room.wechat.texts) == SENTENCE * 60
    conversation = await room.conversation()
    assert conversation is not None
    assert conversation.window_left == 2


async def test_only_the_part_that_was_refused_waits_for_the_person(room: PostRoom) -> None:
    await room.open_window(5, hours=48)
    await room.put(LONG)
    room.wechat.accepts = 2
    room.wechat.faults = [NotSent("45047", held=True)]
    assert await room.delivery.run_once() == 2
    last = parts_of(LONG)[-1].body
    assert isinstance(last, Reply)
    assert await room.waiting() == [last.text]


async def test_another_try_does_not_repeat_the_parts_that_went_out(room: PostRoom) -> None:
    await room.open_window(5, hours=48)
    await room.put(LONG)
    room.wechat.accepts = 1
    room.wechat.faults = [NotSent("-1", again=5.0)]
    assert await room.delivery.run_once() == 1
    room.clock.forward(minutes=1)
    assert await room.another().run_once() == 2
    assert "".join(room.wechat.texts) == SENTENCE * 60
