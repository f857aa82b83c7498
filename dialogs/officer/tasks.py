"""我的任务、签收、进展：网格员和经办人对手里的案件能说的话。"""

from collections.abc import Sequence
from datetime import UTC, datetime

from cases.case import Case
from cases.errors import Refusal
from cases.people import Role
from cases.record import State
from dialogs.engine.around import Knowledge
from dialogs.engine.command import NO_NUMBER, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.phrases import clock_line, line, moment, stage

WORKERS = frozenset({Role.GRID_WORKER, Role.HANDLER})
NEXT = {State.DISPATCHED: "签收", State.IN_PROGRESS: "反馈"}
SHOWN = 5
"""Tasks in one list: more do not fit one message."""
LAST = datetime.max.replace(tzinfo=UTC)


@command("我的任务", usage="我的任务", about="手里的任务，最急的在前", roles=WORKERS)
async def my_tasks(desk: FrontDesk) -> Reply:
    """The person's tasks, least time left first, with what to do with each."""
    held = pressing(await desk.cases.my_tasks())
    tasks = [case for case in held if case.state is not State.FEEDBACK]
    checking = f"有 {len(held) - len(tasks)} 件已反馈，等核查。" if len(held) > len(tasks) else ""
    if not tasks:
        return Reply(f"您手里现在没有要办的任务。{checking}有新任务会马上告诉您。")
    lines = [task_line(case, desk.knowledge, desk.now) for case in tasks[:SHOWN]]
    if len(tasks) > SHOWN:
        lines.append(f"还有 {len(tasks) - SHOWN} 件，办完前面的再发“我的任务”。")
    return Reply(
        "\n".join([f"您有 {len(tasks)} 件任务：", *lines, *filter(None, [checking])]), choices_of(tasks[:SHOWN])
    )


@command("签收", usage="签收 [编号]", about="签收派给您的任务", roles=WORKERS)
async def sign(desk: FrontDesk, case: CaseNumber = NO_NUMBER) -> Reply:
    """Sign for a case; without a number the only one that waits, or else a choice among them."""
    if not case:
        waiting = [one for one in pressing(await desk.cases.my_tasks()) if one.state is State.DISPATCHED]
        if not waiting:
            raise Refusal("没有等您签收的任务。发送“我的任务”查看手里的任务。")
        if len(waiting) > 1:
            return Reply(f"有 {len(waiting)} 件任务等您签收，签收哪一件？", choices_of(waiting[:SHOWN]))
        case = CaseNumber(waiting[0].number)
    done = await desk.cases.sign(case)
    late = "（已过签收时限）" if done.signed_late else ""
    return Reply(f"已签收 {done.number}{late}。{until(done, desk.knowledge)}", in_hand(done))


@command("进展", usage="进展 <编号> <情况>", about="告诉群众办到哪一步了", roles=WORKERS | frozenset({Role.ASSISTANT}))
async def progress(desk: FrontDesk, case: CaseNumber, words: Words) -> Reply:
    """Tell the citizen how far it is. Who speaks of the work has taken it: an unsigned task is signed as well."""
    signed = await sign_if_waiting(desk, case)
    done = await desk.cases.progress(case, words)
    return Reply(f"{signed}{done.number} 的进展已告诉群众。{until(done, desk.knowledge)}", in_hand(done))


async def sign_if_waiting(desk: FrontDesk, number: str) -> str:
    """Sign for the case if that is still to be done, and say so; '' otherwise. Raises Refusal."""
    found = await desk.cases.find(number, mine=False)
    if found.state is not State.DISPATCHED:
        return ""
    await desk.cases.sign(found.number)
    return "已同时签收。"


def pressing(cases: Sequence[Case]) -> Sequence[Case]:
    """The cases in the order in which their limits end."""
    return sorted(cases, key=lambda case: (case.clock_due_at or LAST, case.number))


def task_line(case: Case, knowledge: Knowledge, now: datetime) -> str:
    """One task: number, category, place, state, light and time left."""
    return f"· {line(case, knowledge)}\n　{stage(case)}，{clock_line(case, knowledge, now) or '不计时'}"


def until(case: Case, knowledge: Knowledge) -> str:
    """Until when the case is to be done."""
    return f"请在 {moment(case.handle_due_at, knowledge)} 前办结。" if case.handle_due_at else ""


def in_hand(case: Case) -> tuple[Choice, ...]:
    """What can be done with a signed case."""
    return (Choice("反馈办结", f"反馈 {case.number}"), Choice("看案件", f"案件 {case.number}"))


def choices_of(cases: Sequence[Case]) -> tuple[Choice, ...]:
    """The next step of each task."""
    return tuple(Choice(f"{NEXT.get(case.state, '案件')} {case.number}") for case in cases)
