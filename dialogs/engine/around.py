"""What there is to know while hearing, besides the message: the county's rules and map, who speaks, the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.case import Case
from cases.places import Units
from cases.rules import Rules
from cases.triage.place import GridMap
from dialogs.engine.messages import Caller


@dataclass(frozen=True)
class Knowledge:
    """The county as it is now: an immutable snapshot, replaced as a whole after an import."""

    rules: Rules
    places: GridMap

    @property
    def units(self) -> Units:
        """All units."""
        return self.places.units

    def rules_of(self, case: Case) -> Rules:
        """The rules the case was filed under, with the present county and calendar."""
        return self.rules.as_of(case.rules_version)


@dataclass(frozen=True)
class Around:
    """The surroundings of one question: `answers` are the dialog's answers so far, as kept (JSON)."""

    knowledge: Knowledge
    caller: Caller
    now: datetime
    answers: Mapping[str, Any]
