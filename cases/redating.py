"""A new calendar: what becomes of an open case's deadlines, and which of its steps are still to come."""

from collections.abc import Mapping
from datetime import datetime

from cases.case import Case
from cases.due import WHOLE, daily, happened, steps_of
from cases.ports import CaseWork
from cases.rules import Rules

EVENT = {"check_limit": "check_missed"}
"""Under which action the log has what a step does, where that is not the step's own kind."""
DAILY = frozenset({"daily", "check_missed"})
"""After these a daily step is always pending."""


async def redate(work: CaseWork, rules: Rules, case: Case, now: datetime) -> bool:
    """Date an open case anew by the present calendar, on record; whether a deadline moved.

    The fence grows, so that steps laid by the old calendar are stale; what the clock did already is not laid again.
    Raises Overtaken.
    """
    rules = rules.as_of(case.rules_version)
    moved = {name: at for name, at in deadlines(rules, case).items() if at != getattr(case, name)}
    case.dated_by = rules.calendar.digest
    if moved:
        case.fence += 1
        instants = {name: [_iso(getattr(case, name)), _iso(at)] for name, at in moved.items()}
        for name, at in moved.items():
            setattr(case, name, at)
        case.note(now, "redate", {"fence": case.fence, **instants})
    await work.cases.save(case)
    case.take_news()
    if moved:
        await lay_anew(work, rules, case, now)
    return bool(moved)


def deadlines(rules: Rules, case: Case) -> Mapping[str, datetime | None]:
    """All deadlines of the case, by the names of its fields, each reckoned from its start."""
    found = {"clock_due_at": case.share_at(rules, WHOLE)}
    if case.handle_started_at is not None and case.handle_time is not None:
        found["handle_due_at"] = case.after(rules, case.handle_started_at, case.handle_time)
    if case.dispatched_at is not None and case.signed_at is None:
        limit = rules.limits.signing(case.priority, case.handle_limit(rules))
        found["sign_due_at"] = case.after(rules, case.dispatched_at, limit)
    if case.dispatched_at is not None:
        found["first_due_at"] = case.after(rules, case.dispatched_at, case.handle_limit(rules))
    if case.reopen_count:
        found["citizen_due_at"] = found["first_due_at"]
    else:
        limit = rules.limits.answering(rules.catalogue[case.category])
        found["citizen_due_at"] = case.after(rules, case.submitted_at, limit)
    return found


async def lay_anew(work: CaseWork, rules: Rules, case: Case, now: datetime) -> None:
    """Lay the steps of the running clock under its present fence, but for those whose work the log has already."""
    done = await happened(work, case)
    steps = [step for step in steps_of(rules, case) if (EVENT.get(step.kind, step.kind), step.share) not in done]
    if not steps or any(action in DAILY for action, _ in done):
        number = 1 + max((share for action, share in done if action == "daily"), default=0)
        steps.append(daily(case, number, case.clock_due_at or now, now))
    await work.due_steps.drop(case.number, below_fence=case.fence)
    await work.due_steps.lay(steps)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
