"""What the case room needs from storage; storage supplies it, cases and dialogs see only this."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from cases.case import Case
from cases.deadlines import DueStep
from cases.duty import Leave, Roster, Shift
from cases.events import Event
from cases.people import Address, Person, Role
from cases.places import Units
from cases.record import State


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over a period for the 统计 command; `by_state` counts the cases submitted in it by present state."""

    submitted: int = 0
    dispatched: int = 0
    signed_in_time: int = 0
    closed: int = 0
    closed_in_time: int = 0
    overdue_open: int = 0
    reworked: int = 0
    reopened: int = 0
    rated: int = 0
    satisfied: int = 0
    solved: int = 0
    by_state: Mapping[str, int] = field(default_factory=dict)


class Cases(Protocol):
    """The table of cases with their events and words."""

    async def number(self, prefix: str, day: date) -> str:
        """The next `<prefix>YYMMDD-NNNN` of that local day; never given twice."""
        ...

    async def add(self, case: Case) -> None:
        """Keep a new case and its news."""
        ...

    async def save(self, case: Case) -> None:
        """Keep a changed case and its news. Raises Overtaken when somebody else saved first."""
        ...

    async def get(self, number: str, *, lock: bool = False) -> Case | None:
        """The case, locked for this unit of work if asked (PostgreSQL: FOR UPDATE)."""
        ...

    async def many(self, numbers: Iterable[str], *, lock: bool = False) -> Mapping[str, Case]:
        """Several at once, in number order (so that locks never cross)."""
        ...

    async def timeline(self, number: str) -> Sequence[Event]:
        """All its events with their words, oldest first."""
        ...

    async def marks(self, number: str) -> Sequence[Event]:
        """What its clocks did: the events whose facts name a fence, oldest first, without words."""
        ...

    async def of_reporter(self, address: Address, *, limit: int = 10) -> Sequence[Case]:
        """Cases that this address reported, newest first."""
        ...

    async def of_handler(self, person: int, *, limit: int = 50) -> Sequence[Case]:
        """Open cases whose handler is that person, the most pressing first."""
        ...

    async def unheld(self, units: Iterable[str], *, limit: int = 50) -> Sequence[Case]:
        """Dispatched and running cases led by one of the units that nobody who is still there holds, as above."""
        ...

    async def in_states(
        self, states: Iterable[State], *, scopes: Iterable[str] | None = None, limit: int = 50
    ) -> Sequence[Case]:
        """Cases in those states whose lead, owner or place lies in one of the units, the most pressing first.

        `scopes` are unit codes already widened by the caller (see `Units.within`); None for the whole county.
        """
        ...

    async def ending_with(self, digits: str, *, reporter: Address | None = None, limit: int = 5) -> Sequence[Case]:
        """Cases whose number ends with those digits, newest first; only that reporter's if one is named."""
        ...

    async def invited(self, units: Iterable[str], person: int, *, limit: int = 50) -> Sequence[Case]:
        """Cases to which one of the units owes an assist, or which that person mediates, the most pressing first."""
        ...

    async def proposed(self, *, scopes: Iterable[str] | None = None, limit: int = 50) -> Sequence[Case]:
        """Cases within the scopes of which something waits for a second person, the most pressing first."""
        ...

    async def merged_into(self, parent: str, *, lock: bool = False) -> Sequence[Case]:
        """The cases that were merged into that one and still follow it, in number order."""
        ...

    async def follow(self, number: str, address: Address, since: datetime) -> bool:
        """Keep that this address waits for the case too; whether that is new."""
        ...

    async def unfollow(self, number: str, address: Address) -> bool:
        """Keep that it does not any more; whether it did."""
        ...

    async def followers(self, number: str) -> Sequence[Address]:
        """Who waits for the case too, the longest first."""
        ...

    async def followed(self, address: Address, *, limit: int = 10) -> Sequence[Case]:
        """The cases that this address follows, the newest first."""
        ...

    async def dated_otherwise(self, calendar: str, *, after: str = "", limit: int = 100) -> Sequence[Case]:
        """Open cases dated by another calendar than the one with that digest, in number order behind `after`; locked
        for this unit of work."""
        ...

    async def tally(self, since: datetime, until: datetime, *, scopes: Iterable[str] | None = None) -> Tally:
        """Counts for the period [since, until)."""
        ...

    async def forget_leavers(self, limit: int) -> int:
        """Erase what those said who were erased while their case was open, in up to `limit` cases that have ended
        since; how many."""
        ...

    async def forget_contacts(self, before: datetime, limit: int) -> int:
        """Erase who reported, for up to `limit` cases that ended before then; how many."""
        ...

    async def forget_words(self, before: datetime, long_before: datetime, limit: int) -> int:
        """Erase place and words of up to `limit` cases that ended before then, of urgent and mediated ones only before
        `long_before`; how many."""
        ...


class DueSteps(Protocol):
    """The table of instants at which something becomes due."""

    async def lay(self, steps: Iterable[DueStep]) -> None:
        """Keep new pending steps; a key that exists is left as it is."""
        ...

    async def drop(self, case: str, *, below_fence: int | None = None, kind: str | None = None) -> None:
        """Cancel a case's pending steps (only those with a fence below the given one, or of that kind, if given)."""
        ...

    async def claim(self, now: datetime, limit: int) -> Sequence[DueStep]:
        """Up to `limit` pending steps due by `now`, oldest first, locked for this unit of work; others' are skipped."""
        ...

    async def done(self, steps: Iterable[DueStep]) -> None:
        """Mark claimed steps as done."""
        ...

    async def later(self, step: DueStep, at: datetime) -> None:
        """Put a pending step off until that instant (it failed, and is tried again)."""
        ...

    async def known(self, case: str, fence: int) -> Set[str]:
        """The keys of all steps of that case and fence, whatever became of them."""
        ...

    async def any_after(self, step: DueStep) -> bool:
        """Whether a pending step of the same case and fence comes after this one."""
        ...

    async def next_at(self) -> datetime | None:
        """When the next pending step is due."""
        ...


class People(Protocol):
    """Staff, their addresses, codes, leaves and shifts; and the units."""

    async def units(self) -> Units:
        """The present snapshot."""
        ...

    async def get(self, person: int) -> Person | None:
        """That member of staff, active or not."""
        ...

    async def many(self, ids: Iterable[int]) -> Mapping[int, Person]:
        """Several at once."""
        ...

    async def named(self, name: str) -> Sequence[Person]:
        """Active staff of that exact name."""
        ...

    async def holding(self, role: Role, unit: str) -> Sequence[Person]:
        """Active staff who hold that role in exactly that unit, by id."""
        ...

    async def any_holding(self, role: Role) -> Sequence[Person]:
        """Active staff who hold that role anywhere, by id."""
        ...

    async def addresses(self, ids: Iterable[int]) -> Mapping[int, Sequence[Address]]:
        """Where they can be written to, WeCom first."""
        ...

    async def add(self, person: Person) -> Person:
        """Keep a new member of staff (its id is ignored); the kept one with its id."""
        ...

    async def save(self, person: Person) -> None:
        """Replace name, posts, phone and active flag."""
        ...

    async def bind(self, person: int, address: Address) -> Sequence[Address]:
        """From now on this address speaks for that person (and for nobody else), and no other of the same channel
        does; which ones did."""
        ...

    async def unbind(self, person: int) -> Sequence[Address]:
        """No address speaks for that person any more; which ones did. Their codes end as well."""
        ...

    async def hold(self) -> None:
        """From here to the end of this unit of work nobody else changes staff or enters leaves."""
        ...

    async def roster(self, now: datetime) -> Roster:
        """The leaves and shifts that matter at that instant and after it."""
        ...

    async def put_leave(self, leave: Leave) -> Leave:
        """Keep a new leave, or replace the one of that id; the kept one with its id."""
        ...

    async def drop_leave(self, leave: int) -> None:
        """That leave never was."""
        ...

    async def put_shifts(self, shifts: Iterable[Shift]) -> None:
        """Keep shifts; one of the same unit, person and beginning gets the new end."""
        ...

    async def drop_shifts(self, shifts: Iterable[Shift]) -> None:
        """Those shifts are not to be."""
        ...

    async def forget_duty(self, before: datetime) -> int:
        """Erase the leaves and shifts that ended before then; how many."""
        ...

    async def put_code(self, person: int, digest: str, expires_at: datetime) -> None:
        """Keep the hash of a one-time code; older codes of the person end."""
        ...

    async def code_owner(self, digest: str, now: datetime) -> int | None:
        """Whose unexpired code that is. The code ends with this call."""
        ...

    async def wrong_code(self, address: Address, now: datetime) -> int:
        """Count a wrong try of that address; how many within the last 24 h."""
        ...

    async def wrong_codes(self, address: Address, now: datetime) -> int:
        """How many wrong tries that address had within the last 24 h."""
        ...


class CaseWork(Protocol):
    """The part of a unit of work that cases see."""

    @property
    def cases(self) -> Cases:
        """Cases."""
        ...

    @property
    def due_steps(self) -> DueSteps:
        """Due steps."""
        ...

    @property
    def people(self) -> People:
        """Staff and units."""
        ...
