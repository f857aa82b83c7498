"""挂账、恢复: a case that cannot be done now is put off until a day, for a listed reason, and goes on."""

import pytest

from cases.record import State
from tests.dialogs.office import Office, offered, open_office
from tests.kit.town import GAS, LAMP, Town, reports

REASON = "等待季节或天气"


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)


async def test_day_and_reason_are_offered_and_the_case_goes_on_by_itself(office: Office) -> None:
    number = await office.signed()
    assert "暂缓到哪一天" in await office.he.says(f"挂账 {number}")
    assert offered(office.he)[0] == f"挂账 {number} 2026-03-10"
    assert "因为什么暂缓" in await office.he.chooses("3月10日")
    answer = await office.he.chooses(REASON)
    assert answer == f"{number} 已挂账（{REASON}），3月10日自动恢复，已告诉群众。"
    assert (await office.town.case(number)).state is State.SUSPENDED
    await office.town.turn()
    assert f"因{REASON}暂缓办理，预计3月10日恢复" in office.li.heard[-1]
    assert office.wang.heard[-1].startswith(f"【挂账】{number} {LAMP}：已暂缓办理到3月10日")
    assert "时限暂停，恢复时间：3月10日 00:00" in await office.he.says(f"案件 {number}")
    await office.town.until(10, 8)
    assert (await office.town.case(number)).state is State.IN_PROGRESS
    assert "已恢复办理" in office.li.heard[-1]
    assert office.wang.heard_of("【恢复】") != []


async def test_a_dispatcher_lets_it_go_on_before_its_day(office: Office) -> None:
    number = await office.signed()
    await office.he.says(f"挂账 {number} 3月20日 {REASON} 等天晴")
    answer = await office.zheng.says(f"恢复 {number}")
    assert answer.startswith(f"{number} 已恢复办理，已告诉群众。请在 ")
    assert (await office.town.case(number)).state is State.IN_PROGRESS


async def test_an_urgent_case_is_never_put_off(office: Office) -> None:
    number = await reports(office.li, "楼道里有煤气味很重", GAS)
    await office.wang.says(f"签收 {number}")
    assert "不能挂账" in await office.he.says(f"挂账 {number} 3月20日 {REASON}")
    assert (await office.town.case(number)).state is State.IN_PROGRESS


@pytest.mark.parametrize("day", ["2027-12-31", "2026-03-02", "3月2日", "今天"])
async def test_a_day_that_is_past_or_too_far_is_refused_with_an_example(office: Office, day: str) -> None:
    number = await office.signed()
    assert "一年以内" in await office.he.says(f"挂账 {number} {day} {REASON}")
    assert (await office.town.case(number)).state is State.IN_PROGRESS


async def test_a_day_of_another_year_is_said_with_its_year(office: Office) -> None:
    number = await office.signed()
    assert "2027年1月5日自动恢复" in await office.he.says(f"挂账 {number} 2027年1月5日 {REASON}")
    await office.town.turn()
    assert "预计2027年1月5日恢复" in office.li.heard[-1]


async def test_an_unknown_reason_offers_the_list_with_the_day_kept(office: Office) -> None:
    number = await office.signed()
    answer = await office.he.says(f"挂账 {number} 3月20日 没钱 等明年")
    assert answer.startswith("没有“没钱”这个原因。")
    assert offered(office.he)[0] == f"挂账 {number} 2026-03-20 {REASON} 等明年"


async def test_a_worker_does_not_put_off_and_an_officer_of_another_state_is_told_why(office: Office) -> None:
    number = await office.handed()
    assert "我没看懂" in await office.wang.says(f"挂账 {number} 3月20日 {REASON}")
    assert "现在是“已派遣（待签收）”，不能“挂账”" in await office.he.says(f"挂账 {number}")


@pytest.mark.parametrize("day", ["2月30日", "2026-13-01", "31号", "有钱了"])
async def test_what_is_no_day_is_refused_with_how_to_write_it(office: Office, day: str) -> None:
    number = await office.signed()
    assert "请写成 2026-12-31 或 12月31日" in await office.he.says(f"挂账 {number} {day} {REASON}")
    assert (await office.town.case(number)).state is State.IN_PROGRESS
