"""A connection cut around COMMIT leaves the outcome unknown; what comes again is answered right, and nothing is lost
or doubled."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channel import StoreAway
from bot.delivery import Delivery
from bot.quiet import QuietHours
from cases.people import Address
from dialogs.engine.deliveries import Pause, Push
from dialogs.engine.messages import Content, Outgoing, Reply, Text
from storage.engines import engines_for
from storage.outbox import PENDING
from storage.store import SqlStore
from storage.talk_tables import OUTBOX
from tests.bot.postroom import ToyChannel
from tests.kit.proxy import Cut, Proxy
from tests.kit.town import TUESDAY, ZONE, Town, open_town
from tests.survival.nodes import WORDS, YES, cases_of, fill_in, hear, heard_of, message, patient, people

ROUNDS = int(os.environ.get("GRIDBELL_TEST_ROUNDS", "200"))
"""`make torture` asks for 2,000."""
AT_THE_DESK = ROUNDS // 2
LONG_AGO = TUESDAY - timedelta(days=1)
WANG = Address("wecom:main", "wang")


@pytest.fixture
async def wire(postgres_url: str) -> AsyncIterator[Proxy]:
    """The wire to a fresh, migrated PostgreSQL database."""
    async with Proxy(postgres_url) as proxy:
        yield proxy


@pytest.fixture
async def town(wire: Proxy, tmp_path: Path) -> AsyncIterator[Town]:
    """A town at the other end of the wire."""
    async with open_town(wire.url, tmp_path) as opened:
        opened.intake = patient(opened.store, opened.reception)
        yield opened


async def said_through_a_cut(town: Town, wire: Proxy, who: Address, content: Content, where: Cut) -> Reply:
    """The platform gets no answer to its first delivery, and delivers again; the reply to that."""
    wire.cut(where)
    with pytest.raises(StoreAway):
        await hear(town, who, content, "cut")
    return await hear(town, who, content, "cut")


async def test_a_turn_at_the_desk_cut_at_its_commit_files_one_report(
    town: Town, wire: Proxy, postgres_url: str
) -> None:
    crowd = people("li", AT_THE_DESK)
    await fill_in(town, crowd)
    for who, where in zip(crowd, cycle(Cut), strict=False):
        reply = await said_through_a_cut(town, wire, who, YES, where)
        assert "已收到，编号 YX" in reply.text
    assert wire.cuts == AT_THE_DESK
    assert await cases_of(postgres_url) == {who.user: 1 for who in crowd}
    assert await heard_of(postgres_url) == {who.user: 7 for who in crowd}


async def test_a_form_filled_in_through_a_wire_that_is_cut_at_each_commit_keeps_each_answer_once(
    town: Town, wire: Proxy, postgres_url: str
) -> None:
    crowd = people("li", ROUNDS - AT_THE_DESK)
    usual = await hear(town, Address("toy:main", "usual"), Text(WORDS), "words")
    for who, where in zip(crowd, cycle(Cut), strict=False):
        assert await said_through_a_cut(town, wire, who, Text(WORDS), where) == usual
    assert wire.cuts == len(crowd)
    assert await heard_of(postgres_url) == {"usual": 1, **{who.user: 1 for who in crowd}}


async def test_a_store_that_says_nothing_any_more_loses_nothing(town: Town, wire: Proxy, postgres_url: str) -> None:
    who = Address("toy:main", "li")
    impatient = patient(town.store, town.reception, deadline=0.1)
    wire.swallows = True
    last = replace(message(town, who, Text(WORDS), "words"), last=True)
    with pytest.raises(StoreAway):
        await impatient.hear(last)
    assert await heard_of(postgres_url) == {}
    wire.swallows = False
    wire.hang_up()
    await impatient.drain()
    wire.latency = 0.02
    assert "哪一类" in (await hear(town, who, Text(WORDS), "words")).text
    assert await heard_of(postgres_url) == {"li": 1}


class Cutter(ToyChannel):
    """Takes each message, and cuts the wire before it can be recorded."""

    def __init__(self, wire: Proxy) -> None:
        super().__init__(WANG.channel)
        self.wire, self.where = wire, cycle(Cut)

    async def _pass(self) -> None:
        await super()._pass()
        self.wire.cut(next(self.where))


async def paused(what: Pause, reason: str) -> None:
    """No account is at fault."""
    raise AssertionError(f"{what.channel}: {reason}")


async def died(push: Push, reason: str) -> None:
    """Nothing is given up."""
    raise AssertionError(f"{push.key}: {reason}")


def now() -> datetime:
    """Business time stands still."""
    return TUESDAY


async def is_waiting(books: AsyncEngine) -> bool:
    """Whether something is still to go out."""
    async with books.connect() as connection:
        return bool((await connection.execute(select(OUTBOX.c.id).where(PENDING))).all())


async def time_passes(books: AsyncEngine) -> None:
    """Whatever is claimed is claimed no longer."""
    async with books.begin() as connection:
        await connection.execute(update(OUTBOX).where(PENDING).values(lease_until=LONG_AGO))


async def test_a_push_whose_recording_is_cut_off_goes_out_once_all_the_same(
    wire: Proxy, postgres_url: str, tmp_path: Path
) -> None:
    store, books = await SqlStore.open(wire.url), engines_for(postgres_url).writers
    channel = Cutter(wire)
    delivery = Delivery(
        store.pushes,
        store.media,
        {channel.name: channel},
        now,
        media_folder=tmp_path,
        quiet=QuietHours(ZONE, 22, 7),
        on_dead=died,
        on_account_fault=paused,
    )
    for number in range(ROUNDS):
        async with store.work() as work:
            await work.outbox.put([Outgoing(f"push{number}", WANG, Reply("请办"), urgent=True)])
            await work.commit()
        while await is_waiting(books):
            await delivery.run_once()
            await time_passes(books)
    await store.close()
    await books.dispose()
    assert wire.cuts == ROUNDS
    assert [key for key, _, _ in channel.taken] == [f"push{number}" for number in range(ROUNDS)]
