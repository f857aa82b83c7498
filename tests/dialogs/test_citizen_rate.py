"""The rating of a closure: a grade, whether it is solved, and words; once, by whoever reported."""

import pytest

from cases.people import Role
from cases.record import State
from dialogs.engine.messages import Photo
from tests.dialogs.talks import fed_back, offered, says
from tests.kit.phones import Phone
from tests.kit.town import GRID, Town, reports

GRADE, SOLVED, WORDS = "您对这次办理满意吗？5 分最好，1 分最差。", "问题解决了吗？", "还有什么想说的？没有请回复 0。"
THANKS = "谢谢您的评价，案件 {} 已归档。如有反复，请重新上报，或回复“人工”。"
SORRY = "抱歉没有让您满意。案件 {} 已重新办理，我们会再答复您。"


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


@pytest.fixture
async def number(town: Town, wang: Phone) -> str:
    """A case that 李 has confirmed but not rated."""
    return await closed(town, wang)


async def closed(town: Town, wang: Phone) -> str:
    li, number = await fed_back(town, wang)
    assert GRADE in await li.says("办好了")
    assert await li.says("取消") == "好的，先不评价。要评价时请回复“评价”。"
    return number


@pytest.mark.parametrize(
    ("grade", "solved", "kept"),
    [
        ("5", "1", 5), ("4", "2", 4), ("3", "部分解决", 3), ("５", "1。", 5), ("5分", "解决了", 5), ("三分", "1", 3),
        ("满意", "是", 4), ("非常满意！", "已解决", 5), ("还可以", "部分解决", 3),
    ],
)  # fmt: skip
async def test_a_number_is_the_grade_and_so_is_what_people_call_it(
    town: Town, number: str, grade: str, solved: str, kept: int
) -> None:
    li = town.citizen("李")
    assert GRADE in await li.says("评价")
    assert offered(li) == ["很差", "差", "一般", "好", "很好"]
    assert await li.says(grade) == SOLVED
    assert await li.says(solved) == WORDS
    assert await li.says("没有") == THANKS.format(number)
    case = await town.case(number)
    assert (case.state, case.grade) == (State.ARCHIVED, kept)


@pytest.mark.parametrize(
    ("grade", "solved"), [("1", "1"), ("2分", "2"), ("不满意", "没有"), ("5", "未解决"), ("很差", "3")]
)
async def test_a_bad_one_opens_the_case_again(town: Town, number: str, grade: str, solved: str) -> None:
    assert await says(town.citizen("李"), "评价", grade, solved, "灯还闪") == SORRY.format(number)
    assert (await town.case(number)).state is State.DISPATCHED


async def test_the_second_bad_one_is_listed(town: Town, wang: Phone, number: str) -> None:
    li = town.citizen("李")
    await says(li, "评价", "1", "3", "0")
    await says(wang, f"反馈 {number} 又换了线路", "0", "确认")
    await says(li, "办好了", "1", "3")
    assert await li.says("0") == f"抱歉没有让您满意。案件 {number} 已挂牌督办，由分管领导盯办，我们会再答复您。"


async def test_nobody_rates_twice(town: Town, number: str) -> None:
    li = town.citizen("李")
    await says(li, "评价", "5", "1", "0")
    assert await li.says("评价") == "没有等您评价的案件。要看进度，请回复“查询”。"
    assert await li.says(f"评价 {number}") == "案件现在是“已完成”，不能“评价”。回复“查询”看进度，或回复“人工”。"


async def test_nobody_rates_what_is_not_closed(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    assert (await li.says(f"评价 {number}")).startswith("案件现在是“已交承办单位，等待签收”，不能“评价”。")


async def test_of_several_it_is_asked_which(town: Town, wang: Phone, number: str) -> None:
    second = await closed(town, wang)
    li = town.citizen("李")
    assert await li.says("评价") == "是哪一件？"
    assert (await li.says("2")).startswith(f"案件 {number}：")
    assert await says(li, "5", "1", "0") == THANKS.format(number)
    assert (await li.says("评价")).startswith(f"案件 {second}：")


async def test_words_reach_the_officer_and_nothing_is_no_words(town: Town, wang: Phone, number: str) -> None:
    li = town.citizen("李")
    await says(li, "评价", "很好", "1")
    assert (await li.says("好" * 10_000)).startswith("您写了 10000 个字，请精简到 500 个字以内再发一次。")
    assert (await li.says(Photo("p"))).startswith("这里需要文字，请打字说明。")
    await li.says("师傅辛苦了")
    await town.turn()
    assert wang.heard[-1].endswith("很好，已解决，“师傅辛苦了”，已归档。")


async def test_what_is_no_grade_is_asked_for_again(town: Town, number: str) -> None:
    li = town.citizen("李")
    await li.says("评价")
    assert (await li.says("6")).startswith("请回复 1 到 5 中的一个数字。")
    assert (await li.says("没有")).startswith("请回复 1 到 5 中的一个数字。")
    assert offered(li)[-2:] == ["转人工", "取消"]
    assert await says(li, "2", "返回") == GRADE
    assert (await li.says("返回")).startswith("已经是第一个问题了。")
