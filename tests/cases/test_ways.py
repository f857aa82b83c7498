"""The ways a case takes beside the straight one: returned, refused, merged, transferred, reviewed, upheld."""

import pytest

from cases.bench import Problem
from cases.case import Case
from cases.errors import Refusal
from cases.people import Role
from cases.places import Place
from cases.record import State
from tests.cases.county import (
    CONSULT,
    DUTY,
    EMPTY_GRID,
    GAS,
    GRID,
    HOUR,
    LAMP,
    LIGHTS,
    OTHER,
    PIPE,
    STRANGER,
    TOWN,
    Hall,
)  # fmt: skip

REASON = "不属于本级职责"
SAME = Problem(LAMP, Place(GRID, "村口"), "灯又不亮")


async def closed(hall: Hall, code: str = LAMP) -> Case:
    case = await hall.report(code)
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "修好了")
    return await hall.desk("周").approve(case.number)


async def second_acceptor(hall: Hall) -> None:
    await hall.hire("郑", (Role.ACCEPTOR, DUTY), (Role.DISPATCHER, DUTY))


async def test_a_return_is_granted_and_the_case_goes_to_another_unit(hall: Hall) -> None:
    case = await hall.report()
    asked = await hall.desk("王").ask_return(case.number, "路灯归城管", "城市管理局")
    assert (asked.state, asked.clock, asked.handle_due_at) == (State.RETURN_REVIEW, "handle", case.handle_due_at)
    granted = await hall.desk("钱").grant_return(case.number, "确实归城管")
    assert (granted.state, granted.lead_unit, granted.owner_unit) == (State.ACCEPTED, None, DUTY)
    again = await hall.desk("钱").dispatch(case.number, "城市管理局")
    assert (again.lead_unit, again.citizen_due_at) == (LIGHTS, case.citizen_due_at)


async def test_a_refused_return_binds_the_unit(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").ask_return(case.number, "不归我", "城市管理局")
    with pytest.raises(Refusal, match="请写明理由"):
        await hall.desk("钱").refuse_return(case.number, "")
    refused = await hall.desk("钱").refuse_return(case.number, "就在你网格里")
    assert refused.state is State.IN_PROGRESS
    with pytest.raises(Refusal, match="已经裁定"):
        await hall.desk("王").ask_return(case.number, "还是不归我")


async def test_the_second_return_is_ruled_by_a_leader_and_cannot_come_back(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").ask_return(case.number, "路灯归城管", "城市管理局")
    with pytest.raises(Refusal, match="第一次退单由派遣员决定"):
        await hall.desk("李").rule(case.number, "城市管理局", "就由城管办")
    await hall.desk("钱").grant_return(case.number, "好")
    await hall.desk("钱").dispatch(case.number, "城市管理局")
    await hall.desk("孙").ask_return(case.number, "归网格", "东村一格")
    ruled = await hall.desk("李").rule(case.number, "城市管理局", "就由城管办")
    assert (ruled.state, ruled.lead_unit, ruled.overlay.bound) == (State.DISPATCHED, LIGHTS, True)
    with pytest.raises(Refusal, match="已经裁定"):
        await hall.desk("孙").ask_return(case.number, "还是归网格")


async def test_where_nobody_knows_an_owner_the_leader_rules_at_once(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").ask_return(case.number, "不知道归谁")
    assert (await hall.desk("李").rule(case.number, "城市管理局", "城管办")).lead_unit == LIGHTS


async def test_a_return_that_nobody_decides_is_told(hall: Hall) -> None:
    case = await hall.report(PIPE)
    await hall.desk("孙").ask_return(case.number, "不归我们", "东村一格")
    news = await hall.until(hall.now + 30 * HOUR)
    assert [event.action for _, event in news].count("ruling_late") == 1


async def test_what_was_signed_is_not_returned_but_what_the_bot_signed_may_be(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    with pytest.raises(Refusal, match="已经签收的案件不能退单"):
        await hall.desk("王").ask_return(case.number, "不归我")
    late = await hall.report()
    await hall.until(hall.now + 3 * HOUR)
    assert (await hall.desk("王").ask_return(late.number, "不归我", "城市管理局")).state is State.RETURN_REVIEW


async def test_an_ordinary_report_is_refused_by_one_acceptor_with_a_reason_of_the_list(hall: Hall) -> None:
    case = await hall.report(OTHER)
    with pytest.raises(Refusal, match="理由只能是"):
        await hall.desk("钱").reject(case.number, "不想办")
    assert (await hall.desk("钱").reject(case.number, REASON)).state is State.REJECTED


async def test_an_accepted_report_is_refused_by_two(hall: Hall) -> None:
    await second_acceptor(hall)
    case = await hall.report(OTHER)
    await hall.desk("钱").accept(case.number)
    proposed = await hall.desk("钱").reject(case.number, REASON)
    assert proposed.state is State.ACCEPTED
    [proposal] = proposed.overlay.proposals
    assert [one.name for one in await hall.desk("钱").who_may_decide(proposed, proposal)] == ["郑"]
    with pytest.raises(Refusal, match="另一位"):
        await hall.desk("钱").decide(case.number, True)
    refused = await hall.desk("郑").decide(case.number, True)
    assert refused.state is State.REJECTED
    assert (await hall.work.cases.timeline(case.number))[-1].facts["proposed_by"] == hall.staff["钱"].id


async def test_a_proposal_that_is_declined_or_overtaken_is_gone(hall: Hall) -> None:
    await second_acceptor(hall)
    case = await hall.report(OTHER)
    await hall.desk("钱").void(case.number, "测试")
    declined = await hall.desk("郑").decide(case.number, False, "不是测试")
    assert (declined.state, declined.overlay.proposals) == (State.SUBMITTED, ())
    await hall.desk("钱").void(case.number, "测试")
    await hall.desk("郑").accept(case.number)
    with pytest.raises(Refusal, match="没有等您复核的事项"):
        await hall.desk("郑").decide(case.number, True)


async def test_a_refusal_is_reviewed_once_and_by_somebody_else(hall: Hall) -> None:
    await second_acceptor(hall)
    case = await hall.report(OTHER)
    await hall.desk("钱").reject(case.number, REASON)
    again = await hall.citizen().ask_review(case.number, "就在你们镇上")
    assert (again.state, again.ended_at) == (State.SUBMITTED, None)
    with pytest.raises(Refusal, match="另一位受理员"):
        await hall.desk("钱").accept(case.number)
    await hall.desk("郑").reject(case.number, REASON)
    with pytest.raises(Refusal, match="已经复核过一次"):
        await hall.citizen().ask_review(case.number, "还是不服")


async def test_merged_cases_end_with_their_lead_and_each_reporter_votes(hall: Hall) -> None:
    lead = await hall.report()
    other = await hall.citizen(STRANGER).submit(SAME)
    merged = await hall.desk("钱").merge(other.number, lead.number)
    assert (merged.state, merged.parent, await hall.pending(other.number)) == (State.MERGED, lead.number, [])
    with pytest.raises(Refusal, match="请先拆单"):
        await hall.desk("钱").merge(lead.number, (await hall.report()).number)
    await hall.desk("王").sign(lead.number)
    await hall.desk("王").feedback(lead.number, "修好了")
    await hall.desk("周").approve(lead.number)
    assert (await hall.fresh(other.number)).state is State.CLOSED
    assert (await hall.citizen(STRANGER).rate(other.number, 5, "solved")).state is State.ARCHIVED
    assert (await hall.fresh(lead.number)).state is State.CLOSED


async def test_a_merged_case_that_is_another_matter_is_split_by_its_reporter(hall: Hall) -> None:
    lead = await hall.report()
    other = await hall.citizen(STRANGER).submit(SAME)
    await hall.desk("钱").merge(other.number, lead.number)
    apart = await hall.citizen(STRANGER).split(other.number, "我说的是另一盏")
    assert (apart.state, apart.parent) == (State.SUBMITTED, None)
    assert await hall.pending(other.number) != []


async def test_what_belongs_elsewhere_is_transferred_and_comes_back_when_refused_there(hall: Hall) -> None:
    case = await hall.report(OTHER)
    with pytest.raises(Refusal, match="可以转出的渠道"):
        await hall.desk("钱").transfer_out(case.number, "火星", "1")
    out = await hall.desk("钱").transfer_out(case.number, "12315", "T-77")
    assert (out.state, (await hall.work.cases.timeline(case.number))[-1].words) == (
        State.TRANSFERRED,
        "12315，编号 T-77。",
    )
    assert (await hall.desk("钱").bounce(case.number, "对方说不归他们")).state is State.SUBMITTED


async def test_a_consultation_is_answered_at_once_and_a_person_takes_over_where_that_helps_nobody(hall: Hall) -> None:
    case = await hall.report(CONSULT)
    with pytest.raises(Refusal, match="依据"):
        await hall.desk("钱").answer(case.number, "带身份证来", "")
    assert (await hall.desk("钱").answer(case.number, "带身份证来", "办事指南")).state is State.CLOSED
    unhappy = await hall.citizen().rate(case.number, 2, "unsolved")
    assert unhappy.state is State.REOPEN_REVIEW
    with pytest.raises(Refusal, match="还没有承办单位"):
        await hall.desk("钱").reopen(case.number)
    lamp = await hall.report(OTHER)
    with pytest.raises(Refusal, match="只有咨询类"):
        await hall.desk("钱").answer(lamp.number, "明天修", "办事指南")


async def test_a_withdrawn_dispatch_is_decided_anew(hall: Hall) -> None:
    case = await hall.report()
    back = await hall.desk("钱").withdraw(case.number, "派错了")
    assert (back.state, back.handler, back.handle_due_at) == (State.ACCEPTED, None, None)
    assert [step for step in await hall.pending(case.number) if step == "auto_sign"] == []


async def test_a_colleague_takes_over_and_only_one_of_the_unit(hall: Hall) -> None:
    await hall.hire("蒋", (Role.GRID_WORKER, GRID))
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    with pytest.raises(Refusal, match="没有找到“孙”"):
        await hall.desk("王").hand_over(case.number, "孙")
    assert (await hall.desk("王").hand_over(case.number, "蒋")).handler == hall.staff["蒋"].id
    with pytest.raises(Refusal, match="由蒋办理"):
        await hall.desk("王").progress(case.number, "去看过了")


async def test_an_old_case_is_reported_again_under_its_number_for_ninety_days(hall: Hall) -> None:
    case = await closed(hall)
    await hall.citizen().rate(case.number, 5, "solved")
    again = await hall.citizen().report_again(case.number, "又不亮了")
    assert (again.state, again.number) == (State.REOPEN_REVIEW, case.number)
    back = await hall.desk("钱").reopen(case.number)
    assert (back.state, back.lead_unit, back.overlay.bound) == (State.DISPATCHED, GRID, True)
    old = await closed(hall)
    await hall.citizen().rate(old.number, 5, "solved")
    hall.now += 91 * 24 * HOUR
    with pytest.raises(Refusal, match="超过 90 天"):
        await hall.citizen().report_again(old.number, "又不亮了")


async def test_an_objection_is_upheld_by_two(hall: Hall) -> None:
    await second_acceptor(hall)
    case = await closed(hall)
    await hall.citizen().rate(case.number, 5, "solved")
    await hall.citizen().report_again(case.number, "颜色不好看")
    await hall.desk("钱").uphold(case.number, "按标准装的")
    upheld = await hall.desk("郑").decide(case.number, True)
    assert (upheld.state, upheld.grade) == (State.ARCHIVED, 5)
    assert (await hall.work.cases.timeline(case.number))[-1].words == "按标准装的"


async def test_buttons_show_only_what_the_desk_would_do(hall: Hall) -> None:
    case = await hall.report()
    assert await hall.desk("王").possible(case) == ["sign", "ask_return", "urge"]
    case = await hall.desk("王").sign(case.number)
    able = await hall.desk("王").possible(case)
    assert {"progress", "feedback", "ask_extend", "hand_over", "invite_assist"} <= set(able)
    assert not {"ask_return", "to_mediation", "waive_assist", "approve_extend"} & set(able)
    assert await hall.desk("孙").possible(case) == []
    hot = await hall.report(GAS, unit=EMPTY_GRID)
    assert "suspend" not in await hall.desk("王").possible(hot)


async def test_a_case_that_others_were_merged_into_is_not_ended_by_an_old_proposal(hall: Hall) -> None:
    await second_acceptor(hall)
    lead = await hall.report()
    await hall.desk("王").sign(lead.number)
    await hall.desk("钱").void(lead.number, "测试")
    other = await hall.citizen(STRANGER).submit(SAME)
    await hall.desk("钱").merge(other.number, lead.number)
    with pytest.raises(Refusal, match="请先拆单"):
        await hall.desk("郑").decide(lead.number, True)


async def test_nobody_grants_the_time_they_asked_for(hall: Hall) -> None:
    await hall.hire("马", (Role.GRID_WORKER, EMPTY_GRID), (Role.DISPATCHER, TOWN))
    case = await hall.report(unit=EMPTY_GRID)
    await hall.desk("马").sign(case.number)
    await hall.desk("马").ask_extend(case.number, 1, "等配件")
    with pytest.raises(Refusal, match="另一位"):
        await hall.desk("马").approve_extend(case.number)
    assert (await hall.desk("钱").approve_extend(case.number)).overlay.extensions == 1


async def test_neither_of_two_who_refused_a_case_takes_part_in_its_review(hall: Hall) -> None:
    await second_acceptor(hall)
    case = await hall.report(OTHER)
    await hall.desk("钱").accept(case.number)
    await hall.desk("钱").reject(case.number, REASON)
    await hall.desk("郑").decide(case.number, True)
    await hall.citizen().ask_review(case.number, "就在你们镇上")
    for name in ("钱", "郑"):
        with pytest.raises(Refusal, match="另一位受理员"):
            await hall.desk(name).accept(case.number)
        with pytest.raises(Refusal, match="另一位受理员"):
            await hall.desk(name).void(case.number, "测试")


async def test_an_urgent_case_is_not_hidden_behind_one_that_is_not(hall: Hall) -> None:
    lamp, gas = await hall.report(), await hall.report(GAS)
    with pytest.raises(Refusal, match="请反过来并"):
        await hall.desk("钱").merge(gas.number, lamp.number)
    assert (await hall.desk("钱").merge(lamp.number, gas.number)).parent == gas.number


async def test_a_second_objection_is_no_matter_for_an_acceptor_alone(hall: Hall) -> None:
    case = await closed(hall)
    await hall.citizen().rate(case.number, 1, "unsolved")
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "又修了一次")
    await hall.desk("周").approve(case.number)
    await hall.citizen().rate(case.number, 4, "solved")
    await hall.citizen().report_again(case.number, "还是不亮")
    with pytest.raises(Refusal, match="再次异议"):
        await hall.desk("钱").reopen(case.number)
    assert (await hall.desk("李").list_supervise(case.number, "反复没有办好")).state is State.DISPATCHED


async def test_what_comes_back_from_another_channel_has_the_time_it_had_left(hall: Hall) -> None:
    case = await hall.report(OTHER)
    due = case.citizen_due_at
    await hall.desk("钱").transfer_out(case.number, "12315", "T-77")
    hall.now += 21 * 24 * HOUR
    back = await hall.desk("钱").bounce(case.number, "对方说不归他们")
    assert due is not None
    assert back.citizen_due_at == hall.rules.calendar.add(hall.now, hall.rules.calendar.between(case.submitted_at, due))
