"""A case: what it is made of, and what may happen to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from cases.errors import Refusal
from cases.events import Event
from cases.lifecycle import allowed, for_citizens, is_open
from cases.people import BOT, Actor, Address, Level, Role
from cases.places import Place
from cases.rules import Rules, Rung
from cases.supervision import BY_RUNG, Escalation, Supervision


class State(StrEnum):
    """The seventeen states of a case."""

    SUBMITTED = "submitted"
    NEED_INFO = "need_info"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    RETURN_REVIEW = "return_review"
    SUSPENDED = "suspended"
    MEDIATING = "mediating"
    FEEDBACK = "feedback"
    CLOSED = "closed"
    REOPEN_REVIEW = "reopen_review"
    ARCHIVED = "archived"
    REJECTED = "rejected"
    MERGED = "merged"
    CANCELLED = "cancelled"
    VOID = "void"
    TRANSFERRED = "transferred"


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported: kept apart from the case, in an erasable table. Both None once erased."""

    address: Address | None = None
    phone: str | None = None


@dataclass(slots=True)
class Case:
    """One case. Times are aware UTC; None means that it has not happened.

    `fence` is the clock generation: it grows whenever the running clock changes, and due steps of older generations
    are stale. `clock` names the running clock (`accept`, `dispatch`, `handle`, `check`, `rate`, `review`, '' for
    none). `first_due_at` is `handle_due_at` as it was when the unit got the case: a rework moves only the latter.
    `handle_started_at` and `handle_time` are those of the last handle clock, though another may run by now. `dated_by`
    is the digest of the calendar by which all was dated. `version` is storage's, for optimistic writes. `news` are
    events not yet handed over.
    """

    number: str
    state: State
    category: str
    priority: str
    place: Place
    description: str
    photos: tuple[str, ...]
    reporter: Reporter
    flow: str
    rules_version: str
    submitted_at: datetime
    owner_unit: str
    handler: int | None = None
    lead_unit: str | None = None
    level: Level = Level.COUNTY
    supervision: Supervision = Supervision.NONE
    light: str = ""
    clock: str = ""
    fence: int = 0
    clock_started_at: datetime | None = None
    clock_limit: timedelta | None = None
    clock_due_at: datetime | None = None
    citizen_due_at: datetime | None = None
    accepted_at: datetime | None = None
    dispatched_at: datetime | None = None
    sign_due_at: datetime | None = None
    signed_at: datetime | None = None
    signed_late: bool = False
    contacted_at: datetime | None = None
    handle_started_at: datetime | None = None
    handle_time: timedelta | None = None
    handle_due_at: datetime | None = None
    first_due_at: datetime | None = None
    feedback_at: datetime | None = None
    closed_at: datetime | None = None
    ended_at: datetime | None = None
    rework_count: int = 0
    reopen_count: int = 0
    grade: int | None = None
    solved: str | None = None
    changed_at: datetime | None = None
    dated_by: str = ""
    events_count: int = 0
    version: int = 0
    news: list[Event] = field(default_factory=list)

    @classmethod
    def submit(
        cls,
        number: str,
        rules: Rules,
        now: datetime,
        actor: Actor,
        *,
        category: str,
        place: Place,
        description: str,
        reporter: Reporter,
        owner_unit: str,
        photos: tuple[str, ...] = (),
        flow: str = "centre",
    ) -> Self:
        """A new case, its accept clock running at the county's level; raises Refusal when that role may not report."""
        allowed("-", "submit", actor.role)
        kind = rules.catalogue[category]
        case = cls(
            number=number, state=State.SUBMITTED, category=category, priority=kind.priority, place=place,
            description=description, photos=photos, reporter=reporter, flow=flow, rules_version=rules.version,
            submitted_at=now, owner_unit=owner_unit, changed_at=now, dated_by=rules.calendar.digest,
        )  # fmt: skip
        case.citizen_due_at = case.after(rules, now, rules.limits.answering(kind))
        case._start(rules, "accept", now, kind.accept)
        case._record(now, actor, "submit", None, {"category": category, "place": place.unit, "flow": flow})
        return case

    def take_news(self) -> list[Event]:
        """The events not yet handed over; they are handed over once."""
        news, self.news = self.news, []
        return news

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes the citizen something."""
        return is_open(self.state)

    def continuous(self, rules: Rules) -> bool:
        """Whether this case's limits run round the clock: P1, and categories that say so."""
        return self.priority == "P1" or rules.catalogue[self.category].clock == "continuous"

    def after(self, rules: Rules, start: datetime, amount: timedelta) -> datetime:
        """The instant `amount` of this case's time (working or continuous) after `start`."""
        return start + amount if self.continuous(rules) else rules.calendar.add(start, amount)

    def share_at(self, rules: Rules, share: int) -> datetime | None:
        """When `share` per cent of the running clock's limit is used; None when no clock runs."""
        if self.clock_started_at is None or self.clock_limit is None:
            return None
        amount = self.clock_limit * share / 100
        if self.clock == "rate":
            return self.clock_started_at + amount
        return self.after(rules, self.clock_started_at, amount)

    def accept(self, rules: Rules, actor: Actor, now: datetime, words: str | None = None) -> None:
        """受理: the dispatch clock starts."""
        before = self._move("accept", actor)
        self.accepted_at = now
        self._start(rules, "dispatch", now, rules.limits.dispatching(self.priority))
        self._record(now, actor, "accept", before, words=words)

    def dispatch(
        self,
        rules: Rules,
        actor: Actor,
        now: datetime,
        *,
        unit: str,
        level: Level,
        handler: int | None,
        informed: Sequence[int] = (),
    ) -> None:
        """派遣: the unit, which stands at that level, answers from now on; the handle and sign clocks start."""
        before = self._move("dispatch", actor)
        self.lead_unit = self.owner_unit = unit
        self.level, self.handler = level, handler
        self._hand_out(rules, now, self.handle_limit(rules))
        facts = {"unit": unit, "handler": handler, "due_at": _iso(self.handle_due_at), "informed": list(informed)}
        self._record(now, actor, "dispatch", before, facts)

    def sign(self, actor: Actor, now: datetime) -> None:
        """签收: whoever signs is the handler from now on."""
        before = self._move("sign", actor)
        self.handler = actor.person or self.handler
        self._signed(now)
        self._record(now, actor, "sign", before, {"late": self.signed_late})

    def auto_sign(self, now: datetime) -> None:
        """自动签收: the sign limit is over; counted as late."""
        before = self._move("auto_sign", BOT)
        self.signed_at, self.signed_late = now, True
        self._record(now, BOT, "auto_sign", before, {"late": True})

    def progress(self, actor: Actor, now: datetime, words: str, photos: tuple[str, ...] = ()) -> None:
        """进展: words for the citizen, the first of which are the first contact; who works on it has it from now on."""
        before = self._move("progress", actor)
        if actor.role is not Role.ASSISTANT:
            self.handler = actor.person or self.handler
        self.contacted_at = self.contacted_at or now
        self._record(now, actor, "progress", before, {"photos": list(photos)}, words=words)

    def feedback(self, rules: Rules, actor: Actor, now: datetime, words: str, photos: tuple[str, ...] = ()) -> None:
        """反馈: the check clock starts."""
        before = self._move("feedback", actor)
        self.handler = actor.person or self.handler
        self.feedback_at = now
        self.contacted_at = self.contacted_at or now
        self._start(rules, "check", now, rules.limits.check)
        self._record(now, actor, "feedback", before, {"photos": list(photos)}, words=words)

    def approve(self, rules: Rules, actor: Actor, now: datetime, words: str | None = None) -> None:
        """核查通过: closed; the rating window opens.

        Raises Refusal when the handler would check himself, or the bot where only people may.
        """
        self._not_own_work(actor)
        if actor.role is Role.BOT and self.priority in rules.limits.check_by_bot_never:
            raise Refusal("紧急案件不能自动核查通过，请核查员核查。")
        before = self._move("approve", actor)
        self.closed_at = now
        self._start(rules, "rate", now, rules.limits.rating)
        self._record(now, actor, "approve", before, words=words)

    def return_rework(self, rules: Rules, actor: Actor, now: datetime, words: str) -> None:
        """退回返工: what is left of the handle limit, at least the floor the rules name."""
        self._not_own_work(actor)
        if not words.strip():
            raise Refusal("退回需要写明理由，请写上哪里没有办好。")
        before = self._move("return_rework", actor)
        self.rework_count += 1
        limit = max(self._left(rules), self.handle_limit(rules) * rules.limits.rework_floor)
        self._handle(rules, now, limit)
        self._record(now, actor, "return_rework", before, {"due_at": _iso(self.clock_due_at)}, words=words)

    def rate(self, actor: Actor, now: datetime, *, grade: int, solved: str, words: str | None = None) -> None:
        """评价: archived. The caller has told good from bad."""
        before = self._move("rate", actor)
        self.grade, self.solved = grade, solved
        self._end(now)
        self._record(now, actor, "rate", before, {"grade": grade, "solved": solved}, words=words)

    def rate_bad(
        self, rules: Rules, actor: Actor, now: datetime, *, grade: int, solved: str, words: str | None = None
    ) -> None:
        """差评或未解决: the review clock starts."""
        before = self._move("rate_bad", actor)
        self.grade, self.solved = grade, solved
        self._start(rules, "review", now, rules.limits.review)
        self._record(now, actor, "rate_bad", before, {"grade": grade, "solved": solved}, words=words)

    def reopen(self, rules: Rules, actor: Actor, now: datetime) -> None:
        """重办: the same unit again, with the limit for reopened cases."""
        before = self._move("reopen", actor)
        self._again(rules, now)
        self._record(now, actor, "reopen", before, {"unit": self.lead_unit, "due_at": _iso(self.handle_due_at)})

    def list_supervise(self, rules: Rules, actor: Actor, now: datetime, up: Escalation) -> None:
        """挂牌督办: the same unit again, listed, at that level and in that leader's name."""
        before = self._move("list_supervise", actor)
        self.supervision = Supervision.LISTED
        self.level = max(self.level, up.level)
        self._again(rules, now)
        self._record(now, actor, "list_supervise", before, {"unit": self.lead_unit} | up.facts())

    def silent_archive(self, now: datetime) -> None:
        """到期归档: nobody answered; not rated, and never satisfied."""
        before = self._move("silent_archive", BOT)
        self._end(now)
        self._record(now, BOT, "silent_archive", before)

    def cancel(self, actor: Actor, now: datetime, words: str | None = None) -> None:
        """撤销. A P1 hazard goes on as the grid worker's case; its reporter hears no more of it."""
        allowed(self.state, "cancel", actor.role)
        if self.priority == "P1":
            self._record(now, actor, "goes_on", self.state, {"notices": "off"}, words=words)
            return
        before = self._move("cancel", actor)
        self._end(now)
        self._record(now, actor, "cancel", before, words=words)

    def supplement(self, actor: Actor, now: datetime, words: str, photos: tuple[str, ...] = ()) -> None:
        """补充: words or photos added while the case is open. Raises Refusal once it has ended."""
        if not self.is_open:
            raise Refusal(f"案件现在是“{for_citizens(self.state)}”，不能再补充。如有新情况，请重新上报。")
        self._record(now, actor, "supplement", self.state, {"photos": list(photos)}, words=words or None)

    def climb(self, now: datetime, rung: Rung, up: Escalation) -> None:
        """A rung of the ladder: remind, warn, overdue, red_card or listed.

        Supervision and level never go down, and rise in the unit's clock alone: what the centre is late with stands in
        the log and is not booked to the unit.
        """
        self.light = rung.light
        if self.clock == "handle":
            self.supervision = max(self.supervision, BY_RUNG.get(rung.action, Supervision.NONE))
            self.level = max(self.level, up.level)
        facts = {"clock": self.clock, "fence": self.fence, "share": rung.share} | up.facts()
        self._record(now, BOT, rung.action, self.state, facts)

    def note(self, now: datetime, action: str, facts: Mapping[str, Any]) -> None:
        """Something the clock did that changes nothing but is told: daily, check_missed, rating_reminder."""
        self._record(now, BOT, action, self.state, facts)

    def handle_limit(self, rules: Rules) -> timedelta:
        """The whole limit for handling; reopened cases have their own."""
        if not self.reopen_count:
            return rules.catalogue[self.category].handle
        return rules.limits.reopening(self.priority)

    def _left(self, rules: Rules) -> timedelta:
        used_until, due = self.feedback_at, self.handle_due_at
        if used_until is None or due is None or used_until >= due:
            return timedelta()
        return due - used_until if self.continuous(rules) else rules.calendar.between(used_until, due)

    def _again(self, rules: Rules, now: datetime) -> None:
        self.reopen_count += 1
        self.signed_at = self.feedback_at = self.closed_at = self.grade = self.solved = None
        self._hand_out(rules, now, self.handle_limit(rules))
        self.citizen_due_at = self.handle_due_at

    def _hand_out(self, rules: Rules, now: datetime, limit: timedelta) -> None:
        self.dispatched_at = now
        self._handle(rules, now, limit)
        self.first_due_at = self.handle_due_at
        self.sign_due_at = self.after(rules, now, rules.limits.signing(self.priority, limit))

    def _handle(self, rules: Rules, now: datetime, limit: timedelta) -> None:
        self._start(rules, "handle", now, limit)
        self.handle_started_at, self.handle_time, self.handle_due_at = now, limit, self.clock_due_at

    def _signed(self, now: datetime) -> None:
        self.signed_at = now
        self.signed_late = self.sign_due_at is not None and now > self.sign_due_at

    def _not_own_work(self, actor: Actor) -> None:
        if actor.person is not None and actor.person == self.handler:
            raise Refusal("经办人不能核查自己办的案件，请由其他核查员核查。")

    def _move(self, action: str, actor: Actor) -> str:
        before = self.state
        self.state = State(allowed(before, action, actor.role).next)
        return before

    def _start(self, rules: Rules, clock: str, now: datetime, limit: timedelta) -> None:
        self.fence += 1
        self.clock, self.clock_started_at, self.clock_limit = clock, now, limit
        self.light = ""
        self.clock_due_at = self.share_at(rules, 100)

    def _end(self, now: datetime) -> None:
        self.fence += 1
        self.clock = self.light = ""
        self.clock_started_at = self.clock_limit = self.clock_due_at = None
        self.ended_at = now

    def _record(
        self,
        now: datetime,
        actor: Actor,
        action: str,
        before: str | None,
        facts: Mapping[str, Any] | None = None,
        *,
        words: str | None = None,
    ) -> None:
        self.events_count += 1
        self.changed_at = now
        after = str(self.state)
        seq = self.events_count
        self.news.append(Event(self.number, seq, now, actor, action, before, after, facts or {}, words or None))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
