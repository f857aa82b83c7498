"""The files that the rules are read from: what people call them, and what is in them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name as problems tell it, and its text, None when it can't be read as UTF-8.

    `own` is whether a county wrote it and is to hear of every slip; codes that the packaged rules name need not be in
    a county's own catalogue, and what was kept of an earlier version was checked when it was new.
    """

    name: str
    text: str | None
    own: bool = True

    @classmethod
    def of(cls, file: Path, *, own: bool = True) -> Self:
        """What that file holds now."""
        try:
            return cls(file.name, file.read_text(encoding="utf-8"), own)
        except (OSError, UnicodeDecodeError):
            return cls(file.name, None, own)
