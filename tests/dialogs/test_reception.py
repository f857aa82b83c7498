"""The reception: whatever comes, there is a useful answer and nothing said is lost."""

from datetime import timedelta

import pytest

from cases.people import Role
from cases.places import Pin
from dialogs.engine.answers import FreeText, YesNo
from dialogs.engine.command import CaseNumber, Command, Words, command
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.heard import Call, Finish, Human, Relay
from dialogs.engine.messages import (
    Choice,
    Content,
    Joined,
    Kept,
    Location,
    Other,
    Photo,
    Pressed,
    Reply,
    Text,
    Video,
    Voice,
)
from dialogs.engine.photos import Photos
from dialogs.engine.programme import Programme
from tests.dialogs.ear import Ear
from tests.dialogs.knowledge import KNOWLEDGE, NINE

NO_WORDS = Words("")


class Lamp(Dialog):
    """A report in three questions."""

    title = "上报"
    opens_with = ("上报", "我要上报")
    words = Ask("怎么了？", FreeText(at_least=4))
    photos = Ask("有照片吗？没有回复 0。", Photos(), again=lambda kept: not kept["done"])
    sure = Ask("确认提交吗？", YesNo("确认", "不提交"))


class Status(Dialog):
    """Another dialog, to change to."""

    title = "查询"
    opens_with = ("查询",)
    number = Ask("编号是？", FreeText())


@command("核查", usage="核查 <号> 通过|不通过 <理由>", about="核查结果", roles=frozenset({Role.CHECKER}))
async def check(desk: object, case: CaseNumber, verdict: str, reason: Words = NO_WORDS) -> Reply:
    return Reply(f"{case}{verdict}{reason}{desk}")


PROGRAMME = Programme(
    welcome="您好！",
    dialogs={"lamp": Lamp, "status": Status},
    commands={"核查": check},
    small_talk={"谢谢": "不客气！"},
    begins=lambda content, _: "lamp" if isinstance(content, Photo) else None,
    alarm=lambda content, _: "有火情请先拨 119！" if isinstance(content, Text) and "着火" in content.words else "",
    notice="我们只用您的信息来办这件事。",
    notice_version="1",
    notice_before=frozenset({"lamp"}),
)


def ear(*roles: Role) -> Ear:
    return Ear(PROGRAMME, *roles, knows=KNOWLEDGE)


@pytest.fixture
def phone() -> Ear:
    return ear()


def test_a_report_goes_from_the_first_word_to_the_wish(phone: Ear) -> None:
    assert phone.says("上报") == "我们只用您的信息来办这件事。\n怎么了？"
    assert phone.says("路灯不亮了") == "有照片吗？没有回复 0。"
    phone.says(Photo("m1"))
    assert phone.says("0") == "确认提交吗？"
    assert phone.says("1") == ""
    answers = {"words": "路灯不亮了", "photos": {"ids": ["m1"], "done": True}, "sure": True}
    assert phone.wish == Finish("lamp", answers)


def test_the_privacy_notice_is_shown_once(phone: Ear) -> None:
    phone.says("上报")
    phone.says("菜单")
    assert phone.says("上报") == "怎么了？"


@pytest.mark.parametrize(
    "content",
    [
        "你好",
        "谢谢",
        "#@!",
        Other("sticker"),
        Video("v"),
        Voice("v"),
        Location(Pin(1, 2)),
        Joined(),
        Pressed("x"),
        "取消",
        "返回",
        "继续",
        "9" * 10_000,
    ],
)
def test_nobody_is_met_with_silence(phone: Ear, content: Content | str) -> None:
    assert phone.says(content)
    assert phone.choices


def test_a_quiet_event_is_noted_without_a_word(phone: Ear) -> None:
    assert phone.says(Other("LOCATION", quiet=True)) == ""
    assert phone.wish is None


def test_a_number_chooses_from_the_menu(phone: Ear) -> None:
    phone.says("菜单")
    assert phone.choices == ["上报", "查询"]
    assert phone.says("２") == "编号是？"


def test_a_photo_starts_a_report(phone: Ear) -> None:
    assert phone.says(Photo("m1")).endswith("怎么了？")
    assert phone.heard
    assert [wish.media_id for wish in phone.heard.media] == ["m1"]


def test_another_dialog_sets_the_running_one_aside(phone: Ear) -> None:
    phone.says("上报")
    phone.says("路灯不亮了")
    assert phone.says("查询") == "编号是？"
    assert "没填完的“上报”" in phone.says("菜单")


def test_opening_words_are_no_answer_to_an_open_question(phone: Ear) -> None:
    phone.says("上报")
    assert phone.says("我要上报") == "怎么了？"
    phone.says("路灯不亮了")
    assert phone.says("查询。") == "编号是？"


def test_two_misunderstandings_offer_a_person_and_numbers_choose_it(phone: Ear) -> None:
    phone.says("上报")
    phone.says("路灯不亮了")
    phone.says("0")
    assert phone.says("嗯哼") == "请回复 1（确认）或 2（不提交）。\n确认提交吗？"
    assert phone.choices == ["确认", "不提交"]
    phone.says("嗯哼")
    assert phone.choices == ["确认", "不提交", "转人工", "取消"]
    phone.says("3")
    assert phone.wish == Human()
    phone.says("1")
    assert isinstance(phone.wish, Relay)
    phone.says("继续")
    phone.says("1")
    assert isinstance(phone.wish, Finish)


def test_going_back_asks_the_last_question_again(phone: Ear) -> None:
    phone.says("上报")
    phone.says("路灯不亮了")
    assert phone.says("返回") == "怎么了？"
    assert phone.says("返回") == "已经是第一个问题了。\n怎么了？"


def test_danger_words_bring_the_emergency_line_first_and_the_report_goes_on(phone: Ear) -> None:
    phone.says("上报")
    assert phone.says("楼下着火了") == "有火情请先拨 119！\n\n有照片吗？没有回复 0。"


def test_what_waited_is_put_before_the_reply_and_marked_as_given(phone: Ear) -> None:
    phone.kept = [Kept(7, "n1", Reply("您的案件已办结。"), None, NINE, sent=False)]
    assert phone.says("谢谢") == "您的案件已办结。\n\n不客气！"
    assert phone.heard
    assert phone.heard.given == (7,)


def test_a_number_answers_a_push_when_no_question_is_open() -> None:
    phone = ear(Role.CHECKER)
    phone.kept = [Kept(7, "n1", Reply("请核查", (Choice("通过", "核查 0001 通过"),)), None, NINE, sent=True)]
    phone.says("1")
    assert phone.wish == Call(check, {"case": "0001", "verdict": "通过"})


def test_a_command_is_only_there_for_its_roles() -> None:
    citizen, checker = ear(), ear(Role.CHECKER)
    citizen.says("核查 0001 通过")
    checker.says("核查 lx260303-0001 不通过 灯还是 不亮")
    assert citizen.wish is None
    assert checker.wish == Call(check, {"case": "LX260303-0001", "verdict": "不通过", "reason": "灯还是 不亮"})
    assert "核查 <号>" in checker.says("帮助")
    assert "核查" not in citizen.says("帮助")


@pytest.mark.parametrize(("words", "why"), [("核查", "还缺一项"), ("核查 路灯 通过", "不像案件编号")])
def test_a_command_with_wrong_arguments_shows_its_usage(words: str, why: str) -> None:
    reply = ear(Role.CHECKER).says(words)
    assert why in reply
    assert "核查 <号> 通过|不通过 <理由>" in reply


def test_a_touch_never_shrinks_a_better_window(phone: Ear) -> None:
    phone.says("你好", window=(5, 172_800))
    phone.says("你好", window=(3, 60))
    assert phone.conversation.window_left == 5
    assert phone.conversation.window_until == NINE + timedelta(hours=48)


def test_a_command_with_a_parameter_of_another_kind_is_refused_at_import() -> None:
    async def wrong(desk: object, count: int) -> Reply:
        return Reply(f"{desk}{count}")

    with pytest.raises(TypeError, match="count"):
        command("x", usage="x", about="x")(wrong)
    assert isinstance(check, Command)
