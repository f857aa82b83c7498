"""A case on its way to whoever handles it: dispatched, signed for, returned, ruled upon, handed over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cases.errors import Refusal
from cases.people import BOT, Actor, Level
from cases.record import CaseRecord, State, iso
from cases.rules import Rules

RULED_AFTER = 2
"""Returns of one case after which a leader may rule."""


class Handing(CaseRecord):
    """Who gets the case, and how it comes back."""

    __slots__ = ()

    @property
    def may_be_ruled(self) -> bool:
        """Whether a returned case is a leader's matter: the second time, and where nobody knows whose it is."""
        return self.overlay.ownerless or len(self.overlay.returned_by) >= RULED_AFTER

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
        before = self.move("dispatch", actor)
        self._given_to(rules, now, unit, level, handler)
        facts = {"unit": unit, "handler": handler, "due_at": iso(self.handle_due_at), "informed": list(informed)}
        self.record(now, actor, "dispatch", before, facts)

    def withdraw(self, rules: Rules, actor: Actor, now: datetime, words: str) -> None:
        """撤回派遣, as long as nobody has signed: a dispatcher decides anew."""
        before, unit, handler = self.move("withdraw", actor), self.lead_unit, self.handler
        self._back_to_dispatching(rules, now)
        self.record(now, actor, "withdraw", before, {"unit": unit, "handler": handler}, words=words)

    def take_back(self, rules: Rules, now: datetime) -> None:
        """收回, whatever was done so far, from the unit that the report is about, or of which nobody is left whom it is
        not about: a dispatcher decides anew."""
        before, unit = self.move("take_back", BOT), self.lead_unit
        waived = [one.unit for one in self.overlay.assists if one.is_open]
        returned = tuple(one for one in self.overlay.returned_by if one != unit)
        self._back_to_dispatching(rules, now)
        self.feedback_at = None
        self.lay_over(mediator=None, set_by=timedelta(), asked_from="", returned_by=returned)
        self.go_on_for_citizen(rules, now)
        self.record(now, BOT, "take_back", before, {"unit": unit, "waived": waived})

    def leave_unit(self, rules: Rules) -> None:
        """Nobody is to handle it just now, and that unit never again: if it is reopened, somebody names another."""
        self.lead_unit = self.handler = None
        self.owner_unit = self._centre(rules)

    def sign(self, actor: Actor, now: datetime) -> None:
        """签收: whoever signs is the handler from now on."""
        before = self.move("sign", actor)
        self.handler = actor.hand or self.handler
        self._signed(now)
        self.record(now, actor, "sign", before, {"late": self.signed_late})

    def auto_sign(self, now: datetime) -> None:
        """自动签收: the sign limit is over; counted as late."""
        before = self.move("auto_sign", BOT)
        self.signed_at, self.signed_late = now, True
        self.lay_over(auto_signed=True)
        self.record(now, BOT, "auto_sign", before, {"late": True})

    def ask_return(self, rules: Rules, actor: Actor, now: datetime, words: str, suggested: str | None) -> None:
        """申请退单: a dispatcher rules on it while the handle clock runs on.

        Raises Refusal the second time of a unit, after a ruling, and when the window for it is over.
        """
        before = self.state
        if refused := self.may_return(rules, now):
            raise Refusal(refused)
        self.move("ask_return", actor)
        limit = rules.limits.ruling(self.priority)
        returned = (*self.overlay.returned_by, self.lead_unit or "")
        self.lay_over(
            returned_by=returned, ownerless=suggested is None, ruling_due_at=self.after(rules, now, limit)
        )  # fmt: skip
        facts = {"unit": self.lead_unit, "suggested": suggested, "due_at": iso(self.overlay.ruling_due_at)}
        self.record(now, actor, "ask_return", before, facts, words=words)

    def grant_return(self, rules: Rules, actor: Actor, now: datetime, words: str) -> None:
        """同意退单: it is to be dispatched anew; the citizen's clock runs on."""
        before, unit = self.move("grant_return", actor), self.lead_unit
        self._back_to_dispatching(rules, now)
        self.record(now, actor, "grant_return", before, {"unit": unit}, words=words)

    def refuse_return(self, actor: Actor, now: datetime, words: str) -> None:
        """不同意退单: the unit has to handle it."""
        before = self.move("refuse_return", actor)
        if self.signed_at is None:
            self._signed(now)
        self.lay_over(bound=True, ruling_due_at=None)
        self.record(now, actor, "refuse_return", before, {"unit": self.lead_unit}, words=words)

    def rule(
        self, rules: Rules, actor: Actor, now: datetime, words: str, *, unit: str, level: Level, handler: int | None
    ) -> None:
        """裁定指定: that unit handles it and may not return it.

        Raises Refusal before the second return, unless no unit owns the matter.
        """
        if self.state is State.RETURN_REVIEW and not self.may_be_ruled:
            raise Refusal("第一次退单由派遣员决定；再次退单，或找不到承办单位时，才由分管领导裁定。")
        before, returned = self.move("rule", actor), self.lead_unit
        self._given_to(rules, now, unit, level, handler)
        self.lay_over(bound=True)
        facts = {"unit": unit, "handler": handler, "returned": returned, "due_at": iso(self.handle_due_at)}
        self.record(now, actor, "rule", before, facts, words=words)

    def hand_over(self, actor: Actor, now: datetime, to: int, words: str | None = None) -> None:
        """转办 to a colleague of the unit."""
        before, holder = self.move("hand_over", actor), self.handler
        self.pass_to(to)
        facts = {"from": holder, "handler": to, "count": self.overlay.hand_overs}
        self.record(now, actor, "hand_over", before, facts, words=words)

    def pass_to(self, person: int | None) -> None:
        """Somebody else of the unit has it from now on."""
        self.handler = person
        self.lay_over(hand_overs=self.overlay.hand_overs + 1)

    def may_return(self, rules: Rules, now: datetime) -> str:
        """Why the unit may not return the case now, in words for it; '' where it may."""
        kept = self.overlay
        if kept.bound:
            return "这个案件已经裁定由本单位办理，不能再退。有困难请用“协办”或“延期”。"
        if self.lead_unit in kept.returned_by:
            return "本单位已经退过一次，不能再退。有困难请用“协办”或“延期”，或请分管领导裁定。"
        window = self.sign_due_at
        if self.state is State.IN_PROGRESS:
            if not kept.auto_signed or self.signed_at is None:
                return "已经签收的案件不能退单。有困难请用“协办”或“延期”。"
            limit = rules.limits.signing(self.priority, self.handle_limit(rules))
            window = self.after(rules, self.signed_at, limit)
        if window is not None and now > window:
            return "退单要在签收时限内提出，现在已经过了。有困难请用“协办”或“延期”。"
        return ""

    def _given_to(self, rules: Rules, now: datetime, unit: str, level: Level, handler: int | None) -> None:
        self.lead_unit = self.owner_unit = unit
        self.level, self.handler = level, handler
        self.waive_open()
        self.hand_out(rules, now, self.handle_limit(rules))

    def _back_to_dispatching(self, rules: Rules, now: datetime) -> None:
        self.lead_unit = self.handler = self.signed_at = self.sign_due_at = self.handle_due_at = None
        self.handle_started_at = self.handle_time = self.dispatched_at = None
        self.owner_unit = self._centre(rules)
        self.lay_over(ruling_due_at=None)
        self.waive_open()
        self.start_clock(rules, "dispatch", now, rules.limits.dispatching(self.priority))

    def _centre(self, rules: Rules) -> str:
        """Who answers for what no unit has: the duty room, unless the case is about it."""
        room = rules.county.duty_unit
        return room if room and room not in self.overlay.about_units else rules.county.code

    def _signed(self, now: datetime) -> None:
        self.signed_at = now
        self.signed_late = self.sign_due_at is not None and now > self.sign_due_at
