"""What citizens say while a case is under way and after it has ended: urge, follow, part, come back, ask again."""

import pytest

from cases.people import Role
from cases.record import State
from tests.dialogs.crew import wang_of, wu_of, yang_of
from tests.dialogs.talks import DONE, feeds_back, offered, says
from tests.kit.phones import Phone
from tests.kit.town import TOWN, Town, reports


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await wang_of(town)


async def test_urging_reaches_handler_and_leader_once_a_day(town: Town, wang: Phone) -> None:
    yang, li = await yang_of(town), town.citizen("李")
    number = await reports(li)
    await town.turn()
    answer = await li.says("催办 三天了还没人来")
    assert answer.startswith(f"已催办案件 {number}，承办人和分管领导都会收到。")
    await town.turn()
    for phone in (wang, yang):
        assert any("三天了还没人来" in text for text in phone.heard)
    assert "催过" in await li.says(f"催办 {number}")
    town.clock.advance(hours=25)
    assert "已催办" in await li.says("催办")


async def test_urging_asks_which_of_several_and_says_when_there_is_none(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    assert "没有正在办理的案件" in await li.says("催办")
    first, second = await reports(li), await reports(li)
    assert await li.says("催办 快一点") == "是哪一件？"
    assert f"已催办案件 {second}" in await li.says("1")
    assert (await town.case(second)).overlay.urged_at == town.clock()
    assert (await town.case(first)).overlay.urged_at is None


async def test_somebody_elses_case_is_neither_urged_nor_shown(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    sun = town.citizen("孙")
    assert "没有找到这个案件编号" in await sun.says(f"催办 {number}")
    assert (await town.case(number)).overlay.urged_at is None


async def test_who_met_the_same_hears_of_it_but_not_who_reported_it(town: Town, wang: Phone) -> None:
    li, sun = town.citizen("李"), town.citizen("孙")
    number = await reports(li, "我家李婶门口的路灯不亮了", photo=True)
    answer = await sun.says(f"我也遇到 {number}")
    assert answer.startswith(f"记下了，您也遇到 {number}（路灯不亮与灯杆倾斜，东村第一网格）。")
    await wang.says(f"进展 {number} 师傅下午来")
    await says(wang, f"反馈 {number} {DONE}", "0", "确认")
    await town.turn()
    assert any(DONE in text for text in sun.heard)
    told = "\n".join([answer, *sun.heard, await sun.says(f"查询 {number}"), await sun.says("查询")])
    assert "李婶" not in told
    assert "村口" not in told
    assert sun.pictures == 0
    assert "师傅下午来" in told
    assert "您关注的案件" in told


async def test_a_follower_may_urge_and_stop_following_and_nothing_else(town: Town, wang: Phone) -> None:
    li, sun = town.citizen("李"), town.citizen("孙")
    number = await reports(li)
    await sun.says(f"我也遇到 {number}")
    await sun.says(f"查询 {number}")
    assert offered(sun) == ["催一催", "不再关注"]
    assert "已催办" in await sun.says(f"催办 {number}")
    for words in (f"撤销 {number}", f"补充 {number} 我家也黑", f"办好了 {number}", f"没办好 {number}"):
        assert "别人上报的" in await sun.says(words)
    assert "不再告诉您" in await sun.says(f"不再关注 {number}")
    assert "没有找到" in await sun.says(f"查询 {number}")
    assert (await town.case(number)).state is State.DISPATCHED


async def test_a_secret_case_cannot_be_followed(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"), "河边那家厂夜里偷排污水", "水体污染与乱排污水")
    assert "没有找到这个案件编号" in await town.citizen("孙").says(f"我也遇到 {number}")


async def test_what_was_merged_is_parted_by_its_reporter(town: Town, wang: Phone) -> None:
    wu, li, sun = await wu_of(town), town.citizen("李"), town.citizen("孙")
    first, second = await reports(li), await reports(sun)
    await wu.says(f"并单 {second} {first}")
    assert "已与同类诉求合并办理" in await sun.says(second)
    assert "单独办理" in await sun.chooses("不是同一件事")
    case = await town.case(second)
    assert (case.state, case.parent) == (State.SUBMITTED, None)


async def test_an_archived_matter_comes_back_under_its_number(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await feeds_back(town, wang, number)
    await says(li, f"办好了 {number}", "5", "1", "0")
    assert "现在是什么情况" in await li.says("再次反映")
    assert "正在重新审核，编号不变" in await li.says("又不亮了")
    assert (await town.case(number)).state is State.REOPEN_REVIEW
    assert "您再次反映" in await li.says(number)


async def test_what_is_not_archived_cannot_be_reported_again(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    assert "没有已归档的案件" in await li.says("再次反映")
    number = await reports(li)
    assert "不能“再次反映”" in await li.says(f"再次反映 {number} 又不亮了")
    assert "不能“再次反映”" in await li.says(f"再次反映 {number}")


async def test_a_refusal_is_looked_at_again_once_by_somebody_else(town: Town) -> None:
    wu, li = await wu_of(town), town.citizen("李")
    other = await town.officer("周敏", (Role.ACCEPTOR, "ZHZX"))
    number = await reports(li, "想问一下办事窗口几点开门", "其他求助")
    await wu.says(f"不予受理 {number} 不属于本级职责")
    course = await li.says(number)
    assert "现在：不予受理：不属于本级职责；可走：向有权处理的部门反映，或拨打 12345" in course
    assert "为什么觉得应该受理" in await li.chooses("申请复核")
    assert "另一位受理员" in await li.says("窗口就是镇里的")
    assert (await town.case(number)).state is State.SUBMITTED
    assert "另一位受理员" in await wu.says(f"受理 {number}")
    assert "已受理" in await other.says(f"受理 {number}")


async def test_a_case_put_off_says_why_and_until_when(town: Town, wang: Phone) -> None:
    yang, li = await yang_of(town), town.citizen("李")
    number = await reports(li)
    await wang.says(f"签收 {number}")
    await yang.says(f"挂账 {number} 2026-05-01 等待季节或天气 雨季后施工")
    assert "现在：因等待季节或天气暂缓，预计5月1日恢复" in await li.says(number)
    assert "因等待季节或天气暂缓，预计5月1日恢复" in await li.says("查询")


async def test_a_case_handed_to_another_channel_says_which_and_its_number(town: Town) -> None:
    wu, li = await wu_of(town), town.citizen("李")
    number = await reports(li, "想问一下办事窗口几点开门", "其他求助")
    await wu.says(f"转出 {number} 12315 HF-889")
    assert "现在：已转12315，编号 HF-889" in await li.says(number)


async def test_a_leader_of_the_town_urges_as_well(town: Town, wang: Phone) -> None:
    yang = await town.officer("杨帆", (Role.LEADER, TOWN))
    number = await reports(town.citizen("李"))
    assert "已催办" in await yang.says(f"催办 {number} 群众又来电话了")
    await town.turn()
    assert any("群众又来电话了" in text for text in wang.heard)
