"""What lies over the states of a case: questions, returns, extensions, proposals, assists, secrecy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cases.catalogue import Category

MASKING = "reporter"
"""The sensitivity of categories whose reporters are kept secret."""


class Secrecy(StrEnum):
    """Who may see who reported: everybody in scope, none of those who handle it, or the centre's acceptors alone."""

    OPEN = "open"
    MASKED = "masked"
    SEALED = "sealed"


def usual_secrecy(category: Category) -> Secrecy:
    """How the reporter of such a case is kept, where nothing else was said."""
    return Secrecy.MASKED if MASKING in category.sensitivity else Secrecy.OPEN


EXTEND = "approve_extend"
"""The action that a wish for more time proposes."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action that waits for a second person. `seq` is the event with its words, `by` a person's id; `facts` are what
    it would be done with."""

    seq: int
    action: str
    by: int
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assist:
    """What another unit was asked to add, until when, and when it answered; `waived`: it need not any more."""

    unit: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None = None
    waived: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the answer is still owed."""
        return self.answered_at is None and not self.waived


@dataclass(frozen=True, slots=True)
class Overlay:
    """All of it. `None`, nothing and False are what a case has of which nothing of the kind was ever said.

    `asked_from` is the state to which an answer leads back, `resume_at` when a pause ends by itself, `used` how much of
    the running clock was used before its last pause, and `set_by` how much of the handle clock while another one runs.
    `bound`: the lead unit may not return the case. `ownerless`: whoever returned it last knew no unit for it.
    `reworks_before`: how often it was sent back before the unit had it that has it now.
    `citizen_from` and `citizen_time` are start and length of the citizen's clock where these do not follow from the
    report (both None); while it is paused only the length, what is left, is there.
    """

    asked_from: str = ""
    info_asked: bool = False
    resume_at: datetime | None = None
    used: timedelta = timedelta()
    set_by: timedelta = timedelta()
    citizen_from: datetime | None = None
    citizen_time: timedelta | None = None
    auto_signed: bool = False
    returned_by: tuple[str, ...] = ()
    bound: bool = False
    reworks_before: int = 0
    ownerless: bool = False
    ruling_due_at: datetime | None = None
    hand_overs: int = 0
    extensions: int = 0
    extended: timedelta = timedelta()
    proposals: tuple[Proposal, ...] = ()
    assists: tuple[Assist, ...] = ()
    mediator: int | None = None
    secrecy: Secrecy = Secrecy.OPEN
    about_units: tuple[str, ...] = ()
    about_people: tuple[int, ...] = ()
    joint: bool = False
    urged_at: datetime | None = None
    rejected_by: tuple[int, ...] = ()
    review_asked: bool = False
