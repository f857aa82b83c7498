"""The shipped door before two nodes: what one refuses the other takes, and only callbacks come in from the street."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from storage.store import SqlStore
from tests.bot.channels.accounts import StoppedClock
from tests.bot.channels.platform import Platform
from tests.gridbell.test_node import node_of
from tests.kit.door import Door, nginx
from tests.kit.servers import LOCAL, free_port

pytestmark = pytest.mark.skipif(nginx() is None, reason="no nginx on this machine (Debian: nginx-light)")
PATIENCE = 20
CALLBACK = "/wechat/main"
SECRET = "signature=0f0f&openid=oLi-openid"


@dataclass
class Stub:
    """A node that writes down what it was handed; `hangs_up` takes the request and dies without an answer."""

    name: str
    port: int = field(default_factory=free_port)
    hangs_up: bool = False
    silent: bool = False
    heard: list[bytes] = field(default_factory=list)

    async def serve(self, request: web.Request) -> web.Response:
        """Answer with the name."""
        self.heard.append(await request.read())
        if self.hangs_up:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(text=self.name)

    @asynccontextmanager
    async def on(self) -> AsyncIterator[None]:
        """It listens while the context lasts."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.serve)
        async with listening(app, self.port):
            yield


@asynccontextmanager
async def listening(app: web.Application, port: int) -> AsyncIterator[None]:
    """That application at that port; whoever still waits at the end is cut off."""
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOCAL, port).start()
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
def stubs() -> tuple[Stub, Stub]:
    """Two nodes."""
    return Stub("one"), Stub("two")


@pytest.fixture
async def door(stubs: tuple[Stub, Stub]) -> AsyncIterator[Door]:
    """The door before the stubs, whether they are on or not."""
    opened = await asyncio.to_thread(Door, nginx() or "", [stub.port for stub in stubs])
    yield opened
    await asyncio.to_thread(opened.close)


async def ask(door: Door, path: str, method: str = "POST", body: bytes = b"<xml/>") -> tuple[int, str]:
    """Status and words of an answer from the street."""
    async with asyncio.timeout(PATIENCE), ClientSession() as session:
        address = f"https://{LOCAL}:{door.port}{path}"
        async with session.request(method, address, data=body, ssl=False) as answer:
            return answer.status, await answer.text()


async def test_both_nodes_take_callbacks(door: Door, stubs: tuple[Stub, Stub]) -> None:
    one, two = stubs
    async with one.on(), two.on():
        said = {await ask(door, CALLBACK) for _ in range(20)}
    assert said == {(200, "one"), (200, "two")}


async def test_a_callback_that_a_dead_node_refuses_is_taken_by_the_other(door: Door, stubs: tuple[Stub, Stub]) -> None:
    one, two = stubs
    async with two.on():
        async with one.on():
            assert {await ask(door, CALLBACK) for _ in range(10)} == {(200, "one"), (200, "two")}
        said = [await ask(door, CALLBACK, body=f"<xml>{n}</xml>".encode()) for n in range(20)]
        assert said == [(200, "two")] * 20
        assert two.heard[-20:] == [f"<xml>{n}</xml>".encode() for n in range(20)]


async def test_a_callback_whose_node_dies_over_it_is_handed_to_the_other_whole(
    door: Door, stubs: tuple[Stub, Stub]
) -> None:
    one, two = stubs
    one.hangs_up = True
    async with one.on(), two.on():
        said = [await ask(door, CALLBACK, body=b"x" * 60_000) for _ in range(6)]
    assert said == [(200, "two")] * 6
    assert one.heard
    assert set(one.heard) | set(two.heard) == {b"x" * 60_000}


async def test_with_both_nodes_gone_the_platform_is_left_to_repeat(door: Door) -> None:
    assert (await ask(door, CALLBACK))[0] == 502


async def test_a_node_that_comes_back_is_used_again(door: Door, stubs: tuple[Stub, Stub]) -> None:
    one, two = stubs
    async with two.on():
        assert {await ask(door, CALLBACK) for _ in range(4)} == {(200, "two")}
        async with one.on(), asyncio.timeout(PATIENCE):
            while (await ask(door, CALLBACK))[1] != "one":
                pass


@pytest.mark.parametrize(
    "path",
    [
        "/metrics", "/healthz", "/readyz", "/", "/wechat", "/wechat/", "/wechat/main/", "/wechat/main/metrics",
        "/wechat/../metrics", "/wechat/main/../../metrics", "/wechat/%2e%2e/metrics", "//metrics", "/wechat/MAIN",
        "/emulator/", "/metrics/wechat/main",
    ],
)  # fmt: skip
async def test_nothing_but_callbacks_comes_in(door: Door, stubs: tuple[Stub, Stub], path: str) -> None:
    one, two = stubs
    async with one.on(), two.on():
        for method in ("GET", "POST"):
            assert (await ask(door, path, method))[0] == 404
    assert one.heard == two.heard == []


async def test_other_methods_and_what_is_too_large_stay_outside(door: Door, stubs: tuple[Stub, Stub]) -> None:
    one, two = stubs
    async with one.on(), two.on():
        assert [(await ask(door, CALLBACK, method))[0] for method in ("PUT", "DELETE")] == [403, 403]
        assert (await ask(door, CALLBACK, body=b"x" * 70_000))[0] == 413
    assert one.heard == two.heard == []


async def test_the_log_has_no_query(door: Door, stubs: tuple[Stub, Stub]) -> None:
    one, two = stubs
    async with one.on(), two.on():
        await ask(door, f"{CALLBACK}?{SECRET}")
        await ask(door, f"/metrics?{SECRET}")
    door.process.terminate()
    await asyncio.to_thread(door.process.wait, PATIENCE)
    written = door.access_log.read_text(encoding="utf-8") + (door.folder / "log").read_text(encoding="utf-8")
    assert f"POST {CALLBACK} 200" in written
    assert "openid" not in written
    assert "signature" not in written


async def test_metrics_of_real_nodes_are_there_inside_and_not_for_the_street(
    store: SqlStore, tmp_path: Path, stubs: tuple[Stub, Stub], door: Door
) -> None:
    async with Platform() as platform, AsyncExitStack() as stack:
        nodes = [await node_of(store, platform, tmp_path, StoppedClock()) for _ in stubs]
        for node, stub in zip(nodes, stubs, strict=True):
            await stack.enter_async_context(listening(node.application(), stub.port))
        session = await stack.enter_async_context(ClientSession())
        for path in ("/metrics", "/healthz", "/readyz"):
            async with session.get(f"http://{LOCAL}:{stubs[0].port}{path}") as inside:
                assert inside.status == 200
            assert (await ask(door, path, "GET"))[0] == 404
        assert (await ask(door, "/wecom/main"))[0] == 400
        for node in nodes:
            await node.stop()
