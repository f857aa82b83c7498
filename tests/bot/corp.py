"""A corporation on the emulator: officers with WeCom and WeChat, one store, and the nodes that write to them."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp.test_utils import TestServer

from bot.channels.wechat import WeChat, WeChatAccount
from bot.channels.wecom import WeCom, WeComAccount
from bot.delivery import Delivery
from bot.quiet import QuietHours
from cases.people import Address, Person, Post, Role
from dialogs.engine.deliveries import Pause, Push
from dialogs.engine.messages import Outgoing, Reply
from dialogs.engine.ports import Conversation
from emulator.app import Emulator
from emulator.settings import EmulatorSettings, Phone
from emulator.settings import WeChatAccount as WeChatSide
from emulator.settings import WeComAccount as WeComSide
from gridbell.node import BEATS, DETOUR_AFTER
from gridbell.sharing import Sharing, alone
from storage.store import SqlStore
from tests.emulator.town import KEY, StandingClock

CALLBACK = "http://127.0.0.1:9/"
SEND, CUSTOM = "/cgi-bin/message/send", "/cgi-bin/message/custom/send"
WINDOW = timedelta(hours=48)


def at_work(name: str) -> Address:
    return Address("wecom:county", name)


def at_home(name: str) -> Address:
    return Address("wechat:county", name)


@dataclass
class Corp:
    """All that such a test touches."""

    emulator: Emulator
    base: str
    store: SqlStore
    clock: StandingClock
    folder: Path
    nodes: list[Delivery] = field(default_factory=list)
    channels: list[WeCom | WeChat] = field(default_factory=list)
    dead: list[tuple[str, str]] = field(default_factory=list)
    told: list[tuple[Pause, str]] = field(default_factory=list)

    def open_node(self, sharing: Sharing | None = None) -> Delivery:
        """One more node, which shares what it is given with others."""
        now = self.clock.now
        shared = sharing or alone(now)
        wecom = WeComAccount("county", "corp", 7, "s2", "tok", KEY, f"{self.base}/wecom-api")
        wechat = WeChatAccount("county", "wxapp", "s1", "tok", KEY, f"{self.base}/wechat-api")
        channels: list[WeCom | WeChat] = [
            WeCom(wecom, now, shared.tokens, paces=shared.paces, uploads=shared.uploads),
            WeChat(wechat, now, shared.tokens, uploads=shared.uploads),
        ]
        node = Delivery(
            self.store.pushes,
            self.store.media,
            {channel.name: channel for channel in channels},
            now,
            media_folder=self.folder,
            quiet=QuietHours(ZoneInfo("Asia/Shanghai"), 22, 7),
            on_dead=self._died,
            on_account_fault=self._paused,
        )
        self.nodes.append(node)
        self.channels += channels
        return node

    async def _died(self, push: Push, reason: str) -> None:
        self.dead.append((push.key, reason))

    async def _paused(self, pause: Pause, reason: str) -> None:
        self.told.append((pause, reason))

    async def hire(self, names: Sequence[str]) -> None:
        """Officers whom the service may write to at both addresses; they have just written to the service account."""
        now = self.clock.now()
        async with self.store.work() as work:
            for name in names:
                person = await work.people.add(Person(0, name, (Post(Role.GRID_WORKER, "990101"),)))
                for address in (at_work(name), at_home(name)):
                    await work.people.bind(person.id, address)
                talk = Conversation(at_home(name), changed_at=now, window_until=now + WINDOW, window_left=5)
                await work.conversations.keep([talk])
            await work.commit()

    async def put(self, messages: Sequence[Outgoing]) -> None:
        """Into the outbox."""
        async with self.store.work() as work:
            await work.outbox.put(messages)
            await work.commit()

    def shown(self, platform: str) -> Counter[str]:
        """How often each text was shown by that platform's phones."""
        phones = {phone.id for phone in self.emulator.settings.phones if phone.platform == platform}
        entries = self.emulator.desk.history.entries
        return Counter(one["text"] for one in entries if one["phone"] in phones and one.get("push"))

    def shown_at(self) -> dict[str, datetime]:
        """When each text was first shown anywhere."""
        first: dict[str, datetime] = {}
        for one in self.emulator.desk.history.entries:
            if one.get("push"):
                first.setdefault(one["text"], datetime.fromisoformat(one["at"]))
        return first

    async def work_for(self, seconds: int, step: int = 1) -> None:
        """What the nodes do in that time of their clock."""
        for second in range(0, seconds, step):
            if second % BEATS["detours"] == 0:
                await self.store.pushes.detour(self.clock.now(), self.clock.now() - DETOUR_AFTER)
            for node in self.nodes:
                await node.run_once()
            self.clock.instant += timedelta(seconds=step)


def words(key: str, to: Address, *, urgent: bool = False) -> Outgoing:
    """A message whose words are its key."""
    return Outgoing(key, to, Reply(key), urgent=urgent)


@asynccontextmanager
async def corp(url: str, folder: Path, names: Sequence[str], gone: Sequence[str] = ()) -> AsyncIterator[Corp]:
    """The corporation and a store of its own; who is `gone` has left WeCom, and follows the service account no more."""
    clock = StandingClock()
    phones = [Phone(f"wechat-{name}", name, "", "wechat", "county", name) for name in names]
    phones += [Phone(f"wecom-{name}", name, "", "wecom", "county", name) for name in names if name not in gone]
    settings = EmulatorSettings(
        phones=phones,
        wechat=[WeChatSide("county", "wxapp", "s1", "tok", KEY, CALLBACK)],
        wecom=[WeComSide("county", "corp", 7, "s2", "tok", KEY, CALLBACK)],
        clock=clock,
    )
    emulator = Emulator(settings)
    for name in names:
        phone = f"wechat-{name}"
        if name not in gone:
            emulator.desk.history.add(phone, "note", "follow", clock.now().isoformat())
        emulator.desk.history.add(phone, "me", "text", clock.now().isoformat(), text="在", grant="message")
    store = await SqlStore.open(url, clock=clock.now)
    async with TestServer(emulator.app()) as server:
        place = Corp(emulator, str(server.make_url("")).rstrip("/"), store, clock, folder)
        await place.hire(names)
        try:
            yield place
        finally:
            for channel in place.channels:
                await channel.close()
            await store.close()
