"""A new calendar: what becomes of an open case's deadlines, and which of its steps are still to come."""

from collections.abc import Mapping
from datetime import datetime

from cases.case import Case
from cases.due import lay_anew
from cases.ports import CaseWork
from cases.record import WHOLE, iso
from cases.rules import Rules


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
        instants = {name: [iso(getattr(case, name)), iso(at)] for name, at in moved.items()}
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
    handling = not (case.is_paused and case.clock == "handle")
    if handling and case.handle_started_at is not None and case.handle_time is not None:
        found["handle_due_at"] = case.after(rules, case.handle_started_at, case.handle_time)
    if case.dispatched_at is not None and case.signed_at is None:
        limit = rules.limits.signing(case.priority, case.handle_limit(rules))
        found["sign_due_at"] = case.after(rules, case.dispatched_at, limit)
    if case.dispatched_at is not None and case.sent_back and not case.overlay.extended:
        found["first_due_at"] = case.after(rules, case.dispatched_at, case.handle_limit(rules))
    elif "handle_due_at" in found and not case.sent_back:
        found["first_due_at"] = found["handle_due_at"]
    if case.citizen_due_at is not None:
        found["citizen_due_at"] = _citizens(rules, case)
    return found


def _citizens(rules: Rules, case: Case) -> datetime | None:
    since, length = case.overlay.citizen_from, case.overlay.citizen_time
    if since is not None and length is not None:
        return case.after(rules, since, length)
    if case.reopen_count and case.dispatched_at is not None:  # reopened by a release that kept no start of its own
        return case.after(rules, case.dispatched_at, case.handle_limit(rules))
    limit = rules.limits.answering(rules.catalogue[case.category])
    return case.after(rules, case.submitted_at, limit)
