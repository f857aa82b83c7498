"""From words to a category."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from cases.rules import Rules
from cases.triage.category import confident, suggest
from tests.cases.triage.county import RULES


def knowing(keywords: Mapping[str, tuple[str, ...]]) -> Rules:
    return replace(RULES, keywords=keywords)


def codes(text: str, rules: Rules = RULES) -> list[str]:
    return [category.code for category, _ in suggest(text, rules)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("村口的路灯坏了好几天", "0502"),
        ("我家楼下垃圾桶满了没人收", "0401"),
        ("井盖没了差点掉进去", "0501"),
        ("消防通道被车堵死了", "0201"),
        ("隔壁工地半夜施工噪音太大", "0601"),
        ("老板拖欠工资三个月", "0901"),
        ("烧烤店油烟呛人", "0603"),
        ("自来水管爆了路上都是水", "0505"),
        ("电动车在楼道里飞线充电", "0202"),
        ("老人的低保怎么没了", "1001"),
    ],
)
def test_everyday_complaints_find_their_category_first(text: str, code: str) -> None:
    assert codes(text)[0] == code


@pytest.mark.parametrize("text", ["", "你好", "在吗", "？？？", "嗯"])
def test_words_that_say_nothing_suggest_nothing(text: str) -> None:
    assert suggest(text, RULES) == []
    assert confident([]) is None


def test_a_longer_keyword_outweighs_a_shorter_one_within_it() -> None:
    rules = knowing({"0502": ("灯",), "0701": ("信号灯",)})
    assert codes("信号灯坏了", rules) == ["0701"]
    assert codes("信号灯坏了，房里的灯也坏了", rules) == ["0701"]


def test_blanks_and_capitals_do_not_hide_a_keyword() -> None:
    assert codes("L E D 屏太亮", knowing({"0603": ("led屏",)})) == ["0603"]


def test_a_keyword_of_several_categories_counts_less_for_each() -> None:
    shared = knowing({"0401": ("桶",), "0402": ("桶", "堆"), "0502": ("灯",)})
    scores = {category.code: score for category, score in suggest("桶堆灯", shared)}
    assert scores == pytest.approx({"0402": 1.5, "0502": 1.0, "0401": 0.5})


def test_equal_scores_stand_in_the_order_of_codes_and_only_so_many_are_given() -> None:
    rules = knowing(dict.fromkeys(("0701", "0502", "0601", "0401"), ("灯",)))
    assert codes("灯", rules) == ["0401", "0502", "0601"]
    assert len(suggest("灯", rules, limit=1)) == 1


def test_only_a_lead_makes_a_clear_winner() -> None:
    clear = suggest("路灯杆倾斜", knowing({"0502": ("路灯杆",), "0601": ("倾斜",)}))
    assert [category.code for category, _ in clear] == ["0502", "0601"]
    found = confident(clear)
    assert found is not None
    assert found.code == "0502"
    assert confident(suggest("路灯杆太倾斜", knowing({"0502": ("路灯杆",), "0601": ("太倾斜",)}))) is None


def test_a_single_short_word_is_no_clear_winner() -> None:
    found = suggest("路灯", knowing({"0502": ("路灯",)}))
    assert [category.code for category, _ in found] == ["0502"]
    assert confident(found) is None


def test_a_text_without_end_is_read_only_at_its_beginning() -> None:
    rules = knowing({"0502": ("路灯",)})
    assert codes("路灯" + "啊" * 10_000, rules) == ["0502"]
    assert codes("啊" * 10_000 + "路灯", rules) == []
