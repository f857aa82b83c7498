"""While a person of the duty room has the word: what is handed on, how it ends, and what is kept meanwhile."""

import pytest

from cases.people import Role
from tests.dialogs.talks import HERE, KIND, PHOTOS, WHERE, asked_where, asked_which, says
from tests.kit.phones import Phone
from tests.kit.town import CO, DUTY, Town

HANDED_ON = "已转给值班人员。（说完请回复“结束”，要上报问题请回复“上报”）"


@pytest.fixture
async def wu(town: Town) -> Phone:
    """On duty."""
    return await town.officer("吴静", (Role.ACCEPTOR, DUTY))


async def test_after_asking_for_a_person_in_a_dialog_words_and_numbers_reach_the_duty_room(
    town: Town, wu: Phone
) -> None:
    li = await asked_where(town)
    assert (await li.says("人工")).startswith("已转人工（R1）")
    for words in ("1", "谢谢", "东村", "村口的路灯也不亮了"):
        assert await li.says(words) == HANDED_ON
    await town.turn()
    assert wu.heard[-4:] == [f"【人工】R1 群众说：{words}" for words in ("1", "谢谢", "东村", "村口的路灯也不亮了")]


@pytest.mark.parametrize("end", ["结束", "结束。", "结束人工", "结束对话！"])
async def test_the_citizen_ends_it_and_goes_on_with_the_report(town: Town, wu: Phone, end: str) -> None:
    li = await asked_where(town)
    await li.says("人工")
    assert await li.says(end) == "好的，人工服务已结束。还有事随时找我，回复“菜单”看能做什么。"
    await town.turn()
    assert wu.heard[-1] == "【人工】R1 的群众已结束对话。"
    assert WHERE in await li.says("继续")


async def test_after_a_day_of_silence_the_bot_listens_again(town: Town, wu: Phone) -> None:
    li = town.citizen("李")
    await says(li, "人工", "那个表在哪里填")
    town.clock.advance(hours=23)
    assert await li.says("还在吗这里") == HANDED_ON
    town.clock.advance(hours=24)
    assert (await li.says("还在吗这里")).startswith("抱歉，我没看懂。")
    assert (await li.says("人工")).startswith("已转人工（R1）")


async def test_with_nobody_bound_an_admin_is_told_once(town: Town) -> None:
    zhou = await town.officer("周敏", (Role.ADMIN, CO))
    li = town.citizen("李")
    await says(li, "人工", "人工")
    assert (await li.says("那个表在哪里填")).startswith("已记下，有人值班就会看到。")
    await town.turn()
    assert len(zhou.heard_of("R1 有群众找人工，但值班室没有人绑定账号。")) == 1


async def test_a_report_is_heard_meanwhile_and_words_after_it_are_handed_on_again(town: Town, wu: Phone) -> None:
    li = town.citizen("李")
    await li.says("人工")
    assert KIND in await li.says("上报 路灯不亮了")
    await says(li, "1", HERE, "0", "0")
    assert "编号" in await li.says("确认")
    await li.says("不答了")
    assert await li.says("就是刚才那盏") == HANDED_ON


async def test_an_answer_from_the_duty_room_sets_the_open_report_aside(town: Town, wu: Phone) -> None:
    li = await asked_which(town)
    await says(li, "人工", "继续", "1")
    await wu.says("回复 R1 您好，是哪一盏")
    assert await li.says("就是路口那盏") == HANDED_ON
    assert WHERE in await li.says("继续")
    assert PHOTOS in await li.says(HERE)
