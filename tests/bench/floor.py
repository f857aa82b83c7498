"""The floor of a turn by HTTP: the bare web server proves, opens, reads, and seals one answer for everybody.

Nothing is looked up, thought about or kept. Run as a process: `python -m tests.bench.floor PORT`.
"""

import asyncio
import gc
import sys

import uvloop
from aiohttp import web

from bot.envelope import read_xml, signed, text_answer
from tests.bench.citizens import ACCOUNT, ENVELOPE, PATH, TOKEN

ANSWER = "在哪里？请发送定位，或输入乡镇、村、网格，也可以回复数字选择。"


async def answer(request: web.Request) -> web.Response:
    """The same words to everybody."""
    query = request.query
    stamp, nonce = query["timestamp"], query["nonce"]
    encrypt = read_xml(await request.read())["Encrypt"]
    if not signed(query["signature"], TOKEN, stamp, nonce):
        raise web.HTTPForbidden
    if not ENVELOPE.genuine(query["msg_signature"], stamp, nonce, encrypt):
        raise web.HTTPForbidden
    fields = read_xml(ENVELOPE.open(encrypt))
    xml = text_answer(fields["FromUserName"], ACCOUNT, int(stamp), ANSWER)
    return web.Response(text=ENVELOPE.seal(xml, stamp, nonce).xml(), content_type="application/xml")


async def serve(port: int) -> None:
    """Until the process is ended."""
    app = web.Application()
    app.router.add_post(PATH, answer)
    app.router.add_get("/readyz", lambda _: ready())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    gc.freeze()
    await asyncio.Event().wait()


async def ready() -> web.Response:
    """As the bot says it."""
    return web.Response()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
