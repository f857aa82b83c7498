"""Notices of time: each rung once to those it names, held at night but for hazards, and the rating asked for twice."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.people import Address, Role
from cases.record import State
from dialogs.notices import held_until, tell
from tests.kit.phones import Phone
from tests.kit.town import CO, DUTY, GAS, GRID, LAMP, RULES, TOWN, ZONE, Town, reports


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


def heads(phone: Phone) -> list[str]:
    """What each pushed text begins with."""
    return [text[1:].partition("】")[0] for text in phone.heard]


async def feeds_back(officer: Phone, number: str) -> None:
    for said in (f"反馈 {number} 关了阀门，换了软管", "0", "确认"):
        await officer.says(said)


async def test_the_ladder_climbs_rung_by_rung_and_tells_those_it_names(town: Town, wang: Phone) -> None:
    zhou = await town.officer("周敏", (Role.LEADER, TOWN))
    he = await town.officer("何志远", (Role.LEADER, CO), (Role.SUPERVISOR, CO))
    wu = await town.officer("吴静", (Role.DISPATCHER, DUTY))
    number = await reports(town.citizen("李"))
    await wang.says("签收")
    await town.until(4, 9)
    assert heads(wang) == ["新任务", "提醒"]
    assert wang.heard[1] == (
        f"【提醒】{number} {LAMP}，东村村口\n东村第一网格，办理中。已用办理时限的 50%，请抓紧。\n"
        "蓝灯，还剩 1 个工作日（3月5日 09:00 到期）"
    )
    await town.until(5, 9)
    assert heads(wang)[2:] == ["警示", "超期"]
    assert heads(zhou) == ["超期"]
    assert "办理时限已到，仍未办完，已上报" in zhou.heard[0]
    await town.until(9, 9)
    assert (heads(zhou), heads(he)) == (["超期", "红牌督办", "挂牌督办"], ["红牌督办", "挂牌督办"])
    assert heads(wu) == ["挂牌督办"]
    await town.until(11, 9)
    assert heads(wu)[1:] == ["每日督办·第 1 次", "每日督办·第 2 次"]
    assert len(set(wang.heard)) == len(wang.heard)


async def test_an_event_told_again_rings_nobody_again(town: Town, wang: Phone) -> None:
    number = await reports(town.citizen("李"))
    async with town.store.work() as work:
        case = await work.cases.get(number)
        assert case is not None
        news = [(case, event) for event in await work.cases.timeline(number)]
        await tell(work, town.knowledge, news, town.clock())
        await work.commit()
    await town.turn()
    assert heads(wang) == ["新任务"]


async def test_limits_of_the_centre_are_told_to_the_centre(town: Town, wang: Phone) -> None:
    wu = await town.officer("吴静", (Role.ACCEPTOR, DUTY))
    await reports(town.citizen("李"), "想问问怎么办老年证", "其他求助")
    await town.until(3, 11)
    assert heads(wu)[:3] == ["待受理", "提醒", "警示"]
    assert "已用受理时限的 50%" in wu.heard[1]
    assert wang.heard == []


async def test_the_level_passed_over_is_named(town: Town, wang: Phone) -> None:
    await town.officer("吴静", (Role.DISPATCHER, DUTY))
    await reports(town.citizen("李"))
    await wang.says("签收")
    await town.until(5, 9)
    assert "已上报县级（柳河镇东村、柳河镇无人在岗，已跳过）" in wang.heard[-1]


async def test_at_night_phones_are_silent_until_seven_but_not_for_hazards(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    town.clock.local(3, 22, 30)
    await reports(li)
    await town.turn()
    assert wang.heard == []
    await reports(li, "楼道里有煤气味很重", GAS)
    await town.turn()
    assert len(wang.heard_of(GAS)) == 1
    assert wang.heard_of(LAMP) == []
    town.clock.local(4, 6, 59)
    await town.delivery.run_once()
    assert wang.heard_of(LAMP) == []
    town.clock.local(4, 7, 16)
    await town.delivery.run_once()
    assert len(wang.heard_of(LAMP)) == 1


@pytest.mark.parametrize(
    ("day", "hour", "minute", "morning"), [(3, 22, 0, 4), (3, 23, 59, 4), (4, 0, 0, 4), (4, 6, 59, 4)]
)
def test_held_messages_spread_over_a_quarter_of_an_hour(day: int, hour: int, minute: int, morning: int) -> None:
    now = datetime(2026, 3, day, hour, minute, tzinfo=ZONE).astimezone(UTC)
    seven = datetime(2026, 3, morning, 7, tzinfo=ZONE)
    held = {held_until(RULES, now, Address("toy:main", f"u{number}")) for number in range(200)}
    assert len(held) > 100
    assert all(at is not None and seven <= at <= seven + timedelta(minutes=15) for at in held)


@pytest.mark.parametrize(("hour", "minute"), [(7, 0), (12, 0), (21, 59)])
def test_nothing_is_held_by_day(hour: int, minute: int) -> None:
    now = datetime(2026, 3, 3, hour, minute, tzinfo=ZONE)
    assert held_until(RULES, now, Address("toy:main", "u")) is None


async def test_a_rating_is_asked_for_once_reminded_once_and_then_archived(town: Town, wang: Phone) -> None:
    li = town.citizen("李")
    number = await reports(li)
    await feeds_back(wang, number)
    await town.until(12, 12)
    asked = [text for text in li.heard if "评价" in text]
    assert [text.partition("）")[2][:8] for text in asked] == [
        "核查期已过，按规",
        "已办结。方便时请",
        "没有收到您的评价",
    ]
    assert (await town.case(number)).state is State.ARCHIVED
    await town.until(20, 12)
    assert len(li.heard) == 4


async def test_a_hazards_missed_check_rings_checkers_and_supervisors(town: Town, wang: Phone) -> None:
    chen = await town.officer("陈静", (Role.CHECKER, TOWN))
    he = await town.officer("何志远", (Role.SUPERVISOR, CO))
    number = await reports(town.citizen("李"), "楼道里有煤气味很重", GAS)
    await feeds_back(wang, number)
    await town.until(4, 9, 5)
    assert heads(chen).count("核查超期") == heads(he).count("核查超期") == 1
    assert "提醒" in heads(chen)
    assert "核查时限" in chen.heard_of("【提醒】")[0]
    assert (await town.case(number)).state is State.FEEDBACK


async def test_an_unbound_officer_is_reminded_through_the_duty_room_each_rung_once(town: Town) -> None:
    await town.person("王海", (Role.GRID_WORKER, GRID))
    wu = await town.officer("吴静", (Role.DISPATCHER, DUTY))
    await reports(town.citizen("李"))
    await town.until(4, 12)
    assert heads(wu) == ["代收", "代收", "代收"]
    assert ["新任务" in wu.heard[0], "自动签收" in wu.heard[1], "提醒" in wu.heard[2]] == [True, True, True]
