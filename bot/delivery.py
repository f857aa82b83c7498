"""The delivery: carries messages from the outbox to the platforms, each at least once and as seldom twice as can be."""

import asyncio
import logging
import random
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from bot.backoff import Chance, seconds_until_retry
from bot.channel import Channel, File, NotSent, Sent
from bot.crew import Crew
from bot.probation import Probation
from bot.quiet import QuietHours
from bot.records import Records
from cases.faults import trace
from dialogs.engine.deliveries import Departure, Media, Pause, Push, Pushes
from dialogs.engine.messages import Picture, Reply

log = logging.getLogger(__name__)

AT_ONCE = 64
"""Messages on their way at the same time; as many are claimed at once."""
MOST_CLAIMS = 200
"""So often a run looks for more; then it ends, and the next one goes on."""
LEASE = 30.0
"""Seconds a claimed message is ours. Sending must end earlier, or the next claimant sends it too."""
SEND_SECONDS = 25.0
MOST_WAITING = LEASE - SEND_SECONDS
"""Seconds after its claim at which a message may still set out."""
PAUSES_LIFE = 1.0
"""Seconds for which it is believed which accounts are paused; what this node paused itself it knows at once."""
MOST_ATTEMPTS = 12
MENDING = 600.0
"""Seconds until an account that is at fault is tried again: an admin mends it meanwhile."""
FAULT = 60.0
MOST_GONE = 10_000
"""Messages remembered as sent that could not be recorded yet."""
PICTURE_SOON, PICTURE_LATER = 5.0, 300.0
"""Seconds until it is looked again whether a picture is there: at first soon, then less and less often."""

OnDead = Callable[[Push, str], Awaitable[None]]
"""Told of a message that was given up for good, with the reason's short code."""
OnAccountFault = Callable[[Pause, str], Awaitable[None]]
"""Told once of what is paused because the account is at fault, with the reason's short code."""


class Delivery:
    """Sends what lies in the outbox. Several nodes may run one each: claims, leases and fences keep them apart."""

    def __init__(
        self,
        pushes: Pushes,
        media: Media,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        *,
        media_folder: Path,
        quiet: QuietHours,
        on_dead: OnDead,
        on_account_fault: OnAccountFault,
        on_full: Callable[[], None] = lambda: None,
        chance: Chance = random.random,
        lease: float = LEASE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`channels` by name; `clock` is business time; `media_folder` is where the media table's paths begin; `lease`
        in seconds, which `monotonic` counts. `on_full` hears when there is more than can be sent at once."""
        self._pushes, self._media, self._channels, self._clock = pushes, media, channels, clock
        self._folder, self._quiet, self._chance, self._lease = media_folder, quiet, chance, lease
        self._on_dead, self._on_account_fault = on_dead, on_account_fault
        self._on_full, self._monotonic = on_full, monotonic
        self._records, self._probation = Records(pushes), Probation(clock)
        self._paused: Collection[Pause] = ()
        self._gone: OrderedDict[int, Sent] = OrderedDict()
        self._stopping = False

    async def run_once(self) -> int:
        """Send all that is ready, at most 64 at once; how many messages went out.

        Raises what the store raises when nothing can be claimed; what is under way then is finished first.
        """
        crew = Crew(AT_ONCE)
        looked_at = -PAUSES_LIFE
        try:
            for _ in range(MOST_CLAIMS):
                if self._stopping:
                    break
                if self._monotonic() - looked_at >= PAUSES_LIFE:
                    self._paused = await self._pushes.pauses(self._clock())
                    self._probation.note(self._paused)
                    looked_at = self._monotonic()
                nothing_under_way = not crew.busy  # what ends while we look may have made room for the next
                if not await self._begin(crew) and nothing_under_way:
                    break
                await crew.half_free()
        finally:
            await crew.ended()
        return crew.done

    def stop(self) -> None:
        """Claim nothing more: a run under way ends with the messages it has."""
        self._stopping = True

    async def _begin(self, crew: Crew) -> int:
        """How many messages were claimed and are on their way now."""
        claimed_at = self._monotonic()
        skip = {*self._paused, *self._probation.closed()}
        limit = crew.free
        claimed = await self._pushes.claim(self._clock(), limit=limit, lease=self._lease, skip=skip)
        if len(claimed) == limit:
            self._on_full()
        for push in claimed:
            crew.begin(self._deliver(push, claimed_at))
        return len(claimed)

    async def _deliver(self, push: Push, claimed_at: float) -> bool:
        """Whether it went out. Never raises: one message must not stop the others."""
        try:
            gone = self._gone.get(push.id) or await self._go(push, claimed_at)
            return gone is not None and await self._record(push, gone)
        except Exception as error:
            ids = {"push": push.id, "channel": push.to.channel}
            log.error("a push could not be finished; it is tried again later", extra={**ids, "fault": trace(error)})
            return False

    async def _record(self, push: Push, sent: Sent) -> bool:
        """Until it is recorded it is remembered here, so that another claim finishes it instead of sending it again."""
        self._gone[push.id] = sent
        if len(self._gone) > MOST_GONE:
            self._gone.popitem(last=False)
        if recorded := await self._records.keep(Departure(push, sent.id, self._clock())):
            self._gone.pop(push.id, None)
        return recorded

    async def _go(self, push: Push, claimed_at: float) -> Sent | None:
        """Send it, or see to it that it is tried, held or given up otherwise."""
        now = self._clock()
        if push.expires_at is not None and push.expires_at <= now:
            await self._give_up(push, "expired")
            return None
        if await self._must_wait(push, now):
            return None
        body = await self._picture(push, push.body, now) if isinstance(push.body, Picture) else push.body
        if body is None or await self._is_put_off(push, claimed_at):
            return None
        asked = True
        try:
            return await self._send(push, body)
        except NotSent as fault:
            asked = fault.asked
            await self._not_sent(push, fault)
            return None
        finally:
            self._probation.ended(push, asked=asked)

    async def _must_wait(self, push: Push, now: datetime) -> bool:
        """Put it off without asking the platform: no window, or quiet hours."""
        channel = self._channels.get(push.to.channel)
        if channel is not None and channel.needs_window and not _window_open(push, now):
            await self._pushes.hold(push, "no-window", now)
            return True
        quiet_until = None if push.urgent else self._quiet.end(now)
        if quiet_until is not None:
            await self._pushes.again(push, quiet_until, "quiet", counted=False)
        return quiet_until is not None

    async def _is_put_off(self, push: Push, claimed_at: float) -> bool:
        """Because its account is at fault, or because its lease might end while it is on its way."""
        until, reason = await self._probation.put_off_until(push), "paused"
        if until is None and self._monotonic() - claimed_at > MOST_WAITING:
            self._probation.ended(push, asked=False)
            until, reason = self._clock(), "late"
        if until is not None:
            await self._pushes.again(push, until, reason, counted=False)
        return until is not None

    async def _picture(self, push: Push, picture: Picture, now: datetime) -> File | None:
        """The picture's file; None after it was put off or given up. A picture that can't be had is no alarm."""
        known = await self._media.get(picture.media)
        if known is not None and known.state == "wished":
            waited = (now - push.put_at).total_seconds()
            pause = min(max(waited / 4, PICTURE_SOON), PICTURE_LATER)
            await self._pushes.again(push, now + timedelta(seconds=pause), "picture-fetched-yet", counted=False)
            return None
        if known is None or known.state != "kept":
            await self._pushes.dead(push, "picture-lost", now)
            return None
        try:
            content = await asyncio.to_thread((self._folder / known.path).read_bytes)
        except OSError as error:
            log.error("a kept picture can't be read", extra={"push": push.id, "fault": trace(error)})
            await self._pushes.dead(push, "picture-unreadable", now)
            return None
        return File(content, known.content_type)

    async def _send(self, push: Push, body: Reply | File) -> Sent:
        """Raises NotSent, whatever happens."""
        channel = self._channels.get(push.to.channel)
        if channel is None:
            raise NotSent("no-channel", again=MENDING, account=True)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await channel.send(push.key, push.to, body)
        except NotSent:
            raise
        except TimeoutError:
            raise NotSent("timeout", again=0.0) from None
        except Exception as error:
            log.error("a channel failed to send", extra={"channel": push.to.channel, "fault": trace(error)})
            raise NotSent("fault", again=FAULT) from None

    async def _not_sent(self, push: Push, fault: NotSent) -> None:
        if not fault.asked:  # the channel goes slowly, which is nobody's fault
            at = self._clock() + timedelta(seconds=fault.again or 0.0)
            await self._pushes.again(push, at, fault.reason, counted=False)
            return
        ids = {"push": push.id, "channel": push.to.channel, "attempts": push.attempts + 1, "reason": fault.reason}
        log.warning("a push was not taken", extra=ids)
        if fault.held:
            await self._pushes.hold(push, fault.reason, self._clock())
        elif fault.account:
            await self._pause(push, fault)
        elif fault.again is None:
            await self._give_up(push, fault.reason)
        else:
            pause = seconds_until_retry(push.attempts, self._chance, fault.again)
            await self._try_again(push, self._clock() + timedelta(seconds=pause), fault.reason)

    async def _try_again(self, push: Push, at: datetime, reason: str) -> None:
        too_late = push.expires_at is not None and at >= push.expires_at
        if too_late or push.attempts + 1 >= MOST_ATTEMPTS:
            await self._give_up(push, reason)
        else:
            await self._pushes.again(push, at, reason)

    async def _pause(self, push: Push, fault: NotSent) -> None:
        """Nobody's message can go out by this account; that is no fault of the message, so it counts no attempt."""
        what = Pause(push.to.channel, fault.pictures)
        until = self._clock() + timedelta(seconds=MENDING if fault.again is None else fault.again)
        self._probation.close(what, until)
        await self._pushes.again(push, until, fault.reason, counted=False)
        if await self._pushes.pause(what, until, fault.reason):
            await _told(self._on_account_fault(what, fault.reason))

    async def _give_up(self, push: Push, reason: str) -> None:
        if await self._pushes.dead(push, reason, self._clock()):
            log.warning("a push was given up", extra={"push": push.id, "channel": push.to.channel, "reason": reason})
            await _told(self._on_dead(push, reason))


async def _told(telling: Awaitable[None]) -> None:
    """Telling an admin may fail; what it is about is done nevertheless."""
    try:
        await telling
    except Exception as error:
        log.error("an admin could not be told", extra={"fault": trace(error)})


def _window_open(push: Push, now: datetime) -> bool:
    return push.window_until is not None and push.window_until > now and push.window_left > 0
