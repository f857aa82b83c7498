"""What is answered in the middle of a dialog, and that its question follows with its own choices."""

import pytest

from dialogs.engine.messages import Content, Other, Video, Voice
from tests.dialogs.talks import DARK, KIND, WHERE, asked_which, offered, says
from tests.kit.town import LAMP, Town, reports


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ("帮助", "随时可以说：菜单、返回、取消、继续、人工、帮助。"),
        (Other("sticker"), "这种消息我还看不懂"),
        (Voice("v"), "语音没有识别出文字"),
        (Video("v"), "视频我看不了"),
        ("查询", "您还没有上报过案件。"),
        ("告知书", "【个人信息告知】"),
        ("评价 9999", "没有找到这个案件编号"),
        ("YX260303-9999", "没有找到这个案件编号"),
        ("办好了", "没有等您确认的案件。"),
        ("撤销", "还缺一项。请这样写：撤销 <编号> [原因]"),
        ("补充", "您没有正在办理的案件。"),
        ("查询 路灯", "“路灯”不像案件编号。"),
    ],
)
async def test_it_is_answered_and_the_question_follows(town: Town, content: Content | str, answer: str) -> None:
    li = await asked_which(town)
    said = await li.says(content)
    assert said.startswith(answer)
    assert f"\n\n{KIND}" in said
    assert offered(li)[0] == LAMP
    assert WHERE in await li.says("1")


async def test_a_list_of_cases_does_not_take_the_numbers(town: Town) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await says(li, "上报", DARK)
    assert f"\n3月3日 {number}" in await li.says("查询")
    assert offered(li)[0] == LAMP
    assert WHERE in await li.says("1")


async def test_a_misunderstanding_before_does_not_hide_the_choices(town: Town) -> None:
    li = await asked_which(town)
    await says(li, "唔", "唔唔")
    assert offered(li)[-2:] == ["转人工", "取消"]
    await li.says("帮助")
    assert offered(li) == [LAMP, "都不是，选大类"]
    assert WHERE in await li.says("1")
