"""Answers that know the county: a category, a place, one of the person's cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cases.catalogue import Category
from cases.people import Level, Unit
from cases.places import Pin, Place
from cases.triage.category import suggest
from dialogs.engine.answers import NoAnswer, NotUnderstood, chosen, typed
from dialogs.engine.around import Around
from dialogs.engine.messages import Choice, Content, Location

BELOW = {Level.COUNTY: Level.TOWN, Level.TOWN: Level.VILLAGE, Level.VILLAGE: Level.GRID}
SUGGESTED = 3
OTHER_TOP = Choice("都不是，选大类")


@dataclass(frozen=True)
class OneCategory:
    """A category, by two short menus (the top, then the leaf) or by its words.

    Kept as {"top": code} while the leaf is open, and {"code": code} once it is chosen. `guessed_from` is the answer
    whose words suggest categories first.
    """

    guessed_from: str = ""

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """The guesses, else the tops, else the leaves of the chosen top."""
        top = (around.answers.get("category") or {}).get("top")
        catalogue = around.knowledge.rules.catalogue
        if top == "":
            return tuple(Choice(name) for _, name in catalogue.tops())
        if top:
            return tuple(Choice(category.title) for category in catalogue.under(top))
        guesses = self.guesses(around)
        if guesses:
            return (*(Choice(category.title) for category in guesses), OTHER_TOP)
        return tuple(Choice(name) for _, name in catalogue.tops())

    def guesses(self, around: Around) -> Sequence[Category]:
        """Up to three categories that the words suggest."""
        words = around.answers.get(self.guessed_from)
        if not isinstance(words, str):
            return ()
        return [category for category, _ in suggest(words, around.knowledge.rules, SUGGESTED)]

    def read(self, content: Content, before: Any, around: Around) -> dict[str, str]:
        """The category, or the top whose leaves are asked for next. Raises NotUnderstood."""
        words = typed(content)
        choices = self.choices(around)
        choice = chosen(words, choices) if words else None
        if choice is not None and choice == OTHER_TOP:
            return {"top": ""}
        catalogue = around.knowledge.rules.catalogue
        name = choice.label if choice else (words or "")
        leaf = next((category for category in catalogue.all if name in (category.title, category.code)), None)
        if leaf is not None:
            return {"code": leaf.code}
        top = next((code for code, title in catalogue.tops() if name == title), None)
        if top is not None:
            return {"top": top}
        found = suggest(words, around.knowledge.rules) if words else []
        if found and words != around.answers.get(self.guessed_from):
            return {"code": found[0][0].code}
        raise NotUnderstood(f"请回复 1 到 {len(choices)} 中的一个数字，或换个说法。")

    def load(self, kept: Any, around: Around) -> Category:
        """The category. Raises NoAnswer while only the top is known."""
        code = kept.get("code") if isinstance(kept, dict) else None
        category = around.knowledge.rules.catalogue.get(code) if isinstance(code, str) else None
        if category is None:
            raise NoAnswer(kept)
        return category

    def unasked(self, content: Content, around: Around) -> bool:
        """Only a whole leaf name says it unasked."""
        words = typed(content)
        return words is not None and any(words == one.title for one in around.knowledge.rules.catalogue.all)


@dataclass(frozen=True)
class InOneGrid:
    """A place in the county: a pin, words that name a town, village or grid, or three short menus.

    Kept as {"unit", "words", "pin": [latitude, longitude, crs, source] | None, "whole": whether that is all}; while
    `whole` is false the next level below `unit` is asked for.
    """

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """The units below what is known so far."""
        return (*(Choice(unit.name) for unit in self._below(around)), *((UNSURE,) if self._known(around) else ()))

    def read(self, content: Content, before: Any, around: Around) -> dict[str, Any]:
        """The place. Raises NotUnderstood for a pin outside the county and for words that name nothing here."""
        if isinstance(content, Location):
            return self._pinned(content, around)
        words = typed(content)
        if not words:
            raise NotUnderstood("请发送定位，或输入乡镇、村、网格的名字。")
        choice = chosen(words, self.choices(around))
        known = self._known(around)
        if choice == UNSURE and known:
            return {**before, "whole": True}
        below = next((unit for unit in self._below(around) if choice and choice.label == unit.name), None)
        if below is not None:
            said = str(before["words"]) if before else ""
            return self._at(below, f"{said}{below.name}", None, around)
        named = around.knowledge.places.named(words)
        if len(named) == 1:
            return self._at(named[0], words, None, around)
        if named:
            raise NotUnderstood(
                f"“{words[:20]}”有几处：{'、'.join(_path(unit, around) for unit in named[:5])}。请说是哪一处。"
            )
        raise NotUnderstood("没有找到这个地方。请发送定位，或从下面选择乡镇、村、网格。")

    def load(self, kept: Any, around: Around) -> Place:
        """The place. Raises NoAnswer while a smaller unit is asked for, or when the unit is gone."""
        if not isinstance(kept, dict) or not kept.get("whole") or around.knowledge.units.get(kept.get("unit")) is None:
            raise NoAnswer(kept)
        pin = kept.get("pin")
        return Place(kept["unit"], kept["words"], Pin(*pin) if pin else None)

    def unasked(self, content: Content, around: Around) -> bool:
        """A pin is a place, whenever it comes."""
        return isinstance(content, Location)

    def _pinned(self, content: Location, around: Around) -> dict[str, Any]:
        pin = content.pin
        unit = around.knowledge.places.find(pin)
        if unit is None:
            county = around.knowledge.rules.county.name
            raise NotUnderstood(f"这个位置不在{county}范围内。请重新发送定位，或从下面选择乡镇、村、网格。")
        words = content.label or f"{_path(unit, around)}附近"
        kept = [pin.latitude, pin.longitude, pin.crs, pin.source]
        return {"unit": unit.code, "words": words, "pin": kept, "whole": True}

    def _at(self, unit: Unit, words: str, pin: Any, around: Around) -> dict[str, Any]:
        whole = not around.knowledge.units.under(unit.code)
        return {"unit": unit.code, "words": words, "pin": pin, "whole": whole}

    def _known(self, around: Around) -> Unit | None:
        kept = around.answers.get("place")
        return (
            around.knowledge.units.get(kept.get("unit")) if isinstance(kept, dict) and not kept.get("whole") else None
        )

    def _below(self, around: Around) -> Sequence[Unit]:
        known = self._known(around)
        return around.knowledge.units.under(known.code if known else around.knowledge.rules.county.code)


UNSURE = Choice("说不清是哪个")


def _path(unit: Unit, around: Around) -> str:
    chain = [one.name for one in around.knowledge.units.chain(unit.code) if one.level < Level.COUNTY]
    return "".join(reversed(chain))
