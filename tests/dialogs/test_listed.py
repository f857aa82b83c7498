"""Listed cases: the leader's name stands in the case, in what the staff hear, and the leader hears of it."""

import pytest

from cases.people import Role
from tests.kit.phones import Phone
from tests.kit.town import CO, DUTY, GRID, LAMP, TOWN, VILLAGE, Town, reports


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


async def objects(citizen: Phone, officer: Phone, number: str) -> None:
    """The officer feeds back, and the citizen is not content."""
    for said in (f"反馈 {number} 换了灯泡，晚上亮了", "0", "确认"):
        await officer.says(said)
    await citizen.says(f"办好了 {number}")
    for said in ("差", "未解决", "灯还是一闪一闪"):
        await citizen.says(said)


async def test_the_second_objection_is_listed_in_the_name_of_the_towns_leader(town: Town, wang: Phone) -> None:
    zhou = await town.officer("周敏", (Role.LEADER, TOWN))
    li = town.citizen("李")
    number = await reports(li)
    await objects(li, wang, number)
    assert "督办：无" in await wang.says(f"案件 {number}")
    await objects(li, wang, number)
    await town.turn()
    assert "已重新派遣，由周敏盯办。" in zhou.heard_of("【挂牌督办】")[0]
    assert "由周敏盯办。" in wang.heard_of("【挂牌督办】")[0]
    assert "督办：挂牌督办，由周敏盯办" in await zhou.says(f"案件 {number}")


async def test_what_time_lists_is_listed_in_the_name_of_the_countys_leader(town: Town, wang: Phone) -> None:
    he = await town.officer("何志远", (Role.LEADER, CO))
    number = await reports(town.citizen("李"))
    await town.until(9, 9)
    assert "列入挂牌督办和下期通报，由何志远盯办。" in he.heard_of("【挂牌督办】")[0]
    answer = await he.says(f"案件 {number}")
    assert "督办：挂牌督办，由何志远盯办" in answer
    assert "系统 超期挂牌督办（200%），由何志远盯办" in answer


async def test_without_a_leader_the_duty_room_watches_it(town: Town, wang: Phone) -> None:
    wu = await town.officer("吴静", (Role.DISPATCHER, DUTY))
    await reports(town.citizen("李"))
    await town.until(9, 9)
    assert "由吴静盯办。" in wu.heard_of("【挂牌督办】")[0]


async def test_nobody_at_all_is_called_the_duty_room(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    await town.until(9, 9)
    assert "由值班室盯办。" in wang.heard_of("【挂牌督办】")[0]
    assert "督办：挂牌督办\n" in await wang.says(f"案件 {number}")


async def test_why_a_level_was_passed_over_is_said(town: Town) -> None:
    wang = await town.officer("王海", (Role.GRID_WORKER, GRID), (Role.LEADER, VILLAGE))
    await town.officer("吴静", (Role.DISPATCHER, DUTY))
    await reports(town.citizen("李"))
    await wang.says("签收")
    await town.until(5, 9)
    assert "已上报县级（柳河镇东村与案件有关，柳河镇无人在岗，已跳过）" in wang.heard_of(LAMP)[-1]
