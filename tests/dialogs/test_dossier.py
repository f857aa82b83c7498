"""案件: what lies over a case stands in its file, and who reported it in nobody's but theirs who may know."""

import pytest

from cases.bench import Problem
from cases.overlay import Secrecy
from cases.people import Role
from cases.places import Place
from tests.dialogs.office import Office, at_desk, offered, open_office
from tests.kit.phones import Phone
from tests.kit.town import CO, GRID, LIGHTS, TOWN, Town

PHONE = "13900000000"
ILLEGAL = "0405"
LAMP_CODE = "0502"


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)


async def reported(office: Office, category: str, secrecy: Secrecy | None = None) -> str:
    """A case whose reporter has left a phone number."""
    async with at_desk(office.town, office.li) as desk:
        problem = Problem(category, Place(GRID, "村口"), "隔壁楼顶在搭棚子", phone=PHONE, secrecy=secrecy)
        return (await desk.submit(problem)).number


async def sees(phone: Phone, number: str) -> bool:
    """Whether the file has the number to call back on."""
    text = await phone.says(f"案件 {number}")
    assert text.startswith(f"案件 {number}"), text
    return PHONE in text


async def test_an_open_reporters_phone_is_for_the_handler_alone(office: Office) -> None:
    admin = await office.town.officer("周敏", (Role.ADMIN, CO))
    number = await reported(office, LAMP_CODE)
    seen = {phone: await sees(phone, number) for phone in (office.wang, office.wu, office.zheng, office.he, admin)}
    assert [phone for phone, able in seen.items() if able] == [office.wang]


@pytest.mark.parametrize(("secrecy", "able"), [(Secrecy.MASKED, ["wu", "zheng"]), (Secrecy.SEALED, ["wu"])])
async def test_a_secret_reporters_phone_is_for_the_centre_and_never_for_handler_or_admin(
    office: Office, secrecy: Secrecy, able: list[str]
) -> None:
    admin = await office.town.officer("周敏", (Role.ADMIN, CO))
    number = await reported(office, LAMP_CODE, secrecy)
    phones = {name: getattr(office, name) for name in ("wang", "wu", "zheng", "he", "chen", "xu")} | {"admin": admin}
    assert [name for name, phone in phones.items() if await sees(phone, number)] == able
    assert "保密：" in await office.he.says(f"案件 {number}")


async def test_a_handler_who_accepts_too_sees_no_secret_reporter_of_their_own_case(office: Office) -> None:
    both = await office.town.officer("邓丽", (Role.ACCEPTOR, TOWN), (Role.HANDLER, LIGHTS))
    number = await reported(office, ILLEGAL)
    assert await sees(both, number)
    await office.wu.says(f"受理 {number}")
    await office.zheng.says(f"派遣 {number} 邓丽")
    assert not await sees(both, number)
    assert await sees(office.wu, number)


async def test_a_secret_reporters_words_of_rating_are_shown_to_nobody(office: Office) -> None:
    number = await reported(office, LAMP_CODE, Secrecy.SEALED)
    for said in (f"签收 {number}", f"反馈 {number} 已经拆除了", "0", "确认"):
        await office.wang.says(said)
    await office.chen.says(f"核查 {number} 通过")
    await office.li.says(f"评价 {number}")
    for word in ("好", "已解决", "我是隔壁的老李"):
        await office.li.says(word)
    await office.town.turn()
    assert "好，已解决，已归档。" in office.wang.heard[-1]
    assert "老李" not in await office.wang.says(f"案件 {number}")


async def test_a_file_shows_all_that_lies_over_a_case(office: Office) -> None:
    number = await office.signed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.ask_extend(number, 1, "等配件")
    async with at_desk(office.town, office.zheng) as desk:
        await desk.approve_extend(number, "等配件")
    async with at_desk(office.town, office.wang) as desk:
        await desk.ask_extend(number, 2, "还没到")
    async with at_desk(office.town, office.li) as desk:
        await desk.urge(number)
    lines = (await office.zheng.says(f"案件 {number}")).splitlines()
    assert "已延期 1 次" in lines
    assert "最近催办：3月3日 09:00" in lines
    assert "等复核：王海提出延期 2 个工作日" in lines
    assert "3月3日 09:00 派遣员郑强 同意延期，期限 3月6日 09:00：“等配件”" in lines
    assert offered(office.zheng)[:2] == [f"延期 {number} 同意", f"延期 {number} 不同意"]


async def test_a_returned_case_shows_who_returned_it_and_until_when_it_is_decided(office: Office) -> None:
    number = await office.handed()
    async with at_desk(office.town, office.wang) as desk:
        await desk.ask_return(number, "归城管局管", LIGHTS)
    text = await office.zheng.says(f"案件 {number}")
    assert "退过单：东村第一网格" in text
    assert "退单审核期限：3月4日 09:00" in text
    assert "申请退单，建议由城市管理局办理：“归城管局管”" in text
    assert offered(office.zheng)[:2] == [f"退单 {number} 同意", f"退单 {number} 不同意"]
    await office.zheng.says("待办")
    assert offered(office.zheng) == [f"退单 {number} 同意", f"退单 {number} 不同意"]


async def test_what_was_refused_merged_or_put_off_reads_with_its_reason(office: Office) -> None:
    number = await office.signed()
    await office.he.says(f"挂账 {number} 3月20日 其他客观原因 等天晴")
    await office.wu.says(f"回避 {number} 城市管理局")
    await office.xu.says(f"督办 {number} 红牌 群众多次反映")
    text = await office.wu.says(f"案件 {number}")
    assert "挂账（其他客观原因，到 3月20日 00:00）：“等天晴”" in text
    assert "回避：城市管理局" in text
    assert "督办员徐林 督办：红牌：“群众多次反映”" in text
