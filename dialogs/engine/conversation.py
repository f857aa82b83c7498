"""What the engine keeps of a conversation, as plain JSON in and out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from dialogs.engine.messages import Reply

DRAFT_LIFE = timedelta(hours=24)
RELAY_LIFE = timedelta(hours=24)
"""After so long a silence words are heard by the bot again."""
MOST_DRAFTS = 3
SAID = ("running", "drafts", "missed", "offers", "offered_at", "relayed")
"""The parts of a kept talk that are not kept for long; the rest is what the person has seen."""


@dataclass(frozen=True)
class Running:
    """A dialog under way or set aside: its name, its answers, and when the person last spoke in it."""

    dialog: str
    answers: Mapping[str, Any]
    at: datetime

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {"dialog": self.dialog, "answers": dict(self.answers), "at": self.at.isoformat()}

    def fresh(self, now: datetime) -> bool:
        """Whether it may still be continued: a draft lives 24 h (retention rule)."""
        return now - self.at < DRAFT_LIFE


@dataclass(frozen=True)
class Talk:
    """Where a conversation stands: the open dialog, drafts set aside (the newest first), misunderstandings in a row,
    what was offered last and when, and since when words go to a member of staff (`relayed`).

    `lapsed`: a draft was just dropped for its age; it is not kept.
    """

    running: Running | None = None
    drafts: tuple[Running, ...] = ()
    missed: int = 0
    offers: tuple[tuple[str, str], ...] = ()
    offered_at: datetime | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)
    relayed: datetime | None = None
    lapsed: bool = False

    @classmethod
    def load(cls, state: Mapping[str, Any], now: datetime) -> "Talk":
        """Read it back; drafts older than 24 h are gone, and so is a hand-over in which nobody spoke as long."""
        kept = [state["running"]] if state.get("running") else []
        old = [_running(one) for one in (*kept, *state.get("drafts", ()))]
        fresh = [one for one in old if one.fresh(now)]
        running = fresh[0] if kept and old[0].fresh(now) else None
        relayed = _instant(state.get("relayed"))
        return cls(
            running,
            tuple(fresh[1:] if running else fresh),
            int(state.get("missed", 0)),
            tuple((label, says) for label, says in state.get("offers", ())),
            _instant(state.get("offered_at")),
            dict(state.get("seen", {})),
            relayed if relayed is not None and now - relayed < RELAY_LIFE else None,
            len(fresh) < len(old),
        )

    def dump(self) -> dict[str, Any]:
        """As JSON, leaving out what is empty."""
        kept: dict[str, Any] = {
            "running": self.running and self.running.dump(),
            "drafts": [draft.dump() for draft in self.drafts],
            "missed": self.missed,
            "offers": [list(offer) for offer in self.offers],
            "offered_at": self.offered_at.isoformat() if self.offers and self.offered_at else None,
            "seen": dict(self.seen),
            "relayed": self.relayed.isoformat() if self.relayed else None,
        }
        return {name: value for name, value in kept.items() if value}

    def understood(self) -> "Talk":
        """No misunderstanding in a row any more."""
        return replace(self, missed=0) if self.missed else self

    def set_aside(self) -> "Talk":
        """Close the running dialog and keep what was answered as the newest draft."""
        if self.running is None:
            return self.understood()
        if not self.running.answers:
            return replace(self, running=None, missed=0)
        return replace(self, running=None, drafts=(self.running, *self.drafts)[:MOST_DRAFTS], missed=0)

    def offering(self, reply: Reply, now: datetime) -> "Talk":
        """From now on numbers mean this reply's choices."""
        return replace(self, offers=tuple((one.label, one.says) for one in reply.choices), offered_at=now)


def _running(kept: Mapping[str, Any]) -> Running:
    return Running(kept["dialog"], dict(kept["answers"]), datetime.fromisoformat(kept["at"]))


def _instant(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
