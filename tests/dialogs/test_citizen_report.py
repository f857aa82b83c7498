"""A citizen's report: in any order, changed and gone back on at will, and nothing that was said is lost."""

import pytest

from dialogs.engine.messages import Content, Photo, Text, Voice
from tests.dialogs.talks import (
    DARK,
    HERE,
    KIND,
    PHONE,
    PHOTOS,
    SURE,
    WHERE,
    asked_to_confirm,
    asked_what,
    asked_where,
    asked_which,
    offered,
    says,
)
from tests.kit.town import LAMP, Town

SUMMARY = f"请核对：\n{LAMP}，东村村口\n“{DARK}”\n照片 1 张；电话：13800000001\n确认提交吗？"
MOBILE = "13800000001"
LONG = "灯" * 10_000


@pytest.mark.parametrize(
    "said",
    [
        (Photo("p1"), DARK, "1", HERE, "0", MOBILE),
        (HERE, DARK, MOBILE, Photo("p1"), "1", "0"),
        (DARK, HERE, Photo("p1"), "1", "0", MOBILE),
        (DARK, "1", Photo("p1"), MOBILE, HERE, "0"),
        ("上报", MOBILE, Photo("p1"), HERE, DARK, "1", "0"),
        (Voice("v", DARK), "1", HERE, Photo("p1"), "0", MOBILE),
    ],
)
async def test_in_any_order_it_is_one_report(town: Town, said: tuple[Content | str, ...]) -> None:
    li = town.citizen("李")
    assert await says(li, *said) == SUMMARY
    assert "编号 YX260303-0001。" in await li.says("确认")
    case = await town.case("YX260303-0001")
    assert (case.description, case.place.words, case.reporter.phone) == (DARK, "东村村口", MOBILE)
    assert case.photos == ("toy:main:p1",)


async def test_what_comes_unasked_is_said_to_be_noted(town: Town) -> None:
    li = await asked_which(town)
    assert (await li.says(HERE)).startswith(f"位置已记下。\n{KIND}")
    assert (await li.says(MOBILE)).startswith(f"回电号码已记下。\n{KIND}")
    assert (await li.says(Photo("p1"))).startswith(f"收到 1 张照片。\n{KIND}")
    assert offered(li)[0] == LAMP


async def test_each_part_is_edited_by_its_number(town: Town) -> None:
    li = await asked_to_confirm(town)
    assert offered(li) == ["确认", "改描述", "改类别", "改地点", "改照片", "改电话"]
    assert "“灯杆倒在路边了”" in await says(li, "2", "灯杆倒在路边了")
    assert "请核对：\n垃圾满溢与道路不洁，" in await says(li, "3", "垃圾满溢与道路不洁")
    assert "，东村第二网格\n" in await says(li, "4", "东村第二网格")
    assert "照片 2 张" in await says(li, "5", Photo("p1"), Photo("p2"), "0")
    assert "电话：13800000001" in await says(li, "6", MOBILE)
    assert "编号" in await li.says("1")


@pytest.mark.parametrize("number", ["2", "3", "4", "5", "6"])
async def test_going_back_from_an_edit_leaves_the_old_answer(town: Town, number: str) -> None:
    li = town.citizen("李")
    await says(li, Photo("p1"), DARK, "1", HERE, "0", MOBILE)
    assert SURE not in await li.says(number)
    assert await li.says("返回") == SUMMARY


async def test_going_back_from_the_middle_of_an_edit_leaves_the_old_answer(town: Town) -> None:
    li = town.citizen("李")
    await says(li, Photo("p1"), DARK, "1", HERE, "0", MOBILE)
    assert await says(li, "3", "都不是", "5", "返回") == SUMMARY
    assert await says(li, "4", "柳河镇", "东村", "返回") == SUMMARY
    assert await says(li, "5", Photo("p2"), "返回") == SUMMARY


async def test_a_no_asks_what_to_change(town: Town) -> None:
    li = await asked_to_confirm(town)
    for no in ("不", "不是", "不用", "不对。"):
        assert (await li.says(no)).startswith("好的，先不提交。要改哪一项？")
        await li.says("继续")
    assert PHONE in await li.says("改电话")


async def test_one_goes_back_question_by_question_and_loses_no_photo(town: Town) -> None:
    li = town.citizen("李")
    await says(li, Photo("p1"), DARK, "1", HERE, "0", MOBILE)
    assert PHONE in await li.says("返回")
    assert "收到 1 张照片。还有就接着发" in await li.says("返回")
    assert WHERE in await li.says("返回")
    assert KIND in await li.says("返回")
    assert "什么问题" in await li.says("返回")
    assert (await li.says("返回")).startswith("已经是第一个问题了。")
    assert await says(li, DARK, "1", HERE, Photo("p1"), "0", MOBILE) == SUMMARY


async def test_the_tenth_photo_is_told(town: Town) -> None:
    li = await asked_where(town)
    await li.says(HERE)
    for index in range(8):
        assert f"收到 {index + 1} 张照片。" in await li.says(Photo(f"p{index}"))
    assert PHONE in await li.says(Photo("p8"))
    assert (await li.says(Photo("p9"))).startswith("最多 9 张，已经收满了，这张没有留下。")
    assert "照片 9 张" in await li.says("0")


async def test_a_photo_after_the_last_one_still_joins(town: Town) -> None:
    li = await asked_to_confirm(town)
    answer = await li.says(Photo("late"))
    assert answer.startswith("收到 1 张照片。\n请核对：")
    assert "照片 1 张" in answer


async def test_the_phone_is_left_out_or_asked_for_again(town: Town) -> None:
    li = await asked_where(town)
    await says(li, HERE, "0")
    assert (await li.says("138")).startswith("这不像一个电话号码。")
    assert "电话：未留" in await li.says("不留")


async def test_a_photo_where_words_are_asked_is_kept_and_the_question_stays(town: Town) -> None:
    li = await asked_what(town)
    assert (await li.says(Photo("p1"))).startswith("收到 1 张照片。\n请说说是什么问题？")
    assert (await li.says("灯")).startswith("请再说详细一点，至少 2 个字。\n请说说是什么问题？")


async def test_words_that_find_the_category_are_told_with_the_description(town: Town) -> None:
    li = await asked_what(town)
    await says(li, "村口晚上看不见路", "是路灯坏了好几盏", HERE, "0")
    assert "“村口晚上看不见路；是路灯坏了好几盏”" in await li.says("0")


async def test_a_categorys_own_name_adds_nothing_to_the_description(town: Town) -> None:
    li = await asked_which(town)
    await says(li, "都不是，选大类", "市政设施", LAMP, HERE, "0")
    assert f"“{DARK}”" in await li.says("0")


async def test_ten_thousand_characters_are_told_at_every_question(town: Town) -> None:
    li = await asked_what(town)
    assert (await li.says(LONG)).startswith("您写了 10000 个字，请精简到 500 个字以内再发一次。")
    await li.says(DARK)
    assert (await li.says(LONG)).startswith("说明加起来最多 500 个字，这一段放不下。")
    await li.says("1")
    assert (await li.says(LONG)).startswith("您写了 10000 个字，请精简到 200 个字以内再发一次。")
    await li.says(HERE)
    assert (await li.says(LONG)).startswith("请发送照片；没有照片请回复 0。")
    await li.says("0")
    assert (await li.says(LONG)).startswith("这不像一个电话号码。")
    await li.says("0")
    assert (await li.says(LONG)).startswith("回复 1 或“确认”提交")
    assert f"“{DARK}”" in await li.says("继续")


async def test_ten_thousand_characters_are_told_to_commands_and_by_those_who_hand_on(town: Town) -> None:
    li = town.citizen("李")
    assert "请精简到 500 个字" in await li.says(f"上报 {LONG}")
    assert "请精简到 500 个字" in await li.says(f"补充 0001 {LONG}")
    assert "不像案件编号" in await li.says(f"评价 {LONG}")
    assert "没有找到这个案件编号" in await li.says("查询 " + "1" * 10_000)
    await li.says("人工")
    assert await li.says(LONG) == "您写了 10000 个字，请精简到 500 个字以内再发一次。"


async def test_an_id_number_is_hidden_and_warned_of(town: Town) -> None:
    li = await asked_what(town)
    answer = await li.says("我是11010519491231002X，路灯不亮了")
    assert answer.startswith("您发的身份证号已隐去，请不要发送身份证号。")
    await says(li, "1", HERE, "0")
    assert "“我是［身份证号已隐去］，路灯不亮了”" in await li.says("0")


async def test_danger_in_the_middle_brings_the_line_first_and_the_question_stays(town: Town) -> None:
    li = await asked_where(town)
    answer = await li.says(Text("旁边着火了"))
    assert answer.startswith("如有危险，请先拨打 119，并离开危险处！")
    assert "哪个乡镇" in answer


@pytest.mark.parametrize("word", ["提交", "确认提交", "对的", "没错", "好滴", "嗯嗯", "①", "1。", "１", "是。", "OK"])
async def test_people_say_yes_in_many_ways(town: Town, word: str) -> None:
    li = await asked_to_confirm(town)
    assert "编号 YX260303-0001。" in await li.says(word)


async def test_photos_are_asked_for_once_the_place_is_known(town: Town) -> None:
    li = await asked_where(town)
    assert (await li.says(HERE)).startswith(PHOTOS)
    assert (await li.says("一会儿再发")).startswith("请发送照片；没有照片请回复 0。")
