"""Turns without HTTP, 256 at once: heard, committed and answered; the floor keeps a constant answer by the same way."""

import asyncio
from dataclasses import replace
from time import perf_counter

import uvloop

from bot.intake import Intake
from cases.people import Address
from dialogs.engine.heard import Heard
from dialogs.engine.messages import Incoming, Reply, Text
from dialogs.engine.ports import Desktop, Work
from tests.bench.found import Found, Rates
from tests.bench.ground import Ground, town_at
from tests.kit.town import TUESDAY, Town

PEOPLE = 256
"""In flight at once, as many as share a transaction."""
ROUNDS = 8


def figures(ground: Ground) -> Found:
    """One run over each store."""
    return Found({f"turns, {name}": uvloop.run(_over(url, ground)) for name, url in ground.stores().items()})


async def _over(url: str, ground: Ground) -> Rates:
    async with town_at(url, ground.folder) as town:
        return await turns(town)


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
