"""What every platform does for us: two methods, many implementations."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from cases.people import Address
from dialogs.engine.messages import Incoming, Reply

Hear = Callable[[Incoming], Awaitable[Reply | None]]
"""Hand a message in; None means: not in time, the answer comes by re-delivery or by the outbox. Of the `last` delivery
it means that the message is kept. Raises StoreAway."""


class StoreAway(Exception):
    """The message could not be kept, or was not kept in time and won't be. The channel leaves it unanswered while the
    platform repeats it, then says 系统繁忙，请稍后再发."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it: its message id, and the code for updating a card, where there is one."""

    id: str = ""
    response_code: str = ""


class NotSent(Exception):
    """The platform did not take it.

    `again` is the number of seconds after which another try makes sense, None for never; `held` means that no window
    is open and the message waits for the person's next word; `reason` is a short code for the log (no words of
    people, no token), such as `45015`; `account` marks a fault of the whole account (bad secret, quota, banned), of
    its `pictures` alone where it was met by their upload; `asked` is False where it was not even tried.
    """

    def __init__(
        self,
        reason: str,
        *,
        again: float | None = None,
        held: bool = False,
        account: bool = False,
        pictures: bool = False,
        asked: bool = True,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again
        self.held = held
        self.account = account
        self.pictures = pictures
        self.asked = asked


@dataclass(frozen=True, slots=True)
class File:
    """A media file's bytes with its content type (`image/jpeg`)."""

    content: bytes
    content_type: str


class Channel(Protocol):
    """A platform account: proves who calls, translates, hears, answers; and sends.

    `needs_window`: later messages are taken only for a while after the person's own word (Incoming.window), so that
    what finds none open waits for the next one.
    """

    name: str
    needs_window: bool

    def routes(self, hear: Hear) -> Iterable[web.RouteDef]:
        """The callback's routes."""
        ...

    async def send(self, key: str, to: Address, message: Reply | File) -> Sent:
        """Send one message, whose choices are rendered here; long texts were parted before (`bot.parts`).

        `key` is the message's own, for platforms that drop a repetition. Raises NotSent.
        """
        ...

    async def fetch(self, media_id: str) -> File:
        """Fetch what the platform keeps under that id. Raises NotSent (`again` None: gone for good)."""
        ...

    async def check(self) -> str:
        """Make one token call; '' when all is well, else one plain sentence saying what to mend."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
