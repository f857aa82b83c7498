"""回避: whoever a case is about never gets, sees, hears or rates it, whatever they had of it until then."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from cases.bench import Problem
from cases.case import Case
from cases.errors import Refusal
from cases.people import Address, Role
from cases.places import Place
from cases.record import State
from cases.redating import deadlines
from tests.cases.county import (
    CO,
    DUTY,
    GRID,
    HOUR,
    LAMP,
    LIGHTS,
    OTHER,
    PIPE,
    QUARREL,
    STRANGER,
    TOWN,
    WORKING_DAY,
    Hall,
)  # fmt: skip

DEPARTMENT = "城市管理局"


async def dispatched_to(hall: Hall, to: str, code: str = OTHER) -> Case:
    """One that the centre accepted and gave to that unit or person."""
    case = await hall.report(code)
    if case.state is State.SUBMITTED:
        await hall.desk("钱").accept(case.number)
    elif case.lead_unit is not None:
        await hall.desk("钱").withdraw(case.number, "派错了")
    return await hall.desk("钱").dispatch(case.number, to)


async def in_work(hall: Hall, code: str = OTHER) -> Case:
    """One that the department has signed for."""
    case = await dispatched_to(hall, DEPARTMENT, code)
    return await hall.desk("孙").sign(case.number)


async def fed_back(hall: Hall) -> Case:
    """One whose result is to be checked."""
    case = await in_work(hall)
    return await hall.desk("孙").feedback(case.number, "已处理")


async def returned(hall: Hall) -> Case:
    """One that the department wants to return."""
    case = await dispatched_to(hall, DEPARTMENT)
    return await hall.desk("孙").ask_return(case.number, "不归我们", "")


async def asked_about(hall: Hall) -> Case:
    """One of which the citizen was asked for more."""
    case = await in_work(hall)
    return await hall.desk("孙").ask_info(case.number, ["在哪一层？"])


async def put_off(hall: Hall) -> Case:
    """One that waits for a season."""
    case = await in_work(hall)
    return await hall.desk("李").suspend(case.number, date(2026, 3, 20), "等待季节或天气", "霜冻")


async def mediated(hall: Hall) -> Case:
    """One that a mediator has."""
    await hall.hire("冯", (Role.MEDIATOR, CO))
    case = await in_work(hall, QUARREL)
    return await hall.desk("孙").to_mediation(case.number, "冯", "双方都同意")


WAYS: tuple[Callable[[Hall], Awaitable[Case]], ...] = (
    lambda hall: dispatched_to(hall, DEPARTMENT), in_work, fed_back, returned, asked_about, put_off, mediated,
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=["given", "signed", "fed back", "returned", "asked", "put off", "mediated"])
async def test_a_unit_that_a_report_is_about_loses_it_whatever_it_did_so_far(
    hall: Hall, way: Callable[[Hall], Awaitable[Case]]
) -> None:
    case = await way(hall)
    hall.now += HOUR
    back = await hall.desk("钱").set_aside(case.number, DEPARTMENT)
    assert (back.state, back.lead_unit, back.handler, back.feedback_at) == (State.ACCEPTED, None, None, None)
    assert (back.owner_unit, back.clock, back.clock_started_at) == (DUTY, "dispatch", hall.now)
    assert (back.is_paused, back.overlay.mediator, back.overlay.returned_by) == (False, None, ())
    assert back.citizen_due_at is not None
    assert await hall.pending(case.number) != []
    for refused in (hall.desk("孙").find(case.number, mine=False), hall.desk("钱").dispatch(case.number, DEPARTMENT)):
        with pytest.raises(Refusal, match=r"没有找到|要回避"):
            await refused
    again = await hall.desk("钱").dispatch(case.number, "王")
    assert again.handle_limit(hall.rules) == case.handle_limit(hall.rules)
    await hall.desk("王").sign(case.number)
    assert (await hall.desk("王").feedback(case.number, "修好了")).state is State.FEEDBACK


async def test_a_case_whose_pause_was_told_goes_on_for_the_citizen_too(hall: Hall) -> None:
    case = await put_off(hall)
    assert case.citizen_due_at is None
    back = await hall.desk("钱").set_aside(case.number, DEPARTMENT)
    assert back.citizen_due_at == hall.rules.calendar.add(hall.now, back.overlay.citizen_time or timedelta())


async def test_whoever_alone_is_about_leaves_it_to_a_colleague_or_it_is_given_to_another_unit(hall: Hall) -> None:
    case = await hall.report(LAMP)
    await hall.desk("王").sign(case.number)
    left = await hall.desk("钱").set_aside(case.number, "王")
    assert (left.state, left.lead_unit, left.handler) == (State.IN_PROGRESS, GRID, hall.staff["赵"].id)
    nobody = await hall.desk("钱").set_aside(case.number, "赵")
    assert (nobody.state, nobody.lead_unit) == (State.ACCEPTED, None)
    alone = await hall.report(PIPE)
    await hall.desk("孙").sign(alone.number)
    back = await hall.desk("钱").set_aside(alone.number, "孙")
    assert (back.state, back.lead_unit, await hall.desk("孙").my_tasks()) == (State.ACCEPTED, None, [])


async def test_a_unit_whose_people_it_is_all_about_neither_keeps_nor_gets_it(hall: Hall) -> None:
    case = await dispatched_to(hall, DEPARTMENT)
    assert case.handler is None
    assert (await hall.desk("钱").set_aside(case.number, "孙")).state is State.ACCEPTED
    with pytest.raises(Refusal, match="都要回避"):
        await hall.desk("钱").dispatch(case.number, DEPARTMENT)
    await hall.desk("钱").set_aside(case.number, "王")
    assert (await hall.desk("钱").dispatch(case.number, GRID)).handler == hall.staff["赵"].id


async def test_a_result_that_its_mediator_brought_about_is_none_where_it_is_about_them(hall: Hall) -> None:
    case = await mediated(hall)
    await hall.desk("冯").mediation_done(case.number, "各让一步")
    assert (await hall.desk("钱").set_aside(case.number, "冯")).state is State.ACCEPTED


async def test_a_duty_room_that_it_is_about_does_not_own_it(hall: Hall) -> None:
    case = await hall.report(OTHER)
    assert (await hall.desk("钱").set_aside(case.number, "值班室")).owner_unit == CO


async def test_the_result_of_whom_it_is_about_is_none(hall: Hall) -> None:
    case = await hall.report(LAMP)
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "修好了")
    assert (await hall.desk("钱").set_aside(case.number, "王")).state is State.ACCEPTED


async def test_what_was_closed_by_whom_it_is_about_is_done_again_by_others_alone(hall: Hall) -> None:
    case = await fed_back(hall)
    await hall.desk("周").approve(case.number)
    left = await hall.desk("钱").set_aside(case.number, DEPARTMENT)
    assert (left.state, left.lead_unit, left.owner_unit) == (State.CLOSED, None, DUTY)
    assert (await hall.citizen().rate(case.number, 1, "unsolved")).state is State.REOPEN_REVIEW
    with pytest.raises(Refusal, match="请写明派给谁"):
        await hall.desk("钱").reopen(case.number)
    with pytest.raises(Refusal, match="要回避"):
        await hall.desk("钱").reopen(case.number, to=DEPARTMENT)
    again = await hall.desk("钱").reopen(case.number, to="王")
    assert (again.state, again.lead_unit) == (State.DISPATCHED, GRID)


async def test_a_second_objection_goes_to_a_unit_that_never_had_it_where_the_one_that_had_it_is_set_aside(
    hall: Hall,
) -> None:
    case = await fed_back(hall)
    await hall.desk("周").approve(case.number)
    await hall.citizen().rate(case.number, 1, "unsolved")  # reopened by the bot
    await hall.desk("孙").sign(case.number)
    await hall.desk("孙").feedback(case.number, "又处理了")
    await hall.desk("周").approve(case.number)
    await hall.desk("钱").set_aside(case.number, DEPARTMENT)
    assert (await hall.citizen().rate(case.number, 2, "unsolved")).state is State.REOPEN_REVIEW
    assert (await hall.desk("钱").reopen(case.number, to="王")).lead_unit == GRID


async def test_whom_a_merged_case_is_about_the_lead_case_is_about_too(hall: Hall) -> None:
    lead = await hall.report(OTHER)
    await hall.desk("钱").accept(lead.number)
    other = await hall.citizen(STRANGER).submit(Problem(OTHER, Place(GRID, "村口"), "灯又不亮"))
    await hall.desk("钱").set_aside(other.number, DEPARTMENT)
    await hall.desk("钱").merge(other.number, lead.number)
    assert (await hall.fresh(lead.number)).overlay.about_units == (LIGHTS,)
    await hall.desk("钱").set_aside(lead.number, "周")
    with pytest.raises(Refusal, match="要回避"):
        await hall.desk("钱").dispatch(lead.number, DEPARTMENT)
    theirs = await in_work(hall)
    another = await hall.citizen(STRANGER).submit(Problem(OTHER, Place(GRID, "村口"), "灯还不亮"))
    await hall.desk("钱").set_aside(another.number, DEPARTMENT)
    with pytest.raises(Refusal, match="要回避"):
        await hall.desk("钱").merge(another.number, theirs.number)


async def test_a_mediator_of_the_unit_is_no_mediator_of_it_any_more_and_is_not_named_again(hall: Hall) -> None:
    await hall.hire("冯", (Role.MEDIATOR, LIGHTS))
    case = await dispatched_to(hall, "王", QUARREL)
    await hall.desk("王").sign(case.number)
    await hall.desk("王").to_mediation(case.number, "冯", "双方都同意")
    freed = await hall.desk("钱").set_aside(case.number, DEPARTMENT)
    assert (freed.state, freed.overlay.mediator) == (State.MEDIATING, None)
    await hall.hire("陈", (Role.MEDIATOR, CO))
    assert (await hall.desk("陈").mediation_refused(case.number, "一方不来")).state is State.IN_PROGRESS
    with pytest.raises(Refusal, match="本人的单位"):
        await hall.desk("王").to_mediation(case.number, "冯", "双方都同意")


async def test_what_it_was_asked_for_or_proposed_is_void(hall: Hall) -> None:
    case = await hall.report(LAMP)
    await hall.desk("王").sign(case.number)
    await hall.desk("王").invite_assist(case.number, DEPARTMENT, "借一辆车")
    await hall.desk("王").correct_category(case.number, PIPE)
    freed = await hall.desk("钱").set_aside(case.number, DEPARTMENT)
    assert [(one.unit, one.waived) for one in freed.overlay.assists] == [(LIGHTS, True)]
    assert len(freed.overlay.proposals) == 1
    assert (await hall.desk("钱").set_aside(case.number, "王")).overlay.proposals == ()
    assert (await hall.desk("赵").feedback(case.number, "修好了")).state is State.FEEDBACK


async def test_who_was_to_help_a_unit_that_lost_it_is_not_waited_for(hall: Hall) -> None:
    await hall.hire("陈", (Role.HANDLER, TOWN))
    case = await in_work(hall)
    await hall.desk("孙").invite_assist(case.number, "柳河镇", "封一段路")
    desk = hall.desk("钱")
    await desk.set_aside(case.number, DEPARTMENT)
    [taken] = [event for _, event in desk.news if event.action == "take_back"]
    assert taken.facts == {"unit": LIGHTS, "waived": [TOWN]}


async def test_whoever_follows_it_does_so_no_more_and_is_not_counted(hall: Hall) -> None:
    suns = Address("wechat:main", "sun")
    await hall.work.people.bind(hall.staff["孙"].id, suns)
    case = await hall.report(LAMP)
    await hall.citizen(suns).follow(case.number)
    await hall.desk("钱").set_aside(case.number, DEPARTMENT)
    assert await hall.work.cases.followers(case.number) == []
    assert (await hall.citizen().cancel(case.number)).state is State.CANCELLED


async def test_whoever_was_set_aside_stays_so_when_another_one_is(hall: Hall) -> None:
    case = await hall.report(OTHER)
    await hall.desk("钱").accept(case.number)
    await hall.desk("钱").set_aside(case.number, DEPARTMENT)
    both = await hall.desk("钱").set_aside(case.number, "王")
    assert (both.overlay.about_units, both.overlay.about_people) == ((LIGHTS,), (hall.staff["王"].id,))
    for name in (DEPARTMENT, "王"):
        with pytest.raises(Refusal, match="要回避"):
            await hall.desk("钱").dispatch(case.number, name)


async def test_a_leader_whom_it_is_about_is_passed_over_by_the_ladder_too(hall: Hall) -> None:
    case = await hall.report(LAMP)
    await hall.desk("王").sign(case.number)
    await hall.desk("钱").set_aside(case.number, "周")
    news = await hall.until(hall.now + 40 * HOUR)
    [overdue] = [event for _, event in news if event.action == "overdue"]
    assert {"unit": TOWN, "reason": "conflict"} in overdue.facts["skipped"]


async def test_above_a_town_that_it_is_about_the_county_leads_and_without_a_duty_room_somebody_hears(
    hall: Hall,
) -> None:
    case = await hall.report(LAMP)
    aside = await hall.desk("钱").set_aside(case.number, "柳河镇")
    assert [one.name for one in await hall.staffing.of(aside).unit_leader(GRID)] == ["李"]
    room = await hall.desk("钱").set_aside((await in_work(hall)).number, "值班室")
    assert [one.name for one in await hall.staffing.of(room).duty_room()] == ["李"]
    back = await hall.desk("李").set_aside(room.number, DEPARTMENT)
    assert (back.state, back.owner_unit) == (State.ACCEPTED, CO)


async def test_the_next_unit_has_not_done_again_what_it_never_did(hall: Hall) -> None:
    case = await fed_back(hall)
    await hall.desk("周").return_rework(case.number, "没有修好")
    await hall.desk("钱").set_aside(case.number, DEPARTMENT)
    given = await hall.desk("钱").dispatch(case.number, "王")
    await hall.desk("王").sign(case.number)
    await hall.desk("王").ask_extend(case.number, 1, "等配件")
    longer = await hall.desk("钱").approve_extend(case.number)
    assert longer.rework_count == 1
    assert given.handle_due_at is not None
    assert longer.first_due_at == longer.handle_due_at == hall.rules.calendar.add(given.handle_due_at, WORKING_DAY)


async def test_a_case_done_again_and_then_taken_back_is_due_for_its_reporter_when_it_was_said(hall: Hall) -> None:
    case = await fed_back(hall)
    await hall.desk("周").approve(case.number)
    hall.now += 30 * HOUR
    again = await hall.citizen().rate(case.number, 1, "unsolved")
    hall.now += HOUR
    back = await hall.desk("钱").set_aside(case.number, DEPARTMENT)
    assert back.citizen_due_at == again.citizen_due_at
    assert deadlines(hall.rules, back)["citizen_due_at"] == back.citizen_due_at
