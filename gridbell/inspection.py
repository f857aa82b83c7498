"""One visit of the doctor's: what was found, what was done about it, and what is still wrong, in words for an admin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.settings import Settings
from gridbell.doctor import Complaint, Doctor, Treated
from gridbell.media_folder import MediaFolder
from gridbell.node import knowledge_of
from gridbell.opening import opened, read_rules


@dataclass(frozen=True, slots=True)
class Told:
    """One line: what was looked at, how it stands, what is to be said, and whether all is well with it now."""

    what: str
    state: str
    words: str
    mended: bool = False


async def inspected(settings: Settings, now: datetime, *, repair: bool) -> list[Told]:
    """Examine the county of those settings, and mend what is found when told to. Raises BadData, StoreUnreachable."""
    rules = read_rules(settings)
    async with opened(settings) as store:
        knowledge = await knowledge_of(store, rules)
        media = MediaFolder(settings.storage.media, store.talk_ailments)
        doctor = Doctor(store, knowledge, channel_names(settings), media, now)
        found = await doctor.examine()
        if not repair:
            return [_found(one) for one in found]
        treated = await doctor.treat(found)
        left = await doctor.examine()
    return [*(_treated(one) for one in treated if one.done is not None), *(_left(one) for one in left)]


def channel_names(settings: Settings) -> Sequence[str]:
    """The channels of all accounts."""
    return [*(f"wechat:{name}" for name in settings.wechat), *(f"wecom:{name}" for name in settings.wecom)]


def _found(one: Complaint) -> Told:
    if one.mend is None:
        return Told(one.what, "需要处理", one.words)
    return Told(one.what, "可以修复", f"{one.words}加 --repair 会{one.remedy}。")


def _treated(one: Treated) -> Told:
    return Told(
        one.complaint.what, "已修复", f"{one.complaint.words}已{one.complaint.remedy}（{one.done}）。", mended=True
    )


def _left(one: Complaint) -> Told:
    return Told(one.what, "没有修复" if one.mend else "需要处理", one.words)
