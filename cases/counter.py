"""What citizens do with cases: report, add, urge, follow, withdraw, confirm, rate, and come back."""

from collections.abc import Sequence

from cases import owners
from cases.bench import UNKNOWN, Bench, Problem
from cases.case import Case
from cases.catalogue import Category
from cases.errors import Refusal
from cases.overlay import Secrecy, usual_secrecy
from cases.people import BOT, CITIZEN, Actor, Level, Role
from cases.record import Reporter, State

WORST_GOOD_GRADE = 3
BEST_GRADE = 5
SOLVED = ("solved", "partly", "unsolved")


class Counter(Bench):
    """The desk at which citizens stand, and officers for them."""

    async def submit(self, problem: Problem) -> Case:
        """上报: numbered at once; in the direct flow accepted and dispatched at once."""
        if self.rules.catalogue.get(problem.category) is None:
            raise Refusal("没有这个类别，请重新选择类别。")
        category = self.rules.catalogue[problem.category]
        place = self.units.get(problem.place.unit)
        if place is None:
            raise Refusal("没有找到这个地点所在的网格，请重新发送定位，或按乡镇、村、网格选择。")
        if problem.for_somebody and self._reporting() is CITIZEN:
            raise Refusal("只有网格员能替群众上报。请群众自己回复“上报”，或拨打值班室电话。")
        direct = place.level is Level.GRID and self.rules.flow.direct(category)
        day = self.now.astimezone(self.rules.county.zone).date()
        case = Case.submit(
            await self.work.cases.number(self.rules.county.number_prefix, day),
            self.rules,
            self.now,
            self._reporting(),
            category=category.code,
            place=problem.place,
            description=problem.description,
            photos=problem.photos,
            reporter=Reporter(None if problem.for_somebody else self.address, problem.phone),
            owner_unit=owners.duty_unit(self.rules),
            flow="direct" if direct else "centre",
            secrecy=problem.secrecy or usual_secrecy(category),
            for_somebody=problem.for_somebody,
        )
        if direct:
            await self._hand_on(case, category)
        return await self.keep(case, new=True)

    async def confirm(self, number: str) -> Case:
        """The reporter says that it is done."""
        case = await self.locked(number, mine=True)
        await self._not_mine_to_judge(case)
        case.approve(self.rules_of(case), CITIZEN, self.now)
        return await self.keep(case)

    async def not_done(self, number: str, words: str) -> Case:
        """The reporter says that it is not done."""
        case = await self.locked(number, mine=True)
        await self._not_mine_to_judge(case)
        case.return_rework(self.rules_of(case), CITIZEN, self.now, words)
        return await self.keep(case)

    async def rate(self, number: str, grade: int, solved: str, words: str = "") -> Case:
        """评价, 5 best to 1 worst. A bad one reopens the case at once, the second time under listed supervision.

        What nobody handled (answered at once, or merged into another case that was) waits for an acceptor instead.
        """
        if grade not in range(1, BEST_GRADE + 1) or solved not in SOLVED:
            raise Refusal("请回复 1 到 5 的分数，并选择已解决、部分解决或未解决。")
        case = await self.locked(number, mine=True)
        await self._not_mine_to_judge(case)
        if grade >= WORST_GOOD_GRADE and solved != "unsolved":
            case.rate(CITIZEN, self.now, grade=grade, solved=solved, words=words)
            return await self.keep(case)
        case.rate_bad(self.rules_of(case), CITIZEN, self.now, grade=grade, solved=solved, words=words)
        if case.lead_unit is None:
            return await self.keep(case)
        if case.reopen_count == 0:
            case.reopen(self.rules_of(case), BOT, self.now)
        else:
            staffing = self.staffing.of(case)
            up = await staffing.listed(case, await staffing.level_up(case, 1))
            case.list_supervise(self.rules_of(case), BOT, self.now, up)
        return await self.keep(case)

    async def cancel(self, number: str, words: str = "") -> Case:
        """撤销 by the reporter; a P1 hazard, and what others wait for too, stays open (the log says `goes_on`, once
        however often it is said)."""
        case = await self.locked(number, mine=True)
        if case.is_open and not owners.reporter_hears(await self.work.cases.timeline(case.number)):
            return case
        others = bool(await self.work.cases.followers(case.number) or await self.work.cases.merged_into(case.number))
        case.cancel(CITIZEN, self.now, words, followed=others)
        return await self.keep(case)

    async def supplement(self, number: str, words: str, photos: tuple[str, ...] = ()) -> Case:
        """补充 by the reporter; where the case waits for it, its clock goes on."""
        case = await self.locked(number, mine=True)
        if case.state is State.NEED_INFO:
            case.supply_info(self.rules_of(case), CITIZEN, self.now, words, photos)
        else:
            case.supplement(CITIZEN, self.now, words, photos)
        return await self.keep(case)

    async def report_again(self, number: str, words: str) -> Case:
        """再次反映 of an archived case, which keeps its number."""
        if not words.strip():
            raise Refusal("请写上现在是什么情况，例如：再次反映 编号 路灯又不亮了。")
        case = await self.locked(number, mine=True)
        case.report_again(self.rules_of(case), CITIZEN, self.now, words)
        return await self.keep(case)

    async def ask_review(self, number: str, words: str) -> Case:
        """申请复核 of a refusal, by another acceptor."""
        case = await self.locked(number, mine=True)
        case.ask_review(self.rules_of(case), CITIZEN, self.now, words)
        return await self.keep(case)

    async def urge(self, number: str, words: str = "") -> Case:
        """催办 by its reporter, by who follows it, or by staff who see it; at most once in 24 h a case."""
        found = await self.find(number, mine=False)
        case = await self.work.cases.get(found.number, lock=True)
        if case is None:
            raise Refusal(UNKNOWN)
        theirs = case.reporter.address == self.address or self.address in await self.work.cases.followers(case.number)
        actor = CITIZEN if theirs and self.address is not None else await self.staff(case, "urge")
        if case.state is State.MERGED and case.parent is not None:  # the lead case is what is being worked on
            case = await self.work.cases.get(case.parent, lock=True) or case
        case.urge(actor, self.now, self.rules_of(case).limits.urge, words)
        return await self.keep(case)

    async def follow(self, number: str) -> Case:
        """我也遇到: from now on this address hears of the case too. For whom it is about it is not there, nor for
        anybody where it is confidential."""
        case = await self.work.cases.get(number.strip().upper(), lock=True)
        if case is None or case.overlay.secrecy is not Secrecy.OPEN or self.scope.is_about(case):
            raise Refusal(UNKNOWN)
        if self.address is None:
            raise Refusal(UNKNOWN)
        if case.reporter.address == self.address:
            raise Refusal("这就是您上报的案件，进展会告诉您。要催请发送“催办 编号”。")
        if not await self.work.cases.follow(case.number, self.address, self.now):
            raise Refusal("您已经在关注这个案件，有进展会告诉您。")
        case.follow(CITIZEN, self.now, len(await self.work.cases.followers(case.number)))
        return await self.keep(case)

    async def unfollow(self, number: str) -> Case:
        """Hear of it no more."""
        found = await self.find(number, mine=True)
        if self.address is None or not await self.work.cases.unfollow(found.number, self.address):
            raise Refusal("您没有关注这个案件。发送“查询”查看您的案件。")
        return found

    async def my_cases(self, limit: int = 10) -> Sequence[Case]:
        """Cases this address reported, newest first."""
        return await self.work.cases.of_reporter(self.address, limit=limit) if self.address else []

    async def followed_cases(self, limit: int = 10) -> Sequence[Case]:
        """Cases this address follows, newest first."""
        followed = await self.work.cases.followed(self.address, limit=limit) if self.address else []
        return [case for case in followed if not self.scope.is_about(case)]

    async def _hand_on(self, case: Case, category: Category) -> None:
        case.accept(self.rules, BOT, self.now)
        lead = await self.staffing.lead(category, case.place.unit)
        if lead is None:  # the duty room's dispatcher decides
            return
        informed = await self.staffing.officer(case.place.unit) if lead.person is None else None
        ids = [informed.person.id] if informed and informed.person else []
        handler = lead.person.id if lead.person else None
        level = owners.level_of(self.rules, self.units, lead.unit)
        case.dispatch(self.rules, BOT, self.now, unit=lead.unit, level=level, handler=handler, informed=ids)

    def _reporting(self) -> Actor:
        if self.person is not None and self.person.has(Role.GRID_WORKER):
            return Actor(Role.GRID_WORKER, self.person.id)
        return CITIZEN

    async def _not_mine_to_judge(self, case: Case) -> None:
        await self.not_own_work(case)
        if self.scope.is_about(case):
            raise Refusal("案件反映的就是您或您的单位，要回避，不能评价。")
