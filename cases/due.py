"""The steps that each clock of a case lays, and which of them the log has done."""

from collections.abc import Iterator, Sequence, Set
from datetime import datetime, timedelta

from cases.case import Case
from cases.deadlines import DueStep
from cases.ports import CaseWork
from cases.record import WHOLE, State
from cases.rules import Rules, Rung

DAY = timedelta(days=1)
LADDER_CLOCKS = frozenset({"accept", "dispatch", "handle", "mediate", "check", "review"})
SAME_CLOCK = frozenset({
    "redate", "mend", "ask_info", "supply_info", "info_timeout", "suspend", "resume", "approve_extend",
    "correct_category",
})  # fmt: skip
"""These raise the fence, and the clock is still the same."""
EVENT = {"check_limit": "check_missed"}
"""Under which action the log has what a step does, where that is not the step's own kind."""
DAILY = frozenset({"daily", "check_missed"})
"""After these a daily step is always pending."""


def rungs(rules: Rules, case: Case) -> Sequence[Rung]:
    """The rungs that the running clock climbs, lowest first; a check that the bot may end needs none past its limit."""
    if case.clock not in LADDER_CLOCKS or case.is_paused:
        return []
    found = rules.rungs(case.priority)
    if case.clock == "check" and case.priority not in rules.limits.check_by_bot_never:
        return [rung for rung in found if rung.share < WHOLE]
    return found


def steps_of(rules: Rules, case: Case, known: Set[str] = frozenset()) -> Sequence[DueStep]:
    """All steps of the running clock: the ladder, the sign and check limits, the rating window; but for known keys."""
    if not case.is_open:
        return []
    steps: list[tuple[str, int, datetime | None]] = [(one.action, one.share, None) for one in rungs(rules, case)]
    steps += _without_ladder(rules, case)
    if not steps and case.clock_due_at is not None:
        steps = [("daily", 1, case.clock_due_at)]
    new = [(kind, share, at) for kind, share, at in steps if _key(case, kind, share) not in known]
    return [step_of(case, kind, share, at or _at_share(rules, case, share)) for kind, share, at in new]


def _without_ladder(rules: Rules, case: Case) -> Iterator[tuple[str, int, datetime | None]]:
    """Steps that are no rungs: kind, share, and the instant where it does not follow from the share."""
    if case.state is State.DISPATCHED and case.sign_due_at is not None:
        yield "auto_sign", 0, case.sign_due_at
    if case.is_paused:
        yield "info_timeout" if case.state is State.NEED_INFO else "resume", 0, case.overlay.resume_at
    if case.state is State.RETURN_REVIEW:
        yield "ruling_late", len(case.overlay.returned_by), case.overlay.ruling_due_at
    for place, assist in enumerate(case.overlay.assists, 1):
        if assist.is_open:
            yield "assist_late", place, assist.due_at
    if case.clock == "check":
        yield "check_limit", WHOLE, None
    if case.clock == "rate" and case.closed_at is not None:
        yield "rating_reminder", 0, case.closed_at + rules.limits.rating_reminder
        yield "silent_archive", WHOLE, None


async def lay(work: CaseWork, rules: Rules, case: Case, known: Set[str] = frozenset()) -> None:
    """Drop what older clocks laid, and lay the steps of the running one. Doing it again changes nothing.

    `known` are keys of steps that exist: these need not be dated again.
    """
    if not case.is_open:
        await work.due_steps.drop(case.number)
        return
    await work.due_steps.drop(case.number, below_fence=case.fence)
    await work.due_steps.lay(steps_of(rules, case, known))


async def lay_anew(work: CaseWork, rules: Rules, case: Case, now: datetime) -> None:
    """Lay the steps of the running clock under its present fence, but for those whose work the log has already."""
    done = await happened(work, case)
    steps = [step for step in steps_of(rules, case) if (EVENT.get(step.kind, step.kind), step.share) not in done]
    if not steps or any(action in DAILY for action, _ in done):
        number = 1 + max((share for action, share in done if action == "daily"), default=0)
        steps.append(daily(case, number, case.clock_due_at or now, now))
    await work.due_steps.drop(case.number, below_fence=case.fence)
    await work.due_steps.lay(steps)


async def happened(work: CaseWork, case: Case) -> Set[tuple[str, int]]:
    """What the running clock did by the log: actions with their shares.

    A new calendar, or an inspection, raises the fence, and the clock is still the same.
    """
    fences, found = {case.fence}, set()
    for event in reversed(await work.cases.marks(case.number)):
        fence = event.facts.get("fence")
        if fence in fences:
            found.add((event.action, event.facts.get("share", 0)))
            fences |= {fence - 1} if event.action in SAME_CLOCK else set()
    return found


def daily(case: Case, number: int, since: datetime, now: datetime) -> DueStep:
    """The daily step of that number: whole days after `since`, one after however long an outage."""
    return step_of(case, "daily", number, since + days_until(since, now) * DAY)


def days_until(since: datetime, now: datetime) -> int:
    """How many whole days after `since` the first instant lies that is still to come."""
    return max(1, (now - since) // DAY + 1)


def _at_share(rules: Rules, case: Case, share: int) -> datetime:
    at = case.share_at(rules, share)
    return at if at is not None else case.submitted_at


def step_of(case: Case, kind: str, share: int, at: datetime) -> DueStep:
    """A step of the running clock."""
    return DueStep(_key(case, kind, share), case.number, case.clock, kind, share, at, case.fence)


def _key(case: Case, kind: str, share: int) -> str:
    return f"case:{case.number}:{case.clock}:{kind}{share or ''}:{case.fence}"
