"""What lies over a case: questions, more time, suspension, assists, mediation, secrecy, supervision, corrections."""

from datetime import date, timedelta

import pytest

from cases.bench import Problem
from cases.case import Case
from cases.errors import Refusal
from cases.overlay import Secrecy
from cases.people import Role
from cases.places import Place
from cases.record import State
from cases.supervision import Supervision
from tests.cases.county import (
    EMPTY_GRID,
    GAS,
    GRID,
    HOUR,
    LAMP,
    LIGHTS,
    OTHER,
    QUARREL,
    SECRET,
    STRANGER,
    TOWN,
    TREE,
    TUESDAY,
    WORKING_DAY,
    Hall,
)  # fmt: skip

SEASON = "等待季节或天气"


async def signed(hall: Hall, code: str = LAMP) -> Case:
    case = await hall.report(code)
    return await hall.desk("王").sign(case.number)


async def test_what_the_citizen_is_asked_stops_both_clocks_until_they_answer(hall: Hall) -> None:
    case = await hall.report(OTHER)
    hall.now += HOUR
    asked = await hall.desk("钱").ask_info(case.number, ["在几楼？", " ", "几天了？"])
    assert (asked.state, asked.clock, asked.is_paused) == (State.NEED_INFO, "accept", True)
    assert (asked.citizen_due_at, asked.overlay.resume_at) == (None, hall.now + 48 * HOUR)
    assert await hall.pending(case.number) == ["info_timeout"]
    hall.now += 7 * HOUR
    told = await hall.citizen().supplement(case.number, "三楼，两天了")
    assert (told.state, told.is_paused) == (State.SUBMITTED, False)
    assert told.clock_due_at == hall.rules.calendar.add(hall.now, HOUR)
    assert told.citizen_due_at is not None
    with pytest.raises(Refusal, match="已经要求补充过一次"):
        await hall.desk("钱").ask_info(case.number, ["还有吗？"])


async def test_a_citizen_who_does_not_answer_delays_nothing_for_ever(hall: Hall) -> None:
    case = await signed(hall)
    hall.now += 2 * HOUR
    due = case.citizen_due_at
    asked = await hall.desk("王").ask_info(case.number, ["哪一盏？"])
    assert asked.citizen_due_at == due
    await hall.until(hall.now + 49 * HOUR)
    gone_on = await hall.fresh(case.number)
    assert (gone_on.state, gone_on.handle_due_at) == (State.IN_PROGRESS, gone_on.clock_due_at)
    assert gone_on.handle_due_at == hall.rules.calendar.add(TUESDAY + 50 * HOUR, WORKING_DAY - 2 * HOUR)


async def test_a_rung_is_climbed_once_however_often_the_clock_stood_still(hall: Hall) -> None:
    case = await signed(hall)
    await hall.until(TUESDAY + 7 * HOUR)  # half of eight working hours is used
    await hall.desk("王").ask_info(case.number, ["哪一盏？"])
    await hall.until(hall.now + 10 * HOUR)
    await hall.citizen().supplement(case.number, "左边第二盏")
    await hall.until(hall.now + 40 * HOUR)
    actions = [event.action for event in await hall.work.cases.timeline(case.number)]
    assert (actions.count("remind"), actions.count("warn"), actions.count("overdue")) == (1, 1, 1)


async def test_an_extension_is_asked_for_by_the_handler_and_moves_both_deadlines_when_granted(hall: Hall) -> None:
    case = await signed(hall)
    unit, citizens = case.handle_due_at, case.citizen_due_at
    asked = await hall.desk("王").ask_extend(case.number, 1, "配件要从外地调")
    assert asked.handle_due_at == unit
    assert [one.action for one in asked.overlay.proposals] == ["approve_extend"]
    assert [one.number for one in await hall.desk("钱").todo()] == [case.number]
    granted = await hall.desk("钱").approve_extend(case.number, "同意")
    assert unit is not None
    assert citizens is not None
    assert granted.handle_due_at == granted.first_due_at == hall.rules.calendar.add(unit, WORKING_DAY)
    assert granted.citizen_due_at == hall.rules.calendar.add(citizens, WORKING_DAY)
    assert (granted.overlay.extensions, granted.overlay.proposals) == (1, ())
    with pytest.raises(Refusal, match="没有等您复核的事项"):
        await hall.desk("钱").approve_extend(case.number)


async def test_an_extension_has_its_measure_and_its_time(hall: Hall) -> None:
    case = await signed(hall)
    with pytest.raises(Refusal, match="请写 1 到 1"):
        await hall.desk("王").ask_extend(case.number, 2, "人手不够")
    with pytest.raises(Refusal, match="要写明理由"):
        await hall.desk("王").ask_extend(case.number, 1, " ")
    for _ in range(2):
        await hall.desk("王").ask_extend(case.number, 1, "配件没到")
        with pytest.raises(Refusal, match="已经有人提出"):
            await hall.desk("王").ask_extend(case.number, 1, "配件没到")
        await hall.desk("钱").decide(case.number, True)
    with pytest.raises(Refusal, match="已经延期 2 次"):
        await hall.desk("王").ask_extend(case.number, 1, "配件没到")
    other = await signed(hall)
    await hall.until(hall.now + 48 * HOUR)
    with pytest.raises(Refusal, match="已经超过办结期限"):
        await hall.desk("王").ask_extend(other.number, 1, "配件没到")


async def test_a_suspension_stops_both_clocks_and_ends_on_its_day(hall: Hall) -> None:
    case = await signed(hall)
    hall.now += HOUR
    left = case.citizen_due_at
    stopped = await hall.desk("周").suspend(case.number, date(2026, 3, 10), SEASON, "霜冻期不能铺沥青")
    assert (stopped.state, stopped.citizen_due_at, stopped.handle_due_at) == (State.SUSPENDED, None, None)
    await hall.until(hall.now + timedelta(days=7))
    gone_on = await hall.fresh(case.number)
    assert (gone_on.state, gone_on.is_paused) == (State.IN_PROGRESS, False)
    midnight = stopped.overlay.resume_at
    assert midnight is not None
    assert left is not None
    assert gone_on.handle_due_at == hall.rules.calendar.add(midnight, WORKING_DAY - HOUR)
    assert gone_on.citizen_due_at == hall.rules.calendar.add(
        midnight, hall.rules.calendar.between(TUESDAY + HOUR, left)
    )


async def test_what_may_not_be_suspended(hall: Hall) -> None:
    case = await signed(hall)
    with pytest.raises(Refusal, match="挂账的原因只能是"):
        await hall.desk("周").suspend(case.number, date(2026, 3, 10), "没空", "")
    with pytest.raises(Refusal, match="一年以内"):
        await hall.desk("周").suspend(case.number, date(2026, 3, 3), SEASON, "")
    with pytest.raises(Refusal, match="一年以内"):
        await hall.desk("周").suspend(case.number, date(2028, 3, 3), SEASON, "")
    danger = await signed(hall, GAS)
    with pytest.raises(Refusal, match="不能挂账"):
        await hall.desk("周").suspend(danger.number, date(2026, 3, 10), SEASON, "")


async def test_the_result_waits_for_every_assist_or_for_its_waiver(hall: Hall) -> None:
    await hall.hire("陈", (Role.HANDLER, TOWN))
    case = await signed(hall)
    invited = await hall.desk("王").invite_assist(case.number, "城市管理局", "请派升降车")
    await hall.desk("王").invite_assist(case.number, "柳河镇")
    assert [one.unit for one in invited.overlay.assists] == [LIGHTS]
    assert [one.number for one in await hall.desk("孙").my_tasks()] == [case.number]
    with pytest.raises(Refusal, match="还有协办没有答复"):
        await hall.desk("王").feedback(case.number, "修好了")
    await hall.desk("孙").answer_assist(case.number, "车已到场")
    assert await hall.desk("孙").my_tasks() == []
    await hall.desk("王").waive_assist(case.number, "柳河镇")
    assert (await hall.desk("王").feedback(case.number, "修好了")).state is State.FEEDBACK


async def test_a_late_assist_is_told_once(hall: Hall) -> None:
    case = await signed(hall)
    await hall.desk("王").invite_assist(case.number, "城市管理局")
    news = await hall.until(hall.now + 10 * HOUR)
    assert [event.facts["unit"] for _, event in news if event.action == "assist_late"] == [LIGHTS]


async def test_a_quarrel_is_mediated_and_goes_back_where_one_side_will_not(hall: Hall) -> None:
    mediator = await hall.hire("褚", (Role.MEDIATOR, TOWN))
    case = await signed(hall, QUARREL)
    with pytest.raises(Refusal, match="双方都同意"):
        await hall.desk("王").to_mediation(case.number, "褚")
    hall.now += 2 * HOUR
    sent = await hall.desk("王").to_mediation(case.number, "褚", "双方都同意")
    assert (sent.state, sent.clock, sent.overlay.mediator) == (State.MEDIATING, "mediate", mediator.id)
    assert sent.clock_due_at == hall.now + timedelta(days=30)
    assert [one.number for one in await hall.desk("褚").my_tasks()] == [case.number]
    back = await hall.desk("褚").mediation_refused(case.number, "一方不来")
    assert back.state is State.IN_PROGRESS
    assert back.handle_due_at == hall.rules.calendar.add(hall.now, 2 * WORKING_DAY - 2 * HOUR)
    await hall.desk("王").to_mediation(case.number, "褚", "又都同意了")
    done = await hall.desk("褚").mediation_done(case.number, "各让一步，围墙退后半米")
    assert (done.state, await hall.desk("褚").my_tasks()) == (State.FEEDBACK, [])


async def test_only_quarrels_are_mediated(hall: Hall) -> None:
    await hall.hire("褚", (Role.MEDIATOR, TOWN))
    case = await signed(hall)
    with pytest.raises(Refusal, match="只有矛盾纠纷类"):
        await hall.desk("王").to_mediation(case.number, "褚", "双方都同意")


async def test_a_case_is_urged_once_a_day_by_whoever_waits_for_it(hall: Hall) -> None:
    case = await signed(hall)
    await hall.citizen(STRANGER).follow(case.number)
    await hall.citizen(STRANGER).urge(case.number)
    with pytest.raises(Refusal, match="24 小时内已经催过"):
        await hall.citizen().urge(case.number, "还没修好")
    hall.now += 25 * HOUR
    assert (await hall.citizen().urge(case.number)).overlay.urged_at == hall.now


async def test_who_follows_a_case_sees_how_it_stands_and_may_do_nothing_else(hall: Hall) -> None:
    case = await signed(hall)
    desk = hall.citizen(STRANGER)
    with pytest.raises(Refusal, match="没有找到这个案件编号"):
        await desk.find(case.number, mine=True)
    await desk.follow(case.number)
    assert (await desk.find(case.number, mine=True)).number == case.number
    assert [one.number for one in await desk.followed_cases()] == [case.number]
    for refused in (desk.follow(case.number), desk.cancel(case.number), desk.confirm(case.number)):
        with pytest.raises(Refusal):
            await refused
    await desk.unfollow(case.number)
    assert await desk.followed_cases() == []


async def test_a_confidential_case_is_not_there_to_be_followed(hall: Hall) -> None:
    case = await hall.report(SECRET)
    assert case.overlay.secrecy is Secrecy.MASKED
    sealed = await hall.citizen().submit(Problem(LAMP, Place(GRID, "村口"), "村口的灯不亮", secrecy=Secrecy.SEALED))
    for one in (case, sealed):
        with pytest.raises(Refusal, match="没有找到这个案件编号"):
            await hall.citizen(STRANGER).follow(one.number)


async def test_what_others_wait_for_too_goes_on_without_its_reporter(hall: Hall) -> None:
    case = await signed(hall)
    await hall.citizen(STRANGER).follow(case.number)
    assert (await hall.citizen().cancel(case.number)).state is State.IN_PROGRESS


async def test_supervision_rises_step_by_step_and_only_a_person_takes_it_away(hall: Hall) -> None:
    case = await signed(hall)
    desk = hall.desk("李")
    assert (await desk.supervise(case.number, Supervision.RED, "三天没有进展")).supervision is Supervision.RED
    with pytest.raises(Refusal, match="督办只能加重"):
        await desk.supervise(case.number, Supervision.YELLOW, "轻一点")
    listed = await desk.supervise(case.number, Supervision.LISTED, "还是没有进展")
    assert listed.supervision is Supervision.LISTED
    event = (await hall.work.cases.timeline(case.number))[-1]
    assert event.facts["leader"] in {hall.staff["周"].id, hall.staff["李"].id}
    assert (await desk.supervise(case.number, Supervision.NONE, "已经办好")).supervision is Supervision.NONE
    with pytest.raises(Refusal, match="督办只能加重"):
        await desk.supervise(case.number, Supervision.NONE, "再取消一次")


async def test_a_wrong_category_is_put_right_with_the_same_number_and_the_same_promise(hall: Hall) -> None:
    case = await signed(hall)
    promised = case.citizen_due_at
    proposed = await hall.desk("王").correct_category(case.number, "树枝折断")
    assert (proposed.category, proposed.overlay.proposals[0].facts) == (LAMP, {"value": TREE})
    hall.now += HOUR
    right = await hall.desk("钱").decide(case.number, True)
    assert (right.category, right.priority, right.citizen_due_at) == (TREE, "P2", promised)
    assert right.handle_due_at == hall.rules.calendar.add(TUESDAY, 4 * HOUR)
    assert right.first_due_at == right.handle_due_at
    with pytest.raises(Refusal, match="现在就是这个类别"):
        await hall.desk("钱").correct_category(case.number, TREE)
    with pytest.raises(Refusal, match="没有类别"):
        await hall.desk("钱").correct_category(case.number, "外星人")


async def test_a_wrong_place_is_put_right_by_the_centre_at_once(hall: Hall) -> None:
    case = await hall.report(OTHER)
    assert (await hall.desk("钱").correct_place(case.number, "东村二格")).place.unit == EMPTY_GRID
    with pytest.raises(Refusal, match="是部门"):
        await hall.desk("钱").correct_place(case.number, "城市管理局")


async def test_what_has_ended_is_neither_urged_nor_followed(hall: Hall) -> None:
    case = await hall.report()
    await hall.citizen().cancel(case.number)
    for refused in (hall.citizen().urge(case.number), hall.citizen(STRANGER).follow(case.number)):
        with pytest.raises(Refusal):
            await refused


async def test_a_merged_reporters_urging_reaches_who_works_on_the_lead_case(hall: Hall) -> None:
    lead = await signed(hall)
    other = await hall.citizen(STRANGER).submit(Problem(LAMP, Place(GRID, "村口"), "灯又不亮"))
    await hall.desk("钱").merge(other.number, lead.number)
    assert (await hall.citizen(STRANGER).urge(other.number)).number == lead.number


async def test_a_correction_waits_on_while_the_case_goes_on_and_is_void_once_it_was_made(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").correct_category(case.number, TREE)
    waiting = await hall.desk("王").sign(case.number)
    assert [one.action for one in waiting.overlay.proposals] == ["correct_category"]
    made = await hall.desk("钱").correct_category(case.number, TREE)
    assert made.overlay.proposals == ()


async def test_a_case_that_turns_out_to_protect_its_reporter_does_so_from_then_on(hall: Hall) -> None:
    case = await hall.report(OTHER)
    assert (await hall.desk("钱").correct_category(case.number, SECRET)).overlay.secrecy is Secrecy.MASKED


async def test_a_mediation_sent_back_to_be_done_again_has_what_was_left_before_it(hall: Hall) -> None:
    await hall.hire("褚", (Role.MEDIATOR, TOWN))
    case = await signed(hall, QUARREL)
    hall.now += HOUR
    await hall.desk("王").to_mediation(case.number, "褚", "双方都同意")
    hall.now += timedelta(days=20)
    await hall.desk("褚").mediation_done(case.number, "各让一步")
    again = await hall.desk("周").return_rework(case.number, "协议没有签字")
    assert again.clock_limit == 2 * WORKING_DAY - HOUR
