"""A case: what it is made of, and what may happen to it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from cases.events import Event
from cases.people import Address, Level
from cases.places import Place


class State(StrEnum):
    """The seventeen states of a case."""

    SUBMITTED = "submitted"
    NEED_INFO = "need_info"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    RETURN_REVIEW = "return_review"
    SUSPENDED = "suspended"
    MEDIATING = "mediating"
    FEEDBACK = "feedback"
    CLOSED = "closed"
    REOPEN_REVIEW = "reopen_review"
    ARCHIVED = "archived"
    REJECTED = "rejected"
    MERGED = "merged"
    CANCELLED = "cancelled"
    VOID = "void"
    TRANSFERRED = "transferred"


class Supervision(IntEnum):
    """How closely a case is watched; it never goes down by itself."""

    NONE = 0
    REMIND = 1
    YELLOW = 2
    RED = 3
    LISTED = 4


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported: kept apart from the case, in an erasable table. Both None once erased."""

    address: Address | None = None
    phone: str | None = None


@dataclass(slots=True)
class Case:
    """One case. Times are aware UTC; None means that it has not happened.

    `fence` is the clock generation: it grows whenever the running clock changes, and due steps of older generations
    are stale. `clock` names the running clock (`accept`, `dispatch`, `handle`, `check`, `rate`, `review`, '' for
    none). `version` is storage's, for optimistic writes. `news` are events not yet handed over.
    """

    number: str
    state: State
    category: str
    priority: str
    place: Place
    description: str
    photos: tuple[str, ...]
    reporter: Reporter
    flow: str
    rules_version: str
    submitted_at: datetime
    owner_unit: str
    handler: int | None = None
    lead_unit: str | None = None
    level: Level = Level.GRID
    supervision: Supervision = Supervision.NONE
    light: str = ""
    clock: str = ""
    fence: int = 0
    clock_started_at: datetime | None = None
    clock_limit: timedelta | None = None
    clock_due_at: datetime | None = None
    citizen_due_at: datetime | None = None
    accepted_at: datetime | None = None
    dispatched_at: datetime | None = None
    sign_due_at: datetime | None = None
    signed_at: datetime | None = None
    signed_late: bool = False
    contacted_at: datetime | None = None
    handle_due_at: datetime | None = None
    feedback_at: datetime | None = None
    closed_at: datetime | None = None
    ended_at: datetime | None = None
    rework_count: int = 0
    reopen_count: int = 0
    grade: int | None = None
    solved: str | None = None
    changed_at: datetime | None = None
    events_count: int = 0
    version: int = 0
    news: list[Event] = field(default_factory=list)
