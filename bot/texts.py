"""How words and choices fit into a platform's text message: cleaning, splitting, links and numbers."""

import re
from collections.abc import Iterator, Sequence
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
    """The reply in parts that one message each can carry; the last has the choices.

    Every part fits with its choices as numbers; links are used as far as there is room.
    """
    lines = [*numbered(reply.choices), CHOOSE_BY_NUMBER] if reply.choices else []
    tail = "\n".join(lines)
    texts = split(reply.text)
    if tail and not fits(f"{texts[-1]}\n{tail}"):
        room = MOST_CHARACTERS - len(tail) - 1, MOST_BYTES - octets(tail) - 1
        texts[-1:] = _with_room(texts[-1], *room)
    return [*(Reply(text) for text in texts[:-1]), Reply(texts[-1], reply.choices)]


def _with_room(text: str, characters: int, most: int) -> list[str]:
    """Break once more so that the last part leaves room for choices."""
    if min(characters, most) < MOST_CHARACTERS // 6:
        return [text, ""]
    parts = split(text, characters, most)
    return parts if len(parts) > 1 else [*parts, ""]


def link(number: int, choice: Choice) -> str:
    """A line that, when touched, says the choice: `weixin://bizmsgmenu` (undocumented, so the number stays visible)."""
    said = quote(choice.words, safe="", errors="replace")
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={said}&msgmenuid={number}">{number}. {clean(choice.label)}</a>'


def with_links(reply: Reply) -> str:
    """One WeChat text: the words, then a link a choice as far as 2,000 bytes allow, then plain numbers."""
    if not reply.choices:
        return cut(clean(reply.text))
    plain = _shortened(numbered(reply.choices))
    text = cut(clean(reply.text), MOST_CHARACTERS, MOST_BYTES - octets("\n".join(plain)) - 1)
    room = MOST_BYTES - octets("\n".join([text, *plain]))
    return "\n".join([*([text] if text else []), *_linked(reply.choices, plain, room)])


def _linked(choices: Sequence[Choice], plain: Sequence[str], room: int) -> Iterator[str]:
    for number, (choice, line) in enumerate(zip(choices, plain, strict=True), 1):
        touchable = link(number, choice)
        more = octets(touchable) - octets(line)
        if more <= room:
            room -= more
            yield touchable
        else:
            yield line


def with_numbers(reply: Reply) -> str:
    """One WeCom text: the words, the numbered choices, and how to choose."""
    if not reply.choices:
        return cut(clean(reply.text))
    tail = "\n".join([*_shortened(numbered(reply.choices)), CHOOSE_BY_NUMBER])
    text = cut(clean(reply.text), MOST_CHARACTERS, MOST_BYTES - octets(tail) - 1)
    return f"{text}\n{tail}" if text else tail


def _shortened(lines: Sequence[str]) -> list[str]:
    """The lines, each cut as needed to leave a tenth of the message for the words."""
    room = MOST_BYTES * 9 // 10 - octets(CHOOSE_BY_NUMBER)
    if octets("\n".join(lines)) <= room:
        return list(lines)
    each = max(room // len(lines) - 1, 8)
    return [cut(line, MOST_CHARACTERS, each) for line in lines]
