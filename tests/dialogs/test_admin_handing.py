"""撤回派遣、回避、并单: the office takes a case back, keeps somebody away from it, or lets it go with another."""

import pytest

from cases.record import State
from tests.dialogs.office import Office, at_desk, offered, open_office
from tests.kit.town import LAMP, Town


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)


async def test_what_nobody_signed_for_is_taken_back_with_a_reason_and_offered_anew(office: Office) -> None:
    number = await office.handed()
    assert "为什么撤回派遣" in await office.zheng.says(f"撤回派遣 {number}")
    assert (await office.zheng.says("应由城管局办")).startswith(f"已撤回 {number}，请重新派遣")
    assert offered(office.zheng)[0].startswith(f"派遣 {number} ")
    await office.town.turn()
    assert office.wang.heard[-1] == f"【撤回派遣】{number} {LAMP}：派遣已撤回，不用再办。\n理由：应由城管局办。"
    assert "正在重新确定承办单位" in office.li.heard[-1]


async def test_a_signed_case_is_not_taken_back(office: Office) -> None:
    number = await office.signed()
    assert "不能“撤回派遣”" in await office.zheng.says(f"撤回派遣 {number} 派错了")
    assert (await office.town.case(number)).state is State.IN_PROGRESS


async def test_whom_a_case_is_about_never_hears_of_it_again(office: Office) -> None:
    number = await office.accepted()
    assert await office.wu.says(f"回避 {number} 王海") == f"已记下：王海不再经手、查看或评价 {number}。"
    assert "没有找到这个案件编号" in await office.wang.says(f"案件 {number}")
    assert "回避" in await office.zheng.says(f"派遣 {number} 王海")
    assert (await office.town.case(number)).state is State.ACCEPTED
    await office.town.turn()
    assert office.wang.heard == []


async def test_a_unit_that_a_case_is_about_loses_it_without_a_word_and_another_is_looked_for(office: Office) -> None:
    number = await office.accepted()
    await office.zheng.says(f"派遣 {number} 城市管理局")
    await office.sun.says(f"签收 {number}")
    await office.town.turn()
    seen = len(office.sun.heard)
    assert "案件已收回，等待重新派遣。" in await office.wu.says(f"回避 {number} 城市管理局")
    await office.town.turn()
    assert len(office.sun.heard) == seen
    assert "没有找到" in await office.sun.says(f"反馈 {number} 办好了")
    assert "原来的承办单位或承办人要回避，案件已收回。" in office.zheng.heard_of("【待派遣】")[-1]
    assert "派给城市管理局" not in [choice.label for choice in office.zheng.pushes[-1].choices]
    assert "正在重新确定承办单位" in office.li.heard[-1]
    assert "收回（城市管理局）" in await office.wu.says(f"案件 {number}")
    assert "重新分派承办单位" in await office.li.says(f"查询 {number}")


async def test_the_result_of_a_unit_that_a_case_is_about_is_none_for_those_who_wait(office: Office) -> None:
    number, qian = await office.accepted(), office.town.citizen("钱")
    async with at_desk(office.town, qian) as desk:
        await desk.follow(number)
    await office.zheng.says(f"派遣 {number} 城市管理局")
    await office.sun.says(f"签收 {number}")
    for said in (f"反馈 {number} 换了灯泡，晚上亮了", "0", "确认"):
        await office.sun.says(said)
    await office.town.turn()
    await office.wu.says(f"回避 {number} 城市管理局")
    await office.town.turn()
    assert "刚才告诉您的办理结果不算数，正在重新确定承办单位" in office.li.heard[-1]
    assert qian.heard[-1].endswith("要换一个单位，正在重新办理。")


async def test_who_was_to_help_the_unit_that_lost_it_hears_that_it_need_not(office: Office) -> None:
    number = await office.signed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.invite_assist(number, "城市管理局", "借一辆车")
    await office.wu.says(f"回避 {number} 王海")
    await office.town.turn()
    assert office.sun.heard_of("【免协办】")[-1].endswith("要换承办单位，现在不用协办、不用答复。")


async def test_what_waits_for_the_morning_does_not_go_to_whom_it_is_about(office: Office) -> None:
    number = await office.accepted()
    office.town.clock.local(3, 22, 30)
    await office.zheng.says(f"派遣 {number} 城市管理局")
    await office.wu.says(f"回避 {number} 城市管理局")
    office.town.clock.local(4, 7, 30)
    await office.town.turn()
    assert [text for text in office.sun.heard if number in text] == []
    assert office.zheng.heard_of("【待派遣】") != []


async def test_the_same_matter_goes_with_the_first_and_every_reporter_hears_of_it(office: Office) -> None:
    first = await office.signed()
    second = await office.waits()
    assert "请这样写：并单 <编号> <主件编号>" in await office.wu.says(f"并单 {second}")
    answer = await office.wu.says(f"并单 {second} {first[-4:]}")
    assert answer.startswith(f"{second} 已并入 {first} 一起办理。")
    case = await office.town.case(second)
    assert (case.state, case.parent) == (State.MERGED, first)
    await office.town.turn()
    assert "和别人反映的是同一件事，合并办理。您的编号不变" in office.li.heard_of(second)[-1]
    assert office.wang.heard[-1].startswith(f"【并单】{first} 又并入一件：{second}")
    assert f"并入本件：{second}" in await office.wu.says(f"案件 {first}")
    assert f"已并入：{first}" in await office.wu.says(f"案件 {second}")


async def test_a_case_is_merged_with_no_unknown_one(office: Office) -> None:
    number = await office.waits()
    assert "没有找到这个案件编号" in await office.wu.says(f"并单 {number} YX260303-0999")
    assert (await office.town.case(number)).state is State.SUBMITTED
