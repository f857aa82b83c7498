"""`gridbell demo`: the product on one's own machine, with emulated platforms and a clock that can be put forward."""

import asyncio
import csv
import fcntl
import shutil
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.web import opened as door
from cases.people import Address
from config.settings import Settings
from emulator.app import Emulator
from emulator.settings import EmulatorSettings, Phone
from gridbell.demo_accounts import ACCOUNT, HAN_LEI, PHONES, WANG_HAI, ZHOU_MIN, keep_settings, platform_accounts
from gridbell.demo_clock import DemoClock
from gridbell.imports.applied import import_grids, import_people, import_units
from gridbell.node import Node
from gridbell.opening import brought_up_to_date, county_unit, opened, read_rules
from gridbell.terminal import complain, tell
from gridbell.virtual_clock import VirtualClock
from gridbell.wiring import serving, told_to_stop
from storage.store import SqlStore

COUNTY = Path(__file__).parent.parent / "config" / "demo"
KEPT = ("gridbell.db", "gridbell.db-wal", "gridbell.db-shm", "media", "history.json", "clock.json")
"""What a reset throws away, and nothing else in the folder."""
STAFF = {"王海": WANG_HAI, "韩磊": HAN_LEI, "周敏": ZHOU_MIN}
HOST = "127.0.0.1"


class CannotShow(Exception):
    """The demo cannot start; the message says why and what to do, in Chinese."""


def main(*, reset: bool, port: int, folder: Path) -> int:
    """Show the demo until Ctrl-C: the page at `port`, the bot at the next one, all data in `folder`. The exit code."""
    try:
        with _alone(folder):
            if reset:
                _throw_away(folder)
            for one in (port, port + 1):
                _check_free(one)
            asyncio.run(_show(port, folder.absolute()))
    except CannotShow as why:
        complain(str(why))
        return 1
    return 0


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotShow(f"演示已经在运行（{folder}）。请先在那个窗口按 Ctrl-C。") from None
        yield


def _throw_away(folder: Path) -> None:
    for name in KEPT:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            raise CannotShow(
                f"端口 {port} 用不了，可能已被别的程序占用。请换一个，如：make demo PORT=9000（会用 9000 和 9001）。"
            ) from None


async def _show(port: int, folder: Path) -> None:
    stop = told_to_stop()
    async with showing(port, folder) as show:
        tell("", f"演示已就绪，请在浏览器打开： http://{HOST}:{port}")
        tell("按 Ctrl-C 停止；数据会保留，make demo RESET=1 从头开始。")
        while not stop.is_set():
            show.clock.keep()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 1)
    tell("演示已停止。")


@dataclass(frozen=True)
class Show:
    """A demo that is on."""

    emulator: Emulator
    node: Node
    store: SqlStore
    clock: VirtualClock


@asynccontextmanager
async def showing(
    port: int, folder: Path, environ: Mapping[str, str] | None = None, phones: Sequence[Phone] = PHONES
) -> AsyncIterator[Show]:
    """The whole demo while the context lasts: the page at `port`, the bot at the next one; `folder` is absolute.

    `phones` are those on the page. `environ` overrides settings (`GRIDBELL_STORAGE__URL`); the machine's own
    environment is left alone, so that a demo never touches a county's accounts.
    """
    settings = Settings.load(keep_settings(folder, port, port + 1), environ or {})
    rules = read_rules(settings)
    await brought_up_to_date(settings, dry_run=False)
    clock = VirtualClock(folder / "clock.json")
    async with opened(settings, clock.now) as store:
        others = await settle(settings, store)
        buttons = DemoClock(clock, store)
        wechat, wecom = platform_accounts(settings)
        emulator = Emulator(
            EmulatorSettings(
                phones=phones,
                wechat=(wechat,),
                wecom=(wecom,),
                host=HOST,
                port=port,
                clock=buttons,
                time_zone=settings.county.time_zone,
                history_path=folder / "history.json",
                wecom_extra_users=others,
            )
        )
        async with (
            door(emulator.app(), HOST, port),
            serving(settings, rules, clock.now, buttons.tell) as node,
        ):
            buttons.node = node
            try:
                yield Show(emulator, node, store, clock)
            finally:
                clock.keep()


async def settle(settings: Settings, store: SqlStore) -> list[str]:
    """Import the made-up county and bind its staff to WeCom; what is there already stays as it is.

    The WeCom users of those who have no phone on the page.
    """
    county = county_unit(settings)
    await import_grids(store, COUNTY / "grids.geojson", county, _unseen, dry_run=False)
    await import_units(store, COUNTY / "units.csv", county, dry_run=False)
    await import_people(store, COUNTY / "people.csv", _unseen, dry_run=False)
    with (COUNTY / "people.csv").open(encoding="utf-8") as rows:
        names = list(dict.fromkeys(row["name"] for row in csv.DictReader(rows)))
    users = {name: STAFF.get(name, f"staff-{number:02}") for number, name in enumerate(names, 1)}
    async with store.work() as work:
        for name, user in users.items():
            for person in await work.people.named(name):
                if not (await work.people.addresses([person.id])).get(person.id):
                    await work.people.bind(person.id, Address(f"wecom:{ACCOUNT}", user))
        await work.commit()
    return [user for name, user in users.items() if name not in STAFF]


def _unseen(done: int, total: int) -> None:
    """Progress of an import that takes less than a second."""
