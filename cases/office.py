"""What the centre does with cases: accept, ask, refuse, merge, dispatch, decide, check, correct."""

from collections.abc import Sequence

from cases import owners
from cases.asides import put_aside
from cases.bench import Bench
from cases.case import Case
from cases.errors import Refusal
from cases.lifecycle import STAGES
from cases.people import CITIZEN, Actor, Level
from cases.record import State

CONSULTATIONS = frozenset({"1201", "1202", "1203"})
"""Categories that may be answered at once."""
ALWAYS_TWO = frozenset({"P1", "P2"})
"""Priorities of which no report is refused by one person alone."""


class Office(Bench):
    """The desk of acceptors, dispatchers and checkers."""

    async def accept(self, number: str) -> Case:
        """受理."""
        case = await self.locked(number)
        actor = await self.staff(case, "accept")
        self.another_acceptor(case)
        case.accept(self.rules_of(case), actor, self.now)
        return await self.keep(case)

    async def ask_info(self, number: str, questions: Sequence[str]) -> Case:
        """要求补充: one to three questions to the reporter."""
        case = await self.locked(number)
        actor = await self.staff(case, "ask_info")
        if case.reporter.address is None:
            raise Refusal("这个案件没有可以发消息的上报人，请打电话问，或按现有情况办理。")
        case.ask_info(self.rules_of(case), actor, self.now, questions)
        return await self.keep(case)

    async def reject(self, number: str, reason: str, words: str = "") -> Case:
        """不予受理 for a reason of the list; P1, P2 and what was accepted wait for a second person."""
        case = await self.locked(number)
        actor = await self.staff(case, "reject")
        known = self.rules_of(case).reasons.reject
        if reason not in known:
            raise Refusal(f"不予受理的理由只能是：{'、'.join(known)}。")
        self.another_acceptor(case)
        await self.leads_nobody(case)
        if case.state is State.ACCEPTED or case.priority in ALWAYS_TWO:
            case.propose(actor, self.now, "reject", {"reason": reason}, words)
        else:
            case.reject(actor, self.now, reason, words)
        return await self.keep(case)

    async def answer(self, number: str, words: str, source: str) -> Case:
        """直接答复 of a consultation; `source` names the knowledge item on which the answer stands."""
        case = await self.locked(number)
        actor = await self.staff(case, "answer")
        self.another_acceptor(case)
        if case.category not in CONSULTATIONS:
            raise Refusal("只有咨询类（1201 到 1203）可以直接答复，别的请受理后派遣。")
        if not words.strip() or not source.strip():
            raise Refusal("请写明答复和依据，例如：答复 编号 依据《…》 内容。")
        case.answer(self.rules_of(case), actor, self.now, f"{words.strip()}\n（依据：{source.strip()}）")
        return await self.keep(case)

    async def transfer_out(self, number: str, channel: str, outside_number: str, words: str = "") -> Case:
        """转出 to a channel of the list, with the number that the case has there."""
        case = await self.locked(number)
        actor = await self.staff(case, "transfer_out")
        self.another_acceptor(case)
        known = self.rules_of(case).reasons.channels
        if channel not in known:
            raise Refusal(f"可以转出的渠道：{'、'.join(known)}。")
        if not outside_number.strip():
            raise Refusal("请写上对方的受理编号，群众要凭它查询。")
        await self.leads_nobody(case)
        told = f"{channel}，编号 {outside_number.strip()}。{words}".strip()
        case.transfer_out(actor, self.now, channel, told)
        return await self.keep(case)

    async def bounce(self, number: str, words: str) -> Case:
        """被退回: the other channel refused."""
        case, actor = await self._with_reason(number, "bounce", words)
        case.bounce(self.rules_of(case), actor, self.now, words)
        return await self.keep(case)

    async def void(self, number: str, words: str) -> Case:
        """作废, once a second person agrees."""
        case = await self.locked(number)
        actor = await self.staff(case, "void")
        self.another_acceptor(case)
        if not words.strip():
            raise Refusal("作废要写明理由，例如：作废 编号 测试数据。")
        await self.leads_nobody(case)
        case.propose(actor, self.now, "void", {}, words)
        return await self.keep(case)

    async def merge(self, number: str, into: str, words: str = "") -> Case:
        """并单 of the same matter into the case that is handled, the lead case."""
        case, lead = await self._both(number, into)
        actor = await self.staff(case, "merge")
        self.another_acceptor(case)
        if lead.number == case.number:
            raise Refusal("不能并到自己。请写：并单 编号 主件编号。")
        if lead.state not in (State.SUBMITTED, State.ACCEPTED, State.DISPATCHED, State.IN_PROGRESS):
            raise Refusal(f"主件 {lead.number} 现在是“{STAGES[lead.state].zh}”，不能并入，请先处理主件。")
        if not self.scope.sees(lead):
            raise Refusal(f"主件 {lead.number} 不在您的范围内，请联系值班室。")
        await self.not_about(case, unit=lead.lead_unit, person=lead.handler)
        if case.priority < lead.priority:
            raise Refusal(f"主件没有这件紧急，请反过来并：并单 {lead.number} {case.number}。")
        await self.leads_nobody(case)
        case.merge(actor, self.now, lead.number, words)
        await self._about_the_same(case, lead, actor)
        return await self.keep(case)

    async def _about_the_same(self, case: Case, lead: Case, actor: Actor) -> None:
        """Whom the merged case is about, the lead case is about too."""
        ours, theirs = case.overlay, lead.overlay
        units = [one for one in ours.about_units if one not in theirs.about_units]
        people = [one for one in ours.about_people if one not in theirs.about_people]
        if units or people:
            await put_aside(self.staffing, self.rules_of(lead), lead, actor, units=units, people=people)
            await self.keep(lead)

    async def split(self, number: str, words: str = "") -> Case:
        """拆单 by its reporter or an acceptor."""
        case = await self.locked(number)
        mine = self.address is not None and case.reporter.address == self.address
        actor = CITIZEN if mine else await self.staff(case, "split")
        case.split(self.rules_of(case), actor, self.now, words)
        return await self.keep(case)

    async def dispatch(self, number: str, to: str) -> Case:
        """派遣 to a person or a unit by name; raises Refusal naming what to write when that is not one of either."""
        case = await self.locked(number)
        actor = await self.staff(case, "dispatch")
        unit, level, handler = await self._addressee(case, to)
        case.dispatch(self.rules_of(case), actor, self.now, unit=unit, level=level, handler=handler)
        return await self.keep(case)

    async def withdraw(self, number: str, words: str) -> Case:
        """撤回派遣 of what nobody has signed for."""
        case, actor = await self._with_reason(number, "withdraw", words)
        case.withdraw(self.rules_of(case), actor, self.now, words)
        return await self.keep(case)

    async def grant_return(self, number: str, words: str) -> Case:
        """同意退单: to be dispatched anew."""
        case, actor = await self._with_reason(number, "grant_return", words)
        case.grant_return(self.rules_of(case), actor, self.now, words)
        return await self.keep(case)

    async def refuse_return(self, number: str, words: str) -> Case:
        """不同意退单: the unit handles it."""
        case, actor = await self._with_reason(number, "refuse_return", words)
        case.refuse_return(actor, self.now, words)
        return await self.keep(case)

    async def rule(self, number: str, to: str, words: str) -> Case:
        """裁定: a leader names the unit, which may not return the case."""
        case, actor = await self._with_reason(number, "rule", words)
        unit, level, handler = await self._addressee(case, to)
        case.rule(self.rules_of(case), actor, self.now, words, unit=unit, level=level, handler=handler)
        return await self.keep(case)

    async def approve(self, number: str, words: str = "") -> Case:
        """核查通过, never by somebody who worked on the case."""
        case = await self.locked(number)
        case.approve(self.rules_of(case), await self._checking(case, "approve"), self.now, words)
        return await self.keep(case)

    async def return_rework(self, number: str, words: str) -> Case:
        """核查不通过: back to the unit, with the reason."""
        case = await self.locked(number)
        case.return_rework(self.rules_of(case), await self._checking(case, "return_rework"), self.now, words)
        return await self.keep(case)

    async def _with_reason(self, number: str, action: str, words: str) -> tuple[Case, Actor]:
        """The locked case and the role in which this person may do it, once they say why."""
        case = await self.locked(number)
        actor = await self.staff(case, action)
        if not words.strip():
            raise Refusal("请写明理由，办理的单位要看到，例如：退单 编号 同意 确实不在本网格。")
        return case, actor

    async def _addressee(self, case: Case, to: str) -> tuple[str, Level, int | None]:
        unit, handler = await self.staffing.addressee(to.strip(), case)
        await self.not_about(case, unit=unit, person=handler)
        return unit, owners.level_of(self.rules, self.units, unit), handler

    async def _checking(self, case: Case, action: str) -> Actor:
        actor = await self.staff(case, action)
        await self.not_own_work(case)
        return actor

    async def _both(self, number: str, into: str) -> tuple[Case, Case]:
        """Two cases, locked in number order, so that two who merge never wait for each other."""
        found = [await self.find(one, mine=False) for one in (number, into)]
        await self.staff(found[0], "merge")  # before anything is locked: what was merged already is locked by its lead
        names = [one.number for one in found]
        held = await self.work.cases.many(names, lock=True)
        return held[names[0]], held[names[1]]
