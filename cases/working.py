"""A case in somebody's hands: progress, assists, extensions, suspension, mediation, and the result."""

from dataclasses import replace
from datetime import datetime, timedelta

from cases.errors import Refusal
from cases.overlay import Assist
from cases.people import Actor, Role
from cases.record import CaseRecord, State, iso, proposed
from cases.rules import Rules

DISPUTES = "03"
"""The top of the catalogue that is mediated."""


class Working(CaseRecord):
    """What those who handle a case do with it."""

    __slots__ = ()

    def progress(self, actor: Actor, now: datetime, words: str, photos: tuple[str, ...] = ()) -> None:
        """进展: words for the citizen, the first of which are the first contact; who works on it has it from now on."""
        before = self.move("progress", actor)
        if actor.role is not Role.ASSISTANT:
            self.handler = actor.hand or self.handler
        self.contacted_at = self.contacted_at or now
        self.record(now, actor, "progress", before, {"photos": list(photos)}, words=words)

    def invite_assist(
        self, rules: Rules, actor: Actor, now: datetime, unit: str, *, words: str | None, joint: bool
    ) -> None:
        """协办: another unit adds its part within a limit of its own; `joint`: it is of another town.

        Raises Refusal for the lead unit itself and for one that was asked and has not answered.
        """
        if unit == self.lead_unit:
            raise Refusal("主办单位不用请自己协办，请写别的单位。")
        if any(one.unit == unit and one.is_open for one in self.overlay.assists):
            raise Refusal("已经请这个单位协办，正在等它答复，不用再请。")
        before = self.move("invite_assist", actor)
        due = self.after(rules, now, self.left(rules, now) * rules.limits.assist_share)
        self.lay_over(assists=(*self.overlay.assists, Assist(unit, now, due)), joint=self.overlay.joint or joint)
        facts = {"unit": unit, "due_at": iso(due), "joint": joint}
        self.record(now, actor, "invite_assist", before, facts, words=words)

    def answer_assist(self, actor: Actor, now: datetime, unit: str, words: str) -> None:
        """协办反馈 of that unit."""
        before = self.move("answer_assist", actor)
        self._assisted(unit, answered_at=now)
        self.record(now, actor, "answer_assist", before, {"unit": unit}, words=words)

    def waive_assist(self, actor: Actor, now: datetime, unit: str) -> None:
        """免协办: that unit's answer is not needed any more."""
        self._assisted(unit, waived=True)
        self.record(now, actor, "waive_assist", self.state, {"unit": unit})

    def _assisted(self, unit: str, **changes: object) -> None:
        asked = next((one for one in self.overlay.assists if one.unit == unit and one.is_open), None)
        if asked is None:
            raise Refusal("没有请这个单位协办，或它已经答复。请发送“案件 编号”查看。")
        changed = replace(asked, **changes)  # type: ignore[arg-type] # fields of Assist
        self.lay_over(assists=tuple(changed if one is asked else one for one in self.overlay.assists))

    def approve_extend(
        self, rules: Rules, actor: Actor, now: datetime, more: timedelta, *, words: str | None, by: int | None
    ) -> None:
        """同意延期: the unit's and the citizen's time grow by as much."""
        before = self.move("approve_extend", actor)
        self.fence += 1
        self.clock_limit = (self.clock_limit or timedelta()) + more
        self.reckon(rules)
        self.keep_citizens_time(rules, more)
        self.lay_over(extensions=self.overlay.extensions + 1, extended=self.overlay.extended + more)
        facts = {"fence": self.fence, "hours": more / timedelta(hours=1), "due_at": iso(self.handle_due_at)}
        self.record(now, actor, "approve_extend", before, facts | proposed(by), words=words)

    def refuse_extend(self, actor: Actor, now: datetime, words: str | None, by: int | None) -> None:
        """不同意延期: the deadline stays."""
        before = self.move("refuse_extend", actor)
        self.record(now, actor, "refuse_extend", before, proposed(by), words=words)

    def suspend(
        self, rules: Rules, actor: Actor, now: datetime, until: datetime, *, reason: str, words: str | None
    ) -> None:
        """挂账 until then, for a reason of the rules' list: both clocks pause. Never for P1, at most for a year."""
        if self.state is State.IN_PROGRESS:
            if self.priority == "P1":
                raise Refusal("紧急案件（P1）不能挂账，请继续办理或请求协办。")
            if not now < until <= now + rules.limits.suspension:
                raise Refusal("恢复日期要在明天以后、一年以内，请重写，例如：挂账 编号 2026-12-31 原因。")
        before = self.move("suspend", actor)
        self.pause_citizen(rules, now)
        self.pause(rules, now, until)
        facts = {"fence": self.fence, "reason": reason, "until": iso(until)}
        self.record(now, actor, "suspend", before, facts, words=words)

    def resume(self, rules: Rules, actor: Actor, now: datetime, words: str | None = None) -> None:
        """恢复: both clocks go on."""
        before = self.move("resume", actor)
        self.go_on(rules, now)
        self.go_on_for_citizen(rules, now)
        facts = {"fence": self.fence, "due_at": iso(self.handle_due_at)}
        self.record(now, actor, "resume", before, facts, words=words)

    def to_mediation(self, rules: Rules, actor: Actor, now: datetime, mediator: int, words: str | None) -> None:
        """转调解 of a dispute on which both sides agree; the unit's clock stands still meanwhile."""
        if self.category[:2] != DISPUTES:
            raise Refusal("只有矛盾纠纷类（03）的案件可以转调解。类别不对请先“改类”。")
        before = self.move("to_mediation", actor)
        used = self.used(rules, now)
        self.start_clock(rules, "mediate", now, rules.limits.mediation)
        self.lay_over(mediator=mediator, set_by=used)
        facts = {"mediator": mediator, "due_at": iso(self.clock_due_at)}
        self.record(now, actor, "to_mediation", before, facts, words=words)

    def mediation_refused(self, rules: Rules, actor: Actor, now: datetime, words: str | None) -> None:
        """一方不同意: the unit goes on with what is left of its limit, at least the floor of a rework."""
        before = self.move("mediation_refused", actor)
        whole, before_that = self.handle_limit(rules) + self.overlay.extended, self.overlay.set_by
        floor = self.handle_limit(rules) * rules.limits.rework_floor
        self.lay_over(mediator=None, set_by=timedelta())
        self.start_clock(rules, "handle", now, whole)
        self.lay_over(used=min(before_that, whole - floor))
        self.reckon(rules)
        self.record(now, actor, "mediation_refused", before, {"due_at": iso(self.handle_due_at)}, words=words)

    def mediated(self, rules: Rules, actor: Actor, now: datetime, words: str, *, agreed: bool) -> None:
        """调解成功 or 调解不成: the result is checked like any other."""
        action = "mediation_done" if agreed else "mediation_failed"
        before = self.move(action, actor)
        self._fed_back(rules, now)
        self.record(now, actor, action, before, words=words)

    def feedback(self, rules: Rules, actor: Actor, now: datetime, words: str, photos: tuple[str, ...] = ()) -> None:
        """反馈: the check clock starts. Raises Refusal while an assist is neither answered nor waived."""
        before = self.move("feedback", actor)
        if any(one.is_open for one in self.overlay.assists):
            raise Refusal("还有协办没有答复，请等它答复，或发送“免协办 编号 单位”不再等，再反馈结果。")
        self.handler = actor.hand or self.handler
        self._fed_back(rules, now)
        self.record(now, actor, "feedback", before, {"photos": list(photos)}, words=words)

    def _fed_back(self, rules: Rules, now: datetime) -> None:
        self.feedback_at = now
        self.contacted_at = self.contacted_at or now
        self.start_clock(rules, "check", now, rules.limits.check)

    def left(self, rules: Rules, now: datetime) -> timedelta:
        """How much of the handle limit is left, at least the floor of a rework."""
        due = self.handle_due_at
        left = self.between(rules, now, due) if due is not None else timedelta()
        return max(left, self.handle_limit(rules) * rules.limits.rework_floor)
