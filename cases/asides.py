"""回避: whoever a case is about has nothing to do with it any more, whatever they had of it until then."""

from collections.abc import Iterable, Set

from cases.case import Case
from cases.owners import WORKERS
from cases.people import Actor
from cases.record import State
from cases.rules import Rules
from cases.staffing import Staffing

GIVEN_BACK = frozenset({State.FEEDBACK, State.CLOSED, State.REOPEN_REVIEW})
"""States in which the handler has said what was done."""
OVER = frozenset({State.CLOSED, State.REOPEN_REVIEW})
"""States in which nobody is to handle it, though it may yet be done again."""


async def put_aside(
    staffing: Staffing, rules: Rules, case: Case, actor: Actor, *, units: Iterable[str] = (), people: Iterable[int] = ()
) -> None:
    """Note that the case is about those units (codes) and people (ids), and leave them out from now on.

    What is theirs is taken back, whatever they did so far; they follow it no more, and what they were asked for or
    proposed is void. Raises Refusal.
    """
    for unit in units:
        case.set_aside(actor, staffing.now, unit, None)
    for person in people:
        case.set_aside(actor, staffing.now, None, person)
    gone = await staffing.concerned(case)
    case.leave_out(gone)
    if await _is_theirs(staffing.of(case), case, gone):
        if case.state in OVER:
            case.leave_unit(rules)
        else:
            case.take_back(rules, staffing.now)
    elif case.handler in gone:
        facts = {"from": case.handler, "handler": None, "reason": "set_aside"}
        case.handler = None
        case.note(staffing.now, "hand_over", facts)
    await _follow_no_more(staffing, case, gone)


async def _is_theirs(staffing: Staffing, case: Case, gone: Set[int]) -> bool:
    """Whether the case, or its result, is in the hands of those whom it is about, and nobody else's of the unit."""
    if case.lead_unit is None or case.lead_unit in case.overlay.about_units:
        return case.lead_unit is not None
    if case.handler not in gone:
        return False
    return case.state in GIVEN_BACK or not await staffing.holding(case.lead_unit, *WORKERS)


async def _follow_no_more(staffing: Staffing, case: Case, gone: Set[int]) -> None:
    bound = await staffing.work.people.addresses(gone)
    for address in {one for addresses in bound.values() for one in addresses}:
        await staffing.work.cases.unfollow(case.number, address)
