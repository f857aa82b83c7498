"""任务卡：办一件任务要知道的全部，和现在能做的每一步。"""

from collections.abc import Sequence
from datetime import datetime

from cases.case import Case
from cases.desk import CaseDesk
from cases.record import State
from dialogs.admin.steps import button
from dialogs.engine.around import Knowledge
from dialogs.engine.command import CaseNumber, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Outgoing, Picture, Reply
from dialogs.news import News
from dialogs.officer.tasks import HOLDERS
from dialogs.phrases import clock_line, left, line, map_link, moment, quoted, stage, unit_name

STEPS = (
    "sign", "feedback", "answer_assist", "mediation_done", "mediation_refused", "mediation_failed", "ask_return",
    "ask_extend", "hand_over", "invite_assist", "ask_info", "to_mediation", "correct_category", "correct_place",
)  # fmt: skip
"""What a holder can press, the most usual first. Each asks for what it still needs."""
CORRECTIONS = frozenset({"correct_category", "correct_place"})
FEW = 3
"""Steps on a card that is pushed; the rest are one press away."""


def steps(case: Case, able: Sequence[str]) -> tuple[Choice, ...]:
    """A choice for each of the actions that are possible.

    A task not signed for can be fed back, which signs it; whoever has it in hand can propose corrections.
    """
    found = {*able} | ({"feedback"} if "sign" in able else set())
    found |= CORRECTIONS if "feedback" in found else set()
    return tuple(button(action, case.number) for action in STEPS if action in found)


def few_steps(case: Case, able: Sequence[str]) -> tuple[Choice, ...]:
    """The first of them, and where the rest is; for whoever can take none the file of the case."""
    found = steps(case, able)
    more = Choice("看任务", f"任务 {case.number}") if found else Choice("看案件", f"案件 {case.number}")
    return (*found[:FEW], more)


async def offered(news: News, to: Sequence[int]) -> tuple[Choice, ...]:
    """What those who are told can press: they hold the same posts, so the first of them stands for all."""
    person = await news.work.people.get(to[0]) if to else None
    rules, units = news.knowledge.rules, news.knowledge.units
    stood_for = await news.staffing.stood_for(person) if person is not None else ()
    desk = CaseDesk(news.work, rules, news.now, address=None, person=person, units=units, stood_for=stood_for)
    return few_steps(news.case, await desk.possible(news.case))


def what(case: Case, knowledge: Knowledge) -> list[str]:
    """Number, category and place, the words, how many photos, the map, and until when."""
    urgent = "（紧急）" if case.priority == "P1" else ""
    lines = [f"{line(case, knowledge)}{urgent}", f"群众说：{quoted(case.description)}"]
    lines += [f"照片 {len(case.photos)} 张"] if case.photos else []
    lines += [f"地图：{map_link(case.place.pin, case.number)}"] if case.place.pin is not None else []
    return lines


def limits(case: Case, knowledge: Knowledge, now: datetime) -> list[str]:
    """Until when to sign and to be done, and how much of it is left."""
    until = []
    if case.state is State.DISPATCHED and case.sign_due_at is not None:
        until.append(f"请在 {moment(case.sign_due_at, knowledge)} 前签收。")
    if case.handle_due_at is not None:
        rest = f"，{left(case, knowledge, now)}" if case.clock == "handle" else ""
        until.append(f"请在 {moment(case.handle_due_at, knowledge)} 前办结{rest}。")
    return until


@command("任务", usage="任务 <编号>", about="一件任务的全部：要办什么、在哪里、还剩多久、能做什么", roles=HOLDERS)
async def task(desk: FrontDesk, case: CaseNumber) -> Reply:
    """The card of one case in one's hands or unit, its pictures behind it. Raises Refusal."""
    found = await desk.cases.find(case, mine=False)
    able = await desk.cases.possible(found)
    pictures = (
        Outgoing(f"{desk.key}:photo{index}", desk.address, Picture(media), found.number)
        for index, media in enumerate(found.photos, 1)
    )
    await desk.work.outbox.put(pictures)
    choices = (*steps(found, able), Choice("看经过", f"案件 {found.number}"))
    return Reply("\n".join(await _card(found, desk)), choices)


async def _card(case: Case, desk: FrontDesk) -> list[str]:
    knowledge = desk.knowledge
    lines = [*what(case, knowledge), f"现在：{stage(case)}"]
    clock = clock_line(case, knowledge, desk.now)
    lines += [f"时限：{clock}"] if clock and case.clock != "handle" else []
    lines += limits(case, knowledge, desk.now)
    if case.handler is not None:
        holder = await desk.work.people.get(case.handler)
        mine = desk.person is not None and case.handler == desk.person.id
        lines += [f"办理人：{'您' if mine else holder.name}"] if holder is not None else []
    for one in case.overlay.assists:
        name = unit_name(one.unit, knowledge)
        told = "不用答复" if one.waived else "已答复" if one.answered_at else f"{moment(one.due_at, knowledge)} 前答复"
        lines.append(f"协办：{name}，{told}")
    return lines
