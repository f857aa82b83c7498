"""The last delivery: what is not kept by then is given up, so that the person can safely send it again."""

import asyncio
from datetime import timedelta

import pytest

from bot.channel import StoreAway
from dialogs.engine.messages import Reply
from tests.bot.lobby import CLERK, LI, NINE, Lobby, comes, said

NOW = 0.0
"""Seconds: nobody waits at all."""
LATER = NINE + timedelta(minutes=1)


async def test_a_store_that_hangs_through_all_deliveries_and_then_fails_loses_nothing_in_silence(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    lobby.store.may_begin.clear()
    assert await intake.hear(said("hello")) is None
    assert await intake.hear(said("hello")) is None
    with pytest.raises(StoreAway):
        await intake.hear(said("hello", last=True))
    lobby.store.away = True
    lobby.store.may_begin.set()
    await intake.drain()
    assert await lobby.words() == []


@pytest.mark.parametrize("words", ["hello", "desk", "refuse", "crash", "quiet"])
async def test_what_was_given_up_is_not_kept_when_the_store_is_back(lobby: Lobby, words: str) -> None:
    intake = lobby.node(deadline=NOW)
    lobby.reception.crashes = 99
    lobby.store.may_begin.clear()
    with pytest.raises(StoreAway):
        await intake.hear(said(words, last=True))
    await comes(lobby.store.beginning)
    lobby.store.may_begin.set()
    await intake.drain()
    assert (await lobby.words(), await lobby.outbox(LATER), lobby.faults) == ([], [], [])
    assert await lobby.intake.hear(said("hello", "m2")) == Reply("HELLO")


@pytest.mark.parametrize("words", ["desk", "refuse"])
async def test_what_is_given_up_at_the_desk_leaves_nothing_behind(lobby: Lobby, words: str) -> None:
    intake = lobby.node(deadline=NOW)
    lobby.reception.gate.clear()
    assert await intake.hear(said(words)) is None
    await comes(lobby.reception.entered)
    with pytest.raises(StoreAway):
        await intake.hear(said(words, last=True))
    lobby.reception.gate.set()
    await intake.drain()
    assert (await lobby.words(), await lobby.outbox(LATER)) == ([], [])


async def test_what_is_given_up_behind_an_earlier_message_is_not_even_heard(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    lobby.reception.gate.clear()
    assert await intake.hear(said("desk")) is None
    with pytest.raises(StoreAway):
        await intake.hear(said("two", "m2", last=True))
    assert await intake.hear(said("three", "m3")) is None
    lobby.reception.gate.set()
    await intake.drain()
    assert await lobby.words() == ["desk", "three"]
    assert lobby.reception.heard["m2"] == 0


async def test_one_persons_message_given_up_costs_the_others_nothing(lobby: Lobby) -> None:
    lobby.store.may_begin.clear()
    intake = lobby.node(deadline=NOW)
    given_up, kept = said("hello", "m1", LI, last=True), said("hello", "m2", CLERK)
    ends = await asyncio.gather(intake.hear(given_up), intake.hear(kept), return_exceptions=True)
    lobby.store.may_begin.set()
    await intake.drain()
    assert [type(end) for end in ends] == [StoreAway, type(None)]
    assert (await lobby.words(LI), await lobby.words(CLERK)) == ([], ["hello"])


async def test_whoever_sends_it_again_is_heard_once(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    lobby.reception.gate.clear()
    with pytest.raises(StoreAway):
        await intake.hear(said("desk", last=True))
    assert await intake.hear(said("desk", "m2")) is None
    lobby.reception.gate.set()
    await intake.drain()
    assert await lobby.words() == ["desk"]
    assert sorted(key for key, _ in await lobby.outbox(LATER)) == ["push:m2", "reply:m2"]


async def test_a_commit_that_is_not_over_by_then_is_no_acknowledgement_and_its_reply_comes_later(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    lobby.store.may_commit.clear()
    assert await intake.hear(said("hello")) is None
    await comes(lobby.store.committing)
    with pytest.raises(StoreAway):
        await intake.hear(said("hello", last=True))
    lobby.store.may_commit.set()
    await intake.drain()
    assert await lobby.words() == ["hello"]
    assert await lobby.outbox(LATER) == [("reply:m1", Reply("HELLO"))]


async def test_what_is_kept_is_acknowledged_even_if_its_reply_can_not_be_read_in_time(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    assert await intake.hear(said("hello")) is None
    await intake.drain()
    lobby.store.may_begin.clear()
    assert await intake.hear(said("hello", last=True)) is None
    lobby.store.may_begin.set()
    await intake.drain()
    assert await lobby.outbox(LATER) == [("reply:m1", Reply("HELLO"))]
