"""Whom a case waits for: the nearest staff of a role, the hands it is in, and where it could be dispatched."""

from collections.abc import Collection, Sequence

from cases import owners
from cases.case import Case
from cases.events import Event
from cases.overlay import Secrecy
from cases.people import Role
from cases.record import State
from cases.staffing import Staffing
from dialogs.engine.around import Knowledge
from dialogs.engine.messages import Choice
from dialogs.engine.ports import Work
from dialogs.phrases import unit_name

OFFERED = 3
WAITS_FOR = {
    State.SUBMITTED: Role.ACCEPTOR,
    State.ACCEPTED: Role.DISPATCHER,
    State.FEEDBACK: Role.CHECKER,
    State.REOPEN_REVIEW: Role.ACCEPTOR,
}


async def nearest(staffing: Staffing, case: Case, role: Role, *, but: Collection[int | None] = ()) -> Sequence[int]:
    """The people of that role on duty in the lowest unit above the place that has any, then in the duty room's unit.

    `but` are left out. The duty room's people where nobody holds the role.
    """
    staffing = staffing.of(case)
    above = [unit.code for unit in staffing.units.chain(case.place.unit)]
    for code in (*above, owners.duty_unit(staffing.rules)):
        found = [one.id for one in await staffing.on_duty(code, role) if one.id not in but]
        if found:
            return found
    return [one.id for one in await staffing.duty_room() if one.id not in but]


async def hands(staffing: Staffing, case: Case) -> Sequence[int]:
    """The handler or who stands in; where neither is there the workers of the unit, then the duty room."""
    staffing = staffing.of(case)
    person = await staffing.in_hand(case)
    if person is not None:
        return [person.id]
    found = await staffing.on_duty(case.lead_unit or case.owner_unit, *owners.WORKERS)
    return [one.id for one in found or await staffing.duty_room()]


async def holders(staffing: Staffing, case: Case) -> Sequence[int]:
    """Whom the case waits for in the state it is in; never the check of those who worked on it."""
    if case.state is State.MEDIATING and case.overlay.mediator is not None:
        return await mediator(staffing, case.overlay.mediator)
    role = WAITS_FOR.get(case.state)
    if role is None:
        return await hands(staffing, case)
    timeline = await staffing.work.cases.timeline(case.number) if role is Role.CHECKER else ()
    return await nearest(staffing, case, role, but=[case.handler, *owners.worked(timeline)])


async def mediator(staffing: Staffing, person: int) -> Sequence[int]:
    """That mediator, or who stands in; the mediator all the same where nobody does: it waits for nobody else."""
    there = await staffing.stand_in(person, Role.MEDIATOR)
    return [there.id if there is not None else person]


async def named_leader(work: Work, event: Event) -> tuple[Sequence[int], str]:
    """In whose name the case is listed by that event: the id, and the name to be read."""
    person = await work.people.get(event.facts.get("leader") or 0)
    return ([person.id], person.name) if person is not None else ((), "值班室")


async def addressees(staffing: Staffing, knowledge: Knowledge, case: Case, says: str = "派遣") -> tuple[Choice, ...]:
    """Where the case could be dispatched: the officer of its grid, then the catalogue's departments with staff.
    `says` is the command that the choices say.

    The officer, a neighbour of everybody, is left out where nobody may guess who reported; and so is whom it is about.
    """
    staffing = staffing.of(case)
    units, found = knowledge.units, dict[str, str]()
    category = knowledge.rules_of(case).catalogue.get(case.category)
    secret = case.overlay.secrecy is not Secrecy.OPEN
    officer = None if secret else await staffing.officer(case.place.unit)
    if officer is not None and officer.person is not None:
        found[officer.unit] = f"{unit_name(officer.unit, knowledge)} {officer.person.name}"
    for name in category.units if category else ():
        for unit in units.named(name):
            if unit.department and await staffing.on_duty(unit.code, *owners.WORKERS):
                found.setdefault(unit.code, unit.name)
    return tuple(
        Choice(f"派给{label}", f"{says} {case.number} {code}") for code, label in list(found.items())[:OFFERED]
    )
