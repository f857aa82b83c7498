"""A case until somebody is to handle it: reported, accepted, asked about, or ended where it is not for this office."""

from collections.abc import Sequence
from datetime import datetime

from cases.errors import Refusal
from cases.lifecycle import allowed, for_citizens
from cases.overlay import EXTEND
from cases.people import BOT, Actor
from cases.record import CaseRecord, State, iso, proposed
from cases.rules import Rules

MOST_QUESTIONS = 3


class Receiving(CaseRecord):
    """What may happen to a case before it is handled, and how it ends without being handled."""

    __slots__ = ()

    def accept(self, rules: Rules, actor: Actor, now: datetime, words: str | None = None) -> None:
        """受理: the dispatch clock starts."""
        before = self.move("accept", actor)
        self.accepted_at = now
        self.start_clock(rules, "dispatch", now, rules.limits.dispatching(self.priority))
        self.record(now, actor, "accept", before, words=words)

    def ask_info(self, rules: Rules, actor: Actor, now: datetime, questions: Sequence[str]) -> None:
        """要求补充: the unit's clock pauses; the citizen's only while nobody has accepted the case.

        Raises Refusal the second time, and for none or more than three questions.
        """
        if any(one.action == EXTEND for one in self.overlay.proposals):
            raise Refusal("延期申请还没有答复，请等派遣员答复后再要求补充。")
        if self.overlay.info_asked:
            raise Refusal("这个案件已经要求补充过一次，不能再要求。请按现有情况办理，或回复“人工”请值班人员联系群众。")
        asked = [one.strip() for one in questions if one.strip()]
        if not 0 < len(asked) <= MOST_QUESTIONS:
            raise Refusal(f"请写 1 到 {MOST_QUESTIONS} 个要群众回答的问题，每行一个。")
        before = self.move("ask_info", actor)
        self.lay_over(asked_from=str(before), info_asked=True)
        if before == State.SUBMITTED:
            self.pause_citizen(rules, now)
        self.pause(rules, now, now + rules.limits.info)
        facts = {"fence": self.fence, "until": iso(self.overlay.resume_at)}
        self.record(now, actor, "ask_info", before, facts, words="\n".join(asked))

    def supply_info(self, rules: Rules, actor: Actor, now: datetime, words: str, photos: tuple[str, ...] = ()) -> None:
        """补充: the clocks go on."""
        before = self.move("supply_info", actor)
        self._go_on(rules, now)
        facts = {"photos": list(photos), "fence": self.fence}
        self.record(now, actor, "supply_info", before, facts, words=words)

    def info_timeout(self, rules: Rules, now: datetime) -> None:
        """补充超时: it goes on with what is known."""
        before = self.move("info_timeout", BOT)
        self._go_on(rules, now)
        self.record(now, BOT, "info_timeout", before, {"fence": self.fence})

    def _go_on(self, rules: Rules, now: datetime) -> None:
        self.lay_over(asked_from="")
        self.go_on(rules, now)
        self.go_on_for_citizen(rules, now)

    def reject(self, actor: Actor, now: datetime, reason: str, words: str | None = None, by: int | None = None) -> None:
        """不予受理 for a reason of the rules' list; `by` is who proposed it to the second person."""
        before = self.move("reject", actor)
        refused = (*self.overlay.rejected_by, *(one for one in (by, actor.person) if one is not None))
        self.lay_over(rejected_by=tuple(dict.fromkeys(refused)))
        self.end(now)
        self.record(now, actor, "reject", before, {"reason": reason} | proposed(by), words=words)

    def answer(self, rules: Rules, actor: Actor, now: datetime, words: str) -> None:
        """直接答复: closed; the rating window opens."""
        before = self.move("answer", actor)
        self.feedback_at = self.closed_at = now
        self.contacted_at = self.contacted_at or now
        self.start_clock(rules, "rate", now, rules.limits.rating)
        self.record(now, actor, "answer", before, words=words)

    def transfer_out(self, actor: Actor, now: datetime, channel: str, words: str) -> None:
        """转出 to another channel; the words are what the citizen is told of it, with that channel's number."""
        before = self.move("transfer_out", actor)
        self.end(now)
        self.record(now, actor, "transfer_out", before, {"channel": channel}, words=words)

    def bounce(self, rules: Rules, actor: Actor, now: datetime, words: str) -> None:
        """被退回: the other channel refused, and the citizen is not asked again."""
        before = self.move("bounce", actor)
        self.receive_again(rules, now)
        self.record(now, actor, "bounce", before, words=words)

    def void(self, actor: Actor, now: datetime, words: str, by: int | None = None) -> None:
        """作废: no report at all; `by` is who proposed it to the second person."""
        before = self.move("void", actor)
        self.end(now)
        self.record(now, actor, "void", before, proposed(by), words=words)

    def merge(self, actor: Actor, now: datetime, parent: str, words: str | None = None) -> None:
        """并单 into the case of that number, which it follows from now on."""
        before = self.move("merge", actor)
        self.parent = parent
        self.stop(now)
        self.record(now, actor, "merge", before, {"parent": parent}, words=words)

    def split(self, rules: Rules, actor: Actor, now: datetime, words: str | None = None) -> None:
        """拆单: it is a case of its own again."""
        before, parent = self.move("split", actor), self.parent
        self.parent = None
        self.receive_again(rules, now)
        self.record(now, actor, "split", before, {"parent": parent}, words=words)

    def parent_closed(self, rules: Rules, now: datetime, parent: "Receiving") -> None:
        """主件办结: its reporter gets the result and a vote of their own."""
        before = self.move("parent_closed", BOT)
        for name in ("lead_unit", "owner_unit", "handler", "level", "dispatched_at", "first_due_at", "feedback_at"):
            setattr(self, name, getattr(parent, name))
        self.be_about(parent.overlay.about_units, parent.overlay.about_people)
        self.closed_at = now
        self.start_clock(rules, "rate", now, rules.limits.rating)
        self.record(now, BOT, "parent_closed", before, {"parent": parent.number})

    def ask_review(self, rules: Rules, actor: Actor, now: datetime, words: str) -> None:
        """申请复核 of a refusal, once; another acceptor looks."""
        if self.state is State.REJECTED and self.overlay.review_asked:
            raise Refusal("这个案件已经复核过一次。您还可以向上级部门反映，或回复“人工”问明可走的渠道。")
        before = self.move("ask_review", actor)
        self.lay_over(review_asked=True)
        self.receive_again(rules, now)
        self.record(now, actor, "ask_review", before, words=words)

    def cancel(self, actor: Actor, now: datetime, words: str | None = None, *, followed: bool = False) -> None:
        """撤销. A P1 hazard, and what others wait for too (`followed`), goes on; its reporter hears no more of it."""
        allowed(self.state, "cancel", actor.role)
        if self.priority == "P1" or followed:
            self.record(now, actor, "goes_on", self.state, {"notices": "off"}, words=words)
            return
        before = self.move("cancel", actor)
        self.end(now)
        self.record(now, actor, "cancel", before, words=words)

    def supplement(self, actor: Actor, now: datetime, words: str, photos: tuple[str, ...] = ()) -> None:
        """补充: words or photos added while the case is open. Raises Refusal once it has ended."""
        if self.state is State.MERGED:
            raise Refusal("这件已并入同类诉求一起办理。不是同一件事请发“拆单 编号”，要补充请回复“人工”。")
        if not self.is_open:
            raise Refusal(f"案件现在是“{for_citizens(self.state)}”，不能再补充。如有新情况，请重新上报。")
        self.record(now, actor, "supplement", self.state, {"photos": list(photos)}, words=words or None)

    def receive_again(self, rules: Rules, now: datetime) -> None:
        """An acceptor looks at it (again), with a whole accept clock; nobody handles it."""
        ended, due = self.ended_at, self.citizen_due_at
        if ended is not None and due is not None and due > ended:  # it stood still meanwhile
            left = self.between(rules, ended, due)
            self.lay_over(citizen_from=now, citizen_time=left)
            self.citizen_due_at = self.after(rules, now, left)
        self.ended_at = self.handler = self.lead_unit = None
        self.lay_over(proposals=())
        self.waive_open()
        self.start_clock(rules, "accept", now, rules.catalogue[self.category].accept)
        self.go_on_for_citizen(rules, now)
