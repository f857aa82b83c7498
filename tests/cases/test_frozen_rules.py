"""A case goes on by the rules it was filed under, whatever becomes of the rules, and is never silent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cases.case import Case
from cases.catalogue import Catalogue
from cases.record import State
from cases.rules import Rules, Rung
from tests.cases.county import CATALOGUE, HOUR, LAMP, RULES, TREE, TUESDAY, WORKING_DAY, Hall

DAY = timedelta(days=1)
MONTH = 30 * DAY
SHORT_LADDER = (Rung(100, "red", "overdue", ("handler",), up=1),)
WITHOUT_LAMP = Catalogue([category for category in CATALOGUE if category.code != LAMP])


def newer(**changes: Any) -> Rules:
    """The rules of the county after somebody changed them and started anew."""
    return replace(RULES, version="test-2", earlier={RULES.version: RULES}, **changes)


def unrecorded(**changes: Any) -> Rules:
    """Changed rules where the version of the cases is not known any more."""
    return replace(RULES, version="test-2", **changes)


async def actions(hall: Hall, number: str) -> Sequence[str]:
    return [event.action for event in await hall.work.cases.timeline(number)]


def test_a_version_that_is_not_kept_gives_way_to_the_present_one() -> None:
    rules = newer()
    assert rules.as_of("test-1") is RULES
    assert rules.as_of("test-2") is rules
    assert rules.as_of("test-0") is rules


async def test_limits_are_those_of_the_rules_it_was_filed_under(hall: Hall) -> None:
    case = await hall.report()
    generous = replace(CATALOGUE[LAMP], handle=10 * WORKING_DAY)
    limits = replace(RULES.limits, check=HOUR, reopen=HOUR, rating=DAY, rework_floor=1.0)
    hall.rules = newer(catalogue=Catalogue((generous,)), limits=limits)
    await hall.desk("王").sign(case.number)
    hall.now += 8 * WORKING_DAY
    assert (await hall.desk("王").feedback(case.number, "好了")).clock_limit == 2 * WORKING_DAY
    assert (await hall.desk("周").return_rework(case.number, "没好")).clock_limit == WORKING_DAY / 4
    await hall.desk("王").feedback(case.number, "好了")
    assert (await hall.citizen().confirm(case.number)).clock_limit == 7 * DAY
    assert (await hall.citizen().rate(case.number, 1, "unsolved")).clock_limit == 5 * WORKING_DAY


async def test_the_ladder_is_that_of_the_rules_it_was_filed_under(hall: Hall) -> None:
    case = await hall.report()
    hall.rules = newer(ladder=SHORT_LADDER)
    await hall.until(TUESDAY + 4 * DAY)
    climbed = ["auto_sign", "remind", "warn", "overdue", "red_card", "listed"]
    assert [action for action in await actions(hall, case.number) if action != "daily"][3:] == climbed
    new = await hall.report()
    await hall.until(hall.now + 9 * DAY)
    assert [action for action in await actions(hall, new.number) if action != "daily"][3:] == ["auto_sign", "overdue"]


async def test_a_case_of_a_category_that_is_no_more_goes_on_to_its_end(hall: Hall) -> None:
    case = await hall.report()
    hall.rules = newer(catalogue=WITHOUT_LAMP)
    await hall.until(TUESDAY + 6 * HOUR)
    assert (await actions(hall, case.number))[3:] == ["auto_sign", "remind"]
    await hall.desk("王").feedback(case.number, "好了")
    await hall.citizen().not_done(case.number, "没好")
    await hall.desk("王").feedback(case.number, "好了")
    await hall.until(TUESDAY + MONTH)
    assert (await hall.fresh(case.number)).state is State.ARCHIVED


async def awake(hall: Hall, case: Case) -> bool:
    """Whether something is still to come for it."""
    steps = await hall.steps(case.number)
    return any(step.at > hall.now for step in steps)


@pytest.mark.parametrize("ladder", [SHORT_LADDER, RULES.ladder[:2]], ids=["one rung", "no rung at the limit"])
async def test_a_ladder_cut_short_leaves_no_case_silent(hall: Hall, ladder: Sequence[Rung]) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    hall.rules = unrecorded(ladder=ladder)
    for days in range(1, 15):
        await hall.until(TUESDAY + days * DAY)
        assert await awake(hall, case), days
    assert (await actions(hall, case.number)).count("daily") > 5


async def test_a_ladder_cut_short_during_an_outage_leaves_no_case_silent(hall: Hall) -> None:
    case = await hall.report(TREE)
    hall.rules, hall.now = unrecorded(ladder=SHORT_LADDER), TUESDAY + 9 * DAY
    assert [event.action for _, event in await hall.turn()] == ["auto_sign", "overdue"]
    assert await hall.pending(case.number) == ["daily"]
    assert await awake(hall, case)


async def test_a_rung_that_is_put_in_is_climbed_where_the_case_knows_no_other_rules(hall: Hall) -> None:
    case = await hall.report()
    await hall.desk("王").sign(case.number)
    hall.rules = unrecorded(ladder=(*SHORT_LADDER, Rung(120, "red", "red_card", ("supervisor",))))
    await hall.until(TUESDAY + 6 * DAY)
    climbed = [action for action in await actions(hall, case.number) if action != "daily"]
    assert climbed[4:] == ["overdue", "red_card"]
