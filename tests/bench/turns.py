"""Full turns by HTTP: signature, AES, dedupe, dialog, durable commit, sealed reply; by `gridbell run` on one core.

The floor is the bare web server that opens, reads and seals the same answer for everybody (`tests.bench.floor`), on
the same core, under the same load.
"""

import os
from collections.abc import Callable, Sequence

import uvloop

from tests.bench import bots
from tests.bench.citizens import Line, confirmed, form, half_finished, said_wrong, sealed, users
from tests.bench.crowd import Talk, speak
from tests.bench.found import Found, Measure
from tests.bench.ground import Ground

PEOPLE = 512
HALF_FINISHED = 10_000
ALONE = 50
AT_THE_DESK = 16
"""At once: reports are filed one after another, and whoever has 64 before them waits for longer than a platform."""
WARMING = 128
ENOUGH_FOR_ONE = 2
NODES = (
    "Two nodes: each wants a core of its own, and so does the database with the load; this machine has two. What two "
    "nodes cost is the CPU a turn above.",
)
Script = Callable[[int], Sequence[Line]]


class Crowd:
    """People who have not written before, each with lines of their own."""

    def __init__(self, kind: str, many: int, script: Script) -> None:
        self._scripts = [script(number) for number in range(many)]
        self._names = [name for name, _ in zip(users(kind), self._scripts, strict=False)]

    def meets(self, port: int, *, lines: int = 64, rate: float | None = None, checked: bool = True) -> Talk:
        """All say all they have to say. Raises ValueError for a wrong answer."""
        requests = [sealed(name, script) for name, script in zip(self._names, self._scripts, strict=True)]
        talk = uvloop.run(speak(port, requests, lines=lines, rate=rate))
        for script, answers in zip(self._scripts, talk.answers, strict=True):
            if checked and (wrong := said_wrong(script, answers)):
                raise ValueError(wrong)
        return talk


def figures(ground: Ground) -> Found:
    """One run over each store."""
    found = Found()
    for name, url in ground.stores().items():
        found += _over(ground, name, url)
    return found


def _over(ground: Ground, store: str, url: str) -> Found:
    with bots.bot(ground.folder, url, ground.core) as bot:
        at_first = bot.memory()
        alone = Crowd("one", ALONE, form).meets(bot.port, lines=1)
        rate, cost = _full(bot, Crowd("full", PEOPLE, form))
        half = Crowd("half", PEOPLE, form).meets(bot.port, rate=rate / 2)
        desk, at_desk = _full(bot, Crowd("desk", PEOPLE // 4, confirmed), lines=AT_THE_DESK)
        with bots.floor(ground.folder, ground.core) as floor:
            lowest, _ = _full(floor, Crowd("full", PEOPLE, form), checked=False)
    measures = {
        "CPU a turn": (cost * 1e6, "µs"),
        "CPU a turn, with the desk": (at_desk * 1e6, "µs"),
        "p50 at half load": (half.percentile(0.5), "ms"),
        "p99 at half load": (half.percentile(0.99), "ms"),
        "p50 one at a time": (alone.percentile(0.5), "ms"),
        "memory at start": (at_first, "MB"),
        "start to ready": (bot.seconds, "s"),
    }
    return Found(
        {f"turns by HTTP, {store}": (rate, lowest), f"turns by HTTP, with the desk, {store}": (desk, lowest)},
        {f"{name}, {store}": measure for name, measure in measures.items()},
        NODES if os.cpu_count() == ENOUGH_FOR_ONE else (),
    )


def half_finished_talks(ground: Ground) -> Found:
    """The memory of a bot with 10,000 people in the middle of a report, and how much more that is than before them."""
    measures: dict[str, Measure] = {}
    for store, url in ground.stores().items():
        with bots.bot(ground.folder, url, ground.core) as bot:
            Crowd("warm", WARMING, form).meets(bot.port)
            before = bot.memory()
            Crowd("rest", HALF_FINISHED, half_finished).meets(bot.port)
            after = bot.memory()
        measures[f"memory with 10,000 half-finished, {store}"] = (after, "MB")
        measures[f"… more than before them, {store}"] = (after - before, "MB")
    return Found({}, measures)


def _full(bot: bots.Bot, crowd: Crowd, *, lines: int = 64, checked: bool = True) -> tuple[float, float]:
    """Turns a second, and seconds of CPU a turn."""
    before = bot.cpu()
    talk = crowd.meets(bot.port, lines=lines, checked=checked)
    return talk.rate, (bot.cpu() - before) / len(talk.latencies)
