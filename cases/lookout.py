"""What people see of cases: their tasks, what waits for them, what they may do, and the figures."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from cases import owners
from cases.bench import Bench, posted
from cases.case import Case
from cases.errors import Refusal
from cases.events import Event
from cases.lifecycle import GROUPS, OVERLAYS, TRANSITIONS, acts, row_of
from cases.office import CONSULTATIONS
from cases.overlay import EXTEND
from cases.people import Role
from cases.ports import Tally
from cases.record import State
from cases.scope import HELPERS
from cases.working import DISPUTES

WAITING: Mapping[Role, Sequence[State]] = {
    Role.ACCEPTOR: (State.SUBMITTED, State.REOPEN_REVIEW),
    Role.DISPATCHER: (State.ACCEPTED, State.RETURN_REVIEW),
    Role.CHECKER: (State.FEEDBACK,),
    Role.SUPERVISOR: (State.REOPEN_REVIEW,),
    Role.LEADER: (State.RETURN_REVIEW,),
}
"""What waits for whom."""
CENTRE = frozenset(WAITING)
CHECKING = frozenset({"approve", "return_rework"})
URGENT = "P1"


class Lookout(Bench):
    """The desk from which one sees."""

    async def ready(self, text: str, *actions: str) -> Case:
        """The case of that number, once this person may do one of the actions with it now; raises Refusal."""
        case = await self.find(text, mine=False)
        able = [action for action in actions if row_of(case.state, action) is not None]
        await self.staff(case, able[0] if able else actions[0])
        return case

    async def my_tasks(self) -> Sequence[Case]:
        """Open cases in this person's hands, or of whom they stand in for, those of their units that nobody holds yet,
        and those to which they were invited: to assist, or to mediate."""
        if self.person is None:
            return []
        units = set(posted(self.scope.posts, *owners.WORKERS))
        helping = set(posted(self.scope.posts, *HELPERS))
        hands = sorted(self.scope.hands)
        held = [case for one in hands for case in await self.work.cases.of_handler(one)]
        own = [*held, *await self.work.cases.unheld(units)]
        invited = [case for one in hands for case in await self.work.cases.invited(helping, one)]
        found = {case.number: case for case in (*own, *invited) if not self.scope.is_about(case)}
        return list(found.values())

    async def todo(self) -> Sequence[Case]:
        """What waits for this person's roles within their units, the person's own tasks first."""
        found = {case.number: case for case in await self.my_tasks()}
        for post in self.scope.posts:
            states, scopes = WAITING.get(post.role, ()), self.scope.widened([post])
            for case in await self.work.cases.in_states(states, scopes=scopes) if states else ():
                if not self.scope.holds(case) and not self.scope.is_about(case) and _waits_for(case, post.role):
                    found.setdefault(case.number, case)
        for case in await self.to_decide():
            found.setdefault(case.number, case)
        return list(found.values())

    async def to_decide(self) -> Sequence[Case]:
        """Cases of which something waits for this person's word: a second person's, or on an extension."""
        centre = [post for post in self.scope.posts if post.role in CENTRE]
        if self.person is None or not centre:
            return []
        waiting = await self.work.cases.proposed(scopes=self.scope.widened(centre))
        return [
            case for case in waiting if any(self._decides(case, one.action, one.by) for one in case.overlay.proposals)
        ]

    def _decides(self, case: Case, action: str, by: int) -> bool:
        row = row_of(case.state, action)
        if row is None or self.person is None or by == self.person.id:
            return False
        return any(acts(post.role, row) and self.scope.acts(case, post) for post in self.scope.posts)

    async def timeline(self, number: str) -> Sequence[Event]:
        """All that happened to the case, oldest first."""
        return await self.work.cases.timeline((await self.find(number, mine=False)).number)

    async def may_work(self, case: Case) -> bool:
        """Whether this person may sign for the case, tell of its progress or feed back."""
        mine = any(post.role in owners.WORKERS and self.scope.acts(case, post) for post in self.scope.posts)
        return mine and await self.holder(case) is None

    async def possible(self, case: Case) -> Sequence[str]:
        """The actions that this person may take with the case now, those of the life cycle first, for buttons."""
        rows = [row for row in TRANSITIONS.values() if row.state == case.state]
        rows += [row for row in OVERLAYS.values() if case.state in GROUPS[row.state]]
        another = await self.holder(case) is not None
        if await self._own_work(case):
            rows = [row for row in rows if row.action not in CHECKING]
        found = [
            row.action
            for row in rows
            for role, _ in self._able(case, row)[:1]
            if not (another and role in owners.WORKERS)
        ]
        return [action for action in dict.fromkeys(found) if self._makes_sense(case, action)]

    def _makes_sense(self, case: Case, action: str) -> bool:
        """Whether the rules would let anybody do it just now; of what is not listed they may."""
        kept, rules = case.overlay, self.rules_of(case)
        asked = any(one.action == EXTEND for one in kept.proposals)
        in_time = case.handle_due_at is not None and self.now < case.handle_due_at
        now: Mapping[str, bool] = {
            "ask_return": not case.may_return(rules, self.now),
            "ask_info": not kept.info_asked,
            "to_mediation": case.category[:2] == DISPUTES,
            "approve_extend": asked,
            "refuse_extend": asked,
            "ask_extend": in_time and not asked and kept.extensions < rules.limits.extensions,
            "waive_assist": any(one.is_open for one in kept.assists),
            "answer": case.category in CONSULTATIONS,
            "suspend": case.priority != URGENT,
            "rule": case.may_be_ruled,
        }
        return now.get(action, True)

    async def _own_work(self, case: Case) -> bool:
        """Whether this person worked on a case that waits to be checked."""
        if case.state is not State.FEEDBACK or self.person is None:
            return False
        worked = owners.worked(await self.work.cases.timeline(case.number))
        return self.scope.holds(case) or self.person.id in worked

    async def tally(self, period: str) -> Tally:
        """Counts of `today` or `week` (from Monday), local time, within this person's units."""
        if not self.scope.posts:
            raise Refusal("统计只对工作人员开放。请发送“查询”查看您上报的案件。")
        if period not in ("today", "week"):
            raise Refusal("请写“统计 今日”或“统计 本周”。")
        local = self.now.astimezone(self.rules.county.zone)
        day = local.date() - timedelta(days=local.weekday() if period == "week" else 0)
        since = datetime.combine(day, time(), self.rules.county.zone).astimezone(UTC)
        scopes = self.scope.widened(self.scope.posts)
        return await self.work.cases.tally(since, self.now, scopes=scopes)


def _waits_for(case: Case, role: Role) -> bool:
    """Whether that role may do something about it now: a leader rules on second returns, and where nobody owns it."""
    if role is not Role.LEADER or case.state is not State.RETURN_REVIEW:
        return True
    return case.may_be_ruled
