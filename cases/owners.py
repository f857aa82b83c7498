"""Who answers for a case, who stands above them, and who is told at each rung of the ladder."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from cases.case import Case
from cases.catalogue import Category
from cases.errors import Refusal
from cases.events import Event
from cases.people import Level, Person, Role
from cases.places import Units
from cases.ports import CaseWork
from cases.rules import Rules
from cases.supervision import Escalation

WORKERS = (Role.GRID_WORKER, Role.HANDLER)
ANSWERING = (Role.LEADER, Role.HANDLER, Role.DISPATCHER)
OFFICE = frozenset({"accept", "dispatch", "check"})
"""Clocks in which the centre is late and not the unit that handles the case."""
WORK = frozenset({"sign", "progress", "feedback"})
"""Actions by which somebody works on a case."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The unit that is to handle a case, with one of its people where somebody is there."""

    unit: str
    person: Person | None


async def in_unit(work: CaseWork, unit: str, *roles: Role) -> Sequence[Person]:
    """Active staff who hold any of the roles in exactly that unit, each once."""
    found: dict[int, Person] = {}
    for role in roles:
        for person in await work.people.holding(role, unit):
            found.setdefault(person.id, person)
    return list(found.values())


def duty_unit(rules: Rules) -> str:
    """The duty room's unit code; the county itself where none is named."""
    return rules.county.duty_unit or rules.county.code


def reach(rules: Rules, unit: str) -> str:
    """The unit whose cases a post in `unit` covers: a post of the duty room is one of the county."""
    return rules.county.code if unit == duty_unit(rules) else unit


def level_of(rules: Rules, units: Units, unit: str) -> Level:
    """The level at which a unit stands; the duty room at the county's."""
    found = units.get(unit)
    return Level.COUNTY if found is None or unit == duty_unit(rules) else found.level


async def duty_room(work: CaseWork, rules: Rules) -> Sequence[Person]:
    """The people of the duty room, else any dispatcher of the county's own level, else any dispatcher."""
    roles = (Role.DISPATCHER, Role.ACCEPTOR, Role.HANDLER)
    found = await in_unit(work, rules.county.duty_unit, *roles) if rules.county.duty_unit else ()
    return (
        found
        or await work.people.holding(Role.DISPATCHER, rules.county.code)
        or await work.people.any_holding(Role.DISPATCHER)
    )


async def officer(work: CaseWork, units: Units, place: str) -> Lead | None:
    """The officer of the grid; without one that of the village, then of the town. None: the duty room's turn."""
    for unit in units.chain(place):
        if unit.level >= Level.COUNTY:
            break
        people = await in_unit(work, unit.code, *WORKERS)
        if people:
            return Lead(unit.code, people[0])
    return None


async def lead(work: CaseWork, rules: Rules, units: Units, category: Category, place: str) -> Lead | None:
    """Who is to handle it: the grid's officer, or the catalogue's department where the rules say so.

    None when the duty room has to decide: nobody is there, or no department of the catalogue exists here.
    """
    if not rules.flow.department(category):
        return await officer(work, units, place)
    for name in category.units:
        for unit in units.named(name):
            people = await in_unit(work, unit.code, *WORKERS)
            if unit.department and people:
                return Lead(unit.code, None)
    return None


async def addressee(work: CaseWork, units: Units, name: str, place: str) -> tuple[str, int | None]:
    """Whom a name means when a case of that place is dispatched: a unit's code, and a person's id where one is meant.

    Of a person's posts it is the one nearest to the place; a grid means its officer. Raises Refusal with what to write.
    """
    people = [one for one in await work.people.named(name) if one.has(*WORKERS)]
    named = units.named(name)
    if len(people) + len(named) > 1:
        codes = [unit.code for unit in named] + [post.unit for one in people for post in one.posts]
        raise Refusal(f"“{name}”不止一个，请写单位编码：{'、'.join(dict.fromkeys(codes))}。")
    if people:
        return _nearest_post(units, people[0], place), people[0].id
    if not named:
        raise Refusal(f"没有叫“{name}”的经办人或单位。请写“派遣 编号 姓名”或“派遣 编号 单位名称”。")
    there = await in_unit(work, named[0].code, *WORKERS)
    if not there:
        raise Refusal(f"{named[0].name}还没有经办人，请先添加人员，或派给别的单位。")
    return named[0].code, there[0].id if named[0].level is Level.GRID else None


def _nearest_post(units: Units, person: Person, place: str) -> str:
    posts = [post.unit for post in person.posts if post.role in WORKERS]
    return next((above.code for above in units.chain(place) if above.code in posts), posts[0])


async def level_up(work: CaseWork, units: Units, case: Case, up: int) -> Escalation:
    """To the level `up` above the one that is late, past levels where nobody can answer, each with the reason.

    It ends at the county, whose duty room always answers; the centre stands there already.
    """
    if not up and case.clock not in OFFICE:
        return Escalation(case.level)
    above = {unit.level: unit.code for unit in units.chain(case.place.unit)}
    skipped: list[dict[str, str]] = []
    wanted = Level.COUNTY if case.clock in OFFICE else min(case.level + up, Level.COUNTY)
    for level in range(wanted, Level.COUNTY):
        code = above.get(Level(level))
        reason = await _hindrance(work, case, code)
        if not reason:
            return Escalation(Level(level), skipped)
        skipped.append({"unit": code or "", "reason": reason})
    return Escalation(Level.COUNTY, skipped)


async def _hindrance(work: CaseWork, case: Case, code: str | None) -> str:
    """Why nobody of that unit can answer for the case from above, '' where somebody can: nobody is above himself."""
    there = await in_unit(work, code, *ANSWERING) if code else ()
    if not there:
        return "vacant" if code else "unknown"
    return "conflict" if code == case.lead_unit or not _others(there, case) else ""


def _others(people: Sequence[Person], case: Case) -> Sequence[Person]:
    return [one for one in people if one.id != case.handler]


async def unit_leader(work: CaseWork, units: Units, unit: str) -> Sequence[Person]:
    """The leaders of the unit, or of the nearest unit above it that has one."""
    for above in units.chain(unit):
        found = await work.people.holding(Role.LEADER, above.code)
        if found:
            return found
    return ()


async def next_level(work: CaseWork, rules: Rules, units: Units, case: Case) -> Sequence[Person]:
    """Who answers at the level the case has reached, but for its handler; the duty room where nobody does.

    Where the county itself is late, by a department or the centre, that is its leaders and the duty room.
    """
    unit = case.lead_unit or case.owner_unit
    if case.clock in OFFICE or level_of(rules, units, unit) is Level.COUNTY:
        leaders = await work.people.holding(Role.LEADER, rules.county.code)
        return [*_others(leaders, case), *await duty_room(work, rules)]
    code = next((one.code for one in units.chain(case.place.unit) if one.level == case.level), None)
    for role in ANSWERING if code and code != unit else ():
        found = _others(await work.people.holding(role, code or ""), case)
        if found:
            return found
    return await duty_room(work, rules)


async def listed(work: CaseWork, rules: Rules, units: Units, case: Case, up: Escalation) -> Escalation:
    """The same in a leader's name: that level's, else the county's, else the first of the duty room."""
    area = next((unit.code for unit in units.chain(case.place.unit) if unit.level == up.level), rules.county.code)
    for code in (area, rules.county.code):
        found = _others(await work.people.holding(Role.LEADER, code), case)
        if found:
            return replace(up, leader=found[0].id)
    room = await duty_room(work, rules)
    return replace(up, leader=room[0].id) if room else up


async def told(work: CaseWork, rules: Rules, units: Units, case: Case, words: Sequence[str]) -> Sequence[int]:
    """The ids of those whom a rung's words mean, each once, in the order of the words.

    Words: handler, unit_duty, unit_leader, next_level, supervisor, county_leader, duty_room; another is a ValueError.
    """
    unit = case.lead_unit or case.owner_unit

    async def handler() -> Sequence[Person]:
        person = await work.people.get(case.handler) if case.handler is not None else None
        return [person] if person and person.active else await unit_duty()

    async def unit_duty() -> Sequence[Person]:
        found = await in_unit(work, unit, Role.HANDLER, Role.DISPATCHER, Role.GRID_WORKER)
        return found or await duty_room(work, rules)

    async def supervisor() -> Sequence[Person]:
        people = await work.people.any_holding(Role.SUPERVISOR)
        return [
            person
            for person in people
            if any(
                post.role is Role.SUPERVISOR and units.within(case.place.unit, reach(rules, post.unit))
                for post in person.posts
            )
        ]

    meant: dict[str, Callable[[], Awaitable[Sequence[Person]]]] = {
        "handler": handler,
        "unit_duty": unit_duty,
        "unit_leader": lambda: unit_leader(work, units, unit),
        "next_level": lambda: next_level(work, rules, units, case),
        "supervisor": supervisor,
        "county_leader": lambda: work.people.holding(Role.LEADER, rules.county.code),
        "duty_room": lambda: duty_room(work, rules),
    }
    ids: dict[int, None] = {}
    for word in words:
        if word not in meant:
            raise ValueError(f"unknown word for whom to tell: {word}")
        ids.update({person.id: None for person in await meant[word]()})
    return list(ids)


def worked(timeline: Sequence[Event]) -> frozenset[int]:
    """The ids of all who had the case in hand: whom it was dispatched to, and who signed, told of it or fed back."""
    hands = {event.facts.get("handler") for event in timeline if event.action == "dispatch"}
    hands |= {event.actor.person for event in timeline if event.action in WORK}
    return frozenset(person for person in hands if person is not None)


def reporter_hears(timeline: Sequence[Event]) -> bool:
    """Whether the reporter still gets notices: not after withdrawing a hazard that goes on without them."""
    return not any(event.action == "goes_on" for event in timeline)
