"""转办、协办、协办反馈、免协办：把任务交给同单位的同事，请别的单位一起办，答复别人的邀请。"""

from collections.abc import Sequence

from cases import owners
from cases.case import Case
from dialogs.admin.cases import acting
from dialogs.engine.answers import FreeText
from dialogs.engine.command import NO_NUMBER, NO_WORDS, CaseNumber, Words, command
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.engine.offered import OneName, OneUnit
from dialogs.engine.words import parted
from dialogs.officer.first import first_wins
from dialogs.officer.tasks import WORKERS, in_hand
from dialogs.officer.which import one_task
from dialogs.phrases import line, moment, unit_name

HANDING = WORKERS | acting("hand_over")
INVITING = WORKERS | acting("invite_assist")
ANSWERING = WORKERS | acting("answer_assist")
SHORTEST = 2


class HandOver(Dialog):
    """To which colleague; opened by 转办 with the case's number and the colleagues filled in."""

    title = "转办"
    roles = HANDING
    stopped = "好的，没有转办。"
    in_menu = False

    to = Ask("转给哪位同事？回复数字，或写姓名。", OneName("colleagues"))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Hand it over."""
        return await handed_over(desk, str(self.answers["case"]), self.to, "")


@command("转办", usage="转办 [编号] [同事姓名] [原因]", about="转给同单位的同事办", roles=HANDING)
async def hand_over(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Hand a task over to a colleague of the unit. Raises Refusal."""
    found = await one_task(desk, case, "转办", words, "hand_over")
    if isinstance(found, Reply):
        return found
    name, why = parted(words)
    if name:
        return await handed_over(desk, found.number, name, why)
    desk.follow_up("hand_over", {"case": found.number, "colleagues": await _colleagues(desk, found)})
    return Reply(f"转办 {line(found, desk.knowledge)}。")


async def handed_over(desk: FrontDesk, number: str, name: str, why: str) -> Reply:
    """Hand it over to the colleague of that name. Raises Refusal."""
    done = await first_wins(desk, number, "hand_over", desk.cases.hand_over(number, name, why))
    if isinstance(done, Reply):
        return done
    holder = await desk.work.people.get(done.handler) if done.handler is not None else None
    return Reply(
        f"已把 {done.number} 转给{holder.name if holder else name}，时限不变，已通知本人。",
        (Choice("看案件", f"案件 {done.number}"),),
    )


async def _colleagues(desk: FrontDesk, case: Case) -> Sequence[str]:
    """The names of the other workers of the case's unit."""
    there = await desk.staffing.on_duty(case.lead_unit or case.owner_unit, *owners.WORKERS)
    return [one.name for one in there if one.id != case.handler]


class InviteHelp(Dialog):
    """Which unit is to help, and with what; opened by 协办 with the case's number filled in."""

    title = "请协办"
    roles = INVITING
    stopped = "好的，没有请协办。"
    in_menu = False

    unit = Ask("请哪个单位协办？回复数字，或写单位全称。", OneUnit("units"))
    words = Ask("请他们办什么？", FreeText(at_least=SHORTEST))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Invite it."""
        return await invited(desk, str(self.answers["case"]), self.unit, self.words)


@command("协办", usage="协办 [编号] [单位] [要办什么]", about="请别的单位一起办，主办不变", roles=INVITING)
async def invite_assist(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Invite another unit; the lead stays answerable. Raises Refusal."""
    found = await one_task(desk, case, "协办", words, "invite_assist")
    if isinstance(found, Reply):
        return found
    name, what = parted(words)
    named = desk.knowledge.units.named(name) if name else ()
    if len(named) == 1 and len(what) >= SHORTEST:
        return await invited(desk, found.number, named[0].code, what)
    filled = {"case": found.number, "units": _helpers(desk, found)}
    filled |= {"unit": named[0].code} if len(named) == 1 else {}
    desk.follow_up("invite_help", filled)
    missed = f"没有叫“{name[:20]}”的单位。\n" if name and not named else ""
    return Reply(f"{missed}协办 {line(found, desk.knowledge)}。")


async def invited(desk: FrontDesk, number: str, unit: str, words: str) -> Reply:
    """Invite that unit. Raises Refusal."""
    done = await desk.cases.invite_assist(number, unit, words)
    due = next((one.due_at for one in reversed(done.overlay.assists) if one.unit == unit), None)
    until = f"，请他们在 {moment(due, desk.knowledge)} 前答复" if due is not None else ""
    return Reply(f"已请{unit_name(unit, desk.knowledge)}协办 {done.number}{until}。您仍是主办。", in_hand(done))


def _helpers(desk: FrontDesk, case: Case) -> Sequence[str]:
    """The codes of the catalogue's departments, then of the town's own, but not of the unit that has it,
    nor of one that it is about."""
    units, category = desk.knowledge.units, desk.knowledge.rules_of(case).catalogue.get(case.category)
    wished = [unit.code for name in (category.units if category else ()) for unit in units.named(name)]
    above = {unit.code for unit in units.chain(case.place.unit)}
    near = [unit.code for unit in units.by_code.values() if unit.department and unit.parent in above]
    asked = {one.unit for one in case.overlay.assists if one.is_open}
    others = {case.lead_unit, *case.overlay.about_units, *asked}
    codes = (code for code in (*wished, *near) if code not in others)
    return list(dict.fromkeys(codes))


class AnswerInvitation(Dialog):
    """What was done to help; opened by 协办反馈 with the case's number filled in."""

    title = "协办反馈"
    roles = ANSWERING
    stopped = "好的，还没有答复主办单位。"
    in_menu = False

    words = Ask("协办办得怎样？主办单位会看到。", FreeText(at_least=SHORTEST))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Answer."""
        return await answered(desk, str(self.answers["case"]), self.words)


@command("协办反馈", usage="协办反馈 [编号] [情况]", about="协办办好了，答复主办单位", roles=ANSWERING)
async def answer_assist(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Answer an invitation to help. Raises Refusal."""
    found = await one_task(desk, case, "协办反馈", words, "answer_assist")
    if isinstance(found, Reply):
        return found
    if len(words) >= SHORTEST:
        return await answered(desk, found.number, words)
    desk.follow_up("answer_invitation", {"case": found.number})
    return Reply(f"协办反馈 {line(found, desk.knowledge)}。")


async def answered(desk: FrontDesk, number: str, words: str) -> Reply:
    """Answer the unit that leads. Raises Refusal."""
    done = await first_wins(desk, number, "answer_assist", desk.cases.answer_assist(number, words))
    if isinstance(done, Reply):
        return done
    lead = unit_name(done.lead_unit or done.owner_unit, desk.knowledge)
    return Reply(f"已答复{lead}，{done.number} 的协办任务完成。谢谢！")


@command(
    "免协办", usage="免协办 <编号> <单位>", about="不再等这个单位的协办答复", roles=WORKERS | acting("waive_assist")
)
async def waive_assist(desk: FrontDesk, case: CaseNumber, unit: Words) -> Reply:
    """An answer is waited for no longer. Raises Refusal."""
    named = desk.knowledge.units.named(unit)
    done = await desk.cases.waive_assist(case, named[0].code if len(named) == 1 else unit)
    return Reply(f"已不再等{named[0].name if named else unit}的协办答复。", in_hand(done))
