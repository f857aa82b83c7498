"""What every desk has: the case found and locked, the person's right to act, and the case kept with what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cases import due, owners
from cases.case import Case
from cases.errors import Refusal
from cases.events import Event
from cases.lifecycle import STAGES, Transition, acts, allowed, row_of
from cases.overlay import Secrecy
from cases.people import Actor, Address, Person, Post, Role, Unit
from cases.places import Place, Units
from cases.ports import CaseWork
from cases.record import State
from cases.ringing import followed_on
from cases.rules import Rules
from cases.scope import Scope
from cases.staffing import Staffing

SHORTEST_TAIL = 3
ENDING_LIMIT = 100  # before those out of sight are left out
UNKNOWN = "没有找到这个案件编号，请核对后再发一次，或发送“查询”查看。"


@dataclass(frozen=True, slots=True)
class Problem:
    """What somebody reports: a category's code, the place, words, media keys, and a phone to be called back on.

    `secrecy` None: as the category has it. `for_somebody`: an officer reports it for a citizen, of whom a phone at most
    is known.
    """

    category: str
    place: Place
    description: str
    photos: tuple[str, ...] = ()
    phone: str | None = None
    secrecy: Secrecy | None = None
    for_somebody: bool = False


class Bench:
    """One person's (or citizen's) place at one instant. Every rule broken raises Refusal; nothing is kept then.

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
        stood_for: Sequence[Person] = (),
    ) -> None:
        self.work, self.rules, self.now, self.units = work, rules, now, units
        self.address, self.person = address, person
        self.scope = Scope(person, rules, units, stood_for)
        self.staffing = Staffing(work, rules, units, now)
        self.news: list[tuple[Case, Event]] = []

    async def find(self, text: str, *, mine: bool) -> Case:
        """The case of that number, or of at least its last three digits; `mine`: one that this address reported or
        follows.

        Raises Refusal; in the same words whether there is none or it is somebody else's.
        """
        tail = text.strip().upper()
        only = self.address if mine or self.person is None else None
        exact = await self.work.cases.get(tail)
        if exact is not None and (self._sees(exact, mine=mine) or await self._follows(exact)):
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

    async def locked(self, number: str, *, mine: bool = False) -> Case:
        """The case, locked for this turn; `mine`: only one that this address reported."""
        found = await self.find(number, mine=mine)
        if mine and found.reporter.address != self.address:
            raise Refusal("只有上报人能这样做。您可以发送“查询”看进度，或“催办 编号”。")
        case = await self.work.cases.get(found.number, lock=True)
        if case is None:
            raise Refusal(UNKNOWN)
        return case

    def rules_of(self, case: Case) -> Rules:
        """The rules under which the case was filed."""
        return self.rules.as_of(case.rules_version)

    async def staff(self, case: Case, action: str) -> Actor:
        """The role in which this person may do it.

        Raises Refusal for state, role, scope, or a colleague who has the case in hand, in that order.
        """
        posts = self.scope.posts
        if self.person is None or not posts:
            raise Refusal("这一步由工作人员操作。您可以发送“查询”查看进度。")
        row = row_of(case.state, action)
        able = self._able(case, row)
        if row is None or (not any(acts(post.role, row) for post in posts) and not able):
            allowed(case.state, action, posts[0].role)
        if able and able[0][0] in owners.WORKERS:
            await self._not_anothers(case)
        if able:
            role, post = able[0]
            return Actor(role, self.person.id, self.scope.stead(case, post))
        lead = self.units.get(case.lead_unit or case.owner_unit)
        where = lead.name if lead else "值班室"
        raise Refusal(f"这个案件（{STAGES[case.state].zh}）不在您的范围内，请联系{where}。")

    def _able(self, case: Case, row: Transition | None) -> Sequence[tuple[Role, Post]]:
        """The roles in which this person may do it, each with its post: a helper's for those of an invited unit."""
        if row is None:
            return []
        able = [(post.role, post) for post in self.scope.posts if acts(post.role, row) and self.scope.acts(case, post)]
        if Role.ASSISTANT in row.actors:
            able += [(Role.ASSISTANT, post) for post in self.scope.posts if self.scope.helps(case, post)]
        return able

    async def _not_anothers(self, case: Case) -> None:
        held = await self.holder(case)
        if held is not None:
            raise Refusal(f"案件 {case.number} 由{held.name}办理，别人不能代办。请与{held.name}联系。")

    async def holder(self, case: Case) -> Person | None:
        """The colleague who has signed for the case; None while any worker of its unit may take it."""
        if case.state is State.DISPATCHED or case.handler is None or self.scope.holds(case):
            return None
        held = await self.work.people.get(case.handler)
        return held if held is not None and held.active else None

    async def keep(self, case: Case, *, new: bool = False) -> Case:
        """Keep the case, what it did to others, and the steps of its clock."""
        events = list(case.news)
        await (self.work.cases.add(case) if new else self.work.cases.save(case))
        case.take_news()
        self.news += [(case, event) for event in events]
        rules = self.rules_of(case)
        if not new:
            self.news += await followed_on(self.work, rules, case, events, self.now)
        if any(event.before == State.DISPATCHED for event in events) and case.state is not State.DISPATCHED:
            await self.work.due_steps.drop(case.number, kind="auto_sign")
        if new:  # of which nothing can have been laid
            await self.work.due_steps.lay(due.steps_of(rules, case))
        elif any(event.action in due.SAME_CLOCK for event in events) and case.is_open:
            await due.lay_anew(self.work, rules, case, self.now)
        else:
            await due.lay(self.work, rules, case)
        return case

    async def not_own_work(self, case: Case) -> None:
        """Raises Refusal for staff who worked on the case, even where they reported it themselves."""
        worked = owners.worked(await self.work.cases.timeline(case.number))
        if self.scope.holds(case) or (self.person is not None and self.person.id in worked):
            raise Refusal("您办理过这个案件，不能再核查或评价，请由其他核查员核查。")

    async def not_about(self, case: Case, *, unit: str | None = None, person: int | None = None) -> None:
        """Raises Refusal where that unit or person is whom the report is about, or the person of such a unit."""
        if unit is not None and unit in case.overlay.about_units:
            raise Refusal(f"案件 {case.number} 反映的就是{self.units[unit].name}，要回避，请交给别的单位。")
        if person is not None and person in await self.staffing.concerned(case):
            raise Refusal(f"案件 {case.number} 反映的就是本人或本人的单位，要回避，请交给别的人。")

    async def leads_nobody(self, case: Case) -> None:
        """Raises Refusal where other cases were merged into it: they would follow it to its end."""
        others = await self.work.cases.merged_into(case.number)
        if others:
            raise Refusal(f"有 {len(others)} 件并入了这个案件，请先拆单：{'、'.join(one.number for one in others)}。")

    def another_acceptor(self, case: Case) -> None:
        """Raises Refusal for whoever refused a case of which the reporter asked for a review."""
        kept = case.overlay
        if kept.review_asked and self.person is not None and self.person.id in kept.rejected_by:
            raise Refusal("这个案件是您不予受理的，群众申请了复核，请由另一位受理员处理。")

    def unit_named(self, name: str) -> Unit:
        """The unit of that name or code. Raises Refusal with what to write where it is none, or several."""
        found = self.units.named(name.strip())
        if len(found) == 1:
            return found[0]
        if found:
            codes = "、".join(unit.code for unit in found)
            raise Refusal(f"“{name.strip()}”不止一个，请写单位编码：{codes}。")
        raise Refusal(f"没有叫“{name.strip()}”的单位，请写单位名称或编码。")

    def _sees(self, case: Case, *, mine: bool) -> bool:
        if self.address is not None and case.reporter.address == self.address:
            return True
        return not mine and self.scope.sees(case)

    async def _follows(self, case: Case) -> bool:
        if self.address is None or self.scope.is_about(case):
            return False
        return self.address in await self.work.cases.followers(case.number)


def posted(posts: Sequence[Post], *roles: Role) -> Sequence[str]:
    """The units of the posts of those roles."""
    return [post.unit for post in posts if post.role in roles]
