"""What is wrong in a file: where, what, and what to write instead; and what an import would change."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `where` is `第 3 行` or `第 2 个要素（…）`, empty for the file as a whole."""

    where: str
    what: str
    instead: str

    def __str__(self) -> str:
        return f"{self.where}：{self.what}{self.instead}" if self.where else f"{self.what}{self.instead}"


class BadFile(Exception):
    """The file cannot be imported; `findings` are all its faults, in its order. str() is a readable Chinese list."""

    def __init__(self, path: Path, findings: Iterable[Finding]) -> None:
        self.path = path
        self.findings = tuple(findings)
        super().__init__("\n".join(f"{path.name} {finding}" for finding in self.findings))


@dataclass(slots=True)
class Findings:
    """Collects the faults of one file while it is read to its end, and notes that forbid nothing."""

    path: Path
    faults: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, where: str, what: str, instead: str = "") -> None:
        """One more fault; both sentences end with their own full stop."""
        self.faults.append(Finding(where, what, instead))

    def note(self, words: str) -> None:
        """One more note; the same is told once."""
        if words not in self.notes:
            self.notes.append(words)

    def settle(self) -> None:
        """Raises BadFile if anything is wrong."""
        if self.faults:
            raise BadFile(self.path, self.faults)


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import adds, changes and leaves, by names that people know; and notes."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def nearest(word: str, known: Iterable[str]) -> str:
    """`是不是“…”？` with the known word most like it, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"是不是“{close[0]}”？" if close else ""
