"""A case: what may happen to it, one method an action, each checked against the life-cycle table."""

from datetime import datetime
from typing import Self

from cases.closing import Closing
from cases.handing import Handing
from cases.lifecycle import allowed
from cases.overlay import Overlay, Secrecy
from cases.people import Actor
from cases.places import Place
from cases.receiving import Receiving
from cases.record import NOTHING, Reporter, State
from cases.rules import Rules
from cases.watching import Watching
from cases.working import Working


class Case(Receiving, Handing, Working, Closing, Watching):
    """One case, from the report to its archive."""

    __slots__ = ()

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
        secrecy: Secrecy = Secrecy.OPEN,
        for_somebody: bool = False,
    ) -> Self:
        """上报: a new case, its accept clock running at the county's level. Raises Refusal when that role may not."""
        allowed("-", "submit", actor.role)
        kind = rules.catalogue[category]
        case = cls(
            number=number, state=State.SUBMITTED, category=category, priority=kind.priority, place=place,
            description=description, photos=photos, reporter=reporter, flow=flow, rules_version=rules.version,
            submitted_at=now, owner_unit=owner_unit, changed_at=now, dated_by=rules.calendar.digest,
            overlay=NOTHING if secrecy is Secrecy.OPEN else Overlay(secrecy=secrecy),
        )  # fmt: skip
        case.citizen_due_at = case.after(rules, now, rules.limits.answering(kind))
        case.start_clock(rules, "accept", now, kind.accept)
        facts = {"category": category, "place": place.unit, "flow": flow}
        case.record(now, actor, "submit", None, facts | ({"for_somebody": True} if for_somebody else {}))
        return case
