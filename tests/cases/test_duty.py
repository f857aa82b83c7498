"""Leaves, substitutes and shifts: who is there, and which leaves cannot be."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.duty import LAPSE, OFF_SHIFT, ON_LEAVE, Leave, Roster, Shift, check_leave
from cases.errors import Refusal
from cases.people import Person
from tests.cases.county import HOUR, TUESDAY, ZONE

DAY = timedelta(days=1)
WANG, SUN, QIAN, LI = 1, 2, 3, 4
PEOPLE = {id_: Person(id_, name, ()) for id_, name in ((WANG, "王"), (SUN, "孙"), (QIAN, "钱"), (LI, "李"))}


def leave(person: int, substitute: int | None = None, begins: int = 0, days: int | None = 1) -> Leave:
    """A leave that begins so many days from Tuesday, nine o'clock."""
    since = TUESDAY + begins * DAY
    return Leave(person, since, since + days * DAY if days is not None else None, substitute, person, TUESDAY)


def shift(person: int, begins: int, ends: int, unit: str = "CG") -> Shift:
    """A shift so many hours from Tuesday, nine o'clock."""
    return Shift(unit, TUESDAY + begins * HOUR, TUESDAY + ends * HOUR, person)


def refused(kept: Sequence[Leave], new: Leave, people: dict[int, Person] = PEOPLE) -> str:
    """Why that leave cannot be entered, '' where it can."""
    try:
        check_leave(Roster(kept), new, people, ZONE)
    except Refusal as refusal:
        return refusal.words
    return ""


def test_whoever_is_not_away_does_their_own_work() -> None:
    there = Roster([leave(WANG, SUN)]).at(TUESDAY + DAY)
    assert there.leave(WANG) is None
    assert there.stand_in(WANG) == WANG
    assert there.stands_for(SUN) == []


def test_a_substitute_stands_in_from_the_beginning_until_before_the_end() -> None:
    roster = Roster([leave(WANG, SUN)])
    found = [roster.at(TUESDAY + at).stand_in(WANG) for at in (-HOUR, 0 * HOUR, DAY - HOUR, DAY)]
    assert found == [WANG, SUN, SUN, WANG]


def test_a_substitute_who_is_away_is_followed_on() -> None:
    there = Roster([leave(WANG, SUN), leave(SUN, QIAN, days=None)]).at(TUESDAY)
    assert there.chain(WANG) == [WANG, SUN, QIAN]
    assert there.stand_in(WANG) == there.stand_in(SUN) == QIAN
    assert there.stands_for(QIAN) == [WANG, SUN]
    assert there.stands_for(SUN) == []


def test_without_a_substitute_nobody_stands_in() -> None:
    there = Roster([leave(WANG)]).at(TUESDAY)
    assert there.stand_in(WANG) is None
    assert there.hindrance("CG", WANG) == ON_LEAVE


def test_leaves_that_should_never_have_been_kept_still_end() -> None:
    there = Roster([leave(WANG, SUN), leave(SUN, WANG)]).at(TUESDAY)
    assert there.stand_in(WANG) is None
    assert there.stand_in(SUN) is None


def test_without_a_plan_everybody_is_on_duty() -> None:
    assert Roster().at(TUESDAY).on_duty("CG", [SUN, WANG]) == [SUN, WANG]


def test_with_a_plan_only_those_whose_shift_it_is_and_between_shifts_nobody() -> None:
    roster = Roster(shifts=[shift(WANG, 0, 4), shift(SUN, 4, 8), shift(WANG, 9, 10)])
    found = [roster.at(TUESDAY + hours * HOUR).on_duty("CG", [WANG, SUN]) for hours in (0, 4, 8, 9)]
    assert found == [[WANG], [SUN], [], [WANG]]
    assert roster.at(TUESDAY).hindrance("CG", SUN) == OFF_SHIFT


def test_a_plan_holds_for_its_own_unit() -> None:
    assert Roster(shifts=[shift(WANG, 0, 4)]).at(TUESDAY).on_duty("ZB", [SUN]) == [SUN]


def test_a_plan_begins_with_its_first_shift_and_lapses_a_week_after_its_last() -> None:
    roster = Roster(shifts=[shift(WANG, 0, 4)])
    ends = TUESDAY + 4 * HOUR + LAPSE
    found = [roster.at(at).on_duty("CG", [SUN]) for at in (TUESDAY - HOUR, TUESDAY, ends - HOUR, ends)]
    assert found == [[SUN], [], [], [SUN]]


def test_a_substitute_has_the_shift_of_whom_they_stand_in_for() -> None:
    there = Roster([leave(WANG, SUN)], [shift(WANG, 0, 4), shift(SUN, 4, 8)]).at(TUESDAY)
    assert there.on_duty("CG", [WANG, SUN]) == [SUN]
    assert there.on_duty("CG", [SUN]) == []


def test_whoever_stands_in_for_a_colleague_is_named_once() -> None:
    assert Roster([leave(WANG, SUN)]).at(TUESDAY).on_duty("CG", [WANG, SUN]) == [SUN]


def test_people_who_must_not_have_to_do_with_it_are_left_out_also_as_substitutes() -> None:
    there = Roster([leave(WANG, SUN)]).at(TUESDAY)
    assert there.on_duty("CG", [WANG, SUN, QIAN], excluding={SUN}) == [QIAN]
    assert there.on_duty("CG", [WANG, QIAN], excluding={WANG}) == [QIAN]


@pytest.mark.parametrize(
    ("kept", "new", "told"),
    [
        ([], leave(WANG, WANG), "代班人不能是请假的人自己"),
        ([], leave(WANG, days=0), "结束时间要在开始时间之后"),
        ([leave(WANG)], leave(WANG, SUN), "王 3月3日 09:00 到 3月4日 09:00 已经请了假"),
        ([leave(SUN, WANG)], leave(WANG, SUN), "代班绕回来了（王→孙→王），3月3日 09:00 起会没有人在"),
        ([leave(SUN, QIAN), leave(QIAN, WANG)], leave(WANG, SUN), "代班绕回来了（王→孙→钱→王）"),
        ([leave(SUN, WANG, begins=2)], leave(WANG, SUN, days=None), "王→孙→王），3月5日 09:00 起"),
        ([leave(SUN, begins=2)], leave(WANG, SUN, days=4), "孙 3月5日 09:00 到 3月6日 09:00 请假，也没有人代班"),
        ([leave(SUN, QIAN), leave(QIAN, days=None)], leave(WANG, SUN), "到 不定 请假，也没有人代班（王→孙→钱）"),
    ],
)  # fmt: skip
def test_a_leave_that_would_leave_nobody_there_is_refused_with_the_chain(
    kept: list[Leave], new: Leave, told: str
) -> None:
    assert told in refused(kept, new)


@pytest.mark.parametrize(
    ("kept", "new"),
    [
        ([], leave(WANG)),
        ([], leave(WANG, SUN, days=None)),
        ([leave(SUN, QIAN)], leave(WANG, SUN)),
        ([leave(SUN, WANG, begins=1)], leave(WANG, SUN)),
        ([leave(WANG, begins=-2)], leave(WANG, SUN)),
        ([leave(SUN, WANG)], leave(WANG, QIAN)),
    ],
)
def test_a_leave_with_somebody_there_all_the_time_is_not_refused(kept: list[Leave], new: Leave) -> None:
    assert refused(kept, new) == ""


def test_a_substitute_whose_access_has_ended_is_refused_wherever_in_the_chain() -> None:
    people = PEOPLE | {QIAN: replace(PEOPLE[QIAN], active=False)}
    assert "钱已停用，不能代班（王→钱）" in refused([], leave(WANG, QIAN), people)
    assert "钱已停用，不能代班（王→孙→钱）" in refused([leave(SUN, QIAN)], leave(WANG, SUN), people)


ids = st.integers(1, 6)
leaves = st.builds(
    leave, ids, st.one_of(st.none(), ids), st.integers(0, 8), st.one_of(st.none(), st.integers(0, 5))
)  # fmt: skip


@given(st.lists(leaves, max_size=15))
def test_leaves_entered_one_by_one_never_go_round_and_every_chain_ends(wished: list[Leave]) -> None:
    people = {id_: Person(id_, f"人{id_}", ()) for id_ in range(1, 7)}
    kept: list[Leave] = []
    for number, one in enumerate(wished, 1):
        if not refused(kept, one, people):
            kept.append(replace(one, id=number))
    roster = Roster(kept)
    for now in roster.turns(TUESDAY - DAY, TUESDAY + 20 * DAY):
        there = roster.at(now)
        for person in people:
            chain = there.chain(person)
            assert len(set(chain)) == len(chain)
            last = there.leave(chain[-1])
            assert there.stand_in(person) == (chain[-1] if last is None else None)
            assert last is None or last.substitute is None
            assert sum(one.covers(now) for one in roster.leaves_of(person)) <= 1


@given(st.lists(leaves, max_size=12), leaves)
def test_a_leave_that_is_entered_with_a_substitute_has_somebody_there_all_the_time(
    wished: list[Leave], last: Leave
) -> None:
    people = {id_: Person(id_, f"人{id_}", ()) for id_ in range(1, 7)}
    kept: list[Leave] = []
    for one in wished:
        if not refused(kept, one, people):
            kept.append(one)
    if refused(kept, last, people) or last.substitute is None:
        return
    roster = Roster([*kept, last])
    for now in roster.turns(last.since, last.end):
        assert roster.at(now).stand_in(last.person) not in (None, last.person)
