"""One event as it is told: the case, what happened to it, and all else that happened to it in the same turn."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from cases.case import Case
from cases.events import Event
from cases.people import Address
from cases.staffing import Staffing
from dialogs.engine.around import Knowledge
from dialogs.engine.messages import Reply
from dialogs.engine.ports import Work


@dataclass(frozen=True)
class News:
    """An event to be told. `turn` are all events of its case in the same turn, this one included."""

    work: Work
    knowledge: Knowledge
    case: Case
    event: Event
    turn: Sequence[Event]
    now: datetime

    def also(self, *actions: str) -> Event | None:
        """The last event of the same turn with one of these actions."""
        return next((event for event in reversed(self.turn) if event.action in actions), None)

    @property
    def staffing(self) -> Staffing:
        """Who is there now, but for whom the case is about."""
        return Staffing(self.work, self.knowledge.rules, self.knowledge.units, self.now).of(self.case)

    async def concerned(self) -> Set[Address]:
        """Where those whom the case is about read their messages."""
        return await self.staffing.addresses(await self.staffing.concerned(self.case))

    @property
    def photos(self) -> tuple[str, ...]:
        """The media keys that came with the event."""
        return tuple(self.event.facts.get("photos", ()))

    @property
    def words(self) -> str:
        """What was said with the event, '' if nothing."""
        return self.event.words or ""


@dataclass(frozen=True)
class Notice:
    """What those members of staff (ids) are told, with pictures by media key."""

    to: Sequence[int]
    reply: Reply
    photos: Sequence[str] = ()
