"""Who is there: leaves with their substitutes, shifts, and whom of some people one finds on duty at an instant."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property

from cases.errors import Refusal
from cases.people import Person

LAPSE = timedelta(days=7)
"""A plan of shifts that nobody went on with for so long is none (ours): a forgotten one leaves no unit empty."""
ON_LEAVE, OFF_SHIFT = "leave", "off_shift"
FOREVER = datetime.max.replace(tzinfo=UTC)
NOBODY: Set[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Leave:
    """请假: a person is away from `since` until before `until` (None: nobody knows), and `substitute` stands in.

    `noted_by` is the id of whoever entered it at `noted_at`; `id` is storage's, 0 before it is kept.
    """

    person: int
    since: datetime
    until: datetime | None
    substitute: int | None
    noted_by: int | None
    noted_at: datetime
    id: int = 0

    @property
    def end(self) -> datetime:
        """Until when, as an instant that compares."""
        return self.until or FOREVER

    def covers(self, now: datetime) -> bool:
        """Whether the person is away then."""
        return self.since <= now < self.end


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """班次: a person is on duty in that unit (its code) from `since` until before `until`."""

    unit: str
    since: datetime
    until: datetime
    person: int

    def covers(self, now: datetime) -> bool:
        """Whether it runs then."""
        return self.since <= now < self.until


class Roster:
    """值班表: the leaves and shifts that matter, as they were read; those long past are left out."""

    def __init__(self, leaves: Iterable[Leave] = (), shifts: Iterable[Shift] = ()) -> None:
        self.leaves = sorted(leaves, key=lambda one: (one.since, one.person, one.id))
        self.shifts = sorted(shifts)

    @property
    def is_empty(self) -> bool:
        """Whether nobody is on leave and no unit has a plan: then everybody is on duty."""
        return not self.leaves and not self.shifts

    @cached_property
    def _by_person(self) -> Mapping[int, Sequence[Leave]]:
        found: defaultdict[int, list[Leave]] = defaultdict(list)
        for one in self.leaves:
            found[one.person].append(one)
        return dict(found)

    @cached_property
    def _by_unit(self) -> Mapping[str, Sequence[Shift]]:
        found: defaultdict[str, list[Shift]] = defaultdict(list)
        for one in self.shifts:
            found[one.unit].append(one)
        return dict(found)

    def leaves_of(self, person: int) -> Sequence[Leave]:
        """The person's leaves, the earliest first."""
        return self._by_person.get(person, ())

    def shifts_in(self, unit: str) -> Sequence[Shift]:
        """The unit's shifts, the earliest first."""
        return self._by_unit.get(unit, ())

    def at(self, now: datetime) -> "Presence":
        """Who is there at that instant."""
        return Presence(self, now)

    def everybody(self) -> Set[int]:
        """The ids of all who are named in a leave."""
        return {id_ for one in self.leaves for id_ in (one.person, one.substitute) if id_ is not None}

    def turns(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """The instants from `since` on, before `until`, at which somebody goes or comes back."""
        yield since
        yield from sorted({at for one in self.leaves for at in (one.since, one.end) if since < at < until})


@dataclass(frozen=True)
class Presence:
    """Who is there at one instant, by a roster. People are meant by their ids."""

    roster: Roster
    now: datetime

    def leave(self, person: int) -> Leave | None:
        """The leave on which the person is."""
        return next((one for one in self.roster.leaves_of(person) if one.covers(self.now)), None)

    def chain(self, person: int) -> Sequence[int]:
        """The person and who stands in, each for the one before; whoever comes twice ends it."""
        found = [person]
        while (leave := self.leave(found[-1])) is not None and leave.substitute is not None:
            found.append(leave.substitute)
            if found.count(leave.substitute) > 1:
                break
        return found

    def stand_in(self, person: int, excluding: Set[int] = NOBODY) -> int | None:
        """Who does the person's work now: themselves unless away, else the last of the chain; None: nobody."""
        last = self.chain(person)[-1]
        return None if last in excluding or self.leave(last) is not None else last

    def stands_for(self, person: int) -> Sequence[int]:
        """Whose work the person does now besides their own, by id."""
        away = {one.person for one in self.roster.leaves if one.covers(self.now)}
        return sorted(one for one in away - {person} if self.stand_in(one) == person)

    def is_planned(self, unit: str) -> bool:
        """Whether a plan of shifts is in force in the unit: it begins with its first shift, and ends LAPSE after the
        last one. Without a plan everybody is on duty."""
        return any(one.since <= self.now < one.until + LAPSE for one in self.roster.shifts_in(unit))

    def hindrance(self, unit: str, person: int, excluding: Set[int] = NOBODY) -> str:
        """Why neither the person nor a substitute is on duty in the unit: OFF_SHIFT or ON_LEAVE; '' where one is."""
        if self.is_planned(unit) and not any(
            one.person == person and one.covers(self.now) for one in self.roster.shifts_in(unit)
        ):
            return OFF_SHIFT
        return "" if self.stand_in(person, excluding) is not None else ON_LEAVE

    def on_duty(self, unit: str, people: Iterable[int], excluding: Set[int] = NOBODY) -> Sequence[int]:
        """Who of those people is on duty in the unit, each substitute in the place of whom they stand in for.

        `excluding` are people who must not have to do with it (of a conflict of interest). A substitute has the
        shifts of whom they stand in for. Nobody: the unit is vacant now.
        """
        found: dict[int, None] = {}
        for person in people:
            there = self.stand_in(person, excluding)
            if there is not None and person not in excluding and not self.hindrance(unit, person, excluding):
                found[there] = None
        return list(found)


def check_leave(roster: Roster, leave: Leave, people: Mapping[int, Person], zone: tzinfo) -> None:
    """Whether that new leave may be entered besides the others; raises Refusal, which names the chain of substitutes.

    `people` holds those of the leave and of `roster.everybody()`. The leave's substitute must be there, or have one
    who is, at every instant of it.
    """
    if leave.end <= leave.since:
        raise Refusal("请假的结束时间要在开始时间之后，请重新填写。")
    clash = next((one for one in roster.leaves_of(leave.person) if _overlap(one, leave)), None)
    if clash is not None:
        when = f"{_moment(clash.since, zone)} 到 {_moment(clash.until, zone)}"
        raise Refusal(f"{_name(leave.person, people)} {when} 已经请了假。要改请先发“销假”，再重新请假。")
    if leave.substitute is not None:
        _check_substitute(Roster([*roster.leaves, leave], roster.shifts), leave, people, zone)


def _check_substitute(roster: Roster, leave: Leave, people: Mapping[int, Person], zone: tzinfo) -> None:
    if leave.substitute == leave.person:
        raise Refusal("代班人不能是请假的人自己，请换一位。")
    for now in roster.turns(leave.since, leave.end):
        there = roster.at(now)
        chain = there.chain(leave.person)
        names = "→".join(_name(one, people) for one in chain)
        last, others = chain[-1], chain[1:]
        gone = next((one for one in others if one not in people or not people[one].active), None)
        if gone is not None:
            raise Refusal(f"{_name(gone, people)}已停用，不能代班（{names}）。请换一位代班人。")
        if chain.count(last) > 1:
            raise Refusal(f"代班绕回来了（{names}），{_moment(now, zone)} 起会没有人在。请换一位代班人。")
        if (away := there.leave(last)) is not None:
            told = f"{_name(last, people)} {_moment(away.since, zone)} 到 {_moment(away.until, zone)} 请假"
            raise Refusal(f"{told}，也没有人代班（{names}）。请换一位代班人，或先给{_name(last, people)}安排代班人。")


def _overlap(one: Leave, other: Leave) -> bool:
    return one.since < other.end and other.since < one.end


def _name(person: int, people: Mapping[int, Person]) -> str:
    return people[person].name if person in people else f"#{person}"


def _moment(at: datetime | None, zone: tzinfo) -> str:
    if at is None:
        return "不定"
    local = at.astimezone(zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
