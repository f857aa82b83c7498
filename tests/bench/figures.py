"""What is measured: each figure as a rate, beside the rate of the floor it stands on, in one process."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import uvloop
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from bot.envelope import Envelope, read_xml, text_answer
from bot.intake import Intake
from cases.desk import CaseDesk, Problem
from cases.people import Address, Person, Post, Role
from cases.places import Place
from dialogs.engine.heard import Heard
from dialogs.engine.messages import Incoming, Reply, Text
from dialogs.engine.ports import Desktop, Work
from dialogs.notices import tell
from storage.store import SqlStore
from tests.kit.town import GRID, TUESDAY, Town, open_town

PEOPLE = 256
"""In flight at once, as many as share a transaction."""
ROUNDS = 8
CASES = 200
ENVELOPES = 3000
KEY, APP, TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0000000000000000", "token"
STAMP, NONCE = "1772500000", "12345"
MESSAGE = text_answer("gh_bell", "oLi", int(STAMP), "村口的路灯坏了三天，晚上黑漆漆的，老人家走路不安全").replace(
    "</Content>", "</Content><MsgId>24500000000000001</MsgId>"
)

Rates = tuple[float, float]
"""Ours and the floor's, in pieces a second."""


def envelopes() -> Rates:
    """Messages opened, read and answered sealed; the floor is wechatpy."""
    ours, theirs = Envelope(TOKEN, KEY, APP), WeChatCrypto(TOKEN, KEY, APP)
    sealed = ours.seal(MESSAGE, STAMP, NONCE)

    def by_us() -> None:
        if ours.genuine(sealed.signature, STAMP, NONCE, sealed.encrypt):
            fields = read_xml(ours.open(sealed.encrypt))
            ours.seal(text_answer(fields["FromUserName"], "gh_bell", 1, "在哪里？"), STAMP, NONCE).xml()

    def by_wechatpy() -> None:
        found = parse_message(theirs.decrypt_message(sealed.xml(), sealed.signature, STAMP, NONCE))
        theirs.encrypt_message(text_answer(found.source, "gh_bell", 1, "在哪里？"), NONCE, STAMP)

    return _rate(by_us, ENVELOPES), _rate(by_wechatpy, ENVELOPES)


def _rate(work: Callable[[], None], times: int) -> float:
    began = perf_counter()
    for _ in range(times):
        work()
    return times / (perf_counter() - began)


class Constant:
    """Says the same to everybody: what a turn costs without any dialog."""

    def hear(self, desktop: Desktop, incoming: Incoming) -> Heard:
        """One constant answer."""
        return Heard(replace(desktop.conversation, changed_at=incoming.at), Reply("在哪里？"))

    async def attend(self, work: Work, desktop: Desktop, heard: Heard, incoming: Incoming) -> Heard:
        """Nobody wishes for the desk."""
        raise AssertionError("nothing is wished")


async def turns(town: Town) -> Rates:
    """Turns that fill in a form, heard, committed and answered; the floor answers a constant by the same way."""
    floor = Intake(town.store, Constant(), on_fault=_fault)
    words = ("上报", "村口的路灯坏了三天", "返回", "村口的路灯又坏了")
    return await _talk(town.intake, words, "ours"), await _talk(floor, words, "floor")


async def _talk(intake: Intake, words: tuple[str, ...], kind: str) -> float:
    began = perf_counter()
    for number in range(ROUNDS):
        said = Text(words[number % len(words)])
        everybody = [(f"{kind}:{number}:{one}", Address("toy:main", f"{kind}{one}")) for one in range(PEOPLE)]
        await asyncio.gather(*(intake.hear(Incoming(key, who, said, TUESDAY)) for key, who in everybody))
    return PEOPLE * ROUNDS / (perf_counter() - began)


async def _fault(key: str, kind: str) -> None:
    raise RuntimeError(f"{key}: {kind}")


async def due_steps(town: Town) -> Rates:
    """Due steps fired, with events and notices; the floor claims the same rows and marks them done."""
    await _cases(town)
    now = TUESDAY + timedelta(hours=9)  # signed by time, and half of the limit used
    async with town.store.work() as work:
        began = perf_counter()
        claimed = await work.due_steps.claim(now, 10 * CASES)
        await work.due_steps.done(claimed)
        floor = len(claimed) / (perf_counter() - began)  # rolled back
    began = perf_counter()
    rung = await town.bell.run_once(now)
    return rung / (perf_counter() - began), floor


async def _cases(town: Town) -> None:
    async with town.store.work() as work:
        person = await work.people.add(Person(0, "王海", (Post(Role.GRID_WORKER, GRID),)))
        await work.people.bind(person.id, Address("toy:main", "wang"))
        units = town.knowledge.units
        for number in range(CASES):
            who = Address("toy:main", f"citizen{number}")
            desk = CaseDesk(work, town.knowledge.rules, TUESDAY, address=who, person=None, units=units)
            await desk.submit(Problem("0502", Place(GRID, "东村村口"), "村口的路灯坏了三天"))
            await tell(work, town.knowledge, desk.news, TUESDAY)
        await work.commit()


async def _migrated(url: str) -> None:
    store = await SqlStore.open(url)
    await store.migrate()
    await store.close()


@asynccontextmanager
async def _town(url: str, folder: Path) -> AsyncIterator[Town]:
    await _migrated(url)
    async with open_town(url, folder) as town:
        yield town


def measure(postgres_urls: tuple[str, str], folder: Path) -> Mapping[str, Rates]:
    """All figures once; the URLs are of empty databases, `folder` is for SQLite files."""
    figures = {"envelopes": envelopes()}
    over: Mapping[str, Callable[[Town], Awaitable[Rates]]] = {"turns": turns, "due steps": due_steps}
    for url, (name, figure) in zip(postgres_urls, over.items(), strict=True):
        file = folder / f"{name.replace(' ', '-')}.db"
        for store, at in (("SQLite", f"sqlite+aiosqlite:///{file}"), ("PostgreSQL", url)):
            figures[f"{name}, {store}"] = uvloop.run(_over(at, folder, figure))
    shutil.rmtree(folder)
    return figures


async def _over(url: str, folder: Path, figure: Callable[[Town], Awaitable[Rates]]) -> Rates:
    async with _town(url, folder) as town:
        return await figure(town)
