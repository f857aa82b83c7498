"""The case itself: its clocks, its events, its refusals."""

import pytest

from cases.case import Case
from cases.errors import Refusal
from cases.people import BOT, CITIZEN, Actor, Level, Role
from cases.places import Place
from cases.record import Reporter, State
from cases.rules import Rung
from cases.supervision import Escalation, Supervision
from tests.cases.county import (
    DUTY,
    GAS,
    GRID,
    HOUR,
    LAMP,
    NOISE,
    REPORTER,
    RULES,
    SIGN,
    TREE,
    TUESDAY,
    WORKING_DAY,
)  # fmt: skip

LISTED, REMIND = Rung(200, "red", "listed", ("duty_room",)), Rung(50, "blue", "remind", ("handler",))
WORKER = Actor(Role.GRID_WORKER, 7)


def submitted(code: str = LAMP) -> Case:
    place, reporter = Place(GRID, "村口"), Reporter(REPORTER)
    return Case.submit(
        "QC260303-0001", RULES, TUESDAY, CITIZEN,
        category=code, place=place, description="不亮", reporter=reporter, owner_unit=DUTY,
    )  # fmt: skip


def dispatched(code: str = LAMP) -> Case:
    case = submitted(code)
    case.accept(RULES, BOT, TUESDAY)
    case.dispatch(RULES, BOT, TUESDAY, unit=GRID, level=Level.GRID, handler=7)
    return case


def test_the_citizens_deadline_is_accept_dispatch_and_handle_in_working_time() -> None:
    assert submitted().citizen_due_at == TUESDAY + 27 * HOUR  # 11 working hours from Tuesday 09:00: Wednesday 12:00
    assert submitted(GAS).citizen_due_at == TUESDAY + HOUR / 4 + HOUR / 6 + HOUR


def test_the_sign_limit_is_the_shorter_of_two_hours_and_a_quarter_and_a_quarter_hour_for_hazards() -> None:
    assert dispatched().sign_due_at == TUESDAY + 2 * HOUR
    assert dispatched(GAS).sign_due_at == TUESDAY + HOUR / 4


def test_the_sign_limit_of_a_short_case_is_a_quarter_of_it() -> None:
    assert dispatched(TREE).sign_due_at == TUESDAY + HOUR


def reopened(code: str) -> Case:
    case = dispatched(code)
    case.sign(WORKER, TUESDAY)
    case.feedback(RULES, WORKER, TUESDAY, "好了")
    case.approve(RULES, CITIZEN, TUESDAY)
    case.rate_bad(RULES, CITIZEN, TUESDAY, grade=1, solved="unsolved")
    case.reopen(RULES, BOT, TUESDAY)
    return case


@pytest.mark.parametrize(("code", "days"), [(LAMP, 5), (TREE, 5), (SIGN, 15)])
def test_a_reopened_case_has_five_working_days_and_a_minor_one_fifteen(code: str, days: int) -> None:
    case = reopened(code)
    due = RULES.calendar.add(TUESDAY, days * WORKING_DAY)
    assert (case.clock_limit, case.handle_due_at, case.citizen_due_at) == (days * WORKING_DAY, due, due)


def test_a_reopened_case_has_no_rating_of_the_first_closure() -> None:
    case = reopened(LAMP)
    assert (case.grade, case.solved) == (None, None)


def test_rework_round_the_clock_gets_what_is_left_round_the_clock() -> None:
    case = dispatched(NOISE)
    case.sign(WORKER, TUESDAY)
    case.feedback(RULES, WORKER, TUESDAY + 2 * HOUR, "好了")  # 11:00, before the noon break
    case.return_rework(RULES, CITIZEN, TUESDAY + 3 * HOUR, "还在响")
    assert (case.clock_limit, case.handle_due_at) == (6 * HOUR, TUESDAY + 9 * HOUR)


def test_signing_late_is_kept_as_late() -> None:
    case = dispatched()
    case.sign(WORKER, TUESDAY + 3 * HOUR)
    assert case.signed_late


def test_each_clock_is_a_new_generation_and_signing_is_not_one() -> None:
    case = dispatched()
    fence = case.fence
    case.sign(WORKER, TUESDAY)
    assert (case.fence, case.clock) == (fence, "handle")
    case.feedback(RULES, WORKER, TUESDAY, "好了")
    assert (case.fence, case.clock) == (fence + 1, "check")


def test_news_are_numbered_in_order_and_handed_over_once() -> None:
    case = dispatched()
    assert [(event.seq, event.action) for event in case.take_news()] == [(1, "submit"), (2, "accept"), (3, "dispatch")]
    assert case.take_news() == []


def test_words_are_kept_out_of_the_facts() -> None:
    case = dispatched()
    case.sign(WORKER, TUESDAY)
    case.progress(WORKER, TUESDAY, "张三家门口", ("m1",))
    event = case.take_news()[-1]
    assert event.words == "张三家门口"
    assert event.facts == {"photos": ["m1"]}


def test_a_refused_action_changes_nothing() -> None:
    case = submitted()
    with pytest.raises(Refusal):
        case.sign(WORKER, TUESDAY)
    assert (case.state, case.fence, len(case.news)) == (State.SUBMITTED, 1, 1)


def test_the_handler_may_not_approve_and_neither_may_the_bot_a_hazard() -> None:
    case = dispatched(GAS)
    case.sign(WORKER, TUESDAY)
    case.feedback(RULES, WORKER, TUESDAY, "好了")
    with pytest.raises(Refusal, match="经办人不能核查"):
        case.approve(RULES, Actor(Role.CHECKER, 7), TUESDAY)
    with pytest.raises(Refusal, match="不能自动核查"):
        case.approve(RULES, BOT, TUESDAY)
    case.approve(RULES, CITIZEN, TUESDAY)
    assert case.state is State.CLOSED


def test_supervision_and_level_never_go_down() -> None:
    case = dispatched()
    case.climb(TUESDAY, LISTED, Escalation(Level.COUNTY))
    case.climb(TUESDAY, REMIND, Escalation(Level.GRID))
    assert (case.supervision, case.level) == (Supervision.LISTED, Level.COUNTY)
