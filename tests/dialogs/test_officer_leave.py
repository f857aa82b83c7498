"""Leave from the phone: when, who stands in, what becomes of the tasks; and coming back."""

import pytest

from cases.people import Role
from tests.dialogs.talks import offered, says
from tests.kit.phones import Phone
from tests.kit.town import CO, EMPTY_GRID, GRID, LIGHTS, OTHER_TOWN, TOWN, Town, reports

WORKER = Role.GRID_WORKER


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (WORKER, GRID))


@pytest.fixture
async def sun(town: Town) -> Phone:
    return await town.officer("孙明", (WORKER, GRID))


async def goes(phone: Phone, *answers: str, asks: str = "请假") -> str:
    """Says these answers to 请假, and 确认; the last reply."""
    await phone.says(asks)
    return await says(phone, *answers, "确认")


async def test_an_officer_takes_leave_and_everybody_who_must_know_hears_of_it(
    town: Town, wang: Phone, sun: Phone
) -> None:
    leader = await town.officer("周敏", (Role.LEADER, TOWN))
    number = await reports(town.citizen("李"))
    assert (await wang.says("请假")).startswith("请假：王海（东村第一网格网格员）。\n\n从什么时候开始请假？")
    assert (await wang.says("明天")).startswith("请到什么时候？")
    assert await wang.says("3月6日") == "请谁代班？"
    assert offered(wang) == ["孙明", "没有人代班"]
    assert await wang.says("1") == (
        "王海 3月4日 00:00 到 3月7日 00:00 请假，孙明代班。\n"
        "手里没有办完的 1 件：期间的提醒发给孙明，孙明可以代办，案件仍在王海名下。\n确认吗？"
    )
    assert await wang.says("确认") == "已登记请假：王海 3月4日 00:00 到 3月7日 00:00。提前回来请发“销假”。"
    await town.turn()
    assert sun.heard[-1].startswith("【代班】王海 3月4日 00:00 到 3月7日 00:00 请假，由您代班。")
    assert leader.heard[-1] == "【请假】王海 3月4日 00:00 到 3月7日 00:00 请假，孙明代班。"
    assert wang.heard_of("【请假】") == []
    assert number not in await sun.says("我的任务")
    town.clock.local(4, 9)
    assert number in await sun.says("我的任务")
    assert "正在代班：王海" in await sun.says("代班")
    assert "· 您 3月4日 00:00 到 3月7日 00:00 请假，孙明代班" in await wang.says("代班")


async def test_the_substitute_does_the_work_and_it_stays_the_officers(town: Town, wang: Phone, sun: Phone) -> None:
    number = await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    assert "由王海办理，别人不能代办" in await sun.says(f"进展 {number} 在路上")
    await goes(wang, "现在", "不定", "孙明")
    town.clock.advance(minutes=1)
    assert "的进展已告诉群众" in await sun.says(f"进展 {number} 在路上")
    async with town.store.work(readonly=True) as work:
        event = (await work.cases.timeline(number))[-1]
        people = {one.name: one.id for one in await work.people.any_holding(WORKER)}
    assert (event.actor.person, event.facts["for"]) == (people["孙明"], people["王海"])
    assert (await town.case(number)).handler == people["王海"]
    town.clock.advance(minutes=1)
    assert "已销假：王海" in await wang.says("销假")
    assert "由王海办理，别人不能代办" in await sun.says(f"进展 {number} 换好了")
    await town.turn()
    assert sun.heard_of("【销假】王海已销假")


async def test_reminders_go_to_the_substitute_while_the_handler_is_away(town: Town, wang: Phone, sun: Phone) -> None:
    number = await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    await goes(wang, "现在", "不定", "孙明")
    await town.until(10, 18)
    assert sun.heard_of(f"【提醒】{number}")
    assert wang.heard_of(f"【提醒】{number}") == []


async def test_a_new_task_goes_to_the_substitute(town: Town, wang: Phone, sun: Phone) -> None:
    await goes(wang, "现在", "不定", "孙明")
    await reports(town.citizen("李"))
    await town.turn()
    assert sun.heard_of("【新任务】")
    assert wang.heard_of("【新任务】") == []


async def test_without_a_substitute_it_is_said_what_becomes_of_the_tasks(town: Town, wang: Phone) -> None:
    await says(wang, "请假", "现在", "不定")
    assert await wang.chooses("没有人代班") == (
        "王海 3月3日 09:00 到 不定（回来请发“销假”） 请假，没有人代班。\n"
        "手里没有要办的任务；期间的新任务派给别的在岗人员。\n确认吗？"
    )


async def test_colleagues_are_offered_nearest_first_and_only_those_with_the_role(
    town: Town, wang: Phone, sun: Phone
) -> None:
    await town.person("吴静", (WORKER, TOWN))
    await town.person("郑楠", (WORKER, EMPTY_GRID))
    await town.person("冯远", (WORKER, OTHER_TOWN))
    await town.person("陈立", (Role.HANDLER, LIGHTS))
    await town.person("周敏", (Role.LEADER, GRID))
    await says(wang, "请假", "明天", "明天")
    assert offered(wang) == ["孙明", "郑楠", "吴静", "没有人代班"]


async def test_a_circle_of_substitutes_is_refused_with_the_chain_and_can_be_mended(
    town: Town, wang: Phone, sun: Phone
) -> None:
    await town.person("郑楠", (WORKER, EMPTY_GRID))
    await goes(sun, "现在", "不定", "王海")
    answer = await goes(wang, "明天", "明天", "孙明")
    assert answer.startswith("代班绕回来了（王海→孙明→王海），3月4日 00:00 起会没有人在。请换一位代班人。")
    await says(wang, "继续", "改代班人")
    assert "郑楠代班" in await wang.says("郑楠")
    assert "正在替孙明代班，期间由郑楠接着。" in wang.reply.text
    assert (await wang.says("确认")).startswith("已登记请假")
    town.clock.local(4, 9)
    assert "没有替别人代班" not in await wang.says("代班")


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (["不知道"], "没看懂这个时间。可以写：今天下午、明天"),
        (["明天", "今天"], "结束时间要在现在和开始时间之后"),
        (["昨天"], "没看懂这个时间"),
        (["3月1日", "3月2日"], "结束时间要在现在和开始时间之后"),
        (["明天", "明天", "李梅"], "请回复数字，或写同事的姓名"),
    ],
)
async def test_what_is_no_answer_is_asked_again(town: Town, wang: Phone, answers: list[str], told: str) -> None:
    await wang.says("请假")
    assert told in await says(wang, *answers)


async def test_somebody_already_on_leave_ends_that_one_first(town: Town, wang: Phone, sun: Phone) -> None:
    await goes(wang, "明天", "3月6日", "孙明")
    assert "王海 3月4日 00:00 到 3月7日 00:00 已经请了假" in await goes(wang, "3月5日", "3月5日", "0")
    await wang.says("取消")
    assert "3月4日 00:00 到 3月7日 00:00 的请假到此为止" in await wang.says("销假")
    assert await wang.says("销假") == "王海没有请假，不用销假。"
    assert await wang.says("代班") == "您没有替别人代班，自己也没有请假。"


async def test_a_leader_enters_the_leave_of_somebody_of_the_unit_and_nobody_elses(
    town: Town, wang: Phone, sun: Phone
) -> None:
    leader = await town.officer("周敏", (Role.LEADER, TOWN))
    await town.person("陈立", (Role.HANDLER, LIGHTS))
    assert "没有叫“陈立”的在岗人员，或不在您的范围内" in await leader.says("请假 陈立")
    assert "没有叫“孙明”的在岗人员，或不在您的范围内" in await wang.says("请假 孙明")
    assert (await goes(leader, "现在", "今天", "孙明", asks="请假 王海")).startswith("已登记请假：王海")
    await town.turn()
    assert wang.heard == ["【请假】王海 3月3日 09:00 到 3月4日 00:00 请假，孙明代班。"]
    town.clock.advance(minutes=1)
    assert "已销假：王海" in await leader.says("销假 王海")
    assert "不在您的范围内" in await sun.says("销假 王海")


async def test_a_dispatch_to_somebody_away_says_who_gets_it_instead(town: Town, wang: Phone, sun: Phone) -> None:
    desk = await town.officer("吴静", (Role.ACCEPTOR, CO), (Role.DISPATCHER, CO))
    number = await reports(town.citizen("李"), "想问问怎么办老年证", "其他求助")
    await goes(wang, "现在", "不定", "孙明")
    await desk.says(f"受理 {number}")
    answer = await desk.says(f"派遣 {number} 王海")
    assert answer.startswith(f"王海请假，由孙明代班。已把 {number} 派给东村第一网格 孙明。")


async def test_citizens_know_nothing_of_it(town: Town) -> None:
    assert "我没看懂" in await town.citizen("李").says("销假")
