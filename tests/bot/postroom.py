"""A small post room: a channel that writes down what it is told to send, and a clock that goes when told."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.channel import File, Hear, NotSent, Sent
from bot.delivery import LEASE, Delivery
from bot.media import MediaFetcher
from bot.quiet import QuietHours
from cases.people import Address
from dialogs.engine.deliveries import Departure, Pause, Push, Pushes
from dialogs.engine.messages import Outgoing, Reply
from dialogs.engine.ports import Conversation
from storage.pushes import SqlPushes
from storage.store import SqlStore

NINE = datetime(2026, 3, 3, 1, tzinfo=UTC)
"""A Tuesday, nine in the morning in China."""
WANG = Address("wecom:main", "wang")
LI = Address("wechat:main", "li")

Happening = Callable[[], Exception | None]


class Clock:
    """Business time."""

    def __init__(self) -> None:
        self.now = NINE

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class ToyChannel:
    """Sends into a list; `faults` are raised first, one a call, after `accepts` good ones; files are fetched from a
    table."""

    def __init__(self, name: str, *, needs_window: bool = False) -> None:
        self.name, self.needs_window = name, needs_window
        self.taken: list[tuple[str, str, Reply | File]] = []
        self.asked = 0
        self.accepts = 0
        self.faults: list[Exception] = []
        self.files: dict[str, File] = {}
        self.at_once = self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()

    @property
    def texts(self) -> list[str]:
        """The texts sent, in order."""
        return [body.text for _, _, body in self.taken if isinstance(body, Reply)]

    def routes(self, hear: Hear) -> Iterable[web.RouteDef]:
        return ()

    async def send(self, key: str, to: Address, message: Reply | File) -> Sent:
        await self._pass()
        self.taken.append((key, to.user, message))
        return Sent(f"id-{key}")

    async def fetch(self, media_id: str) -> File:
        await self._pass()
        if media_id not in self.files:
            raise NotSent("40007")
        return self.files[media_id]

    async def _pass(self) -> None:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.entered.set()
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
        finally:
            self.at_once -= 1
        if self.accepts:
            self.accepts -= 1
        elif self.faults:
            raise self.faults.pop(0)

    async def check(self) -> str:
        return ""

    async def close(self) -> None:
        return None


class ShakyPushes(SqlPushes):
    """The real outbox, but `away` times the store is away when a message has gone out, each time for `hours`."""

    def __init__(self, real: SqlPushes, away: int, clock: Clock, hours: float) -> None:
        super().__init__(real._begin)
        self.away, self.clock, self.hours = away, clock, hours

    async def record(self, departures: Sequence[Departure]) -> AbstractSet[int]:
        if self.away:
            self.away -= 1
            self.clock.forward(hours=self.hours)
            raise ConnectionError("the store is away")
        return await super().record(departures)


class PuttingOff(SqlPushes):
    """The real outbox, which says when a message was put off."""

    def __init__(self, real: SqlPushes) -> None:
        super().__init__(real._begin)
        self.put_off = asyncio.Event()

    async def again(self, push: Push, at: datetime, reason: str, *, counted: bool = True) -> bool:
        done = await super().again(push, at, reason, counted=counted)
        self.put_off.set()
        return done


class SlowToClaim(SqlPushes):
    """The real outbox, but after its first claim so many seconds pass, in which another node does what it finds."""

    def __init__(self, real: SqlPushes, seconds: float, other: Delivery) -> None:
        super().__init__(real._begin)
        self.seconds, self.other, self.passed = seconds, other, 0.0

    async def claim(self, now: datetime, *, limit: int, lease: float, skip: Collection[Pause] = ()) -> Sequence[Push]:
        claimed = await super().claim(now, limit=limit, lease=lease, skip=skip)
        if not self.passed:
            self.passed = self.seconds
            await self.other.run_once()
        return claimed


@dataclass
class PostRoom:
    """A delivery over a real store, with two channels."""

    store: SqlStore
    folder: Path
    clock: Clock = field(default_factory=Clock)
    wecom: ToyChannel = field(default_factory=lambda: ToyChannel("wecom:main"))
    wechat: ToyChannel = field(default_factory=lambda: ToyChannel("wechat:main", needs_window=True))
    dead: list[tuple[str, str]] = field(default_factory=list)
    account_faults: list[tuple[Pause, str]] = field(default_factory=list)
    chance: float = 0.5
    tells: bool = True

    def __post_init__(self) -> None:
        self.delivery = self.another()
        self.fetcher = MediaFetcher(
            self.store.media, self.channels, self.clock, self.folder, chance=lambda: self.chance
        )

    @property
    def channels(self) -> dict[str, ToyChannel]:
        """By name."""
        return {channel.name: channel for channel in (self.wecom, self.wechat)}

    def another(
        self, lease: float = LEASE, pushes: Pushes | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> Delivery:
        """The delivery of one more node."""
        return Delivery(
            pushes or self.store.pushes,
            self.store.media,
            self.channels,
            self.clock,
            media_folder=self.folder,
            quiet=QuietHours(ZoneInfo("Asia/Shanghai"), 22, 7),
            on_dead=self._died,
            on_account_fault=self._account_fault,
            chance=lambda: self.chance,
            lease=lease,
            monotonic=monotonic,
        )

    def shaky(self, away: int, hours: float = 0) -> Delivery:
        """One more node, whose store is away that often when a message has gone out; its claims are over at once."""
        return self.another(0.0, ShakyPushes(self.store.pushes, away, self.clock, hours))

    async def _died(self, push: Push, reason: str) -> None:
        if not self.tells:
            raise RuntimeError("nobody there")
        self.dead.append((push.key, reason))

    async def _account_fault(self, paused: Pause, reason: str) -> None:
        self.account_faults.append((paused, reason))

    async def put(self, *messages: Outgoing) -> None:
        """Into the outbox."""
        async with self.store.work() as work:
            await work.outbox.put(messages)
            await work.commit()

    async def open_window(self, left: int, **length: float) -> None:
        """李婶 has just written."""
        until = self.clock.now + timedelta(**length)
        async with self.store.work() as work:
            kept = (await work.conversations.desktops([LI]))[LI].conversation
            renewed = replace(kept, changed_at=self.clock.now, window_until=until, window_left=left)
            await work.conversations.keep([renewed])
            await work.commit()

    async def conversation(self) -> Conversation | None:
        """李婶's, as it is kept."""
        async with self.store.work(readonly=True) as work:
            return await work.conversations.get(LI)

    async def waiting(self) -> list[str]:
        """The texts that would be put before 李婶's next reply."""
        async with self.store.work() as work:
            desktop = (await work.conversations.desktops([LI]))[LI]
            return [kept.body.text for kept in desktop.kept if not kept.sent]


def text(
    key: str,
    to: Address = WANG,
    *,
    urgent: bool = False,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Outgoing:
    """A message whose words are its key."""
    return Outgoing(key, to, Reply(key), urgent=urgent, not_before=not_before, expires_at=expires_at)
