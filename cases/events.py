"""What happened to a case, in the past tense; the log is append-only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.people import Actor


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a case's history.

    `facts` holds codes, ids and instants only (JSON), never people's words: those are in `words`, which storage
    keeps apart in an erasable table and represents here by a salted digest.
    """

    case: str
    seq: int
    at: datetime
    actor: Actor
    action: str
    before: str | None
    after: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: str | None = None
