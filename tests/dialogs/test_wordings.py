"""The fixed words in the ways people write them: full stops, full width, no blanks, commas and new lines."""

import pytest

from cases.people import Role
from cases.record import State
from dialogs.engine.heard import Call, Human
from tests.dialogs.ear import GRIDBELL, Ear
from tests.dialogs.talks import DONE, says
from tests.kit.phones import Phone
from tests.kit.town import DUTY, GRID, TOWN, Town, reports

STAFF = (Role.GRID_WORKER, Role.CHECKER, Role.ADMIN, Role.ACCEPTOR)


@pytest.mark.parametrize("stop", ["", "。", "！", "？", "~", "．", "，", " "])
def test_fixed_words_are_known_with_any_stop_behind(stop: str) -> None:
    li = Ear()
    assert li.says("菜单" + stop).startswith("您好")
    assert li.says("帮助" + stop).startswith("随时可以说：")
    assert li.says("返回" + stop).startswith("已经在最外面了")
    assert li.says("取消" + stop).startswith("现在没有正在填写的内容")
    assert "什么问题" in li.says("我要上报" + stop)
    li.says("人工" + stop)
    assert li.wish == Human()


@pytest.mark.parametrize(
    "words", ["上报 路灯不亮了", "上报，路灯不亮了", "上报：路灯不亮了", "投诉\n路灯不亮了", "我要报修　路灯不亮了"]
)
def test_a_report_begins_with_its_words_behind_the_opening_word(words: str) -> None:
    li = Ear()
    assert "哪一类" in li.says(words)
    assert li.conversation.state["running"]["answers"]["description"] == "路灯不亮了"


@pytest.mark.parametrize(
    ("words", "name", "arguments"),
    [
        ("签收0001", "签收", {"case": "0001"}),
        ("签收：0001", "签收", {"case": "0001"}),
        ("签收　０００１。", "签收", {"case": "0001"}),
        ("签收yx260303-0001", "签收", {"case": "YX260303-0001"}),
        ("进展 0001\n正在换灯，明天好", "进展", {"case": "0001", "words": "正在换灯，明天好"}),
        ("进展，0001，正在换灯。", "进展", {"case": "0001", "words": "正在换灯。"}),
        ("核查 0001 通过。", "核查", {"case": "0001", "verdict": "通过"}),
        ("核查：0001：不通过：灯不亮", "核查", {"case": "0001", "verdict": "不通过", "reason": "灯不亮"}),
        ("统计今日", "统计", {"period": "今日"}),
        ("统计　本周！", "统计", {"period": "本周"}),
        ("回复R1 您好", "回复", {"to": "R1", "words": "您好"}),
        ("反馈 换好了灯泡", "反馈", {"words": "换好了灯泡"}),
        ("没办好，3楼没亮", "没办好", {"words": "3楼没亮"}),
        ("我的任务。", "我的任务", {}),
    ],
)
def test_a_command_is_read_as_people_write_it(words: str, name: str, arguments: dict[str, str]) -> None:
    wang = Ear(GRIDBELL, *STAFF)
    wang.says(words)
    assert isinstance(wang.wish, Call)
    assert wang.wish.command.name == name
    assert list(wang.wish.arguments.values()) == list(arguments.values())


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("进展 0001", "还缺一项。请这样写：进展 <编号> <情况>"),
        ("签收 路灯", "“路灯”不像案件编号。请这样写：签收 [编号]"),
        ("签收 0001 谢谢", "多了“谢谢”。请这样写：签收 [编号]"),
        ("进展0002正在换灯泡", "“0002正在换灯泡”不像案件编号。"),
        ("没办好 YX26-1", "“YX26-1”不像案件编号。"),
        ("进展 0001 " + "灯" * 501, "您写了 501 个字，请精简到 500 个字以内再发一次。"),
    ],
)
def test_a_command_that_cannot_be_read_says_how_to_write_it(words: str, answer: str) -> None:
    wang = Ear(GRIDBELL, *STAFF)
    assert wang.says(words).startswith(answer)
    assert wang.wish is None


async def test_an_officer_works_a_case_in_short_words(town: Town) -> None:
    wang = await town.officer("王海", (Role.GRID_WORKER, GRID))
    chen: Phone = await town.officer("陈静", (Role.CHECKER, TOWN), (Role.ACCEPTOR, DUTY))
    number = await reports(town.citizen("李"))
    assert f"已签收 {number}" in await wang.says("签收０００１。")
    assert "已告诉群众" in await wang.says("进展0001，正在换灯")
    assert "已反馈" in await says(wang, f"反馈：0001：{DONE}", "0", "①")
    assert "核查通过" in await chen.says("核查0001 通过。")
    assert (await town.case(number)).state is State.CLOSED
