"""What lies over a case in whatever state: supervision, urging, corrections, proposals, and what the clock says."""

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cases.errors import Refusal
from cases.lifecycle import allowed
from cases.overlay import EXTEND, Proposal, Secrecy, usual_secrecy
from cases.people import BOT, Actor
from cases.record import CaseRecord, iso, proposed
from cases.rules import Rules, Rung
from cases.supervision import BY_RUNG, Escalation, Supervision


class Watching(CaseRecord):
    """What is said of a case without moving it."""

    __slots__ = ()

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
        self.record(now, BOT, rung.action, self.state, facts)

    def note(self, now: datetime, action: str, facts: Mapping[str, Any]) -> None:
        """Something the clock did that changes nothing but is told: daily, check_missed, rating_reminder."""
        self.record(now, BOT, action, self.state, facts)

    def supervise(self, actor: Actor, now: datetime, level: Supervision, up: Escalation, words: str) -> None:
        """督办: to that supervision; only a person takes it away again, and only as a whole (NONE).

        Raises Refusal where it is as high already, or not there.
        """
        if level is self.supervision or Supervision.NONE < level < self.supervision:
            raise Refusal(f"这个案件现在是“{self.supervision.zh}”，督办只能加重；要撤销请写“督办 编号 取消 理由”。")
        self.supervision = level
        self.level = max(self.level, up.level)
        self.record(now, actor, "supervise", self.state, {"supervision": int(level)} | up.facts(), words=words)

    def urge(self, actor: Actor, now: datetime, every: timedelta, words: str | None) -> None:
        """催办, once in `every` a case. Raises Refusal sooner."""
        allowed(self.state, "urge", actor.role)
        last = self.overlay.urged_at
        if last is not None and now < last + every:
            raise Refusal(
                "24 小时内已经催过，办理单位和分管领导都收到了，不用再催。"
                if every == timedelta(days=1)
                else "刚刚催过，办理单位和分管领导都收到了，请稍后再催。"
            )
        self.lay_over(urged_at=now)
        self.record(now, actor, "urge", self.state, words=words)

    def follow(self, actor: Actor, now: datetime, others: int) -> None:
        """我也遇到: somebody else waits for it too; `others` is how many now do."""
        allowed(self.state, "follow", actor.role)
        self.record(now, actor, "follow", self.state, {"followers": others})

    def propose(self, actor: Actor, now: datetime, action: str, facts: Mapping[str, Any], words: str | None) -> None:
        """An action that waits for a second person's word. Raises Refusal while the same one waits already."""
        if any(one.action == action for one in self.overlay.proposals):
            raise Refusal("已经有人提出，正在等另一位确认，不用再提。请发送“案件 编号”查看。")
        if actor.person is None:
            raise ValueError("only a person proposes")
        named = "ask_extend" if action == EXTEND else "propose"
        seq = self.record(now, actor, named, self.state, {"action": action, **facts}, words=words)
        self.lay_over(proposals=(*self.overlay.proposals, Proposal(seq, action, actor.person, now, facts)))

    def decline(self, actor: Actor, now: datetime, proposal: Proposal, words: str | None) -> None:
        """The second person says no."""
        facts = {"action": proposal.action, "proposed_by": proposal.by}
        self.record(now, actor, "decline", self.state, facts, words=words)

    def settle(self, proposal: Proposal) -> None:
        """That proposal waits no longer."""
        self.lay_over(proposals=tuple(one for one in self.overlay.proposals if one.seq != proposal.seq))

    def correct_category(self, rules: Rules, actor: Actor, now: datetime, code: str, by: int | None = None) -> None:
        """改类: the same number, and the citizen's clock; the running limit is that of the right category."""
        before = self.category
        if code == before:
            raise Refusal("案件现在就是这个类别，不用改。")
        self.category = code
        self.priority = rules.catalogue[code].priority
        if self.overlay.secrecy is Secrecy.OPEN:
            self.lay_over(secrecy=usual_secrecy(rules.catalogue[code]))
        self.keep_citizens_time(rules)  # it stays, though the new category would give another
        self._date_anew(rules)
        facts = {"before": before, "value": code, "fence": self.fence, "due_at": iso(self.clock_due_at)}
        self._corrected(actor, now, "correct_category", facts, by)

    def correct_place(self, actor: Actor, now: datetime, unit: str, by: int | None = None) -> None:
        """改位置: the same number and limits, another unit of the map; the pin and the reporter's words stay."""
        before = self.place.unit
        if unit == before:
            raise Refusal("案件现在就在这个位置，不用改。")
        self.place = replace(self.place, unit=unit)
        self._corrected(actor, now, "correct_place", {"before": before, "value": unit}, by)

    def set_aside(self, actor: Actor, now: datetime, unit: str | None, person: int | None) -> None:
        """回避: that unit or person is complained about."""
        self.be_about([] if unit is None else [unit], [] if person is None else [person])
        self.record(now, actor, "set_aside", self.state, {"unit": unit, "person": person})

    def leave_out(self, people: Set[int]) -> None:
        """What those people proposed, or the units set aside were asked to add, is not waited for."""
        kept = self.overlay
        open_ones = (replace(one, waived=True) if one.is_open and one.unit in kept.about_units else one
                     for one in kept.assists)  # fmt: skip
        self.lay_over(
            proposals=tuple(one for one in kept.proposals if one.by not in people),
            assists=tuple(open_ones),
        )

    def _corrected(self, actor: Actor, now: datetime, action: str, facts: dict[str, Any], by: int | None) -> None:
        self.lay_over(proposals=tuple(one for one in self.overlay.proposals if one.action != action))
        self.record(now, actor, action, self.state, facts | proposed(by))

    def _date_anew(self, rules: Rules) -> None:
        """The limits of the present category for the clock that runs, from its start; that of the unit from when it got
        the case."""
        kind, limits = rules.catalogue[self.category], rules.limits
        wanted = {
            "accept": kind.accept,
            "dispatch": limits.dispatching(self.priority),
            "handle": self.handle_limit(rules) + self.overlay.extended,
        }.get(self.clock)
        if self.dispatched_at is not None and self.signed_at is None:
            limit = limits.signing(self.priority, self.handle_limit(rules))
            self.sign_due_at = self.after(rules, self.dispatched_at, limit)
        self.fence += 1
        if self.clock == "handle" and self.sent_back:  # it has no fresh clock
            wanted = self.clock_limit
        if wanted is None or self.is_paused:
            self.clock_limit = wanted or self.clock_limit
            return
        self.clock_limit = wanted
        if self.clock == "handle" and self.dispatched_at is not None and not (self.sent_back or self.overlay.used):
            self.clock_started_at = self.dispatched_at
        self.reckon(rules)
