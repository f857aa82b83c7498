"""The demo's clock: it runs like any other, can be put forward, and is kept between runs."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime.fromisoformat("2026-03-03T09:00:00+08:00").astimezone(UTC)
"""A Tuesday at nine, in a year whose working days are known."""


class VirtualClock:
    """Instants in UTC, beginning at START or where the file of the last run left off."""

    def __init__(self, path: Path, ticks: Callable[[], float] = time.monotonic) -> None:
        """`ticks` are seconds that only grow. A file that cannot be read starts the clock anew."""
        self._path = path
        self._ticks = ticks
        self._base, self._since = _kept(path) or START, ticks()

    def now(self) -> datetime:
        """The instant, aware."""
        return self._base + timedelta(seconds=self._ticks() - self._since)

    def put_forward(self, to: datetime) -> None:
        """Go on from `to`; never back."""
        self._base, self._since = max(self.now(), to), self._ticks()
        self.keep()

    def keep(self) -> None:
        """Write the instant down, whole or not at all."""
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps({"now": self.now().isoformat()}), encoding="utf-8")
        new.replace(self._path)


def _kept(path: Path) -> datetime | None:
    try:
        kept = datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["now"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return kept.astimezone(UTC) if kept.tzinfo else None
