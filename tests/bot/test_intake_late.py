"""Turns that take longer than a platform waits."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.turns import NOTHING
from dialogs.engine.messages import Reply
from storage.store import SqlStore
from tests.bot.counting_store import CountingStore
from tests.bot.lobby import CLERK, LI, NINE, SOON, Lobby, comes, said

NOW = 0.0
"""Seconds: nobody waits at all."""
LATER = NINE + timedelta(minutes=1)


@pytest.fixture
async def postgres_lobby(postgres_url: str) -> AsyncIterator[Lobby]:
    store = await SqlStore.open(postgres_url)
    yield Lobby(CountingStore(store))
    await store.close()


async def hang_up(caller: asyncio.Task[Reply | None]) -> None:
    """The platform closes the connection after 5 s."""
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller


async def waiting_in_the_commit(lobby: Lobby, words: str) -> asyncio.Task[Reply | None]:
    """A caller whose deadline has struck while the answer is being committed."""
    intake = lobby.node(deadline=1.0, grace=SOON)
    await intake.hear(said("hello", "m0"))
    lobby.store.committing.clear()
    lobby.store.may_commit.clear()
    caller = asyncio.create_task(intake.hear(said(words)))
    await comes(lobby.store.committing)
    await asyncio.wait({caller}, timeout=1.1)
    assert not caller.done()
    return caller


async def test_a_late_reply_goes_by_the_outbox_once(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    lobby.reception.gate.clear()
    assert await intake.hear(said("desk")) is None
    lobby.reception.gate.set()
    await intake.drain()
    assert await lobby.outbox(NINE + timedelta(seconds=9)) == [("push:m1", Reply("请办"))]
    assert await lobby.outbox(LATER) == [("reply:m1", Reply("已登记"))]


async def test_who_asks_again_before_the_late_reply_went_out_gets_it_now_and_only_once(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    assert await intake.hear(said("desk")) is None
    await intake.drain()
    assert await lobby.node().hear(said("desk")) == Reply("已登记")
    assert [key for key, _ in await lobby.outbox(LATER)] == ["push:m1"]


async def test_who_asks_again_for_a_late_reply_and_is_not_answered_in_time_gets_it_by_the_outbox(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    for _ in range(3):
        assert await intake.hear(said("hello")) is None
        await intake.drain()
    assert await lobby.outbox(LATER) == [("reply:m1", Reply("HELLO"))]


async def test_who_asks_again_for_a_late_reply_and_hangs_up_gets_it_by_the_outbox(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    assert await intake.hear(said("hello")) is None
    await intake.drain()
    lobby.store.committing.clear()
    lobby.store.may_commit.clear()
    caller = asyncio.create_task(lobby.intake.hear(said("hello")))
    await comes(lobby.store.committing)
    await hang_up(caller)
    lobby.store.may_commit.set()
    await lobby.intake.drain()
    assert await lobby.outbox(LATER) == [("reply:m1", Reply("HELLO"))]


async def test_an_answer_that_did_not_arrive_goes_by_the_outbox_if_asking_again_takes_too_long(lobby: Lobby) -> None:
    assert await lobby.intake.hear(said("hello")) == Reply("HELLO")
    intake = lobby.node(deadline=NOW)
    assert await intake.hear(said("hello")) is None
    await intake.drain()
    assert await lobby.outbox(LATER) == [("reply:m1", Reply("HELLO"))]


async def test_who_asks_again_after_the_late_reply_went_out_is_told_nothing(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    assert await intake.hear(said("desk")) is None
    await intake.drain()
    assert sorted(key for key, _ in await lobby.outbox(LATER)) == ["push:m1", "reply:m1"]
    assert await lobby.intake.hear(said("desk")) == NOTHING
    assert await lobby.outbox(LATER) == []


async def test_who_asks_again_while_the_late_reply_is_on_its_way_is_told_nothing(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    assert await intake.hear(said("hello")) is None
    await intake.drain()
    (push,) = await lobby.store.inner.pushes.claim(LATER, limit=10, lease=30.0)
    assert await lobby.intake.hear(said("hello")) == NOTHING
    assert await lobby.store.inner.pushes.sent(push, "", LATER)


async def test_who_asks_again_while_the_turn_goes_on_waits_with_it(lobby: Lobby) -> None:
    lobby.reception.gate.clear()
    first = asyncio.create_task(lobby.intake.hear(said("desk")))
    await comes(lobby.reception.entered)
    await hang_up(first)
    second = asyncio.create_task(lobby.intake.hear(said("desk")))
    await asyncio.sleep(0)
    lobby.reception.gate.set()
    assert await second == Reply("已登记")
    assert lobby.reception.attended == {"m1": 1}
    assert [key for key, _ in await lobby.outbox(LATER)] == ["push:m1"]


async def test_who_asks_again_while_a_late_reply_is_being_kept_gets_it_and_only_once(lobby: Lobby) -> None:
    lobby.store.may_commit.clear()
    first = asyncio.create_task(lobby.intake.hear(said("hello")))
    await asyncio.sleep(0)
    await hang_up(first)
    await comes(lobby.store.committing)
    second = asyncio.create_task(lobby.intake.hear(said("hello")))
    await asyncio.sleep(0)
    lobby.store.may_commit.set()
    assert await second == Reply("HELLO")
    assert lobby.reception.heard == {"m1": 1}
    assert await lobby.outbox(LATER) == []


async def test_who_asks_again_and_again_hangs_up_leaves_the_late_reply_to_the_outbox(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    lobby.store.may_commit.clear()
    assert await intake.hear(said("hello")) is None
    await comes(lobby.store.committing)
    assert await intake.hear(said("hello")) is None
    lobby.store.may_commit.set()
    await intake.drain()
    assert await lobby.outbox(LATER) == [("reply:m1", Reply("HELLO"))]


async def test_a_deadline_that_strikes_during_the_commit_waits_for_it(lobby: Lobby) -> None:
    caller = await waiting_in_the_commit(lobby, "again")
    lobby.store.may_commit.set()
    assert await caller == Reply("AGAIN")
    assert await lobby.outbox(LATER) == []


async def test_a_commit_that_fails_after_the_deadline_and_is_made_again_gives_the_reply_once(lobby: Lobby) -> None:
    caller = await waiting_in_the_commit(lobby, "again")
    lobby.store.overtaken = 2
    lobby.store.may_commit.set()
    assert await caller == Reply("AGAIN")
    assert await lobby.words() == ["hello", "again"]
    assert await lobby.outbox(LATER) == []


async def test_who_waits_in_vain_for_a_commit_gets_the_reply_by_the_outbox_once(lobby: Lobby) -> None:
    lobby.store.may_commit.clear()
    caller = asyncio.create_task(lobby.intake.hear(said("hello")))
    await comes(lobby.store.committing)
    await hang_up(caller)
    lobby.store.may_commit.set()
    await lobby.intake.drain()
    assert await lobby.outbox(LATER) == [("reply:m1", Reply("HELLO"))]


async def test_who_asks_again_while_the_reply_is_left_to_the_outbox_gets_it_and_only_once(lobby: Lobby) -> None:
    lobby.store.may_commit.clear()
    caller = asyncio.create_task(lobby.intake.hear(said("hello")))
    await comes(lobby.store.committing)
    await hang_up(caller)
    lobby.store.beginning.clear()
    lobby.store.may_begin.clear()
    lobby.store.may_commit.set()
    await comes(lobby.store.beginning)
    again = asyncio.create_task(lobby.intake.hear(said("hello")))
    await asyncio.sleep(0)
    lobby.store.may_begin.set()
    assert await again == Reply("HELLO")
    assert await lobby.outbox(LATER) == []


async def test_a_long_late_answer_goes_out_whole_and_in_order(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    assert await intake.hear(said("long")) is None
    await intake.drain()
    sent = await lobby.outbox(LATER)
    assert sent[0][0] == "reply:m1"
    assert [key for key, _ in sent[1:]] == [f"more:m1:{n}" for n in range(1, len(sent))]
    assert "".join(part.text for _, part in sent) == "很长的话。" * 300
    assert sent[-1][1].choices != ()


async def test_nothing_is_sent_late_when_there_is_nothing_to_say(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    assert await intake.hear(said("quiet")) is None
    await intake.drain()
    assert await lobby.outbox(LATER) == []


async def test_a_caller_who_hangs_up_counts_as_nobody_waiting(lobby: Lobby) -> None:
    lobby.reception.gate.clear()
    caller = asyncio.create_task(lobby.intake.hear(said("desk")))
    await comes(lobby.reception.entered)
    await hang_up(caller)
    lobby.reception.gate.set()
    await lobby.intake.drain()
    assert sorted(key for key, _ in await lobby.outbox(LATER)) == ["push:m1", "reply:m1"]


async def test_on_postgresql_somebody_at_the_desk_holds_up_nobody_who_only_talks(postgres_lobby: Lobby) -> None:
    reception, intake = postgres_lobby.reception, postgres_lobby.intake
    reception.gate.clear()
    desk = asyncio.create_task(intake.hear(said("desk", "m1", LI)))
    async with asyncio.timeout(SOON):
        await reception.entered.wait()
        assert await intake.hear(said("hello", "m2", CLERK)) == Reply("HELLO")
    assert not desk.done()
    reception.gate.set()
    assert await desk == Reply("已登记")
