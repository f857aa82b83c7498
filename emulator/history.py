"""What every phone shows: kept in order, written to a file if wished, and told to open pages."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class History:
    """The chats of all phones; one JSON line an entry when kept in a file."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._pages: set[asyncio.Queue[Entry]] = set()
        self.entries: list[Entry] = []
        if path is not None and path.exists():
            self.entries = _read(path)

    def add(self, phone: str, side: str, kind: str, at: str, **details: Any) -> Entry:
        """Keep an entry and tell the pages. `side` is me, bot or note; `at` is ISO 8601."""
        entry = {"seq": len(self.entries) + 1, "phone": phone, "side": side, "kind": kind, "at": at} | details
        self.entries.append(entry)
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self.tell({"type": "entry", "entry": entry})
        return entry

    def tell(self, news: Entry) -> None:
        """Tell all open pages something that isn't kept (typing, clock)."""
        for page in self._pages:
            page.put_nowait(news)

    def of(self, phone: str) -> list[Entry]:
        """One phone's entries, oldest first."""
        return [entry for entry in self.entries if entry["phone"] == phone]

    @contextmanager
    def page(self) -> Iterator[asyncio.Queue[Entry]]:
        """News for one open page, for as long as it is open."""
        queue: asyncio.Queue[Entry] = asyncio.Queue()
        self._pages.add(queue)
        try:
            yield queue
        finally:
            self._pages.discard(queue)


def _read(path: Path) -> list[Entry]:
    """The kept entries. A last line that a crash tore is cut off, so that the next one starts on a line of its own."""
    text = path.read_text("utf-8", errors="replace")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    return [json.loads(line) for line in whole.split("\n") if line]
