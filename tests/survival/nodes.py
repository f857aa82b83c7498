"""Several nodes of one county: each with its own store, reception and intake, over one database."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from sqlalchemy import func, select

from bot.intake import AT_ONCE, Intake
from cases.people import Address
from dialogs.engine.messages import Content, Incoming, Location, Reply, Text
from dialogs.engine.ports import Store
from dialogs.engine.reception import Reception
from storage.case_tables import CASES, REPORTERS
from storage.engines import engines_for
from storage.talk_tables import INBOX
from tests.kit.town import LAMP, Town, open_town, pin

CHANNEL = "toy:main"
WORDS = "村口的路灯不亮了"
PLACE = Location(pin(), "东村村口")
REPORT: Sequence[Content] = (Text("上报"), Text(WORDS), Text(LAMP), PLACE, Text("0"), Text("0"))
"""All but the last word of a report."""
YES = Text("确认")
PATIENCE = 120.0
"""Seconds after which an answer is taken not to come."""


def people(name: str, many: int) -> list[Address]:
    """That many citizens."""
    return [Address(CHANNEL, f"{name}{number:03}") for number in range(many)]


@asynccontextmanager
async def open_nodes(url: str, folder: Path, many: int = 2) -> AsyncIterator[list[Town]]:
    """That many towns over one database, whose intakes answer however slow the machine is."""
    async with AsyncExitStack() as stack:
        towns = [await stack.enter_async_context(open_town(url, folder)) for _ in range(many)]
        for town in towns:
            town.intake = patient(town.store, town.reception)
        yield towns


def patient(store: Store, reception: Reception, deadline: float = PATIENCE, at_once: int = AT_ONCE) -> Intake:
    """An intake that answers within so many seconds, with so many turns at the desk at the same time."""
    return Intake(store, reception, on_fault=no_fault, deadline=deadline, at_once=at_once)


async def no_fault(key: str, kind: str) -> None:
    """Nothing of this has a fault."""
    raise AssertionError(f"{key}: {kind}")


def message(node: Town, who: Address, content: Content, name: str) -> Incoming:
    """A message of that person's; `name` tells it apart from their others."""
    return Incoming(f"{who.user}:{name}", who, content, node.clock())


async def hear(node: Town, who: Address, content: Content, name: str) -> Reply:
    """Deliver it to that node; the reply."""
    reply = await node.intake.hear(message(node, who, content, name))
    assert reply is not None, (who, name)
    return reply


async def everybody_says(node: Town, crowd: Iterable[Address], content: Content, name: str) -> list[Reply]:
    """All of them at once."""
    return await asyncio.gather(*(hear(node, who, content, name) for who in crowd))


async def fill_in(node: Town, crowd: Sequence[Address]) -> None:
    """Everybody fills in a report, up to the last question."""
    for number, content in enumerate(REPORT):
        replies = await everybody_says(node, crowd, content, f"step{number}")
    assert all("确认提交吗" in reply.text for reply in replies)


async def answers(node: Town, who: Address) -> dict[str, object]:
    """What the running dialog has kept of that person's answers."""
    async with node.store.work(readonly=True) as work:
        kept = await work.conversations.get(who)
    assert kept is not None
    running: dict[str, dict[str, object]] = kept.state["running"]
    return running["answers"]


async def cases_of(url: str) -> dict[str, int]:
    """How many cases each reporter has."""
    statement = select(REPORTERS.c.user, func.count()).select_from(CASES.join(REPORTERS)).group_by(REPORTERS.c.user)
    return {row[0]: row[1] for row in await _rows(url, statement)}


async def heard_of(url: str) -> dict[str, int]:
    """How many messages of each person were kept."""
    return {row[0]: row[1] for row in await _rows(url, select(INBOX.c.user, func.count()).group_by(INBOX.c.user))}


async def _rows(url: str, statement: object) -> Sequence[tuple[str, int]]:
    engines = engines_for(url)
    try:
        async with engines.readers.connect() as connection:
            return [(row[0], row[1]) for row in await connection.execute(statement)]  # type: ignore[call-overload]
    finally:
        await engines.close()
