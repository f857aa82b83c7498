"""What citizens ask of their own cases; other people's are not there."""

import pytest

from cases.people import Role
from cases.record import State
from tests.dialogs.talks import DONE, fed_back, feeds_back, offered, says
from tests.kit.phones import Phone
from tests.kit.town import GRID, LAMP, TOWN, Town, reports

UNKNOWN = "没有找到这个案件编号，请核对后再发一次，或发送“查询”查看。"
NONE_TO_CONFIRM = "没有等您确认的案件。要看进度，请回复“查询”。"
RATING = "您对这次办理满意吗？"


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


async def test_without_a_case_the_list_says_so(town: Town) -> None:
    li = town.citizen("李")
    assert await li.says("查询") == "您还没有上报过案件。"
    assert "什么问题" in await li.chooses("我要上报")


async def test_the_list_leads_to_one_cases_course(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    first, second = await reports(li), await reports(li)
    assert await li.says("查询") == (
        f"您上报的案件：\n3月3日 {second} {LAMP}：已交东村第一网格，等待签收\n"
        f"3月3日 {first} {LAMP}：已交东村第一网格，等待签收"
    )
    assert await li.says("2") == (
        f"案件 {first}：{LAMP}，东村村口\n现在：已交东村第一网格，等待签收\n答复期限：3月5日 12:00\n"
        "3月3日 09:00 您上报了\n3月3日 09:00 已受理\n3月3日 09:00 已分派承办单位"
    )


@pytest.mark.parametrize("words", ["{0}", "0001", "查询 0001", "查询0001", "查询 001", "查询：{0}。"])
async def test_a_number_or_its_last_digits_are_enough(town: Town, words: str) -> None:
    li = town.citizen("李")
    number = await reports(li)
    assert (await li.says(words.format(number))).startswith(f"案件 {number}：")


async def test_each_state_offers_what_can_be_done_now(town: Town, wang: Phone) -> None:
    chen = await town.officer("陈静", (Role.CHECKER, TOWN))
    li = town.citizen("李")
    number = await reports(li)
    await li.says(number)
    assert offered(li) == ["撤回这件", "催一催"]
    await feeds_back(town, wang, number)
    assert "承办人反馈：" + DONE in await li.says(number)
    assert offered(li) == ["办好了", "没有办好"]
    await chen.says(f"核查 {number} 通过")
    await li.says(number)
    assert RATING in await li.chooses("评价")
    assert "已归档" in await says(li, "5", "1", "0")
    assert "现在：已完成" in await li.says(number)
    assert offered(li) == ["又出现了"]


async def test_words_are_added_to_an_own_case(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    assert await town.citizen("李").says("补充 0001 灯杆也歪了") == f"已补充到案件 {number}，承办人会看到。"
    await town.turn()
    assert "灯杆也歪了" in wang.heard[-1]
    assert "要补充什么" in await town.citizen("李").says("补充 0001")


async def test_withdrawing_asks_first(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    assert "撤回以后不再办理，也不能恢复。确定撤回吗？" in await li.says(f"撤销 {number} 已经好了")
    for word in ("不撤回", "取消", "2", "算了"):
        assert await li.says(word) == "好的，没有撤回，案件照常办理。"
        assert (await town.case(number)).state is State.DISPATCHED
        await li.says(f"撤销 {number} 已经好了")
    assert await li.chooses("确定撤回") == f"案件 {number} 已撤回。"
    assert "现在：您已撤回" in await li.says(number)
    assert (await li.says(f"撤销 {number}")).startswith("案件现在是“您已撤回”，不能“撤销”。")


async def test_the_privacy_notice_is_there_when_asked_for(town: Town) -> None:
    assert (await town.citizen("李").says("告知书。")).startswith("【个人信息告知】\n由云溪县网格服务中心")


@pytest.mark.parametrize(
    "words", ["办好了", "办好了 {0}", "办好了0001", "办好了。", "1", "是", "修好了", "好的", "已经好了"]
)
async def test_it_is_done(town: Town, wang: Phone, words: str) -> None:
    li, number = await fed_back(town, wang)
    answer = await li.says(words.format(number))
    assert answer.startswith(f"谢谢确认，案件 {number} 已办结，请您评价。\n\n{RATING}")


@pytest.mark.parametrize("words", ["没办好", "没办好 {0}", "没有办好", "2", "没有", "还没有", "没有修好", "没好。"])
async def test_it_is_not_done_and_the_unit_reads_why(town: Town, wang: Phone, words: str) -> None:
    li, number = await fed_back(town, wang)
    assert await li.says(words.format(number)) == "哪里没有办好？请说一句，承办单位会看到。"
    assert await li.says("晚上还是黑的") == f"案件 {number} 已退回，请承办单位重新办理，有结果马上告诉您。"
    await town.turn()
    assert "晚上还是黑的" in wang.heard[-1]


@pytest.mark.parametrize("words", ["没办好 {0} 3楼没亮", "没办好 0001，3楼没亮", "没办好 3楼没亮", "没办好：3楼没亮"])
async def test_it_is_not_done_in_one_line(town: Town, wang: Phone, words: str) -> None:
    li, number = await fed_back(town, wang)
    assert "已退回" in await li.says(words.format(number))
    assert "退回返工：3楼没亮" in await li.says(number)


async def test_why_it_is_not_done_may_be_kept_for_later(town: Town, wang: Phone) -> None:
    li, number = await fed_back(town, wang)
    stopped = "好的，先不退回。办好了请回复“办好了”，没有办好请回复“没办好”。"
    assert await says(li, "没办好", "取消") == stopped
    assert (await town.case(number)).state is State.FEEDBACK


async def test_of_several_it_is_asked_which_and_the_words_go_with_it(town: Town, wang: Phone) -> None:
    li, first = await fed_back(town, wang)
    _, second = await fed_back(town, wang)
    assert await li.says("没办好 灯杆还歪着") == "是哪一件？"
    assert await li.says("2") == f"案件 {first} 已退回，请承办单位重新办理，有结果马上告诉您。"
    assert f"谢谢确认，案件 {second}" in await li.says("办好了")


async def test_with_nothing_to_confirm_it_says_so(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    for words in ("办好了", "没办好", "没办好 还是黑的"):
        assert await li.says(words) == NONE_TO_CONFIRM
    answer = await li.says(f"办好了 {number}")
    assert answer == "案件现在是“已交承办单位，等待签收”，不能“办好了”。回复“查询”看进度，或回复“人工”。"


async def test_words_that_may_be_about_the_case_or_a_new_one_are_asked_about(town: Town, wang: Phone) -> None:
    li, number = await fed_back(town, wang)
    assert await li.says("路灯还是不亮") == "“路灯还是不亮”说的是哪一件？"
    assert offered(li) == [f"没有办好（{number}）", "新的问题"]
    assert "已退回" in await li.says("1")
    assert "哪一类" in await li.says("路灯还是不亮")


async def test_words_about_a_new_one_begin_a_report(town: Town, wang: Phone) -> None:
    li, number = await fed_back(town, wang)
    await li.says("路灯还是不亮")
    assert "哪一类" in await li.chooses("新的问题")
    assert (await town.case(number)).state is State.FEEDBACK


async def test_the_same_case_is_asked_about_once_however_often_it_was_pushed(town: Town, wang: Phone) -> None:
    li, number = await fed_back(town, wang)
    await town.officer("陈静", (Role.CHECKER, TOWN))
    await town.citizen("陈静").says(f"核查 {number} 不通过 灯没亮")
    await feeds_back(town, wang, number)
    await li.says("路灯还是不亮")
    assert offered(li) == [f"没有办好（{number}）", "新的问题"]


@pytest.mark.parametrize(
    "command", ["查询 {}", "{}", "补充 {} 你好", "撤销 {}", "办好了 {}", "没办好 {} 不行", "评价 {}"]
)
async def test_other_peoples_cases_are_answered_like_unknown_ones(town: Town, command: str) -> None:
    number = await reports(town.citizen("李"))
    zhao = town.citizen("赵")
    for said in (number, "YX260303-9999", number[-4:], "9999"):
        assert await zhao.says(command.format(said)) == UNKNOWN
