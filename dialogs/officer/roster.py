"""值班表、排班：今明两天谁当班、谁请假；领导和管理员给本单位排班。"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from cases.duty import Roster, Shift
from cases.errors import Refusal
from cases.people import Person, Role, Unit
from dialogs.colleagues import one_named, tell
from dialogs.engine.command import NO_WORDS, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply
from dialogs.moments import NoMoment, days_of, spans
from dialogs.officer.leave import STAFF, duty_desk
from dialogs.phrases import moment, unit_name

PLAN = "排班 <单位> <姓名> <日期> <时段|取消>"
EXAMPLE = "例如：排班 城市管理局 孙明 3月5日至3月9日 8:00-18:00；夜班写 18:00-8:00；不上班写 取消。"
DROPPED = "取消"
DAYS = (("今天", 0), ("明天", 1))
DAY = timedelta(days=1)
MOST_UNITS = 5
"""Units in one answer."""


@command("值班表", usage="值班表 [单位]", about="今明两天谁当班、谁请假", roles=STAFF)
async def duty_roster(desk: FrontDesk, name: Words = NO_WORDS) -> Reply:
    """Who is on duty today and tomorrow in one's units, or in that unit. Raises Refusal."""
    person = duty_desk(desk).person
    own = dict.fromkeys(post.unit for post in person.posts)
    codes = [_unit(desk, name).code] if name.strip() else [code for code in own if desk.knowledge.units.get(code)]
    roster = await desk.work.people.roster(desk.now)
    texts = [await _of_unit(desk, roster, code) for code in codes[:MOST_UNITS]]
    return Reply("\n\n".join(texts) or "您还没有岗位，没有值班表。")


@command("排班", usage=PLAN, about="给本单位的人排班", roles=frozenset({Role.LEADER, Role.ADMIN}))
async def plan(desk: FrontDesk, unit: str, name: str, when: Words) -> Reply:
    """Set somebody's shifts in a unit, or take them back. Raises Refusal."""
    duty, where = duty_desk(desk), _unit(desk, unit)
    person = await one_named(desk, name, PLAN, lambda one: any(post.unit == where.code for post in one.posts))
    calendar, words = desk.knowledge.rules.calendar, when.strip()
    try:
        if words.endswith(DROPPED):
            gone = await duty.unplan(where, person, *days_of(words.removesuffix(DROPPED), desk.now, calendar))
            if not gone:
                raise Refusal(f"{person.name}那几天在{where.name}没有班，不用取消。")
            return await _said(desk, where, person, gone, "取消")
        return await _said(desk, where, person, await duty.plan(where, person, spans(words, desk.now, calendar)), "排")
    except NoMoment:
        raise Refusal(f"没看懂日期和时段。请这样写：{PLAN}\n{EXAMPLE}") from None


async def _said(desk: FrontDesk, unit: Unit, person: Person, shifts: Sequence[Shift], what: str) -> Reply:
    first, last = shifts[0], shifts[-1]
    times = f"{_local(desk, first.since):%H:%M}—{_local(desk, first.until):%H:%M}"
    days = f"{_date(desk, first.since)}" + (f" 至 {_date(desk, last.since)}" if len(shifts) > 1 else "")
    words = f"{person.name} {unit_name(unit.code, desk.knowledge)} {days} {times}，共 {len(shifts)} 班"
    await tell(desk, f"shift:{desk.key}", [person.id], f"【值班】已{what}班：{words}。")
    gaps = "" if what == "取消" else "有了排班表以后，没有班的时段算没有人值班，请把其他时段也排上。"
    return Reply(f"已{what}班：{words}。{gaps}")


async def _of_unit(desk: FrontDesk, roster: Roster, code: str) -> str:
    """The unit's day and the next: shifts, or that there is no plan; and who is away."""
    held = await desk.staffing.holding(code, *(role for role in Role if role in STAFF))
    names = {one.id: one.name for one in held}
    lines = [f"{unit_name(code, desk.knowledge)}值班表"]
    today = datetime.combine(_local(desk, desk.now).date(), time(), desk.knowledge.rules.county.zone)
    planned = roster.at(desk.now).is_planned(code) or any(one.since >= desk.now for one in roster.shifts_in(code))
    for label, number in DAYS:
        since, until = today + number * DAY, today + (number + 1) * DAY
        shifts = [one for one in roster.shifts_in(code) if one.since < until and since < one.until]
        lines.append(f"{label}（{since.month}月{since.day}日）" + ("：" if planned else "：没有排班，全员在岗"))
        lines += [f"· {_clock(desk, one, since, until)} {names.get(one.person, '已离岗')}" for one in shifts]
        lines += ["· 没有人当班"] if planned and not shifts else []
    away = [(one, leave) for one in held for leave in roster.leaves_of(one.id) if leave.end > desk.now]
    for one, leave in away:
        if leave.since < today + 2 * DAY:
            end = moment(leave.until, desk.knowledge) if leave.until else "不定"
            there = await desk.work.people.get(leave.substitute) if leave.substitute is not None else None
            stands_in = f"{there.name}代班" if there else "没有人代班"
            lines.append(f"请假：{one.name} {moment(leave.since, desk.knowledge)} 到 {end}，{stands_in}")
    return "\n".join(lines)


def _unit(desk: FrontDesk, name: str) -> Unit:
    found = desk.knowledge.units.named(name.strip())
    if not found:
        raise Refusal(f"没有叫“{name[:20]}”的单位。请写单位全称或编码。")
    if len(found) > 1:
        raise Refusal(f"“{name}”不止一个，请写单位编码：{'、'.join(unit.code for unit in found)}。")
    return found[0]


def _clock(desk: FrontDesk, shift: Shift, since: datetime, until: datetime) -> str:
    """From when to when of that day."""
    begins, ends = _local(desk, max(shift.since, since)), _local(desk, min(shift.until, until))
    return f"{begins:%H:%M}—{'24:00' if ends >= until else f'{ends:%H:%M}'}"


def _local(desk: FrontDesk, at: datetime) -> datetime:
    return at.astimezone(desk.knowledge.rules.county.zone)


def _date(desk: FrontDesk, at: datetime) -> str:
    local = _local(desk, at)
    return f"{local.month}月{local.day}日"
