"""Answers of which some are offered: usual words, names filled in with the dialog, units, a number of days."""

import re
from dataclasses import dataclass
from typing import Any

from dialogs.engine.answers import FreeText, NoAnswer, NotUnderstood, Whole
from dialogs.engine.around import Around
from dialogs.engine.messages import Choice, Content
from dialogs.engine.words import NOTHING, chosen, plain, typed

LONGEST_NAME = 30
DAYS = re.compile(r"(\d{1,3})个?(?:工作)?[天日]?")
OFFERED_DAYS = 5
"""One to so many are offered, in this order, so that the number of the choice is the number of days."""


@dataclass(frozen=True)
class UsualWords(FreeText):
    """Words, the usual ones of which are offered."""

    usual: tuple[str, ...] = ()

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """The usual words."""
        return tuple(Choice(words) for words in self.usual)

    def read(self, content: Content, before: Any, around: Around) -> str:
        """The words chosen or typed. Raises NotUnderstood."""
        choice = chosen(typed(content) or "", self.choices(around))
        return choice.label if choice is not None else super().read(content, before, around)


@dataclass(frozen=True)
class OneName(Whole[str]):
    """Somebody's name: one of the list that was filled in under `among`, or one that is typed.

    Whether there is such a person the desk knows.
    """

    among: str

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """The names filled in."""
        return tuple(Choice(name) for name in around.answers.get(self.among, ()))

    def read(self, content: Content, before: Any, around: Around) -> str:
        """The name. Raises NotUnderstood."""
        words = typed(content) or ""
        choice = chosen(words, self.choices(around)) if words else None
        name = choice.label if choice is not None else words
        if not name or len(name) > LONGEST_NAME or plain(name).isdecimal():
            raise NotUnderstood("请回复数字选择，或写出姓名。")
        return name

    def load(self, kept: Any, around: Around) -> str:
        """The name."""
        if not isinstance(kept, str):
            raise NoAnswer(kept)
        return kept


@dataclass(frozen=True)
class OneUnit(Whole[str]):
    """A unit by its name or code, or one of the codes that were filled in under `among`; kept as its code.

    `nobody` is the label for none, which is kept as ''; without one a unit must be named.
    """

    among: str
    nobody: str = ""

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """The units filled in, and none where that will do."""
        units = around.knowledge.units
        found = (units.get(code) for code in around.answers.get(self.among, ()))
        none = (Choice(self.nobody),) if self.nobody else ()
        return (*(Choice(unit.name) for unit in found if unit is not None), *none)

    def read(self, content: Content, before: Any, around: Around) -> str:
        """The unit's code, '' for none. Raises NotUnderstood."""
        words = typed(content) or ""
        choice = chosen(words, self.choices(around)) if words else None
        name = choice.label if choice is not None else words
        if self.nobody and (name == self.nobody or plain(words) in NOTHING):
            return ""
        named = around.knowledge.units.named(name)
        if len(named) > 1:
            raise NotUnderstood(f"“{name}”不止一个，请写单位编码：{'、'.join(unit.code for unit in named)}。")
        if not named:
            raise NotUnderstood("没有叫这个名字的单位。请回复数字选择，或写单位全称。")
        return named[0].code

    def load(self, kept: Any, around: Around) -> str:
        """The code of a unit that is there. Raises NoAnswer."""
        if kept == "" and self.nobody:
            return ""
        if not isinstance(kept, str) or around.knowledge.units.get(kept) is None:
            raise NoAnswer(kept)
        return kept


@dataclass(frozen=True)
class Days(Whole[int]):
    """A number of days, at least one."""

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """One to five."""
        return tuple(Choice(f"{days} 天") for days in range(1, OFFERED_DAYS + 1))

    def read(self, content: Content, before: Any, around: Around) -> int:
        """The number. Raises NotUnderstood."""
        days = days_in(typed(content) or "")
        if not days:
            raise NotUnderstood("请回复天数，例如 3。")
        return days

    def load(self, kept: Any, around: Around) -> int:
        """The number. Raises NoAnswer."""
        if not isinstance(kept, int) or isinstance(kept, bool):
            raise NoAnswer(kept)
        return kept


def days_in(words: str) -> int:
    """The number of days that the words say, 0 if they say none."""
    found = DAYS.fullmatch(plain(words).replace(" ", ""))
    return int(found[1]) if found else 0
