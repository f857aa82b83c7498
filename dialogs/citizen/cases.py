"""What citizens can say about their own cases: status, supplement, withdraw, done, not done, privacy notice."""

from collections.abc import Mapping, Sequence

from cases.case import Case
from cases.lifecycle import allowed
from cases.people import Role
from cases.record import State
from dialogs.citizen.afterwards import supplied
from dialogs.citizen.mine import OPEN, followed_line, one_of_mine, own_case, own_line
from dialogs.citizen.notices import done_or_not
from dialogs.citizen.standing import course, followed_course, questions
from dialogs.engine.command import NO_NUMBER, NO_WORDS, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.phrases import title

SHOWN = 5
NONE_TO_CONFIRM = "没有等您确认的案件。要看进度，请回复“查询”。"
NONE_TO_RATE = "没有等您评价的案件。要看进度，请回复“查询”。"
WITHDRAW, URGE = ("撤回这件", "撤销"), ("催一催", "催办")
STEPS: Mapping[State, Sequence[tuple[str, str]]] = {
    State.SUBMITTED: (WITHDRAW,),
    State.ACCEPTED: (WITHDRAW,),
    State.NEED_INFO: (("现在补充", "补充"), WITHDRAW),
    State.DISPATCHED: (WITHDRAW, URGE),
    State.IN_PROGRESS: (WITHDRAW, URGE),
    State.RETURN_REVIEW: (URGE,),
    State.MEDIATING: (URGE,),
    State.REOPEN_REVIEW: (URGE,),
    State.CLOSED: (("评价", "评价"),),
    State.MERGED: (("不是同一件事", "拆单"),),
    State.ARCHIVED: (("又出现了", "再次反映"),),
    State.REJECTED: (("申请复核", "申请复核"),),
}
"""What the reporter can press: the label, and the command that it says with the case's number."""
NONE_OPEN = "您没有正在办理的案件。有新问题，请回复“上报”。"


@command("查询", usage="查询 [编号]", about="看自己的案件和进度；直接回复编号也行")
async def status(desk: FrontDesk, case: CaseNumber = NO_NUMBER) -> Reply:
    """The person's own cases, or one case's course in plain words."""
    if case:
        found = await desk.cases.find(case, mine=True)
        timeline = await desk.work.cases.timeline(found.number)
        if found.reporter.address != desk.address:
            return Reply(followed_course(found, timeline, desk.knowledge), followers_steps(found))
        return Reply(course(found, timeline, desk.knowledge), next_steps(found))
    cases, followed = await desk.cases.my_cases(), await desk.cases.followed_cases()
    if not cases and not followed:
        return Reply("您还没有上报过案件。", (Choice("我要上报", "上报"),))
    lines = ["您上报的案件：", *[await own_line(one, desk) for one in cases]] if cases else []
    lines += ["您关注的案件：", *[followed_line(one, desk.knowledge) for one in followed]] if followed else []
    choices = tuple(Choice(one.number, f"查询 {one.number}") for one in (*cases, *followed)[:SHOWN])
    return Reply("\n".join(lines), choices)


@command("补充", usage="补充 [编号] [情况]", about="给自己的案件补充情况，或回答问您的问题")
async def supplement(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Add words to an own case, or answer what was asked; without words they are asked for. Raises Refusal."""
    found = await one_of_mine(desk, case, "补充", NONE_OPEN, {State.NEED_INFO}, OPEN, words=words)
    if isinstance(found, Reply):
        return found
    if words:
        return await supplied(desk, found.number, words, ())
    asked = questions(found, await desk.work.cases.timeline(found.number))
    desk.follow_up("supply", {"case": found.number, "asked": asked})
    return Reply(f"案件 {found.number}：{title(found, desk.knowledge)}。")


@command("撤销", usage="撤销 <编号> [原因]", about="撤回自己的案件")
async def cancel(desk: FrontDesk, case: CaseNumber, words: Words = NO_WORDS) -> Reply:
    """Ask whether to withdraw an own case that is still open. Raises Refusal."""
    found = await own_case(desk, case)
    allowed(found.state, "cancel", Role.CITIZEN)
    desk.follow_up("withdraw", {"case": found.number, "reason": words})
    return Reply(f"案件 {found.number}：{title(found, desk.knowledge)}。")


@command("办好了", usage="办好了 [编号]", about="确认已经办好")
async def confirm(desk: FrontDesk, case: CaseNumber = NO_NUMBER) -> Reply:
    """The reporter's own confirmation, the best check there is; then the rating."""
    found = await one_of_mine(desk, case, "办好了", NONE_TO_CONFIRM, {State.FEEDBACK})
    if isinstance(found, Reply):
        return found
    done = await desk.cases.confirm(found.number)
    desk.follow_up("rate", {"case": done.number})
    return Reply(f"谢谢确认，案件 {done.number} 已办结，请您评价。")


@command("没办好", usage="没办好 [编号] [哪里没办好]", about="没有办好，退回返工")
async def not_done(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """The reporter says that it is not done; back to the unit, with what is missing."""
    found = await one_of_mine(desk, case, "没办好", NONE_TO_CONFIRM, {State.FEEDBACK}, words=words)
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
    found = await one_of_mine(desk, case, "评价", NONE_TO_RATE, {State.CLOSED})
    if isinstance(found, Reply):
        return found
    allowed(found.state, "rate", Role.CITIZEN)
    desk.follow_up("rate", {"case": found.number})
    return Reply(f"案件 {found.number}：{title(found, desk.knowledge)}。")


@command("告知书", usage="告知书", about="您的个人信息怎么用、留多久")
async def privacy_notice(desk: FrontDesk) -> Reply:
    """The privacy notice, whenever asked for."""
    return Reply(desk.knowledge.rules.privacy_notice)


def next_steps(case: Case) -> tuple[Choice, ...]:
    """What the reporter can do now."""
    if case.state is State.FEEDBACK:
        return done_or_not(case.number)
    return tuple(Choice(label, f"{says} {case.number}") for label, says in STEPS.get(case.state, ()))


def followers_steps(case: Case) -> tuple[Choice, ...]:
    """What one who follows it can do now."""
    urge = (Choice("催一催", f"催办 {case.number}"),) if case.is_open else ()
    return (*urge, Choice("不再关注", f"不再关注 {case.number}"))
