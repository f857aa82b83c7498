"""The record of a case: its fields, its clocks, and how an event gets into its log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cases.events import Event
from cases.lifecycle import ASKING, OVERLAYS, allowed, is_open, row_of
from cases.overlay import Overlay
from cases.people import Actor, Address, Level
from cases.places import Place
from cases.rules import Rules
from cases.supervision import Supervision

WHOLE = 100
NOTHING = Overlay()
"""The overlay that nearly every case has."""
PLAIN_CLOCKS = frozenset({"rate", "mediate"})
"""Clocks that count days of the calendar."""


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


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported: kept apart from the case, in an erasable table. Both None once erased."""

    address: Address | None = None
    phone: str | None = None


@dataclass(slots=True)
class CaseRecord:
    """The fields of one case. Times are aware UTC; None means that it has not happened.

    `fence` is the clock generation: it grows whenever the running clock changes, and due steps of older generations
    are stale. `clock` names the running clock (`accept`, `dispatch`, `handle`, `mediate`, `check`, `rate`, `review`, ''
    for none); a paused one keeps its name and limit and has no start. `first_due_at` is `handle_due_at` as it was when
    the unit got the case: a rework moves only the latter. `handle_started_at` and `handle_time` are those of the last
    handle clock, though another may run by now. `dated_by` is the digest of the calendar by which all was dated.
    `parent` is the number of the case that this one was merged into. `version` is storage's, for optimistic writes.
    `news` are events not yet handed over.
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
    level: Level = Level.COUNTY
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
    handle_started_at: datetime | None = None
    handle_time: timedelta | None = None
    handle_due_at: datetime | None = None
    first_due_at: datetime | None = None
    feedback_at: datetime | None = None
    closed_at: datetime | None = None
    ended_at: datetime | None = None
    rework_count: int = 0
    reopen_count: int = 0
    grade: int | None = None
    solved: str | None = None
    changed_at: datetime | None = None
    dated_by: str = ""
    events_count: int = 0
    parent: str | None = None
    overlay: Overlay = NOTHING
    version: int = 0
    news: list[Event] = field(default_factory=list)

    def take_news(self) -> list[Event]:
        """The events not yet handed over; they are handed over once."""
        news, self.news = self.news, []
        return news

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes the citizen something."""
        return is_open(self.state)

    @property
    def is_paused(self) -> bool:
        """Whether the running clock stands still."""
        return bool(self.clock) and self.clock_started_at is None

    def lay_over(self, **changes: Any) -> None:
        """Change the overlay in these parts; where nothing differs it stays the very same, and nothing is written."""
        changed = replace(self.overlay, **changes)
        if changed != self.overlay:
            self.overlay = changed

    def be_about(self, units: Iterable[str], people: Iterable[int]) -> None:
        """From now on the case is about those units (codes) and people (ids) too."""
        kept = self.overlay
        self.lay_over(
            about_units=tuple(dict.fromkeys((*kept.about_units, *units))),
            about_people=tuple(dict.fromkeys((*kept.about_people, *people))),
        )

    def continuous(self, rules: Rules) -> bool:
        """Whether this case's limits run round the clock: P1, and categories that say so."""
        return self.priority == "P1" or rules.catalogue[self.category].clock == "continuous"

    def after(self, rules: Rules, start: datetime, amount: timedelta) -> datetime:
        """The instant `amount` of this case's time (working or continuous) after `start`."""
        return start + amount if self.continuous(rules) else rules.calendar.add(start, amount)

    def between(self, rules: Rules, start: datetime, end: datetime) -> timedelta:
        """How much of this case's time lies from `start` to `end`; nothing when `end` is not later."""
        if self.continuous(rules):
            return max(end - start, timedelta())
        return rules.calendar.between(start, end)

    def share_at(self, rules: Rules, share: int) -> datetime | None:
        """When `share` per cent of the running clock's limit is used; None when no clock runs."""
        if self.clock_started_at is None or self.clock_limit is None:
            return None
        amount = max(self.clock_limit * share / WHOLE - self.overlay.used, timedelta())
        if self.clock in PLAIN_CLOCKS:
            return self.clock_started_at + amount
        return self.after(rules, self.clock_started_at, amount)

    def handle_limit(self, rules: Rules) -> timedelta:
        """The whole limit for handling, extensions left out; reopened cases have their own."""
        if not self.reopen_count:
            return rules.catalogue[self.category].handle
        return rules.limits.reopening(self.priority)

    @property
    def sent_back(self) -> bool:
        """Whether the unit that has it is to do again what it did."""
        return self.rework_count > self.overlay.reworks_before

    def move(self, action: str, actor: Actor) -> str:
        """Take the state to which the action leads, from the one that is returned; proposals end but for corrections.

        Raises Refusal when state or role does not allow it.
        """
        before = self.state
        after = allowed(before, action, actor.role).next
        self.state = State(self.overlay.asked_from if after == ASKING else after)
        if self.state is not before and self.overlay.proposals:
            kept = (one for one in self.overlay.proposals if one.action in OVERLAYS and row_of(self.state, one.action))
            self.lay_over(proposals=tuple(kept))
        return before

    def waive_open(self) -> None:
        """What the unit before asked others to add is not owed any more."""
        if self.overlay.assists:
            self.lay_over(
                assists=tuple(replace(one, waived=True) if one.is_open else one for one in self.overlay.assists)
            )

    def start_clock(self, rules: Rules, clock: str, now: datetime, limit: timedelta) -> None:
        """From now on that clock runs, with nothing of it used."""
        self.fence += 1
        self.clock, self.clock_started_at, self.clock_limit = clock, now, limit
        self.light = ""
        self.lay_over(used=timedelta(), resume_at=None)
        self.reckon(rules)

    def reckon(self, rules: Rules) -> None:
        """The running clock's deadline from its start, its limit and what of it was used before; the unit's with it.

        What moves the unit's deadline moves the first one too, as long as nothing was sent back to be done again.
        """
        self.clock_due_at = self.share_at(rules, WHOLE)
        if self.clock == "handle":
            self.handle_started_at, self.handle_due_at = self.clock_started_at, self.clock_due_at
            self.handle_time = max((self.clock_limit or timedelta()) - self.overlay.used, timedelta())
            if not self.sent_back:
                self.first_due_at = self.handle_due_at

    def hand_out(self, rules: Rules, now: datetime, limit: timedelta) -> None:
        """A unit gets the case: it has to sign and to handle it."""
        self.dispatched_at = now
        fresh = {"auto_signed": False, "bound": False, "ownerless": False, "hand_overs": 0, "extensions": 0}
        self.lay_over(**fresh, extended=timedelta(), ruling_due_at=None, reworks_before=self.rework_count)
        self.start_clock(rules, "handle", now, limit)
        self.sign_due_at = self.after(rules, now, rules.limits.signing(self.priority, limit))
        self.signed_at, self.signed_late = None, False

    def pause(self, rules: Rules, now: datetime, until: datetime) -> None:
        """Stop the running clock; it goes on by itself at `until`."""
        self.fence += 1
        used = self.used(rules, now)
        self.lay_over(used=used, resume_at=until)
        self.clock_started_at = self.clock_due_at = None
        if self.clock == "handle":
            self.handle_due_at = None

    def go_on(self, rules: Rules, now: datetime) -> None:
        """Let the paused clock run again, with what is left of it."""
        self.fence += 1
        self.clock_started_at = now
        self.lay_over(resume_at=None)
        self.reckon(rules)

    def used(self, rules: Rules, now: datetime) -> timedelta:
        """How much of the running clock is used by now."""
        if self.clock_started_at is None:
            return self.overlay.used
        return self.overlay.used + self.between(rules, self.clock_started_at, now)

    def pause_citizen(self, rules: Rules, now: datetime) -> None:
        """Stop the citizen's clock, unless its time is over already."""
        if self.citizen_due_at is not None and self.citizen_due_at > now:
            left = self.between(rules, now, self.citizen_due_at)
            self.lay_over(citizen_from=None, citizen_time=left)
            self.citizen_due_at = None

    def go_on_for_citizen(self, rules: Rules, now: datetime) -> None:
        """Let the citizen's clock run again where it was paused."""
        left = self.overlay.citizen_time
        if self.citizen_due_at is None and left is not None:
            self.lay_over(citizen_from=now)
            self.citizen_due_at = self.after(rules, now, left)

    def keep_citizens_time(self, rules: Rules, more: timedelta = timedelta()) -> None:
        """From now on the citizen's deadline has its own start and length, `more` than so far, whatever becomes of the
        category."""
        if self.citizen_due_at is not None:
            kept = self.overlay
            since, length = kept.citizen_from or self.submitted_at, kept.citizen_time
            if not more or kept.citizen_from is None or length is None:  # another category may reckon otherwise
                length = self.between(rules, since, self.citizen_due_at)
            length += more
            self.lay_over(citizen_from=since, citizen_time=length)
            if more:
                self.citizen_due_at = self.after(rules, since, length)

    def end(self, now: datetime) -> None:
        """No clock runs any more."""
        self.stop(now)
        self.ended_at = now

    def stop(self, now: datetime) -> None:
        """No clock of its own runs: it has ended, or follows another case."""
        self.fence += 1
        self.clock = self.light = ""
        self.clock_started_at = self.clock_limit = self.clock_due_at = None
        self.lay_over(resume_at=None, used=timedelta())

    def record(
        self,
        now: datetime,
        actor: Actor,
        action: str,
        before: str | None,
        facts: Mapping[str, Any] | None = None,
        *,
        words: str | None = None,
    ) -> int:
        """Write a line of the log; its number."""
        self.events_count += 1
        self.changed_at = now
        after, seq = str(self.state), self.events_count
        known = dict(facts or {}) | ({} if actor.stead is None else {"for": actor.stead})
        self.news.append(Event(self.number, seq, now, actor, action, before, after, known, words or None))
        return seq


def proposed(by: int | None) -> dict[str, int]:
    """Who proposed it, as the facts of an event have it; nothing where nobody had to."""
    return {} if by is None else {"proposed_by": by}


def iso(at: datetime | None) -> str | None:
    """An instant as the facts of an event have it."""
    return at.isoformat() if at else None
