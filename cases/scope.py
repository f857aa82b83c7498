"""How far a member of staff reaches: which cases their posts see, and in which they may act."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases.case import Case
from cases.owners import WORKERS, reach
from cases.people import Person, Post
from cases.places import Units
from cases.rules import Rules


@dataclass(frozen=True, slots=True)
class Scope:
    """The reach of one person's posts; nobody's reaches nothing.

    A post covers its unit and all below it, one of the duty room the whole county; a worker acts for the very unit.
    """

    person: Person | None
    rules: Rules
    units: Units

    @property
    def posts(self) -> Sequence[Post]:
        """The person's posts."""
        return self.person.posts if self.person is not None else ()

    def holds(self, case: Case) -> bool:
        """Whether the case is in this person's hands."""
        return self.person is not None and case.handler == self.person.id

    def sees(self, case: Case) -> bool:
        """Whether the person may know of the case."""
        return self.holds(case) or any(self._covers(case, post) for post in self.posts)

    def acts(self, case: Case, post: Post) -> bool:
        """Whether that post of the person may act in the case."""
        if post.role in WORKERS:
            return case.lead_unit == post.unit or self.holds(case)
        return self._covers(case, post)

    def widened(self, posts: Iterable[Post]) -> Sequence[str] | None:
        """The codes of all units that these posts cover; None for the whole county."""
        reached = {reach(self.rules, post.unit) for post in posts}
        if self.rules.county.code in reached:
            return None
        return [code for code in self.units.by_code if any(self.units.within(code, above) for above in reached)]

    def _covers(self, case: Case, post: Post) -> bool:
        above = reach(self.rules, post.unit)
        places = (case.place.unit, case.owner_unit, case.lead_unit)
        return any(code is not None and self.units.within(code, above) for code in places)
