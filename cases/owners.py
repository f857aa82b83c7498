"""Which unit a case is owned by, how far a unit reaches, and who had a case in hand, by its log."""

from collections.abc import Sequence
from dataclasses import dataclass

from cases.events import Event
from cases.people import Level, Person, Role
from cases.places import Units
from cases.rules import Rules

WORKERS = (Role.GRID_WORKER, Role.HANDLER)
ROOM = (Role.DISPATCHER, Role.ACCEPTOR, Role.HANDLER)
"""Those of the duty room who answer where nobody else does."""
ANSWERING = (Role.LEADER, Role.HANDLER, Role.DISPATCHER)
OFFICE = frozenset({"accept", "dispatch", "check"})
"""Clocks in which the centre is late and not the unit that handles the case."""
WORK = frozenset({"sign", "progress", "feedback", "answer_assist", "mediation_done", "mediation_failed"})
"""Actions by which somebody works on a case."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The unit that is to handle a case, with one of its people where somebody is there."""

    unit: str
    person: Person | None


def duty_unit(rules: Rules) -> str:
    """The duty room's unit code; the county itself where none is named."""
    return rules.county.duty_unit or rules.county.code


def reach(rules: Rules, unit: str) -> str:
    """The unit whose cases a post in `unit` covers: a post of the duty room is one of the county."""
    return rules.county.code if unit == duty_unit(rules) else unit


def level_of(rules: Rules, units: Units, unit: str) -> Level:
    """The level at which a unit stands; the duty room at the county's."""
    found = units.get(unit)
    return Level.COUNTY if found is None or unit == duty_unit(rules) else found.level


def worked(timeline: Sequence[Event]) -> frozenset[int]:
    """The ids of all who had the case in hand: whom it was dispatched to, and who signed, told of it or fed back."""
    hands = {event.facts.get("handler") for event in timeline if event.action == "dispatch"}
    hands |= {event.actor.person for event in timeline if event.action in WORK}
    return frozenset(person for person in hands if person is not None)


def reporter_hears(timeline: Sequence[Event]) -> bool:
    """Whether the reporter still gets notices: not after withdrawing a hazard that goes on without them."""
    return not any(event.action == "goes_on" for event in timeline)
