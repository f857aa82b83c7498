"""待办、受理、派遣、核查：中心的工作人员对案件能说的话。"""

from collections.abc import Mapping, Sequence

from cases import owners
from cases.case import Case
from cases.errors import Refusal
from cases.lifecycle import OVERLAYS, TRANSITIONS, acts
from cases.overlay import Proposal
from cases.people import Person, Role
from dialogs.admin.dossier import ACTIVE
from dialogs.admin.missing import ask_words
from dialogs.admin.steps import decidable, next_steps, waiting
from dialogs.engine.command import NO_WORDS, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply
from dialogs.officer.tasks import SHOWN, pressing, task_line
from dialogs.phrases import moment, unit_name
from dialogs.proposals import said_of

PASSED, FAILED = "通过", "不通过"


def acting(*actions: str) -> frozenset[Role]:
    """The staff roles that the life cycle lets take one of these actions in some state."""
    rows = [row for row in (*TRANSITIONS.values(), *OVERLAYS.values()) if row.action in actions]
    return frozenset(role for role in Role for row in rows if acts(role, row)) - {Role.CITIZEN, Role.BOT}


@command("待办", usage="待办", about="等您处理的案件，最急的在前", roles=ACTIVE)
async def todo(desk: FrontDesk) -> Reply:
    """What waits for the person's roles, and for the duty room the requests for a person."""
    cases = pressing(await desk.cases.todo())
    shown = {case.number: await decidable(desk, case) for case in cases[:SHOWN]}
    lines = await _requests(desk)
    if cases:
        lines.append(f"等您处理的案件 {len(cases)} 件：")
        lines += await _lines(desk, cases[:SHOWN], shown)
    if len(cases) > SHOWN:
        lines.append(f"还有 {len(cases) - SHOWN} 件，处理完前面的再发“待办”。")
    if not lines:
        return Reply("没有等您处理的案件。")
    choices = [choice for case in cases[:SHOWN] for choice in await waiting(desk, case, shown[case.number])]
    return Reply("\n".join(lines), tuple(choices))


@command("受理", usage="受理 <编号>", about="受理案件", roles=acting("accept"))
async def accept(desk: FrontDesk, case: CaseNumber) -> Reply:
    """Accept a case; where it could be dispatched is offered to those who may."""
    done = await desk.cases.accept(case)
    text = f"已受理 {done.number}。"
    steps = await next_steps(desk, done)
    if desk.person is None or not desk.person.has(Role.DISPATCHER):
        return Reply(f"{text}派遣员会收到通知。", steps)
    return Reply(f"{text}请派遣：派遣 {done.number} 姓名或单位", steps)


@command("派遣", usage="派遣 <编号> <姓名或单位>", about="派给经办人或单位办理", roles=acting("dispatch"))
async def dispatch(desk: FrontDesk, case: CaseNumber, to: Words) -> Reply:
    """Dispatch a case to a person or a unit."""
    done = await desk.cases.dispatch(case, to)
    handler = await desk.work.people.get(done.handler) if done.handler is not None else None
    name = f"{unit_name(done.lead_unit, desk.knowledge)}{' ' + handler.name if handler else ''}"
    due = f"办结期限 {moment(done.handle_due_at, desk.knowledge)}。" if done.handle_due_at else ""
    text = f"{await _instead_of(desk, to.strip(), handler)}已把 {done.number} 派给{name}。{due}"
    return Reply(text, await next_steps(desk, done))


async def _instead_of(desk: FrontDesk, said: str, handler: Person | None) -> str:
    """That somebody else than who was named has it now, since that one is away; '' otherwise."""
    meant = [one for one in await desk.work.people.named(said) if one.has(*owners.WORKERS)]
    if handler is None or not meant or meant[0].id == handler.id:
        return ""
    return f"{meant[0].name}请假，由{handler.name}代班。"


@command(
    "核查",
    usage="核查 <编号> 通过|不通过 <理由>",
    about="核查办理结果，不通过要写理由",
    roles=acting("approve", "return_rework"),
)
async def check(desk: FrontDesk, case: CaseNumber, verdict: str, words: Words = NO_WORDS) -> Reply:
    """Approve a result, or send it back with the reason. Raises Refusal."""
    if verdict == PASSED:
        done = await desk.cases.approve(case, words)
        return Reply(f"{done.number} 核查通过，已办结，正在请群众评价。", await next_steps(desk, done))
    if verdict != FAILED:
        raise Refusal(f"请写“核查 {case} {PASSED}”，或“核查 {case} {FAILED} 理由”。")
    if not words:
        return await ask_words(desk, "核查", case, "return_rework", verdict=FAILED)
    done = await desk.cases.return_rework(case, words)
    due = f"要求在 {moment(done.handle_due_at, desk.knowledge)} 前办结。" if done.handle_due_at else ""
    text = f"{done.number} 已退回{unit_name(done.lead_unit, desk.knowledge)}返工。{due}"
    return Reply(text, await next_steps(desk, done))


async def _lines(desk: FrontDesk, cases: Sequence[Case], decided: Mapping[str, Sequence[Proposal]]) -> Sequence[str]:
    """A line a case, and one for each proposal on which this person may decide."""
    people = await desk.work.people.many({one.by for found in decided.values() for one in found})
    lines = []
    for case in cases:
        lines.append(task_line(case, desk.knowledge, desk.now))
        for proposal in decided[case.number]:
            by = people.get(proposal.by)
            lines.append(f"　{said_of(case, proposal, desk.knowledge, by.name if by else '同事')}")
    return lines


async def _requests(desk: FrontDesk) -> list[str]:
    """Requests for a person that nobody took yet, for the people of the duty room."""
    room = await desk.staffing.duty_room()
    if desk.person is None or desk.person.id not in [one.id for one in room]:
        return []
    waiting = await desk.work.help_requests.waiting()
    if not waiting:
        return []
    numbers: Sequence[str] = [f"R{request.id}" for request in waiting[:SHOWN]]
    return [f"等人工回复的群众 {len(waiting)} 位：{'、'.join(numbers)}（请发：回复 {numbers[0]} 内容）"]
