"""Answers of which some are offered: usual words, names filled in, units, days."""

from dataclasses import replace
from typing import Any

import pytest

from dialogs.engine.answers import Answer, NoAnswer, NotUnderstood
from dialogs.engine.around import Around
from dialogs.engine.messages import Photo, Text
from dialogs.engine.offered import Days, OneName, OneUnit, UsualWords
from tests.dialogs.ear import COUNTY
from tests.dialogs.knowledge import around
from tests.kit.town import LIGHTS, TOWN

WHY = UsualWords(at_least=2, usual=("等配件", "天气原因"))


def there(**answers: Any) -> Around:
    """Around a question in the small town, with those answers filled in."""
    return replace(around(answers), knowledge=COUNTY)


def read(answer: Answer[Any], words: str, **answers: Any) -> Any:
    """What is kept of these words."""
    return answer.read(Text(words), None, there(**answers))


@pytest.mark.parametrize(("said", "kept"), [("2", "天气原因"), ("等配件", "等配件"), ("路面还没干", "路面还没干")])
def test_usual_words_are_chosen_by_number_and_others_typed(said: str, kept: str) -> None:
    assert read(WHY, said) == kept


def test_words_that_are_too_short_are_asked_for_again() -> None:
    with pytest.raises(NotUnderstood, match="至少 2 个字"):
        read(WHY, "等")


@pytest.mark.parametrize(("said", "kept"), [("1", "王海"), ("马丽", "马丽"), ("陈 燕", "陈 燕")])
def test_a_name_is_chosen_from_those_filled_in_or_typed(said: str, kept: str) -> None:
    answer = OneName("colleagues")
    assert [choice.label for choice in answer.choices(there(colleagues=["王海", "马丽"]))] == ["王海", "马丽"]
    assert read(answer, said, colleagues=["王海", "马丽"]) == kept


@pytest.mark.parametrize("said", ["3", "一" * 31, ""])
def test_what_can_be_no_name_is_asked_for_again(said: str) -> None:
    with pytest.raises(NotUnderstood, match="写出姓名"):
        read(OneName("colleagues"), said, colleagues=["王海", "马丽"])


def test_a_photo_is_no_name() -> None:
    with pytest.raises(NotUnderstood):
        OneName("colleagues").read(Photo("p"), None, there())


@pytest.mark.parametrize("said", ["1", "城市管理局", LIGHTS])
def test_a_unit_is_kept_as_its_code_however_it_is_said(said: str) -> None:
    assert read(OneUnit("units"), said, units=[LIGHTS]) == LIGHTS


def test_a_unit_that_was_not_offered_may_be_named_and_one_that_is_not_there_may_not() -> None:
    assert read(OneUnit("units"), "柳河镇", units=[LIGHTS]) == TOWN
    with pytest.raises(NotUnderstood, match="没有叫这个名字的单位"):
        read(OneUnit("units"), "水务局", units=[LIGHTS])


def test_nobody_is_an_answer_only_where_it_is_offered() -> None:
    assert read(OneUnit("units", "说不清"), "2", units=[LIGHTS]) == ""
    assert read(OneUnit("units", "说不清"), "没有") == ""
    with pytest.raises(NotUnderstood):
        read(OneUnit("units"), "没有")
    assert OneUnit("units", "说不清").load("", there()) == ""
    with pytest.raises(NoAnswer):
        OneUnit("units").load("", there())


def test_a_unit_that_is_gone_since_is_asked_for_again() -> None:
    with pytest.raises(NoAnswer):
        OneUnit("units").load("GONE", there())


@pytest.mark.parametrize(
    ("said", "days"), [("3", 3), ("3天", 3), ("3 天", 3), ("３个工作日", 3), ("10日", 10), ("7", 7)]
)
def test_days_are_said_in_many_ways_and_a_number_is_always_so_many(said: str, days: int) -> None:
    assert read(Days(), said) == days


@pytest.mark.parametrize("said", ["0", "0天", "几天", "三周", "1000"])
def test_what_is_no_number_of_days_is_asked_for_again(said: str) -> None:
    with pytest.raises(NotUnderstood, match="天数"):
        read(Days(), said)


def test_kept_days_are_a_number() -> None:
    assert Days().load(3, there()) == 3
    with pytest.raises(NoAnswer):
        Days().load(True, there())
