"""Guards that only show when time stands still or leaps."""

import asyncio

import pytest
from sqlalchemy import text

from bot.delivery import LEASE, SEND_SECONDS
from dialogs.engine.messages import Reply
from storage.store import SqlStore
from tests.bot.counting_store import CountingStore
from tests.bot.lobby import LI, SOON, Lobby, comes, said
from tests.bot.postroom import PostRoom
from tests.bot.postroom import text as push


@pytest.mark.parametrize("words", ["hello", "desk"])
async def test_nobody_is_answered_before_the_message_is_kept(store: SqlStore, words: str) -> None:
    lobby = Lobby(CountingStore(store))
    lobby.store.may_commit.clear()
    answer = asyncio.create_task(lobby.intake.hear(said(words)))
    await comes(lobby.store.committing)
    for _ in range(10):
        await asyncio.sleep(0)
    assert not answer.done()
    assert await lobby.words() == []
    lobby.store.may_commit.set()
    assert await answer == Reply("HELLO" if words == "hello" else "已登记")
    assert await lobby.words() == [words]


async def test_who_takes_a_persons_turn_keeps_it_until_the_end(postgres_store: SqlStore) -> None:
    async def turn() -> None:
        async with postgres_store.work() as work:
            await work.conversations.desktops([LI])

    async with postgres_store.work() as work, asyncio.timeout(SOON):
        await work.conversations.desktops([LI])
        other = asyncio.create_task(turn())
        while not await waiting(postgres_store):
            assert not other.done()
    await other


async def waiting(store: SqlStore) -> bool:
    """Whether somebody waits for a lock."""
    async with store.work(readonly=True) as work:
        found = await work.cases._connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        return bool(found.scalar_one())


class Leaps:
    """The loop's own clock, which can leap ahead."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._true, self._ahead = loop.time, 0.0
        loop.time = self  # type: ignore[method-assign]

    def __call__(self) -> float:
        return self._true() + self._ahead

    def leap(self, seconds: float) -> None:
        """So many seconds pass at once."""
        self._ahead += seconds


async def test_a_platform_that_hangs_is_left_before_the_claim_is_over(room: PostRoom) -> None:
    clock = Leaps(asyncio.get_running_loop())
    room.wecom.gate.clear()
    await room.put(push("m"))
    run = asyncio.create_task(room.delivery.run_once())
    await comes(room.wecom.entered)
    clock.leap(SEND_SECONDS + 1)
    assert SEND_SECONDS + 1 < LEASE
    left, _ = await asyncio.wait({run}, timeout=SOON)
    room.wecom.gate.set()
    assert left
    assert await run == 0
    assert room.wecom.texts == []
    room.clock.forward(minutes=1)
    assert await room.delivery.run_once() == 1
    assert room.wecom.texts == ["m"]
