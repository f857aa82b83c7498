"""Tasks of somebody who goes for good: each to whoever stands in, else to a colleague on duty, else to the unit."""

from collections.abc import Sequence
from dataclasses import replace

from cases.case import Case
from cases.events import Event
from cases.owners import WORKERS
from cases.people import Person
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
    without = replace(staffing, excluding={*staffing.excluding, person.id})
    substitute = await _substitute(staffing, person)
    for index, case in enumerate((await work.cases.many(numbers, lock=True)).values()):
        colleagues = await without.on_duty(case.lead_unit, *WORKERS) if case.lead_unit else ()
        next_one = colleagues[index % len(colleagues)] if colleagues else None
        to = substitute or next_one
        case.handler = to.id if to is not None else None
        case.note(staffing.now, "hand_over", {"from": person.id, "handler": case.handler, "reason": reason})
        news += [(case, event) for event in case.news]
        await work.cases.save(case)
        case.take_news()
    return news


async def _substitute(staffing: Staffing, person: Person) -> Person | None:
    found = await staffing.stand_in(person.id, *WORKERS)
    return found if found is not None and found.id != person.id else None
