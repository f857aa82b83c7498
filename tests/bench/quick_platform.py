"""WeCom's API at its quickest, in a process of its own: gives a token, notes messages, answers after 20 ms.

The emulator's phones and histories cost more than the sender that is measured here.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.request import urlopen

import uvloop
from aiohttp import web

LATENCY = 0.02
"""Seconds from a call to its answer."""
Taken = Sequence[tuple[str, str]]
"""Receiver and words of each message, in the order of coming."""


def _app() -> web.Application:
    taken: list[tuple[str, str]] = []

    async def token(_: web.Request) -> web.Response:
        return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})

    async def send(request: web.Request) -> web.Response:
        message = json.loads(await request.read())
        taken.append((message["touser"], message["text"]["content"]))
        await asyncio.sleep(LATENCY)
        return web.Response(body=b'{"errcode":0,"errmsg":"ok","msgid":"m"}', content_type="application/json")

    async def noted(_: web.Request) -> web.Response:
        found = web.json_response(taken)
        taken.clear()
        return found

    app = web.Application()
    app.router.add_get("/cgi-bin/gettoken", token)
    app.router.add_post("/cgi-bin/message/send", send)
    app.router.add_get("/taken", noted)
    return app


async def _serve() -> None:
    runner = web.AppRunner(_app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until whoever started it has gone
    await runner.cleanup()


@contextmanager
def quick_platform() -> Iterator[str]:
    """Its root address, while it runs."""
    command = [sys.executable, "-m", "tests.bench.quick_platform"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()
            process.wait()


def taken(base: str) -> Taken:
    """What came since this was last asked."""
    with urlopen(f"{base}/taken") as answer:  # noqa: S310 - our own process on this machine
        return [(user, words) for user, words in json.loads(answer.read())]


if __name__ == "__main__":
    uvloop.run(_serve())
