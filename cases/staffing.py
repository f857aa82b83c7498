"""Who answers for a case, who stands above them, and who is told at each rung: of those who are on duty now."""

from collections.abc import Awaitable, Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from cases.case import Case
from cases.catalogue import Category
from cases.duty import NOBODY, OFF_SHIFT, ON_LEAVE, Presence
from cases.errors import Refusal
from cases.owners import ANSWERING, OFFICE, ROOM, WORKERS, Lead, level_of, reach
from cases.people import Address, Level, Person, Role
from cases.places import Units
from cases.ports import CaseWork
from cases.rules import Rules
from cases.supervision import Escalation


@dataclass(frozen=True)
class Staffing:
    """The county's staff at one instant, by its rules and roster, without those of `excluding` (ids) and all who hold a
    post in one of the units `apart`: people who must not have to do with a case. Whoever is away is replaced by who
    stands in for them, if that one holds such a role.
    """

    work: CaseWork
    rules: Rules
    units: Units
    now: datetime
    excluding: Set[int] = NOBODY
    apart: Set[str] = frozenset()

    def of(self, case: Case) -> "Staffing":
        """The same without whom the case is about."""
        kept = case.overlay
        if not kept.about_people and not kept.about_units:
            return self
        return replace(self, excluding={*self.excluding, *kept.about_people}, apart={*self.apart, *kept.about_units})

    async def concerned(self, case: Case) -> Set[int]:
        """The ids of those whom the case is about: the people named, and all who hold a post in the units named."""
        kept, people = case.overlay, self.work.people
        posted = [one.id for unit in kept.about_units for role in Role for one in await people.holding(role, unit)]
        return {*kept.about_people, *posted}

    async def addresses(self, people: Iterable[int]) -> Set[Address]:
        """Where those people (ids) read their messages."""
        bound = await self.work.people.addresses(people)
        return {address for addresses in bound.values() for address in addresses}

    def admits(self, person: Person) -> bool:
        """Whether the person is none of those who are left out."""
        return person.id not in self.excluding and all(post.unit not in self.apart for post in person.posts)

    async def presence(self) -> Presence:
        """Who is there, by the roster."""
        return (await self.work.people.roster(self.now)).at(self.now)

    async def holding(self, unit: str | None, *roles: Role) -> Sequence[Person]:
        """Active staff who hold any of the roles in exactly that unit (None: anywhere), each once, there or not."""
        found: dict[int, Person] = {}
        for role in roles:
            people = self.work.people
            for person in await (people.any_holding(role) if unit is None else people.holding(role, unit)):
                if self.admits(person):
                    found.setdefault(person.id, person)
        return list(found.values())

    async def on_duty(self, unit: str | None, *roles: Role) -> Sequence[Person]:
        """Those of them who are on duty there, or who stand in for them."""
        return await self._present(await self.holding(unit, *roles), unit, roles)

    async def stand_in(self, person: int, *roles: Role) -> Person | None:
        """Who does that person's work now, themselves or a substitute who holds one of the roles; None: nobody."""
        found = (await self.presence()).stand_in(person, self.excluding)
        one = await self.work.people.get(found) if found is not None else None
        fit = one is not None and one.active and self.admits(one) and (one.id == person or fits(one, *roles))
        return one if fit else None

    async def stood_for(self, person: Person) -> Sequence[Person]:
        """Whose work that person does now besides their own, by id."""
        ids = (await self.presence()).stands_for(person.id)
        return list((await self.work.people.many(ids)).values()) if ids else []

    async def in_hand(self, case: Case) -> Person | None:
        """The case's handler, or who stands in for them; None where neither is there."""
        return await self.stand_in(case.handler, *WORKERS) if case.handler is not None else None

    async def duty_room(self) -> Sequence[Person]:
        """The people of the duty room, else any dispatcher of the county's own level, else any dispatcher: of those on
        duty, or where nobody is, of all; else the county's leaders. Somebody must hear."""
        own = [(self.rules.county.duty_unit, ROOM)] if self.rules.county.duty_unit else []
        county = self.rules.county.code
        rooms = [*own, (county, (Role.DISPATCHER,)), (None, (Role.DISPATCHER,))]
        for ask in (self.on_duty, self.holding):
            for unit, roles in rooms:
                if found := await ask(unit, *roles):
                    return found
        return await self.on_duty(county, Role.LEADER) or await self.holding(county, Role.LEADER)

    async def officer(self, place: str) -> Lead | None:
        """The officer of the grid; without one that of the village, then of the town. None: the duty room's turn."""
        for unit in self.units.chain(place):
            if unit.level >= Level.COUNTY:
                break
            people = await self.on_duty(unit.code, *WORKERS)
            if people:
                return Lead(unit.code, people[0])
        return None

    async def lead(self, category: Category, place: str) -> Lead | None:
        """Who is to handle it: the grid's officer, or the catalogue's department where the rules say so.

        None when the duty room has to decide: nobody is there, or no department of the catalogue exists here.
        """
        if not self.rules.flow.department(category):
            return await self.officer(place)
        for name in category.units:
            for unit in self.units.named(name):
                if unit.department and await self.on_duty(unit.code, *WORKERS):
                    return Lead(unit.code, None)
        return None

    async def addressee(self, name: str, case: Case) -> tuple[str, int | None]:
        """Whom a name means when the case is dispatched: a unit's code, and a person's id where one is meant; a
        substitute's where that one is away. Of a unit nobody is meant whom the case is about.

        Of a person's posts it is the one nearest to the place; a grid means its officer. Raises Refusal with what to
        write, or who is there instead.
        """
        people = [one for one in await self.work.people.named(name) if one.has(*WORKERS)]
        named = self.units.named(name)
        if len(people) + len(named) > 1:
            codes = [unit.code for unit in named] + [post.unit for one in people for post in one.posts]
            raise Refusal(f"“{name}”不止一个，请写单位编码或全称：{'、'.join(dict.fromkeys(codes))}。")
        if people:
            return await self._person(people[0], case.place.unit)
        if not named:
            raise Refusal(f"没有叫“{name}”的经办人或单位。请写“派遣 编号 姓名”或“派遣 编号 单位名称”。")
        without, code = self.of(case), named[0].code
        if code in case.overlay.about_units:  # the desk says so
            return code, None
        there = await without.on_duty(code, *WORKERS)
        if not there and await without.holding(code, *WORKERS):
            raise Refusal(f"{named[0].name}的经办人现在都不在岗（请假或不当班），请派给别的单位，或等有人在岗再派。")
        if not there and await self.holding(code, *WORKERS):
            raise Refusal(f"{named[0].name}的经办人都要回避这个案件，请派给别的单位。")
        if not there:
            raise Refusal(f"{named[0].name}还没有经办人，请先添加人员，或派给别的单位。")
        return code, there[0].id if named[0].level is Level.GRID else None

    async def level_up(self, case: Case, up: int) -> Escalation:
        """To the level `up` above the one that is late, past levels where nobody can answer, each with the reason.

        It ends at the county, whose duty room always answers; the centre stands there already.
        """
        if not up and case.clock not in OFFICE:
            return Escalation(case.level)
        above = {unit.level: unit.code for unit in self.units.chain(case.place.unit)}
        skipped: list[dict[str, str]] = []
        wanted = Level.COUNTY if case.clock in OFFICE else min(case.level + up, Level.COUNTY)
        for level in range(wanted, Level.COUNTY):
            code = above.get(Level(level))
            reason = await self._hindrance(case, code)
            if not reason:
                return Escalation(Level(level), skipped)
            skipped.append({"unit": code or "", "reason": reason})
        return Escalation(Level.COUNTY, skipped)

    async def unit_leader(self, unit: str) -> Sequence[Person]:
        """The leaders of the unit, or of the nearest unit above it that has one on duty."""
        for above in self.units.chain(unit):
            found = await self.on_duty(above.code, Role.LEADER)
            if found:
                return found
        return ()

    async def next_level(self, case: Case) -> Sequence[Person]:
        """Who answers at the level the case has reached, but for its handler; the duty room where nobody does.

        Where the county itself is late, by a department or the centre, that is its leaders and the duty room.
        """
        unit = case.lead_unit or case.owner_unit
        if case.clock in OFFICE or level_of(self.rules, self.units, unit) is Level.COUNTY:
            leaders = await self.on_duty(self.rules.county.code, Role.LEADER)
            return [*_others(leaders, case), *await self.duty_room()]
        code = next((one.code for one in self.units.chain(case.place.unit) if one.level == case.level), None)
        for role in ANSWERING if code and code != unit else ():
            found = _others(await self.on_duty(code, role), case)
            if found:
                return found
        return await self.duty_room()

    async def listed(self, case: Case, up: Escalation) -> Escalation:
        """The same in a leader's name: that level's, else the county's, else the first of the duty room."""
        county = self.rules.county.code
        area = next((unit.code for unit in self.units.chain(case.place.unit) if unit.level == up.level), county)
        for code in (area, county):
            found = _others(await self.on_duty(code, Role.LEADER), case)
            if found:
                return replace(up, leader=found[0].id)
        room = await self.duty_room()
        return replace(up, leader=room[0].id) if room else up

    async def told(self, case: Case, words: Sequence[str]) -> Sequence[int]:
        """The ids of those whom a rung's words mean, each once, in the order of the words.

        Words: handler, unit_duty, unit_leader, next_level, supervisor, county_leader, duty_room; another is a
        ValueError.
        """
        meant: dict[str, Callable[[], Awaitable[Sequence[Person]]]] = {
            "handler": lambda: self._handler(case),
            "unit_duty": lambda: self._unit_duty(case),
            "unit_leader": lambda: self.unit_leader(case.lead_unit or case.owner_unit),
            "next_level": lambda: self.next_level(case),
            "supervisor": lambda: self._supervisors(case),
            "county_leader": lambda: self.on_duty(self.rules.county.code, Role.LEADER),
            "duty_room": self.duty_room,
        }
        ids: dict[int, None] = {}
        for word in words:
            if word not in meant:
                raise ValueError(f"unknown word for whom to tell: {word}")
            ids.update({person.id: None for person in await meant[word]()})
        return list(ids)

    async def _present(self, people: Sequence[Person], unit: str | None, roles: Sequence[Role]) -> Sequence[Person]:
        """Of those people who hold the roles there: who is on duty by one of these posts, or stands in."""
        there = await self.presence()
        if there.roster.is_empty:
            return people
        found: dict[int, Person] = {}
        for person in people:
            posts = [post.unit for post in person.posts if post.role in roles and unit in (None, post.unit)]
            if all(there.hindrance(code, person.id, self.excluding) for code in posts):
                continue
            one = await self.stand_in(person.id, *roles)
            if one is not None:
                found.setdefault(one.id, one)
        return list(found.values())

    async def _person(self, person: Person, place: str) -> tuple[str, int]:
        unit = _nearest_post(self.units, person, place)
        found = await self._present([person], unit, WORKERS)
        if found:
            return unit, found[0].id
        there = await self.presence()
        why = "现在不当班" if there.hindrance(unit, person.id) == OFF_SHIFT else "请假，没有人代班"
        others = "、".join(one.name for one in await self.on_duty(unit, *WORKERS))
        instead = f"同单位在岗的有{others}，请派给他们" if others else "同单位现在没有人在岗，请派给别的单位"
        raise Refusal(f"{person.name}{why}。{instead}。")

    async def _hindrance(self, case: Case, code: str | None) -> str:
        """Why nobody of that unit can answer for the case from above, '' where somebody can: none is above himself."""
        if not code:
            return "unknown"
        if not await replace(self, excluding=NOBODY, apart=frozenset()).holding(code, *ANSWERING):
            return "vacant"
        others = _others(await self.holding(code, *ANSWERING), case)
        if code == case.lead_unit or code in case.overlay.about_units or not others:
            return "conflict"
        if _others(await self.on_duty(code, *ANSWERING), case):
            return ""
        there = await self.presence()
        away = all(there.hindrance(code, one.id) == ON_LEAVE for one in others)
        return ON_LEAVE if away else OFF_SHIFT

    async def _handler(self, case: Case) -> Sequence[Person]:
        found = await self.in_hand(case)
        return [found] if found is not None else await self._unit_duty(case)

    async def _unit_duty(self, case: Case) -> Sequence[Person]:
        roles = (Role.HANDLER, Role.DISPATCHER, Role.GRID_WORKER)
        return await self.on_duty(case.lead_unit or case.owner_unit, *roles) or await self.duty_room()

    async def _supervisors(self, case: Case) -> Sequence[Person]:
        def covers(person: Person) -> bool:
            posts = [post.unit for post in person.posts if post.role is Role.SUPERVISOR]
            return any(self.units.within(case.place.unit, reach(self.rules, unit)) for unit in posts)

        people = [one for one in await self.holding(None, Role.SUPERVISOR) if covers(one)]
        return await self._present(people, None, [Role.SUPERVISOR])


def widened(roles: Iterable[Role]) -> Sequence[Role]:
    """The roles whose holders may stand in for holders of these: a grid worker and a handler may for each other."""
    held = set(roles)
    return [role for role in Role if role in held or (role in WORKERS and held & set(WORKERS))]


def fits(person: Person, *roles: Role) -> bool:
    """Whether the person may stand in for a holder of one of the roles, whatever units they are of."""
    return person.has(*widened(roles))


def _nearest_post(units: Units, person: Person, place: str) -> str:
    posts = [post.unit for post in person.posts if post.role in WORKERS]
    return next((above.code for above in units.chain(place) if above.code in posts), posts[0])


def _others(people: Sequence[Person], case: Case) -> Sequence[Person]:
    return [one for one in people if one.id != case.handler]
