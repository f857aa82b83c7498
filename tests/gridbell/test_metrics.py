"""/metrics of a real node: what is counted, and that nothing personal is in it."""

import ast
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot.channel import NotSent, StoreAway
from bot.channels import wechat, wecom
from bot.tokens import ProcessTokens, Token
from dialogs.engine.deliveries import Pause
from dialogs.engine.messages import Incoming, Reply, Text
from gridbell.demo_accounts import AUNT_LI, WANG_HAI
from gridbell.figures import Figures, reason_of, refusal_of
from gridbell.watched import WatchedChannel, WatchedTokens
from gridbell.watchman import Watchman
from storage.store import SqlStore
from tests.bot.channels.accounts import WECOM, StoppedClock
from tests.bot.channels.platform import MESSAGE, Platform
from tests.gridbell.test_node import WANG, node_of
from tests.journeys.stage import PIN, Stage
from tests.journeys.stage import stage as on_stage
from tests.kit.servers import free_pair
from tests.storage.talk import DAY, message, put

HOST = "127.0.0.1"
PHONE = "13800001234"
WORDS = "桥头小卖部门前的路灯坏了"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


async def page(port: int) -> str:
    """What /metrics says."""
    async with aiohttp.request("GET", f"http://{HOST}:{port}/metrics") as said:
        assert said.status == 200
        assert said.content_type == "text/plain"
        return await said.text()


def samples(text: str) -> Samples:
    """Each sample of a scrape by name and labels."""
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def value(seen: Samples, name: str, **labels: str) -> float:
    """One sample."""
    return seen[f"gridbell_{name}", tuple(sorted(labels.items()))]


async def file_a_report(on: Stage) -> str:
    """A whole report, with a telephone number; its number. The officer signs it."""
    await on.says("citizen", "上报", WORDS, "1", PIN, "0", PHONE)
    answer = await on.says("citizen", "确认")
    await on.says("citizen", "不答了")
    assert "已签收" in await on.says("officer", "签收 0001")
    return answer.split("编号 ")[1].split("。")[0]


@asynccontextmanager
async def reported(folder: Path) -> AsyncIterator[tuple[Stage, str, int]]:
    """A demo on which a report was filed and delivered: the stage, the case's number, the bot's port."""
    port = free_pair()
    async with on_stage(folder, port=port) as on:
        number = await file_a_report(on)
        await on.hears("officer", number)
        yield on, number, port + 1


async def test_a_whole_report_is_counted_and_leaves_nothing_personal(tmp_path: Path) -> None:
    async with reported(tmp_path) as (_, number, port):
        text = await page(port)
    seen = samples(text)
    for secret in (PHONE, WORDS, "路灯", "桥头", "李婶", "王海", AUNT_LI, WANG_HAI, number, number[:4], "secret"):
        assert secret not in text
    assert text.isascii()
    assert value(seen, "turns_total", channel="wechat:demo", outcome="answered") >= 7
    assert value(seen, "turn_seconds_count", channel="wechat:demo") >= 7
    assert value(seen, "callbacks_total", channel="wechat:demo", status="200") >= 7
    assert value(seen, "pushes_total", channel="wecom:demo", outcome="sent") >= 1
    assert value(seen, "send_seconds_count", channel="wecom:demo") >= 1
    assert value(seen, "token_refreshes_total", account="wecom:demo", result="ok") >= 1
    assert value(seen, "body_runs_total", body="delivery", result="ok") >= 1
    assert value(seen, "ready") == value(seen, "store_read") == 1
    assert value(seen, "turns_under_way") == 0


async def test_values_of_labels_come_from_closed_sets(tmp_path: Path) -> None:
    async with reported(tmp_path) as (_, _, port):
        seen = samples(await page(port))
    found: dict[str, set[str]] = {}
    for _, labels in seen:
        for name, label in labels:
            found.setdefault(name, set()).add(label)
    channels = {"wechat:demo", "wecom:demo"}
    assert found["channel"] == found["account"] == channels
    assert found["outcome"] <= {
        "answered", "quiet", "late", "not_kept", "sent", "held", "again", "dead", "kept", "lost", "fired", "set_aside",
    }  # fmt: skip
    assert found["lane"] == {"urgent", "normal", "picture"}
    assert found["status"] <= {"200", "400", "403", "408", "413", "503"}
    assert len(seen) < 400


async def test_what_waits_in_the_store_is_told(store: SqlStore, tmp_path: Path) -> None:
    clock = StoppedClock()
    async with Platform() as platform:
        node = await node_of(store, platform, tmp_path, clock)
        await put(store, message("m", "请签收", WANG, urgent=True))
        await store.pushes.pause(Pause("wecom:main", pictures=True), clock() + DAY, "45009")
        async with served(node.application()) as port:
            seen = samples(await page(port))
        await node.stop()
    assert value(seen, "outbox_pending", lane="urgent") == 1
    assert value(seen, "paused", channel="wecom:main", what="pictures") == 1
    assert value(seen, "paused", channel="wecom:main", what="all") == 0
    assert value(seen, "warnings") == 1
    assert abs(value(seen, "clock_drift_seconds")) < 2
    assert value(seen, "pool_size", pool="writers") >= 1


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[int]:
    """That application at a free port."""
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def test_what_became_of_a_push_is_counted_with_a_reason_of_a_closed_set(store: SqlStore, tmp_path: Path) -> None:
    async with Platform() as platform:
        node = await node_of(store, platform, tmp_path, StoppedClock())
        await put(store, message("m", "请签收", WANG))
        platform.will_say(MESSAGE, {"errcode": 81013})
        await node.delivery.run_once()
        async with served(node.application()) as port:
            seen = samples(await page(port))
        await node.stop()
    assert value(seen, "pushes_total", channel="wecom:main", outcome="dead") == 1
    assert value(seen, "push_reasons_total", channel="wecom:main", outcome="dead", reason="81013") == 1
    assert value(seen, "dead_letters") in {0, 1}  # put by the machine's clock, read by the stopped one


async def test_a_store_that_does_not_answer_leaves_a_page_that_says_so(store: SqlStore) -> None:
    async def away() -> dict[str, str]:
        raise OSError("away")

    figures = Figures()
    await store.close()
    watchman = Watchman(figures, store.backlog, away, StoppedClock(), rules="1")
    app = web.Application()
    app.router.add_get("/metrics", watchman.page)
    async with served(app) as port:
        seen = samples(await page(port))
    assert value(seen, "ready") == 0


async def test_many_scrapers_ask_the_store_once(store: SqlStore) -> None:
    asked = 0

    async def ready() -> dict[str, str]:
        nonlocal asked
        asked += 1
        return {}

    watchman = Watchman(Figures(), store.backlog, ready, StoppedClock(), rules="1", fresh=3600)
    app = web.Application()
    app.router.add_get("/metrics", watchman.page)
    async with served(app) as port:
        await asyncio.gather(*(page(port) for _ in range(20)))
    assert asked == 1


async def test_each_outcome_of_a_turn_is_told_apart() -> None:
    figures, clock = Figures(), StoppedClock()
    async with Platform() as platform:
        channel = WECOM.channel(clock, platform.base)
        watched = WatchedChannel(channel, figures)
        said: list[Reply | Exception | None] = [Reply("好"), Reply(""), None, StoreAway("away")]

        async def hear(_: Incoming) -> Reply | None:
            answer = said.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        heard = watched.heard(hear)
        for _ in range(3):
            await heard(Incoming("k", WANG, Text("好"), clock()))
        with pytest.raises(StoreAway):
            await heard(Incoming("k", WANG, Text("好"), clock()))
        await watched.close()
    sample = figures.registry.get_sample_value
    for outcome in ("answered", "quiet", "late", "not_kept"):
        assert sample("gridbell_turns_total", {"channel": "wecom:main", "outcome": outcome}) == 1
    assert sample("gridbell_turns_under_way") == 0


async def test_a_callback_that_is_turned_away_is_counted_with_its_reason() -> None:
    async def hear(_: Incoming) -> Reply | None:
        return None

    figures = Figures()
    async with Platform() as platform:
        watched = WatchedChannel(WECOM.channel(StoppedClock(), platform.base), figures)
        app = web.Application()
        app.router.add_routes(watched.routes(hear))
        async with (
            served(app) as port,
            aiohttp.request("POST", f"http://{HOST}:{port}/wecom/main", data="x") as said_no,
        ):
            assert said_no.status == 400
        await watched.close()
    sample = figures.registry.get_sample_value
    assert sample("gridbell_callbacks_total", {"channel": "wecom:main", "status": "400"}) == 1
    assert sample("gridbell_callbacks_turned_away_total", {"channel": "wecom:main", "reason": "query"}) == 1


async def test_a_token_that_is_refused_is_counted_as_failed_and_one_that_lies_there_not_at_all() -> None:
    figures = Figures()
    tokens = WatchedTokens(ProcessTokens(StoppedClock()), figures, "wecom:main")

    async def refuse(_: str | None) -> Token:
        raise NotSent("40001", account=True)

    async def give(_: str | None) -> Token:
        return Token("t", 7200)

    with pytest.raises(NotSent):
        await tokens.get("the app's secret", refuse)
    assert [await tokens.get("the app's secret", give) for _ in range(3)] == ["t"] * 3
    sample = figures.registry.get_sample_value
    assert sample("gridbell_token_refreshes_total", {"account": "wecom:main", "result": "failed"}) == 1
    assert sample("gridbell_token_refreshes_total", {"account": "wecom:main", "result": "ok"}) == 1


async def test_a_body_of_work_that_fails_is_counted_and_goes_on_failing_where_it_did() -> None:
    figures = Figures()

    async def fail() -> None:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        await figures.body("due", fail)()
    assert figures.registry.get_sample_value("gridbell_body_runs_total", {"body": "due", "result": "failed"}) == 1


def test_codes_nobody_knows_are_one_series() -> None:
    assert [reason_of(code) for code in ("45009", "http-502", "99999", "oLi said")] == [
        "45009",
        "http",
        "other",
        "other",
    ]
    assert [refusal_of(code) for code in ("skew", "query nonce", "<xml>")] == ["skew", "query", "other"]


def called(name: str) -> set[str]:
    """The words with which the bot calls that, wherever it does."""
    found: set[str] = set()
    for path in (Path(__file__).parents[2] / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(name):
                found |= {str(one.value) for one in node.args if isinstance(one, ast.Constant)}
    return found


def test_every_reason_that_the_bot_gives_is_told_apart() -> None:
    codes = {str(code) for code in (*wechat.VERDICTS, *wechat.STALE, *wecom.VERDICTS, *wecom.STALE)}
    given = called("NotSent") | called("pushes.again") | called("pushes.hold") | called("pushes.dead") | codes
    assert {"pace", "no-window", "quiet", "picture-lost", "45009", "-1"} <= given
    assert {code for code in given if reason_of(code) == "other"} == set()


def test_every_reason_for_turning_a_callback_away_is_told_apart() -> None:
    given = called("TurnedAway") | called("NotGenuine") | called("Unreadable")
    assert {"skew", "signature", "padding", "doctype"} <= given
    words = {word for word in given if not word.isdigit()}
    assert {word for word in words if refusal_of(word) == "other"} == set()
