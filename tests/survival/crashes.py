"""Kills a process at every point of every scene, lets another one go on, and compares with a run that nobody killed.

`python -m tests.survival.crashes URL FOLDER [SCENE…]` over a migrated store; prints one line of JSON a scene. The
processes are forked from this one, which has imported everything and whose statements are compiled.
"""

import asyncio
import gc
import json
import logging
import os
import sys
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.parts import parts_of
from cases.people import Address, Person, Post, Role
from cases.triage.place import GridMap
from dialogs.engine.around import Knowledge
from storage.engines import Engines, engines_for
from storage.store import SqlStore
from tests.kit.town import GRID, RULES, UNITS, Clock, Town, outlines
from tests.survival.books import Book, book, plain
from tests.survival.nodes import CHANNEL
from tests.survival.points import KILLED, Points
from tests.survival.scenes import SCENES, Acts, Say, Scene, Stage, teller

Work = Callable[[Say], Awaitable[None]]
OFFICER = Address(CHANNEL, "officer")


@dataclass(frozen=True)
class Ended:
    """A process that ended: its exit code, and what it told."""

    code: int
    lines: Sequence[str]

    def of(self, kind: str, name: str) -> list[str]:
        """What it told of that kind about those whose names begin so."""
        told = [line.removeprefix(f"{kind} ") for line in self.lines if line.startswith(f"{kind} ")]
        return [line for line in told if name in line]


@dataclass(frozen=True)
class Crash:
    """A process that died, and the one that went on; `point` 0 for a run without a crash."""

    name: str
    first: Ended
    then: Ended
    point: int = 0

    @property
    def said(self) -> list[str]:
        """What was answered in the end, as if to anybody."""
        return sorted(plain(line, self.name) for line in self.then.of("answer", self.name))

    @property
    def sends(self) -> list[str]:
        """The keys that the platform took."""
        return [*self.first.of("taken", self.name), *self.then.of("taken", self.name)]


@dataclass
class Result:
    """What became of a scene: its points, what was found wrong, and at how many points a push went out twice."""

    scene: str
    points: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    twice: int = 0

    def fault(self, crash: Crash, words: str) -> None:
        """Something is wrong after that crash."""
        self.wrong.append(f"{crash.point} {self.points[crash.point - 1]}: {words}")

    def note(self, crash: Crash, unharmed: Crash) -> None:
        """Whoever was answered keeps that answer, word for word; in the end all is as if nobody had died."""
        if crash.first.code != KILLED:
            self.fault(crash, f"ended with {crash.first.code}: {list(crash.first.lines)[-1:]}")
        lost = set(crash.first.of("answer", crash.name)) - set(crash.then.of("answer", crash.name))
        if lost:
            self.fault(crash, f"{sorted(lost)} was answered and is lost")
        if crash.said != unharmed.said:
            self.fault(crash, f"answered {crash.said} instead of {unharmed.said}")
        self._note_sends(crash, unharmed)

    def _note_sends(self, crash: Crash, unharmed: Crash) -> None:
        """Everything goes out, and twice only what the platform took and nobody has recorded yet."""
        usual, sends = len(unharmed.sends), crash.sends
        recorded = "after pushes.record" in self.points[: crash.point]
        allowed = usual if recorded else usual + len(crash.first.of("taken", crash.name))
        if not usual <= len(sends) <= allowed or len(set(sends)) != usual:
            self.fault(crash, f"sent {sends}")
        self.twice += len(sends) > usual


def process(work: Work) -> Ended:
    """Do it in a process of its own."""
    hearing, telling = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hearing)
        try:
            asyncio.run(_told(work, teller(telling)))
        except BaseException:
            os.write(telling, f"fault {traceback.format_exc()!r}\n".encode())
            os._exit(1)
        os._exit(0)
    os.close(telling)
    with open(hearing, encoding="utf-8") as told:
        lines = told.read().splitlines()
    return Ended(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), lines)


async def _told(work: Work, say: Say) -> None:
    await work(say)


class Theatre:
    """Plays scenes over one store."""

    def __init__(self, engines: Engines, folder: Path, knowledge: Knowledge) -> None:
        self._engines, self._folder, self._knowledge = engines, folder, knowledge
        self._points = Points()
        for engine in {id(one.sync_engine): one for one in (engines.writers, engines.readers)}.values():
            self._points.watch(engine)

    def stage(self, say: Say) -> Stage:
        """A town for one process."""
        clock = Clock()
        store = SqlStore(self._engines, clock, parts_of)
        town = Town(store, clock, self._knowledge, self._folder)
        return Stage(town, self._engines.writers, self._points, self._folder, say)

    def play(self, acts: Acts, names: Sequence[str], deadly: int | None = None) -> Ended:
        """In a process of its own; `deadly` is the number of the point at which it dies, 0 for none, None uncounted."""

        async def played(say: Say) -> None:
            stage = self.stage(say)
            if deadly is not None:
                self._points.begin(deadly)
            await acts(stage, names)
            self._points.end()
            say(f"points {json.dumps(self._points.names)}")
            await self._engines.close()

        return process(played)

    def books(self, names: Sequence[str]) -> list[Book]:
        """What is kept of each."""

        async def read(say: Say) -> None:
            async with self._engines.readers.connect() as connection:
                for name in names:
                    say(f"book {json.dumps(await book(connection, name))}")
            await self._engines.close()

        return [json.loads(line) for line in process(read).of("book", "")]

    def run(self, title: str, number: int) -> Result:
        """Count the points, then die at each of them."""
        scene, usual = SCENES[title], f"s{number}usual"
        for acts in (scene.prepare, scene.act, scene.recover):  # what other scenes left behind is done with
            sure(self.play(acts, [f"s{number}before"]))
        sure(self.play(scene.prepare, [usual]))
        counted = sure(self.play(scene.act, [usual], 0))
        again = sure(self.play(scene.recover, [usual]))
        result = Result(title, json.loads(counted.of("points", "")[0]))
        names = [f"s{number}k{point:03}" for point in range(1, len(result.points) + 1)]
        crashes = self._all_at_once(scene, names) if scene.together else self._one_by_one(scene, names)
        (wanted, *kept), unharmed = self.books([usual, *names]), Crash(usual, counted, again)
        for crash, rows in zip(crashes, kept, strict=True):
            result.note(crash, unharmed)
            if rows != wanted:
                result.fault(crash, f"other rows {sorted(set(rows) ^ set(wanted))[:4]}")
        return result

    def _all_at_once(self, scene: Scene, names: Sequence[str]) -> list[Crash]:
        sure(self.play(scene.prepare, names))
        first = [self.play(scene.act, [name], point) for point, name in enumerate(names, 1)]
        then = sure(self.play(scene.recover, names))
        return [Crash(name, each, then, point) for point, (name, each) in enumerate(zip(names, first, strict=True), 1)]

    def _one_by_one(self, scene: Scene, names: Sequence[str]) -> list[Crash]:
        async def go_on(stage: Stage, two: Sequence[str]) -> None:
            await scene.recover(stage, two[:1])
            await scene.prepare(stage, two[1:])

        crashes: list[Crash] = []
        sure(self.play(scene.prepare, names[:1]))
        for point, name in enumerate(names, 1):
            first = self.play(scene.act, [name], point)
            crashes.append(Crash(name, first, sure(self.play(go_on, names[point - 1 : point + 1])), point))
        return crashes


def sure(ended: Ended) -> Ended:
    """Raises RuntimeError if that process did not end well."""
    if ended.code != 0:
        raise RuntimeError("\n".join(ended.lines))
    return ended


async def opened(url: str) -> tuple[Engines, Knowledge]:
    """The store with a county in it, its statements compiled, and no connection open."""
    engines = engines_for(url)
    store = SqlStore(engines, Clock(), parts_of)
    await store.put_grids(outlines(), UNITS)
    async with store.work() as work:
        person = await work.people.add(Person(0, "王海", (Post(Role.GRID_WORKER, GRID),)))
        await work.people.bind(person.id, OFFICER)
        await work.commit()
    async with store.work(readonly=True) as work:
        units, grids = await work.people.units(), await work.people.grids()
    return engines, Knowledge(RULES, GridMap(units, grids))


async def rehearse(theatre: Theatre, engines: Engines) -> None:
    """Play everything once in this process, so that the others find all statements compiled."""
    for number, scene in enumerate(SCENES.values()):
        stage = theatre.stage(lambda _: None)
        for acts in (scene.prepare, scene.act, scene.recover):
            await acts(stage, [f"rehearsal{number}"])
    await engines.close()


def main() -> None:
    """All scenes, or those named, over the store of the first argument, files in the folder of the second."""
    logging.disable(logging.CRITICAL)
    url, folder = sys.argv[1], Path(sys.argv[2])
    engines, knowledge = asyncio.run(opened(url))
    theatre = Theatre(engines, folder, knowledge)
    asyncio.run(rehearse(theatre, engines))
    gc.freeze()  # what all processes share is not copied to be counted
    for number, title in enumerate(sys.argv[3:] or SCENES):
        sys.stdout.write(json.dumps(asdict(theatre.run(title, number)), ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
