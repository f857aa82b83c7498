"""Staff and their codes, kept by an admin from the phone; and the counts."""

import re

import pytest

from cases.people import Role
from cases.ports import Tally
from dialogs.admin.tally import rate, rates, volumes
from tests.kit.phones import Phone
from tests.kit.town import CO, GRID, TOWN, Town, reports


@pytest.fixture
async def admin(town: Town) -> Phone:
    return await town.officer("周敏", (Role.ADMIN, CO))


async def test_somebody_new_is_added_gets_a_code_and_begins(town: Town, admin: Phone) -> None:
    answer = await admin.says("人员 添加 王海 网格员、核查员 东村 13800000009")
    assert re.fullmatch(r"已添加 #\d+ 王海：柳河镇东村网格员、柳河镇东村核查员。", answer)
    answer = await admin.chooses("发绑定码")
    code = answer.partition("王海的绑定码：")[2][:8]
    assert re.fullmatch(r"[A-Z2-9]{8}", code)
    assert "3月4日 09:00 前有效" in answer
    assert "绑定成功。王海：" in await town.citizen("王海").says(f"绑定 {code}")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("人员 添加 王海 网格员", "请这样写：人员 添加 <姓名> <角色> <单位> [手机]"),
        ("人员 添加 王海 局长 柳河镇", "没有“局长”这个角色。可以写：网格员、"),
        ("人员 添加 王海 群众 柳河镇", "没有“群众”这个角色"),
        ("人员 添加 王海 系统 柳河镇", "没有“系统”这个角色"),
        ("人员 添加 王海 、 柳河镇", "还缺角色"),
        ("人员 添加 王海 网格员 火星", "没有叫“火星”的单位"),
        ("人员 添加 王海 网格员 柳河镇 12345", "“12345”不像电话号码"),
        (f"人员 添加 {'王' * 31} 网格员 柳河镇", "姓名请写在 30 个字以内"),
        ("人员 停用 谁", "没有叫“谁”的在岗人员"),
        ("人员 停用", "请这样写：人员 停用 <姓名>"),
        ("人员 绑定码 王 海", "请这样写：人员 绑定码 <姓名>"),
        ("人员 绑定码 #99", "没有叫“#99”的在岗人员"),
        (f"人员 绑定码 #{'9' * 50}", "没有叫“#999"),
        ("人员 绑定码 #一", "没有叫“#一”的在岗人员"),
        ("人员 开除 王海", "请这样写：\n人员 添加"),
        ("人员", "还缺一项。请这样写：人员 添加"),
    ],
)
async def test_what_cannot_be_done_says_what_to_write(town: Town, admin: Phone, words: str, answer: str) -> None:
    assert answer in await admin.says(words)
    async with town.store.work(readonly=True) as work:
        assert [one.name for one in await work.people.any_holding(Role.ADMIN)] == ["周敏"]
        assert await work.people.any_holding(Role.GRID_WORKER) == []


async def test_a_namesake_is_told_apart_by_number_or_phone(town: Town, admin: Phone) -> None:
    await admin.says("人员 添加 王海 网格员 柳河镇 13800000009")
    again = await admin.says("人员 添加 王海 网格员 青石镇")
    assert again.startswith("已经有叫王海的人员：#2 柳河镇网格员。")
    assert "已经有叫王海的人员" in await admin.says("人员 添加 王海 网格员 青石镇 13800000009")
    assert "已添加 #3 王海：青石镇网格员。" in await admin.says("人员 添加 王海 网格员 青石镇 13800000008")
    assert "叫“王海”的有几位，请写编号代替姓名，例如 #2。" in await admin.says("人员 停用 王海")
    assert await admin.says("人员 添加 #2 核查员 柳河镇") == "已改好。#2 王海：柳河镇网格员、柳河镇核查员。"
    assert await admin.says("人员 停用 #3") == "已停用王海，他的账号不再收到任务，也不能再操作。"


async def test_whoever_is_stopped_can_do_nothing_more(town: Town, admin: Phone) -> None:
    wang = await town.officer("王海", (Role.GRID_WORKER, GRID))
    number = await reports(town.citizen("李"))
    assert "已停用王海" in await admin.says("人员 停用 王海")
    assert "我没看懂" in await wang.says(f"签收 {number}")


async def test_an_admin_cannot_stop_himself(town: Town, admin: Phone) -> None:
    assert await admin.says("人员 停用 周敏") == "不能停用自己，请另一位管理员操作。"


async def test_a_towns_admin_ends_at_its_border(town: Town) -> None:
    admin = await town.officer("周敏", (Role.ADMIN, TOWN))
    await town.person("何志远", (Role.LEADER, CO))
    assert "不在您的管理范围内" in await admin.says("人员 添加 王海 管理员 云溪县")
    assert "不在您的范围内" in await admin.says("人员 停用 何志远")
    assert "不在您的范围内" in await admin.says("人员 绑定码 何志远")
    assert "已添加" in await admin.says("人员 添加 王海 网格员 东村")


async def test_counts_are_told_with_n_and_no_rate_of_few(town: Town) -> None:
    wang = await town.officer("王海", (Role.GRID_WORKER, GRID))
    number = await reports(town.citizen("李"))
    await wang.says(f"签收 {number}")
    town.clock.advance(minutes=1)
    for answer in (await wang.says("统计 今日"), await wang.says("统计")):
        assert answer.splitlines() == [
            "今日统计（到 3月3日 09:01，只含您范围内的案件）",
            "上报 1 件，派遣 1 件，办结 0 件",
            "超期未办 0 件，返工 0 件，重办 0 件",
            "上报的案件现在：办理中 1",
            "按时签收率：样本不足（n=1）",
            "按期办结率：样本不足（n=0）",
            "返工率：样本不足（n=0）",
            "重办率：样本不足（n=0）",
            "解决率：样本不足（n=0）",
            "满意率：样本不足（n=0）",
        ]
    assert (await wang.says("统计 本周")).startswith("本周统计（到 ")
    assert await wang.says("统计 去年") == "请写“统计 今日”或“统计 本周”。"


def test_rates_count_what_is_open_past_its_limit_as_due() -> None:
    counts = Tally(
        submitted=40, dispatched=20, signed_in_time=15, closed=30, closed_in_time=27, overdue_open=10, reworked=4,
        reopened=3, rated=12, satisfied=9, solved=6, by_state={"archived": 12},
    )  # fmt: skip
    assert rates(counts) == [
        "按时签收率：75.0%（15/20）",
        "按期办结率：67.5%（27/40）",
        "返工率：10.0%（4/40）",
        "重办率：10.0%（3/30）",
        "解决率：50.0%（6/12）",
        "满意率：75.0%（9/12）",
    ]
    assert volumes(counts)[-1] == "上报的案件现在：已归档（销号） 12"


@pytest.mark.parametrize(("part", "whole", "told"), [(9, 9, "样本不足（n=9）"), (10, 10, "100.0%（10/10）")])
def test_ten_are_enough_for_a_rate(part: int, whole: int, told: str) -> None:
    assert rate(part, whole) == told
