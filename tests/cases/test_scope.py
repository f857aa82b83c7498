"""How far posts reach: the duty room over the whole county, a worker no further than his own unit and hands."""

import pytest

from cases import owners
from cases.case import Case
from cases.errors import Refusal
from cases.people import Role
from cases.record import State
from tests.cases.county import DUTY, EMPTY_GRID, HOUR, LIGHTS, OTHER, PIPE, TOWN, VILLAGE, Hall


async def signed(hall: Hall, name: str = "王") -> Case:
    return await hall.desk(name).sign((await hall.report()).number)


async def test_the_duty_room_sees_checks_and_counts_what_is_dispatched_anywhere(hall: Hall) -> None:
    await hall.hire("吴", (Role.ACCEPTOR, DUTY), (Role.CHECKER, DUTY))
    case = await signed(hall)
    assert (await hall.desk("吴").find(case.number, mine=False)).number == case.number
    await hall.desk("王").feedback(case.number, "好了")
    assert [one.number for one in await hall.desk("吴").todo()] == [case.number]
    hall.now += HOUR
    assert (await hall.desk("吴").tally("today")).submitted == 1
    assert (await hall.desk("吴").approve(case.number)).state is State.CLOSED


async def test_a_supervisor_of_the_duty_room_hears_of_every_place(hall: Hall) -> None:
    wu = await hall.hire("吴", (Role.SUPERVISOR, DUTY))
    case = await hall.report()
    assert wu.id in await hall.staffing.told(case, ("supervisor",))


async def test_where_neither_duty_unit_nor_county_has_anybody_any_dispatcher_is_the_duty_room(hall: Hall) -> None:
    zheng = await hall.hire("郑", (Role.DISPATCHER, TOWN))
    assert [one.name for one in await hall.staffing.duty_room()] == ["钱"]
    await hall.leave("钱")
    assert await hall.staffing.duty_room() == [zheng]


@pytest.mark.parametrize("unit", [VILLAGE, TOWN, "330100"])
async def test_a_handler_above_does_not_take_an_officers_case(hall: Hall, unit: str) -> None:
    await hall.hire("吴", (Role.HANDLER, unit))
    case = await hall.report()
    with pytest.raises(Refusal, match="不在您的范围内，请联系东村一格"):
        await hall.desk("吴").sign(case.number)
    assert not await hall.desk("吴").may_work(case)


async def test_any_worker_of_the_unit_may_sign_and_has_it_from_then_on(hall: Hall) -> None:
    case = await hall.report()
    assert await hall.desk("赵").may_work(case)
    case = await hall.desk("赵").sign(case.number)
    assert case.handler == hall.staff["赵"].id
    assert not await hall.desk("王").may_work(case)
    for refused in (hall.desk("王").progress(case.number, "在路上"), hall.desk("王").feedback(case.number, "好了")):
        with pytest.raises(Refusal, match="由赵办理，别人不能代办。请与赵联系"):
            await refused


async def test_what_somebody_left_in_hand_a_colleague_may_finish(hall: Hall) -> None:
    case = await signed(hall, "赵")
    await hall.leave("赵")
    assert (await hall.desk("王").progress(case.number, "换人了")).handler == hall.staff["王"].id
    assert (await hall.desk("王").feedback(case.number, "好了")).state is State.FEEDBACK


async def test_a_departments_workers_share_what_nobody_signed_for(hall: Hall) -> None:
    await hall.hire("吴", (Role.HANDLER, LIGHTS))
    case = await hall.report(PIPE)
    assert [one.number for one in await hall.desk("吴").my_tasks()] == [case.number]
    await hall.desk("吴").sign(case.number)
    with pytest.raises(Refusal, match="由吴办理"):
        await hall.desk("孙").feedback(case.number, "好了")


async def test_whoever_speaks_of_a_case_signed_by_time_has_it(hall: Hall) -> None:
    await hall.hire("吴", (Role.HANDLER, LIGHTS))
    case = await hall.report(PIPE)
    await hall.until(hall.now + 3 * HOUR)
    assert (await hall.fresh(case.number)).handler is None
    assert (await hall.desk("吴").progress(case.number, "已派人")).handler == hall.staff["吴"].id
    with pytest.raises(Refusal, match="由吴办理"):
        await hall.desk("孙").feedback(case.number, "好了")


async def test_an_assistant_tells_of_progress_and_takes_nothing(hall: Hall) -> None:
    await hall.hire("吴", (Role.ASSISTANT, TOWN))
    await hall.hire("许", (Role.HANDLER, TOWN))
    case = await hall.report(PIPE)
    await hall.desk("孙").sign(case.number)
    with pytest.raises(Refusal, match="不在您的范围内"):
        await hall.desk("吴").progress(case.number, "带了梯子")
    await hall.desk("孙").invite_assist(case.number, "柳河镇")
    assert (await hall.desk("吴").progress(case.number, "带了梯子")).handler == hall.staff["孙"].id
    answered = await hall.desk("许").answer_assist(case.number, "梯子用完了")
    assert [one.is_open for one in answered.overlay.assists] == [False]


async def test_whom_a_case_was_dispatched_to_never_checks_it(hall: Hall) -> None:
    await hall.hire("郑", (Role.GRID_WORKER, VILLAGE), (Role.CHECKER, TOWN))
    await hall.hire("冯", (Role.GRID_WORKER, VILLAGE))
    case = await hall.report(unit=EMPTY_GRID)
    assert case.handler == hall.staff["郑"].id
    await hall.desk("冯").sign(case.number)
    await hall.desk("冯").feedback(case.number, "好了")
    with pytest.raises(Refusal, match="不能再核查"):
        await hall.desk("郑").approve(case.number)
    assert owners.worked(await hall.work.cases.timeline(case.number)) == {hall.staff[one].id for one in ("郑", "冯")}


async def test_a_name_means_the_post_nearest_to_the_place(hall: Hall) -> None:
    await hall.hire("马", (Role.GRID_WORKER, "330100002001001"), (Role.HANDLER, LIGHTS), (Role.GRID_WORKER, TOWN))
    case = await hall.report(OTHER, unit=EMPTY_GRID)
    await hall.desk("钱").accept(case.number)
    case = await hall.desk("钱").dispatch(case.number, "马")
    assert (case.lead_unit, case.handler) == (TOWN, hall.staff["马"].id)


async def test_a_name_without_a_post_near_the_place_means_the_first_post(hall: Hall) -> None:
    await hall.hire("马", (Role.HANDLER, LIGHTS), (Role.HANDLER, DUTY))
    case = await hall.report(OTHER)
    await hall.desk("钱").accept(case.number)
    assert (await hall.desk("钱").dispatch(case.number, "马")).lead_unit == LIGHTS
