"""The kinds of answers a question can have: each reads what a person sent, or says what it needs instead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from dialogs.engine.around import Around
from dialogs.engine.messages import Choice, Content
from dialogs.engine.words import NO, NOTHING, YES, chosen, plain, typed

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class NotUnderstood(Exception):
    """The content is no answer to this question; `hint` says in the person's words what would be."""

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


class NoAnswer(ValueError):
    """What was kept is no answer to the question as it stands now; it is asked again."""


class Answer(Protocol[T_co]):
    """Reads a content into JSON that can be kept, and loads it back into a value.

    `around` is what there is to know besides the content: rules, places, who speaks, the dialog's other answers.

    `unasked` says whether the content may answer although another question is open: true where it can mean nothing
    else, such as a photo or a pin.
    """

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """What is offered with the question."""
        ...

    def read(self, content: Content, before: Any, around: Around) -> Any:
        """The answer as JSON; `before` is what was kept so far (None: nothing). Raises NotUnderstood."""
        ...

    def load(self, kept: Any, around: Around) -> T_co:
        """The value of a kept answer. Raises NoAnswer when the question has changed."""
        ...

    def fits(self, kept: Any, around: Around) -> bool:
        """Whether what was kept is an answer of this kind, whole or in part; what is not is dropped."""
        ...

    def back(self, kept: Any, around: Around) -> Any:
        """What stays of a kept answer one step back: of a whole one when its question is opened again, of a part with
        its last step undone. None: nothing; the same: there is no step to undo here."""
        ...

    def unasked(self, content: Content, around: Around) -> bool:
        """Whether this content answers the question even when another one is open."""
        ...


class Whole(Generic[T]):
    """An answer that is given at once, to the question that was asked, and that offers nothing by itself."""

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """Nothing is offered."""
        return ()

    def load(self, kept: Any, around: Around) -> T:
        """The value. Raises NoAnswer."""
        raise NotImplementedError

    def fits(self, kept: Any, around: Around) -> bool:
        """Whatever loads."""
        try:
            self.load(kept, around)
        except NoAnswer:
            return False
        return True

    def back(self, kept: Any, around: Around) -> Any:
        """Nothing stays of it when its question is opened again."""
        return None

    def unasked(self, content: Content, around: Around) -> bool:
        """It answers only what was asked."""
        return False


@dataclass(frozen=True)
class FreeText(Whole[str]):
    """Words, between `at_least` and `at_most` characters long; a lone phone number is none unless `phone_too`."""

    at_least: int = 1
    at_most: int = 500
    phone_too: bool = True

    def read(self, content: Content, before: Any, around: Around) -> str:
        """The words without outer blanks. Raises NotUnderstood with what is wrong with them."""
        words = typed(content)
        if words is None:
            raise NotUnderstood("这里需要文字，请打字说明。")
        if len(words) < self.at_least:
            raise NotUnderstood(f"请再说详细一点，至少 {self.at_least} 个字。")
        if len(words) > self.at_most:
            raise NotUnderstood(too_long(words, self.at_most))
        if not self.phone_too and PhoneNumber.MOBILE.fullmatch(plain(words)):
            raise NotUnderstood("这是电话号码，请先用一句话说明。")
        return words

    def load(self, kept: Any, around: Around) -> str:
        """The words."""
        if not isinstance(kept, str):
            raise NoAnswer(kept)
        return kept


def too_long(words: str, at_most: int) -> str:
    """What to say of words that are more than can be kept."""
    return f"您写了 {len(words)} 个字，请精简到 {at_most} 个字以内再发一次。"


@dataclass(frozen=True)
class YesNo(Whole[bool]):
    """Yes or no, in the many ways people say it."""

    yes: str = "是"
    no: str = "否"

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """Both."""
        return (Choice(self.yes), Choice(self.no))

    def read(self, content: Content, before: Any, around: Around) -> bool:
        """True for yes. Raises NotUnderstood for anything that is neither."""
        words = plain(typed(content) or "")
        choice = chosen(words, self.choices(around)) if words else None
        if choice is not None:
            return choice.label == self.yes
        if words in YES or words in NO:
            return words in YES
        raise NotUnderstood(f"请回复 1（{self.yes}）或 2（{self.no}）。")

    def load(self, kept: Any, around: Around) -> bool:
        """True for yes."""
        if not isinstance(kept, bool):
            raise NoAnswer(kept)
        return kept


@dataclass(frozen=True)
class OneOf(Whole[T]):
    """One of a few values: pairs of label and value, where the value is kept as it is (JSON).

    `also` are other words for a label.
    """

    options: tuple[tuple[str, T], ...]
    also: Mapping[str, str] = field(default_factory=dict)

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """All labels."""
        return tuple(Choice(label) for label, _ in self.options)

    def read(self, content: Content, before: Any, around: Around) -> T:
        """The chosen value. Raises NotUnderstood."""
        words = typed(content) or ""
        choice = chosen(self.also.get(plain(words), words), self.choices(around)) if words else None
        if choice is None:
            raise NotUnderstood(f"请回复 1 到 {len(self.options)} 中的一个数字。")
        return dict(self.options)[choice.label]

    def load(self, kept: Any, around: Around) -> T:
        """The value, if it is still offered."""
        for _, value in self.options:
            if value == kept:
                return value
        raise NoAnswer(kept)

    def unasked(self, content: Content, around: Around) -> bool:
        """Only a whole label says unasked what is meant; a number does not."""
        words = plain(typed(content) or "")
        return any(words == label for label, _ in self.options)


@dataclass(frozen=True)
class PhoneNumber(Whole[str]):
    """A mainland phone number (11 digits, or a landline with area code), or none: 0 skips."""

    MOBILE = re.compile(r"1[3-9]\d{9}")
    LANDLINE = re.compile(r"0\d{9,11}")

    def read(self, content: Content, before: Any, around: Around) -> str:
        """The digits, '' for none. Raises NotUnderstood."""
        words = plain(typed(content) or "")
        if words in NOTHING:
            return ""
        digits = re.sub(r"^\+?86(?=1)", "", re.sub(r"[\s\-—()]", "", words))
        if self.MOBILE.fullmatch(digits) or self.LANDLINE.fullmatch(digits):
            return digits
        raise NotUnderstood("这不像一个电话号码。请发 11 位手机号，或回复 0 跳过。")

    def load(self, kept: Any, around: Around) -> str:
        """The digits, '' for none."""
        if not isinstance(kept, str):
            raise NoAnswer(kept)
        return kept

    def unasked(self, content: Content, around: Around) -> bool:
        """A lone mobile number is one, whenever it comes."""
        return self.MOBILE.fullmatch(plain(typed(content) or "")) is not None
