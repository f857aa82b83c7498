"""What time does to a case when a step of its clock falls due."""

from collections.abc import Sequence
from datetime import datetime

from cases.case import Case
from cases.deadlines import DueStep
from cases.due import DAY, SAME_CLOCK, daily, days_until, happened, lay, lay_anew, rungs, step_of
from cases.events import Event
from cases.people import BOT
from cases.places import Units
from cases.ports import CaseWork
from cases.record import WHOLE, State
from cases.rules import Rules
from cases.staffing import Staffing

GOES_ON = frozenset({"daily", "check_limit"})
"""Steps that a daily step follows, whatever else is to come."""
ASKING_AGAIN = frozenset({"rating_reminder", "silent_archive", "daily"})
"""Steps that go on asking."""
LATE = frozenset({"ruling_late", "assist_late"})
"""Steps that tell of what is not there yet."""
ENDS = {"auto_sign": State.DISPATCHED, "info_timeout": State.NEED_INFO, "resume": State.SUSPENDED}
"""Steps that end a wait, with the state that waits."""


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
        news += await followed_on(work, rules, case, [event for _, event in news], now)
    if any(one is case and event.action in SAME_CLOCK for one, event in news):
        await lay_anew(work, rules, case, now)
        return news
    await lay(work, rules, case, await work.due_steps.known(case.number, case.fence))
    if case.fence == step.fence and (step.kind in GOES_ON or not await work.due_steps.any_after(step)):
        await work.due_steps.lay([_again(case, step, now)])
    return news


async def followed_on(
    work: CaseWork, rules: Rules, lead: Case, events: Sequence[Event], now: datetime
) -> list[tuple[Case, Event]]:
    """What becomes of the cases that were merged into one, by these events of it: once it is closed they are closed
    too, each with a vote of its own."""
    if lead.state is not State.CLOSED or all(event.before == State.CLOSED for event in events):
        return []
    news: list[tuple[Case, Event]] = []
    for case in await work.cases.merged_into(lead.number, lock=True):
        case.parent_closed(rules.as_of(case.rules_version), now, lead)
        news += [(case, event) for event in case.news]
        await work.cases.save(case)
        case.take_news()
        await lay(work, rules.as_of(case.rules_version), case)
    return news


async def _happens(work: CaseWork, rules: Rules, units: Units, case: Case, step: DueStep, *, now: datetime) -> bool:
    """Whether the step did anything."""
    if step.kind in LATE:
        return await _late(work, case, step, now)
    if step.kind in ENDS:
        return _ends(rules, case, step.kind, now)
    if step.kind in ASKING_AGAIN:
        return await _asks_again(work, case, step, now)
    if step.kind == "check_limit":
        return await _check_limit(work, rules, case, now)
    return await _climb(work, rules, units, case, step, now=now)


async def _asks_again(work: CaseWork, case: Case, step: DueStep, now: datetime) -> bool:
    """What is said again, and a rating that is waited for no more."""
    if step.kind == "silent_archive":
        if await _was_just_reminded(work, case, now):
            return False
        case.silent_archive(now)
        return True
    if await _already(work, case, step.kind, step.share):
        return False
    case.note(now, step.kind, {"clock": case.clock, "fence": step.fence, "share": step.share})
    return True


def _ends(rules: Rules, case: Case, kind: str, now: datetime) -> bool:
    """What a wait ends in, where the case is still in the state that waits."""
    if case.state is not ENDS[kind]:
        return False
    if kind == "auto_sign":
        case.auto_sign(now)
    elif kind == "info_timeout":
        case.info_timeout(rules, now)
    else:
        case.resume(rules, BOT, now)
    return True


async def _late(work: CaseWork, case: Case, step: DueStep, now: datetime) -> bool:
    """A ruling or an assist that is due and not there: those who owe it are told, once."""
    facts: dict[str, object] = {"clock": case.clock, "fence": case.fence, "share": step.share}
    if step.kind == "assist_late":
        asked = case.overlay.assists[step.share - 1]
        if not asked.is_open:
            return False
        facts["unit"] = asked.unit
    elif case.state is not State.RETURN_REVIEW:
        return False
    if await _already(work, case, step.kind, step.share):
        return False
    case.note(now, step.kind, facts)
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
    staffing = Staffing(work, rules, units, now).of(case)
    up = await staffing.level_up(case, rung.up)
    case.climb(now, rung, await staffing.listed(case, up) if rung.action == "listed" else up)
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
        days = days_until(step.at, now)
        return step_of(case, step.kind, step.share + days, step.at + days * DAY)
    return daily(case, step.share + days_until(step.at, now) if step.kind == "daily" else 1, step.at, now)
