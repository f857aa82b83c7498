"""Going up: from whoever is late, never to themselves, and a listed case in somebody's name."""

from collections.abc import Sequence

import pytest

from cases.case import Case
from cases.events import Event
from cases.people import Level, Role
from cases.supervision import Escalation, Supervision
from tests.cases.county import CO, EMPTY_GRID, GAS, GRID, HOUR, LAMP, LIGHTS, OTHER, PIPE, VILLAGE, Hall


async def rung(hall: Hall, case: Case, action: str) -> Event:
    """The rung, once time has brought it about."""
    news: list[tuple[Case, Event]] = []
    for _ in range(20 * 24):
        news += await hall.until(hall.now + HOUR)
        found = [event for one, event in news if (one.number, event.action) == (case.number, action)]
        if found:
            return found[0]
    raise AssertionError(action)


async def next_level(hall: Hall, number: str) -> Sequence[str]:
    """The names of those who answer at the level the case has reached."""
    case = await hall.fresh(number)
    names = {person.id: name for name, person in hall.staff.items()}
    return [names[id_] for id_ in await hall.staffing.told(case, ("next_level",))]


async def test_an_officer_stands_at_his_grid_and_a_department_at_its_county(hall: Hall) -> None:
    assert (await hall.report(OTHER)).level is Level.COUNTY
    assert (await hall.report(LAMP)).level is Level.GRID
    assert (await hall.report(PIPE)).level is Level.COUNTY


async def test_an_overdue_county_department_is_the_county_leaders_and_the_duty_rooms_and_no_villages(
    hall: Hall,
) -> None:
    await hall.hire("冯", (Role.LEADER, VILLAGE))
    case = await hall.report(PIPE)
    overdue = await rung(hall, case, "overdue")
    assert (overdue.facts["level"], overdue.facts["skipped"]) == (Level.COUNTY, [])
    assert await next_level(hall, case.number) == ["李", "钱"]


async def test_what_the_centre_is_late_with_goes_to_the_county_and_is_not_booked_to_the_officer(hall: Hall) -> None:
    case = await hall.report(OTHER)
    overdue = await rung(hall, case, "overdue")
    assert overdue.facts["level"] == Level.COUNTY
    assert await next_level(hall, case.number) == ["李", "钱"]
    await rung(hall, case, "listed")
    await hall.desk("钱").accept(case.number)
    case = await hall.desk("钱").dispatch(case.number, "王")
    assert (case.level, case.supervision, case.light) == (Level.GRID, Supervision.NONE, "")
    assert (await rung(hall, case, "overdue")).facts["level"] == Level.TOWN


async def test_an_officer_of_a_village_is_late_to_the_town_and_not_to_himself(hall: Hall) -> None:
    await hall.hire("冯", (Role.GRID_WORKER, VILLAGE), (Role.LEADER, VILLAGE))
    case = await hall.report(unit=EMPTY_GRID)
    assert (case.lead_unit, case.level) == (VILLAGE, Level.VILLAGE)
    overdue = await rung(hall, case, "overdue")
    assert (overdue.facts["level"], overdue.facts["skipped"]) == (Level.TOWN, [])
    assert await next_level(hall, case.number) == ["周"]


async def test_a_level_where_only_the_handler_answers_is_skipped_as_a_conflict(hall: Hall) -> None:
    await hall.hire("冯", (Role.GRID_WORKER, GRID), (Role.LEADER, VILLAGE))
    case = await hall.report()
    await hall.desk("冯").sign(case.number)
    overdue = await rung(hall, case, "overdue")
    assert overdue.facts["level"] == Level.TOWN
    assert overdue.facts["skipped"] == [{"unit": VILLAGE, "reason": "conflict"}]


async def test_a_case_that_its_own_unit_would_have_to_answer_for_is_passed_on(hall: Hall) -> None:
    await hall.hire("冯", (Role.LEADER, VILLAGE))
    case = await hall.report()
    case.lead_unit = VILLAGE
    up = await hall.staffing.level_up(case, 1)
    assert up == Escalation(Level.TOWN, [{"unit": VILLAGE, "reason": "conflict"}])
    case.level = Level.VILLAGE
    assert [one.name for one in await hall.staffing.next_level(case)] == ["钱"]


async def test_a_county_leader_who_handles_a_case_is_not_told_of_it_as_the_next_level(hall: Hall) -> None:
    await hall.hire("冯", (Role.HANDLER, LIGHTS), (Role.LEADER, CO))
    case = await hall.report(PIPE)
    await hall.desk("冯").sign(case.number)
    await rung(hall, case, "overdue")
    assert await next_level(hall, case.number) == ["李", "钱"]


async def test_a_hazards_missed_check_leaves_level_and_supervision_of_its_unit_alone(hall: Hall) -> None:
    case = await hall.report(GAS)
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "关阀了")
    assert (await rung(hall, case, "red_card")).facts["level"] == Level.COUNTY
    assert await next_level(hall, case.number) == ["李", "钱"]
    case = await hall.desk("周").return_rework(case.number, "还有气味")
    assert (case.level, case.supervision) == (Level.GRID, Supervision.NONE)


@pytest.mark.parametrize(("gone", "named"), [((), "周"), (("周",), "李"), (("周", "李"), "钱")])
async def test_a_listed_case_carries_the_name_of_a_leader_or_else_of_the_duty_room(
    hall: Hall, gone: Sequence[str], named: str
) -> None:
    case = await hall.report()
    for name in gone:
        await hall.leave(name)
    up = await hall.staffing.listed(case, Escalation(Level.TOWN))
    assert up == Escalation(Level.TOWN, leader=hall.staff[named].id)


async def test_what_time_and_what_citizens_list_is_kept_with_the_name(hall: Hall) -> None:
    case = await hall.report()
    listed = await rung(hall, case, "listed")
    assert listed.facts["leader"] == hall.staff["李"].id
    await hall.desk("王").feedback(case.number, "好了")
    for _ in range(2):
        await hall.citizen().confirm(case.number)
        desk = hall.citizen()
        await desk.rate(case.number, 1, "unsolved")
        await hall.desk("王").sign(case.number)
        await hall.desk("王").feedback(case.number, "又修了")
    assert desk.news[-1][1].facts["leader"] == hall.staff["李"].id


async def test_a_county_without_anybody_lists_in_nobodys_name(hall: Hall) -> None:
    case = await hall.report()
    for name in hall.staff:
        await hall.leave(name)
    up = Escalation(Level.TOWN)
    assert await hall.staffing.listed(case, up) == up
    assert "leader" not in up.facts()
