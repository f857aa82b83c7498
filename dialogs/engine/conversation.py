"""What the engine keeps of a conversation, as plain JSON in and out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

DRAFT_LIFE = timedelta(hours=24)


@dataclass(frozen=True)
class Running:
    """A dialog under way or set aside: its name, its answers, and when the person last spoke in it."""

    dialog: str
    answers: Mapping[str, Any]
    at: datetime

    def fresh(self, now: datetime) -> bool:
        """Whether it may still be continued: a draft lives 24 h (retention rule)."""
        return now - self.at < DRAFT_LIFE


@dataclass(frozen=True)
class Talk:
    """Where a conversation stands: the open dialog, a draft set aside, open offers, misunderstandings in a row,
    and whether words go to a member of staff (`relayed`)."""

    running: Running | None = None
    draft: Running | None = None
    missed: int = 0
    offers: tuple[tuple[str, str], ...] = ()
    seen: Mapping[str, Any] = field(default_factory=dict)
    relayed: bool = False

    @classmethod
    def load(cls, state: Mapping[str, Any], now: datetime) -> "Talk":
        """Read it back; drafts older than 24 h are gone."""
        running, draft = (_running(state.get(name), now) for name in ("running", "draft"))
        offers = tuple((label, says) for label, says in state.get("offers", ()))
        seen = dict(state.get("seen", {}))
        return cls(running, draft, int(state.get("missed", 0)), offers, seen, bool(state.get("relayed", False)))

    def dump(self) -> dict[str, Any]:
        """As JSON, leaving out what is empty."""
        kept: dict[str, Any] = {}
        for name, running in (("running", self.running), ("draft", self.draft)):
            if running is not None:
                kept[name] = {
                    "dialog": running.dialog,
                    "answers": dict(running.answers),
                    "at": running.at.isoformat(),
                }
        if self.missed:
            kept["missed"] = self.missed
        if self.offers:
            kept["offers"] = [list(offer) for offer in self.offers]
        if self.relayed:
            kept["relayed"] = True
        if self.seen:
            kept["seen"] = dict(self.seen)
        return kept

    def set_aside(self) -> "Talk":
        """Close the running dialog and keep what was answered as the draft."""
        if self.running is None or not self.running.answers:
            return replace(self, running=None, missed=0)
        return replace(self, running=None, draft=self.running, missed=0)


def _running(kept: Mapping[str, Any] | None, now: datetime) -> Running | None:
    if not kept:
        return None
    running = Running(kept["dialog"], dict(kept["answers"]), datetime.fromisoformat(kept["at"]))
    return running if running.fresh(now) else None
