"""人员：管理员添加、停用工作人员，发绑定码，换手机时解绑。"""

import re
from collections.abc import Sequence
from dataclasses import replace

from cases.case import Case
from cases.codes import LIFETIME, digest, new_code
from cases.errors import Refusal
from cases.events import Event
from cases.handing_over import hand_over_all
from cases.people import ROLE_NAMES, Person, Post, Role, Unit
from cases.scope import Scope
from dialogs.colleagues import LONGEST_NAME, one_named, posts
from dialogs.engine.answers import PhoneNumber
from dialogs.engine.command import NO_WORDS, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.phrases import moment, unit_name

ADMINS = frozenset({Role.ADMIN})
ADD = "人员 添加 <姓名> <角色> <单位> [手机]"
STOP = "人员 停用 <姓名>"
CODE = "人员 绑定码 <姓名>"
UNBIND = "人员 解绑 <姓名>"
HANDED = 20
"""Cases told one by one of those that were handed over."""
ADD_WORDS = (3, 4)
ROLES = {zh: role for role, zh in ROLE_NAMES.items() if role not in (Role.CITIZEN, Role.BOT)}
BETWEEN = re.compile(r"[、,，;；]")


@command(
    "人员",
    usage=f"{ADD}｜{STOP}｜{CODE}｜{UNBIND}",
    about="管理工作人员",
    roles=ADMINS,
    first=("添加", "停用", "绑定码", "解绑"),
)
async def people(desk: FrontDesk, action: str, words: Words = NO_WORDS) -> Reply:
    """Add somebody, end somebody's access, make a one-time code, or take lost accounts away. Raises Refusal."""
    match action:
        case "添加":
            return await _add(desk, words.split())
        case "停用":
            return await _stop(desk, await _one(desk, words, STOP))
        case "绑定码":
            return await _code(desk, await _one(desk, words, CODE))
        case "解绑":
            return await _unbind(desk, await _one(desk, words, UNBIND))
        case _:
            raise Refusal(f"请这样写：\n{ADD}\n{STOP}\n{CODE}\n{UNBIND}")


async def _add(desk: FrontDesk, words: list[str]) -> Reply:
    if len(words) not in ADD_WORDS:
        raise Refusal(f"请这样写：{ADD}，例如：人员 添加 王海 网格员 柳河镇")
    name, roles, unit, phone = (*words, "")[:4]
    place = _unit(desk, unit)
    new = tuple(Post(role, place.code) for role in _roles(roles))
    if name.startswith("#"):
        return await _more(desk, await _one(desk, name, ADD), new)
    digits = _phone(phone)
    if len(name) > LONGEST_NAME:
        raise Refusal(f"姓名请写在 {LONGEST_NAME} 个字以内。")
    same = await desk.work.people.named(name)
    if same and (not digits or any(one.phone == digits for one in same)):
        shown = "；".join(f"#{one.id} {posts(one, desk.knowledge)}" for one in same)
        first = same[0].id
        raise Refusal(
            f"已经有叫{name}的人员：{shown}。\n给他加角色请写：人员 添加 #{first} {roles} {unit}\n"
            f"是另一个人，请在最后写上他自己的手机号。"
        )
    kept = await desk.work.people.add(Person(0, name, new, digits or None))
    return Reply(
        f"已添加 #{kept.id} {kept.name}：{posts(kept, desk.knowledge)}。",
        (Choice("发绑定码", f"人员 绑定码 #{kept.id}"),),
    )


async def _more(desk: FrontDesk, person: Person, new: tuple[Post, ...]) -> Reply:
    changed = replace(person, posts=tuple(dict.fromkeys((*person.posts, *new))))
    await desk.work.people.save(changed)
    return Reply(f"已改好。#{changed.id} {changed.name}：{posts(changed, desk.knowledge)}。")


async def _stop(desk: FrontDesk, person: Person) -> Reply:
    if desk.person is not None and person.id == desk.person.id:
        raise Refusal("不能停用自己，请另一位管理员操作。")
    await desk.work.people.hold()
    await desk.work.people.save(replace(person, active=False))
    news = await hand_over_all(desk.staffing, person, "disabled")
    desk.cases.news += news
    roster = await desk.work.people.roster(desk.now)
    covered = [one.person for one in roster.leaves if one.substitute == person.id and one.end > desk.now]
    lines = [f"已停用{person.name}，他的账号不再收到任务，也不能再操作。", *await _handed(desk, news)]
    if covered:
        names = "、".join(one.name for one in (await desk.work.people.many(covered)).values())
        lines.append(f"{names}请假期间登记由{person.name}代班，请另外安排代班人（先销假，再重新请假）。")
    return Reply("\n".join(lines))


async def _handed(desk: FrontDesk, news: Sequence[tuple[Case, Event]]) -> list[str]:
    """Which case went to whom."""
    to = await desk.work.people.many([case.handler for case, _ in news if case.handler is not None])
    lines = []
    for case, _ in news[:HANDED]:
        unit, now = unit_name(case.lead_unit, desk.knowledge), to.get(case.handler or 0)
        nobody = f"暂时没有人接手，留在{unit}，已告诉单位领导"
        lines.append(f"{case.number} {f'转给{now.name}' if now else nobody}")
    more = [f"还有 {len(news) - HANDED} 件也已转交。"] if len(news) > HANDED else []
    return [f"他手里的 {len(news)} 件已转交：", *lines, *more] if news else []


async def _unbind(desk: FrontDesk, person: Person) -> Reply:
    ended = await desk.work.people.unbind(person.id)
    for address in ended:
        await desk.work.outbox.forsake(address)
    told = f"{person.name}原来绑定的 {len(ended)} 个账号" if ended else f"{person.name}没有绑定账号，以前发的绑定码"
    return Reply(
        f"{told}已作废，旧手机不再收到任务，也不能再操作。请给本人发新的绑定码。",
        (Choice("发绑定码", f"人员 绑定码 #{person.id}"),),
    )


async def _code(desk: FrontDesk, person: Person) -> Reply:
    code = new_code()
    until = desk.now + LIFETIME
    await desk.work.people.put_code(person.id, digest(code), until)
    return Reply(
        f"{person.name}的绑定码：{code}\n{moment(until, desk.knowledge)} 前有效，只能用一次，以前发的作废。"
        f"请当面或打电话告诉本人，由本人发送：绑定 {code}"
    )


async def _one(desk: FrontDesk, name: str, usage: str) -> Person:
    """The active person of that name or number, within the admin's units. Raises Refusal."""
    return await one_named(desk, name, usage, lambda one: _scope(desk).manages(one, Role.ADMIN))


def _scope(desk: FrontDesk) -> Scope:
    return Scope(desk.person, desk.knowledge.rules, desk.knowledge.units)


def _roles(words: str) -> list[Role]:
    found: list[Role] = []
    for word in filter(None, BETWEEN.split(words)):
        if word not in ROLES:
            raise Refusal(f"没有“{word[:20]}”这个角色。可以写：{'、'.join(ROLES)}；几个角色用顿号隔开。")
        found.append(ROLES[word])
    if not found:
        raise Refusal(f"还缺角色。可以写：{'、'.join(ROLES)}。")
    return found


def _unit(desk: FrontDesk, name: str) -> Unit:
    found = desk.knowledge.units.named(name)
    if not found:
        raise Refusal(f"没有叫“{name[:20]}”的单位。请写单位全称或编码。")
    if len(found) > 1:
        raise Refusal(f"“{name}”不止一个，请写单位编码：{'、'.join(unit.code for unit in found)}。")
    if not _scope(desk).covers(found[0].code, Role.ADMIN):
        raise Refusal(f"{found[0].name}不在您的管理范围内，请联系上级管理员。")
    return found[0]


def _phone(words: str) -> str:
    digits = re.sub(r"[\s\-]", "", words)
    if digits and not PhoneNumber.MOBILE.fullmatch(digits) and not PhoneNumber.LANDLINE.fullmatch(digits):
        raise Refusal(f"“{words[:20]}”不像电话号码，请写 11 位手机号，也可以不写。")
    return digits
