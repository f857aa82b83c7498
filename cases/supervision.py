"""How closely a case is watched, which rung of the ladder brings that about, and how far up it has gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from cases.people import Level


class Supervision(IntEnum):
    """How closely a case is watched; it never goes down by itself."""

    NONE = 0
    REMIND = 1
    YELLOW = 2
    RED = 3
    LISTED = 4

    @property
    def zh(self) -> str:
        """What staff call it."""
        return ("未督办", "提醒", "黄牌", "红牌", "挂牌督办")[self]


BY_RUNG = {
    "remind": Supervision.REMIND,
    "warn": Supervision.YELLOW,
    "red_card": Supervision.RED,
    "listed": Supervision.LISTED,
}


@dataclass(frozen=True, slots=True)
class Escalation:
    """How far up a case goes: the level, the levels passed over with the reason, and the leader of a listed case.

    A reason is `vacant`, `leave`, `off_shift` (nobody's shift, or not only leave), `unknown` (no such unit here) or
    `conflict` (only those whose case it is).
    """

    level: Level
    skipped: Sequence[Mapping[str, str]] = ()
    leader: int | None = None

    def facts(self) -> dict[str, Any]:
        """As the log keeps it."""
        named = {} if self.leader is None else {"leader": self.leader}
        return {"level": int(self.level), "skipped": list(self.skipped)} | named
