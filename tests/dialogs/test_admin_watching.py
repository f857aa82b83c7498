"""督办、重办、维持: a case is watched more closely, done again, or left as it is with an explanation."""

import pytest

from cases.record import State
from cases.supervision import Supervision
from tests.dialogs.office import CONSULTS, Office, at_desk, offered, open_office
from tests.kit.phones import Phone
from tests.kit.town import LAMP, LIGHTS, Town


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)


async def archived(office: Office) -> str:
    number = await office.fed_back()
    await office.chen.says(f"核查 {number} 通过")
    await rates(office.li, number)
    return number


async def come_back(office: Office) -> str:
    """A case whose reporter says that it is there again."""
    number = await archived(office)
    async with at_desk(office.town, office.li) as desk:
        await desk.report_again(number, "灯又不亮了")
    return number


async def rates(phone: Phone, number: str) -> None:
    await phone.says(f"评价 {number}")
    for word in ("好", "已解决", "0"):
        await phone.says(word)


async def test_a_card_is_chosen_and_explained_and_told_to_handler_and_leader(office: Office) -> None:
    number = await office.signed()
    assert await office.xu.says(f"督办 {number}") == "怎样督办？"
    assert offered(office.xu) == [f"督办 {number} {level}" for level in ("黄牌", "红牌", "挂牌", "取消")]
    assert "为什么督办" in await office.xu.chooses("黄牌")
    assert await office.xu.says("三天没有进展") == f"{number} 已黄牌督办，承办人和分管领导会收到通知。"
    assert (await office.town.case(number)).supervision is Supervision.YELLOW
    await office.town.turn()
    assert office.wang.heard[-1].startswith(f"【黄牌督办】{number} {LAMP}")
    assert "理由：三天没有进展。" in office.wang.heard[-1]
    assert office.he.heard[-1] == office.wang.heard[-1]


async def test_supervision_only_grows_until_a_person_takes_it_away(office: Office) -> None:
    number = await office.signed()
    await office.xu.says(f"督办 {number} 红牌 群众多次反映")
    assert "督办只能加重" in await office.xu.says(f"督办 {number} 黄牌 轻一点")
    assert (await office.town.case(number)).supervision is Supervision.RED
    assert await office.xu.says(f"督办 {number} 取消 已经办好") == f"{number} 已取消督办，承办人和分管领导会收到通知。"
    assert (await office.town.case(number)).supervision is Supervision.NONE


async def test_a_listed_case_names_the_leader_who_watches_it(office: Office) -> None:
    number = await office.signed()
    await office.xu.says(f"督办 {number} 挂牌 群体反映")
    await office.town.turn()
    assert office.wang.heard[-1].startswith(f"【挂牌督办】{number}")
    assert "由何志远盯办" in office.wang.heard[-1]
    assert "督办：挂牌督办，由何志远盯办" in await office.xu.says(f"案件 {number}")


async def test_no_other_word_is_a_supervision(office: Office) -> None:
    number = await office.signed()
    assert await office.xu.says(f"督办 {number} 蓝牌 理由") == "没有“蓝牌”这个督办。怎样督办？"
    assert offered(office.xu)[0] == f"督办 {number} 黄牌 理由"


async def test_what_came_back_is_done_again(office: Office) -> None:
    number = await come_back(office)
    answer = await office.wu.says(f"重办 {number}")
    assert answer.startswith(f"{number} 已重办，由东村第一网格重新办理。请在 ")
    assert (await office.town.case(number)).state is State.DISPATCHED


async def test_what_came_back_is_upheld_by_two_with_words_for_the_citizen(office: Office) -> None:
    number = await come_back(office)
    assert "怎么向群众说明" in await office.wu.says(f"维持 {number}")
    assert "要第二个人复核才生效" in await office.wu.says("灯已按标准修复")
    assert (await office.town.case(number)).state is State.REOPEN_REVIEW
    assert await office.yuan.says(f"复核 {number} 同意") == f"已同意，{number} 已维持原处理。提出的人会收到通知。"
    assert (await office.town.case(number)).state is State.ARCHIVED
    await office.town.turn()
    assert "维持原处理：灯已按标准修复。还不同意的，可以请上一级机关复查" in office.li.heard[-1]


async def test_what_came_back_is_listed_by_the_supervisor(office: Office) -> None:
    number = await come_back(office)
    answer = await office.xu.says(f"督办 {number} 挂牌 反复没有修好")
    assert answer == f"{number} 已挂牌督办，由东村第一网格重新办理。"
    case = await office.town.case(number)
    assert (case.state, case.supervision) == (State.DISPATCHED, Supervision.LISTED)


async def test_a_bad_rating_of_what_no_unit_had_waits_for_an_acceptor_who_says_which_unit(office: Office) -> None:
    number = await office.waits(*CONSULTS)
    await office.wu.says(f"答复 {number} 指南 去镇里办")
    await office.li.says(f"评价 {number}")
    for word in ("差", "未解决", "没说要带什么"):
        await office.li.says(word)
    await office.town.turn()
    assert "【待复核】" in office.yuan.heard[-1]
    assert "群众评价：差，未解决，“没说要带什么”，还没有单位办过。" in office.yuan.heard[-1]
    assert "还没有单位办过，派给谁" in await office.yuan.presses("重办")
    answer = await office.yuan.says(f"重办 {number} 城市管理局 请办事大厅答复")
    assert answer.startswith(f"{number} 已重办，由城市管理局重新办理。")
    case = await office.town.case(number)
    assert (case.state, case.lead_unit) == (State.DISPATCHED, LIGHTS)
