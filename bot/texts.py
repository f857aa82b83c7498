"""How words and choices fit into a platform's text message: cleaning, splitting, links and numbers."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from bot.envelope import XML_ILLEGAL
from dialogs.engine.messages import Choice, Reply

MOST_CHARACTERS = 600  # the platform's console takes no more; field reports: above about 1,097 a reply fails
MOST_BYTES = 2000  # WeCom cuts at 2,048 bytes of UTF-8
CHOOSE_BY_NUMBER = "回复数字选择"
MORE = "…"
TAG_OPENS = re.compile(r"<(?=[A-Za-z/!?])")
LINE_END = re.compile(r"\n")
SENTENCE_END = re.compile(r"[。！？!?；;]+[”’」）)]*")
CLAUSE_END = re.compile(r"[，,、：:\s]")
NO_HANZI = re.compile(r"[^\u4e00-\u9fff]+")


def clean(text: str) -> str:
    """The text without what XML forbids, and with no `<` that could open a tag: phones turn `<a href>` into links,
    so a person's words could otherwise put one into an official's mouth. Cleaning twice changes nothing."""
    return TAG_OPENS.sub("＜", XML_ILLEGAL.sub("", text))


def octets(text: str) -> int:
    """Length in UTF-8 bytes."""
    return len(text.encode("utf-8", "replace"))


def fits(text: str, characters: int = MOST_CHARACTERS, most: int = MOST_BYTES) -> bool:
    """Whether one message can carry it."""
    return len(text) <= characters and octets(text) <= most


def longest_start(text: str, characters: int, most: int) -> int:
    """How many of the first characters stay within both limits."""
    used = 0
    for count, character in enumerate(text[:characters]):
        used += octets(character)
        if used > most:
            return count
    return min(len(text), characters)


def cut(text: str, characters: int = MOST_CHARACTERS, most: int = MOST_BYTES) -> str:
    """The text, ending in “…” if it had to be shortened."""
    if fits(text, characters, most):
        return text
    return text[: longest_start(text, max(characters - 1, 0), max(most - octets(MORE), 0))] + MORE


def _break_at(text: str, limit: int) -> int:
    """Where to break within the first `limit` characters: after a line, a sentence, a clause; else anywhere."""
    for end in (LINE_END, SENTENCE_END, CLAUSE_END):
        ends = [found.end() for found in end.finditer(text, 0, limit)]
        if ends and ends[-1] > limit // 3:
            return ends[-1]
    return limit


def split(text: str, characters: int = MOST_CHARACTERS, most: int = MOST_BYTES) -> list[str]:
    """The cleaned text in parts of at most 600 characters and 2,000 bytes, broken at line and sentence ends.

    Nothing but white space at the breaks is lost; an empty text is one empty part.
    """
    rest = clean(text)
    parts: list[str] = []
    while not fits(rest, characters, most):
        place = max(_break_at(rest, longest_start(rest, characters, most)), 1)
        parts.append(rest[:place].rstrip())
        rest = rest[place:].lstrip("\n ")
    parts.append(rest)
    return [part for part in parts if part] or [""]


def numbered(choices: Sequence[Choice]) -> list[str]:
    """`1. label`, one a choice."""
    return [f"{number}. {clean(choice.label)}" for number, choice in enumerate(choices, 1)]


def split_reply(reply: Reply) -> list[Reply]:
    """The reply in parts that one message each can carry with its choices as numbers; the last part has the choices.

    Choices too many for one message are lines of the text instead, since a number chooses among all of them anyway.
    """
    tail = _tail(reply.choices)
    if not tail or not fits(tail):
        return [Reply(text) for text in split(_joined(reply.text, tail))]
    texts = split(reply.text)
    if not fits(_joined(texts[-1], tail)):
        room = MOST_CHARACTERS - len(tail) - 1, MOST_BYTES - octets(tail) - 1
        texts[-1:] = _with_room(texts[-1], *room)
    return [*(Reply(text) for text in texts[:-1]), Reply(texts[-1], reply.choices)]


def _tail(choices: Sequence[Choice]) -> str:
    return "\n".join([*numbered(choices), CHOOSE_BY_NUMBER]) if choices else ""


def _joined(*texts: str) -> str:
    return "\n".join(filter(None, texts))


def _with_room(text: str, characters: int, most: int) -> list[str]:
    """Break once more so that the last part leaves room for choices; where once is not enough they come alone."""
    if min(characters, most) < MOST_CHARACTERS // 6:
        return [text, ""]
    parts = split(text, characters, most)
    return parts if len(parts) in (1, 2) else [text, ""]


def link(number: int, choice: Choice) -> str:
    """A line that, when touched, says the choice: `weixin://bizmsgmenu` (undocumented, so the number stays visible).

    It says words, since links stay on the screen: a number touched next week would answer next week's question.
    汉字 are written as they are, as most public bots do; percent-encoded, each takes nine characters.
    """
    said = NO_HANZI.sub(lambda found: quote(found.group(), safe="", errors="replace"), choice.words)
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={said}&msgmenuid={number}">{number}. {clean(choice.label)}</a>'


def with_links(reply: Reply) -> str:
    """One WeChat text: the words, then a link a choice; where not all of them have room, numbers as on WeCom."""
    links = [link(number, choice) for number, choice in enumerate(reply.choices, 1)]
    text = _joined(clean(reply.text), *links)
    return text if links and fits(text) else with_numbers(reply)


def with_numbers(reply: Reply) -> str:
    """One WeCom text: the words, the numbered choices, and how to choose."""
    text, tail = clean(reply.text), _tail(reply.choices)
    whole = _joined(text, tail)
    if not tail or fits(whole):
        return cut(whole)
    tail = _shortened(numbered(reply.choices))
    return _joined(cut(text, MOST_CHARACTERS - len(tail) - 1, MOST_BYTES - octets(tail) - 1), tail)


def _shortened(lines: Sequence[str]) -> str:
    """The lines and how to choose, each cut so that a tenth of the message is left for the words; only what did not
    come from `split_reply` needs it."""
    characters = MOST_CHARACTERS * 9 // 10 - len(CHOOSE_BY_NUMBER) - 1
    most = MOST_BYTES * 9 // 10 - octets(CHOOSE_BY_NUMBER) - 1
    each = [cut(line, characters // len(lines) - 1, most // len(lines) - 1) for line in lines]
    return _joined(cut("\n".join(each), characters, most), CHOOSE_BY_NUMBER)
