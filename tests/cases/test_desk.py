"""What people can do at the case desk, on a real store."""

from dataclasses import replace

import pytest

from cases.bench import Problem
from cases.case import Case
from cases.desk import CaseDesk
from cases.errors import Refusal
from cases.people import Level, Post, Role
from cases.places import Place
from cases.record import State
from cases.supervision import Supervision
from tests.cases.county import (
    DUTY,
    EMPTY_GRID,
    GAS,
    GRID,
    HOUR,
    LAMP,
    LIGHTS,
    OTHER,
    PIPE,
    SECRET,
    STRANGER,
    TUESDAY,
    VILLAGE,
    WORKING_DAY,
    Hall,
)  # fmt: skip


async def fed_back(hall: Hall, code: str = LAMP) -> Case:
    case = await hall.report(code)
    await hall.desk("王").sign(case.number)
    return await hall.desk("王").feedback(case.number, "灯修好了", ("m1",))


async def test_a_clear_report_goes_straight_to_the_grids_officer(hall: Hall) -> None:
    case = await hall.fresh((await hall.report()).number)
    assert (case.number, case.state, case.lead_unit) == ("QC260303-0001", State.DISPATCHED, GRID)
    assert case.handler == hall.staff["王"].id
    assert case.sign_due_at == TUESDAY + 2 * HOUR
    assert case.handle_due_at == RULES_DAY_LATER


RULES_DAY_LATER = TUESDAY + 24 * HOUR


@pytest.mark.parametrize("code", [OTHER, SECRET])
async def test_other_and_confidential_reports_wait_for_an_acceptor(hall: Hall, code: str) -> None:
    case = await hall.report(code)
    assert (case.state, case.owner_unit, case.flow) == (State.SUBMITTED, DUTY, "centre")


async def test_a_village_without_its_grid_waits_for_an_acceptor(hall: Hall) -> None:
    assert (await hall.report(unit=VILLAGE)).state is State.SUBMITTED


async def test_a_department_leads_where_the_rules_say_so_and_the_officer_is_informed(hall: Hall) -> None:
    desk = hall.citizen()
    case = await desk.submit(Problem(PIPE, Place(GRID, "路口"), "井盖没了"))
    dispatched = next(event for _, event in desk.news if event.action == "dispatch")
    assert case.lead_unit == LIGHTS
    assert dispatched.facts["informed"] == [hall.staff["王"].id]


async def test_a_grid_nobody_answers_for_stays_with_the_duty_room(hall: Hall) -> None:
    case = await hall.report(unit=EMPTY_GRID)
    assert (case.state, case.owner_unit) == (State.ACCEPTED, DUTY)
    case = await hall.desk("钱").dispatch(case.number, "孙")
    assert (case.lead_unit, case.handler) == (LIGHTS, hall.staff["孙"].id)


async def test_a_case_goes_through_the_centre_by_hand(hall: Hall) -> None:
    case = await hall.report(OTHER)
    assert [one.number for one in await hall.desk("钱").todo()] == [case.number]
    await hall.desk("钱").accept(case.number)
    case = await hall.desk("钱").dispatch(case.number, "东村一格")
    assert (case.state, case.handler) == (State.DISPATCHED, hall.staff["王"].id)


@pytest.mark.parametrize("to", ["没有这个人", "东村二格"])
async def test_dispatching_to_nobody_says_what_to_write(hall: Hall, to: str) -> None:
    case = await hall.report(OTHER)
    await hall.desk("钱").accept(case.number)
    with pytest.raises(Refusal, match=to):
        await hall.desk("钱").dispatch(case.number, to)


async def test_others_cannot_sign_an_officers_case(hall: Hall) -> None:
    case = await hall.report()
    with pytest.raises(Refusal, match=r"没有找到|范围"):
        await hall.desk("孙").sign(case.number)
    with pytest.raises(Refusal, match="工作人员"):
        await hall.citizen().sign(case.number)


async def test_a_checker_who_worked_on_the_case_may_not_check_it(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("赵").sign(case.number)
    await hall.desk("赵").progress(case.number, "在路上")
    await hall.leave("赵")
    await hall.desk("王").feedback(case.number, "好了")
    with pytest.raises(Refusal, match="不能再核查"):
        await hall.desk("赵").approve(case.number)
    assert (await hall.desk("周").approve(case.number)).state is State.CLOSED


async def test_sending_back_needs_a_reason(hall: Hall) -> None:
    case = await fed_back(hall)
    with pytest.raises(Refusal, match="理由"):
        await hall.citizen().not_done(case.number, " ")


@pytest.mark.parametrize(("grade", "solved"), [(5, "solved"), (3, "partly")])
async def test_a_good_rating_archives_and_nothing_more_is_due(hall: Hall, grade: int, solved: str) -> None:
    case = await fed_back(hall)
    await hall.citizen().confirm(case.number)
    case = await hall.citizen().rate(case.number, grade, solved)
    assert (case.state, case.grade, case.solved) == (State.ARCHIVED, grade, solved)
    assert await hall.pending(case.number) == []


@pytest.mark.parametrize(("grade", "solved"), [(2, "solved"), (5, "unsolved")])
async def test_the_first_objection_reopens_and_the_second_lists(hall: Hall, grade: int, solved: str) -> None:
    case = await fed_back(hall)
    await hall.citizen().confirm(case.number)
    case = await hall.citizen().rate(case.number, grade, solved, "不满意")
    assert (case.state, case.reopen_count, case.clock_limit) == (State.DISPATCHED, 1, 5 * WORKING_DAY)
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "又修了")
    await hall.citizen().confirm(case.number)
    case = await hall.citizen().rate(case.number, grade, solved)
    assert (case.state, case.supervision, case.level) == (State.DISPATCHED, Supervision.LISTED, Level.TOWN)


async def test_a_citizen_learns_nothing_of_others_cases(hall: Hall) -> None:
    case = await hall.report()
    stranger = hall.citizen(STRANGER)
    answers = []
    for text in (case.number, case.number[-4:], "QC260303-9999", "9999"):
        with pytest.raises(Refusal) as refused:
            await stranger.find(text, mine=True)
        answers.append(refused.value.words)
    assert len(set(answers)) == 1
    assert (await hall.citizen().find("001", mine=True)).number == case.number


async def test_two_cases_with_the_same_ending_ask_for_the_whole_number(hall: Hall) -> None:
    first = await hall.report()
    hall.now += 24 * HOUR
    second = await hall.report()
    with pytest.raises(Refusal, match=f"{second.number}、{first.number}"):
        await hall.citizen().find("0001", mine=True)


async def test_cancelling_ends_a_case_but_not_a_hazard(hall: Hall) -> None:
    lamp, gas = await hall.report(), await hall.report(GAS)
    assert (await hall.citizen().cancel(lamp.number)).state is State.CANCELLED
    desk = hall.citizen()
    assert (await desk.cancel(gas.number)).state is State.DISPATCHED
    assert [event.facts for _, event in desk.news if event.action == "goes_on"] == [{"notices": "off"}]


async def test_a_hazard_withdrawn_again_is_not_told_again(hall: Hall) -> None:
    gas = await hall.report(GAS)
    for times in (1, 0, 0):
        desk = hall.citizen()
        assert (await desk.cancel(gas.number, "不用了")).state is State.DISPATCHED
        assert len(desk.news) == times
    await hall.desk("王").sign(gas.number)
    await hall.desk("王").feedback(gas.number, "关阀了")
    assert (await hall.citizen().cancel(gas.number)).state is State.FEEDBACK


async def test_words_can_be_added_until_the_case_has_ended(hall: Hall) -> None:
    case = await hall.report()
    await hall.citizen().supplement(case.number, "第三根电线杆", ("m2",))
    last = (await hall.citizen().timeline(case.number))[-1]
    assert (last.words, list(last.facts["photos"])) == ("第三根电线杆", ["m2"])
    await hall.citizen().cancel(case.number)
    with pytest.raises(Refusal, match="重新上报"):
        await hall.citizen().supplement(case.number, "再说一句")


async def test_tasks_are_those_in_hand_and_those_nobody_holds(hall: Hall) -> None:
    held, waiting = await hall.report(), await hall.report(PIPE)
    assert [one.number for one in await hall.desk("王").my_tasks()] == [held.number]
    assert [one.number for one in await hall.desk("孙").my_tasks()] == [waiting.number]
    assert {one.number for one in await hall.citizen().my_cases()} == {held.number, waiting.number}


async def test_counts_are_for_staff_and_their_units(hall: Hall) -> None:
    await hall.report()
    hall.now += HOUR
    assert (await hall.desk("李").tally("today")).submitted == 1
    assert (await hall.desk("王").tally("week")).submitted == 1
    with pytest.raises(Refusal, match="工作人员"):
        await hall.citizen().tally("today")


async def test_a_checkers_scope_ends_at_the_units_border(hall: Hall) -> None:
    case = await fed_back(hall)
    away = replace(hall.staff["周"], id=99, posts=(Post(Role.CHECKER, LIGHTS),))
    desk = CaseDesk(hall.work, hall.rules, hall.now, address=None, person=away, units=hall.units)
    with pytest.raises(Refusal, match="没有找到"):
        await desk.approve(case.number)


async def test_an_unknown_category_or_place_is_refused_with_the_next_step(hall: Hall) -> None:
    with pytest.raises(Refusal, match="重新选择类别"):
        await hall.report("9999")
    with pytest.raises(Refusal, match="重新发送定位"):
        await hall.report(unit="nowhere")


async def test_an_officer_may_not_confirm_or_rate_what_he_reported_and_handled(hall: Hall) -> None:
    def officer() -> CaseDesk:
        me = hall.staff["王"]
        return CaseDesk(hall.work, hall.rules, hall.now, address=STRANGER, person=me, units=hall.units)

    desk = officer()
    case = await desk.submit(Problem(LAMP, Place(GRID, "村口"), "灯不亮"))
    assert desk.news[0][1].actor.role is Role.GRID_WORKER
    await officer().sign(case.number)
    await officer().feedback(case.number, "好了")
    with pytest.raises(Refusal, match="不能再核查"):
        await officer().confirm(case.number)
    await hall.desk("周").approve(case.number)
    with pytest.raises(Refusal, match="评价"):
        await officer().rate(case.number, 5, "solved")
