"""How fast the outbox goes out, 64 at once, to a lean platform in another process that answers after 20 ms; the floor
is the same posts with nothing kept. Each arrives once and in order."""

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import uvloop

from bot.channels.wecom import WeCom, WeComAccount
from bot.crew import Crew
from bot.delivery import AT_ONCE, Delivery
from bot.parts import parts_of
from bot.quiet import QuietHours
from bot.tokens import ProcessTokens
from cases.people import Address
from dialogs.engine.deliveries import Pause, Push
from dialogs.engine.messages import Outgoing, Reply
from storage.store import SqlStore
from tests.bench.found import Found
from tests.bench.ground import Ground
from tests.bench.quick_platform import quick_platform, taken

RECEIVERS, EACH = 400, 5
WORDS = "【待办】村口的路灯坏了，请在今天 17:00 前签收。"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class Speed(NamedTuple):
    """Sends a second, and what one costs of this process's CPU, in microseconds."""

    sends: float
    cpu: float


class Figure(NamedTuple):
    """Ours and the floor's."""

    ours: Speed
    floor: Speed


def _now() -> datetime:
    return datetime.now(UTC)


def _channel(base: str) -> WeCom:
    account = WeComAccount("main", "corp", 7, "secret", "token", KEY, base)
    return WeCom(account, _now, ProcessTokens(_now))


def _messages(run: str) -> Sequence[Outgoing]:
    people = [Address("wecom:main", f"{run}-{number}") for number in range(RECEIVERS)]
    return [
        Outgoing(f"{person.user}:{number}", person, Reply(f"{number} {WORDS}"))
        for number in range(EACH)
        for person in people
    ]


async def _timed(work: Callable[[], Awaitable[int]]) -> Speed:
    began, used = time.perf_counter(), time.process_time()
    sent = await work()
    return Speed(sent / (time.perf_counter() - began), (time.process_time() - used) / sent * 1e6)


def _check(base: str) -> None:
    """Each message came once, and each receiver's in order."""
    came: defaultdict[str, list[int]] = defaultdict(list)
    for user, words in taken(base):
        came[user].append(int(words.split()[0]))
    wrong = {user: order for user, order in came.items() if order != list(range(EACH))}
    if wrong or len(came) != RECEIVERS:
        raise AssertionError(f"{len(came)} receivers, of whom {len(wrong)} got something else: {wrong}")


async def outbox(url: str, base: str, folder: Path) -> Figure:
    """The outbox of an empty store sent to the platform at `base`; the floor posts the same without a store."""
    return Figure(await _ours(url, base, folder), await _floor(base))


async def _ours(url: str, base: str, folder: Path) -> Speed:
    store, channel = await SqlStore.open(url, parts=parts_of), _channel(base)
    await store.migrate()
    async with store.work() as work:
        await work.outbox.put(_messages("ours"))
        await work.commit()
    delivery = Delivery(
        store.pushes,
        store.media,
        {channel.name: channel},
        _now,
        media_folder=folder,
        quiet=QuietHours(ZoneInfo("Asia/Shanghai"), 0, 0),
        on_dead=_died,
        on_account_fault=_paused,
    )
    await channel.check()
    try:
        return await _timed(delivery.run_once)
    finally:
        await channel.close()
        await store.close()
        _check(base)


async def _floor(base: str) -> Speed:
    channel, crew = _channel(base), Crew(AT_ONCE)

    async def send(message: Outgoing) -> bool:
        assert isinstance(message.body, Reply)
        await channel.send(message.key, message.to, message.body)
        return True

    async def all_of_them() -> int:
        for message in _messages("floor"):
            while not crew.free:
                await crew.half_free()
            crew.begin(send(message))
        await crew.ended()
        return crew.done

    await channel.check()
    try:
        return await _timed(all_of_them)
    finally:
        await channel.close()
        taken(base)


async def _died(push: Push, reason: str) -> None:
    raise AssertionError(f"{push.key} was given up: {reason}")


async def _paused(pause: Pause, reason: str) -> None:
    raise AssertionError(f"{pause.channel} was paused: {reason}")


def figures(ground: Ground) -> Found:
    """One run over each store."""
    found = Found()
    with quick_platform() as base:
        for store, url in ground.stores().items():
            ours, floor = uvloop.run(outbox(url, base, ground.folder))
            measures = {"CPU a send": (ours.cpu, "µs"), "CPU a send, floor": (floor.cpu, "µs")}
            found += Found(
                {f"outbox, {store}": (ours.sends, floor.sends)},
                {f"{name}, {store}": measure for name, measure in measures.items()},
            )
    return found
