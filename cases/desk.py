"""The case desk: what one person can do with cases, one call each; it never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from cases import due, owners
from cases.case import Case, Reporter, State
from cases.catalogue import Category
from cases.errors import Refusal
from cases.events import Event
from cases.lifecycle import STAGES, TRANSITIONS, acts, allowed
from cases.people import BOT, CITIZEN, Actor, Address, Level, Person, Role
from cases.places import Place, Units
from cases.ports import CaseWork, Tally
from cases.rules import Rules
from cases.scope import Scope

WORST_GOOD_GRADE = 3
BEST_GRADE = 5
SOLVED = ("solved", "partly", "unsolved")
SHORTEST_TAIL = 3
ENDING_LIMIT = 100  # before those out of sight are left out
UNKNOWN = "没有找到这个案件编号，请核对后再发一次，或发送“查询”查看。"
WAITING = {
    Role.ACCEPTOR: State.SUBMITTED,
    Role.DISPATCHER: State.ACCEPTED,
    Role.CHECKER: State.FEEDBACK,
    Role.SUPERVISOR: State.REOPEN_REVIEW,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What somebody reports: a category's code, the place, words, media keys, and a phone to be called back on."""

    category: str
    place: Place
    description: str
    photos: tuple[str, ...] = ()
    phone: str | None = None


class CaseDesk:
    """One person's (or citizen's) desk at one instant. Every rule broken raises Refusal; nothing is kept then.

    `news` are the events of this turn, for the notices.
    """

    def __init__(
        self,
        work: CaseWork,
        rules: Rules,
        now: datetime,
        *,
        address: Address | None,
        person: Person | None,
        units: Units,
    ) -> None:
        self.work, self.rules, self.now, self.units = work, rules, now, units
        self.address, self.person = address, person
        self._scope = Scope(person, rules, units)
        self.news: list[tuple[Case, Event]] = []

    async def submit(self, problem: Problem) -> Case:
        """上报: numbered at once; in the direct flow accepted and dispatched at once."""
        if self.rules.catalogue.get(problem.category) is None:
            raise Refusal("没有这个类别，请重新选择类别。")
        category = self.rules.catalogue[problem.category]
        place = self.units.get(problem.place.unit)
        if place is None:
            raise Refusal("没有找到这个地点所在的网格，请重新发送定位，或按乡镇、村、网格选择。")
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
            reporter=Reporter(self.address, problem.phone),
            owner_unit=owners.duty_unit(self.rules),
            flow="direct" if direct else "centre",
        )
        if direct:
            await self._hand_on(case, category)
        return await self._keep(case, new=True)

    async def accept(self, number: str) -> Case:
        """受理."""
        case = await self._locked(number)
        case.accept(self._rules(case), await self._staff(case, "accept"), self.now)
        return await self._keep(case)

    async def dispatch(self, number: str, to: str) -> Case:
        """派遣 to a person or a unit by name; raises Refusal naming what to write when that is not one of either."""
        case = await self._locked(number)
        actor = await self._staff(case, "dispatch")
        unit, handler = await owners.addressee(self.work, self.units, to.strip(), case.place.unit)
        level = owners.level_of(self.rules, self.units, unit)
        case.dispatch(self._rules(case), actor, self.now, unit=unit, level=level, handler=handler)
        return await self._keep(case)

    async def sign(self, number: str) -> Case:
        """签收."""
        case = await self._locked(number)
        case.sign(await self._staff(case, "sign"), self.now)
        await self.work.due_steps.drop(case.number, kind="auto_sign")
        return await self._keep(case)

    async def progress(self, number: str, words: str, photos: tuple[str, ...] = ()) -> Case:
        """进展, shown to the citizen."""
        case = await self._locked(number)
        case.progress(await self._staff(case, "progress"), self.now, words, photos)
        return await self._keep(case)

    async def feedback(self, number: str, words: str, photos: tuple[str, ...] = ()) -> Case:
        """反馈: the result, for the citizen and the checker."""
        case = await self._locked(number)
        actor = await self._staff(case, "feedback")
        if not words.strip():
            raise Refusal("反馈需要写明办理结果，请用一句话说明怎么办的。")
        case.feedback(self._rules(case), actor, self.now, words, photos)
        return await self._keep(case)

    async def approve(self, number: str, words: str = "") -> Case:
        """核查通过, never by somebody who worked on the case."""
        case = await self._locked(number)
        case.approve(self._rules(case), await self._checking(case, "approve"), self.now, words)
        return await self._keep(case)

    async def return_rework(self, number: str, words: str) -> Case:
        """核查不通过: back to the unit, with the reason."""
        case = await self._locked(number)
        case.return_rework(self._rules(case), await self._checking(case, "return_rework"), self.now, words)
        return await self._keep(case)

    async def confirm(self, number: str) -> Case:
        """The reporter says that it is done."""
        case = await self._locked(number, mine=True)
        await self._not_own_work(case)
        case.approve(self._rules(case), CITIZEN, self.now)
        return await self._keep(case)

    async def not_done(self, number: str, words: str) -> Case:
        """The reporter says that it is not done."""
        case = await self._locked(number, mine=True)
        case.return_rework(self._rules(case), CITIZEN, self.now, words)
        return await self._keep(case)

    async def rate(self, number: str, grade: int, solved: str, words: str = "") -> Case:
        """评价, 5 best to 1 worst. A bad one reopens the case at once, the second time under listed supervision."""
        if grade not in range(1, BEST_GRADE + 1) or solved not in SOLVED:
            raise Refusal("请回复 1 到 5 的分数，并选择已解决、部分解决或未解决。")
        case = await self._locked(number, mine=True)
        await self._not_own_work(case)
        if grade >= WORST_GOOD_GRADE and solved != "unsolved":
            case.rate(CITIZEN, self.now, grade=grade, solved=solved, words=words)
            return await self._keep(case)
        case.rate_bad(self._rules(case), CITIZEN, self.now, grade=grade, solved=solved, words=words)
        if case.reopen_count == 0:
            case.reopen(self._rules(case), BOT, self.now)
        else:
            up = await owners.level_up(self.work, self.units, case, 1)
            up = await owners.listed(self.work, self.rules, self.units, case, up)
            case.list_supervise(self._rules(case), BOT, self.now, up)
        return await self._keep(case)

    async def cancel(self, number: str, words: str = "") -> Case:
        """撤销 by the reporter; a P1 hazard stays open (the log says `goes_on`, once however often it is said)."""
        case = await self._locked(number, mine=True)
        if case.is_open and not owners.reporter_hears(await self.work.cases.timeline(case.number)):
            return case
        case.cancel(CITIZEN, self.now, words)
        return await self._keep(case)

    async def supplement(self, number: str, words: str, photos: tuple[str, ...] = ()) -> Case:
        """补充 by the reporter."""
        case = await self._locked(number, mine=True)
        case.supplement(CITIZEN, self.now, words, photos)
        return await self._keep(case)

    async def find(self, text: str, *, mine: bool) -> Case:
        """The case of that number, or of at least its last three digits.

        Raises Refusal; in the same words whether there is none or it is somebody else's.
        """
        tail = text.strip().upper()
        only = self.address if mine or self.person is None else None
        exact = await self.work.cases.get(tail)
        if exact is not None and self._sees(exact, mine=mine):
            return exact
        if exact is not None or not (tail.isascii() and tail.isdigit()) or len(tail) < SHORTEST_TAIL:
            raise Refusal(UNKNOWN)
        ending = await self.work.cases.ending_with(tail, reporter=only, limit=ENDING_LIMIT)
        found = [case for case in ending if self._sees(case, mine=mine)]
        if not found:
            raise Refusal(UNKNOWN)
        if len(found) > 1:
            raise Refusal(f"有几个案件以 {tail} 结尾，请写完整编号：{'、'.join(case.number for case in found)}。")
        return found[0]

    async def ready(self, text: str, *actions: str) -> Case:
        """The case of that number, once this person may do one of the actions with it now; raises Refusal."""
        case = await self.find(text, mine=False)
        able = [action for action in actions if (case.state, action) in TRANSITIONS]
        await self._staff(case, able[0] if able else actions[0])
        return case

    async def my_cases(self, limit: int = 10) -> Sequence[Case]:
        """Cases this address reported, newest first."""
        return await self.work.cases.of_reporter(self.address, limit=limit) if self.address else []

    async def my_tasks(self) -> Sequence[Case]:
        """Open cases in this person's hands, and those of the person's units that nobody holds yet."""
        if self.person is None:
            return []
        units = {post.unit for post in self.person.posts if post.role in owners.WORKERS}
        return [*await self.work.cases.of_handler(self.person.id), *await self.work.cases.unheld(units)]

    async def todo(self) -> Sequence[Case]:
        """What waits for this person's roles within their units, the person's own tasks first."""
        found = {case.number: case for case in await self.my_tasks()}
        for post in self._scope.posts:
            state, scopes = WAITING.get(post.role), self._scope.widened([post])
            for case in await self.work.cases.in_states([state], scopes=scopes) if state else ():
                if not self._scope.holds(case):
                    found.setdefault(case.number, case)
        return list(found.values())

    async def timeline(self, number: str) -> Sequence[Event]:
        """All that happened to the case, oldest first."""
        return await self.work.cases.timeline((await self.find(number, mine=False)).number)

    async def may_work(self, case: Case) -> bool:
        """Whether this person may sign for the case, tell of its progress or feed back."""
        mine = any(post.role in owners.WORKERS and self._scope.acts(case, post) for post in self._scope.posts)
        return mine and await self._holder(case) is None

    async def tally(self, period: str) -> Tally:
        """Counts of `today` or `week` (from Monday), local time, within this person's units."""
        if not self._scope.posts:
            raise Refusal("统计只对工作人员开放。请发送“查询”查看您上报的案件。")
        if period not in ("today", "week"):
            raise Refusal("请写“统计 今日”或“统计 本周”。")
        local = self.now.astimezone(self.rules.county.zone)
        day = local.date() - timedelta(days=local.weekday() if period == "week" else 0)
        since = datetime.combine(day, time(), self.rules.county.zone).astimezone(UTC)
        scopes = self._scope.widened(self._scope.posts)
        return await self.work.cases.tally(since, self.now, scopes=scopes)

    async def _hand_on(self, case: Case, category: Category) -> None:
        case.accept(self.rules, BOT, self.now)
        lead = await owners.lead(self.work, self.rules, self.units, category, case.place.unit)
        if lead is None:  # the duty room's dispatcher decides
            return
        informed = await owners.officer(self.work, self.units, case.place.unit) if lead.person is None else None
        ids = [informed.person.id] if informed and informed.person else []
        handler = lead.person.id if lead.person else None
        level = owners.level_of(self.rules, self.units, lead.unit)
        case.dispatch(self.rules, BOT, self.now, unit=lead.unit, level=level, handler=handler, informed=ids)

    def _reporting(self) -> Actor:
        if self.person is not None and self.person.has(Role.GRID_WORKER):
            return Actor(Role.GRID_WORKER, self.person.id)
        return CITIZEN

    def _sees(self, case: Case, *, mine: bool) -> bool:
        if self.address is not None and case.reporter.address == self.address:
            return True
        return not mine and self._scope.sees(case)

    def _rules(self, case: Case) -> Rules:
        return self.rules.as_of(case.rules_version)

    async def _locked(self, number: str, *, mine: bool = False) -> Case:
        found = await self.find(number, mine=mine)
        case = await self.work.cases.get(found.number, lock=True)
        if case is None:
            raise Refusal(UNKNOWN)
        return case

    async def _holder(self, case: Case) -> Person | None:
        """The colleague who has signed for the case; None while any worker of its unit may take it."""
        if case.state is State.DISPATCHED or case.handler is None or self._scope.holds(case):
            return None
        held = await self.work.people.get(case.handler)
        return held if held is not None and held.active else None

    async def _staff(self, case: Case, action: str) -> Actor:
        """The role in which this person may do it.

        Raises Refusal for state, role, scope, or a colleague who has the case in hand, in that order.
        """
        posts = self._scope.posts
        if self.person is None or not posts:
            raise Refusal("这一步由工作人员操作。您可以发送“查询”查看进度。")
        transition = TRANSITIONS.get((case.state, action))
        able = [post for post in posts if transition is not None and acts(post.role, transition)]
        if not able:
            allowed(case.state, action, posts[0].role)
        reaching = [post.role for post in able if self._scope.acts(case, post)]
        held = await self._holder(case) if reaching and reaching[0] in owners.WORKERS else None
        if held is not None:
            raise Refusal(f"案件 {case.number} 由{held.name}办理，别人不能代办。请与{held.name}联系。")
        if reaching:
            return Actor(reaching[0], self.person.id)
        lead = self.units.get(case.lead_unit or case.owner_unit)
        where = lead.name if lead else "值班室"
        raise Refusal(f"这个案件（{STAGES[case.state].zh}）不在您的范围内，请联系{where}。")

    async def _checking(self, case: Case, action: str) -> Actor:
        actor = await self._staff(case, action)
        await self._not_own_work(case)
        return actor

    async def _not_own_work(self, case: Case) -> None:
        """Raises Refusal for staff who worked on the case, even where they reported it themselves."""
        worked = owners.worked(await self.work.cases.timeline(case.number))
        if self._scope.holds(case) or (self.person is not None and self.person.id in worked):
            raise Refusal("您办理过这个案件，不能再核查或评价，请由其他核查员核查。")

    async def _keep(self, case: Case, *, new: bool = False) -> Case:
        news = [(case, event) for event in case.news]
        await (self.work.cases.add(case) if new else self.work.cases.save(case))
        case.take_news()
        self.news += news
        if new:  # of which nothing can have been laid
            await self.work.due_steps.lay(due.steps_of(self.rules, case))
        else:
            await due.lay(self.work, self._rules(case), case)
        return case
