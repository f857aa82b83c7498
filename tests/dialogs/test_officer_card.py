"""The card of a task: what is needed to act, and a button for each step that is possible now."""

from datetime import timedelta

import pytest

from cases.people import Role
from cases.record import State
from tests.dialogs.crew import DISPUTE, han_of, wang_of, zhao_of
from tests.dialogs.talks import offered
from tests.kit.phones import Phone
from tests.kit.town import GRID, LAMP, TOWN, Town, reports

MAP = "地图：https://apis.map.qq.com/uri/v1/marker?marker=coord:28.401719,116.010000"


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await wang_of(town)


async def test_a_card_has_all_that_is_needed_to_act(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"), photo=True)
    lines = (await wang.says(f"任务 {number}")).splitlines()
    assert lines[:3] == [f"{number} {LAMP}，东村村口", "群众说：“村口的路灯不亮了”", "照片 1 张"]
    assert lines[3].startswith(MAP)
    assert lines[4:] == [
        "现在：已派遣（待签收）",
        "请在 3月3日 11:00 前签收。",
        "请在 3月5日 09:00 前办结，还剩 2 个工作日。",
        "办理人：您",
    ]
    assert offered(wang) == ["签收", "反馈办结", "申请退单", "改类", "改位置", "看经过"]


async def test_its_pictures_come_with_it(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"), photo=True)
    await town.turn()
    assert wang.pictures == 1
    await wang.says(f"任务 {number}")
    await town.turn()
    assert wang.pictures == 2


async def test_its_steps_are_those_of_the_state(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    assert "还剩" in await wang.says(f"任务 {number}")
    assert offered(wang) == ["反馈办结", "申请延期", "转办", "请协办", "要求补充", "改类", "改位置", "看经过"]
    assert "延期的天数请写 1 到 2" in await wang.says(f"延期 {number} 9天 等灯泡")
    assert "延几个工作日" in await wang.says("延期")


async def test_a_dispute_can_be_sent_to_mediation_from_its_card(town: Town, wang: Phone) -> None:
    zhao = await zhao_of(town)
    number = await reports(town.citizen("李"), "楼上漏水，两家吵了半个月", DISPUTE)
    await wang.says(f"签收 {number}")
    await wang.says(f"任务 {number}")
    assert "双方都同意" in await wang.chooses("转调解")
    await wang.says("1")
    await wang.says("1")
    await zhao.says(f"任务 {number}")
    assert offered(zhao) == ["调解成功", "一方不同意", "调解不成", "看经过"]
    assert "达成了什么协议" in await zhao.chooses("调解成功")


async def test_who_helps_is_on_the_card_and_helpers_see_their_own_step(town: Town, wang: Phone) -> None:
    han = await han_of(town)
    number = await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    await wang.says(f"协办 {number} 城市管理局 派升降车")
    assert "协办：城市管理局，3月" in await wang.says(f"任务 {number}")
    assert "办理人：王海" in await han.says(f"任务 {number}")
    assert offered(han) == ["协办反馈", "看经过"]
    await han.says(f"协办反馈 {number} 车已派")
    assert "协办：城市管理局，已答复" in await wang.says(f"任务 {number}")


async def test_a_task_that_is_late_says_by_how_much(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    due = (await town.case(number)).handle_due_at
    assert due is not None
    town.clock.now = due + timedelta(hours=1)
    assert "前办结，已超 1 小时" in await wang.says(f"任务 {number}")


async def test_a_colleague_sees_the_card_but_no_step_of_somebody_elses_task(town: Town, wang: Phone) -> None:
    ma = await town.officer("马丽", (Role.GRID_WORKER, GRID))
    number = await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    assert "办理人：王海" in await ma.says(f"任务 {number}")
    assert offered(ma) == ["看经过"]


async def test_another_towns_task_is_not_there(town: Town, wang: Phone) -> None:
    chen = await town.officer("陈刚", (Role.GRID_WORKER, "990101002"))
    number = await reports(town.citizen("李"))
    assert "没有找到这个案件编号" in await chen.says(f"任务 {number}")


async def test_the_pushed_card_has_the_first_steps_and_a_way_to_the_rest(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    await town.turn()
    assert [choice.label for choice in wang.pushes[-1].choices] == ["签收", "反馈办结", "申请退单", "看任务"]
    assert "为什么退" in await wang.presses("申请退单")
    assert (await town.case(number)).state is State.DISPATCHED


async def test_a_card_is_for_those_who_handle_cases(town: Town, wang: Phone) -> None:
    chen = await town.officer("陈静", (Role.CHECKER, TOWN))
    number = await reports(town.citizen("李"))
    assert "我没看懂" in await chen.says(f"任务 {number}")
