"""Which emergency lines come before anything else."""

import pytest

from cases.triage.danger import emergency_lines
from tests.cases.triage.county import RULES


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("楼下着火了", "119"),
        ("配电房一直冒烟", "119"),
        ("家里有很大的煤气味", "119"),
        ("有人触电了快来", "120"),
        ("墙塌了压着人", "119"),
        ("电梯里被困两个人", "119"),
        ("老人摔了一直流血", "120"),
        ("门口有人打架", "110"),
        ("路口刚发生车祸", "122"),
        ("我不想活了", "120"),
    ],
)
def test_danger_brings_the_line_to_call_first(text: str, first: str) -> None:
    assert emergency_lines(text, RULES)[0] == first


@pytest.mark.parametrize("text", ["路灯不亮三天了", "垃圾没人收", "你好", ""])
def test_everyday_words_bring_no_line(text: str) -> None:
    assert emergency_lines(text, RULES) == []


def test_each_line_comes_once_in_the_order_of_the_rules() -> None:
    assert emergency_lines("着火了，有人被困，还在冒烟", RULES) == ["119", "120"]


def test_blanks_do_not_hide_danger_and_denial_does_not_silence_it() -> None:
    assert emergency_lines("着 火\n了", RULES) == ["119"]
    assert emergency_lines("没有着火", RULES) == ["119"]


def test_whoever_does_not_want_to_live_hears_of_the_listening_line() -> None:
    assert "心理援助12356" in emergency_lines("不想活了", RULES)
