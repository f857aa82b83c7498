"""A new calendar dates open cases anew: each deadline from its start, on record, and nothing happens twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from cases.calendar import WorkingCalendar
from cases.case import Case
from cases.people import Level
from cases.record import State
from cases.redating import deadlines, redate
from cases.rules import Rules
from tests.cases.county import GAS, GRID, HOUR, LAMP, NOISE, OTHER, RULES, TUESDAY, WORKING_DAY, ZONE, Hall

DAY = timedelta(days=1)
WEDNESDAY, THURSDAY = date(2026, 3, 4), date(2026, 3, 5)


def off(*days: date, rules: Rules = RULES) -> Rules:
    """The rules with these days off."""
    return replace(rules, calendar=replace(rules.calendar, off_days=frozenset(days)))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


async def dated(hall: Hall, number: str, rules: Rules) -> Case:
    """The case after a start with that calendar."""
    hall.rules = rules
    await redate(hall.work, rules, await hall.fresh(number), hall.now)
    return await hall.fresh(number)


async def actions(hall: Hall, number: str) -> Sequence[str]:
    return [event.action for event in await hall.work.cases.timeline(number)]


def test_a_calendar_is_known_by_its_days_and_zone_alone() -> None:
    same = WorkingCalendar(((time(9), time(17)),), ZONE, known_years=frozenset({2026}))
    assert RULES.calendar.digest == same.digest
    others = {off(WEDNESDAY).calendar.digest, replace(same, make_up_days=frozenset({WEDNESDAY})).digest}
    assert len(others | {same.digest}) == 3


async def test_every_deadline_moves_past_the_new_holiday_and_both_instants_are_kept(hall: Hall) -> None:
    hall.now = local(3, 17, 30)
    before = await hall.report()
    after = await dated(hall, before.number, off(WEDNESDAY))
    assert after.sign_due_at == local(5, 9, 30)
    assert after.clock_due_at == after.handle_due_at == after.first_due_at == local(5, 17, 30)
    assert after.citizen_due_at == local(6, 10, 30)
    event = (await hall.work.cases.timeline(before.number))[-1]
    assert (event.action, event.actor.role, event.before, event.after) == ("redate", "bot", "dispatched", "dispatched")
    names = ("clock_due_at", "handle_due_at", "first_due_at", "sign_due_at", "citizen_due_at")
    for name in names:
        instants = [getattr(before, name), getattr(after, name)]
        assert [datetime.fromisoformat(at) for at in event.facts[name]] == instants
    assert set(event.facts) == {"fence", *names}


async def test_steps_are_laid_anew_and_the_old_ones_are_stale(hall: Hall) -> None:
    case = await hall.report()
    after = await dated(hall, case.number, off(WEDNESDAY))
    assert after.fence == case.fence + 1
    steps = {step.kind: step.at for step in await hall.steps(case.number)}
    assert (steps["remind"], steps["overdue"]) == (local(3, 15), local(5, 9))
    assert steps["listed"] == local(6, 9)
    assert await hall.steps(case.number, stale=True) == []


@pytest.mark.parametrize("at", [local(3, 9), local(3, 12), local(3, 16), local(4, 8), local(4, 10), local(5, 10)])
async def test_no_rung_is_climbed_twice_and_none_is_left_out(hall: Hall, at: datetime) -> None:
    case = await hall.report()
    await hall.until(at)
    await dated(hall, case.number, off(WEDNESDAY))
    assert await hall.pending(case.number)
    await hall.until(TUESDAY + 9 * DAY)
    done = [action for action in await actions(hall, case.number) if action not in ("daily", "redate")]
    assert done[3:] == ["auto_sign", "remind", "warn", "overdue", "red_card", "listed"]
    assert (await hall.pending(case.number)) == ["daily"]


async def test_a_level_once_reached_stays_though_there_is_time_again(hall: Hall) -> None:
    case = await hall.report()
    await hall.until(local(4, 10))
    after = await dated(hall, case.number, off(WEDNESDAY))
    assert (after.level, after.light, after.clock_due_at) == (Level.TOWN, "red", local(5, 9))
    assert await hall.pending(case.number) == ["red_card", "listed"]


async def test_daily_steps_go_on_counting(hall: Hall) -> None:
    case = await hall.report()
    await hall.until(local(8, 12))
    await dated(hall, case.number, off(WEDNESDAY))
    assert await hall.pending(case.number) == ["daily"]
    await hall.until(local(12, 12))
    days = [event.facts["share"] for event in await hall.work.cases.timeline(case.number) if event.action == "daily"]
    assert days == list(range(1, len(days) + 1))
    assert len(days) > 6


async def test_a_check_that_people_missed_goes_on_daily_beside_the_ladder(hall: Hall) -> None:
    rules = replace(RULES, limits=replace(RULES.limits, check_by_bot_never=("P1", "P3")))
    hall.rules = rules
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "好了")
    await hall.until(local(5, 10))
    assert (await actions(hall, case.number))[-2:] == ["check_missed", "overdue"]
    await dated(hall, case.number, off(THURSDAY, rules=rules))
    assert await hall.pending(case.number) == ["daily", "red_card", "listed"]
    await hall.until(local(12, 12))
    assert (await actions(hall, case.number)).count("check_missed") == 1


async def test_what_is_left_for_rework_counts_the_new_holiday(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    hall.now += 2 * HOUR
    await hall.desk("王").feedback(case.number, "好了")
    checking = await dated(hall, case.number, off(WEDNESDAY))
    assert (checking.handle_due_at, checking.clock_due_at) == (local(5, 9), local(6, 11))
    case = await hall.desk("周").return_rework(case.number, "没好")
    assert (case.clock_limit, case.handle_due_at) == (6 * HOUR, local(5, 9))


async def test_rework_and_reopening_are_dated_from_their_own_starts(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    hall.now = local(3, 17)
    await hall.desk("王").feedback(case.number, "好了")
    await hall.citizen().not_done(case.number, "没好")
    reworked = await dated(hall, case.number, off(WEDNESDAY))
    assert (reworked.clock_limit, reworked.handle_due_at) == (2 * HOUR, local(5, 9))
    assert reworked.first_due_at == local(5, 9)
    await hall.desk("王").feedback(case.number, "好了")
    await hall.citizen().confirm(case.number)
    await hall.citizen().rate(case.number, 1, "unsolved")
    reopened = await dated(hall, case.number, off(WEDNESDAY, THURSDAY))
    assert reopened.handle_due_at == reopened.citizen_due_at == local(12, 17)
    assert reopened.sign_due_at == local(6, 9)


async def test_a_signed_case_keeps_the_sign_limit_it_had(hall: Hall) -> None:
    hall.now = local(3, 17, 30)
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    assert (await dated(hall, case.number, off(WEDNESDAY))).sign_due_at == case.sign_due_at


async def test_limits_round_the_clock_do_not_move(hall: Hall) -> None:
    for code in (GAS, NOISE):
        before = await hall.report(code)
        after = await dated(hall, before.number, off(WEDNESDAY))
        assert (after.fence, after.clock_due_at, after.citizen_due_at) == (
            before.fence,
            before.clock_due_at,
            before.citizen_due_at,
        )
        assert "redate" not in await actions(hall, before.number)
        assert after.dated_by == off(WEDNESDAY).calendar.digest


async def test_dating_again_by_the_same_calendar_changes_nothing(hall: Hall) -> None:
    case = await hall.report()
    once = await dated(hall, case.number, off(WEDNESDAY))
    steps = await hall.steps(case.number)
    twice = await dated(hall, case.number, off(WEDNESDAY))
    assert (twice.fence, (await actions(hall, case.number)).count("redate")) == (once.fence, 1)
    assert await hall.steps(case.number) == steps


async def test_a_rating_is_not_asked_for_twice(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "好了")
    await hall.citizen().confirm(case.number)
    await hall.until(TUESDAY + 4 * DAY)
    await dated(hall, case.number, off(WEDNESDAY))
    assert await hall.pending(case.number) == ["silent_archive"]
    await hall.until(TUESDAY + 8 * DAY)
    assert (await hall.fresh(case.number)).state is State.ARCHIVED


async def test_working_hours_are_those_of_the_cases_own_rules(hall: Hall) -> None:
    case = await hall.report()
    earlier = off(WEDNESDAY)
    shorter = replace(earlier.calendar, periods=((time(9), time(12)),))
    rules = replace(earlier, version="test-2", calendar=shorter, earlier={RULES.version: earlier})
    assert (await dated(hall, case.number, rules)).handle_due_at == local(5, 9)


@pytest.mark.parametrize("code", [LAMP, OTHER])
async def test_a_case_dated_anew_every_day_is_never_silent(hall: Hall, code: str) -> None:
    number = (await hall.report(code)).number
    for days in range(1, 12):
        await hall.until(TUESDAY + days * DAY)
        case = await dated(hall, number, off(WEDNESDAY) if days % 2 else off(THURSDAY))
        assert case.lead_unit in (GRID, None)
        assert any(step.at > hall.now for step in await hall.steps(number)), days
    done = [action for action in await actions(hall, number) if action not in ("daily", "redate")]
    assert len(done) == len(set(done))


async def test_a_closed_limit_of_a_week_is_counted_in_calendar_days(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "好了")
    closed = await hall.citizen().confirm(case.number)
    after = await dated(hall, case.number, off(WEDNESDAY))
    assert after.clock_due_at == closed.clock_due_at == TUESDAY + 7 * DAY
    assert after.handle_due_at == RULES.calendar.add(TUESDAY, 2 * WORKING_DAY)


async def test_a_category_of_another_kind_of_time_leaves_the_citizens_deadline_however_it_is_dated(hall: Hall) -> None:
    case = await hall.report(LAMP)
    await hall.desk("王").sign(case.number)
    await hall.desk("王").ask_extend(case.number, 1, "等配件")
    longer = await hall.desk("钱").approve_extend(case.number)
    other = await hall.desk("钱").correct_category(case.number, NOISE)
    assert longer.citizen_due_at == other.citizen_due_at == deadlines(hall.rules, other)["citizen_due_at"]
