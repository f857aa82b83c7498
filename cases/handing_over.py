"""Tasks of somebody who goes for good: each to whoever stands in, else to a colleague on duty, else to the unit."""

from collections.abc import Sequence
from dataclasses import replace

from cases.case import Case
from cases.events import Event
from cases.owners import WORKERS
from cases.people import Person, Role
from cases.record import State
from cases.staffing import Staffing

IN_HAND = frozenset({State.DISPATCHED, State.IN_PROGRESS, State.RETURN_REVIEW, State.SUSPENDED, State.MEDIATING})
"""States in which a handler has something to do, or will have; what was fed back finds its unit if it comes back."""
MOST = 10_000
"""Cases in one pair of hands: more than anybody had in ten years of a large town."""


async def hand_over_all(staffing: Staffing, person: Person, reason: str) -> Sequence[tuple[Case, Event]]:
    """转办 by the bot of all that the person has in hand; the news, with the fact `reason` (a code).

    Where nobody can take a case it stays with its unit, in nobody's hands. The clocks run on. Raises Overtaken.
    """
    work, news = staffing.work, list[tuple[Case, Event]]()
    numbers = [case.number for case in await work.cases.of_handler(person.id, limit=MOST) if case.state in IN_HAND]
    mediated = [case.number for case in await work.cases.invited((), person.id, limit=MOST)]
    substitute, handed = await _substitute(staffing, person, *WORKERS), 0
    for case in (await work.cases.many([*numbers, *mediated], lock=True)).values():
        of_case = staffing.of(case)
        without = replace(of_case, excluding={*of_case.excluding, person.id})
        if case.overlay.mediator == person.id and case.state is State.MEDIATING:
            to = await mediator_for(without, case, await _substitute(staffing, person, Role.MEDIATOR))
            case.lay_over(mediator=to.id if to is not None else None)
        elif case.handler == person.id and case.state in IN_HAND:
            colleagues = await without.on_duty(case.lead_unit, *WORKERS) if case.lead_unit else ()
            next_one = colleagues[handed % len(colleagues)] if colleagues else None
            to, handed = _fit(substitute, without) or next_one, handed + 1
            case.handler = to.id if to is not None else None
        else:  # somebody was quicker
            continue
        note_handed(staffing, case, person.id, to, reason)
        news += [(case, event) for event in case.news]
        await work.cases.save(case)
        case.take_news()
    return news


def note_handed(staffing: Staffing, case: Case, before: int | None, to: Person | None, reason: str) -> None:
    """What the bot handed on stands in the log, with whom it went to (None: nobody) and why (a code)."""
    facts = {"from": before, "handler": to.id if to is not None else None, "reason": reason}
    case.note(staffing.now, "hand_over", facts)


def _fit(substitute: Person | None, staffing: Staffing) -> Person | None:
    """The substitute, unless they must not have to do with the case."""
    return substitute if substitute is not None and staffing.admits(substitute) else None


async def mediator_for(staffing: Staffing, case: Case, substitute: Person | None = None) -> Person | None:
    """Who mediates it instead: the substitute, else the nearest mediator on duty."""
    if (fit := _fit(substitute, staffing)) is not None:
        return fit
    for unit in (*(one.code for one in staffing.units.chain(case.place.unit)), None):
        if there := [one for one in await staffing.on_duty(unit, Role.MEDIATOR) if one.id != case.handler]:
            return there[0]
    return None


async def _substitute(staffing: Staffing, person: Person, *roles: Role) -> Person | None:
    found = await staffing.stand_in(person.id, *roles)
    return found if found is not None and found.id != person.id else None
