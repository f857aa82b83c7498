"""What conversations need from storage: one unit of work for a whole turn, or for a batch of turns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from cases.people import Address
from cases.ports import CaseWork
from dialogs.engine.messages import Caller, Incoming, Kept, Outgoing, Reply

AFTER_LATE_REPLY = timedelta(seconds=12)
"""A late reply waits this long for the platform to ask again, which it does 5 and 10 s after the first time."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is kept of a person between two messages. `state` is the engine's JSON; `version` is storage's.

    `window_until`/`window_left` is the platform's allowance for later messages (None/0: closed).
    """

    address: Address
    state: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    changed_at: datetime | None = None
    window_until: datetime | None = None
    window_left: int = 0


@dataclass(frozen=True, slots=True)
class Desktop:
    """All that must be read before a message can be heard: who speaks, the conversation, and what waits for them.

    `kept` are messages no window let through (`sent` False) and sent ones whose choices are still open (`sent` True),
    oldest first.
    """

    caller: Caller
    conversation: Conversation
    kept: Sequence[Kept] = ()


@dataclass(frozen=True, slots=True)
class MediaWish:
    """A file to fetch in the background: our key (`media` table), the channel and the platform's media id."""

    key: str
    channel: str
    media_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message heard: what is to be kept of it.

    `reply` None means that nothing is to be said. `given` are ids of kept messages that the reply carries or whose
    choices were used up: they are marked as delivered. `late` asks for the reply to go by the outbox too, since nobody
    waits for the HTTP answer any more.
    """

    incoming: Incoming
    conversation: Conversation
    reply: Reply | None
    given: Sequence[int] = ()
    media: Sequence[MediaWish] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """The message was heard before: its reply as it was then."""

    reply: Reply | None


class Inbox(Protocol):
    """Messages heard, by key, with their replies."""

    async def heard(self, keys: Iterable[str]) -> Mapping[str, Replay]:
        """Which of these were heard, with their replies."""
        ...

    async def keep(self, turns: Iterable[Turn]) -> None:
        """Keep the messages with their replies, their media wishes, and mark the `given` messages.
        A key that exists raises Overtaken."""
        ...

    async def take(self, keys: Iterable[str]) -> AbstractSet[str]:
        """Somebody waits for the replies to these messages: late ones need not go by the outbox any more. Those whose
        reply went out, or is on its way, are returned: it must not be given twice."""
        ...

    async def post(self, incoming: Incoming, reply: Reply) -> None:
        """Nobody waits for that reply any more: it goes by the outbox, unless it does already or went out."""
        ...

    async def last_words(self, address: Address, limit: int = 5) -> Sequence[str]:
        """What this person last said, oldest first, as plain words (“［照片］” for a photo)."""
        ...

    async def forget(self, before: datetime) -> int:
        """Erase the content and reply of older messages (their keys stay a while); how many."""
        ...


class Conversations(Protocol):
    """Conversations by address."""

    async def desktops(self, addresses: Iterable[Address]) -> Mapping[Address, Desktop]:
        """Lock these people's turns (PostgreSQL: advisory locks in sorted order) and read their desktops."""
        ...

    async def keep(self, conversations: Iterable[Conversation]) -> None:
        """Write them. Raises Overtaken if a version is not the one that was read."""
        ...

    async def get(self, address: Address) -> Conversation | None:
        """Read one without locking."""
        ...

    async def erase(self, address: Address) -> None:
        """Erase all that is personal to this address: conversation, words heard, reporter's address and phone, and what
        they said in cases, for open ones when these end (`Cases.forget_leavers`)."""
        ...

    async def forget_drafts(self, before: datetime) -> int:
        """Erase the state of conversations unchanged since then; how many."""
        ...


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A message that was given up because its time was over before it could go out."""

    id: int
    key: str
    case: str | None


class Outbox(Protocol):
    """Messages to be sent."""

    async def put(self, messages: Iterable[Outgoing]) -> None:
        """Keep them, each part of a long one as a message of its own; a key that exists is left as it is. Order per
        receiver is the order of putting."""
        ...

    async def cancel(self, case: str, to: Collection[Address] | None = None) -> int:
        """Cancel what has not gone out about that case, where addresses are given only to these; how many."""
        ...

    async def forsake(self, to: Address) -> int:
        """Cancel what has not gone out to that address, which is a member of staff's no more; how many."""
        ...

    async def lapse(self, now: datetime, put_before: datetime) -> Sequence[Lapsed]:
        """Give up what has not gone out, is not on its way, and is past its time or was put before that instant."""
        ...


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """Somebody asked for a person (人工): open until the staff member says 结束.

    `state` is waiting, open or ended; `staff` the person who took it.
    """

    id: int
    citizen: Address
    state: str
    staff: int | None
    asked_at: datetime
    case: str | None = None


class HelpRequests(Protocol):
    """Requests for a person."""

    async def open(self, citizen: Address, at: datetime, case: str | None = None) -> HelpRequest:
        """The citizen's unended request, made now if there is none."""
        ...

    async def get(self, request: int) -> HelpRequest | None:
        """By id."""
        ...

    async def of(self, citizen: Address) -> HelpRequest | None:
        """The citizen's unended request."""
        ...

    async def of_staff(self, staff: int) -> Sequence[HelpRequest]:
        """Unended requests that this member of staff took, oldest first."""
        ...

    async def waiting(self) -> Sequence[HelpRequest]:
        """Requests nobody took yet, oldest first."""
        ...

    async def save(self, request: HelpRequest) -> None:
        """Write state, staff and case. Raises Overtaken when it was ended, or taken by another member of staff."""
        ...


class Work(CaseWork, Protocol):
    """One transaction: all of it is kept by commit(), or nothing (leaving the context without commit rolls back)."""

    @property
    def inbox(self) -> Inbox:
        """Messages heard."""
        ...

    @property
    def conversations(self) -> Conversations:
        """Conversations."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Messages to be sent."""
        ...

    @property
    def help_requests(self) -> HelpRequests:
        """Requests for a person."""
        ...

    async def gather(self, numbers: Iterable[str]) -> None:
        """Lock these cases, have them at hand, and write what is said of them together: at the latest at commit(),
        which raises Overtaken then."""
        ...

    async def commit(self) -> None:
        """Keep all of it. After it the unit of work is over."""
        ...


class Store(Protocol):
    """Where units of work come from."""

    def work(self, *, readonly: bool = False) -> AbstractAsyncContextManager[Work]:
        """A new transaction (SQLite: BEGIN IMMEDIATE unless read-only)."""
        ...
