"""Opens what a command works with: settings, rules and store, each with a word on why it cannot."""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from bot.parts import parts_of
from cases.people import Level, Unit
from cases.rules import Rules
from config.problems import Problem
from config.rulebook import load_rules
from config.settings import BadSettings, CountySettings, Settings
from storage.engines import AWAY, SQLITE, StoreUnreachable
from storage.outbox import utc_now
from storage.refusals import refusal_of
from storage.store import Clock, SqlStore

DEFAULT_CONFIG = Path("gridbell.toml")
"""Read when `--config` is not given and the file is there; without it, settings come from the environment alone."""
UNNAMED_COUNTY = CountySettings().code


def config_path(given: Path | None) -> Path | None:
    """Which file the settings come from; None for no file."""
    return given if given is not None else DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None


def read_settings(given: Path | None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings for `--config`. Raises BadSettings."""
    return Settings.load(config_path(given), os.environ if environ is None else environ)


def read_rules(settings: Settings) -> Rules:
    """The rules that the settings name. Raises BadData."""
    return load_rules(settings.rules.path, settings.county.county())


def county_unit(settings: Settings) -> Unit:
    """The county as a unit, above all others. Raises BadSettings while it has no code of its own."""
    county = settings.county
    if county.code == UNNAMED_COUNTY:
        what = f"还没有填写本县的代码（现在是 {county.code}）。"
        raise BadSettings([Problem("[county]", 0, what, '请写 name = "某某县" 和 code = "六位行政区划代码"。')])
    return Unit(county.code, county.name, Level.COUNTY, None)


@contextmanager
def plain_refusals() -> Iterator[None]:
    """Within it, the drivers' faults that an admin can mend become StoreUnreachable; a wrong statement of ours stays
    what it is."""
    try:
        yield
    except AWAY as fault:
        words = refusal_of(fault)
        if words is None:
            raise
        raise StoreUnreachable(words) from fault


@asynccontextmanager
async def opened(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[SqlStore]:
    """The store, up to date and ready, with the business's clock; closed afterwards. Raises StoreUnreachable.

    A SQLite file that is not there is not made: only `gridbell migrate` does that.
    """
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        raise StoreUnreachable(f"数据库文件 {file} 还不存在，请先运行 gridbell migrate，或检查配置 [storage] url。")
    store = await SqlStore.open(settings.storage.url, clock=clock, parts=parts_of)
    try:
        with plain_refusals():
            await store.ready()
            yield store
    finally:
        await store.close()


def sqlite_file(settings: Settings) -> Path | None:
    """The file of a SQLite store; None for a server."""
    url = make_url(settings.storage.url)
    return Path(url.database) if url.drivername == SQLITE and url.database else None


async def brought_up_to_date(settings: Settings, *, dry_run: bool) -> str:
    """Make the store, or bring its tables up to this version; words on what was (or would be) done.

    Raises StoreUnreachable.
    """
    file = sqlite_file(settings)
    if dry_run and file is not None and not file.exists():
        return f"试运行：将新建数据库文件 {file}。没有写入任何内容。"
    store = await SqlStore.open(settings.storage.url)
    try:
        if await _is_ready(store):
            return "数据库的表已经是最新的，不用更新。"
        if dry_run:
            return "试运行：数据库的表需要更新到这个版本。没有写入任何内容。"
        with plain_refusals():
            await store.migrate()
            await store.ready()
    finally:
        await store.close()
    return "数据库的表已更新到这个版本。"


async def _is_ready(store: SqlStore) -> bool:
    try:
        await store.ready()
    except StoreUnreachable:
        return False
    return True
