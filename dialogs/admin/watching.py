"""督办、重办、维持：盯着案件办好，对群众的异议作出答复。"""

from collections.abc import Mapping

from cases.record import State
from cases.supervision import Supervision
from dialogs.admin.cases import acting
from dialogs.admin.decisions import outcome
from dialogs.admin.missing import ask_words, offer, which
from dialogs.admin.steps import next_steps
from dialogs.engine.command import NO_WORDS, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply
from dialogs.engine.words import parted
from dialogs.officer.holders import addressees
from dialogs.phrases import unit_name, until

LEVELS: Mapping[str, Supervision] = {
    "黄牌": Supervision.YELLOW,
    "红牌": Supervision.RED,
    "挂牌": Supervision.LISTED,
    "取消": Supervision.NONE,
}


@command(
    "督办",
    usage="督办 <编号> 黄牌|红牌|挂牌|取消 <理由>",
    about="督办案件；黄牌、红牌、挂牌只能加重，取消要写理由",
    roles=acting("supervise", "list_supervise"),
)
async def supervise(desk: FrontDesk, case: CaseNumber, level: str = "", words: Words = NO_WORDS) -> Reply:
    """Watch a case more closely, or no longer; one under review is listed and done again. Raises Refusal."""
    if level not in LEVELS:
        found = await desk.cases.ready(case, "supervise", "list_supervise")
        return offer(which(level, "督办", "怎样督办？"), f"督办 {found.number}", LEVELS, words)
    if not words:
        return await ask_words(desk, "督办", case, "supervise", "list_supervise", level=level)
    found = await desk.cases.find(case, mine=False)
    if found.state is State.REOPEN_REVIEW and LEVELS[level] is Supervision.LISTED:
        done = await desk.cases.list_supervise(case, words)
        text = f"{done.number} 已挂牌督办，由{unit_name(done.lead_unit, desk.knowledge)}重新办理。"
        return Reply(text, await next_steps(desk, done))
    done = await desk.cases.supervise(case, LEVELS[level], words)
    text = f"{done.number} 已{'取消督办' if level == '取消' else f'{level}督办'}，承办人和分管领导会收到通知。"
    return Reply(text, await next_steps(desk, done))


@command("重办", usage="重办 <编号> [说明]", about="群众的异议成立，由原单位重新办理", roles=acting("reopen"))
async def reopen(desk: FrontDesk, case: CaseNumber, words: Words = NO_WORDS) -> Reply:
    """Have a case done again by the same unit; where no unit has had it, the first word says which. Raises Refusal."""
    found = await desk.cases.ready(case, "reopen")
    to, said = ("", str(words)) if found.lead_unit is not None else parted(words)
    if found.lead_unit is None and not to:
        text = f"{found.number} 还没有单位办过，派给谁？请选，或写：重办 {found.number} 姓名或单位"
        return Reply(text, await addressees(desk.staffing, desk.knowledge, found, "重办"))
    done = await desk.cases.reopen(case, said, to)
    text = f"{done.number} 已重办，由{unit_name(done.lead_unit, desk.knowledge)}重新办理。{until(done, desk.knowledge)}"
    return Reply(text, await next_steps(desk, done))


@command(
    "维持",
    usage="维持 <编号> <说明>",
    about="维持原处理并向群众说明，经第二个人复核",
    roles=acting("uphold"),
)
async def uphold(desk: FrontDesk, case: CaseNumber, words: Words = NO_WORDS) -> Reply:
    """Propose to leave it at that, with the explanation that the citizen reads. Raises Refusal."""
    if not words:
        return await ask_words(desk, "维持", case, "uphold")
    done = await desk.cases.uphold(case, words)
    return await outcome(desk, done, "uphold", f"{done.number} 已维持原处理，已向群众说明。")
