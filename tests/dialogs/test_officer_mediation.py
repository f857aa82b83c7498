"""Disputes: both sides agree, a mediator is named, and what comes of it is kept in words."""

import pytest

from cases.people import Role
from cases.record import State
from tests.dialogs.crew import DISPUTE, wang_of, zhao_of
from tests.dialogs.talks import offered, says
from tests.kit.phones import Phone
from tests.kit.town import TOWN, Town, reports

QUARREL = "楼上漏水，两家吵了半个月"


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await wang_of(town)


@pytest.fixture
async def zhao(town: Town) -> Phone:
    return await zhao_of(town)


@pytest.fixture
async def number(town: Town, wang: Phone, zhao: Phone) -> str:
    """A quarrel that the officer has signed for."""
    number = await reports(town.citizen("李"), QUARREL, DISPUTE)
    assert "已签收" in await wang.says(f"签收 {number}")
    return number


async def test_a_dispute_goes_to_a_mediator_when_both_sides_agree(
    town: Town, wang: Phone, zhao: Phone, number: str
) -> None:
    li, chen = town.citizen("李"), await town.officer("陈静", (Role.CHECKER, TOWN))
    assert "双方都同意调解吗" in await wang.says("转调解")
    assert "请哪位调解员" in await wang.says("1")
    assert offered(wang) == ["赵德福"]
    assert (await wang.says("1")).startswith(f"已把 {number} 交给调解员赵德福，请在 4月2日")
    assert (await town.case(number)).state is State.MEDIATING
    await town.turn()
    assert any(number in text for text in zhao.heard)
    assert "正在调解" in await li.says(number)
    assert (await zhao.says("我的任务")).startswith("您有 1 件调解：")
    assert "达成了什么协议" in await zhao.says(f"调解 {number} 成功")
    assert await zhao.says("楼上三天内修好防水，赔 500 元") == f"{number} 调解成功，协议已记下，等核查员核查。"
    await town.turn()
    assert any("赔 500 元" in text for text in li.heard)
    assert any("赔 500 元" in text for text in chen.heard)
    assert "核查通过" in await chen.says(f"核查 {number} 通过")


async def test_one_side_that_declines_keeps_it_with_the_officer(wang: Phone, town: Town, number: str) -> None:
    answer = await says(wang, "转调解", "有一方不同意")
    assert "行政裁决" in answer
    assert (await town.case(number)).state is State.IN_PROGRESS


async def test_all_of_it_in_one_line(wang: Phone, zhao: Phone, town: Town, number: str) -> None:
    assert "交给调解员赵德福" in await wang.says(f"转调解 {number} 赵德福 双方同意")
    assert "已回到承办人手里" in await zhao.says(f"调解 {number} 不同意 楼上不愿意谈")
    assert (await town.case(number)).state is State.IN_PROGRESS
    await town.turn()
    assert any("行政裁决" in text for text in town.citizen("李").heard)


async def test_a_mediation_that_fails_tells_the_routes(wang: Phone, zhao: Phone, town: Town, number: str) -> None:
    await wang.says(f"转调解 {number} 赵德福 双方同意")
    assert "调解结果怎样" in await zhao.says("调解")
    assert "为什么没有谈成" in await zhao.says("不成")
    assert "行政裁决" in await zhao.says("赔多少谈不拢")
    assert (await town.case(number)).state is State.FEEDBACK
    await town.turn()
    assert any("行政裁决" in text for text in town.citizen("李").heard)


async def test_what_is_no_dispute_is_not_mediated(town: Town, wang: Phone, zhao: Phone) -> None:
    lamp = await reports(town.citizen("李"))
    await wang.says(f"签收 {lamp}")
    assert "矛盾纠纷" in await wang.says(f"转调解 {lamp} 赵德福 双方同意")
    assert (await town.case(lamp)).state is State.IN_PROGRESS


async def test_a_mediator_of_another_case_cannot_end_it(town: Town, wang: Phone, number: str) -> None:
    liu = await town.officer("刘桂花", (Role.MEDIATOR, TOWN))
    await wang.says(f"转调解 {number} 赵德福 双方同意")
    answer = await liu.says(f"调解 {number} 成功 双方和好了")
    assert "已记下" not in answer
    assert (await town.case(number)).state is State.MEDIATING
