"""Somebody goes for good: what they had in hand goes to somebody who is there, or back to the unit."""

from cases.case import Case
from cases.handing_over import hand_over_all
from cases.people import Role
from tests.cases.county import GRID, LAMP, PIPE, VILLAGE, Hall


async def goes(hall: Hall, name: str) -> dict[str, str | None]:
    """Who has each case that the person had, by the case's number."""
    await hall.leave(name)
    news = await hand_over_all(hall.staffing, hall.staff[name], "disabled")
    names = {person.id: one for one, person in hall.staff.items()}
    found: dict[str, str | None] = {}
    for case, event in news:
        assert (event.action, event.facts["reason"]) == ("hand_over", "disabled")
        assert (event.facts["from"], event.facts["handler"]) == (hall.staff[name].id, case.handler)
        assert (await hall.fresh(case.number)).handler == case.handler
        found[case.number] = names[case.handler] if case.handler is not None else None
    return found


async def signed(hall: Hall, name: str, code: str = LAMP) -> Case:
    case = await hall.report(code)
    return await hall.desk(name).sign(case.number)


async def test_colleagues_on_duty_share_what_somebody_leaves_behind(hall: Hall) -> None:
    await hall.hire("冯", (Role.GRID_WORKER, GRID))
    cases = [await signed(hall, "王") for _ in range(3)]
    assert await goes(hall, "王") == dict(zip((one.number for one in cases), ("赵", "冯", "赵"), strict=True))


async def test_the_substitute_of_whoever_is_on_leave_gets_it_all(hall: Hall) -> None:
    case = await signed(hall, "王")
    await hall.away("王", "孙")
    assert await goes(hall, "王") == {case.number: "孙"}


async def test_a_colleague_who_is_not_there_gets_nothing_and_the_unit_keeps_it(hall: Hall) -> None:
    case = await signed(hall, "王")
    before = await hall.steps(case.number)
    await hall.away("赵")
    assert await goes(hall, "王") == {case.number: None}
    left = await hall.fresh(case.number)
    assert (left.lead_unit, left.owner_unit, left.state) == (GRID, GRID, "in_progress")
    assert await hall.steps(case.number) == before


async def test_a_colleague_may_take_what_is_in_nobodys_hands(hall: Hall) -> None:
    case = await signed(hall, "孙", PIPE)
    assert await goes(hall, "孙") == {case.number: None}
    await hall.hire("冯", (Role.HANDLER, "CG"))
    assert [one.number for one in await hall.desk("冯").my_tasks()] == [case.number]
    await hall.desk("冯").progress(case.number, "在修了")
    assert (await hall.fresh(case.number)).handler == hall.staff["冯"].id


async def test_what_was_fed_back_is_not_handed_over(hall: Hall) -> None:
    case = await signed(hall, "王")
    await hall.desk("王").feedback(case.number, "换好了")
    assert await goes(hall, "王") == {}
    assert (await hall.fresh(case.number)).handler == hall.staff["王"].id


async def test_an_unsigned_task_goes_to_the_next_who_has_to_sign_it(hall: Hall) -> None:
    case = await hall.report()
    assert await goes(hall, "王") == {case.number: "赵"}
    assert (await hall.desk("赵").sign(case.number)).handler == hall.staff["赵"].id


async def test_the_tasks_of_others_stay_where_they_are(hall: Hall) -> None:
    await hall.hire("冯", (Role.GRID_WORKER, VILLAGE))
    case = await signed(hall, "赵")
    assert await goes(hall, "王") == {}
    assert (await hall.fresh(case.number)).handler == hall.staff["赵"].id
