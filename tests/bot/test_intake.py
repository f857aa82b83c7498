"""The intake: each message once, each person in order, many people in few transactions."""

import asyncio
from datetime import timedelta

import pytest

from bot.intake import ENOUGH, Intake
from cases.people import Address
from dialogs.engine.messages import Left, Photo, Reply
from tests.bot.lobby import LI, NINE, Lobby, said

SOON = 10.0
NOW = 0.0
"""Seconds: nobody waits at all."""
LATER = NINE + timedelta(minutes=1)


async def test_a_message_is_heard_kept_and_answered(lobby: Lobby) -> None:
    assert await lobby.intake.hear(said("hello")) == Reply("HELLO")
    assert await lobby.words() == ["hello"]
    assert await lobby.outbox(LATER) == []


async def test_the_same_message_three_times_at_once_is_one_turn_with_three_equal_replies(lobby: Lobby) -> None:
    replies = await asyncio.gather(*(lobby.intake.hear(said("desk")) for _ in range(3)))
    assert replies == [Reply("已登记")] * 3
    assert lobby.reception.attended == {"m1": 1}
    assert await lobby.words() == ["desk"]
    assert await lobby.outbox(LATER) == [("push:m1", Reply("请办"))]


@pytest.mark.parametrize(("words", "puts"), [("hello", 0), ("quiet", 0), ("long", 1), ("desk", 1)])
async def test_whoever_sends_is_told_only_of_turns_that_may_have_put_something_into_the_outbox(
    lobby: Lobby, words: str, puts: int
) -> None:
    await lobby.intake.hear(said(words))
    assert lobby.puts == puts


async def test_whoever_fetches_is_told_of_a_photo(lobby: Lobby) -> None:
    await lobby.intake.hear(said(Photo("p1")))
    assert lobby.puts == 1


@pytest.mark.parametrize("words", ["hello", "desk", "refuse", "quiet"])
async def test_the_same_message_later_gets_the_reply_of_old_and_runs_nothing(lobby: Lobby, words: str) -> None:
    first = await lobby.intake.hear(said(words))
    heard, attended = lobby.reception.heard["m1"], lobby.reception.attended["m1"]
    assert await lobby.node().hear(said(words)) == first
    assert (lobby.reception.heard["m1"], lobby.reception.attended["m1"]) == (heard, attended)
    assert await lobby.words() == [words]


async def test_the_same_message_at_two_nodes_at_once_happens_once(lobby: Lobby) -> None:
    nodes = [lobby.node(at_once=1) for _ in range(3)]
    replies = await asyncio.gather(*(node.hear(said("desk")) for node in nodes))
    assert replies == [Reply("已登记")] * 3
    assert await lobby.words() == ["desk"]
    assert await lobby.outbox(LATER) == [("push:m1", Reply("请办"))]


async def test_one_persons_messages_are_heard_in_the_order_they_came(lobby: Lobby) -> None:
    words = ["one", "desk two", "three", "refuse four", "desk five", "six"]
    await asyncio.gather(*(lobby.intake.hear(said(each, f"m{n}")) for n, each in enumerate(words)))
    assert await lobby.words() == words


async def test_a_hundred_people_at_once_need_few_transactions(lobby: Lobby) -> None:
    people = [Address("toy:main", f"p{n:03}") for n in range(100)]
    replies = await asyncio.gather(*(lobby.intake.hear(said(who.user, who.user, who)) for who in people))
    assert replies == [Reply(who.user.upper()) for who in people]
    assert lobby.store.transactions <= 2
    assert [await lobby.words(who) for who in people[::33]] == [[who.user] for who in people[::33]]


async def _many(lobby: Lobby, intake: Intake, first: int, last: int) -> list[asyncio.Task[Reply | None]]:
    """So many people's messages, each waiting for the store or behind those who do."""
    people = [said("好", f"m{one}", Address("toy:main", f"p{one}")) for one in range(first, last)]
    tasks = [asyncio.create_task(intake.hear(one)) for one in people]
    for _ in range(10):
        await asyncio.sleep(0)
    return tasks


@pytest.mark.parametrize(("writers", "begun"), [(8, 2), (1, 1)])
async def test_while_the_store_is_busy_with_some_people_many_others_do_not_wait_for_them(
    lobby: Lobby, writers: int, begun: int
) -> None:
    intake, store = lobby.node(at_once=writers), lobby.store
    store.may_begin.clear()
    tasks = await _many(lobby, intake, 0, 1)
    tasks += await _many(lobby, intake, 1, ENOUGH)
    assert store.begun == 1
    tasks += await _many(lobby, intake, ENOUGH, ENOUGH + 1)
    tasks += await _many(lobby, intake, ENOUGH + 1, 3 * ENOUGH)
    assert store.begun == begun
    store.may_begin.set()
    assert await asyncio.gather(*tasks) == [Reply("好")] * 3 * ENOUGH
    assert store.transactions == begun + 1


async def test_people_at_the_desk_have_turns_of_their_own_and_only_so_many_at_once(lobby: Lobby) -> None:
    intake = lobby.node(at_once=1)
    people = [Address("toy:main", f"p{n:02}") for n in range(12)]
    replies = await asyncio.gather(*(intake.hear(said("desk", who.user, who)) for who in people))
    assert replies == [Reply("已登记")] * 12
    assert lobby.reception.most_at_once == 1
    assert len(await lobby.outbox(LATER)) == 12


async def test_a_refusal_keeps_nothing_but_its_answer(lobby: Lobby) -> None:
    assert await lobby.intake.hear(said("refuse")) == Reply("不行，请先登记。")
    assert await lobby.words() == ["refuse"]
    assert await lobby.outbox(LATER) == []


async def test_a_message_that_needs_no_answer_gets_an_empty_one(lobby: Lobby) -> None:
    assert await lobby.intake.hear(said("quiet")) == Reply("")
    assert await lobby.words() == ["quiet"]


async def test_a_long_answer_begins_at_once_and_goes_on_by_the_outbox(lobby: Lobby) -> None:
    first = await lobby.intake.hear(said("long"))
    assert first is not None
    assert len(first.text) <= 600
    assert first.choices == ()
    rest = await lobby.outbox(LATER)
    assert [key for key, _ in rest] == [f"more:m1:{n}" for n in range(1, len(rest) + 1)]
    assert "".join([first.text, *(part.text for _, part in rest)]) == "很长的话。" * 300
    assert [bool(part.choices) for _, part in rest] == [False] * (len(rest) - 1) + [True]


async def test_the_rest_of_a_long_answer_does_not_overtake_its_beginning_and_rings_at_night(lobby: Lobby) -> None:
    await lobby.intake.hear(said("long"))
    assert await lobby.outbox(NINE) == []
    claimed = await lobby.store.inner.pushes.claim(LATER, limit=10, lease=30.0)
    assert all(push.urgent for push in claimed)


async def test_whoever_leaves_is_forgotten_and_may_come_back(lobby: Lobby) -> None:
    await lobby.intake.hear(said("hello", "m1"))
    assert await lobby.intake.hear(said(Left(), "m2")) == Reply("")
    assert await lobby.conversation() is None
    assert await lobby.intake.hear(said(Left(), "m2")) == Reply("")
    assert await lobby.intake.hear(said("again", "m3")) == Reply("AGAIN")
    assert await lobby.words() == ["again"]
    async with lobby.store.inner.work(readonly=True) as work:
        assert await work.inbox.last_words(LI) == ["again"]


async def test_an_id_number_is_blotted_out_before_anybody_sees_or_keeps_it(lobby: Lobby) -> None:
    reply = await lobby.intake.hear(said("我是11010519491231002X"))
    assert reply == Reply("我是［身份证号已隐去］")
    assert await lobby.words() == ["我是［身份证号已隐去］"]
    async with lobby.store.inner.work(readonly=True) as work:
        assert await work.inbox.last_words(LI) == ["我是［身份证号已隐去］"]


async def test_draining_finishes_every_turn_under_way_or_waiting(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    words = ["desk one", "two", "desk three"]
    for number, each in enumerate(words):
        assert await intake.hear(said(each, f"m{number}")) is None
    await intake.drain()
    assert await lobby.words() == words
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_draining_an_idle_intake_is_done_at_once(lobby: Lobby) -> None:
    await lobby.intake.drain()
    assert lobby.store.transactions == 0
