"""What time does to cases: the ladder, the limits, and that no open case is ever silent."""

from datetime import timedelta

import pytest

from cases.case import Case
from cases.people import Level, Person, Post, Role
from cases.record import State
from cases.ringing import fire
from cases.supervision import Supervision
from tests.cases.county import GAS, GRID, HOUR, LAMP, NOISE, OTHER, PIPE, TUESDAY, VILLAGE, Hall

DAY = timedelta(days=1)
WEEKS = 30 * DAY


async def actions(hall: Hall, number: str) -> list[str]:
    return [event.action for event in await hall.work.cases.timeline(number)]


async def test_an_unsigned_case_climbs_the_whole_ladder_and_then_speaks_daily(hall: Hall) -> None:
    case = await hall.report()
    await hall.until(TUESDAY + 5 * DAY)
    done = [action for action in await actions(hall, case.number) if action != "daily"]
    assert done[3:] == ["auto_sign", "remind", "warn", "overdue", "red_card", "listed"]
    case = await hall.fresh(case.number)
    assert (case.supervision, case.light, case.signed_late) == (Supervision.LISTED, "red", True)
    before = (await actions(hall, case.number)).count("daily")
    await hall.until(hall.now + 7 * DAY)
    assert (await actions(hall, case.number)).count("daily") == before + 7


async def test_empty_levels_are_skipped_and_the_reason_is_kept(hall: Hall) -> None:
    case = await hall.report()
    news = await hall.until(TUESDAY + DAY)
    overdue = next(event for _, event in news if event.action == "overdue")
    assert overdue.facts["level"] == Level.TOWN
    assert overdue.facts["skipped"] == [{"unit": "330100001001", "reason": "vacant"}]
    assert (await hall.fresh(case.number)).lead_unit == GRID


async def test_a_hazard_jumps_past_the_village(hall: Hall) -> None:
    await hall.work.people.add(Person(0, "吴", (Post(Role.LEADER, VILLAGE),)))
    gas, lamp = await hall.report(GAS), await hall.report(LAMP)
    await hall.until(TUESDAY + DAY)
    levels = {}
    for number in (gas.number, lamp.number):
        events = await hall.work.cases.timeline(number)
        levels[number] = [event.facts["level"] for event in events if event.action == "overdue"]
    assert levels == {gas.number: [Level.TOWN], lamp.number: [Level.VILLAGE]}


async def test_missed_steps_are_made_up_once_each_and_in_order(hall: Hall) -> None:
    case = await hall.report()
    hall.now = TUESDAY + 10 * DAY
    news = await hall.turn()
    await hall.turn()
    said = ["auto_sign", "remind", "warn", "overdue", "red_card", "listed"]
    assert [event.action for _, event in news] == said
    assert (await actions(hall, case.number))[3:] == [*said]
    assert await hall.pending(case.number) == ["daily"]


async def test_a_step_fired_twice_speaks_once(hall: Hall) -> None:
    case = await hall.report(GAS)
    hall.now = TUESDAY + 30 * DAY
    steps = await hall.work.due_steps.claim(hall.now, 100)
    for step in [*steps, *steps]:
        await fire(hall.work, hall.rules, hall.units, step, hall.now)
    done = (await actions(hall, case.number))[3:]
    assert sorted(done) == sorted(["auto_sign", "remind", "remind", "warn", "overdue", "red_card", "listed"])


async def test_a_step_of_an_older_clock_does_nothing(hall: Hall) -> None:
    case = await hall.report()
    old = await hall.work.due_steps.claim(TUESDAY + DAY, 100)
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "好了")
    for step in old:
        assert await fire(hall.work, hall.rules, hall.units, step, hall.now) == []


async def test_the_bot_approves_after_the_check_limit_and_archives_the_silent(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "好了")
    await hall.until(TUESDAY + WEEKS)
    case = await hall.fresh(case.number)
    assert (case.state, case.grade) == (State.ARCHIVED, None)
    assert await hall.steps(case.number, stale=True) == []
    done = await actions(hall, case.number)
    assert done[5:] == ["remind", "warn", "approve", "rating_reminder", "silent_archive"]


async def test_after_an_outage_a_day_is_left_between_reminder_and_archive(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "好了")
    await hall.citizen().confirm(case.number)
    hall.now = late = TUESDAY + 9 * DAY + 12 * HOUR
    assert [event.action for _, event in await hall.turn()] == ["rating_reminder"]
    assert await hall.pending(case.number) == ["silent_archive"]
    await hall.until(late + DAY - HOUR)
    assert (await hall.fresh(case.number)).state is State.CLOSED
    await hall.until(late + 2 * DAY)
    assert (await actions(hall, case.number))[-2:] == ["rating_reminder", "silent_archive"]
    assert await hall.pending(case.number) == []


async def test_a_hazard_is_never_approved_by_the_bot(hall: Hall) -> None:
    case = await hall.report(GAS)
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "关阀了")
    await hall.until(TUESDAY + 9 * DAY)
    assert (await hall.fresh(case.number)).state is State.FEEDBACK
    done = await actions(hall, case.number)
    assert done.count("check_missed") == 1
    assert done.count("daily") > 5
    assert await hall.pending(case.number) == ["daily"]


async def test_those_a_rung_names_are_told_and_vacancies_fall_to_the_duty_room(hall: Hall) -> None:
    case = await hall.report()
    ids = {name: person.id for name, person in hall.staff.items()}
    people = ("handler", "unit_leader", "supervisor", "county_leader", "duty_room")
    told = await hall.staffing.told(case, people)
    assert list(told) == [ids["王"], ids["周"], ids["李"], ids["钱"]]
    await hall.leave("王")
    await hall.leave("赵")
    assert list(await hall.staffing.told(case, ("handler",))) == [ids["钱"]]
    with pytest.raises(ValueError, match="nobody"):
        await hall.staffing.told(case, ("nobody",))


async def never_silent(hall: Hall, number: str) -> Case:
    case = await hall.fresh(number)
    pending = await hall.pending(number)
    assert await hall.steps(number, stale=True) == []
    if case.is_open:
        assert pending, case.state
        assert hall.units.get(case.owner_unit) is not None
    else:
        assert pending == []
    return case


async def step_on(hall: Hall, number: str, state: State, way: str) -> None:
    if state is State.SUBMITTED:
        await hall.desk("钱").accept(number)
    elif state is State.ACCEPTED:
        await hall.desk("钱").dispatch(number, "王")
    elif state is State.DISPATCHED:
        await hall.desk("王").sign(number)
    elif state is State.IN_PROGRESS:
        await hall.desk("王").feedback(number, "好了")
    elif state is State.FEEDBACK:
        await (hall.citizen().not_done(number, "没好") if way == "rework" else hall.citizen().confirm(number))
    elif state is State.CLOSED:
        await hall.citizen().rate(number, 1 if way == "bad" else 5, "unsolved" if way == "bad" else "solved")


@pytest.mark.parametrize("code", [LAMP, GAS, OTHER, PIPE, NOISE])
@pytest.mark.parametrize("way", ["good", "rework", "bad"])
@pytest.mark.parametrize("pause", [timedelta(), HOUR, 4 * DAY])
async def test_no_open_case_is_ever_silent(hall: Hall, code: str, way: str, pause: timedelta) -> None:
    number = (await hall.report(code)).number
    for _ in range(9):
        case = await never_silent(hall, number)
        if not case.is_open:
            break
        handler = case.handler != hall.staff["王"].id and case.state in (State.DISPATCHED, State.IN_PROGRESS)
        if handler:
            desk = hall.desk("孙")
            await (desk.sign(number) if case.state is State.DISPATCHED else desk.feedback(number, "好了"))
        else:
            await step_on(hall, number, case.state, way)
        await never_silent(hall, number)
        await hall.until(hall.now + pause)
    await hall.until(hall.now + WEEKS)
    await never_silent(hall, number)


@pytest.mark.parametrize("code", [LAMP, GAS, OTHER])
async def test_left_alone_every_open_case_stays_owned_and_awake(hall: Hall, code: str) -> None:
    number = (await hall.report(code)).number
    for days in range(1, 20):
        await hall.until(TUESDAY + days * DAY)
        assert (await never_silent(hall, number)).is_open
