"""Notices to citizens and officers: who is told what of a case's course, and nobody twice."""

import logging

import pytest

from cases.people import Role
from cases.record import State
from dialogs.engine.messages import Location
from tests.kit.phones import Phone
from tests.kit.town import CO, DUTY, EMPTY_GRID, GRID, LAMP, TOWN, Town, pin, reports, withdraws


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


async def feeds_back(officer: Phone, number: str, words: str = "换了灯泡，晚上亮了") -> None:
    for said in (f"反馈 {number} {words}", "0", "确认"):
        await officer.says(said)


async def test_the_task_card_says_all_that_is_needed_and_nothing_of_the_reporter(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li, photo=True)
    await town.turn()
    assert wang.heard == [
        f"【新任务】{number} {LAMP}，东村村口\n群众说：“村口的路灯不亮了”\n照片 1 张\n"
        f"地图：https://apis.map.qq.com/uri/v1/marker?marker=coord:28.401719,116.010000;title:{number}&referer=gridbell\n"
        "请在 3月3日 11:00 前签收。\n请在 3月5日 09:00 前办结，还剩 2 个工作日。"
    ]
    steps = [choice.words for choice in wang.pushes[0].choices]
    assert steps == [f"签收 {number}", f"反馈 {number}", f"退单 {number}", f"任务 {number}"]
    assert wang.pictures == 1
    assert li.heard == []  # the direct reply has told it


async def test_the_whole_way_tells_each_step_once(town: Town, wang: Phone) -> None:
    chen, li = await town.officer("陈静", (Role.CHECKER, TOWN)), town.citizen("李")
    number = await reports(li)
    await wang.says("签收")
    await feeds_back(wang, number)
    await town.turn()
    await town.turn()
    assert await chen.presses("核查通过") == f"{number} 核查通过，已办结，正在请群众评价。"
    await town.turn()
    assert len(li.heard) == 2
    assert li.heard[0].endswith("已办理：换了灯泡，晚上亮了。\n办好了吗？")
    assert li.heard[1].endswith("经核查已办结。请您评价，一分钟就好；觉得没办好，也请如实说。")
    assert wang.heard[-1] == f"【办结】{number} {LAMP}：核查通过，已办结，等群众评价。"
    await li.presses("评价")
    for word in ("好", "已解决", "师傅辛苦了"):
        await li.says(word)
    assert (await town.case(number)).state is State.ARCHIVED
    await town.turn()
    assert wang.heard[-1] == f"【群众评价】{number} {LAMP}：好，已解决，“师傅辛苦了”，已归档。"
    assert len(chen.heard) == 1


async def test_the_citizens_own_yes_closes_the_case_without_a_notice_to_herself(town: Town, wang: Phone) -> None:
    chen, li = await town.officer("陈静", (Role.CHECKER, TOWN)), town.citizen("李")
    number = await reports(li)
    await feeds_back(wang, number)
    await town.turn()
    assert "谢谢确认" in await li.presses("办好了")
    await town.turn()
    assert len(li.heard) == 1
    assert "【办结】" in wang.heard[-1]
    assert len(chen.heard) == 1


async def test_not_done_goes_back_to_the_officer_with_the_reason(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await feeds_back(wang, number)
    await li.says(f"没办好 {number} 晚上还是黑的")
    await town.turn()
    assert wang.heard[-1] == f"【退回返工】{number} {LAMP}\n理由：晚上还是黑的。\n请在 3月5日 09:00 前办结。"


async def test_a_checkers_no_tells_the_citizen_that_it_is_done_again(town: Town, wang: Phone) -> None:
    chen, li = await town.officer("陈静", (Role.CHECKER, TOWN)), town.citizen("李")
    number = await reports(li)
    await feeds_back(wang, number)
    await chen.says(f"核查 {number} 不通过 照片里灯是灭的")
    await town.turn()
    assert li.heard[-1].startswith(f"您反映的“{LAMP}”（{number}）核查后认为还没有办好，已退回东村第一网格重新办理。")
    assert "理由：照片里灯是灭的。" in wang.heard[-1]


async def test_a_bad_rating_rings_the_officer_and_the_leader_and_the_second_lists_it(town: Town, wang: Phone) -> None:
    zhou = await town.officer("周敏", (Role.LEADER, TOWN))
    he = await town.officer("何志远", (Role.LEADER, CO), (Role.SUPERVISOR, CO))
    li = town.citizen("李")
    number = await reports(li)
    for head in ("重办", "挂牌督办"):
        await feeds_back(wang, number)
        await li.says(f"办好了 {number}")
        for word in ("差", "未解决", "灯还是一闪一闪"):
            await li.says(word)
        await town.turn()
        assert wang.heard[-1].startswith(f"【{head}】{number} {LAMP}，东村村口")
        assert "群众评价：差，未解决，“灯还是一闪一闪”。" in wang.heard[-1]
    assert len(zhou.heard_of("【重办】")) == 1
    assert len(zhou.heard_of("【挂牌督办】")) == len(he.heard_of("【挂牌督办】")) == 1


async def test_a_supplement_reaches_whoever_has_the_case(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await li.says(f"补充 {number} 是第三根杆子")
    await town.turn()
    assert wang.heard[-1] == f"【群众补充】{number} {LAMP}：“是第三根杆子”"


async def test_a_withdrawn_case_is_told_and_what_was_not_sent_yet_is_void(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await withdraws(li, f"{number}")
    await town.turn()
    assert wang.heard == [f"【撤销】{number} {LAMP}：群众已撤回，不用再办。"]
    assert li.heard == []


async def test_a_withdrawn_hazard_goes_on_without_another_word_to_its_reporter(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li, "楼道里有煤气味很重", "燃气泄漏与燃气管道破裂")
    await withdraws(li, f"{number}")
    await wang.says(f"进展 {number} 已关阀")
    await feeds_back(wang, number, "已关阀通风，换了软管")
    await town.turn()
    assert "【继续处理】" in "".join(wang.heard)
    assert li.heard == []


async def test_the_centre_is_told_who_should_accept_and_then_dispatch(town: Town, wang: Phone) -> None:
    wu = await town.officer("吴静", (Role.ACCEPTOR, DUTY))
    zheng = await town.officer("郑强", (Role.DISPATCHER, DUTY))
    li = town.citizen("李")
    number = await reports(li, "想问问怎么办老年证", "其他求助")
    await town.turn()
    assert wu.heard[0].startswith(f"【待受理】{number} 其他求助，东村村口")
    assert zheng.heard == wang.heard == []
    await wu.presses("受理")
    await town.turn()
    assert f"请发：派遣 {number} 姓名或单位" in zheng.heard[0]
    assert li.heard[0].startswith(f"您反映的“其他求助”（{number}）已受理，正在分派承办单位。")
    await zheng.presses("派给东村第一网格 王海")
    await town.turn()
    assert li.heard[1].startswith(f"您反映的“其他求助”（{number}）已交东村第一网格办理。我们会在 ")
    assert wang.heard[0].startswith(f"【新任务】{number}")


async def test_a_grid_without_an_officer_rings_the_dispatchers(town: Town) -> None:
    zheng = await town.officer("郑强", (Role.DISPATCHER, DUTY))
    li = town.citizen("李")
    await li.says("上报")
    for content in ("村口的路灯不亮了", LAMP, Location(pin(EMPTY_GRID), "东村村尾"), "0", "0", "确认"):
        await li.says(content)
    await town.turn()
    assert zheng.heard[0].startswith("【待派遣】YX260303-0001")


async def test_who_has_no_account_is_told_by_the_duty_room(town: Town) -> None:
    await town.person("王海", (Role.GRID_WORKER, GRID))
    zheng = await town.officer("郑强", (Role.DISPATCHER, DUTY))
    number = await reports(town.citizen("李"))
    await town.turn()
    assert zheng.heard[0].startswith("【代收】王海还没有绑定账号，收不到下面这条，请电话通知")
    assert f"【新任务】{number}" in zheng.heard[0]
    assert len(zheng.heard) == 1


async def test_where_nobody_can_be_told_the_log_says_so_by_ids_alone(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    person = await town.person("王海", (Role.GRID_WORKER, GRID))
    with caplog.at_level(logging.WARNING):
        number = await reports(town.citizen("李"))
    [record] = [one for one in caplog.records if one.message == "nobody can be told of an event"]
    assert vars(record)["case"] == number
    assert vars(record)["people"] == [person.id]
    assert "王海" not in caplog.text


async def test_a_department_is_told_as_a_whole_until_somebody_signs(town: Town, wang: Phone) -> None:
    zheng = await town.officer("郑强", (Role.ACCEPTOR, DUTY), (Role.DISPATCHER, DUTY))
    sun = await town.officer("孙立", (Role.HANDLER, "CGJ"))
    qian = await town.officer("钱进", (Role.HANDLER, "CGJ"))
    number = await reports(town.citizen("李"), "想问问怎么办老年证", "其他求助")
    await zheng.says(f"受理 {number}")
    await zheng.says(f"派遣 {number} 城市管理局")
    await town.turn()
    assert [one.heard[-1].splitlines()[0] for one in (sun, qian)] == [f"【新任务】{number} 其他求助，东村村口"] * 2
    await qian.says(f"签收 {number}")
    await town.citizen("李").says(f"补充 {number} 她八十岁了")
    await town.turn()
    assert "【群众补充】" in qian.heard[-1]
    assert "【群众补充】" not in sun.heard[-1]


async def test_the_one_who_acts_is_not_told_of_it(town: Town, wang: Phone) -> None:
    boss = await town.officer("周敏", (Role.ACCEPTOR, DUTY), (Role.DISPATCHER, DUTY))
    number = await reports(town.citizen("李"), "想问问怎么办老年证", "其他求助")
    await town.turn()
    await boss.says(f"受理 {number}")
    await town.turn()
    assert boss.heard_of("【待派遣】") == []


async def test_an_officer_who_reports_for_himself_gets_the_task_but_judges_nothing(town: Town, wang: Phone) -> None:
    number = await reports(wang)
    await feeds_back(wang, number)
    await town.turn()
    assert [text[:5] for text in wang.heard] == ["【新任务】"]
