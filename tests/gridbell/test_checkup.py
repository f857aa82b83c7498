"""The check-up: what is right, what is a warning, and what keeps the bot from starting."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channel import Channel
from bot.channels.wechat import WeChat, WeChatAccount
from bot.tokens import ProcessTokens
from cases.people import Level, Unit
from config.settings import Settings
from gridbell.checkup import Line, OpenChannels, State, examine, is_fit
from gridbell.imports.applied import import_grids, import_people, import_units
from storage.store import SqlStore
from tests.gridbell.county import COUNTY, feature, geojson, square
from tests.kit.servers import free_port

NOW = datetime(2026, 3, 3, 1, tzinfo=UTC)
DEMO = Path(__file__).parents[2] / "config" / "demo"
CHANNELS = '[wechat.main]\napp_id = "wx1"\napp_secret = "s"\ntoken = "t"\n'

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes settings with that store, and more sections."""

    def write(url: str, *more: str, storage: str = "", county: str = "") -> Path:
        path = tmp_path / "gridbell.toml"
        media = f'media = "{tmp_path / "media"}"'
        sections = [
            f'[county]\nname = "云溪县"\ncode = "990101"\n{county}',
            f'[storage]\nurl = "{url}"\n{media}\n{storage}',
        ]
        path.write_text("\n".join([*sections, *more]), encoding="utf-8")
        path.chmod(0o600)
        return path

    return write


async def no_channels(_: Settings) -> Mapping[str, Channel]:
    return {}


def of(lines: Sequence[Line], what: str) -> list[tuple[State, str]]:
    return [(line.state, line.words) for line in lines if line.what == what]


async def filled(url: str) -> None:
    store = await SqlStore.open(url)
    await import_grids(store, DEMO / "grids.geojson", COUNTY, lambda *_: None, dry_run=False)
    await import_units(store, DEMO / "units.csv", COUNTY, dry_run=False)
    await import_people(store, DEMO / "people.csv", lambda *_: None, dry_run=False)
    await store.close()


async def test_the_demo_county_is_right_in_every_line_about_it(written: Written, store_url: str) -> None:
    await filled(store_url)
    lines = await examine(written(store_url, county='duty_unit = "ZHZX"'), no_channels, NOW)
    assert {line.what: line.state for line in lines if line.what not in ("渠道", "承办单位")} == dict.fromkeys(
        ("设置", "规则", "事项目录", "数据库", "单位", "网格边界", "人员", "Redis", "媒体文件夹"), State.GOOD
    )
    assert [state for state, _ in of(lines, "承办单位")] == [State.WARNING]
    assert of(lines, "单位") == [(State.GOOD, "3 个乡镇，12 个村（社区），36 个网格，6 个部门。")]
    assert is_fit(lines)


async def test_every_problem_of_the_settings_is_an_error_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('[http]\nport = "x"\n[county]\ncode = "12"\n', encoding="utf-8")
    lines = await examine(path, no_channels, NOW)
    assert [line.state for line in lines] == [State.BAD, State.BAD]
    assert not is_fit(lines)
    assert all("第 " in line.words for line in lines)


async def test_bad_rules_are_errors_while_the_rest_is_still_tried(
    written: Written, sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "rules.toml").write_text("[limits", encoding="utf-8")
    lines = await examine(written(sqlite_url, f'[rules]\npath = "{tmp_path / "rules"}"'), no_channels, NOW)
    assert [state for state, _ in of(lines, "规则")] == [State.BAD]
    assert [state for state, _ in of(lines, "数据库")] == [State.GOOD]
    assert not is_fit(lines)


async def test_a_store_without_tables_is_an_error_that_names_the_command(written: Written, bare_url: str) -> None:
    lines = await examine(written(bare_url), no_channels, NOW)
    ((state, words),) = of(lines, "数据库")
    assert state is State.BAD
    assert "gridbell migrate" in words
    assert not is_fit(lines)


async def test_looking_makes_no_database(written: Written, tmp_path: Path) -> None:
    await examine(written(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}"), no_channels, NOW)
    assert os.listdir(tmp_path) == ["gridbell.toml"]


async def test_a_database_server_that_is_away_is_an_error_without_its_password(written: Written) -> None:
    url = f"postgresql+asyncpg://bell:pass-word@127.0.0.1:{free_port()}/gridbell"
    ((state, words),) = of(await examine(written(url), no_channels, NOW), "数据库")
    assert state is State.BAD
    assert "pass-word" not in words


async def test_an_empty_county_is_a_warning(written: Written, sqlite_url: str) -> None:
    lines = await examine(written(sqlite_url), no_channels, NOW)
    ((state, words),) = of(lines, "网格")
    assert state is State.WARNING
    assert "gridbell grids import" in words
    assert is_fit(lines)


async def test_what_the_county_lacks_is_named(written: Written, sqlite_url: str, tmp_path: Path) -> None:
    store = await SqlStore.open(sqlite_url)
    file = geojson(tmp_path / "g.geojson", [feature("990101001001001", "第一网格", square(116.0, 28.4))])
    await import_grids(store, file, COUNTY, lambda *_: None, dry_run=False)
    async with store.work() as work:
        bare = (await work.people.units())["990101001001001"]
        await work.people.put_units([type(bare)("990101001001002", "第二网格", bare.level, bare.parent)])
        await work.commit()
    await store.close()
    lines = await examine(written(sqlite_url, county='duty_unit = "值班室"'), no_channels, NOW)
    assert all(state is State.WARNING for what in ("值班室", "网格边界", "人员") for state, _ in of(lines, what))
    assert "“值班室”不是单位编码" in of(lines, "值班室")[0][1]
    assert "青石镇桥头村第二网格没有边界" in of(lines, "网格边界")[0][1]
    told = "".join(words for _, words in of(lines, "人员"))
    assert all(words in told for words in ("没有派遣员", "没有管理员", "第一网格、青石镇桥头村第二网格没有网格员"))
    assert is_fit(lines)


async def test_a_county_code_that_was_changed_later_is_told(written: Written, sqlite_url: str) -> None:
    await filled(sqlite_url)
    path = written(sqlite_url)
    path.write_text(path.read_text(encoding="utf-8").replace("990101", "990102"), encoding="utf-8")
    assert "没有本县 990102（已有：990101）" in of(await examine(path, no_channels, NOW), "单位")[1][1]


async def test_towns_that_hang_under_another_county_are_told(written: Written, sqlite_url: str) -> None:
    await filled(sqlite_url)
    store = await SqlStore.open(sqlite_url)
    await store.put_units([Unit("990102", "云溪县", Level.COUNTY, None)])
    await store.close()
    path = written(sqlite_url)
    path.write_text(path.read_text(encoding="utf-8").replace("990101", "990102"), encoding="utf-8")
    (_, (state, words)) = of(await examine(path, no_channels, NOW), "单位")
    assert state is State.WARNING
    assert "（990101001）" in words
    assert "不属于本县 990102" in words


async def test_an_outline_that_cannot_be_read_is_an_error(written: Written, sqlite_url: str) -> None:
    await filled(sqlite_url)
    store = await SqlStore.open(sqlite_url)
    (grid, *_) = await store.grids()
    await store.put_grids([type(grid)(grid.code, b"no outline")], ())
    await store.close()
    lines = await examine(written(sqlite_url), no_channels, NOW)
    assert [state for state, _ in of(lines, "网格边界")] == [State.BAD]


@pytest.mark.parametrize(("month", "told"), [(10, []), (11, ["2027 年"])])
async def test_next_years_holidays_matter_from_november_on(
    written: Written, sqlite_url: str, month: int, told: list[str]
) -> None:
    lines = await examine(written(sqlite_url), no_channels, datetime(2026, month, 3, tzinfo=UTC))
    assert [words[:6] for _, words in of(lines, "工作日历")] == told


async def test_a_redis_that_answers_is_right(written: Written, sqlite_url: str, valkey_url: str) -> None:
    lines = await examine(written(sqlite_url, storage=f'redis_url = "{valkey_url}"'), no_channels, NOW)
    assert of(lines, "Redis") == [(State.GOOD, "连得上，可以写。")]


async def test_a_redis_that_is_away_is_a_warning(written: Written, sqlite_url: str) -> None:
    storage = f'redis_url = "redis://127.0.0.1:{free_port()}/0"'
    lines = await examine(written(sqlite_url, storage=storage), no_channels, NOW)
    assert [state for state, _ in of(lines, "Redis")] == [State.WARNING]
    assert is_fit(lines)


async def test_a_media_folder_that_cannot_be_is_a_warning(written: Written, sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file", encoding="utf-8")
    assert [state for state, _ in of(await examine(written(sqlite_url), no_channels, NOW), "媒体文件夹")] == [
        State.WARNING
    ]


async def test_secrets_that_everybody_may_read_are_a_warning(written: Written, sqlite_url: str) -> None:
    path = written(sqlite_url, CHANNELS)
    path.chmod(0o644)
    assert [state for state, _ in of(await examine(path, no_channels, NOW), "设置")] == [State.GOOD, State.WARNING]


Platform = Callable[[Mapping[str, object]], Awaitable[OpenChannels]]


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """Starts a platform whose every answer is given, and opens an account there."""
    servers: list[TestServer] = []

    async def start(answer: Mapping[str, object]) -> OpenChannels:
        async def stable_token(_: web.Request) -> web.Response:
            return web.json_response(answer)

        api = web.Application()
        api.router.add_post("/cgi-bin/stable_token", stable_token)
        servers.append(TestServer(api))
        await servers[-1].start_server()
        base = str(servers[-1].make_url("")).rstrip("/")

        async def open_channels(_: Settings) -> Mapping[str, Channel]:
            account = WeChatAccount("main", "wx1", "s", "t", None, base)
            return {"wechat:main": WeChat(account, lambda: NOW, ProcessTokens(lambda: NOW))}

        return open_channels

    yield start
    for server in servers:
        await server.close()


async def test_a_token_call_is_made_for_each_account(written: Written, sqlite_url: str, platform: Platform) -> None:
    open_channels = await platform({"access_token": "token-1", "expires_in": 7200})
    lines = await examine(written(sqlite_url, CHANNELS), open_channels, NOW)
    assert of(lines, "渠道 wechat:main") == [(State.GOOD, "取到了访问凭证。")]


async def test_an_account_that_the_platform_refuses_is_a_warning_that_says_what_to_mend(
    written: Written, sqlite_url: str, platform: Platform
) -> None:
    open_channels = await platform({"errcode": 40125, "errmsg": "invalid appsecret"})
    lines = await examine(written(sqlite_url, CHANNELS), open_channels, NOW)
    ((state, words),) = of(lines, "渠道 wechat:main")
    assert state is State.WARNING
    assert "app_secret" in words
    assert is_fit(lines)
