"""Access tokens: random, real for 7200 s, the same one while it is valid."""

import secrets
import time

LIFE = 7200.0  # seconds, both platforms


class Tokens:
    """Tokens handed out by account name. They live by the real clock: a jump in the demo's time ends none."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[str, float]] = {}

    def give(self, account: str, *, anew: bool = False) -> tuple[str, int]:
        """The account's token and the seconds left; a new one when asked or when the old one has ended."""
        token, ends = self._given.get(account, ("", 0.0))
        if anew or time.monotonic() >= ends or not token:
            token, ends = secrets.token_urlsafe(96), time.monotonic() + LIFE
            self._given[account] = (token, ends)
        return token, max(1, round(ends - time.monotonic()))

    def revoke(self, account: str) -> None:
        """Make the account's token invalid at once."""
        self._given.pop(account, None)

    def account(self, token: str) -> str | None:
        """Whose valid token this is."""
        for account, (given, ends) in self._given.items():
            if secrets.compare_digest(given.encode(), token.encode()) and time.monotonic() < ends:
                return account
        return None
