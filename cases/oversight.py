"""What is decided over cases: by a second person, by supervisors and leaders; and corrections."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from cases import owners
from cases.asides import put_aside
from cases.case import Case
from cases.errors import Refusal
from cases.lifecycle import acts, row_of, title_of
from cases.overlay import EXTEND, Proposal
from cases.people import Actor, Person, Role
from cases.record import State
from cases.scope import Scope
from cases.supervision import Escalation, Supervision
from cases.workshop import Workshop

ENDING = frozenset({"reject", "void"})
"""Proposed actions by which a case ends without being handled."""


class Oversight(Workshop):
    """The desk of second persons, supervisors and leaders."""

    async def approve_extend(self, number: str, words: str = "") -> Case:
        """同意延期 as it was asked for."""
        return await self.decide(number, yes=True, words=words, action=EXTEND)

    async def refuse_extend(self, number: str, words: str = "") -> Case:
        """不同意延期: the deadline stays."""
        return await self.decide(number, yes=False, words=words, action=EXTEND)

    async def decide(self, number: str, yes: bool, words: str = "", action: str = "") -> Case:
        """复核: what another one proposed is done, or it is not. `action` names which, where several wait."""
        case = await self.locked(number)
        proposal = self._open(case, action)
        actor = await self.staff(case, proposal.action)
        if self.person is not None and proposal.by == self.person.id:
            raise Refusal("这是您自己提出的，要由另一位工作人员复核。")
        if proposal.action == EXTEND:
            self._extend(case, actor, proposal, words, yes=yes)
            return await self.keep(case)
        if yes and proposal.action in ENDING:
            await self.leads_nobody(case)
            self.another_acceptor(case)
        case.settle(proposal)
        if yes:
            self._do(case, actor, proposal, words or await self._words_of(case, proposal))
        else:
            case.decline(actor, self.now, proposal, words)
        return await self.keep(case)

    async def who_may_decide(self, case: Case, proposal: Proposal) -> Sequence[Person]:
        """All on duty who may be the second person, by id."""
        row = row_of(case.state, proposal.action)
        found: dict[int, Person] = {}
        for role in row.actors if row is not None else ():
            for person in await self.staffing.on_duty(None, role):
                scope = Scope(person, self.rules, self.units, await self.staffing.stood_for(person))
                able = any(acts(post.role, row) and scope.acts(case, post) for post in scope.posts) if row else False
                if person.id != proposal.by and able:
                    found.setdefault(person.id, person)
        return [found[number] for number in sorted(found)]

    async def suspend(self, number: str, until: date, reason: str, words: str = "") -> Case:
        """挂账 until the morning of that local day, for a reason of the list."""
        case = await self.locked(number)
        actor, rules = await self.staff(case, "suspend"), self.rules_of(case)
        if reason not in rules.reasons.suspend:
            raise Refusal(f"挂账的原因只能是：{'、'.join(rules.reasons.suspend)}。")
        instant = datetime.combine(until, time(), rules.county.zone).astimezone(UTC)
        case.suspend(rules, actor, self.now, instant, reason=reason, words=words)
        return await self.keep(case)

    async def resume(self, number: str, words: str = "") -> Case:
        """恢复 before its day."""
        case = await self.locked(number)
        case.resume(self.rules_of(case), await self.staff(case, "resume"), self.now, words)
        return await self.keep(case)

    async def reopen(self, number: str, words: str = "", to: str = "") -> Case:
        """重办 by the same unit; by `to`, a person or a unit by name, where no unit has had the case."""
        case = await self.locked(number)
        actor = await self.staff(case, "reopen")
        anew = case.lead_unit is None and bool(to.strip())
        if anew:
            unit, handler = await self.staffing.addressee(to.strip(), case)
            await self.not_about(case, unit=unit, person=handler)
            case.give_to(unit, owners.level_of(self.rules, self.units, unit), handler)
        case.reopen(self.rules_of(case), actor, self.now, words, anew=anew)
        return await self.keep(case)

    async def uphold(self, number: str, words: str) -> Case:
        """维持并说明, once a second person agrees; the words explain it to the citizen."""
        case = await self.locked(number)
        actor = await self.staff(case, "uphold")
        if not words.strip():
            raise Refusal("维持要向群众说明，请写明理由和可走的渠道，例如：维持 编号 已按标准修复，不服可向上级反映。")
        case.propose(actor, self.now, "uphold", {}, words)
        return await self.keep(case)

    async def list_supervise(self, number: str, words: str) -> Case:
        """挂牌督办 of an objection: the same unit again, in a leader's name, one level up."""
        case = await self.locked(number)
        actor = await self.staff(case, "list_supervise")
        case.list_supervise(self.rules_of(case), actor, self.now, await self._listed(case), words)
        return await self.keep(case)

    async def supervise(self, number: str, level: Supervision, words: str) -> Case:
        """督办: a yellow or red card, listed in a leader's name, or taken away (NONE)."""
        case = await self.locked(number)
        actor = await self.staff(case, "supervise")
        if not words.strip():
            raise Refusal("督办要写明理由，办理单位要看到，例如：督办 编号 黄牌 三天没有进展。")
        up = await self._listed(case) if level is Supervision.LISTED else Escalation(case.level)
        case.supervise(actor, self.now, level, up, words)
        return await self.keep(case)

    async def correct_category(self, number: str, category: str) -> Case:
        """改类 by code or name; whoever handles the case proposes it."""
        case = await self.locked(number)
        name = category.strip()
        code = name if name in self.rules.catalogue else self.rules.catalogue.named(str).get(name, "")
        if code not in self.rules.catalogue or code not in self.rules_of(case).catalogue:
            raise Refusal(f"没有类别“{name}”，请写四位编码或类别名称。")
        return await self._correct(case, "correct_category", code)

    async def correct_place(self, number: str, place: str) -> Case:
        """改位置 to a unit by name or code; whoever handles the case proposes it."""
        case = await self.locked(number)
        unit = self.unit_named(place)
        if unit.department:
            raise Refusal(f"{unit.name}是部门，不是地方，请写网格、村或乡镇。")
        return await self._correct(case, "correct_place", unit.code)

    async def set_aside(self, number: str, whom: str) -> Case:
        """回避: the person or unit that the report is about; what they have of it is taken back."""
        case = await self.locked(number)
        actor = await self.staff(case, "set_aside")
        people = await self.work.people.named(whom.strip())
        if len(people) > 1:
            raise Refusal(f"叫“{whom.strip()}”的不止一位，请写他的单位。")
        units = [] if people else [self.unit_named(whom).code]
        ids = [one.id for one in people]
        await put_aside(self.staffing, self.rules_of(case), case, actor, units=units, people=ids)
        return await self.keep(case)

    async def _correct(self, case: Case, action: str, value: str) -> Case:
        if self._proposes(case):
            await self._not_anothers(case)
            case.propose(Actor(Role.HANDLER, self.person.id if self.person else None), self.now, action,
                         {"value": value}, None)  # fmt: skip
        else:
            self._corrected(case, await self.staff(case, action), action, value, None)
        return await self.keep(case)

    def _proposes(self, case: Case) -> bool:
        """Whether this person has the case in work and no post that decides."""
        if case.state not in (State.DISPATCHED, State.IN_PROGRESS):
            return False
        roles = {post.role for post in self.scope.posts if self.scope.acts(case, post)}
        return bool(roles.intersection(owners.WORKERS)) and roles.isdisjoint({Role.ACCEPTOR, Role.DISPATCHER})

    def _corrected(self, case: Case, actor: Actor, action: str, value: str, by: int | None) -> None:
        if action == "correct_category":
            case.correct_category(self.rules_of(case), actor, self.now, value, by)
        else:
            case.correct_place(actor, self.now, value, by)

    def _do(self, case: Case, actor: Actor, proposal: Proposal, words: str) -> None:
        match proposal.action:
            case "reject":
                case.reject(actor, self.now, proposal.facts["reason"], words, proposal.by)
            case "void":
                case.void(actor, self.now, words, proposal.by)
            case "uphold":
                case.uphold(actor, self.now, words, proposal.by)
            case _:
                self._corrected(case, actor, proposal.action, proposal.facts["value"], proposal.by)

    def _extend(self, case: Case, actor: Actor, proposal: Proposal, words: str, *, yes: bool) -> None:
        case.settle(proposal)
        if not yes:
            case.refuse_extend(actor, self.now, words, proposal.by)
            return
        rules = self.rules_of(case)
        more = self.extension(rules, case, proposal.facts["days"])
        if more > case.handle_limit(rules):  # the category was put right since it was asked for
            raise Refusal(
                "类别改过以后，申请的天数超过了原来的时限，不能同意。请回复不同意，让承办人按新的时限再申请。"
            )
        case.approve_extend(rules, actor, self.now, more, words=words, by=proposal.by)

    def _open(self, case: Case, action: str) -> Proposal:
        found = [one for one in case.overlay.proposals if action in ("", one.action)]
        if not found:
            raise Refusal("没有等您复核的事项，可能已经处理过了。请发送“案件 编号”查看。")
        if len(found) > 1:
            raise Refusal(f"有几项等复核：{'、'.join(title_of(one.action) for one in found)}，请分别回复。")
        return found[0]

    async def _words_of(self, case: Case, proposal: Proposal) -> str:
        events = await self.work.cases.timeline(case.number)
        return next((event.words or "" for event in events if event.seq == proposal.seq), "")

    async def _listed(self, case: Case) -> Escalation:
        staffing = self.staffing.of(case)
        return await staffing.listed(case, await staffing.level_up(case, 1))
