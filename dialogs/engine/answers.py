"""The kinds of answers a question can have: each reads what a person sent, or says what it needs instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from dialogs.engine.around import Around
from dialogs.engine.messages import Choice, Content, Text, Voice

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MOST_DIGITS = 3  # a longer number chooses nothing, and turning it into an int costs time
FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
NONE = frozenset({"0", "没有", "无", "跳过", "好了", "完了", "没了", "发完了", "不用", "不发", "不留"})
"""What people say who have nothing, or nothing more, to give."""


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

    def unasked(self, content: Content, around: Around) -> bool:
        """Whether this content answers the question even when another one is open."""
        ...


def typed(content: Content) -> str | None:
    """The words of a text, or of a voice message that the platform recognised; None for all else."""
    match content:
        case Text(words) | Voice(_, str(words)):
            return words.strip() or None
        case _:
            return None


def chosen(words: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice meant by a number, a label or its own words; None if it is none of them."""
    plain = words.strip().translate(FULL_WIDTH).rstrip(".。、)）")
    if plain.isdecimal() and len(plain) <= MOST_DIGITS and 1 <= int(plain) <= len(choices):
        return choices[int(plain) - 1]
    return next((choice for choice in choices if plain in (choice.label, choice.words)), None)


@dataclass(frozen=True)
class FreeText:
    """Words, between `at_least` and `at_most` characters long."""

    at_least: int = 1
    at_most: int = 500

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """Nothing is offered."""
        return ()

    def read(self, content: Content, before: Any, around: Around) -> str:
        """The words without outer blanks. Raises NotUnderstood with what is wrong with them."""
        words = typed(content)
        if words is None:
            raise NotUnderstood("这里需要文字，请打字说明。")
        if len(words) < self.at_least:
            raise NotUnderstood(f"请再说详细一点，至少 {self.at_least} 个字。")
        if len(words) > self.at_most:
            raise NotUnderstood(f"您写了 {len(words)} 个字，请精简到 {self.at_most} 个字以内再发一次。")
        return words

    def load(self, kept: Any, around: Around) -> str:
        """The words."""
        if not isinstance(kept, str):
            raise NoAnswer(kept)
        return kept

    def unasked(self, content: Content, around: Around) -> bool:
        """Words may mean anything; they answer only what was asked."""
        return False


@dataclass(frozen=True)
class YesNo:
    """Yes or no, in the many ways people say it."""

    yes: str = "是"
    no: str = "否"

    YES = frozenset({"是", "是的", "对", "好", "好的", "确认", "确定", "嗯", "行", "可以", "ok", "yes", "y"})
    NO = frozenset({"否", "不", "不是", "不要", "不用", "没有", "算了", "no", "n"})

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """Both."""
        return (Choice(self.yes), Choice(self.no))

    def read(self, content: Content, before: Any, around: Around) -> bool:
        """True for yes. Raises NotUnderstood for anything that is neither."""
        words = (typed(content) or "").lower().rstrip("。.！!~")
        choice = chosen(words, self.choices(around)) if words else None
        if words in self.YES or (choice and choice.label == self.yes):
            return True
        if words in self.NO or (choice and choice.label == self.no):
            return False
        raise NotUnderstood(f"请回复 1（{self.yes}）或 2（{self.no}）。")

    def load(self, kept: Any, around: Around) -> bool:
        """True for yes."""
        if not isinstance(kept, bool):
            raise NoAnswer(kept)
        return kept

    def unasked(self, content: Content, around: Around) -> bool:
        """A yes belongs to the question asked."""
        return False


@dataclass(frozen=True)
class OneOf(Generic[T]):
    """One of a few values: pairs of label and value, where the value is kept as it is (JSON)."""

    options: tuple[tuple[str, T], ...]

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """All labels."""
        return tuple(Choice(label) for label, _ in self.options)

    def read(self, content: Content, before: Any, around: Around) -> T:
        """The chosen value. Raises NotUnderstood."""
        words = typed(content)
        choice = chosen(words, self.choices(around)) if words else None
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
        words = typed(content)
        return words is not None and any(words == label for label, _ in self.options)


@dataclass(frozen=True)
class PhoneNumber:
    """A mainland phone number (11 digits, or a landline with area code), or none: 0 skips."""

    MOBILE = re.compile(r"1[3-9]\d{9}")
    LANDLINE = re.compile(r"0\d{9,11}")

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """Nothing is offered; 0 skips."""
        return ()

    def read(self, content: Content, before: Any, around: Around) -> str:
        """The digits, '' for none. Raises NotUnderstood."""
        words = (typed(content) or "").translate(FULL_WIDTH)
        if words in NONE:
            return ""
        digits = re.sub(r"^\+?86(?=1)", "", re.sub(r"[\s\-—()（）]", "", words))
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
        return self.MOBILE.fullmatch((typed(content) or "").translate(FULL_WIDTH)) is not None
