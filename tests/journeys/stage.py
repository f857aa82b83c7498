"""The whole demo on a stage: people speak into its phones over HTTP, and what the phones show is waited for."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from emulator.app import Emulator
from emulator.settings import Phone
from gridbell.demo import Show, showing
from gridbell.demo_accounts import ACCOUNT, PHONES
from tests.kit.servers import free_pair

STAFF = {
    "leader": ("何志远", 2),
    "acceptor": ("吴静", 3),
    "checker": ("冯雪", 4),
    "dispatcher": ("孙建国", 13),
    "mediator": ("赵德福", 14),
}
"""More of the demo's people, each with the number under which the demo binds them."""
COLLEAGUES = tuple(
    Phone(role, name, "企业微信", "wecom", ACCOUNT, f"staff-{number:02}") for role, (name, number) in STAFF.items()
)
PATIENCE = 20.0
"""Seconds after which what was waited for is taken not to come."""
PIN = {"location": {"lat": 28.425952, "lng": 116.039003, "label": "桥头村老槐树下"}}


@dataclass(kw_only=True)
class Phones:
    """The phones on the emulator's page, with somebody to play all parts."""

    emulator: Emulator
    page: ClientSession
    news: asyncio.Queue[dict[str, Any]]
    heard: dict[str, int] = field(default_factory=dict)

    async def says(self, phone: str, *wishes: str | Mapping[str, Any]) -> str:
        """Say these one after another; the bot's direct answer to the last."""
        answer = ""
        for wish in wishes:
            answer = await self._say(phone, wish)
        return answer

    async def _say(self, phone: str, wish: str | Mapping[str, Any]) -> str:
        before = len(self.emulator.desk.history.of(phone))
        body = {"text": wish} if isinstance(wish, str) else dict(wish)
        async with self.page.post(f"/phones/{phone}/say", json=body) as response:
            assert response.status == 202, await response.text()
        await self.emulator.settled()
        said = self.emulator.desk.history.of(phone)[before:]
        answers = [str(entry["text"]) for entry in said if entry["side"] == "bot" and not entry["push"]]
        return answers[-1] if answers else ""

    async def hears(self, phone: str, words: str) -> str:
        """Wait until the phone has shown a push with these words that was not heard before; the push."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for entry in self.emulator.desk.history.of(phone):
                    if entry["seq"] <= self.heard.get(phone, 0) or not entry.get("push"):
                        continue
                    shown = str(entry.get("text") or entry["kind"])
                    if words in shown:
                        self.heard[phone] = entry["seq"]
                        return shown
                await self.news.get()

    async def files(self) -> str:
        """File a report about a street lamp; its number."""
        await self.says("citizen", "上报", "门口的路灯不亮了", "1", PIN, "0", "0")
        answer = await self.says("citizen", "确认")
        number = answer.split("编号 ")[1].split("。")[0]
        await self.says("citizen", "不答了")
        return number


@dataclass(kw_only=True)
class Stage(Phones):
    """A running demo."""

    show: Show

    async def clock(self, jump: str) -> str:
        """Press one of the clock's buttons (next, hour, day); what rang."""
        async with self.page.post("/clock", json={"jump": jump}) as response:
            return str((await response.json())["rang"])


@asynccontextmanager
async def stage(
    folder: Path,
    environ: Mapping[str, str] | None = None,
    port: int | None = None,
    colleagues: Sequence[Phone] = (),
) -> AsyncIterator[Stage]:
    """Put the demo on; `environ` overrides its settings, and `colleagues` have phones as well."""
    port = port or free_pair()
    phones = (*PHONES, *colleagues)
    async with showing(port, folder, environ, phones) as show, ClientSession(f"http://127.0.0.1:{port}") as page:
        with show.emulator.desk.history.page() as news:
            yield Stage(emulator=show.emulator, page=page, news=news, show=show)
