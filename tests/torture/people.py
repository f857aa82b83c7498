"""Citizens who file whole reports and officers who work on them, about a dozen messages a second."""

import asyncio
import itertools
import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.torture.ground import Corner
from tests.torture.platform import Platform
from tests.torture.post import Post, Told

NUMBER = re.compile(r"YX\d{6}-\d{4,}")
FILED = re.compile(rf"已收到，编号 ({NUMBER.pattern})")
LATE_SECONDS = 45.0
"""How long somebody waits for an answer that is to come as a push: a lease and more."""
MOST_WORDS = 30
CITIZENS_EACH_SECOND = 1.4
AT_ONCE = 12
"""So many citizens have a report under way at most: on a machine that is slow, or while all nodes are away, others wait
with theirs, so that what is tortured is the county and not the queue before it."""
THRICE, PROGRESS, DONE = 0.10, 0.25, 0.10
"""How often a message comes three times at once; how often an officer tells how far it is; that it is done."""


@dataclass
class Citizen:
    """One person with one report."""

    user: str
    words: str
    corner: Corner
    number: str = ""
    told: list[Told] = field(default_factory=list)
    asked_for_it: bool = False


@dataclass
class Crowd:
    """All who write. `citizens` are in the order of their first word."""

    post: Post
    platform: Platform
    corners: Sequence[Corner]
    chance: random.Random
    citizens: list[Citizen] = field(default_factory=list)
    _desks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def come(self, enough: asyncio.Event) -> None:
        """New citizens come until that is enough; comes back when all have said what they had to say."""
        numbers, places = itertools.count(), asyncio.Semaphore(AT_ONCE)

        async def come_in() -> None:
            async with places:
                if not enough.is_set():
                    await self._report(next(numbers))

        async with asyncio.TaskGroup() as all_of_them:
            while not enough.is_set():
                all_of_them.create_task(come_in())
                try:
                    async with asyncio.timeout(self.chance.expovariate(CITIZENS_EACH_SECOND)):
                        await enough.wait()
                except TimeoutError:
                    continue

    async def _report(self, number: int) -> None:
        corner = self.corners[number % len(self.corners)]
        citizen = Citizen(f"oCitizen{number:06}", f"我家门口第{number}盏路灯不亮了", corner)
        self.citizens.append(citizen)
        with self.platform.pushes_to(citizen.user) as pushes:
            words: str | None = "上报"
            for _ in range(MOST_WORDS):
                reply = await self._say(citizen, words or "", pushes)
                words = self._next(citizen, words or "", reply)
                if words is None:
                    break
        if citizen.number:
            await self._work_on(citizen)

    async def _say(self, citizen: Citizen, words: str, pushes: "asyncio.Queue[str]") -> str:
        """The answer, wherever it came; '' when there was none."""
        await asyncio.sleep(self.chance.uniform(0.05, 0.6))
        copies = 3 if self.chance.random() < THRICE else 1
        while not pushes.empty():
            pushes.get_nowait()
        told = await self.post.deliver("wechat", citizen.user, _fields(citizen, words), copies)
        citizen.told.append(told)
        if told.reply or not told.kept:
            return told.reply
        try:
            async with asyncio.timeout(LATE_SECONDS):
                return await pushes.get()
        except TimeoutError:
            return ""

    def _next(self, citizen: Citizen, words: str, reply: str) -> str | None:
        """What to say to that; None when all is said. Whoever gets no answer says it again."""
        filed = FILED.search(reply)
        if filed or (citizen.asked_for_it and NUMBER.search(reply)):
            found = filed or NUMBER.search(reply)
            assert found is not None
            citizen.number = found[1] if filed else found[0]
            return "不答了" if "一盏还是一片" in reply else None
        if citizen.number:
            return None
        for question, answer in (
            ("什么问题", citizen.words),
            ("哪一类", "1"),
            ("在哪里", "PIN"),
            ("照片处理得更快", "0"),
            ("回电号码吗", "0"),
            ("确认提交吗", "确认"),
        ):
            if question in reply:
                return answer
        if not reply:
            return words
        citizen.asked_for_it = not citizen.asked_for_it
        return "查询" if citizen.asked_for_it else "上报"

    async def _work_on(self, citizen: Citizen) -> None:
        dice = self.chance.random()
        if dice > PROGRESS + DONE:
            return
        officer, number = citizen.corner.officer, citizen.number
        async with self._desks[officer]:
            if dice < DONE:
                await self._orders(officer, f"签收 {number}", f"反馈 {number} 灯泡已经换好", "0", "确认")
            else:
                await self._orders(officer, f"进展 {number} 正在换灯泡")

    async def _orders(self, officer: str, *words: str) -> None:
        for one in words:
            await asyncio.sleep(self.chance.uniform(0.05, 0.4))
            fields = {"MsgType": "text", "Content": one}
            await self.post.deliver("wecom", officer, fields)


def _fields(citizen: Citizen, words: str) -> Mapping[str, str]:
    if words != "PIN":
        return {"MsgType": "text", "Content": words}
    corner = citizen.corner
    return {
        "MsgType": "location",
        "Location_X": f"{corner.latitude:.6f}",
        "Location_Y": f"{corner.longitude:.6f}",
        "Scale": "16",
        "Label": "村口",
    }
