"""What a node leans on, with a watchman beside it: channels, tokens, outbox and media, the same but counted."""

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from time import perf_counter

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.callback import REASON
from bot.channel import Channel, File, Hear, Sent
from bot.tokens import Ask, Token, TokenStore
from cases.people import Address
from dialogs.engine.deliveries import Departure, KeptFile, Media, MediaRow, Pause, Push, Pushes
from dialogs.engine.messages import Incoming, Reply
from gridbell.figures import FETCHES, PUSHES, RESULTS, Figures, reason_of, refusal_of


class WatchedChannel:
    """A channel whose callbacks, turns and sends are counted."""

    def __init__(self, channel: Channel, figures: Figures) -> None:
        self._channel, self._figures = channel, figures
        self.name, self.needs_window = channel.name, channel.needs_window
        figures.channels.add(self.name)
        self._turns = figures.turns.of(self.name)
        self._send_seconds = figures.send_seconds.labels(self.name)
        self._callbacks = {200: figures.callbacks.labels(self.name, "200")}
        for outcome in PUSHES:
            figures.pushes.labels(self.name, outcome)
        for outcome in FETCHES:
            figures.fetches.labels(self.name, outcome)

    def routes(self, hear: Hear) -> Iterable[web.RouteDef]:
        """The channel's own."""
        for route in self._channel.routes(self.heard(hear)):
            yield web.RouteDef(route.method, route.path, self._answered(route.handler), route.kwargs)

    def heard(self, hear: Hear) -> Hear:
        """The same hearing, its outcomes and times counted."""
        turns, figures = self._turns, self._figures

        async def heard(incoming: Incoming) -> Reply | None:
            began, outcome = perf_counter(), "not_kept"
            figures.under_way += 1
            try:
                reply = await hear(incoming)
                outcome = "late" if reply is None else "answered" if reply.text or reply.choices else "quiet"
                return reply
            finally:
                figures.under_way -= 1
                turns.add(outcome, perf_counter() - began)

        return heard

    def _answered(self, handler: Handler) -> Handler:
        async def answered(request: web.Request) -> web.StreamResponse:
            response = await handler(request)
            counted = self._callbacks.get(response.status)
            if counted is None:
                counted = self._figures.callbacks.labels(self.name, str(response.status))
                self._callbacks[response.status] = counted
            counted.inc()
            reason = response.get(REASON)
            if reason is not None:
                self._figures.turned_away.labels(self.name, refusal_of(reason)).inc()
            return response

        return answered

    async def send(self, key: str, to: Address, message: Reply | File) -> Sent:
        """The channel's own. Raises NotSent."""
        began = perf_counter()
        try:
            return await self._channel.send(key, to, message)
        finally:
            self._send_seconds.observe(perf_counter() - began)

    async def fetch(self, media_id: str) -> File:
        """The channel's own. Raises NotSent."""
        return await self._channel.fetch(media_id)

    async def check(self) -> str:
        """The channel's own."""
        return await self._channel.check()

    async def close(self) -> None:
        """The channel's own."""
        await self._channel.close()


class WatchedTokens:
    """A token store of one account, whose askings are counted."""

    def __init__(self, tokens: TokenStore, figures: Figures, account: str) -> None:
        self._tokens = tokens
        self._ok, self._failed = (figures.tokens.labels(account, result) for result in RESULTS)

    async def may_force(self, account: str) -> bool:
        """The store's own."""
        return await self._tokens.may_force(account)

    async def get(self, account: str, ask: Ask, failing: str | None = None) -> str:
        """The store's own. Raises what `ask` raises."""

        async def counted(refused: str | None) -> Token:
            try:
                token = await ask(refused)
            except Exception:
                self._failed.inc()
                raise
            self._ok.inc()
            return token

        return await self._tokens.get(account, counted, failing)


class WatchedPushes:
    """The outbox's sending side, where what became of each message is counted."""

    def __init__(self, pushes: Pushes, figures: Figures) -> None:
        self._pushes, self._figures = pushes, figures

    def _count(self, push: Push, outcome: str, reason: str = "") -> None:
        channel = self._figures.channel(push.to.channel)
        self._figures.pushes.labels(channel, outcome).inc()
        if reason:
            self._figures.push_reasons.labels(channel, outcome, reason_of(reason)).inc()

    async def claim(self, now: datetime, *, limit: int, lease: float, skip: Collection[Pause] = ()) -> Sequence[Push]:
        """The outbox's own."""
        return await self._pushes.claim(now, limit=limit, lease=lease, skip=skip)

    async def sent(self, push: Push, platform_id: str, now: datetime) -> bool:
        """The outbox's own."""
        if done := await self._pushes.sent(push, platform_id, now):
            self._count(push, "sent")
        return done

    async def record(self, departures: Sequence[Departure]) -> AbstractSet[int]:
        """The outbox's own."""
        recorded = await self._pushes.record(departures)
        for departure in departures:
            if departure.push.id in recorded:
                self._count(departure.push, "sent")
        return recorded

    async def hold(self, push: Push, reason: str, now: datetime) -> bool:
        """The outbox's own."""
        if done := await self._pushes.hold(push, reason, now):
            self._count(push, "held", reason)
        return done

    async def again(self, push: Push, at: datetime, reason: str, *, counted: bool = True) -> bool:
        """The outbox's own."""
        if done := await self._pushes.again(push, at, reason, counted=counted):
            self._count(push, "again", reason)
        return done

    async def dead(self, push: Push, reason: str, now: datetime) -> bool:
        """The outbox's own."""
        if done := await self._pushes.dead(push, reason, now):
            self._count(push, "dead", reason)
        return done

    async def detour(self, now: datetime, put_before: datetime) -> int:
        """The outbox's own."""
        return await self._pushes.detour(now, put_before)

    async def pauses(self, now: datetime) -> Sequence[Pause]:
        """The outbox's own."""
        return await self._pushes.pauses(now)

    async def pause(self, what: Pause, until: datetime, reason: str) -> bool:
        """The outbox's own."""
        return await self._pushes.pause(what, until, reason)


class WatchedMedia:
    """The table of media, where what became of each file is counted."""

    def __init__(self, media: Media, figures: Figures) -> None:
        self._media, self._figures = media, figures

    async def claim(self, now: datetime, *, limit: int, lease: float) -> Sequence[MediaRow]:
        """The table's own."""
        return await self._media.claim(now, limit=limit, lease=lease)

    async def kept(self, row: MediaRow, path: str, content_type: str, size: int) -> bool:
        """The table's own."""
        return self._count(row, "kept", await self._media.kept(row, path, content_type, size))

    async def again(self, row: MediaRow, at: datetime, reason: str) -> bool:
        """The table's own."""
        return self._count(row, "again", await self._media.again(row, at, reason))

    async def lost(self, row: MediaRow, reason: str) -> bool:
        """The table's own."""
        return self._count(row, "lost", await self._media.lost(row, reason))

    async def get(self, key: str) -> KeptFile | None:
        """The table's own."""
        return await self._media.get(key)

    def _count(self, row: MediaRow, outcome: str, done: bool) -> bool:
        if done:
            self._figures.fetches.labels(self._figures.channel(row.channel), outcome).inc()
        return done
