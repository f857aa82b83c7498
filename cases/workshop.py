"""What those who handle cases do with them, and those who help: from signing to the result."""

from datetime import timedelta

from cases import owners
from cases.bench import Bench
from cases.case import Case
from cases.errors import Refusal
from cases.overlay import EXTEND
from cases.people import Level, Person, Role
from cases.rules import Rules
from cases.working import DISPUTES

MOST_DAYS = 366


class Workshop(Bench):
    """The desk of officers, handlers, assistants and mediators."""

    async def sign(self, number: str) -> Case:
        """签收."""
        case = await self.locked(number)
        case.sign(await self.staff(case, "sign"), self.now)
        return await self.keep(case)

    async def progress(self, number: str, words: str, photos: tuple[str, ...] = ()) -> Case:
        """进展, shown to the citizen."""
        case = await self.locked(number)
        case.progress(await self.staff(case, "progress"), self.now, words, photos)
        return await self.keep(case)

    async def feedback(self, number: str, words: str, photos: tuple[str, ...] = ()) -> Case:
        """反馈: the result, for the citizen and the checker."""
        case = await self.locked(number)
        actor = await self.staff(case, "feedback")
        if not words.strip():
            raise Refusal("反馈需要写明办理结果，请用一句话说明怎么办的。")
        case.feedback(self.rules_of(case), actor, self.now, words, photos)
        return await self.keep(case)

    async def ask_return(self, number: str, words: str, suggested: str = "") -> Case:
        """申请退单, with the reason and the unit that should have it, '' where nobody knows."""
        case = await self.locked(number)
        actor = await self.staff(case, "ask_return")
        if not words.strip():
            raise Refusal("退单要写明理由，例如：退单 编号 不在本网格，应由城市管理局办理。")
        unit = self.unit_named(suggested).code if suggested.strip() else None
        if unit is not None and unit == case.lead_unit:
            raise Refusal("建议的单位就是本单位，请写应该办理的单位，不知道就不写。")
        case.ask_return(self.rules_of(case), actor, self.now, words, unit)
        return await self.keep(case)

    async def hand_over(self, number: str, to: str, words: str = "") -> Case:
        """转办 to a colleague of the lead unit."""
        case = await self.locked(number)
        actor = await self.staff(case, "hand_over")
        colleague = await self._colleague(case, to.strip())
        case.hand_over(actor, self.now, colleague.id, words)
        return await self.keep(case)

    async def invite_assist(self, number: str, unit: str, words: str = "") -> Case:
        """协办: another unit adds its part; one of another town makes it joint."""
        case = await self.locked(number)
        actor = await self.staff(case, "invite_assist")
        invited = self.unit_named(unit)
        await self.not_about(case, unit=invited.code)
        if not await self.staffing.on_duty(invited.code, *owners.WORKERS, Role.ASSISTANT):
            raise Refusal(f"{invited.name}现在没有在岗的经办人，请写别的单位，或请管理员安排人员。")
        towns = {self._town(invited.code), self._town(case.lead_unit or case.place.unit)}
        joint = None not in towns and len(towns) > 1
        case.invite_assist(self.rules_of(case), actor, self.now, invited.code, words=words, joint=joint)
        return await self.keep(case)

    async def answer_assist(self, number: str, words: str) -> Case:
        """协办反馈 of the unit to which this person belongs."""
        case = await self.locked(number)
        actor = await self.staff(case, "answer_assist")
        if not words.strip():
            raise Refusal("协办反馈要写明做了什么，例如：协办反馈 编号 已派人疏通管道。")
        unit = next(post.unit for post in self.scope.posts if self.scope.helps(case, post))
        case.answer_assist(actor, self.now, unit, words)
        return await self.keep(case)

    async def waive_assist(self, number: str, unit: str) -> Case:
        """免协办: the result does not wait for that unit."""
        case = await self.locked(number)
        case.waive_assist(await self.staff(case, "waive_assist"), self.now, self.unit_named(unit).code)
        return await self.keep(case)

    async def ask_extend(self, number: str, days: int, words: str) -> Case:
        """申请延期 by so many working days (of 24 h where the limit runs round the clock); a dispatcher decides."""
        case = await self.locked(number)
        actor, rules = await self.staff(case, "ask_extend"), self.rules_of(case)
        if not words.strip():
            raise Refusal("延期要写明理由，例如：延期 编号 2 配件要从外地调。")
        self._may_extend(rules, case, days)
        case.propose(actor, self.now, EXTEND, {"days": days}, words)
        return await self.keep(case)

    async def to_mediation(self, number: str, mediator: str, words: str = "") -> Case:
        """转调解 by a mediator of that name, once both sides agree."""
        case = await self.locked(number)
        actor = await self.staff(case, "to_mediation")
        if case.category[:2] == DISPUTES and not words.strip():
            raise Refusal("转调解要双方都同意，请写明，例如：转调解 编号 姓名 双方都同意。")
        named = [one for one in await self.work.people.named(mediator.strip()) if one.has(Role.MEDIATOR)]
        if len(named) != 1:
            raise Refusal(f"没有叫“{mediator.strip()}”的调解员，或不止一位。请写调解员的姓名，或请管理员添加。")
        await self.not_about(case, person=named[0].id)
        if named[0].id == case.handler:
            raise Refusal("承办人不能自己调解，请写另一位调解员。")
        if await self.staffing.stand_in(named[0].id, Role.MEDIATOR) is None:
            raise Refusal(f"{named[0].name}请假，也没有人代班，请写另一位调解员。")
        case.to_mediation(self.rules_of(case), actor, self.now, named[0].id, words)
        return await self.keep(case)

    async def mediation_done(self, number: str, words: str) -> Case:
        """调解成功, with what was agreed."""
        return await self._mediated(number, words, agreed=True)

    async def mediation_failed(self, number: str, words: str) -> Case:
        """调解不成, with why."""
        return await self._mediated(number, words, agreed=False)

    async def mediation_refused(self, number: str, words: str) -> Case:
        """一方不同意: the unit goes on."""
        case = await self.locked(number)
        actor = await self.staff(case, "mediation_refused")
        case.mediation_refused(self.rules_of(case), actor, self.now, words)
        return await self.keep(case)

    async def _mediated(self, number: str, words: str, *, agreed: bool) -> Case:
        case = await self.locked(number)
        actor = await self.staff(case, "mediation_done" if agreed else "mediation_failed")
        if not words.strip():
            raise Refusal("请写明双方达成了什么协议。" if agreed else "请写明为什么没有调解成。")
        case.mediated(self.rules_of(case), actor, self.now, words, agreed=agreed)
        return await self.keep(case)

    def extension(self, rules: Rules, case: Case, days: int) -> timedelta:
        """So many days of the case's time."""
        if case.continuous(rules):
            return timedelta(days=days)
        return days * rules.calendar.working_day

    def _may_extend(self, rules: Rules, case: Case, days: int) -> None:
        if case.handle_due_at is None or self.now >= case.handle_due_at:
            raise Refusal("已经超过办结期限，不能再申请延期，请尽快办理并反馈。")
        if case.overlay.extensions >= rules.limits.extensions:
            raise Refusal(f"这个案件已经延期 {case.overlay.extensions} 次，不能再延。有困难请用“协办”。")
        if not 0 < days <= MOST_DAYS or self.extension(rules, case, days) > case.handle_limit(rules):
            most = case.handle_limit(rules) // self.extension(rules, case, 1)
            raise Refusal(
                f"延期的天数请写 1 到 {most}：每次最多再给一个原来的时限。" if most else "这个案件时限太短，不能延期。"
            )

    async def _colleague(self, case: Case, name: str) -> Person:
        unit = case.lead_unit or ""
        there = await self.staffing.of(case).on_duty(unit, *owners.WORKERS)
        found = [one for one in there if one.name == name]
        if len(found) != 1:
            names = "、".join(dict.fromkeys(one.name for one in there if one.id != case.handler)) or "没有别的经办人"
            raise Refusal(f"转办只能给本单位的人，没有找到“{name}”。可以转给：{names}。给别的单位请用“退单”或“协办”。")
        if found[0].id == case.handler:
            raise Refusal(f"{found[0].name}正在办这个案件，不用转办。")
        return found[0]

    def _town(self, code: str) -> str | None:
        return next((unit.code for unit in self.units.chain(code) if unit.level is Level.TOWN), None)
