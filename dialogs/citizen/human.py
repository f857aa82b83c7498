"""人工：把群众的话转给值班人员；没人值班时说清楚什么时候有，请求留着。"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cases.errors import Refusal
from cases.owners import duty_unit
from cases.people import Address
from dialogs.alerts import tell_admins
from dialogs.engine.answers import too_long
from dialogs.engine.command import MOST_WORDS
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Location, Outgoing, Photo, Picture, Reply, Video, Voice
from dialogs.engine.ports import HelpRequest
from dialogs.engine.words import plain, typed
from dialogs.phrases import map_link, moment

LAST_WORDS = 5
GREETING = "您好，我是值班人员，请问有什么可以帮您？"
WAY_OUT = "说完请回复“结束”，要上报问题请回复“上报”。"
END = frozenset({"结束", "结束人工", "结束对话"})
DANGER = "如有危险，请直接拨打 110、119、120。"


@dataclass(frozen=True)
class Duty:
    """Who of the duty room can be written to, by person's id, and when they are there next."""

    addresses: dict[int, Address]
    opens: datetime
    open_now: bool


async def human(desk: FrontDesk) -> Reply:
    """Call the person on duty, once for each request; with nobody there say when, and keep the request."""
    duty = await on_duty(desk)
    if desk.person is not None and desk.person.id in duty.addresses:
        return Reply("您就是值班人员。等人工回复的群众，请发送“待办”查看。")
    request = await desk.work.help_requests.open(desk.address, desk.now)
    if request.staff is not None:
        await _put(desk, request, f"【人工】R{request.id} 的群众再次找您。", duty)
        return Reply("值班人员正在为您服务，已再次提醒。请直接说您的事，会转给值班人员。")
    said = await desk.work.inbox.last_words(desk.address, LAST_WORDS)
    lines = [f"【人工】R{request.id} 有群众找值班人员。", *(f"· {words}" for words in said)]
    lines.append(f"回复请发：回复 R{request.id} 内容；说完请发：结束 R{request.id}")
    take = Choice("我来回复", f"回复 R{request.id} {GREETING}")
    await _call(desk, request, Reply("\n".join(lines), (take,)), duty)
    if duty.open_now:
        return Reply(f"已转人工（R{request.id}），值班人员会尽快回复您。现在起您说的话会转给值班人员。{WAY_OUT}")
    if not duty.addresses:
        await tell_admins(desk.work, f"help:{request.id}", f"R{request.id} 有群众找人工，但值班室没有人绑定账号。")
        return Reply(f"现在没有值班人员在线，您的请求已记下（R{request.id}），有人值班就回复您。{WAY_OUT}{DANGER}")
    return Reply(
        f"现在没有人值班，值班人员 {moment(duty.opens, desk.knowledge)} 在岗。您的请求已记下（R{request.id}），"
        f"可以先把事情说清楚，上班后就回复您。{WAY_OUT}{DANGER}"
    )


async def relay(desk: FrontDesk) -> Reply | None:
    """Hand the words on to whoever took the request, else to the duty room; None when it has ended."""
    request = await desk.work.help_requests.of(desk.address)
    if request is None:
        return None
    duty, said = await on_duty(desk), typed(desk.content) or ""
    if plain(said) in END:
        return await _end(desk, request, duty)
    if len(said) > MOST_WORDS:
        raise Refusal(too_long(said, MOST_WORDS))
    await _put(desk, request, f"【人工】R{request.id} 群众说：{_in_words(desk)}", duty)
    if request.staff is not None or duty.open_now:
        return Reply(f"已转给值班人员。（{WAY_OUT.rstrip('。')}）")
    if not duty.addresses:
        return Reply(f"已记下，有人值班就会看到。{WAY_OUT}{DANGER}")
    return Reply(f"已记下，值班人员 {moment(duty.opens, desk.knowledge)} 在岗后会看到。{WAY_OUT}{DANGER}")


async def _end(desk: FrontDesk, request: HelpRequest, duty: Duty) -> Reply:
    """The citizen has said all; whoever listens hears of it."""
    await desk.work.help_requests.save(replace(request, state="ended"))
    desk.hang_up()
    await _put(desk, request, f"【人工】R{request.id} 的群众已结束对话。", duty, open_=False)
    return Reply("好的，人工服务已结束。还有事随时找我，回复“菜单”看能做什么。")


async def on_duty(desk: FrontDesk) -> Duty:
    """The duty room's people who can be written to, now or at the next opening."""
    room = await desk.staffing.duty_room()
    bound = await desk.work.people.addresses([one.id for one in room])
    addresses = {one.id: bound[one.id][0] for one in room if bound.get(one.id)}
    open_now, opens = await _hours(desk)
    return Duty(addresses, opens, open_now and bool(addresses))


async def _hours(desk: FrontDesk) -> tuple[bool, datetime]:
    """Whether the duty room is open, and from when it is: by its plan of shifts, or in working time without one."""
    unit, calendar = duty_unit(desk.knowledge.rules), desk.knowledge.rules.calendar
    roster = await desk.work.people.roster(desk.now)
    shifts = roster.shifts_in(unit) if roster.at(desk.now).is_planned(unit) else ()
    coming = [one.since for one in shifts if one.since > desk.now]
    on_shift = any(one.covers(desk.now) for one in shifts)
    if on_shift or (not coming and calendar.is_working(desk.now)):
        return True, desk.now
    if coming:
        return False, min(coming)
    ends = [end for start, end in calendar.spans(_day(desk)) if start <= desk.now < end]
    return False, calendar.next_opening(ends[0] if ends else desk.now)


async def _call(desk: FrontDesk, request: HelpRequest, reply: Reply, duty: Duty) -> None:
    """Tell everybody on duty, once for each request however often it is asked."""
    await desk.work.outbox.put(
        Outgoing(f"help:{request.id}:{person}", to, reply, request.case, urgent=True, not_before=_from(duty))
        for person, to in duty.addresses.items()
    )


async def _put(desk: FrontDesk, request: HelpRequest, text: str, duty: Duty, *, open_: bool = True) -> None:
    to, taken = duty.addresses, False
    if request.staff is not None:
        bound = await desk.work.people.addresses([request.staff])
        person = await desk.work.people.get(request.staff)
        taken = bool(bound.get(request.staff)) and person is not None and person.active
        to = {request.staff: bound[request.staff][0]} if taken else to
    not_before = None if taken else _from(duty)
    messages = []
    for person_id, address in to.items():
        key = f"help:{request.id}:{desk.key}:{person_id}"
        reply = Reply(text, (Choice(f"结束 R{request.id}"),) if taken and open_ else ())
        messages.append(Outgoing(key, address, reply, request.case, urgent=True, not_before=not_before))
        for picture in _pictures(desk):
            messages.append(Outgoing(f"{key}:photo", address, picture, request.case, True, not_before))
    await desk.work.outbox.put(messages)


def _from(duty: Duty) -> datetime | None:
    return None if duty.open_now else duty.opens


def _pictures(desk: FrontDesk) -> Sequence[Picture]:
    match desk.content:
        case Photo(media_id):
            return (Picture(f"{desk.address.channel}:{media_id}"),)
        case _:
            return ()


def _in_words(desk: FrontDesk) -> str:
    """What was said, for the person on duty to read."""
    match desk.content:
        case Photo():
            return "［照片，随后发来］"
        case Location(pin, label):
            return f"［位置］{label} {map_link(pin, label or '位置')}"
        case Voice(_, None):
            return "［语音，没有识别出文字，请对方打字］"
        case Video():
            return "［视频，这里看不到，请对方发照片或打字］"
        case content:
            return typed(content) or "［看不懂的消息］"


def _day(desk: FrontDesk) -> date:
    return desk.now.astimezone(desk.knowledge.rules.county.zone).date()
