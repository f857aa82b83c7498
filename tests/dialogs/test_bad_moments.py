"""Wrong moments, wrong roles, other towns, old buttons: always a sentence that says why, and never half an action."""

import pytest

from cases.people import Role
from cases.record import State
from tests.dialogs.office import Office, at_desk, offered, open_office
from tests.kit.town import CO, OTHER_TOWN, Town

REASON = "不属于本级职责"
DAY = "2026-03-20"
UNSIGNED = [
    ("wu", "受理 {}", "不能“受理”"),
    ("wu", f"不予受理 {{}} {REASON}", "不能“不予受理”"),
    ("wu", "不予受理 {}", "不能“不予受理”"),
    ("wu", "作废 {} 测试", "不能“作废”"),
    ("wu", "作废 {}", "不能“作废”"),
    ("wu", "答复 {} 指南 内容", "不能“答复”"),
    ("wu", "转出 {} 12315 A-1", "不能“转出”"),
    ("wu", "被退回 {} 不归他们", "不能“被退回”"),
    ("wu", "重办 {}", "不能“重办”"),
    ("wu", "维持 {} 已修好", "不能“维持”"),
    ("zheng", "派遣 {} 城市管理局", "不能“派遣”"),
    ("zheng", "恢复 {}", "不能“恢复”"),
    ("he", f"挂账 {{}} {DAY} 其他客观原因", "不能“挂账”"),
    ("he", "裁定 {} 城市管理局 理由", "不能“裁定”"),
    ("he", "裁定 {}", "不能“裁定”"),
    ("chen", "核查 {} 通过", "不能“核查”"),
    ("chen", "核查 {} 不通过", "不能“核查”"),
]
"""Who says what to a case that waits to be signed for, and what they read."""
WORDS = [
    "不予受理 {} 不属于本级职责", "作废 {} 测试", "答复 {} 指南 内容", "转出 {} 12315 A-1", "被退回 {} 理由",
    "并单 {} 0001", "撤回派遣 {} 理由", "裁定 {} 城市管理局 理由", "回避 {} 王海", "挂账 {} 2026-03-20 等待季节或天气",
    "恢复 {}", "督办 {} 黄牌 理由", "重办 {}", "维持 {} 理由", "复核 {} 同意",
]  # fmt: skip
"""Every command of the office that is about one case."""


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)


@pytest.mark.parametrize(("who", "words", "told"), UNSIGNED)
async def test_a_wrong_moment_is_named_and_nothing_happens(office: Office, who: str, words: str, told: str) -> None:
    number = await office.handed()
    before = await office.town.case(number)
    answer = await getattr(office, who).says(words.format(number))
    assert f"案件现在是“已派遣（待签收）”，{told}。" in answer
    assert await office.town.case(number) == before


@pytest.mark.parametrize("words", WORDS)
async def test_without_the_role_the_command_is_not_there(office: Office, words: str) -> None:
    admin = await office.town.officer("周敏", (Role.ADMIN, CO), (Role.AUDITOR, CO))
    number = await office.handed()
    before = await office.town.case(number)
    for phone in (admin, office.town.citizen("赵")):
        assert "我没看懂" in await phone.says(words.format(number))
    assert await office.town.case(number) == before


@pytest.mark.parametrize("words", WORDS)
async def test_a_case_of_another_town_is_not_there(office: Office, words: str) -> None:
    roles = (Role.ACCEPTOR, Role.DISPATCHER, Role.LEADER, Role.SUPERVISOR, Role.CHECKER)
    stranger = await office.town.officer("方明", *((role, OTHER_TOWN) for role in roles))
    number = await office.handed()
    before = await office.town.case(number)
    assert "没有找到这个案件编号" in await stranger.says(words.format(number))
    assert await office.town.case(number) == before


async def test_who_comes_second_is_told_what_the_case_is_by_now(office: Office) -> None:
    number = await office.waits()
    await office.town.turn()
    await office.wu.presses("受理")
    answer = await office.yuan.presses("受理")
    assert answer.startswith("案件现在是“已受理（待派遣）”，不能“受理”。现在您可以：")
    assert (await office.town.case(number)).state is State.ACCEPTED


async def test_a_button_of_a_decided_proposal_says_so(office: Office) -> None:
    third = await office.town.officer("邓丽", (Role.ACCEPTOR, CO))
    number = await office.accepted()
    await office.wu.says(f"作废 {number} 像是测试")
    await office.town.turn()
    await office.yuan.presses("同意作废")
    assert f"{number} 没有等复核的处理" in await third.presses("同意作废")
    assert f"{number} 没有等复核的处理" in await third.presses("不同意作废")


async def test_a_step_that_fell_away_while_its_reason_was_written_is_refused_and_keeps_nothing(office: Office) -> None:
    number = await office.handed()
    await office.zheng.says(f"撤回派遣 {number}")
    await office.wang.says(f"签收 {number}")
    assert "不能“撤回派遣”" in await office.zheng.says("应由城管局办")
    assert (await office.town.case(number)).state is State.IN_PROGRESS


async def test_a_reason_can_be_left_out_again(office: Office) -> None:
    number = await office.handed()
    await office.zheng.says(f"撤回派遣 {number}")
    assert await office.zheng.says("取消") == "好的，没有办理。"
    assert (await office.town.case(number)).state is State.DISPATCHED


async def test_dispatching_to_somebody_who_left_says_what_to_write(office: Office) -> None:
    number = await office.accepted()
    async with office.town.store.work() as work:
        [sun] = await work.people.named("孙立")
        await work.people.save(type(sun)(sun.id, sun.name, sun.posts, sun.phone, False))
        await work.commit()
    assert "没有叫“孙立”的经办人或单位" in await office.zheng.says(f"派遣 {number} 孙立")
    assert (await office.town.case(number)).state is State.ACCEPTED


async def test_whoever_refused_does_not_decide_on_the_review(office: Office) -> None:
    number = await office.waits()
    await office.wu.says(f"不予受理 {number} {REASON}")
    async with at_desk(office.town, office.li) as desk:
        await desk.ask_review(number, "就是这里管的")
    await office.town.turn()
    assert office.wu.heard_of("【申请复核】") == []
    assert office.yuan.heard[-1].startswith(f"【申请复核】{number}")
    assert "请由另一位受理员处理" in await office.wu.says(f"受理 {number}")
    assert f"已受理 {number}" in await office.yuan.says(f"受理 {number}")


async def test_every_answer_leads_on(office: Office) -> None:
    number = await office.waits()
    await office.wu.says(f"受理 {number}")
    assert offered(office.wu)[-1] == f"案件 {number}"
    await office.zheng.says(f"派遣 {number} 城市管理局")
    assert f"撤回派遣 {number}" in offered(office.zheng)
