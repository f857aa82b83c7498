"""Binding: a one-time code makes an account speak for a member of staff; guessing is stopped."""

import pytest

from cases.people import Role
from tests.kit.phones import Phone
from tests.kit.town import GRID, LIGHTS, TOWN, Town


async def binds(town: Town, name: str, role: Role, unit: str) -> Phone:
    """The phone of a new member of staff, who has sent a fresh code."""
    phone = town.citizen(name)
    await phone.says(f"绑定 {await town.code(await town.person(name, (role, unit)))}")
    return phone


async def test_a_code_binds_and_says_who_one_is_and_how_to_begin(town: Town) -> None:
    person = await town.person("王海", (Role.GRID_WORKER, GRID), (Role.CHECKER, TOWN))
    phone = town.citizen("王海")
    answer = await phone.says(f"绑定 {await town.code(person)}")
    assert answer.splitlines()[0] == "绑定成功。王海：东村第一网格网格员、柳河镇核查员。"
    assert await phone.chooses("我的任务") == "您手里现在没有要办的任务。有新任务会马上告诉您。"


async def test_the_centre_begins_with_what_waits_for_it(town: Town) -> None:
    phone = await binds(town, "吴静", Role.ACCEPTOR, LIGHTS)
    assert await phone.chooses("待办") == "没有等您处理的案件。"


@pytest.mark.parametrize("typing", ["{0} {1}", "{0}-{1}"])
async def test_a_code_may_be_typed_in_groups_and_small(town: Town, typing: str) -> None:
    code = (await town.code(await town.person("王海", (Role.GRID_WORKER, GRID)))).lower()
    assert (await town.citizen("王海").says(f"绑定 {typing.format(code[:4], code[4:])}")).startswith("绑定成功")


async def test_a_code_works_once(town: Town) -> None:
    code = await town.code(await town.person("王海", (Role.GRID_WORKER, GRID)))
    await town.citizen("王海").says(f"绑定 {code}")
    answer = await town.citizen("别人").says(f"绑定 {code}")
    assert answer.startswith("绑定码不对、已用过或已过期，还可以试 4 次。")


async def test_a_code_ends_after_a_day(town: Town) -> None:
    code = await town.code(await town.person("王海", (Role.GRID_WORKER, GRID)))
    town.clock.advance(hours=24)
    assert "已过期" in await town.citizen("王海").says(f"绑定 {code}")


async def test_a_newer_code_ends_the_older(town: Town) -> None:
    person = await town.person("王海", (Role.GRID_WORKER, GRID))
    old, new = await town.code(person), await town.code(person)
    assert "绑定码不对" in await town.citizen("王海").says(f"绑定 {old}")
    assert "绑定成功" in await town.citizen("王海").says(f"绑定 {new}")


async def test_five_wrong_codes_close_the_door_for_a_day_even_to_the_right_one(town: Town) -> None:
    guesser = town.citizen("谁")
    town.clock.local(3, 9, 30)
    for left in (4, 3, 2, 1):
        assert f"还可以试 {left} 次" in await guesser.says("绑定 AAAABBBB")
        town.clock.advance(minutes=10)
    back = "3月4日 09:30"
    assert f"请在 {back} 以后再试" in await guesser.says("绑定 AAAABBBB")
    code = await town.code(await town.person("王海", (Role.GRID_WORKER, GRID)))
    assert f"请在 {back} 以后再试" in await guesser.says(f"绑定 {code}")
    town.clock.local(4, 9, 29)
    assert f"请在 {back} 以后再试" in await guesser.says(f"绑定 {code}")
    code = await town.code(await town.person("周敏", (Role.CHECKER, TOWN)))
    town.clock.local(4, 9, 30)
    assert "绑定成功" in await guesser.says(f"绑定 {code}")


async def test_wrong_tries_of_one_do_not_close_the_door_to_another(town: Town) -> None:
    for _ in range(5):
        await town.citizen("谁").says("绑定 AAAABBBB")
    assert (await binds(town, "王海", Role.GRID_WORKER, GRID)).reply.text.startswith("绑定成功")


async def test_without_a_code_the_usage_is_told(town: Town) -> None:
    assert await town.citizen("王海").says("绑定") == "还缺一项。请这样写：绑定 <绑定码>"


async def test_a_code_of_somebody_who_left_binds_nobody(town: Town) -> None:
    admin = await town.officer("周敏", (Role.ADMIN, "990101"))
    code = await town.code(await town.person("王海", (Role.GRID_WORKER, GRID)))
    assert "已停用王海" in await admin.says("人员 停用 王海")
    assert "绑定码不对" in await town.citizen("王海").says(f"绑定 {code}")


async def test_one_account_can_change_hands_by_a_new_code(town: Town) -> None:
    phone = await town.officer("王海", (Role.GRID_WORKER, GRID))
    code = await town.code(await town.person("周敏", (Role.CHECKER, TOWN)))
    assert "周敏：柳河镇核查员" in await phone.says(f"绑定 {code}")
