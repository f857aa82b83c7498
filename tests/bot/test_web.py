"""The door: what a watchman sees, what is written down, and how it closes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.channel import File, Hear, Sent, StoreAway
from bot.web import application, opened
from cases.people import Address
from dialogs.engine.messages import Incoming, Reply

HOST = "127.0.0.1"


class Hatch:
    """A toy channel with one address at which it waits until it may answer, and one that breaks."""

    name = "toy:main"
    needs_window = False

    def __init__(self) -> None:
        self.closed = False
        self.entered, self.may_answer = asyncio.Event(), asyncio.Event()

    def routes(self, hear: Hear) -> Iterable[web.RouteDef]:
        async def call(request: web.Request) -> web.Response:
            self.entered.set()
            await self.may_answer.wait()
            return web.Response(text="heard")

        async def broken(request: web.Request) -> web.Response:
            raise RuntimeError("李婶的手机是 13800000000")

        return [web.post("/toy/{name}", call), web.get("/broken", broken)]

    async def send(self, key: str, to: Address, message: Reply | File) -> Sent:
        return Sent(key)

    async def fetch(self, media_id: str) -> File:
        return File(b"", "image/jpeg")

    async def check(self) -> str:
        return ""

    async def close(self) -> None:
        self.closed = True


async def nobody(_: Incoming) -> Reply | None:
    return None


async def well() -> Mapping[str, str]:
    return {"redis": "连不上 Redis"}


async def store_away() -> Mapping[str, str]:
    raise StoreAway("away")


@asynccontextmanager
async def street(app: web.Application) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    async with opened(app, HOST, 0) as port, aiohttp.ClientSession() as session:
        yield session, f"http://{HOST}:{port}"


async def test_a_watchman_sees_that_we_are_alive_and_ready_and_what_is_amiss() -> None:
    async with street(application([], nobody, well)) as (session, door):
        async with session.get(f"{door}/healthz") as answer:
            assert answer.status == 200
            assert await answer.json() == {"alive": True}
        async with session.get(f"{door}/readyz") as answer:
            assert answer.status == 200
            assert await answer.json() == {"ready": True, "warnings": {"redis": "连不上 Redis"}}


async def test_without_a_store_we_are_alive_but_not_ready() -> None:
    async with street(application([], nobody, store_away)) as (session, door):
        async with session.get(f"{door}/readyz") as answer:
            assert answer.status == 503
            assert (await answer.json())["ready"] is False
        async with session.get(f"{door}/healthz") as answer:
            assert answer.status == 200


async def test_a_store_that_hangs_is_not_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    async def hung() -> Mapping[str, str]:
        await asyncio.Event().wait()
        return {}

    app = application([], nobody, hung, ready_within=0)
    async with street(app) as (session, door), session.get(f"{door}/readyz") as answer:
        assert answer.status == 503
        assert (await answer.json())["ready"] is False
    assert "TimeoutError" in str([record.__dict__.get("fault") for record in caplog.records])


async def test_requests_are_written_down_without_query_or_what_strangers_asked_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hatch = Hatch()
    hatch.may_answer.set()
    with caplog.at_level(logging.DEBUG, "bot.web"):
        async with street(application([hatch], nobody, well)) as (session, door):
            async with session.post(f"{door}/toy/main?signature=s3cret") as answer:
                assert await answer.text() == "heard"
            async with session.get(f"{door}/13800000000?token=s3cret") as answer:
                assert answer.status == 404
    lines = [record.__dict__ for record in caplog.records if record.name == "bot.web"]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("POST", "/toy/{name}", 200),
        ("GET", "-", 404),
    ]
    everything = caplog.text + str([record.__dict__ for record in caplog.records])
    assert "s3cret" not in everything
    assert "13800000000" not in everything


async def test_requests_answered_well_are_written_down_only_for_those_who_look_closely(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hatch = Hatch()
    hatch.may_answer.set()
    with caplog.at_level(logging.INFO):
        async with street(application([hatch], nobody, well)) as (session, door):
            for path in ("toy/main", "nowhere"):
                async with session.post(f"{door}/{path}") as answer:
                    await answer.read()
    assert [record.__dict__["status"] for record in caplog.records if record.name == "bot.web"] == [404]


async def test_a_fault_is_answered_without_a_word_of_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        app = application([Hatch()], nobody, well)
        async with street(app) as (session, door), session.get(f"{door}/broken") as answer:
            assert answer.status == 500
            assert await answer.text() == ""
    fault = next(record for record in caplog.records if record.levelno == logging.ERROR)
    assert "RuntimeError" in fault.__dict__["fault"]
    assert "李婶" not in caplog.text + str(fault.__dict__)


async def test_closing_the_door_lets_requests_under_way_end_and_leaves_the_channels_open() -> None:
    hatch = Hatch()
    app = application([hatch], nobody, well)

    async def answer_now(_: web.Application) -> None:
        hatch.may_answer.set()

    app.on_shutdown.append(answer_now)
    async with aiohttp.ClientSession() as session:
        async with opened(app, HOST, 0) as port:
            asked = asyncio.create_task(session.post(f"http://{HOST}:{port}/toy/main"))
            async with asyncio.timeout(5):
                await hatch.entered.wait()
        async with await asked as answer:
            assert await answer.text() == "heard"
        assert not hatch.closed
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"http://{HOST}:{port}/healthz")


async def test_a_taken_port_is_an_error_of_the_system() -> None:
    async with opened(application([], nobody, well), HOST, 0) as port:
        with pytest.raises(OSError, match="in use"):
            async with opened(application([], nobody, well), HOST, port):
                pytest.fail("two doors at one address")
