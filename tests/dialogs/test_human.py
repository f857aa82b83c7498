"""Asking for a person: the duty room hears it, words go both ways until the end, and at night it waits."""

import pytest

from cases.people import Role
from dialogs.engine.messages import Location, Photo, Video, Voice
from tests.kit.phones import Phone
from tests.kit.town import CO, DUTY, GRID, Town, pin, reports, withdraws


@pytest.fixture
async def wu(town: Town) -> Phone:
    """On duty."""
    return await town.officer("吴静", (Role.ACCEPTOR, DUTY))


HANDED_ON = "已转给值班人员。（说完请回复“结束”，要上报问题请回复“上报”）"


async def asks(town: Town, name: str = "李") -> Phone:
    """A citizen who has asked for a person."""
    phone = town.citizen(name)
    assert "已转人工（R" in await phone.says("人工")
    await town.turn()
    return phone


async def test_the_duty_room_hears_the_last_words_and_not_who_said_them(town: Town, wu: Phone) -> None:
    li = town.citizen("李")
    await li.says("你们那个表在哪里填呀")
    await asks(town)
    assert wu.heard == [
        "【人工】R1 有群众找值班人员。\n· 你们那个表在哪里填呀\n回复请发：回复 R1 内容；说完请发：结束 R1"
    ]


async def test_words_go_both_ways_until_the_end(town: Town, wu: Phone) -> None:
    li = await asks(town)
    assert "已发给 R1" in await wu.presses("我来回复")
    await town.turn()
    assert li.heard == ["值班人员：您好，我是值班人员，请问有什么可以帮您？"]
    assert await li.says("表在哪里填") == HANDED_ON
    await town.turn()
    assert wu.heard[-1] == "【人工】R1 群众说：表在哪里填"
    await wu.says("回复 R1 在一楼 大厅")
    await town.turn()
    assert li.heard[-1] == "值班人员：在一楼 大厅"
    assert await wu.says("结束") == "R1 已结束，已告诉对方。"
    await town.turn()
    assert "这次人工服务已结束" in li.heard[-1]
    assert "我没看懂" in await li.says("表在哪里填")
    assert await wu.says("回复 R1 还在吗") == "R1 已经结束了。要再联系，请写“回复 案件编号 内容”。"


async def test_the_duty_room_is_open_while_somebody_has_the_shift_and_says_when_the_next_one_begins(
    town: Town, wu: Phone
) -> None:
    admin = await town.officer("周敏", (Role.ADMIN, CO))
    await admin.says(f"排班 {DUTY} 吴静 3月3日至3月4日 18:00-8:00")
    town.clock.local(3, 22)
    assert (await town.citizen("李").says("人工")).startswith("已转人工（R1）")
    town.clock.local(4, 9)
    assert "现在没有人值班，值班人员 3月4日 18:00 在岗" in await town.citizen("赵").says("人工")


async def test_the_other_services_stay_open_meanwhile(town: Town, wu: Phone) -> None:
    li = await asks(town)
    assert "还没有上报过案件" in await li.says("查询")
    assert "请说说是什么问题？" in await li.says("上报")


async def test_asking_again_rings_nobody_twice(town: Town, wu: Phone) -> None:
    li = await asks(town)
    await li.says("人工")
    await town.turn()
    assert len(wu.heard) == 1


async def test_asking_again_reminds_whoever_has_taken_it(town: Town, wu: Phone) -> None:
    li = await asks(town)
    await wu.presses("我来回复")
    assert "已再次提醒" in await li.says("人工")
    await town.turn()
    assert wu.heard[-1] == "【人工】R1 的群众再次找您。"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (Location(pin(), "东村村口"), "［位置］东村村口 https://apis.map.qq.com/"),
        (Voice("v"), "［语音，没有识别出文字，请对方打字］"),
        (Voice("v", "路太黑了"), "路太黑了"),
        (Video("v"), "［视频，这里看不到，请对方发照片或打字］"),
        (Photo("p"), "［照片，随后发来］"),
    ],
)
async def test_whatever_the_citizen_sends_is_handed_on(
    town: Town, wu: Phone, content: Location | Voice | Video | Photo, words: str
) -> None:
    li = await asks(town)
    await li.says(content)
    await town.turn()
    assert wu.heard[-1].startswith(f"【人工】R1 群众说：{words}")
    assert wu.pictures == (1 if isinstance(content, Photo) else 0)


async def test_one_answers_and_the_others_are_told_who(town: Town, wu: Phone) -> None:
    zheng = await town.officer("郑强", (Role.DISPATCHER, DUTY))
    li = await asks(town)
    await wu.says("回复 R1 您好")
    assert await zheng.says("回复 R1 您好") == "R1 由吴静在回复，请与他联系。"
    assert "由吴静在回复" in await zheng.says("结束 R1")
    await li.says("谢谢您啦")
    await li.says("灯修好没有")
    await town.turn()
    assert zheng.heard_of("灯修好没有") == []
    assert len(wu.heard_of("灯修好没有")) == 1


async def test_when_the_holder_has_left_a_colleague_takes_it_anew(town: Town, wu: Phone) -> None:
    admin = await town.officer("周敏", (Role.ADMIN, CO), (Role.DISPATCHER, DUTY))
    li = await asks(town)
    await wu.says("回复 R1 您好")
    await admin.says("人员 停用 吴静")
    await li.says("还有人吗这里")
    await town.turn()
    assert "还有人吗这里" in admin.heard[-1]
    assert "已发给 R2" in await admin.says("回复 R1 我来接着说")


async def test_after_hours_the_citizen_hears_when_and_the_duty_room_rings_then(town: Town, wu: Phone) -> None:
    town.clock.local(3, 18, 30)
    li = town.citizen("李")
    answer = await li.says("人工")
    assert answer == (
        "现在没有人值班，值班人员 3月4日 08:00 在岗。您的请求已记下（R1），可以先把事情说清楚，上班后就回复您。"
        "说完请回复“结束”，要上报问题请回复“上报”。如有危险，请直接拨打 110、119、120。"
    )
    assert "3月4日 08:00 在岗后会看到" in await li.says("路灯坏了好几天")
    await town.turn()
    assert wu.heard == []
    town.clock.local(4, 8)
    await town.turn()
    assert [text.partition("\n")[0] for text in wu.heard] == [
        "【人工】R1 有群众找值班人员。",
        "【人工】R1 群众说：路灯坏了好几天",
    ]


async def test_with_nobody_bound_the_request_is_kept_for_the_list(town: Town) -> None:
    answer = await town.citizen("李").says("人工")
    assert answer.startswith("现在没有值班人员在线，您的请求已记下（R1），有人值班就回复您。")
    wu = await town.officer("吴静", (Role.ACCEPTOR, DUTY))
    assert await wu.says("待办") == "等人工回复的群众 1 位：R1（请发：回复 R1 内容）"
    await wu.says("回复 R1 您好")
    assert await wu.says("待办") == "没有等您处理的案件。"


async def test_the_duty_room_can_speak_first_to_a_cases_reporter(town: Town, wu: Phone) -> None:
    await town.officer("王海", (Role.GRID_WORKER, GRID))
    zhou = await town.officer("周敏", (Role.DISPATCHER, CO))
    li = town.citizen("李")
    number = await reports(li)
    assert "已发给 R1" in await zhou.says(f"回复 {number} 灯杆上有编号吗")
    await town.turn()
    assert li.heard == ["值班人员：灯杆上有编号吗"]
    assert await li.says("没看见有号") == HANDED_ON
    await town.turn()
    assert zhou.heard[-1] == "【人工】R1 群众说：没看见有号"
    assert wu.heard == []


async def test_a_withdrawn_hazards_reporter_is_left_in_peace(town: Town, wu: Phone) -> None:
    await town.officer("王海", (Role.GRID_WORKER, GRID))
    zhou = await town.officer("周敏", (Role.DISPATCHER, CO))
    li = town.citizen("李")
    number = await reports(li, "楼道里有煤气味很重", "燃气泄漏与燃气管道破裂")
    await withdraws(li, number)
    assert await zhou.says(f"回复 {number} 您好") == f"{number} 的上报人已撤回，不再打扰。"


async def test_a_colleague_who_asked_is_answered_by_name(town: Town, wu: Phone) -> None:
    wang = await town.officer("王海", (Role.GRID_WORKER, GRID))
    await wang.says("人工")
    assert "已发给 R1" in await wu.says("回复 王海 什么事")
    await town.turn()
    assert wang.heard == ["值班人员：什么事"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("回复 R9 您好", "没有 R9 这个请求。"),
        ("回复 张三 您好", "没有找到“张三”找人工的请求。"),
        ("回复 YX260303-0009 您好", "没有找到这个案件编号"),
        ("回复 R1", "还缺一项。请这样写：回复"),
        ("结束", "您没有正在回复的群众。"),
        ("结束 9", "没有 9 这个请求。"),
    ],
)
async def test_what_cannot_be_answered_says_why(town: Town, wu: Phone, words: str, answer: str) -> None:
    assert answer in await wu.says(words)


async def test_of_several_one_is_asked_which_to_end(town: Town, wu: Phone) -> None:
    for name in ("李", "赵"):
        await asks(town, name)
    for number in (1, 2):
        await wu.says(f"回复 R{number} 您好")
    assert await wu.says("结束") == "您正在回复 2 位群众，结束哪一位？"
    assert await wu.says("2") == "R2 已结束，已告诉对方。"
    assert await wu.says("结束 R2") == "R2 已经结束了。"


async def test_only_the_duty_room_answers(town: Town, wu: Phone) -> None:
    away = await town.officer("方明", (Role.ACCEPTOR, "990101001"))
    await asks(town)
    assert "人工回复由值班室负责" in await away.says("回复 R1 您好")
    assert "人工回复由值班室负责" in await away.says("结束 R1")


async def test_whoever_is_on_duty_is_sent_to_the_list_and_answers_no_own_request(town: Town, wu: Phone) -> None:
    assert "您就是值班人员" in await wu.says("人工")
    zhou = await town.officer("周敏", (Role.DISPATCHER, CO))
    await zhou.says("人工")
    assert await zhou.says("回复 R1 您好") == "这是您自己的请求，请等值班室的同事回复。"
