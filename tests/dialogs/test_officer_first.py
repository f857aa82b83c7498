"""A button pressed twice, or by two officers: the first wins, the other is told who was first and what to do now."""

import asyncio

import pytest

from cases.people import Role
from cases.record import State
from tests.dialogs.crew import wang_of
from tests.dialogs.talks import offered, says
from tests.kit.phones import Phone
from tests.kit.town import GRID, Town, reports


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await wang_of(town)


@pytest.fixture
async def ma(town: Town, wang: Phone) -> Phone:
    return await town.officer("马丽", (Role.GRID_WORKER, GRID))


async def test_the_second_to_sign_hears_who_was_first_and_what_to_do_now(town: Town, wang: Phone, ma: Phone) -> None:
    number = await reports(town.citizen("李"))
    await ma.says(f"签收 {number}")
    town.clock.advance(minutes=2)
    assert await wang.says(f"签收 {number}") == (
        f"{number} 已由马丽在 3月3日 09:00 签收，以先到的为准，现在是“办理中”，您这次没有生效。"
        "您不用再办，有情况请和马丽联系；发送“我的任务”看您手里的任务。"
    )
    case = await town.case(number)
    assert case.handler == await id_of(town, "马丽")


async def test_whoever_presses_twice_is_told_that_it_is_done(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    before = await town.case(number)
    assert await wang.says(f"签收 {number}") == (f"{number} 您已在 3月3日 09:00 签收，不用再按。现在是“办理中”。")
    assert offered(wang) == ["反馈办结", "申请延期", "转办", "看任务"]
    assert await town.case(number) == before


async def test_two_at_once_are_one_who_signs_and_one_who_is_told(town: Town, wang: Phone, ma: Phone) -> None:
    number = await reports(town.citizen("李"))
    answers = await asyncio.gather(wang.says(f"签收 {number}"), ma.says(f"签收 {number}"))
    assert sorted("已签收" in answer for answer in answers) == [False, True]
    assert sorted("以先到的为准" in answer for answer in answers) == [False, True]


async def test_an_old_card_of_a_task_that_was_dispatched_anew_is_refused(town: Town, wang: Phone) -> None:
    wu = await town.officer("吴静", (Role.DISPATCHER, "ZHZX"))
    await town.person("韩磊", (Role.HANDLER, "CGJ"))
    number = await reports(town.citizen("李"))
    await town.turn()
    await wu.says(f"撤回派遣 {number} 派错了")
    await wu.says(f"派遣 {number} 城市管理局")
    answer = await wang.presses("签收")
    assert "已签收" not in answer
    assert (await town.case(number)).handler is None


async def test_a_return_asked_for_twice_names_the_first(town: Town, wang: Phone, ma: Phone) -> None:
    number = await reports(town.citizen("李"))
    await says(ma, f"退单 {number} 不归我们，建议柳河镇")
    answer = await wang.says(f"退单 {number} 不是我们的，建议柳河镇")
    assert "已由马丽在 3月3日 09:00 申请退单" in answer
    assert "退单审核中" in answer
    assert (await town.case(number)).state is State.RETURN_REVIEW


async def test_a_result_fed_back_twice_is_kept_once(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    await says(wang, f"反馈 {number} 灯泡换好了", "0", "确认")
    assert "您已在 3月3日 09:00 反馈" in await wang.says(f"反馈 {number} 灯泡换好了")


async def id_of(town: Town, name: str) -> int:
    async with town.store.work(readonly=True) as work:
        return (await work.people.named(name))[0].id
