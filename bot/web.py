"""The door to the street: the channels' addresses, and two by which a watchman sees whether we are well."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.channel import Channel, Hear
from cases.faults import trace

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
"""Callbacks are below 10 KB; whatever is larger is none."""
GRACE = 10.0
"""Seconds that requests under way have left when the door closes: platforms hang up after 5."""
UNKNOWN = "-"
READY_SECONDS = 5.0
"""A watchman waits no longer: a store that has not answered by then is not ready."""
NOT_READY = "数据库没有应答、不能写，或还没有更新到这个版本"
HTTP_REFUSED = 400
HTTP_UNAVAILABLE = 503
HTTP_FAULT = 500

Ready = Callable[[], Awaitable[Mapping[str, str]]]
"""Warnings by what they are about, in words for an admin; raises when the store does not answer."""


def application(
    channels: Iterable[Channel], hear: Hear, ready: Ready, *, ready_within: float = READY_SECONDS
) -> web.Application:
    """The channels' routes, `/healthz` (alive) and `/readyz` (200 and the warnings, or 503, within that many seconds).

    The channels stay open when the application is cleaned up: what is on its way to the platforms goes on.
    """
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[_written_down])
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz_of(ready, ready_within))
    for channel in channels:
        app.router.add_routes(channel.routes(hear))
    return app


@asynccontextmanager
async def opened(app: web.Application, host: str, port: int, *, grace: float = GRACE) -> AsyncIterator[int]:
    """Listen while the context lasts; yields the port (0 takes a free one).

    At its end no new requests are taken, those under way have `grace` seconds, and the application is cleaned up.
    Raises OSError when the port is taken.
    """
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=grace)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _healthz(_: web.Request) -> web.Response:
    return web.json_response({"alive": True})


def _readyz_of(ready: Ready, seconds: float) -> Handler:
    async def readyz(_: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(seconds):
                warnings = dict(await ready())
        except Exception as error:
            log.warning("not ready", extra={"fault": trace(error)})
            return web.json_response({"ready": False, "reason": NOT_READY}, status=HTTP_UNAVAILABLE)
        return web.json_response({"ready": True, "warnings": warnings})

    return readyz


@web.middleware
async def _written_down(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One line a request that was turned away or failed. Those answered well get theirs only where DEBUG is logged: a
    line costs as much as opening an envelope, and nobody reads thousands a second."""
    began = time.monotonic()
    status = HTTP_FAULT
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as answer:
        status = answer.status
        raise
    except Exception as error:
        log.error("a request failed", extra={"path": _path(request), "fault": trace(error)})
        return web.Response(status=HTTP_FAULT)
    finally:
        level = logging.DEBUG if status < HTTP_REFUSED else logging.INFO
        if log.isEnabledFor(level):
            elapsed = round((time.monotonic() - began) * 1000, 1)
            log.log(level, "request", extra=_ids(request) | {"status": status, "elapsed": elapsed})


def _ids(request: web.Request) -> dict[str, object]:
    """What may be written down of it: not the query (it holds signatures), not what strangers put into paths."""
    return {"method": request.method[:10], "path": _path(request)}


def _path(request: web.Request) -> str:
    """The route's own path; not what was asked for, which may be anything."""
    resource = request.match_info.route.resource
    return UNKNOWN if resource is None else resource.canonical
