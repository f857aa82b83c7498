"""Instants at which something becomes due for a case."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DueStep:
    """A row that becomes due: `kind` at `at`, once (`key` is unique for ever).

    `fence` is the case's clock generation when the step was laid; a step whose fence is not the case's any more
    is stale and does nothing. `share` is the used share of the limit in per cent (0 where none is meant).
    """

    key: str
    case: str
    clock: str
    kind: str
    share: int
    at: datetime
    fence: int
