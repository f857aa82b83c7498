"""What a node counts for a watchman: turns, callbacks, pushes, tokens, files, due steps; without anything personal.

Each node has a registry of its own, since several may live in one process. All values of labels come from closed sets.
"""

import time
from collections.abc import Awaitable, Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics

from gridbell.turn_figures import TurnFigures

SEND_BUCKETS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 25.0)
PUSHES = ("sent", "held", "again", "dead")
FETCHES = ("kept", "again", "lost")
RESULTS = ("ok", "failed")
OTHER = "other"
REASONS = frozenset(
    {
        "expired", "fault", "late", "no-channel", "no-media", "no-media-id", "no-token", "no-window", "pace", "paused",
        "picture-fetched-yet", "picture-lost", "picture-unreadable", "quiet", "receiver", "timeout", "too-big",
        "unlicensed", "unreachable", "unreadable", "-1", "6000", "40001", "40002", "40003", "40013", "40014", "40056",
        "40125", "40164", "40243", "41001", "41002", "41004", "42001", "43004", "43101", "45009", "45011", "45015",
        "45033", "45047", "48001", "48002", "48004", "50001", "50002", "60020", "81013", "301002",
    }
)  # fmt: skip
"""Why something did not go out, as far as it is told apart: platforms may invent codes, each a series for ever."""
REFUSALS = frozenset(
    {
        "base64", "body", "doctype", "doubled field", "encrypted, but no key is set", "inner length", "length",
        "message", "message signature", "not encrypted", "not in time", "padding", "query", "receiver", "root",
        "sender", "signature", "size", "skew", "slow", "syntax", "timestamp", "too deep or too wide", "too short",
    }
)  # fmt: skip
"""Why a callback was turned away, as far as it is told apart."""
Work = Callable[[], Awaitable[object]]


def reason_of(code: str) -> str:
    """The code itself where it is a known one; the class of HTTP statuses, else `other`."""
    return code if code in REASONS else "http" if code.startswith("http-") else OTHER


def refusal_of(code: str) -> str:
    """The same for callbacks; which parameter of the query was missing does not matter."""
    code = "query" if code.startswith("query ") else code
    return code if code in REFUSALS else OTHER


class Figures:
    """The counters of one node. Those of a channel begin at 0, so that the first of each is seen too."""

    def __init__(self) -> None:
        disable_created_metrics()  # a second series for each counter, which nobody asks for
        self.registry = CollectorRegistry()
        self.channels: set[str] = set()
        ProcessCollector(registry=self.registry)
        self.turns = TurnFigures()
        self.registry.register(self.turns)
        self.under_way = 0
        waiting = Gauge(
            "gridbell_turns_under_way", "Deliveries of messages that wait for their answer here", registry=self.registry
        )
        waiting.set_function(lambda: self.under_way)
        self.callbacks = self._counter("callbacks", "Requests of the platforms, by HTTP status", "channel", "status")
        self.turned_away = self._counter(
            "callbacks_turned_away", "Requests that were no genuine message, or not in time", "channel", "reason"
        )
        self.pushes = self._counter("pushes", "Messages of the outbox, by what became of a try", "channel", "outcome")
        self.push_reasons = self._counter("push_reasons", "Why messages did not go out", "channel", "outcome", "reason")
        self.send_seconds = self._histogram("send", "A platform's answer to a message", SEND_BUCKETS)
        self.tokens = self._counter("token_refreshes", "Access tokens asked for", "account", "result")
        self.fetches = self._counter("media_fetches", "Files to fetch, by what became of a try", "channel", "outcome")
        self.steps = self._counter("due_steps", "Due steps fired, or set aside since they failed", "outcome")
        self.runs = self._counter("body_runs", "Runs of the bodies of work", "body", "result")
        self.run_at = Gauge(
            "gridbell_body_last_success_timestamp_seconds",
            "When a body of work last came to its end",
            ["body"],
            registry=self.registry,
        )
        self.fired, self._set_aside = self.steps.labels("fired"), self.steps.labels("set_aside")

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"gridbell_{name}", about, labels, registry=self.registry)

    def _histogram(self, name: str, about: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"gridbell_{name}_seconds", about, ["channel"], buckets=buckets, registry=self.registry)

    def channel(self, name: str) -> str:
        """The name of a channel that is configured here, else `other`."""
        return name if name in self.channels else OTHER

    def body(self, name: str, work: Work) -> Work:
        """The same body of work, its runs counted. A node that was just started counts as having done it."""
        ok, failed = (self.runs.labels(name, result) for result in RESULTS)
        succeeded_at = self.run_at.labels(name)
        succeeded_at.set(time.time())

        async def counted() -> object:
            try:
                done = await work()
            except Exception:
                failed.inc()
                raise
            ok.inc()
            succeeded_at.set(time.time())
            return done

        return counted

    def set_aside(self, tell: Callable[[str, str], Awaitable[None]]) -> Callable[[str, str], Awaitable[None]]:
        """The same telling of a due step that was set aside, counted."""

        async def counted(key: str, kind: str) -> None:
            self._set_aside.inc()
            await tell(key, kind)

        return counted
