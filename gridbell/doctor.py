"""`gridbell doctor`: finds what should not be in the store or the media folder, and mends it when told to.

It may look and mend while nodes run: each remedy looks again under the locks that everybody takes, in a small
transaction of its own.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.case import Case
from cases.faults import trace
from cases.mending import give_owner, lay_again
from cases.ports import CaseWork
from dialogs.engine.around import Knowledge
from gridbell.media_folder import MediaFolder
from storage.store import SqlStore

log = logging.getLogger(__name__)

SHOWN = 8
"""How many case numbers a line names."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that should not be: `words` say what, `remedy` what mending does. `mend` mends it and tells how many
    it were; None where only a person can."""

    what: str
    words: str
    remedy: str
    mend: Callable[[], Awaitable[int]] | None = None


@dataclass(frozen=True, slots=True)
class Treated:
    """What was done about a complaint; `done` None: it could not be mended."""

    complaint: Complaint
    done: int | None


class Doctor:
    """Examines one county; `channels` are those that are configured, `now` is business time."""

    def __init__(
        self, store: SqlStore, knowledge: Knowledge, channels: Sequence[str], media: MediaFolder, now: datetime
    ) -> None:
        self._store, self._knowledge, self._channels, self._now = store, knowledge, channels, now
        self._media = media
        self._cases, self._talk = store.case_ailments, store.talk_ailments

    async def examine(self) -> list[Complaint]:
        """Everything that is wrong, in the order in which it is mended best. Nothing is changed."""
        looks = (self._of_events, self._of_owners, self._of_steps, self._of_numbers, self._of_outbox, self._of_talks)
        found = [complaint for look in looks async for complaint in look()]
        return [*found, *[complaint async for complaint in self._of_files()]]

    async def treat(self, complaints: Sequence[Complaint]) -> list[Treated]:
        """Mend what can be mended. What fails is logged and does not stop the rest."""
        return [Treated(one, await _mended(one)) for one in complaints]

    async def _of_events(self) -> AsyncIterator[Complaint]:
        if numbers := await self._cases.gapped():
            words = f"{_named(numbers)}的经过缺了几条。经过只能追加，程序补不了，请从备份里查对。"
            yield Complaint("案件经过", words, "")
        if numbers := await self._cases.miscounted():

            async def mend() -> int:
                return sum([await self._cases.count_again(number) for number in numbers])

            words = f"{_named(numbers)}的经过条数与最后一条的序号不符，以后什么都记不进去。"
            yield Complaint("案件经过", words, "按实际的经过重新计数", mend)

    async def _of_owners(self) -> AsyncIterator[Complaint]:
        if numbers := await self._cases.ownerless():
            words = f"{_named(numbers)}没有办结，归口单位却不存在。"
            yield Complaint(
                "案件归口", words, "归口改为承办单位，没有的归值班室", lambda: self._each(numbers, self._own)
            )

    async def _of_steps(self) -> AsyncIterator[Complaint]:
        if ended := await self._cases.with_steps_though_ended():
            words = f"{_named(ended)}已经结束，却还有到期事项。"
            yield Complaint("到期事项", words, "取消这些到期事项", lambda: self._cases.drop_steps(ended))
        if numbers := await self._cases.stepless():
            words = f"{_named(numbers)}没有办结，却没有到期事项，不会再有提醒和督办。"
            yield Complaint("到期事项", words, "按规则重新安排到期事项", lambda: self._each(numbers, self._lay))

    async def _of_numbers(self) -> AsyncIterator[Complaint]:
        if behind := await self._cases.counters_behind():

            async def mend() -> int:
                for counter in behind:
                    await self._cases.advance(counter)
                return len(behind)

            days = "、".join(f"{one.prefix}{one.day:%y%m%d}" for one in behind[:SHOWN])
            words = f"{days} 的案件编号计数器低于已经用过的编号，新案件会因编号重复而立不了案。"
            yield Complaint("案件编号", words, "把计数器调到最大的编号", mend)

    async def _of_outbox(self) -> AsyncIterator[Complaint]:
        messages, files = await self._talk.stuck(self._now)
        if messages or files:
            words = f"{messages} 条待发消息、{files} 个待取文件被占住或推迟得太久，没有人能处理。"
            yield Complaint("占用", words, "解除占用，马上可以处理", lambda: self._talk.free(self._now))
        if ids := await self._talk.unreadable_messages():
            words = f"{len(ids)} 条待发消息的内容读不出来，会挡住别的消息。"
            yield Complaint("待发消息", words, "作废这些消息", lambda: self._talk.give_up(ids))
        for channel, count in (await self._talk.homeless(self._channels)).items():
            words = f"{count} 条待发消息属于渠道 {channel}，但设置里没有这个账号，发不出去。"
            advice = "请在设置里加回这个账号；不再使用的，消息放满 30 天会作废并告诉管理员。"
            yield Complaint("待发消息", words + advice, "")

    async def _of_talks(self) -> AsyncIterator[Complaint]:
        if addresses := await self._talk.unreadable_conversations(self._now):

            async def mend() -> int:
                return sum([await self._talk.begin_anew(address, self._now) for address in addresses])

            words = f"{len(addresses)} 个人的对话读不出来，他们发什么都得不到回答。"
            yield Complaint("对话", words, "丢掉没填完的内容，重新开始", mend)
        if count := await self._talk.old_pauses(self._now):
            words = f"{count} 个暂停已经到期却没有解除：看来没有节点在发送，请确认 gridbell run 在运行。"
            yield Complaint("暂停", words, "解除暂停", lambda: self._talk.forget_pauses(self._now))

    async def _of_files(self) -> AsyncIterator[Complaint]:
        for finding in await self._media.findings(self._now):
            yield Complaint("媒体文件", finding.words, finding.remedy, finding.mend)

    async def _each(self, numbers: Sequence[str], change: Callable[[CaseWork, Case], Awaitable[bool]]) -> int:
        """Change each case in a unit of work of its own, locked as everybody locks it; how many were changed."""
        changed = 0
        for number in numbers:
            async with self._store.work() as work:
                case = await work.cases.get(number, lock=True)
                if case is not None and await change(work, case):
                    await work.commit()
                    changed += 1
        return changed

    async def _own(self, work: CaseWork, case: Case) -> bool:
        return await give_owner(work, self._knowledge.rules, self._knowledge.units, case, self._now)

    async def _lay(self, work: CaseWork, case: Case) -> bool:
        return await lay_again(work, self._knowledge.rules, case, self._now)


async def _mended(complaint: Complaint) -> int | None:
    if complaint.mend is None:
        return None
    try:
        return await complaint.mend()
    except Exception as error:
        log.error("a complaint could not be mended", extra={"fault": trace(error)})
        return None


def _named(numbers: Sequence[str]) -> str:
    more = f" 等 {len(numbers)} 件" if len(numbers) > SHOWN else ""
    return f"案件 {'、'.join(numbers[:SHOWN])}{more}"
