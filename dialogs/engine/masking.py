"""ID numbers are never kept: they are blotted out before anything else sees the message."""

import re
from dataclasses import replace
from datetime import date

from dialogs.engine.messages import Content, Location, Text, Voice

BLOT = "［身份证号已隐去］"

# GB 11643-1999: 17 digits and a check character by ISO 7064 MOD 11-2. People type them in groups, with blanks or
# hyphens, and phones with a Chinese keyboard produce full-width digits and X.
_NUMBER = re.compile(r"(?<!\d)[1-9１-９](?:[ 　\-]?\d){16}[ 　\-]?[0-9０-９xXｘＸ](?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_EARLIEST_YEAR = 1850


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
    return _NUMBER.sub(lambda found: BLOT if _valid(found.group()) else found.group(), words)


def _valid(written: str) -> bool:
    characters = [character for character in written if character not in " 　-"]
    digits = [int(character) for character in characters[:17]]
    last = "X" if characters[17] in "xXｘＸ" else str(int(characters[17]))
    if last != _CHECKS[sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11]:
        return False
    year, month, day = (int("".join(map(str, digits[start:end]))) for start, end in ((6, 10), (10, 12), (12, 14)))
    try:
        return date(year, month, day).year >= _EARLIEST_YEAR
    except ValueError:
        return False
