"""Who hears of it when others come to work on a case: colleagues, assisting units, mediators; and when it is urged."""

import pytest

from cases.people import Role
from tests.dialogs.office import Office, at_desk, open_office, pushed
from tests.dialogs.talks import says
from tests.kit.phones import Phone
from tests.kit.town import GRID, LAMP, LIGHTS, TOWN, Town, reports

QUARREL = ("邻居漏水不肯修，吵了好几次", "邻里纠纷")


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)


@pytest.fixture
async def qian(office: Office) -> Phone:
    """Works in the same grid."""
    return await office.town.officer("钱进", (Role.GRID_WORKER, GRID))


async def hands_over(office: Office, from_: Phone, number: str, to: str) -> None:
    async with at_desk(office.town, from_) as desk:
        await desk.hand_over(number, to, "我去开会")
    await office.town.turn()


async def test_a_task_handed_over_tells_both_colleagues(office: Office, qian: Phone) -> None:
    number = await office.signed()
    await hands_over(office, office.wang, number, "钱进")
    text = qian.heard[-1]
    assert text.startswith(f"【转办】{number} {LAMP}")
    assert "原由王海办理。\n原因：我去开会。\n请在 3月5日 09:00 前办结" in text
    assert pushed(qian) == [f"反馈 {number}", f"延期 {number}", f"转办 {number}", f"任务 {number}"]
    assert office.wang.heard_of("【转办】") == []


async def test_a_case_that_goes_from_hand_to_hand_is_told_to_the_leader_and_its_chain_stays(
    office: Office, qian: Phone
) -> None:
    number = await office.signed()
    await hands_over(office, office.wang, number, "钱进")
    await hands_over(office, qian, number, "王海")
    assert office.he.heard_of("【多次转办】") == []
    await hands_over(office, office.wang, number, "钱进")
    assert "东村第一网格内已转办 3 次，现在由钱进办理" in office.he.heard_of("【多次转办】")[0]
    assert "经手：东村第一网格 王海 → 钱进 → 王海 → 钱进" in await office.wu.says(f"案件 {number}")


async def test_the_invited_unit_hears_with_what_and_until_when_and_the_lead_of_its_answer(office: Office) -> None:
    number = await office.signed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.invite_assist(number, LIGHTS, "请派登高车")
    await office.town.turn()
    text = office.sun.heard[-1]
    assert text.startswith(f"【协办】{number} {LAMP}")
    assert "东村第一网格主办，请协助。\n请办：请派登高车。\n请在 3月4日 09:00 前答复。" in text
    assert pushed(office.sun)[0] == f"协办反馈 {number}"
    assert "协办：城市管理局，请在 3月4日 09:00 前答复" in await office.wu.says(f"案件 {number}")
    async with at_desk(office.town, office.sun) as desk:
        await desk.answer_assist(number, "车已派出")
    await office.town.turn()
    assert office.wang.heard[-1].startswith(f"【协办反馈】{number} {LAMP}\n城市管理局：“车已派出”")
    assert "协办：城市管理局，3月3日 09:00 已答复" in await office.wu.says(f"案件 {number}")


async def test_an_assist_that_is_late_is_told_to_both_units_once(office: Office) -> None:
    number = await office.signed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.invite_assist(number, LIGHTS, "请派登高车")
    await office.town.until(4, 10)
    assert len(office.sun.heard_of("【协办超期】")) == 1
    [mine] = office.wang.heard_of("【协办超期】")
    assert f"免协办 {number} 城市管理局" in mine
    async with at_desk(office.town, office.wang) as desk:
        await desk.waive_assist(number, LIGHTS)
    await office.town.turn()
    assert office.sun.heard[-1] == f"【免协办】{number} {LAMP}：东村第一网格不再需要协办，不用答复。"
    assert "协办：城市管理局，不用答复" in await office.wu.says(f"案件 {number}")


async def in_mediation(office: Office, mediator: Phone) -> str:
    number = await reports(office.li, *QUARREL)
    await office.wang.says(f"签收 {number}")
    async with at_desk(office.town, office.wang) as desk:
        await desk.to_mediation(number, "冯梅", "双方都签了同意书")
    await office.town.turn()
    assert mediator.heard[-1].startswith(f"【请您调解】{number}")
    assert "双方：双方都签了同意书。\n请在 4月2日 09:00 前谈完。" in mediator.heard[-1]
    assert pushed(mediator)[0] == f"调解 {number} 成功"
    return number


async def test_a_mediator_gets_the_dispute_and_the_checker_the_agreement(office: Office) -> None:
    feng = await office.town.officer("冯梅", (Role.MEDIATOR, TOWN))
    number = await in_mediation(office, feng)
    assert "双方同意调解，已请调解员调解，4月2日 09:00 前告诉您结果。" in office.li.heard[-1]
    async with at_desk(office.town, feng) as desk:
        await desk.mediation_done(number, "楼上三天内修好")
    await office.town.turn()
    assert "调解成功：楼上三天内修好。\n办好了吗？" in office.li.heard[-1]
    assert office.chen.heard[-1].startswith(f"【待核查】{number}")
    assert office.wang.heard[-1].startswith(f"【调解成功】{number}")


async def test_a_side_that_declines_or_no_agreement_tells_of_other_routes(office: Office) -> None:
    feng = await office.town.officer("冯梅", (Role.MEDIATOR, TOWN))
    first, second = await in_mediation(office, feng), await in_mediation(office, feng)
    async with at_desk(office.town, feng) as desk:
        await desk.mediation_refused(first, "楼上不来")
    async with at_desk(office.town, feng) as desk:
        await desk.mediation_failed(second, "谈了三次没谈拢")
    await office.town.turn()
    assert "您也可以走行政裁决、仲裁或者向法院起诉。" in office.li.heard_of(first)[-1]
    assert "没有达成一致：谈了三次没谈拢。您还可以走行政裁决" in office.li.heard_of(second)[-1]
    assert office.wang.heard_of(first)[-1].startswith("【一方不同意】")
    assert "调解不成：“谈了三次没谈拢”" in office.chen.heard_of(second)[-1]


async def test_the_ladder_of_a_mediation_rings_the_mediator(office: Office) -> None:
    feng = await office.town.officer("冯梅", (Role.MEDIATOR, TOWN))
    number = await in_mediation(office, feng)
    await office.town.until(20, 9)
    assert f"【提醒】{number}" in feng.heard_of("调解时限的 50%")[0]
    assert office.wang.heard_of("调解时限的 50%") == []


async def test_who_stands_in_for_a_mediator_is_told_in_their_place(office: Office) -> None:
    feng = await office.town.officer("冯梅", (Role.MEDIATOR, TOWN))
    han = await office.town.officer("韩冰", (Role.MEDIATOR, TOWN))
    number = await in_mediation(office, feng)
    assert "已登记请假" in await says(feng, "请假", "3月10日", "4月1日", "韩冰", "确认")
    await office.town.until(20, 9)
    assert han.heard_of(f"【提醒】{number}") != []
    assert feng.heard_of(f"【提醒】{number}") == []


async def test_urging_reaches_handler_and_leader_with_the_words(office: Office) -> None:
    number = await office.signed()
    async with at_desk(office.town, office.li) as desk:
        await desk.urge(number, "老人晚上看不见路")
    await office.town.turn()
    for phone in (office.wang, office.he):
        assert phone.heard[-1].startswith(f"【催办】{number} {LAMP}")
        assert "群众催办：“老人晚上看不见路”" in phone.heard[-1]
    assert office.li.heard == []


async def test_what_was_asked_is_put_to_the_citizen_and_the_answer_to_whoever_asked(office: Office) -> None:
    number = await office.signed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.ask_info(number, ["哪一根灯杆？", "几点开始不亮的？"])
    await office.town.turn()
    text = office.li.heard[-1]
    assert "还需要您补充：\n1. 哪一根灯杆？\n2. 几点开始不亮的？\n请回复：补充" in text
    assert "3月5日 09:00 前没有补充，我们按已知情况继续。" in text
    await office.li.says(f"补充 {number} 第三根，天黑就不亮")
    await office.town.turn()
    assert office.wang.heard[-1].startswith(f"【群众补充】{number} {LAMP}：“第三根，天黑就不亮”，继续办理。")


async def test_silence_to_a_question_is_told_and_the_case_goes_on(office: Office) -> None:
    number = await office.signed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.ask_info(number, ["哪一根灯杆？"])
    await office.town.until(5, 9)
    assert "没有等到您的补充" in office.li.heard[-1]
    assert office.wang.heard_of(f"【没有补充】{number}") != []
