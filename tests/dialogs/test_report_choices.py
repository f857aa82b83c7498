"""Reports with a choice more: secrecy where reporters are protected, and reports by an officer for a citizen."""

import pytest

from cases.people import Role
from cases.record import Reporter, State
from tests.dialogs.crew import wang_of, wu_of
from tests.dialogs.talks import HERE, PHONE, SURE, offered, says
from tests.kit.phones import Phone
from tests.kit.town import GRID, LAMP, Town

SECRET = ("河边那家厂夜里偷排污水", "水体污染与乱排污水")
ASKED = "您的身份要怎样保密？"


@pytest.mark.parametrize(
    ("said", "secrecy", "told"),
    [
        ("1", "masked", "您的身份对承办人保密"),
        ("只让受理员看到", "sealed", "您的身份只有受理员看得到"),
        ("不用保密", "open", "您的身份不保密"),
    ],
)
async def test_secrecy_is_chosen_where_the_category_protects_reporters(
    town: Town, said: str, secrecy: str, told: str
) -> None:
    li = town.citizen("李")
    assert ASKED in await says(li, "上报", *SECRET, HERE, "0")
    assert offered(li) == ["对承办人保密", "只让受理员看到", "不用保密"]
    assert PHONE in await li.says(said)
    summary = await li.says("0")
    assert told in summary
    number = (await li.says("确认")).partition("编号 ")[2].partition("。")[0]
    assert (await town.case(number)).overlay.secrecy == secrecy


async def test_nobody_is_asked_about_secrecy_of_a_lamp(town: Town) -> None:
    li = town.citizen("李")
    assert PHONE in await says(li, "上报", "村口的路灯不亮了", LAMP, HERE, "0")
    assert "保密" not in await li.says("0")


async def test_changing_the_category_asks_about_secrecy_then(town: Town) -> None:
    li = town.citizen("李")
    await says(li, "上报", "村口的路灯不亮了", LAMP, HERE, "0", "0")
    assert ASKED in await says(li, "改类别", SECRET[1])
    assert SURE in await li.says("2")


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await wang_of(town)


async def test_an_officer_reports_for_a_citizen_who_is_a_phone_and_no_address(town: Town, wang: Phone) -> None:
    asked = await says(wang, "上报", "村口的路灯不亮了", LAMP, HERE, "0")
    assert "是您自己发现的，还是替群众上报？" in asked
    assert "群众的电话是多少" in await wang.says("替群众上报")
    summary = await wang.says("13800001234")
    assert "群众电话：13800001234" in summary
    assert "替群众上报" in summary
    answer = await wang.says("确认")
    number = answer.partition("编号 ")[2].partition("，")[0]
    assert answer.startswith(f"已替群众上报，编号 {number}，请把编号告诉他。")
    case = await town.case(number)
    assert case.reporter == Reporter(None, "13800001234")
    assert case.state is State.DISPATCHED
    assert "替群众上报" in await wang.says(f"案件 {number}")
    assert number not in await wang.says("查询")


async def test_what_was_reported_for_a_citizen_is_checked_by_somebody_else(town: Town, wang: Phone) -> None:
    chen = await town.officer("陈静", (Role.CHECKER, "990101001"))
    await says(wang, "上报", "村口的路灯不亮了", LAMP, HERE, "0", "替群众上报", "0")
    await wang.says("确认")
    assert "已反馈" in await says(wang, "反馈 0001 换了灯泡，亮了", "0", "确认")
    assert "没有找到" in await wang.says("办好了 0001")
    assert "核查通过" in await chen.says("核查 0001 通过")


async def test_what_an_officer_found_himself_is_his_own_report(town: Town, wang: Phone) -> None:
    await says(wang, "上报", "村口的路灯不亮了", LAMP, HERE, "0", "自己发现", "0")
    number = (await wang.says("确认")).partition("编号 ")[2].partition("。")[0]
    assert (await town.case(number)).reporter.address == wang.address
    assert number in await wang.says("查询")


async def test_only_officers_of_grids_report_for_others(town: Town, wang: Phone) -> None:
    wu = await wu_of(town)
    assert PHONE in await says(wu, "上报", "村口的路灯不亮了", LAMP, HERE, "0")
    assert [post.unit for post in await posts(town, "王海")] == [GRID]


async def posts(town: Town, name: str) -> tuple:  # type: ignore[type-arg]
    async with town.store.work(readonly=True) as work:
        return (await work.people.named(name))[0].posts
