"""How far a member of staff reaches: which cases their posts see, and in which they may act."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from cases.case import Case
from cases.owners import WORKERS, reach
from cases.people import Person, Post, Role
from cases.places import Units
from cases.rules import Rules
from cases.staffing import fits

OWN = frozenset({Role.ADMIN, Role.AUDITOR})
"""Roles in which nobody is stood in for."""

HELPERS = (*WORKERS, Role.ASSISTANT)
"""Roles whose holders answer for their unit where it was asked to assist."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The reach of one person's posts; nobody's reaches nothing.

    A post covers its unit and all below it, one of the duty room the whole county; a worker acts for the very unit, a
    helper where that unit was invited, a mediator in what they were named for. Whom a report is about reaches nothing.
    `stood_for` are those in whose stead the person works now: whoever stands in reaches as far as they do, in the roles
    that the person holds as well.
    """

    person: Person | None
    rules: Rules
    units: Units
    stood_for: Sequence[Person] = ()

    @property
    def posts(self) -> Sequence[Post]:
        """The person's posts, then those of whom the person stands in for."""
        if self.person is None:
            return ()
        theirs = [post for one in self.stood_for for post in one.posts if post.role not in OWN]
        return (*self.person.posts, *(post for post in theirs if fits(self.person, post.role)))

    @property
    def hands(self) -> Set[int]:
        """The ids of the person and of whom they stand in for."""
        return {one.id for one in (self.person, *self.stood_for) if one is not None} if self.person else frozenset()

    def holds(self, case: Case) -> bool:
        """Whether the case is in this person's hands, or of whom they stand in for."""
        return case.handler in self.hands

    def stead(self, case: Case, post: Post) -> int | None:
        """In whose stead the person acts by that post; None: in their own."""
        away = [one.id for one in self.stood_for]
        if post.role in WORKERS and case.handler in away:
            return case.handler
        if self.person is None or post in self.person.posts:
            return None
        return next((one.id for one in self.stood_for if post in one.posts), None)

    def mediates(self, case: Case) -> bool:
        """Whether this person, or whom they stand in for, was named as its mediator."""
        return case.overlay.mediator in self.hands

    def is_about(self, case: Case) -> bool:
        """Whether the report is about this person or one of their units."""
        kept = case.overlay
        if self.person is None or not (kept.about_units or kept.about_people):
            return False
        return self.person.id in kept.about_people or any(post.unit in kept.about_units for post in self.posts)

    def sees(self, case: Case) -> bool:
        """Whether the person may know of the case."""
        if self.is_about(case):
            return False
        near = self.holds(case) or self.mediates(case) or any(self._helped(case, post) for post in self.posts)
        return near or any(self._covers(case, post) for post in self.posts)

    def acts(self, case: Case, post: Post) -> bool:
        """Whether that post of the person may act in the case."""
        if self.is_about(case):
            return False
        if post.role in WORKERS:
            return case.lead_unit == post.unit or self.holds(case)
        if post.role is Role.ASSISTANT:
            return self.helps(case, post)
        if post.role is Role.MEDIATOR:
            return self.mediates(case) or (case.overlay.mediator is None and self._covers(case, post))
        return self._covers(case, post)

    def helps(self, case: Case, post: Post) -> bool:
        """Whether that post's unit was asked to assist and has not answered."""
        asked = case.overlay.assists
        if not asked or self.is_about(case):
            return False
        return post.role in HELPERS and any(one.is_open and one.unit == post.unit for one in asked)

    def _helped(self, case: Case, post: Post) -> bool:
        """Whether that post's unit was asked to assist and was not let off, though it may have answered."""
        asked = case.overlay.assists
        return post.role in HELPERS and any(one.unit == post.unit and not one.waived for one in asked)

    def widened(self, posts: Iterable[Post]) -> Sequence[str] | None:
        """The codes of all units that these posts cover; None for the whole county."""
        reached = {reach(self.rules, post.unit) for post in posts}
        if self.rules.county.code in reached:
            return None
        return sorted({code for above in reached for code in self.units.below(above)})

    def manages(self, person: Person, *roles: Role) -> bool:
        """Whether all posts of that person lie within units in which this one holds one of the roles of its own."""
        return all(self.covers(post.unit, *roles) for post in person.posts)

    def covers(self, unit: str, *roles: Role) -> bool:
        """Whether the unit lies within one in which this person holds one of the roles of its own."""
        own = [post.unit for post in self.person.posts if post.role in roles] if self.person is not None else ()
        return any(self.units.within(unit, above) for above in own)

    def _covers(self, case: Case, post: Post) -> bool:
        above = reach(self.rules, post.unit)
        places = (case.place.unit, case.owner_unit, case.lead_unit)
        return any(code is not None and self.units.within(code, above) for code in places)
