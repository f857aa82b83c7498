"""ID numbers are never kept: they are blotted out before anything else sees the message."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from dialogs.engine.messages import Content, Location, Text, Voice

BLOT = "［身份证号已隐去］"

# GB 11643-1999: 17 digits and a check character by ISO 7064 MOD 11-2. Phones with a Chinese keyboard produce full-width
# digits and X; people type groups, voices pause between them; and a telephone or a list's number may stand right before
# or behind, so any digit may be the first. A colon is no pause: dates are followed by hours.
_PAUSE = r"[\s\u200b-\u200d\u2060\ufeff_\-‐-―−－.．·・•,，、]*+"
_NUMBER = re.compile(rf"(?=([1-9１-９](?:{_PAUSE}\d){{16}}{_PAUSE}[0-9０-９xXｘＸ]))")
LEAST_DIGITS = 17
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_YEARS = range(1850, 2100)


def mask(content: Content) -> Content:
    """The same content with every valid ID number (居民身份证号码) blotted out; the same object if there is none."""
    match content:
        case Text(words):
            masked = mask_words(words)
            return content if masked == words else Text(masked)
        case Voice(_, str(words)):
            masked = mask_words(words)
            return content if masked == words else replace(content, words=masked)
        case Location(_, label):
            masked = mask_words(label)
            return content if masked == label else replace(content, label=masked)
        case _:
            return content


def mask_words(words: str) -> str:
    """The words with `BLOT` in the place of every 18-digit number whose birth date and check character are valid."""
    if sum(map(str.isdecimal, words)) < LEAST_DIGITS:  # nearly always, and much sooner seen
        return words
    kept: list[str] = []
    end = 0
    for found in candidates(words):
        if not _valid(found[1]):
            continue
        if found.start(1) >= end:  # else it overlaps the one before, which may be the false one: both go
            kept += words[end : found.start(1)], BLOT
        end = found.end(1)
    return "".join([*kept, words[end:]])


def candidates(words: str) -> Iterator[re.Match[str]]:
    """All that has the shape of an ID number (group 1), at most one from each digit on, overlapping one another."""
    return _NUMBER.finditer(words)


def _valid(written: str) -> bool:
    characters = "".join(filter(str.isalnum, written))
    return _is_birth_date(characters[6:14]) and _is_checked(characters)


def _is_birth_date(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if year not in _YEARS:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _is_checked(characters: str) -> bool:
    last = "X" if characters[17] in "xXｘＸ" else str(int(characters[17]))
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, characters[:17], strict=True))
    return last == _CHECKS[total % 11]
