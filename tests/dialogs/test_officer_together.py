"""Handing over to a colleague, and another unit's help: invited, answered, or no longer waited for."""

import pytest

from cases.people import Role
from cases.record import State
from tests.dialogs.crew import han_of, wang_of
from tests.dialogs.talks import offered, says
from tests.kit.phones import Phone
from tests.kit.town import GRID, LIGHTS, Town, reports


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await wang_of(town)


@pytest.fixture
async def number(town: Town, wang: Phone) -> str:
    """A lamp that the officer has signed for."""
    number = await reports(town.citizen("李"), photo=True)
    assert "已签收" in await wang.says(f"签收 {number}")
    return number


async def test_a_task_is_handed_over_to_a_colleague_who_is_offered(town: Town, wang: Phone, number: str) -> None:
    ma = await town.officer("马丽", (Role.GRID_WORKER, GRID))
    assert "转给哪位同事" in await wang.says("转办")
    assert offered(wang) == ["马丽"]
    assert await wang.says("1") == f"已把 {number} 转给马丽，时限不变，已通知本人。"
    await town.turn()
    assert number in ma.heard[-1]
    assert ma.pictures == 1
    assert number in await ma.says("我的任务")
    assert "没有要办的任务" in await wang.says("我的任务")
    assert "马丽" in await wang.says(f"反馈 {number} 换好了灯泡")


async def test_handing_over_to_nobody_of_the_unit_is_refused(town: Town, wang: Phone, number: str) -> None:
    await han_of(town)
    for name in ("韩磊", "没有这个人"):
        answer = await wang.says(f"转办 {number} {name}")
        assert "已把" not in answer
        assert name in answer
    assert (await town.case(number)).state is State.IN_PROGRESS


async def test_a_unit_is_invited_and_its_answer_lets_the_lead_feed_back(town: Town, wang: Phone, number: str) -> None:
    han = await han_of(town)
    answer = await wang.says(f"协办 {number} 城市管理局 请派升降车")
    assert answer.startswith(f"已请城市管理局协办 {number}，请他们在 3月")
    assert answer.endswith("您仍是主办。")
    await town.turn()
    assert any("请派升降车" in text for text in han.heard)
    tasks = await han.says("我的任务")
    assert tasks.splitlines()[0] == "您有 1 件协办："
    assert f"{number}" in tasks
    assert "东村第一网格主办" in tasks
    await says(wang, f"反馈 {number} 灯修好了，晚上亮了", "0")
    assert "免协办" in await wang.says("确认")
    assert await han.says(f"协办反馈 {number} 车已派，灯已换") == (
        f"已答复东村第一网格，{number} 的协办任务完成。谢谢！"
    )
    await town.turn()
    assert any("车已派，灯已换" in text for text in wang.heard)
    await says(wang, f"反馈 {number} 灯修好了，晚上亮了", "0", "确认")
    assert (await town.case(number)).state is State.FEEDBACK
    assert "没有要办的任务" in await han.says("我的任务")


async def test_help_is_asked_for_step_by_step(town: Town, wang: Phone, number: str) -> None:
    await han_of(town)
    assert "请哪个单位协办" in await wang.says("协办")
    assert offered(wang)[0] == "城市管理局"
    assert "请他们办什么" in await wang.says("1")
    assert "已请城市管理局协办" in await wang.says("派升降车")
    assert [one.unit for one in (await town.case(number)).overlay.assists] == [LIGHTS]


async def test_a_unit_that_is_not_there_is_asked_for_again(town: Town, wang: Phone, number: str) -> None:
    answer = await wang.says(f"协办 {number} 水务局 抽水")
    assert answer.startswith("没有叫“水务局”的单位。")
    assert "请哪个单位协办" in answer
    assert "没有叫这个名字的单位" in await wang.says("水利局")


async def test_an_answer_that_is_no_longer_needed_is_waived(town: Town, wang: Phone, number: str) -> None:
    han = await han_of(town)
    await wang.says(f"协办 {number} 城市管理局 派升降车")
    assert await wang.says(f"免协办 {number} 城市管理局") == "已不再等城市管理局的协办答复。"
    await says(wang, f"反馈 {number} 灯修好了，晚上亮了", "0", "确认")
    assert (await town.case(number)).state is State.FEEDBACK
    assert "已答复" not in await han.says(f"协办反馈 {number} 车已派")


async def test_an_assistant_is_asked_what_was_done(town: Town, wang: Phone, number: str) -> None:
    han = await han_of(town)
    await wang.says(f"协办 {number} 城市管理局 派升降车")
    assert "协办办得怎样" in await han.says("协办反馈")
    assert "已答复" in await han.says("车已派到现场")


async def test_who_has_answered_still_sees_the_case_and_is_told_that_it_is_done(
    town: Town, wang: Phone, number: str
) -> None:
    han = await han_of(town)
    await wang.says(f"协办 {number} 城市管理局 派升降车")
    await han.says(f"协办反馈 {number} 车已派")
    assert "您已在 3月3日 09:00 答复协办" in await han.says(f"协办反馈 {number} 又去了一次")
    assert len((await town.case(number)).overlay.assists) == 1
    await wang.says(f"协办 {number} 城市管理局 再派一次")
    assert "已答复东村第一网格" in await han.says(f"协办反馈 {number} 又派了")


async def test_the_lead_cannot_answer_for_the_unit_it_invited(town: Town, wang: Phone, number: str) -> None:
    await han_of(town)
    await wang.says(f"协办 {number} 城市管理局 派升降车")
    assert "“协办反馈”由协办操作" in await wang.says(f"协办反馈 {number} 车已派")
    assert (await town.case(number)).overlay.assists[0].answered_at is None
