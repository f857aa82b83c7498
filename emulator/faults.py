"""Faults on order: an API path that answers errors, dawdles or hangs up."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One spoiled call: an errcode instead of the answer, a wait in seconds, or a cut connection."""

    errcode: int | None = None
    seconds: float = 0.0
    dropped: bool = False


class Faults:
    """Orders by API path, such as `/cgi-bin/message/custom/send`, used up in turn."""

    def __init__(self) -> None:
        self._orders: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.calls: list[str] = []

    def answer(self, path: str, errcode: int, times: int = 1) -> None:
        """Let the next calls of that path fail with that errcode."""
        self._orders[path].extend([Fault(errcode=errcode)] * times)

    def delay(self, path: str, seconds: float, times: int = 1) -> None:
        """Let the next calls of that path take that much longer."""
        self._orders[path].extend([Fault(seconds=seconds)] * times)

    def drop(self, path: str, times: int = 1) -> None:
        """Cut the connection on the next calls of that path, before they do anything."""
        self._orders[path].extend([Fault(dropped=True)] * times)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        """Spoil the calls that were ordered spoiled; notes every API call's path."""
        _, api, path = request.path.partition("-api")
        if not api:
            return await handler(request)
        self.calls.append(path)
        fault = self._orders[path].popleft() if self._orders[path] else Fault()
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.dropped and request.transport is not None:
            request.transport.close()
            return web.Response()
        if fault.errcode is not None:
            return web.json_response({"errcode": fault.errcode, "errmsg": "a fault on order"})
        return await handler(request)
