"""不予受理、作废、答复、转出、被退回: how the office ends what is not for a unit, and takes back what came back."""

import pytest

from cases.record import State
from tests.dialogs.office import CONSULTS, Office, offered, open_office
from tests.kit.town import Town

REASON = "不属于本级职责"


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)


async def test_a_refusal_without_a_reason_offers_the_list_and_is_done_by_a_number(office: Office) -> None:
    number = await office.waits()
    assert "为什么不予受理" in await office.wu.says(f"不予受理 {number}")
    assert offered(office.wu)[0] == f"不予受理 {number} {REASON}"
    assert len(offered(office.wu)) == len(office.town.knowledge.rules.reasons.reject)
    answer = await office.wu.says("1")
    assert answer == f"{number} 不予受理（{REASON}），已告诉群众原因和途径。"
    assert (await office.town.case(number)).state is State.REJECTED
    await office.town.turn()
    assert office.li.heard[-1].startswith(f"您反映的“其他求助”（{number}）不予受理，原因是{REASON}。您可以：向有权处理")
    assert [choice.words for choice in office.li.pushes[-1].choices] == [f"申请复核 {number}"]


async def test_a_reason_that_is_not_in_the_list_is_named_and_keeps_what_was_written(office: Office) -> None:
    number = await office.waits()
    answer = await office.wu.says(f"不予受理 {number} 不归我们 这是县里的事")
    assert answer.startswith("没有“不归我们”这个原因。")
    assert offered(office.wu)[0] == f"不予受理 {number} {REASON} 这是县里的事"
    assert (await office.town.case(number)).state is State.SUBMITTED


async def test_a_refusal_after_acceptance_waits_for_a_second_acceptor_who_presses_yes(office: Office) -> None:
    number = await office.accepted()
    answer = await office.wu.says(f"不予受理 {number} {REASON}")
    assert answer == f"{number} 不予受理（{REASON}）：要第二个人复核才生效，已通知袁敏。"
    assert (await office.town.case(number)).state is State.ACCEPTED
    assert "这是您自己提出的" in await office.wu.says(f"复核 {number} 同意")
    await office.town.turn()
    assert f"吴静提出不予受理（{REASON}）。" in office.yuan.heard[-1]
    assert await office.yuan.presses("同意不予受理") == f"已同意，{number} 已不予受理。提出的人会收到通知。"
    assert (await office.town.case(number)).state is State.REJECTED
    await office.town.turn()
    assert office.wu.heard[-1] == f"【复核通过】{number} 其他求助：不予受理已复核同意。"


async def test_a_second_person_who_says_no_gives_the_reason_and_the_case_goes_on(office: Office) -> None:
    number = await office.accepted()
    await office.wu.says(f"作废 {number} 像是测试")
    await office.town.turn()
    assert "为什么不同意？" in await office.yuan.presses("不同意作废")
    answer = await office.yuan.says("老人确实来问过")
    assert answer.startswith(f"已不同意作废，{number} 照旧办理。")
    case = await office.town.case(number)
    assert (case.state, case.overlay.proposals) == (State.ACCEPTED, ())
    await office.town.turn()
    assert office.wu.heard[-1] == f"【不同意作废】{number} 其他求助：没有同意，案件照旧办理。\n理由：老人确实来问过。"


async def test_voiding_asks_for_the_reason_and_never_happens_by_one_person(office: Office) -> None:
    number = await office.waits()
    assert "为什么作废" in await office.wu.says(f"作废 {number}")
    assert "要第二个人复核才生效" in await office.wu.says("重复测试")
    assert (await office.town.case(number)).state is State.SUBMITTED
    assert f"已同意，{number} 已作废。" in await office.yuan.says(f"复核 {number} 同意")
    assert (await office.town.case(number)).state is State.VOID
    await office.town.turn()
    assert "已作废。如果不对，请回复“人工”。" in office.li.heard[-1]


async def test_two_proposals_of_one_case_are_told_apart(office: Office) -> None:
    number = await office.accepted()
    await office.wu.says(f"作废 {number} 像是测试")
    await office.wu.says(f"不予受理 {number} {REASON}")
    answer = await office.yuan.says(f"复核 {number} 同意")
    assert answer.splitlines()[1:] == ["吴静提出作废", f"吴静提出不予受理（{REASON}）", "同意吗？"]
    assert f"复核 {number} 同意 不予受理" in offered(office.yuan)
    assert "已不予受理" in await office.yuan.says(f"复核 {number} 同意 不予受理")
    assert (await office.town.case(number)).state is State.REJECTED


async def test_what_is_not_proposed_cannot_be_decided(office: Office) -> None:
    number = await office.waits()
    assert "没有等复核的处理" in await office.yuan.says(f"复核 {number} 同意")


async def test_a_consultation_is_answered_with_what_it_rests_on(office: Office) -> None:
    number = await office.waits(*CONSULTS)
    assert "依据哪一条" in await office.wu.says(f"答复 {number}")
    answer = await office.wu.says("老年证办理指南 带身份证和一张照片，到镇便民中心就能办")
    assert answer == f"{number} 已答复并办结，正在请群众评价。"
    assert (await office.town.case(number)).state is State.CLOSED
    await office.town.turn()
    assert "答复如下：带身份证和一张照片" in office.li.heard[-1]
    assert "依据：老年证办理指南" in office.li.heard[-1]
    assert [choice.words for choice in office.li.pushes[-1].choices] == [f"评价 {number}", "人工"]


async def test_only_a_consultation_is_answered_at_once(office: Office) -> None:
    number = await office.waits()
    assert "只有咨询类" in await office.wu.says(f"答复 {number} 指南 去镇里办")
    assert (await office.town.case(number)).state is State.SUBMITTED


async def test_a_case_goes_to_another_channel_and_comes_back(office: Office) -> None:
    number = await office.waits()
    assert await office.wu.says(f"转出 {number}") == "转到哪里？"
    assert "对方的编号是多少" in await office.wu.chooses("12315")
    answer = await office.wu.says("A-778")
    assert answer.startswith(f"{number} 已转12315，编号 A-778，已告诉群众。")
    assert (await office.town.case(number)).state is State.TRANSFERRED
    await office.town.turn()
    assert "已转出办理：12315，编号 A-778。" in office.li.heard[-1]
    assert "对方为什么退回" in await office.wu.says(f"被退回 {number}")
    assert "已接回，重新待受理" in await office.wu.says("不在他们的范围")
    assert (await office.town.case(number)).state is State.SUBMITTED
    await office.town.turn()
    assert "不用您再说一遍" in office.li.heard[-1]
    assert office.yuan.heard[-1].startswith(f"【被退回】{number}")


async def test_an_unknown_channel_offers_the_list_and_keeps_the_number(office: Office) -> None:
    number = await office.waits()
    answer = await office.wu.says(f"转出 {number} 妇联 A-778")
    assert answer == "没有“妇联”这个渠道。转到哪里？"
    assert f"转出 {number} 12315 A-778" in offered(office.wu)
