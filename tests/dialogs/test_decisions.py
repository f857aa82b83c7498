"""Yes and no to what workers ask: a no needs its reason, which is asked for; a yes gives what was asked."""

import pytest

from cases.errors import Refusal
from cases.record import State
from dialogs.admin.decisions import decide_correction, decide_extension, decide_return
from dialogs.engine.command import NO_WORDS, CaseNumber, Words
from dialogs.engine.messages import Reply
from tests.dialogs.office import Office, at_desk, at_front_desk, open_office
from tests.kit.phones import Phone
from tests.kit.town import LIGHTS, Town


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)


async def returned(office: Office) -> CaseNumber:
    """A case that its officer wants to return."""
    number = await office.handed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.ask_return(number, "归城管局管", LIGHTS)
    return CaseNumber(number)


async def asked_for_time(office: Office) -> CaseNumber:
    """A case for which its officer wants more time."""
    number = await office.signed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.ask_extend(number, 2, "等配件")
    return CaseNumber(number)


async def decides(office: Office, phone: Phone, number: CaseNumber, *, yes: bool, words: str = "") -> Reply:
    """What that person decides on the return."""
    async with at_front_desk(office.town, phone) as desk:
        return await decide_return(desk, number, yes, Words(words))


@pytest.mark.parametrize("yes", [True, False])
async def test_a_return_is_not_decided_before_the_reason_is_there(office: Office, yes: bool) -> None:
    number = await returned(office)
    async with at_front_desk(office.town, office.zheng) as desk:
        reply = await decide_return(desk, number, yes)
        assert desk.next_dialog == ("reason", {"step": "退单", "arguments": {"case": number, "yes": yes}})
    assert reply.text.startswith(f"案件 {number} ")
    assert (await office.town.case(number)).state is State.RETURN_REVIEW


async def test_a_granted_return_is_offered_to_be_dispatched_anew(office: Office) -> None:
    number = await returned(office)
    reply = await decides(office, office.zheng, number, yes=True, words="确实归城管局")
    assert reply.text == f"已同意退单，{number} 请重新派遣。"
    assert f"派遣 {number} {LIGHTS}" in [choice.words for choice in reply.choices]
    assert (await office.town.case(number)).state is State.ACCEPTED


async def test_a_refused_return_says_who_goes_on_and_until_when(office: Office) -> None:
    number = await returned(office)
    reply = await decides(office, office.zheng, number, yes=False, words="就在您的网格")
    assert reply.text == f"已不同意退单，{number} 由东村第一网格继续办理。请在 3月5日 09:00 前办结。"
    assert (await office.town.case(number)).state is State.IN_PROGRESS


async def test_who_decides_second_is_told_that_it_is_decided(office: Office) -> None:
    number = await returned(office)
    await decides(office, office.zheng, number, yes=True, words="确实归城管局")
    with pytest.raises(Refusal, match="现在是“已受理（待派遣）”，不能"):
        await decides(office, office.zheng, number, yes=False, words="不行")
    with pytest.raises(Refusal, match="现在是“已受理（待派遣）”，不能"):
        await decides(office, office.zheng, number, yes=False)


async def test_a_worker_does_not_decide_on_their_own_return(office: Office) -> None:
    number = await returned(office)
    with pytest.raises(Refusal, match="由派遣员操作"):
        await decides(office, office.wang, number, yes=True, words="确实不归我")


async def test_a_yes_to_more_time_gives_the_citizen_the_reason_of_the_unit(office: Office) -> None:
    number = await asked_for_time(office)
    async with at_front_desk(office.town, office.zheng) as desk:
        reply = await decide_extension(desk, number, True)
    assert reply.text == "已同意延期，已告诉群众和承办人。请在 3月9日 09:00 前办结。"
    await office.town.turn()
    assert "需要更长时间：等配件。" in office.li.heard[-1]


async def test_a_no_to_more_time_needs_its_reason(office: Office) -> None:
    number = await asked_for_time(office)
    async with at_front_desk(office.town, office.zheng) as desk:
        await decide_extension(desk, number, False)
        assert desk.next_dialog is not None
    async with at_front_desk(office.town, office.zheng) as desk:
        reply = await decide_extension(desk, number, False, Words("库里有配件"))
    assert reply.text == f"已不同意延期，{number} 的期限不变。请在 3月5日 09:00 前办结。"
    assert (await office.town.case(number)).overlay.proposals == ()


async def test_more_time_that_nobody_asked_for_is_refused(office: Office) -> None:
    number = CaseNumber(await office.signed())
    async with at_front_desk(office.town, office.zheng) as desk:
        with pytest.raises(Refusal, match="没有等您复核的事项"):
            await decide_extension(desk, number, True)


async def test_a_correction_is_agreed_to_or_declined_with_the_reason(office: Office) -> None:
    number = CaseNumber(await office.signed())
    async with at_desk(office.town, office.wang) as desk:
        await desk.correct_place(number, "第二网格")
    async with at_front_desk(office.town, office.wu) as front:
        await decide_correction(front, number, "correct_place", False, NO_WORDS)
        assert front.next_dialog is not None
        assert front.next_dialog[1]["arguments"] == {"case": number, "action": "correct_place", "yes": False}
    async with at_front_desk(office.town, office.wu) as front:
        reply = await decide_correction(front, number, "correct_place", False, Words("就在第一网格"))
    assert reply.text == f"已不同意改位置，{number} 照旧办理。提出的人会收到通知。"
    await office.town.turn()
    assert "没有同意，案件照旧办理。\n理由：就在第一网格。" in office.wang.heard[-1]
