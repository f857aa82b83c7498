"""挂账、恢复：客观上办不了的案件暂缓到哪一天，到期或条件具备了接着办。"""

from datetime import date, timedelta

from cases.errors import Refusal
from dialogs.admin.cases import acting
from dialogs.admin.missing import offer, which
from dialogs.admin.steps import next_steps
from dialogs.engine.command import NO_WORDS, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.moments import NoMoment, begins
from dialogs.phrases import day, until

OFFERED = (7, 14, 30, 90)
"""Days ahead that are offered."""


@command(
    "挂账",
    usage="挂账 <编号> <到哪天> <原因> [说明]",
    about="客观原因暂缓办理，到期自动恢复",
    roles=acting("suspend"),
)
async def suspend(
    desk: FrontDesk, case: CaseNumber, until: str = "", reason: str = "", words: Words = NO_WORDS
) -> Reply:
    """Pause a case until a day, for a listed reason; what is missing is offered. Raises Refusal."""
    today = desk.now.astimezone(desk.knowledge.rules.county.zone).date()
    reasons = desk.knowledge.rules.reasons.suspend
    if not until or reason not in reasons:
        found = await desk.cases.ready(case, "suspend")
        if not until:
            days = [today + timedelta(days=ahead) for ahead in OFFERED]
            choices = tuple(Choice(f"{one.month}月{one.day}日", f"挂账 {found.number} {one}") for one in days)
            return Reply(f"暂缓到哪一天？也可以写：挂账 {found.number} 2026-12-31", choices)
        says = f"挂账 {found.number} {_day(desk, until)}"
        return offer(which(reason, "原因", "因为什么暂缓？群众会看到。"), says, reasons, words)
    done = await desk.cases.suspend(case, _day(desk, until), reason, words)
    at = done.overlay.resume_at
    back = f"，{day(at, desk.knowledge, desk.now)}自动恢复" if at is not None else ""
    return Reply(f"{done.number} 已挂账（{reason}）{back}，已告诉群众。", await next_steps(desk, done))


@command("恢复", usage="恢复 <编号> [说明]", about="条件具备了，提前恢复办理", roles=acting("resume"))
async def resume(desk: FrontDesk, case: CaseNumber, words: Words = NO_WORDS) -> Reply:
    """Let a paused case go on before its day. Raises Refusal."""
    done = await desk.cases.resume(case, words)
    return Reply(f"{done.number} 已恢复办理，已告诉群众。{until(done, desk.knowledge)}", await next_steps(desk, done))


def _day(desk: FrontDesk, words: str) -> date:
    """The local day that the words name. Raises Refusal with how to write it."""
    calendar = desk.knowledge.rules.calendar
    try:
        return begins(words, desk.now, calendar).astimezone(calendar.zone).date()
    except NoMoment:
        raise Refusal(f"没看懂日期“{words[:20]}”。请写成 2026-12-31 或 12月31日。") from None
