"""One node: the rooms put together, from callbacks to due steps, over one store."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web

from bot.channel import Channel
from bot.delivery import Delivery
from bot.intake import Intake
from bot.media import MediaFetcher
from bot.parts import whole_key
from bot.quiet import QuietHours
from bot.wakeups import Wakeups
from bot.web import application
from cases.rules import Rules
from cases.triage.place import GridMap
from config.settings import Settings
from dialogs.alerts import is_alert, tell_admins
from dialogs.engine.around import Knowledge
from dialogs.engine.deliveries import Media, Pause, Push, Pushes
from dialogs.engine.messages import Incoming, Reply
from dialogs.engine.reception import Reception, Tell
from dialogs.notices import tell
from dialogs.programme import programme
from gridbell.figures import Figures
from gridbell.rule_versions import with_earlier
from gridbell.watched import WatchedChannel, WatchedMedia, WatchedPushes
from gridbell.watchman import Watchman
from scheduler.due import Bell
from scheduler.housekeeping import Housekeeping
from scheduler.metronome import Body, Metronome
from scheduler.redating import Redating
from storage.engines import SQLITE
from storage.store import SqlStore

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
BEATS = {"due": 1.0, "delivery": 1.0, "detours": 5.0, "media": 2.0, "county": 10.0, "housekeeping": 3600.0}
"""Seconds between two beats of each body of work."""
WOKEN = ("delivery", "county")
"""What other nodes wake here: there is more to send than they can, or the county has changed."""
DETOUR_AFTER = timedelta(seconds=15)
"""Urgent words that have not gone out by then go another way too. Even behind a call that hangs for as long as it may,
they are there within a minute."""
RINGING = {"batch": 250, "at_once": 2}
"""How due steps are rung on PostgreSQL: in larger batches, since nobody waits for one but who works on its cases, and
while PostgreSQL works for one, the other is worked at here."""


async def knowledge_of(store: SqlStore, rules: Rules) -> Knowledge:
    """The county as it lies in the store now, with the rules that its cases were filed under."""
    async with store.work(readonly=True) as work:
        units, grids = await work.people.units(), await work.people.grids()
        kept = await work.rule_versions.all()
    return Knowledge(with_earlier(rules, kept), GridMap(units, grids))


class Node:
    """Hears, sends, fetches and rings. `start` and `stop` once each; `application` is what serves the callbacks."""

    def __init__(
        self,
        settings: Settings,
        store: SqlStore,
        knowledge: Knowledge,
        channels: Mapping[str, Channel],
        *,
        clock: Clock,
        tell_due: Tell = tell,
        figures: Figures | None = None,
        wakeups: Wakeups | None = None,
        beats: Mapping[str, float] = BEATS,
    ) -> None:
        """`tell_due` puts into the outbox who is told of what fell due. What whoever looks around finds `amiss` is
        among the warnings of /readyz. What happens here is counted in `figures`. `wakeups` join it to other nodes."""
        rules = knowledge.rules
        figures = figures or Figures()
        channels = {name: WatchedChannel(channel, figures) for name, channel in channels.items()}
        pushes, kept = WatchedPushes(store.pushes, figures), WatchedMedia(store.media, figures)
        self._store, self._channels, self._clock = store, channels, clock
        self._wakeups = wakeups
        self._listening: asyncio.Task[None] | None = None
        self.amiss: dict[str, str] = {}
        self._figures = figures
        self._watchman = Watchman(figures, store.backlog, self._ready, clock, rules=rules.version)
        self._seen = (knowledge.units.revision, frozenset({rules.version, *rules.earlier}))
        self._reception = Reception(programme(rules), knowledge, tell)
        one_writer = settings.storage.url.startswith(SQLITE)
        places = {"at_once": 1} if one_writer else {}
        self._intake = Intake(store, self._reception, on_fault=self._on_fault, on_put=self._look, **places)
        media = settings.storage.media
        self.delivery = self._delivery(pushes, kept, media, rules)
        self._fetcher = MediaFetcher(kept, channels, clock, media)
        self._bell = Bell(
            store,
            lambda: self._reception.knowledge,
            tell_due,
            figures.set_aside(self._on_fault),
            **({} if one_writer else RINGING),
        )
        self._redating = Redating(store, lambda: self._reception.knowledge)
        self._housekeeping = Housekeeping(store)
        bodies = self._bodies()
        self._metronome = Metronome({name: (figures.body(name, body), beats[name]) for name, body in bodies.items()})

    def _delivery(self, pushes: Pushes, media: Media, folder: Path, rules: Rules) -> Delivery:
        """What sends, and whom it tells of what went wrong."""
        return Delivery(
            pushes,
            media,
            self._channels,
            self._clock,
            media_folder=folder,
            quiet=QuietHours(rules.county.zone, rules.quiet_from, rules.quiet_until),
            on_dead=self._on_dead,
            on_account_fault=self._on_account_fault,
            on_full=lambda: self._say("delivery"),
        )

    def _bodies(self) -> Mapping[str, Body]:
        """The bodies of work, by the names under which they beat and are counted."""
        return {
            "due": self.ring,
            "delivery": self.delivery.run_once,
            "detours": self.detour,
            "media": self._fetcher.run_once,
            "county": self.look_at_county,
            "housekeeping": lambda: self._housekeeping.run_once(self._clock()),
        }

    @property
    def knowledge(self) -> Knowledge:
        """The county as this node knows it now."""
        return self._reception.knowledge

    def application(self) -> web.Application:
        """What serves the callbacks, /healthz, /readyz and /metrics."""
        app = application(self._channels.values(), self.hear, self._ready)
        app.router.add_get("/metrics", self._watchman.page)
        return app

    def start(self) -> None:
        """Begin to beat, and tell the other nodes, which may not know the rules of this one yet."""
        self._metronome.start()
        for name in ("due", "delivery", "media"):
            self._metronome.wake(name)
        if self._wakeups is not None:
            self._listening = asyncio.create_task(self._wakeups.listen(WOKEN, self._metronome.wake))
            self._say("county")

    def _say(self, topic: str) -> None:
        """What this node cannot do alone, others may begin with at once; and what it has changed, they look at."""
        if self._wakeups is not None:
            self._wakeups.say(topic)

    async def stop(self) -> None:
        """Finish the turns and the bodies of work under way, then close channels; the store stays open.

        The HTTP server takes no more callbacks by now.
        """
        await self._intake.drain()
        self._redating.stop()
        self._bell.stop()
        self.delivery.stop()
        self._fetcher.stop()
        await self._metronome.stop()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        await asyncio.gather(*(channel.close() for channel in self._channels.values()))

    async def hear(self, incoming: Incoming) -> Reply | None:
        """Hear a message."""
        return await self._intake.hear(incoming)

    def _look(self) -> None:
        """See at once to what a turn put into the outbox, and to the files it wished for."""
        self._metronome.wake("delivery")
        self._metronome.wake("media")

    async def ring(self) -> None:
        """Do what is due by the deadlines that the calendar in force gives."""
        await self._redating.run_once(self._clock())
        if fired := await self._bell.run_once(self._clock()):
            self._figures.fired.inc(fired)
            self._metronome.wake("delivery")

    async def detour(self) -> None:
        """Send what is urgent and does not go out another way too."""
        now = self._clock()
        if await self._store.pushes.detour(now, now - DETOUR_AFTER):
            self._metronome.wake("delivery")

    async def look_at_county(self) -> None:
        """Take in an import made since, and rules with which another node was started."""
        async with self._store.work(readonly=True) as work:
            seen = await work.people.revision(), await work.rule_versions.versions()
        if seen != self._seen:
            self._reception.knowledge = await knowledge_of(self._store, self._reception.knowledge.rules)
            self._seen = seen
            log.info("the county was read anew", extra={"revision": seen[0]})

    async def _ready(self) -> Mapping[str, str]:
        """Raises StoreUnreachable; the warnings are what is amiss, and channels paused wholly or for pictures."""
        await self._store.ready()
        await self._store.try_write()
        pauses = sorted(await self._store.pushes.pauses(self._clock()), reverse=True)  # a channel's pictures first
        return self.amiss | {one.channel: f"暂停发送{_pictures(one)}，请运行 gridbell check" for one in pauses}

    async def _on_fault(self, key: str, kind: str) -> None:
        await self._alert(f"fault:{kind}", f"系统有一处故障（{kind}），有一条消息没有办成，请查看日志。")

    async def _on_dead(self, push: Push, reason: str) -> None:
        if is_alert(push.key):  # whoever can't be reached is not told so either
            return
        about = f"案件 {push.case} 的" if push.case else ""
        words = f"{about}一条通知没有送达（{push.to.channel}，原因 {reason}），请改用电话联系。"
        await self._alert(f"dead:{whole_key(push.key)}", words)

    async def _on_account_fault(self, paused: Pause, reason: str) -> None:
        what = f"{paused.channel} 暂停发送{_pictures(paused)}"
        words = f"{what}（平台返回 {reason}）。请检查这个账号的密钥、权限和额度，可运行 gridbell check。"
        await self._alert(f"account:{paused.channel}:{paused.pictures}:{reason}", words)

    async def _alert(self, key: str, words: str) -> None:
        """Tell the admins, once a day for the same key."""
        today = self._clock().astimezone(self._reception.knowledge.rules.county.zone).date()
        async with self._store.work() as work:
            await tell_admins(work, f"{key}:{today}", words)
            await work.commit()


def _pictures(pause: Pause) -> str:
    return "图片（文字照常）" if pause.pictures else ""
