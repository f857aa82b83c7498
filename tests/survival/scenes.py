"""What a process does when it dies, and how another one goes on: turns, pushes, and a bell that rings."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channel import File, Hear, Sent
from bot.delivery import Delivery
from bot.quiet import QuietHours
from cases.bench import Problem
from cases.desk import CaseDesk
from cases.people import Address
from cases.places import Place
from dialogs.engine.deliveries import Pause, Push
from dialogs.engine.messages import Content, Incoming, Outgoing, Picture, Reply, Text
from dialogs.notices import tell
from scheduler.due import Bell
from storage.store import SqlStore
from storage.talk_tables import MEDIA, OUTBOX
from tests.kit.town import GRID, TUESDAY, ZONE, Town
from tests.survival.nodes import CHANNEL, PATIENCE, REPORT, WORDS, YES, no_fault, patient
from tests.survival.points import Points, Watched, WatchedStore

LONG_AGO = TUESDAY - timedelta(days=1)
SIGNED_BY = timedelta(hours=9)
"""After which a grid worker's case is signed by time, and half of the limit is used."""
NO_WORDS = Text("补充 9999 还是不亮")
"""Refused at the desk: there is no such case."""
PICTURE = b"\xff\xd8\xff\xe0 a small picture"

Say = Callable[[str], None]
"""Tell the parent process; it hears that even of one who dies at once."""


@dataclass
class Stage:
    """One process: a town, its points, and a line to its parent."""

    town: Town
    engine: AsyncEngine
    points: Points
    folder: Path
    say: Say

    @property
    def store(self) -> SqlStore:
        """The store itself, unwatched."""
        return self.town.store


Acts = Callable[[Stage, Sequence[str]], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """`prepare` and `recover` are played for many names at once if it is `together`, else for each name alone."""

    prepare: Acts
    act: Acts
    recover: Acts
    together: bool = True


async def say_all(stage: Stage, who: Iterable[str], content: Content, word: str, deadline: float = PATIENCE) -> None:
    """Everybody says that at once; each answer is told to the parent."""
    intake = patient(WatchedStore(stage.store, stage.points), stage.town.reception, deadline, at_once=1)

    async def one(user: str) -> None:
        address = Address(CHANNEL, user)
        reply = await intake.hear(Incoming(f"{user}:{word}", address, content, stage.town.clock()))
        if reply is not None:
            stage.say(f"answer {user} {reply.text!r}")
        stage.points.reach("after the answer")

    await asyncio.gather(*(one(user) for user in who))
    await intake.drain()


def three(names: Iterable[str]) -> list[str]:
    """Three neighbours for each name."""
    return [f"{name}-{each}" for name in names for each in "abc"]


async def open_forms(stage: Stage, names: Sequence[str]) -> None:
    await say_all(stage, three(names), REPORT[0], "open")


async def fill_in_a_form(stage: Stage, names: Sequence[str]) -> None:
    await say_all(stage, three(names), Text(WORDS), "words")


async def fill_in_all(stage: Stage, names: Sequence[str]) -> None:
    for number, content in enumerate(REPORT):
        await say_all(stage, names, content, f"step{number}")


async def confirm(stage: Stage, names: Sequence[str]) -> None:
    await say_all(stage, names, YES, "yes")


async def confirm_and_leave(stage: Stage, names: Sequence[str]) -> None:
    await say_all(stage, names, YES, "yes", deadline=0.0)


async def be_refused(stage: Stage, names: Sequence[str]) -> None:
    await say_all(stage, names, NO_WORDS, "refused")


async def nothing(stage: Stage, names: Sequence[str]) -> None:
    return None


class Post:
    """A platform that takes everything, and remembers in the parent process."""

    def __init__(self, stage: Stage, name: str, needs_window: bool) -> None:
        self.name, self.needs_window, self._stage = name, needs_window, stage

    def routes(self, hear: Hear) -> Iterable[web.RouteDef]:
        return ()

    async def send(self, key: str, to: Address, message: Reply | File) -> Sent:
        self._stage.points.reach("before the call")
        self._stage.say(f"taken {key}")
        self._stage.points.reach("taken")
        return Sent(f"id-{key}")

    async def fetch(self, media_id: str) -> File:
        return File(PICTURE, "image/jpeg")

    async def check(self) -> str:
        return ""

    async def close(self) -> None:
        return None


OFFICERS, CITIZENS = "wecom:main", "wechat:main"


async def _paused(what: Pause, reason: str) -> None:
    raise AssertionError(f"{what.channel}: {reason}")


async def _died(push: Push, reason: str) -> None:
    raise AssertionError(f"{push.key}: {reason}")


async def deliver(stage: Stage, names: Sequence[str]) -> None:
    """One run of the delivery."""
    channels = {OFFICERS: Post(stage, OFFICERS, False), CITIZENS: Post(stage, CITIZENS, True)}
    pushes: Any = Watched(stage.store.pushes, stage.points, "pushes")
    media: Any = Watched(stage.store.media, stage.points, "media")
    delivery = Delivery(
        pushes,
        media,
        channels,
        stage.town.clock,
        media_folder=stage.folder,
        quiet=QuietHours(ZONE, 22, 7),
        on_dead=_died,
        on_account_fault=_paused,
    )
    await delivery.run_once()


async def deliver_again(stage: Stage, names: Sequence[str]) -> None:
    """Nobody takes what a dead one has claimed before its lease is over; then somebody does."""
    await deliver(stage, names)
    async with stage.engine.begin() as connection:
        await connection.execute(update(OUTBOX).where(OUTBOX.c.state == "pending").values(lease_until=LONG_AGO))
    await deliver(stage, names)


async def _put(stage: Stage, *messages: Outgoing) -> None:
    async with stage.store.work() as work:
        await work.outbox.put(messages)
        await work.commit()


async def put_text(stage: Stage, names: Sequence[str]) -> None:
    """To a citizen who has just written."""
    for name in names:
        address = Address(CITIZENS, name)
        async with stage.store.work() as work:
            kept = (await work.conversations.desktops([address]))[address].conversation
            until = stage.town.clock() + timedelta(hours=1)
            opened = replace(kept, changed_at=stage.town.clock(), window_until=until, window_left=5)
            await work.conversations.keep([opened])
            await work.outbox.put([Outgoing(f"push:{name}", address, Reply("请办"), urgent=True)])
            await work.commit()


async def put_for_later(stage: Stage, names: Sequence[str]) -> None:
    """To a citizen who has not written for long."""
    await _put(stage, *(Outgoing(f"push:{name}", Address(CITIZENS, name), Reply("请办")) for name in names))


async def put_picture(stage: Stage, names: Sequence[str]) -> None:
    """To an officer; the file is there."""
    if not names:
        return
    (stage.folder / "picture.jpg").write_bytes(PICTURE)
    rows = [
        {
            "key": f"file:{name}", "channel": OFFICERS, "media_id": "m", "kind": "image", "state": "kept",
            "path": "picture.jpg", "content_type": "image/jpeg", "size": len(PICTURE), "reason": "",
            "wished_at": stage.town.clock(), "fence": 0, "attempts": 0,
        }
        for name in names
    ]  # fmt: skip
    async with stage.engine.begin() as connection:
        await connection.execute(MEDIA.insert(), rows)
    await _put(stage, *(Outgoing(f"push:{name}", Address(OFFICERS, name), Picture(f"file:{name}")) for name in names))


async def deliver_and_write(stage: Stage, names: Sequence[str]) -> None:
    """What no window let through is put before the next answer."""
    await deliver_again(stage, names)
    await write(stage, names)


async def hold(stage: Stage, names: Sequence[str]) -> None:
    """Messages that wait for their receivers' next word."""
    await put_for_later(stage, names)
    await deliver(stage, names)


async def write(stage: Stage, names: Sequence[str]) -> None:
    """Each receiver writes something."""
    intake = patient(WatchedStore(stage.store, stage.points), stage.town.reception)
    for name in names:
        incoming = Incoming(f"{name}:word", Address(CITIZENS, name), Text("上报"), stage.town.clock(), (5, 3600))
        reply = await intake.hear(incoming)
        assert reply is not None
        stage.say(f"answer {name} {reply.text!r}")
        stage.points.reach("after the answer")


async def file_a_case(stage: Stage, names: Sequence[str]) -> None:
    """Reports of which the grid worker is told."""
    town = stage.town
    async with stage.store.work() as work:
        for name in names:
            units, who = town.knowledge.units, Address(CHANNEL, name)
            desk = CaseDesk(work, town.knowledge.rules, town.clock(), address=who, person=None, units=units)
            await desk.submit(Problem("0502", Place(GRID, "东村村口"), WORDS))
            await tell(work, town.knowledge, desk.news, town.clock())
        await work.commit()


async def ring(stage: Stage, names: Sequence[str]) -> None:
    """The time for signing is over."""
    knowledge = stage.town.knowledge
    bell = Bell(WatchedStore(stage.store, stage.points), lambda: knowledge, tell, no_fault)
    await bell.run_once(stage.town.clock() + SIGNED_BY)


SCENES: Mapping[str, Scene] = {
    "forms of three in one transaction": Scene(open_forms, fill_in_a_form, fill_in_a_form),
    "a confirmation at the desk": Scene(fill_in_all, confirm, confirm),
    "a refusal": Scene(nothing, be_refused, be_refused),
    "a late reply": Scene(fill_in_all, confirm_and_leave, confirm),
    "words that were held": Scene(hold, write, write),
    "a text in an open window": Scene(put_text, deliver, deliver_again, together=False),
    "a text that must wait": Scene(put_for_later, deliver, deliver_and_write, together=False),
    "a picture": Scene(put_picture, deliver, deliver_again, together=False),
    "a due step": Scene(file_a_case, ring, ring, together=False),
}


def teller(line: int) -> Say:
    """Writes lines into that pipe, at once."""

    def say(words: str) -> None:
        os.write(line, f"{words}\n".encode())

    return say
