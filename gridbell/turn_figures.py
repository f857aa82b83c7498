"""Turns by outcome and time: plain numbers while people wait, metrics only when a watchman asks.

A turn costs about 200 µs, and the client library's counters take locks that one thread does not need.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

BOUNDS = (0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.5, 5.0)
"""Seconds: from one turn at a time to the instant at which platforms hang up."""
OUTCOMES = ("answered", "quiet", "late", "not_kept")


class ChannelTurns:
    """The turns of one channel."""

    __slots__ = ("outcomes", "seconds", "within")

    def __init__(self) -> None:
        self.outcomes = dict.fromkeys(OUTCOMES, 0)
        self.within = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, outcome: str, seconds: float) -> None:
        """One more, which took so many seconds."""
        self.outcomes[outcome] += 1
        self.within[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


class TurnFigures(Collector):
    """The turns of all channels."""

    def __init__(self) -> None:
        self._channels: dict[str, ChannelTurns] = {}

    def of(self, channel: str) -> ChannelTurns:
        """That channel's, beginning at 0."""
        return self._channels.setdefault(channel, ChannelTurns())

    def collect(self) -> Iterator[Metric]:
        """`gridbell_turns_total` and the histogram `gridbell_turn_seconds`."""
        turns = CounterMetricFamily(
            "gridbell_turns", "Messages handed in, by what became of them", labels=["channel", "outcome"]
        )
        times = HistogramMetricFamily("gridbell_turn_seconds", "From a message to its answer", labels=["channel"])
        for channel, one in self._channels.items():
            for outcome, count in one.outcomes.items():
                turns.add_metric([channel, outcome], count)
            bounds = [*map(str, BOUNDS), "+Inf"]
            times.add_metric([channel], list(zip(bounds, accumulate(one.within), strict=True)), one.seconds)
        yield from (turns, times)
