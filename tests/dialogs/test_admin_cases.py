"""The centre's commands: what waits, accepting, dispatching, checking, and one case with all that happened to it."""

import pytest

from cases.people import Role
from cases.record import State
from dialogs.engine.messages import Left
from dialogs.phrases import line
from tests.kit.phones import Phone
from tests.kit.town import CO, DUTY, GRID, LAMP, OTHER_TOWN, TOWN, Town, reports, withdraws

ASKS = ("想问问怎么办老年证", "其他求助")


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


@pytest.fixture
async def wu(town: Town) -> Phone:
    """Accepts and dispatches in the duty room."""
    return await town.officer("吴静", (Role.ACCEPTOR, DUTY), (Role.DISPATCHER, DUTY))


async def feeds_back(officer: Phone, number: str) -> None:
    for said in (f"反馈 {number} 换了灯泡，晚上亮了", "0", "确认"):
        await officer.says(said)


async def test_what_waits_is_listed_with_its_next_step_and_done_by_a_number(town: Town, wu: Phone) -> None:
    number = await reports(town.citizen("李"), *ASKS)
    assert (await wu.says("待办")).splitlines()[:2] == ["等您处理的案件 1 件：", f"· {number} 其他求助，东村村口"]
    assert (await wu.says("1")).startswith(f"已受理 {number}。请派遣：派遣 {number} 姓名或单位")
    assert (await town.case(number)).state is State.ACCEPTED


async def test_accepting_offers_the_grids_officer_and_he_gets_it(town: Town, wang: Phone, wu: Phone) -> None:
    number = await reports(town.citizen("李"), *ASKS)
    await wu.says(f"受理 {number}")
    assert await wu.chooses("派给东村第一网格 王海") == f"已把 {number} 派给东村第一网格 王海。办结期限 3月10日 09:00。"
    assert (await town.case(number)).state is State.DISPATCHED


async def test_an_acceptor_who_does_not_dispatch_is_told_who_does(town: Town) -> None:
    acceptor = await town.officer("吴静", (Role.ACCEPTOR, DUTY))
    number = await reports(town.citizen("李"), *ASKS)
    assert await acceptor.says(f"受理 {number}") == f"已受理 {number}。派遣员会收到通知。"


async def test_dispatching_to_somebody_unknown_says_what_to_write(town: Town, wu: Phone) -> None:
    number = await reports(town.citizen("李"), *ASKS)
    await wu.says(f"受理 {number}")
    assert "没有叫“张三”的经办人或单位" in await wu.says(f"派遣 {number} 张三")
    assert "请这样写：派遣 <编号> <姓名或单位>" in await wu.says(f"派遣 {number}")
    assert (await town.case(number)).state is State.ACCEPTED


async def test_a_check_passes_or_goes_back_with_a_reason_and_nothing_else(town: Town, wang: Phone) -> None:
    chen = await town.officer("陈静", (Role.CHECKER, TOWN))
    number = await reports(town.citizen("李"))
    await feeds_back(wang, number)
    assert await chen.says(f"核查 {number} 也许") == f"请写“核查 {number} 通过”，或“核查 {number} 不通过 理由”。"
    assert "要写明理由" in await chen.says(f"核查 {number} 不通过")
    assert (await town.case(number)).state is State.FEEDBACK
    answer = await chen.says("照片里灯是灭的")
    assert answer == f"{number} 已退回东村第一网格返工。要求在 3月5日 09:00 前办结。"
    await feeds_back(wang, number)
    assert "核查通过，已办结" in await chen.says(f"核查 {number} 通过")
    assert (await town.case(number)).state is State.CLOSED


async def test_nobody_checks_their_own_work(town: Town) -> None:
    wang = await town.officer("王海", (Role.GRID_WORKER, GRID), (Role.CHECKER, TOWN))
    number = await reports(town.citizen("李"))
    await feeds_back(wang, number)
    assert "不能再核查" in await wang.says(f"核查 {number} 通过")
    assert (await town.case(number)).state is State.FEEDBACK


async def test_being_admin_lets_one_neither_accept_nor_dispatch_nor_check(town: Town) -> None:
    admin = await town.officer("周敏", (Role.ADMIN, CO))
    number = await reports(town.citizen("李"), *ASKS)
    for words in (f"受理 {number}", f"派遣 {number} 城市管理局", f"核查 {number} 通过"):
        await admin.says(words)
    assert (await town.case(number)).state is State.SUBMITTED


async def test_a_case_tells_staff_all_that_happened_in_plain_words(town: Town, wang: Phone) -> None:
    chen = await town.officer("陈静", (Role.CHECKER, TOWN))
    number = await reports(town.citizen("李"), photo=True)
    town.clock.advance(minutes=10)
    await wang.says(f"进展 {number} 师傅下午来")
    town.clock.advance(hours=1)
    await feeds_back(wang, number)
    lines = (await chen.says(f"案件 {number}")).splitlines()
    assert lines[:3] == [
        f"案件 {number}：已反馈（待核查）",
        f"类别：市政设施 / {LAMP}（P3）",
        "地点：东村第一网格，东村村口",
    ]
    assert lines[3].startswith("地图：https://apis.map.qq.com/")
    assert lines[4:7] == ["群众说：“村口的路灯不亮了”", "照片：1 张", "承办：东村第一网格 王海"]
    assert "督办：无" in lines
    assert lines[lines.index("经过：") + 1 :] == [
        "3月3日 09:00 群众 上报",
        "3月3日 09:00 系统 受理",
        "3月3日 09:00 系统 派遣给东村第一网格 王海",
        "3月3日 09:10 网格员王海 签收",
        "3月3日 09:10 网格员王海 进展：“师傅下午来”",
        "3月3日 10:10 网格员王海 反馈办结：“换了灯泡，晚上亮了”",
    ]
    assert [choice.words for choice in chen.reply.choices][:2] == [f"核查 {number} 通过", f"核查 {number} 不通过"]


async def test_the_ladder_stands_in_the_case_with_its_shares(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    await town.until(4, 16)
    answer = await wang.says(f"案件 {number}")
    assert "3月4日 09:00 系统 提醒（50%）" in answer
    assert "3月4日 15:48 系统 警示（80%）" in answer
    assert "督办：黄牌" in answer
    assert "时限灯：黄灯，还剩 3 小时" in answer


async def test_the_phone_number_is_for_the_handler_alone_and_only_while_the_case_is_open(
    town: Town, wang: Phone
) -> None:
    chen, li = await town.officer("陈静", (Role.CHECKER, TOWN)), town.citizen("李")
    await li.says("上报")
    for said in ("村口的路灯不亮了", LAMP, "东村第一网格", "0", "13900000000"):
        await li.says(said)
    number = (await li.says("确认")).partition("编号 ")[2].partition("。")[0]
    await li.says("不答了")
    assert "群众电话：13900000000" in await wang.says(f"案件 {number}")
    assert "139" not in await chen.says(f"案件 {number}")
    await town.turn()
    assert "139" not in "".join(wang.heard)
    await withdraws(li, number)
    assert "139" not in await wang.says(f"案件 {number}")


async def test_a_case_whose_reporter_left_tells_its_unit_and_what_staff_did(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await wang.says(f"进展 {number} 师傅下午来")
    await li.says(f"撤销 {number} 我自己修好了")
    await li.says("确定撤回")
    await li.says(Left())
    lines = (await wang.says(f"案件 {number}")).splitlines()
    assert "地点：东村第一网格" in lines
    assert "群众的原话已按规定删除。" in lines
    assert lines[-2:] == ["3月3日 09:00 网格员王海 进展：“师傅下午来”", "3月3日 09:00 群众 撤销"]
    assert f"{number} {LAMP}，东村第一网格" in line(await town.case(number), town.knowledge)


async def test_a_case_of_another_town_is_as_unknown_as_one_that_does_not_exist(town: Town, wang: Phone) -> None:
    stranger = await town.officer("方明", (Role.CHECKER, OTHER_TOWN))
    number = await reports(town.citizen("李"))
    assert await stranger.says(f"案件 {number}") == await stranger.says("案件 YX260303-0999")


async def test_a_citizen_has_none_of_the_staff_commands(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    for words in (f"案件 {number}", "待办", f"受理 {number}", f"核查 {number} 通过", "统计 今日", "人员 停用 王海"):
        assert "我没看懂" in await li.says(words), words


async def test_help_shows_each_role_its_own_commands(town: Town, wang: Phone, wu: Phone) -> None:
    assert "、签收、" in await wang.says("帮助")
    assert "、受理、" not in wang.reply.text
    assert await wang.says("帮助 签收") == "签收 [编号]：签收派给您的任务"
    assert "、受理、" in await wu.says("帮助")
    assert "、签收、" not in wu.reply.text
    assert "签收" not in await wu.says("帮助 签收")


async def test_the_menu_leads_staff_to_their_work(town: Town, wang: Phone, wu: Phone) -> None:
    await wang.says("菜单")
    assert await wang.chooses("我的任务") == "您手里现在没有要办的任务。有新任务会马上告诉您。"
    await wu.says("菜单")
    assert await wu.chooses("待办") == "没有等您处理的案件。"
