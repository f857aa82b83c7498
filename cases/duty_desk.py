"""The duty desk: what one person can do with leaves and shifts, one call each; it never commits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cases.duty import Leave, Roster, Shift, check_leave
from cases.errors import Refusal
from cases.owners import duty_unit
from cases.people import Level, Person, Role, Unit
from cases.places import Units
from cases.ports import CaseWork
from cases.rules import Rules
from cases.scope import Scope
from cases.staffing import Staffing, fits, widened

PLANNERS = (Role.LEADER, Role.ADMIN)
"""Who may put others on leave, and set shifts, within their units."""


@dataclass(frozen=True)
class DutyDesk:
    """One person's desk at one instant. Every rule broken raises Refusal; nothing is kept then."""

    work: CaseWork
    rules: Rules
    units: Units
    person: Person
    now: datetime

    @property
    def scope(self) -> Scope:
        """How far the person reaches."""
        return Scope(self.person, self.rules, self.units)

    def may_plan_for(self, person: Person) -> bool:
        """Whether the person's leave may be entered here: one's own, or of those whom one leads."""
        return person.id == self.person.id or self.scope.manages(person, *PLANNERS)

    async def colleagues(self, person: Person) -> Sequence[Person]:
        """Who could stand in, nearest first: active staff of the same unit, then of the same village and town, who hold
        one of the person's roles."""
        near: dict[int, tuple[int, Person]] = {}
        roles = widened({post.role for post in person.posts})
        for one in await Staffing(self.work, self.rules, self.units, self.now).holding(None, *roles):
            distance = self._distance(person, one)
            if one.id != person.id and distance is not None:
                near[one.id] = (distance, one)
        return [one for _, one in sorted(near.values(), key=lambda found: (found[0], found[1].id))]

    async def take_leave(
        self, person: Person, since: datetime, until: datetime | None, substitute: int | None
    ) -> Leave:
        """请假: from then on until before then (None: open), with that substitute or none. Raises Refusal."""
        if not self.may_plan_for(person):
            raise Refusal(f"{person.name}不在您的管理范围内，请由本人或其单位领导、管理员登记请假。")
        if until is not None and until <= self.now:
            raise Refusal("请假的结束时间已经过去了，请重新填写。")
        await self.work.people.hold()
        roster = await self.work.people.roster(self.now)
        leave = Leave(person.id, since, until, substitute, self.person.id, self.now)
        people = await self.work.people.many([*roster.everybody(), person.id, substitute or 0])
        other = people.get(substitute or 0)
        if other is not None and not fits(other, *(post.role for post in person.posts)):
            raise Refusal(f"{other.name}没有{person.name}的角色，不能代班。请换一位。")
        check_leave(roster, leave, people, self.rules.county.zone)
        return await self.work.people.put_leave(leave)

    async def end_leave(self, person: Person) -> Leave:
        """销假: the leave on which the person is ends now, else the next one to come is taken back; as it was."""
        if not self.may_plan_for(person):
            raise Refusal(f"{person.name}不在您的管理范围内，请由本人或其单位领导、管理员销假。")
        await self.work.people.hold()
        leave = next((one for one in await self.leaves(person) if one.end > self.now), None)
        if leave is None:
            raise Refusal(f"{person.name}没有请假，不用销假。")
        if leave.covers(self.now) and leave.since < self.now:
            await self.work.people.put_leave(replace(leave, until=self.now))
        else:
            await self.work.people.drop_leave(leave.id)
        return leave

    async def leaves(self, person: Person) -> Sequence[Leave]:
        """The person's leaves that go on or are to come, the earliest first."""
        return [one for one in (await self._roster()).leaves_of(person.id) if one.end > self.now]

    async def covered(self) -> Sequence[Leave]:
        """The leaves, going on or to come, of whom this person is to stand in for, the earliest first."""
        roster = await self._roster()
        return [one for one in roster.leaves if one.substitute == self.person.id and one.end > self.now]

    async def plan(self, unit: Unit, person: Person, spans: Sequence[tuple[datetime, datetime]]) -> Sequence[Shift]:
        """排班: shifts of that person in that unit; what overlaps them of the same person there is replaced."""
        await self._may_plan(unit, person)
        new = [Shift(unit.code, since, until, person.id) for since, until in spans]
        await self.work.people.drop_shifts(await self._overlapping(unit, person, spans))
        await self.work.people.put_shifts(new)
        return new

    async def unplan(self, unit: Unit, person: Person, since: datetime, until: datetime) -> Sequence[Shift]:
        """The person's shifts in that unit that begin within [since, until) are not to be; which ones."""
        await self._may_plan(unit, person)
        shifts = await self._overlapping(unit, person, [(since, until)])
        gone = [one for one in shifts if since <= one.since]
        await self.work.people.drop_shifts(gone)
        return gone

    async def _roster(self) -> Roster:
        return await self.work.people.roster(self.now)

    async def _overlapping(
        self, unit: Unit, person: Person, spans: Sequence[tuple[datetime, datetime]]
    ) -> Sequence[Shift]:
        shifts = (await self._roster()).shifts_in(unit.code)
        return [
            one
            for one in shifts
            if one.person == person.id and any(one.since < until and since < one.until for since, until in spans)
        ]

    async def _may_plan(self, unit: Unit, person: Person) -> None:
        if not self.scope.covers(unit.code, *PLANNERS):
            raise Refusal(f"{unit.name}不在您的管理范围内，请由该单位的领导或管理员排班。")
        if all(post.unit != unit.code for post in person.posts):
            raise Refusal(f"{person.name}在{unit.name}没有岗位，不能排在那里的班。")
        await self.work.people.hold()

    def _distance(self, person: Person, other: Person) -> int | None:
        """The level of the lowest unit below the county that both work in, 0 in the very same unit; None: none."""
        pairs = [
            (mine.unit, theirs.unit)
            for mine in person.posts
            for theirs in other.posts
            if fits(Person(0, "", (theirs,)), mine.role)
        ]
        if any(mine == theirs for mine, theirs in pairs):
            return 0
        own = duty_unit(self.rules)
        shared = [
            int(unit.level)
            for mine, theirs in pairs
            for unit in self.units.chain(mine)
            if unit.level < Level.COUNTY and own not in (mine, theirs) and self.units.within(theirs, unit.code)
        ]
        return min(shared, default=None)
