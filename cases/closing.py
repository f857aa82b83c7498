"""A case that is said to be done: checked, closed, rated, reopened, and put away."""

from datetime import datetime, timedelta

from cases.errors import Refusal
from cases.people import BOT, Actor, Level, Role
from cases.record import CaseRecord, State, iso, proposed
from cases.rules import Rules
from cases.supervision import Escalation, Supervision


class Closing(CaseRecord):
    """How a case ends, and how it comes back."""

    __slots__ = ()

    def approve(self, rules: Rules, actor: Actor, now: datetime, words: str | None = None) -> None:
        """核查通过: closed; the rating window opens.

        Raises Refusal when the handler would check himself, or the bot where only people may.
        """
        self._not_own_work(actor)
        if actor.role is Role.BOT and self.priority in rules.limits.check_by_bot_never:
            raise Refusal("紧急案件不能自动核查通过，请核查员核查。")
        before = self.move("approve", actor)
        self.closed_at = now
        self.start_clock(rules, "rate", now, rules.limits.rating)
        self.record(now, actor, "approve", before, words=words)

    def return_rework(self, rules: Rules, actor: Actor, now: datetime, words: str) -> None:
        """退回返工: what is left of the handle limit, at least the floor the rules name."""
        self._not_own_work(actor)
        if not words.strip():
            raise Refusal("退回需要写明理由，请写上哪里没有办好。")
        before = self.move("return_rework", actor)
        self.rework_count += 1
        left = self._left(rules)
        if self.overlay.mediator is not None:  # the unit's clock stood still while it was mediated
            left = self.handle_limit(rules) + self.overlay.extended - self.overlay.set_by
        limit = max(left, self.handle_limit(rules) * rules.limits.rework_floor)
        self.lay_over(mediator=None, set_by=timedelta())
        self.start_clock(rules, "handle", now, limit)
        self.record(now, actor, "return_rework", before, {"due_at": iso(self.clock_due_at)}, words=words)

    def rate(self, actor: Actor, now: datetime, *, grade: int, solved: str, words: str | None = None) -> None:
        """评价: archived. The caller has told good from bad."""
        before = self.move("rate", actor)
        self.grade, self.solved = grade, solved
        self.end(now)
        self.record(now, actor, "rate", before, {"grade": grade, "solved": solved}, words=words)

    def rate_bad(
        self, rules: Rules, actor: Actor, now: datetime, *, grade: int, solved: str, words: str | None = None
    ) -> None:
        """差评或未解决: the review clock starts."""
        before = self.move("rate_bad", actor)
        self.grade, self.solved = grade, solved
        self.start_clock(rules, "review", now, rules.limits.review)
        self.record(now, actor, "rate_bad", before, {"grade": grade, "solved": solved}, words=words)

    def reopen(
        self, rules: Rules, actor: Actor, now: datetime, words: str | None = None, *, anew: bool = False
    ) -> None:
        """重办: the same unit again, with the limit for reopened cases; it may not return the case. `anew`: by a unit
        that gets it for the first time, whatever was objected to another one."""
        if self.state is State.REOPEN_REVIEW and self.reopen_count and not anew:
            raise Refusal("这是再次异议，不能再重办：请督办员挂牌督办（督办 编号 挂牌 理由），或者维持并说明。")
        before = self.move("reopen", actor)
        self._again(rules, now)
        facts = {"unit": self.lead_unit, "due_at": iso(self.handle_due_at)}
        self.record(now, actor, "reopen", before, facts, words=words)

    def uphold(self, actor: Actor, now: datetime, words: str, by: int | None = None) -> None:
        """维持并说明: archived with the rating as it is; `by` is who proposed it to the second person."""
        before = self.move("uphold", actor)
        self.end(now)
        self.record(now, actor, "uphold", before, proposed(by), words=words)

    def list_supervise(
        self, rules: Rules, actor: Actor, now: datetime, up: Escalation, words: str | None = None
    ) -> None:
        """挂牌督办: the same unit again, listed, at that level and in that leader's name."""
        before = self.move("list_supervise", actor)
        self.supervision = Supervision.LISTED
        self.level = max(self.level, up.level)
        self._again(rules, now)
        self.record(now, actor, "list_supervise", before, {"unit": self.lead_unit} | up.facts(), words=words)

    def silent_archive(self, now: datetime) -> None:
        """到期归档: nobody answered; not rated, and never satisfied."""
        before = self.move("silent_archive", BOT)
        self.end(now)
        self.record(now, BOT, "silent_archive", before)

    def report_again(self, rules: Rules, actor: Actor, now: datetime, words: str) -> None:
        """再次反映, within the days that the rules name: the same number is looked at again."""
        if self.state is State.ARCHIVED and self.ended_at is not None and now > self.ended_at + rules.limits.again:
            raise Refusal(f"这个案件归档已超过 {rules.limits.again.days} 天，不能再次反映，请重新上报。")
        before = self.move("report_again", actor)
        self.ended_at = None
        self.lay_over(citizen_from=now, citizen_time=rules.limits.review)
        self.citizen_due_at = self.after(rules, now, rules.limits.review)
        self.start_clock(rules, "review", now, rules.limits.review)
        self.record(now, actor, "report_again", before, words=words)

    def _left(self, rules: Rules) -> timedelta:
        used_until, due = self.feedback_at, self.handle_due_at
        if used_until is None or due is None:
            return timedelta()
        return self.between(rules, used_until, due)

    def give_to(self, unit: str, level: Level, handler: int | None) -> None:
        """Who gets a case that no unit has had, before it is reopened."""
        self.lead_unit = self.owner_unit = unit
        self.level, self.handler = level, handler

    def _again(self, rules: Rules, now: datetime) -> None:
        if self.lead_unit is None:
            raise Refusal("这个案件还没有承办单位，请写明派给谁：重办 编号 姓名或单位。")
        self.reopen_count += 1
        self.signed_at = self.feedback_at = self.closed_at = self.grade = self.solved = None
        limit = self.handle_limit(rules)
        self.hand_out(rules, now, limit)
        self.lay_over(bound=True, citizen_from=now, citizen_time=limit, mediator=None, set_by=timedelta())
        self.citizen_due_at = self.handle_due_at

    def _not_own_work(self, actor: Actor) -> None:
        if actor.person is not None and actor.person == self.handler:
            raise Refusal("经办人不能核查自己办的案件，请由其他核查员核查。")
