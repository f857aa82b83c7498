"""The front desk: all that a dialog's end or a command can reach, for one person at one instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.desk import CaseDesk
from cases.people import Address, Person
from cases.staffing import Staffing
from dialogs.engine.around import Knowledge
from dialogs.engine.messages import Caller, Content
from dialogs.engine.ports import Work


@dataclass
class FrontDesk:
    """One turn at the desk. Nothing here commits: the turn is kept as a whole or not at all.

    `follow_up(name, answers)` opens another dialog right after this reply, with some answers filled in; `hang_up()`
    ends the talk with a member of staff.
    """

    work: Work
    knowledge: Knowledge
    caller: Caller
    person: Person | None
    now: datetime
    content: Content
    key: str
    stood_for: Sequence[Person] = ()
    cases: CaseDesk = field(init=False)
    next_dialog: tuple[str, dict[str, Any]] | None = None
    hung_up: bool = False

    def __post_init__(self) -> None:
        self.cases = CaseDesk(
            self.work,
            self.knowledge.rules,
            self.now,
            address=self.caller.address,
            person=self.person,
            units=self.knowledge.units,
            stood_for=self.stood_for,
        )

    @property
    def staffing(self) -> Staffing:
        """Who is there now."""
        return Staffing(self.work, self.knowledge.rules, self.knowledge.units, self.now)

    @property
    def address(self) -> Address:
        """Where the person speaks from."""
        return self.caller.address

    def follow_up(self, name: str, answers: Mapping[str, Any]) -> None:
        """Open that dialog after this reply."""
        self.next_dialog = (name, dict(answers))

    def hang_up(self) -> None:
        """From now on the bot hears this person's words again."""
        self.hung_up = True
