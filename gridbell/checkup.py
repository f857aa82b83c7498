"""`gridbell check`: everything that has to be right is tried, and told in one table.

An error (错误) is what makes `gridbell run` refuse to start; a warning (警告) is what it starts with nevertheless.
"""

import asyncio
import shutil
import stat
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.channel import Channel
from cases.rules import Rules
from config.rulebook import BadData
from config.settings import BadSettings, Settings
from gridbell.around import channel_trial
from gridbell.county_check import county_findings
from gridbell.opening import config_path, opened, read_rules, read_settings
from gridbell.sharing import redis_trial
from storage.engines import StoreBusy, StoreUnreachable
from storage.store import SqlStore

NEXT_YEAR_MATTERS = 11
"""From this month on limits reach into the next year, whose holidays are published in October or November."""

OpenChannels = Callable[[Settings], Awaitable[Mapping[str, Channel]]]


class State(StrEnum):
    """How something stands."""

    GOOD = "正常"
    WARNING = "警告"
    BAD = "错误"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what was tried, how it stands, and what to mend (or what was found)."""

    what: str
    state: State
    words: str


async def examine(config: Path | None, open_channels: OpenChannels, now: datetime) -> list[Line]:
    """Try everything that the settings name; `now` is aware. What is written on trial is gone within a second."""
    try:
        settings = read_settings(config)
    except BadSettings as bad:
        return [Line("设置", State.BAD, str(problem)) for problem in bad.problems]
    lines = [*_settings(settings, config)]
    rules, found = _rules(settings, now)
    lines += found
    lines += await _store(settings, rules)
    lines.append(await _redis(settings.storage.redis_url))
    lines.append(_media(settings.storage.media))
    return [*lines, *await _channels(settings, open_channels)]


def _settings(settings: Settings, config: Path | None) -> Iterable[Line]:
    path = config_path(config)
    yield Line("设置", State.GOOD, str(path) if path else "没有配置文件，全部来自环境变量和默认值。")
    if path and (settings.wechat or settings.wecom) and path.stat().st_mode & stat.S_IROTH:
        yield Line("设置", State.WARNING, f"{path} 里可能有密钥，而本机所有用户都能读。请运行 chmod 600 {path}。")


def _rules(settings: Settings, now: datetime) -> tuple[Rules | None, list[Line]]:
    try:
        rules = read_rules(settings)
    except BadData as bad:
        return None, [Line("规则", State.BAD, str(problem)) for problem in bad.problems]
    tops = len(rules.catalogue.tops())
    lines = [
        Line("规则", State.GOOD, f"版本 {rules.version}。"),
        Line("事项目录", State.GOOD, f"{tops} 个大类，{len(rules.catalogue)} 个小类。"),
    ]
    today = now.astimezone(rules.county.zone)
    years = [today.year, today.year + 1] if today.month >= NEXT_YEAR_MATTERS else [today.year]
    lines += [_year(year) for year in years if rules.calendar.provisional(year)]
    return rules, lines


def _year(year: int) -> Line:
    words = f"{year} 年的放假安排是推算的。国务院公布后，请写进规则文件夹的 calendar/{year}.json。"
    return Line("工作日历", State.WARNING, words)


async def _store(settings: Settings, rules: Rules | None) -> list[Line]:
    try:
        async with opened(settings) as store:
            lines = [await _writing(store)]
            async with store.work(readonly=True) as work:
                for finding in await county_findings(work, rules) if rules else ():
                    state = State.BAD if finding.fatal else State.WARNING if finding.mend else State.GOOD
                    lines.append(Line(finding.what, state, finding.words))
            return lines
    except StoreUnreachable as away:
        return [Line("数据库", State.BAD, away.words)]


async def _writing(store: SqlStore) -> Line:
    try:
        await store.try_write()
    except StoreBusy as busy:
        return Line("数据库", State.WARNING, f"连得上，表是最新的；没有试写：{busy.words}")
    return Line("数据库", State.GOOD, "连得上，可以写，表是最新的。")


async def _redis(url: str | None) -> Line:
    if url is None:
        return Line("Redis", State.GOOD, "没有配置：访问凭证放在进程内存里，一台机器够用。")
    words = await redis_trial(url)
    return Line("Redis", State.WARNING if words else State.GOOD, words or "连得上，可以写。")


def _media(folder: Path) -> Line:
    try:
        above = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        with tempfile.TemporaryFile(dir=above):
            pass
        free = shutil.disk_usage(above).free / 1024**3
    except OSError as fault:
        words = f"{folder} 不能写（{fault.strerror}）。请检查 [storage] media 和权限，否则照片存不下来。"
        return Line("媒体文件夹", State.WARNING, words)
    if free < 1:
        return Line("媒体文件夹", State.WARNING, f"{folder} 所在的磁盘只剩 {free:.1f} GB，请尽快清理或扩容。")
    return Line("媒体文件夹", State.GOOD, f"{folder} 可以写，剩余 {free:.0f} GB。")


async def _channels(settings: Settings, open_channels: OpenChannels) -> list[Line]:
    channels = await open_channels(settings)
    if not channels:
        return [Line("渠道", State.WARNING, "没有配置任何账号。请在设置里加上 [wechat.账号名] 或 [wecom.账号名]。")]
    try:
        found = await asyncio.gather(*(channel_trial(channel) for channel in channels.values()))
    finally:
        for channel in channels.values():
            await channel.close()
    return [_channel(name, words) for name, words in zip(channels, found, strict=True)]


def _channel(name: str, words: str) -> Line:
    return Line(f"渠道 {name}", State.WARNING if words else State.GOOD, words or "取到了访问凭证。")


def is_fit(lines: Sequence[Line]) -> bool:
    """Whether `gridbell run` would start."""
    return all(line.state is not State.BAD for line in lines)
