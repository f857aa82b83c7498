"""Who hears of what workers ask of the office, and of what comes of it."""

import pytest

from cases.people import Role
from tests.dialogs.office import Office, at_desk, open_office, pushed
from tests.kit.town import CO, GRID, LAMP, LIGHTS, Town

REASON = "不属于本级职责"


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)


async def asks_return(office: Office, number: str, suggested: str = LIGHTS) -> None:
    async with at_desk(office.town, office.wang) as desk:
        await desk.ask_return(number, "路灯归城管局管", suggested)
    await office.town.turn()


async def test_a_return_is_put_to_the_dispatchers_with_both_answers(office: Office) -> None:
    number = await office.handed()
    await asks_return(office, number)
    text = office.zheng.heard[-1]
    assert text.startswith(f"【申请退单】{number} {LAMP}")
    assert "东村第一网格申请退单，建议由城市管理局办理。\n理由：路灯归城管局管。\n请在 3月4日 09:00 前决定。" in text
    assert pushed(office.zheng) == [f"退单 {number} 同意", f"退单 {number} 不同意", f"案件 {number}"]
    assert office.he.heard == []


async def test_where_nobody_knows_whose_it_is_the_leader_may_rule(office: Office) -> None:
    number = await office.handed()
    await asks_return(office, number, "")
    assert "没有建议单位" in office.zheng.heard[-1]
    assert office.he.heard[-1].endswith("请裁定由谁办理。")
    assert pushed(office.he) == [f"裁定 {number}", f"案件 {number}"]
    assert "由谁办" in await office.he.presses("裁定")
    assert "请写裁定的理由" in await office.he.chooses("派给城市管理局")
    assert (await office.he.says("路灯归城管局")).startswith(f"已裁定 {number} 由城市管理局办理，不得再退。")
    await office.town.turn()
    assert "分管领导裁定由城市管理局办理，不能再退单。\n理由：路灯归城管局。" in office.sun.heard[-1]
    assert office.sun.heard[-1].startswith(f"【新任务】{number}")
    assert office.wang.heard[-1].startswith(f"【裁定】{number} {LAMP}：分管领导裁定由城市管理局办理。")
    assert "已由分管领导指定城市管理局办理" in office.li.heard[-1]


async def test_the_ruling_does_not_offer_who_returned_it(office: Office) -> None:
    number = await office.handed()
    await asks_return(office, number, "")
    await office.he.says(f"裁定 {number}")
    assert [choice.label for choice in office.he.reply.choices] == ["派给城市管理局"]


async def test_a_return_that_nobody_decides_is_brought_to_the_leader(office: Office) -> None:
    number = await office.handed()
    await asks_return(office, number)
    await office.town.until(4, 9)
    assert office.he.heard_of("【退单审核超期】") != []
    assert office.zheng.heard_of("【退单审核超期】") != []


async def test_whoever_asked_hears_that_it_was_granted_or_not(office: Office) -> None:
    first, second = await office.handed(), await office.handed()
    for number in (first, second):
        await asks_return(office, number)
    async with at_desk(office.town, office.zheng) as desk:
        await desk.grant_return(first, "确实归城管局")
    async with at_desk(office.town, office.zheng) as desk:
        await desk.refuse_return(second, "在本网格内")
    await office.town.turn()
    assert office.wang.heard_of("【同意退单】")[0].startswith(f"【同意退单】{first} {LAMP}：已同意退单，不用再办。")
    told = office.wang.heard_of("【不同意退单】")[0]
    assert told.startswith(f"【不同意退单】{second} {LAMP}：没有同意退单，请继续办理。\n理由：在本网格内。\n请在 ")


async def test_more_time_is_asked_of_those_who_may_grant_it_and_the_citizen_hears_why(office: Office) -> None:
    number = await office.signed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.ask_extend(number, 2, "等配件")
    await office.town.turn()
    text = office.zheng.heard[-1]
    assert text.startswith(f"【等您决定】{number} {LAMP}")
    assert "王海提出延期 2 个工作日。\n理由：等配件。" in text
    assert pushed(office.zheng)[:2] == [f"延期 {number} 同意", f"延期 {number} 不同意"]
    assert "等您处理的案件 1 件" in await office.zheng.says("待办")
    assert "　王海提出延期 2 个工作日" in office.zheng.reply.text
    assert [choice.words for choice in office.zheng.reply.choices] == pushed(office.zheng)[:2]
    async with at_desk(office.town, office.zheng) as desk:
        await desk.approve_extend(number, "等配件")
    await office.town.turn()
    assert "需要更长时间：等配件。我们会在 " in office.li.heard[-1]
    assert office.wang.heard[-1].startswith(f"【同意延期】{number} {LAMP}：已同意延期，已告诉群众。\n请在 3月9日 09:00")


async def test_no_more_time_is_told_to_whoever_asked_with_the_reason(office: Office) -> None:
    number = await office.signed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.ask_extend(number, 2, "等配件")
    async with at_desk(office.town, office.zheng) as desk:
        await desk.refuse_extend(number, "库里有配件")
    await office.town.turn()
    assert office.wang.heard[-1].startswith(
        f"【不同意延期】{number} {LAMP}：期限不变，请抓紧办理。\n理由：库里有配件。"
    )
    assert office.li.heard_of("更长时间") == []


async def test_a_correction_is_put_to_acceptors_and_dispatchers_and_decided_by_a_button(office: Office) -> None:
    number = await office.signed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.correct_category(number, "道路与人行道破损")
    await office.town.turn()
    for phone in (office.wu, office.zheng):
        assert "王海提出改类为道路与人行道破损。" in phone.heard[-1]
        assert pushed(phone)[:2] == [f"改类 {number} 同意", f"改类 {number} 不同意"]
    answer = await office.zheng.says(f"复核 {number} 同意")
    assert answer == f"已同意，{number} 已改类。提出的人会收到通知。"
    await office.town.turn()
    assert office.wang.heard[-1].startswith(f"【改类】{number} 的类别已改为“道路与人行道破损”")
    assert "改类：路灯不亮与灯杆倾斜 → 道路与人行道破损" in await office.wu.says(f"案件 {number}")


async def test_a_place_is_corrected_at_once_by_the_office_and_told_to_whoever_has_it(office: Office) -> None:
    number = await office.signed()
    async with at_desk(office.town, office.zheng) as desk:
        await desk.correct_place(number, "东村")
    await office.town.turn()
    assert office.wang.heard[-1] == f"【改位置】{number} {LAMP} 的位置已改为柳河镇东村，编号和时限不变。"


async def test_where_nobody_may_be_the_second_person_the_duty_room_hears_of_it(town: Town) -> None:
    office = await open_office(town)
    number = await office.accepted()
    async with town.store.work() as work:
        [yuan] = await work.people.named("袁敏")
        yuan = type(yuan)(yuan.id, yuan.name, yuan.posts, yuan.phone, False)
        await work.people.save(yuan)
        await work.commit()
    answer = await office.wu.says(f"不予受理 {number} {REASON}")
    assert answer.endswith("现在没有能复核的人在岗，请联系值班室。")
    await town.turn()
    assert office.zheng.heard_of("【等您决定】") != []


async def test_an_acceptor_of_the_county_decides_for_the_whole_county(town: Town) -> None:
    office = await open_office(town)
    far = await town.officer("韩冰", (Role.ACCEPTOR, CO))
    near = await town.officer("方圆", (Role.ACCEPTOR, GRID))
    number = await office.accepted()
    await office.wu.says(f"作废 {number} 像是测试")
    await town.turn()
    assert far.heard_of("【等您决定】") != []
    assert near.heard_of("【等您决定】") != []
