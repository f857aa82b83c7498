"""Turns that go wrong: somebody was faster, the store is away, or there is a bug."""

import asyncio
import logging

import pytest

from bot.channel import StoreAway
from bot.turns import APOLOGY, TRIES
from cases.people import Address
from dialogs.engine.messages import Reply
from storage.store import SqlStore
from tests.bot.counting_store import CountingStore
from tests.bot.lobby import LI, NINE, Lobby, said
from tests.conftest import TEMPLATE
from tests.kit.servers import PostgresServer


async def test_a_turn_that_was_overtaken_is_run_again_from_fresh_rows(lobby: Lobby) -> None:
    lobby.reception.overtaken = TRIES - 1
    assert await lobby.intake.hear(said("desk")) == Reply("已登记")
    assert lobby.reception.attended["m1"] == TRIES
    assert await lobby.words() == ["desk"]
    assert [key for key, _ in await lobby.outbox(NINE)] == ["push:m1"]


async def test_who_is_overtaken_again_and_again_is_left_to_the_platforms_next_delivery(lobby: Lobby) -> None:
    lobby.reception.overtaken = TRIES
    with pytest.raises(StoreAway):
        await lobby.intake.hear(said("desk"))
    assert await lobby.words() == []
    assert await lobby.intake.hear(said("desk")) == Reply("已登记")
    assert await lobby.words() == ["desk"]


async def test_without_a_store_every_caller_is_told_so_and_the_next_delivery_is_heard(lobby: Lobby) -> None:
    lobby.store.away = True
    people = [Address("toy:main", f"p{n}") for n in range(3)]
    said_by = [said("hello", who.user, who) for who in [*people, *people]]
    answers = await asyncio.gather(*(lobby.intake.hear(each) for each in said_by), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreAway] * 6
    lobby.store.away = False
    assert await lobby.intake.hear(said_by[0]) == Reply("HELLO")
    assert lobby.faults == []


async def test_a_store_that_goes_away_while_nobody_waits_any_more_raises_nowhere(lobby: Lobby) -> None:
    lobby.store.away = True
    caller = asyncio.create_task(lobby.intake.hear(said("hello")))
    await asyncio.sleep(0)
    caller.cancel()
    await lobby.intake.drain()
    assert caller.cancelled()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_postgresql_that_is_gone_is_a_store_that_is_away(postgres: PostgresServer) -> None:
    store = await SqlStore.open(postgres.create("soon_gone", TEMPLATE))
    lobby = Lobby(CountingStore(store))
    assert await lobby.intake.hear(said("hello")) == Reply("HELLO")
    postgres.drop("soon_gone")
    with pytest.raises(StoreAway):
        await lobby.intake.hear(said("again", "m2"))
    await store.close()
    assert lobby.faults == []


async def test_a_turn_that_crashed_once_is_run_again_and_nobody_notices(lobby: Lobby) -> None:
    lobby.reception.crashes = 1
    assert await lobby.intake.hear(said("crash")) == Reply("CRASH")
    assert await lobby.words() == ["crash"]
    assert lobby.faults == []


async def test_a_turn_that_crashes_again_gets_an_apology_and_an_admin_hears_of_it(
    lobby: Lobby, caplog: pytest.LogCaptureFixture
) -> None:
    await lobby.intake.hear(said("hello", "m0"))
    lobby.reception.crashes = 99
    with caplog.at_level(logging.INFO):
        assert await lobby.intake.hear(said("crash")) == APOLOGY
        await lobby.intake.drain()
    assert lobby.faults == [("m1", "Brittle")]
    assert lobby.reception.heard["m1"] == 2
    assert await lobby.words() == ["hello"]
    everything = caplog.text + str([record.__dict__ for record in caplog.records])
    assert "lobby.Brittle" in everything
    assert "李婶" not in everything
    assert await lobby.node().hear(said("crash")) == APOLOGY
    assert await lobby.intake.hear(said("next", "m2")) == Reply("NEXT")


async def test_one_persons_crash_costs_the_others_nothing(lobby: Lobby) -> None:
    lobby.reception.crashes = 99
    people = [Address("toy:main", f"p{n:02}") for n in range(20)]
    words = ["crash" if n == 7 else "hello" for n in range(20)]
    replies = await asyncio.gather(
        *(lobby.intake.hear(said(each, who.user, who)) for each, who in zip(words, people, strict=True))
    )
    await lobby.intake.drain()
    assert replies == [APOLOGY if n == 7 else Reply("HELLO") for n in range(20)]
    assert lobby.faults == [("p07", "Brittle")]
    assert lobby.store.transactions <= 4


async def test_an_admin_who_can_not_be_told_costs_the_person_nothing(
    lobby: Lobby, caplog: pytest.LogCaptureFixture
) -> None:
    lobby.reception.crashes = 99
    lobby.tells = False
    assert await lobby.intake.hear(said("crash")) == APOLOGY
    await lobby.intake.drain()
    assert "the fault could not be told" in caplog.text
    assert await lobby.intake.hear(said("next", "m2")) == Reply("NEXT")


async def test_if_not_even_the_apology_can_be_kept_the_store_is_away(lobby: Lobby) -> None:
    lobby.reception.crashes = 99
    lobby.store.transactions = 0
    lobby.store.away_after = 2
    with pytest.raises(StoreAway):
        await lobby.intake.hear(said("crash"))
    await lobby.intake.drain()
    assert lobby.faults == []


async def test_a_batch_in_which_somebody_was_faster_is_heard_one_by_one(lobby: Lobby) -> None:
    people = [LI, Address("toy:main", "wang")]
    lobby.store.overtaken = 1
    replies = await asyncio.gather(*(lobby.intake.hear(said("hello", who.user, who)) for who in people))
    assert replies == [Reply("HELLO")] * 2
    assert [await lobby.words(who) for who in people] == [["hello"], ["hello"]]
