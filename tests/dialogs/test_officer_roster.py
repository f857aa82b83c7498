"""The roster from the phone: shifts set by leaders, and who is there today and tomorrow."""

import pytest

from cases.people import Role
from tests.kit.phones import Phone
from tests.kit.town import CO, GRID, LIGHTS, OTHER_TOWN, TOWN, Town, reports

WORKER = Role.GRID_WORKER


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (WORKER, GRID))


@pytest.fixture
async def leader(town: Town) -> Phone:
    return await town.officer("周敏", (Role.LEADER, TOWN))


async def test_without_a_plan_everybody_is_on_duty(town: Town, wang: Phone) -> None:
    assert (await wang.says("值班表")).splitlines() == [
        "东村第一网格值班表",
        "今天（3月3日）：没有排班，全员在岗",
        "明天（3月4日）：没有排班，全员在岗",
    ]


async def test_a_leader_sets_shifts_which_the_officer_is_told_of_and_everybody_of_the_unit_sees(
    town: Town, wang: Phone, leader: Phone
) -> None:
    sun = await town.officer("孙明", (WORKER, GRID))
    answer = await leader.says(f"排班 {GRID} 王海 今天至明天 8:00-18:00")
    assert answer.startswith("已排班：王海 东村第一网格 3月3日 至 3月4日 08:00—18:00，共 2 班。")
    await leader.says(f"排班 {GRID} 孙明 今天 18:00-8:00")
    await sun.says(f"请假 {'孙明'}")
    for word in ("明天", "明天", "1", "确认"):
        answer = await sun.says(word)
    assert "已登记请假" in answer
    await town.turn()
    assert wang.heard[0] == "【值班】已排班：王海 东村第一网格 3月3日 至 3月4日 08:00—18:00，共 2 班。"
    assert (await wang.says("值班表")).splitlines() == [
        "东村第一网格值班表",
        "今天（3月3日）：",
        "· 08:00—18:00 王海",
        "· 18:00—24:00 孙明",
        "明天（3月4日）：",
        "· 00:00—08:00 孙明",
        "· 08:00—18:00 王海",
        "请假：孙明 3月4日 00:00 到 3月5日 00:00，王海代班",
    ]
    assert (await leader.says(f"值班表 {GRID}")).startswith("东村第一网格值班表")


async def test_a_task_goes_to_whoever_has_the_shift(town: Town, wang: Phone, leader: Phone) -> None:
    sun = await town.officer("孙明", (WORKER, GRID))
    await leader.says(f"排班 {GRID} 孙明 今天 全天")
    await reports(town.citizen("李"))
    await town.turn()
    assert len(sun.heard_of("【新任务】")) == 1
    assert wang.heard_of("【新任务】") == []


async def test_shifts_are_replaced_by_others_at_the_same_time_and_taken_back(
    town: Town, wang: Phone, leader: Phone
) -> None:
    await leader.says(f"排班 {GRID} 王海 明天 8:00-18:00")
    await leader.says(f"排班 {GRID} 王海 明天 9:00-12:00")
    assert (await wang.says("值班表")).splitlines()[3:] == ["明天（3月4日）：", "· 09:00—12:00 王海"]
    assert "已取消班：王海 东村第一网格 3月4日 09:00—12:00，共 1 班。" in await leader.says(
        f"排班 {GRID} 王海 明天 取消"
    )
    assert "那几天在第一网格没有班，不用取消" in await leader.says(f"排班 {GRID} 王海 明天 取消")
    assert "全员在岗" in await wang.says("值班表")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("排班 第一网格 王海 明天", "没看懂日期和时段。请这样写：排班 <单位> <姓名> <日期> <时段|取消>"),
        ("排班 第一网格 王海 白班", "例如：排班 城市管理局 孙明"),
        ("排班 第一网格 王海 取消", "没看懂日期和时段"),
        ("排班 第一网格 王海", "还缺一项。请这样写：排班"),
        ("排班 第九网格 王海 明天 8-18", "没有叫“第九网格”的单位"),
        ("排班 东村 王海 明天 8-18", "没有叫“王海”的在岗人员，或不在您的范围内"),
        ("排班 城市管理局 陈立 明天 8-18", "城市管理局不在您的管理范围内，请由该单位的领导或管理员排班"),
        ("值班表 第九网格", "没有叫“第九网格”的单位"),
    ],
)
async def test_what_cannot_be_planned_says_why(town: Town, wang: Phone, leader: Phone, words: str, told: str) -> None:
    await town.person("陈立", (Role.HANDLER, LIGHTS))
    assert told in await leader.says(words)


async def test_admins_and_leaders_end_at_their_borders_and_officers_set_no_shifts(town: Town, wang: Phone) -> None:
    admin = await town.officer("吴静", (Role.ADMIN, OTHER_TOWN))
    assert "不在您的管理范围内" in await admin.says("排班 第一网格 王海 明天 8-18")
    assert "我没看懂" in await wang.says("排班 第一网格 王海 明天 8-18")
    county = await town.officer("何志远", (Role.ADMIN, CO))
    assert "已排班" in await county.says("排班 第一网格 王海 明天 8-18")
