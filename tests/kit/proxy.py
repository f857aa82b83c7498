"""A wire between a store and PostgreSQL that can be cut around a COMMIT, go slowly, or swallow all that is said."""

import asyncio
from contextlib import suppress
from enum import Enum, auto
from typing import Self

from sqlalchemy import make_url

LOCAL = "127.0.0.1"
PIECE = 64 * 1024
COMMIT = b"Q\x00\x00\x00\x0cCOMMIT;\x00"
"""The statement as a client sends it, and `DONE` as the server says that it was done.

https://www.postgresql.org/docs/current/protocol-message-formats.html
"""
DONE = b"C\x00\x00\x00\x0bCOMMIT\x00"


class Cut(Enum):
    """Where the wire is cut: in each case the client has sent COMMIT and gets no answer."""

    BEFORE = auto()
    """The server never gets it."""
    MEANWHILE = auto()
    """The server gets it, and nobody knows what becomes of it."""
    AFTER = auto()
    """The server has committed."""


class Proxy:
    """Listens on a port of this machine and hands on to a PostgreSQL. Use it as a context."""

    def __init__(self, url: str) -> None:
        """`url` is the store's; `self.url` is the same store by way of this wire."""
        self._behind = make_url(url)
        self.url = ""
        self.latency = 0.0
        """Seconds that each piece takes to the server."""
        self.swallows = False
        """Whether nothing comes through, and nobody is told."""
        self.cuts = 0
        self._next: Cut | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self._wires: set[_Wire] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._called, LOCAL, 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = self._behind.set(host=LOCAL, port=port).render_as_string(hide_password=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.hang_up()
        await asyncio.gather(*self._lines, return_exceptions=True)

    def hang_up(self) -> None:
        """Cut everybody off."""
        for wire in self._wires:
            wire.close()

    def cut(self, where: Cut) -> None:
        """Cut the wire of whoever commits next."""
        self._next = where

    async def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        try:
            await self._connect(reader, writer)
        finally:
            self._lines.discard(line)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, orders = await asyncio.open_connection(self._behind.host, self._behind.port)
        wire = _Wire(self, (writer, orders))
        self._wires.add(wire)
        with suppress(ConnectionError):
            ways = {
                asyncio.create_task(wire.there(reader, orders)),
                asyncio.create_task(wire.back(answers, writer)),
            }
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
                wire.close()
                self._wires.discard(wire)

    def take(self) -> Cut | None:
        """The cut that was ordered, for the one who commits now."""
        ordered, self._next = self._next, None
        self.cuts += ordered is not None
        return ordered


class _Wire:
    """One connection, in both directions."""

    def __init__(self, proxy: Proxy, ends: tuple[asyncio.StreamWriter, ...]) -> None:
        self._proxy, self._ends = proxy, ends
        self._cut: Cut | None = None

    async def there(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand on what the client says, until it hangs up or is cut off."""
        while piece := await reader.read(PIECE):
            if self._proxy.latency:
                await asyncio.sleep(self._proxy.latency)
            if self._proxy.swallows:
                continue
            if COMMIT in piece:
                self._cut = self._proxy.take()
            if self._cut is Cut.BEFORE:
                return
            writer.write(piece)
            await writer.drain()
            if self._cut is Cut.MEANWHILE:
                return

    async def back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand on what the server answers, until it hangs up or was cut off."""
        while piece := await reader.read(PIECE):
            if self._cut is Cut.AFTER and DONE in piece:
                return
            if not self._proxy.swallows:
                writer.write(piece)
                await writer.drain()

    def close(self) -> None:
        """Hang up on both sides; what the server was told arrives."""
        for end in self._ends:
            end.close()
