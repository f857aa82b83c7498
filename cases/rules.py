"""The county's rules as data: limits, ladder, calendar, catalogue; one frozen version at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from functools import cached_property

from cases.calendar import WorkingCalendar
from cases.catalogue import Catalogue, Category
from cases.triage.word_index import WordIndex

OTHER = "其他"
"""What nobody could name goes to an acceptor first."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder: at `share` per cent of the limit, `action` happens and `told` hear of it.

    `action` is remind, warn, overdue, red_card or listed; `told` are words of the rule file: handler, unit_duty,
    unit_leader, next_level, supervisor, county_leader, duty_room. `up` is how many levels the case goes up.
    """

    share: int
    light: str
    action: str
    told: tuple[str, ...]
    up: int = 0
    priorities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits that do not come from the catalogue; `_urgent` ones are for P1 and run round the clock."""

    sign: timedelta
    sign_share: float
    sign_urgent: timedelta
    dispatch: timedelta
    dispatch_urgent: timedelta
    check: timedelta
    review: timedelta
    reopen: timedelta
    reopen_minor: timedelta
    rating: timedelta
    rating_reminder: timedelta
    rework_floor: float
    check_by_bot_never: tuple[str, ...] = ("P1",)
    info: timedelta = timedelta(hours=48)
    return_ruling: timedelta = timedelta(hours=8)
    return_ruling_urgent: timedelta = timedelta(hours=1)
    mediation: timedelta = timedelta(days=30)
    suspension: timedelta = timedelta(days=366)
    extensions: int = 2
    assist_share: float = 0.5
    urge: timedelta = timedelta(hours=24)
    again: timedelta = timedelta(days=90)

    def ruling(self, priority: str) -> timedelta:
        """How long a decision on a return may take."""
        return self.return_ruling_urgent if priority == "P1" else self.return_ruling

    def dispatching(self, priority: str) -> timedelta:
        """How long dispatching may take."""
        return self.dispatch_urgent if priority == "P1" else self.dispatch

    def signing(self, priority: str, handle: timedelta) -> timedelta:
        """How long signing may take where `handle` is the limit for handling."""
        return self.sign_urgent if priority == "P1" else min(self.sign, handle * self.sign_share)

    def answering(self, category: Category) -> timedelta:
        """How long the citizen who reports may wait for the answer."""
        return category.accept + self.dispatching(category.priority) + category.handle

    def reopening(self, priority: str) -> timedelta:
        """How long handling may take once the case was reopened."""
        return self.reopen_minor if priority == "P4" else self.reopen


@dataclass(frozen=True, slots=True)
class Flow:
    """Which cases run direct, and who leads."""

    default: str
    centre: frozenset[str]
    centre_tops: frozenset[str]
    centre_sensitivities: frozenset[str]
    department_leads: frozenset[str]

    def direct(self, category: Category) -> bool:
        """Whether its cases go to the one who handles them at once, without an acceptor."""
        codes = {category.code, category.top, category.top_code}
        centre = codes & (self.centre | self.centre_tops) or category.leaf.startswith(OTHER)
        return self.default == "direct" and not centre and not category.sensitivity & self.centre_sensitivities

    def department(self, category: Category) -> bool:
        """Whether the catalogue's department leads, and not the grid's officer."""
        return bool({category.code, category.top, category.top_code} & self.department_leads)


@dataclass(frozen=True, slots=True)
class Reasons:
    """The fixed lists: why a case is refused, and the route open instead; why it is put off; other channels."""

    reject: Mapping[str, str] = field(default_factory=dict)
    suspend: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class County:
    """The county as the settings name it."""

    name: str
    code: str
    number_prefix: str
    zone: tzinfo
    duty_unit: str | None = None


@dataclass(frozen=True)
class Rules:
    """All rules together; `version` is frozen on each case when it is filed.

    `texts` are the files they were read from, by name. `earlier` are the other versions that were ever in force, by
    version, with the present county and holidays.
    """

    version: str
    county: County
    catalogue: Catalogue
    calendar: WorkingCalendar
    limits: Limits
    flow: Flow
    ladder: Sequence[Rung]
    danger_words: Mapping[str, str] = field(default_factory=dict)
    quiet_from: int = 22
    quiet_until: int = 7
    privacy_notice: str = ""
    privacy_version: str = ""
    reasons: Reasons = Reasons()
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    earlier: Mapping[str, "Rules"] = field(default_factory=dict, repr=False)
    _rungs: dict[str, list[Rung]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def rungs(self, priority: str) -> Sequence[Rung]:
        """The rungs of cases of that priority, lowest first."""
        found = self._rungs.get(priority)
        if found is None:
            mine = [rung for rung in self.ladder if not rung.priorities or priority in rung.priorities]
            found = self._rungs[priority] = sorted(mine, key=lambda rung: rung.share)
        return found

    @cached_property
    def codes_by_keyword(self) -> Mapping[str, Sequence[str]]:
        """The categories of each keyword, which is in small letters."""
        codes: defaultdict[str, list[str]] = defaultdict(list)
        for code, words in self.keywords.items():
            for word in words:
                codes[word.lower()].append(code)
        return dict(codes)

    @cached_property
    def keyword_index(self) -> WordIndex:
        """The keywords, laid out for finding them in sentences."""
        return WordIndex(self.codes_by_keyword)

    @cached_property
    def danger_index(self) -> WordIndex:
        """The danger words, laid out likewise."""
        return WordIndex(self.danger_words)

    def as_of(self, version: str) -> "Rules":
        """The rules of that version, which the cases filed under it go on by; the present ones where none is known."""
        return self.earlier.get(version, self)
