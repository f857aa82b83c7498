"""What a handler asks for step by step: to return a task, more time, another category, another place."""

from cases.case import Case
from cases.people import Role
from dialogs.citizen.in_one_grid import InOneGrid, where
from dialogs.citizen.one_category import OneCategory
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.engine.offered import Days, OneUnit, UsualWords
from dialogs.officer.first import first_wins
from dialogs.officer.tasks import WORKERS, in_hand
from dialogs.phrases import moment, title, unit_name, until

SHORTEST_REASON = 2
CORRECTING = WORKERS | frozenset({Role.ACCEPTOR, Role.DISPATCHER})
WHY_RETURNED = ("不在我们辖区", "不是我们的职责", "地点找不到，现场没有这个问题", "已有人在办，是同一件事")
WHY_LATER = ("等配件或材料", "天气原因不能施工", "要别的单位配合", "要先走审批")


class GiveBack(Dialog):
    """Why a task is not this unit's, and whose it is; opened by 退单 with the case's number filled in."""

    title = "退单"
    roles = WORKERS
    stopped = "好的，没有退单，任务还在您手里。"
    in_menu = False

    reason = Ask("为什么退？回复数字，或用自己的话写。", UsualWords(at_least=SHORTEST_REASON, usual=WHY_RETURNED))
    suggested = Ask("应该由哪个单位办？回复数字，或写单位全称。", OneUnit("units", "说不清"))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Ask; the dispatcher decides."""
        return await returned(desk, str(self.answers["case"]), self.reason, self.suggested)


async def returned(desk: FrontDesk, number: str, reason: str, unit: str) -> Reply:
    """Ask for the return; what becomes of the task meanwhile. Raises Refusal."""
    done = await first_wins(desk, number, "ask_return", desk.cases.ask_return(number, reason, unit))
    if isinstance(done, Reply):
        return done
    wish = f"，建议由{unit_name(unit, desk.knowledge)}办理" if unit else ""
    return Reply(
        f"已申请退单 {done.number}{wish}，等派遣员决定，结果马上告诉您。这段时间时限不停。",
        (Choice("看案件", f"案件 {done.number}"),),
    )


class AskForTime(Dialog):
    """How much more time, and why; opened by 延期 with the case's number filled in."""

    title = "申请延期"
    roles = WORKERS
    stopped = "好的，没有申请延期，时限不变。"
    in_menu = False

    days = Ask(lambda dialog: f"要延几{dialog.answers.get('of', '个工作日')}？", Days())
    reason = Ask(
        "为什么？理由会告诉群众。回复数字，或用自己的话写。", UsualWords(at_least=SHORTEST_REASON, usual=WHY_LATER)
    )

    async def finish(self, desk: FrontDesk) -> Reply:
        """Ask; the dispatcher decides."""
        return await asked_for_time(desk, str(self.answers["case"]), self.days, self.reason)


async def asked_for_time(desk: FrontDesk, number: str, days: int, reason: str) -> Reply:
    """Ask for so many days more; the limit stands until somebody agrees. Raises Refusal."""
    done = await desk.cases.ask_extend(number, days, reason)
    due = f"没有同意以前，仍要在 {moment(done.handle_due_at, desk.knowledge)} 前办结。" if done.handle_due_at else ""
    return Reply(f"已申请把 {done.number} 延期 {days} {days_of(done, desk)}，等派遣员决定。{due}", in_hand(done))


def days_of(case: Case, desk: FrontDesk) -> str:
    """What a day is for the case's limits: of work, or of 24 hours."""
    return "天（连续计时）" if case.continuous(desk.knowledge.rules_of(case)) else "个工作日"


class CorrectCategory(Dialog):
    """What category it really is; opened by 改类 with the case's number filled in."""

    title = "改类别"
    roles = CORRECTING
    stopped = "好的，类别没有改。"
    in_menu = False

    category = Ask("应该是哪一类？回复数字，或用自己的话说。", OneCategory())

    async def finish(self, desk: FrontDesk) -> Reply:
        """Propose it, or do it where this person may."""
        return await recategorised(desk, str(self.answers["case"]), self.category.code)


async def recategorised(desk: FrontDesk, number: str, code: str) -> Reply:
    """Another category: done at once by the office, proposed by a worker. Raises Refusal."""
    done = await desk.cases.correct_category(number, code)
    category = desk.knowledge.rules.catalogue.get(code)
    return _corrected(desk, done, "correct_category", f"类别改为“{category.title if category else code}”")


class CorrectPlace(Dialog):
    """Where it really is; opened by 改位置 with the case's number filled in."""

    title = "改位置"
    roles = CORRECTING
    stopped = "好的，位置没有改。"
    in_menu = False

    place = Ask(where, InOneGrid())

    async def finish(self, desk: FrontDesk) -> Reply:
        """Propose it, or do it where this person may."""
        return await relocated(desk, str(self.answers["case"]), self.place.unit)


async def relocated(desk: FrontDesk, number: str, unit: str) -> Reply:
    """Another place: done at once by the office, proposed by a worker. Raises Refusal."""
    done = await desk.cases.correct_place(number, unit)
    return _corrected(desk, done, "correct_place", f"位置改为“{unit_name(unit, desk.knowledge)}”")


def _corrected(desk: FrontDesk, case: Case, action: str, what: str) -> Reply:
    """What was done, or is only proposed: which of both the last event of this turn says."""
    seen = (Choice("看案件", f"案件 {case.number}"),)
    if any(event.action == action for _, event in desk.cases.news):
        return Reply(f"{case.number} 的{what}，编号和群众的期限不变。{until(case, desk.knowledge)}", seen)
    return Reply(f"已提议把 {case.number} 的{what}，等受理员或派遣员同意。现在仍按“{_now(desk, case)}”办。", seen)


def _now(desk: FrontDesk, case: Case) -> str:
    return f"{title(case, desk.knowledge)}，{unit_name(case.place.unit, desk.knowledge)}"
