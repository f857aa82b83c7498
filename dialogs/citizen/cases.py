"""What citizens can say about their own cases: status, supplement, withdraw, done, not done, privacy notice."""

from collections.abc import Sequence

from cases.case import Case
from cases.errors import Refusal
from cases.events import Event
from cases.lifecycle import STAGES, allowed
from cases.people import Role
from cases.record import State
from dialogs.citizen.notices import done_or_not
from dialogs.engine.command import NO_NUMBER, NO_WORDS, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.phrases import moment, title, unit_name

HAPPENED = {
    "submit": "您上报了",
    "accept": "已受理",
    "dispatch": "已分派承办单位",
    "sign": "承办人已签收",
    "auto_sign": "已进入办理",
    "progress": "办理进展",
    "feedback": "承办人反馈",
    "approve": "核查通过，已办结",
    "return_rework": "退回返工",
    "rate": "您已评价，案件归档",
    "rate_bad": "您不满意，正在复核",
    "reopen": "重新办理",
    "list_supervise": "挂牌督办",
    "silent_archive": "到期归档",
    "cancel": "您撤回了",
    "goes_on": "您撤回了，隐患由网格员继续处理",
    "supplement": "您补充了情况",
    "overdue": "超过时限，已上报上一级",
    "redate": "放假安排公布，期限重算",
}
NONE_TO_CONFIRM = "没有等您确认的案件。要看进度，请回复“查询”。"
SHOWN_WORDS = frozenset({"progress", "feedback", "return_rework"})


@command("查询", usage="查询 [编号]", about="看自己的案件和进度；直接回复编号也行")
async def status(desk: FrontDesk, case: CaseNumber = NO_NUMBER) -> Reply:
    """The person's own cases, or one case's course in plain words."""
    if case:
        found = await desk.cases.find(case, mine=True)
        return Reply(course(found, await desk.work.cases.timeline(found.number), desk), next_steps(found))
    cases = await desk.cases.my_cases()
    if not cases:
        return Reply("您还没有上报过案件。", (Choice("我要上报", "上报"),))
    lines = [_line(one, desk) for one in cases]
    choices = tuple(Choice(one.number, f"查询 {one.number}") for one in cases[:5])
    return Reply("\n".join(["您上报的案件：", *lines]), choices)


@command("补充", usage="补充 <编号> <情况>", about="给自己的案件补充情况")
async def supplement(desk: FrontDesk, case: CaseNumber, words: Words) -> Reply:
    """Add words to an own case."""
    done = await desk.cases.supplement(case, words)
    return Reply(f"已补充到案件 {done.number}，承办人会看到。")


@command("撤销", usage="撤销 <编号> [原因]", about="撤回自己的案件")
async def cancel(desk: FrontDesk, case: CaseNumber, words: Words = NO_WORDS) -> Reply:
    """Ask whether to withdraw an own case that is still open. Raises Refusal."""
    found = await desk.cases.find(case, mine=True)
    allowed(found.state, "cancel", Role.CITIZEN)
    desk.follow_up("withdraw", {"case": found.number, "reason": words})
    return Reply(f"案件 {found.number}：{title(found, desk.knowledge)}。")


@command("办好了", usage="办好了 [编号]", about="确认已经办好")
async def confirm(desk: FrontDesk, case: CaseNumber = NO_NUMBER) -> Reply:
    """The reporter's own confirmation, the best check there is; then the rating."""
    found = await _mine(desk, case, State.FEEDBACK, "办好了", NONE_TO_CONFIRM)
    if isinstance(found, Reply):
        return found
    done = await desk.cases.confirm(found.number)
    desk.follow_up("rate", {"case": done.number})
    return Reply(f"谢谢确认，案件 {done.number} 已办结，请您评价。")


@command("没办好", usage="没办好 [编号] [哪里没办好]", about="没有办好，退回返工")
async def not_done(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """The reporter says that it is not done; back to the unit, with what is missing."""
    found = await _mine(desk, case, State.FEEDBACK, "没办好", NONE_TO_CONFIRM, words=words)
    if isinstance(found, Reply):
        return found
    if not words:
        allowed(found.state, "return_rework", Role.CITIZEN)
        desk.follow_up("not_done", {"case": found.number})
        return Reply("")
    done = await desk.cases.not_done(found.number, words)
    return Reply(f"案件 {done.number} 已退回，请承办单位重新办理，有结果马上告诉您。")


@command("评价", usage="评价 [编号]", about="评价已经办结的案件")
async def rate(desk: FrontDesk, case: CaseNumber = NO_NUMBER) -> Reply:
    """Open the survey of a closed case. Raises Refusal before anything is asked that would be in vain."""
    found = await _mine(desk, case, State.CLOSED, "评价", "没有等您评价的案件。要看进度，请回复“查询”。")
    if isinstance(found, Reply):
        return found
    allowed(found.state, "rate", Role.CITIZEN)
    desk.follow_up("rate", {"case": found.number})
    return Reply(f"案件 {found.number}：{title(found, desk.knowledge)}。")


@command("告知书", usage="告知书", about="您的个人信息怎么用、留多久")
async def privacy_notice(desk: FrontDesk) -> Reply:
    """The privacy notice, whenever asked for."""
    return Reply(desk.knowledge.rules.privacy_notice)


async def _mine(desk: FrontDesk, number: str, state: State, says: str, none: str, *, words: str = "") -> Case | Reply:
    """The own case of that number; without one the only one in that state, or the question which. Raises Refusal."""
    if number:
        return await desk.cases.find(number, mine=True)
    waiting = [one for one in await desk.cases.my_cases() if one.state is state]
    if not waiting:
        raise Refusal(none)
    if len(waiting) > 1:
        choices = (Choice(_line(one, desk), f"{says} {one.number} {words}".strip()) for one in waiting)
        return Reply("是哪一件？", tuple(choices))
    return waiting[0]


def stands(case: Case, desk: FrontDesk) -> str:
    """How a case stands, in the words for citizens."""
    unit = unit_name(case.lead_unit or case.owner_unit, desk.knowledge)
    return STAGES[case.state].citizen.replace("{unit}", unit)


def course(case: Case, timeline: Sequence[Event], desk: FrontDesk) -> str:
    """One case's course, oldest first."""
    lines = [f"案件 {case.number}：{title(case, desk.knowledge)}，{case.place.words}", f"现在：{stands(case, desk)}"]
    if case.is_open and case.citizen_due_at and case.state is not State.CLOSED:
        lines.append(f"答复期限：{moment(case.citizen_due_at, desk.knowledge)}")
    for event in timeline:
        if event.action in HAPPENED:
            words = f"：{event.words}" if event.words and event.action in SHOWN_WORDS else ""
            lines.append(f"{moment(event.at, desk.knowledge)} {HAPPENED[event.action]}{words}")
    return "\n".join(lines)


def next_steps(case: Case) -> tuple[Choice, ...]:
    """What the reporter can do now."""
    match case.state:
        case State.FEEDBACK:
            return done_or_not(case.number)
        case State.CLOSED:
            return (Choice("评价", f"评价 {case.number}"),)
        case State.SUBMITTED | State.ACCEPTED | State.DISPATCHED | State.IN_PROGRESS:
            return (Choice("撤回这件", f"撤销 {case.number}"),)
        case _:
            return ()


def _line(case: Case, desk: FrontDesk) -> str:
    day = moment(case.submitted_at, desk.knowledge).split()[0]
    return f"{day} {case.number} {title(case, desk.knowledge)}：{stands(case, desk)}"
