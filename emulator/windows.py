"""The customer-service window of a WeChat follower, read from the chat itself.

Figures: a message allows 5 sends within 48 h; following, a menu or a touched link allow 3 within a minute
(developers.weixin.qq.com, customer-service messages, rule of June 2023).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from emulator.history import Entry

GRANTS = {"message": (5, timedelta(hours=48)), "click": (3, timedelta(minutes=1))}


def refusal(entries: Iterable[Entry], now: datetime) -> int:
    """0 when one more send is allowed now; else 45015 (no window is open) or 45047 (its sends are used up)."""
    windows: dict[str, tuple[int, datetime]] = {}
    for entry in entries:
        at = datetime.fromisoformat(entry["at"])
        if entry.get("grant"):
            sends, life = GRANTS[entry["grant"]]
            windows[entry["grant"]] = (sends, at + life)
        elif entry.get("push"):
            _use_one(windows, at)
    left = [sends for sends, ends in windows.values() if now <= ends]
    if not left:
        return 45015
    return 0 if any(left) else 45047


def _use_one(windows: dict[str, tuple[int, datetime]], at: datetime) -> None:
    """The shorter window pays first."""
    for kind in ("click", "message"):
        sends, ends = windows.get(kind, (0, at))
        if sends and at <= ends:
            windows[kind] = (sends - 1, ends)
            return


def following(entries: Iterable[Entry]) -> bool:
    """Whether the phone's owner follows the account now."""
    state = False
    for entry in entries:
        state = {"follow": True, "unfollow": False}.get(entry["kind"], state)
    return state
