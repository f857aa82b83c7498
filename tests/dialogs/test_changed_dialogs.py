"""A deploy between two messages: what was kept and fits no more is simply asked, and hearing changes nothing."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from cases.places import Pin
from dialogs.citizen.report import ReportProblem
from dialogs.engine.answers import FreeText
from dialogs.engine.dialog import Ask
from dialogs.engine.messages import Content, Joined, Location, Other, Photo, Pressed, Video, Voice
from tests.dialogs.ear import GRIDBELL, Ear
from tests.dialogs.talks import DARK, HERE, KIND, PHONE, PHOTOS, SURE, WHERE
from tests.kit.town import GRID, pin

POINT = [pin().latitude, pin().longitude, "gcj02", "wechat"]
PLACE: dict[str, Any] = {"unit": GRID, "path": "", "said": "村口", "pin": POINT, "whole": True}
WHOLE: dict[str, Any] = {
    "description": DARK,
    "category": {"code": "0502"},
    "place": PLACE,
    "photos": {"ids": ["p1"], "done": True},
    "phone": "",
}
ODD: tuple[Any, ...] = (None, 7, 1.5, True, "x", [], ["x"], [["x"]], {}, {"a": 1}, {"ids": 3}, {"code": None})


def is_asked(answers: dict[str, Any], question: str, dialog: str = "report") -> None:
    """With these answers kept, that question is open."""
    li = Ear()
    li.keeps(dialog, answers)
    assert question in li.says("继续"), answers
    li.says("返回")
    li.says("帮助")


def test_what_fits_is_taken_as_it_is() -> None:
    is_asked(WHOLE, SURE)


@pytest.mark.parametrize(
    ("name", "question", "also"),
    [
        ("description", "什么问题", ()),
        ("category", KIND, ({"code": "9999"}, {"top": "77"}, {"top": 5}, {"among": []}, {"among": ["9999"]})),
        ("photos", PHOTOS, ({"ids": ["p1"]}, {"ids": [3], "done": True}, {"ids": "p1", "done": True})),
        ("phone", PHONE, ()),
        (
            "place",
            WHERE,
            (
                PLACE | {"unit": "123"},
                PLACE | {"unit": None},
                PLACE | {"pin": ["a", "b", "gcj02", "wechat"]},
                PLACE | {"pin": [1, 2]},
                PLACE | {"pin": [1.0, 2.0, "mars", "wechat"]},
                PLACE | {"among": 3, "whole": False},
                PLACE | {"among": [{}], "whole": False},
                PLACE | {"among": ["123"], "whole": False},
                PLACE | {"said": None},
                {name: value for name, value in PLACE.items() if name != "path"},
            ),
        ),
        ("confirmed", SURE, ("gone", {"confirmed": True})),
    ],
)
def test_what_does_not_fit_is_asked(name: str, question: str, also: tuple[Any, ...]) -> None:
    for kept in (*ODD, *also):
        if isinstance(kept, str) and name in ("description", "phone"):
            continue
        if kept is True and name == "confirmed":
            continue
        is_asked(WHOLE | {name: kept}, question)


@pytest.mark.parametrize("kept", [*ODD, 6, 0, "5"])
def test_a_grade_that_is_no_more_is_asked(kept: Any) -> None:
    if kept is not True:  # JSON's true equals 1
        is_asked({"case": "YX260303-0001", "grade": kept}, "满意吗？", "rate")


@pytest.mark.parametrize("kept", [one for one in ODD if one is not True])
def test_a_yes_that_is_none_is_asked(kept: Any) -> None:
    is_asked({"case": "YX260303-0001", "confirmed": kept}, "确定撤回吗？", "withdraw")


def test_an_extra_question_keeps_words_only() -> None:
    for kept in ODD:
        if not isinstance(kept, str):
            answers = {"case": "YX260303-0001", "category": "0502", "q0": kept}
            is_asked(answers, "（1/3，可选）", "extra")


def test_going_back_from_an_edit_restores_nothing_that_does_not_fit() -> None:
    without = {name: value for name, value in WHOLE.items() if name != "place"}
    for kept in ODD:
        li = Ear()
        li.keeps("report", {**without, "edited": {"place": kept}})
        assert WHERE in li.says("继续")
        assert KIND in li.says("返回")


class LongerReport(ReportProblem):
    """The report after a deploy, with one more question."""

    since = Ask("从什么时候开始的？", FreeText())


def test_a_new_question_is_asked_and_a_removed_one_ignored() -> None:
    longer = replace(GRIDBELL, dialogs={**GRIDBELL.dialogs, "report": LongerReport})
    li = Ear(longer)
    li.keeps("report", {**WHOLE, "confirmed": True, "weather": "晴"})
    assert li.says("继续") == "从什么时候开始的？"
    li.says("上个星期")
    assert li.running == ""
    assert "weather" in getattr(li.wish, "answers", {})


STATES: tuple[dict[str, Any], ...] = (
    {},
    {"running": {"dialog": "report", "answers": {}, "at": "2026-03-03T00:59:00+00:00"}},
    {"running": {"dialog": "report", "answers": WHOLE, "at": "2026-03-03T00:59:00+00:00"}},
    {
        "running": {
            "dialog": "report",
            "answers": {**WHOLE, "photos": {"ids": ["p1"], "done": False}, "edited": {"place": PLACE}},
            "at": "2026-03-03T00:59:00+00:00",
        },
        "drafts": [{"dialog": "report", "answers": {"description": DARK}, "at": "2026-03-03T00:50:00+00:00"}],
        "seen": {"notice": "1"},
        "missed": 1,
    },
    {
        "running": {
            "dialog": "extra",
            "answers": {"case": "YX260303-0001", "category": "0502", "photos": ["p1"]},
            "at": "2026-03-03T00:59:00+00:00",
        },
        "offers": [["确认", "确认"]],
        "offered_at": "2026-03-03T00:59:00+00:00",
    },
    {"relayed": "2026-03-03T00:59:00+00:00", "drafts": []},
)
CONTENTS: tuple[Content | str, ...] = (
    *(
        "1",
        "２",
        "0",
        "4",
        "上报",
        "上报 垃圾没人收",
        "菜单",
        "返回",
        "取消",
        "继续",
        "重新填写",
        "帮助",
        "人工",
        "确认",
    ),
    *("确认", "不答了", "谢谢", "0001", "YX260303-0001", "查询", "补充 0001 灯杆", "村口着火了", "东村", "13800000001"),
    *("灯" * 10_000, HERE, Location(Pin(1.0, 2.0)), Photo("p2"), Voice("v", DARK), Voice("v"), Video("v"), Joined()),
    *(Pressed("查询"), Other("sticker"), Other("LOCATION", quiet=True)),
)


@pytest.mark.parametrize("state", STATES)
def test_hearing_twice_is_the_same_and_leaves_what_was_kept_untouched(state: dict[str, Any]) -> None:
    for content in CONTENTS:
        li = Ear()
        li.remembers(state)
        before = copy.deepcopy(state)
        assert li.hears(content) == li.hears(content), content
        assert state == before, content
