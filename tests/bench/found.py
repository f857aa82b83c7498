"""What a module of figures hands back: rates beside the floor they stand on, other measures, and lines of text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Rates = tuple[float, float]
"""Ours and the floor's, in pieces a second."""
Measure = tuple[float, str]
"""A number and its unit."""


@dataclass(frozen=True)
class Found:
    """One run of one module. `lines` say what no number says; they are printed once each."""

    rates: Mapping[str, Rates] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    lines: Sequence[str] = ()

    def __add__(self, other: "Found") -> "Found":
        return Found({**self.rates, **other.rates}, {**self.measures, **other.measures}, (*self.lines, *other.lines))

    def to_json(self) -> Mapping[str, Any]:
        """As plain JSON."""
        return {"rates": dict(self.rates), "measures": dict(self.measures), "lines": list(self.lines)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Found":
        """Read back what `to_json` wrote."""
        rates = {name: (one[0], one[1]) for name, one in kept["rates"].items()}
        measures = {name: (one[0], one[1]) for name, one in kept["measures"].items()}
        return cls(rates, measures, tuple(kept["lines"]))
