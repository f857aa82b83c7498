"""回避: whoever a case is about has nothing to do with it any more, whatever they had of it until then."""

from collections.abc import Iterable, Set

from cases.case import Case
from cases.handing_over import mediator_for, note_handed
from cases.owners import WORKERS
from cases.people import Actor
from cases.record import State
from cases.rules import Rules
from cases.staffing import Staffing

REASON = "set_aside"
"""Why the bot hands it on, as the log has it."""
GIVEN_BACK = frozenset({State.FEEDBACK, State.CLOSED, State.REOPEN_REVIEW})
"""States in which the handler has said what was done."""
OVER = frozenset({State.CLOSED, State.REOPEN_REVIEW})
"""States in which nobody is to handle it, though it may yet be done again."""


async def put_aside(
    staffing: Staffing, rules: Rules, case: Case, actor: Actor, *, units: Iterable[str] = (), people: Iterable[int] = ()
) -> None:
    """Note that the case is about those units (codes) and people (ids), and leave them out from now on.

    What is theirs is taken back, whatever they did so far, or goes to somebody else of the unit where it is one
    person's alone; they follow it no more, and what they were asked for or proposed is void. Raises Refusal.
    """
    for unit in units:
        case.set_aside(actor, staffing.now, unit, None)
    for person in people:
        case.set_aside(actor, staffing.now, None, person)
    gone, without = await staffing.concerned(case), staffing.of(case)
    case.leave_out(gone)
    if await _is_theirs(without, case, gone):
        if case.state in OVER:
            case.leave_unit(rules)
        else:
            case.take_back(rules, staffing.now)
    else:
        await _goes_to_another(without, rules, case, gone)
    await _follow_no_more(staffing, case, gone)


async def _is_theirs(without: Staffing, case: Case, gone: Set[int]) -> bool:
    """Whether the case, or its result, is in the hands of those whom it is about, and nobody else's of the unit."""
    if case.lead_unit is None or case.lead_unit in case.overlay.about_units:
        return case.lead_unit is not None
    if case.state in GIVEN_BACK:
        return case.handler in gone or case.overlay.mediator in gone
    in_no_hands = case.handler is None or case.handler in gone
    return in_no_hands and not await without.holding(case.lead_unit, *WORKERS)


async def _goes_to_another(without: Staffing, rules: Rules, case: Case, gone: Set[int]) -> None:
    """A colleague has it instead of a handler who is gone, another mediator instead of such a one."""
    if case.lead_unit is None and case.owner_unit in case.overlay.about_units:
        case.leave_unit(rules)
    if case.handler in gone:
        there = await without.on_duty(case.lead_unit, *WORKERS) if case.lead_unit is not None else ()
        another = there[0] if there else None
        note_handed(without, case, case.handler, another, REASON)
        case.handler = another.id if another is not None else None
    if case.state is State.MEDIATING and case.overlay.mediator in gone:
        another = await mediator_for(without, case)
        note_handed(without, case, case.overlay.mediator, another, REASON)
        case.lay_over(mediator=another.id if another is not None else None)


async def _follow_no_more(staffing: Staffing, case: Case, gone: Set[int]) -> None:
    for address in await staffing.addresses(gone):
        await staffing.work.cases.unfollow(case.number, address)
