"""转调解、调解：矛盾纠纷双方都同意的交给调解员，调解员记下达成的协议，或者没有谈成的原因。"""

from cases.case import Case
from cases.people import Role
from dialogs.admin.cases import acting
from dialogs.citizen.outcomes import DISPUTE_ROUTES
from dialogs.engine.answers import FreeText, OneOf, YesNo
from dialogs.engine.command import NO_NUMBER, NO_WORDS, CaseNumber, Words, command
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.engine.offered import OneName
from dialogs.engine.words import parted, plain
from dialogs.officer.first import first_wins
from dialogs.officer.tasks import WORKERS
from dialogs.officer.which import one_task
from dialogs.phrases import line, moment

SENDING = WORKERS | acting("to_mediation")
MEDIATORS = acting("mediation_done", "mediation_refused", "mediation_failed")
AGREED = "双方同意调解"
BOTH = frozenset({"双方同意", "双方都同意", "都同意", "双方同意调解", "双方都同意调解", "同意"})
OUTCOMES = (("成功", "mediation_done"), ("不同意", "mediation_refused"), ("不成", "mediation_failed"))
SAID_ALSO = {
    "调解成功": "成功",
    "达成协议": "成功",
    "谈成了": "成功",
    "一方不同意": "不同意",
    "调解不成": "不成",
    "没谈成": "不成",
}
ASKED = {
    "mediation_done": "达成了什么协议？写清楚谁在什么时候做什么，双方和核查员会看到。",
    "mediation_refused": "哪一方不同意，为什么？",
    "mediation_failed": "为什么没有谈成？",
}
CAME = {
    "mediation_done": "调解成功，协议已记下，等核查员核查。",
    "mediation_refused": f"已回到承办人手里继续办理，已告诉群众可以走：{DISPUTE_ROUTES}。",
    "mediation_failed": f"已记为调解不成，等核查员核查，已告诉群众可以走：{DISPUTE_ROUTES}。",
}
SHORTEST = 4


class SendToMediation(Dialog):
    """Whether both sides agree, and who mediates; opened by 转调解 with the number and the mediators filled in."""

    title = "转调解"
    roles = SENDING
    stopped = "好的，没有转调解。"
    in_menu = False

    agreed = Ask("双方都同意调解吗？调解要双方自愿。", YesNo("双方都同意", "有一方不同意"))
    mediator = Ask("请哪位调解员？回复数字，或写姓名。", OneName("mediators"), only_if=lambda dialog: dialog.agreed)

    async def finish(self, desk: FrontDesk) -> Reply:
        """Hand it to the mediator, unless one side declines."""
        number = str(self.answers["case"])
        if not self.agreed:
            return Reply(
                f"调解要双方自愿，{number} 没有转。请继续办理，也可以告诉双方走：{DISPUTE_ROUTES}。", _in_work(number)
            )
        return await sent(desk, number, self.mediator)


@command("转调解", usage="转调解 [编号] [调解员] [双方同意]", about="矛盾纠纷双方都同意时转给调解员", roles=SENDING)
async def to_mediation(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Hand a dispute to a mediator once both sides agree. Raises Refusal."""
    found = await one_task(desk, case, "转调解", words, "to_mediation")
    if isinstance(found, Reply):
        return found
    name, rest = parted(words)
    if name and plain(rest) in BOTH:
        return await sent(desk, found.number, name)
    filled = {"case": found.number, "mediators": await _mediators(desk, found)}
    desk.follow_up("send_to_mediation", filled | ({"mediator": name} if name else {}))
    return Reply(f"转调解 {line(found, desk.knowledge)}。")


async def sent(desk: FrontDesk, number: str, mediator: str) -> Reply:
    """Hand it to that mediator; both sides agree. Raises Refusal."""
    done = await first_wins(desk, number, "to_mediation", desk.cases.to_mediation(number, mediator, AGREED))
    if isinstance(done, Reply):
        return done
    named = await desk.work.people.get(done.overlay.mediator) if done.overlay.mediator is not None else None
    due = f"，请在 {moment(done.clock_due_at, desk.knowledge)} 前谈完" if done.clock_due_at else ""
    return Reply(f"已把 {done.number} 交给调解员{named.name if named else mediator}{due}。有结果马上告诉您。")


async def _mediators(desk: FrontDesk, case: Case) -> list[str]:
    """The mediators on duty of the units above the place, the nearest first; where these have none, all."""
    found: dict[int, str] = {}
    staffing = desk.staffing.of(case)
    for unit in desk.knowledge.units.chain(case.place.unit):
        found |= {one.id: one.name for one in await staffing.on_duty(unit.code, Role.MEDIATOR)}
    found = found or {one.id: one.name for one in await staffing.on_duty(None, Role.MEDIATOR)}
    return [name for id_, name in found.items() if id_ != case.handler]


class Mediate(Dialog):
    """What came of a mediation; opened by 调解 with the case's number filled in."""

    title = "调解结果"
    roles = MEDIATORS
    stopped = "好的，还没有记下结果，调解照常进行。"
    in_menu = False

    outcome = Ask("调解结果怎样？", OneOf(OUTCOMES, SAID_ALSO))
    words = Ask(lambda dialog: ASKED[dialog.outcome], FreeText(at_least=SHORTEST))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Keep it."""
        return await came_of(desk, str(self.answers["case"]), self.outcome, self.words)


@command(
    "调解",
    usage="调解 [编号] [成功|不同意|不成] [协议或原因]",
    about="记下调解的结果和协议",
    roles=MEDIATORS,
)
async def mediate(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Keep what came of a mediation. Raises Refusal."""
    found = await one_task(desk, case, "调解", words, *(action for _, action in OUTCOMES))
    if isinstance(found, Reply):
        return found
    first, rest = parted(words)
    outcome = dict(OUTCOMES).get(SAID_ALSO.get(plain(first), plain(first)))
    if outcome is not None and len(rest) >= SHORTEST:
        return await came_of(desk, found.number, outcome, rest)
    desk.follow_up("mediate", {"case": found.number} | ({"outcome": outcome} if outcome else {}))
    return Reply(f"调解 {line(found, desk.knowledge)}。")


async def came_of(desk: FrontDesk, number: str, outcome: str, words: str) -> Reply:
    """Keep the outcome: an agreement, a side that declines, or none. Raises Refusal."""
    keep = {
        "mediation_done": desk.cases.mediation_done,
        "mediation_refused": desk.cases.mediation_refused,
        "mediation_failed": desk.cases.mediation_failed,
    }
    done = await first_wins(desk, number, outcome, keep[outcome](number, words))
    return done if isinstance(done, Reply) else Reply(f"{done.number} {CAME[outcome]}")


def _in_work(number: str) -> tuple[Choice, ...]:
    return (Choice("反馈办结", f"反馈 {number}"), Choice("看案件", f"案件 {number}"))
