"""Faults on order: an API path that answers errors, dawdles or hangs up."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One spoiled call: an errcode instead of the answer, a wait in seconds, a cut connection, or a `lost` answer: the
    call was done, but whoever called never learns it."""

    errcode: int | None = None
    seconds: float = 0.0
    dropped: bool = False
    lost: bool = False


NONE = Fault()
Forecast = Callable[[int], Fault]
"""What happens to the call of that number (from 1) on its path; NONE for a good one."""


class Faults:
    """Orders by API path, such as `/cgi-bin/message/custom/send`, used up in turn; then the path's forecast."""

    def __init__(self) -> None:
        self._orders: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._forecasts: dict[str, Forecast] = {}
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

    def lose(self, path: str, times: int = 1) -> None:
        """Do the next calls of that path, but cut the connection instead of answering."""
        self._orders[path].extend([Fault(lost=True)] * times)

    def forecast(self, path: str, faults: Forecast) -> None:
        """Let every call of that path meet what is foretold for its number."""
        self._forecasts[path] = faults

    def _next(self, path: str) -> Fault:
        if self._orders[path]:
            return self._orders[path].popleft()
        forecast = self._forecasts.get(path)
        return forecast(self.calls.count(path)) if forecast is not None else NONE

    @web.middleware
    async def middleware(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        """Spoil the calls that were ordered spoiled; notes every API call's path."""
        _, api, path = request.path.partition("-api")
        if not api:
            return await handler(request)
        self.calls.append(path)
        fault = self._next(path)
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.dropped:
            return _cut(request)
        if fault.errcode is not None:
            return web.json_response({"errcode": fault.errcode, "errmsg": "a fault on order"})
        answer = await handler(request)
        return _cut(request) if fault.lost else answer


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response()
