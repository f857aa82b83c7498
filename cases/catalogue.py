"""The catalogue of categories: what can be reported, how fast it must go, and who it is for."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

Spelling = Callable[[str], str]
"""How words are written to be compared."""


@dataclass(frozen=True, slots=True)
class Category:
    """One leaf of the catalogue.

    `code` is four digits, the first two of which name the top. `clock` is `working` or `continuous`; `accept`,
    `contact` and `handle` are amounts of that time. `units` are wishes, best first. `standard_code` is the code in
    the national component and event list, where there is one.
    """

    code: str
    top: str
    leaf: str
    priority: str
    clock: str
    accept: timedelta
    contact: timedelta
    handle: timedelta
    units: tuple[str, ...] = ()
    emergency_lines: str = ""
    sensitivity: frozenset[str] = frozenset()
    standard_code: str = ""
    extra_questions: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What people call it."""
        return self.leaf

    @property
    def top_code(self) -> str:
        """The two digits of the top it belongs to."""
        return self.code[:2]


@dataclass(frozen=True)
class Catalogue:
    """All categories in the order of their file; a category is found by its code."""

    all: Sequence[Category]
    by_code: Mapping[str, Category] = field(init=False, repr=False)
    _tops: Sequence[tuple[str, str]] = field(init=False, repr=False)
    _under: Mapping[str, Sequence[Category]] = field(init=False, repr=False)
    _named: dict[Spelling, Mapping[str, str]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        under: defaultdict[str, list[Category]] = defaultdict(list)
        for category in self.all:
            under[category.top_code].append(category)
        object.__setattr__(self, "by_code", {category.code: category for category in self.all})
        object.__setattr__(self, "_tops", list({category.top_code: category.top for category in self.all}.items()))
        object.__setattr__(self, "_under", dict(under))

    def __getitem__(self, code: str) -> Category:
        return self.by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def __iter__(self) -> Iterator[Category]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def get(self, code: str | None) -> Category | None:
        """The category of that code, or None."""
        return self.by_code.get(code) if code else None

    def tops(self) -> Sequence[tuple[str, str]]:
        """Top codes with their names, each once, in the order of the file."""
        return self._tops

    def named(self, spelling: Spelling) -> Mapping[str, str]:
        """Codes of tops, of two digits, and of categories by their names in that spelling, and by the categories' own
        codes; a category's name goes before a top's. Made once for each spelling."""
        if spelling not in self._named:
            tops = {spelling(title): code for code, title in reversed(self._tops)}
            leaves = {spelling(one.title): one.code for one in reversed(self.all)}
            self._named[spelling] = tops | leaves | {one.code: one.code for one in self.all}
        return self._named[spelling]

    def under(self, top_code: str) -> Sequence[Category]:
        """The categories of one top."""
        return self._under.get(top_code, [])
