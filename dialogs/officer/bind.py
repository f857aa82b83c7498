"""绑定：工作人员用一次性绑定码，把自己的账号和姓名、职责连起来。"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cases.codes import digest
from cases.people import Address, Person, Role
from dialogs.colleagues import posts
from dialogs.engine.command import Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Outgoing, Reply
from dialogs.engine.ports import Work
from dialogs.phrases import moment

MOST_WRONG = 5
"""Wrong codes an address may try within 24 h."""
SPAN = 24 * 60  # minutes
HOW = "请向管理员要一个新的绑定码，再发送：绑定 绑定码"
NOT_ME = "如果不是您本人操作，请马上联系管理员。"
TASKS, TODO, HELP = Choice("我的任务"), Choice("待办"), Choice("帮助")


@command("绑定", usage="绑定 <绑定码>", about="工作人员第一次使用时绑定账号")
async def bind(desk: FrontDesk, code: Words) -> Reply:
    """Bind this address to the code's owner. A wrong code is counted, so the answer to it is no refusal."""
    people = desk.work.people
    if await people.wrong_codes(desk.address, desk.now) >= MOST_WRONG:
        return Reply(f"绑定码错得太多了，请在 {await _back_at(desk)} 以后再试，或联系管理员。")
    owner = await people.code_owner(digest(code), desk.now)
    person = await people.get(owner) if owner is not None else None
    if person is None or not person.active:
        return await _wrong(desk)
    ended = await people.bind(person.id, desk.address)
    await _end(desk, person, ended)
    old = "原来绑定的账号已解除。" if ended else ""
    text = f"绑定成功。{person.name}：{posts(person, desk.knowledge)}。{old}\n{_begin(person)}"
    return Reply(text, _choices(person))


async def _end(desk: FrontDesk, person: Person, ended: Sequence[Address]) -> None:
    """What was on its way to the old accounts is void, and they are told: it may not have been their owner."""
    for address in ended:
        await desk.work.outbox.forsake(address)
        reply = Reply(f"【账号变更】{person.name}的工作账号已改绑到另一个账号，这里不再收到任务。{NOT_ME}")
        await desk.work.outbox.put([Outgoing(f"rebound:{desk.key}:{address.user}", address, reply, urgent=True)])


async def _wrong(desk: FrontDesk) -> Reply:
    tries = MOST_WRONG - await desk.work.people.wrong_code(desk.address, desk.now)
    if tries <= 0:
        return Reply(f"绑定码不对，已经试了 {MOST_WRONG} 次。请在 {await _back_at(desk)} 以后再试，或联系管理员。")
    return Reply(f"绑定码不对、已用过或已过期，还可以试 {tries} 次。{HOW}")


async def _back_at(desk: FrontDesk) -> str:
    return moment(await free_at(desk.work, desk.address, desk.now), desk.knowledge)


async def free_at(work: Work, address: Address, now: datetime) -> datetime:
    """The first whole minute from now at which the address has tries left: its wrong ones are forgotten after 24 h."""
    early, late = 0, SPAN
    while late - early > 1:
        middle = (early + late) // 2
        wrong = await work.people.wrong_codes(address, now + timedelta(minutes=middle))
        early, late = (middle, late) if wrong >= MOST_WRONG else (early, middle)
    return now + timedelta(minutes=late)


def _begin(person: Person) -> str:
    if person.has(Role.GRID_WORKER, Role.HANDLER):
        return "有任务会发到这里。发送“我的任务”查看任务，发送“帮助”看能做什么。"
    return "有事会发到这里。发送“待办”看等您处理的案件，发送“帮助”看能做什么。"


def _choices(person: Person) -> tuple[Choice, ...]:
    return (TASKS if person.has(Role.GRID_WORKER, Role.HANDLER) else TODO, HELP)
