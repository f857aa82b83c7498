"""The duty room's people: what the bot pushes to them they can open, check and dispatch, wherever the case lies."""

import pytest

from cases.people import Role
from cases.record import State
from tests.kit.phones import Phone
from tests.kit.town import DUTY, GRID, LIGHTS, TOWN, Town, reports

ASKS = ("想问问怎么办老年证", "其他求助")
TELLS_ON_SOMEBODY = ("隔壁楼顶在搭违法建筑", "违法搭建")


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


@pytest.fixture
async def wu(town: Town) -> Phone:
    """Holds posts in the duty room alone."""
    return await town.officer("吴静", (Role.ACCEPTOR, DUTY), (Role.DISPATCHER, DUTY), (Role.CHECKER, DUTY))


async def feeds_back(officer: Phone, number: str) -> None:
    for said in (f"反馈 {number} 换了灯泡，晚上亮了", "0", "确认"):
        await officer.says(said)


async def test_what_is_to_be_checked_can_be_opened_and_passed_from_the_push(town: Town, wang: Phone, wu: Phone) -> None:
    number = await reports(town.citizen("李"))
    await feeds_back(wang, number)
    await town.turn()
    assert wu.heard[-1].startswith(f"【待核查】{number}")
    assert (await wu.presses("看案件")).startswith(f"案件 {number}：已反馈（待核查）")
    assert f"{number} 核查通过" in await wu.presses("核查通过")


async def test_what_comes_daily_can_be_opened_from_the_push(town: Town, wang: Phone, wu: Phone) -> None:
    number = await reports(town.citizen("李"))
    await wang.says("签收")
    await town.until(11, 9)
    assert "【每日督办" in wu.heard[-1]
    assert (await wu.presses("看案件")).startswith(f"案件 {number}：办理中")
    assert "超期未办 1 件" in await wu.says("统计 本周")


async def test_a_dispatcher_who_opens_what_waits_is_offered_where_it_could_go(
    town: Town, wang: Phone, wu: Phone
) -> None:
    await town.officer("韩磊", (Role.HANDLER, LIGHTS))
    number = await reports(town.citizen("李"), *ASKS)
    await wu.says(f"受理 {number}")
    await wu.says("待办")
    assert (await wu.says("1")).startswith(f"案件 {number}：已受理（待派遣）")
    assert [choice.label for choice in wu.reply.choices][:2] == ["派给东村第一网格 王海", "要求补充"]
    assert f"已把 {number} 派给东村第一网格 王海" in await wu.says("1")


async def test_the_neighbours_officer_is_not_offered_where_the_reporter_is_secret(
    town: Town, wang: Phone, wu: Phone
) -> None:
    await town.officer("韩磊", (Role.HANDLER, LIGHTS))
    number = await reports(town.citizen("李"), *TELLS_ON_SOMEBODY)
    await wu.says(f"受理 {number}")
    labels = [choice.label for choice in wu.reply.choices]
    assert [label for label in labels if label.startswith("派给")] == ["派给城市管理局"]


async def test_only_who_may_take_a_case_is_offered_to_sign_or_feed_back(town: Town, wang: Phone) -> None:
    above = await town.officer("孙立", (Role.HANDLER, TOWN))
    beside = await town.officer("钱进", (Role.GRID_WORKER, GRID))
    number = await reports(town.citizen("李"))
    for phone, offered in ((wang, [f"签收 {number}"]), (beside, [f"签收 {number}"]), (above, [])):
        await phone.says(f"案件 {number}")
        words = [choice.words for choice in phone.reply.choices]
        assert [one for one in words if one.split()[0] in ("签收", "反馈")] == offered
    await beside.says(f"签收 {number}")
    for phone, offered in ((wang, []), (beside, [f"反馈 {number}"]), (above, [])):
        await phone.says(f"案件 {number}")
        words = [choice.words for choice in phone.reply.choices]
        assert [one for one in words if one.split()[0] in ("签收", "反馈")] == offered
    assert f"案件 {number} 由钱进办理，别人不能代办。请与钱进联系。" in await wang.says(f"进展 {number} 在路上")
    assert (await town.case(number)).state is State.IN_PROGRESS


async def test_who_worked_on_a_case_is_not_asked_to_check_it(town: Town) -> None:
    wang = await town.officer("王海", (Role.GRID_WORKER, GRID), (Role.CHECKER, TOWN))
    beside = await town.officer("钱进", (Role.GRID_WORKER, GRID))
    number = await reports(town.citizen("李"))
    await feeds_back(beside, number)
    await town.turn()
    assert wang.heard_of("【待核查】") == []
    await wang.says(f"案件 {number}")
    assert not any(choice.words.startswith("核查") for choice in wang.reply.choices)
    assert "不能再核查" in await wang.says(f"核查 {number} 通过")
