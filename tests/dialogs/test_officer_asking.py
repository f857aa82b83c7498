"""What a handler asks for: a return, more time, another category or place; in one line and step by step."""

import pytest

from cases.people import Role
from cases.record import State
from dialogs.engine.messages import Location
from tests.dialogs.crew import wang_of, wu_of
from tests.dialogs.talks import offered, says
from tests.kit.phones import Phone
from tests.kit.town import DUTY, EMPTY_GRID, GRID, LAMP, LIGHTS, Town, pin, reports


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await wang_of(town)


async def test_a_return_in_one_line_names_the_reason_and_whose_it_is(town: Town, wang: Phone) -> None:
    wu, number = await wu_of(town), await reports(town.citizen("李"))
    answer = await wang.says(f"退单 {number} 灯杆归市政管，建议城市管理局")
    assert answer == f"已申请退单 {number}，建议由城市管理局办理，等派遣员决定，结果马上告诉您。这段时间时限不停。"
    case = await town.case(number)
    assert case.state is State.RETURN_REVIEW
    assert case.overlay.returned_by == (GRID,)
    await town.turn()
    assert any("灯杆归市政管" in text and "城市管理局" in text for text in wu.heard)


async def test_a_return_is_asked_for_step_by_step_with_reasons_and_units_to_choose(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    asked = await wang.says("退单")
    assert asked == f"退单 {number} {LAMP}，东村村口。\n\n为什么退？回复数字，或用自己的话写。"
    assert offered(wang)[1] == "不是我们的职责"
    assert "哪个单位" in await wang.says("2")
    assert offered(wang) == ["城市管理局", "说不清"]
    assert "建议由城市管理局办理" in await wang.says("1")
    events = await timeline(town, number)
    assert [(event.words, event.facts["suggested"]) for event in events if event.action == "ask_return"] == [
        ("不是我们的职责", LIGHTS)
    ]


async def test_a_return_for_which_nobody_knows_a_unit_says_so(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    assert "已申请退单" in await says(wang, f"退单 {number} 找不到这盏灯", "说不清")
    case = await town.case(number)
    assert case.overlay.ownerless


async def test_a_dispatcher_decides_with_the_same_word(town: Town, wang: Phone) -> None:
    wu = await wu_of(town)
    await town.person("韩磊", (Role.HANDLER, LIGHTS))
    first, second = await reports(town.citizen("李")), await reports(town.citizen("赵"))
    for number in (first, second):
        await says(wang, f"退单 {number} 不归我们，应由城市管理局办理")
    assert "已同意退单" in await wu.says(f"退单 {first} 同意 确实归市政")
    assert "已不同意退单" in await wu.says(f"退单 {second} 不同意 就在您的网格")
    assert (await town.case(first)).state is State.ACCEPTED
    assert (await town.case(second)).state is State.IN_PROGRESS


async def test_a_signed_task_is_not_returned_and_says_what_to_do_instead(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    assert "不能退单" in await wang.says(f"退单 {number} 不归我们，建议城市管理局")
    assert (await town.case(number)).state is State.IN_PROGRESS


async def test_more_time_is_asked_for_in_one_line(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    answer = await wang.says(f"延期 {number} 2天 等灯泡到货")
    assert answer == (f"已申请把 {number} 延期 2 个工作日，等派遣员决定。没有同意以前，仍要在 3月5日 09:00 前办结。")
    assert [one.action for one in (await town.case(number)).overlay.proposals] == ["approve_extend"]


async def test_days_may_stand_alone_and_a_number_that_is_part_of_the_reason_is_none(town: Town, wang: Phone) -> None:
    first, second = await reports(town.citizen("李")), await reports(town.citizen("赵"))
    for number in (first, second):
        await wang.says(f"签收 {number}")
    assert "要延几个工作日" in await wang.says(f"延期 {first} 3号杆的灯头没到货")
    assert f"已申请把 {first} 延期 1 个工作日" in await wang.says("1")
    assert f"已申请把 {second} 延期 2 个工作日" in await wang.says("延期 2 灯头没到货")


async def test_more_time_is_asked_for_step_by_step_and_granted(town: Town, wang: Phone) -> None:
    wu, li = await wu_of(town), town.citizen("李")
    number = await reports(li)
    await wang.says(f"签收 {number}")
    assert "要延几个工作日" in await wang.says("延期")
    assert offered(wang)[:2] == ["1 天", "2 天"]
    assert "为什么" in await wang.says("1")
    assert "延期 1 个工作日" in await wang.says("等配件或材料")
    assert "已同意延期" in await wu.says(f"延期 {number} 同意")
    case = await town.case(number)
    assert case.handle_due_at is not None
    assert (case.handle_due_at - case.submitted_at).days == 3
    await town.turn()
    assert any("等配件或材料" in text for text in li.heard)


async def test_refused_time_leaves_the_limit_as_it_was(town: Town, wang: Phone) -> None:
    wu, number = await wu_of(town), await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    due = (await town.case(number)).handle_due_at
    await wang.says(f"延期 {number} 1天 等灯泡")
    assert "已不同意延期" in await wu.says(f"延期 {number} 不同意 仓库有货")
    assert (await town.case(number)).handle_due_at == due


async def test_another_category_is_proposed_by_a_worker_and_agreed_to_by_the_office(town: Town, wang: Phone) -> None:
    wu, number = await wu_of(town), await reports(town.citizen("李"))
    assert "已提议" in await wang.says(f"改类 {number} 道路与人行道破损")
    case = await town.case(number)
    assert (case.category, [one.action for one in case.overlay.proposals]) == ("0502", ["correct_category"])
    assert "已同意" in await wu.says(f"改类 {number} 同意")
    assert (await town.case(number)).category == "0503"


async def test_the_office_sets_a_category_at_once_by_its_menu(town: Town, wang: Phone) -> None:
    wu, number = await wu_of(town), await reports(town.citizen("李"))
    assert "应该是哪一类" in await wu.says(f"改类 {number}")
    await wu.says("市政设施")
    assert f"{number} 的类别改为“道路与人行道破损”" in await wu.says("道路与人行道破损")
    assert (await town.case(number)).category == "0503"


async def test_words_that_suggest_several_categories_are_narrowed_down(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    assert "应该是哪一类" in await wang.says(f"改类 {number} 市政设施")
    assert "道路与人行道破损" in offered(wang)
    assert "已提议" in await wang.says("道路与人行道破损")


async def test_another_place_is_proposed_with_a_pin_and_declined(town: Town, wang: Phone) -> None:
    wu, number = await wu_of(town), await reports(town.citizen("李"))
    assert "在哪里" in await wang.says(f"改位置 {number}")
    answer = await wang.says(Location(pin(EMPTY_GRID), "东村西头"))
    assert "已提议" in answer
    assert "东村第二网格" in answer
    assert "已不同意" in await wu.says(f"改位置 {number} 不同意 现场核对过")
    case = await town.case(number)
    assert (case.place.unit, case.overlay.proposals) == (GRID, ())


async def test_a_place_that_is_named_is_set_at_once_by_the_office(town: Town, wang: Phone) -> None:
    wu, number = await wu_of(town), await reports(town.citizen("李"))
    assert "位置改为“东村第二网格”" in await wu.says(f"改位置 {number} 东村第二网格")
    case = await town.case(number)
    assert (case.place.unit, case.place.pin) == (EMPTY_GRID, pin())


async def test_one_may_stop_halfway_and_nothing_has_happened(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    before = await town.case(number)
    assert await says(wang, "退单", "1", "取消") == "好的，没有退单，任务还在您手里。"
    assert await town.case(number) == before


async def test_of_several_tasks_it_asks_which_and_keeps_the_words(town: Town, wang: Phone) -> None:
    first, second = await reports(town.citizen("李")), await reports(town.citizen("赵"))
    assert await wang.says("退单 不归我们，建议城市管理局") == "退单哪一件？"
    assert f"已申请退单 {second}" in await wang.says("2")
    assert (await town.case(first)).state is State.DISPATCHED


async def test_with_nothing_in_hand_it_says_so(town: Town, wang: Phone) -> None:
    for word in ("退单", "延期", "改类", "改位置", "要求补充", "转办", "协办", "转调解"):
        assert f"没有可以“{word}”的任务" in await wang.says(word)


async def test_only_those_who_may_know_these_words(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    chen = await town.officer("陈静", (Role.CHECKER, DUTY))
    for word in ("退单", "延期", "改类", "改位置"):
        assert "我没看懂" in await chen.says(f"{word} {number} 理由")


async def test_the_reporter_is_asked_and_answers_and_it_goes_on(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await wang.says(f"签收 {number}")
    answer = await wang.says(f"要求补充 {number} 灯杆编号是多少？什么颜色的杆子？")
    assert f"已请 {number} 的上报人补充" in answer
    assert (await town.case(number)).state is State.NEED_INFO
    await town.turn()
    assert any("灯杆编号是多少？" in text for text in li.heard)
    assert "灯杆编号是多少？\n什么颜色的杆子？" in await li.says(number)
    assert await li.says("补充 12 号，绿色的") == f"谢谢，补充已收到，案件 {number} 继续办理。"
    assert (await town.case(number)).state is State.IN_PROGRESS
    await town.turn()
    assert any("12 号，绿色的" in text for text in wang.heard)


async def test_questions_are_asked_for_step_by_step_and_once_only(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await wang.says(f"签收 {number}")
    assert "要问上报人什么" in await wang.says("要求补充")
    assert f"已请 {number}" in await wang.says("灯杆编号；哪一侧")
    assert "灯杆编号\n哪一侧" in await li.says(f"补充 {number}")
    assert "照片" in await li.says("12号，东侧")
    assert "补充已收到" in await li.says("0")
    assert "已经要求补充过" in await wang.says(f"要求补充 {number} 还有吗？")


async def timeline(town: Town, number: str) -> list:  # type: ignore[type-arg]
    async with town.store.work(readonly=True) as work:
        return list(await work.cases.timeline(number))
