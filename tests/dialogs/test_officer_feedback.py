"""Feeding back: number, words, photos and a look at all of it, in one line or step by step."""

import pytest

from cases.case import State
from cases.people import Role
from dialogs.engine.messages import Photo
from tests.kit.phones import Phone
from tests.kit.town import GRID, TOWN, Town, reports


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


async def test_feedback_goes_step_by_step_to_citizen_and_checker(town: Town, wang: Phone) -> None:
    chen = await town.officer("陈静", (Role.CHECKER, TOWN))
    li = town.citizen("李")
    number = await reports(li)
    await wang.says("签收")
    assert await wang.says("反馈") == "要反馈哪一件？请回复案件编号，或它的最后四位。"
    assert await wang.says("0001") == "是怎么办的，结果怎样？这些话群众会看到。"
    assert "至少 4 个字" in await wang.says("好了")
    assert "照片" in await wang.says("换了灯泡，晚上亮了")
    await wang.says(Photo("after1"))
    await wang.says(Photo("after2"))
    summary = await wang.says("0")
    assert summary == "请核对，案件 0001 的办理结果，照片 2 张：\n“换了灯泡，晚上亮了”\n确认反馈吗？"
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


async def test_a_no_feeds_nothing_back(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    for words in (f"反馈 {number} 换了灯泡，晚上亮了", "0"):
        await wang.says(words)
    assert await wang.says("2") == "好的，没有反馈。要重新填写，请回复“反馈”。"
    assert (await town.case(number)).state is State.DISPATCHED


async def test_words_that_are_no_number_are_asked_for_again(town: Town, wang: Phone) -> None:
    answer = await wang.says("反馈 换好了")
    assert answer.startswith("请回复案件编号，或它的最后四位数字。")


async def test_a_case_out_of_hand_is_refused_and_what_was_written_is_kept(town: Town, wang: Phone) -> None:
    await reports(town.citizen("李"))
    for words in ("反馈 9999 换了灯泡，晚上亮了", "0", "1"):
        answer = await wang.says(words)
    assert "没有找到这个案件编号" in answer
    assert "继续上次的填写？" in await wang.says("菜单")


async def test_only_workers_are_offered_feedback(town: Town, wang: Phone) -> None:
    await wang.says("菜单")
    assert "办结反馈" in [choice.label for choice in wang.reply.choices]
    await town.citizen("李").says("菜单")
    assert "办结反馈" not in [choice.label for choice in town.citizen("李").reply.choices]
