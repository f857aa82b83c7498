"""A category as an answer: by what the words suggest, by two short menus, or by its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cases.catalogue import Catalogue, Category
from cases.rules import Rules
from cases.triage.category import confident, suggest
from cases.triage.danger import emergency_lines
from dialogs.engine.answers import NoAnswer, NotUnderstood
from dialogs.engine.around import Around
from dialogs.engine.masking import BLOT
from dialogs.engine.messages import Choice, Content
from dialogs.engine.words import chosen, plain, typed

SUGGESTED = 3
NONE_OF_THEM = ("都不是", "都不对", "不是", "不对", "没有", "都没有", "换一个", "换个大类", "选大类")
TOPS = Choice("都不是，选大类", also=NONE_OF_THEM)
BACK = Choice("都不是，换个大类", also=NONE_OF_THEM)
ALL = {"top": ""}
"""Kept while the top is asked for."""


@dataclass(frozen=True)
class OneCategory:
    """A category. Kept as {"code": …} once it is chosen; before, {"top": …} while its leaf is asked for ('' for the top
    itself), or {"among": codes} while one of these is.

    `guessed_from` is the answer whose words suggest categories first.
    """

    guessed_from: str = ""

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """The guesses, else the tops, else the leaves of the chosen top."""
        kept, catalogue = around.answers.get("category") or {}, around.knowledge.rules.catalogue
        if kept.get("top"):
            return (*(Choice(one.title) for one in catalogue.under(kept["top"])), BACK)
        guesses = [] if kept == ALL else self._guesses(kept, around)
        if guesses:
            return (*(Choice(one.title) for one in guesses), TOPS)
        return tuple(Choice(name) for _, name in catalogue.tops())

    def _guesses(self, kept: Any, around: Around) -> Sequence[Category]:
        """Those it was narrowed to, else what the words of `guessed_from` suggest."""
        rules, words = around.knowledge.rules, around.answers.get(self.guessed_from)
        if kept.get("among"):
            return [rules.catalogue[code] for code in kept["among"]]
        if not isinstance(words, str):
            return ()
        return _suggested(words, rules)

    def read(self, content: Content, before: Any, around: Around) -> dict[str, Any]:
        """The category, or what its choice is narrowed to. Raises NotUnderstood."""
        words = typed(content) or ""
        choices = self.choices(around)
        choice = chosen(words, choices) if words else None
        if choice in (TOPS, BACK):
            return ALL
        named = _named(choice.label if choice else words, around.knowledge.rules.catalogue)
        if named is not None:
            return named
        rules = around.knowledge.rules
        found = _suggested(words, rules)
        sure = confident(suggest(words.replace(BLOT, ""), rules, SUGGESTED))
        if sure is not None and sure in found[:1]:
            return {"code": sure.code}
        among = [category.code for category in found]
        if among and {"among": among} != before:
            return {"among": among}
        raise NotUnderstood(f"请回复 1 到 {len(choices)} 中的一个数字，或换个说法。")

    def load(self, kept: Any, around: Around) -> Category:
        """The category. Raises NoAnswer while it is not chosen."""
        code = kept.get("code") if isinstance(kept, dict) else None
        category = around.knowledge.rules.catalogue.get(code) if isinstance(code, str) else None
        if category is None:
            raise NoAnswer(kept)
        return category

    def fits(self, kept: Any, around: Around) -> bool:
        """A known category, a known top, or several known ones."""
        catalogue = around.knowledge.rules.catalogue
        if not isinstance(kept, dict):
            return False
        match kept:
            case {"code": str(code)}:
                return code in catalogue
            case {"top": str(top)}:
                return not top or bool(catalogue.under(top))
            case {"among": list(among)}:
                return bool(among) and all(isinstance(code, str) and code in catalogue for code in among)
        return False

    def back(self, kept: Any, around: Around) -> Any:
        """From the leaves to the tops; from all else to the beginning."""
        return ALL if kept.get("top") else None

    def unasked(self, content: Content, around: Around) -> bool:
        """Only a whole leaf name says it unasked."""
        words = plain(typed(content) or "")
        return any(words == one.title for one in around.knowledge.rules.catalogue)


def _suggested(words: str, rules: Rules) -> Sequence[Category]:
    """Up to three categories that the words suggest; danger brings its own category first."""
    found = [category for category, _ in suggest(words.replace(BLOT, ""), rules, SUGGESTED)]
    if any(one.priority == "P1" for one in found) or not emergency_lines(words, rules):
        return found
    return [*_other_danger(rules.catalogue), *found][:SUGGESTED]


def _other_danger(catalogue: Catalogue) -> Sequence[Category]:
    """The category for dangers that have none of their own: P1, and called 其他…."""
    return [one for one in catalogue if one.priority == "P1" and one.leaf.startswith("其他")][:1]


def is_a_name(words: str, around: Around) -> bool:
    """Whether the words are a category's or a top's own name or number, and tell nothing more."""
    offered = OneCategory("description").choices(around)
    return chosen(words, offered) is not None or _named(words, around.knowledge.rules.catalogue) is not None


def _named(words: str, catalogue: Catalogue) -> dict[str, Any] | None:
    code = catalogue.named(plain).get(plain(words))
    if code is None:
        return None
    return {"code": code} if code in catalogue else {"top": code}
