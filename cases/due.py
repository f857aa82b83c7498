"""What time does to a case: the steps each clock lays, and what happens when one falls due."""

from collections.abc import Iterator, Sequence, Set
from datetime import datetime, timedelta

from cases.case import Case, State
from cases.deadlines import DueStep
from cases.events import Event
from cases.owners import level_up, listed
from cases.people import BOT
from cases.places import Units
from cases.ports import CaseWork
from cases.rules import Rules, Rung

DAY = timedelta(days=1)
WHOLE = 100
LADDER_CLOCKS = frozenset({"accept", "dispatch", "handle", "check", "review"})
SAME_CLOCK = frozenset({"redate", "mend"})
"""These raise the fence, and the clock is still the same."""
GOES_ON = frozenset({"daily", "check_limit"})
"""Steps that a daily step follows, whatever else is to come."""


def rungs(rules: Rules, case: Case) -> Sequence[Rung]:
    """The rungs that the running clock climbs, lowest first; a check that the bot may end needs none past its limit."""
    if case.clock not in LADDER_CLOCKS:
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
    return [_step(case, kind, share, at or _at_share(rules, case, share)) for kind, share, at in new]


def _without_ladder(rules: Rules, case: Case) -> Iterator[tuple[str, int, datetime | None]]:
    """Steps that are no rungs: kind, share, and the instant where it does not follow from the share."""
    if case.state is State.DISPATCHED and case.sign_due_at is not None:
        yield "auto_sign", 0, case.sign_due_at
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


async def fire(
    work: CaseWork, rules: Rules, units: Units, step: DueStep, now: datetime
) -> Sequence[tuple[Case, Event]]:
    """Do what a due step says, if it still means anything; late or twice is harmless, and something always follows.

    The caller marks the step done in the same unit of work. Raises Overtaken when somebody saved the case first.
    """
    case = await work.cases.get(step.case, lock=True)
    if case is None or not case.is_open or case.fence != step.fence:
        return []
    rules = rules.as_of(case.rules_version)
    news: list[tuple[Case, Event]] = []
    if await _happens(work, rules, units, case, step, now=now):
        news = [(case, event) for event in case.news]
        await work.cases.save(case)
        case.take_news()
    await lay(work, rules, case, await work.due_steps.known(case.number, case.fence))
    if case.fence == step.fence and (step.kind in GOES_ON or not await work.due_steps.any_after(step)):
        await work.due_steps.lay([_again(case, step, now)])
    return news


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
    return _step(case, "daily", number, since + _days(since, now) * DAY)


async def _happens(work: CaseWork, rules: Rules, units: Units, case: Case, step: DueStep, *, now: datetime) -> bool:
    if step.kind == "auto_sign":
        if case.state is not State.DISPATCHED:
            return False
        case.auto_sign(now)
    elif step.kind == "check_limit":
        return await _check_limit(work, rules, case, now)
    elif step.kind == "silent_archive":
        if await _was_just_reminded(work, case, now):
            return False
        case.silent_archive(now)
    elif step.kind in ("rating_reminder", "daily"):
        if await _already(work, case, step.kind, step.share):
            return False
        case.note(now, step.kind, {"clock": case.clock, "fence": step.fence, "share": step.share})
    else:
        return await _climb(work, rules, units, case, step, now=now)
    return True


async def _check_limit(work: CaseWork, rules: Rules, case: Case, now: datetime) -> bool:
    if case.priority not in rules.limits.check_by_bot_never:
        case.approve(rules, BOT, now)
        return True
    if await _already(work, case, "check_missed", WHOLE):
        return False
    case.note(now, "check_missed", {"clock": case.clock, "fence": case.fence, "share": WHOLE})
    return True


async def _climb(work: CaseWork, rules: Rules, units: Units, case: Case, step: DueStep, *, now: datetime) -> bool:
    rung = next((one for one in rungs(rules, case) if (one.action, one.share) == (step.kind, step.share)), None)
    if rung is None or await _already(work, case, step.kind, step.share):
        return False
    up = await level_up(work, units, case, rung.up)
    case.climb(now, rung, await listed(work, rules, units, case, up) if rung.action == "listed" else up)
    return True


async def _already(work: CaseWork, case: Case, action: str, share: int) -> bool:
    """Whether the log says that this was done in this clock: a step fired twice speaks once."""
    return (action, share) in await happened(work, case)


async def _was_just_reminded(work: CaseWork, case: Case, now: datetime) -> bool:
    """Whether the reminder is less than a day old, as after an outage: there must be time to answer it."""
    events = await work.cases.timeline(case.number)
    return any(event.action == "rating_reminder" and event.at > now - DAY for event in events)


def _again(case: Case, step: DueStep, now: datetime) -> DueStep:
    """What follows where nothing else would: archiving tried again, else a daily step. `share` counts the days."""
    if step.kind == "silent_archive":
        days = _days(step.at, now)
        return _step(case, step.kind, step.share + days, step.at + days * DAY)
    return daily(case, step.share + _days(step.at, now) if step.kind == "daily" else 1, step.at, now)


def _days(since: datetime, now: datetime) -> int:
    """How many whole days after `since` the first instant lies that is still to come."""
    return max(1, (now - since) // DAY + 1)


def _at_share(rules: Rules, case: Case, share: int) -> datetime:
    at = case.share_at(rules, share)
    return at if at is not None else case.submitted_at


def _step(case: Case, kind: str, share: int, at: datetime) -> DueStep:
    return DueStep(_key(case, kind, share), case.number, case.clock, kind, share, at, case.fence)


def _key(case: Case, kind: str, share: int) -> str:
    return f"case:{case.number}:{case.clock}:{kind}{share or ''}:{case.fence}"
