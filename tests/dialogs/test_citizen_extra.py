"""The category's own questions after a report: all optional, and never in the way of anything else."""

import pytest

from cases.people import Role
from dialogs.engine.messages import Photo, Voice
from tests.dialogs.talks import HERE, KIND, asked_to_confirm, says
from tests.kit.phones import Phone
from tests.kit.town import GRID, Town

FIRST, SECOND, THIRD = "（1/3，可选）是一盏还是一片不亮？", "（2/3，可选）灯杆编号？", "（3/3，可选）是否倾斜或漏电？"
NUMBER = "YX260303-0001"
AS_USUAL = f"好的，案件 {NUMBER} 照常办理。"
ADDED = f"谢谢，已补充到案件 {NUMBER}。"


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


@pytest.fixture
async def li(town: Town, wang: Phone) -> Phone:
    """Has just reported, and is asked more."""
    phone = await asked_to_confirm(town)
    assert FIRST in await phone.says("确认")
    return phone


async def test_what_was_answered_reaches_the_officer(town: Town, wang: Phone, li: Phone) -> None:
    assert (await li.says("一整排")).startswith(SECOND)
    assert (await li.says("0")).startswith(THIRD)
    assert await li.says("灯杆歪了") == ADDED
    await town.turn()
    assert wang.heard[-1].startswith(f"【群众补充】{NUMBER}")
    assert "是一盏还是一片不亮？ 一整排\n是否倾斜或漏电？ 灯杆歪了" in wang.heard[-1]
    assert "灯杆编号" not in wang.heard[-1]


async def test_skipping_all_adds_nothing(town: Town, wang: Phone, li: Phone) -> None:
    assert await says(li, "0", "不知道", "跳过") == AS_USUAL
    await town.turn()
    assert wang.heard_of("补充") == []


@pytest.mark.parametrize("enough", ["不答了", "谢谢", "谢谢您！", "没事了。", "好的，没事了", "结束"])
async def test_who_has_had_enough_is_asked_no_more(li: Phone, enough: str) -> None:
    assert await li.says(enough) == AS_USUAL
    assert "现在没有正在填写的内容" in await li.says("继续")


async def test_enough_keeps_what_was_answered(town: Town, wang: Phone, li: Phone) -> None:
    assert await says(li, "一整排", "不答了") == ADDED
    await town.turn()
    assert "一整排" in wang.heard[-1]


async def test_cancelling_says_that_the_case_goes_on(li: Phone) -> None:
    assert await li.says("取消") == "好的，案件照常办理。随时回复编号可查进度。"


async def test_a_photo_joins_the_case(town: Town, wang: Phone, li: Phone) -> None:
    assert (await li.says(Photo("more"))).startswith("照片收到，会加到案件里。\n" + FIRST)
    assert await li.says("不答了") == ADDED
    await town.turn()
    assert "照片 1 张" in wang.heard[-1]


async def test_a_whole_number_asks_how_the_case_stands_and_the_question_follows(li: Phone) -> None:
    answer = await li.says(NUMBER.lower())
    assert answer.startswith(f"案件 {NUMBER}：")
    assert FIRST in answer
    assert (await li.says("一整排")).startswith(SECOND)


async def test_last_digits_are_an_answer_here(li: Phone) -> None:
    await li.says("0")
    assert (await li.says("0001")).startswith(THIRD)


async def test_another_report_can_be_opened_at_once(li: Phone) -> None:
    assert "什么问题" in await li.says("上报")
    assert KIND in await li.says("垃圾没人收")


async def test_one_goes_back_to_the_answer_before(li: Phone) -> None:
    assert (await says(li, "一整排", "返回")).startswith(FIRST)
    assert (await li.says("返回")).startswith("已经是第一个问题了。")


async def test_the_menu_keeps_them_for_later(town: Town, wang: Phone, li: Phone) -> None:
    assert "没填完的“补充情况”" in await says(li, "一整排", "菜单")
    assert "我没看懂" in await li.says("重新填写")
    assert SECOND in await li.says("继续")
    assert await li.says("不答了") == ADDED


async def test_what_cannot_be_read_is_told(li: Phone) -> None:
    assert (await li.says("灯" * 10_000)).startswith("您写了 10000 个字，请精简到 200 个字以内再发一次。")
    assert (await li.says(Voice("v"))).startswith("语音没有识别出文字，请打字说明。")
    assert (await li.says(HERE)).startswith("这里需要文字，请打字说明。")
