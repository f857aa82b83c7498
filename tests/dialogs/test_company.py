"""Who else waits hears of progress and result: followers without names or words, merged reporters as their own."""

import pytest

from tests.dialogs.office import Office, at_desk, open_office
from tests.kit.phones import Phone
from tests.kit.town import LAMP, Town, reports, withdraws


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)


async def follows(town: Town, phone: Phone, number: str) -> None:
    """That citizen waits for the case too."""
    async with at_desk(town, phone) as desk:
        await desk.follow(number)


async def test_a_follower_hears_of_progress_result_and_end_without_the_reporters_words(office: Office) -> None:
    number = await office.signed()
    qian = office.town.citizen("钱")
    await follows(office.town, qian, number)
    await office.wang.says(f"进展 {number} 师傅下午来")
    for said in (f"反馈 {number} 换了灯泡，晚上亮了", "0", "确认"):
        await office.wang.says(said)
    await office.town.turn()
    await office.chen.says(f"核查 {number} 通过")
    await office.town.turn()
    head = f"您关注的“{LAMP}”（{number}）"
    assert qian.heard == [
        f"{head}有进展：师傅下午来。",
        f"{head}已办理：换了灯泡，晚上亮了。正在核查结果。",
        f"{head}已办结。",
    ]
    assert [choice.words for choice in qian.pushes[0].choices] == [f"不再关注 {number}"]
    assert "村口的路灯不亮了" not in "".join(qian.heard)
    assert qian.pictures == 0


async def test_a_follower_hears_of_the_end_when_the_reporter_confirms(office: Office) -> None:
    number = await office.fed_back()
    qian = office.town.citizen("钱")
    await follows(office.town, qian, number)
    await office.li.says(f"办好了 {number}")
    await office.town.turn()
    assert qian.heard == [f"您关注的“{LAMP}”（{number}）已办结。"]


async def test_the_officer_who_follows_what_he_handles_is_not_told_twice(office: Office) -> None:
    number = await office.signed()
    await follows(office.town, office.wang, number)
    await office.town.turn()
    before = len(office.wang.heard)
    await office.wang.says(f"进展 {number} 师傅下午来")
    await office.town.turn()
    assert len(office.wang.heard) == before


async def test_the_file_says_how_many_wait_too_and_names_nobody(office: Office) -> None:
    number = await office.signed()
    await follows(office.town, office.town.citizen("钱"), number)
    await follows(office.town, office.town.citizen("孔"), number)
    text = await office.wu.says(f"案件 {number}")
    assert "还有 2 人也遇到" in text
    assert "钱" not in text
    assert "孔" not in text


async def test_a_merged_reporter_hears_of_all_by_their_own_number_and_votes(office: Office) -> None:
    first = await office.signed()
    zhao = office.town.citizen("赵")
    second = await reports(zhao, "路灯黑了好几天", "其他求助")
    await office.wu.says(f"并单 {second} {first}")
    await office.town.turn()
    await office.wang.says(f"进展 {first} 师傅下午来")
    for said in (f"反馈 {first} 换了灯泡，晚上亮了", "0", "确认"):
        await office.wang.says(said)
    await office.town.turn()
    await office.chen.says(f"核查 {first} 通过")
    await office.town.turn()
    head = f"您反映的“其他求助”（{second}）"
    assert zhao.heard[-3:-1] == [
        f"{head}有进展：师傅下午来。",
        f"{head}已办理：换了灯泡，晚上亮了。正在核查结果。",
    ]
    assert zhao.heard[-1].startswith(f"{head}合并办理的事项已办结。请您评价")
    assert first not in "".join(zhao.heard)
    assert [choice.words for choice in zhao.pushes[-1].choices] == [f"评价 {second}"]


async def test_who_follows_a_merged_case_hears_of_the_lead_case_and_of_the_end(office: Office) -> None:
    first, qian = await office.signed(), office.town.citizen("钱")
    second = await reports(office.town.citizen("赵"), "路灯黑了好几天", "其他求助")
    await follows(office.town, qian, second)
    await office.wu.says(f"并单 {second} {first}")
    await office.wang.says(f"进展 {first} 师傅下午来")
    await office.town.turn()
    head = f"您关注的“其他求助”（{second}）"
    assert qian.heard == [f"{head}已和同一件事合并办理，有进展和结果照样告诉您。", f"{head}有进展：师傅下午来。"]
    for said in (f"反馈 {first} 换了灯泡，晚上亮了", "0", "确认"):
        await office.wang.says(said)
    await office.chen.says(f"核查 {first} 通过")
    await office.town.turn()
    assert qian.heard[-1] == f"{head}已办结。"


async def test_what_others_wait_for_goes_on_without_its_reporter_who_hears_no_more(office: Office) -> None:
    number, qian = await office.signed(), office.town.citizen("钱")
    await follows(office.town, qian, number)
    await withdraws(office.li, number)
    await office.wang.says(f"进展 {number} 师傅下午来")
    await office.town.turn()
    assert "群众已撤回，但还有别的群众也在等，请继续处理到底。" in office.wang.heard_of("【继续处理】")[0]
    assert qian.heard == [f"您关注的“{LAMP}”（{number}）有进展：师傅下午来。"]
    assert office.li.heard == []


async def test_whom_the_case_is_about_is_left_out_of_every_notice(office: Office) -> None:
    number = await office.accepted()
    await office.zheng.says(f"派遣 {number} 城市管理局")
    await office.town.turn()
    seen = len(office.he.heard)
    await office.wu.says(f"回避 {number} 何志远")
    async with at_desk(office.town, office.li) as desk:
        await desk.urge(number)
    await office.town.turn()
    assert office.sun.heard_of("【催办】") != []
    assert len(office.he.heard) == seen


@pytest.mark.parametrize("whom", ["孙立", "城市管理局"])
async def test_whom_the_case_is_about_waits_for_it_no_more_and_finds_it_nowhere(office: Office, whom: str) -> None:
    number, qian = await office.signed(), office.town.citizen("钱")
    for phone in (office.sun, qian):
        await follows(office.town, phone, number)
    assert LAMP in await office.sun.says("查询")
    await office.wu.says(f"回避 {number} {whom}")
    await office.wang.says(f"进展 {number} 师傅下午来")
    await office.town.turn()
    assert (len(qian.heard), office.sun.heard) == (1, [])
    assert LAMP not in await office.sun.says("查询")
    for said in (f"查询 {number}", f"我也遇到 {number}", f"催办 {number}"):
        assert "没有找到" in await office.sun.says(said)
