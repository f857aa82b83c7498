"""Only whoever is there is chosen: substitutes, shifts and vacancies in dispatching, reminding and going up."""

from collections.abc import Sequence

import pytest

from cases.case import Case
from cases.duty import NOBODY
from cases.errors import Refusal
from cases.people import Level, Role
from tests.cases.county import CO, DUTY, GRID, HOUR, LIGHTS, OTHER, PIPE, TOWN, VILLAGE, Hall


def named(hall: Hall, ids: Sequence[int]) -> list[str]:
    names = {person.id: name for name, person in hall.staff.items()}
    return [names[id_] for id_ in ids]


async def told(hall: Hall, case: Case, *words: str) -> list[str]:
    return named(hall, await hall.staffing.told(case, words))


async def officer(hall: Hall) -> tuple[str, str] | None:
    """Which unit a case of the grid goes to, and to whom."""
    found = await hall.staffing.officer(GRID)
    return (found.unit, found.person.name) if found and found.person else None


async def test_a_case_goes_to_the_substitute_of_an_officer_who_is_away(hall: Hall) -> None:
    await hall.away("王", "孙")
    case = await hall.report()
    assert (case.lead_unit, case.handler) == (GRID, hall.staff["孙"].id)


async def test_without_a_substitute_it_goes_to_a_colleague_and_without_one_to_the_village(hall: Hall) -> None:
    await hall.away("王")
    assert await officer(hall) == (GRID, "赵")
    await hall.away("赵")
    assert await officer(hall) is None
    await hall.hire("冯", (Role.GRID_WORKER, VILLAGE))
    assert await officer(hall) == (VILLAGE, "冯")


async def test_a_case_goes_to_whoever_has_the_shift(hall: Hall) -> None:
    await hall.plan(GRID, "王", hours=4)
    await hall.plan(GRID, "赵", begins=4, hours=4)
    assert await officer(hall) == (GRID, "王")
    hall.now += 4 * HOUR
    assert await officer(hall) == (GRID, "赵")
    hall.now += 4 * HOUR
    assert await officer(hall) is None


async def test_a_department_with_nobody_there_leaves_the_case_to_the_duty_room(hall: Hall) -> None:
    await hall.away("孙")
    case = await hall.report(PIPE)
    assert (case.state, case.lead_unit, case.owner_unit) == ("accepted", None, DUTY)


async def test_people_who_must_not_have_to_do_with_it_are_never_chosen(hall: Hall) -> None:
    staffing = hall.staffing
    wang, zhao = hall.staff["王"].id, hall.staff["赵"].id
    for excluding, found in ((NOBODY, "王"), ({wang}, "赵"), ({wang, zhao}, None)):
        lead = await type(staffing)(hall.work, hall.rules, hall.units, hall.now, excluding).officer(GRID)
        assert (lead.person.name if lead and lead.person else None) == found


async def test_who_is_dispatched_to_by_name_while_away_is_replaced_by_the_substitute(hall: Hall) -> None:
    await hall.away("王", "孙")
    case = await hall.report(OTHER)
    await hall.desk("钱").accept(case.number)
    case = await hall.desk("钱").dispatch(case.number, "王")
    assert (case.lead_unit, case.handler) == (GRID, hall.staff["孙"].id)


@pytest.mark.parametrize(
    ("away", "why"),
    [("leave", "王请假，没有人代班。"), ("shift", "王现在不当班。")],
)
async def test_a_dispatch_to_somebody_who_is_not_there_names_who_is(hall: Hall, away: str, why: str) -> None:
    if away == "leave":
        await hall.away("王")
    else:
        await hall.plan(GRID, "赵")
    case = await hall.report(OTHER)
    await hall.desk("钱").accept(case.number)
    with pytest.raises(Refusal, match="王") as refusal:
        await hall.desk("钱").dispatch(case.number, "王")
    assert refusal.value.words == f"{why}同单位在岗的有赵，请派给他们。"


async def test_a_dispatch_to_a_unit_where_nobody_is_there_is_refused_and_says_so(hall: Hall) -> None:
    await hall.away("孙")
    case = await hall.report(OTHER)
    await hall.desk("钱").accept(case.number)
    with pytest.raises(Refusal, match="城市管理局的经办人现在都不在岗（请假或不当班），请派给别的单位"):
        await hall.desk("钱").dispatch(case.number, "城市管理局")
    with pytest.raises(Refusal, match="孙请假，没有人代班。同单位现在没有人在岗"):
        await hall.desk("钱").dispatch(case.number, "孙")


async def test_reminders_of_a_task_go_to_the_substitute_while_its_handler_is_away(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    case = await hall.fresh(case.number)
    await hall.away("王", "孙", hours=4)
    assert await told(hall, case, "handler") == ["孙"]
    hall.now += 4 * HOUR
    assert await told(hall, case, "handler") == ["王"]


async def test_reminders_of_a_handler_who_is_away_without_one_go_to_the_unit(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    case = await hall.fresh(case.number)
    await hall.away("王")
    assert await told(hall, case, "handler") == ["赵"]
    await hall.away("赵")
    assert await told(hall, case, "handler") == ["钱"]


async def test_a_substitute_sees_and_does_the_tasks_which_stay_the_handlers(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    await hall.away("王", "孙", hours=4)
    sun = await hall.stand_in("孙")
    assert [one.number for one in await sun.my_tasks()] == [case.number]
    await sun.progress(case.number, "正在换灯")
    event = (await hall.work.cases.timeline(case.number))[-1]
    assert (event.actor.person, event.facts["for"]) == (hall.staff["孙"].id, hall.staff["王"].id)
    assert (await hall.fresh(case.number)).handler == hall.staff["王"].id
    hall.now += 4 * HOUR
    assert await (await hall.stand_in("孙")).my_tasks() == []
    with pytest.raises(Refusal, match="没有找到这个案件编号"):
        await (await hall.stand_in("孙")).progress(case.number, "换好了")


async def test_a_substitute_takes_an_unsigned_task_of_the_unit_in_the_stead_of_whom_they_stand_in_for(
    hall: Hall,
) -> None:
    case = await hall.report(PIPE)
    await hall.away("孙", "王")
    signed = await (await hall.stand_in("王")).sign(case.number)
    assert signed.handler == hall.staff["孙"].id


async def test_what_a_substitute_did_is_not_checked_by_them(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    await hall.away("王", "赵", hours=4)
    await (await hall.stand_in("赵")).feedback(case.number, "换好了")
    hall.now += 4 * HOUR
    with pytest.raises(Refusal, match="您办理过这个案件"):
        await (await hall.stand_in("赵")).approve(case.number)


async def test_nobody_is_stood_in_for_in_a_role_that_the_substitute_does_not_hold(hall: Hall) -> None:
    await hall.away("周", "王")
    wang = await hall.stand_in("王")
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "换好了")
    with pytest.raises(Refusal, match="“核查”由核查员、群众、系统操作"):
        await wang.approve(case.number)
    assert await hall.staffing.on_duty(TOWN, Role.LEADER) == []


@pytest.mark.parametrize(("why", "reason"), [("leave", "leave"), ("shift", "off_shift"), ("gone", "vacant")])
async def test_a_level_with_nobody_on_duty_is_skipped_with_the_reason(hall: Hall, why: str, reason: str) -> None:
    case = await hall.report()
    if why == "leave":
        await hall.away("周")
    elif why == "shift":
        await hall.plan(TOWN, "王")
    else:
        await hall.leave("周")
    up = await hall.staffing.level_up(case, 2)
    assert (up.level, up.skipped) == (Level.COUNTY, [{"unit": TOWN, "reason": reason}])


async def test_a_level_is_not_skipped_while_a_deputy_stands_in(hall: Hall) -> None:
    await hall.hire("冯", (Role.LEADER, LIGHTS))
    await hall.away("周", "冯")
    case = await hall.report()
    up = await hall.staffing.level_up(case, 2)
    assert (up.level, up.skipped) == (Level.TOWN, [])
    case.level = Level.TOWN
    assert await told(hall, case, "next_level", "unit_leader") == ["冯"]
    assert (await hall.staffing.listed(case, up)).leader == hall.staff["冯"].id


async def test_a_supervisor_who_is_away_is_replaced_whatever_unit_the_substitute_is_of(hall: Hall) -> None:
    await hall.hire("冯", (Role.SUPERVISOR, LIGHTS))
    await hall.away("李", "冯")
    assert await told(hall, await hall.report(), "supervisor", "county_leader") == ["冯"]


async def test_the_duty_room_is_whoever_has_the_shift_and_never_nobody(hall: Hall) -> None:
    await hall.hire("郑", (Role.DISPATCHER, DUTY))
    await hall.plan(DUTY, "郑", hours=4)
    case = await hall.report()
    assert await told(hall, case, "duty_room") == ["郑"]
    hall.now += 4 * HOUR
    assert await told(hall, case, "duty_room") == ["钱"]
    await hall.away("钱")
    assert await told(hall, case, "duty_room") == ["钱", "郑"]


async def test_a_substitute_whose_access_has_ended_since_is_nobody(hall: Hall) -> None:
    await hall.away("王", "孙")
    await hall.leave("孙")
    assert await officer(hall) == (GRID, "赵")
    assert await hall.staffing.holding(CO, Role.LEADER) == [hall.staff["李"]]
