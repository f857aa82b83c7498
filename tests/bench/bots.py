"""`gridbell run` as a process on a core of its own, over a store with the demo's county; its CPU, memory and start."""

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from config.settings import Settings
from gridbell.demo import COUNTY
from gridbell.imports.applied import import_grids, import_people, import_units
from gridbell.opening import brought_up_to_date, county_unit, opened
from tests.bench.citizens import APP, KEY, TOKEN
from tests.kit.servers import free_port

ROOT = Path(__file__).parent.parent.parent
PROGRAM = (sys.executable, "-c", "from gridbell.cli import main; main()", "run", "--config")
PATIENCE = 120.0


@dataclass(frozen=True)
class Bot:
    """A process that serves at `port`; it was ready so many `seconds` after its start."""

    pid: int
    port: int
    seconds: float

    def cpu(self) -> float:
        """Seconds of CPU that all its threads used so far."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self) -> float:
        """Resident memory in MB."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def written(folder: Path, store: str, port: int) -> Path:
    """The settings of a county with one WeChat account over that store; its file."""
    file = folder / f"gridbell{port}.toml"
    file.write_text(
        f"""\
[http]
port = {port}

[wechat.bench]
app_id = "{APP}"
app_secret = "secret"
token = "{TOKEN}"
encoding_aes_key = "{KEY}"
api_base = "http://127.0.0.1:1"

[storage]
url = {json.dumps(store)}
media = {json.dumps(str(folder / "media"))}

[county]
name = "云溪县"
code = "990101"
number_prefix = "YX"
duty_unit = "ZHZX"
""",
        encoding="utf-8",
    )
    return file


async def settled(config: Path) -> None:
    """The store migrated, with the demo's county in it."""
    settings = Settings.load(config, {})
    await brought_up_to_date(settings, dry_run=False)
    async with opened(settings) as store:
        county = county_unit(settings)
        await import_grids(store, COUNTY / "grids.geojson", county, _unseen, dry_run=False)
        await import_units(store, COUNTY / "units.csv", county, dry_run=False)
        await import_people(store, COUNTY / "people.csv", _unseen, dry_run=False)


def _unseen(done: int, total: int) -> None:
    """Nobody looks."""


@contextmanager
def running(command: Sequence[str], port: int, core: int, log: Path) -> Iterator[Bot]:
    """That command as a process on that core, from when it is ready; told to stop afterwards."""
    began = perf_counter()
    with log.open("ab") as lines:
        process = subprocess.Popen(command, cwd=ROOT, stderr=lines, stdout=lines)
    os.sched_setaffinity(process.pid, {core})
    try:
        while not _is_ready(port):
            if process.poll() is not None or perf_counter() - began > PATIENCE:
                raise RuntimeError(f"not ready: {log.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.005)
        yield Bot(process.pid, port, perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def bot(folder: Path, store: str, core: int) -> Iterator[Bot]:
    """A bot over that empty store."""
    port = free_port()
    config = written(folder, store, port)
    asyncio.run(settled(config))
    with running((*PROGRAM, str(config)), port, core, folder / "bot.log") as process:
        yield process


@contextmanager
def floor(folder: Path, core: int) -> Iterator[Bot]:
    """The floor beside it."""
    port = free_port()
    command = (sys.executable, "-m", "tests.bench.floor", str(port))
    with running(command, port, core, folder / "floor.log") as process:
        yield process
