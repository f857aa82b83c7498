"""`gridbell run` as processes of their own, behind a balancer that hands callbacks to each in turn."""

import asyncio
import itertools
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import ClientSession, web

from bot.web import opened as door
from config.settings import Settings
from emulator.app import Emulator
from emulator.settings import EmulatorSettings
from gridbell.demo import HOST, settle
from gridbell.demo_accounts import PHONES, keep_settings, platform_accounts
from gridbell.opening import opened
from tests.journeys.stage import Phones
from tests.kit.servers import free_pair, free_port

PATIENCE = 45.0
PROGRAM = (sys.executable, "-c", "from gridbell.cli import main; main()")


@dataclass
class Process:
    """One `gridbell run`, and every line that it logged."""

    process: asyncio.subprocess.Process
    port: int
    lines: list[dict[str, Any]] = field(default_factory=list)
    callbacks: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _raw: list[str] = field(default_factory=list)
    _reading: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, config: Path, environ: Mapping[str, str], port: int) -> Self:
        """Start one that will listen at that port; it does not serve yet."""
        settings = {"GRIDBELL_HTTP__PORT": str(port), **environ}
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, "run", "--config", str(config), stderr=asyncio.subprocess.PIPE, env={**os.environ, **settings}
        )
        node = cls(process, port)
        node._reading = asyncio.create_task(node._read())
        return node

    async def _read(self) -> None:
        """Keep what is logged until the process ends."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            async with self.news:
                self._raw.append(line.decode())
                self.lines.append(json.loads(line))
                self.news.notify_all()

    @property
    def raw(self) -> str:
        """All that it logged, as it stands."""
        return "".join(self._raw)

    async def logs(self, fits: Callable[[dict[str, Any]], bool], seconds: float = PATIENCE) -> dict[str, Any]:
        """The first line that fits, waited for."""
        async with asyncio.timeout(seconds), self.news:
            await self.news.wait_for(lambda: any(map(fits, self.lines)))
        return next(filter(fits, self.lines))

    async def serves(self, seconds: float = PATIENCE) -> None:
        """Wait until it listens. Raises AssertionError with all that it logged when it does not."""
        try:
            await self.logs(lambda line: line["message"] == "serving", seconds)
        except TimeoutError:
            raise AssertionError(f"it does not serve ({self.process.returncode}): {self.raw}") from None

    async def ready(self) -> tuple[int, dict[str, Any]]:
        """What /readyz says: status and body."""
        async with ClientSession() as session, session.get(f"http://{HOST}:{self.port}/readyz") as answer:
            return answer.status, await answer.json()

    def told_to_stop(self) -> None:
        """SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    async def end(self) -> int:
        """Its exit code, once it ended by itself."""
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    async def kill(self) -> None:
        """SIGKILL, unless it has ended; comes back when it is gone and all that it logged has been read."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        if self._reading is not None:
            await self._reading


@asynccontextmanager
async def run(config: Path, environ: Mapping[str, str]) -> AsyncIterator[Process]:
    """A process that serves at a port of its own; killed afterwards if it has not ended."""
    node = await Process.start(config, environ, free_port())
    try:
        await node.serves()
        yield node
    finally:
        await node.kill()


def balancer(nodes: Sequence[Process]) -> web.Application:
    """Hands each request to the next node."""
    turn = itertools.cycle(nodes)

    async def hand_on(request: web.Request) -> web.Response:
        async with ClientSession() as session:
            node = next(turn)
            node.callbacks += request.path.startswith("/wechat/")
            address = f"http://{HOST}:{node.port}{request.rel_url}"
            headers = {"Content-Type": request.headers.get("Content-Type", "")}
            async with session.request(request.method, address, data=await request.read(), headers=headers) as answer:
                return web.Response(status=answer.status, body=await answer.read())

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hand_on)
    return app


@dataclass
class County:
    """Nodes that share a store, and the phones of those who speak to them."""

    nodes: Sequence[Process]
    phones: Phones


@asynccontextmanager
async def county(folder: Path, environ: Mapping[str, str], many: int) -> AsyncIterator[County]:
    """The demo's county in the store that `environ` names, with that many nodes."""
    port = free_pair()
    config = keep_settings(folder, port, port + 1)
    settings = Settings.load(config, environ)
    async with opened(settings) as store:
        others = await settle(settings, store)
    wechat, wecom = platform_accounts(settings)
    emulator = Emulator(
        EmulatorSettings(phones=PHONES, wechat=(wechat,), wecom=(wecom,), port=port, wecom_extra_users=others)
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(door(emulator.app(), HOST, port))
        nodes = [await stack.enter_async_context(run(config, environ)) for _ in range(many)]
        await stack.enter_async_context(door(balancer(nodes), HOST, port + 1))
        page = await stack.enter_async_context(ClientSession(f"http://{HOST}:{port}"))
        news = stack.enter_context(emulator.desk.history.page())
        yield County(nodes, Phones(emulator=emulator, page=page, news=news))
