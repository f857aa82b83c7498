"""我的任务：手里的任务、协办和调解，各按剩下的时间排好。"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from cases.case import Case
from cases.people import Post, Role
from cases.record import State
from cases.scope import HELPERS
from dialogs.engine.around import Knowledge
from dialogs.engine.command import command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.phrases import clock_line, line, moment, stage, unit_name

WORKERS = frozenset({Role.GRID_WORKER, Role.HANDLER})
HOLDERS = WORKERS | frozenset({Role.ASSISTANT, Role.MEDIATOR})
NEXT = {State.DISPATCHED: "签收"}
SHOWN = 5
"""Tasks in one list: more do not fit one message."""
LAST = datetime.max.replace(tzinfo=UTC)


@command("我的任务", usage="我的任务", about="手里的任务、协办和调解，最急的在前", roles=HOLDERS)
async def my_tasks(desk: FrontDesk) -> Reply:
    """The person's tasks, assists and mediations apart, least time left first, with what to do with each."""
    held = pressing(await desk.cases.my_tasks())
    scope = desk.cases.scope
    mediations = [case for case in held if case.state is State.MEDIATING and scope.mediates(case)]
    asked = {case.number: due for case in held if (due := _assists(case, scope.posts)) is not None}
    assists = sorted((case for case in held if case.number in asked), key=lambda case: asked[case.number])
    apart = {case.number for case in (*mediations, *assists)}
    own = [case for case in held if case.number not in apart]
    tasks = [case for case in own if case.state is not State.FEEDBACK]
    checking = f"有 {len(own) - len(tasks)} 件已反馈，等核查。" if len(own) > len(tasks) else ""
    if not tasks and not apart:
        return Reply(f"您手里现在没有要办的任务。{checking}有新任务会马上告诉您。")
    lines = [
        *_part("任务", tasks, (task_line(case, desk.knowledge, desk.now) for case in tasks)),
        *_part("协办", assists, (_assist_line(case, asked[case.number], desk.knowledge) for case in assists)),
        *_part("调解", mediations, (task_line(case, desk.knowledge, desk.now) for case in mediations)),
    ]
    choices = (
        *choices_of(tasks[:SHOWN]),
        *(Choice(f"协办反馈 {case.number}") for case in assists[:SHOWN]),
        *(Choice(f"调解 {case.number}") for case in mediations[:SHOWN]),
    )
    return Reply("\n".join([*lines, *filter(None, [checking])]), choices)


def _part(name: str, cases: Sequence[Case], lines: Iterable[str]) -> list[str]:
    """One kind with its head, as many as are shown."""
    if not cases:
        return []
    shown = [f"您有 {len(cases)} 件{name}：", *list(lines)[:SHOWN]]
    return [*shown, f"还有 {len(cases) - SHOWN} 件，办完前面的再发“我的任务”。"] if len(cases) > SHOWN else shown


def _assists(case: Case, posts: Sequence[Post]) -> datetime | None:
    """Until when a unit of these posts owes an answer to another; None where none does."""
    units = {post.unit for post in posts if post.role in HELPERS}
    due = [one.due_at for one in case.overlay.assists if one.is_open and one.unit in units]
    return min(due) if due and case.state is State.IN_PROGRESS else None


def _assist_line(case: Case, due: datetime, knowledge: Knowledge) -> str:
    lead = unit_name(case.lead_unit or case.owner_unit, knowledge)
    return f"· {line(case, knowledge)}\n　{lead}主办，请在 {moment(due, knowledge)} 前答复"


def pressing(cases: Sequence[Case]) -> Sequence[Case]:
    """The cases in the order in which their limits end."""
    return sorted(cases, key=lambda case: (case.clock_due_at or LAST, case.number))


def task_line(case: Case, knowledge: Knowledge, now: datetime) -> str:
    """One task: number, category, place, state, light and time left."""
    return f"· {line(case, knowledge)}\n　{stage(case)}，{clock_line(case, knowledge, now) or '不计时'}"


def in_hand(case: Case) -> tuple[Choice, ...]:
    """What can be done with a signed case."""
    return (Choice("反馈办结", f"反馈 {case.number}"), Choice("看任务", f"任务 {case.number}"))


def choices_of(cases: Sequence[Case]) -> tuple[Choice, ...]:
    """The next step of each task."""
    return tuple(Choice(f"{NEXT.get(case.state, '任务')} {case.number}") for case in cases)
