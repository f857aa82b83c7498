"""What an inspection mends in an open case: an owner where it has none, and the steps of its clock laid anew."""

from datetime import datetime

from cases.case import Case
from cases.due import lay_anew
from cases.owners import duty_unit
from cases.places import Units
from cases.ports import CaseWork
from cases.rules import Rules

ACTION = "mend"
"""Under which the log has what was mended."""


async def give_owner(work: CaseWork, rules: Rules, units: Units, case: Case, now: datetime) -> bool:
    """See to it that a unit that exists owns the open case: the one that handles it, else the duty room.

    Whether it had none. Raises Overtaken.
    """
    if not case.is_open or units.get(case.owner_unit) is not None:
        return False
    lead = units.get(case.lead_unit) if case.lead_unit else None
    case.owner_unit = lead.code if lead is not None else duty_unit(rules)
    case.note(now, ACTION, {"unit": case.owner_unit})
    await work.cases.save(case)
    case.take_news()
    return True


async def lay_again(work: CaseWork, rules: Rules, case: Case, now: datetime) -> bool:
    """Lay the steps of the running clock anew, but for those whose work the log has already; whether it is open.

    The fence grows, so that a step that turns up after all is stale. Raises Overtaken.
    """
    if not case.is_open:
        return False
    case.fence += 1
    case.note(now, ACTION, {"fence": case.fence})
    await work.cases.save(case)
    case.take_news()
    await lay_anew(work, rules.as_of(case.rules_version), case, now)
    return True
