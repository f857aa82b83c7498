"""Officers: tasks, signing and progress, by typing and by pressing."""

from cases.people import Role
from cases.record import State
from tests.kit.phones import Phone
from tests.kit.town import GAS, GRID, TOWN, Town, reports


async def wang_of(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


async def test_a_task_is_signed_with_one_press_of_its_push(town: Town) -> None:
    wang = await wang_of(town)
    number = await reports(town.citizen("李"))
    await town.turn()
    assert await wang.presses("签收") == f"已签收 {number}。请在 3月5日 09:00 前办结。"
    assert (await town.case(number)).state is State.IN_PROGRESS
    assert [choice.words for choice in wang.reply.choices] == [f"反馈 {number}", f"任务 {number}"]


async def test_tasks_stand_in_the_order_in_which_their_limits_end(town: Town) -> None:
    wang = await wang_of(town)
    lamp = await reports(town.citizen("李"))
    town.clock.advance(minutes=30)
    gas = await reports(town.citizen("赵"), "楼道里有煤气味很重", GAS)
    await wang.says(f"签收 {lamp}")
    lines = (await wang.says("我的任务")).splitlines()
    assert lines == [
        "您有 2 件任务：",
        f"· {gas} {GAS}，东村村口",
        "　已派遣（待签收），正常，还剩 1 小时（3月3日 10:30 到期）",
        f"· {lamp} 路灯不亮与灯杆倾斜，东村村口",
        "　办理中，正常，还剩 1 个工作日 7 小时（3月5日 09:00 到期）",
    ]
    assert [choice.words for choice in wang.reply.choices] == [f"签收 {gas}", f"任务 {lamp}"]


async def test_signing_needs_no_number_when_one_task_waits(town: Town) -> None:
    wang = await wang_of(town)
    number = await reports(town.citizen("李"))
    assert (await wang.says("签收")).startswith(f"已签收 {number}。")
    assert await wang.says("签收") == "没有等您签收的任务。发送“我的任务”查看手里的任务。"


async def test_signing_without_a_number_asks_which_of_several(town: Town) -> None:
    wang = await wang_of(town)
    first, second = await reports(town.citizen("李")), await reports(town.citizen("赵"))
    assert await wang.says("签收") == "有 2 件任务等您签收，签收哪一件？"
    assert (await wang.says("2")).startswith(f"已签收 {second}。")
    assert (await wang.says("签收")).startswith(f"已签收 {first}。")


async def test_the_last_digits_are_number_enough(town: Town) -> None:
    wang = await wang_of(town)
    number = await reports(town.citizen("李"))
    assert f"已签收 {number}" in await wang.says("签收 0001")


async def test_a_task_of_another_officer_is_not_there(town: Town) -> None:
    await wang_of(town)
    chen = await town.officer("陈刚", (Role.GRID_WORKER, "990101002"))
    number = await reports(town.citizen("李"))
    assert "没有找到这个案件编号" in await chen.says(f"签收 {number}")
    assert (await town.case(number)).state is State.DISPATCHED


async def test_progress_reaches_the_citizen_and_signs_what_was_not_signed(town: Town) -> None:
    wang, li = await wang_of(town), town.citizen("李")
    number = await reports(li)
    answer = await wang.says(f"进展 {number} 师傅下午来换灯泡。")
    assert answer == f"已同时签收。{number} 的进展已告诉群众。请在 3月5日 09:00 前办结。"
    await town.turn()
    assert li.heard == [f"您反映的“路灯不亮与灯杆倾斜”（{number}）有进展：师傅下午来换灯泡。"]
    assert (await wang.says(f"进展 {number} 灯泡买到了")).startswith(f"{number} 的进展已告诉群众。")


async def test_progress_without_words_says_how_to_write_it(town: Town) -> None:
    wang = await wang_of(town)
    number = await reports(town.citizen("李"))
    assert await wang.says(f"进展 {number}") == "还缺一项。请这样写：进展 <编号> <情况>"


async def test_late_signing_is_said_to_be_late_only_when_it_is(town: Town) -> None:
    wang, chen = await wang_of(town), await town.officer("陈刚", (Role.LEADER, TOWN))
    number = await reports(town.citizen("李"))
    await town.until(3, 11)
    assert any("自动签收" in text for text in wang.heard)
    assert any(f"【签收逾期】{number}" in text for text in chen.heard)
    assert "不能“签收”" in await wang.says(f"签收 {number}")


async def test_what_is_fed_back_is_no_task_any_more_but_is_counted(town: Town) -> None:
    wang = await wang_of(town)
    number = await reports(town.citizen("李"))
    for words in (f"反馈 {number} 换了灯泡，亮了", "0", "确认"):
        await wang.says(words)
    assert await wang.says("我的任务") == "您手里现在没有要办的任务。有 1 件已反馈，等核查。有新任务会马上告诉您。"


async def test_a_citizen_has_no_tasks_and_no_such_command(town: Town) -> None:
    assert "我没看懂" in await town.citizen("李").says("我的任务")


async def test_only_the_most_pressing_tasks_are_listed(town: Town) -> None:
    wang = await wang_of(town)
    for number in range(7):
        await reports(town.citizen(f"李{number}"))
    answer = await wang.says("我的任务")
    assert answer.startswith("您有 7 件任务：")
    assert answer.endswith("还有 2 件，办完前面的再发“我的任务”。")
    assert len(wang.reply.choices) == 5
