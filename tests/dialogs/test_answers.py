"""What each kind of answer understands, and what it says to the rest."""

import pytest

from cases.places import Pin
from dialogs.engine.answers import Answer, FreeText, NoAnswer, NotUnderstood, OneOf, PhoneNumber, YesNo
from dialogs.engine.messages import Content, Location, Photo, Text, Voice
from dialogs.engine.photos import Photos
from tests.dialogs.knowledge import around

COLOURS = OneOf((("红色", "red"), ("蓝色", "blue")))
PIN = Location(Pin(28.5, 116.1))


@pytest.mark.parametrize(
    ("answer", "content", "kept"),
    [
        (FreeText(at_least=4), Text("  路灯不亮了 "), "路灯不亮了"),
        (FreeText(at_least=4), Voice("m1", "路灯不亮了"), "路灯不亮了"),
        (YesNo(), Text("1"), True),
        (YesNo(), Text("好的。"), True),
        (YesNo("提交", "不提交"), Text("提交"), True),
        (YesNo(), Text("２"), False),
        (YesNo(), Text("不用"), False),
        (COLOURS, Text("2."), "blue"),
        (COLOURS, Text("红色"), "red"),
        (Photos(), Photo("m1"), {"ids": ["m1"], "done": False}),
        (Photos(at_most=1), Photo("m1"), {"ids": ["m1"], "done": True}),
        (Photos(), Text("０"), {"ids": [], "done": True}),
        (PhoneNumber(), Text("138 0000 0001"), "13800000001"),
        (PhoneNumber(), Text("+86 13800000001"), "13800000001"),
        (PhoneNumber(), Text("0791-8888888"), "07918888888"),
        (PhoneNumber(), Text("跳过"), ""),
    ],
)
def test_an_answer_reads_what_people_send(answer: Answer[object], content: Content, kept: object) -> None:
    assert answer.read(content, None, around()) == kept
    answer.load(kept, around())


@pytest.mark.parametrize(
    ("answer", "content", "hint"),
    [
        (FreeText(), Photo("m1"), "文字"),
        (FreeText(at_least=4), Text("灯"), "至少 4 个字"),
        (FreeText(at_most=500), Text("灯" * 10_000), "10000 个字"),
        (YesNo(), Text("也许"), "1（是）或 2（否）"),
        (COLOURS, Text("3"), "1 到 2"),
        (COLOURS, Text("0"), "1 到 2"),
        (COLOURS, PIN, "1 到 2"),
        (Photos(), Text("路灯"), "回复 0"),
        (PhoneNumber(), Text("12345"), "11 位手机号"),
    ],
)
def test_an_answer_says_what_it_needs_instead(answer: Answer[object], content: Content, hint: str) -> None:
    with pytest.raises(NotUnderstood, match=hint):
        answer.read(content, None, around())


def test_the_same_photo_twice_counts_once() -> None:
    photos = Photos()
    once = photos.read(Photo("m1"), None, around())
    assert photos.read(Photo("m1"), once, around()) == once
    assert photos.read(Photo("m2"), once, around())["ids"] == ["m1", "m2"]


@pytest.mark.parametrize(
    ("answer", "kept"), [(FreeText(), 3), (YesNo(), "ja"), (COLOURS, "green"), (Photos(), []), (PhoneNumber(), None)]
)
def test_a_kept_answer_of_another_shape_is_no_answer(answer: Answer[object], kept: object) -> None:
    with pytest.raises(NoAnswer):
        answer.load(kept, around())
