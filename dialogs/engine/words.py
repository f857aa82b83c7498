"""What was typed, and how words are compared: full-width signs, blanks and stops at the end mean nothing."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from dialogs.engine.messages import Choice, Content, Text, Voice

MOST_DIGITS = 3  # a longer number chooses nothing, and turning it into an int costs time
ENDINGS = "。.!~?,、;:…) "
"""What people and speech recognition put behind a word."""
NOTHING = frozenset({
    "0", "没有", "没有了", "没了", "无", "跳过", "好了", "完了", "发完了", "不用", "不用了", "不发", "不发了", "不留",
    "不留了", "不需要", "没有照片", "无照片", "没照片",
})  # fmt: skip
"""What people say who have nothing, or nothing more, to give."""
YES = frozenset({
    "是", "是的", "对", "对的", "好", "好的", "好滴", "好啊", "确认", "确认提交", "提交", "确定", "没错", "嗯",
    "嗯嗯", "行", "可以", "ok", "yes", "y",
})  # fmt: skip
NO = frozenset({"否", "不", "不是", "不对", "不要", "不用", "不用了", "没有", "算了", "不提交", "不了", "no", "n"})


def typed(content: Content) -> str | None:
    """The words of a text, or of a voice message that the platform recognised; None for all else."""
    match content:
        case Text(words) | Voice(_, str(words)):
            return words.strip() or None
        case _:
            return None


def even(words: str) -> str:
    """The words in half width, without outer blanks and without stops at the end."""
    return unicodedata.normalize("NFKC", words).strip().rstrip(ENDINGS)


def plain(words: str) -> str:
    """The words as they are compared: evened, small letters."""
    return even(words).casefold()


@lru_cache(maxsize=4096)
def known(words: str) -> str:
    """`plain` of words of our own (labels, titles, names), which are compared with everything that is said."""
    return plain(words)


def parted(words: str) -> tuple[str, str]:
    """The first word and the rest; a colon or comma parts words as a blank does."""
    first, *rest = re.split(r"[\s:：,，]+", words.strip(), maxsplit=1)
    return first, rest[0] if rest else ""


def is_number(words: str) -> bool:
    """Whether the words are a number that could choose something."""
    said = plain(words)
    return said.isdecimal() and len(said) <= MOST_DIGITS and not said.startswith("0")


def chosen(words: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice meant by a number, a label, its own words or others for it; None if it is none of them."""
    said = plain(words)
    if is_number(said) and int(said) <= len(choices):
        return choices[int(said) - 1]
    meant = ((choice, (choice.label, choice.words, *choice.also)) for choice in choices)
    return next((choice for choice, ways in meant if said in map(known, ways)), None)
