"""The page /metrics: the node's counters, and what waits in the store, read at most every few seconds."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from time import monotonic
from typing import TypeVar

from aiohttp import web
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from cases.faults import trace
from dialogs.engine.deliveries import Pause
from gridbell.figures import Figures
from storage.backlog import Backlog, SqlBacklog

log = logging.getLogger(__name__)

FRESH = 5.0
"""Seconds for which what was read serves every scraper: their number can't load the database."""
PATIENCE = 3.0
"""Seconds after which a store that has not answered is left alone: the page comes without what lies there."""

T = TypeVar("T")
Clock = Callable[[], datetime]
Ready = Callable[[], Awaitable[Mapping[str, str]]]


class Gauges(Collector):
    """What the watchman saw last, as metrics. Of a store that did not answer nothing is told but that."""

    def __init__(self, store: SqlBacklog, channels: Iterable[str], rules: str) -> None:
        self._store, self._channels, self._rules = store, sorted(channels), rules
        self.backlog: Backlog | None = None
        self.warnings: Mapping[str, str] | None = None

    def collect(self) -> Iterator[Metric]:
        """All gauges."""
        yield _one("ready", "Whether /readyz says so", float(self.warnings is not None))
        yield _one("warnings", "How many warnings /readyz has", float(len(self.warnings or ())))
        build = {"version": version("gridbell"), "store": self._store.kind, "rules": self._rules}
        yield _by("build_info", "What runs here", [*build], [([*build.values()], 1.0)])
        yield from self._pools()
        yield _one("store_read", "Whether what lies in the store could be read", float(self.backlog is not None))
        if self.backlog is not None:
            yield from _waiting(self.backlog)
            yield _by("paused", "What is not sent for a while", ["channel", "what"], self._paused(self.backlog))

    def _pools(self) -> Iterator[Metric]:
        pools = self._store.pools().items()
        used = [([name], float(used)) for name, (used, _) in pools]
        size = [([name], float(size)) for name, (_, size) in pools]
        yield _by("pool_in_use", "Connections to the database in use", ["pool"], used)
        yield _by("pool_size", "Connections to the database that there may be", ["pool"], size)

    def _paused(self, backlog: Backlog) -> list[tuple[list[str], float]]:
        kinds = {"all": False, "pictures": True}
        return [
            ([channel, what], float(Pause(channel, pictures) in backlog.pauses))
            for channel in self._channels
            for what, pictures in kinds.items()
        ]


def _waiting(backlog: Backlog) -> Iterator[Metric]:
    """Numbers and ages of what waits."""
    pending = [([lane], float(count)) for lane, count in backlog.pending.items()]
    oldest = [([lane], age) for lane, age in backlog.oldest_ready.items()]
    yield _by("outbox_pending", "Messages that are to go out", ["lane"], pending)
    yield _by("outbox_oldest_ready_seconds", "For how long a message could have gone out", ["lane"], oldest)
    for name, about, value in (
        ("outbox_held", "Messages that wait for the person's next word", backlog.held),
        ("dead_letters", "Messages of the last 24 h that were given up", backlog.dead),
        ("due_steps_overdue", "Due steps whose time has come", backlog.steps_overdue),
        ("due_step_oldest_overdue_seconds", "How late the oldest due step is", backlog.oldest_step),
        ("media_wished", "Files that are to be fetched", backlog.wished),
        ("media_oldest_wished_seconds", "For how long a file has been wished", backlog.oldest_wish),
        ("help_requests_waiting", "People who asked for a person and have none", backlog.help_waiting),
        ("clock_drift_seconds", "How far the database's clock is ahead of this node's", backlog.drift),
    ):
        yield _one(name, about, float(value))


def _one(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"gridbell_{name}", about, value=value)


def _by(name: str, about: str, labels: list[str], values: list[tuple[list[str], float]]) -> Metric:
    family = GaugeMetricFamily(f"gridbell_{name}", about, labels=labels)
    for value, count in values:
        family.add_metric(value, count)
    return family


class Watchman:
    """Serves /metrics."""

    def __init__(
        self, figures: Figures, store: SqlBacklog, ready: Ready, clock: Clock, *, rules: str, fresh: float = FRESH
    ) -> None:
        """`ready` raises unless the node is ready; `clock` is business time; `fresh` in seconds."""
        self._figures, self._store, self._ready, self._clock, self._fresh = figures, store, ready, clock, fresh
        self._gauges = Gauges(store, figures.channels, rules)
        figures.registry.register(self._gauges)
        self._lock = asyncio.Lock()
        self._seen_at: float | None = None

    async def page(self, _: web.Request) -> web.Response:
        """The metrics in Prometheus's text format."""
        await self._look()
        body = generate_latest(self._figures.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    async def _look(self) -> None:
        """Ask the store, unless somebody just did."""
        async with self._lock:
            if self._seen_at is not None and monotonic() < self._seen_at + self._fresh:
                return
            self._gauges.warnings, self._gauges.backlog = await asyncio.gather(
                _within(self._ready()), _within(self._store.read(self._clock()))
            )
            self._seen_at = monotonic()


async def _within(work: Awaitable[T]) -> T | None:
    """What it gives, None when it fails or takes too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await work
    except Exception as error:
        log.warning("the store could not be read for a watchman", extra={"fault": trace(error)})
        return None
