"""Characters that no name is made of: they break the store, the screen, or the search for a name."""

import unicodedata

REFUSED = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Control and format characters, halves of surrogate pairs, line and paragraph separators.

PostgreSQL takes no NUL and no surrogate. Private and unassigned characters stay: rare family names are written so.
"""
REPLACEMENT = "\ufffd"
SHOWN = 40


def _is_bad(sign: str) -> bool:
    return sign == REPLACEMENT or unicodedata.category(sign) in REFUSED


def invisible(words: str) -> str:
    """What is wrong with the characters of these words, as `有换行`; empty when nothing is."""
    bad = next(filter(_is_bad, words), "")
    if not bad:
        return ""
    if bad in "\r\n":
        return "有换行"
    return "有乱码（�）" if bad == REPLACEMENT else f"有看不见的字符（U+{ord(bad):04X}）"


def shown(written: object) -> str:
    """What somebody wrote, short and fit for the screen."""
    text = str(written) if isinstance(written, str | int | float) else "…"  # a list may be nested too deep for str()
    words = "".join(REPLACEMENT if _is_bad(sign) else sign for sign in text[: SHOWN + 1])
    return words if len(words) <= SHOWN else words[:SHOWN] + "…"
