"""What delivery and media fetching need from storage. Each call is a transaction of its own."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cases.people import Address
from dialogs.engine.messages import Picture, Reply

DETOUR = "~"
"""Ends the key of a message that goes another way: the same words to another address of the same person."""


@dataclass(frozen=True, slots=True)
class Push:
    """A claimed outgoing message. `fence` grows with every claim; only the newest claimant may finish it.

    `window_until`/`window_left` are the receiver's allowance on that platform (see Conversation).
    """

    id: int
    key: str
    to: Address
    body: Reply | Picture
    case: str | None
    urgent: bool
    fence: int
    attempts: int
    put_at: datetime
    expires_at: datetime | None
    window_until: datetime | None
    window_left: int


@dataclass(frozen=True, slots=True)
class Departure:
    """A message that the platform took: under which id there, and at which instant."""

    push: Push
    platform_id: str
    at: datetime


@dataclass(frozen=True, slots=True, order=True)
class Pause:
    """What is not sent for a while: all of a channel, or only its pictures, whose uploads have a quota of their own."""

    channel: str
    pictures: bool = False


class Pushes(Protocol):
    """The outbox as its sender sees it."""

    async def claim(self, now: datetime, *, limit: int, lease: float, skip: Collection[Pause] = ()) -> Sequence[Push]:
        """Up to `limit` messages ready to go, urgent first, only the oldest of each receiver (texts and pictures are
        lanes of their own); they are ours for `lease` seconds by the database's clock."""
        ...

    async def sent(self, push: Push, platform_id: str, now: datetime) -> bool:
        """It went out; one message of the receiver's window is used. False: our claim had passed to another."""
        ...

    async def record(self, departures: Sequence[Departure]) -> AbstractSet[int]:
        """`sent` for many at once, waiting for no message that somebody else works on; ids of the recorded."""
        ...

    async def hold(self, push: Push, reason: str, now: datetime) -> bool:
        """No window: it waits for the person's next word, or goes out at once if that has come since the claim."""
        ...

    async def again(self, push: Push, at: datetime, reason: str, *, counted: bool = True) -> bool:
        """Try again at that instant; counts an attempt unless `counted` is False (the platform was not asked)."""
        ...

    async def dead(self, push: Push, reason: str, now: datetime) -> bool:
        """Give it up for good. False: our claim had passed to another, or an urgent one goes another way now."""
        ...

    async def detour(self, now: datetime, put_before: datetime) -> int:
        """Send urgent words that were put before then and have not gone out to the person's next address too; how many.

        Whichever goes out first cancels the others.
        """
        ...

    async def pauses(self, now: datetime) -> Sequence[Pause]:
        """What is paused now (`pause`)."""
        ...

    async def pause(self, what: Pause, until: datetime, reason: str) -> bool:
        """Send nothing of that until then. True only for the first to say so (an admin is told once)."""
        ...


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A file to fetch, claimed; `key` is ours."""

    key: str
    channel: str
    media_id: str
    kind: str
    fence: int
    attempts: int
    wished_at: datetime


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What is known of a file: `state` is wished, kept or lost; `path` is relative to the media folder."""

    key: str
    state: str
    path: str
    content_type: str


class Media(Protocol):
    """The table of media."""

    async def claim(self, now: datetime, *, limit: int, lease: float) -> Sequence[MediaRow]:
        """Up to `limit` files to fetch now; ours for `lease` seconds."""
        ...

    async def kept(self, row: MediaRow, path: str, content_type: str, size: int) -> bool:
        """It lies in the media folder."""
        ...

    async def again(self, row: MediaRow, at: datetime, reason: str) -> bool:
        """Try again at that instant."""
        ...

    async def lost(self, row: MediaRow, reason: str) -> bool:
        """It can't be had any more."""
        ...

    async def get(self, key: str) -> KeptFile | None:
        """What is known of that file."""
        ...
