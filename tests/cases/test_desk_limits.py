"""The limits of a case as its people go on with it: signed, sent back, reopened, and counted."""

from cases.record import State
from tests.cases.county import HOUR, TUESDAY, WORKING_DAY, Hall


async def test_rework_gets_what_was_left_of_the_limit(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    hall.now += 2 * HOUR
    await hall.desk("王").feedback(case.number, "好了")
    case = await hall.desk("周").return_rework(case.number, "还是不亮")
    assert (case.state, case.rework_count, case.clock_limit) == (State.IN_PROGRESS, 1, 6 * HOUR)


async def test_rework_after_the_limit_still_gets_a_quarter(hall: Hall) -> None:
    case = await hall.report()
    await hall.until(TUESDAY + 48 * HOUR)
    await hall.desk("王").feedback(case.number, "好了")
    assert (await hall.citizen().not_done(case.number, "没好")).clock_limit == WORKING_DAY / 4


async def test_once_signed_the_sign_limit_is_nothing_to_wait_for(hall: Hall) -> None:
    case = await hall.report()
    assert "auto_sign" in await hall.pending(case.number)
    await hall.desk("王").sign(case.number)
    assert await hall.pending(case.number) == ["remind", "warn", "overdue", "red_card", "listed"]
    assert await hall.work.due_steps.next_at() == case.share_at(hall.rules, 50)


async def test_a_rework_makes_nothing_punctual_that_was_late(hall: Hall) -> None:
    case = await hall.report()
    first = case.handle_due_at
    await hall.desk("王").sign(case.number)
    await hall.until(TUESDAY + 30 * HOUR)
    await hall.desk("王").feedback(case.number, "好了")
    case = await hall.citizen().not_done(case.number, "没好")
    assert case.handle_due_at != first == case.first_due_at
    await hall.desk("王").feedback(case.number, "又修了")
    case = await hall.citizen().confirm(case.number)
    hall.now += HOUR
    counts = await hall.desk("李").tally("week")
    assert (counts.closed, counts.closed_in_time) == (1, 0)


async def test_a_reopened_case_has_a_first_limit_of_its_own(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    await hall.desk("王").feedback(case.number, "好了")
    await hall.citizen().confirm(case.number)
    case = await hall.citizen().rate(case.number, 1, "unsolved")
    assert case.first_due_at == case.handle_due_at == case.citizen_due_at
