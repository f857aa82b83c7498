"""Feeding back: number, words, photos and a look at all of it, in one line or step by step."""

import pytest

from cases.people import Role
from cases.record import State
from dialogs.engine.messages import Photo
from tests.kit.phones import Phone
from tests.kit.town import GRID, LAMP, TOWN, Town, reports


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


async def test_feedback_goes_step_by_step_to_citizen_and_checker(town: Town, wang: Phone) -> None:
    chen = await town.officer("陈静", (Role.CHECKER, TOWN))
    li = town.citizen("李")
    number = await reports(li)
    await wang.says("签收")
    asked = await wang.says("反馈")
    assert asked == f"反馈 {number} {LAMP}，东村村口。\n\n是怎么办的，结果怎样？这些话群众会看到。"
    assert "至少 4 个字" in await wang.says("好了")
    assert "照片" in await wang.says("换了灯泡，晚上亮了")
    await wang.says(Photo("after1"))
    await wang.says(Photo("after2"))
    summary = await wang.says("0")
    assert summary == f"请核对，案件 {number} 的办理结果，照片 2 张：\n“换了灯泡，晚上亮了”\n确认反馈吗？"
    assert await wang.says("1") == f"{number} 已反馈，群众和核查员会看到。有结果马上告诉您。"
    await town.turn()
    assert li.heard[-1] == (
        f"您反映的“路灯不亮与灯杆倾斜”（{number}）已办理：换了灯泡，晚上亮了。（附照片 2 张）\n办好了吗？"
    )
    assert "东村第一网格反馈：“换了灯泡，晚上亮了”" in chen.heard[-1]
    assert (li.pictures, chen.pictures) == (1, 2)


async def test_feedback_in_one_line_only_asks_for_photos_and_a_look(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    assert "照片" in await wang.says(f"反馈 {number} 换了灯泡，晚上亮了")
    assert "确认反馈吗？" in await wang.says("0")
    await wang.says("确认")
    assert (await town.case(number)).state is State.FEEDBACK


async def test_feedback_signs_what_was_not_signed(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    for words in (f"反馈 {number} 换了灯泡，晚上亮了", "0"):
        await wang.says(words)
    assert await wang.says("1") == f"已同时签收。{number} 已反馈，群众和核查员会看到。有结果马上告诉您。"
    case = await town.case(number)
    assert (case.signed_at, case.signed_late) == (town.clock(), False)


async def test_a_no_asks_what_to_change_and_an_edit_comes_back_to_the_summary(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    for words in (f"反馈 {number} 换了灯泡，晚上亮了", "0"):
        await wang.says(words)
    assert "要改哪一项" in await wang.says("不对")
    assert "是怎么办的" in await wang.says("2")
    assert "“换了整个灯头”" in await wang.says("换了整个灯头")
    assert "已反馈" in await wang.says("确认")
    await town.turn()
    assert "换了整个灯头" in town.citizen("李").heard[-1]


async def test_what_was_written_outlives_a_change_of_mind(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    for words in (f"反馈 {number} 换了灯泡，晚上亮了", "0", "取消"):
        await wang.says(words)
    assert (await town.case(number)).state is State.DISPATCHED
    assert "换了灯泡，晚上亮了" in await wang.says("继续")


async def test_a_number_may_be_left_out_but_not_be_wrong(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    assert await wang.says("反馈 00l1 换了灯泡") == "“00l1”不像案件编号。请这样写：反馈 [编号] [结果]"
    assert "0001换了灯泡" in await wang.says("反馈0001换了灯泡")
    assert f"反馈 {number}" in await wang.says("反馈 换了灯泡，晚上亮了")
    assert "“换了灯泡，晚上亮了”" in await wang.says("0")


async def test_words_without_a_number_go_with_the_task_that_is_chosen(town: Town, wang: Phone) -> None:
    for _ in range(2):
        await reports(town.citizen("李"))
    assert await wang.says("反馈 换了灯泡，晚上亮了") == "要反馈哪一件？"
    await wang.says("2")
    assert "“换了灯泡，晚上亮了”" in await wang.says("0")


async def test_a_case_out_of_hand_is_refused_before_anything_is_asked(town: Town, wang: Phone) -> None:
    await reports(town.citizen("李"))
    assert "没有找到这个案件编号" in await wang.says("反馈 9999 换了灯泡，晚上亮了")
    chen = await town.officer("陈静", (Role.CHECKER, TOWN))
    assert "我没看懂" in await chen.says("反馈 0001 换了灯泡")


async def test_with_nothing_in_hand_it_says_so_and_of_several_it_asks_which(town: Town, wang: Phone) -> None:
    assert "没有要反馈的任务" in await wang.says("反馈")
    for _ in range(2):
        await reports(town.citizen("李"))
    assert await wang.says("反馈") == "要反馈哪一件？"
    assert "反馈 YX260303-0002" in await wang.says("2")


async def test_only_workers_are_offered_feedback(town: Town, wang: Phone) -> None:
    await wang.says("菜单")
    assert "反馈结果" in [choice.label for choice in wang.reply.choices]
    await town.citizen("李").says("菜单")
    assert "反馈结果" not in [choice.label for choice in town.citizen("李").reply.choices]
