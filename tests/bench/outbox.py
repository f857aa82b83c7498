"""How fast the outbox goes out, beside the same posts with nothing kept: `python -m tests.bench.outbox`."""

import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

import uvloop
from rich.console import Console
from rich.table import Table

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
from tests.bench.quick_platform import LATENCY, quick_platform, taken
from tests.kit.servers import PostgresServer

RUNS = 5
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


def measure(postgres_url: str, folder: Path) -> Mapping[str, Figure]:
    """Both figures once; the URL is of an empty database, `folder` is for SQLite's file."""
    places = {"PostgreSQL": postgres_url, "SQLite": f"sqlite+aiosqlite:///{folder / 'outbox.db'}"}
    with quick_platform() as base:
        return {f"outbox, {name}": uvloop.run(outbox(url, base, folder)) for name, url in places.items()}


def main() -> None:
    """Five runs; the table."""
    server, runs = PostgresServer(fsync=True), list[Mapping[str, Figure]]()
    try:
        for run in range(RUNS):
            folder = Path(tempfile.mkdtemp(prefix="gridbell-outbox-"))
            runs.append(measure(server.create(f"outbox_{run}"), folder))
            shutil.rmtree(folder)
    finally:
        server.close()
    table = Table("figure", "sends/s", "floor", "of the floor", "CPU µs a send", "floor's", "range")
    for name in runs[0]:
        ours, floors = [one[name].ours for one in runs], [one[name].floor for one in runs]
        share = median(one[name].ours.sends / one[name].floor.sends for one in runs)
        sends = [one.sends for one in ours]
        figures = [median(sends), median(one.sends for one in floors)]
        cpu = [median(one.cpu for one in side) for side in (ours, floors)]
        spread = f"{min(sends):,.0f}–{max(sends):,.0f}"
        table.add_row(
            name, *(f"{one:,.0f}" for one in figures), f"{share:.2f}", *(f"{one:,.0f}" for one in cpu), spread
        )
    console = Console(highlight=False)
    console.print(table)
    console.print(
        f"Medians of {RUNS} runs: {RECEIVERS * EACH:,} messages to {RECEIVERS} receivers, {AT_ONCE} at once, to a lean "
        f"platform in another process that answers after {LATENCY * 1000:.0f} ms. Each arrived once and in order."
    )


if __name__ == "__main__":
    main()
