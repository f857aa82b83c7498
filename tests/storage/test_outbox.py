"""Messages to be sent: kept once, in order, cancelled with their case."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from dialogs.engine.messages import Choice, Outgoing, Picture, Reply
from storage.store import SqlStore
from tests.storage.talk import (
    DAY,
    LI,
    NOW,
    OVER,
    RATE,
    SECOND,
    WANG,
    ZHAO,
    claim,
    keys,
    message,
    put,
    send_all,
    waiting,
)


async def cancel(store: SqlStore, case: str) -> int:
    async with store.work() as work:
        cancelled = await work.outbox.cancel(case)
        await work.commit()
    return cancelled


async def test_a_message_comes_out_as_it_was_put(talks: SqlStore) -> None:
    body = Reply("案件快到期了 '\"\\ 😀\n请签收。", (Choice("签收", "签收 X1"), Choice("菜单")))
    await put(talks, message("a", body, WANG, case="X1", urgent=True, expires_at=NOW + DAY))
    (push,) = await claim(talks)
    assert (push.key, push.to, push.body, push.case, push.urgent) == ("a", WANG, body, "X1", True)
    assert (push.put_at, push.expires_at, push.attempts, push.fence) == (NOW, NOW + DAY, 0, 1)


async def test_a_picture_comes_out_as_it_was_put(talks: SqlStore) -> None:
    await put(talks, message("a", Picture("wechat:main:p1")))
    assert [push.body for push in await claim(talks)] == [Picture("wechat:main:p1")]


async def test_a_key_is_kept_once(talks: SqlStore) -> None:
    await put(talks, message("a", "一"), message("a", "二"))
    await put(talks, message("a", "三"), message("b", "四"))
    assert await send_all(talks) == ["a", "b"]
    await put(talks, message("a", "五"))
    assert await send_all(talks) == []


async def test_the_first_words_of_a_key_stay(talks: SqlStore) -> None:
    await put(talks, message("a", "一"))
    await put(talks, message("a", "二"))
    assert [push.body for push in await claim(talks)] == [Reply("一")]


async def test_nothing_put_is_nothing_to_send(talks: SqlStore) -> None:
    await put(talks)
    assert await send_all(talks) == []


async def test_what_was_not_committed_does_not_go_out(talks: SqlStore) -> None:
    async with talks.work() as work:
        await work.outbox.put([message("a")])
    assert await claim(talks) == []


async def test_each_receiver_gets_their_messages_in_the_order_of_putting(talks: SqlStore) -> None:
    async with talks.work() as work:
        for start in range(0, 60, 20):
            numbers = range(start, start + 20)
            await work.outbox.put(
                message(f"{person.user}-{number:02}", to=person) for number in numbers for person in (LI, ZHAO)
            )
        await work.commit()
    order = await send_all(talks)
    for person in (LI, ZHAO):
        assert [key for key in order if key.startswith(person.user)] == [f"{person.user}-{n:02}" for n in range(60)]


async def test_cancelling_a_case_stops_what_has_not_gone_out_about_it(talks: SqlStore) -> None:
    await put(talks, message("gone", case="X1"))
    await send_all(talks)
    await put(talks, message("held", RATE, case="X1"))
    (push,) = await claim(talks)
    await talks.pushes.hold(push, "no-window", NOW)
    await put(talks, message("a", case="X1"), message("b", case="X2"), message("c"))
    assert await cancel(talks, "X1") == 2
    assert await cancel(talks, "X1") == 0
    assert await waiting(talks) == ()
    assert await send_all(talks) == ["b", "c"]


async def test_what_has_not_gone_out_to_an_address_is_cancelled_and_nobody_elses(talks: SqlStore) -> None:
    await put(talks, message("a", "一", WANG), message("b", "二", LI), message("c", Picture("wechat:main:p1"), WANG))
    async with talks.work() as work:
        assert await work.outbox.forsake(WANG) == 2
        assert await work.outbox.forsake(WANG) == 0
        await work.commit()
    assert await send_all(talks) == ["b"]


async def test_a_message_cancelled_on_its_way_did_go_out_but_its_choices_are_void(talks: SqlStore) -> None:
    await put(talks, message("a", RATE, case="X1"))
    (push,) = await claim(talks)
    assert await cancel(talks, "X1") == 1
    assert await talks.pushes.sent(push, "p", NOW)
    assert await waiting(talks) == ()


async def test_a_cancelled_message_is_not_tried_again(talks: SqlStore) -> None:
    await put(talks, message("a", case="X1"), message("b", case="X1", to=ZHAO), message("c", case="X1", to=WANG))
    one, two, three = await claim(talks, lease=OVER)
    await cancel(talks, "X1")
    assert not await talks.pushes.again(one, NOW + SECOND, "timeout")
    assert not await talks.pushes.hold(two, "no-window", NOW)
    assert not await talks.pushes.dead(three, "blocked", NOW)
    assert keys(await claim(talks, NOW + DAY)) == []


def by_sign(message: Outgoing) -> Sequence[Outgoing]:
    """A part for each sign of the text."""
    assert isinstance(message.body, Reply)
    signs = enumerate(message.body.text)
    return [replace(message, key=f"{message.key}{'#' * number}", body=Reply(sign)) for number, sign in signs]


@pytest.fixture
async def parting(store_url: str) -> AsyncIterator[SqlStore]:
    """A store that keeps a message for each sign of a text."""
    opened = await SqlStore.open(store_url, clock=lambda: NOW, parts=by_sign)
    yield opened
    await opened.close()


async def test_a_long_message_is_kept_as_its_parts_in_order(parting: SqlStore) -> None:
    await put(parting, message("a", "一二三"), message("b", "四", ZHAO), message("c", "五六"))
    assert [(push.key, push.body) for push in await claim(parting, lease=OVER)] == [
        ("a", Reply("一")),
        ("b", Reply("四")),
    ]
    assert [key for key in await send_all(parting) if key != "b"] == ["a", "a#", "a##", "c", "c#"]


async def test_other_words_under_a_known_key_add_no_part(parting: SqlStore) -> None:
    await put(parting, message("a", "一二"), message("a", "一二三"))
    await put(parting, message("a", "一二三四"))
    assert await send_all(parting) == ["a", "a#"]


async def test_a_case_is_cancelled_with_all_parts_of_what_was_said_of_it(parting: SqlStore) -> None:
    await put(parting, message("a", "一二三", case="X1"))
    assert await cancel(parting, "X1") == 3
    assert await send_all(parting) == []
