"""People out and phones lost: an admin ends access, tasks go on with others, old accounts are worth nothing."""

from cases.people import Address, Person, Role
from tests.dialogs.talks import says
from tests.kit.town import CO, GRID, OTHER_TOWN, TOWN, Town, reports

WORKER = Role.GRID_WORKER


async def test_the_tasks_of_whoever_is_stopped_go_to_a_colleague_who_gets_the_card(town: Town) -> None:
    admin = await town.officer("周敏", (Role.ADMIN, CO))
    wang, sun = await town.officer("王海", (WORKER, GRID)), await town.officer("孙明", (WORKER, GRID))
    signed, waiting = await reports(town.citizen("李")), await reports(town.citizen("李"))
    await wang.says(f"签收 {signed}")
    assert (await admin.says("人员 停用 王海")).splitlines() == [
        "已停用王海，他的账号不再收到任务，也不能再操作。",
        "他手里的 2 件已转交：",
        f"{signed} 转给孙明",
        f"{waiting} 转给孙明",
    ]
    await town.turn()
    cards = sun.heard_of("【转办】")
    assert [number in card for number, card in zip((signed, waiting), cards, strict=True)] == [True, True]
    assert "原由王海办理。" in cards[0]
    assert ["前签收" in card for card in cards] == [False, True]
    assert signed in await sun.says("我的任务")
    assert "系统 转办给孙明" in await admin.says(f"案件 {signed}")


async def test_what_nobody_can_take_is_told_to_the_leader_of_the_unit(town: Town) -> None:
    admin = await town.officer("周敏", (Role.ADMIN, CO))
    leader = await town.officer("何志远", (Role.LEADER, TOWN))
    await town.officer("王海", (WORKER, GRID))
    number = await reports(town.citizen("李"))
    assert f"{number} 暂时没有人接手，留在东村第一网格，已告诉单位领导" in await admin.says("人员 停用 王海")
    await town.turn()
    assert leader.heard[-1].startswith(f"【无人接手】{number}")
    assert "系统 转办，暂时没有人接手" in await admin.says(f"案件 {number}")


async def test_it_is_said_for_whom_somebody_who_is_stopped_was_to_stand_in(town: Town) -> None:
    admin = await town.officer("周敏", (Role.ADMIN, CO))
    wang = await town.officer("王海", (WORKER, GRID))
    await town.officer("孙明", (WORKER, GRID))
    assert "已登记请假" in await says(wang, "请假", "明天", "明天", "孙明", "确认")
    assert "王海请假期间登记由孙明代班，请另外安排代班人" in await admin.says("人员 停用 孙明")


async def test_a_lost_phone_is_worth_nothing_at_once_and_the_next_one_is_bound_by_a_new_code(town: Town) -> None:
    admin = await town.officer("周敏", (Role.ADMIN, CO))
    lost = await town.officer("王海", (WORKER, GRID))
    old = await town.code(await _person(town))
    number = await reports(town.citizen("李"))
    answer = await admin.says("人员 解绑 王海")
    assert answer == "王海原来绑定的 1 个账号已作废，旧手机不再收到任务，也不能再操作。请给本人发新的绑定码。"
    code = (await admin.chooses("发绑定码")).partition("王海的绑定码：")[2][:8]
    await town.turn()
    assert lost.heard == []
    assert "我没看懂" in await lost.says("我的任务")
    new = town.citizen("王海的新手机")
    assert "绑定码不对" in await new.says(f"绑定 {old}")
    answer = await new.says(f"绑定 {code}")
    assert answer.startswith("绑定成功。王海：东村第一网格网格员。\n")
    assert number in await new.says("我的任务")


async def test_a_second_account_of_the_same_channel_ends_the_first_which_is_told(town: Town) -> None:
    old = await town.officer("王海", (WORKER, GRID))
    number = await reports(town.citizen("李"))
    new = town.citizen("王海的新手机")
    answer = await new.says(f"绑定 {await town.code(await _person(town))}")
    assert "原来绑定的账号已解除。" in answer
    await town.turn()
    assert old.heard == [
        "【账号变更】王海的工作账号已改绑到另一个账号，这里不再收到任务。如果不是您本人操作，请马上联系管理员。"
    ]
    assert "我没看懂" in await old.says("我的任务")
    assert number in await new.says("我的任务")


async def test_unbinding_somebody_without_an_account_ends_their_code(town: Town) -> None:
    admin = await town.officer("周敏", (Role.ADMIN, CO))
    person = await town.person("王海", (WORKER, GRID))
    code = await town.code(person)
    assert "王海没有绑定账号，以前发的绑定码已作废" in await admin.says("人员 解绑 王海")
    assert "绑定码不对" in await town.citizen("王海").says(f"绑定 {code}")


async def test_a_towns_admin_unbinds_within_the_town_alone(town: Town) -> None:
    admin = await town.officer("周敏", (Role.ADMIN, OTHER_TOWN))
    await town.officer("王海", (WORKER, GRID))
    assert "不在您的范围内" in await admin.says("人员 解绑 王海")
    assert "请这样写：人员 解绑 <姓名>" in await admin.says("人员 解绑")
    async with town.store.work(readonly=True) as work:
        person = (await work.people.named("王海"))[0]
        assert await work.people.addresses([person.id]) == {person.id: [Address("toy:main", "王海")]}


async def _person(town: Town) -> Person:
    async with town.store.work(readonly=True) as work:
        return (await work.people.named("王海"))[0]
