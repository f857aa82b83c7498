"""The points at which a turn or a push can end: each is numbered, and at one of them the process dies."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from dialogs.engine.ports import Work
from storage.store import SqlStore

KILLED = 137
"""The exit code of a process that was killed by signal 9."""
PARTS = ("cases", "due_steps", "people", "inbox", "conversations", "outbox", "help_requests", "rule_versions")


class Points:
    """Counts what is passed once `begin` was called; dies at the point of that number, as `kill -9` does.

    The point after one step is the point before the next.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self._counts = False
        self._deadly = 0

    def begin(self, deadly: int = 0) -> None:
        """Count from now; 0 lets everybody live."""
        self._counts, self._deadly = True, deadly

    def end(self) -> None:
        """Count no more."""
        self._counts = False

    def reach(self, name: str) -> None:
        """Here it may end."""
        if not self._counts:
            return
        self.names.append(name)
        if len(self.names) == self._deadly:
            os._exit(KILLED)

    def watch(self, engine: AsyncEngine) -> None:
        """Number what is said to that database too: after each statement, and before each COMMIT."""

        def after(_c: object, _u: object, statement: str, *_: object) -> None:
            self.reach(f"after {statement.split(None, 1)[0]}")

        event.listen(engine.sync_engine, "after_cursor_execute", after)
        event.listen(engine.sync_engine, "commit", lambda _: self.reach("before COMMIT"))


class Watched:
    """A part of the store, each of whose calls has a point after it; what comes before one is after another."""

    def __init__(self, inner: Any, points: Points, name: str) -> None:
        self._inner, self._points, self._name = inner, points, name

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name in PARTS:
            return Watched(found, self._points, name)
        return self._passing(found, f"{self._name}.{name}") if iscoroutinefunction(found) else found

    def _passing(self, call: Callable[..., Awaitable[Any]], name: str) -> Callable[..., Awaitable[Any]]:
        @wraps(call)
        async def passing(*given: Any, **named: Any) -> Any:
            answer = await call(*given, **named)
            self._points.reach(f"after {name}")
            return answer

        return passing


class WatchedStore:
    """The port `dialogs.engine.ports.Store` over a real store; its units of work are watched."""

    def __init__(self, store: SqlStore, points: Points) -> None:
        self._store, self._points = store, points

    @asynccontextmanager
    async def work(self, *, readonly: bool = False) -> AsyncIterator[Work]:
        """A unit of work of the real store."""
        self._points.reach("before work")
        async with self._store.work(readonly=readonly) as work:
            watched: Any = Watched(work, self._points, "work")
            yield watched
        self._points.reach("after work")
