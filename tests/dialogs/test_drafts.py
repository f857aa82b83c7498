"""What was filled in and not sent: kept for a day, offered again, and never in the way."""

import pytest

from bot.intake import Intake
from cases.people import Role
from dialogs.engine.messages import Photo
from dialogs.engine.reception import Reception
from dialogs.notices import tell
from dialogs.programme import programme
from tests.dialogs.ear import Ear
from tests.dialogs.talks import DARK, HERE, KIND, PHOTOS, WHERE, asked_where, asked_which, fed_back, offered, says
from tests.kit.town import GRID, RULES, Town

STOPPED = "好的，已停下，没有提交。24 小时内回复“继续”可以接着填。"
GOES_ON = "好的，接着上次的填。\n"
STILL_THERE = "上次没填完的还留着，回复“继续”可以接着填。\n"
LAPSED = "上次的填写已超过 24 小时，没有保留，请重新填写。"
NOTHING_OPEN = "现在没有正在填写的内容。要做什么，请回复“菜单”。"


@pytest.mark.parametrize("left_by", ["取消", "菜单", "人工", "转人工。"])
async def test_leaving_keeps_it(town: Town, left_by: str) -> None:
    li = await asked_where(town)
    await li.says(left_by)
    assert (await li.says("继续")).startswith(GOES_ON + WHERE)
    assert PHOTOS in await li.says(HERE)


async def test_cancelling_says_so_and_offers_to_go_on(town: Town) -> None:
    li = await asked_where(town)
    assert await li.says("取消") == STOPPED
    assert WHERE in await li.chooses("继续填写")
    await li.says("取消")
    assert await li.says("取消") == NOTHING_OPEN
    assert WHERE in await li.says("继续填写")


async def test_the_menu_offers_it(town: Town) -> None:
    li = await asked_where(town)
    assert "您有一份没填完的“我要上报”。继续上次的填写？" in await li.says("菜单")
    assert WHERE in await li.says("1")


async def test_the_opening_word_asks_which(town: Town) -> None:
    li = await asked_where(town)
    assert await says(li, "取消", "上报") == "继续上次的填写？"
    assert offered(li) == ["继续填写", "重新填写"]
    assert (await li.says("2")).startswith("请说说是什么问题？")
    assert await says(li, "取消", "继续") == NOTHING_OPEN


async def test_with_nothing_to_go_on_with_it_says_so(town: Town) -> None:
    assert await town.citizen("李").says("继续") == NOTHING_OPEN


async def test_going_on_while_it_is_open_asks_its_question_again(town: Town) -> None:
    li = await asked_where(town)
    assert (await li.says("继续")).startswith(WHERE)


async def test_beginning_anew_in_the_middle_loses_nothing(town: Town) -> None:
    li = await asked_where(town)
    assert (await li.says("重新填写")).startswith(STILL_THERE + "请说说是什么问题？")
    assert WHERE in await says(li, "取消", "继续")


@pytest.mark.parametrize("content", [Photo("p1"), HERE, "上报 垃圾没人收", "垃圾没人收"])
async def test_something_new_begins_a_report_and_says_that_the_old_one_is_there(
    town: Town, content: str | Photo
) -> None:
    li = await asked_where(town)
    await li.says("取消")
    assert (await li.says(content)).startswith(STILL_THERE)
    await li.says("菜单")
    await li.says("继续")
    assert "YX" not in await says(li, "取消", "查询")


async def test_of_several_the_newest_goes_on_first(town: Town) -> None:
    li = await asked_which(town)
    for words in ("上报 垃圾没人收", "上报 水管爆了"):
        await says(li, "取消", words)
    await says(li, "取消", "继续")
    assert offered(li)[0] == "供水管道破裂漏水"
    await says(li, "1", HERE, "0", "0", "确认", "不答了", "继续")
    assert offered(li)[0] == "垃圾满溢与道路不洁"
    await says(li, "1", HERE, "0", "0", "确认", "不答了", "继续")
    assert offered(li)[0] == "路灯不亮与灯杆倾斜"


async def test_an_answer_to_a_message_in_the_middle_keeps_the_report(town: Town) -> None:
    wang = await town.officer("王海", (Role.GRID_WORKER, GRID))
    li, number = await fed_back(town, wang)
    await li.says("上报 树倒在路上了")
    assert f"谢谢确认，案件 {number} 已办结" in await li.says("办好了")
    assert "已归档" in await says(li, "5", "1", "0")
    assert KIND in await li.says("继续")


async def test_after_a_day_it_is_gone_and_going_on_says_so(town: Town) -> None:
    li = await asked_where(town)
    await li.says("取消")
    town.clock.advance(hours=23, minutes=59)
    assert WHERE in await says(li, "继续")
    town.clock.advance(hours=24)
    assert await li.says("继续") == LAPSED
    assert await li.says("继续") == NOTHING_OPEN


async def test_an_answer_after_a_day_is_told_that_it_comes_too_late(town: Town) -> None:
    li = await asked_where(town)
    town.clock.advance(hours=24)
    assert (await li.says("1")).startswith(LAPSED)


async def restarts(town: Town) -> None:
    """Another reception behind another door, over the same store."""

    async def fails(key: str, kind: str) -> None:
        raise AssertionError(key, kind)

    await town.intake.drain()
    reception = Reception(programme(RULES), town.knowledge, tell)
    town.intake = Intake(town.store, reception, on_fault=fails, at_once=1)


async def test_a_restart_changes_nothing(town: Town) -> None:
    li = await asked_where(town)
    await restarts(town)
    assert PHOTOS in await li.says(HERE)
    await li.says("取消")
    await restarts(town)
    assert PHOTOS in await li.says("继续")


def test_a_draft_of_a_dialog_that_is_gone_is_passed_over() -> None:
    li = Ear()
    at = li.now.isoformat()
    gone = {"dialog": "gone", "answers": {"a": 1}, "at": at}
    li.remembers({"drafts": [gone, {"dialog": "report", "answers": {"description": DARK}, "at": at}]})
    assert "没填完的“我要上报”" in li.says("菜单")
    assert KIND in li.says("继续")


def test_an_open_dialog_that_is_gone_leaves_the_way_free() -> None:
    for words, answer in (
        ("返回", "已经在最外面了"),
        ("取消", NOTHING_OPEN),
        ("继续", NOTHING_OPEN),
        ("谢谢", "不客气"),
    ):
        li = Ear()
        li.keeps("gone", {"a": 1})
        assert li.says(words).startswith(answer)


@pytest.mark.parametrize("dialog", ["extra", "rate", "not_done", "withdraw"])
def test_a_dialog_that_follows_a_command_is_not_begun_anew_without_it(dialog: str) -> None:
    li = Ear()
    li.remembers({"drafts": [{"dialog": dialog, "answers": {"case": "YX260303-0001"}, "at": li.now.isoformat()}]})
    assert "我没看懂" in li.says("重新填写")
    assert li.wish is None
