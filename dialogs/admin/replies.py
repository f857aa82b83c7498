"""回复、结束：值班人员和找人工的群众说话，直到说完。"""

import re
from dataclasses import replace
from datetime import datetime

from cases import owners
from cases.errors import Refusal
from cases.people import Address, Role
from dialogs.engine.command import CASE_NUMBER, Words, command
from dialogs.engine.conversation import Talk
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Outgoing, Reply
from dialogs.engine.ports import Conversation, HelpRequest

SPEAKERS = frozenset({Role.ACCEPTOR, Role.DISPATCHER, Role.ADMIN})
REQUEST = re.compile(r"[Rr](\d{1,9})")
HOW = "请写“回复 R编号 内容”，也可以写案件编号，或找人工的同事的姓名。"


@command("回复", usage="回复 <案件编号、R 编号或姓名> <内容>", about="回复找人工的群众", roles=SPEAKERS)
async def answer(desk: FrontDesk, to: str, words: Words) -> Reply:
    """Speak to somebody who asked for a person, or to a case's reporter; whoever does first has taken the request."""
    await _of_the_duty_room(desk)
    request = await _taken(desk, await _request(desk, to))
    await _listens(desk, request.citizen)
    message = Outgoing(
        f"help:{request.id}:{desk.key}:citizen", request.citizen, Reply(f"值班人员：{words}"), request.case, urgent=True
    )
    await desk.work.outbox.put([message])
    return Reply(f"已发给 R{request.id}。对方的话会转到这里，说完请结束。", (Choice(f"结束 R{request.id}"),))


@command("结束", usage="结束 [R编号]", about="结束人工回复", roles=SPEAKERS)
async def end(desk: FrontDesk, number: str = "") -> Reply:
    """End a request; without a number the only one the person took, or else a choice among them."""
    await _of_the_duty_room(desk)
    if not number:
        mine = await desk.work.help_requests.of_staff(desk.person.id) if desk.person else ()
        if not mine:
            raise Refusal("您没有正在回复的群众。等人工回复的，请发送“待办”查看。")
        if len(mine) > 1:
            choices = tuple(Choice(f"结束 R{request.id}") for request in mine)
            return Reply(f"您正在回复 {len(mine)} 位群众，结束哪一位？", choices)
        number = f"R{mine[0].id}"
    request = await _numbered(desk, number)
    if request.state == "ended":
        raise Refusal(f"R{request.id} 已经结束了。")
    await _not_anothers(desk, request)
    await desk.work.help_requests.save(replace(request, state="ended"))
    bye = Reply("这次人工服务已结束。还有事请再回复“人工”，或回复“菜单”。")
    await desk.work.outbox.put([Outgoing(f"help:{request.id}:ended", request.citizen, bye, request.case, urgent=True)])
    return Reply(f"R{request.id} 已结束，已告诉对方。")


async def _of_the_duty_room(desk: FrontDesk) -> None:
    """Raises Refusal for staff of other rooms."""
    rules, person = desk.knowledge.rules, desk.person
    room = {one.id for one in await desk.staffing.duty_room()}
    places = (owners.duty_unit(rules), rules.county.code)
    if person is not None and person.id in room:
        return
    if person is not None and any(post.role in SPEAKERS and post.unit in places for post in person.posts):
        return
    raise Refusal("人工回复由值班室负责，请联系值班室。对自己手里的案件，可以发“进展 编号 情况”告诉群众。")


async def _request(desk: FrontDesk, to: str) -> HelpRequest:
    """The request meant: by its number, by a case whose reporter is then spoken to, or by a colleague's name."""
    if REQUEST.fullmatch(to):
        return await _numbered(desk, to)
    if CASE_NUMBER.fullmatch(to):
        return await _about(desk, to)
    for person in await desk.work.people.named(to):
        for address in (await desk.work.people.addresses([person.id])).get(person.id, ()):
            found = await desk.work.help_requests.of(address)
            if found is not None:
                return found
    raise Refusal(f"没有找到“{to[:20]}”找人工的请求。{HOW}")


async def _numbered(desk: FrontDesk, number: str) -> HelpRequest:
    found = REQUEST.fullmatch(number)
    request = await desk.work.help_requests.get(int(found[1])) if found else None
    if request is None:
        raise Refusal(f"没有 {number[:20]} 这个请求。发送“待办”可以看到等人工回复的群众。")
    return request


async def _about(desk: FrontDesk, number: str) -> HelpRequest:
    case = await desk.cases.find(number, mine=False)
    citizen = case.reporter.address
    if citizen is None:
        raise Refusal(f"{case.number} 的上报人没有留下联系方式，不能回复。")
    if not owners.reporter_hears(await desk.work.cases.timeline(case.number)):
        raise Refusal(f"{case.number} 的上报人已撤回，不再打扰。")
    return await desk.work.help_requests.open(citizen, desk.now, case.number)


async def _taken(desk: FrontDesk, request: HelpRequest) -> HelpRequest:
    """The request as this person's own. One whose holder has left the service is ended and asked anew."""
    if request.state == "ended":
        raise Refusal(f"R{request.id} 已经结束了。要再联系，请写“回复 案件编号 内容”。")
    if request.citizen == desk.address:
        raise Refusal("这是您自己的请求，请等值班室的同事回复。")
    holder = await desk.work.people.get(request.staff) if request.staff is not None else None
    if holder is not None and not holder.active:
        await desk.work.help_requests.save(replace(request, state="ended"))
        request = await desk.work.help_requests.open(request.citizen, desk.now, request.case)
    await _not_anothers(desk, request)
    mine = replace(request, state="open", staff=desk.person.id if desk.person else None)
    if mine != request:
        await desk.work.help_requests.save(mine)
    return mine


async def _not_anothers(desk: FrontDesk, request: HelpRequest) -> None:
    """Raises Refusal where somebody else has taken it."""
    if request.staff is None or (desk.person is not None and request.staff == desk.person.id):
        return
    holder = await desk.work.people.get(request.staff)
    if holder is not None and holder.active:
        raise Refusal(f"R{request.id} 由{holder.name}在回复，请与他联系。")


async def _listens(desk: FrontDesk, citizen: Address) -> None:
    """From now on what this person says to nobody else is handed on, even if the staff spoke first."""
    kept = await desk.work.conversations.get(citizen) or Conversation(citizen)
    talk = Talk.load(kept.state, desk.now)
    await desk.work.conversations.keep([_relaying(kept, talk, desk.now)])


def _relaying(kept: Conversation, talk: Talk, now: datetime) -> Conversation:
    return replace(
        kept, state=replace(talk.set_aside(), relayed=now, offers=()).dump(), changed_at=kept.changed_at or now
    )
