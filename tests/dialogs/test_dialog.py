"""A dialog keeps answers, not a place in a script."""

import json

import pytest

from dialogs.engine.answers import FreeText, NotUnderstood, PhoneNumber, YesNo
from dialogs.engine.dialog import Ask, Dialog, Unanswered
from dialogs.engine.messages import Photo, Text
from dialogs.engine.photos import Photos
from tests.dialogs.knowledge import AUNT_LI, KNOWLEDGE, NINE


class Complaint(Dialog):
    """A small dialog with a branch, photos and a summary."""

    words = Ask("怎么了？", FreeText(at_least=4))
    wants_call = Ask("要我们打电话给您吗？", YesNo())
    phone = Ask("号码是？", PhoneNumber(), only_if=lambda dialog: dialog.wants_call)
    photos = Ask("有照片吗？", Photos(), again=lambda kept: not kept["done"])
    confirmed = Ask(lambda dialog: f"“{dialog.words}”，确认吗？", YesNo())


def complaint(answers: dict[str, object]) -> Complaint:
    return Complaint(KNOWLEDGE, AUNT_LI, NINE, answers)


def talk(*said: Text | Photo) -> Complaint:
    dialog = complaint({})
    for content in said:
        dialog = complaint(json.loads(json.dumps(dialog.answers)))
        dialog.hear(content)
    return dialog


def asked(dialog: Dialog) -> str | None:
    question = dialog.put()
    return question.text if question else None


def test_questions_are_asked_in_order_until_all_have_answers() -> None:
    dialog = talk(Text("路灯不亮"), Text("不用"), Text("0"), Text("是"))
    assert asked(dialog) is None
    assert (dialog.words, dialog.wants_call, dialog.photos, dialog.confirmed) == ("路灯不亮", False, (), True)


def test_a_branch_is_asked_only_where_it_applies() -> None:
    assert asked(talk(Text("路灯不亮"), Text("是"))) == "号码是？"
    assert asked(talk(Text("路灯不亮"), Text("否"))) == "有照片吗？"


def test_a_photo_answers_its_question_before_it_is_asked() -> None:
    dialog = talk(Photo("m1"))
    assert asked(dialog) == "怎么了？"
    assert dialog.answers["photos"] == {"ids": ["m1"], "done": False}


def test_photos_stay_open_until_the_person_is_done() -> None:
    dialog = talk(Text("路灯不亮"), Text("否"), Photo("m1"), Photo("m2"))
    assert asked(dialog) == "有照片吗？"
    dialog.hear(Text("0"))
    assert dialog.photos == ("m1", "m2")
    assert asked(dialog) == "“路灯不亮”，确认吗？"


def test_going_back_forgets_the_answer_given_last() -> None:
    dialog = talk(Text("路灯不亮"), Text("是"), Text("13800000001"))
    assert dialog.go_back()
    assert asked(dialog) == "号码是？"
    assert dialog.go_back()
    assert dialog.go_back()
    assert not dialog.go_back()
    assert asked(dialog) == "怎么了？"


def test_a_misunderstanding_keeps_everything_and_hints_at_the_open_question() -> None:
    dialog = talk(Text("路灯不亮"))
    with pytest.raises(NotUnderstood, match="1（是）"):
        dialog.hear(Text("嗯嗯嗯"))
    assert asked(dialog) == "要我们打电话给您吗？"
    assert dialog.words == "路灯不亮"


def test_an_answer_not_given_yet_cannot_be_read() -> None:
    with pytest.raises(Unanswered, match="words"):
        _ = complaint({}).words


def test_a_draft_survives_a_changed_dialog() -> None:
    draft: dict[str, object] = {"gone": "x", "words": 3, "wants_call": False}
    dialog = complaint(draft)
    assert asked(dialog) == "怎么了？"
    dialog.hear(Text("路灯不亮"))
    assert asked(dialog) == "有照片吗？"
