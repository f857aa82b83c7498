"""What a number means: whatever was shown last, by an answer or by a message the bot sent."""

import pytest

from cases.people import Role
from cases.record import State
from dialogs.engine.messages import Choice, Kept, Reply
from tests.dialogs.ear import Ear
from tests.dialogs.talks import HERE, KIND, WHERE, asked_which, fed_back, feeds_back, offered, says
from tests.kit.phones import Phone
from tests.kit.town import GRID, Town, reports

RATING = "您对这次办理满意吗？"
WELCOME = "您好，这里是云溪县网格服务。"


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


async def test_a_message_after_the_menu_has_the_number(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await li.says("菜单")
    town.clock.advance(minutes=1)
    await feeds_back(town, wang, number)
    assert RATING in await li.says("1")


async def test_a_menu_after_the_message_has_the_number(town: Town, wang: Phone) -> None:
    li, _ = await fed_back(town, wang)
    await li.says("菜单")
    assert "什么问题" in await li.says("1")


async def test_an_answer_without_choices_leaves_the_number_to_the_message(town: Town, wang: Phone) -> None:
    li, number = await fed_back(town, wang)
    await li.says(f"补充 {number} 多谢师傅")
    assert RATING in await li.says("1")


async def test_a_message_that_waited_for_the_morning_has_the_number_then(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    town.clock.local(3, 22, 30)
    await says(wang, f"反馈 {number} 换了灯泡，晚上亮了", "0", "确认")
    town.clock.local(3, 23)
    await li.says("菜单")
    await town.until(4, 7, 30)
    assert "办好了吗？" in li.heard[-1]
    assert RATING in await li.says("1")


async def test_in_a_dialog_a_newer_message_makes_the_bot_ask(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await says(li, "上报 树倒在路上了")
    town.clock.advance(minutes=1)
    await feeds_back(town, wang, number)
    assert await li.says("1") == "您是回复刚才的通知，还是接着填写？"
    assert offered(li) == [f"办好了 {number}", "接着填写"]
    assert KIND in await li.chooses("接着填写")
    assert WHERE in await li.says("1")


async def test_in_a_dialog_the_newer_message_may_be_meant(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await li.says("上报 树倒在路上了")
    town.clock.advance(minutes=1)
    await feeds_back(town, wang, number)
    await li.says("1")
    assert RATING in await li.says("1")
    assert (await town.case(number)).state is State.CLOSED
    assert "已归档" in await says(li, "5", "1", "0")
    assert KIND in await li.says("继续")


async def test_in_a_dialog_an_older_message_does_not_catch_the_number(town: Town, wang: Phone) -> None:
    li, number = await fed_back(town, wang)
    assert KIND in await li.says("上报 树倒在路上了")
    assert WHERE in await li.says("1")
    assert (await town.case(number)).state is State.FEEDBACK


async def test_of_two_messages_it_is_asked_which(town: Town, wang: Phone) -> None:
    li, first = await fed_back(town, wang)
    _, second = await fed_back(town, wang)
    assert await li.says("1") == "您指的是哪一件？"
    assert offered(li) == [f"办好了 {first}", f"办好了 {second}"]
    assert f"案件 {second} 已办结" in await li.says("2")


@pytest.mark.parametrize("taken", ["办好了 {}", "没办好 {} 还是黑的", "办好了"])
async def test_a_message_that_was_answered_offers_nothing_more(town: Town, wang: Phone, taken: str) -> None:
    li, number = await fed_back(town, wang)
    await li.says(taken.format(number))
    await li.says("取消")
    await li.says("谢谢")
    assert (await li.says("1")).startswith(WELCOME)  # 菜单, which the last answer offers
    assert "我没看懂" in await li.says("没修好")


async def test_a_link_of_the_message_takes_it_as_well(town: Town, wang: Phone) -> None:
    li, _ = await fed_back(town, wang)
    assert RATING in await li.presses("办好了")
    await says(li, "取消", "告知书")
    assert (await li.says("1")).startswith("抱歉，我没看懂。")


@pytest.mark.parametrize("number", ["001", "0", "4", "99", "1000", "0001"])
def test_a_number_that_was_not_offered_chooses_nothing(number: str) -> None:
    li = Ear()
    li.says("菜单")
    assert not li.says(number).startswith("您好")
    assert li.running == ""


def test_numbers_are_read_in_any_writing() -> None:
    for number in ("1", "１", "①", "1.", "1。", " 1 ", "1、", "1)"):
        li = Ear()
        li.says("菜单")
        assert "什么问题" in li.says(number), number


def test_a_message_that_waits_offers_its_choices_in_words() -> None:
    li = Ear()
    li.kept = [Kept(7, "k", Reply("办好了吗？", (Choice("办好了", "办好了 0001"),)), None, li.now, sent=False)]
    assert li.says("谢谢").startswith("办好了吗？\n请回复“办好了 0001”。\n\n不客气！")
    assert li.choices == ["菜单"]


async def test_after_the_report_numbers_go_on_meaning_its_questions(town: Town, wang: Phone) -> None:
    li = await asked_which(town)
    await says(li, "帮助", "1", HERE, "0", "0")
    assert "编号" in await says(li, "查询", "1")
